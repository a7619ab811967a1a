"""The picture of one attention pattern, at any size of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from gui import theme
from gui.widgets.legend import hatching
from gui.widgets.painting import picture, shrunk
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_CELL = 56
PARTED_CELL = 18  # cells this large have lines between them
AROUND_NUMBER = 3  # of a cell's side


@dataclass(frozen=True)
class Scale:
    """What the colours and the numbers of a map mean.

    Attributes:
        top: The number that has the full colour.
        unit: What the numbers count, in a word.
        is_signed: From -top to top, and not from 0.
        does: What the token of a row does to that of a column, with places for both.
        most: What a row's largest numbers are, with a place for its token; "" if that says nothing.
    """

    top: float = 1.0
    unit: str = ""
    is_signed: bool = False
    does: str = "{row} looks at {column}"
    most: str = "{row} looks most at"

    def pixels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """(..., 4) BGRA colours of numbers."""
        look = theme.active()
        if self.is_signed:
            return look.signed_pixels(values, self.top)
        return look.probability_pixels(values / max(self.top, 1e-12))

    def color(self, value: float) -> QColor:
        """Colour of one number."""
        blue, green, red, _ = self.pixels(np.asarray(value, dtype=np.float32)).tolist()
        return QColor(red, green, blue)

    def shown(self, value: float, digits: int = 2) -> str:
        """A number with so many digits behind the point, fewer if it is large."""
        digits = max(digits - max(len(f"{self.top:.0f}") - 1, 0), 0)
        text = f"{value:.{digits}f}"
        return text.replace("-", MINUS if float(text) else "")

    def ends(self) -> tuple[str, str]:
        """What stands at both ends of the legend."""
        top = f"{self.top:.3g}"
        below = f"{MINUS}{top}" if self.is_signed else "0"
        return below, f"{top} {self.unit}" if self.unit else top


ATTENTION = Scale()


def numbered_cell(scale: Scale) -> float:
    """From which side on a cell has room for its number."""
    wide = QFontMetricsF(theme.mono(theme.SMALL)).horizontalAdvance
    return wide(scale.shown(-scale.top if scale.is_signed else scale.top)) + AROUND_NUMBER


def draw_map(
    pattern: NDArray[np.float32],
    cell: float,
    ratio: float,
    scale: Scale = ATTENTION,
    *,
    is_numbered: bool = False,
) -> QPixmap:
    """The coloured cells, the part that a GPT cannot see hatched, and a frame.

    Args:
        pattern: (T, T) within the scale.
        cell: Side of a cell in device-independent pixels.
        ratio: Pixels of the screen in one of those.
        scale: What the colours mean.
        is_numbered: Whether each cell's number stands in it.
    """
    look, side = theme.active(), cell * len(pattern)
    small = shrunk_in(scale, pattern, round(side * ratio))
    drawn = QPixmap(QSize(round((side + 2) * ratio), round((side + 2) * ratio)))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.translate(1, 1)
    painter.drawImage(QRectF(0, 0, side, side), picture(scale.pixels(small)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hatching())
    painter.drawPolygon(_staircase(len(pattern), cell))
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if cell >= theme.px(PARTED_CELL):
        for i in range(1, len(pattern)):
            at = i * cell - 0.5
            painter.drawLine(QPointF(0, at), QPointF(at + cell, at))
            painter.drawLine(QPointF(at, at - cell), QPointF(at, side))
    painter.drawRect(QRectF(-0.5, -0.5, side + 1, side + 1))
    if is_numbered:
        _draw_numbers(painter, pattern, cell, scale)
    painter.end()
    return drawn


def shrunk_in(scale: Scale, values: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """No more cells than pixels; of several, the one farthest from zero is seen.

    Args:
        scale: What the numbers mean.
        values: (..., T, T).
        most: Largest side of the result, as of `gui.widgets.painting.shrunk`.
    """
    if not scale.is_signed:
        return shrunk(values, most)
    above, below = (shrunk(np.maximum(side, 0), most) for side in (values, -values))
    return np.where(above >= below, above, -below)


def _draw_numbers(
    painter: QPainter, pattern: NDArray[np.float32], cell: float, scale: Scale
) -> None:
    look = theme.active()
    painter.setFont(theme.mono(theme.SMALL))
    for row, column in np.argwhere(np.tri(len(pattern), dtype=bool)):
        value = float(pattern[row, column])
        spot = QRectF(column * cell, row * cell, cell, cell)
        painter.setPen(look.readable_on(scale.color(value)))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, scale.shown(value))


def _staircase(n_tokens: int, cell: float) -> QPolygonF:
    """The outline of the cells above the diagonal."""
    side = n_tokens * cell
    corners = [QPointF(side, 0)]
    for i in range(1, n_tokens):
        corners += [QPointF(i * cell, (i - 1) * cell), QPointF(i * cell, i * cell)]
    return QPolygonF([*corners, QPointF(side, (n_tokens - 1) * cell)])
