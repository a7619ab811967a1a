"""What the colours of an attention map mean, drawn below it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import picture

MASKED = "cannot look ahead"
LONGEST, HEIGHT, SWATCH = 120.0, 11.0, 12.0


def hatching() -> QBrush:
    """How cells are marked that the mask forbids to look at."""
    return QBrush(QColor(theme.active().border), Qt.BrushStyle.BDiagPattern)


def draw_legend(painter: QPainter, middle: float, top: float, width: float) -> None:
    """Draw the scale from 0 to 1 and the hatching, centred.

    Args:
        painter: Its font changes.
        middle: Where the legend is centred, from left to right.
        top: Its upper edge.
        width: Most room it may take.
    """
    look = theme.active()
    painter.setFont(theme.font(theme.SMALL))
    metrics = QFontMetricsF(painter.font())
    digit, words = metrics.horizontalAdvance("0") + 5, metrics.horizontalAdvance(MASKED)
    rest = 2 * digit + theme.BETWEEN + theme.px(SWATCH) + 6 + words
    length = max(min(LONGEST, width - rest), 24.0)
    ramp = QRectF(middle - (length + rest) / 2 + digit, top, length, theme.px(HEIGHT))
    swatch = QRectF(ramp.right() + digit + theme.BETWEEN, top, theme.px(SWATCH), theme.px(HEIGHT))
    baseline = top + (theme.px(HEIGHT) + metrics.capHeight()) / 2

    painter.setPen(QColor(look.muted))
    painter.drawText(QPointF(ramp.x() - digit, baseline), "0")
    painter.drawText(QPointF(ramp.right() + 5, baseline), "1")
    painter.drawText(QPointF(swatch.right() + 6, baseline), MASKED)
    painter.drawImage(ramp, picture(look.probability_table[None]))
    painter.fillRect(swatch, hatching())
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(ramp)
    painter.drawRect(swatch)
