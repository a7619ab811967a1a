"""How the next token is drawn, temperature to seed, and letting the model write at some pace."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from gui import theme
from gui.widgets.painting import draw_focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

STEPS = 100  # of a slider in one whole
MOST_K = 1_000_000
MOST_SEED = 2**31 - 1
NEUTRAL = (1.0, 0, 1.0)
PACES = {  # milliseconds a token, from slow to fast
    4500: "explained",
    1200: "slow",
    250: "steady",
    0: "full speed",
}
EXPLAINED_MS = next(iter(PACES))
TIPS = {
    "temperature": (
        "Scores are divided by the temperature before they become probabilities.\n"
        "Below 1 the likely tokens gain, above 1 the unlikely ones do, "
        "and 0 always takes the likeliest."
    ),
    "top_k": "Only this many of the likeliest tokens stay in the draw. 0 keeps all of them.",
    "top_p": (
        "Only the fewest likeliest tokens whose probabilities reach this share stay in the draw.\n"
        "100% keeps all of them."
    ),
    "seed": "Where the dice start. The same text, settings and seed write the same words again.",
    "generate": "Let the model write on, one token after the other (Ctrl+Enter in the text).",
    "one": (
        "Throw the dice once and append the token that they choose.\n"
        "The next press throws on from there, so token by token it is what Generate writes."
    ),
    "stop": "Stop at once; what is written stays (Esc in the text).",
    "pace": (
        "How fast the model writes.\nAt the left each decision is explained as it is made, at the "
        "right it is as fast as this computer allows."
    ),
    "undo": "Take back the last thing that happened to the text (Ctrl+Z in the text).",
}


class RingedSlider(QSlider):
    """A slider that shows where the keyboard is, and comes to where the mouse is pressed."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press as with the middle button, at which Qt brings the handle to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            middle = Qt.MouseButton.MiddleButton
            at, on_screen = event.position(), event.globalPosition()
            event = QMouseEvent(event.type(), at, on_screen, middle, middle, event.modifiers())
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the focus ring over it."""
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()))


class SamplingControls(QWidget):
    """Four settings, each with its value and what it means now in plain words, and two buttons.

    Signals:
        sampling_edited: (float, int, float) temperature, top-k and top-p as the user wants them.
        seed_edited: (int).
        generate_clicked: the user wants text.
        one_clicked: the user wants one token.
        stop_clicked: the user has enough of it.
        undo_clicked: the user wants the text as it was before.
        pace_edited: (int) milliseconds that each token shall wait; 0 is full speed.
        drag_ended: a slider was let go.
    """

    sampling_edited = Signal(float, int, float)
    seed_edited = Signal(object)
    generate_clicked = Signal()
    one_clicked = Signal()
    stop_clicked = Signal()
    undo_clicked = Signal()
    pace_edited = Signal(int)
    drag_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._temperature = _slider("temperatureSlider", "Temperature", 2 * STEPS)
        self._top_k = _spin("topKSpin", "Top-k", MOST_K)
        self._top_k.setSpecialValueText("off")
        self._top_p = _slider("topPSlider", "Top-p", STEPS)
        self._seed = _spin("seedSpin", "Seed", MOST_SEED)
        self._temperature_number, self._top_p_number = _number(), _number()
        self._words = {name: _words() for name in ("temperature", "top_k", "top_p", "seed")}
        self._generate = QPushButton("Generate")
        self._generate.setObjectName("generateButton")
        self._generate.setProperty("role", "primary")
        self._one = QPushButton("One token")
        self._one.setObjectName("oneTokenButton")
        self._one.setAccessibleName("Draw one token")
        self._one.setToolTip(TIPS["one"])
        self._undo = QPushButton("Undo")
        self._undo.setObjectName("undoTextButton")
        self._undo.setAccessibleName("Undo the last change of the text")
        self._undo.setToolTip(TIPS["undo"])
        self._pace = _slider("paceSlider", "Pace", len(PACES) - 1)
        self._pace.setPageStep(1)
        self._pace.setValue(len(PACES) - 1)
        self._pace_words = QLabel(list(PACES.values())[-1])
        self._is_generating = self._is_ready = False
        self._values = NEUTRAL
        self._lay_out()
        self._wire()
        self.set_data(*NEUTRAL)
        self.set_seed(1)
        self.set_generating(False)
        self.set_ready(False)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        """Room for the numbers in the text's size."""
        font = theme.mono(theme.BODY)
        for number in (self._temperature_number, self._top_p_number):
            number.setFont(font)
            number.setFixedWidth(QFontMetrics(font).horizontalAdvance("100.00"))
        metrics = QFontMetrics(theme.font())
        self._pace_words.setFixedWidth(max(map(metrics.horizontalAdvance, PACES.values())))
        for spin in (self._top_k, self._seed):
            spin.setMinimumHeight(theme.px(26))
            spin.setMaximumWidth(theme.px(140))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.INSIDE)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        rows = (
            ("temperature", "Temperature", self._temperature, self._temperature_number),
            ("top_k", "Top-k", self._top_k, None),
            ("top_p", "Top-p", self._top_p, self._top_p_number),
            ("seed", "Seed", self._seed, None),
        )
        for row, (name, title, control, number) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(control)
            for widget in (label, control, self._words[name]):
                widget.setToolTip(TIPS[name])
            grid.addWidget(label, 2 * row, 0)
            if number is None:
                grid.addWidget(control, 2 * row, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
            else:
                grid.addWidget(control, 2 * row, 1)
                grid.addWidget(number, 2 * row, 2)
            grid.addWidget(self._words[name], 2 * row + 1, 0, 1, 3)
        label = QLabel("Pace")
        label.setBuddy(self._pace)
        for widget in (label, self._pace, self._pace_words):
            widget.setToolTip(TIPS["pace"])
        pace = QHBoxLayout()
        pace.setSpacing(theme.INSIDE)
        pace.addWidget(self._pace, 1)
        pace.addWidget(self._pace_words)
        grid.addWidget(label, 2 * len(rows), 0)
        grid.addLayout(pace, 2 * len(rows), 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addWidget(self._generate, 1)
        buttons.addWidget(self._one)
        buttons.addWidget(self._undo)
        grid.setRowMinimumHeight(2 * len(rows) + 1, 4)
        grid.addLayout(buttons, 2 * len(rows) + 2, 0, 1, 3)

    def _wire(self) -> None:
        self._temperature.valueChanged.connect(
            lambda steps: self._edit(steps / STEPS, *self._values[1:])
        )
        self._top_k.valueChanged.connect(
            lambda top_k: self._edit(self._values[0], top_k, self._values[2])
        )
        self._top_p.valueChanged.connect(lambda steps: self._edit(*self._values[:2], steps / STEPS))
        for slider in (self._temperature, self._top_p):
            slider.sliderReleased.connect(self.drag_ended)
        self._seed.valueChanged.connect(self.seed_edited.emit)
        self._one.clicked.connect(self.one_clicked)
        self._undo.clicked.connect(self.undo_clicked)
        self._pace.valueChanged.connect(self._on_pace)
        self._generate.clicked.connect(
            lambda: (self.stop_clicked if self._is_generating else self.generate_clicked).emit()
        )

    def _edit(self, temperature: float, top_k: int, top_p: float) -> None:
        self.set_data(temperature, top_k, top_p)
        self.sampling_edited.emit(temperature, top_k, top_p)

    def _on_pace(self, index: int) -> None:
        pace_ms, words = list(PACES.items())[index]
        self._pace_words.setText(words)
        self.pace_edited.emit(pace_ms)

    # --- what is shown

    @property
    def pace_ms(self) -> int:
        """How long each token shall wait."""
        return list(PACES)[self._pace.value()]

    def set_undo(self, can_undo: bool) -> None:
        """Say whether there is anything to take back."""
        self._undo.setEnabled(can_undo)

    def set_cramped(self, cramped: bool) -> None:
        """In a low window what top-k and the seed mean is told by their tooltips alone."""
        for name in ("top_k", "seed"):
            self._words[name].setVisible(not cramped)

    def set_data(self, temperature: float, top_k: int, top_p: float) -> None:
        """Show these settings.

        Args:
            temperature: 0 or more; beyond 2 only the number shows it.
            top_k: 0 is off.
            top_p: From 0 to 1; 1 is off.

        Raises:
            ValueError: One of them is out of its range.
        """
        if not (0 <= temperature < math.inf and top_k >= 0 and 0 <= top_p <= 1):
            raise ValueError(f"no settings: {temperature}, {top_k}, {top_p}")
        self._values = (temperature, top_k, top_p)
        for control, value in (
            (self._temperature, round(temperature * STEPS)),
            (self._top_k, top_k),
            (self._top_p, round(top_p * STEPS)),
        ):
            with QSignalBlocker(control):
                control.setValue(min(value, control.maximum()))
        self._temperature_number.setText(f"{temperature:.2f}")
        self._top_p_number.setText(f"{top_p:.0%}")
        self._words["temperature"].setText(_say_temperature(temperature))
        self._words["top_k"].setText(_say_top_k(top_k, is_idle=temperature == 0))
        self._words["top_p"].setText(_say_top_p(top_p, is_idle=temperature == 0))
        self._words["seed"].setText(_say_seed(is_idle=temperature == 0))

    def is_dragging(self) -> bool:
        """Whether a slider is held with the mouse."""
        return self._temperature.isSliderDown() or self._top_p.isSliderDown()

    def set_seed(self, seed: int) -> None:
        """Show where the dice start."""
        with QSignalBlocker(self._seed):
            self._seed.setValue(seed)

    def set_generating(self, generating: bool) -> None:
        """Say whether the button starts or stops."""
        self._is_generating = generating
        self._one.setEnabled(self._is_ready and not generating)
        self._generate.setText("Stop" if generating else "Generate")
        self._generate.setAccessibleName("Stop generating" if generating else "Generate text")
        self._generate.setToolTip(TIPS["stop" if generating else "generate"])

    def set_ready(self, ready: bool) -> None:
        """Say whether there is a model and a text to go on from."""
        self._is_ready = ready
        self._generate.setEnabled(ready)
        self._one.setEnabled(ready and not self._is_generating)


def _say_temperature(temperature: float) -> str:
    if temperature == 0:
        return "Always the likeliest: no dice at all."
    if temperature == 1:
        return "Exactly as the model says."
    if temperature < 1:
        return "More careful: likely tokens become likelier."
    return "More adventurous: unlikely tokens get a chance."


def _say_top_k(top_k: int, *, is_idle: bool) -> str:
    if top_k == 0:
        return "Off: all tokens may be drawn."
    if is_idle:
        return "No effect: the likeliest is taken anyway."
    return "Only the likeliest may be drawn." if top_k == 1 else f"Only the {top_k:,} likeliest."


def _say_top_p(top_p: float, *, is_idle: bool) -> str:
    if top_p == 1:
        return "Off: no token is too unlikely."
    if is_idle:
        return "No effect: the likeliest is taken anyway."
    if top_p == 0:
        return "Only the likeliest may be drawn."
    return f"The fewest that reach {top_p:.0%} together."


def _say_seed(*, is_idle: bool) -> str:
    return "No effect: no dice are thrown." if is_idle else "The same seed writes the same text."


def _slider(name: str, title: str, most: int) -> QSlider:
    slider = RingedSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(name)
    slider.setAccessibleName(title)
    slider.setRange(0, most)
    slider.setPageStep(10)
    slider.setMinimumSize(80, 22)  # room for the ring
    return slider


def _spin(name: str, title: str, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setAccessibleName(title)
    spin.setRange(0, most)
    return spin


def _number() -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _words() -> QLabel:
    label = QLabel()
    label.setProperty("role", "caption")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    label.setContentsMargins(0, 0, 0, 4)  # nearer to its control than to the next
    return label
