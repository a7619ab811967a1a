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


def draw_legend(
    painter: QPainter,
    middle: float,
    top: float,
    width: float,
    ends: tuple[str, str] = ("0", "1"),
    *,
    is_signed: bool = False,
    is_masked: bool = True,
) -> None:
    """Draw the scale, from 0 to 1 if nothing else is said, and the hatching, centred.

    Args:
        painter: Its font changes.
        middle: Where the legend is centred, from left to right.
        top: Its upper edge.
        width: Most room it may take.
        ends: What stands at both ends of the scale.
        is_signed: It is the scale of signed numbers.
        is_masked: Something is hatched.
    """
    look = theme.active()
    painter.setFont(theme.font(theme.SMALL))
    metrics = QFontMetricsF(painter.font())
    before, after = (metrics.horizontalAdvance(end) + 5 for end in ends)
    words = metrics.horizontalAdvance(MASKED)
    masked = theme.BETWEEN + theme.px(SWATCH) + 6 + words if is_masked else 0.0
    rest = before + after + masked
    length = max(min(LONGEST, width - rest), 24.0)
    ramp = QRectF(middle - (length + rest) / 2 + before, top, length, theme.px(HEIGHT))
    swatch = QRectF(ramp.right() + after + theme.BETWEEN, top, theme.px(SWATCH), theme.px(HEIGHT))
    baseline = top + (theme.px(HEIGHT) + metrics.capHeight()) / 2

    painter.setPen(QColor(look.muted))
    painter.drawText(QPointF(ramp.x() - before, baseline), ends[0])
    painter.drawText(QPointF(ramp.right() + 5, baseline), ends[1])
    table = look.signed_table if is_signed else look.probability_table
    painter.drawImage(ramp, picture(table[None]))
    boxes = [ramp]
    if is_masked:
        painter.drawText(QPointF(swatch.right() + 6, baseline), MASKED)
        painter.fillRect(swatch, hatching())
        boxes.append(swatch)
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects(boxes)
