"""Two rows of numbers added or multiplied: three coloured strips, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas, asks
from gui.widgets.number_shades import LEGEND, draw_signed_legend
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, draw_token, fitted, picture
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

HINT = "Type a sentence above to see how a token's place is added to it."
ABOUT = "Point at a number to read the {}."
CLICK = "Click it to see how it is made."
TIMES = "\N{MULTIPLICATION SIGN}"
SIGNS = {"+": "addition", TIMES: "product"}
LEAST_PX, MOST_PX = 3, 24  # width of one number
STRIP_PX, TALLEST = 18, 40  # height of a strip, at least and at most
LINE, LABEL_PX, GAP, EDGE = 16, 110, 6, 4
WITH_LEGEND = 560  # so much room for words leaves some for the legend
FULL = 0.98  # this share of the numbers is within the colours' range
Key = Qt.Key


class SumStrips(KeyboardCanvas):
    """Each number of the third strip is the sum, or the product, of the two above it.

    Signals:
        number_asked: ((int, int), QPoint) strip and number that was clicked, or on which ? or
            Enter was pressed, and where it is.

    Args:
        name: Its `objectName`.
        spoken: What it is, for a screen reader.
        sign: One of `SIGNS`.
        hint: What to do to see something here.
    """

    number_asked = Signal(object, QPoint)

    def __init__(
        self,
        name: str = "sumStrips",
        spoken: str = "Token plus position is the input, number by number",
        sign: str = "+",
        hint: str = HINT,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._sign, self._about, self._usual_hint = sign, ABOUT.format(SIGNS[sign]), hint
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._values: NDArray[np.float32] | None = None  # (3, C)
        self._names: tuple[str, ...] = ()
        self._hint = hint
        self._at: tuple[int, int] | None = None
        self._first = 0  # number at the left edge, where not all fit
        self._image = QImage()
        self._area = QRectF()
        self._n_shown, self._limit = 1, 1.0

    def set_data(self, values: NDArray[np.float32], names: tuple[str, str, str]) -> None:
        """Show numbers and what becomes of them.

        Args:
            values: (3, C) two rows, and their sum or product.
            names: What stands beside the three strips.

        Raises:
            ValueError: Another shape, or numbers that are not finite.
        """
        values = checked(values, "values", 3, None)
        if values.size == 0:
            raise ValueError("values are empty: use clear()")
        if self._values is None or self._values.shape != values.shape:
            self._at, self._first = None, 0
        self._values, self._names = values, names
        self.refresh()
        self._describe()

    def clear(self, hint: str | None = None) -> None:
        """Show nothing but a sentence that says what to do."""
        self._values, self._at = None, None
        self._hint = self._usual_hint if hint is None else hint
        self.refresh()
        self._describe()

    def sizeHint(self) -> QSize:
        """Three strips and a line of words."""
        return QSize(420, 3 * theme.px(STRIP_PX) + theme.px(LINE) + 4 * GAP)

    def minimumSizeHint(self) -> QSize:
        """As high, and room for a few numbers."""
        return QSize(theme.px(200, 0.5), self.sizeHint().height())

    # --- preparing

    def prepare(self) -> None:
        """Colour as many numbers as there is room for."""
        if self._values is None:
            return
        n = self._values.shape[1]
        metrics = QFontMetricsF(theme.font(theme.SMALL))
        widest = max(map(metrics.horizontalAdvance, self._names))
        left = EDGE + min(widest + 2, theme.px(LABEL_PX), self.width() / 3) + GAP
        room = max(self.width() - left - EDGE - 2, 1.0)
        self._n_shown = min(n, max(int(room // LEAST_PX), 1))
        self._first = min(self._first, n - self._n_shown)
        wide = min(room / self._n_shown, theme.px(MOST_PX))
        high = (self.height() - theme.px(LINE) - 2 * EDGE - 2 * GAP) / 3
        high = max(min(high, theme.px(TALLEST)), 1.0)
        self._area = QRectF(left, EDGE, wide * self._n_shown, 3 * high + 2 * GAP)
        shown = self._values[:, self._first : self._first + self._n_shown]
        self._limit = float(np.quantile(np.abs(self._values), FULL))
        self._image = picture(theme.active().signed_pixels(shown, self._limit))

    def _strip(self, part: int) -> QRectF:
        high = (self._area.height() - 2 * GAP) / 3
        y = self._area.y() + part * (high + GAP)
        return QRectF(self._area.x(), y, self._area.width(), high)

    def _cell(self, part: int, place: int) -> QRectF:
        strip = self._strip(part)
        wide = strip.width() / self._n_shown
        return QRectF(strip.x() + (place - self._first) * wide, strip.y(), wide, strip.height())

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strips, what they are, and the addition one points at."""
        painter = QPainter(self)
        if self._values is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        for part, name in enumerate(self._names):
            strip = self._strip(part)
            source = QRectF(0, part, self._image.width(), 1)
            painter.drawImage(strip, self._image, source)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(look.border))
            painter.drawRect(strip)
            room = QRectF(EDGE, strip.y(), strip.x() - EDGE - GAP, strip.height())
            draw_token(painter, room, name, QColor(look.text), Qt.AlignmentFlag.AlignRight)
        if self._at is not None:
            for part in range(3):
                painter.setPen(QPen(QColor(look.accent), 2.5 if part == self._at[0] else 1.5))
                painter.drawRect(self._cell(part, self._at[1]).adjusted(-1, -1, 1, 1))
        self._draw_words(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_words(self, painter: QPainter) -> None:
        assert self._values is not None
        look, said, n = theme.active(), self.said(), self._values.shape[1]
        top = self._area.bottom() + GAP
        room = QRectF(self._area.x(), top, self.width() - self._area.x() - EDGE, theme.px(LINE))
        legend = LEGEND + 2 * theme.px(54)
        if room.width() > theme.px(WITH_LEGEND):
            room.setWidth(room.width() - legend - theme.BETWEEN)
            draw_signed_legend(painter, self.width() - EDGE - legend / 2, top + 3, self._limit)
            painter.setFont(theme.font(theme.SMALL))
        last = self._first + self._n_shown
        part = f"  Numbers {self._first + 1} to {last} of {n:,}." if self._n_shown < n else ""
        painter.setPen(QColor(look.text if said else look.muted))
        told = (said + part,) if said else (self._about + part, CLICK)
        words = fitted(told, painter.font(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def said(self) -> str:
        """The sum or product that one points at."""
        if self._values is None or self._at is None:
            return ""
        place = self._at[1]
        first, second, total = (
            f"{part:.3f}".replace("-", MINUS) for part in self._values[:, place].tolist()
        )
        return f"Number {place + 1}: {first} {self._sign} {second} = {total}."

    def _describe(self) -> None:
        self.setAccessibleDescription(self.said() or (self._about if self._names else self._hint))

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Point at the number at a point, if there is one."""
        self._point_at(self.number_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number."""
        at = self.number_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self._point_at(at)
            self.number_asked.emit(at, event.position().toPoint())

    def number_at(self, point: QPointF) -> tuple[int, int] | None:
        """Strip and number at a point."""
        for part in range(3) if self._values is not None else ():
            strip = self._strip(part)
            if strip.contains(point):
                place = int((point.x() - strip.x()) / strip.width() * self._n_shown)
                return part, self._first + min(place, self._n_shown - 1)
        return None

    def _point_at(self, at: tuple[int, int] | None) -> None:
        if at != self._at:
            self._at = at
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if at is None else shape.PointingHandCursor)
            self._describe()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk over the numbers; Enter or ? asks, Escape lets go."""
        if self._values is None:
            super().keyPressEvent(event)
            return
        last = self._values.shape[1] - 1
        part, place = self._at or (0, self._first)
        moves = {
            Key.Key_Left: (part, place - 1),
            Key.Key_Right: (part, place + 1),
            Key.Key_Up: (part - 1, place),
            Key.Key_Down: (part + 1, place),
            Key.Key_Home: (part, 0),
            Key.Key_End: (part, last),
        }
        key = Key(event.key())
        if key in moves:
            part, place = moves[key] if self._at is not None else (part, place)
            self._show((min(max(part, 0), 2), min(max(place, 0), last)))
        elif self._at is not None and asks(event):
            self.number_asked.emit(self._at, self._cell(*self._at).center().toPoint())
        elif key == Key.Key_Escape and self._at is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def _show(self, at: tuple[int, int]) -> None:
        """Point at a number; where not all fit, move the strips so that it is seen."""
        first = min(max(self._first, at[1] - self._n_shown + 1), at[1])
        if first != self._first:
            self._first = first
            self.prepare()
        self._point_at(at)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's cursor goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._point_at(None)
