"""The likeliest continuations as a tree: a row for each path, a column for each token ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets import futures_painting as drawing
from gui.widgets.futures_scene import LINK_PX, FuturesLayout, FuturesScene, lay_out
from gui.widgets.painting import draw_focus_ring, draw_hint, tooltip
from gui.widgets.prediction_rows import percent
from gui.widgets.scrolled_both import ScrolledBothCanvas

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "The tree of what may come grows here as soon as there is a text to go on from."
HEAD_PX = 18
AROUND = 3  # rows that are seen above and below a path that is shown
TIMES = " \N{MULTIPLICATION SIGN} "
Key = Qt.Key


class FuturesTree(ScrolledBothCanvas):
    """Every token may be clicked: the text then goes on along the path to it.

    Signals:
        path_chosen: (int) the node whose path is to be appended.
        current_changed: (int | None) the node that one points at, or that the keyboard is on.
        number_asked: (int, QPoint) the node whose own probability was clicked, and where.
        path_asked: (int, QPoint) the node whose path's probability was clicked, or on which ? was
            pressed, and where.
    """

    path_chosen = Signal(int)
    current_changed = Signal(object)
    number_asked = Signal(int, QPoint)
    path_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("futuresTree")
        self.setAccessibleName("The likeliest continuations, as a tree")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._scene: FuturesScene | None = None
        self._hint = HINT
        self._current: int | None = None
        self._places = FuturesLayout((), (), 1.0, 1.0)
        self._view = QRect()

    # --- what is shown

    @property
    def scene(self) -> FuturesScene | None:
        """What is shown."""
        return self._scene

    @property
    def current(self) -> int | None:
        """The node that one looks at."""
        return self._current

    def set_data(self, scene: FuturesScene, *, same: bool = False) -> None:
        """Show a tree.

        Args:
            scene: All of it.
            same: It is the one before, grown: what one looks at stays.

        Raises:
            ValueError: It is no tree of probabilities.
        """
        scene.check()
        self._scene = scene
        if not same:
            self._look_at(None)
            self._bar.setValue(0)
            self._across.setValue(0)
        self.refresh()
        self._describe()
        if not same:
            self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._scene, self._hint = None, hint
        self._look_at(None)
        self.refresh()
        self._describe()

    def sizeHint(self) -> QSize:
        """Room for five tokens ahead and twenty paths."""
        return QSize(860, theme.px(HEAD_PX + 20 * 22))

    def minimumSizeHint(self) -> QSize:
        """Small, but still a tree."""
        return QSize(theme.px(260, 0.5), theme.px(160, 0.6))

    # --- where things are

    def prepare(self) -> None:
        """Find a row and a column for every token."""
        if self._scene is None:
            self._places = FuturesLayout((), (), 1.0, 1.0)
            self.set_area((0, 0), self.rect(), (1, 1))
            return
        head, right = theme.px(HEAD_PX), round(drawing.path_px()) + self.bar_px()
        view = QRect(0, head, max(self.width() - right, 1), max(self.height() - head, 1))
        self._places = lay_out(self._scene, view.width() - 4)
        wide = self._places.column * self._scene.depth + 4
        if wide > view.width():
            view.setHeight(max(view.height() - self.bar_px(), 1))
        size = wide, len(self._places.leaves) * self._places.row + 4
        self._view = view
        self.set_area(size, view, (self._places.column, self._places.row))
        self._bar.move(self.width() - self._bar.width(), view.y())

    def chip_rect(self, place: int) -> QRectF:
        """The place of a node on the widget."""
        assert self._scene is not None
        rect = self._places.chip(self._scene.nodes[place], self._places.rows[place])
        return rect.translated(self._view.x() - self.left, self._view.y() - self.top)

    def path_rect(self, row: int) -> QRectF:
        """The place of the probability of a row's path."""
        y = self._view.y() + row * self._places.row - self.top
        return QRectF(self._view.right() + 1, y, drawing.path_px(), self._places.row)

    def node_at(self, point: QPointF) -> int | None:
        """The node under a point."""
        if self._scene is None or not QRectF(self._view).contains(point):
            return None
        for place in range(len(self._scene.nodes)):
            if self.chip_rect(place).contains(point):
                return place
        return None

    def leaf_at(self, point: QPointF) -> int | None:
        """The last node of the path whose probability at the right is under a point."""
        for row, leaf in enumerate(self._places.leaves):
            if self.path_rect(row).contains(point) and point.y() >= self._view.y():
                return leaf
        return None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                draw_focus_ring(painter, QRectF(self.rect()))
            return
        self._paint_head(painter)
        stressed = frozenset(self._scene.way(self._current))
        painter.save()
        painter.setClipRect(self._view)
        painter.translate(self._view.x() - self.left, self._view.y() - self.top)
        seen = QRectF(self._view).translated(self.left - self._view.x(), self.top - self._view.y())
        drawing.draw_links(painter, self._places, self._scene, stressed)
        drawing.draw_chips(painter, self._places, self._scene, stressed, seen)
        painter.restore()
        painter.save()
        right = QRectF(
            self._view.right() + 1, self._view.y(), drawing.path_px(), self._view.height()
        )
        painter.setClipRect(right)
        drawing.draw_paths(painter, self._places, self._scene, right, self.top, self._current)
        painter.restore()
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _paint_head(self, painter: QPainter) -> None:
        """How many tokens ahead each column is."""
        assert self._scene is not None
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().muted))
        high = theme.px(HEAD_PX)
        painter.save()
        painter.setClipRect(QRectF(0, 0, self._view.right() + 1, high))
        for depth in range(self._scene.depth):
            left = depth * self._places.column + theme.px(LINK_PX) - self.left
            words = "next token" if depth == 0 else f"token {depth + 1}"
            room = QRectF(left, 0, self._places.column, high)
            painter.drawText(room, drawing.LEFT, words)
        painter.restore()
        right = QRectF(self._view.right() + 1, 0, drawing.path_px() - theme.INSIDE, high)
        painter.drawText(right, drawing.RIGHT, "path")

    # --- mouse

    def said(self, place: int) -> str:
        """The arithmetic of a path, in a line."""
        assert self._scene is not None
        way = [self._scene.nodes[each] for each in self._scene.way(place)]
        product = TIMES.join(f"{node.label} {percent(node.probability)}" for node in way)
        return product if len(way) == 1 else f"{product} = {percent(way[-1].path)}"

    def tip_at(self, point: QPointF) -> str:
        """Every digit of what is under a point."""
        place = self.node_at(point)
        if place is None or self._scene is None:
            return ""
        node = self._scene.nodes[place]
        marks = self._scene.marks(place)
        names = {
            "G": "on the greedy path",
            "B": "on beam search's best path",
            "b": "on a path that beam search keeps",
        }
        lines = [
            node.label,
            f"After what is before it: {node.probability:.4%}",
            f"The whole path: {node.path:.4%}",
            *(names[mark].capitalize() for mark in marks),
            "Here the text would be over." if node.ends else "Click to let the text go on so.",
        ]
        return "\n".join(lines)

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the exact numbers."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self.tip_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the path under a point."""
        place, leaf = self.node_at(point), self.leaf_at(point)
        found = leaf if place is None else place
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if found is None else shape.PointingHandCursor)
        self._look_at(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._look_at(None)

    def _look_at(self, place: int | None) -> None:
        if place != self._current:
            self._current = place
            self._describe()
            self.update()
            self.current_changed.emit(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A token is chosen, a number is explained."""
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        point, at = event.position(), event.position().toPoint()
        place, leaf = self.node_at(point), self.leaf_at(point)
        if place is not None:
            self._look_at(place)
            if point.x() >= self.chip_rect(place).right() - drawing.number_px():
                self.number_asked.emit(place, at)
            else:
                self.path_chosen.emit(place)
        elif leaf is not None:
            self._look_at(leaf)
            self.path_asked.emit(leaf, at)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk along paths and between them; Enter goes on so, ? asks, Esc lets go."""
        scene = self._scene
        if scene is None or not scene.nodes:
            super().keyPressEvent(event)
            return
        key, place = Key(event.key()), self._current
        if key in (
            Key.Key_Left,
            Key.Key_Right,
            Key.Key_Up,
            Key.Key_Down,
            Key.Key_Home,
            Key.Key_End,
        ):
            self._walk_to(0 if place is None else self._step(scene, place, key))
        elif place is not None and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.path_chosen.emit(place)
        elif place is not None and event.text() == "?":
            self.path_asked.emit(place, self.chip_rect(place).center().toPoint())
        elif place is not None and key == Key.Key_Escape:
            self._look_at(None)
        else:
            super().keyPressEvent(event)

    def _step(self, scene: FuturesScene, place: int, key: Qt.Key) -> int:
        """Where a key leads from a node."""
        node = scene.nodes[place]
        if key == Key.Key_Left:
            return place if node.parent is None else node.parent
        if key == Key.Key_Right:
            return scene.children.get(place, [place])[0]
        column = sorted(
            (each for each, other in enumerate(scene.nodes) if other.depth == node.depth),
            key=lambda each: self._places.rows[each],
        )
        at = column.index(place)
        moves = {Key.Key_Up: at - 1, Key.Key_Down: at + 1, Key.Key_Home: 0}
        return column[min(max(moves.get(key, len(column) - 1), 0), len(column) - 1)]

    def show_path(self, place: int) -> None:
        """Bring a node into sight and stress its path."""
        if self._scene is not None and place < len(self._scene.nodes):
            row, high = self._places.rows[place], self._places.row
            self.scroll_to((row - AROUND) * high, (row + 1 + AROUND) * high)
            self._walk_to(place)

    def _walk_to(self, place: int) -> None:
        assert self._scene is not None
        row, depth = self._places.rows[place], self._scene.nodes[place].depth
        self.scroll_to(row * self._places.row, (row + 1) * self._places.row + 4)
        self.scroll_across((depth - 1) * self._places.column, depth * self._places.column + 4)
        self._look_at(place)

    def _describe(self) -> None:
        said = self._hint
        if self._scene is not None:
            said = "Left and Right walk along a path, Up and Down between paths."
            if self._current is not None and self._current < len(self._scene.nodes):
                said = self.said(self._current)
        self.setAccessibleDescription(said)
