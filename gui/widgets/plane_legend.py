"""What the colours of the dots mean: a scale with its ends, or a name for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import elided, picture
from gui.widgets.row_canvas import fill_row, ring_row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from gui.widgets.plane_colours import Colouring

LINE, SWATCH, RAMP = 20, 9, 110
GAP = 6
Key = Qt.Key


class PlaneLegend(KeyboardCanvas):
    """A click on a class leaves only its dots coloured; a second click, all.

    Signals:
        only_wanted: (int | None) a class whose dots alone are to be coloured; None for all.
    """

    only_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planeLegend")
        self.setAccessibleName("What the colours mean")
        self.setMouseTracking(True)
        self._colouring: Colouring | None = None
        self._only: int | None = None
        self._hovered: int | None = None
        self._at = 0  # class that the keyboard is on
        self._places: list[QRectF] = []
        self.set_data(None)

    def set_data(self, colouring: Colouring | None) -> None:
        """Explain a colouring; nothing is shown without one."""
        self._colouring, self._only, self._hovered, self._at = colouring, None, None, 0
        names = colouring.names if colouring else ()
        focus = Qt.FocusPolicy.StrongFocus if names else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        self.setVisible(colouring is not None)
        if colouring is not None:
            said = f"{colouring.title}: {' to '.join(colouring.ends)}"
            self.setAccessibleDescription(", ".join(names) or said)
            self.setToolTip("Click a class to see it alone" if names else said)
        self.refresh()

    def sizeHint(self) -> QSize:
        """As high as the names are, in lines."""
        return QSize(300, self.height() or theme.px(LINE))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(0, theme.px(LINE))

    def prepare(self) -> None:
        """Lay the names out in lines, and be as high as those."""
        self._places = []
        names = self._colouring.names if self._colouring is not None else ()
        width_of = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
        x, y, high = 0.0, 0.0, float(theme.px(LINE))
        for name in names:
            wide = width_of(name) + theme.px(SWATCH) + 4 + 2 * GAP
            if x > 0 and x + wide > self.width():
                x, y = 0.0, y + high
            self._places.append(QRectF(x, y, wide, high))
            x += wide
        wanted = round(y + high)
        if wanted != self.height():
            self.setFixedHeight(wanted)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the scale, or the names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.SMALL))
        if self._colouring is None:
            return
        if not self._colouring.names:
            self._draw_scale(painter, self._colouring, self._colouring.table())
            return
        look = theme.active()
        colors = self._colouring.table().tolist()
        for number, (place, name) in enumerate(
            zip(self._places, self._colouring.names, strict=True)
        ):
            if number in (self._hovered, self._only):
                fill_row(painter, place)
            is_faint = self._only not in (None, number)
            side = theme.px(SWATCH)
            painter.setOpacity(0.45 if is_faint else 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor.fromRgb(colors[number]))
            middle = QPointF(place.x() + GAP + side / 2, place.center().y())
            painter.drawEllipse(middle, side / 2, side / 2)
            painter.setOpacity(1)
            painter.setPen(QColor(look.muted if is_faint else look.text))
            words = place.adjusted(GAP + side + 4, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
            if self.shows_focus and number == self._at:
                ring_row(painter, place)

    def _draw_scale(
        self, painter: QPainter, colouring: Colouring, table: NDArray[np.uint32]
    ) -> None:
        look = theme.active()
        metrics = QFontMetricsF(painter.font())
        low, high = colouring.ends
        middle = Qt.AlignmentFlag.AlignVCenter
        x, line = float(GAP), theme.px(LINE)
        painter.setPen(QColor(look.muted))
        wide = metrics.horizontalAdvance(low)
        painter.drawText(QRectF(x, 0, wide + 1, line), middle, low)
        ramp = QRectF(x + wide + GAP, line / 2 - 5, theme.px(RAMP), 10)
        painter.drawImage(ramp, picture(table.view("u1").reshape(1, -1, 4)))
        painter.setPen(QPen(QColor(look.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ramp)
        painter.setPen(QColor(look.muted))
        x, wide = ramp.right() + GAP, metrics.horizontalAdvance(high)
        painter.drawText(QRectF(x, 0, wide + 1, line), middle, high)
        x += wide + 2 * GAP
        room = self.width() - x
        painter.setPen(QColor(look.text))
        painter.drawText(
            QRectF(x, 0, room, line), middle, elided(colouring.title, painter.font(), room)
        )

    # --- mouse and keyboard

    def hover_at(self, point: QPointF) -> None:
        """Stress the class at a point."""
        found = next((i for i, place in enumerate(self._places) if place.contains(point)), None)
        if found != self._hovered:
            self._hovered = found
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if found is None else shape.PointingHandCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        super().leaveEvent(event)
        self.hover_at(QPointF(-1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave one class coloured."""
        self.hover_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self._hovered is not None:
            self._at = self._hovered
            self._choose(self._hovered)

    def _choose(self, number: int) -> None:
        self._only = None if number == self._only else number
        self.update()
        self.only_wanted.emit(self._only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the classes, Space or Enter chooses, Escape shows all."""
        key, last = Key(event.key()), len(self._places) - 1
        moves = {Key.Key_Left: -1, Key.Key_Up: -1, Key.Key_Right: 1, Key.Key_Down: 1}
        if key in moves and last >= 0:
            self._at = min(max(self._at + moves[key], 0), last)
            self.update()
        elif key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter) and last >= 0:
            self._choose(self._at)
        elif key == Key.Key_Escape and self._only is not None:
            self._choose(self._only)
        else:
            super().keyPressEvent(event)
