"""One line of text that ends with an ellipsis where it is too long, and is whole as a tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QLabel, QToolTip

from gui.widgets.painting import elided, tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class ElidedLabel(QLabel):
    """Plain text; `text` is always all of it.

    Args:
        text: What it says.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def is_cut(self) -> bool:
        """Whether there is no room for all of it."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def event(self, event: QEvent) -> bool:
        """What is cut is told as a tooltip, unless it has one of its own that says it."""
        is_untold = self.is_cut and not self.toolTip()
        if is_untold and event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), tooltip(self.text()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, or as much of it as there is room for."""
        if not self.is_cut:
            super().paintEvent(event)
            return
        painter, room = QPainter(self), self.contentsRect()
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = elided(self.text(), self.font(), room.width())
        painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, text)
