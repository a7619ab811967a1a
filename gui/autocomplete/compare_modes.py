"""What two things the page Compare lays side by side: texts, models or settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
)

from core.config import SamplingConfig
from core.paths import SMALL_WORLD_MODEL
from gui import theme
from gui.autocomplete.pair import Pair, read, read_by_another, shaped
from gui.autocomplete.second_model import SecondModel
from gui.file_dialog import ask_folder
from gui.tabs.tab import Tab
from gui.widgets.boxes import push_button
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.menu_button import MenuButton
from gui.widgets.painting import tooltip
from gui.widgets.prompt_field import PromptField
from gui.widgets.sampling_dials import EXTRAS, MOST_K, TIPS
from gui.widgets.status_line import short_count

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.session import Session

TOO_LONG = "The second text is full: what did not fit was left out."
NO_SECOND = "Type a second text, and what comes next after it is laid beside."
NO_MODEL = "Open a second model with the button above: it reads the same text."
READING = "The second model reads\N{HORIZONTAL ELLIPSIS}"
UNREAD = "The second model could not read this text."
LOADING = "Opening {}\N{HORIZONTAL ELLIPSIS}"
EMPTY = "Type the start of a sentence above."
COPY = "Start from the first"
COPY_PURPOSE = "Put the first text here, to change a word of it"


class Mode(Tab):
    """Controls that choose what is compared: a row, and what stands below it.

    Signals:
        changed: there is another pair, or none.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(theme.INSIDE)
        self.row = QHBoxLayout()
        self.row.setSpacing(theme.INSIDE)
        self.box.addLayout(self.row)

    def pair(self) -> Pair | None:
        """What is compared; None if there is nothing yet."""
        raise NotImplementedError

    def hint(self) -> str:
        """What to do while there is nothing."""
        return EMPTY

    def add_label(self, text: str, buddy: QWidget | None = None) -> QLabel:
        """Words in the row, of a control or by themselves."""
        if buddy is None:
            label: QLabel = ElidedLabel(text)
        else:
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(buddy)
        self.row.addWidget(label)
        return label


class TextsMode(Mode):
    """The prompt, without changes, and a second one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("compareTexts")
        self.editor = PromptField("compareTextEdit", "Second text", "clearCompareTextButton")
        self.editor.setPlaceholderText("Type another text to compare with the prompt")
        self.add_label("&Second text", self.editor)
        self.row.addWidget(self.editor, 1)
        self.row.addWidget(push_button(COPY, "copyPromptButton", COPY_PURPOSE, self._copy))
        self.editor.edited.connect(session.set_second_prompt)
        self.editor.too_long.connect(lambda: session.noticed.emit(TOO_LONG))
        self.follow(session.second_prompt_changed, self._show_text)
        for fact in (session.trace_changed, session.second_changed, session.model_changed):
            self.follow(fact, self.changed.emit)

    def _copy(self) -> None:
        self.session.set_second_prompt(self.session.prompt)
        self.editor.setFocus()

    def _show_text(self) -> None:
        self.editor.set_prompt(self.session.second_prompt)

    def pair(self) -> Pair | None:
        """After the first text, and after the second."""
        session, model = self.session, self.session.language_model
        first, second = session.plain or session.trace, session.second
        if model is None or first is None or second is None:
            return None
        halves = read(model, first, "first"), read(model, second, "second")
        return Pair(model.info.folder, *halves)

    def hint(self) -> str:
        """Which of the two is missing."""
        return EMPTY if self.session.trace is None else NO_SECOND


class ModelsMode(Mode):
    """The model in use, and another one that reads the same text."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("compareModels")
        self.second = SecondModel(session, self)
        self.button = MenuButton()
        self.button.setObjectName("secondModelButton")
        menu = self.button.menu()
        bundled = menu.addAction("Small World (comes with Glassbox)")
        bundled.triggered.connect(lambda: self.second.open(SMALL_WORLD_MODEL))
        menu.addAction("Open a model folder\N{HORIZONTAL ELLIPSIS}", self.ask)
        menu.addSeparator()
        self._close = menu.addAction("Close the second model", self.second.close)
        self._about = self.add_label("")
        self._about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.row.setStretch(0, 1)
        self.row.insertWidget(0, self.button)
        self.second.changed.connect(self._show_model)
        self.second.read.connect(self.changed)
        self.second.failed.connect(session.failed)
        self._show_model()
        self.follow(session.prompt_changed, self._ask_second)
        for fact in (session.trace_changed, session.model_changed):
            self.follow(fact, self.changed.emit)

    def ask(self) -> None:
        """Let the user choose a model folder."""
        title = "Open a second model folder"
        ask_folder(self.window(), "secondModelDialog", title, self.second.open)

    def _ask_second(self) -> None:
        self.second.ask(self.session.prompt)

    def _show_model(self) -> None:
        model, opening = self.second.model, self.second.opening
        name = "none" if model is None else " ".join(model.info.name.split())[:28]
        self.button.setText(f"Second model: {name}")
        self.button.setAccessibleName(f"Second model: {name}")
        self._close.setEnabled(model is not None or bool(opening))
        if opening:
            said = LOADING.format(opening)
        elif model is None:
            said = "It stays open beside the first until you close it."
        else:
            n_parameters = short_count(model.info.n_parameters)
            said = f"{n_parameters} parameters, {model.info.vocab_size:,} tokens known"
        self._about.setText(said)
        self.button.setToolTip("" if model is None else tooltip(model.info.folder))
        self.changed.emit()

    def pair(self) -> Pair | None:
        """The same text read by both."""
        session, model = self.session, self.session.language_model
        first, other, second = (
            session.plain or session.trace,
            self.second.model,
            self.second.trace,
        )
        if model is None or first is None or other is None or second is None:
            return None
        if first.text != second.text:
            return None  # one of the two is behind; it comes at once
        halves = read(model, first, "first"), read_by_another(other, second)
        return Pair(model.info.folder, *halves)

    def hint(self) -> str:
        """What is missing."""
        if self.second.opening:
            return LOADING.format(self.second.opening)
        if self.second.model is None:
            return NO_MODEL
        if self.second.has_failed:
            return UNREAD
        return READING if self.session.prompt else EMPTY


class SettingsMode(Mode):
    """The dice as they are set on the first page, and set in another way."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("compareSettings")
        self._first = QLabel()
        self._first.setProperty("role", "caption")
        self.box.addWidget(self._first)
        self._temperature = QDoubleSpinBox()
        self._temperature.setRange(0, 100)
        self._temperature.setSingleStep(0.1)
        self._top_k = QSpinBox()
        self._top_k.setRange(0, MOST_K)
        self._top_k.setSpecialValueText("off")
        self._top_p = QDoubleSpinBox()
        self._top_p.setRange(0, 100)
        self._top_p.setDecimals(0)
        self._top_p.setSuffix("%")
        self._min_p = QDoubleSpinBox()
        self._min_p.setRange(0, 100)
        self._min_p.setDecimals(0)
        self._min_p.setSuffix("%")
        self._penalty = QDoubleSpinBox()
        self._penalty.setRange(0.01, 100)
        self._penalty.setSingleStep(0.1)
        controls = (
            ("Second: &temperature", self._temperature, "secondTemperatureSpin", "temperature"),
            ("top-&k", self._top_k, "secondTopKSpin", "top_k"),
            ("top-&p", self._top_p, "secondTopPSpin", "top_p"),
            ("min-p", self._min_p, "secondMinPSpin", "min_p"),
            ("repetition penalty", self._penalty, "secondPenaltySpin", "penalty"),
        )
        usual, extras = self.row, QHBoxLayout()
        extras.setSpacing(theme.INSIDE)
        self.box.insertLayout(1, extras)
        for text, control, name, tip in controls:
            self.row = extras if tip in EXTRAS else usual
            control.setObjectName(name)
            control.setAccessibleName(f"Second {tip.replace('_', '-')}")
            control.setToolTip(TIPS[tip])
            theme.set_px(control, minimumHeight=26)
            self.add_label(text, control)
            self.row.addWidget(control)
        self._temperature.setValue(0.5)
        self._top_p.setValue(100)
        self._penalty.setValue(1)
        for _, control, *_ in controls:
            control.valueChanged.connect(self.changed)
        for row in (usual, extras):
            row.addStretch(1)
        self.follow(session.sampling_changed, self._show_first)
        for fact in (session.trace_changed, session.model_changed):
            self.follow(fact, self.changed.emit)

    @property
    def second(self) -> SamplingConfig:
        """The other settings."""
        return SamplingConfig(
            self._temperature.value(),
            self._top_k.value(),
            self._top_p.value() / 100,
            self._min_p.value() / 100,
            self._penalty.value(),
        )

    def _show_first(self) -> None:
        sampling = self.session.sampling
        top_k = f"top-k {sampling.top_k}" if sampling.top_k else "top-k off"
        said = f"First: temperature {sampling.temperature:g}, {top_k}, top-p {sampling.top_p:.0%}"
        if sampling.min_p:
            said += f", min-p {sampling.min_p:.0%}"
        if sampling.repetition_penalty != 1:
            said += f", repetition penalty {sampling.repetition_penalty:g}"
        self._first.setText(said)
        self.changed.emit()

    def pair(self) -> Pair | None:
        """The same scores shaped in two ways."""
        session, model, trace = self.session, self.session.language_model, self.session.trace
        if model is None or trace is None:
            return None
        halves = (
            shaped(model, trace, session.sampling, "first"),
            shaped(model, trace, self.second, "second"),
        )
        return Pair(model.info.folder, *halves)
