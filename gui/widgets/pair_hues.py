"""Two texts side by side: each has a colour and a shape, the same in every figure.

The colours are the first two answers' (`answer_hues`): apart under every kind of sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from gui import theme
from gui.widgets.answer_hues import HUES

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

Kind = Literal["first", "second", "changed", "clue"]
LINE_PX = 2.0


def hue(kind: Kind) -> QColor:
    """The colour of a text; what was changed in the first has the first's."""
    if kind == "clue":
        return QColor(theme.active().muted)
    return QColor(HUES[1] if kind == "second" else HUES[0])


def pen_of(kind: Kind, width: float = LINE_PX) -> QPen:
    """Of a text's lines: dashed after a change, thin and dotted for a clue."""
    if kind == "clue":
        return QPen(hue(kind), 1, Qt.PenStyle.DotLine)
    pen = QPen(
        hue(kind), width, Qt.PenStyle.DashLine if kind == "changed" else Qt.PenStyle.SolidLine
    )
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def draw_mark(painter: QPainter, kind: Kind, at: QPointF, radius: float = 4.5) -> None:
    """A disc for the first text, a square for the second, a ring for the changed first."""
    color, surface = hue(kind), QColor(theme.active().surface)
    painter.setPen(QPen(color if kind == "changed" else surface, 1.5 if kind == "changed" else 1))
    painter.setBrush(surface if kind == "changed" else color)
    if kind == "second":
        side = radius * 1.8
        painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
    elif kind == "clue":
        painter.drawEllipse(at, radius * 0.6, radius * 0.6)
    else:
        painter.drawEllipse(at, radius, radius)
