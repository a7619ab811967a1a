"""A table of signed numbers as a picture: thousands of them, each one readable and clickable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas, asks
from gui.widgets.number_shades import colour_table, draw_signed_legend, ticks
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, elided, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

EDGE = 4  # room for the focus ring
LINE = 16  # of the ticks, of what is said and of the legend
TICK, MARK = 4, 5  # lengths of the axes' ticks and of the marks beside a row
TICK_ROOM = 26  # between two ticks on the upright axis
HINT = "Open a model to see its numbers."
ABOUT = ("Point at a number to read it.", "Click it to see how it is made.")  # what fits
Key = Qt.Key
Cell = tuple[int, int]


class NumberMatrix(KeyboardCanvas):
    """Rows downwards, columns to the right; blue below zero, orange above.

    Signals:
        cell_hovered: ((int, int) | None) row and column under the mouse or the keyboard's cursor.
        number_asked: ((int, int), QPoint) the number that was clicked, or on which ? or Enter was
            pressed, and where it is.

    Args:
        name: Its `objectName`.
        spoken: What it is, for a screen reader.
        parent: Qt's.
    """

    cell_hovered = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._values: NDArray[np.float32] | None = None
        self._shades: NDArray[np.uint8] | None = None
        self._limit, self._is_square = 1.0, False
        self._say: Callable[[int, int, float], str] = _plain
        self._axes = ("", "")
        self._hint = HINT
        self._cell: Cell | None = None
        self._marked: int | None = None
        self._area = QRectF()
        self._picture = QPixmap()

    def set_data(
        self,
        values: NDArray[np.float32],
        colours: NDArray[np.uint8],
        limit: float,
        axes: tuple[str, str],
        say: Callable[[int, int, float], str],
        *,
        square: bool = False,
    ) -> None:
        """Show a table.

        Args:
            values: (R, N).
            colours: `shades` of them.
            limit: That these were made with.
            axes: What the rows and what the columns are.
            say: What there is to read at a row and a column with this value.
            square: Keep cells square.

        Raises:
            ValueError: Nothing in it, or numbers that are not finite.
        """
        values = checked(values, "values", None, None)
        if values.size == 0 or colours.shape[0] != values.shape[0]:
            raise ValueError(f"values have shape {values.shape}, their colours {colours.shape}")
        self._values, self._shades, self._limit = values, colours, limit
        self._axes, self._say, self._is_square = axes, say, square
        if self._cell and not self._is_inside(self._cell):
            self._cell = None
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._values = self._shades = self._cell = None
        self._hint = hint
        self._describe()
        self.refresh()

    def set_marked(self, row: int | None) -> None:
        """Mark a row at both its ends."""
        if row != self._marked:
            self._marked = row
            self.update()

    def set_cell(self, cell: Cell | None) -> None:
        """Put the crosshair somewhere, as the same place in another picture is looked at."""
        inside = cell if cell is not None and self._is_inside(cell) else None
        if inside != self._cell:
            self._cell = inside
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(420, 300)

    def minimumSizeHint(self) -> QSize:
        """Small, but still a picture."""
        return QSize(theme.px(160, 0.5), theme.px(130, 0.5))

    # --- preparing

    def prepare(self) -> None:
        """Find the room for the numbers and paint them once."""
        self._picture = QPixmap()
        if self._values is None or self._shades is None:
            return
        rows, columns = self._values.shape
        metrics = QFontMetricsF(theme.mono())
        left = EDGE + metrics.horizontalAdvance(f"{rows:,}") + TICK + 4
        top, line = EDGE + theme.px(LINE), theme.px(LINE)
        width = max(self.width() - left - EDGE - MARK - 2, 1.0)
        height = max(self.height() - top - TICK - 3 * line - EDGE - 4, 1.0)
        if self._is_square:
            cell = min(width / columns, height / rows)
            left += (width - cell * columns) / 2
            width, height = cell * columns, cell * rows
        self._area = QRectF(round(left), top, max(round(width), 1), max(round(height), 1))
        self._picture = self._painted(columns, rows)

    def _painted(self, columns: int, rows: int) -> QPixmap:
        """The numbers in the size that they have here: enlarged sharply, made small smoothly."""
        assert self._shades is not None
        data = self._shades
        kind = QImage.Format.Format_Indexed8
        image = QImage(data.data, columns, rows, data.shape[1], kind)
        image.setColorTable(colour_table())
        ratio = self.devicePixelRatioF()
        size = (self._area.size() * ratio).toSize()
        mode = Qt.TransformationMode
        across = size.width() < columns or size.height() < rows
        how = mode.SmoothTransformation if across else mode.FastTransformation
        scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how)
        made = QPixmap.fromImage(scaled)
        made.setDevicePixelRatio(ratio)
        return made

    def _is_inside(self, cell: Cell) -> bool:
        rows, columns = (0, 0) if self._values is None else self._values.shape
        return bool(0 <= cell[0] < rows and 0 <= cell[1] < columns)

    def _spot(self, cell: Cell) -> QRectF:
        """Where a number is."""
        assert self._values is not None
        rows, columns = self._values.shape
        wide, high = self._area.width() / columns, self._area.height() / rows
        return QRectF(self._area.x() + cell[1] * wide, self._area.y() + cell[0] * high, wide, high)

    def _describe(self) -> None:
        """Tell a screen reader what is under the crosshair."""
        self.setAccessibleDescription(self._said() or self._hint)

    def _said(self) -> str:
        if self._values is None or self._cell is None:
            return ""
        return self._say(*self._cell, float(self._values[self._cell]))

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, its axes, what one points at and the legend."""
        painter = QPainter(self)
        if self._values is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        look = theme.active()
        painter.drawPixmap(self._area.topLeft(), self._picture)
        painter.setPen(QColor(look.border))
        painter.drawRect(self._area)
        painter.setFont(theme.mono())
        painter.setPen(QColor(look.muted))
        self._draw_axes(painter)
        self._draw_crosshair(painter)
        self._draw_words(painter)
        self._draw_legend(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_axes(self, painter: QPainter) -> None:
        """Round numbers along both axes, counted from one, and what they count."""
        assert self._values is not None
        area, (rows, columns) = self._area, self._values.shape
        line = theme.px(LINE)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in ticks(rows, area.height() / theme.px(TICK_ROOM)):
            y = self._spot((row, 0)).center().y()
            painter.drawLine(QPointF(area.x() - TICK, y), QPointF(area.x() - 1, y))
            room = QRectF(0, y - line / 2, area.x() - TICK - 2, line)
            painter.drawText(room, right, f"{row + 1:,}")
        wide = QFontMetricsF(painter.font()).horizontalAdvance("0,000") + theme.BETWEEN
        for column in ticks(columns, area.width() / wide):
            x = self._spot((0, column)).center().x()
            painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x, area.bottom() + TICK))
            room = QRectF(x - wide / 2, area.bottom() + TICK, wide, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{column + 1:,}")
        painter.setFont(theme.font(theme.SMALL))
        across = f"{self._axes[0]} ↓   {self._axes[1]} →"
        where = QRectF(area.x(), 0, max(area.width(), 1.0), area.y() - 2)
        low = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(where, low, elided(across, painter.font(), where.width()))

    def _draw_crosshair(self, painter: QPainter) -> None:
        accent = QColor(theme.active().accent)
        area = self._area
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._marked is not None and self._is_inside((self._marked, 0)):
            y = self._spot((self._marked, 0)).center().y()
            painter.setPen(QPen(accent, 3))
            painter.drawLine(QPointF(area.x() - MARK, y), QPointF(area.x() - 1, y))
            painter.drawLine(QPointF(area.right() + 2, y), QPointF(area.right() + 1 + MARK, y))
        if self._cell is None:
            return
        spot = self._spot(self._cell)
        faint = QColor(accent)
        faint.setAlphaF(0.7)
        painter.setPen(QPen(faint, 1))
        for a, b in (
            ((area.left(), spot.center().y()), (spot.left() - 3, spot.center().y())),
            ((spot.right() + 3, spot.center().y()), (area.right(), spot.center().y())),
            ((spot.center().x(), area.top()), (spot.center().x(), spot.top() - 3)),
            ((spot.center().x(), spot.bottom() + 3), (spot.center().x(), area.bottom())),
        ):
            painter.drawLine(QPointF(*a), QPointF(*b))
        painter.setPen(QPen(accent, 1.5))
        least = QRectF(spot.center() - QPointF(2.5, 2.5), spot.center() + QPointF(2.5, 2.5))
        painter.drawRect(spot.united(least))

    def _draw_words(self, painter: QPainter) -> None:
        """What one points at, in words."""
        look, line, said = theme.active(), theme.px(LINE), self._said()
        top = self._area.bottom() + TICK + line
        room = QRectF(EDGE, top, self.width() - 2 * EDGE, line + 4)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.text if said else look.muted))
        font = painter.font()
        words = elided(said, font, room.width()) if said else fitted(ABOUT, font, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_legend(self, painter: QPainter) -> None:
        """What the colours mean."""
        top = self._area.bottom() + TICK + 2 * theme.px(LINE) + 6
        draw_signed_legend(painter, self.width() / 2, top, self._limit)

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Put the crosshair on the number at a point, if there is one."""
        self._hover(self.cell_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._hover(cell)
            self.number_asked.emit(cell, event.position().toPoint())

    def cell_at(self, point: QPointF) -> Cell | None:
        """Row and column at a point."""
        if self._values is None or not self._area.contains(point):
            return None
        rows, columns = self._values.shape
        row = math.floor((point.y() - self._area.y()) / self._area.height() * rows)
        column = math.floor((point.x() - self._area.x()) / self._area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def _hover(self, cell: Cell | None) -> None:
        if cell == self._cell:
            return
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if cell is None else shape.PointingHandCursor)
        self.set_cell(cell)
        self.cell_hovered.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End and the page keys walk; Enter or ? asks, Escape lets go."""
        if self._values is None:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        row, column = self._cell or (0, 0)
        far = max(rows // 10, 1)
        moves = {
            Key.Key_Left: (row, column - 1),
            Key.Key_Right: (row, column + 1),
            Key.Key_Up: (row - 1, column),
            Key.Key_Down: (row + 1, column),
            Key.Key_PageUp: (row - far, column),
            Key.Key_PageDown: (row + far, column),
            Key.Key_Home: (row, 0),
            Key.Key_End: (row, columns - 1),
        }
        key = Key(event.key())
        if key in moves:
            row, column = moves[key] if self._cell is not None else (row, column)
            self._hover((min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)))
        elif self._cell is not None and asks(event):
            self.number_asked.emit(self._cell, self._spot(self._cell).center().toPoint())
        elif key == Key.Key_Escape and self._cell is not None:
            self._hover(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's crosshair goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._hover(None)


def _plain(row: int, column: int, value: float) -> str:
    return f"{row + 1}, {column + 1}: {value:.3f}"
