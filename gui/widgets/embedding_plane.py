"""The vocabulary on a plane: one dot a token, those of the prompt named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from gui import theme
from gui.widgets.dots import draw_dots
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.label_room import CELL, LabelRoom, Name, name_dots
from gui.widgets.painting import (
    SPACE,
    Glide,
    checked,
    draw_focus_ring,
    draw_hint,
)
from gui.widgets.plane_painting import draw_callout, draw_note, draw_prompt, draw_words, name_font
from gui.widgets.plane_view import PlaneView, core_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from core.trace import EmbeddingPlane, TokenInfo

EDGE = 4  # room for the focus ring
NOTE = 20  # height of the line below the dots
QUIET_RADIUS = 1.5
REACH = 9  # the mouse finds a dot this far away
TRIES = 8  # words that are considered for each name that is shown
KEY_ZOOM, KEY_PAN = 1.5, 0.15  # factor; share of the figure
UNTYPED = "Type a sentence above: its words light up here."
HINT = "When a model is open, every word it knows is a dot here, similar words near each other."


class EmbeddingPlaneView(KeyboardCanvas):
    """Zoom with the wheel or + and -, pan by dragging or with the arrows, 0 shows everything.

    Signals:
        token_hovered: (int | None) position in the prompt of the dot under the mouse, if any.
        token_clicked: (int | None) likewise, clicked; None lets go (Escape).
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("embeddingPlane")
        self.setAccessibleName("Vocabulary on a plane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._plane: EmbeddingPlane | None = None
        self._tokens: tuple[TokenInfo, ...] = ()
        self._positions: dict[int, list[int]] = {}  # of each token id of the prompt
        self._by_worth = np.zeros(0, dtype=np.int64)  # ids, those most worth a name first
        self._core = self._bounds = np.zeros((2, 2))  # lowest and highest corner, in its own units
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._pointed: int | None = None  # id of the dot under the mouse
        self._kept: int | None = None  # id of a clicked dot that is not in the prompt
        self._dragged_from: QPointF | None = None
        self._dragging = False
        self._view = self._from = self._to = PlaneView((0.0, 0.0))
        self._glide = Glide(self._on_glide, self)
        self._at = np.zeros((0, 2), dtype=np.float32)  # (V, 2) where the dots lie in the widget
        self._dots = QImage()
        self._names: list[Name] = []
        self._words: list[Name] = []
        self._notes: tuple[str, ...] = ()  # the first that fits is shown
        self._shares = self._count = ""

    # --- data

    def set_data(self, plane: EmbeddingPlane) -> None:
        """Show a vocabulary, all of it in sight.

        Raises:
            ValueError: Points of another shape or not finite, or not one label a point.
        """
        checked(plane.points, "points", len(plane.labels), 2)
        if not plane.labels:
            raise ValueError("points is empty: use clear()")
        self._glide.stop()
        self._plane, self._pointed, self._kept = plane, None, None
        is_word = np.array([_is_word(label) for label in plane.labels])
        self._by_worth = np.argsort(~is_word, kind="stable")
        across, up = plane.explained
        kept = f"{across + up:.1%} of the differences"
        self._notes = (
            f"A flat shadow of many directions: it keeps {kept}.",
            f"A flat shadow: keeps {kept}.",
        )
        self._shares = f"{self._notes[0]}\n{across:.1%} lie across, {up:.1%} up."
        self._core = core_of(plane.points)
        self._bounds = self._wanted_bounds()
        self._look(self._everything())

    def set_tokens(self, tokens: Sequence[TokenInfo]) -> None:
        """Stress and name the tokens of the prompt."""
        self._tokens = tuple(tokens)
        positions: dict[int, list[int]] = {}
        for position, token in enumerate(self._tokens):
            positions.setdefault(token.id, []).append(position)
        before, self._positions = self._positions, positions
        if list(positions) != list(before):
            if not self._take_in():
                self._name_all()
            self.update()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._plane, self._hint = None, hint
        self.refresh()

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Stress one token of the prompt: the one under the mouse, else the clicked one."""
        if (token, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = token, hovered
            self.update()

    @property
    def _focus(self) -> int | None:
        """Id of the stressed token."""
        token = self._selected if self._hovered is None else self._hovered
        return self._tokens[token].id if token is not None and token < len(self._tokens) else None

    def sizeHint(self) -> QSize:
        """A good figure."""
        return QSize(440, 420)

    def minimumSizeHint(self) -> QSize:
        """Small but still a figure."""
        return QSize(160, 160)

    # --- the view

    def fit(self) -> None:
        """Bring everything into sight."""
        if self._plane is not None:
            self._set_bounds(self._wanted_bounds())
            self._glide_to(self._everything())

    def zoom_by(self, factor: float) -> None:
        """Come nearer to the middle, or go back."""
        if self._plane is not None:
            self._glide_to(self._to.zoomed(factor))

    def _everything(self) -> PlaneView:
        across, up = self._bounds.mean(axis=0).tolist()
        return PlaneView((across, up))

    def _wanted_bounds(self) -> NDArray[np.float64]:
        """(2, 2) lowest and highest corner of what is in sight at first: the core and the prompt.

        A few words far from all others would make the rest a small heap.
        """
        assert self._plane is not None
        points = self._plane.points
        mine = points[[token_id for token_id in self._positions if token_id < len(points)]]
        every = np.concatenate([self._core, mine])
        return np.stack([every.min(axis=0), every.max(axis=0)])

    def _take_in(self) -> bool:
        """Widen the first view so that the prompt is in it, unless the user looks elsewhere.

        It is not narrowed again as words go: what moved with every key could not be read.
        """
        if self._plane is None or self._to != self._everything():
            return False
        wanted = self._wanted_bounds()
        wider = np.stack(
            [np.minimum(wanted[0], self._bounds[0]), np.maximum(wanted[1], self._bounds[1])]
        )
        if np.array_equal(wider, self._bounds):
            return False
        self._bounds = wider
        self._look(self._everything())
        return True

    def _set_bounds(self, bounds: NDArray[np.float64]) -> None:
        """Measure zoom by other bounds, what is in sight staying where it is."""
        before = self._scale
        self._bounds = bounds
        factor = before / self._scale
        self._view = replace(self._view, zoom=self._view.zoom * factor)

    def _glide_to(self, view: PlaneView) -> None:
        self._from, self._to = self._view, view
        self._glide.start()

    def _on_glide(self, share: float) -> None:
        self._view = self._to if share == 1 else self._from.towards(self._to, share)
        self.refresh()

    def _look(self, view: PlaneView) -> None:
        """Without a glide, as the hand moves."""
        self._glide.stop()
        self._view = self._to = view
        self.refresh()

    @property
    def _area(self) -> QRectF:
        """Where the dots are drawn."""
        width, height = self.width() - 2 * EDGE, self.height() - 2 * EDGE - theme.px(NOTE)
        return QRectF(EDGE, EDGE, max(width, 1), max(height, 1))

    @property
    def _scale(self) -> float:
        """Device-independent pixels a unit, the same in both directions."""
        assert self._plane is not None
        spread = np.maximum(np.ptp(self._bounds, axis=0), 1e-6)
        room = max(self._area.width() - 24, 1.0), max(self._area.height() - 24, 1.0)
        return float(min(room[0] / spread[0], room[1] / spread[1]) * self._view.zoom)

    # --- preparing

    def prepare(self) -> None:
        """Place the dots and the names."""
        if self._plane is None:
            return
        middle = np.array([self._area.center().x(), self._area.center().y()])
        steps = (self._plane.points - self._view.centre) * (self._scale, -self._scale)  # up is up
        self._at = (steps + middle).astype(np.float32)
        self._dots = self._draw_dots(self.devicePixelRatioF())
        self._name_all()

    def _draw_dots(self, ratio: float) -> QImage:
        look, area = theme.active(), self._area
        size = (max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
        radius = ratio * min(QUIET_RADIUS * self._view.zoom**0.25, 2.5)
        at = (self._at - (area.x(), area.y())) * ratio
        dots = draw_dots(at, size, radius, QColor(look.surface), QColor(look.muted))
        dots.setDevicePixelRatio(ratio)
        return dots

    def _name_all(self) -> None:
        """Name the prompt's dots, then others where there is room."""
        self._names, self._words, self._count = [], [], ""
        if self._plane is None:
            return
        area, room, labels = self._area, LabelRoom(self._area), self._plane.labels
        known = [token_id for token_id in self._positions if token_id < len(labels)]
        seen = [token_id for token_id in known if area.contains(self._dot(token_id))]
        mine = [(token_id, self._dot(token_id), labels[token_id]) for token_id in seen]
        for _, dot, _ in mine:
            room.take(QRectF(dot.x() - 3, dot.y() - 3, 6, 6))
        gap = 3.0 + CELL  # further than any cell that the dot itself took
        self._names = name_dots(room, mine, name_font(), len(mine), gap=gap, far=True)
        self._count = _counted(len(known), len(known) - len(seen), len(seen) - len(self._names))

        most = int(area.width() * area.height() / 9000 * min(self._view.zoom, 9.0) ** 0.5)
        place = (self._at[self._by_worth] - (area.x(), area.y())) / (area.width(), area.height())
        in_sight = ((place > 0) & (place < 1)).all(axis=1)
        worthiest = self._by_worth[in_sight][: most * TRIES].tolist()
        others = ((token_id, self._dot(token_id), labels[token_id]) for token_id in worthiest)
        free = (other for other in others if not room.covers(other[1]))
        self._words = name_dots(room, free, theme.font(theme.SMALL), most, gap=4.0)

    def _dot(self, token_id: int) -> QPointF:
        return QPointF(*self._at[token_id].tolist())

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots, the names, the stressed token and what the plane cannot show."""
        painter = QPainter(self)
        if self._plane is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawImage(self._area.topLeft(), self._dots)
            painter.save()
            painter.setClipRect(self._area)
            draw_words(painter, self._words)
            known = [token_id for token_id in self._positions if token_id < len(self._at)]
            draw_prompt(painter, self._names, map(self._dot, known))
            self._draw_stressed(painter)
            painter.restore()
            self._draw_note(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_stressed(self, painter: QPainter) -> None:
        """The token in focus in the accent; the name of a quiet dot under the mouse."""
        look = theme.active()
        if self._pointed is not None and self._pointed not in self._positions:
            self._draw_callout(painter, self._pointed, QColor(look.text))
        if self._kept is not None and self._area.contains(self._dot(self._kept)):
            self._draw_callout(painter, self._kept, QColor(look.text))
        if self._focus is not None and self._focus < len(self._at):
            self._draw_callout(painter, self._focus, QColor(look.accent))

    def _draw_callout(self, painter: QPainter, token_id: int, color: QColor) -> None:
        assert self._plane is not None
        named = next((name.place for name in self._names if name.id == token_id), None)
        label = self._plane.labels[token_id]
        draw_callout(painter, self._area, self._dot(token_id), label, color, named)

    def _draw_note(self, painter: QPainter) -> None:
        area = self._area
        room = QRectF(EDGE + 4, area.bottom(), area.width() - 8, theme.px(NOTE))
        count = self._count or ("" if self._tokens else UNTYPED)
        draw_note(painter, room, count, self._notes)

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the plane, or name the dot under the mouse."""
        if self._dragged_from is None:
            self.hover_at(event.position())
            return
        moved = event.position() - self._dragged_from
        if self._dragging or moved.manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self._dragged_from = event.position()
            self._look(self._view.moved(-moved.x() / self._scale, moved.y() / self._scale))

    def hover_at(self, point: QPointF) -> None:
        """Name the dot at a point, if there is one."""
        self._point_at(self._nearest(point))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._plane is not None:
            self._dragged_from, self._dragging = event.position(), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not move is a click; a dot outside the prompt keeps its name."""
        clicked = self._dragged_from is not None and not self._dragging
        self._dragged_from, self._dragging = None, False
        token_id = self._nearest(event.position()) if clicked else None
        if token_id in self._positions:
            self.token_clicked.emit(self._position_of(token_id))
        elif token_id is not None:
            self._keep(None if token_id == self._kept else token_id)

    def _keep(self, token_id: int | None) -> None:
        self._kept = token_id
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Bring everything into sight, unless a dot was meant."""
        if self._nearest(event.position()) is None:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse: what is under it stays there."""
        if self._plane is None:
            event.ignore()
            return
        off = event.position() - self._area.center()
        centre, scale = self._view.centre, self._scale
        around = (centre[0] + off.x() / scale, centre[1] - off.y() / scale)
        self._look(self._view.zoomed(1.25 ** (event.angleDelta().y() / 120), around))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None)

    def _nearest(self, point: QPointF) -> int | None:
        """Id of the nearest dot within reach, those of the prompt before the others."""
        if self._plane is None:
            return None
        squared = np.square(self._at - (point.x(), point.y())).sum(axis=1)
        prompt = [i for i in self._positions if i < len(squared) and squared[i] < REACH**2]
        if prompt:
            return min(prompt, key=lambda i: float(squared[i]))
        best = int(squared.argmin())
        return best if squared[best] < REACH**2 else None

    def _position_of(self, token_id: int | None) -> int | None:
        """Where in the prompt a token is: the clicked place if it is one of several."""
        positions = [] if token_id is None else self._positions.get(token_id, [])
        if self._selected in positions:
            return self._selected
        return positions[0] if positions else None

    def _point_at(self, token_id: int | None) -> None:
        if token_id != self._pointed:
            self._pointed = token_id
            if token_id is not None and self._plane is not None:
                self.setAccessibleDescription(self._plane.labels[token_id])
            self.update()
        position = self._position_of(token_id)
        if position != self._hovered:
            self._hovered = position
            self.token_hovered.emit(position)

    def event(self, event: QEvent) -> bool:
        """Tell the two shares behind the note."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            on_note = self._plane is not None and help_event.pos().y() > self._area.bottom()
            QToolTip.showText(help_event.globalPos(), self._shares if on_note else "", self)
            return True
        return super().event(event)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and - zoom, arrows pan, 0 shows everything, Escape lets go."""
        key, arrows = (
            Qt.Key(event.key()),
            {
                Qt.Key.Key_Left: (-1, 0),
                Qt.Key.Key_Right: (1, 0),
                Qt.Key.Key_Up: (0, 1),
                Qt.Key.Key_Down: (0, -1),
            },
        )
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(KEY_ZOOM)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1 / KEY_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in arrows and self._plane is not None:
            step = KEY_PAN * min(self._area.width(), self._area.height()) / self._scale
            self._glide_to(self._to.moved(arrows[key][0] * step, arrows[key][1] * step))
        elif key == Qt.Key.Key_Escape and self._kept is not None:
            self._keep(None)
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self.token_clicked.emit(None)
        else:
            super().keyPressEvent(event)


def _is_word(label: str) -> bool:
    """Whether a token reads as a whole word."""
    return label.startswith(SPACE) and len(label) > 3 and label[1:].isalpha()


def _counted(n_known: int, n_outside: int, n_hidden: int) -> str:
    """What of the prompt is not named, in words."""
    parts = []
    if n_hidden:
        parts.append(f"{n_hidden} of {n_known} unnamed: zoom in")
    if n_outside:
        parts.append(f"{n_outside} out of sight")
    return ", ".join(parts)
