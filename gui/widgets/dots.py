"""Thousands of soft dots as one picture, denser places darker."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gui.widgets.painting import picture

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QImage

ALONE, CROWD = 0.45, 0.85  # strength of one dot; of many on top of each other


def draw_dots(
    at: NDArray[np.float32], size: tuple[int, int], radius: float, back: QColor, front: QColor
) -> QImage:
    """Draw all dots in one pass.

    Args:
        at: (N, 2) middles, x to the right and y down, in pixels of the picture; any may be outside.
        size: Width and height of the picture in pixels.
        radius: Of a dot, in pixels.
        back: Behind the dots.
        front: Of the dots.

    Returns:
        An opaque picture.
    """
    width, height = size
    weights, down, across = _disc(radius)  # each (P,)
    pad = math.ceil(radius)
    x, y = np.rint(at).T
    near = (x >= -pad) & (x < width + pad) & (y >= -pad) & (y < height + pad)
    # Room of twice the reach on every side, so that no dot near an edge needs clipping.
    stride, rows = width + 4 * pad, height + 4 * pad
    spots = ((y[near] + 2 * pad) * stride + x[near] + 2 * pad).astype(np.intp)  # (n,)
    pixels = (spots[:, None] + (down * stride + across)).ravel()  # (n * P,)
    cover = np.bincount(pixels, np.tile(weights, len(spots)), minlength=stride * rows)
    inside = cover.reshape(rows, stride)[2 * pad : 2 * pad + height, 2 * pad : 2 * pad + width]
    # Four dots thick is full strength; more where so many would make one flat stain.
    full = 4 * max(1.0, len(spots) * weights.sum() / (width * height / 4))
    shade = np.minimum(inside * (255 / full), 255).astype(np.uint8)
    return picture(_shades(back, front, full)[shade])


def _disc(radius: float) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """The pixels of a soft disc: how much of each is covered, and where it lies."""
    reach = np.arange(-math.ceil(radius), math.ceil(radius) + 1)
    down, across = np.meshgrid(reach, reach, indexing="ij")
    cover = np.clip(radius + 0.5 - np.hypot(down, across), 0, 1)
    inside = cover > 0
    return cover[inside], down[inside], across[inside]


def _shades(back: QColor, front: QColor, full: float) -> NDArray[np.uint8]:
    """(256, 4) BGRA for a cover from 0 to `full` dots: steep up to one dot, gentle beyond."""
    start, end = (
        np.array([color.blue(), color.green(), color.red(), 255]) for color in (back, front)
    )
    share = np.interp(np.linspace(0, full, 256), (0, 1, full), (0, ALONE, CROWD))[:, None]
    return np.asarray((start + (end - start) * share).round().astype(np.uint8))
