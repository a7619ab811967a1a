"""How one token shares out its attention: from products to scores to shares, a row a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.keyboard_focus import asks
from gui.widgets.legend import hatching
from gui.widgets.painting import draw_hint, draw_token, elided, tooltip
from gui.widgets.row_canvas import fill_row, ring_row
from gui.widgets.scrolled import ScrolledCanvas
from gui.widgets.softmax_shares import DOTS, NOW, POWERS, SCORES, SHARES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from gui.widgets.softmax_shares import Shares

    Doubles = NDArray[np.float64]

EDGE, GAP = 2, 8
ROW_PX, HEAD_PX, FOOT_PX = 20, 20, 22
LEAST_LABEL = 52  # in less room for the tokens the first column is left out
ABOUT = (
    "The products of q and k, added up",
    "That divided by the root of the head's width, and minus infinity for tokens that come later",
    "e to the power of the score: always positive, and much larger for a slightly higher score",
    "This power's part of the sum of all of them: how much the token looks there",
    "How much it looks there since you changed it",
)
HINT = "Pin a square of the map: its row is taken apart here."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class SoftmaxRows(ScrolledCanvas):
    """A row a token, the sums below; the token in question is stressed.

    Signals:
        number_asked: ((int, int), QPoint) token, and which of `COLUMNS`, of a number that was
            clicked or on which ? or Enter was pressed; and where it is.
        token_chosen: (int) a token was clicked: it is the one in question now.
    """

    number_asked = Signal(object, QPoint)
    token_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("softmaxRows")
        self.setAccessibleName("From products to shares of attention, a row a token")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._data: Shares | None = None
        self._hint = HINT
        self._at: tuple[int, int] | None = None  # token and column one points at
        self._view = QRectF()
        self._label_px = 60.0
        self._columns: tuple[int, ...] = ()  # that there is room for
        self._edges: dict[int, float] = {}  # their right edges

    def set_data(self, data: Shares) -> None:
        """Show a row.

        Raises:
            ValueError: Lengths that differ, or shares that are no numbers.
        """
        n = len(data.labels)
        if any(len(numbers) != n for numbers in data.numbers) or not 0 <= data.column < n:
            raise ValueError(f"{n} labels for numbers of other lengths")
        if not np.isfinite(data.shares).all():
            raise ValueError("shares are not finite")
        before, self._data = self._data, data
        if self._at is not None and not self._exists(self._at):
            self._at = None
        self.refresh()
        is_other = before is None or (before.row, before.column) != (data.row, data.column)
        if is_other:
            row = theme.px(ROW_PX)
            self.scroll_to(max(data.column - 2, 0) * row, min(data.column + 3, n) * row)
        self._describe()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._data, self._hint, self._at = None, hint, None
        self._describe()
        self.refresh()

    def _exists(self, at: tuple[int, int]) -> bool:
        data = self._data
        return data is not None and at[0] < len(data.labels) and at[1] < len(data.numbers)

    def sizeHint(self) -> QSize:
        """Eight tokens."""
        return QSize(theme.px(380), 8 * theme.px(ROW_PX) + theme.px(HEAD_PX) + theme.px(FOOT_PX))

    def minimumSizeHint(self) -> QSize:
        """Three tokens."""
        least = 3 * theme.px(ROW_PX) + theme.px(HEAD_PX) + theme.px(FOOT_PX)
        return QSize(theme.px(200, 0.8), least)

    # --- where things are

    def prepare(self) -> None:
        """Columns as wide as their numbers; the tokens have the rest."""
        if self._data is None:
            self.set_content(0, QRect(), 1)
            return
        top, foot = theme.px(HEAD_PX), theme.px(FOOT_PX)
        content = len(self._data.labels) * theme.px(ROW_PX)
        high = min(self.height() - top - foot, content)  # the sums stand right below the rows
        view = QRect(0, top, self.width(), max(high, 1))
        self.set_content(content, view, theme.px(ROW_PX))
        right = self.bar_px() if content > view.height() else 0
        self._view = QRectF(view).adjusted(EDGE, 0, -EDGE - right, 0)
        metrics, small = QFontMetricsF(theme.mono()), QFontMetricsF(theme.font(theme.SMALL))
        widths = {
            n: max(metrics.horizontalAdvance(longest), small.horizontalAdvance(self._data.title(n)))
            for n, longest in enumerate(self._data.longest())
        }
        if self._spare(widths) < theme.px(LEAST_LABEL):
            del widths[DOTS]
        self._columns, spare = tuple(widths), self._spare(widths)
        self._label_px = max(min(spare, theme.px(150)), 24.0)
        extra = max((spare - self._label_px) / len(widths), 0)
        edge = self._view.x() + self._label_px
        self._edges = {}
        for column, width in widths.items():
            edge += width + GAP + extra
            self._edges[column] = edge

    def _spare(self, widths: dict[int, float]) -> float:
        """What columns leave to the tokens."""
        return self._view.width() - sum(widths.values()) - GAP * len(widths) - 4

    def _row_rect(self, token: int) -> QRectF:
        high = theme.px(ROW_PX)
        return QRectF(self._view.x(), self._view.y() + token * high - self.top, 0, high)

    def _line(self, token: int) -> QRectF:
        rect = self._row_rect(token)
        rect.setWidth(self._view.width())
        return rect

    def _cell(self, token: int, column: int) -> QRectF:
        before = [self._edges[each] for each in self._columns if each < column]
        left = before[-1] if before else self._view.x() + self._label_px
        rect = self._row_rect(token)
        rect.setLeft(left + GAP)
        rect.setRight(self._edges[column])
        return rect

    def spot_at(self, point: QPointF) -> tuple[int, int] | None:
        """Token, and column or -1 for the token itself, at a point."""
        if self._data is None or not self._view.contains(point):
            return None
        token = int((point.y() - self._view.y() + self.top) // theme.px(ROW_PX))
        if not 0 <= token < len(self._data.labels):
            return None
        if point.x() < self._view.x() + self._label_px:
            return token, -1
        column = self._column_at(point.x())
        return None if column is None else (token, column)

    def _column_at(self, x: float) -> int | None:
        return next((each for each in self._columns if x < self._edges[each]), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows in sight, the columns' names above and the sums below them."""
        painter = QPainter(self)
        if self._data is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        self._draw_head(painter)
        painter.save()
        painter.setClipRect(self._view)
        high = theme.px(ROW_PX)
        first = max(self.top // high, 0)
        last = min((self.top + int(self._view.height())) // high + 1, len(self._data.labels))
        for token in range(first, last):
            self._draw_row(painter, self._data, token)
        painter.restore()
        self._draw_sums(painter, self._data)

    def _draw_head(self, painter: QPainter) -> None:
        assert self._data is not None
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().muted))
        for column in self._columns:
            place = self._cell(0, column)
            place.moveTop(0)
            place.setHeight(theme.px(HEAD_PX))
            painter.drawText(place.adjusted(-GAP, 0, -2, 0), RIGHT, self._data.title(column))

    def _draw_row(self, painter: QPainter, data: Shares, token: int) -> None:
        look, line = theme.active(), self._line(token)
        is_ahead, is_asked = token > data.row, token == data.column
        if self._at is not None and self._at[0] == token:
            fill_row(painter, line)
        if is_ahead:
            painter.fillRect(line, hatching())
        share = float(data.shares[token] if data.now is None else data.now[token])
        last = self._cell(token, len(data.numbers) - 1)
        bar = QRectF(last.x(), line.bottom() - 4, last.width() * min(share, 1.0), 3)
        painter.fillRect(bar, look.probability_color(0.25 + 0.6 * share))
        painter.setFont(theme.font(theme.SMALL, bold=is_asked))
        color = QColor(look.accent if is_asked else look.muted if is_ahead else look.text)
        room = QRectF(line.x() + 2, line.y(), self._label_px - 4, line.height())
        draw_token(painter, room, data.labels[token], color)
        for column in self._columns:
            numbers = data.numbers[column]
            font = theme.mono(bold=is_asked)
            font.setUnderline(self._at == (token, column))
            painter.setFont(font)
            painter.setPen(QColor(look.muted if is_ahead and column != DOTS else look.text))
            text = data.written(column, float(numbers[token]))
            painter.drawText(self._cell(token, column).adjusted(-GAP, 0, -2, 0), RIGHT, text)
        if is_asked:
            ring_row(painter, line)

    def _draw_sums(self, painter: QPainter, data: Shares) -> None:
        look = theme.active()
        top = self._view.bottom()
        painter.setPen(QColor(look.border))
        painter.drawLine(QPointF(self._view.x(), top), QPointF(self._view.right(), top))
        foot = QRectF(self._view.x(), top, self._label_px, theme.px(FOOT_PX))
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        room = self._edges[SCORES] - foot.x()
        said = elided("added up", painter.font(), room)
        painter.drawText(foot.adjusted(2, 0, room, 0), Qt.AlignmentFlag.AlignVCenter, said)
        sums = {POWERS: data.total, SHARES: float(data.shares.sum())}
        if data.now is not None:
            sums[NOW] = float(data.now.sum())
        painter.setFont(theme.mono())
        painter.setPen(QColor(look.text))
        for column, total in sums.items():
            place = self._cell(0, column)
            place.moveTop(top)
            place.setHeight(foot.height())
            painter.drawText(place.adjusted(-GAP, 0, -2, 0), RIGHT, data.written(column, total))

    # --- words

    def said(self) -> str:
        """What one points at, or the row in question."""
        data = self._data
        if data is None:
            return self._hint
        token = data.column if self._at is None else self._at[0]
        parts = [
            f"{data.title(column)} {data.written(column, float(numbers[token]))}"
            for column, numbers in enumerate(data.numbers)
        ]
        return f"{data.labels[token]}: {', '.join(parts)}"

    def _describe(self) -> None:
        self.setAccessibleDescription(self.said())

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Point at the number at a point."""
        self._point_at(self.spot_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, at: tuple[int, int] | None) -> None:
        if at != self._at:
            self._at = at
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if at is None else shape.PointingHandCursor)
            self._describe()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number, or ask about another token."""
        at = self.spot_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or at is None:
            return
        if at[1] < 0:
            self.token_chosen.emit(at[0])
        else:
            self.number_asked.emit(at, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk over the numbers; Enter or ? asks, Escape lets go."""
        data = self._data
        if data is None:
            super().keyPressEvent(event)
            return
        least, most = self._columns[0], self._columns[-1]
        token, column = self._at or (data.column, least)
        last = len(data.labels) - 1
        moves = {
            Key.Key_Left: (token, column - 1),
            Key.Key_Right: (token, column + 1),
            Key.Key_Up: (token - 1, column),
            Key.Key_Down: (token + 1, column),
            Key.Key_Home: (0, column),
            Key.Key_End: (last, column),
        }
        key = Key(event.key())
        if key in moves:
            token, column = moves[key] if self._at is not None else (token, column)
            at = min(max(token, 0), last), min(max(column, least), most)
            self.scroll_to(at[0] * theme.px(ROW_PX), (at[0] + 1) * theme.px(ROW_PX))
            self._point_at(at)
        elif self._at is not None and asks(event):
            at_token, at_column = self._at[0], max(self._at[1], least)
            place = self._cell(at_token, at_column).center().toPoint()
            self.number_asked.emit((at_token, at_column), place)
        elif key == Key.Key_Escape and self._at is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """A resting mouse is told what a column is, or all of a word."""
        if event.type() == QEvent.Type.ToolTip and self._data is not None:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            point = QPointF(help_event.pos())
            said, at = "", self.spot_at(point)
            if at is not None and at[1] < 0:
                said = self._data.labels[at[0]]
            elif point.y() < theme.px(HEAD_PX):
                column = self._column_at(point.x())
                said = ABOUT[self._columns[-1] if column is None else column]
            QToolTip.showText(help_event.globalPos(), tooltip(said) if said else "", self)
            return True
        return super().event(event)
