"""The sheet of all pictures as one picture of the screen: where its cells lie, and their colours.

Everything that can have a colour of its own is an entry of one table: the white and the black
pixels of each cell, and the gaps between cells. `MapLayout.entries` says for each pixel of the
screen which entry it shows; another net then costs one new table and one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF

from gui import theme
from gui.widgets.answer_hues import rgb
from gui.widgets.painting import picture
from gui.widgets.pixel_painting import BLACK, N_PIXELS, SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

N_ROWS, N_COLUMNS = 16, 32
N_CELLS = N_ROWS * N_COLUMNS
SMALLEST, LARGEST = 4, 60  # side of a cell with its gap, in pixels of the screen
HEAD_GAP = 2
GAP = 1
# How bright black pixels are, as a share of the white ones of their cell: in grey and in full hue.
FAINT_INK, INK = 0.8, 0.5
LEFT_ALONE = 0.16  # what remains of cells that do not matter now
# Entries of the table: cells' white pixels, their black ones, gaps, what heads consist of.
_WHITE, _BLACK = 0, N_CELLS
_ACROSS = 2 * N_CELLS  # gaps left of cells: (16, 33)
_DOWN = _ACROSS + N_ROWS * (N_COLUMNS + 1)  # gaps above cells: (17, 32)
_CORNER = _DOWN + (N_ROWS + 1) * N_COLUMNS  # where gaps meet: (17, 33)
_GROUND = _CORNER + (N_ROWS + 1) * (N_COLUMNS + 1)
_ANY, _HEAD_WHITE, _HEAD_BLACK = _GROUND + 1, _GROUND + 2, _GROUND + 3
_N_ENTRIES = _GROUND + 4


@dataclass(frozen=True, eq=False)
class MapLayout:
    """The geometry of the sheet, in pixels of the screen.

    Attributes:
        entries: (height, width) entry of the colour table that each pixel shows.
        pitch: From one cell to the next.
        gap: Between two cells.
        head: Width and height of the heads, left of the cells and above them.
    """

    entries: NDArray[np.uint16]
    pitch: int
    gap: int
    head: int

    def cell(self, place: int) -> QRectF:
        """A cell without its gaps."""
        row, column = divmod(place, N_COLUMNS)
        start, side = self.head + self.gap, self.pitch - self.gap
        return QRectF(start + column * self.pitch, start + row * self.pitch, side, side)

    def place_at(self, x: float, y: float) -> int | None:
        """The cell under a point, gaps included."""
        column, row = (int((at - self.head) // self.pitch) for at in (x, y))
        if 0 <= column < N_COLUMNS and 0 <= row < N_ROWS:
            return row * N_COLUMNS + column
        return None


def lay_out(pictures: NDArray[Any], width: int, height: int) -> MapLayout:
    """The largest sheet that fits.

    Args:
        pictures: (512, 9) by place.
        width: Of the room in pixels of the screen.
        height: Likewise.
    """
    for pitch in range(LARGEST, SMALLEST, -1):
        head, gap = _head_of(pitch), GAP
        fits_across = head + N_COLUMNS * pitch + gap <= width
        if fits_across and head + N_ROWS * pitch + gap <= height:
            return _laid_out(pictures.tobytes(), pitch)
    return _laid_out(pictures.tobytes(), SMALLEST)


def _unit_of(pitch: int) -> int:
    """Side of one of the nine pixels of a cell."""
    return (pitch - 1) // SIDE


def _head_of(pitch: int) -> int:
    return SIDE * max(_unit_of(pitch) - 1, 1) + HEAD_GAP


@lru_cache(maxsize=4)
def _laid_out(held: bytes, pitch: int) -> MapLayout:
    is_black = np.frombuffer(held).reshape(N_ROWS, N_COLUMNS, N_PIXELS) == BLACK
    gap, head, unit = GAP, _head_of(pitch), _unit_of(pitch)
    places = np.arange(N_CELLS).reshape(N_ROWS, N_COLUMNS, 1)
    shades = (places + np.where(is_black, _BLACK, _WHITE)).reshape(N_ROWS, N_COLUMNS, SIDE, SIDE)
    cells = shades.repeat(unit, axis=2).repeat(unit, axis=3)  # (16, 32, 3 unit, 3 unit)
    tiles = np.zeros((N_ROWS + 1, N_COLUMNS + 1, pitch, pitch), np.uint16)
    across = _ACROSS + np.arange(N_ROWS * (N_COLUMNS + 1)).reshape(N_ROWS, -1)
    down = _DOWN + np.arange((N_ROWS + 1) * N_COLUMNS).reshape(-1, N_COLUMNS)
    corner = _CORNER + np.arange((N_ROWS + 1) * (N_COLUMNS + 1)).reshape(N_ROWS + 1, -1)
    tiles[:, :, :gap, :gap] = corner[:, :, None, None]
    tiles[:-1, :, gap:, :gap] = across[:, :, None, None]
    tiles[:, :-1, :gap, gap:] = down[:, :, None, None]
    tiles[:-1, :-1, gap:, gap:] = places[:, :, None]  # what is left over is white, as a frame
    inset = gap + (pitch - gap - SIDE * unit) // 2
    inside = slice(inset, inset + SIDE * unit)
    tiles[:-1, :-1, inside, inside] = cells
    whole = tiles.transpose(0, 2, 1, 3).reshape((N_ROWS + 1) * pitch, (N_COLUMNS + 1) * pitch)
    whole = whole[: N_ROWS * pitch + gap, : N_COLUMNS * pitch + gap]
    entries = np.full((head + whole.shape[0], head + whole.shape[1]), _GROUND, np.uint16)
    entries[head:, head:] = whole
    _add_heads(entries, is_black, pitch)
    return MapLayout(entries, pitch, gap, head)


def _add_heads(entries: NDArray[np.uint16], is_black: NDArray[np.bool_], pitch: int) -> None:
    """Before each row and above each column, what all its pictures share."""
    unit, start = max(_unit_of(pitch) - 1, 1), _head_of(pitch) + GAP
    side = SIDE * unit
    offset = start + (pitch - GAP - side) // 2
    for axis, n in ((1, N_ROWS), (0, N_COLUMNS)):
        first, last = is_black.all(axis=axis), is_black.any(axis=axis)  # (n, 9)
        shared = np.where(first == last, np.where(first, _HEAD_BLACK, _HEAD_WHITE), _ANY)
        for i in range(n):
            drawn = shared[i].reshape(SIDE, SIDE).repeat(unit, axis=0).repeat(unit, axis=1)
            at = offset + i * pitch
            rows, columns = (slice(at, at + side), slice(side))[:: 1 if axis else -1]
            entries[rows, columns] = drawn


def draw_map(
    layout: MapLayout,
    fills: NDArray[np.float64],
    strengths: NDArray[np.float64],
    groups: NDArray[Any],
    stressed: int | None,
    ratio: float,
) -> QImage:
    """Colour the sheet.

    Args:
        layout: Where everything lies.
        fills: (512, 3) red, green, blue of the cells' white pixels, from 0 to 255.
        strengths: (512,) how black their black pixels are, from 0 to 1.
        groups: (512,) what the cells stand for; a line runs where neighbours differ.
        stressed: The only group that matters now, if there is one.
        ratio: Pixels of the screen in a device-independent one.
    """
    look = theme.active()
    ground, line, any_pixel = rgb([look.surface, look.text, look.border])
    table = np.empty((_N_ENTRIES, 4), np.uint8)
    table[:, 3] = 255
    ink = FAINT_INK + (INK - FAINT_INK) * strengths[:, None]  # (512, 1)
    kept = np.ones(N_CELLS) if stressed is None else np.where(groups == stressed, 1.0, LEFT_ALONE)
    for start, shade in ((_WHITE, fills), (_BLACK, fills * ink)):
        faded = ground + (shade - ground) * kept[:, None]
        table[start : start + N_CELLS, :3] = faded[:, ::-1].round()
    parted = groups if stressed is None else groups == stressed
    gaps = np.where(_borders(parted)[:, None], line, ground)
    table[_ACROSS:_GROUND, :3] = gaps[:, ::-1].round()
    black, white = np.zeros(3), np.full(3, 255.0)
    for entry, color in zip(
        (_GROUND, _ANY, _HEAD_WHITE, _HEAD_BLACK), (ground, any_pixel, white, black), strict=True
    ):
        table[entry, :3] = color[::-1].round()
    drawn = picture(
        table.view(np.uint32)[:, 0][layout.entries].view(np.uint8).reshape(*layout.entries.shape, 4)
    )
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _borders(groups: NDArray[Any]) -> NDArray[np.bool_]:
    """Which gaps, in the order of the table, part cells of different groups."""
    sheet = groups.reshape(N_ROWS, N_COLUMNS)
    across = np.zeros((N_ROWS, N_COLUMNS + 1), np.bool_)
    down = np.zeros((N_ROWS + 1, N_COLUMNS), np.bool_)
    across[:, 1:-1] = sheet[:, 1:] != sheet[:, :-1]
    down[1:-1] = sheet[1:] != sheet[:-1]
    corner = np.zeros((N_ROWS + 1, N_COLUMNS + 1), np.bool_)
    corner[:-1] |= across
    corner[1:] |= across
    corner[:, :-1] |= down
    corner[:, 1:] |= down
    return np.concatenate([across.ravel(), down.ravel(), corner.ravel()])
