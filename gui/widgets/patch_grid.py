"""Layers by parts: a cell for every output that can be carried over from another sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import draw_focus_ring, draw_hint, parted, picture, tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "With a second sentence, what a part gives there can be carried over."
WHOLE = ("attention", "mlp", "layer")  # the columns after the heads
TITLES = ("attention", "feed-forward", "layer")
SHORT = ("all", "net", "layer")  # heads; neurons: for columns too narrow for these
FAR = "100% of the way", "100%"  # the second where there is little room
LEFT_PX, TOP_PX, FOOT_PX, GAP, EDGE = 22, 34, 20, 8, 4
LOW_PX = 130  # a lower figure has no legend
RAMP = (80.0, 9.0)  # width and height of the legend's scale
CELL_PX, WIDE_PX, ROW_PX = (4, 30), (33, 72), (3, 26)  # least and most
HIT_PX, HEADS_PX = (10, 14), (72, 170)  # heads' cells, and all of them: to be hit, and with ease
CENTRE, BOTTOM = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignBottom
Key = Qt.Key


class PartPlace(NamedTuple):
    """A part of the model: layer, "head", "attention", "mlp" or "layer", and which head."""

    layer: int
    part: str
    head: int


class PatchGrid(KeyboardCanvas):
    """A click carries a part's output over, or no longer; arrows walk, Enter or Space chooses.

    Signals:
        place_clicked: (PartPlace) a cell was chosen.
        number_asked: (PartPlace, QPoint) a part whose effect was asked for with ?, and where.
    """

    place_clicked = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patchGrid")
        self.setAccessibleName("Parts whose output can be carried over from the other sentence")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._n_layers = self._n_heads = 0
        self._on: frozenset[PartPlace] = frozenset()
        self._effects: NDArray[np.float64] | None = None  # (L, H + 3)
        self._say: Callable[[PartPlace], str] = lambda _place: ""
        self._hint = HINT
        self._hovered: tuple[int, int] | None = None  # row and column
        self._cursor = (0, 0)

    def set_data(
        self,
        n_layers: int,
        n_heads: int,
        on: Collection[PartPlace],
        say: Callable[[PartPlace], str],
        effects: NDArray[np.float64] | None = None,
    ) -> None:
        """Show the parts of a model.

        Args:
            n_layers: L.
            n_heads: H.
            on: What is carried over now.
            say: All there is to read about a part.
            effects: (L, H + 3) how far each takes the word alone, 0 to 1 or beyond; columns are
                the heads, attention, feed-forward net, layer. NaN, or None, where it is unknown.

        Raises:
            ValueError: No layers or heads, or effects of another shape.
        """
        if n_layers < 1 or n_heads < 1:
            raise ValueError(f"{n_layers} layers with {n_heads} heads: use clear()")
        if effects is not None and effects.shape != (n_layers, n_heads + len(WHOLE)):
            raise ValueError(f"effects have shape {effects.shape}, expected (L, H + 3)")
        self._n_layers, self._n_heads = n_layers, n_heads
        self._on, self._say, self._effects = frozenset(on), say, effects
        row, column = self._cursor
        self._cursor = min(row, n_layers - 1), min(column, n_heads + len(WHOLE) - 1)
        self._describe()
        self.update()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._n_layers, self._hint, self._hovered = 0, hint, None
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self._said(self._cursor) if self._n_layers else self._hint)

    def _said(self, cell: tuple[int, int]) -> str:
        return self._say(self.place_of(cell))

    def place_of(self, cell: tuple[int, int]) -> PartPlace:
        """The part of a row and a column."""
        row, column = cell
        if column < self._n_heads:
            return PartPlace(row, "head", column)
        return PartPlace(row, WHOLE[column - self._n_heads], 0)

    def column_of(self, place: PartPlace) -> int:
        """The column of a part."""
        return place.head if place.part == "head" else self._n_heads + WHOLE.index(place.part)

    def sizeHint(self) -> QSize:
        """Cells that are easy to hit."""
        return QSize(theme.px(300), theme.px(180))

    def minimumSizeHint(self) -> QSize:
        """Cells that can be hit."""
        return QSize(theme.px(190, 0.6), theme.px(110, 0.6))

    @property
    def n_heads(self) -> int:
        """Of each layer that is shown."""
        return self._n_heads

    def width_for(self, *, ease: bool) -> int:
        """What cells need that can be hit, or be hit with ease."""
        heads = min(max(self._n_heads, 1) * HIT_PX[ease], HEADS_PX[ease])
        return 2 * EDGE + theme.px(LEFT_PX) + GAP + heads + len(WHOLE) * WIDE_PX[0]

    # --- where things are

    def _sizes(self) -> tuple[float, float, float]:
        """Width of a head's cell, of the others', and height of a row."""
        width = self.width() - 2 * EDGE - theme.px(LEFT_PX) - GAP
        left_over = (width - self._n_heads * theme.px(CELL_PX[1])) / len(WHOLE)
        wide = min(max(width * 0.15, left_over, WIDE_PX[0]), theme.px(WIDE_PX[1]))
        cell = (width - len(WHOLE) * wide) / self._n_heads
        foot = theme.px(FOOT_PX) if self._has_legend else 0
        height = (self.height() - 2 * EDGE - theme.px(TOP_PX) - foot) / self._n_layers
        most = theme.px(CELL_PX[1]), theme.px(ROW_PX[1])
        return (
            min(max(cell, CELL_PX[0]), most[0]),
            wide,
            min(max(height, ROW_PX[0]), most[1]),
        )

    @staticmethod
    def _titles(wide: float) -> tuple[str, ...]:
        """Of the columns after the heads; the whole ones where their words have room."""
        advance = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
        parts = (part for title in TITLES for part in title.replace("-", "- ").split())
        return TITLES if max(map(advance, parts)) <= wide - 2 else SHORT

    @property
    def _has_legend(self) -> bool:
        return self._effects is not None and self.height() >= theme.px(LOW_PX)

    def cell_rect(self, cell: tuple[int, int]) -> QRectF:
        """Where a cell lies."""
        row, column = cell
        narrow, wide, height = self._sizes()
        x: float = EDGE + theme.px(LEFT_PX)
        y = EDGE + theme.px(TOP_PX) + row * height
        if column < self._n_heads:
            return QRectF(x + column * narrow, y, narrow, height)
        x += self._n_heads * narrow + GAP
        return QRectF(x + (column - self._n_heads) * wide, y, wide, height)

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        if not self._n_layers:
            return None
        height = self._sizes()[2]
        row = math.floor((at.y() - EDGE - theme.px(TOP_PX)) / height)
        if not 0 <= row < self._n_layers:
            return None
        columns = range(self._n_heads + len(WHOLE))
        return next(((row, n) for n in columns if self.cell_rect((row, n)).contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw titles, cells and what is chosen."""
        painter = QPainter(self)
        if not self._n_layers:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                draw_focus_ring(painter, QRectF(self.rect()))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_titles(painter)
        if self._has_legend:
            self._draw_legend(painter)
        for row in range(self._n_layers):
            for column in range(self._n_heads + len(WHOLE)):
                self._draw_cell(painter, (row, column))
        for cell in (self._hovered, self._cursor if self.shows_focus else None):
            if cell is not None:
                painter.setPen(QPen(QColor(theme.active().accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.cell_rect(cell).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _draw_titles(self, painter: QPainter) -> None:
        look, font = theme.active(), theme.font(theme.SMALL)
        narrow, wide, height = self._sizes()
        painter.setFont(font)
        painter.setPen(QColor(look.muted))
        half = theme.px(TOP_PX) / 2
        left = EDGE + theme.px(LEFT_PX)
        heads = QRectF(left, EDGE, max(self._n_heads * narrow, 40), half)
        align = CENTRE if self._n_heads * narrow >= 40 else Qt.AlignmentFlag.AlignLeft
        painter.drawText(heads, align, "heads" if self._n_heads > 1 else "head")
        for n, title in enumerate(self._titles(wide)):
            rect = self.cell_rect((0, self._n_heads + n))
            place = QRectF(rect.x(), EDGE, rect.width(), 2 * half - 2)
            words = parted(title, font, wide - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | BOTTOM, words)
        painter.setFont(theme.mono())
        metrics = QFontMetricsF(painter.font())
        digits = metrics.horizontalAdvance("00")
        every = max(1, math.ceil(digits / narrow)) if self._n_heads > 9 else 1
        for head in range(0, self._n_heads, every):
            rect = self.cell_rect((0, head))
            place = QRectF(rect.center().x() - digits, EDGE + half, 2 * digits, half - 2)
            painter.drawText(place, CENTRE, str(head + 1))
        every = max(1, math.ceil((metrics.capHeight() + 1) / height))
        for row in range(0, self._n_layers, every):
            y = self.cell_rect((row, 0)).center().y()
            place = QRectF(EDGE, y - 10, theme.px(LEFT_PX) - 4, 20)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, str(row + 1))

    def _draw_legend(self, painter: QPainter) -> None:
        """What the colours mean, below the parts."""
        look, last = theme.active(), self.cell_rect((self._n_layers - 1, 0))
        font = theme.font(theme.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(look.muted))
        metrics = QFontMetricsF(font)
        left = last.x() + metrics.horizontalAdvance("0%") + 5
        room = self.width() - left - 5 - metrics.horizontalAdvance(FAR[0])
        long = min(max(room, RAMP[0] / 2), RAMP[0])
        ramp = QRectF(left, last.bottom() + 7, long, RAMP[1])
        middle = ramp.center().y() + metrics.capHeight() / 2
        painter.drawText(QPointF(last.x(), middle), "0%")
        painter.drawImage(ramp, picture(look.probability_table[None]))
        x = ramp.right() + 5
        far = FAR[metrics.horizontalAdvance(FAR[0]) > self.width() - x]
        painter.drawText(QPointF(x, middle), far)
        painter.setPen(QPen(QColor(look.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ramp)

    def _draw_cell(self, painter: QPainter, cell: tuple[int, int]) -> None:
        look, rect = theme.active(), self.cell_rect(cell).adjusted(1, 1, -1, -1)
        effect = math.nan if self._effects is None else float(self._effects[cell])
        fill = QColor(look.raised)
        if not math.isnan(effect):
            fill = look.probability_color(min(max(effect, 0.0), 1.0))
        is_on = self.place_of(cell) in self._on
        painter.setPen(QPen(QColor(look.accent), 2) if is_on else QPen(QColor(look.border), 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 2, 2)
        if is_on and min(rect.width(), rect.height()) >= 7:
            painter.setPen(QPen(look.readable_on(fill), 2))
            self._draw_tick(painter, rect)

    @staticmethod
    def _draw_tick(painter: QPainter, rect: QRectF) -> None:
        size, middle = min(rect.width(), rect.height()) * 0.5, rect.center()
        corner = middle + QPointF(-0.1 * size, 0.4 * size)
        painter.drawLine(middle + QPointF(-0.5 * size, 0), corner)
        painter.drawLine(corner, middle + QPointF(0.5 * size, -0.4 * size))

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the cell at a point."""
        cell = self._cell_at(point)
        if cell != self._hovered:
            self._hovered = cell
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if cell is None else shape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._cursor = cell
            self._describe()
            self.place_clicked.emit(self.place_of(cell))

    def event(self, event: QEvent) -> bool:
        """Say what a cell is and does."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            cell = self._cell_at(QPointF(help_event.pos()))
            text = "" if cell is None else tooltip(self._said(cell))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the cells, Enter or Space chooses."""
        key, (row, column) = Key(event.key()), self._cursor
        last = self._n_layers - 1, self._n_heads + len(WHOLE) - 1
        steps = {
            Key.Key_Left: (row, max(column - 1, 0)),
            Key.Key_Right: (row, min(column + 1, last[1])),
            Key.Key_Up: (max(row - 1, 0), column),
            Key.Key_Down: (min(row + 1, last[0]), column),
            Key.Key_Home: (row, 0),
            Key.Key_End: (row, last[1]),
        }
        if self._n_layers and key in steps:
            self._cursor = steps[key]
            self._describe()
            self.update()
        elif self._n_layers and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.place_clicked.emit(self.place_of(self._cursor))
        elif self._n_layers and event.text() == "?":
            cell = self._hovered or self._cursor
            self.number_asked.emit(self.place_of(cell), self.cell_rect(cell).center().toPoint())
        else:
            super().keyPressEvent(event)
