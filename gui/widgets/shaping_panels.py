"""The shaping of a distribution, step by step: five panels over the same tokens."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import Glide, draw_hint, tooltip
from gui.widgets.prediction_rows import percent
from gui.widgets.row_canvas import fill_row, ring_row
from gui.widgets.shaping_painting import PanelView, draw_head, draw_labels, draw_panel
from gui.widgets.shaping_scene import (
    ShapingScene,
    columns,
    head_px,
    label_px,
    lengths,
    row_px,
    scale_of,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    Cell = tuple[int, int]  # row and step

N_ROWS, N_ROWS_LOW = 15, 9
HINT = "The steps from the model's scores to the dice appear here as soon as there is a text."
Key = Qt.Key


class ShapingPanels(KeyboardCanvas):
    """Rows are tokens, the likeliest first; columns are the steps, one after the other.

    A filled bar is what a token has after the step. What the step takes away stays as a hatched
    bar, and a dashed line stands where the cut begins; an upright mark is where a bar was before.

    Signals:
        candidate_chosen: (int) the token whose name was clicked, or on which Enter was pressed.
        number_asked: ((int, int), QPoint) the row and step whose number was clicked, or on which ?
            was pressed, and where it is.
    """

    candidate_chosen = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shapingPanels")
        self.setAccessibleName("From the model's scores to the dice, step by step")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._scene: ShapingScene | None = None
        self._hint = HINT
        self._is_log = False
        self._scale = 1.0
        self._cell: Cell | None = None
        self._pointed: Cell | None = None  # by the mouse; the step is -1 over a name
        self._start = self._shown = self._goal = np.zeros((0, 1))
        self._n_rows, self._has_axis = N_ROWS, True
        self._glide = Glide(self._on_glide, self)

    # --- what is shown

    @property
    def scene(self) -> ShapingScene | None:
        """What is shown."""
        return self._scene

    def set_data(self, scene: ShapingScene, *, at_once: bool = False) -> None:
        """Show a shaping, gliding from the one before if it is of the same tokens.

        Args:
            scene: All there is to show.
            at_once: Do not glide.

        Raises:
            ValueError: It does not fit together.
        """
        scene.check()
        before, self._scene = self._scene, scene
        is_same = before is not None and [row.token for row in before.rows] == [
            row.token for row in scene.rows
        ]
        if self._cell is not None and self._cell[0] >= len(scene.rows):
            self._cell = None
        if self._cell is not None and self._cell[1] >= scene.n_steps:
            self._cell = None
        self._scale = scale_of(scene.shares())
        self._set_out(at_once=at_once or not is_same or not self.isVisible())
        self._describe()
        self.look_again()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Show each power of ten as long as the next, so that the unlikely can be seen."""
        self._is_log = logarithmic
        self._set_out(at_once=not self.isVisible())

    @property
    def n_rows(self) -> int:
        """How many rows there is room for."""
        return self._n_rows

    def set_low(self, low: bool) -> None:
        """In a low window: fewer rows, and no axis above them."""
        self._n_rows = N_ROWS_LOW if low else N_ROWS
        self._has_axis = not low
        self.updateGeometry()
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._scene, self._cell, self._pointed, self._hint = None, None, None, hint
        self._describe()
        self.update()

    def _set_out(self, *, at_once: bool) -> None:
        if self._scene is None:
            return
        self._glide.stop()
        self._goal = lengths(self._scene.shares(), self._scale, logarithmic=self._is_log)
        fits = self._shown.shape == self._goal.shape
        self._start = self._shown if fits else self._goal
        self._on_glide(1.0 if at_once else 0.0)
        if not at_once:
            self._glide.start()

    def _on_glide(self, done: float) -> None:
        self._shown = (1 - done) * self._start + done * self._goal
        self.update()

    def sizeHint(self) -> QSize:
        """Rows that breathe; in a low window, no more than can be read.

        Qt takes this for the least height, as the card around it has words that wrap.
        """
        row = theme.px(18) if self._has_axis else theme.px(14, 0.6)
        return QSize(820, round(self._head_px()) + self._n_rows * row + 2)

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        rows = self._n_rows * theme.px(14, 0.6)
        return QSize(theme.px(560, 0.6), round(self._head_px()) + rows)

    def _head_px(self) -> float:
        return head_px(has_axis=self._has_axis)

    # --- where things are

    def _view(self) -> PanelView:
        assert self._scene is not None
        size = self.width(), self.height()
        look = self._scale, self._is_log, self._n_rows, self._has_axis
        return PanelView(self._scene, self._shown, *look, *size)

    def cell_rect(self, cell: Cell) -> QRectF:
        """The place of a row's bar and number in a panel."""
        return self._view().cell_rect(cell)

    def label_rect(self, row: int) -> QRectF:
        """The place of a row's name."""
        return self._view().label_rect(row)

    def cell_at(self, point: QPointF) -> Cell | None:
        """The row and step at a point; the step is -1 over a row's name."""
        top = self._head_px()
        if self._scene is None or point.y() < top:
            return None
        row = math.floor((point.y() - top) / row_px(self._n_rows, self.height(), top))
        if not 0 <= row < len(self._scene.rows):
            return None
        if point.x() < label_px(self.width()):
            return row, -1
        for step, (left, width) in enumerate(columns(self.width(), self._scene.n_steps)):
            if left <= point.x() < left + width:
                return row, step
        return None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the panels as they stand at this moment of the glide."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                ring_row(painter, QRectF(self.rect()))
            return
        view = self._view()
        if self._pointed is not None:
            fill_row(painter, view.row_rect(self._pointed[0]))
        for step in range(self._scene.n_steps):
            draw_head(painter, view, step)
            draw_panel(painter, view, step)
        draw_labels(painter, view)
        if self.shows_focus:
            cell = self._cell or (0, 0)
            ring_row(painter, view.cell_rect(cell))

    # --- mouse and keyboard

    def tip_at(self, point: QPointF) -> str:
        """Every number of the row at a point."""
        cell = self.cell_at(point)
        if self._scene is None or cell is None:
            return ""
        row = self._scene.rows[cell[0]]
        lines = [row.label if row.token is None else f"{row.label}, number {row.token}"]
        for step, head in enumerate(self._scene.heads):
            kept = "" if row.n == 1 else f", {row.n_kept[step]:,} of {row.n:,} tokens"
            share = "cut" if self._scene.is_cut(cell[0], step) else f"{row.shares[step]:.4%}"
            lines.append(f"{head.title}: {share}{kept}")
        if row.token is not None:
            lines.append("Click the name to append it, a number to see how it is computed.")
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
        """Stress the row at a point."""
        cell = self.cell_at(point)
        if cell != self._pointed:
            self._pointed = cell
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if cell is None else shape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A name appends its token, a number is explained."""
        cell = self.cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell is None or self._scene is None:
            return
        row, step = cell
        token = self._scene.rows[row].token
        if step >= 0:
            self._cell = cell
            self._describe()
            self.number_asked.emit(cell, event.position().toPoint())
        elif token is not None:
            self.candidate_chosen.emit(token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows, Home and End walk; Enter or Space appends the row's token, ? asks."""
        if self._scene is None:
            super().keyPressEvent(event)
            return
        row, step = self._cell or (0, 0)
        last = len(self._scene.rows) - 1
        moves = {
            Key.Key_Up: (row - 1, step),
            Key.Key_Down: (row + 1, step),
            Key.Key_Left: (row, step - 1),
            Key.Key_Right: (row, step + 1),
            Key.Key_Home: (0, step),
            Key.Key_End: (last, step),
        }
        token = self._scene.rows[row].token
        if event.key() in moves:
            row, step = moves[Key(event.key())]
            self._cell = min(max(row, 0), last), min(max(step, 0), self._scene.n_steps - 1)
            self._describe()
            self.update()
        elif event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and token is not None:
            self.candidate_chosen.emit(token)
        elif event.text() == "?":
            self.number_asked.emit((row, step), self.cell_rect((row, step)).center().toPoint())
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        """Say the current cell to a screen reader."""
        said = self._hint
        if self._scene is not None and self._scene.rows:
            row, step = self._cell or (0, 0)
            one, head = self._scene.rows[row], self._scene.heads[step]
            share = "cut" if self._scene.is_cut(row, step) else percent(one.shares[step])
            said = f"{one.label}, {head.title}: {share}"
        self.setAccessibleDescription(said)
