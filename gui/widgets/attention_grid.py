"""Every attention head of the model at a glance: small maps, a row a layer, a column a head."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.attention_picture import ATTENTION, Scale, shrunk_in
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

GAP = 5  # between maps, less if they are tiny; the opened one's outline lies in it
EDGE = 4  # room for the focus ring
TITLE_LINE, NUMBER_LINE = 15, 16  # heights of an axis' name and of its numbers
TICKED = 22  # maps at least this large get a tick beside the row of the stressed token
LINE = 14  # a number needs this much room, more across if it has two digits
HINT = "Type a sentence above: every square here will show what one attention head looks at."


def _no_habit(layer: int, head: int) -> str:
    return ""


class AttentionGrid(KeyboardCanvas):
    """All layers x heads as thumbnails in one picture.

    Signals:
        head_opened: (int, int) layer and head, from 0.
    """

    head_opened = Signal(int, int)
    paints_ground = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attentionGrid")
        self.setAccessibleName("Attention heads of all layers")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pattern: NDArray[np.float32] | None = None  # (L, H, T, T)
        self._habit: Callable[[int, int], str] = _no_habit
        self._scale = ATTENTION
        self._hint = HINT
        self._opened = (0, 0)
        self._pointed: tuple[int, int] | None = None
        self._token: int | None = None
        self._picture = QPixmap()
        self._origin = QPointF()  # top left corner of the first map
        self._side = 1.0  # of a map, in device-independent pixels
        self._pitch = 2.0  # from map to map

    def set_data(
        self,
        pattern: NDArray[np.float32],
        habit: Callable[[int, int], str] = _no_habit,
        scale: Scale = ATTENTION,
    ) -> None:
        """Show what every head looks at.

        Args:
            pattern: (L, H, T, T) from 0 to 1; row t says how much token t looks at each column.
            habit: What a layer's head mostly does, in words; asked for only to be shown.
            scale: What the numbers mean, where they are not attention.

        Raises:
            ValueError: Another shape, nothing in it, or numbers that are not finite.
        """
        pattern = checked(pattern, "pattern", None, None, None, None)
        if pattern.size == 0 or pattern.shape[2] != pattern.shape[3]:
            raise ValueError(f"pattern has shape {pattern.shape}, expected (L, H, T, T)")
        self._pattern, self._habit, self._scale = pattern, habit, scale
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._pattern, self._hint = None, hint
        self.refresh()
        self.look_again()

    def set_opened(self, layer: int, head: int) -> None:
        """Outline the head that is shown large."""
        if (layer, head) != self._opened:
            self._opened = (layer, head)
            self.setAccessibleDescription(_name(layer, head))
            self.update()

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Tick the row of the token one is looking at, beside every map."""
        focus = token if hovered is None else hovered
        if focus != self._token:
            self._token = focus
            self.update()

    def sizeHint(self) -> QSize:
        """Room for maps of 40 pixels in a model of 6 x 6."""
        return QSize(300, 310)

    def minimumSizeHint(self) -> QSize:
        """Small but readable."""
        return QSize(120, 120)

    # --- preparing

    def prepare(self) -> None:
        """Make the one picture of all maps, with its frames."""
        if self._pattern is None:
            self._picture = QPixmap()
            return
        n_layers, n_heads = self._pattern.shape[:2]
        room = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)
        room.adjust(
            theme.px(TITLE_LINE) + theme.px(NUMBER_LINE) + 4,
            theme.px(TITLE_LINE) + theme.px(NUMBER_LINE),
            0,
            0,
        )
        ratio = self.devicePixelRatioF()
        pitch = max(min(room.width() / n_heads, room.height() / n_layers), 2.0)
        gap = round(min(GAP, pitch / 4) * ratio) / ratio  # whole pixels stay sharp
        self._side = max(int((pitch - gap) * ratio), 1) / ratio
        self._pitch = self._side + gap
        left = room.x() + max((room.width() - n_heads * self._pitch + gap) / 2, 0)
        self._origin = QPointF(round(left), room.y())
        self._picture = self._draw_maps(ratio)

    def _draw_maps(self, ratio: float) -> QPixmap:
        assert self._pattern is not None
        small = shrunk_in(self._scale, self._pattern, round(self._side * ratio))  # (L, H, n, n)
        n_layers, n_heads, n, _ = small.shape
        values = small.swapaxes(1, 2).reshape(n_layers * n, n_heads * n)
        maps = picture(self._scale.pixels(values))
        pitch = self._pitch
        size = QSize(round((n_heads * pitch + 2) * ratio), round((n_layers * pitch + 2) * ratio))
        drawn = QPixmap(size)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setPen(QPen(QColor(theme.active().border), 1))
        for layer in range(n_layers):
            for head in range(n_heads):
                spot = QRectF(1 + head * pitch, 1 + layer * pitch, self._side, self._side)
                painter.drawImage(spot, maps, QRectF(head * n, layer * n, n, n))
                painter.drawRect(spot.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()
        return drawn

    def _spot(self, layer: int, head: int) -> QRectF:
        """Where a head's map lies."""
        x = self._origin.x() + head * self._pitch
        y = self._origin.y() + layer * self._pitch
        return QRectF(x, y, self._side, self._side)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, the numbers beside it, and what is opened."""
        painter = self.painter(event)
        if self._pattern is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.drawPixmap(self._origin - QPointF(1, 1), self._picture)
            self._draw_axes(painter, *self._pattern.shape[:2])
            self._draw_ticks(painter, self._pattern)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._outline(painter, self._pointed, QPen(QColor(theme.active().muted), 1))
            self._outline(painter, self._opened, QPen(QColor(theme.active().accent), 2.5))
        if self.shows_focus and self._exists(*self._opened):
            draw_focus_ring(painter, self._spot(*self._opened).adjusted(-6, -6, 6, 6))
        elif self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_axes(self, painter: QPainter, n_layers: int, n_heads: int) -> None:
        look = theme.active()
        left, top = self._origin.x(), self._origin.y()
        across, down = n_heads * self._pitch, n_layers * self._pitch
        middle = Qt.AlignmentFlag.AlignCenter
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        above = QRectF(
            left,
            top - theme.px(TITLE_LINE) - theme.px(NUMBER_LINE),
            max(across, theme.px(40)),
            theme.px(TITLE_LINE),
        )
        painter.drawText(above, middle, "heads")
        painter.save()
        painter.translate(left - theme.px(NUMBER_LINE) - 4 - theme.px(TITLE_LINE), top + down)
        painter.rotate(-90)
        painter.drawText(
            QRectF(0, 0, max(down, theme.px(40)), theme.px(TITLE_LINE)), middle, "layers"
        )
        painter.restore()
        painter.setFont(theme.mono(theme.SMALL))
        wide = theme.px(LINE) if n_heads < 10 else theme.px(LINE + 6)
        for head in _thinned(n_heads, wide / self._pitch, self._opened[1]):
            spot = self._spot(0, head).adjusted(-GAP, -theme.px(NUMBER_LINE), GAP, -self._side)
            painter.setPen(QColor(look.accent if head == self._opened[1] else look.muted))
            painter.drawText(spot, middle, str(head + 1))
        for layer in _thinned(n_layers, theme.px(LINE) / self._pitch, self._opened[0]):
            y = self._spot(layer, 0).center().y() - theme.px(NUMBER_LINE) / 2
            spot = QRectF(
                left - theme.px(NUMBER_LINE) - 6, y, theme.px(NUMBER_LINE), theme.px(NUMBER_LINE)
            )
            painter.setPen(QColor(look.accent if layer == self._opened[0] else look.muted))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(spot, flags | Qt.TextFlag.TextDontClip, str(layer + 1))

    def _draw_ticks(self, painter: QPainter, pattern: NDArray[np.float32]) -> None:
        """A short line at the left of each map, in the row of the token one is looking at."""
        n_layers, n_heads, n_tokens, _ = pattern.shape
        if self._token is None or self._token >= n_tokens or self._side < TICKED:
            return
        painter.setPen(QPen(QColor(theme.active().accent), 2))
        within = (self._token + 0.5) * self._side / n_tokens
        ticks = [
            QLineF(spot.x() - 4, spot.y() + within, spot.x(), spot.y() + within)
            for layer in range(n_layers)
            for spot in (self._spot(layer, head) for head in range(n_heads))
        ]
        painter.drawLines(ticks)

    def _outline(self, painter: QPainter, which: tuple[int, int] | None, pen: QPen) -> None:
        if which is not None and self._exists(*which):
            painter.setPen(pen)
            painter.drawRoundedRect(self._spot(*which).adjusted(-2, -2, 2, 2), 2, 2)

    def _exists(self, layer: int, head: int) -> bool:
        if self._pattern is None:
            return False
        n_layers, n_heads = self._pattern.shape[:2]
        return bool(0 <= layer < n_layers and 0 <= head < n_heads)

    # --- mouse and keyboard

    def _head_at(self, point: QPointF) -> tuple[int, int] | None:
        half_gap = (self._pitch - self._side) / 2
        inside = point - self._origin + QPointF(half_gap, half_gap)
        which = (int(inside.y() // self._pitch), int(inside.x() // self._pitch))
        return which if self._exists(*which) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the map under the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Outline the map at a point, if there is one."""
        self._point_at(self._head_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, which: tuple[int, int] | None) -> None:
        if which != self._pointed:
            self._pointed = which
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the head under the mouse."""
        which = self._head_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and which is not None:
            self._open(*which)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows open the neighbour; Home and End the first and the last head of the layer."""
        layer, head = self._opened
        n_heads = 0 if self._pattern is None else self._pattern.shape[1]
        targets = {
            Qt.Key.Key_Left: (layer, head - 1),
            Qt.Key.Key_Right: (layer, head + 1),
            Qt.Key.Key_Up: (layer - 1, head),
            Qt.Key.Key_Down: (layer + 1, head),
            Qt.Key.Key_Home: (layer, 0),
            Qt.Key.Key_End: (layer, n_heads - 1),
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or self._pattern is None:
            super().keyPressEvent(event)
        elif self._exists(*target):
            self._open(*target)

    def _open(self, layer: int, head: int) -> None:
        self.set_opened(layer, head)
        self.head_opened.emit(layer, head)

    def event(self, event: QEvent) -> bool:
        """Name the head under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            which = self._head_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), self._tip(which), self)
            return True
        return super().event(event)

    def _tip(self, which: tuple[int, int] | None) -> str:
        if which is None:
            return ""
        habit = self._habit(*which)
        return f"{_name(*which)}: {habit}" if habit else _name(*which)


def _name(layer: int, head: int) -> str:
    return f"Layer {layer + 1}, head {head + 1}"


def _thinned(n: int, step: float, always: int) -> range:
    """Which of n numbers stand far enough apart to be read, one of them in any case."""
    whole = max(math.ceil(step), 1)
    return range(always % whole, n, whole)
