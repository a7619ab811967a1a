"""An attention map to work with: a cell can be pinned, and weight be dragged along a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.attention_map import AttentionMap
from gui.widgets.map_places import FRAMED_CELL
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

Cell = tuple[int, int]
PIN = "(click: pin it)"
PINNED, DROPPED = "(pinned: click again to let go)", "Let go here to move {} from {} to {}."
AHEAD = "{} cannot look at {}, which comes later: let go elsewhere."
PIN_ABOUT = ("Point at a square to read it.", "Click it to pin it.")
DRAG_ABOUT = ("Drag along a row to move attention.",)
LANE, NUMBERED_CELL = 0.14, 20  # of a cell's side, from its lower edge; less has no number
CORNER, MARK_PX = 0.34, 4  # of a changed cell's side; beside a row whose cells are too small


class HeadMap(AttentionMap):
    """A click pins a cell: the crosshair stays there until Esc or the next click on it.

    Signals:
        cell_pinned: ((int, int) | None) row and column of the pinned cell.
        weight_moved: (int, int, int) a row, and the columns from which and to which its weight
            was dragged.

    Args:
        name: Its `objectName`.
        spoken: What it is, for a screen reader.
    """

    cell_pinned = Signal(object)
    weight_moved = Signal(int, int, int)
    ask = PIN

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._is_pinned = False
        self._can_move = False
        self._pressed: tuple[Cell, QPointF] | None = None
        self._moving: tuple[int, int, int] | None = None  # row, from, to
        self._changed: frozenset[Cell] = frozenset()

    @property
    def pinned(self) -> Cell | None:
        """Row and column of the pinned cell."""
        if not self._is_pinned or self._row is None or self._column is None:
            return None
        return self._row, self._column

    def pin(self, cell: Cell | None) -> None:
        """Pin a cell, or let go; nothing is told."""
        exists = cell is not None and min(cell) >= 0 and max(cell) < len(self._labels)
        if not exists and not self._is_pinned:
            return
        self._is_pinned = exists
        self._row, self._column = cell if exists and cell is not None else (None, None)
        self._say()

    def set_movable(self, can_move: bool) -> None:
        """Whether dragging along a row means something here."""
        self._can_move = can_move
        self._stop_moving()

    def set_changed(self, cells: Iterable[Cell]) -> None:
        """Mark the cells whose weight was set by hand."""
        changed = frozenset(cells)
        if changed != self._changed:
            self._changed = changed
            self.update()

    def _forget_cell(self) -> None:
        super()._forget_cell()
        self._is_pinned = False
        self._pressed = self._moving = None

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what every map has, and above it what was changed, pinned and is dragged."""
        super().paintEvent(event)
        if self._pattern is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_changed(painter)
        if self.pinned is not None:
            self._draw_pin(painter, *self.pinned)
        if self._moving is not None:
            self._draw_move(painter, *self._moving)

    def _draw_changed(self, painter: QPainter) -> None:
        """A corner folded over; or a mark beside the row where cells are too small for that."""
        painter.setPen(QPen(QColor(theme.active().surface), 1))
        painter.setBrush(QColor(theme.active().accent))
        for row, column in self._changed:
            if max(row, column) >= len(self._labels):
                continue
            spot = self._spot(row, column, column + 1)
            if self._cell >= FRAMED_CELL:
                side, corner = max(self._cell * CORNER, 5.0), spot.topRight()
                across, down = corner - QPointF(side, 0), corner + QPointF(0, side)
                painter.drawPolygon(QPolygonF([across, corner, down]))
            else:
                at = QPointF(self._map.right() + MARK_PX + 4, spot.center().y())
                painter.drawEllipse(at, MARK_PX, MARK_PX)

    @property
    def _is_marked(self) -> bool:
        return bool(self._changed)

    def _draw_pin(self, painter: QPainter, row: int, column: int) -> None:
        accent, spot = QColor(theme.active().accent), self._spot(row, column, column + 1)
        painter.setPen(QPen(accent, 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        least = QRectF(spot.center() - QPointF(4, 4), spot.center() + QPointF(4, 4))
        painter.drawRect(spot.united(least))

    def _draw_move(self, painter: QPainter, row: int, start: int, end: int) -> None:
        """An arrow from where the drag began to where it is, below the numbers of the row."""
        look = theme.active()
        low = self._cell * (0.5 - LANE) if self._cell >= NUMBERED_CELL else 0.0
        lower = QPointF(0, low)
        tail = self._spot(row, start, start + 1).center() + lower
        head = self._spot(row, end, end + 1).center() + lower
        for width, color in ((6, look.surface), (2.5, look.accent)):
            painter.setPen(QPen(QColor(color), width))
            painter.setBrush(QColor(color))
            painter.drawLine(tail, head)
            painter.drawEllipse(tail, 2, 2)
            if start != end:
                side = 6.0 if head.x() < tail.x() else -6.0
                tip = [head, head + QPointF(side, -4), head + QPointF(side, 4)]
                painter.drawPolygon(QPolygonF(tip))

    # --- words

    def _say(self) -> None:
        super()._say()
        if self._pattern is None:
            return
        if self._moving is not None:
            self._readout = (self._said_of_move(*self._moving),)
        elif self.pinned is not None:
            self._readout = (self._said_of(*self.pinned), PINNED)
        self.setAccessibleDescription("  ".join(self._readout))

    def _said_of_move(self, row: int, start: int, end: int) -> str:
        assert self._pattern is not None
        if end > row:
            return AHEAD.format(self._labels[row], self._labels[end])
        weight = self._scale.shown(float(self._pattern[row, start]), 3)
        return DROPPED.format(weight, self._labels[start], self._labels[end])

    def _about(self) -> tuple[str, ...]:
        if len(self._labels) < 2:
            return super()._about()
        return (*PIN_ABOUT, *(DRAG_ABOUT if self._can_move else ()))

    # --- mouse

    def hover_at(self, point: QPointF) -> None:
        """Stress what is at a point, unless a cell is pinned or dragged."""
        if not self._is_pinned and self._moving is None:
            super().hover_at(point)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse; a pinned cell stays."""
        if self._is_pinned:
            self._unhover()
        else:
            super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The crosshair goes with the focus; a pinned cell stays."""
        self._stop_moving()
        if not self._is_pinned:
            super().focusOutEvent(event)
            return
        self._unhover()
        self.update()

    def _unhover(self) -> None:
        """Other figures need not stress the pinned row's token any longer."""
        if self._hovered is not None:
            self._hovered = None
            self.token_hovered.emit(None)
            self._say()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On a cell it may become a click or a drag; on a label it selects."""
        row, column = self._position_at(event.position())
        if row is None or column is None:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (row, column), event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse, or drag."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        (row, start), pressed_at = self._pressed
        way = (event.position() - pressed_at).manhattanLength()
        is_far = way >= QApplication.startDragDistance()
        if self._can_move and start <= row and (is_far or self._moving is not None):
            self._move_to(row, start, self._column_near(event.position().x()))

    def _column_near(self, x: float) -> int:
        """The column under a place, or the first or last one beside the map."""
        column = int((x - self._map.x()) // self._cell)
        return min(max(column, 0), len(self._labels) - 1)

    def _move_to(self, row: int, start: int, end: int) -> None:
        self._moving = row, start, end
        shape = Qt.CursorShape
        self.setCursor(shape.ForbiddenCursor if end > row else shape.ClosedHandCursor)
        self._say()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin the cell that was clicked; move what was dragged."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        cell, _ = self._pressed
        if self._moving is None:
            here = self._position_at(event.position())
            self._pressed = None
            if here == cell:
                self._toggle(cell)
            return
        self._drop()

    def _drop(self) -> None:
        moving = self._moving
        self._stop_moving()
        if moving is not None and moving[1] != moving[2] <= moving[0]:
            self.weight_moved.emit(*moving)

    def _stop_moving(self) -> None:
        self._pressed = None
        if self._moving is not None:
            self._moving = None
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self._say()

    def _toggle(self, cell: Cell) -> None:
        """Pin a cell; let go if it is pinned."""
        self.pin(None if cell == self.pinned else cell)
        self.cell_pinned.emit(self.pinned)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter pins, Esc lets go; Shift and an arrow drags, Enter drops."""
        key, before = Qt.Key(event.key()), self.pinned
        is_enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        arrows = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self._pattern is None:
            super().keyPressEvent(event)
        elif self._moving is not None:
            self._move_by_key(key, arrows.get(key, 0), is_drop=is_enter)
        elif key in arrows and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self._can_move and self._row is not None and self._column is not None:
                end = self._column + arrows[key]
                self._move_to(self._row, self._column, self._within(end))
        elif is_enter and self._row is not None and self._column is not None:
            self._toggle((self._row, self._column))
        elif key == Qt.Key.Key_Escape and before is not None:
            self._toggle(before)
        else:
            super().keyPressEvent(event)
            if before is not None and self.pinned != before:
                self.cell_pinned.emit(self.pinned)

    def _move_by_key(self, key: Qt.Key, step: int, *, is_drop: bool) -> None:
        assert self._moving is not None
        row, start, end = self._moving
        if is_drop:
            self._drop()
        elif step:
            self._move_to(row, start, self._within(end + step))
        elif key == Qt.Key.Key_Escape:
            self._stop_moving()

    def _within(self, column: int) -> int:
        return min(max(column, 0), len(self._labels) - 1)

    def event(self, event: QEvent) -> bool:
        """While a cell is pinned, a resting mouse is told the number under it."""
        if event.type() == event.Type.ToolTip and self._is_pinned:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            row, column = self._position_at(QPointF(help_event.pos()))
            if row is not None and column is not None:
                said = tooltip(self._said_of(row, column))
                QToolTip.showText(help_event.globalPos(), said, self)
                return True
        return super().event(event)
