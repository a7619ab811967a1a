"""What the colours of a drawn net stand for: both scales with their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QCheckBox

from gui import theme
from gui.widgets.painting import picture
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRect
    from PySide6.QtWidgets import QWidget

BAR_PX = (56, 8)
LINE_PX = 16
GAP = 5
# Whole phrases where they fit.
_WORDS = (
    ("lines: weight, circles: value", "answer: probability"),
    ("weight, value", "probability"),
    ("value", "probability"),
    ("value", "answer"),
)
_CARRIED = "\N{MULTIPLICATION SIGN} input"
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
    """Draw both scales in a row, in words that fit a width."""
    painter.setFont(theme.font(theme.SMALL))
    words = next((each for each in _WORDS if _length(painter, each) < width), _WORDS[-1])
    x, y = at.x(), at.y()
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


def _length(painter: QPainter, words: tuple[str, str]) -> float:
    """Of the whole row."""
    texts = QFontMetricsF(painter.font()).horizontalAdvance(f"{MINUS}101{''.join(words)}")
    return texts + 2 * BAR_PX[0] + 8 * GAP + theme.BETWEEN


# --- what the lines show


def lines_box(parent: QWidget) -> QCheckBox:
    """Whether lines show their weight alone or what they carry."""
    box = QCheckBox(_CARRIED, parent)
    box.setObjectName("contributionBox")
    box.setAccessibleName("Lines show weight times input")
    box.setToolTip("Lines show what they carry, weight \N{MULTIPLICATION SIGN} input")
    return box


def place_lines_box(box: QCheckBox, figure: QRect, shown: bool) -> None:
    """At the right end of the legend."""
    box.setVisible(shown)
    box.adjustSize()
    y = figure.bottom() + 1 - round((theme.px(LINE_PX) + box.height()) / 2)
    box.move(max(figure.right() + 1 - box.width(), 0), min(y, figure.height() - box.height()))
