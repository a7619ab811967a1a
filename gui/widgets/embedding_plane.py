"""The vocabulary on a plane: one dot a token, those of the prompt named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.label_room import CELL, Name, name_dots
from gui.widgets.painting import draw_focus_ring, draw_hint, tooltip
from gui.widgets.plane_canvas import EDGE, PlaneCanvas
from gui.widgets.plane_painting import (
    draw_callout,
    draw_note,
    draw_prompt,
    draw_words,
    name_font,
    note_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from core.trace import EmbeddingPlane, TokenInfo
    from gui.widgets.plane_painting import NoteLine

UNTYPED = (
    "Type a sentence above: its words light up here.",
    "Type above: your words light up here.",
    "Type a sentence above.",
)
SHADOW = (
    "Flat like a shadow: it shows the 2 widest of many directions, {} of the differences.",
    "Flat like a shadow: it shows {} of the differences.",
    "Flat like a shadow: shows {}.",
    "A shadow: shows {}.",
)
WHY = (
    "A token's numbers are its place in a space of many directions, and paper has two. PCA "
    "(principal component analysis) finds the two in which the tokens differ most and shows the "
    "shadow that they cast there: {:.1%} of the differences lie across, {:.1%} up. The rest is not "
    "seen: two dots that meet here may be far apart."
)
HINT = "When a model is open, every word it knows is a dot here, similar words near each other."


class EmbeddingPlaneView(PlaneCanvas):
    """Names the tokens of the prompt; a click on one of them selects it everywhere.

    Signals:
        token_hovered: (int | None) position in the prompt of the dot under the mouse, if any.
        token_clicked: (int | None) likewise, clicked; None lets go (Escape).
        note_asked: (QPoint) what stands below the dots was clicked, or ? was pressed.
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)
    note_asked = Signal(QPoint)
    paints_ground = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("embeddingPlane")
        self.setAccessibleName("Vocabulary on a plane")
        self._tokens: tuple[TokenInfo, ...] = ()
        self._positions: dict[int, list[int]] = {}  # of each token id of the prompt
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._kept: int | None = None  # id of a clicked dot that is not in the prompt
        self._names: list[Name] = []
        self._notes: tuple[str, ...] = ()  # the first that fits is shown
        self._counts: tuple[str, ...] = ()  # likewise, of what has no name
        self._shares = self._about_counts = ""

    # --- data

    def set_data(self, plane: EmbeddingPlane, worth: Sequence[int] | None = None) -> None:
        """Show a vocabulary, all of it in sight.

        Args:
            plane: The vocabulary's principal components.
            worth: As for `set_plane`.

        Raises:
            ValueError: Points of another shape or not finite, or not one label a point.
        """
        self.set_plane(plane, worth)
        self._kept = None
        self._notes, self._shares = shadow_notes(plane.explained)
        self._look(self._everything())

    def set_tokens(self, tokens: Sequence[TokenInfo]) -> None:
        """Stress and name the tokens of the prompt."""
        self._tokens = tuple(tokens)
        positions: dict[int, list[int]] = {}
        for position, token in enumerate(self._tokens):
            positions.setdefault(token.id, []).append(position)
        before, self._positions = self._positions, positions
        if list(positions) != list(before):
            self._take_in()
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

    def _wanted_bounds(self) -> NDArray[np.float64]:
        """(2, 2) lowest and highest corner of the core and the prompt."""
        assert self._plane is not None
        points = self._plane.points
        mine = points[[token_id for token_id in self._positions if token_id < len(points)]]
        every = np.concatenate([self._core, mine])
        return np.stack([every.min(axis=0), every.max(axis=0)])

    def _take_in(self) -> None:
        """Fit the first view to the prompt, unless the user looks elsewhere.

        What is in sight depends on the prompt alone, not on what stood there before. Only words
        that are far from all others move it.
        """
        if self._plane is None or self._to != self._everything():
            return
        wanted = self._wanted_bounds()
        if not np.array_equal(wanted, self._bounds):
            self._set_bounds(wanted)
            self._glide_to(self._everything())

    # --- preparing

    def _name_all(self) -> None:
        """Name the prompt's dots, then others where there is room."""
        self._names, self._words, self._counts, self._about_counts = [], [], (), ""
        if self._plane is None:
            return
        area, room, labels = self._area, self._room.emptied(), self._plane.labels
        known = [token_id for token_id in self._positions if token_id < len(labels)]
        seen = [token_id for token_id in known if area.contains(self._dot(token_id))]
        mine = [(token_id, self._dot(token_id), labels[token_id]) for token_id in seen]
        for _, dot, _ in mine:
            room.take(QRectF(dot.x() - 3, dot.y() - 3, 6, 6))
        gap = 3.0 + CELL  # further than any cell that the dot itself took
        self._names = name_dots(room, mine, name_font(), len(mine), gap=gap, far=True)
        n_out, n_hidden = len(known) - len(seen), len(seen) - len(self._names)
        self._counts = _counted(n_out, n_hidden)
        if self._counts:
            self._about_counts = _explained(len(self._tokens), len(known), n_out, n_hidden)
        self._name_words(room)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots, the names, the stressed token and what the plane cannot show."""
        painter = self.painter(event)
        if self._plane is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawImage(self._area.topLeft(), self._dots)
            painter.save()
            painter.setClipRect(self._area)
            self._draw_ground(painter)
            draw_words(painter, self._words)
            known = [token_id for token_id in self._positions if token_id < len(self._at)]
            draw_prompt(painter, self._names, map(self._dot, known))
            self._draw_stressed(painter)
            painter.restore()
            draw_note(painter, self.said_below())
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_ground(self, painter: QPainter) -> None:
        """What lies below the names."""

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

    def said_below(self) -> list[NoteLine]:
        """What stands below the dots: where, how and what."""
        area = self._area
        room = QRectF(EDGE + 4, area.bottom(), area.width() - 8, self._note_px)
        counts = self._counts or (() if self._tokens else UNTYPED)
        return note_lines(room, counts, self._notes, is_hint=not self._counts)

    # --- mouse and keyboard

    def hover_at(self, point: QPointF) -> None:
        """Name the dot at a point; what stands below the dots can be clicked."""
        super().hover_at(point)
        shape = Qt.CursorShape
        self.setCursor(shape.PointingHandCursor if self._is_note(point) else shape.ArrowCursor)

    def _is_note(self, point: QPointF) -> bool:
        return self._plane is not None and bool(self._tokens) and point.y() > self._area.bottom()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the numbers below the dots, or begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_note(event.position()):
            self.note_asked.emit(event.position().toPoint())
        else:
            super().mousePressEvent(event)

    def _click(self, token_id: int) -> None:
        """A dot outside the prompt keeps its name."""
        if token_id in self._positions:
            self.token_clicked.emit(self._position_of(token_id))
        else:
            self._keep(None if token_id == self._kept else token_id)

    def _keep(self, token_id: int | None) -> None:
        self._kept = token_id
        self.update()

    def _foremost(self) -> Iterable[int]:
        return self._positions

    def _position_of(self, token_id: int | None) -> int | None:
        """Where in the prompt a token is: the clicked place if it is one of several."""
        positions = [] if token_id is None else self._positions.get(token_id, [])
        if self._selected in positions:
            return self._selected
        return positions[0] if positions else None

    def _point_at(self, token_id: int | None) -> None:
        super()._point_at(token_id)
        position = self._position_of(token_id)
        if position != self._hovered:
            self._hovered = position
            self.token_hovered.emit(position)

    def event(self, event: QEvent) -> bool:
        """Tell what is behind the note."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            on_note = self._plane is not None and help_event.pos().y() > self._area.bottom()
            parts = [part for part in (self._about_counts, self._shares) if part]
            said = tooltip("\n\n".join(parts)) if on_note and parts else ""
            QToolTip.showText(help_event.globalPos(), said, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go, ? asks for the numbers below the dots."""
        key = Qt.Key(event.key())
        if event.text() == "?" and self._plane is not None:
            self.note_asked.emit(QPoint(self.width() // 2, round(self._area.bottom())))
            return
        if key == Qt.Key.Key_Escape and self._kept is not None:
            self._keep(None)
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self.token_clicked.emit(None)
        else:
            super().keyPressEvent(event)


def shadow_notes(explained: tuple[float, float]) -> tuple[tuple[str, ...], str]:
    """What a plane of principal components leaves out: in ever fewer words, and in full.

    Args:
        explained: The shares of the differences that lie across and up.
    """
    kept = f"{sum(explained):.1%}"
    return tuple(note.format(kept) for note in SHADOW), WHY.format(*explained)


def _counted(n_outside: int, n_hidden: int) -> tuple[str, ...]:
    """What of the prompt is not named, in ever fewer words."""
    names = "name does" if n_hidden == 1 else "names do"
    unnamed = f"{n_hidden} unnamed"
    outside = f"{n_outside} out of sight" if n_outside else ""
    if not n_hidden:
        return (outside,) if outside else ()
    hidden = (f"{n_hidden} {names} not fit: zoom in", f"{unnamed}: zoom in", unnamed)
    return tuple(f"{each}, {outside}" if outside else each for each in hidden)


def _explained(n_tokens: int, n_dots: int, n_outside: int, n_hidden: int) -> str:
    """The same with its reasons."""
    dots = "1 dot" if n_dots == 1 else f"{n_dots} dots"
    tokens = "1 token has" if n_tokens == 1 else f"{n_tokens} tokens have"
    parts = [f"Your {tokens} {dots} here: a token that occurs again is the same dot."]
    if n_hidden:
        parts.append(f"For {n_hidden} of the names there is no room: zoom in, or point at the dot.")
    if n_outside:
        parts.append(f"{n_outside} of the dots lie beyond the edge: press Fit.")
    return " ".join(parts)
