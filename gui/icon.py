"""The window's icon: nine pixels, a plus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from gui import theme

_PLUS = ((0, 1, 0), (1, 1, 1), (0, 1, 0))
_SIZES = (16, 32, 64, 128)


def window_icon() -> QIcon:
    """The icon in the sizes that desktops ask for."""
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_picture(size))
    return icon


def _picture(size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.LIGHT.surface))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size / 8, size / 8)
    painter.setBrush(QColor(theme.LIGHT.accent))
    cell = size / 3.5
    for row, line in enumerate(_PLUS):
        for column, black in enumerate(line):
            if black:
                corner = size / 14 + column * cell, size / 14 + row * cell
                painter.drawRect(QRectF(*corner, cell * 0.94, cell * 0.94))
    painter.end()
    return picture
