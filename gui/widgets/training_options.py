"""How a small net is built and taught: every choice with its name and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Choice:
    """One option.

    Attributes:
        title: Its name for people.
        tip: What it means.
        values: What can be chosen, by what stands there; none for a number that is typed.
    """

    title: str
    tip: str
    values: Mapping[str, object]


LEARNING: dict[str, Choice] = {
    "rate": Choice(
        "Learning rate",
        "How far a step goes downhill. Too small is slow; too large jumps over the valley.",
        {},
    ),
    "optimiser": Choice(
        "Downhill by",
        "Plain: straight down the gradient, as in the story.\n"
        "Momentum: like a ball that keeps rolling.\n"
        "Adam: each weight at a pace of its own.",
        {"plain": "plain", "momentum": "momentum", "Adam": "adam"},
    ),
    "loss": Choice(
        "Loss",
        "What training shrinks. Squared error: the distance to the right answer, squared.\n"
        "Cross-entropy: how surprised the net is by the right answer.",
        {"squared": "squared", "cross-entropy": "cross-entropy"},
    ),
    "batch": Choice(
        "Batch",
        "How many pictures a step looks at. Few: quick steps that stagger.",
        {"all": 0, "20": 20, "10": 10, "4": 4, "1": 1},
    ),
    "noise": Choice(
        "Noise",
        "Each pixel of a training picture is flipped this often, anew in each step.",
        {"none": 0.0, "2%": 0.02, "5%": 0.05, "10%": 0.1, "20%": 0.2},
    ),
}
BUILDING: dict[str, Choice] = {
    "hidden1": Choice("Hidden layer 1", "Neurons in the first hidden layer, 2 to 12.", {}),
    "hidden2": Choice("Hidden layer 2", "Neurons in the second hidden layer, 2 to 12.", {}),
    "outputs": Choice(
        "Outputs",
        "Sigmoid: a question for each symbol, as in the story.\n"
        "Softmax: shares of one whole, which add up to 100%.",
        {"sigmoid": "sigmoid", "softmax": "softmax"},
    ),
    "limited": Choice(
        "Weights",
        "Kept within \N{MINUS SIGN}1 and 1, as in the story, or free to grow.",
        {"\N{MINUS SIGN}1 to 1": True, "free": False},
    ),
    "seed": Choice("Seed", "Draws the first weights. The same seed gives the same net.", {}),
}
NONSENSE = "Also show it nonsense"
NONSENSE_TIP = "Pictures that are no symbol at all, so that it learns to say: none of them."
_SPINS = {"hidden1": (2, 12), "hidden2": (2, 12), "seed": (0, 2**31 - 1)}
_FRESH = "How it is built (resets it):"


class TrainingOptions(QWidget):
    """Two columns of choices: how it learns, and how it is built.

    Signals:
        edited: (str, object) the option's name, and what the user wants.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingOptions")
        self._controls: dict[str, QComboBox | QSpinBox | QLineEdit] = {}
        self._labels: list[QLabel] = []
        self._nonsense = QCheckBox(NONSENSE)
        self._nonsense.setObjectName("nonsenseCheck")
        self._nonsense.setAccessibleName(NONSENSE)
        self._nonsense.setToolTip(tooltip(NONSENSE_TIP))
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
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.INSIDE)
        box.addWidget(self._problem)  # at the top, where no low window hides it
        box.addLayout(grid)
        box.addWidget(self._nonsense)

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
                widget.setToolTip(tooltip(choice.tip))
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
        box = QComboBox()
        box.view().setObjectName(f"{name}Choices")
        box.view().setAccessibleName(choice.title)
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
