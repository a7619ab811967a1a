"""How the names and the stressed dots of an embedding plane look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import draw_token, elided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.widgets.label_room import Name

PROMPT_RADIUS = 4.0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def name_font() -> QFont:
    """Of the prompt's own tokens."""
    return theme.font(theme.SMALL, bold=True)


def draw_words(painter: QPainter, words: Iterable[Name]) -> None:
    """The names of quiet dots."""
    painter.setFont(theme.font(theme.SMALL))
    _draw_names(painter, words, QColor(theme.active().muted))


def draw_prompt(painter: QPainter, names: Sequence[Name], dots: Iterable[QPointF]) -> None:
    """The prompt's own dots and names, joined where they are apart."""
    look = theme.active()
    painter.setFont(name_font())
    painter.setPen(QPen(QColor(look.muted), 1))
    for name in names:
        if not name.place.adjusted(-8, -8, 8, 8).contains(name.dot):
            painter.drawLine(name.dot, name.place.center())
    _draw_names(painter, names, QColor(look.text))
    painter.setPen(QPen(QColor(look.surface), 1))
    painter.setBrush(QColor(look.text))
    for dot in dots:
        painter.drawEllipse(dot, PROMPT_RADIUS, PROMPT_RADIUS)


def draw_callout(
    painter: QPainter,
    area: QRectF,
    dot: QPointF,
    label: str,
    color: QColor,
    named: QRectF | None,
) -> None:
    """A dot and its name above everything else, at the edge if it is out of sight.

    Args:
        painter: Its font, pen and brush change.
        area: Where dots are drawn.
        dot: The middle of this one.
        label: Its name.
        color: Of dot and name.
        named: Where its name lies already, if it has one.
    """
    look, room = theme.active(), area.adjusted(8, 8, -8, -8)
    shown = QPointF(
        min(max(dot.x(), room.left()), room.right()),
        min(max(dot.y(), room.top()), room.bottom()),
    )
    painter.setPen(QPen(color if shown != dot else QColor(look.surface), 1.5))
    painter.setBrush(color if shown == dot else QColor(look.surface))
    painter.drawEllipse(shown, PROMPT_RADIUS + 1.5, PROMPT_RADIUS + 1.5)
    painter.setFont(name_font())
    if named is None:
        width = QFontMetricsF(painter.font()).horizontalAdvance(label) + 12
        place = QRectF(shown.x() + 9, shown.y() - theme.px(11), width, theme.px(22))
        place = framed = _inside(place, shown, area)
    else:
        place, framed = named, named.adjusted(-1, -1, 1, 1)
    painter.setPen(QPen(color, 1))
    painter.setBrush(QColor(look.surface))
    painter.drawRoundedRect(framed, 4, 4)
    draw_token(painter, place, label, color, Qt.AlignmentFlag.AlignHCenter)


def draw_note(painter: QPainter, room: QRectF, count: str, notes: Iterable[str]) -> None:
    """One line: at the right what is not named, at the left the first note that fits."""
    font = theme.font(theme.SMALL)
    painter.setFont(font)
    painter.setPen(QColor(theme.active().muted))
    painter.drawText(room, _RIGHT, elided(count, font, room.width()))
    width_of = QFontMetricsF(font).horizontalAdvance
    rest = room.width() - 16 - width_of(count)
    painter.drawText(room, _LEFT, next((note for note in notes if width_of(note) <= rest), ""))


def _draw_names(painter: QPainter, names: Iterable[Name], color: QColor) -> None:
    veil = QColor(theme.active().surface)  # so that dots do not cross the names
    veil.setAlphaF(0.8)
    for name in names:
        painter.fillRect(name.place, veil)
        draw_token(painter, name.place.adjusted(3, 0, -3, 0), name.label, color)


def _inside(place: QRectF, dot: QPointF, area: QRectF) -> QRectF:
    """The same place, on the other side of its dot if it would leave the area."""
    if place.right() > area.right():
        place.moveRight(dot.x() - 9)
    place.moveLeft(max(place.left(), area.left() + 1))
    place.moveTop(min(max(place.top(), area.top() + 1), area.bottom() - place.height() - 1))
    return place
