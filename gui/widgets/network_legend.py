"""What the colours of a drawn net stand for: both scales with their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from gui import theme
from gui.widgets.painting import picture
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

BAR_PX = (56, 8)
LINE_PX = 16
GAP = 5
WIDE_PX = 480  # a figure at least as wide has room for whole phrases
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def scales() -> tuple[QImage, QImage]:
    """Of signed numbers and of probabilities, in the colours of now."""
    look = theme.active()
    return (
        picture(look.signed_pixels(np.linspace(-1, 1, 64)[None], 1.0)),
        picture(look.probability_pixels(np.linspace(0, 1, 64)[None])),
    )


def draw_legend(
    painter: QPainter, at: QPointF, images: tuple[QImage, QImage], width: float
) -> None:
    """Draw both scales in a row, in words that fit the figure's width."""
    words = ("weight, value", "probability")
    if width > theme.px(WIDE_PX):
        words = ("lines: weight, circles: value", "answer: probability")
    x, y = at.x(), at.y()
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.active().muted))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for image, low, said in zip(images, (f"{MINUS}1", "0"), words, strict=True):
        x = _draw_words(painter, x, y, low)
        bar = QRectF(x, y + (theme.px(LINE_PX) - BAR_PX[1]) / 2, *BAR_PX)
        painter.drawImage(bar, image)
        painter.drawRect(bar)
        x = _draw_words(painter, bar.right() + GAP, y, "1")
        x = _draw_words(painter, x, y, said) + theme.BETWEEN


def _draw_words(painter: QPainter, x: float, y: float, words: str) -> float:
    """Draw words and return where the next may begin."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(words)
    painter.drawText(QRectF(x, y, width + 1, theme.px(LINE_PX)), _LEFT, words)
    return x + width + GAP
