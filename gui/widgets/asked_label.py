"""A number among words that can be asked about: by a click, or by Enter or ? on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter

from gui.widgets.elided_label import ElidedLabel
from gui.widgets.keyboard_focus import BY_KEYBOARD, asks
from gui.widgets.painting import draw_focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

ASK = "Click to see how it comes about"


class AskedLabel(ElidedLabel):
    """One line of text, from its left edge; only where there is text can it be clicked.

    Signals:
        asked: (QPoint) where.

    Args:
        name: Its `objectName`.
    """

    asked = Signal(QPoint)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "caption")
        self.setToolTip(ASK)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._by_keyboard = False

    def _is_text(self, at: QPoint) -> bool:
        return bool(self.text()) and at.x() <= self.fontMetrics().horizontalAdvance(self.text())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that there is something to click."""
        is_text = self._is_text(event.position().toPoint())
        shape = Qt.CursorShape
        self.setCursor(shape.PointingHandCursor if is_text else shape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask."""
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self._is_text(at):
            self.asked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask, as by a click."""
        if self.text() and asks(event):
            self.asked.emit(self.rect().center())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring shows where the keyboard is."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_KEYBOARD
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and the ring."""
        super().paintEvent(event)
        if self._by_keyboard and self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()))
