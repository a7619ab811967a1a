"""Where the training of a small net stands, and the buttons that move it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button, row
from gui.widgets.facts import Facts
from gui.widgets.menu_button import MenuButton
from gui.widgets.painting import GUEST
from gui.widgets.sampling_dials import RingedSlider

if TYPE_CHECKING:
    from collections.abc import Sequence

_FACTS = (
    {
        "Step": "How often all the weights were moved a little.",
        "Loss": "How far off the answers are, on average over the pictures. Training shrinks it.",
    },
    {
        "Right": "Pictures for which the right symbol got the highest probability.",
        "Least sure": "The lowest probability that a right symbol got.",
    },
)
_PLAY = ("Play", "Learn on, in view")
_ON = ("Play", "It has learnt everything; go on from here, in view. To begin anew: Start")
_PAUSE = ("Pause", "Stay at this step")
_STEP = "Move all the weights a little, once, and stay there"
_EPOCH = "Train for an epoch, until every picture was seen once more, and stay there"
_SAME = "\nA step sees all the pictures now, so an epoch is one step"
_OVER = "Begin again from the same first weights, from others, or with a net that was kept"
_UNDO = ("Undo", "Back to where this run began")
_SPEED = "How fast training is shown; the steps themselves are the same"


class TrainingPanel(QWidget):
    """Four numbers, a row of buttons, and the speed; low or tall.

    Signals:
        play_clicked: go on.
        pause_clicked: stay at this step.
        step_clicked: take one step and stay there.
        epoch_clicked: see every picture once, and stay there.
        reset_clicked: back to the same first weights.
        again_clicked: learn once more from there, in view.
        new_start_clicked: other first weights.
        restore_clicked: back to the net of the start of the program.
        save_clicked: keep the net in a file.
        open_clicked: use a net that was kept.
        undo_clicked: back to where a run began that ran away.
        speed_changed: (int) the place on the slider.

    Args:
        speeds: What each place on the slider is called.
        usual: Where it begins.
        parent: Qt's.

    Attributes:
        buttons: All but that of the start.
        speed_row: The slider, and what it stands at.
    """

    play_clicked = Signal()
    pause_clicked = Signal()
    step_clicked = Signal()
    epoch_clicked = Signal()
    reset_clicked = Signal()
    again_clicked = Signal()
    new_start_clicked = Signal()
    restore_clicked = Signal()
    save_clicked = Signal()
    open_clicked = Signal()
    undo_clicked = Signal()
    speed_changed = Signal(int)

    def __init__(self, speeds: Sequence[str], usual: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingPanel")
        self._is_running = self._is_runaway = False
        self._speeds = tuple(speeds)
        self._facts = [Facts(names) for names in _FACTS]
        self._run = push_button(_PLAY[0], "playButton", _PLAY[1], self._on_run)
        self._step = push_button("One step", "oneStepButton", _STEP, self.step_clicked)
        self._epoch = push_button("One epoch", "oneEpochButton", _EPOCH, self.epoch_clicked)
        self._over = self._make_menu()
        self._speed = self._make_slider(usual)
        self._speed_words = QLabel(self._speeds[usual])
        self.speed_row = QWidget()
        speed_row = QHBoxLayout(self.speed_row)
        speed_row.setContentsMargins(0, 0, 0, 0)
        speed_row.setSpacing(theme.INSIDE)
        speed_row.addWidget(self._speed, 1)
        speed_row.addWidget(self._speed_words)
        self._over_place = speed_row
        self.buttons = row(self._run, self._step, self._epoch)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.INSIDE - 2)
        for facts in self._facts:
            self._box.addWidget(facts, 1)
            facts.set_steady()
        self._box.addWidget(self.speed_row)
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self.set_tall()

    def _make_menu(self) -> MenuButton:
        button = MenuButton()
        button.setObjectName("startOverButton")
        button.setText("Start")
        button.setToolTip(_OVER)
        button.setAccessibleName(_OVER)
        menu = button.menu()
        self._reset = menu.addAction("Reset to the same start")
        self._reset.triggered.connect(self.reset_clicked)
        self._again = menu.addAction("Learn again from there, in view")
        self._again.triggered.connect(self.again_clicked)
        self._new_start = menu.addAction("New start")
        self._new_start.triggered.connect(self.new_start_clicked)
        menu.addSeparator()
        self._restore = menu.addAction("The net of the beginning")
        self._restore.triggered.connect(self.restore_clicked)
        menu.addSeparator()
        menu.addAction("Open a net…").triggered.connect(self.open_clicked)
        menu.addAction("Save this net…").triggered.connect(self.save_clicked)
        menu.addSeparator()
        speeds = menu.addMenu("Speed")  # for a page beside which the slider has no room
        for place, name in enumerate(self._speeds):
            speeds.addAction(name).triggered.connect(partial(self._on_wanted, place))
        return button

    def _make_slider(self, usual: int) -> RingedSlider:
        slider = RingedSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("speedSlider")
        slider.setAccessibleName("Speed of training")
        slider.setToolTip(_SPEED)
        slider.setRange(0, len(self._speeds) - 1)
        slider.setPageStep(1)
        slider.setValue(usual)
        slider.setMinimumSize(60, 22)  # room for the ring
        slider.valueChanged.connect(self._on_speed)
        return slider

    def _fit(self) -> None:
        metrics = QFontMetrics(theme.font(theme.BODY))
        widest = max(metrics.horizontalAdvance(speed) for speed in self._speeds)
        self._speed_words.setFixedWidth(widest + 2)
        self._over.setStyleSheet("QToolButton { padding: 4px 6px; }")
        self._over.setFixedHeight(self._run.sizeHint().height())

    # --- its two shapes

    def set_tall(self) -> None:
        """Numbers in two rows, the buttons and the speed below."""
        self._box.setDirection(QBoxLayout.Direction.TopToBottom)
        self._box.insertWidget(len(self._facts), self.buttons)
        holder = self.buttons.layout()
        if holder is not None:
            holder.setSpacing(theme.INSIDE)
        self._over_place.addWidget(self._over)

    def set_low(self) -> QWidget:
        """Numbers in one row, and the speed at its end.

        Returns:
            The buttons, which now need another place.
        """
        self._box.setDirection(QBoxLayout.Direction.LeftToRight)
        self._box.removeWidget(self.buttons)
        holder = self.buttons.layout()
        if holder is not None:
            holder.addWidget(self._over)
            holder.setSpacing(theme.INSIDE // 2)
        return self.buttons

    def take_speed_back(self) -> None:
        """Have the slider again, if it was put elsewhere meanwhile."""
        if self.speed_row.parent() is not self:
            self.speed_row.setProperty(GUEST, False)
            self._box.addWidget(self.speed_row)

    # --- what is shown

    def set_data(self, step: str, loss: str, right: str, weakest: str) -> None:
        """Show these numbers."""
        self._facts[0].set_data((step, loss))
        self._facts[1].set_data((right, weakest))

    def set_state(
        self,
        *,
        running: bool,
        finished: bool,
        restorable: bool,
        seed: int,
        same: bool = False,
        runaway: bool = False,
    ) -> None:
        """Offer what makes sense now.

        Args:
            running: Weights move.
            finished: Everything is learnt, though it can go on.
            restorable: The net is not that of the start.
            seed: Of the first weights.
            same: A step and an epoch are the same now.
            runaway: Training ran away: the first button undoes it.
        """
        self._is_running, self._is_runaway = running, runaway
        text, purpose = _PAUSE if running else _ON if finished else _PLAY
        if runaway:
            text, purpose = _UNDO
        self._run.setText(text)
        self._run.setToolTip(purpose)
        self._run.setAccessibleName(purpose)
        epoch = _EPOCH + (_SAME if same else "")
        self._epoch.setToolTip(epoch)
        self._epoch.setAccessibleName(epoch.replace("\n", ". "))
        self._reset.setText(f"Reset to the same start (seed {seed})")
        self._new_start.setText(f"New start (seed {seed + 1})")
        self._restore.setEnabled(restorable)

    def set_speed(self, speed: int) -> None:
        """Show another speed, silently."""
        with QSignalBlocker(self._speed):
            self._speed.setValue(speed)
        self._speed_words.setText(self._speeds[speed])

    def _on_wanted(self, speed: int, _checked: bool = False) -> None:
        self._speed.setValue(speed)

    def _on_speed(self, speed: int) -> None:
        self._speed_words.setText(self._speeds[speed])
        self.speed_changed.emit(speed)

    def _on_run(self) -> None:
        if self._is_runaway:
            self.undo_clicked.emit()
        else:
            (self.pause_clicked if self._is_running else self.play_clicked).emit()
