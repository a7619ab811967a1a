"""Large tables of signed numbers in colours: as entries of a colour table, with axes and legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui import theme
from gui.widgets.painting import picture
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHADES = 127  # on each side of zero
LEGEND, LEGEND_PX = 110, 11


def shades(values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    """Numbers as entries of a table of colours; slow enough for another thread.

    Args:
        values: (R, N), finite.
        limit: Size that gets the full colour.

    Returns:
        (R, N) from 0 for -limit over 127 for zero to 254; each row padded to whole 4 bytes, as
        pictures want it, so that the array may be wider than N.
    """
    rows, columns = values.shape
    padded = np.zeros((rows, -(-columns // 4) * 4), dtype=np.uint8)
    scaled = values * np.float32(SHADES / max(limit, 1e-12))
    np.rint(scaled, out=scaled)
    np.clip(scaled, -SHADES, SHADES, out=scaled)
    scaled += SHADES
    padded[:, :columns] = scaled
    return padded


def colour_table() -> list[int]:
    """255 colours of the signed scale, for `shades`."""
    look = theme.active()
    rows = look.signed_pixels(np.arange(-SHADES, SHADES + 1), SHADES).tolist()
    return [0xFF000000 | red << 16 | green << 8 | blue for blue, green, red, _ in rows]


def ticks(n: int, most: float) -> list[int]:
    """Places from 0 on to mark on an axis of n: the first, and those whose number is round."""
    fitting = (
        digit * 10**power
        for power in range(7)
        for digit in (1, 2, 5)
        if n / (digit * 10**power) <= most
    )
    step = next(fitting, n)
    marked = [at - 1 for at in range(step, n + 1, step)]
    return marked if step == 1 else [0, *marked]


def draw_signed_legend(painter: QPainter, middle: float, top: float, limit: float) -> None:
    """Draw the scale from -limit to limit, centred; the painter's font and pen change."""
    look = theme.active()
    ramp = QRectF(middle - LEGEND / 2, top, LEGEND, theme.px(LEGEND_PX))
    painter.drawImage(ramp, picture(look.signed_table[None]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(look.border))
    painter.drawRect(ramp)
    painter.setFont(theme.mono())
    painter.setPen(QColor(look.muted))
    beside, centre = theme.px(74), Qt.AlignmentFlag.AlignVCenter
    side = QRectF(ramp.x() - beside - 6, top - 4, beside, ramp.height() + 8)
    painter.drawText(
        side, Qt.AlignmentFlag.AlignRight | centre, f"{-limit:.2g}".replace("-", MINUS)
    )
    side.moveLeft(ramp.right() + 6)
    painter.drawText(side, Qt.AlignmentFlag.AlignLeft | centre, f"{limit:.2g}")
