"""Where names fit on a figure: greedy placement that never lets two of them overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

NAME_HEIGHT, USUAL, WIDEST = 16, 46, 140
CELL = 4  # resolution of the room, in device-independent pixels
# Ways to put a name beside its dot, best first: right, left, above, below, then the corners.
_BESIDE = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_FAR = (20.0, 36.0)  # lengths of leader lines
MOST_MEASURED = 20_000  # widths that are remembered
_REACH_COST = (
    0.4  # dots that a name may rather hide than lie a device-independent pixel further away
)


class LabelRoom:
    """The part of a figure that nothing covers yet.

    A row of cells is one whole number, a taken cell one of its bits: a test costs under a
    microsecond, so hundreds of names find their place within a frame.

    Args:
        area: Where names may lie, in device-independent pixels.
        dots: (N, 2) what the figure shows: names go where they hide the fewest of these.
    """

    def __init__(self, area: QRectF, dots: NDArray[np.float32] | None = None) -> None:
        self._left, self._top = area.x(), area.y()
        self._width, self._height = area.width(), area.height()
        self._rows = [0] * (math.ceil(max(self._height, 0) / CELL) + 1)
        self._table = None if dots is None else self._summed(dots)
        self._hidden: list[list[int]] = [] if self._table is None else self._table.tolist()

    def _summed(self, dots: NDArray[np.float32]) -> NDArray[np.int64]:
        """How many dots lie above and left of each corner of the cells."""
        n_rows, n_cells = len(self._rows) + 1, math.ceil(max(self._width, 0) / CELL) + 2
        x, y = (dots[:, 0] - self._left) / CELL, (dots[:, 1] - self._top) / CELL
        inside = (x >= 0) & (x < n_cells - 1) & (y >= 0) & (y < n_rows - 1)
        cells = (y[inside].astype(np.int64) + 1) * n_cells + x[inside].astype(np.int64) + 1
        counts = np.bincount(cells, minlength=n_rows * n_cells).reshape(n_rows, n_cells)
        return np.asarray(counts.cumsum(axis=0).cumsum(axis=1))

    def usual_share(self) -> float:
        """How much of the figure a name of the usual size takes."""
        return theme.px(USUAL) * theme.px(NAME_HEIGHT) / max(self._width * self._height, 1.0)

    def sparse(self, dots: NDArray[np.float32], most_hidden: float) -> NDArray[np.bool_]:
        """Beside which of many dots a name of the usual size would lie on few others.

        A quick look that spares `place` the rest: it is no promise that there is room.

        Args:
            dots: (n, 2) inside the area.
            most_hidden: Of the figure's dots.

        Returns:
            (n,)
        """
        if self._table is None:
            return np.ones(len(dots), dtype=np.bool_)
        width, height = theme.px(USUAL), theme.px(NAME_HEIGHT)
        last_row, last_cell = self._table.shape[0] - 1, self._table.shape[1] - 1
        least = np.full(len(dots), np.inf)
        for across, down in _BESIDE[:4]:
            middle = (
                dots
                - (self._left, self._top)
                + (
                    across * (width / 2 + CELL),
                    down * (height / 2 + CELL),
                )
            )
            left, right = ((middle[:, 0] + side * width / 2) / CELL for side in (-1, 1))
            top, bottom = ((middle[:, 1] + side * height / 2) / CELL for side in (-1, 1))
            cells = [np.clip(each, 0, last_cell).astype(np.int64) for each in (left, right)]
            rows = [np.clip(each, 0, last_row).astype(np.int64) for each in (top, bottom)]
            (a, b), (c, d), table = rows, cells, self._table
            least = np.minimum(least, table[b, d] - table[b, c] - table[a, d] + table[a, c])
        return np.asarray(least <= most_hidden)

    def emptied(self) -> LabelRoom:
        """The same figure with no names: what is known of its dots is not counted again."""
        other = LabelRoom(QRectF(self._left, self._top, self._width, self._height))
        other._table, other._hidden = self._table, self._hidden
        return other

    def take(self, rect: QRectF) -> None:
        """Nothing else may lie here."""
        x, y = rect.x() - self._left, rect.y() - self._top
        x, y = max(x, 0.0), max(y, 0.0)
        right, bottom = rect.right() - self._left, rect.bottom() - self._top
        if right > x and bottom > y:
            self._take(x, y, right - x, bottom - y)

    def covers(self, dot: QPointF) -> bool:
        """Whether something lies on a dot, which must be inside the area."""
        row, cell = int((dot.y() - self._top) / CELL), int((dot.x() - self._left) / CELL)
        return bool(self._rows[row] >> cell & 1)

    def place(
        self,
        dot: QPointF,
        width: float,
        height: float,
        gap: float,
        *,
        far: bool = False,
        most_hidden: float = math.inf,
    ) -> QRectF | None:
        """Find a free place for a name near its dot, and take it.

        Args:
            dot: Middle of the dot.
            width: Of the name.
            height: Of the name.
            gap: Between the middle of the dot and the nearest edge of the name.
            far: Also try places that need a leader line.
            most_hidden: Of the figure's dots.

        Returns:
            The place, or None if there is none.
        """
        middle_x, middle_y = dot.x() - self._left, dot.y() - self._top
        best, least = None, math.inf
        # Corners are for names that must be found room: trying them doubles the time.
        ways = _BESIDE if most_hidden == math.inf else _BESIDE[:4]
        for reach in (gap, *_FAR) if far else (gap,):
            cost = _REACH_COST * (reach - gap)
            if cost >= least:
                break
            for across, down in ways:
                share = 0.7 if across and down else 1.0  # a corner is nearer than it seems
                x = middle_x - width / 2 + across * (width / 2 + reach * share)
                y = middle_y - height / 2 + down * (height / 2 + reach * share)
                hidden = self._n_hidden(x, y, width, height)
                if hidden is None:
                    continue
                if hidden <= most_hidden and hidden + cost < least:
                    best, least = (x, y), hidden + cost
                if not hidden:
                    break
        if best is None:
            return None
        self._take(*best, width, height)
        return QRectF(self._left + best[0], self._top + best[1], width, height)

    def _n_hidden(self, x: float, y: float, width: float, height: float) -> int | None:
        """How many dots a name would lie on; None where another one lies, or the figure ends."""
        if x < 0 or y < 0 or x + width > self._width or y + height > self._height:
            return None
        left, right = int(x / CELL), math.ceil((x + width) / CELL)
        top, bottom = int(y / CELL), math.ceil((y + height) / CELL)
        bits = ((1 << (right - left)) - 1) << left
        for row in self._rows[top:bottom]:  # `any` is slower
            if row & bits:
                return None
        if not self._hidden:
            return 0
        upper, lower = self._hidden[top], self._hidden[bottom]
        return lower[right] - lower[left] - upper[right] + upper[left]

    def _take(self, x: float, y: float, width: float, height: float) -> None:
        bits = _bits(x, width)
        stop = min(math.ceil((y + height) / CELL), len(self._rows))
        for row in range(int(y / CELL), stop):
            self._rows[row] |= bits


@dataclass(frozen=True)
class Name:
    """A name that found a place.

    Attributes:
        id: Of the token.
        dot: Middle of its dot.
        place: Where the name lies.
        label: The name.
    """

    id: int
    dot: QPointF
    place: QRectF
    label: str


def name_dots(
    room: LabelRoom,
    dots: Iterable[tuple[int, QPointF, str]],
    font: QFont,
    most: int,
    *,
    gap: float,
    far: bool = False,
    most_hidden: float = math.inf,
    patience: float = math.inf,
    widest: float | None = None,
) -> list[Name]:
    """Name as many dots as there is room for, the first ones first.

    Args:
        room: What is still free; the names take their part of it.
        dots: Token id, middle and name of each dot; a name may have several lines.
        font: Of the names.
        most: Names that are enough.
        gap: Between the middle of a dot and its name.
        far: Also use places that need a leader line.
        most_hidden: Dots that a name may lie on; where it would be more, it is left out.
        patience: So many dots in a row without room, and the rest is not tried.
        widest: Of a name; longer ones are shortened.
    """
    widest = theme.px(WIDEST) if widest is None else widest
    names: list[Name] = []
    key = font.toString()
    n_in_vain = 0
    for token_id, dot, label in dots:
        if len(names) >= most or n_in_vain > patience:
            break
        width = min(_width(label, key) + 6, widest)
        height = theme.px(NAME_HEIGHT) * (label.count("\n") + 1)
        place = room.place(dot, width, height, gap, far=far, most_hidden=most_hidden)
        n_in_vain += 1
        if place is not None:
            names.append(Name(token_id, dot, place, label))
            n_in_vain = 0
    return names


@lru_cache(MOST_MEASURED)
def _width(label: str, font_key: str) -> float:
    """Measuring takes as long as finding a place."""
    font = QFont()
    font.fromString(font_key)
    return max(map(QFontMetricsF(font).horizontalAdvance, label.split("\n")))


def _bits(x: float, width: float) -> int:
    """The cells of a row that a stretch touches."""
    first = int(x / CELL)
    return ((1 << (math.ceil((x + width) / CELL) - first)) - 1) << first
