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

    NoteLine = tuple[QRectF, int, str]  # where, how and what

PROMPT_RADIUS = 4.0
BESIDE = (-8, -8, 8, 8)  # a dot so near a name needs no line to it
_RIGHT = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
_LEFT = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value


def name_font() -> QFont:
    """Of the prompt's own tokens."""
    return theme.font(theme.SMALL, bold=True)


def draw_words(painter: QPainter, words: Iterable[Name]) -> None:
    """The names of quiet dots, each joined with its dot where that is not beside it."""
    look, words = theme.active(), list(words)
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QPen(QColor(look.muted), 0.6))
    for name in words:
        if not name.place.adjusted(*BESIDE).contains(name.dot):
            painter.drawLine(name.dot, nearest_on(name.place, name.dot))
    _draw_names(painter, words, QColor(look.muted))


def draw_prompt(painter: QPainter, names: Sequence[Name], dots: Iterable[QPointF]) -> None:
    """The prompt's own dots and names, joined where they are apart."""
    look = theme.active()
    painter.setFont(name_font())
    painter.setPen(QPen(QColor(look.muted), 1))
    for name in names:
        if not name.place.adjusted(*BESIDE).contains(name.dot):
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


def draw_note(painter: QPainter, lines: Sequence[NoteLine]) -> None:
    """Draw what `note_lines` found."""
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.active().muted))
    for place, flags, text in lines:
        painter.drawText(place, flags, text)


def note_lines(
    room: QRectF, counts: Sequence[str], notes: Sequence[str], *, is_hint: bool = False
) -> list[NoteLine]:
    """What is said below a figure: what is not named, and what the plane leaves out.

    Both stand in one line, or one above the other where the room has the height of two. Of either
    the first wording that fits is taken.

    Args:
        room: Below the dots.
        counts: What is not named, in ever fewer words; empty if nothing is to be said.
        notes: What the plane leaves out, likewise.
        is_hint: The counts are none, but say what to do: two lines are theirs alone.

    Returns:
        Where, how and what.
    """
    font = theme.font(theme.SMALL)
    metrics = QFontMetricsF(font)
    width_of = metrics.horizontalAdvance
    if room.height() < 2 * metrics.height():
        count = _fitting(counts, font, room.width())
        rest = room.width() - (16 + width_of(count) if count else 0)
        note = next((note for note in notes if width_of(note) <= rest), "")
        return [(room, _RIGHT, count), (room, _LEFT, note)]
    if counts and not is_hint:
        upper = QRectF(room.x(), room.y(), room.width(), room.height() / 2)
        lower = upper.translated(0, upper.height())
        return [
            (upper, _LEFT, _fitting(counts, font, room.width())),
            (lower, _LEFT, _fitting(notes, font, room.width())),
        ]
    wrap = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignBottom.value
    for note in counts or notes:
        box = metrics.boundingRect(room, wrap, note)
        if box.height() <= room.height() + 1 and box.width() <= room.width():
            return [(room, wrap, note)]
    return []


def _fitting(wordings: Sequence[str], font: QFont, width: float) -> str:
    """The first that fits; the last one is cut if need be."""
    width_of = QFontMetricsF(font).horizontalAdvance
    fits = (each for each in wordings if width_of(each) <= width)
    return next(fits, elided(wordings[-1], font, width) if wordings else "")


def _draw_names(painter: QPainter, names: Iterable[Name], color: QColor) -> None:
    veil = QColor(theme.active().surface)  # so that dots do not cross the names
    veil.setAlphaF(0.8)
    for name in names:
        painter.fillRect(name.place, veil)
        draw_token(painter, name.place.adjusted(3, 0, -3, 0), name.label, color)


def nearest_on(rect: QRectF, point: QPointF) -> QPointF:
    """Where a line from a point meets a name."""
    x = min(max(point.x(), rect.left() + 2), rect.right() - 2)
    return QPointF(x, min(max(point.y(), rect.top() + 2), rect.bottom() - 2))


def _inside(place: QRectF, dot: QPointF, area: QRectF) -> QRectF:
    """The same place, on the other side of its dot if it would leave the area."""
    if place.right() > area.right():
        place.moveRight(dot.x() - 9)
    place.moveLeft(max(place.left(), area.left() + 1))
    place.moveTop(min(max(place.top(), area.top() + 1), area.bottom() - place.height() - 1))
    return place
