"""Every picture that the net could ever see, side by side, in the colours of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui import theme
from gui.widgets.answer_hues import mixed
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.map_picture import N_CELLS, N_COLUMNS, N_ROWS, MapLayout, draw_map, lay_out
from gui.widgets.painting import checked, draw_hint
from gui.widgets.pixel_painting import N_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "All 512 pictures appear here as soon as there is a net."
CURRENT_PX, NEIGHBOUR_PX = 3.0, 2.0
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PictureMap(KeyboardCanvas):
    """A sheet of 16 x 32 small pictures, tinted; lines run where the answer changes.

    Heads at the left and above show what the pictures of a row or column share. Arrow keys walk,
    around the edges too; Enter, Space or a click chooses.

    Signals:
        looked_at: (object) the place under mouse or keyboard, None when it is let go.
        picture_chosen: (int) the place that was clicked or entered.
    """

    looked_at = Signal(object)
    picture_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureMap")
        self.setAccessibleName("All 512 black and white pictures")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pictures: NDArray[np.float64] = np.zeros((0, N_PIXELS))
        self._groups = np.zeros(0, np.intp)
        self._strengths = np.zeros(0)
        self._hues: tuple[str, ...] = ()
        self._crossed: int | None = None
        self._stressed: int | None = None
        self._current: int | None = None  # the picture that is drawn, and around it
        self._around: tuple[int, ...] = ()
        self._walked: int | None = None  # where the arrow keys have led
        self._hovered: int | None = None
        self._layout: MapLayout | None = None
        self._drawn = QImage()
        self._origin = QPointF()
        self._describe()

    # --- what is shown

    def set_pictures(self, pictures: NDArray[Any]) -> None:
        """Say once what lies where.

        Args:
            pictures: (512, 9) of -1 and 1, row by row.

        Raises:
            ValueError: Another shape.
        """
        self._pictures = checked(pictures, "pictures", N_CELLS, N_PIXELS).astype(np.float64)
        self.refresh()

    def set_data(
        self,
        groups: NDArray[Any],
        strengths: NDArray[Any],
        hues: Sequence[str],
        crossed: int | None = None,
    ) -> None:
        """Colour the pictures.

        Args:
            groups: (512,) integers: which hue a picture has.
            strengths: (512,) from 0, grey, to 1.
            hues: A colour for each group.
            crossed: The group whose pictures are crossed out as well.

        Raises:
            ValueError: Another shape, or a group without a hue.
        """
        chosen = checked(groups, "groups", N_CELLS).astype(np.intp)
        if chosen.min() < 0 or chosen.max() >= len(hues):
            raise ValueError(f"groups are not from 0 to {len(hues) - 1}")
        self._strengths = checked(strengths, "strengths", N_CELLS).astype(np.float64)
        self._groups, self._hues, self._crossed = chosen, tuple(hues), crossed
        if self._stressed is not None and self._stressed >= len(hues):
            self._stressed = None
        self._draw()
        self.update()

    def set_current(self, place: int | None, around: Sequence[int]) -> None:
        """Outline the picture that is drawn, and those one pixel away; None if it has greys."""
        self._current, self._around = place, tuple(around)
        self._walked = None
        self._describe()
        self.update()

    def stress(self, group: int | None) -> None:
        """Let the pictures of one group stand out, or all be equal again."""
        if group != self._stressed:
            self._stressed = group
            self._draw()
            self.update()

    @property
    def focus(self) -> int | None:
        """The place that the eye is on: the mouse's, else the keyboard's, else the drawn one."""
        if self._hovered is not None:
            return self._hovered
        return self._current if self._walked is None else self._walked

    def say(self, words: str) -> None:
        """What a screen reader is told about the place in focus."""
        self._describe(words)

    def _describe(self, words: str = "") -> None:
        place = self.focus
        said = "Arrow keys walk over the pictures, Enter draws one."
        if place is not None:
            row, column = divmod(place, N_COLUMNS)
            said = f"Row {row + 1} of {N_ROWS}, column {column + 1} of {N_COLUMNS}. {words} {said}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """Cells in which a picture can be recognised."""
        return QSize(456, 232)

    def minimumSizeHint(self) -> QSize:
        """Cells that a mouse still hits."""
        return QSize(240, 120)

    def prepare(self) -> None:
        """Lay out the sheet for this size and resolution, and colour it."""
        self._layout = None
        if len(self._pictures):
            ratio = self.devicePixelRatioF()
            width, height = (int(side * ratio) for side in (self.width(), self.height()))
            self._layout = lay_out(self._pictures, width, height)
            rows, columns = self._layout.entries.shape
            self._origin = QPointF(max((width - columns) // 2, 0) / ratio, 0.0)
            if height > rows:
                self._origin.setY((height - rows) // 2 / ratio)
            self._draw()

    def _draw(self) -> None:
        if self._layout is not None and len(self._groups):
            fills = mixed(self._groups, self._strengths, self._hues)
            ratio = self.devicePixelRatioF()
            parts = (fills, self._strengths, self._groups, self._stressed, ratio)
            self._drawn = draw_map(self._layout, *parts)

    def height_for(self, width: int) -> int:
        """What the sheet needs when it is as wide as this, in device-independent pixels."""
        ratio = self.devicePixelRatioF()
        layout = lay_out(self._pictures, int(width * ratio), int(width * ratio))
        return -int(-layout.entries.shape[0] // ratio)

    def place_at(self, at: QPointF) -> int | None:
        """The picture under a point of the widget."""
        if self._layout is None or not len(self._groups):
            return None
        on_sheet = (at - self._origin) * self.devicePixelRatioF()
        return self._layout.place_at(on_sheet.x(), on_sheet.y())

    def rect_of(self, place: int) -> QRectF:
        """Where a picture lies in the widget."""
        if self._layout is None:
            return QRectF()
        cell, ratio = self._layout.cell(place), self.devicePixelRatioF()
        size = QRectF(
            cell.x() / ratio, cell.y() / ratio, cell.width() / ratio, cell.height() / ratio
        )
        return size.translated(self._origin)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The sheet, and outlines on it."""
        painter = QPainter(self)
        if self._layout is None or not len(self._groups):
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        painter.drawImage(self._origin, self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._crossed is not None:
            for place in np.flatnonzero(self._groups == self._crossed).tolist():
                self._cross_out(painter, self.rect_of(place))
        look = theme.active()
        for place in self._around:
            self._outline(painter, place, look.accent, NEIGHBOUR_PX)
        if self._current is not None:
            self._outline(painter, self._current, look.accent, CURRENT_PX, grow=2.0)
        walks = self._walked is not None and self.shows_focus
        for looked in (self._hovered, self._walked if walks else None):
            if looked is not None:
                self._outline(painter, looked, look.text, NEIGHBOUR_PX, grow=1.0)
        if self.shows_focus and self._walked is None and self._current is None:
            painter.setPen(QPen(QColor(look.accent), 1.5))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _outline(
        self, painter: QPainter, place: int, color: str, width: float, grow: float = 0.0
    ) -> None:
        """A frame around a cell, with a thin one of the ground around it: seen on every colour."""
        rect = self.rect_of(place).adjusted(-grow, -grow, grow, grow)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.active().surface), width + 2))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(color), width))
        painter.drawRect(rect)

    def _cross_out(self, painter: QPainter, rect: QRectF) -> None:
        for color, width in ((theme.active().surface, 3.5), (theme.active().text, 1.5)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawLine(rect.topLeft(), rect.bottomRight())
            painter.drawLine(rect.topRight(), rect.bottomLeft())

    # --- mouse and keyboard

    def hover_at(self, point: QPointF) -> None:
        """Look at the picture under the mouse."""
        self._look(self.place_at(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at the picture under the mouse."""
        self.hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Look at what is drawn."""
        super().leaveEvent(event)
        self._look(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a picture."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.picture_chosen.emit(place)

    def _look(self, place: int | None) -> None:
        if place != self._hovered:
            self._hovered = place
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if place is None else shape.PointingHandCursor)
            self._describe()
            self.looked_at.emit(self.focus)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, around the edges too; Enter or Space chooses; Escape walks back."""
        key = event.key()
        here = self._current if self._walked is None else self._walked
        if not len(self._groups):
            super().keyPressEvent(event)
        elif key in _ARROWS:
            down, right = _ARROWS[Qt.Key(key)]
            row, column = divmod(here or 0, N_COLUMNS)
            self._walk((row + down) % N_ROWS * N_COLUMNS + (column + right) % N_COLUMNS)
        elif key in _CHOOSE and here is not None:
            self.picture_chosen.emit(here)
        elif key == Qt.Key.Key_Escape and self._walked is not None:
            self._walk(None)
        else:
            super().keyPressEvent(event)

    def _walk(self, place: int | None) -> None:
        self._walked, self._hovered = place, None
        self._describe()
        self.looked_at.emit(self.focus)
        self.update()
