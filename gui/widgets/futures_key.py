"""What the marks in the tree of futures mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.futures_painting import LEFT, MARK_PX, draw_mark
from gui.widgets.painting import Canvas, tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

ENTRIES = (("G", "greedy"), ("B", "best of beam search"), ("b", "kept by it"))
MEANING = (
    "Greedy: always the likeliest next token, and never a look further.\n"
    "Beam search: several paths side by side, each time those that are likeliest as a whole."
)


class FuturesKey(Canvas):
    """A disc, a diamond and a hollow one, each with its meaning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("futuresKey")
        self.setAccessibleName("; ".join(name for _, name in ENTRIES))
        self.setToolTip(tooltip(MEANING))

    def sizeHint(self) -> QSize:
        """One line."""
        metrics = QFontMetricsF(theme.font(theme.SMALL))
        wide = sum(metrics.horizontalAdvance(name) + theme.px(MARK_PX) + 16 for _, name in ENTRIES)
        return QSize(round(wide), theme.px(18))

    def minimumSizeHint(self) -> QSize:
        """One line, that may be cut."""
        return QSize(theme.px(60, 0.5), theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, ink = theme.font(theme.SMALL), QColor(theme.active().muted)
        metrics, x = QFontMetricsF(font), 0.0
        for mark, name in ENTRIES:
            draw_mark(painter, QRectF(x, 0, theme.px(MARK_PX), self.height()), mark, ink)
            x += theme.px(MARK_PX) + 4
            painter.setFont(font)
            painter.setPen(ink)
            wide = metrics.horizontalAdvance(name)
            painter.drawText(QRectF(x, 0, wide + 2, self.height()), LEFT, name)
            x += wide + 12
