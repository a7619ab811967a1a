"""The picture of one attention pattern, at any size of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from gui import theme
from gui.widgets.legend import hatching
from gui.widgets.painting import picture, shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_CELL = 56
NUMBERED_CELL = 36  # cells this large show their number


def draw_map(pattern: NDArray[np.float32], cell: float, ratio: float) -> QPixmap:
    """The coloured cells, the part that a GPT cannot see hatched, and a frame.

    Args:
        pattern: (T, T) from 0 to 1.
        cell: Side of a cell in device-independent pixels.
        ratio: Pixels of the screen in one of those.
    """
    look, side = theme.active(), cell * len(pattern)
    small = shrunk(pattern, round(side * ratio))
    drawn = QPixmap(QSize(round((side + 2) * ratio), round((side + 2) * ratio)))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.translate(1, 1)
    painter.drawImage(QRectF(0, 0, side, side), picture(look.probability_pixels(small)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hatching())
    painter.drawPolygon(_staircase(len(pattern), cell))
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if cell >= theme.px(NUMBERED_CELL) / 2:
        for i in range(1, len(pattern)):
            at = i * cell - 0.5
            painter.drawLine(QPointF(0, at), QPointF(at + cell, at))
            painter.drawLine(QPointF(at, at - cell), QPointF(at, side))
    painter.drawRect(QRectF(-0.5, -0.5, side + 1, side + 1))
    if cell >= theme.px(NUMBERED_CELL):
        _draw_numbers(painter, pattern, cell)
    painter.end()
    return drawn


def _draw_numbers(painter: QPainter, pattern: NDArray[np.float32], cell: float) -> None:
    look = theme.active()
    painter.setFont(theme.mono(theme.SMALL))
    for row, column in np.argwhere(np.tri(len(pattern), dtype=bool)):
        value = float(pattern[row, column])
        spot = QRectF(column * cell, row * cell, cell, cell)
        painter.setPen(look.readable_on(look.probability_color(value)))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}")


def _staircase(n_tokens: int, cell: float) -> QPolygonF:
    """The outline of the cells above the diagonal."""
    side = n_tokens * cell
    corners = [QPointF(side, 0)]
    for i in range(1, n_tokens):
        corners += [QPointF(i * cell, (i - 1) * cell), QPointF(i * cell, i * cell)]
    return QPolygonF([*corners, QPointF(side, (n_tokens - 1) * cell)])
