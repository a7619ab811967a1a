"""Words that could stand in the place of another, and how much each moves what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import draw_hint, draw_token, elided
from gui.widgets.prediction_rows import percent
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROWS = 12  # that have room
ROW_PX = (16, 24)  # lowest and highest row
HEAD_PX = 20
LEAST_PX = 130  # for a word and the one that comes next; else the word alone
GAP = theme.INSIDE
ORIGIN, MOVED, BITS = range(3)  # columns of numbers
HEADS = ("Why offered", "Moved", "Bits")
HINT = "Double-click a token above: what could stand there, and what it would do, is listed here."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True)
class SwapRow:
    """One replacement.

    Attributes:
        label: For the eye.
        origin: Who offers it, with the number that it is offered for.
        moved: Share of the next token's probability that moves; None while it is worked out.
        bits: How much more surprised one is who does not know of it; likewise.
        next_label: What comes next likeliest then; "" likewise.
        exact: Everything about it, for the tooltip.
        is_first: Whether it is the first of those that are offered for the same reason.
    """

    label: str
    origin: str
    moved: float | None
    bits: float | None
    next_label: str
    exact: str
    is_first: bool = False


class SwapList(RowCanvas):
    """A click on a word takes it, a click on a number asks how it came about.

    Signals:
        swap_chosen: (int) the row whose word is to stand in the text.
        swap_pointed: (int) the row under the mouse or the keyboard.
        number_asked: ((int, int), QPoint) row, and column (`ORIGIN`, `MOVED`, `BITS`), and where.
    """

    swap_chosen = Signal(int)
    swap_pointed = Signal(int)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("swapList")
        self.setAccessibleName("Replacements of the token, and what each does to the next word")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[SwapRow, ...] = ()
        self._hint = HINT
        self._at = 0  # row that the keyboard is on
        self._marked: int | None = None
        self.prepare()

    def set_data(self, rows: Sequence[SwapRow]) -> None:
        """Show these; more of their numbers may come later.

        Raises:
            ValueError: A share is not from 0 to 1.
        """
        for row in rows:
            if row.moved is not None and not 0 <= row.moved <= 1:
                raise ValueError(f"{row.moved} of the probability cannot have moved")
        self._rows = tuple(rows)
        self._at = min(self._at, max(len(rows) - 1, 0))
        self._describe()
        self.refresh()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint, self._marked = (), hint, None
        self._describe()
        self.refresh()
        self.hover(None)

    def set_marked(self, row: int | None) -> None:
        """Mark the row whose effect is shown beside."""
        if row != self._marked:
            self._marked = row
            self.update()

    @property
    def rows(self) -> tuple[SwapRow, ...]:
        """What is shown."""
        return self._rows

    def _describe(self) -> None:
        said = self._rows[self._at].exact.replace("\n", "; ") if self._rows else self._hint
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """Some rows; a card whose caption wraps takes this for the least height."""
        return QSize(theme.px(430), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Rows close together."""
        return QSize(theme.px(300, 0.6), theme.px(HEAD_PX) + ROWS * theme.px(ROW_PX[0]))

    def prepare(self) -> None:
        """Divide the room into columns."""
        room = (self.height() - theme.px(HEAD_PX)) / ROWS
        self._row_height = float(min(max(room, theme.px(ROW_PX[0], 0.8)), theme.px(ROW_PX[1])))
        digits = QFontMetricsF(theme.mono()).horizontalAdvance
        words = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
        wide = (words("guess >99.9%") + 4, digits(">99.9%") + 4, digits("10.00") + 4)
        right = float(self.width() - GAP)
        self._columns: list[QRectF] = []
        for width in reversed(wide):
            self._columns.insert(0, QRectF(right - width, 0, width, self._row_height))
            right -= width + GAP
        room = max(right - GAP, 1.0)
        wide_label = 0.52 * room if room >= theme.px(LEAST_PX) else room
        self._label = QRectF(GAP, 0, wide_label, self._row_height)
        self._next = QRectF(GAP + wide_label + 4, 0, room - wide_label - 4, self._row_height)

    def _row_rect(self, row: int) -> QRectF:
        y = theme.px(HEAD_PX) + row * self._row_height
        return QRectF(0, y, self.width(), self._row_height)

    def _cell(self, row: int, column: int) -> QRectF:
        return self._columns[column].translated(0, self._row_rect(row).y())

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point of the widget."""
        row = int((at.y() - theme.px(HEAD_PX)) // self._row_height)
        inside = QRectF(self.rect()).contains(at) and 0 <= row < len(self._rows)
        return row if inside else None

    def exact(self, row: int) -> str:
        """All numbers of a row."""
        return self._rows[row].exact

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                ring_row(painter, QRectF(self.rect()))
            return
        self._paint_head(painter)
        for row in range(len(self._rows)):
            self._paint_row(painter, row)
        if self._marked is not None and self._marked < len(self._rows):
            ring_row(painter, self._row_rect(self._marked))
        if self.shows_focus:
            ring_row(painter, self._row_rect(self._at))

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().muted))
        high = theme.px(HEAD_PX) - 4
        painter.drawText(QRectF(self._label.x(), 0, self._label.width(), high), LEFT, "Instead")
        if self._next.width() > 0:
            painter.drawText(QRectF(self._next.x(), 0, self._next.width(), high), LEFT, "Next")
        for name, column in zip(HEADS, self._columns, strict=True):
            text = elided(name, painter.font(), column.width())
            painter.drawText(QRectF(column.x(), 0, column.width(), high), RIGHT, text)

    def _paint_row(self, painter: QPainter, at: int) -> None:
        look, row, rect = theme.active(), self._rows[at], self._row_rect(at)
        text, muted = QColor(look.text), QColor(look.muted)
        if at == self._hovered:
            fill_row(painter, rect)
        if row.is_first and at:
            painter.setPen(QPen(QColor(look.border), 1))
            painter.drawLine(rect.topLeft() + QPointF(GAP, 0), rect.topRight() - QPointF(GAP, 0))
        if row.moved is not None:
            column = self._cell(at, MOVED)
            fill = look.probability_color(0.6)
            fill.setAlphaF(0.3)
            long, high = column.width() * row.moved, rect.height() * 0.7
            bar = QRectF(column.right() - long, rect.center().y() - high / 2, long, high)
            painter.fillRect(bar, fill)
        painter.setFont(theme.font(theme.BODY if rect.height() >= theme.px(18) else theme.SMALL))
        draw_token(painter, self._label.translated(0, rect.y()), row.label, text)
        if self._next.width() > 0:
            draw_token(painter, self._next.translated(0, rect.y()), row.next_label, muted)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(muted)
        column = self._cell(at, ORIGIN)
        painter.drawText(column, RIGHT, elided(row.origin, painter.font(), column.width()))
        painter.setFont(theme.mono())
        painter.setPen(text)
        numbers = (
            "" if row.moved is None else percent(row.moved),
            "" if row.bits is None else f"{row.bits:.2f}",
        )
        for number, at_column in zip(numbers, (MOVED, BITS), strict=True):
            painter.drawText(self._cell(at, at_column).adjusted(0, 0, -2, 0), RIGHT, number)

    # --- mouse and keyboard

    def hover(self, row: int | None) -> None:
        """Stress a row, and show its effect elsewhere."""
        if row != self._hovered:
            super().hover(row)
            if row is not None:
                self.swap_pointed.emit(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a word, or ask for a number."""
        super().mousePressEvent(event)
        row = self.row_at(event.position())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._at = row
        columns = (c for c in range(3) if self._cell(row, c).contains(event.position()))
        column = next(columns, None)
        if column is None:
            self.swap_chosen.emit(row)
        elif column == ORIGIN or self._rows[row].moved is not None:
            self.number_asked.emit((row, column), event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End walk over the rows, Enter takes a word, ? explains."""
        key, last = Key(event.key()), len(self._rows) - 1
        moves = {
            Key.Key_Up: self._at - 1,
            Key.Key_Down: self._at + 1,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        if key in moves and last >= 0:
            self._at = min(max(moves[key], 0), last)
            self._describe()
            self.swap_pointed.emit(self._at)
            self.update()
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and last >= 0:
            self.swap_chosen.emit(self._at)
        elif event.text() == "?" and last >= 0 and self._rows[self._at].moved is not None:
            where = self._cell(self._at, MOVED).center().toPoint()
            self.number_asked.emit((self._at, MOVED), where)
        else:
            super().keyPressEvent(event)
