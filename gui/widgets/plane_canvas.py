"""Thousands of named dots on a plane that one zooms and pans: what all such planes share."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.widgets.dots import draw_dots
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.label_room import LabelRoom, Name, name_dots
from gui.widgets.painting import SPACE, Glide, checked
from gui.widgets.plane_view import PlaneView, core_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

    from core.trace import EmbeddingPlane

EDGE = 4  # room for the focus ring
NOTE, LINE = 20, 15  # height of the line below the dots; of a second one, in a narrow figure
NARROW = 420
MOST_HIDDEN = 22  # quiet dots that the name of one may lie on, or as many as lie anywhere
OVER = 2.5  # so much wider are the dots that are drawn above the others
QUIET_RADIUS = 1.5
REACH = 9  # the mouse finds a dot this far away
ROOM_PX = 7000  # of the figure for one word that is named
LOOKS, TRIES = 40, 6  # words that are looked at, and tried, for each name that is shown
PATCH, MANY_PATCHES = (44, 18), 100_000  # of which one word has its turn after another
PATIENCE = 200  # words in a row that find no room, and no more are tried
NEARER = 1.5  # so many times nearer, a name that does not fit beside its dot is left out
CLOSE = 6.0  # so many times nearer, pieces of words have names too
KEY_ZOOM, KEY_PAN = 1.5, 0.15  # factor; share of the figure
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class PlaneCanvas(KeyboardCanvas):
    """Zoom with the wheel or + and -, pan by dragging or with the arrows, 0 shows everything.

    Who derives from it paints the dots and names that are prepared here, and says what a dot that
    is pointed at or clicked means.
    """

    _joins_names = False  # with dots that they are not beside, while all of these lie close

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._plane: EmbeddingPlane | None = None
        self._by_worth = np.zeros(0, dtype=np.int64)  # ids, those most worth a name first
        self._n_words = 0  # so many of them are whole words
        self._core = self._bounds = np.zeros((2, 2))  # lowest and highest corner, in its own units
        self._pointed: int | None = None  # id of the dot under the mouse
        self._dragged_from: QPointF | None = None
        self._dragging = False
        self._view = self._from = self._to = PlaneView((0.0, 0.0))
        self._glide = Glide(self._on_glide, self)
        self._at = np.zeros((0, 2), dtype=np.float32)  # (V, 2) where the dots lie in the widget
        self._dots = QImage()
        self._words: list[Name] = []
        self._room = LabelRoom(QRectF())  # without names
        self._worthiest: list[int] = []  # ids that are to have a name, if there is room
        self._most, self._most_hidden = 0, 0.0  # names; dots that each may lie on

    def set_plane(self, plane: EmbeddingPlane, worth: Sequence[int] | None = None) -> None:
        """Take another plane; what is shown of it is not yet prepared.

        Args:
            plane: The plane.
            worth: Ids of whole words, those most worth a name first; by their labels, if not given.

        Raises:
            ValueError: Points of another shape or not finite, or not one label a point.
        """
        checked(plane.points, "points", len(plane.labels), 2)
        if not plane.labels:
            raise ValueError("points is empty: use clear()")
        self._glide.stop()
        self._plane, self._pointed = plane, None
        self._rank(worth)
        self._core = core_of(plane.points)
        self._bounds = self._wanted_bounds()

    def _rank(self, worth: Sequence[int] | None) -> None:
        assert self._plane is not None
        labels = self._plane.labels
        words = worth if worth is not None else [i for i, one in enumerate(labels) if _is_word(one)]
        first = np.asarray([i for i in words if i < len(labels)], dtype=np.int64)
        rest = np.ones(len(labels), dtype=bool)
        rest[first] = False
        self._by_worth = np.concatenate([first, np.flatnonzero(rest)])
        self._n_words = len(first) or len(labels)

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
        """(2, 2) lowest and highest corner of what is in sight at first.

        A few words far from all others would make the rest a small heap.
        """
        return self._core

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
        width, height = self.width() - 2 * EDGE, self.height() - 2 * EDGE - self._note_px
        return QRectF(EDGE, EDGE, max(width, 1), max(height, 1))

    @property
    def _note_px(self) -> int:
        """Height of what is said below the dots."""
        return theme.px(NOTE) + (theme.px(LINE) if self.width() < theme.px(NARROW) else 0)

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
        self._at = self._placed()
        self._dots = self._draw_dots(self.devicePixelRatioF())
        self._room = LabelRoom(self._area, self._at)
        self._rank_in_sight()
        self._name_all()

    def _placed(self) -> NDArray[np.float32]:
        """(V, 2) where the dots lie in the widget."""
        assert self._plane is not None
        scale = np.array([self._scale, -self._scale], dtype=np.float32)  # up is up
        centre = np.array(self._view.centre, dtype=np.float32)
        middle = np.array([self._area.center().x(), self._area.center().y()], dtype=np.float32)
        return np.asarray((self._plane.points - centre) * scale + middle)

    def _draw_dots(self, ratio: float) -> QImage:
        look, area = theme.active(), self._area
        size = (max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
        radius = ratio * min(QUIET_RADIUS * self._view.zoom**0.25, 2.5)
        at = (self._at - (area.x(), area.y())) * ratio
        dots = draw_dots(at, size, radius, QColor(look.surface), QColor(look.muted))
        dots.setDevicePixelRatio(ratio)
        return dots

    def _name_all(self) -> None:
        """Name dots where there is room."""
        self._words = []
        if self._plane is not None:
            self._name_words(self._room.emptied())

    def _rank_in_sight(self) -> None:
        """Which words are to be named from here; pieces of words only from near."""
        area, room = self._area, self._room
        most = int(area.width() * area.height() / ROOM_PX * min(self._view.zoom, 9.0) ** 0.5)
        considered = self._by_worth if self._view.zoom >= CLOSE else self._by_worth[: self._n_words]
        x, y = self._at[considered].T
        across, down = (
            (x > area.left()) & (x < area.right()),
            (y > area.top()) & (y < area.bottom()),
        )
        in_sight = considered[across & down]
        looked_at = in_sight[: most * LOOKS]
        self._most_hidden = max(MOST_HIDDEN, len(in_sight) * room.usual_share())
        sparse = room.sparse(self._at[looked_at], self._most_hidden)
        self._worthiest = self._spread_out(looked_at[sparse])[: most * TRIES].tolist()
        self._most = most

    def _name_words(self, room: LabelRoom) -> None:
        """Name the words most worth it in the room that is left."""
        assert self._plane is not None
        labels = self._plane.labels
        others = ((token_id, self._dot(token_id), labels[token_id]) for token_id in self._worthiest)
        free = (other for other in others if not room.covers(other[1]))
        self._words = name_dots(
            *(room, free, theme.font(theme.SMALL), self._most),
            gap=4.0,
            far=self._joins_names and self._view.zoom < NEARER,
            most_hidden=self._most_hidden,
            patience=PATIENCE,
        )

    def _spread_out(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first one of each patch of the figure, then the second one of each, and so on.

        So there are names all over it.

        Args:
            ids: (n,) those most worth a name first.
        """
        across, down = (self._at[ids] // (theme.px(PATCH[0]), theme.px(PATCH[1]))).T.astype(
            np.int64
        )
        patch = down * MANY_PATCHES + across
        by_patch = np.argsort(patch, kind="stable")
        is_first = np.diff(patch[by_patch], prepend=-1) != 0
        place = np.arange(len(ids))
        turns = np.empty_like(place)  # of each word among those of its patch
        turns[by_patch] = place - np.maximum.accumulate(np.where(is_first, place, 0))
        return np.asarray(ids[np.argsort(turns, kind="stable")])

    def _dot(self, token_id: int) -> QPointF:
        return QPointF(*self._at[token_id].tolist())

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
        """A press that did not move is a click."""
        clicked = self._dragged_from is not None and not self._dragging
        self._dragged_from, self._dragging = None, False
        token_id = self._nearest(event.position()) if clicked else None
        if token_id is not None:
            self._click(token_id)

    def _click(self, token_id: int) -> None:
        """A dot was clicked."""

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
        """Id of the dot within reach whose rim is nearest; the foremost ones are larger."""
        if self._plane is None:
            return None
        squared = np.square(self._at - (point.x(), point.y())).sum(axis=1)
        best = int(squared.argmin())
        far = math.sqrt(float(squared[best]))
        for token_id in self._foremost():
            if token_id < len(squared):
                rim = math.sqrt(float(squared[token_id])) - OVER
                if rim < far or token_id == best:
                    best, far = token_id, rim
        return best if far < REACH else None

    def _foremost(self) -> Iterable[int]:
        """Ids of dots that are drawn above the others."""
        return ()

    def _point_at(self, token_id: int | None) -> None:
        if token_id != self._pointed:
            self._pointed = token_id
            if token_id is not None and self._plane is not None:
                self.setAccessibleDescription(self._plane.labels[token_id])
            self.update()

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and - zoom, arrows pan, 0 shows everything."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(KEY_ZOOM)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1 / KEY_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in _ARROWS and self._plane is not None:
            step = KEY_PAN * min(self._area.width(), self._area.height()) / self._scale
            across, up = _ARROWS[key]
            self._glide_to(self._to.moved(across * step, up * step))
        else:
            super().keyPressEvent(event)


def _is_word(label: str) -> bool:
    """Whether a token reads as a whole word."""
    return label.startswith(SPACE) and len(label) > 3 and label[1:].isalnum()
