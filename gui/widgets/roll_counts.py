"""How often each token was rolled, against how often it should be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import draw_hint, draw_token
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "Roll a hundred times, and the counts grow here."
MOST_ROWS = 9
AXIS_PX = 16
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True)
class CountRow:
    """One token, or all others.

    Attributes:
        label: For the eye.
        token: Its id; None for the others.
        count: How often it was rolled.
        expected: How often it is rolled on average.
        spread: The usual distance from that.
    """

    label: str
    token: int | None
    count: int
    expected: float
    spread: float


class RollCounts(RowCanvas):
    """Filled bars are counts; an upright mark is what is expected, its line the usual distance.

    Signals:
        number_asked: (int, QPoint) the row that was clicked, or on which ? was pressed, and where.
    """

    number_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rollCounts")
        self.setAccessibleName("How often each token was rolled")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[CountRow, ...] = ()
        self._n = 0
        self._hint = HINT
        self._current = 0

    @property
    def rows(self) -> tuple[CountRow, ...]:
        """What is shown."""
        return self._rows

    def set_data(self, rows: Sequence[CountRow]) -> None:
        """Show counts.

        Args:
            rows: At most `MOST_ROWS`; together all rolls.

        Raises:
            ValueError: A count is negative, or there are too many rows.
        """
        bad = [row for row in rows if row.count < 0 or not 0 <= row.expected < math.inf]
        if bad or len(rows) > MOST_ROWS:
            raise ValueError(f"no counts: {bad or len(rows)}")
        self._rows = tuple(rows)
        self._n = sum(row.count for row in rows)
        self._current = min(self._current, max(len(rows) - 1, 0))
        self._describe()
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._hint = hint
        self.set_data(())

    def sizeHint(self) -> QSize:
        """No more than that: in a card, whose caption wraps, a layout takes it for the least."""
        return QSize(320, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(200, 0.6), theme.px(AXIS_PX) + MOST_ROWS * theme.px(14, 0.6))

    # --- where things are

    def _row_rect(self, row: int) -> QRectF:
        room = (self.height() - theme.px(AXIS_PX)) / MOST_ROWS
        high = min(max(room, theme.px(14, 0.6)), theme.px(24))
        return QRectF(0, theme.px(AXIS_PX) + row * high, self.width(), high)

    def _bar(self) -> tuple[float, float]:
        """Left edge and width of the longest possible bar."""
        left = min(max(0.28 * self.width(), theme.px(60)), theme.px(120)) + theme.INSIDE
        number = QFontMetricsF(theme.mono()).horizontalAdvance("10,000 (10,000.0)")
        return left, max(self.width() - left - number - theme.INSIDE, 1.0)

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point."""
        for row in range(len(self._rows)):
            if self._row_rect(row).contains(at):
                return row
        return None

    def exact(self, row: int) -> str:
        """Every number of a row."""
        one = self._rows[row]
        return (
            f"{one.label}: {one.count:,} of {self._n:,} rolls\n"
            f"Expected: {one.expected:,.2f}, give or take {one.spread:,.2f}"
        )

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows or not self._n:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        look = theme.active()
        left, width = self._bar()
        most = max(max(row.count, row.expected + row.spread) for row in self._rows)
        scale = width / max(most, 1e-9)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        head = QRectF(left, 0, self.width() - left - 2, theme.px(AXIS_PX))
        painter.drawText(head, RIGHT, "rolled (expected)")
        if self._hovered is not None and self._hovered < len(self._rows):
            fill_row(painter, self._row_rect(self._hovered))
        for index, row in enumerate(self._rows):
            rect = self._row_rect(index)
            name = QRectF(4, rect.y(), left - theme.INSIDE - 4, rect.height())
            painter.setFont(theme.font(theme.SMALL))
            is_word = row.token is not None
            draw_token(painter, name, row.label, QColor(look.text if is_word else look.muted))
            slim = rect.height() * 0.5
            y = rect.center().y()
            bar = QRectF(left, y - slim / 2, row.count * scale, slim)
            painter.fillRect(bar, look.probability_color(0.6))
            self._paint_expected(painter, row, left, scale, y, slim)
            painter.setFont(theme.mono())
            painter.setPen(QColor(look.text))
            painter.drawText(
                rect.adjusted(0, 0, -2, 0), RIGHT, f"{row.count:,} ({row.expected:,.1f})"
            )
        if self.shows_focus:
            ring_row(painter, self._row_rect(self._current))

    def _paint_expected(
        self,
        painter: QPainter,
        row: CountRow,
        left: float,
        scale: float,
        y: float,
        slim: float,
    ) -> None:
        ink = QColor(theme.active().text)
        x = left + row.expected * scale
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(x, y - slim * 0.8), QPointF(x, y + slim * 0.8))
        painter.setPen(QPen(ink, 1))
        near, far = (max(row.expected + side * row.spread, 0.0) for side in (-1, 1))
        painter.drawLine(QPointF(left + near * scale, y), QPointF(left + far * scale, y))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask how a row's expectation is computed."""
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and self._n:
            self._current = row
            self.number_asked.emit(row, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End walk; ? or Enter asks."""
        last = len(self._rows) - 1
        moves = {
            Key.Key_Up: self._current - 1,
            Key.Key_Down: self._current + 1,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        asks = event.text() == "?" or event.key() in (Key.Key_Return, Key.Key_Enter)
        if last >= 0 and event.key() in moves:
            self._current = min(max(moves[Key(event.key())], 0), last)
            self._describe()
            self.update()
        elif last >= 0 and self._n and asks:
            where = self._row_rect(self._current).center().toPoint()
            self.number_asked.emit(self._current, where)
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        said = self._hint
        if self._rows and self._n:
            said = self.exact(self._current)
        self.setAccessibleDescription(said)
