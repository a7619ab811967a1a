"""How the line of all tokens is drawn: stretches, their names, and needles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.painting import draw_token
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gui.widgets.dice_scene import DiceScene, Segment

CENTRE = Qt.AlignmentFlag.AlignCenter


def draw_segment(
    painter: QPainter,
    scene: DiceScene,
    one: Segment,
    rect: QRectF,
    *,
    is_hit: bool,
    is_current: bool,
) -> None:
    """A stretch: shaded by its probability, dotted if it is many tokens; what is cut is hatched."""
    look = theme.active()
    is_many = one.token is None
    fill = QColor(look.raised)
    if not is_many:
        fill = look.probability_color(0.12 + 0.68 * scene.share(one))
    painter.setPen(QPen(QColor(look.surface), 1))
    painter.setBrush(fill)
    painter.drawRect(rect)
    if is_many:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(look.border), Qt.BrushStyle.Dense6Pattern))
        painter.drawRect(rect)
    if is_hit or is_current:
        painter.setPen(QPen(QColor(look.accent if is_hit else look.text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(1, 1, -1, -1))
    ink = QColor(look.muted) if is_many else look.readable_on(fill)
    _draw_name(painter, scene, one, rect, ink)


def _draw_name(
    painter: QPainter, scene: DiceScene, one: Segment, rect: QRectF, ink: QColor
) -> None:
    """What lies there, where there is room for it."""
    room = rect.adjusted(3, 0, -3, 0)
    font = theme.font(theme.SMALL)
    name = f"{one.n:,} others" if one.token is None else scene.label(one.token)
    if QFontMetricsF(font).horizontalAdvance(name) > room.width():
        return
    share = percent(scene.share(one))
    upper = QRectF(room.x(), room.y() + 2, room.width(), room.height() / 2 - 1)
    has_share = QFontMetricsF(theme.mono()).horizontalAdvance(share) <= room.width()
    painter.setFont(font)
    draw_token(painter, upper if has_share else room, name, ink, Qt.AlignmentFlag.AlignHCenter)
    if has_share:
        painter.setFont(theme.mono())
        painter.setPen(ink)
        painter.drawText(upper.translated(0, upper.height()), CENTRE, share)


def draw_fallen(painter: QPainter, line: QRectF, numbers: NDArray[np.float64]) -> None:
    """A small stroke below the line for each number so far."""
    painter.setPen(QPen(QColor(theme.active().muted), 1))
    for place in np.unique(np.round(numbers * line.width())).tolist():
        x = line.x() + place
        painter.drawLine(QPointF(x, line.bottom() + 2), QPointF(x, line.bottom() + 7))


def draw_needle(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """A tip, and a stroke down from it."""
    accent, half = QColor(theme.active().accent), theme.px(5)
    painter.setPen(QPen(accent, 2))
    painter.drawLine(QPointF(x, top + half), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    tip = [QPointF(x - half, top), QPointF(x + half, top), QPointF(x, top + 1.4 * half)]
    painter.drawPolygon(QPolygonF(tip))
