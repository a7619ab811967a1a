"""How many pictures get each answer: the legend of their colours, with a number in each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import elided
from gui.widgets.pixel_painting import draw_pixels
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROW_PX = (19, 30)  # lowest and highest row
FEWEST = 5  # rows that it has room for
GAP = theme.INSIDE
SWATCH_X = 4
NAME_PX = 120  # at most; longer names are shortened
SHORTEST_PX = 30  # of the longest bar; below it there are none
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Count(NamedTuple):
    """One row.

    Attributes:
        name: What is counted.
        hue: Its colour on the map.
        n: Pictures.
        picture: (9,) the symbol, if it is one.
        is_crossed: Whether its pictures are crossed out as well.
    """

    name: str
    hue: str
    n: int
    picture: NDArray[Any] | None = None
    is_crossed: bool = False


class AnswerCounts(RowCanvas):
    """A row of a colour, a name, a bar and a number for each answer.

    Signals:
        looked_at: (object) the row under mouse or keyboard, from 0, or None.
    """

    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerCounts")
        self.setAccessibleName("How many of the 512 pictures get each answer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[Count, ...] = ()
        self._note = ""
        self._walked: int | None = None
        self._describe()

    def set_data(self, rows: Sequence[Count], note: str = "") -> None:
        """Show these counts.

        Args:
            rows: In their order.
            note: What the names mean, below the rows where these are fewer than five.

        Raises:
            ValueError: A count is negative.
        """
        if any(row.n < 0 for row in rows):
            raise ValueError("a count is negative")
        if len(rows) != len(self._rows):
            self._walked = self._hovered = None
            self.updateGeometry()
        self._rows, self._note = tuple(rows), note
        self._describe()
        self.update()

    def _describe(self) -> None:
        said = ", ".join(f"{row.name} {row.n}" for row in self._rows)
        if self._walked is not None:
            row = self._rows[self._walked]
            said = f"{row.name}: {row.n}. All: {said}"
        said = f"{said}. {self._note}" if self._note else said
        self.setAccessibleDescription(said or "The counts appear here as soon as there is a net.")

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows with room for a bar."""
        return QSize(theme.px(210), max(len(self._rows), FEWEST) * theme.px(ROW_PX[0] + 1))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(150), max(len(self._rows), FEWEST) * theme.px(ROW_PX[0]))

    def _row_rect(self, row: int) -> QRectF:
        n = max(len(self._rows), FEWEST)
        high = float(np.clip(self.height() / n, theme.px(ROW_PX[0]), theme.px(ROW_PX[1])))
        return QRectF(0, row * high, self.width(), high)

    def row_at(self, at: QPointF) -> int | None:
        """The row under a point of the widget."""
        rows = range(len(self._rows))
        return next((row for row in rows if self._row_rect(row).contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Swatch, name, bar, number."""
        painter = QPainter(self)
        if not self._rows:
            painter.setPen(QColor(theme.active().muted))
            painter.setFont(theme.font(theme.SMALL))
            painter.drawText(self.rect(), LEFT | Qt.TextFlag.TextWordWrap, "512 pictures")
            return
        if self._note:
            painter.setPen(QColor(theme.active().muted))
            painter.setFont(theme.font(theme.SMALL))
            rest = QRectF(self.rect())
            rest.setTop(self._row_rect(len(self._rows)).top() + GAP / 2)
            painter.drawText(rest.adjusted(4, 0, -4, 0), Qt.TextFlag.TextWordWrap, self._note)
        most = max(max(row.n for row in self._rows), 1)
        bars_at = self._bars_at()
        for index, row in enumerate(self._rows):
            rect = self._row_rect(index)
            if index == self._hovered:
                fill_row(painter, rect.adjusted(1, 1, -1, -1))
            self._paint_row(painter, rect, row, row.n / most, bars_at)
            if index == self._walked and self.shows_focus:
                ring_row(painter, rect)

    def _side(self) -> float:
        """Of a swatch and of a picture."""
        return min(self._row_rect(0).height() - 5, 18.0)

    def _bars_at(self) -> float:
        """Where the longest name ends, and the bars begin."""
        wide, side = QFontMetricsF(theme.font(theme.BODY)).horizontalAdvance, self._side()
        ends = [
            min(wide(row.name), theme.px(NAME_PX)) + (0 if row.picture is None else side + 5)
            for row in self._rows
        ]
        return SWATCH_X + side + GAP + max(ends) + 2 + GAP  # a swatch begins on a whole pixel

    def _paint_row(
        self, painter: QPainter, rect: QRectF, row: Count, share: float, bars_at: float
    ) -> None:
        look, side = theme.active(), self._side()
        middle = rect.center().y()
        swatch = QRectF(
            round(rect.x()) + SWATCH_X, round(middle - side / 2), round(side), round(side)
        )
        painter.fillRect(swatch, QColor(row.hue))
        painter.setPen(QPen(QColor(look.text), 1.5))
        if row.is_crossed:
            painter.drawLine(swatch.topLeft(), swatch.bottomRight())
            painter.drawLine(swatch.topRight(), swatch.bottomLeft())
        x = swatch.right() + GAP
        if row.picture is not None:
            draw_pixels(painter, QRectF(x, swatch.y(), side - 1, side - 1), row.picture)
            x += side + 5
        painter.setFont(theme.mono(theme.BODY))
        number_px = QFontMetricsF(painter.font()).horizontalAdvance("512")
        painter.setPen(QColor(look.text))
        painter.drawText(rect.adjusted(0, 0, -GAP, 0), RIGHT, str(row.n))
        right = rect.right() - GAP - number_px - GAP
        font = theme.font(theme.BODY)
        has_bars = right - bars_at > SHORTEST_PX
        name_px = max(0.0, (bars_at - GAP if has_bars else right) - x)
        painter.setFont(font)
        painter.drawText(
            QRectF(x, rect.y(), name_px, rect.height()), LEFT, elided(row.name, font, name_px)
        )
        if has_bars:
            bar = QRectF(bars_at, middle - 4, (right - bars_at) * share, 8)
            painter.fillRect(bar, QColor(row.hue))

    # --- mouse and keyboard

    def hover(self, row: int | None) -> None:
        """Stress a row, and its pictures on the map."""
        is_other = row != self._hovered
        super().hover(row)
        if is_other:
            self.looked_at.emit(self._hovered if row is not None else self._walked)

    def exact(self, row: int) -> str:
        """All that there is to say about a row."""
        share = self._rows[row].n / max(sum(each.n for each in self._rows), 1)
        return f"{self._rows[row].name}: {self._rows[row].n} pictures ({share:.1%})"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose a row whose pictures stand out; Escape lets go."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        last = len(self._rows) - 1
        if last >= 0 and event.key() in steps:
            step = steps[Qt.Key(event.key())]
            before = self._walked if self._walked is not None else -1
            self._walk(min(max(before + step, 0), last))
        elif event.key() == Qt.Key.Key_Escape and self._walked is not None:
            self._walk(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the row that the keyboard was on."""
        super().focusOutEvent(event)
        if self._walked is not None:
            self._walk(None)

    def _walk(self, row: int | None) -> None:
        self._walked = row
        self._describe()
        self.looked_at.emit(row)
        self.update()
