"""Arrows, sides, dots and names of a parallelogram."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.plane_painting import draw_words, name_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.widgets.label_room import Name

HEAD = 11.0  # length of an arrow's head


def draw_arrow(painter: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """A line with a filled head; one shorter than its head is only a line."""
    painter.setPen(QPen(color, 2.5))
    way = end - start
    length = math.hypot(way.x(), way.y())
    if length < HEAD:
        painter.drawLine(start, end)
        return
    along = way / length
    across = QPointF(-along.y(), along.x())
    neck = end - along * HEAD
    painter.drawLine(start, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    side = across * (HEAD * 0.42)
    painter.drawPolygon(QPolygonF([end, neck + side, neck - side]))


def draw_side(painter: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """A dashed hairline."""
    painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
    painter.drawLine(start, end)


def draw_dot(
    painter: QPainter, middle: QPointF, radius: float, color: QColor, *, hollow: bool = False
) -> None:
    """A word, or a ring where there need not be one."""
    surface = QColor(theme.active().surface)
    painter.setPen(QPen(color if hollow else surface, 1.5 if hollow else 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color)
    painter.drawEllipse(middle, radius, radius)


def is_on_line(point: QPointF, start: QPointF, end: QPointF, reach: float) -> bool:
    """Whether a point is within reach of a line between two others."""
    way, off = end - start, point - start
    squared = QPointF.dotProduct(way, way)
    share = min(max(QPointF.dotProduct(off, way) / squared, 0.0), 1.0) if squared else 0.0
    rest = off - way * share
    return math.hypot(rest.x(), rest.y()) <= reach


def draw_others(painter: QPainter, dots: Sequence[QPointF], names: Sequence[Name]) -> None:
    """The words around the corners."""
    muted = QColor(theme.active().muted)
    for dot in dots:
        draw_dot(painter, dot, 3, muted)
    draw_words(painter, names)


def draw_corners(
    painter: QPainter, dots: Sequence[QPointF], names: Sequence[Name], answer: int | None
) -> None:
    """The question's three words and the first answer.

    Args:
        painter: Its font, pen and brush change.
        dots: Of all words; the first three are the question's.
        names: Of the corners; `Name.id` says which of the words.
        answer: Which of the words is the first answer, if it is among them.
    """
    look = theme.active()
    for dot in dots[:3]:
        draw_dot(painter, dot, 4, QColor(look.text))
    if answer is not None:
        draw_dot(painter, dots[answer], 4.5, QColor(look.accent))
    for name in names:
        color = QColor(look.accent if name.id == answer else look.text)
        if not name.place.adjusted(-16, -16, 16, 16).contains(name.dot):
            draw_side(painter, name.dot, name.place.center(), color)
        painter.setFont(name_font())
        painter.setPen(color)
        veil = QColor(look.surface)
        veil.setAlphaF(0.8)
        painter.fillRect(name.place, veil)
        painter.drawText(name.place, Qt.AlignmentFlag.AlignCenter, name.label)
