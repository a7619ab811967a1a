"""The nearest tokens of one: how near each is in the full space, and how near on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter

from gui import theme
from gui.widgets.painting import draw_hint, draw_token, elided
from gui.widgets.pixel_painting import number
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROWS = 10
ROW, LEAST_ROW, HEAD = 22, 17, 18
NUMBER_PX = 66
GAP = 6
HINT = "Click a dot, or find a token: what lies nearest to it stands here."
ON_MAP = "on map"
NOT_THERE = "\N{EN DASH}"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True)
class NearRow:
    """One neighbour.

    Attributes:
        id: Of the token.
        label: For the eye.
        near: Cosine or distance in the full space.
        on_map: Distance on the map; None if it is not on it.
        exact: All its numbers, for the tooltip.
    """

    id: int
    label: str
    near: float
    on_map: float | None
    exact: str


class NeighbourList(RowCanvas):
    """A click on a word picks it, a click on a number asks how it came about.

    Signals:
        token_chosen: (int) id of the token of a row.
        row_pointed: (int | None) id of the token under the mouse or the keyboard.
        number_asked: ((int, int), QPoint) row, and column (0 near, 1 on the map), and where.
    """

    token_chosen = Signal(int)
    row_pointed = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neighbourList")
        self.setAccessibleName("Nearest tokens")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self._rows: tuple[NearRow, ...] = ()
        self._measure, self._hint = "", HINT
        self._at = 0  # row that the keyboard is on

    def set_data(self, rows: Sequence[NearRow], measure: str) -> None:
        """Show neighbours, nearest first.

        Args:
            rows: The neighbours.
            measure: What `near` is, above its column.
        """
        self._rows, self._measure = tuple(rows), measure
        self._hint = "" if rows else "It points nowhere: all its numbers are 0."
        self._at = min(self._at, max(len(self._rows) - 1, 0))
        self.hover(None)
        self._describe()
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint = (), hint
        self._describe()
        self.update()

    @property
    def rows(self) -> tuple[NearRow, ...]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        """Ten rows and what stands above them."""
        return QSize(240, ROWS * theme.px(ROW) + theme.px(HEAD))

    def minimumSizeHint(self) -> QSize:
        """Ten rows, closer together."""
        return QSize(theme.px(180, 0.5), ROWS * theme.px(LEAST_ROW) + theme.px(HEAD))

    def _fit(self) -> None:
        """No higher than its rows."""
        self.setMaximumHeight(self.sizeHint().height())

    def _describe(self) -> None:
        said = self._rows[self._at].exact.replace("\n", "; ") if self._rows else self._hint
        self.setAccessibleDescription(said)

    # --- geometry

    def _row_rect(self, row: int) -> QRectF:
        room = (self.height() - theme.px(HEAD)) / ROWS
        high = min(max(room, 1.0), theme.px(ROW))
        return QRectF(0, theme.px(HEAD) + row * high, self.width(), high)

    def _cell(self, row: int, column: int) -> QRectF:
        """Of a number."""
        rect, wide = self._row_rect(row), theme.px(NUMBER_PX)
        left = rect.right() - GAP - (2 - column) * wide
        return QRectF(left, rect.y(), wide, rect.height())

    def row_at(self, at: QPointF) -> int | None:
        """The neighbour at a point."""
        rects = (self._row_rect(row) for row in range(len(self._rows)))
        return next((row for row, rect in enumerate(rects) if rect.contains(at)), None)

    def _column_at(self, row: int, at: QPointF) -> int | None:
        is_there = (True, self._rows[row].on_map is not None)
        cells = (column for column in (0, 1) if self._cell(row, column).contains(at))
        return next((column for column in cells if is_there[column]), None)

    def exact(self, row: int) -> str:
        """All numbers of a row."""
        return self._rows[row].exact

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        for column, title in enumerate((self._measure, ON_MAP)):
            rect = self._cell(0, column)
            head = QRectF(rect.x(), 0, rect.width() - 2, theme.px(HEAD))
            painter.drawText(head, RIGHT, elided(title, painter.font(), head.width()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(self._rows)):
            self._draw_row(painter, row)

    def _draw_row(self, painter: QPainter, row: int) -> None:
        look, one, rect = theme.active(), self._rows[row], self._row_rect(row)
        if row == self._hovered:
            fill_row(painter, rect)
        painter.setFont(theme.row_font(rect.height()))
        room = rect.adjusted(GAP, 0, -2 * theme.px(NUMBER_PX) - 2 * GAP, 0)
        draw_token(painter, room, one.label, QColor(look.text))
        painter.setFont(theme.row_font(rect.height(), theme.SMALL, is_mono=True))
        for column, value in enumerate((one.near, one.on_map)):
            painter.setPen(QColor(look.muted if column else look.text))
            text = NOT_THERE if value is None else three(value)
            painter.drawText(self._cell(row, column).adjusted(0, 0, -2, 0), RIGHT, text)
        if self.shows_focus and row == self._at:
            ring_row(painter, rect)

    # --- mouse and keyboard

    def hover(self, row: int | None) -> None:
        """Stress a row, and its token elsewhere."""
        if row != self._hovered:
            super().hover(row)
            self.row_pointed.emit(None if row is None else self._rows[row].id)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard points at no row."""
        super().focusOutEvent(event)
        self.row_pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a word, or ask for a number."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._at = row
        column = self._column_at(row, event.position())
        if column is None:
            self.token_chosen.emit(self._rows[row].id)
        else:
            self.number_asked.emit((row, column), event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the rows, Enter picks, ? and ! explain the numbers."""
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
            self.update()
            self.row_pointed.emit(self._rows[self._at].id)
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and last >= 0:
            self.token_chosen.emit(self._rows[self._at].id)
        elif event.text() in ("?", "!") and last >= 0:
            column = ("?", "!").index(event.text())
            if column == 0 or self._rows[self._at].on_map is not None:
                at = self._cell(self._at, column).center().toPoint()
                self.number_asked.emit((self._at, column), at)
        else:
            super().keyPressEvent(event)


def three(value: float) -> str:
    """A number that is never 0 unless it is 0: 0.512, 12.3, 1,204, 0.00012, 1.2e-6."""
    size = abs(value)
    if 0 < size < 0.001:
        tiny = f"{value:.2g}" if size >= 1e-4 else f"{value:.1e}".replace("e-0", "e-")
        return tiny.replace("-", "\N{MINUS SIGN}")
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return number(value, fixed=True) if size >= 1 else f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
