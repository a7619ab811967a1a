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
SOFT = 20_000  # more coloured dots than this have hard rims, so that a frame is in time


def draw_dots(
    at: NDArray[np.float32],
    size: tuple[int, int],
    radius: float,
    back: QColor,
    front: QColor,
    inks: NDArray[np.uint32] | None = None,
) -> QImage:
    """Draw all dots in one pass, and those with a colour of their own above the others.

    Args:
        at: (N, 2) middles, x to the right and y down, in pixels of the picture; any may be outside.
        size: Width and height of the picture in pixels.
        radius: Of a dot, in pixels.
        back: Behind the dots.
        front: Of the dots.
        inks: (N,) 0xFFRRGGBB for a dot with its own colour, 0 for one without.

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
    # Four dots thick is full strength; more where so many would make one flat stain.
    full = 4 * max(1.0, len(spots) * weights.sum() / (width * height / 4))
    shade = np.minimum(cover * (255 / full), 255).astype(np.uint8)
    drawn = np.take(_shades(back, front, full), shade)  # (rows * stride,)
    if inks is not None:
        _draw_inked(drawn, spots, inks[near], radius, stride)
    inside = drawn.reshape(rows, stride)[2 * pad : 2 * pad + height, 2 * pad : 2 * pad + width]
    return picture(np.ascontiguousarray(inside).view(np.uint8).reshape(height, width, 4))


def _draw_inked(
    drawn: NDArray[np.uint32],
    spots: NDArray[np.intp],
    inks: NDArray[np.uint32],
    radius: float,
    stride: int,
) -> None:
    """Lay coloured dots over a picture: later ones over earlier, soft only at their rims."""
    weights, down, across = _disc(radius)  # each (P,)
    steps, is_whole = down * stride + across, weights == 1
    inked = np.flatnonzero(inks)
    spots, inks = spots[inked][:, None], inks[inked][:, None]  # (n, 1)
    if len(inked) <= SOFT:
        pixels = spots + steps[~is_whole]  # (n, rim)
        below = drawn[pixels].view(np.uint8).reshape(*pixels.shape, 4).astype(np.float32)
        color = inks.view(np.uint8)[:, None].astype(np.float32)
        below += (color - below) * weights[~is_whole, None].astype(np.float32)
        drawn[pixels] = below.astype(np.uint8).view(np.uint32)[..., 0]
    drawn[spots + steps[is_whole]] = inks


def _disc(radius: float) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """The pixels of a soft disc: how much of each is covered, and where it lies."""
    reach = np.arange(-math.ceil(radius), math.ceil(radius) + 1)
    down, across = np.meshgrid(reach, reach, indexing="ij")
    cover = np.clip(radius + 0.5 - np.hypot(down, across), 0, 1)
    inside = cover > 0
    return cover[inside], down[inside], across[inside]


def _shades(back: QColor, front: QColor, full: float) -> NDArray[np.uint32]:
    """(256,) 0xFFRRGGBB for a cover from 0 to `full` dots: steep up to one dot, gentle beyond."""
    start, end = (
        np.array([color.blue(), color.green(), color.red(), 255]) for color in (back, front)
    )
    share = np.interp(np.linspace(0, full, 256), (0, 1, full), (0, ALONE, CROWD))[:, None]
    shades = (start + (end - start) * share).round().astype(np.uint8)
    return np.ascontiguousarray(shades).view("<u4").ravel()
