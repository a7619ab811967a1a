"""What the model would say if it stopped at each layer, after every token of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets import lens_painting
from gui.widgets.lens_layout import LEAST_ROW, LensLayout, lay_out, least_size
from gui.widgets.lens_scene import LensScene, Track, kept
from gui.widgets.painting import draw_focus_ring, draw_hint, tooltip
from gui.widgets.scrolled_both import ScrolledBothCanvas

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QWidget

    from gui.widgets.lens_layout import Cell

HINT = "Type a sentence above to see how the model's guess grows, layer by layer."
ABOUT = (
    "Point at a guess for the five likeliest; click it to follow it, its percentage for the sum."
)
MARKED = "A corner: another guess than without your changes. Point at a guess for more."
Key = Qt.Key


class LayerLens(ScrolledBothCanvas):
    """A table of guesses: depths downwards, tokens to the right, shaded by probability.

    At its right, one token's way up through the depths at the position that is looked at.

    Signals:
        cell_clicked: (int, int) depth and position of a guess.
        token_clicked: (int) position of a token above the table.
        token_hovered: (int | None) the position one points at.
        number_asked: ((int, int), QPoint) the cell whose percentage was clicked, or on which ? was
            pressed, and where it is.
        rank_asked: (int, QPoint) the depth whose place in the track was clicked, and where.
        share_asked: (int, QPoint) likewise, whose probability was.

    Args:
        name: Its `objectName`.
        spoken: What it is, for a screen reader.
        parent: Qt's.
    """

    cell_clicked = Signal(int, int)
    token_clicked = Signal(int)
    token_hovered = Signal(object)
    number_asked = Signal(object, QPoint)
    rank_asked = Signal(int, QPoint)
    share_asked = Signal(int, QPoint)

    def __init__(
        self,
        name: str = "layerLens",
        spoken: str = "The model's guess at each layer, after every token",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._scene: LensScene | None = None
        self._track: Track | None = None
        self._hint = HINT
        self._cell: Cell | None = None
        self._selected: int | None = None
        self._pointed_elsewhere: int | None = None  # the position under the mouse, in any figure
        self._layout = lay_out(1, 1, (), 0, 0)
        self._describe()

    # --- what is shown

    @property
    def scene(self) -> LensScene | None:
        """What is shown."""
        return self._scene

    @property
    def track(self) -> Track | None:
        """The way that is shown at the right."""
        return self._track

    @property
    def places(self) -> LensLayout:
        """Where everything lies."""
        return self._layout

    def set_data(self, scene: LensScene) -> None:
        """Show guesses.

        Args:
            scene: All that there is to show.

        Raises:
            ValueError: It does not fit together.
        """
        scene.check()
        before = 0 if self._scene is None else len(self._scene.tokens)
        self._scene = scene
        if self._cell is not None and not self._is_inside(self._cell):
            self._cell = None
        if self._selected is not None and self._selected >= len(scene.tokens):
            self._selected = None
        self.refresh()
        if len(scene.tokens) != before:
            self._show_column(len(scene.tokens) - 1 if self._selected is None else self._selected)
        self._describe()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._scene = self._track = self._cell = None
        self._hint = hint
        self.refresh()
        self._describe()

    def set_track(self, track: Track | None) -> None:
        """Show one token's way at the right."""
        self._track = track
        self.update()

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Frame the column of the token that is selected, and bring it into sight.

        Args:
            token: The clicked one.
            hovered: The one under the mouse, anywhere.
        """
        if token != self._selected and token is not None:
            self._show_column(token)
        self._selected = token
        self._pointed_elsewhere = hovered
        self.update()

    def sizeHint(self) -> QSize:
        """Room for eight tokens and seven depths."""
        return QSize(900, theme.px(8 * (LEAST_ROW + 6) + 60))

    def room_for_all(self, wide: int) -> QSize:
        """What shows every guess, and the way of a token with its curve.

        Args:
            wide: How wide the figure can be at most; a wider one needs a scroll bar.
        """
        if self._scene is None:
            return self.minimumSizeHint()
        names, n_positions = kept(self._scene.depths), len(self._scene.tokens)
        size = least_size(names, n_positions, 0)
        return size if size.width() <= wide else least_size(names, n_positions, self.bar_px())

    def minimumSizeHint(self) -> QSize:
        """Small, but still a table."""
        return QSize(theme.px(200, 0.5), theme.px(140, 0.5))

    # --- preparing

    def prepare(self) -> None:
        """Divide the room."""
        if self._scene is None:
            self.set_area((0, 0), self.rect(), (1, 1))
            return
        names, n_positions = kept(self._scene.depths), len(self._scene.tokens)
        self._layout = lay_out(self.width(), self.height(), names, n_positions, self.bar_px())
        step = self._layout.column, self._layout.row
        self.set_area(self._layout.content, self._layout.view, step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in sight what one looks at."""
        super().resizeEvent(event)
        if self._scene is not None:
            last, stressed = len(self._scene.tokens) - 1, self._stressed()
            self._show_column(last if stressed is None else min(stressed, last))

    def _show_column(self, position: int) -> None:
        if self._scene is not None:
            wide = self._layout.column
            beside = wide if self._layout.view.width() > 3 * wide else 0.0  # to see around it
            self.scroll_across(position * wide - beside, (position + 1) * wide + beside)

    def _spot(self, cell: Cell) -> QRectF:
        return self._layout.cell(cell, self.left, self.top)

    def _is_inside(self, cell: Cell) -> bool:
        scene = self._scene
        return (
            scene is not None
            and 0 <= cell[0] < len(scene.depths)
            and 0 <= cell[1] < len(scene.tokens)
        )

    def _describe(self) -> None:
        self.setAccessibleDescription(self.said() or (ABOUT if self._scene else self._hint))

    def said(self) -> str:
        """The guess one points at, in a line."""
        if self._scene is None or self._cell is None:
            return ""
        return self._scene.said(*self._cell)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self)
        scene, places = self._scene, self._layout
        if scene is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                draw_focus_ring(painter, QRectF(self.rect()))
            return
        scrolled = self.left, self.top
        lens_painting.draw_depths(painter, places, kept(scene.depths), self.top)
        lens_painting.draw_tokens(painter, places, scene, self.left, self._stressed())
        painter.save()
        painter.setClipRect(places.view)
        lens_painting.draw_cells(painter, places, scene, scrolled)
        self._draw_frames(painter)
        painter.restore()
        if self._track is not None:
            row = None if self._cell is None else self._cell[0]
            lens_painting.draw_track(painter, places, self._track, self.top, row)
        words = self.said()
        room = QRectF(places.view.x(), 0, self.width() - places.view.x() - 4, theme.px(18))
        bar = self._across.height() + 2 if self._across.isVisible() else 0
        room.moveTop(places.view.bottom() + 1 + bar + 2)
        about = MARKED if scene.others.any() else ABOUT
        lens_painting.draw_words(painter, room, words or about, is_said=bool(words))
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _stressed(self) -> int | None:
        """The position one looks at: that of the track at the right, else the one in focus."""
        if self._track is not None:
            return self._track.position
        return self._selected if self._pointed_elsewhere is None else self._pointed_elsewhere

    def _draw_frames(self, painter: QPainter) -> None:
        """Around the selected column, the one pointed at, and the cell."""
        look, last = theme.active(), self._layout.n_depths - 1
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for position, width in ((self._stressed(), 1.0), (self._selected, 2.0)):
            if position is not None and self._is_inside((0, position)):
                column = self._spot((0, position)).united(self._spot((last, position)))
                painter.setPen(QPen(QColor(look.accent), width))
                painter.drawRect(column.adjusted(1, 1, -1, -1))
        if self._cell is not None:
            painter.setPen(QPen(QColor(look.text), 1.5))
            painter.drawRect(self._spot(self._cell).adjusted(1, 1, -1, -1))

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Point at the guess at a point, if there is one."""
        self._point_at(self.cell_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None)

    def cell_at(self, point: QPointF) -> Cell | None:
        """Depth and position at a point."""
        if self._scene is None:
            return None
        return self._layout.cell_at(point.x(), point.y(), self.left, self.top)

    def token_at(self, point: QPointF) -> int | None:
        """The token whose name above the table is at a point."""
        view = self._layout.view
        if self._scene is None or point.y() >= view.y():
            return None
        below = self._layout.cell_at(point.x(), view.y(), self.left, 0)
        return None if below is None else below[1]

    def _point_at(self, cell: Cell | None) -> None:
        if cell == self._cell:
            return
        before, self._cell = self._cell, cell
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if cell is None else shape.PointingHandCursor)
        self._describe()
        self.update()
        if (before and before[1]) != (cell and cell[1]) or (before is None) != (cell is None):
            self.token_hovered.emit(None if cell is None else cell[1])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Follow a guess, choose a token, or ask for a number."""
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        point, at = event.position(), event.position().toPoint()
        cell, token = self.cell_at(point), self.token_at(point)
        depth = self._layout.track_at(point.x(), point.y(), self.top)
        if cell is not None:
            self._point_at(cell)
            if lens_painting.number_room(self._spot(cell)).contains(point):
                self.number_asked.emit(cell, at)
            else:
                self.cell_clicked.emit(*cell)
        elif token is not None:
            self.token_clicked.emit(token)
        elif depth is not None and self._track is not None:
            is_rank = point.x() < lens_painting.share_room(self._layout, depth, self.top).x()
            (self.rank_asked if is_rank else self.share_asked).emit(depth, at)

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the five likeliest."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self.tip_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        """All there is to say about what is at a point."""
        scene, cell = self._scene, self.cell_at(point)
        if scene is None:
            return ""
        if cell is not None:
            return scene.tip(*cell)
        depth = self._layout.track_at(point.x(), point.y(), self.top)
        if depth is not None and self._track is not None:
            return self._track.exact(depth, scene.depths[depth])
        token = self.token_at(point)
        return "" if token is None else f"{scene.tokens[token]}, position {token + 1:,}"

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End and the page keys walk; Enter follows, ? asks, Escape lets go."""
        if self._scene is None:
            super().keyPressEvent(event)
            return
        last_depth, last = len(self._scene.depths) - 1, len(self._scene.tokens) - 1
        depth, position = self._cell or (last_depth, self._selected or 0)
        page = max(self._layout.view.width() // round(self._layout.column), 1)
        moves = {
            Key.Key_Left: (depth, position - 1),
            Key.Key_Right: (depth, position + 1),
            Key.Key_Up: (depth - 1, position),
            Key.Key_Down: (depth + 1, position),
            Key.Key_PageUp: (depth, position - page),
            Key.Key_PageDown: (depth, position + page),
            Key.Key_Home: (depth, 0),
            Key.Key_End: (depth, last),
        }
        key = Key(event.key())
        if key in moves:
            depth, position = moves[key] if self._cell is not None else (depth, position)
            self._walk_to((min(max(depth, 0), last_depth), min(max(position, 0), last)))
        elif self._cell is not None and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.cell_clicked.emit(*self._cell)
        elif self._cell is not None and event.text() == "?":
            self.number_asked.emit(self._cell, self._spot(self._cell).center().toPoint())
        elif key == Key.Key_Escape and self._cell is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def _walk_to(self, cell: Cell) -> None:
        self._show_column(cell[1])
        self.scroll_to(cell[0] * self._layout.row, (cell[0] + 1) * self._layout.row)
        self._point_at(cell)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's cursor goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._point_at(None)
