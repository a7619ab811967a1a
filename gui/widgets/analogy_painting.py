"""Arrows, sides and dots of a parallelogram."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui import theme

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
