"""Pixels as they are drawn and named wherever a picture of nine is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

SIDE = 3
N_PIXELS = SIDE * SIDE
BLACK, WHITE = -1.0, 1.0
MINUS = "\N{MINUS SIGN}"
# Between the pixels: seen on black, on white and on both themes' backgrounds.
_LINE = "#8b95a3"


def draw_pixels(painter: QPainter, rect: QRectF, picture: NDArray[Any]) -> None:
    """Draw a picture into a square, with hairlines between the pixels and around them."""
    left, top, size = rect.x(), rect.y(), rect.width() / SIDE
    painter.setPen(Qt.PenStyle.NoPen)
    for cell, value in enumerate(picture):
        row, column = divmod(cell, SIDE)
        painter.fillRect(QRectF(left + column * size, top + row * size, size, size), grey(value))
    painter.setPen(QPen(QColor(_LINE), 1))
    for i in range(SIDE + 1):
        at = i * size
        painter.drawLine(QPointF(left + at, top), QPointF(left + at, top + SIDE * size))
        painter.drawLine(QPointF(left, top + at), QPointF(left + SIDE * size, top + at))


def icon(picture: NDArray[Any], side_px: int) -> QIcon:
    """A picture for a button, sharp on every screen; a frame shows where black ends in the dark."""
    of_all_screens = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(side_px * ratio, side_px * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.fillRect(QRectF(0, 0, side_px, side_px), QColor(_LINE))
        size = (side_px - 2) / SIDE
        for cell, value in enumerate(picture):
            row, column = divmod(cell, SIDE)
            painter.fillRect(QRectF(1 + column * size, 1 + row * size, size, size), grey(value))
        painter.end()
        of_all_screens.addPixmap(pixmap)
    return of_all_screens


def grey(value: float) -> QColor:
    """The pixel's own colour, the same in light and in dark: -1 is black, 1 is white."""
    level = round((float(value) + 1) / 2 * 255)
    return QColor(level, level, level)


def place(cell: int) -> str:
    """Where a pixel is, in words."""
    row, column = divmod(cell, SIDE)
    return f"Row {row + 1}, column {column + 1}"


def in_words(value: float) -> str:
    """A pixel's number as a word."""
    if value in (BLACK, WHITE):
        return "black" if value == BLACK else "white"
    return f"grey {number(value)}"


def number(value: float, *, fixed: bool = False) -> str:
    """A signed number with a real minus: 1, -1, 0.3; with `fixed`, always two decimals."""
    text = f"{float(value):.2f}"
    text = text if fixed else text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS if float(text) else "")


def brief(value: float) -> str:
    """With two decimals and nothing before the point, where room is scarce: .98 for 0.98."""
    return number(value, fixed=True).replace("0.", ".", 1)
