"""Where the parts of the lens figure lie: depths downwards, positions to the right, one track."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFontMetricsF

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

EDGE, GAP = 4, 8
LEAST_ROW, MOST_ROW = 20, 44
TWO_LINES = 34  # a row so high has the percentage below the word,
BESIDE = 96  # a column so wide has it beside; else only the shade says it
LEAST_COLUMN, MOST_COLUMN = 76, 150
NUMBER_LINE, TOKEN_LINE = 15, 20  # above the columns: positions and tokens
WORDS_LINE = 18  # below the cells: what one points at
RANK_PX, SHARE_PX = 46, 52  # of the track: place and probability
PLOT_PX, WIDEST_PLOT_PX = 64, 280  # and the curve
WITH_PLOT, WITH_TRACK = 560, 380  # a narrower figure does without

Cell = tuple[int, int]


@dataclass(frozen=True)
class LensLayout:
    """Places in device-independent pixels.

    Attributes:
        n_depths: Rows.
        n_positions: Columns.
        view: Of the cells, the part that scrolls.
        row: Height of a row.
        column: Width of a column.
        track: Of the numbers and the curve at the right; empty if there is no room for them.
        plot: Of the curve; empty if there is no room for it.
    """

    n_depths: int
    n_positions: int
    view: QRect
    row: float
    column: float
    track: QRectF
    plot: QRectF

    @property
    def content(self) -> tuple[float, float]:
        """Width and height of all cells."""
        return self.n_positions * self.column, self.n_depths * self.row

    def cell(self, at: Cell, left: float, top: float) -> QRectF:
        """Where a cell is, scrolled so far."""
        x = self.view.x() + at[1] * self.column - left
        return QRectF(x, self.view.y() + at[0] * self.row - top, self.column, self.row)

    def in_sight(self, left: float, top: float) -> tuple[range, range]:
        """Depths and positions that are at least partly seen."""
        return (
            _covered(top, self.view.height(), self.row, self.n_depths),
            _covered(left, self.view.width(), self.column, self.n_positions),
        )

    def cell_at(self, x: float, y: float, left: float, top: float) -> Cell | None:
        """Depth and position at a point."""
        if not QRectF(self.view).contains(x, y):
            return None
        depth = math.floor((y - self.view.y() + top) / self.row)
        position = math.floor((x - self.view.x() + left) / self.column)
        inside = 0 <= depth < self.n_depths and 0 <= position < self.n_positions
        return (depth, position) if inside else None

    def track_at(self, x: float, y: float, top: float) -> int | None:
        """The depth whose numbers in the track are at a point."""
        inside = QRectF(self.track.x(), self.view.y(), self.track.width(), self.view.height())
        if not inside.contains(x, y):
            return None
        depth = math.floor((y - self.view.y() + top) / self.row)
        return depth if 0 <= depth < self.n_depths else None


def _gutter(names: Sequence[str]) -> int:
    """Room for the names of the depths."""
    metrics = QFontMetricsF(theme.font(theme.SMALL, bold=True))
    return math.ceil(max(map(metrics.horizontalAdvance, names), default=0)) + GAP


def least_size(names: Sequence[str], n_positions: int, bar: int) -> QSize:
    """Of a figure in which all is in sight, curve included; parameters as of `lay_out`."""
    lines = theme.px(NUMBER_LINE) + theme.px(TOKEN_LINE) + theme.px(WORDS_LINE)
    track = theme.px(RANK_PX) + theme.px(SHARE_PX) + theme.px(PLOT_PX) + 3 * GAP
    columns = n_positions * theme.px(LEAST_COLUMN)
    return QSize(
        2 * EDGE + _gutter(names) + columns + track,
        2 * EDGE + lines + len(names) * theme.px(LEAST_ROW) + bar,
    )


def lay_out(
    width: int, height: int, names: Sequence[str], n_positions: int, bar: int
) -> LensLayout:
    """Divide a figure.

    Args:
        width: Of the figure.
        height: Likewise.
        names: Of the depths.
        n_positions: How many columns.
        bar: What a scroll bar takes.
    """
    gutter = _gutter(names)
    wanted = 0.0
    if width >= theme.px(WITH_TRACK, 0.7):
        wanted = theme.px(RANK_PX) + theme.px(SHARE_PX) + GAP
        if width >= theme.px(WITH_PLOT, 0.7):
            wanted += theme.px(PLOT_PX) + GAP
    left, top = EDGE + gutter, EDGE + theme.px(NUMBER_LINE) + theme.px(TOKEN_LINE)
    room = max(width - left - EDGE - (wanted + GAP if wanted else 0), 1)
    high = max(height - top - theme.px(WORDS_LINE) - EDGE, 1)
    column = max(room / max(n_positions, 1), theme.px(LEAST_COLUMN))
    column = min(column, theme.px(MOST_COLUMN))
    # Halves of a pixel: what was divided by a number does not come to the same times it.
    if column * n_positions > room + 0.5:
        high = max(high - bar, 1)
    row = min(max(high / max(len(names), 1), theme.px(LEAST_ROW)), theme.px(MOST_ROW))
    is_higher = row * len(names) > high + 0.5
    if is_higher and column * n_positions <= room - bar:
        room -= bar  # the upright bar lies beside the cells
    elif is_higher:
        room = max(room - bar, 1)
    seen = min(round(column * n_positions), math.floor(room))
    view = QRect(left, top, seen, min(math.ceil(row * len(names)), math.floor(high)))
    spare = bar if is_higher else 0
    track, plot = QRectF(), QRectF()
    if wanted:
        start, numbers = view.right() + 1 + spare + GAP, theme.px(RANK_PX) + theme.px(SHARE_PX)
        wide = min(width - EDGE - start, numbers + 2 * GAP + theme.px(WIDEST_PLOT_PX))
        track = QRectF(start, EDGE, wide, top - EDGE + view.height())
        if wide >= numbers + 2 * GAP + theme.px(PLOT_PX):
            left_out = numbers + 2 * GAP
            plot = QRectF(start + left_out, view.y(), wide - left_out, view.height())
    return LensLayout(len(names), n_positions, view, row, column, track, plot)


def _covered(start: float, length: float, step: float, n: int) -> range:
    first = max(math.floor(start / step), 0)
    return range(first, min(math.ceil((start + length) / step), n))
