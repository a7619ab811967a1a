"""One attention head, large: how much each token looks at each token before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.attention_picture import ATTENTION, draw_map, numbered_cell
from gui.widgets.attention_words import favourites, one_cell
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.legend import draw_legend
from gui.widgets.map_places import (
    FRAMED_CELL,
    MapPlaces,
    draw_column_labels,
    draw_frame,
    draw_row_labels,
    lay_out,
)
from gui.widgets.painting import checked, draw_focus_ring, draw_hint, fitted, tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from gui.widgets.attention_picture import Scale

EDGE = 4  # room for the focus ring
READOUT, LEGEND = 22, 20  # heights of the two lines below the map
HINT = "Type a sentence above: this map will show how much each token looks at those before it."
ABOUT = ("Point at a square to read it.", "Click it to see how it is computed.")
ASK = "(click: how?)"
ALONE = "A single token can only look at itself. Type on!"


class AttentionMap(KeyboardCanvas):
    """The opened head's pattern: rows look at columns.

    Signals:
        token_hovered: (int | None) the row one points at, or the labelled token.
        token_clicked: (int | None) the labelled token, clicked, or the row that the keyboard is
            on; None lets go (Escape).
        number_asked: ((int, int), QPoint) row and column of the cell that was clicked, or on which
            the key ? was pressed, and where it is.
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)
    number_asked = Signal(object, QPoint)
    ask = ASK  # what a click on a cell does
    paints_ground = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attentionMap")
        self.setAccessibleName("Attention of the opened head")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pattern: NDArray[np.float32] | None = None  # (T, T)
        self._labels: tuple[str, ...] = ()
        self._scale = ATTENTION
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._row: int | None = None  # where the crosshair is
        self._column: int | None = None
        self._map = QRectF()
        self._readout: tuple[str, ...] = ()  # as many of these words as fit
        self._cell = 1.0
        self._places = MapPlaces((), QRectF(), 1.0, 0.0, False)
        self._picture = QPixmap()
        self._fits_numbers = True  # in its cells
        self._beside: AttentionMap | None = None  # with which it is compared

    def set_data(
        self,
        pattern: NDArray[np.float32],
        labels: Sequence[str],
        scale: Scale = ATTENTION,
    ) -> None:
        """Show one head.

        Args:
            pattern: (T, T) from 0 to 1; row t says how much token t looks at each column.
            labels: T labels of the tokens.
            scale: What the numbers mean, where they are not attention.

        Raises:
            ValueError: Another shape, nothing in it, or numbers that are not finite.
        """
        pattern = checked(pattern, "pattern", len(labels), len(labels))
        if pattern.size == 0:
            raise ValueError("pattern is empty: use clear()")
        self._pattern, self._labels = pattern, tuple(labels)
        self._scale = scale
        if max(self._row or 0, self._column or 0) >= len(labels):
            self._forget_cell()
        self.prepare()
        self.look_again()
        self._say()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._pattern, self._labels, self._hint = None, (), hint
        self.look_again()
        self._forget_cell()
        self.refresh()

    def stand_beside(self, other: AttentionMap | None) -> None:
        """Have numbers in the cells only if another map has room for them too; None: alone."""
        if other is not self._beside:
            self._beside = other
            self.refresh()

    @property
    def has_numbers(self) -> bool:
        """Whether its cells have their numbers in them."""
        return self._fits_numbers and (self._beside is None or self._beside._fits_numbers)

    def _forget_cell(self) -> None:
        """The cell with the crosshair is no more."""
        self._row = self._column = None

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Stress a token in both axes: the one under the mouse, else the clicked one."""
        if (token, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = token, hovered
            self._say()

    def sizeHint(self) -> QSize:
        """Room for thirty tokens or so."""
        return QSize(440, 420)

    def minimumSizeHint(self) -> QSize:
        """Small but still a map."""
        return QSize(160, 180)

    # --- preparing

    def prepare(self) -> None:
        """Decide the size of a cell; make the picture of the map."""
        if self._pattern is None:
            self._picture = QPixmap()
            return
        ratio = self.devicePixelRatioF()
        room = QRectF(self.rect()).adjusted(
            EDGE, EDGE, -EDGE, -EDGE - theme.px(READOUT) - theme.px(LEGEND)
        )
        self._places = places = lay_out(self._labels, room, ratio)
        self._map, self._cell = places.map, places.cell
        fitted, self._fits_numbers = self._fits_numbers, self._cell >= numbered_cell(self._scale)
        self._picture = draw_map(
            self._pattern, self._cell, ratio, self._scale, is_numbered=self.has_numbers
        )
        if self._beside is not None and fitted != self._fits_numbers:
            self._beside.refresh()

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the map, its labels, the crosshair and what it says."""
        painter = self.painter(event)
        if self._pattern is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.drawPixmap(self._map.topLeft() - QPointF(1, 1), self._picture)
            painter.setFont(theme.font(theme.SMALL))
            draw_row_labels(painter, self._places, EDGE, self._focus, self._row)
            draw_column_labels(painter, self._places, self._focus, self._column)
            self._draw_crosshair(painter)
            self._draw_readout(painter)
            self._draw_legend(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_legend(self, painter: QPainter) -> None:
        scale, top = self._scale, self._map.bottom() + theme.px(READOUT) + 5
        width = self.width() - 2 * EDGE
        draw_legend(
            *(painter, self.width() / 2, top, width, scale.ends()),
            is_signed=scale.is_signed,
            is_marked=self._is_marked,
        )

    @property
    def _is_marked(self) -> bool:
        """Whether a corner of a cell is folded over."""
        return False

    @property
    def _focus(self) -> int | None:
        """The token to stress, if it is on this map."""
        token = self._selected if self._hovered is None else self._hovered
        return token if token is not None and token < len(self._labels) else None

    def _draw_crosshair(self, painter: QPainter) -> None:
        """The stressed token's row framed; the row, column and cell that one points at."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        accent = QColor(theme.active().accent)
        if self._focus is not None:
            painter.setPen(QPen(accent, 1.5))
            draw_frame(painter, self._cell, self._spot(self._focus, 0, self._focus + 1))
        faint = QColor(accent)
        faint.setAlphaF(0.6)
        painter.setPen(QPen(faint, 1))
        if self._column is not None:
            x = self._map.x() + self._column * self._cell
            draw_frame(
                painter, self._cell, QRectF(x, self._map.y(), self._cell, self._map.height())
            )
        if self._row is not None and self._column is not None:
            draw_frame(painter, self._cell, self._spot(self._row, 0, len(self._labels)))
            painter.setPen(QPen(accent, 2.5))
            if self._cell >= FRAMED_CELL:
                painter.drawRect(self._spot(self._row, self._column, self._column + 1))

    def _spot(self, row: int, first: int, stop: int) -> QRectF:
        """The cells of a row from one column to before another."""
        return self._places.spot(row, first, stop)

    def _draw_readout(self, painter: QPainter) -> None:
        look, font = theme.active(), theme.font(theme.SMALL)
        rect = QRectF(EDGE, self._map.bottom() + 2, self.width() - 2 * EDGE, theme.px(READOUT))
        painter.setFont(font)
        painter.setPen(QColor(look.text if self._readout else look.muted))
        words = self._readout or self._about()
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, fitted(words, font, rect.width()))

    def _about(self) -> tuple[str, ...]:
        """What one can do here."""
        return ABOUT if len(self._labels) > 1 else (ALONE,)

    def _say(self) -> None:
        """Put into words what one points at, or where the stressed token looks."""
        self._readout = ()
        if self._pattern is not None and self._row is not None and self._column is not None:
            said = self._said_of(self._row, self._column)
            self._readout = (said, self.ask) if self._column <= self._row else (said,)
        elif self._pattern is not None and self._focus is not None:
            self._readout = self._said_of_row(self._focus)
        self.setAccessibleDescription("  ".join(self._readout))
        self.update()

    def _said_of(self, row: int, column: int) -> str:
        assert self._pattern is not None
        return one_cell(self._pattern, self._labels, row, column, self._scale)

    def _said_of_row(self, row: int) -> tuple[str, ...]:
        assert self._pattern is not None
        return favourites(self._pattern[row], self._labels, row, self._scale)

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse: a cell, or a label beside or above the map."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the cell or the label at a point, if there is one."""
        self._point_at(*self._position_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._point_at(None, None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the number of a cell; select the token of a label."""
        row, column = self._position_at(event.position())
        token = column if row is None else row
        if event.button() != Qt.MouseButton.LeftButton or token is None:
            return
        if row is None or column is None:
            self.token_clicked.emit(token)
        else:
            self.number_asked.emit((row, column), event.position().toPoint())

    def _position_at(self, point: QPointF) -> tuple[int | None, int | None]:
        """Row and column under a point; beside the map only one of them."""
        if self._pattern is None:
            return None, None
        return self._places.position_at(point, EDGE)

    def _point_at(self, row: int | None, column: int | None) -> None:
        if (row, column) == (self._row, self._column):
            return
        self._row, self._column = row, column
        shape = Qt.CursorShape
        nowhere = row is None and column is None
        self.setCursor(shape.ArrowCursor if nowhere else shape.PointingHandCursor)
        token = column if row is None else row
        if token != self._hovered:
            self._hovered = token
            self.token_hovered.emit(token)
        self._say()

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End move the crosshair; Enter selects its row, ? asks, Escape lets go."""
        if self._pattern is None:
            super().keyPressEvent(event)
            return
        last = len(self._labels) - 1
        row = last if self._row is None else self._row
        column = 0 if self._column is None else self._column
        moves = {
            Qt.Key.Key_Left: (row, column - 1),
            Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Up: (row - 1, column),
            Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Home: (row, 0),
            Qt.Key.Key_End: (row, row),
        }
        key = Qt.Key(event.key())
        if key in moves:
            row, column = moves[key] if self._row is not None else (row, column)
            self._point_at(min(max(row, 0), last), min(max(column, 0), last))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.token_clicked.emit(row)
        elif event.text() == "?" and self._row is not None:
            at = self._spot(row, column, column + 1).center().toPoint()
            self.number_asked.emit((row, column), at)
        elif key == Qt.Key.Key_Escape and self._selected is not None:
            self.token_clicked.emit(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's crosshair goes with the focus."""
        super().focusOutEvent(event)
        self._point_at(None, None)

    def event(self, event: QEvent) -> bool:
        """Say a shortened label in full, as plain text."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            row, column = self._position_at(QPointF(help_event.pos()))
            token = column if row is None else row
            inside = row is not None and column is not None
            said = "" if inside or token is None else tooltip(self._labels[token])
            QToolTip.showText(help_event.globalPos(), said, self)
            return True
        return super().event(event)
