"""A pixel as a screen reader meets it: a number with a name, which it can also set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox

from gui.widgets.pixel_painting import BLACK, WHITE, in_words, number, place

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget


class PixelCell(QDoubleSpinBox):
    """Lies unseen over its pixel; for mouse and keyboard it is not there.

    Qt tells a screen reader the value, limits and step of a spin box, and no others' without an
    interface of one's own.

    Signals:
        value_wanted: (float) it is to get this number.

    Args:
        cell: Which of the nine.
        parent: The grid.
    """

    value_wanted = Signal(float)

    def __init__(self, cell: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"pixel{cell}")
        self.setAccessibleName(place(cell))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.lineEdit().hide()
        self.setRange(BLACK, WHITE)
        self.setSingleStep(0.1)
        self.valueChanged.connect(self.value_wanted)

    def show_value(self, value: float) -> None:
        """Say another number, silently."""
        with QSignalBlocker(self):
            self.setValue(value)

    def textFromValue(self, value: float) -> str:
        """The number with its word: black, -1."""
        word = in_words(value)
        return word if word.endswith(number(value)) else f"{word}, {number(value)}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Nothing: the grid shows the pixel."""
