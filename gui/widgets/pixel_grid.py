"""A picture of three by three pixels to draw on, with the mouse or with the keyboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import checked, tooltip
from gui.widgets.pixel_cell import PixelCell
from gui.widgets.pixel_painting import (
    BLACK,
    N_PIXELS,
    SIDE,
    WHITE,
    draw_pixels,
    grey,
    in_words,
    number,
    place,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

GREY_STEP = 0.1  # one notch of the wheel, one press of + or -
TIPS = (
    "Click or drag: black, or the grey of the slider. A second click, or the right button: white.\n"
    "Grey: turn the mouse wheel over a pixel, or press + and \N{MINUS SIGN}.\n"
    "Keys: the arrows move, Space paints a pixel or erases it."
)
_NOTCH = 120  # Qt's unit: eighths of a degree in one notch of an ordinary wheel
_SAME = 1e-6  # greys no further apart are one: pictures are checked as float32
_MARGIN = 1  # room for the outermost line
Key = Qt.Key
_MOVES = {
    Key.Key_Left: (0, -1),
    Key.Key_Right: (0, 1),
    Key.Key_Up: (-1, 0),
    Key.Key_Down: (1, 0),
}


class PixelGrid(KeyboardCanvas):
    """Shows a picture and says what is drawn on it; whoever owns the picture gives it back.

    The left button draws with the ink, black at first, and the right one white; a left click on
    what has the ink's colour, without dragging on, turns it white. The wheel makes greys. With the
    keyboard, arrows move, Space paints or erases, plus and minus make lighter and darker.

    Signals:
        painted: (int, float) a pixel and the number it is to get.
        stroke_ended: the mouse button was released, or a key did its work: one step for Undo.
    """

    painted = Signal(int, float)
    stroke_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pixelGrid")
        self.setAccessibleName("Picture of three by three pixels")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._picture = np.full(N_PIXELS, WHITE)
        self._ink = BLACK  # what the left button paints
        self._cells = [PixelCell(cell, self) for cell in range(N_PIXELS)]
        self._rects = [QRectF()] * N_PIXELS
        self._current = N_PIXELS // 2  # where the keyboard is
        self._hovered: int | None = None
        self._brush: float | None = None  # what the pressed button paints
        self._last = QPointF()  # where the mouse was a moment ago
        self._to_erase: int | None = None  # had the ink when pressed: white if released there
        self._turned = 0  # of the wheel, since the last whole notch
        self._is_turning = False
        for cell, spoken in enumerate(self._cells):
            spoken.value_wanted.connect(partial(self._on_cell_set, cell))
        self.clear()

    # --- what is shown

    def set_ink(self, ink: float) -> None:
        """Draw with this from now on: from -1 (black) to 1 (white, which erases)."""
        self._ink = min(max(ink, BLACK), WHITE)

    def set_data(self, picture: NDArray[Any]) -> None:
        """Show a picture.

        Args:
            picture: (9,) from -1 (black) to 1 (white), row by row.

        Raises:
            ValueError: Another shape, or a number that no pixel can have.
        """
        pixels = checked(picture, "picture", N_PIXELS).astype(np.float64)
        if np.abs(pixels).max() > 1:
            raise ValueError("picture has values beyond -1 and 1")
        self._picture = pixels
        for cell, value in zip(self._cells, pixels, strict=True):
            cell.show_value(float(value))
        self._describe()
        self.update()

    def clear(self) -> None:
        """Show an empty sheet."""
        self.set_data(np.full(N_PIXELS, WHITE))

    def _describe(self) -> None:
        """Say the picture and where the keyboard is to a screen reader."""
        said = ", ".join(in_words(float(value)) for value in self._picture)
        here = f"{place(self._current)}: {in_words(float(self._picture[self._current]))}"
        self.setAccessibleDescription(f"{here}. Row by row: {said}.")

    # --- where things are

    def sizeHint(self) -> QSize:
        """Large: drawing on it is the first thing to do."""
        return QSize(248, 248)

    def minimumSizeHint(self) -> QSize:
        """Pixels that a finger still hits."""
        return QSize(120, 120)

    def prepare(self) -> None:
        """Lay out nine equal squares in the middle, on whole pixels of the screen."""
        room = min(self.width(), self.height()) - 2 * _MARGIN
        size = max(room // SIDE, 1)
        left, top = ((extent - SIDE * size) // 2 for extent in (self.width(), self.height()))
        for cell in range(N_PIXELS):
            row, column = divmod(cell, SIDE)
            rect = QRectF(left + column * size, top + row * size, size, size)
            self._rects[cell] = rect
            self._cells[cell].setGeometry(rect.toRect())

    def cell_at(self, at: QPointF) -> int | None:
        """The pixel under a point of the widget."""
        return next((cell for cell, rect in enumerate(self._rects) if rect.contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pixels with their numbers, and where mouse and keyboard are."""
        painter = QPainter(self)
        sheet = self._rects[0].united(self._rects[-1])
        draw_pixels(painter, sheet, self._picture)
        self._paint_numbers(painter)
        if self._hovered is not None:
            self._paint_frame(painter, self._hovered, theme.active().muted, 1.5)
        if self.shows_focus:
            self._paint_frame(painter, self._current, theme.active().accent, 3.0)

    def _paint_numbers(self, painter: QPainter) -> None:
        for cell, rect in enumerate(self._rects):
            ink = theme.active().readable_on(grey(self._picture[cell]))
            ink.setAlphaF(1.0 if cell == self._hovered else 0.7)
            painter.setPen(ink)
            painter.setFont(theme.mono(theme.SMALL, bold=cell == self._hovered))
            corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            painter.drawText(rect.adjusted(0, 0, -6, -4), corner, number(self._picture[cell]))

    def _paint_frame(self, painter: QPainter, cell: int, color: str, width: float) -> None:
        """A frame just inside a pixel, legible on black and on white."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(color), width))
        inset = 1.5 + width / 2
        painter.drawRect(self._rects[cell].adjusted(inset, inset, -inset, -inset))

    # --- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        brushes = {Qt.MouseButton.LeftButton: self._ink, Qt.MouseButton.RightButton: WHITE}
        cell = self.cell_at(event.position())
        if cell is None or self._brush is not None or event.button() not in brushes:
            return
        self._end_turning()
        self._brush, self._last = brushes[event.button()], event.position()
        self._move_to(cell)
        if self._brush != WHITE and self._has(cell, self._brush):
            self._to_erase = cell
        else:
            self._paint(cell, self._brush)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, through every pixel that a quick hand has crossed."""
        self._hover(self.cell_at(event.position()))
        if self._brush is None:
            return
        way = event.position() - self._last
        step = self._rects[0].width() / 4
        n_points = int(max(abs(way.x()), abs(way.y())) / max(step, 1)) + 1
        for i in range(1, n_points + 1):
            cell = self.cell_at(self._last + way * (i / n_points))
            if cell is not None and cell != self._to_erase:
                self._to_erase = None
                self._move_to(cell)
                self._paint(cell, self._brush)
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke; a plain click on the ink's colour was meant to erase."""
        if self._brush is None or event.buttons() != Qt.MouseButton.NoButton:
            return
        if self._to_erase is not None and self._to_erase == self.cell_at(event.position()):
            self._paint(self._to_erase, WHITE)
        self._brush = self._to_erase = None
        self.stroke_ended.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Make the pixel under the mouse lighter or darker; many notches are one stroke."""
        cell = self.cell_at(event.position())
        if cell is None or self._brush is not None:
            event.ignore()
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self._is_turning = True
            self._paint(cell, self._shaded(cell, notches))

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, cell: int | None) -> None:
        if cell != self._hovered:
            self._end_turning()
            self._hovered = cell
            self.update()

    def _end_turning(self) -> None:
        self._turned = 0
        if self._is_turning:
            self._is_turning = False
            self.stroke_ended.emit()

    # --- the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move; Space paints or erases; plus and minus make greys."""
        cell = self._current
        if event.key() in _MOVES:
            down, right = _MOVES[Key(event.key())]
            row, column = divmod(cell, SIDE)
            row, column = (min(max(at, 0), SIDE - 1) for at in (row + down, column + right))
            self._move_to(row * SIDE + column)
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self._paint(cell, WHITE if self._has(cell, self._ink) else self._ink)
            self.stroke_ended.emit()
        elif event.key() in (Key.Key_Plus, Key.Key_Equal, Key.Key_Minus):
            self._paint(cell, self._shaded(cell, -1 if event.key() == Key.Key_Minus else 1))
            self.stroke_ended.emit()
        else:
            super().keyPressEvent(event)

    def _move_to(self, cell: int) -> None:
        self._current = cell
        self._describe()
        self.update()
        if self.hasFocus():
            here = QAccessibleEvent(self._cells[cell], QAccessible.Event.Focus)
            QAccessible.updateAccessibility(here)

    def _has(self, cell: int, value: float) -> bool:
        return abs(float(self._picture[cell]) - value) < _SAME

    def _on_cell_set(self, cell: int, value: float) -> None:
        """A screen reader's user chose a number."""
        self._paint(cell, value)
        self.stroke_ended.emit()

    def _shaded(self, cell: int, notches: int) -> float:
        value = round(float(self._picture[cell]) + notches * GREY_STEP, 1)
        return min(max(value, BLACK), WHITE)

    def _paint(self, cell: int, value: float) -> None:
        if not self._has(cell, value):
            self.painted.emit(cell, value)

    # --- exact numbers

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the pixel's number."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            cell = self.cell_at(QPointF(help_event.pos()))
            text = ""
            if cell is not None:
                value = float(self._picture[cell])
                text = tooltip(f"{place(cell)}: {number(value)} ({in_words(value)})\n{TIPS}")
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)
