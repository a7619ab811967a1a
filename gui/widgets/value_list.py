"""A short list of things with a number each, as bars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import draw_token
from gui.widgets.row_canvas import fill_row
from gui.widgets.row_list import RowList
from gui.widgets.share_rows import signed, unsigned

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from PySide6.QtWidgets import QWidget

GAP = 6
NOTE_SHARE = 0.34  # of the width, what stands between the label and the bar
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class ValueRow:
    """One of them.

    Attributes:
        key: What the page knows it by; no two rows have equal ones.
        label: For the eye.
        value: Its number; may be no number in a broken model.
        note: A word more, muted.
        exact: All there is to say about it.
    """

    key: Hashable
    label: str
    value: float
    note: str = ""
    exact: str = ""


class ValueList(RowList[ValueRow]):
    """Rows of label, note, bar and number.

    Signals:
        row_chosen: (Hashable) key of a row that was clicked, or on which Enter was pressed.
        number_asked: (Hashable, QPoint) key of the row whose number was clicked, and where.

    Args:
        name: Its `objectName`.
        spoken: What it lists, for a screen reader.
        n_rows: For how many rows there is to be room.
        hint: What is said while there is nothing.
        parent: Qt's.
        plus: Whether numbers above zero have a sign.
    """

    row_chosen = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(
        self,
        name: str,
        spoken: str,
        n_rows: int,
        hint: str,
        parent: QWidget | None = None,
        *,
        plus: bool = True,
    ) -> None:
        self._has_plus = plus
        self._chosen: Hashable | None = None
        super().__init__(name, spoken, n_rows, hint, parent)

    def set_data(self, rows: Sequence[ValueRow], chosen: Hashable | None = None) -> None:
        """Show rows.

        Args:
            rows: In their order; one at least.
            chosen: Key of the one that is looked at.

        Raises:
            ValueError: There are none.
        """
        if not rows:
            raise ValueError("there is nothing to list: use clear()")
        self._chosen = chosen
        self._set_rows(rows)

    def exact(self, row: int) -> str:
        """All there is to say about a row."""
        return self._rows[row].exact

    def _written(self, value: float) -> str:
        return signed(value) if self._has_plus else unsigned(value)

    def _say(self, row: ValueRow) -> str:
        return f"{row.label} {row.note}: {self._written(row.value)}".replace(" :", ":")

    def _choose(self, row: int) -> None:
        self.row_chosen.emit(self._rows[row].key)

    def _ask(self, row: int, at: QPoint) -> None:
        self.number_asked.emit(self._rows[row].key, at)

    # --- where things are

    def prepare(self) -> None:
        """Divide the room into columns."""
        font, mono = QFontMetricsF(theme.font(bold=True)), QFontMetricsF(theme.mono())
        labels = [font.horizontalAdvance(row.label) for row in self._rows]
        numbers = [mono.horizontalAdvance(self._written(row.value)) for row in self._rows]
        has_notes = any(row.note for row in self._rows)
        self._widest = max(numbers, default=0) + GAP
        self._label_px = min(max(labels, default=0) + GAP, self.width() * 0.45)
        self._note_px = self.width() * NOTE_SHARE if has_notes else 0.0
        sizes = [abs(row.value) for row in self._rows if math.isfinite(row.value)]
        self._largest = max(sizes, default=0.0) or 1.0

    def _number_px(self) -> float:
        return self._widest

    # --- painting

    def _draw_row(self, painter: QPainter, row: int, rect: QRectF) -> None:
        look, one = theme.active(), self._rows[row]
        is_chosen = one.key == self._chosen
        if row == self._hovered or is_chosen:
            fill_row(painter, rect)
        colour = QColor(look.accent if is_chosen else look.text)
        painter.setFont(theme.font(bold=is_chosen))
        draw_token(painter, QRectF(GAP, rect.y(), self._label_px, rect.height()), one.label, colour)
        left = GAP + self._label_px
        if one.note:
            painter.setFont(theme.font(theme.SMALL))
            room = QRectF(left, rect.y(), self._note_px - GAP, rect.height())
            draw_token(painter, room, one.note, QColor(look.muted))
            left += self._note_px
        number = self._number_rect(row)
        longest = max(number.x() - GAP - left, 0.0)
        share = abs(one.value) / self._largest if math.isfinite(one.value) else 0.0
        slim = rect.height() * 0.44
        bar = QRectF(left, rect.center().y() - slim / 2, longest * share, slim)
        painter.fillRect(bar, look.signed_color(math.copysign(0.6, one.value)))
        painter.setFont(theme.mono())
        painter.setPen(QColor(look.text))
        painter.drawText(number.adjusted(0, 0, -2, 0), RIGHT, self._written(one.value))
