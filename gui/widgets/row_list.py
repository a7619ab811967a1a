"""What lists of rows with a number each share: walking, choosing, and asking for the number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from gui import theme
from gui.widgets.painting import draw_hint
from gui.widgets.row_canvas import RowCanvas, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

Key = Qt.Key
Row = TypeVar("Row")


class RowList(RowCanvas, Generic[Row]):
    """Rows of one height, the number at the right end of each.

    Who derives from it draws a row, says what it is in words, and tells what a choice means.

    Args:
        name: Its `objectName`.
        spoken: What it lists, for a screen reader.
        n_rows: For how many rows there is to be room.
        hint: What is said while there is nothing.
        parent: Qt's.
    """

    WIDTHS, ROWS = (240, 160), (24, 17)  # usual and least, in pixels at 100%

    def __init__(
        self, name: str, spoken: str, n_rows: int, hint: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._n_rows, self._hint = n_rows, hint
        self._rows: tuple[Row, ...] = ()
        self._at = 0  # row that the keyboard is on
        self._describe()
        self._fit()
        theme.sizes.changed.connect(self._fit)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def _set_rows(self, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)
        self._at = min(self._at, max(len(rows) - 1, 0))
        self.hover(None)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint, self._at = (), hint, 0
        self._describe()
        self.refresh()

    # --- what a row is

    def _say(self, row: Row) -> str:
        """A row in words."""
        raise NotImplementedError

    def _draw_row(self, painter: QPainter, row: int, rect: QRectF) -> None:
        raise NotImplementedError

    def _number_px(self) -> float:
        """Width of the numbers."""
        raise NotImplementedError

    def _choose(self, row: int) -> None:
        """A row is wanted."""
        raise NotImplementedError

    def _ask(self, row: int, at: QPoint) -> None:
        """A row's number was asked for."""
        raise NotImplementedError

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(self.WIDTHS[0]), self._n_rows * theme.px(self.ROWS[0]))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(self.WIDTHS[1], 0.6), self._n_rows * theme.px(self.ROWS[1], 0.7))

    def _fit(self) -> None:
        """No higher than its rows."""
        self.setMaximumHeight(self.sizeHint().height())

    def _rect(self, row: int) -> QRectF:
        step = min(max(self.height() / self._n_rows, 1.0), theme.px(self.ROWS[0]))
        return QRectF(0, row * step, self.width(), step)

    def _number_rect(self, row: int) -> QRectF:
        rect, wide = self._rect(row), self._number_px()
        return QRectF(rect.right() - wide, rect.y(), wide, rect.height())

    def row_at(self, at: QPointF) -> int | None:
        """The row at a point."""
        return next((n for n in range(len(self._rows)) if self._rect(n).contains(at)), None)

    def _describe(self) -> None:
        self.setAccessibleDescription(self._say(self._rows[self._at]) if self._rows else self._hint)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = self.painter(event)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(self._rows)):
            self._draw_row(painter, row, self._rect(row))
        if self.shows_focus:
            ring_row(painter, self._rect(self._at) if self._rows else QRectF(self.rect()))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a row: ask for its number, or what a click means."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._go_to(row)
        if self._number_rect(row).contains(event.position()):
            self._ask(row, event.position().toPoint())
        else:
            self._on_clicked(row)

    def _on_clicked(self, row: int) -> None:
        self._choose(row)

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
            self._choose(self._at)
        elif event.text() == "?":
            self._ask(self._at, self._number_rect(self._at).center().toPoint())
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._at = row
        self._describe()
        self.update()
