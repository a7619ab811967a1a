"""Sentences on a plane: one dot each, with as much of its words as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.analogy_painting import draw_dot
from gui.widgets.gliding_plane import EDGE, NOTE, GlidingPlane
from gui.widgets.label_room import LabelRoom, Name, name_dots
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, elided, in_lines
from gui.widgets.plane_painting import draw_callout, draw_note, name_font, nearest_on, note_lines

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

AIR, REACH, RADIUS = 40, 12, 5.0
LONGEST = 120  # of a name, in pixels at 100%, where the whole sentence has no room
ONE_LINE = 170  # longer sentences are in two, each of about half their length
HALVES = (0.52, 0.58, 0.66, 0.75)
HINT = "Type a few sentences at the left: here each is a dot, similar ones near each other."
Key = Qt.Key


class SentencePlane(GlidingPlane):
    """A click on a dot chooses its sentence.

    Signals:
        sentence_hovered: (int | None) the sentence under the mouse.
        sentence_clicked: (int) a sentence was chosen, by the mouse or the keyboard.
    """

    sentence_hovered = Signal(object)
    sentence_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sentencePlane")
        self.setAccessibleName("The sentences on a plane")
        self._points: NDArray[np.float64] = np.zeros((0, 2))
        self._sentences: tuple[str, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._names: list[Name] = []

    def set_data(
        self, points: NDArray[np.float64], sentences: Sequence[str], notes: Sequence[str]
    ) -> None:
        """Show sentences.

        Args:
            points: (N, 2) around (0, 0).
            sentences: N texts.
            notes: What the plane keeps, ever shorter; the first that fits is shown.

        Raises:
            ValueError: Another shape, nothing in it, or numbers that are not finite.
        """
        checked(points, "points", len(sentences), 2)
        if not sentences:
            raise ValueError("there are no sentences: use clear()")
        before: dict[Hashable, NDArray[np.float64]] = dict(
            zip(self._sentences, self._at, strict=False)
        )
        self._points, self._sentences, self._notes = points, tuple(sentences), tuple(notes)
        self._go(self._sentences, before)
        self._describe()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._points, self._sentences, self._hint = np.zeros((0, 2)), (), hint
        self._at, self._names = np.zeros((0, 2)), []
        self._describe()
        self.update()

    def set_selection(self, selected: int | None, hovered: int | None) -> None:
        """Stress a sentence: the one under the mouse, else the chosen one."""
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self._describe()
            self.update()

    @property
    def _focus(self) -> int | None:
        focus = self._selected if self._hovered is None else self._hovered
        return focus if focus is not None and focus < len(self._sentences) else None

    def _describe(self) -> None:
        said = self._hint
        if self._sentences:
            said = self._notes[0] if self._notes else ""
        if self._focus is not None:
            said = f"{self._focus + 1}: {self._sentences[self._focus]}"
        self.setAccessibleDescription(said)

    # --- preparing

    def prepare(self) -> None:
        """Place everything anew, without a glide."""
        if self._sentences:
            self._go()

    def _placed(self) -> NDArray[np.float64]:
        """All in sight, up is up, one scale for both directions."""
        low, high = self._points.min(axis=0), self._points.max(axis=0)
        spread, area = high - low, self._area
        room = np.array([area.width() - 3 * theme.px(AIR), area.height() - theme.px(AIR)])
        scales = np.maximum(room, 1.0)[spread > 0] / spread[spread > 0]
        scale = float(scales.min()) if len(scales) else 1.0
        middle = np.array([area.center().x(), area.center().y()])
        return np.asarray((self._points - (low + high) / 2) * (scale, -scale) + middle)

    def _name_all(self) -> None:
        """Whole sentences where there is room, else their beginnings, else their numbers."""
        room, font = LabelRoom(self._area), theme.font(theme.SMALL)
        dots = [QPointF(*at) for at in self._at.tolist()]
        for dot in dots:
            room.take(QRectF(dot.x() - RADIUS, dot.y() - RADIUS, 2 * RADIUS, 2 * RADIUS))
        self._names = []
        for name_of in (self._whole, self._shortened, lambda n: str(n + 1)):
            named = {name.id for name in self._names}
            left = [(n, dot, name_of(n)) for n, dot in enumerate(dots) if n not in named]
            self._names += name_dots(
                room, left, font, len(left), gap=10, far=True, widest=self._area.width()
            )

    def _whole(self, n: int) -> str:
        """A sentence with its number; a long one in two lines."""
        name, font = f"{n + 1} {self._sentences[n]}", theme.font(theme.SMALL)
        width = QFontMetricsF(font).horizontalAdvance(name)
        if width <= theme.px(ONE_LINE):
            return name
        most = self._area.width() / 2
        tries = (in_lines(name, font, min(width * half, most), 2) for half in HALVES)
        halves = list(map("\n".join, tries))
        return next((each for each in halves if each.replace("\n", " ") == name), halves[-1])

    def _shortened(self, n: int) -> str:
        return elided(f"{n + 1} {self._sentences[n]}", theme.font(theme.SMALL), theme.px(LONGEST))

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw dots, names, and the stressed sentence."""
        painter, look = QPainter(self), theme.active()
        if not self._sentences:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(theme.SMALL))
            for name in self._names:
                if not name.place.top() < name.dot.y() < name.place.bottom():
                    painter.setPen(QColor(look.muted))
                    painter.drawLine(name.dot, nearest_on(name.place, name.dot))
                painter.fillRect(name.place, QColor(look.surface))
                painter.setPen(QColor(look.text))
                painter.drawText(name.place, Qt.AlignmentFlag.AlignCenter, name.label)
            for at in self._at.tolist():
                draw_dot(painter, QPointF(*at), RADIUS, QColor(look.text))
            self._draw_stressed(painter)
            room = QRectF(EDGE + 4, self._area.bottom(), self._area.width() - 8, theme.px(NOTE))
            draw_note(painter, note_lines(room, (), self._notes))
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_stressed(self, painter: QPainter) -> None:
        if self._focus is None:
            return
        dot = QPointF(*self._at[self._focus].tolist())
        room = self._area.width() * 0.6
        label = elided(f"{self._focus + 1} {self._sentences[self._focus]}", name_font(), room)
        draw_callout(painter, self._area, dot, label, QColor(theme.active().accent), None)

    # --- mouse and keyboard

    def _nearest(self, point: QPointF) -> int | None:
        return self._nearest_of(len(self._at), point, REACH)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the dot at a point, if there is one."""
        at, shape = self._nearest(point), Qt.CursorShape
        is_something = at is not None or (self._sentences and self._is_note(point))
        self.setCursor(shape.PointingHandCursor if is_something else shape.ArrowCursor)
        if at != self._hovered:
            self.sentence_hovered.emit(at)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self.sentence_hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a sentence, or ask for the numbers below."""
        at = self._nearest(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not self._sentences:
            return
        if at is not None:
            self.sentence_clicked.emit(at)
        elif self._is_note(event.position()):
            self.note_asked.emit(event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from sentence to sentence, ? asks for the numbers below."""
        steps = {Key.Key_Right: 1, Key.Key_Down: 1, Key.Key_Left: -1, Key.Key_Up: -1}
        key, n = Key(event.key()), len(self._sentences)
        if n and key in steps:
            start = -steps[key] if self._selected is None else self._selected
            self.sentence_clicked.emit((start + steps[key]) % n)
        elif n and event.text() == "?":
            self._ask_about_note()
        else:
            super().keyPressEvent(event)
