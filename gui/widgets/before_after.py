"""The next token's probabilities before and after, row by row, with the difference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.painting import draw_hint, draw_token, elided
from gui.widgets.pixel_painting import MINUS
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row
from gui.widgets.shift_lines import Line, lines_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from core.trace import Shifts

ROWS = 9  # eight tokens and the others: room is kept for them, so that no row changes its place
ROW_PX = (14, 26)  # lowest and highest row
HEAD_PX = 20
GAP = theme.INSIDE
ARROW_PX = 4
NAMES = ("Before", "After", "Change")
NO_TOKEN = "no such token in its vocabulary"
HINT = "Change something, and what the model says is compared with what it said before."
WIDEST = (">99.99%", ">99.99%", f"  {MINUS}100.00")  # what a column may have to hold
TIGHTEST = (">99.99", ">99.99", f"{MINUS}100.00")  # where it says percent above, and no arrow
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class BeforeAfter(RowCanvas):
    """One row a token: its bar, pale before and filled after, both probabilities, the difference.

    Signals:
        number_asked: (int, QPoint) the row whose numbers were asked for, and where it is; the one
            after the last token stands for all others.
        bars_changed: there are bars now, or no more, as there is no room for them.

    Args:
        name: Its `objectName`.
        purpose: Its `accessibleName`.
        names: Of the three columns.
        parent: Qt's.
    """

    number_asked = Signal(int, QPoint)
    bars_changed = Signal()

    def __init__(
        self,
        name: str = "beforeAfter",
        purpose: str = "The next token's probabilities before and after",
        names: tuple[str, str, str] = NAMES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._names = names
        self._hint = HINT
        self._lines: list[Line] = []
        self._current = 0
        self._is_tight = False  # so narrow that percent signs and arrows are left out
        self._bar = QRectF()
        self._describe()
        self.prepare()

    def set_data(self, shifts: Shifts) -> None:
        """Show a comparison.

        Raises:
            ValueError: A column does not add up to 100%.
        """
        self._lines = lines_of(shifts)
        self._current = min(self._current, len(self._lines) - 1)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._lines, self._hint = [], hint
        self._describe()
        self.refresh()
        self.hover(None)

    def set_names(self, names: tuple[str, str, str]) -> None:
        """Call the columns by other names; for data that comes next."""
        self._names = names

    @property
    def lines(self) -> list[Line]:
        """What is seen."""
        return self._lines

    @property
    def has_bars(self) -> bool:
        """Whether there is room for them."""
        return self._bar.width() > 0

    def _describe(self) -> None:
        """Say the current row to a screen reader."""
        said = self._hint
        if self._lines:
            line = self._lines[self._current]
            numbers = zip(self._names, line.percents, strict=True)
            said = f"{line.label}: {', '.join(f'{name} {number}' for name, number in numbers)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(400), theme.px(HEAD_PX) + ROWS * theme.px(22))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read, without bars."""
        return QSize(theme.px(258), theme.px(HEAD_PX) + ROWS * theme.px(ROW_PX[0]))

    def prepare(self) -> None:
        """Divide the room into columns."""
        had_bars = self.has_bars
        least, most = (theme.px(size) for size in ROW_PX)
        head = theme.px(HEAD_PX)
        self._row_height = min(max((self.height() - head) / ROWS, least), most)
        self._is_tight = False
        room = self._divide()
        words = QFontMetricsF(theme.font(theme.BODY)).horizontalAdvance
        needed = max((words(line.label) for line in self._lines), default=0.0) + 4
        if room < needed and self._lines:  # a table so narrow does without signs that say no more
            self._is_tight = True
            room = self._divide()
        usual = min(max(0.4 * room, theme.px(56)), theme.px(150))
        self._label_width = min(max(usual, min(needed, theme.px(150))), room)
        bar = room - self._label_width - GAP
        if bar < theme.px(48):  # too short to be read: the words get its room
            self._label_width, bar = room, 0.0
        self._bar = QRectF(2 * GAP + self._label_width, 0, bar, 1)
        highest = max((max(line.exact) for line in self._lines), default=1.0)
        self._scale = next((s for s in (0.1, 0.2, 0.4, 0.6, 0.8) if s >= highest), 1.0)
        if self.has_bars != had_bars:
            self.bars_changed.emit()

    def _divide(self) -> float:
        """Give the numbers their columns; returns what is left of the width."""
        digits = QFontMetricsF(theme.mono()).horizontalAdvance
        heads = [QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance(n) for n in self._names]
        widest = TIGHTEST if self._is_tight else WIDEST
        wide = [max(digits(text), name) for text, name in zip(widest, heads, strict=True)]
        right, gap = float(self.width() - GAP), (GAP if self._is_tight else 1.5 * GAP)
        self._columns: list[QRectF] = []
        for width in reversed(wide):
            self._columns.insert(0, QRectF(right - width, 0, width, self._row_height))
            right -= width + gap
        return max(right - GAP, 1.0)

    def _row_rect(self, row: int) -> QRectF:
        y = theme.px(HEAD_PX) + row * self._row_height
        return QRectF(0, y, self.width(), self._row_height)

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point of the widget."""
        row = math.floor((at.y() - theme.px(HEAD_PX)) / self._row_height)
        inside = QRectF(self.rect()).contains(at) and 0 <= row < len(self._lines)
        return row if inside else None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what `prepare` laid out."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._lines:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                ring_row(painter, QRectF(self.rect()))
            return
        if self._hovered is not None:
            fill_row(painter, self._row_rect(self._hovered))
        self._paint_head(painter)
        for row, line in enumerate(self._lines):
            self._paint_row(painter, self._row_rect(row), line)
        if self.shows_focus:
            ring_row(painter, self._row_rect(self._current))

    def _paint_head(self, painter: QPainter) -> None:
        muted = QColor(theme.active().muted)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(muted)
        height = theme.px(HEAD_PX)
        for name, column in zip(self._names, self._columns, strict=True):
            painter.drawText(QRectF(column.x(), 0, column.width(), height - 4), RIGHT, name)
        head = "Token, in %" if self._is_tight else "Token"
        head = elided(head, painter.font(), self._label_width)
        painter.drawText(QRectF(GAP, 0, self._label_width, height - 4), LEFT, head)
        if self._bar.width() > theme.px(60):
            text = f"{100 * self._scale:g}%"
            painter.setFont(theme.mono())
            painter.drawText(QRectF(self._bar.x(), 0, self._bar.width(), height - 4), RIGHT, text)
        painter.setPen(QPen(QColor(theme.active().border), 1))
        painter.drawLine(QPointF(GAP, height - 2.5), QPointF(self.width() - GAP, height - 2.5))

    def _paint_row(self, painter: QPainter, rect: QRectF, line: Line) -> None:
        look = theme.active()
        text, muted = QColor(look.text), QColor(look.muted)
        painter.setFont(theme.font(theme.BODY if rect.height() >= theme.px(18) else theme.SMALL))
        place = QRectF(GAP, rect.y(), self._label_width, rect.height())
        if line.is_word:
            draw_token(painter, place, line.label, text)
        else:
            painter.setPen(muted)
            if QFontMetricsF(painter.font()).horizontalAdvance(line.label) > place.width():
                painter.setFont(theme.font(theme.SMALL))
            painter.drawText(place, LEFT, elided(line.label, painter.font(), place.width()))
        self._paint_bar(painter, rect, line)
        painter.setFont(theme.mono())
        strong = (look.negative[-1], look.muted, look.positive[-1])
        change = line.shown[1] - line.shown[0]
        colors = (muted, text, QColor(strong[(change > 0) - (change < 0) + 1]))
        for number, column, color in zip(line.percents, self._columns, colors, strict=True):
            painter.setPen(color)
            shown = number.rstrip("%") if self._is_tight else number
            painter.drawText(column.translated(0, rect.y()), RIGHT, shown)
        if change and not self._is_tight:
            _paint_arrow(painter, self._columns[2].left() + ARROW_PX, rect.center().y(), change)

    def _paint_bar(self, painter: QPainter, rect: QRectF, line: Line) -> None:
        """Pale and tall what it was, filled and slim what it is."""
        if not self.has_bars:
            return
        fill = theme.active().probability_color(0.6)
        pale = QColor(fill)
        pale.setAlphaF(0.25)
        for share, color, height in ((line.exact[0], pale, 0.72), (line.exact[1], fill, 0.4)):
            long = self._bar.width() * min(share / self._scale, 1.0)
            high = rect.height() * height
            at = QRectF(self._bar.x(), rect.center().y() - high / 2, long, high)
            painter.fillRect(at, color)

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A row's numbers are asked for."""
        super().mousePressEvent(event)
        row = self.row_at(event.position())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go_to(row)
            self.number_asked.emit(row, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End walk over the rows; ? or Enter asks for their numbers."""
        last = len(self._lines) - 1
        steps = {
            Key.Key_Up: self._current - 1,
            Key.Key_Down: self._current + 1,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        if last >= 0 and event.key() in steps:
            self._go_to(min(max(steps[Key(event.key())], 0), last))
        elif last >= 0 and (event.text() == "?" or event.key() in (Key.Key_Return, Key.Key_Enter)):
            where = self._columns[1].translated(0, self._row_rect(self._current).y())
            self.number_asked.emit(self._current, where.center().toPoint())
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._current = row
        self._describe()
        self.update()

    def exact(self, row: int) -> str:
        """Every number of a row."""
        line = self._lines[row]
        before, after = line.exact
        sign = f"{100 * (after - before):+.4f}".replace("-", MINUS)
        said = [
            NO_TOKEN if is_absent else f"{exact:.6%}"
            for exact, is_absent in zip(line.exact, line.absent, strict=True)
        ]
        said.append(f"{sign} percentage points")
        named = zip(self._names, said, strict=True)
        return "\n".join((line.label, *(f"{name}: {what}" for name, what in named)))


def _paint_arrow(painter: QPainter, x: float, y: float, change: int) -> None:
    """Up for more, down for less, in the pen's colour: not the sign alone tells."""
    tip = -0.75 * ARROW_PX if change > 0 else 0.75 * ARROW_PX
    painter.setBrush(painter.pen().color())
    corners = (QPointF(x, y + tip), QPointF(x + ARROW_PX, y - tip), QPointF(x - ARROW_PX, y - tip))
    painter.drawPolygon(QPolygonF(corners))
