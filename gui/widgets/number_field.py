"""A small field over a figure in which one of its numbers is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
    from PySide6.QtWidgets import QWidget

DECIMALS, STEP = 3, 0.05


class NumberField(QDoubleSpinBox):
    """Opens with a number, follows every key, closes by Enter; Esc takes the change back.

    Signals:
        changed: (float) the number as it is typed.
        refused: what was typed is a number beyond the limit.
        closed: it has gone.

    Args:
        parent: The figure.
    """

    changed = Signal(float)
    refused = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("numberField")
        self.setLocale(QLocale.c())
        self.setDecimals(DECIMALS)
        self.setSingleStep(STEP)
        self._figure, self._before = parent, 0.0
        self.valueChanged.connect(self.changed)
        self.hide()

    def open(self, value: float, limit: float, name: str, text: str = "") -> None:
        """Appear, and take the keys.

        Args:
            value: The number to begin with, and to return to.
            limit: The largest number that can be typed.
            name: What it is, for a screen reader.
            text: What was typed already, in place of the number.
        """
        self._before = value
        self.setAccessibleName(name)
        self.setToolTip(f"{name}. Enter closes; Esc takes the change back.")
        with QSignalBlocker(self):
            self.setRange(-limit, limit)
            self.setValue(value)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.clear()
            self.lineEdit().insert(text.replace(",", "."))
        else:
            self.selectAll()

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Accept what can become a number within the limit; tell if it is one beyond it."""
        state = super().validate(text, at)
        try:
            is_beyond = abs(float(text)) > self.maximum()
        except ValueError:
            is_beyond = False
        if is_beyond:
            self.refused.emit()
        return state

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter closes, Esc takes back; a comma is a point."""
        if event.key() == Qt.Key.Key_Escape:
            self.changed.emit(self._before)
            self._give_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give_back()
        elif event.text() == ",":
            self.lineEdit().insert(".")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who goes elsewhere has finished."""
        super().focusOutEvent(event)
        self.close_silently()
        self.closed.emit()

    def close_silently(self) -> None:
        """Vanish, as when the number is no longer there."""
        with QSignalBlocker(self):
            self.hide()

    def _give_back(self) -> None:
        """Let the keys go to the figure again, which closes the field."""
        self._figure.setFocus(Qt.FocusReason.ShortcutFocusReason)
