"""The next token after several texts, side by side: one row a token, one column a text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import checked, draw_hint, draw_token
from gui.widgets.pair_hues import Kind, draw_mark, hue
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

HINT = "What comes next after each sentence appears here."
HEAD_PX, ROW_PX, GAP = 22, (14, 24), 8
FEWEST = 4  # rows that are always in sight
NAMES = {"first": "1", "second": "2", "changed": "now"}
CHANGE = "change"
MARK_PX = 15  # a text's mark, left of its name
LEAST_BAR = 12  # device-independent pixels of a bar of 100%: shorter ones tell nothing
WORD = "\N{OPEN BOX}because"  # so much of a token's name is always there
INDENT = 6
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True, eq=False)
class Column:
    """What comes after one text.

    Attributes:
        kind: Which text; it has that text's mark.
        probabilities: (R,) of each row's token.
    """

    kind: Kind
    probabilities: NDArray[np.float64]


class PredictionColumns(RowCanvas):
    """Probabilities with bars, and what the change of the first text did to them.

    No number is ever cut: where there is little room the bars go first, then the difference, then
    the second text, which the first one comes to be like.

    Signals:
        number_asked: ((int, int), QPoint) row and column of a number that was clicked, and where.
    """

    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("predictionColumns")
        self.setAccessibleName("What comes next after each sentence")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._labels: tuple[str, ...] = ()
        self._columns: tuple[Column, ...] = ()
        self._say: Callable[[int], str] = lambda _row: ""
        self._current = (0, 0)
        self._hint = HINT
        self._shown: tuple[int, ...] = ()  # the columns that there is room for
        self._has_difference = False
        self._label_px = self._number_px = self._change_px = 0.0

    def set_data(
        self, labels: Sequence[str], columns: Sequence[Column], say: Callable[[int], str]
    ) -> None:
        """Show probabilities.

        Args:
            labels: R tokens.
            columns: Of each text; if one is "changed", its difference to the first is shown too.
            say: All there is to read about a row.

        Raises:
            ValueError: No columns, or numbers that are no probabilities.
        """
        if not columns or not labels:
            raise ValueError("nothing to show: use clear()")
        for column in columns:
            values = checked(column.probabilities, "probabilities", len(labels))
            if (values < 0).any() or (values > 1 + 1e-6).any():
                raise ValueError("a probability is from 0 to 1")
        self._labels, self._columns, self._say = tuple(labels), tuple(columns), say
        self._current = min(self._current[0], len(labels) - 1), self._current[1]
        self._fit()
        self._describe()
        self.update()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._labels, self._columns, self._hint = (), (), hint
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.exact(self._current[0]) if self._labels else self._hint)

    def exact(self, row: int) -> str:
        """Every number of a row."""
        return self._say(row)

    @property
    def _difference(self) -> NDArray[np.float64] | None:
        """(R,) what the change did; None if there is none."""
        by_kind = {column.kind: column.probabilities for column in self._columns}
        if "changed" not in by_kind or "first" not in by_kind:
            return None
        return by_kind["changed"] - by_kind["first"]

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(theme.px(300), theme.px(HEAD_PX) + 7 * theme.px(22))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(200, 0.6), theme.px(HEAD_PX) + FEWEST * theme.px(ROW_PX[0], 0.6))

    # --- where things are

    @property
    def _n_rows(self) -> int:
        """Rows that there is room for."""
        room = self.height() - theme.px(HEAD_PX)
        return min(len(self._labels), max(math.floor(room / theme.px(ROW_PX[0], 0.6)), 1))

    @property
    def _row_height(self) -> float:
        room = (self.height() - theme.px(HEAD_PX)) / max(self._n_rows, 1)
        return min(max(room, theme.px(ROW_PX[0], 0.6)), theme.px(ROW_PX[1]))

    def _row_rect(self, row: int) -> QRectF:
        height = self._row_height
        return QRectF(0, theme.px(HEAD_PX) + row * height, self.width(), height)

    @staticmethod
    def width_for(n_columns: int, *, difference: bool) -> int:
        """What names and whole numbers of so many texts need, without bars."""
        name, number, change = _widths()
        return math.ceil(name + n_columns * number + difference * change + GAP)

    def _fit(self) -> None:
        """Choose what there is room for, and how wide the names are."""
        name, self._number_px, self._change_px = _widths()
        kinds = [column.kind for column in self._columns]
        self._has_difference = {"first", "changed"} <= set(kinds)
        shown = list(range(len(kinds)))
        if self._has_difference:
            self._has_difference = self.width() >= self.width_for(len(shown), difference=True)
        drop = [kinds.index(kind) for kind in ("second", "first") if kind in kinds]
        while drop and len(shown) > 1 and self._spare(name, len(shown)) < 0:
            shown.remove(drop.pop(0))
        self._shown = tuple(shown)
        row, place = self._current
        if shown and place not in shown:
            self._current = row, min(shown, key=lambda each: abs(each - place))
        bars = 2 * LEAST_BAR * len(shown)  # before a name gets more than its eight letters
        room = name + max(self._spare(name, len(shown)) - bars, 0.0)
        self._label_px = min(max(0.26 * self.width(), name), max(theme.px(140), name), room)

    def _spare(self, name: float, n_columns: int) -> float:
        """What names of some width and the numbers leave of the room."""
        change = self._change_px if self._has_difference else 0.0
        return self.width() - name - n_columns * self._number_px - change - GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for more."""
        super().resizeEvent(event)
        self._fit()

    def _x(self, place: int) -> tuple[float, float]:
        """Left and right of a column; the one behind the last is the difference's."""
        right = self.width() - GAP / 2
        if place == len(self._columns):
            return right - self._change_px + GAP, right
        n_shown = max(len(self._shown), 1)
        end = right - (self._change_px if self._has_difference else 0.0)
        width = (end - self._label_px - GAP / 2) / n_shown
        at = self._shown.index(place)
        left = self._label_px + GAP / 2
        return left + at * width + GAP, left + (at + 1) * width

    @property
    def _bar_px(self) -> float:
        """Length of a bar of 100%, which ends before the numbers; 0 if it would be a stub."""
        left, right = self._x(self._shown[0])
        room = right - left - self._number_px
        return room if room >= LEAST_BAR else 0.0

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point."""
        row = math.floor((at.y() - theme.px(HEAD_PX)) / self._row_height)
        return row if QRectF(self.rect()).contains(at) and 0 <= row < self._n_rows else None

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        row = self.row_at(at)
        if row is None:
            return None
        for place in self._shown:
            left, right = self._x(place)
            if left <= at.x() <= right:
                return row, place
        return None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the marks of the texts, then row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._labels:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        self._fit()  # fonts may be others
        self._draw_head(painter)
        for row in range(self._n_rows):
            self._draw_row(painter, row)

    def _draw_head(self, painter: QPainter) -> None:
        look, height = theme.active(), theme.px(HEAD_PX)
        painter.setFont(theme.font(theme.SMALL))
        for place in self._shown:
            left, right = self._x(place)
            name, kind = NAMES[self._columns[place].kind], self._columns[place].kind
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(left, 0, right - left, height), RIGHT, name)
            width = painter.fontMetrics().horizontalAdvance(name)
            draw_mark(painter, kind, QPointF(right - width - 10, height / 2))
        if self._has_difference:
            left, right = self._x(len(self._columns))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(left, 0, right - left, height), RIGHT, CHANGE)

    def _draw_row(self, painter: QPainter, row: int) -> None:
        look, rect = theme.active(), self._row_rect(row)
        if row == self._hovered:
            fill_row(painter, rect)
        painter.setFont(theme.font(theme.BODY if rect.height() >= theme.px(17) else theme.SMALL))
        label = QRectF(INDENT, rect.y(), self._label_px - INDENT, rect.height())
        draw_token(painter, label, self._labels[row], QColor(look.text))
        for place in self._shown:
            column, (left, right) = self._columns[place], self._x(place)
            share = float(column.probabilities[row])
            bar = QColor(hue(column.kind))
            bar.setAlphaF(0.22)
            inner = rect.adjusted(0, 2, 0, -2)
            painter.fillRect(QRectF(left, inner.y(), self._bar_px * share, inner.height()), bar)
            painter.setFont(theme.mono())
            painter.setPen(QColor(look.text if share >= 0.0005 else look.muted))
            painter.drawText(
                QRectF(left, rect.y(), right - left, rect.height()), RIGHT, percent(share)
            )
            if self.shows_focus and (row, place) == self._current:
                ring_row(painter, QRectF(left - 2, rect.y(), right - left + 4, rect.height()))
        self._draw_difference(painter, rect, row)

    def _draw_difference(self, painter: QPainter, rect: QRectF, row: int) -> None:
        difference = self._difference
        if difference is None or not self._has_difference:
            return
        left, right = self._x(len(self._columns))
        points = 100 * float(difference[row])
        text = "0.0" if abs(points) < 0.05 else f"{points:+.1f}".replace("-", MINUS)
        painter.setFont(theme.mono(bold=abs(points) >= 1))
        painter.setPen(QColor(theme.active().text if abs(points) >= 0.05 else theme.active().muted))
        painter.drawText(QRectF(left, rect.y(), right - left, rect.height()), RIGHT, text)

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number."""
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._current = cell
            self.number_asked.emit(cell, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the numbers; Enter or ? asks."""
        key, (row, place) = Key(event.key()), self._current
        shown, bottom = self._shown or (place,), self._n_rows - 1
        at = shown.index(place)
        steps = {
            Key.Key_Up: (max(row - 1, 0), place),
            Key.Key_Down: (min(row + 1, bottom), place),
            Key.Key_Left: (row, shown[max(at - 1, 0)]),
            Key.Key_Right: (row, shown[min(at + 1, len(shown) - 1)]),
            Key.Key_Home: (0, place),
            Key.Key_End: (bottom, place),
        }
        if self._labels and key in steps:
            self._current = steps[key]
            self._describe()
            self.update()
        elif self._labels and (event.text() == "?" or key in (Key.Key_Return, Key.Key_Enter)):
            left, right = self._x(place)
            where = QPointF((left + right) / 2, self._row_rect(row).center().y()).toPoint()
            self.number_asked.emit((row, place), where)
        else:
            super().keyPressEvent(event)


def _widths() -> tuple[float, float, float]:
    """At least, of a token's name, of a column of numbers and of the differences."""
    small, mono = QFontMetricsF(theme.font(theme.SMALL)), QFontMetricsF(theme.mono())
    name = INDENT + QFontMetricsF(theme.font()).horizontalAdvance(WORD) + 2
    head = max(map(small.horizontalAdvance, NAMES.values())) + MARK_PX
    bold = QFontMetricsF(theme.mono(bold=True)).horizontalAdvance(f"{MINUS}100.0")
    change = max(small.horizontalAdvance(CHANGE), bold)
    return name, max(mono.horizontalAdvance("<0.01%"), head) + GAP, change + GAP
