"""The picture of the Pixels tab, and every way to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.pixelnet import BLACK, N_PIXELS, SYMBOLS, WHITE
from gui.pixel_changes import PictureChange

if TYPE_CHECKING:
    from core.pixelnet import Array
    from gui.pixel_changes import Strokes


class Drawing(QObject):
    """Owns the nine pixels; what changes them can be undone.

    Args:
        strokes: Where changes are remembered.
        rng: Chooses the pixels that `flip_one` flips.
        parent: Qt's.

    Signals:
        changed: `picture` is another one.

    Attributes:
        picture: (9,) from -1, black, to 1, white; read-only.
    """

    changed = Signal()

    def __init__(
        self, strokes: Strokes, rng: np.random.Generator, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._strokes, self._rng = strokes, rng
        self.picture: Array = SYMBOLS[2].picture

    def paint(self, cell: int, value: float) -> None:
        """Give one pixel a number; until `end_stroke`, all of it is one step for Undo."""
        pixels = self.picture.copy()
        pixels[cell] = value
        self._change(pixels, "drawing")

    def end_stroke(self) -> None:
        """What is painted from now on can be undone by itself."""
        self._strokes.end()

    def draw(self, pixels: Array, text: str = "drawing a picture") -> None:
        """Draw a whole picture, (9,): one step for Undo, which is called by this text."""
        self.end_stroke()
        self._change(pixels, text)
        self.end_stroke()

    def clear(self) -> None:
        """Make every pixel white."""
        self.draw(np.full(N_PIXELS, WHITE), "clearing")

    def invert(self) -> None:
        """Swap black and white."""
        self.draw(-self.picture, "inverting")

    def flip_one(self) -> None:
        """Flip one pixel, whichever comes: noise."""
        pixels = self.picture.copy()
        cell = int(self._rng.integers(N_PIXELS))
        pixels[cell] = WHITE if pixels[cell] <= (BLACK + WHITE) / 2 else BLACK
        self.draw(pixels, "flipping a pixel")

    def put_back(self, pixels: Array) -> None:
        """Show another picture, past Undo."""
        self.picture = pixels.copy()
        self.picture.setflags(write=False)
        self.changed.emit()

    def _change(self, pixels: Array, text: str) -> None:
        if not np.array_equal(pixels, self.picture):
            self._strokes.stack.push(PictureChange(self, pixels, text, self._strokes))
