"""How the next token is drawn, temperature to seed, and letting the model write at some pace."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.sampling_dials import EXTRAS, NAMES, TITLES, RingedSlider, SamplingDials
from gui.widgets.sampling_dials import TIPS as DIAL_TIPS

MOST_SEED = 2**31 - 1
ORDER = "In this order: repetition, temperature, top-k, top-p, min-p."
PACES = {  # milliseconds a token, from slow to fast
    4500: "explained",
    1200: "slow",
    250: "steady",
    0: "full speed",
}
EXPLAINED_MS = next(iter(PACES))
TIPS = DIAL_TIPS | {
    "seed": "Where the dice start. The same text, settings and seed write the same words again. "
    "Where a text was written by these dice, they go on as if nobody had stopped them.",
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
    "extras": "Two settings more: min-p and the repetition penalty",
    "undo": "Take back the last thing that happened to the text (Ctrl+Z).",
}


class SamplingControls(QWidget):
    """Settings, each with its value and what it means now in plain words, and buttons.

    Signals:
        sampling_edited: (float, int, float, float, float) temperature, top-k, top-p, min-p and
            repetition penalty as the user wants them.
        seed_edited: (int).
        generate_clicked: the user wants text.
        one_clicked: the user wants one token.
        stop_clicked: the user has enough of it.
        undo_clicked: the user wants the text as it was before.
        pace_edited: (int) milliseconds that each token shall wait; 0 is full speed.
        drag_ended: a slider was let go.
    """

    sampling_edited = Signal(float, int, float, float, float)
    seed_edited = Signal(object)
    generate_clicked = Signal()
    one_clicked = Signal()
    stop_clicked = Signal()
    undo_clicked = Signal()
    pace_edited = Signal(int)
    drag_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dials = SamplingDials(self)
        self._seed = QSpinBox()
        self._seed.setObjectName("seedSpin")
        self._seed.setAccessibleName("Seed")
        self._seed.setRange(0, MOST_SEED)
        self._numbers = {name: _number() for name in NAMES if name != "top_k"}
        self._words = {name: _words() for name in (*NAMES, "seed")}
        self._extras = QPushButton("Extras")
        self._extras.setObjectName("extrasButton")
        self._extras.setAccessibleName(TIPS["extras"])
        self._extras.setToolTip(TIPS["extras"])
        self._extras.setCheckable(True)
        self._extras.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
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
        self._pace = RingedSlider(Qt.Orientation.Horizontal)
        self._pace.setObjectName("paceSlider")
        self._pace.setAccessibleName("Pace")
        self._pace.setRange(0, len(PACES) - 1)
        self._pace.setPageStep(1)
        self._pace.setMinimumSize(80, 22)  # room for the ring
        self._pace.setValue(len(PACES) - 1)
        self._pace_words = QLabel(list(PACES.values())[-1])
        self._is_generating = self._is_ready = False
        self._lay_out()
        self._wire()
        self._show()
        self.set_seed(1)
        self.set_generating(False)
        self.set_ready(False)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        """Room for the numbers in the text's size."""
        font = theme.mono(theme.BODY)
        for number in self._numbers.values():
            number.setFixedWidth(QFontMetrics(font).horizontalAdvance("100.00"))
        metrics = QFontMetrics(theme.font())
        self._pace_words.setFixedWidth(max(map(metrics.horizontalAdvance, PACES.values())))
        left = max(metrics.horizontalAdvance(TITLES[name]) for name in NAMES if name not in EXTRAS)
        for grid in self._grids:
            grid.setColumnMinimumWidth(0, left)
        for spin in (self._dials.controls["top_k"], self._seed):
            spin.setMinimumHeight(theme.px(26))
            spin.setMaximumWidth(theme.px(140))

    def _lay_out(self) -> None:
        usual, extras, below = _grid(), _grid(), _grid()
        self._grids = usual, extras, below
        self._pages = QStackedWidget()
        for grid in (usual, extras):
            page = QWidget()
            page.setLayout(grid)
            self._pages.addWidget(page)
        for row, name in enumerate(NAMES):
            is_extra = name in EXTRAS
            title = "Repetition" if name == "penalty" else TITLES[name]
            self._add(extras if is_extra else usual, row % 3, name, title)
        order = _words()
        order.setText(ORDER)
        order.setWordWrap(True)
        extras.addWidget(order, 2 * len(EXTRAS), 0, 1, 3)
        extras.setRowStretch(2 * len(EXTRAS) + 1, 1)
        self._add(below, 0, "seed", "Seed", self._seed)
        link = QHBoxLayout()
        link.addStretch(1)
        link.addWidget(self._extras)
        below.addLayout(link, 0, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label = QLabel("Pace")
        label.setBuddy(self._pace)
        for widget in (label, self._pace, self._pace_words):
            widget.setToolTip(TIPS["pace"])
        pace = QHBoxLayout()
        pace.setSpacing(theme.INSIDE)
        pace.addWidget(self._pace, 1)
        pace.addWidget(self._pace_words)
        below.addWidget(label, 2, 0)
        below.addLayout(pace, 2, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addWidget(self._generate, 1)
        buttons.addWidget(self._one)
        buttons.addWidget(self._undo)
        below.setRowMinimumHeight(3, 4)
        below.addLayout(buttons, 4, 0, 1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._pages)
        column.addLayout(below)

    def _add(
        self, grid: QGridLayout, row: int, name: str, title: str, control: QWidget | None = None
    ) -> None:
        """A setting and, below it, what it means."""
        control = control or self._dials.controls[name]
        label = QLabel(title)
        label.setBuddy(control)
        for widget in (label, control, self._words[name]):
            widget.setToolTip(TIPS[name])
        grid.addWidget(label, 2 * row, 0)
        if name in self._numbers:
            grid.addWidget(control, 2 * row, 1)
            grid.addWidget(self._numbers[name], 2 * row, 2)
        else:
            grid.addWidget(control, 2 * row, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._words[name], 2 * row + 1, 0, 1, 3)

    def _wire(self) -> None:
        self._dials.edited.connect(self._on_edited)
        self._dials.drag_ended.connect(self.drag_ended)
        self._extras.toggled.connect(self._pages.setCurrentIndex)
        self._seed.valueChanged.connect(self.seed_edited.emit)
        self._one.clicked.connect(self.one_clicked)
        self._undo.clicked.connect(self.undo_clicked)
        self._pace.valueChanged.connect(self._on_pace)
        self._generate.clicked.connect(
            lambda: (self.stop_clicked if self._is_generating else self.generate_clicked).emit()
        )

    def _on_edited(self) -> None:
        self._show()
        self.sampling_edited.emit(*self._dials.values)

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

    def set_data(
        self,
        temperature: float,
        top_k: int,
        top_p: float,
        min_p: float = 0.0,
        penalty: float = 1.0,
    ) -> None:
        """Show these settings.

        Args:
            temperature: 0 or more; beyond 2 only the number shows it.
            top_k: 0 is off.
            top_p: From 0 to 1; 1 is off.
            min_p: From 0 to 1; 0 is off.
            penalty: Of repetition, above 0; 1 is off.

        Raises:
            ValueError: One of them is out of its range.
        """
        self._dials.set_values((temperature, top_k, top_p, min_p, penalty))
        self._show()

    def _show(self) -> None:
        """Numbers and words for the settings of now."""
        temperature, top_k, top_p, min_p, penalty = self._dials.values
        is_idle = temperature == 0
        self._numbers["temperature"].setText(f"{temperature:.2f}")
        self._numbers["top_p"].setText(f"{top_p:.0%}")
        self._numbers["min_p"].setText(f"{min_p:.0%}")
        self._numbers["penalty"].setText(f"{penalty:.2f}")
        self._words["temperature"].setText(_say_temperature(temperature))
        self._words["top_k"].setText(_say_top_k(top_k, is_idle=is_idle))
        self._words["top_p"].setText(_say_top_p(top_p, is_idle=is_idle))
        self._words["min_p"].setText(_say_min_p(min_p, is_idle=is_idle))
        self._words["penalty"].setText(_say_penalty(penalty))
        self._words["seed"].setText(_say_seed(is_idle=is_idle))
        self._extras.setText("Extras: on" if self._dials.has_extras() else "Extras")

    def is_dragging(self) -> bool:
        """Whether a slider is held with the mouse."""
        return self._dials.is_dragging()

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


def _say_min_p(min_p: float, *, is_idle: bool) -> str:
    if min_p == 0:
        return "Off: no token is too far behind."
    if is_idle:
        return "No effect: the likeliest is taken anyway."
    if min_p == 1:
        return "Only the likeliest may be drawn."
    return f"Only those with {min_p:.0%} of the likeliest\N{RIGHT SINGLE QUOTATION MARK}s chance."


def _say_penalty(penalty: float) -> str:
    if penalty == 1:
        return "Off: words may come again."
    return f"Words of your text come again {'less' if penalty > 1 else 'more'} easily."


def _say_seed(*, is_idle: bool) -> str:
    return "No effect: no dice are thrown." if is_idle else "The same seed writes the same text."


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.INSIDE)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    return grid


def _number() -> QLabel:
    label = QLabel()
    theme.set_font(label, is_mono=True)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _words() -> QLabel:
    label = QLabel()
    label.setProperty("role", "caption")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    label.setContentsMargins(0, 0, 0, 4)  # nearer to its control than to the next
    return label
