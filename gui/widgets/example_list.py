"""Texts in which something stands out at one token: that one above the others, in a column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import LINE_END, draw_hint
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row
from gui.widgets.share_rows import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

N_ROWS, ROW, LEAST_ROW = 8, 28, 18
GAP = 8
BEFORE = 0.58  # of the room for words lies before the token's middle
HINT = "Its strongest examples stand here when they are found."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter
Key = Qt.Key


@dataclass(frozen=True)
class ExampleRow:
    """One text.

    Attributes:
        before: What stands before the token.
        token: The token.
        after: What stands behind it.
        value: The number that makes it an example.
        exact: All there is to say about it.
    """

    before: str
    token: str
    after: str
    value: float
    exact: str = ""


class ExampleList(RowCanvas):
    """Rows of texts around one token, strongest first.

    Signals:
        example_chosen: (int) a row that was double clicked, or on which Enter was pressed.
        number_asked: (int, QPoint) a row whose number was clicked, and where.
    """

    example_chosen = Signal(int)
    number_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exampleList")
        self.setAccessibleName("Texts in which the neuron fires most")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[ExampleRow, ...] = ()
        self._hint, self._at = HINT, 0
        self._describe()
        self._fit()
        theme.sizes.changed.connect(self._fit)

    @property
    def rows(self) -> tuple[ExampleRow, ...]:
        """What is shown."""
        return self._rows

    def set_data(self, rows: Sequence[ExampleRow]) -> None:
        """Show examples.

        Raises:
            ValueError: A number is none.
        """
        if not all(math.isfinite(row.value) for row in rows):
            raise ValueError("an example has no number")
        self._rows = tuple(rows[:N_ROWS])
        self._at = min(self._at, max(len(self._rows) - 1, 0))
        self.hover(None)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint, self._at = (), hint, 0
        self._describe()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(420), N_ROWS * theme.px(ROW))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(200, 0.6), N_ROWS * theme.px(LEAST_ROW, 0.7))

    def _fit(self) -> None:
        """No higher than its rows."""
        self.setMaximumHeight(self.sizeHint().height())

    def exact(self, row: int) -> str:
        """All there is to say about a row."""
        return self._rows[row].exact

    def _describe(self) -> None:
        said = self._hint
        if self._rows:
            row = self._rows[self._at]
            said = f"{row.before}[{row.token}]{row.after}: {plain(row.value)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def _rect(self, row: int) -> QRectF:
        step = min(max(self.height() / N_ROWS, 1.0), theme.px(ROW))
        return QRectF(0, row * step, self.width(), step)

    def _number_rect(self, row: int) -> QRectF:
        rect = self._rect(row)
        wide = QFontMetricsF(theme.mono()).horizontalAdvance("000.000") + GAP
        return QRectF(rect.right() - wide, rect.y(), wide, rect.height())

    def row_at(self, at: QPointF) -> int | None:
        """The row at a point."""
        return next((n for n in range(len(self._rows)) if self._rect(n).contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(self._rows)):
            self._draw_row(painter, row, self._rect(row))
        if self.shows_focus:
            ring_row(painter, self._rect(self._at) if self._rows else QRectF(self.rect()))

    def _draw_row(self, painter: QPainter, row: int, rect: QRectF) -> None:
        look, one, number = theme.active(), self._rows[row], self._number_rect(row)
        if row == self._hovered:
            fill_row(painter, rect)
        painter.setFont(theme.font(bold=True))
        token = one.token.replace("\n", LINE_END)
        most = (number.x() - GAP) * 0.4
        metrics = QFontMetricsF(painter.font())
        token = metrics.elidedText(token, Qt.TextElideMode.ElideRight, most)
        wide = metrics.horizontalAdvance(token) + 6
        x = (number.x() - GAP) * BEFORE - wide / 2
        chip = QRectF(x, rect.y() + 2, wide, rect.height() - 4)
        largest = max(each.value for each in self._rows)
        share = one.value / largest if largest > 0 else 0.0
        fill = look.signed_color(0.25 + 0.5 * max(share, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(look.readable_on(fill))
        painter.drawText(chip, MIDDLE, token)
        painter.setFont(theme.font())
        painter.setPen(QColor(look.text))
        metrics = QFontMetricsF(painter.font())
        before = one.before.replace("\n", LINE_END)
        room = QRectF(GAP, rect.y(), chip.left() - 2 - GAP, rect.height())
        text = metrics.elidedText(before, Qt.TextElideMode.ElideLeft, max(room.width(), 0.0))
        painter.drawText(room, RIGHT, text)
        after = one.after.replace("\n", LINE_END)
        room = QRectF(chip.right() + 2, rect.y(), number.x() - GAP - chip.right(), rect.height())
        text = metrics.elidedText(after, Qt.TextElideMode.ElideRight, max(room.width(), 0.0))
        painter.drawText(room, LEFT, text)
        painter.setFont(theme.mono())
        painter.drawText(number.adjusted(0, 0, -2, 0), RIGHT, plain(one.value))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._go_to(row)
        if self._number_rect(row).contains(event.position()):
            self.number_asked.emit(row, event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a text."""
        row = self.row_at(event.position())
        is_text = row is not None and not self._number_rect(row).contains(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and is_text:
            self.example_chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk, Enter takes the text, ? asks."""
        key, last = Key(event.key()), len(self._rows) - 1
        moves = {Key.Key_Up: self._at - 1, Key.Key_Down: self._at + 1}
        moves |= {Key.Key_Home: 0, Key.Key_End: last}
        if last < 0:
            super().keyPressEvent(event)
        elif key in moves:
            self._go_to(min(max(moves[key], 0), last))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.example_chosen.emit(self._at)
        elif event.text() == "?":
            self.number_asked.emit(self._at, self._number_rect(self._at).center().toPoint())
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._at = row
        self._describe()
        self.update()


def plain(value: float) -> str:
    """Three decimals, and no sign above zero."""
    return signed(value).lstrip("+")
