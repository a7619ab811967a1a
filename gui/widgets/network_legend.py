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
# Likewise where the lines have a scale of their own.
_SCALED = (
    (f"lines: weight, circles: value from {MINUS}1 to 1", "answer: probability"),
    (f"weight; circles: {MINUS}1 to 1", "probability"),
    ("weight; circles: ±1", "answer"),
    ("weight", "answer"),
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
    painter: QPainter,
    at: QPointF,
    images: tuple[QImage, QImage],
    width: float,
    scale: float = 1.0,
) -> None:
    """Draw both scales in a row, in words that fit a width.

    Args:
        painter: Of the figure.
        at: Where they begin.
        images: What `scales` gives.
        width: Room for them.
        scale: The weight that has the full colour; above 1, values have another scale than weights.
    """
    painter.setFont(theme.font(theme.SMALL))
    choice, end = (_WORDS, "1") if scale == 1 else (_SCALED, _rounded(scale))
    words = next((each for each in choice if _length(painter, end, each) < width), choice[-1])
    x, y = at.x(), at.y()
    painter.setPen(QColor(theme.active().muted))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ends = (f"{MINUS}{end}", end), ("0", "1")
    for image, (low, high), said in zip(images, ends, words, strict=True):
        x = _draw_words(painter, x, y, low)
        bar = QRectF(x, y + (theme.px(LINE_PX) - BAR_PX[1]) / 2, *BAR_PX)
        painter.drawImage(bar, image)
        painter.drawRect(bar)
        x = _draw_words(painter, bar.right() + GAP, y, high)
        x = _draw_words(painter, x, y, said) + theme.BETWEEN


def _draw_words(painter: QPainter, x: float, y: float, words: str) -> float:
    """Draw words and return where the next may begin."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(words)
    painter.drawText(QRectF(x, y, width + 1, theme.px(LINE_PX)), _LEFT, words)
    return x + width + GAP


def _rounded(scale: float) -> str:
    """The end of a scale: 12 or 3.5."""
    return f"{scale:,.0f}" if scale >= 10 else f"{scale:.1f}"


def _length(painter: QPainter, end: str, words: tuple[str, str]) -> float:
    """Of the whole row."""
    texts = QFontMetricsF(painter.font()).horizontalAdvance(f"{MINUS}{end}{end}01{''.join(words)}")
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
