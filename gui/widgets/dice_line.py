"""The dice: all tokens end to end on a line, the random number as a needle on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.dice_painting import CENTRE, draw_fallen, draw_needle, draw_segment
from gui.widgets.dice_scene import DiceScene, Segment, closer, segments
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import Glide, draw_hint, tooltip

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "The line of all tokens appears here as soon as there is a text to go on from."
MARGIN = theme.INSIDE
AXIS_PX, NEEDLE_PX, BAR_PX, GAP_PX, CLOSER_PX = 15, 17, 32, 20, 32
ALONE_PX = 9  # a narrower stretch is merged with its neighbours
Key = Qt.Key


class DiceLine(KeyboardCanvas):
    """A bar of all tokens in the order of their numbers, each as long as it is probable.

    Tokens too small to be seen are merged with their neighbours; below, the place where the needle
    fell is shown from closer by, so that the token that was hit is always seen.

    Signals:
        stretch_asked: (int, QPoint) the token whose stretch was clicked, or on which ? was
            pressed, and where it is.
        number_asked: (QPoint) the random number was clicked, and where it is.
    """

    stretch_asked = Signal(object, QPoint)
    number_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diceLine")
        self.setAccessibleName("All tokens end to end, and where the random number falls")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._scene: DiceScene | None = None
        self._hint = HINT
        self._needle: float | None = None
        self._token: int | None = None  # that the needle hit
        self._fallen: NDArray[np.float64] = np.zeros(0)  # all numbers so far
        self._segments: tuple[Segment, ...] = ()
        self._closer: tuple[Segment, ...] = ()
        self._window: tuple[float, float] | None = None
        self._current: Segment | None = None
        self._from = self._at = 0.5  # the needle on its way
        self._glide = Glide(self._on_glide, self)

    # --- what is shown

    @property
    def needle(self) -> float | None:
        """Where the last number fell."""
        return self._needle

    @property
    def shown(self) -> tuple[Segment, ...]:
        """What can be told apart on the whole line."""
        return self._segments

    @property
    def shown_closer(self) -> tuple[Segment, ...]:
        """What can be told apart around the needle."""
        return self._closer

    def set_data(self, scene: DiceScene) -> None:
        """Show another line, without a needle.

        Raises:
            ValueError: It is no line from 0 to 1.
        """
        scene.check()
        self._scene, self._current = scene, None
        self.set_fallen(np.zeros(0), None)

    def set_fallen(self, numbers: NDArray[np.float64], token: int | None) -> None:
        """Show where numbers fell; the last one is the needle.

        Args:
            numbers: (n,) all since the line is this one, from 0 to 1.
            token: That the last one hit; None if there is none yet.
        """
        self._fallen = numbers
        before, self._needle = self._needle, float(numbers[-1]) if numbers.size else None
        self._token = token
        self.refresh()
        self._describe()
        if self._needle is not None:
            self._from = self._at if before is not None else 0.5
            self._on_glide(0.0)
            if self.isVisible():
                self._glide.start()
            else:
                self._on_glide(1.0)

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._glide.stop()
        self._scene, self._needle, self._token, self._current = None, None, None, None
        self._segments = self._closer = ()
        self._hint = hint
        self._describe()
        self.update()

    def _on_glide(self, done: float) -> None:
        if self._needle is not None:
            self._at = (1 - done) * self._from + done * self._needle
        self.update()

    def sizeHint(self) -> QSize:
        """A bar and the same from closer by."""
        return QSize(560, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Low, but nothing is cut off."""
        high = AXIS_PX + NEEDLE_PX + BAR_PX + GAP_PX + CLOSER_PX + AXIS_PX
        return QSize(theme.px(240, 0.5), theme.px(high) + 4)

    # --- where things are

    def prepare(self) -> None:
        """Find out what can be told apart at this width."""
        self._segments = self._closer = ()
        self._window = None
        if self._scene is None:
            return
        width = max(self._line().width(), 1.0)
        least = theme.px(ALONE_PX) / width
        self._segments = segments(self._scene, 0.0, 1.0, least)
        if self._token is not None:
            start, end = self._window = closer(self._scene, self._token)
            self._closer = segments(self._scene, start, end, least * (end - start))

    def _line(self) -> QRectF:
        top = theme.px(NEEDLE_PX + AXIS_PX)
        return QRectF(MARGIN, top, self.width() - 2 * MARGIN, theme.px(BAR_PX))

    def _closer_line(self) -> QRectF:
        line = self._line()
        return QRectF(line.x(), line.bottom() + theme.px(GAP_PX), line.width(), theme.px(CLOSER_PX))

    def _x(self, place: float) -> float:
        line = self._line()
        return line.x() + place * line.width()

    def _rects(self) -> list[tuple[Segment, QRectF]]:
        """Every stretch and its place, on the line and closer by."""
        found = [(one, self._place(one, self._line(), (0.0, 1.0))) for one in self._segments]
        if self._window is not None:
            room = self._closer_line()
            found += [(one, self._place(one, room, self._window)) for one in self._closer]
        return found

    def _place(self, one: Segment, room: QRectF, window: tuple[float, float]) -> QRectF:
        size = max(window[1] - window[0], 1e-300)
        left, right = ((place - window[0]) / size for place in (one.start, one.end))
        return QRectF(
            room.x() + left * room.width(), room.y(), (right - left) * room.width(), room.height()
        )

    def segment_at(self, point: QPointF) -> Segment | None:
        """The stretch under a point."""
        for one, rect in self._rects():
            if rect.contains(point):
                return one
        return None

    def needle_rect(self) -> QRectF:
        """The place of the random number above the line."""
        words = self._needle_words()
        wide = QFontMetricsF(theme.mono(theme.BODY, bold=True)).horizontalAdvance(words) + 8
        left = min(max(self._x(self._at) - wide / 2, 0.0), max(self.width() - wide, 0.0))
        return QRectF(left, 0, wide, theme.px(NEEDLE_PX))

    def _needle_words(self) -> str:
        return "" if self._needle is None else f"{self._needle:.6f}"

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, the needle and the closer look."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        self._paint_axis(painter)
        for one, rect in self._rects():
            is_hit = one.token is not None and one.token == self._token
            is_current = one is self._current and self.shows_focus
            draw_segment(painter, self._scene, one, rect, is_hit=is_hit, is_current=is_current)
        draw_fallen(painter, self._line(), self._fallen)
        if self._needle is not None:
            self._paint_closer(painter)
            self._paint_needle(painter)

    def _paint_axis(self, painter: QPainter) -> None:
        look, line = theme.active(), self._line()
        painter.setFont(theme.mono())
        needle = self.needle_rect() if self._needle is not None else QRectF()
        for place in (0.0, 0.25, 0.5, 0.75, 1.0):
            x = self._x(place)
            painter.setPen(QPen(QColor(look.muted), 1))
            painter.drawLine(QPointF(x, line.y() - 4), QPointF(x, line.y()))
            wide = theme.px(40)
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            flag = CENTRE
            if place in (0.0, 1.0):
                side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
                flag = side | Qt.AlignmentFlag.AlignVCenter
            rect = QRectF(left, theme.px(NEEDLE_PX) - 2, wide, theme.px(AXIS_PX))
            if not needle.adjusted(0, 0, 0, theme.px(4)).intersects(rect):
                painter.drawText(rect, flag, f"{place:g}")

    def _paint_closer(self, painter: QPainter) -> None:
        """Two lines from the line to what is shown from closer by, and where that lies."""
        if self._window is None:
            return
        look, line, room = theme.active(), self._line(), self._closer_line()
        painter.setPen(QPen(QColor(look.border), 1))
        for place, x in zip(self._window, (room.x(), room.right()), strict=True):
            painter.drawLine(QPointF(self._x(place), line.bottom() + 8), QPointF(x, room.y()))
        painter.setFont(theme.mono())
        painter.setPen(QColor(look.muted))
        below = QRectF(room.x(), room.bottom() + 1, room.width(), theme.px(AXIS_PX))
        size = self._window[1] - self._window[0]
        digits = max(2, min(12, 2 - int(np.floor(np.log10(max(size, 1e-12))))))
        left, right = (f"{place:.{digits}f}" for place in self._window)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | side, left)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | side, right)
        digits = 1 if size > 0.1 else 0
        times = f"{1 / size:,.{digits}f} times closer" if size < 1 else "the whole line"
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(below, CENTRE, times)

    def _paint_needle(self, painter: QPainter) -> None:
        """The number, and a needle from it through the line."""
        assert self._needle is not None
        look, line, x = theme.active(), self._line(), self._x(self._at)
        painter.setFont(theme.mono(theme.BODY, bold=True))
        painter.setPen(QColor(look.accent))
        painter.drawText(self.needle_rect(), CENTRE, self._needle_words())
        draw_needle(painter, x, theme.px(NEEDLE_PX), line.bottom() + 4)
        if self._window is not None and self._at == self._needle:
            room = self._closer_line()
            size = self._window[1] - self._window[0]
            near = room.x() + (self._needle - self._window[0]) / size * room.width()
            draw_needle(painter, near, room.y() - 6, room.bottom() + 2)

    # --- mouse and keyboard

    def said(self, one: Segment) -> str:
        """All there is to say about a stretch."""
        assert self._scene is not None
        share = self._scene.share(one)
        if one.token is None:
            where = f"from {one.start:.6f} to {one.end:.6f}"
            return f"{one.n:,} tokens too small to be told apart, {share:.4%} together, {where}"
        start, end = self._scene.stretch(one.token)
        name = self._scene.label(one.token)
        return f"{name}, number {one.token}: {share:.4%}, from {start:.6f} to {end:.6f}"

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the exact numbers."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            one = self.segment_at(QPointF(help_event.pos())) if self._scene else None
            text = "" if one is None else tooltip(self.said(one))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be asked."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Another cursor over what can be asked."""
        one = self.segment_at(point) if self._scene else None
        can = (one is not None and one.token is not None) or (
            self._needle is not None and self.needle_rect().contains(point)
        )
        shape = Qt.CursorShape
        self.setCursor(shape.PointingHandCursor if can else shape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a stretch or for the number."""
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        point, at = event.position(), event.position().toPoint()
        one = self.segment_at(point)
        if self._needle is not None and self.needle_rect().contains(point):
            self.number_asked.emit(at)
        elif one is not None and one.token is not None:
            self.stretch_asked.emit(one.token, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Right, Home and End walk along the line; ? asks for the stretch, Enter too."""
        if not self._segments:
            super().keyPressEvent(event)
            return
        last = len(self._segments) - 1
        at = next((i for i, one in enumerate(self._segments) if one is self._current), None)
        moves = {
            Key.Key_Left: last if at is None else at - 1,
            Key.Key_Right: 0 if at is None else at + 1,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        asks = event.text() == "?" or event.key() in (Key.Key_Return, Key.Key_Enter)
        if event.key() in moves:
            self._current = self._segments[min(max(moves[Key(event.key())], 0), last)]
            self._describe()
            self.update()
        elif asks and self._current is not None and self._current.token is not None:
            where = self._place(self._current, self._line(), (0.0, 1.0)).center().toPoint()
            self.stretch_asked.emit(self._current.token, where)
        elif asks and self._current is None and self._needle is not None:
            self.number_asked.emit(self.needle_rect().center().toPoint())
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        said = self._hint if self._scene is None else "Left and Right walk along the line."
        if self._scene is not None and self._current is not None:
            said = self.said(self._current)
        elif self._scene is not None and self._token is not None:
            name = self._scene.label(self._token)
            said = f"The number {self._needle_words()} fell on {name}. {said}"
        self.setAccessibleDescription(said)
