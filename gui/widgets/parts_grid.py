"""Every part of the model that can be switched off: heads, whole attention, feed-forward nets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import draw_focus_ring, draw_hint, elided, parted, picture, tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ON, ZERO, MEAN = range(3)  # what a part gives: what it computes, nothing, its average
SIGNS = {ZERO: ("0", "0"), MEAN: ("avg", "ø")}  # on a part that is off, and where room is short
CELL_PX = (46, 34)  # widest and highest cell
LEAST_PX = 14  # the lowest cell, and the narrowest head
WIDE = 1.7  # a whole attention or feed-forward net is so much wider than a head
GAP_PX = 4
HEAD_PX, SIDE_PX, FOOT_PX = 34, 40, 26
SCALES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)  # what the strongest colour stands for; else 1
RAMP = (90.0, 10.0)  # width and height of the legend's scale
HINT = "Open a model: its parts will be listed here."
Key = Qt.Key


def _no_tip(layer: int, column: int) -> str:
    return ""


class PartsGrid(KeyboardCanvas):
    """A row a layer, a column a head, then the attention as a whole and the feed-forward net.

    A part that works is filled: the more of the next token's probability moves without it, the
    stronger. One that is off is hollow and says what it gives instead.

    Signals:
        part_clicked: (int, int) layer and column, from 0; after the H heads come the attention
            and the feed-forward net.
        number_asked: (int, int, QPoint) the part whose effect was asked for, and where it is.
    """

    part_clicked = Signal(int, int)
    number_asked = Signal(int, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("partsGrid")
        self.setAccessibleName("Parts of the model that can be switched off")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._states: NDArray[np.uint8] | None = None  # (L, H + 2)
        self._effects: NDArray[np.float64] | None = None  # (L, H + 2) from 0 to 1, NaN: unknown
        self._tip: Callable[[int, int], str] = _no_tip
        self._hint = HINT
        self._current = (0, 0)
        self._pointed: tuple[int, int] | None = None
        self._lefts: list[float] = []
        self._widths: list[float] = []
        self._height = self._pitch = self._scale = 1.0
        self._n_layers = 0

    def set_data(
        self,
        states: NDArray[Any],
        effects: NDArray[Any] | None = None,
        tip: Callable[[int, int], str] = _no_tip,
    ) -> None:
        """Show what is on and what is off.

        Args:
            states: (L, H + 2) of `ON`, `ZERO` and `MEAN`.
            effects: (L, H + 2) share of the next token's probability that moves without a part,
                from 0 to 1; NaN where it is not known.
            tip: What there is to say about a part.

        Raises:
            ValueError: Of another shape, or with other values.
        """
        states = np.asarray(states)
        if states.ndim != 2 or states.shape[0] < 1 or states.shape[1] < 3:
            raise ValueError(f"states have shape {states.shape}, expected (L, H + 2)")
        if not np.isin(states, (ON, ZERO, MEAN)).all():
            raise ValueError("states are not all on, zero or mean")
        if effects is not None:
            effects = np.asarray(effects, np.float64)
            known = effects[~np.isnan(effects)]
            if effects.shape != states.shape or ((known < 0) | (known > 1)).any():
                raise ValueError("effects are no shares of the states' shape")
        self._states, self._effects, self._tip = states.astype(np.uint8), effects, tip
        layer, column = self._current
        self._current = min(layer, len(states) - 1), min(column, states.shape[1] - 1)
        self._describe()
        self.updateGeometry()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._states = self._effects = None
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.refresh()
        self.look_again()

    def sizeHint(self) -> QSize:
        """Room for a model of 6 x 6."""
        return QSize(theme.px(440), theme.px(HEAD_PX + FOOT_PX) + 6 * 34)

    def minimumSizeHint(self) -> QSize:
        """Small but usable."""
        n_layers, n_columns = (6, 8) if self._states is None else self._states.shape
        wide = theme.px(SIDE_PX) + (n_columns - 2 + 2 * WIDE) * LEAST_PX + n_columns * GAP_PX
        high = theme.px(HEAD_PX + FOOT_PX) + n_layers * (theme.px(LEAST_PX, 0.7) + GAP_PX)
        return QSize(max(round(wide), theme.px(220)), max(high, theme.px(150)))

    # --- where things are

    def prepare(self) -> None:
        """Divide the room into cells."""
        if self._states is None:
            return
        self._n_layers = len(self._states)
        known = np.zeros(1) if self._effects is None else self._effects
        highest = np.nanmax(known) if not np.isnan(known).all() else 0.0
        self._scale = next((scale for scale in SCALES if scale >= highest), 1.0)
        n_layers, n_columns = self._states.shape
        n_heads = n_columns - 2
        left, gap = theme.px(SIDE_PX), GAP_PX
        gaps = (n_columns - 1) * gap + 2 * gap  # a double one before each of the wide parts
        room = max(self.width() - left - gap - gaps, 1)
        unit = min(room / (n_heads + 2 * WIDE), theme.px(CELL_PX[0]))
        self._widths = [unit] * n_heads + [unit * WIDE] * 2
        self._lefts, x = [], float(left)
        for column, width in enumerate(self._widths):
            x += gap if column >= n_heads else 0
            self._lefts.append(x)
            x += width + gap
        down = max(self.height() - theme.px(HEAD_PX) - theme.px(FOOT_PX) - gap, 1)
        self._pitch = min(down / n_layers, theme.px(CELL_PX[1]) + gap)
        self._height = max(self._pitch - gap, self._pitch * 0.6)

    def cell_rect(self, layer: int, column: int) -> QRectF:
        """Where a part lies."""
        y = theme.px(HEAD_PX) + layer * self._pitch
        return QRectF(self._lefts[column], y, self._widths[column], self._height)

    def part_at(self, point: QPointF) -> tuple[int, int] | None:
        """The part at a point, as layer and column."""
        if self._states is None:
            return None
        layer = math.floor((point.y() - theme.px(HEAD_PX)) / self._pitch)
        for column in range(len(self._lefts)):
            if 0 <= layer < len(self._states) and self.cell_rect(layer, column).contains(point):
                return layer, column
        return None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every part and the names of rows and columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._states is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                draw_focus_ring(painter, QRectF(self.rect()))
            return
        self._paint_names(painter, *self._states.shape)
        if self._effects is not None:
            self._paint_legend(painter)
        for layer, row in enumerate(self._states.tolist()):
            is_covered = row[-2] != ON  # without attention no head counts
            for column, state in enumerate(row):
                faint = is_covered and column < len(row) - 2
                painter.setOpacity(0.35 if faint else 1.0)
                self._paint_part(painter, layer, column, state)
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._pointed is not None:
            painter.setPen(QPen(QColor(theme.active().muted), 1.5))
            painter.drawRoundedRect(self.cell_rect(*self._pointed).adjusted(-2, -2, 2, 2), 5, 5)
        if self.shows_focus:
            draw_focus_ring(painter, self.cell_rect(*self._current).adjusted(-4, -4, 4, 4))

    def _paint_part(self, painter: QPainter, layer: int, column: int, state: int) -> None:
        look, rect = theme.active(), self.cell_rect(layer, column)
        if state == ON:
            painter.setPen(QPen(QColor(look.border), 1))
            painter.setBrush(self._fill(layer, column))
            painter.drawRoundedRect(rect, 4, 4)
            return
        pen = QPen(QColor(look.text), 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(look.text))
        font = theme.font(theme.SMALL, bold=True)
        metrics = QFontMetricsF(font)
        for sign in SIGNS[state]:
            is_low = metrics.capHeight() > rect.height() - 4
            if not is_low and metrics.horizontalAdvance(sign) <= rect.width() - 2:
                painter.setFont(font)
                painter.drawText(
                    rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, sign
                )
                return

    def _fill(self, layer: int, column: int) -> QColor:
        effect = math.nan if self._effects is None else float(self._effects[layer, column])
        if math.isnan(effect):
            return QColor(theme.active().raised)
        return theme.active().probability_color(effect / self._scale)

    def _paint_legend(self, painter: QPainter) -> None:
        """What the colours mean, below the parts."""
        look, last = theme.active(), self.cell_rect(self._n_layers - 1, 0)
        top = last.bottom() + theme.px(FOOT_PX) / 2 - RAMP[1] / 2 + 2
        painter.setFont(theme.mono())
        metrics = QFontMetricsF(painter.font())
        baseline = top + (RAMP[1] + metrics.capHeight()) / 2
        painter.setPen(QColor(look.muted))
        x = last.left()
        painter.drawText(QPointF(x, baseline), "0%")
        ramp = QRectF(x + metrics.horizontalAdvance("0%") + 5, top, *RAMP)
        painter.drawImage(ramp, picture(look.probability_table[None]))
        most = f"{100 * self._scale:g}%"
        painter.drawText(QPointF(ramp.right() + 5, baseline), most)
        x = ramp.right() + 5 + metrics.horizontalAdvance(most) + theme.INSIDE
        painter.setFont(theme.font(theme.SMALL))
        words = elided("moves without it", painter.font(), self.width() - x)
        painter.drawText(QPointF(x, baseline), words)
        painter.setPen(QPen(QColor(look.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ramp)

    def _paint_names(self, painter: QPainter, n_layers: int, n_columns: int) -> None:
        muted = QColor(theme.active().muted)
        line, middle = theme.px(HEAD_PX) / 2, Qt.AlignmentFlag.AlignCenter
        n_heads = n_columns - 2
        painter.setPen(muted)
        painter.setFont(theme.font(theme.SMALL))
        first, last = self.cell_rect(0, 0), self.cell_rect(0, n_heads - 1)
        heads = QRectF(first.left(), 0, max(last.right() - first.left(), theme.px(40)), line)
        painter.drawText(heads, middle, "heads" if n_heads > 1 else "head")
        for column, name in ((n_heads, "all heads"), (n_heads + 1, "feed-forward")):
            rect = self.cell_rect(0, column)
            wide = QRectF(rect.x() - GAP_PX, 0, rect.width() + 2 * GAP_PX, 2 * line - 3)
            shown = parted(name, painter.font(), wide.width())
            low = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(wide, low | Qt.TextFlag.TextDontClip, shown)
        painter.setFont(theme.mono())
        step = max(math.ceil(theme.px(18) / (self._widths[0] + GAP_PX)), 1)
        for head in range(0, n_heads, step):
            rect = self.cell_rect(0, head)
            spot = QRectF(rect.x() - 8, line - 3, rect.width() + 16, line)
            painter.drawText(spot, middle, str(head + 1))
        step = max(math.ceil(theme.px(15) / self._pitch), 1)
        for layer in range(0, n_layers, step):
            rect = self.cell_rect(layer, 0)
            spot = QRectF(0, rect.y() - 8, theme.px(SIDE_PX) - 2 * GAP_PX, rect.height() + 16)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(spot, flags, str(layer + 1))
        painter.setFont(theme.font(theme.SMALL))
        painter.save()
        down = self.cell_rect(n_layers - 1, 0).bottom()
        painter.translate(0, down)
        painter.rotate(-90)
        side = QRectF(0, 0, max(down - theme.px(HEAD_PX), theme.px(40)), theme.px(16))
        painter.drawText(side, middle, "layers")
        painter.restore()

    # --- mouse and keyboard

    def hover_at(self, point: QPointF) -> None:
        """Outline the part at a point."""
        pointed = self.part_at(point)
        if pointed != self._pointed:
            self._pointed = pointed
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if pointed is None else shape.PointingHandCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the part under the mouse."""
        self.hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        if self._pointed is not None:
            self._pointed = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch the part under the mouse."""
        part = self.part_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and part is not None:
            self._current = part
            self.part_clicked.emit(*part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk over the parts; Space or Enter switches one, ? asks."""
        if self._states is None:
            super().keyPressEvent(event)
            return
        n_layers, n_columns = self._states.shape
        layer, column = self._current
        targets = {
            Key.Key_Left: (layer, column - 1),
            Key.Key_Right: (layer, column + 1),
            Key.Key_Up: (layer - 1, column),
            Key.Key_Down: (layer + 1, column),
            Key.Key_Home: (layer, 0),
            Key.Key_End: (layer, n_columns - 1),
        }
        target = targets.get(Key(event.key()))
        if target is not None:
            if 0 <= target[0] < n_layers and 0 <= target[1] < n_columns:
                self._current = target
                self._describe()
                self.update()
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self.part_clicked.emit(*self._current)
        elif event.text() == "?":
            asked = self._pointed or self._current
            self.number_asked.emit(*asked, self.cell_rect(*asked).center().toPoint())
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        """Say the current part to a screen reader."""
        if self._states is None:
            return
        state = ("on", "off, gives 0", "gives its average")[self._states[self._current]]
        said = name_of(*self._current, self._states.shape[1] - 2)
        self.setAccessibleDescription(f"{said}: {state}")

    def event(self, event: QEvent) -> bool:
        """Tell about the part under a resting mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            part = self.part_at(QPointF(help_event.pos()))
            text = "" if part is None else tooltip(self._tip(*part))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)


def name_of(layer: int, column: int, n_heads: int) -> str:
    """What a part is called."""
    names = {n_heads: "attention (all heads)", n_heads + 1: "feed-forward"}
    return f"Layer {layer + 1}, {names.get(column, f'head {column + 1}')}"
