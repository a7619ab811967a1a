"""One token's residual stream as a river: as wide as it is long, and what flows into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.neighbour_list import three
from gui.widgets.painting import draw_focus_ring, draw_hint, elided
from gui.widgets.scrolled_both import ScrolledBothCanvas
from gui.widgets.spot_canvas import SpotCanvas
from gui.widgets.stream_lengths import Part, StreamLengths

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "Type a sentence above to see what every layer adds to a token's stream."
PURPOSE = "How long the stream is, and what every layer adds to it"
ABOUT = "Point at a part to read its length, click it to see how it is computed."
FIRST_PX, LEAST_PX, MOST_PX = 110, 88, 150  # width of the beginning, and of a layer
LINE, EDGE = 18, 4
END = 14  # right of the stream, for the last name
RIVER = 0.34  # of the height, where the stream is longest, at most
INFLOW = 0.42  # of a layer's width, what adds the longest vector, at most
MIDDLE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class StreamPicture(SpotCanvas[Part], ScrolledBothCanvas):
    """From the left, what enters; then layer by layer what attention and feed-forward net add.

    Signals:
        number_asked: (Part, QPoint) a part that was clicked, or on which ? was pressed, and where.

    Args:
        name: Its `objectName`.
        purpose: Its `accessibleName`.
        parent: Qt's.
    """

    number_asked = Signal(object, QPoint)

    def __init__(
        self, name: str = "streamPicture", purpose: str = PURPOSE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._lengths: StreamLengths | None = None
        self._reach = 0.0, 0.0  # longest stream and widest addition, of all that has this scale
        self._hint = HINT
        self._first = self._step = 1.0
        self._view = QRect()
        self.describe()

    @property
    def lengths(self) -> StreamLengths | None:
        """What is shown."""
        return self._lengths

    def set_data(self, lengths: StreamLengths, beside: StreamLengths | None = None) -> None:
        """Show a stream.

        Args:
            lengths: Its own.
            beside: Of one in another picture, so that equal lengths are equally wide in both.

        Raises:
            ValueError: Shapes that do not fit together, or numbers that are not finite.
        """
        both = [lengths] if beside is None else [lengths, beside]
        for each in both:
            each.check()
        self._lengths = lengths
        self._reach = (
            max(float(each.stream.max()) for each in both),
            max(each.widest() for each in both),
        )
        self.keep_spot()
        self.refresh()
        self.describe()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._lengths = self._spot = None
        self._hint = hint
        self.refresh()
        self.describe()

    def spots(self) -> list[Part]:
        """All that can be pointed at, from left to right."""
        return [] if self._lengths is None else self._lengths.parts()

    def sizeHint(self) -> QSize:
        """Room for six layers."""
        return QSize(theme.px(FIRST_PX + 6 * LEAST_PX), theme.px(360))

    def room_for_all(self) -> QSize:
        """What shows every layer."""
        n_layers = 0 if self._lengths is None else len(self._lengths.attention)
        return QSize(
            theme.px(FIRST_PX) + n_layers * theme.px(LEAST_PX) + EDGE + theme.px(END),
            self.minimumSizeHint().height(),
        )

    def minimumSizeHint(self) -> QSize:
        """Small, but still a river."""
        return QSize(theme.px(220, 0.5), theme.px(180, 0.5))

    def said(self) -> str:
        """What one points at, in a line."""
        if self._lengths is None or self._spot is None:
            return ""
        return self._lengths.said(self._spot)

    def describe(self) -> None:
        """Say what is pointed at, or what to do."""
        self.setAccessibleDescription(self.said() or (ABOUT if self._lengths else self._hint))

    # --- where things are

    def prepare(self) -> None:
        """Divide the room."""
        bar = self._across.sizeHint().height() + 2
        line = theme.px(LINE)
        self._view = QRect(0, 0, self.width(), max(self.height() - line - bar, 1))
        if self._lengths is None:
            self.set_area((0, 0), self._view, (1, 1))
            return
        n_layers = len(self._lengths.attention)
        self._first = float(theme.px(FIRST_PX))
        room = (self.width() - self._first - EDGE - theme.px(END)) / max(n_layers, 1)
        self._step = min(max(room, theme.px(LEAST_PX)), theme.px(MOST_PX))
        size = self._first + n_layers * self._step + EDGE + theme.px(END), self._view.height()
        self.set_area(size, self._view, (self._step, 1))

    def _scale(self) -> float:
        """Pixels for a length of 1, of the stream and of all that flows in."""
        longest, widest = self._reach
        scale = RIVER * self._view.height() / max(longest, 1e-12)
        return min(scale, INFLOW * self._step / max(widest, 1e-12))

    def _depth_x(self, depth: int) -> float:
        return self._first + depth * self._step - self.left

    def _middle(self) -> float:
        return self._view.height() / 2

    def arrow(self, part: Part) -> QRectF:
        """Where a part flows in: from its number down, or up, to the middle of the stream."""
        assert self._lengths is not None
        if part.kind in ("token", "place"):
            x, is_above = self._first * 0.42 - self.left, part.kind == "token"
        else:
            share = 0.26 if part.kind == "attention" else 0.72
            x = self._depth_x(part.at) + share * self._step
            is_above = part.kind == "attention"
        wide = max(self._lengths.of(part) * self._scale(), 1.5)
        line = theme.px(LINE)
        top, bottom = 2 * line + 4, self._view.height() - 2 * line - 4
        y = (top, self._middle()) if is_above else (self._middle(), bottom)
        return QRectF(x - wide / 2, y[0], wide, max(y[1] - y[0], 1))

    def room_of(self, part: Part) -> QRectF:
        """Where a part can be pointed at."""
        assert self._lengths is not None
        line = theme.px(LINE)
        if part.kind == "stream":
            high = max(self._lengths.of(part) * self._scale(), line)
            x = self._depth_x(part.at)
            wide = self._step * 0.26
            return QRectF(x - wide / 2, self._middle() - high / 2, wide, high)
        arrow = self.arrow(part)
        wide = max(arrow.width(), self._step * 0.34)
        river = self._lengths.stream.max() * self._scale() / 2
        if part.kind in ("token", "attention"):
            return QRectF(arrow.center().x() - wide / 2, 0, wide, max(self._middle() - river, 1))
        top = self._middle() + river
        return QRectF(arrow.center().x() - wide / 2, top, wide, max(self._view.height() - top, 1))

    def centre(self, spot: Part) -> QPointF:
        """The middle of the room of a part."""
        return self.room_of(spot).center()

    def spot_at(self, point: QPointF) -> Part | None:
        """The part at a point."""
        if not QRectF(self._view).contains(point):
            return None
        return next((part for part in self.spots() if self.room_of(part).contains(point)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what flows in, the river over it, and its numbers."""
        painter = QPainter(self)
        if self._lengths is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(self._view)
            for part in self.spots():
                if part.kind != "stream":
                    self._draw_inflow(painter, part)
            self._draw_river(painter)
            self._draw_lengths(painter)
            painter.restore()
            self._draw_words(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_inflow(self, painter: QPainter, part: Part) -> None:
        assert self._lengths is not None
        look, arrow, line = theme.active(), self.arrow(part), theme.px(LINE)
        is_above = part.kind in ("token", "attention")
        shade = look.probability_color(0.3 if part.kind in ("token", "attention") else 0.55)
        painter.fillRect(arrow, shade)
        is_pointed = part == self._spot
        names = {"feed_forward": "feed-forward", "token": "embedding"}
        name = names.get(part.kind, part.kind)
        wide = self._step if part.kind in ("attention", "feed_forward") else self._first
        x = arrow.center().x() - wide / 2
        first = QRectF(x, 0 if is_above else self._view.height() - 2 * line, wide, line)
        second = first.translated(0, line)
        number, label = (second, first) if is_above else (first, second)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.accent if is_pointed else look.muted))
        label = self._kept_in(label)
        painter.drawText(label, MIDDLE, elided(name, painter.font(), label.width()))
        painter.setFont(theme.mono(bold=is_pointed))
        painter.setPen(QColor(look.accent if is_pointed else look.text))
        painter.drawText(number, MIDDLE, three(self._lengths.of(part)))

    def _kept_in(self, label: QRectF) -> QRectF:
        """The room of a name, less where it would leave the figure; about the same middle."""
        assert self._lengths is not None
        end = self._depth_x(len(self._lengths.stream) - 1) + EDGE + theme.px(END)
        out = max(label.right() - end, 0.0)
        return label.adjusted(out, 0, -out, 0)

    def _draw_river(self, painter: QPainter) -> None:
        """A band that is as wide at each depth as the stream is long there."""
        assert self._lengths is not None
        look, scale, y = theme.active(), self._scale(), self._middle()
        half = [float(length) * scale / 2 for length in self._lengths.stream]
        points = [(self._first * 0.3 - self.left, half[0])]
        points += [(self._depth_x(depth), size) for depth, size in enumerate(half)]
        last, size = points[-1]
        points.append((last + EDGE, size))
        band = QPolygonF([QPointF(x, y - size) for x, size in points])
        for x, size in reversed(points):
            band.append(QPointF(x, y + size))
        painter.setPen(QPen(QColor(look.border), 1))
        painter.setBrush(QColor(look.raised))
        painter.drawPolygon(band)

    def _draw_lengths(self, painter: QPainter) -> None:
        """The stream's own numbers, in the river, and which layer is where."""
        assert self._lengths is not None
        look, line, y = theme.active(), theme.px(LINE), self._middle()
        for depth in range(len(self._lengths.stream)):
            part, x = Part("stream", depth), self._depth_x(depth)
            is_pointed = part == self._spot
            colour = QColor(look.accent if is_pointed else look.text)
            painter.setPen(QPen(colour, 1.5 if is_pointed else 1, Qt.PenStyle.DotLine))
            half = self._lengths.of(part) * self._scale() / 2
            painter.drawLine(QPointF(x, y - half), QPointF(x, y - line / 2))
            painter.drawLine(QPointF(x, y + line / 2), QPointF(x, y + half))
            painter.setFont(theme.mono(bold=True))
            text = three(self._lengths.of(part))
            wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 4
            room = QRectF(x - wide / 2, y - line / 2, wide, line)
            if depth == len(self._lengths.stream) - 1:
                room.moveRight(x + 2)
            painter.fillRect(room, QColor(look.raised))
            painter.setPen(colour)
            painter.drawText(room, MIDDLE, text)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        for layer in range(len(self._lengths.attention)):
            x = self._depth_x(layer)
            room = QRectF(x + 6, self._view.height() - 3 * line - 4, self._step * 0.5, line)
            painter.drawText(room, LEFT, f"layer {layer + 1}")

    def _draw_words(self, painter: QPainter) -> None:
        look, said = theme.active(), self.said()
        y = self.height() - theme.px(LINE)
        room = QRectF(EDGE, y, self.width() - 2 * EDGE, theme.px(LINE))
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.text if said else look.muted))
        painter.drawText(room, LEFT, elided(said or ABOUT, painter.font(), room.width()))

    # --- what is asked

    def ask(self, spot: Part, at: QPoint) -> None:
        """Tell which number is asked for."""
        self.number_asked.emit(spot, at)

    def exact(self, spot: Part) -> str:
        """The exact length."""
        lengths = self._lengths
        return "" if lengths is None else f"{lengths.said(spot)}\n{lengths.of(spot):.6f}"

    def bring(self, spot: Part) -> None:
        """Scroll to a part."""
        room = self.room_of(spot).translated(self.left, 0)
        self.scroll_across(room.left() - self._step / 2, room.right() + self._step / 2)
