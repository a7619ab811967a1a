"""A vector as rows of coloured squares: blue below zero, orange above."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas, asks
from gui.widgets.number_shades import LEGEND_PX, draw_signed_legend
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, elided, picture
from gui.widgets.pixel_painting import number

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

CELL_PX, LEAST_PX, TALLEST_PX = 7, 3, 16  # width of a square at best; height at least and at most
HIGHEST, LOWEST = 176, 64  # all rows together
LINE = 18
FULL = 0.98  # this share of the numbers is within the colours' range
EDGE = 3
HINT = "The numbers of its vector stand here, in colours."
Key = Qt.Key


class VectorStrip(KeyboardCanvas):
    """Read row by row, like text; the number under the mouse is written below.

    Signals:
        number_asked: (int, QPoint) which number of the vector was clicked, or on which ? or Enter
            was pressed, and where it is.
    """

    number_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("vectorStrip")
        self.setAccessibleName("The vector, number by number")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._values: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._at: int | None = None
        self._limit = 1.0
        self._columns = 1
        self._area = QRectF()
        self._image = QImage()

    def set_data(self, values: NDArray[np.float32]) -> None:
        """Show a vector, (C,).

        Raises:
            ValueError: Another shape, empty, or numbers that are not finite.
        """
        values = checked(values, "values", None)
        if not values.size:
            raise ValueError("values is empty: use clear()")
        self._values = values
        self._limit = float(np.quantile(np.abs(values), FULL)) or 1.0
        self._at = None if self._at is None else min(self._at, len(values) - 1)
        self._describe()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._values, self._at = np.zeros(0, dtype=np.float32), None
        self._describe()
        self.refresh()

    @property
    def values(self) -> NDArray[np.float32]:
        """(C,) what is shown."""
        return self._values

    def sizeHint(self) -> QSize:
        """Squares, a line of words and the legend."""
        return QSize(240, 2 * LOWEST + theme.px(LINE) + theme.px(LEGEND_PX) + 2 * EDGE + 6)

    def minimumSizeHint(self) -> QSize:
        """As high at least as thin rows."""
        return QSize(120, LOWEST + theme.px(LINE) + theme.px(LEGEND_PX) + 2 * EDGE + 6)

    # --- preparing

    def prepare(self) -> None:
        """Colour the squares, in as many rows as the width asks for."""
        n = len(self._values)
        if not n:
            return
        wide = max(self.width() - 2 * EDGE, 1)
        rest = theme.px(LINE) + theme.px(LEGEND_PX) + 2 * EDGE + 6
        room = max(min(self.height() - rest, HIGHEST), 1)
        columns = max(int(wide / CELL_PX) // 8 * 8, 8)
        columns = max(columns, math.ceil(n / max(room // LEAST_PX, 1)))  # or the rows are too thin
        self._columns = min(columns, n)
        rows = math.ceil(n / self._columns)
        self._area = QRectF(EDGE, EDGE, wide, rows * min(room / rows, TALLEST_PX))
        padded = np.zeros(rows * self._columns, dtype=np.float32)
        padded[:n] = self._values
        self._image = picture(
            theme.active().signed_pixels(padded.reshape(rows, self._columns), self._limit)
        )

    def _cell(self, at: int) -> QRectF:
        row, column = divmod(at, self._columns)
        wide = self._area.width() / self._columns
        high = self._area.height() / max(self._image.height(), 1)
        return QRectF(self._area.x() + column * wide, self._area.y() + row * high, wide, high)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the squares, the number one points at, and the legend."""
        painter, look = QPainter(self), theme.active()
        if not len(self._values):
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        painter.drawImage(self._area, self._image)
        painter.setPen(QPen(QColor(look.border), 1))
        painter.drawRect(self._area)
        if self._at is not None:
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.drawRect(self._cell(self._at).adjusted(-1, -1, 1, 1))
        line = QRectF(EDGE, self._area.bottom() + 2, self._area.width(), theme.px(LINE))
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted if self._at is None else look.text))
        words = elided(self.said(), painter.font(), line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        draw_signed_legend(painter, line.center().x(), line.bottom() + 3, self._limit)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def said(self) -> str:
        """The number that one points at, or how many there are."""
        n = len(self._values)
        if self._at is None:
            return f"{n:,} numbers: point at one to read it" if n else ""
        return (
            f"Number {self._at + 1} of {n:,}: {number(float(self._values[self._at]), fixed=True)}"
        )

    def _describe(self) -> None:
        self.setAccessibleDescription(self.said())

    # --- mouse and keyboard

    def number_at(self, point: QPointF) -> int | None:
        """Which number is at a point."""
        if not len(self._values) or not self._area.contains(point):
            return None
        cell = self._cell(0)
        row = int((point.y() - self._area.y()) / max(cell.height(), 1e-9))
        column = int((point.x() - self._area.x()) / max(cell.width(), 1e-9))
        at = row * self._columns + min(column, self._columns - 1)
        return at if at < len(self._values) else None

    def hover_at(self, point: QPointF) -> None:
        """Point at the number at a point."""
        self._point_at(self.number_at(point))

    def _point_at(self, at: int | None) -> None:
        if at != self._at:
            self._at = at
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if at is None else shape.PointingHandCursor)
            self._describe()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk over the numbers; Enter or ? asks, Escape lets go."""
        key, last = Key(event.key()), len(self._values) - 1
        here = 0 if self._at is None else self._at
        moves = {
            Key.Key_Left: here - 1,
            Key.Key_Right: here + 1,
            Key.Key_Up: here - self._columns,
            Key.Key_Down: here + self._columns,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        if key in moves and last >= 0:
            self._point_at(0 if self._at is None else min(max(moves[key], 0), last))
        elif self._at is not None and asks(event):
            self.number_asked.emit(self._at, self._cell(self._at).center().toPoint())
        elif key == Key.Key_Escape and self._at is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's cursor goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._point_at(None)
