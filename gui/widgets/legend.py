"""What the colours of an attention map mean, drawn below it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.painting import picture

MASKED, MARKED = "cannot look ahead", "set by you"
LONGEST, SHORTEST, HEIGHT, SWATCH = 120.0, 24.0, 11.0, 12.0


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
    is_marked: bool = False,
) -> None:
    """Draw the scale, from 0 to 1 if nothing else is said, and what marks mean, centred.

    Args:
        painter: Its font changes.
        middle: Where the legend is centred, from left to right.
        top: Its upper edge.
        width: Most room it may take.
        ends: What stands at both ends of the scale.
        is_signed: It is the scale of signed numbers.
        is_masked: Something is hatched.
        is_marked: A corner of something is folded over.
    """
    look = theme.active()
    painter.setFont(theme.font(theme.SMALL))
    metrics = QFontMetricsF(painter.font())
    before, after = (metrics.horizontalAdvance(end) + 5 for end in ends)
    signs = [(MASKED, is_masked), (MARKED, is_marked)]
    told = [words for words, is_told in signs if is_told]
    wide = [theme.BETWEEN + theme.px(SWATCH) + 6 + metrics.horizontalAdvance(one) for one in told]
    while told and before + after + sum(wide) + SHORTEST > width:  # as a whole, or not at all
        told, wide = told[1:], wide[1:]
    rest = before + after + sum(wide)
    length = max(min(LONGEST, width - rest), SHORTEST)
    ramp = QRectF(middle - (length + rest) / 2 + before, top, length, theme.px(HEIGHT))
    baseline = top + (theme.px(HEIGHT) + metrics.capHeight()) / 2

    painter.setPen(QColor(look.muted))
    painter.drawText(QPointF(ramp.x() - before, baseline), ends[0])
    painter.drawText(QPointF(ramp.right() + 5, baseline), ends[1])
    table = look.signed_table if is_signed else look.probability_table
    painter.drawImage(ramp, picture(table[None]))
    boxes, x = [ramp], ramp.right() + after
    for words, takes in zip(told, wide, strict=True):
        swatch = QRectF(x + theme.BETWEEN, top, theme.px(SWATCH), theme.px(HEIGHT))
        painter.setPen(QColor(look.muted))
        painter.drawText(QPointF(swatch.right() + 6, baseline), words)
        if words == MASKED:
            painter.fillRect(swatch, hatching())
        else:
            _draw_corner(painter, swatch)
        boxes.append(swatch)
        x += takes
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects(boxes)


def _draw_corner(painter: QPainter, swatch: QRectF) -> None:
    """As it is folded over on a cell."""
    corner, side = swatch.topRight(), 0.7 * swatch.height()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.active().accent))
    across, down = corner - QPointF(side, 0), corner + QPointF(0, side)
    painter.drawPolygon(QPolygonF([across, corner, down]))
