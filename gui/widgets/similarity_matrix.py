"""How alike sentences are, each beside each: a square of cosines with names at two sides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.legend import hatching
from gui.widgets.number_shades import draw_signed_legend
from gui.widgets.painting import draw_focus_ring, draw_hint, elided, in_lines
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

EDGE, LINE, READOUT, LEGEND = 4, 18, 22, 20  # pixels at 100%
WIDEST_NAME, LARGEST_CELL = 220, 80
NUMBERED = 32  # cells this large show their number
HINT = "Type a few sentences at the left, one a line: here they are compared."
ABOUT = "Point at a square to read it, click it to see how it is computed."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
Key = Qt.Key
Cell = tuple[int, int]


class SimilarityMatrix(KeyboardCanvas):
    """Rows and columns are the same sentences in the same order.

    Signals:
        sentence_hovered: (int | None) the row one points at.
        sentence_clicked: (int) a name was clicked, or Enter pressed in its row.
        number_asked: ((int, int), QPoint) the cell that was clicked, or on which ? was pressed,
            and where it is.
    """

    sentence_hovered = Signal(object)
    sentence_clicked = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("similarityMatrix")
        self.setAccessibleName("How alike the sentences are")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._names: tuple[str, ...] = ()
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._cell: Cell | None = None  # under the mouse or the keyboard
        self._map = QRectF()
        self._side = 1.0

    # --- data

    def set_data(self, values: NDArray[np.float64], names: Sequence[str]) -> None:
        """Show similarities.

        Args:
            values: (N, N) cosines; NaN where there is none.
            names: N sentences.

        Raises:
            ValueError: Another shape, nothing in it, or numbers that are no cosines.
        """
        if not names or values.shape != (len(names), len(names)):
            raise ValueError(f"values have shape {values.shape} for {len(names)} names")
        if (np.abs(values[~np.isnan(values)]) > 1 + 1e-9).any():
            raise ValueError("a cosine is not between -1 and 1")
        self._values, self._names = values, tuple(names)
        if self._cell is not None and max(self._cell) >= len(names):
            self._cell = None
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._values, self._names, self._hint = np.zeros((0, 0)), (), hint
        self._cell = None
        self._describe()
        self.refresh()

    def set_selection(self, selected: int | None, hovered: int | None) -> None:
        """Stress a sentence: the one under the mouse, and the chosen one."""
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self._said() if self._names else self._hint)

    def _said(self) -> str:
        """What one points at."""
        if self._cell is None or not self._names:
            return ""
        row, column = self._cell
        return f"{row + 1} and {column + 1}: {shown(self._values[row, column], 3)}"

    def sizeHint(self) -> QSize:
        """Room for twelve sentences."""
        return QSize(520, 440)

    def minimumSizeHint(self) -> QSize:
        """Small but still a matrix."""
        return QSize(theme.px(180, 0.5), theme.px(160, 0.5))

    # --- where things are

    def prepare(self) -> None:
        """Share the room between names and cells, which are smaller where names are whole then."""
        n = len(self._names)
        if not n:
            return
        below = theme.px(READOUT) + theme.px(LEGEND) + 6
        width, height = self.width() - 2 * EDGE, self.height() - 2 * EDGE - below
        number = QFontMetricsF(theme.mono()).horizontalAdvance("12") + 6
        width_of = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
        longest = max(map(width_of, self._names)) + number + 8
        high = max((height - theme.px(LINE)) / n, 1.0)
        least = min(longest, theme.px(WIDEST_NAME), max(width * 0.3, number + 4))
        side = max(math.floor(min(high, (width - least) / n, theme.px(LARGEST_CELL))), 1)
        smaller = range(side, min(side, theme.px(NUMBERED)) - 1, -1)
        words = [width - n * each - number - 8 for each in smaller]
        whole = (
            each for each, room in zip(smaller, words, strict=True) if self._are_whole(room, each)
        )
        self._side = float(next(whole, side))
        spare = width - self._side * n
        names = max(min(longest, spare), number)
        left = EDGE + names + max((spare - names) / 2, 0)
        self._map = QRectF(round(left), EDGE + theme.px(LINE), self._side * n, self._side * n)
        self._names_x, self._number = self._map.x() - names, number

    def _are_whole(self, width: float, height: float) -> bool:
        """Whether each sentence fits the room beside its row."""
        room = QRectF(0, 0, width, height)
        return all(" ".join(self._lines_of(one, room)) == one for one in self._names)

    def _spot(self, row: int, column: int) -> QRectF:
        x, y = self._map.x() + column * self._side, self._map.y() + row * self._side
        return QRectF(x, y, self._side, self._side)

    def _position_at(self, point: QPointF) -> tuple[int | None, int | None]:
        """Row and column under a point; beside the cells only one of them."""
        if not self._names:
            return None, None
        last = len(self._names) - 1
        across, down = point.x() - self._map.x(), point.y() - self._map.y()
        row = min(int(down // self._side), last) if 0 <= down < self._map.height() else None
        column = min(int(across // self._side), last) if 0 <= across < self._map.width() else None
        if row is not None and column is None and not self._names_x <= point.x() < self._map.x():
            return None, None
        if column is not None and row is None and not EDGE <= point.y() < self._map.y():
            return None, None
        return row, column

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names, cells, what one points at and the legend."""
        painter = QPainter(self)
        if not self._names:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            self._draw_names(painter)
            for row in range(len(self._names)):
                for column in range(len(self._names)):
                    self._draw_cell(painter, row, column)
            self._draw_frames(painter)
            self._draw_readout(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_names(self, painter: QPainter) -> None:
        look, font = theme.active(), theme.font(theme.SMALL)
        row_here, column_here = self._cell or (None, None)
        for n, name in enumerate(self._names):
            is_stressed = n in (self._selected, self._hovered)
            color = QColor(look.accent if is_stressed else look.text)
            spot = self._spot(n, 0)
            line = QRectF(self._names_x, spot.y(), self._number, self._side)
            painter.setFont(theme.mono(bold=is_stressed or n == row_here))
            painter.setPen(color)
            painter.drawText(line, LEFT, str(n + 1))
            room = QRectF(line.right(), spot.y(), self._map.x() - line.right() - 8, self._side)
            painter.setFont(font)
            painter.drawText(room, LEFT, "\n".join(self._lines_of(name, room)))
            above = self._spot(0, n).translated(0, -theme.px(LINE))
            above.setHeight(theme.px(LINE))
            painter.setFont(theme.mono(bold=is_stressed or n == column_here))
            painter.drawText(above, CENTRE, str(n + 1))

    def _lines_of(self, name: str, room: QRectF) -> list[str]:
        """A sentence in as many lines as its row has room for."""
        font = theme.font(theme.SMALL)
        n_lines = int(room.height() / QFontMetricsF(font).lineSpacing())
        return in_lines(name, font, room.width(), max(n_lines, 1))

    def _draw_cell(self, painter: QPainter, row: int, column: int) -> None:
        look, spot, value = theme.active(), self._spot(row, column), self._values[row, column]
        if np.isnan(value):
            painter.fillRect(spot, hatching())
            ink = QColor(look.muted)
        else:
            fill = look.signed_color(float(value))
            painter.fillRect(spot, fill)
            ink = look.readable_on(fill)
        if self._side >= theme.px(NUMBERED):
            painter.setFont(theme.mono())
            painter.setPen(ink)
            text = shown(value, 2)
            if QFontMetricsF(painter.font()).horizontalAdvance(text) > self._side - 4:
                text = text.replace("0.", ".")
            painter.drawText(spot, CENTRE, text)

    def _draw_frames(self, painter: QPainter) -> None:
        look = theme.active()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.border), 1))
        painter.drawRect(self._map)
        n = len(self._names)
        if self._selected is not None and self._selected < n:
            painter.setPen(QPen(QColor(look.accent), 1.5))
            across = self._spot(self._selected, 0).united(self._spot(self._selected, n - 1))
            painter.drawRect(across)
            painter.drawRect(
                self._spot(0, self._selected).united(self._spot(n - 1, self._selected))
            )
        if self._cell is not None:
            painter.setPen(QPen(QColor(look.accent), 2.5))
            painter.drawRect(self._spot(*self._cell).adjusted(1, 1, -1, -1))

    def _draw_readout(self, painter: QPainter) -> None:
        look, font, said = theme.active(), theme.font(theme.SMALL), self._said()
        room = QRectF(EDGE, self._map.bottom() + 2, self.width() - 2 * EDGE, theme.px(READOUT))
        painter.setFont(font)
        painter.setPen(QColor(look.text if said else look.muted))
        painter.drawText(room, CENTRE, elided(said or ABOUT, font, room.width()))
        draw_signed_legend(painter, self.width() / 2, room.bottom() + 4, 1.0)

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the cell or the name at a point, if there is one."""
        row, column = self._position_at(point)
        nowhere = row is None and column is None
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if nowhere else shape.PointingHandCursor)
        self._point_at(None if row is None or column is None else (row, column))
        if row is None or column is None:
            self.sentence_hovered.emit(column if row is None else row)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None)
        self.sentence_hovered.emit(None)

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.sentence_hovered.emit(None if cell is None else cell[0])
            self._describe()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number, or choose a sentence by its name."""
        row, column = self._position_at(event.position())
        sentence = column if row is None else row
        if event.button() != Qt.MouseButton.LeftButton or sentence is None:
            return
        if row is None or column is None:
            self.sentence_clicked.emit(sentence)
        else:
            self.number_asked.emit((row, column), event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter chooses the row's sentence, ? asks, Escape lets go."""
        key, last = Key(event.key()), len(self._names) - 1
        row, column = self._cell or (0, 0)
        moves = {
            Key.Key_Left: (row, column - 1),
            Key.Key_Right: (row, column + 1),
            Key.Key_Up: (row - 1, column),
            Key.Key_Down: (row + 1, column),
            Key.Key_Home: (row, 0),
            Key.Key_End: (row, last),
        }
        if self._names and key in moves:
            row, column = moves[key] if self._cell is not None else (row, column)
            self._point_at((min(max(row, 0), last), min(max(column, 0), last)))
        elif self._cell is None:
            super().keyPressEvent(event)
        elif event.text() == "?":
            self.number_asked.emit(self._cell, self._spot(*self._cell).center().toPoint())
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.sentence_clicked.emit(self._cell[0])
        elif key == Key.Key_Escape:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's frame goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._point_at(None)


def shown(value: float, digits: int) -> str:
    """A cosine, or a dash where there is none."""
    return "\N{EN DASH}" if math.isnan(value) else f"{value:.{digits}f}".replace("-", MINUS)
