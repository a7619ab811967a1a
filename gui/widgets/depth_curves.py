"""Curves by depth, a panel for each thing that is measured, all panels on one scale."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.depth_places import (
    AXIS_PX,
    EDGE,
    LEFT_PX,
    TITLE_PX,
    Curve,
    DepthPlaces,
    Panel,
    Place,
    Scale,
    scale_of,
)
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import draw_focus_ring, draw_hint, elided, tooltip
from gui.widgets.pair_hues import draw_mark, pen_of
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

__all__ = ["HINT", "Curve", "DepthCurves", "Panel", "Place"]

HINT = "Curves appear here when there are two sentences to compare."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class DepthCurves(KeyboardCanvas):
    """Left and Right walk along a curve, Up and Down to another one, ? asks for the number.

    Signals:
        depth_hovered: (int | None) the depth under the mouse or the keyboard.
        number_asked: (Place, QPoint) a point that was clicked, and where it is.
    """

    depth_hovered = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("depthCurves")
        self.setAccessibleName("Likeness to the clue words, layer by layer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._panels: tuple[Panel, ...] = ()
        self._scale = Scale(0.0, 1.0, 0.25)
        self._places = DepthPlaces((), self._scale, 1, 1)
        self._say: Callable[[Place], str] = lambda _place: ""
        self._hint = HINT
        self._place: Place | None = None  # that is pointed at
        self._depth: int | None = None  # that is stressed, here or elsewhere

    def set_data(self, panels: Sequence[Panel], say: Callable[[Place], str]) -> None:
        """Show curves.

        Args:
            panels: One or several.
            say: All there is to read about a point.

        Raises:
            ValueError: No panels, curves of different lengths, or numbers outside -1 to 1.
        """
        self._scale = scale_of(panels)
        self._panels, self._say = tuple(panels), say
        self.prepare()
        if self._place is not None and not self._places.has(self._place):
            self._place = None
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._panels, self._hint, self._place = (), hint, None
        self._stress(None)
        self._describe()
        self.refresh()

    def stress(self, depth: int | None) -> None:
        """Stress a depth that is stressed elsewhere."""
        if depth != self._depth:
            self._depth = depth
            self.update()

    def _stress(self, depth: int | None) -> None:
        if depth != self._depth:
            self.stress(depth)
            self.depth_hovered.emit(depth)

    def _describe(self) -> None:
        said = self._hint
        if self._panels:
            said = ", ".join(panel.title for panel in self._panels)
        if self._place is not None:
            said = self._say(self._place)
        self.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        """Two panels beside each other."""
        return QSize(440, 190)

    def minimumSizeHint(self) -> QSize:
        """Curves that can still be told apart."""
        return QSize(theme.px(220, 0.6), theme.px(96, 0.6))

    # --- where things are

    def prepare(self) -> None:
        """Divide the room."""
        self._places = DepthPlaces(self._panels, self._scale, self.width(), self.height())

    def point_of(self, place: Place) -> QPointF | None:
        """Where a point lies; None if there is no number."""
        return self._places.point_of(place)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every panel."""
        painter = QPainter(self)
        if not self._panels:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for n, panel in enumerate(self._panels):
                self._draw_panel(painter, n, panel)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_panel(self, painter: QPainter, n: int, panel: Panel) -> None:
        look, room = theme.active(), self._places.room(n)
        font = theme.font(theme.SMALL, bold=True)
        painter.setFont(font)
        painter.setPen(QColor(look.text))
        left = room.x() - theme.px(LEFT_PX)
        title = QRectF(left, EDGE, room.right() - left, theme.px(TITLE_PX) - 4)
        painter.drawText(title, LEFT, elided(panel.title, font, title.width()))
        used = QFontMetricsF(font).horizontalAdvance(panel.title) + 8
        if panel.about:
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(QColor(look.muted))
            rest = title.adjusted(used, 0, 0, 0)
            painter.drawText(rest, LEFT, elided(panel.about, painter.font(), rest.width()))
        self._draw_scale(painter, room)
        if panel.missing:
            draw_hint(painter, room, panel.missing)
        if self._depth is not None and self._depth < self._places.n_depths:
            painter.setPen(QPen(QColor(look.muted), 1, Qt.PenStyle.DotLine))
            x = self._places.x(room, self._depth)
            painter.drawLine(QPointF(x, room.y()), QPointF(x, room.bottom()))
        for curve in range(len(panel.curves)):
            self._draw_curve(painter, n, curve)
        if self._place is not None and self._place.panel == n:
            self._draw_read(painter, room, self._place)

    def _draw_scale(self, painter: QPainter, room: QRectF) -> None:
        look = theme.active()
        painter.setFont(theme.mono())
        metrics = QFontMetricsF(painter.font())
        n_lines = round((self._scale.high - self._scale.low) / self._scale.step)
        every = max(1, math.ceil(metrics.height() * n_lines / room.height()))
        for n in range(n_lines + 1):
            value = self._scale.low + n * self._scale.step
            y = round(self._places.y(room, value)) + 0.5
            painter.setPen(QPen(QColor(look.muted if abs(value) < 1e-9 else look.border), 1))
            painter.drawLine(QPointF(room.x(), y), QPointF(room.right(), y))
            if n % every == 0:
                painter.setPen(QColor(look.muted))
                text = f"{value:.2f}".replace("-", MINUS)
                half = metrics.height() / 2
                place = QRectF(
                    room.x() - theme.px(LEFT_PX), y - half, theme.px(LEFT_PX) - 5, 2 * half
                )
                painter.drawText(place, RIGHT, text)
        self._draw_depths(painter, room, metrics)

    def _draw_depths(self, painter: QPainter, room: QRectF, metrics: QFontMetricsF) -> None:
        painter.setPen(QColor(theme.active().muted))
        if not self._places.n_depths:
            return
        wide = metrics.horizontalAdvance("00")
        room_each = room.width() / max(self._places.n_depths - 1, 1)
        every = max(1, math.ceil(wide / max(room_each, 0.1)))
        for depth in range(0, self._places.n_depths, every):
            x = self._places.x(room, depth)
            place = QRectF(x - wide, room.bottom() + 2, 2 * wide, theme.px(AXIS_PX) - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(depth))

    def _draw_curve(self, painter: QPainter, panel: int, curve: int) -> None:
        kind = self._panels[panel].curves[curve].kind
        points = [
            self.point_of(Place(panel, curve, depth)) for depth in range(self._places.n_depths)
        ]
        painter.setPen(pen_of(kind))
        for start, end in pairwise(points):
            if start is not None and end is not None:
                painter.drawLine(start, end)
        radius = 3.5 if self._places.n_depths <= 16 else 2.5
        for point in points:
            if point is not None:
                draw_mark(painter, kind, point, radius)

    def _draw_read(self, painter: QPainter, room: QRectF, place: Place) -> None:
        """The number that is pointed at, on its point."""
        point = self.point_of(place)
        if point is None:
            return
        look = theme.active()
        painter.setPen(QPen(QColor(look.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(point, 7, 7)
        value = float(self._panels[place.panel].curves[place.curve].values[place.depth])
        text = f"{value:.3f}".replace("-", MINUS)
        painter.setFont(theme.mono(bold=True))
        metrics = QFontMetricsF(painter.font())
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + 8, metrics.height() + 2)
        x = min(max(point.x() - box.width() / 2, room.x()), room.right() - box.width())
        y = point.y() - box.height() - 9
        box.moveTo(x, y if y >= EDGE else point.y() + 9)
        painter.setPen(QPen(QColor(look.accent), 1))
        painter.setBrush(QColor(look.surface))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(look.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Read the point at a place, if there is one, and stress its depth."""
        found = self._places.nearest(point)
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if found is None else shape.PointingHandCursor)
        self._read(found)
        self._stress(self._places.depth_at(point) if found is None else found.depth)

    def _read(self, place: Place | None) -> None:
        if place != self._place:
            self._place = place
            self._describe()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._read(None)
        self._stress(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number."""
        found = self._places.nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self._ask(found)

    def _ask(self, place: Place) -> None:
        point = self.point_of(place)
        if point is not None:
            self.number_asked.emit(place, point.toPoint())

    def event(self, event: QEvent) -> bool:
        """Say all about the point under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            found = self._places.nearest(QPointF(help_event.pos())) if self._panels else None
            text = "" if found is None else tooltip(self._say(found))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the points; Enter or ? asks, Escape lets go."""
        key, place = Key(event.key()), self._place
        every = [(n, k) for n, one in enumerate(self._panels) for k in range(len(one.curves))]
        walks = (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End)
        if every and key in walks:
            self._walk(
                key, place or Place(*every[0], self._places.n_depths - 1), every, place is None
            )
        elif place is not None and (event.text() == "?" or key in (Key.Key_Return, Key.Key_Enter)):
            self._ask(place)
        elif place is not None and key == Key.Key_Escape:
            self._read(None)
            self._stress(None)
        else:
            super().keyPressEvent(event)

    def _walk(
        self, key: Qt.Key, place: Place, every: list[tuple[int, int]], is_first: bool
    ) -> None:
        if not is_first:  # the first key only shows where one is
            at, last = every.index((place.panel, place.curve)), self._places.n_depths - 1
            step = {Key.Key_Down: 1, Key.Key_Up: -1}.get(key, 0)
            panel, curve = every[(at + step) % len(every)]
            depths = {
                Key.Key_Left: max(place.depth - 1, 0),
                Key.Key_Right: min(place.depth + 1, last),
                Key.Key_Home: 0,
                Key.Key_End: last,
            }
            place = Place(panel, curve, depths.get(key, place.depth))
        self._read(place)
        self._stress(place.depth)
