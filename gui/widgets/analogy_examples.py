"""Analogies that a model solves beside those that it does not, as it answers now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import draw_hint, elided
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

TITLE_PX, ROW_PX, GAP = 26, 38, 16
TICK, CROSS = "✓", "✗"
HINT = "When a model is open, these questions are put to it."
Key = Qt.Key


@dataclass(frozen=True)
class ExampleRow:
    """A question with what came of it.

    Attributes:
        words: a, b, c and what one would expect.
        said: The model's first answer, for the eye.
        is_right: Whether that is what one would expect.
    """

    words: tuple[str, str, str, str]
    said: str
    is_right: bool

    @property
    def question(self) -> str:
        """In the usual short form."""
        a, b, c, _ = self.words
        return f"{a} : {b} = {c} : ?"

    @property
    def tight(self) -> str:
        """The same where there is little room."""
        return self.question.replace(" : ", ":")

    @property
    def verdict(self) -> str:
        """The answer with a tick, or with a cross and what would be right."""
        if self.is_right:
            return f"{TICK} {self.said}"
        return f"{CROSS} {self.said}, not {self.words[3]}"


class AnalogyExamples(RowCanvas):
    """Two columns: solved and not solved; a click puts a question into the fields.

    Signals:
        chosen: (tuple[str, str, str]) the words of an example.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("analogyExamples")
        self.setAccessibleName("Examples that the model solves, and those that it does not")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[ExampleRow, ...] = ()  # the solved ones first
        self._n_right = 0
        self._current = 0
        self._hint = HINT

    def set_data(self, rows: Sequence[ExampleRow]) -> None:
        """Show what came of each question."""
        right = [row for row in rows if row.is_right]
        self._rows = (*right, *(row for row in rows if not row.is_right))
        self._n_right, self._current = len(right), 0
        self._describe()
        self.updateGeometry()
        theme.set_px(self, minimumHeight=TITLE_PX + self._most_lines() * ROW_PX)
        self.hover(None)
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence."""
        self._hint = hint
        self.set_data(())

    def exact(self, row: int) -> str:
        """What a click does."""
        one = self._rows[row]
        return f"{one.question}  {one.verdict}\nClick it to see it in the fields above."

    def _describe(self) -> None:
        said = self._hint
        if self._rows:
            row = self._rows[self._current]
            said = f"{row.question} {'right' if row.is_right else 'wrong'}: {row.verdict[2:]}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(theme.px(420), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """All rows; the frame around scrolls."""
        most = self._most_lines()
        return QSize(theme.px(240), theme.px(TITLE_PX) + most * theme.px(ROW_PX))

    def _most_lines(self) -> int:
        """Of the longer column."""
        return max(self._n_right, len(self._rows) - self._n_right, 2)

    def _place(self, row: int) -> tuple[int, int]:
        """Column and line of a row."""
        return (0, row) if row < self._n_right else (1, row - self._n_right)

    def _row_rect(self, row: int) -> QRectF:
        column, line = self._place(row)
        width = (self.width() - GAP) / 2
        top = theme.px(TITLE_PX) + line * theme.px(ROW_PX)
        return QRectF(column * (width + GAP), top, width, theme.px(ROW_PX))

    def row_at(self, at: QPointF) -> int | None:
        """The example under a point."""
        line = math.floor((at.y() - theme.px(TITLE_PX)) / theme.px(ROW_PX))
        rows = (row for row in range(len(self._rows)) if self._place(row)[1] == line)
        return next((row for row in rows if self._row_rect(row).contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        n_wrong = len(self._rows) - self._n_right
        for column, title in enumerate(
            (f"{self._n_right} that it solves", f"{n_wrong} that it does not")
        ):
            width = (self.width() - GAP) / 2
            room = QRectF(column * (width + GAP) + 8, 0, width - 16, theme.px(TITLE_PX))
            painter.setFont(theme.font(bold=True))
            painter.setPen(QColor(theme.active().text))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)
        for row in range(len(self._rows)):
            self._paint_row(painter, row)

    def _paint_row(self, painter: QPainter, row: int) -> None:
        look, rect, one = theme.active(), self._row_rect(row), self._rows[row]
        if row == self._hovered:
            fill_row(painter, rect)
        if self.shows_focus and row == self._current:
            ring_row(painter, rect)
        room = rect.adjusted(8, 3, -8, -3)
        fits = QFontMetricsF(theme.font()).horizontalAdvance(one.question) <= room.width()
        question = one.question if fits else one.tight
        for font, color, text, where in (
            (theme.font(), look.text, question, Qt.AlignmentFlag.AlignTop),
            (theme.font(theme.SMALL), look.muted, one.verdict, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(font)
            painter.setPen(QColor(color))
            painter.drawText(room, where, elided(text, font, room.width()))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose an example."""
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._current = row
            self._describe()
            self.chosen.emit(self._rows[row].words[:3])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter chooses."""
        key, row, n_right, last = (
            Key(event.key()),
            self._current,
            self._n_right,
            len(self._rows) - 1,
        )
        steps = {Key.Key_Up: row - 1, Key.Key_Down: row + 1, Key.Key_Home: 0, Key.Key_End: last}
        steps[Key.Key_Left] = (
            row if row < n_right or not n_right else min(row - n_right, n_right - 1)
        )
        steps[Key.Key_Right] = min(row + n_right, last) if row < n_right else row
        if self._rows and key in steps:
            self._current = min(max(steps[key], 0), last)
            self._describe()
            self.update()
        elif self._rows and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.chosen.emit(self._rows[row].words[:3])
        else:
            super().keyPressEvent(event)
