"""The answers to an analogy as bars: the words nearest to the sum, each with its cosine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import draw_hint, draw_token
from gui.widgets.pixel_painting import MINUS
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROWS = 10
ROW_PX = (16, 32)  # lowest and highest row
GAP = theme.INSIDE
HINT = "Type three words above: the answers appear here."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True)
class AnswerRow:
    """One answer.

    Attributes:
        id: Of the token.
        label: For the eye.
        cosine: Of its angle to the sum, from -1 to 1.
        is_own: Whether it is one of the question's own words.
    """

    id: int
    label: str
    cosine: float
    is_own: bool


class AnalogyAnswers(RowCanvas):
    """One row an answer; a click on the word stresses it, one on the number explains it.

    Signals:
        word_hovered: (int | None) id of the word under the mouse or the keyboard, if any.
        number_asked: (int, QPoint) the row whose cosine was asked for, and where it is.
    """

    word_hovered = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("analogyAnswers")
        self.setAccessibleName("Answers, nearest first")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[AnswerRow, ...] = ()
        self._hint = HINT
        self._current = 0
        self._stressed: int | None = None  # id of a word that is stressed elsewhere
        self._asked: int | None = None  # the row whose number is under the mouse
        self.prepare()

    # --- data

    @property
    def rows(self) -> tuple[AnswerRow, ...]:
        """What is shown."""
        return self._rows

    def set_data(self, rows: Sequence[AnswerRow]) -> None:
        """Show answers, best first.

        Raises:
            ValueError: A cosine is no number from -1 to 1.
        """
        if any(not abs(row.cosine) <= 1 + 1e-9 for row in rows):
            raise ValueError("a cosine is not between -1 and 1")
        self._rows = tuple(rows[:ROWS])
        self._current = 0
        self.hover(None)
        self._ask_at(None)
        self._describe()
        self.update()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._hint = hint
        self.set_data(())

    def stress(self, token_id: int | None) -> None:
        """Stress a word that is stressed elsewhere."""
        if token_id != self._stressed:
            self._stressed = token_id
            self.update()

    def exact(self, row: int) -> str:
        """All digits, and what the number means."""
        one = self._rows[row]
        own = "\nIt is one of the question's own words." if one.is_own else ""
        return f"{one.label}: cosine {_signed(one.cosine, 6)}\n1 would be the same direction.{own}"

    def _describe(self) -> None:
        said = self._hint
        if self._rows:
            row = self._rows[self._current]
            said = f"{self._current + 1}: {row.label}, cosine {_signed(row.cosine, 3)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(260), ROWS * theme.px(26))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(200, 0.8), ROWS * theme.px(ROW_PX[0], 0.6))

    def prepare(self) -> None:
        """Divide the room into columns; they depend on the room alone."""
        low, high = theme.px(ROW_PX[0], 0.6), theme.px(ROW_PX[1])
        self._row_height = float(np.clip(self.height() / ROWS, low, high))
        self._size_px = theme.BODY if self._row_height >= theme.px(18) else theme.SMALL
        digits = QFontMetricsF(theme.mono()).horizontalAdvance
        self._label_x = 2 * GAP + digits("10")
        self._number_x = self.width() - digits(f"{MINUS}0.000") - GAP
        self._label_width = max((self._number_x - self._label_x) * 0.55, 1.0)
        self._bar_x = self._label_x + self._label_width + GAP
        self._bar_width = max(self._number_x - self._bar_x - GAP, 1.0)

    def _row_rect(self, row: int) -> QRectF:
        return QRectF(0, row * self._row_height, self.width(), self._row_height)

    def row_at(self, at: QPointF) -> int | None:
        """The answer under a point of the widget."""
        row = math.floor(at.y() / self._row_height)
        return row if QRectF(self.rect()).contains(at) and 0 <= row < len(self._rows) else None

    def _number_at(self, at: QPointF) -> int | None:
        return self.row_at(at) if at.x() >= self._number_x else None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        for index, row in enumerate(self._rows):
            rect = self._row_rect(index)
            if index == self._hovered or row.id == self._stressed:
                fill_row(painter, rect)
            self._paint_row(painter, index, row, rect)
        if self.shows_focus:
            ring_row(painter, self._row_rect(self._current))

    def _paint_row(self, painter: QPainter, index: int, row: AnswerRow, rect: QRectF) -> None:
        look = theme.active()
        muted, text = QColor(look.muted), QColor(look.text)
        painter.setFont(theme.mono())
        painter.setPen(muted)
        painter.drawText(
            QRectF(0, rect.y(), self._label_x - GAP, rect.height()), RIGHT, str(index + 1)
        )
        painter.setFont(theme.font(self._size_px, bold=index == 0))
        place = QRectF(self._label_x, rect.y(), self._label_width, rect.height())
        draw_token(painter, place, row.label, muted if row.is_own else text)
        slim = rect.height() * 0.4
        bar = QRectF(self._bar_x, rect.center().y() - slim / 2, self._bar_width, slim)
        painter.fillRect(bar, QColor(look.raised))
        bar.setWidth(self._bar_width * min(abs(row.cosine), 1))
        painter.fillRect(bar, look.signed_color(math.copysign(0.6, row.cosine)))
        number = theme.mono()
        number.setUnderline(index == self._asked)
        painter.setFont(number)
        painter.setPen(text)
        painter.drawText(rect.adjusted(0, 0, -GAP, 0), RIGHT, _signed(row.cosine, 3))

    # --- mouse and keyboard

    def hover(self, row: int | None) -> None:
        """Stress a row, here and elsewhere."""
        before = self._hovered
        super().hover(row)
        if row != before:
            self.word_hovered.emit(None if row is None else self._rows[row].id)

    def hover_at(self, point: QPointF) -> None:
        """Stress the row at a point, and its number if that is under it."""
        super().hover_at(point)
        self._ask_at(self._number_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self._ask_at(None)

    def _ask_at(self, row: int | None) -> None:
        if row != self._asked:
            self._asked = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number, or go to a word."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._go_to(row)
        if self._number_at(event.position()) is not None:
            self.number_asked.emit(row, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, ? asks how the number is computed."""
        last = len(self._rows) - 1
        steps = {Key.Key_Up: self._current - 1, Key.Key_Down: self._current + 1}
        steps |= {Key.Key_Home: 0, Key.Key_End: last}
        key = Key(event.key())
        if self._rows and key in steps:
            self._go_to(min(max(steps[key], 0), last))
        elif self._rows and event.text() == "?":
            at = QPointF(self._number_x, self._row_rect(self._current).center().y())
            self.number_asked.emit(self._current, at.toPoint())
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._current = row
        self.word_hovered.emit(self._rows[row].id)
        self._describe()
        self.update()


def _signed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", MINUS)
