"""A short list of things with a number each, as bars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import draw_hint, draw_token
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row
from gui.widgets.share_rows import signed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROW, LEAST_ROW = 24, 17
GAP = 6
NOTE_SHARE = 0.34  # of the width, what stands between the label and the bar
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


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


class ValueList(RowCanvas):
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
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._n_rows, self._has_plus = n_rows, plus
        self._rows: tuple[ValueRow, ...] = ()
        self._chosen: Hashable | None = None
        self._hint = hint
        self._at = 0
        self._describe()
        self._fit()
        theme.sizes.changed.connect(self._fit)

    @property
    def rows(self) -> tuple[ValueRow, ...]:
        """What is shown."""
        return self._rows

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
        self._rows, self._chosen = tuple(rows), chosen
        self._at = min(self._at, len(rows) - 1)
        self.hover(None)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint, self._at = (), hint, 0
        self._describe()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(240), self._n_rows * theme.px(ROW))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(160, 0.6), self._n_rows * theme.px(LEAST_ROW, 0.7))

    def _fit(self) -> None:
        """No higher than its rows."""
        self.setMaximumHeight(self.sizeHint().height())

    def _written(self, value: float) -> str:
        return signed(value) if self._has_plus else signed(value).lstrip("+")

    def exact(self, row: int) -> str:
        """All there is to say about a row."""
        return self._rows[row].exact

    def _describe(self) -> None:
        said = self._hint
        if self._rows:
            row = self._rows[self._at]
            said = f"{row.label} {row.note}: {self._written(row.value)}".replace(" :", ":")
        self.setAccessibleDescription(said)

    # --- where things are

    def prepare(self) -> None:
        """Divide the room into columns."""
        font, mono = QFontMetricsF(theme.font(bold=True)), QFontMetricsF(theme.mono())
        labels = [font.horizontalAdvance(row.label) for row in self._rows]
        numbers = [mono.horizontalAdvance(self._written(row.value)) for row in self._rows]
        has_notes = any(row.note for row in self._rows)
        self._number_px = max(numbers, default=0) + GAP
        self._label_px = min(max(labels, default=0) + GAP, self.width() * 0.45)
        self._note_px = self.width() * NOTE_SHARE if has_notes else 0.0
        sizes = [abs(row.value) for row in self._rows if math.isfinite(row.value)]
        self._largest = max(sizes, default=0.0) or 1.0

    def _rect(self, row: int) -> QRectF:
        step = min(max(self.height() / self._n_rows, 1.0), theme.px(ROW))
        return QRectF(0, row * step, self.width(), step)

    def _number_rect(self, row: int) -> QRectF:
        rect = self._rect(row)
        return QRectF(rect.right() - self._number_px, rect.y(), self._number_px, rect.height())

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

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row, or ask for its number."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._go_to(row)
        if self._number_rect(row).contains(event.position()):
            self.number_asked.emit(self._rows[row].key, event.position().toPoint())
        else:
            self.row_chosen.emit(self._rows[row].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk, Enter chooses, ? asks."""
        key, last = Key(event.key()), len(self._rows) - 1
        moves = {Key.Key_Up: self._at - 1, Key.Key_Down: self._at + 1}
        moves |= {Key.Key_Home: 0, Key.Key_End: last}
        if last < 0:
            super().keyPressEvent(event)
        elif key in moves:
            self._go_to(min(max(moves[key], 0), last))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.row_chosen.emit(self._rows[self._at].key)
        elif event.text() == "?":
            at = self._number_rect(self._at).center().toPoint()
            self.number_asked.emit(self._rows[self._at].key, at)
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._at = row
        self._describe()
        self.update()
