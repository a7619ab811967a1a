"""How a small net is built and taught: every choice, and what the one in focus means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.painting import tooltip
from gui.widgets.training_choices import BUILDING, LEARNING, NONSENSE, Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPINS = {"hidden1": (2, 12), "hidden2": (2, 12), "seed": (0, 2**31 - 1)}
_FRESH = "How it is built (resets it):"
WHAT = "What is this? Point at a choice, or go to it with Tab, and read it here in plain words."
HELP_LINES = 2


class TrainingOptions(QWidget):
    """Two columns of choices, and a line that says what the one under mouse or keyboard is.

    Signals:
        edited: (str, object) the option's name, and what the user wants.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingOptions")
        self._controls: dict[str, QComboBox | QSpinBox | QLineEdit] = {}
        self._labels: list[QLabel] = []
        self._about: dict[QObject, str] = {}  # which choice a widget belongs to
        self._values: Mapping[str, object] = {}
        self._hovered = self._focused = ""
        self._help = _help_line()
        self._nonsense = QCheckBox(NONSENSE.title)
        self._nonsense.setObjectName("nonsenseCheck")
        self._nonsense.setAccessibleName(NONSENSE.title)
        self._explain(self._nonsense, "nonsense", NONSENSE)
        self._nonsense.toggled.connect(lambda on: self.edited.emit("nonsense", on))
        self._problem = QLabel()
        self._problem.setObjectName("optionsProblem")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._problem.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.INSIDE)
        grid.setVerticalSpacing(4)
        for column, (title, choices) in enumerate(
            (("How it learns:", LEARNING), (_FRESH, BUILDING))
        ):
            self._add_column(grid, 3 * column, title, choices)
        grid.setColumnMinimumWidth(2, theme.INSIDE)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.INSIDE)
        box.addWidget(self._problem)  # at the top, where no low window hides it
        box.addLayout(grid)
        box.addWidget(self._nonsense)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addWidget(_scrolled(body))
        whole.addWidget(self._help)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        line = QFontMetrics(theme.font(theme.SMALL)).lineSpacing()
        self._help.setFixedHeight(HELP_LINES * line)

    def _explain(self, widget: QWidget, name: str, choice: Choice) -> None:
        """What a choice is: in a tooltip, to a screen reader, and in the line of help."""
        widget.setToolTip(tooltip(choice.explained()))
        widget.setAccessibleDescription(choice.explained())
        self._about[widget] = name
        widget.installEventFilter(self)

    def _add_column(
        self, grid: QGridLayout, column: int, title: str, choices: Mapping[str, Choice]
    ) -> None:
        heading = QLabel(title)
        heading.setProperty("role", "caption")
        heading.setWordWrap(True)
        heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        grid.addWidget(heading, 0, column, 1, 2, Qt.AlignmentFlag.AlignBottom)
        for line, (name, choice) in enumerate(choices.items(), start=1):
            control = self._control(name, choice)
            control.setObjectName(f"{name}Option")
            control.setAccessibleName(choice.title)
            control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            control.setMinimumWidth(64)
            label = QLabel(choice.title)
            label.setBuddy(control)
            for widget in (label, control):
                self._explain(widget, name, choice)
            grid.addWidget(label, line, column)
            grid.addWidget(control, line, column + 1)
            self._controls[name] = control

    def _control(self, name: str, choice: Choice) -> QComboBox | QSpinBox | QLineEdit:
        if name in _SPINS:
            spin = QSpinBox()
            spin.setRange(*_SPINS[name])
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(lambda value: self.edited.emit(name, value))
            return spin
        if not choice.values:
            field = QLineEdit()
            field.setMaxLength(20)
            field.setStyleSheet("QLineEdit { padding: 1px 6px; }")
            field.editingFinished.connect(lambda: self._on_typed(name, field))
            return field
        box = ChoiceBox(f"{name}Option", choice.title)
        for text, value in choice.values.items():
            box.addItem(text, value)
        box.activated.connect(lambda _index: self.edited.emit(name, box.currentData()))
        return box

    def _on_typed(self, name: str, field: QLineEdit) -> None:
        """A number, or what was typed instead: it is refused where numbers are checked."""
        if not field.isModified():
            return
        field.setModified(False)
        text = field.text().strip().replace("\N{MINUS SIGN}", "-")
        try:
            self.edited.emit(name, float(text))
        except ValueError:
            self.edited.emit(name, text)

    # --- what is in focus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice which choice the eye is on."""
        kind, name = event.type(), self._about.get(watched, "")
        if kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._hovered = name if kind == QEvent.Type.Enter else ""
            self._show_help()
        elif kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._focused = name if kind == QEvent.Type.FocusIn else ""
            self._show_help()
        return super().eventFilter(watched, event)

    def _show_help(self) -> None:
        name = self._hovered or self._focused
        choice = {**LEARNING, **BUILDING, "nonsense": NONSENSE}.get(name)
        said = f"{choice.title}: {choice.explained(self._values.get(name))}" if choice else WHAT
        self._help.setText(said)

    # --- what is shown

    def set_data(self, values: Mapping[str, object]) -> None:
        """Show these choices.

        Args:
            values: By the names in `LEARNING` and `BUILDING`, and "nonsense".
        """
        for name, control in self._controls.items():
            value = values[name]
            with QSignalBlocker(control):
                if isinstance(control, QSpinBox) and isinstance(value, int):
                    control.setValue(value)
                elif isinstance(control, QLineEdit) and not control.isModified():
                    control.setText(f"{value:g}")
                elif isinstance(control, QComboBox):
                    self._choose(control, value)
        with QSignalBlocker(self._nonsense):
            self._nonsense.setChecked(bool(values["nonsense"]))
        self._values = dict(values)
        self._show_help()

    def _choose(self, box: QComboBox, value: object) -> None:
        index = box.findData(value)
        if index < 0:  # as from a file
            box.addItem(f"{value:.0%}" if isinstance(value, float) else str(value), value)
            index = box.count() - 1
        box.setCurrentIndex(index)

    def say(self, problem: str) -> None:
        """Tell why a choice was refused; "" once all is well."""
        self._problem.setStyleSheet(f"color: {theme.active().error};")
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))


def _help_line() -> QLabel:
    label = QLabel(WHAT)
    label.setObjectName("optionsHelp")
    label.setProperty("role", "caption")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label


def _scrolled(body: QWidget) -> QScrollArea:
    """Choices in a window too low for all of them, or in large text."""
    area = QScrollArea()
    area.setObjectName("optionsScroll")
    area.setAccessibleName("How it learns and how it is built")
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(body)
    area.viewport().setAutoFillBackground(False)
    body.setAutoFillBackground(False)
    return area
