"""Paths of vectors through the layers, on a plane: one dot a layer, numbered, joined by arrows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip

from core.trace import EmbeddingPlane
from gui import theme
from gui.widgets.label_room import LabelRoom, Name, name_dots
from gui.widgets.painting import Glide, checked, draw_focus_ring, draw_hint, tooltip
from gui.widgets.pair_hues import Kind, draw_mark, hue, pen_of
from gui.widgets.plane_canvas import EDGE, PlaneCanvas
from gui.widgets.plane_painting import draw_note, name_font, note_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "Type a sentence above: here its last word travels through the layers."
AIR, NAME_AIR = 0.09, 0.16  # of the paths' extent, around them; at the right, for names
ARROW_PX, SHORT_PX = 8.0, 26.0  # an arrow's head; a shorter piece of a path has none
LINE_STEP = 4.0  # between places of a line that are kept free, in pixels
APART_PX = 13.0  # dots of one layer that are nearer share one number
Key = Qt.Key


@dataclass(frozen=True, eq=False)
class Way:
    """One path.

    Attributes:
        name: At its end.
        kind: Which text it is of.
        points: (D, 2) where it is at every depth.
    """

    name: str
    kind: Kind
    points: NDArray[np.float64]


class JourneyPlane(PlaneCanvas):
    """Zoomed and panned as every plane; Page Up and Page Down walk from dot to dot, ? asks.

    Signals:
        depth_hovered: (int | None) the depth of the dot under the mouse or the keyboard.
        number_asked: ((int, int), QPoint) way and depth of a dot that was clicked, and where.
    """

    depth_hovered = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("journeyPlane")
        self.setAccessibleName("Paths through the layers on a plane")
        self._ways: tuple[Way, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._hint = HINT
        self._say: Callable[[int, int], str] = lambda _way, _depth: ""
        self._now = self._start = self._goal = np.zeros((0, 2))  # (N, 2) in the plane's units
        self._move = Glide(self._on_move, self)
        self._depth: int | None = None  # that is stressed, here or elsewhere
        self._numbers: list[Name] = []
        self._ends: list[Name] = []

    # --- data

    def set_data(
        self,
        ways: Sequence[Way],
        notes: Sequence[str],
        say: Callable[[int, int], str],
    ) -> None:
        """Show paths; those that were there before glide to where they are now.

        Args:
            ways: The paths, all of as many depths; those that are drawn last lie above.
            notes: What the plane keeps, ever shorter; the first that fits is shown.
            say: All there is to read about the dot of a way and a depth.

        Raises:
            ValueError: No paths, of different lengths, of another shape, or not finite.
        """
        if not ways:
            raise ValueError("no paths: use clear()")
        n_depths = len(ways[0].points)
        for way in ways:
            checked(way.points, "points", n_depths, 2)
        before = {way.kind + way.name: points for way, points in self._placed_ways()}
        if before and len(next(iter(before.values()))) != n_depths:
            before = {}
        firsts = {way.kind: before.get(way.kind + way.name) for way in ways}
        was_home = self._plane is None or self._to == self._everything()
        view, bounds = self._to, self._bounds
        goal = np.concatenate([way.points for way in ways]).astype(np.float64)
        labels = tuple(say(n, depth) for n in range(len(ways)) for depth in range(n_depths))
        self._ways, self._notes, self._say = tuple(ways), tuple(notes), say
        self._move.stop()
        self._now = self._goal = goal
        self.set_plane(EmbeddingPlane(goal.astype(np.float32), (0.0, 0.0), labels))
        if was_home:
            view = self._everything()
        else:
            self._bounds = bounds
        self._view = self._from = self._to = view
        self._start = np.concatenate(
            [self._set_out(way, before, firsts.get("first")) for way in ways]
        )
        if before and self.isVisible() and not np.array_equal(self._start, goal):
            self._on_move(0.0)
            self._move.start()
        else:
            self._on_move(1.0)
        self._describe()
        self.look_again()

    def _placed_ways(self) -> list[tuple[Way, NDArray[np.float64]]]:
        """Each way with where it is at this moment of the glide."""
        if not self._ways:
            return []
        parts = np.split(self._now, len(self._ways))
        return list(zip(self._ways, parts, strict=True))

    @staticmethod
    def _set_out(
        way: Way, before: dict[str, NDArray[np.float64]], first: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        """Where a way sets out: where it was; a changed one, when it is new, from the first."""
        found = before.get(way.kind + way.name)
        if found is None and way.kind == "changed":
            found = first
        return way.points if found is None else found

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._move.stop()
        self._plane, self._ways, self._hint = None, (), hint
        self._now = np.zeros((0, 2))
        self._numbers, self._ends = [], []
        self._stress(None)
        self._describe()
        self.refresh()

    def stress(self, depth: int | None) -> None:
        """Stress the dots of a depth that is stressed elsewhere."""
        if depth != self._depth:
            self._depth = depth
            self.update()

    def _stress(self, depth: int | None) -> None:
        if depth != self._depth:
            self.stress(depth)
            self.depth_hovered.emit(depth)

    def _describe(self) -> None:
        if self._plane is None:
            self.setAccessibleDescription(self._hint)
        elif self._pointed is None:
            self.setAccessibleDescription(self._notes[0] if self._notes else "")

    def sizeHint(self) -> QSize:
        """A good figure."""
        return QSize(420, 360)

    def minimumSizeHint(self) -> QSize:
        """Small but still a figure."""
        return QSize(160, 140)

    # --- preparing

    def _wanted_bounds(self) -> NDArray[np.float64]:
        """(2, 2) of all paths but the clues', with air for names."""
        own = [way.points for way in self._ways if way.kind != "clue"] or [self._goal]
        points = np.concatenate(own)
        low, high = points.min(axis=0), points.max(axis=0)
        extent = max(float((high - low).max()), 1e-9)
        return np.stack([low - AIR * extent, high + np.array([NAME_AIR, AIR]) * extent])

    def _on_move(self, share: float) -> None:
        self._now = self._goal if share >= 1 else self._start + (self._goal - self._start) * share
        self.refresh()

    def _placed(self) -> NDArray[np.float32]:
        centre = np.array(self._view.centre)
        middle = np.array([self._area.center().x(), self._area.center().y()])
        at = (self._now - centre) * (self._scale, -self._scale) + middle
        return np.asarray(at, dtype=np.float32)

    def prepare(self) -> None:
        """Place dots, numbers and names."""
        if self._plane is None or not self._ways:
            return
        self._at, area = self._placed(), self._area
        dots = [QPointF(x, y) for x, y in self._at.tolist()]
        seen = [n for n, dot in enumerate(dots) if area.contains(dot)]
        room, n_depths, small = LabelRoom(area), self._n_depths, theme.font(theme.SMALL)
        for n in seen:
            room.take(QRectF(dots[n].x() - 5, dots[n].y() - 5, 10, 10))
        for n in range(len(self._ways)):
            for start, end in pairwise(dots[n * n_depths : (n + 1) * n_depths]):
                _take_line(room, start, end)
        ends = [n for n in seen if n % n_depths == n_depths - 1]
        named = [(n, dots[n], self._ways[n // n_depths].name) for n in ends]
        self._ends = name_dots(room, named, name_font(), len(named), gap=10, far=True)
        numbers = [(n, dots[n], str(n % n_depths)) for n in seen if self._has_number(n)]
        self._numbers = name_dots(room, numbers, small, len(numbers), gap=8, far=True)

    @property
    def _n_depths(self) -> int:
        return len(self._ways[0].points) if self._ways else 0

    def _has_number(self, n: int) -> bool:
        """Whether a dot is apart from those of the same depth that have their number already."""
        way, depth = divmod(n, self._n_depths)
        if self._ways[way].kind == "clue":
            return False
        for other in range(way):
            if self._ways[other].kind != "clue":
                off = self._at[n] - self._at[other * self._n_depths + depth]
                if math.hypot(*off.tolist()) < APART_PX:
                    return False
        return True

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the paths, their dots and names."""
        painter = QPainter(self)
        if self._plane is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(self._area)
            order = sorted(range(len(self._ways)), key=lambda n: self._ways[n].kind != "clue")
            for n in order:
                self._draw_way(painter, n)
            for n in order:
                self._draw_dots_of(painter, n)
            self._draw_names(painter)
            painter.restore()
            area = self._area
            room = QRectF(EDGE + 4, area.bottom(), area.width() - 8, self._note_px)
            draw_note(painter, note_lines(room, (), self._notes))
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _dots_of(self, n: int) -> list[QPointF]:
        first = n * self._n_depths
        return [self._dot(first + depth) for depth in range(self._n_depths)]

    def _draw_way(self, painter: QPainter, n: int) -> None:
        kind, dots = self._ways[n].kind, self._dots_of(n)
        painter.setPen(pen_of(kind))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(dots))
        if kind == "clue":
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hue(kind))
        for start, end in pairwise(dots):
            _draw_head(painter, start, end)

    def _draw_dots_of(self, painter: QPainter, n: int) -> None:
        kind = self._ways[n].kind
        for depth, dot in enumerate(self._dots_of(n)):
            if depth == self._depth:
                painter.setPen(QPen(QColor(theme.active().accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(dot, 9, 9)
            draw_mark(painter, kind, dot)

    def _draw_names(self, painter: QPainter) -> None:
        look = theme.active()
        veil = QColor(look.surface)
        veil.setAlphaF(0.85)
        for names, font in ((self._numbers, theme.font(theme.SMALL)), (self._ends, name_font())):
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            for name in names:
                kind = self._ways[name.id // self._n_depths].kind
                if not name.place.adjusted(-10, -10, 10, 10).contains(name.dot):
                    painter.setPen(QPen(QColor(look.border), 1))
                    painter.drawLine(name.dot, name.place.center())
                painter.fillRect(name.place, veil)
                painter.setPen(QColor(look.muted if kind == "clue" else look.text))
                text = metrics.elidedText(
                    name.label, Qt.TextElideMode.ElideMiddle, name.place.width()
                )
                painter.drawText(name.place, Qt.AlignmentFlag.AlignCenter, text)

    # --- mouse and keyboard

    def _point_at(self, token_id: int | None) -> None:
        super()._point_at(token_id)
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if token_id is None else shape.PointingHandCursor)
        self._describe()
        self._stress(None if token_id is None or not self._ways else token_id % self._n_depths)

    def _click(self, token_id: int) -> None:
        self.number_asked.emit(divmod(token_id, self._n_depths), self._dot(token_id).toPoint())

    def event(self, event: QEvent) -> bool:
        """Say all about the dot under the mouse, and the whole note below."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = ""
            if self._plane is not None and self._pointed is not None:
                text = self._say(*divmod(self._pointed, self._n_depths))
            elif self._plane is not None and help_event.pos().y() > self._area.bottom():
                text = self._notes[0] if self._notes else ""
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page Up and Page Down walk over the dots, ? asks for one, Escape lets go."""
        key, last = Key(event.key()), len(self._at) - 1
        if self._plane is None or not self._ways:
            super().keyPressEvent(event)
        elif key in (Key.Key_PageDown, Key.Key_PageUp):
            step = 1 if key == Key.Key_PageDown else -1
            start = -1 if self._pointed is None and step > 0 else self._pointed or 0
            self._point_at(min(max(start + step, 0), last))
        elif event.text() == "?" and self._pointed is not None:
            self._click(self._pointed)
        elif key == Key.Key_Escape and self._pointed is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)


def _take_line(room: LabelRoom, start: QPointF, end: QPointF) -> None:
    """No number lies on a line."""
    way = end - start
    n_steps = max(math.ceil(math.hypot(way.x(), way.y()) / LINE_STEP), 1)
    for n in range(1, n_steps):
        at = start + way * (n / n_steps)
        room.take(QRectF(at.x() - 2, at.y() - 2, 4, 4))


def _draw_head(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """An arrow's head in the middle of a piece of a path that is long enough."""
    way = end - start
    length = math.hypot(way.x(), way.y())
    if length < SHORT_PX:
        return
    along = way / length
    across = QPointF(-along.y(), along.x()) * (ARROW_PX * 0.5)
    tip = start + way * 0.5 + along * (ARROW_PX / 2)
    neck = tip - along * ARROW_PX
    painter.drawPolygon(QPolygonF([tip, neck + across, neck - across]))
