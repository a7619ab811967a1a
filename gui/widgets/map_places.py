"""Where the parts of an attention map lie, and the labels beside and above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.attention_picture import LARGEST_CELL
from gui.widgets.painting import draw_token

if TYPE_CHECKING:
    from collections.abc import Sequence

FRAMED_CELL, MARK = 7, 4  # cells this large can be framed; length of the marks of smaller ones
LINE = 15  # a label needs this much room across its direction
LONGEST_LABEL = 96


@dataclass(frozen=True)
class MapPlaces:
    """Places in device-independent pixels.

    Attributes:
        labels: Of the T tokens.
        map: Of all cells.
        cell: Side of one.
        column_height: Of the labels above the map.
        upright: Whether those are turned by 90 degrees.
    """

    labels: tuple[str, ...]
    map: QRectF
    cell: float
    column_height: float
    upright: bool

    def spot(self, row: int, first: int, stop: int) -> QRectF:
        """The cells of a row from one column to before another."""
        x, y = self.map.x() + first * self.cell, self.map.y() + row * self.cell
        return QRectF(x, y, (stop - first) * self.cell, self.cell)

    def position_at(self, point: QPointF, edge: int) -> tuple[int | None, int | None]:
        """Row and column under a point; beside the map only one of them.

        Args:
            point: Of the figure.
            edge: Where the labels begin, at the left and at the top.
        """
        column, row = (
            int(along // self.cell) if 0 <= along < self.map.width() else None
            for along in (point.x() - self.map.x(), point.y() - self.map.y())
        )
        beside = row is not None and edge <= point.x() < self.map.x()
        above = column is not None and edge <= point.y() < self.map.y()
        inside = row is not None and column is not None
        last = len(self.labels) - 1  # the division may round up at the very edge
        return (
            min(row, last) if row is not None and (inside or beside) else None,
            min(column, last) if column is not None and (inside or above) else None,
        )

    def shown(self, *stressed: int | None) -> tuple[list[int], set[int]]:
        """Which labels fit along an axis: the stressed ones, then the last, then the others."""
        step = max(int(np.ceil(theme.px(LINE) / self.cell)), 1)
        strong = {position for position in stressed if position is not None}
        taken, plain = set(strong), []
        for position in (len(self.labels) - 1, *range(0, len(self.labels) - 1, step)):
            if all(abs(position - other) >= step for other in taken):
                plain.append(position)
                taken.add(position)
        return plain, strong


def lay_out(labels: Sequence[str], room: QRectF, ratio: float) -> MapPlaces:
    """Divide the room of a map and its labels.

    Args:
        labels: Of the T tokens, one at least.
        room: For all of it.
        ratio: Pixels of the screen for one that is device-independent.
    """
    n_tokens = len(labels)
    width_of = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
    longest = max(width_of(label) for label in set(labels)) + 8
    row_width = min(longest, theme.px(LONGEST_LABEL), room.width() * 0.3)
    cell = min((room.width() - row_width) / n_tokens, theme.px(LARGEST_CELL))
    upright = longest > cell
    column_height = min(row_width, room.height() * 0.3) if upright else theme.px(LINE) + 4
    cell = min(cell, (room.height() - column_height) / n_tokens)
    cell = max(cell, 1 / n_tokens)  # however small the widget
    if cell * ratio >= 3:  # whole pixels; uneven ones would show
        cell = int(cell * ratio) / ratio
    side = cell * n_tokens
    left = room.x() + row_width + max((room.width() - row_width - side) / 2, 0)
    at = QRectF(round(left), room.y() + round(column_height), side, side)
    return MapPlaces(tuple(labels), at, cell, column_height, upright)


def draw_row_labels(
    painter: QPainter, places: MapPlaces, edge: int, focus: int | None, row: int | None
) -> None:
    """The tokens at the left.

    Args:
        painter: Has the font.
        places: Of the map.
        edge: Where they begin.
        focus: The token to stress.
        row: Where the crosshair is.
    """
    plain, strong = places.shown(focus, row)
    width = places.map.x() - edge - 2
    for position in (*plain, *strong):
        middle = places.map.y() + (position + 0.5) * places.cell
        rect = QRectF(edge, middle - theme.px(LINE) / 2, width, theme.px(LINE))
        _draw_label(painter, rect, places, position, focus, Qt.AlignmentFlag.AlignRight)


def draw_column_labels(
    painter: QPainter, places: MapPlaces, focus: int | None, column: int | None
) -> None:
    """The tokens above, turned where they are longer than a cell is wide; parameters as above."""
    plain, strong = places.shown(focus, column)
    cell, height, line = places.cell, places.column_height, theme.px(LINE)
    for position in (*plain, *strong):
        middle = places.map.x() + (position + 0.5) * cell
        if places.upright:
            painter.save()
            painter.translate(middle, places.map.y())
            painter.rotate(-90)
            rect = QRectF(2, -line / 2, height - 2, line)
            _draw_label(painter, rect, places, position, focus, Qt.AlignmentFlag.AlignLeft)
            painter.restore()
        else:
            rect = QRectF(middle - cell / 2, places.map.y() - line - 2, cell, line)
            _draw_label(painter, rect, places, position, focus, Qt.AlignmentFlag.AlignHCenter)


def _draw_label(
    painter: QPainter,
    rect: QRectF,
    places: MapPlaces,
    position: int,
    focus: int | None,
    align: Qt.AlignmentFlag,
) -> None:
    look = theme.active()
    color = QColor(look.accent if position == focus else look.text)
    draw_token(painter, rect.adjusted(2, 0, -2, 0), places.labels[position], color, align)


def draw_frame(painter: QPainter, cell: float, cells: QRectF) -> None:
    """Frame a row or a column; one so thin that a frame would fill it is marked at its ends."""
    if cell >= FRAMED_CELL:
        painter.drawRect(cells)
        return
    middle = cells.center()
    painter.save()
    painter.setPen(QPen(painter.pen().color(), max(cell, 2.0)))
    if cells.width() > cells.height():
        for x in (cells.left() - MARK - 1, cells.right() + 2):
            painter.drawLine(QPointF(x, middle.y()), QPointF(x + MARK - 1, middle.y()))
    else:
        for y in (cells.top() - MARK - 1, cells.bottom() + 2):
            painter.drawLine(QPointF(middle.x(), y), QPointF(middle.x(), y + MARK - 1))
    painter.restore()
