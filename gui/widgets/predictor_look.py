"""How predictors are told apart wherever they are drawn: by colour, by dashes and by shape."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK_PX = 6.0
_DASHES = (Qt.PenStyle.DotLine, Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine, Qt.PenStyle.SolidLine)
_SHADES = (0.35, 0.5, 0.68)  # of the scale of probabilities, for all but the last
_WIDTHS = (1.6, 1.6, 1.6, 2.4)
PIECE = 4  # lines that are drawn together


def color_of(series: int, n: int) -> QColor:
    """The colour of a curve; arguments as of `pen_of`."""
    look = theme.active()
    if series == n - 1:
        return QColor(look.text)
    return look.probability_color(_SHADES[series % len(_SHADES)])


def pen_of(series: int, n: int) -> QPen:
    """The pen of a curve.

    Args:
        series: Which one.
        n: How many there are; the last is the one that the others are measured by.
    """
    at = -1 if series == n - 1 else series % len(_SHADES)
    pen = QPen(color_of(series, n), _WIDTHS[at])
    pen.setStyle(_DASHES[at])
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def draw_curve(painter: QPainter, points: Sequence[QPointF], pen: QPen) -> None:
    """Draw a curve in short pieces, the dashes of each going on where those before it ended.

    What Qt takes for a thick line grows with the square of its length: 128 points that go up and
    down took 40 ms in one piece, and 2 ms in pieces of up to 4 lines.
    """
    pen, length = QPen(pen), 0.0
    for start in range(0, len(points) - 1, PIECE):
        piece = points[start : start + PIECE + 1]
        if pen.style() != Qt.PenStyle.SolidLine:
            pen.setDashOffset(length / pen.widthF())
            length += sum(math.hypot(b.x() - a.x(), b.y() - a.y()) for a, b in pairwise(piece))
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(piece))


def draw_mark(painter: QPainter, at: QPointF, series: int, n: int, size: float = MARK_PX) -> None:
    """A point of a curve: ring, square, triangle, and a full disc for the last one."""
    color = color_of(series, n)
    painter.setPen(QPen(color, 1.3))
    is_last = series == n - 1
    painter.setBrush(color if is_last else QColor(theme.active().surface))
    box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
    shape = 3 if is_last else series % 3
    if shape == 1:
        painter.drawRect(box)
    elif shape == 2:
        corners = (QPointF(at.x(), box.top()), box.bottomRight(), box.bottomLeft())
        painter.drawPolygon(QPolygonF(corners))
    else:
        painter.drawEllipse(box)


def draw_sample(painter: QPainter, rect: QRectF, series: int, n: int) -> None:
    """A short piece of a curve with its mark, for a legend or a heading."""
    middle = rect.center().y()
    painter.setPen(pen_of(series, n))
    painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right(), middle))
    draw_mark(painter, rect.center(), series, n)
