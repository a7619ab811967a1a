"""An analogy as a parallelogram, on a plane that holds it, and an arrow that can be carried off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter

from gui import theme
from gui.widgets.analogy_hand import Hand
from gui.widgets.analogy_layout import A, B, C, named, placed
from gui.widgets.analogy_painting import (
    draw_arrow,
    draw_corners,
    draw_dot,
    draw_others,
    draw_side,
    is_on_line,
)
from gui.widgets.gliding_plane import EDGE, NOTE, GlidingPlane
from gui.widgets.painting import checked, draw_focus_ring, draw_hint
from gui.widgets.plane_painting import draw_callout, draw_note, note_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from gui.widgets.analogy_layout import Words
    from gui.widgets.label_room import Name

TIP = "the arrow's tip"
REACH, SNAP = 9, 18  # the mouse finds a dot this far away; the arrow's tail jumps to it
HINT = "Type three words above: here they become a parallelogram."
Key = Qt.Key


class AnalogyPlane(GlidingPlane):
    """Four corners, the words around them, and the arrow from a to b a second time, from c.

    The second arrow is carried by the mouse: where its tail comes to a word, the question is asked
    for that word. Arrow keys walk over the words, Enter takes the arrow to one.

    Signals:
        tail_moved: (int) id of the word that the arrow's tail has come to, while it is carried.
        tail_dropped: (int) likewise, and it is let go there.
        word_hovered: (int | None) id of the word under the mouse or the keyboard, if any.
        number_asked: (int, QPoint) id of the word whose cosine was asked for, and where it is.
    """

    tail_moved = Signal(object)
    tail_dropped = Signal(object)
    word_hovered = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("analogyPlane")
        self.setAccessibleName("The analogy as a parallelogram")
        self._words: Words | None = None
        self._hint = HINT
        self._say: Callable[[int], str] = lambda _id: ""
        self._corners: list[Name] = []
        self._names: list[Name] = []
        self._pointed: int | None = None  # which of the n is under the mouse or the keyboard
        self._kept: int | None = None  # which of the n was clicked
        self._stressed: int | None = None  # id of a word that is stressed elsewhere
        self._hand: Hand | None = None  # while it carries the arrow

    # --- data

    def set_data(self, words: Words, say: Callable[[int], str]) -> None:
        """Show a question; words that were there before glide to their new places.

        Args:
            words: The words.
            say: All there is to read about the word of an id.

        Raises:
            ValueError: Points of another shape or not finite, or too few words.
        """
        checked(words.points, "points", len(words.ids), 2)
        checked(words.tip, "tip", 2)
        if len(words.ids) < 3 or len(words.labels) != len(words.ids):
            raise ValueError(f"{len(words.labels)} names for {len(words.ids)} words")
        known = () if self._words is None else (*self._words.ids, TIP)
        before = dict(zip(known, self._at, strict=False))
        self._words, self._say = words, say
        self._hand = self._kept = None
        self._point_at(None)
        self._go((*words.ids, TIP), before)
        self._describe()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._words, self._hint = None, hint
        self._hand = self._kept = None
        self._point_at(None)
        self._describe()
        self.refresh()

    def stress(self, token_id: int | None) -> None:
        """Stress a word that is stressed elsewhere."""
        if token_id != self._stressed:
            self._stressed = token_id
            self.update()

    def set_answer(self, token_id: int, label: str) -> None:
        """Name the first answer where the arrow is carried now."""
        if self._words is not None:
            ids = self._words.ids
            answer = ids.index(token_id) if token_id in ids else None
            self._words = replace(self._words, answer=answer)
            if self._hand is not None:
                self._hand.answer = label
            self._name_all()
            self.update()

    def is_carried(self) -> bool:
        """Whether the arrow is in the hand."""
        return self._hand is not None

    def _describe(self) -> None:
        said = self._hint
        if self._words is not None:
            at = self._focus
            said = self._words.notes[0] if at is None else self._say(self._words.ids[at])
        self.setAccessibleDescription(said)

    # --- preparing

    @property
    def _focus(self) -> int | None:
        """Which of the n words the line below speaks of."""
        return self._kept if self._pointed is None else self._pointed

    def prepare(self) -> None:
        """Place everything anew, without a glide."""
        if self._words is not None:
            self._go()

    def _placed(self) -> NDArray[np.float64]:
        """(n + 1, 2): the words, and last the arrow's tip."""
        assert self._words is not None
        return placed(self._words, self._area)

    def _name_all(self) -> None:
        """The four corners' names, then those of others where there is room."""
        if self._words is not None:
            self._corners, self._names = named(self._words, self._at, self._area)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words, the parallelogram, and what one points at."""
        painter = QPainter(self)
        if self._words is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(self._area)
            dots = [self._dot(at) for at in range(len(self._words.ids))]
            draw_others(painter, dots[3:], self._names)
            self._draw_sides(painter)
            draw_corners(painter, dots, self._corners, self._words.answer)
            self._draw_stressed(painter, self._words)
            painter.restore()
            self._draw_note(painter, self._words)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_sides(self, painter: QPainter) -> None:
        """The arrow from a to b, the same from c, and what joins them."""
        look = theme.active()
        a, b, tail, tip = (self._dot(at) for at in (A, B, C, -1))
        if self._hand is not None:
            tail, tip = self._hand.tail, self._hand.tail + (b - a)
        draw_side(painter, a, tail, QColor(look.border))
        draw_side(painter, b, tip, QColor(look.border))
        draw_arrow(painter, a, b, QColor(look.text))
        draw_arrow(painter, tail, tip, QColor(look.accent))
        draw_dot(painter, tail, 7, QColor(look.accent), hollow=True)
        draw_dot(painter, tip, 6, QColor(look.accent), hollow=True)

    def _draw_stressed(self, painter: QPainter, words: Words) -> None:
        """The word under the mouse, where the tail is, or that is stressed elsewhere."""
        color = QColor(theme.active().accent)
        stressed = self._focus
        if self._hand is not None:
            stressed = self._hand.caught
            tip = self._hand.tail + (self._dot(B) - self._dot(A))
            if self._hand.answer and stressed is not None:
                draw_callout(painter, self._area, tip, self._hand.answer, color, None)
        if stressed is None and self._stressed in words.ids:
            stressed = words.ids.index(self._stressed)
        if stressed is None:
            return
        places = (*self._corners, *self._names)
        named = next((name.place for name in places if name.id == stressed), None)
        draw_callout(painter, self._area, self._dot(stressed), words.labels[stressed], color, named)

    def _draw_note(self, painter: QPainter, words: Words) -> None:
        area = self._area
        room = QRectF(EDGE + 4, area.bottom(), area.width() - 8, theme.px(NOTE))
        at = self._focus
        notes = words.notes if at is None else (self._say(words.ids[at]), words.labels[at])
        draw_note(painter, note_lines(room, (), notes))

    # --- mouse

    def _nearest(self, point: QPointF, reach: float) -> int | None:
        """Which of the n words is nearest to a point, within reach."""
        return None if self._words is None else self._nearest_of(len(self._words.ids), point, reach)

    def _is_arrow_at(self, point: QPointF) -> bool:
        return self._words is not None and is_on_line(point, self._dot(C), self._dot(-1), REACH)

    def hover_at(self, point: QPointF) -> None:
        """Name the dot at a point; over the arrow the hand opens."""
        at = self._nearest(point, REACH)
        self._point_at(at)
        shape = Qt.CursorShape
        if self._is_arrow_at(point):
            self.setCursor(shape.OpenHandCursor)
        else:
            is_something = at is not None or (self._words is not None and self._is_note(point))
            self.setCursor(shape.PointingHandCursor if is_something else shape.ArrowCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the arrow, or name the dot under the mouse."""
        if self._hand is None:
            self.hover_at(event.position())
            return
        assert self._words is not None
        point = event.position()
        caught = self._nearest(point - self._hand.grip, SNAP)
        at = None if caught is None else self._dot(caught)
        if self._hand.carry(point, caught, at) and caught is not None:
            self.tail_moved.emit(self._words.ids[caught])
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the arrow, keep a word in sight, or ask for the number in the line below."""
        if event.button() != Qt.MouseButton.LeftButton or self._words is None:
            return
        point = event.position()
        at = self._nearest(point, REACH)
        if self._is_arrow_at(point) and at in (None, C):
            self._glide.stop()
            self._on_glide(1.0)
            self._hand = Hand(point - self._dot(C), self._dot(C), C)
            self._kept = None
            self._point_at(None)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._is_note(point):
            if self._kept is None:
                self.note_asked.emit(point.toPoint())
            else:
                self.number_asked.emit(self._words.ids[self._kept], point.toPoint())
        else:
            self._kept = None if at == self._kept else at
            self._describe()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the arrow: at a word, or back where it was."""
        if self._hand is not None:
            self._let_go(C if self._hand.caught is None else self._hand.caught)
            self.hover_at(event.position())

    def _let_go(self, at: int) -> None:
        assert self._words is not None
        self._hand = None
        self.update()
        self.tail_dropped.emit(self._words.ids[at])

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        if self._hand is None:
            self._point_at(None)

    def _point_at(self, at: int | None) -> None:
        if at != self._pointed:
            self._pointed = at
            self._describe()
            self.update()
            words = self._words
            self.word_hovered.emit(None if words is None or at is None else words.ids[at])

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the words, Enter takes the arrow to one, ? asks, Escape lets go."""
        key, words = Key(event.key()), self._words
        steps = {Key.Key_Right: 1, Key.Key_Down: 1, Key.Key_Left: -1, Key.Key_Up: -1}
        if words is None:
            super().keyPressEvent(event)
        elif key in steps:
            start = C - steps[key] if self._focus is None else self._focus
            self._point_at((start + steps[key]) % len(words.ids))
        elif key == Key.Key_Escape and self._hand is not None:
            self._let_go(C)
        elif self._focus is None and event.text() == "?":
            self._ask_about_note()
        elif self._focus is None:
            super().keyPressEvent(event)
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.tail_dropped.emit(words.ids[self._focus])
        elif event.text() == "?":
            self.number_asked.emit(words.ids[self._focus], self._dot(self._focus).toPoint())
        elif key == Key.Key_Escape:
            self._kept = None
            self._point_at(None)
            self.update()
        else:
            super().keyPressEvent(event)
