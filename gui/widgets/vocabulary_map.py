"""The vocabulary on a plane, full size: coloured, with axes, and any token can be picked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from gui import theme
from gui.widgets.dots import draw_dots
from gui.widgets.embedding_plane import EmbeddingPlaneView
from gui.widgets.label_room import CELL, LabelRoom, name_dots
from gui.widgets.painting import Glide, draw_token
from gui.widgets.plane_painting import name_font
from gui.widgets.plane_view import PlaneView, core_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from core.trace import EmbeddingPlane
    from gui.widgets.plane_colours import Colouring

    Ends = tuple[int, int]  # ids of the words at an axis's start and end

COLOURED_RADIUS = 2.0
NEAR_ZOOM = 5.0  # a token that was searched is shown at least from so near
CHIP_PX = 18
MARGIN = 0.08  # beyond the words that make axes, of the way between them


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the dots lie and what is to be said of that.

    Attributes:
        plane: The dots and their labels; it may leave out the last tokens of a vocabulary.
        notes: What the plane cannot show, in ever fewer words: the first that fits is shown.
        more: What there is to say besides, when the mouse rests on the note.
        across: The words that make the axis across, if words do.
        up: The words that make the axis up.
        is_spread: Whether t-SNE placed the dots.
    """

    plane: EmbeddingPlane
    notes: tuple[str, ...]
    more: str = ""
    across: Ends | None = None
    up: Ends | None = None
    is_spread: bool = False


class VocabularyMap(EmbeddingPlaneView):
    """Also colours the dots, marks what lies near the picked one, and lets the dots move.

    Signals:
        token_picked: (int | None) id of any dot that was clicked; None lets go.
        token_pointed: (int | None) id of any dot under the mouse.
    """

    token_picked = Signal(object)
    token_pointed = Signal(object)
    _joins_names = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("vocabularyMap")
        self._layout: Layout | None = None
        self._colouring: Colouring | None = None
        self._only: int | None = None
        self._order: NDArray[np.intp] | None = None
        self._marked: tuple[int, ...] = ()
        self._left: NDArray[np.float32] | None = None  # (V, 2) where the dots glide from
        self._way = 1.0
        self._morph = Glide(self._on_morph, self)

    # --- data

    def set_layout(self, layout: Layout, worth: Sequence[int] | None = None) -> None:
        """Show all dots of another layout; they glide to their places.

        Args:
            layout: Where they lie.
            worth: Ids of whole words, those most worth a name first.

        Raises:
            ValueError: As `set_data`.
        """
        left = None if self._plane is None else self._at
        kept, self._layout = self._kept, layout
        self.set_data(layout.plane, worth)
        self._kept = kept if kept is not None and kept < len(layout.plane.labels) else None
        self._notes, self._shares = layout.notes, layout.more
        if left is not None and left.shape == self._at.shape:
            self._left = left
            self._morph.start()
        self.update()

    def set_points(self, points: NDArray[np.float32]) -> None:
        """Put the dots elsewhere, as a calculation goes on; the eye stays where it was."""
        assert self._plane is not None
        assert self._layout is not None
        self._end_morph()
        before, view = self._bounds, self._view
        self._plane = replace(self._plane, points=points)
        self._layout = replace(self._layout, plane=self._plane)
        self._core = core_of(points)
        self._bounds = self._wanted_bounds()
        grown = np.maximum(np.ptp(self._bounds, axis=0), 1e-12) / np.maximum(
            np.ptp(before, axis=0), 1e-12
        )
        centre = (np.array(view.centre) - before.mean(axis=0)) * grown + self._bounds.mean(axis=0)
        self._look(PlaneView((float(centre[0]), float(centre[1])), view.zoom))

    def set_worth(self, worth: Sequence[int]) -> None:
        """Say which words are to be named first."""
        if self._plane is not None:
            self._rank(worth)
            self.refresh()

    def set_colouring(self, colouring: Colouring | None) -> None:
        """Colour the dots, or no longer."""
        self._colouring, self._only = colouring, None
        self._order = None if colouring is None else colouring.order()
        self.refresh()

    def show_only(self, shade: int | None) -> None:
        """Colour one class alone, or all."""
        self._only = shade
        self.refresh()

    def set_marked(self, ids: Iterable[int]) -> None:
        """Name these and join them with the picked token: its neighbours in the full space."""
        marked = tuple(ids)
        if marked != self._marked:
            self._marked = marked
            self.refresh()

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._end_morph()
        self._layout, self._colouring, self._order, self._marked = None, None, None, ()
        super().clear(*hint)

    def pick(self, token_id: int | None) -> None:
        """Stress a token, whether or not it is in the prompt."""
        known = self._plane is not None and token_id is not None
        on_plane = known and token_id < len(self._plane.labels)  # type: ignore[union-attr, operator]
        if (token_id if on_plane else None) != self._kept:
            self._keep(token_id if on_plane else None)

    def point_out(self, token_id: int | None) -> None:
        """Name a token as if the mouse were on its dot."""
        if self._plane is None or token_id is None or token_id < len(self._plane.labels):
            self._pointed = token_id
            self.update()

    def centre_on(self, token_id: int) -> None:
        """Bring a token into the middle, near enough to see what is around it."""
        if self._plane is not None and token_id < len(self._plane.labels):
            across, up = self._plane.points[token_id].tolist()
            self._glide_to(PlaneView((across, up), max(self._to.zoom, NEAR_ZOOM)))

    def distance(self, first: int, second: int) -> float | None:
        """How far apart two tokens lie on the plane, in its own units; None if one does not."""
        if self._plane is None or max(first, second) >= len(self._plane.labels):
            return None
        return float(np.linalg.norm(self._plane.points[first] - self._plane.points[second]))

    @property
    def shown(self) -> Layout | None:
        """Where the dots lie now."""
        return self._layout

    # --- preparing

    def _wanted_bounds(self) -> NDArray[np.float64]:
        """The words that make the axes are in sight too; t-SNE puts nobody far from all others."""
        assert self._plane is not None
        bounds = super()._wanted_bounds()
        if self._layout is not None and self._layout.is_spread:
            return np.stack([self._plane.points.min(axis=0), self._plane.points.max(axis=0)])
        ends = self._ends()
        if not ends:
            return bounds
        every = np.concatenate([bounds, self._plane.points[ends]])
        low, high = every.min(axis=0), every.max(axis=0)
        return np.stack([low - MARGIN * (high - low), high + MARGIN * (high - low)])

    def _ends(self) -> list[int]:
        pairs = (self._layout.across, self._layout.up) if self._layout is not None else ()
        return [token_id for pair in pairs if pair is not None for token_id in pair]

    def _placed(self) -> NDArray[np.float32]:
        placed = super()._placed()
        if self._left is None or self._left.shape != placed.shape:
            return placed
        return self._left + (placed - self._left) * np.float32(self._way)

    def _on_morph(self, way: float) -> None:
        self._way = way
        if way == 1:
            self._left = None
        self.refresh()

    def _end_morph(self) -> None:
        self._morph.stop()
        self._left, self._way = None, 1.0

    def _draw_dots(self, ratio: float) -> QImage:
        colouring = self._colouring
        if colouring is None or len(colouring.shades) < len(self._at) or self._order is None:
            return super()._draw_dots(ratio)
        look, area = theme.active(), self._area
        size = (max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
        radius = ratio * min(COLOURED_RADIUS * self._view.zoom**0.25, 4.0)
        order = self._order[self._order < len(self._at)]
        at = (self._at[order] - (area.x(), area.y())) * ratio
        inks = colouring.inks(self._only)[order]
        quiet = QColor(look.border if colouring.names else look.muted)
        dots = draw_dots(at, size, radius, QColor(look.surface), quiet, inks)
        dots.setDevicePixelRatio(ratio)
        return dots

    def _name_words(self, room: LabelRoom) -> None:
        """Name the ends of the axes and the marked ones before the others."""
        assert self._plane is not None
        labels = self._plane.labels
        kept = () if self._kept is None else (self._kept,)
        wanted = dict.fromkeys((*kept, *self._ends(), *self._marked))
        known = [i for i in wanted if i < len(labels) and i not in self._positions]
        seen = [i for i in known if self._area.contains(self._dot(i))]
        dots = [(i, self._dot(i), labels[i]) for i in seen]
        for _, dot, _ in dots:
            room.take(QRectF(dot.x() - 2, dot.y() - 2, 4, 4))
        first = name_dots(room, dots, name_font(), len(dots), gap=2.0 + CELL, far=True)
        self._names = [*self._names, *first]
        super()._name_words(room)

    # --- painting

    def _draw_ground(self, painter: QPainter) -> None:
        """The axes, and lines to the neighbours."""
        if self._layout is None:
            return
        if self._layout.across is not None:
            self._draw_axis(painter, self._layout.across, is_up=False)
        if self._layout.up is not None:
            self._draw_axis(painter, self._layout.up, is_up=True)
        if self._kept is not None:
            pen = QPen(QColor(theme.active().accent), 1)
            painter.setPen(pen)
            painter.setOpacity(0.45)
            for token_id in self._marked:
                if token_id < len(self._at):
                    painter.drawLine(self._dot(self._kept), self._dot(token_id))
            painter.setOpacity(1)

    def _draw_axis(self, painter: QPainter, ends: Ends, *, is_up: bool) -> None:
        """A line through each of the two words, and its name at the figure's edge."""
        assert self._plane is not None
        look, area = theme.active(), self._area
        painter.setFont(theme.font(theme.SMALL, bold=True))
        for token_id in ends:
            dot, label = self._dot(token_id), self._plane.labels[token_id]
            painter.setPen(QPen(QColor(look.muted), 1, Qt.PenStyle.DashLine))
            across = QLineF(area.left(), dot.y(), area.right(), dot.y())
            upright = QLineF(dot.x(), area.top(), dot.x(), area.bottom())
            painter.drawLine(across if is_up else upright)
            wide = QFontMetricsF(painter.font()).horizontalAdvance(label) + 12
            high = theme.px(CHIP_PX)
            place = QRectF(dot.x() - wide / 2, area.bottom() - high - 1, wide, high)
            if is_up:
                place = QRectF(area.left() + 1, dot.y() - high / 2, wide, high)
            painter.setPen(QPen(QColor(look.muted), 1))
            painter.setBrush(QColor(look.raised))
            painter.drawRoundedRect(place, 4, 4)
            draw_token(painter, place, label, QColor(look.text), Qt.AlignmentFlag.AlignHCenter)

    def _draw_stressed(self, painter: QPainter) -> None:
        """The picked token in the accent, above all others."""
        look = theme.active()
        if self._pointed is not None and self._pointed != self._kept:
            is_quiet = self._pointed not in self._positions and self._pointed < len(self._at)
            if is_quiet:
                self._draw_callout(painter, self._pointed, QColor(look.text))
        for token_id in dict.fromkeys((self._focus, self._kept)):
            if token_id is not None and token_id < len(self._at):
                self._draw_callout(painter, token_id, QColor(look.accent))

    def _foremost(self) -> Iterable[int]:
        return (*self._positions, *self._marked, *self._ends())

    # --- mouse and keyboard

    def _keep(self, token_id: int | None) -> None:
        super()._keep(token_id)
        self.refresh()

    def _click(self, token_id: int) -> None:
        """Any dot can be picked; a second click lets go."""
        self.token_picked.emit(None if token_id == self._kept else token_id)

    def _point_at(self, token_id: int | None) -> None:
        is_other = token_id != self._pointed
        super()._point_at(token_id)
        if is_other:
            self.token_pointed.emit(token_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of the picked token."""
        if event.key() == Qt.Key.Key_Escape and self._kept is not None:
            self.token_picked.emit(None)
        else:
            super().keyPressEvent(event)
