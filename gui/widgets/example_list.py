"""Texts in which something stands out at one token: that one above the others, in a column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import LINE_END
from gui.widgets.row_canvas import fill_row
from gui.widgets.row_list import RowList
from gui.widgets.share_rows import unsigned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

N_ROWS, GAP = 8, 8
BEFORE = 0.58  # of the room for words lies before the token's middle
HINT = "Its strongest examples stand here when they are found."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


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


class ExampleList(RowList[ExampleRow]):
    """Rows of texts around one token, strongest first.

    Signals:
        example_chosen: (int) a row that was double clicked, or on which Enter was pressed.
        number_asked: (int, QPoint) a row whose number was clicked, and where.
    """

    example_chosen = Signal(int)
    number_asked = Signal(int, QPoint)
    WIDTHS, ROWS = (420, 200), (28, 18)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "exampleList", "Texts in which the neuron fires most", N_ROWS, HINT, parent
        )

    def set_data(self, rows: Sequence[ExampleRow]) -> None:
        """Show examples.

        Raises:
            ValueError: A number is none.
        """
        if not all(math.isfinite(row.value) for row in rows):
            raise ValueError("an example has no number")
        self._set_rows(rows[:N_ROWS])

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        super().clear(hint)

    def exact(self, row: int) -> str:
        """All there is to say about a row."""
        return self._rows[row].exact

    def _say(self, row: ExampleRow) -> str:
        return f"{row.before}[{row.token}]{row.after}: {unsigned(row.value)}"

    def _choose(self, row: int) -> None:
        self.example_chosen.emit(row)

    def _ask(self, row: int, at: QPoint) -> None:
        self.number_asked.emit(row, at)

    def _on_clicked(self, row: int) -> None:
        """It takes two clicks to leave what one reads here for a text."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a text."""
        row = self.row_at(event.position())
        is_text = row is not None and not self._number_rect(row).contains(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and is_text:
            self.example_chosen.emit(row)

    def _number_px(self) -> float:
        return QFontMetricsF(theme.mono()).horizontalAdvance("000.000") + GAP

    # --- painting

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
        painter.drawText(number.adjusted(0, 0, -2, 0), RIGHT, unsigned(one.value))
