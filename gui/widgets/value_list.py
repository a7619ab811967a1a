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

    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

GAP = 6
NOTE_SHARE = 0.34  # of the width, what stands between the label and the bar
LEAST_NOTE = 36  # device-independent pixels: shorter ones are left out
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
        other: The same number elsewhere, to compare; all rows have one, or none.
        short: The note where the notes of all rows have no room.
    """

    key: Hashable
    label: str
    value: float
    note: str = ""
    exact: str = ""
    other: float | None = None
    short: str = ""

    @property
    def values(self) -> tuple[float, ...]:
        """Its number, and the other one if there is one."""
        return (self.value,) if self.other is None else (self.value, self.other)


class ValueList(RowList[ValueRow]):
    """Rows of label, note, bar and number; with two numbers, two bars.

    Signals:
        row_chosen: (Hashable) key of a row that was clicked, or on which Enter was pressed.
        number_asked: (Hashable, QPoint) key of the row whose number was clicked, and where.
        other_asked: (Hashable, QPoint) likewise, the other number.

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
    other_asked = Signal(object, QPoint)
    paints_ground = True

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
        self._is_short, self._is_bold = False, True
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

    def note(self, row: ValueRow) -> str:
        """What there is room for of a row's note."""
        return row.short if self._is_short and row.short else row.note

    def _written(self, value: float) -> str:
        return signed(value) if self._has_plus else unsigned(value)

    def _say(self, row: ValueRow) -> str:
        numbers = " and ".join(map(self._written, row.values))
        return f"{row.label} {row.note}: {numbers}".replace(" :", ":")

    def _choose(self, row: int) -> None:
        self.row_chosen.emit(self._rows[row].key)

    def _ask(self, row: int, at: QPoint) -> None:
        self.number_asked.emit(self._rows[row].key, at)

    # --- where things are

    def prepare(self) -> None:
        """Divide the room into columns."""
        font, mono = QFontMetricsF(theme.font(bold=True)), QFontMetricsF(theme.mono())
        labels = [font.horizontalAdvance(row.label) for row in self._rows]
        every = [value for row in self._rows for value in row.values]
        numbers = [mono.horizontalAdvance(self._written(value)) for value in every]
        has_notes = any(row.note for row in self._rows)
        self._widest = max(numbers, default=0) + GAP
        columns = max((len(row.values) for row in self._rows), default=1)
        room = self.width() - GAP - columns * self._widest - GAP
        most = self.width() * 0.45
        if columns > 1:  # names come before the bars of numbers that can be compared
            most = max(most, room)
        self._label_px = min(max(labels, default=0) + GAP, most)
        self._is_bold = max(labels, default=0) <= self._label_px  # the chosen one, if that fits
        spare = room - self._label_px
        note_px = min(self.width() * NOTE_SHARE, spare)
        self._note_px = note_px if has_notes and note_px >= theme.px(LEAST_NOTE) else 0.0
        small = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
        notes = [small(row.note) for row in self._rows if row.short]
        self._is_short = max(notes, default=0) > self._note_px - GAP
        sizes = [abs(value) for value in every if math.isfinite(value)]
        self._largest = max(sizes, default=0.0) or 1.0

    def _number_px(self) -> float:
        return self._widest

    def _number_rect(self, row: int) -> QRectF:
        """Where its first number stands: the last one is at the right edge."""
        return self._rect_of(row, 0)

    def _rect_of(self, row: int, which: int, rect: QRectF | None = None) -> QRectF:
        rect, wide = self._rect(row) if rect is None else rect, self._widest
        after = len(self._rows[row].values) - which
        return QRectF(rect.right() - after * wide, rect.y(), wide, rect.height())

    # --- painting

    def _draw_row(self, painter: QPainter, row: int, rect: QRectF) -> None:
        look, one = theme.active(), self._rows[row]
        is_chosen = one.key == self._chosen
        if row == self._hovered or is_chosen:
            fill_row(painter, rect)
        colour = QColor(look.accent if is_chosen else look.text)
        painter.setFont(theme.font(bold=is_chosen and self._is_bold))
        draw_token(painter, QRectF(GAP, rect.y(), self._label_px, rect.height()), one.label, colour)
        left = GAP + self._label_px
        if one.note and self._note_px:
            painter.setFont(theme.font(theme.SMALL))
            room = QRectF(left, rect.y(), self._note_px - GAP, rect.height())
            draw_token(painter, room, self.note(one), QColor(look.muted))
            left += self._note_px
        rooms = [self._rect_of(row, n, rect) for n in range(len(one.values))]
        longest = max(rooms[0].x() - GAP - left, 0.0)
        slim = rect.height() * 0.44 / len(one.values)
        top = rect.center().y() - rect.height() * 0.22
        painter.setFont(theme.mono())
        for n, value in enumerate(one.values):
            share = abs(value) / self._largest if math.isfinite(value) else 0.0
            bar = QRectF(left, top + n * slim, longest * share, slim)
            painter.fillRect(bar, look.signed_color(math.copysign(0.3 if n else 0.6, value)))
            painter.setPen(QColor(look.muted if n else look.text))
            painter.drawText(rooms[n].adjusted(0, 0, -2, 0), RIGHT, self._written(value))

    # --- the other number

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the other number asks for that one."""
        row, at = self.row_at(event.position()), event.position()
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_other = is_left and row is not None and self._rows[row].other is not None
        if is_other and row is not None and self._rect_of(row, 1).contains(at):
            self._go_to(row)
            self.other_asked.emit(self._rows[row].key, at.toPoint())
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As ? asks for the number, ! asks for the other one."""
        one = self._rows[self._at] if self._rows else None
        if event.text() == "!" and one is not None and one.other is not None:
            self.other_asked.emit(one.key, self._rect_of(self._at, 1).center().toPoint())
        else:
            super().keyPressEvent(event)
