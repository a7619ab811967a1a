"""What figures of rows share: the row under the mouse is stressed, and a rest tells its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QMouseEvent

ROUND_PX = 4


class RowCanvas(KeyboardCanvas):
    """A figure that says where its rows are; it gets the mouse followed in return."""

    _hovered: int | None = None

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point of the widget, if one can be chosen there."""

    def exact(self, row: int) -> str:
        """All that there is to say about a row."""
        return ""

    def hover_at(self, point: QPointF) -> None:
        """Stress the row at a point, if there is one."""
        self.hover(self.row_at(point))

    def hover(self, row: int | None) -> None:
        """Stress a row, or none."""
        if row != self._hovered:
            self._hovered = row
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if row is None else shape.PointingHandCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stress the row under the mouse."""
        self.hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self.hover(None)

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the exact numbers."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            row = self.row_at(QPointF(help_event.pos()))
            text = "" if row is None else tooltip(self.exact(row))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)


def fill_row(painter: QPainter, rect: QRectF) -> None:
    """The ground of the row under the mouse."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.active().raised))
    painter.drawRoundedRect(rect, ROUND_PX, ROUND_PX)


def ring_row(painter: QPainter, rect: QRectF, width: float = 1.5) -> None:
    """The ring around the row that the keyboard or the dice are on."""
    painter.setPen(QPen(QColor(theme.active().accent), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), ROUND_PX, ROUND_PX)
