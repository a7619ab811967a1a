"""Where the training of a small net stands, and the buttons that move it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button, row
from gui.widgets.facts import Facts

_FACTS = (
    {
        "Step": "How often all the weights were moved a little.",
        "Loss": "How far off the answers are: the mean of the squared errors. Training shrinks it.",
    },
    {
        "Right": "Pictures for which the right symbol got the highest probability.",
        "Least sure": "The lowest probability that a right symbol got.",
    },
)
_TRAIN = ("Train again", "Start from other random weights and watch it learn")
_PAUSE = ("Pause", "Stay at this step")
_GO_ON = ("Go on", "Continue from this step")
_STEP = ("One step", "Move all the weights a little, once, and stay there")
_RESTORE = ("Restore net", "Back to the net that was here at the start")


class TrainingPanel(QWidget):
    """Four numbers and three buttons, low or tall.

    Signals:
        train_clicked: start over.
        pause_clicked: stay at this step.
        go_on_clicked: continue from it.
        step_clicked: take one step and stay there.
        restore_clicked: back to the net of the start.
    """

    train_clicked = Signal()
    pause_clicked = Signal()
    go_on_clicked = Signal()
    step_clicked = Signal()
    restore_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingPanel")
        self._run_clicked = self.train_clicked
        self._facts = [Facts(names) for names in _FACTS]
        self._run = push_button(*_named(_TRAIN, "trainAgainButton"), self._on_run)
        self._step = push_button(*_named(_STEP, "oneStepButton"), self.step_clicked)
        self._restore = push_button(*_named(_RESTORE, "restoreNetButton"), self.restore_clicked)
        self.buttons = row(self._run, self._step, self._restore)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.INSIDE)
        for facts in self._facts:
            self._box.addWidget(facts, 1)
            facts.set_steady()
        self.set_tall()

    # --- its two shapes

    def set_tall(self) -> None:
        """Numbers in two rows, the buttons below."""
        self._box.setDirection(QBoxLayout.Direction.TopToBottom)
        self._box.addWidget(self.buttons)

    def set_low(self) -> QWidget:
        """Numbers in one row.

        Returns:
            The buttons, which now need another place.
        """
        self._box.setDirection(QBoxLayout.Direction.LeftToRight)
        self._box.removeWidget(self.buttons)
        return self.buttons

    # --- what is shown

    def set_data(self, step: str, loss: str, right: str, weakest: str) -> None:
        """Show these numbers."""
        self._facts[0].set_data((step, loss))
        self._facts[1].set_data((right, weakest))

    def set_state(self, *, running: bool, paused: bool, restorable: bool) -> None:
        """Offer what makes sense now.

        Args:
            running: Weights move.
            paused: They could move on.
            restorable: The net is not that of the start.
        """
        if running:
            words, self._run_clicked = _PAUSE, self.pause_clicked
        elif paused:
            words, self._run_clicked = _GO_ON, self.go_on_clicked
        else:
            words, self._run_clicked = _TRAIN, self.train_clicked
        self._run.setText(words[0])
        self._run.setToolTip(words[1])
        self._run.setAccessibleName(words[1])
        self._restore.setEnabled(restorable)

    def _on_run(self) -> None:
        self._run_clicked.emit()


def _named(words: tuple[str, str], name: str) -> tuple[str, str, str]:
    """The first three arguments of `push_button`."""
    return words[0], name, words[1]
