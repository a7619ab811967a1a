"""One attention head as lines between words: at the left who looks, at the right at whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QToolTip, QWidget

from gui.widgets.arcs_painting import LOOKS, SEEN, ArcsPainting
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent

    from gui.widgets.arcs_painting import Spot

Key = Qt.Key


class AttentionArcs(ArcsPainting):
    """Thickness and colour of a line are its weight; a word that is pointed at shows its own.

    Signals:
        token_hovered: (int | None) the word one points at.
        token_clicked: (int | None) the word that was clicked, or entered; None lets go.
        number_asked: ((int, int), QPoint) row and column of the weight that was clicked, or of
            the largest one of the word on which ? was pressed, and where it is.
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attentionArcs")
        self.setAccessibleName("Attention of the opened head, as lines between words")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the word under the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Point at the word at a point; stay there on the way along its lines to its weights."""
        spot = self.spot_at(point)
        if spot is not None and self._is_weight(spot, point):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif spot is not None or self._at is None or not self._view.contains(point):
            self._point_at(spot)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def _is_weight(self, spot: Spot, point: QPointF) -> bool:
        """Whether a point is on a weight that is shown."""
        focus = self._focus
        is_there = focus is not None and focus[0] != spot[0]
        return is_there and self._number(*spot).contains(point)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, spot: Spot | None) -> None:
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if spot is None else shape.PointingHandCursor)
        if spot == self._at:
            return
        before, self._at = self._at, spot
        token = None if spot is None else spot[1]
        if token != (None if before is None else before[1]):
            self.token_hovered.emit(token)
        self._describe()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a weight, or select a word."""
        spot = self.spot_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or spot is None:
            return
        if self._focus is not None and self._is_weight(spot, event.position()):
            self._ask(self._focus, spot, event.position().toPoint())
        else:
            self.token_clicked.emit(spot[1])

    def _ask(self, focus: Spot, other: Spot, at: QPoint) -> None:
        cell = (focus[1], other[1]) if focus[0] == LOOKS else (other[1], focus[1])
        self.number_asked.emit(cell, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the words; Enter selects, ? asks, Escape lets go."""
        key, last = Key(event.key()), len(self._labels) - 1
        column, token = self._at or (LOOKS, last)
        moves = {
            Key.Key_Up: (column, token - 1),
            Key.Key_Down: (column, token + 1),
            Key.Key_Left: (LOOKS, token),
            Key.Key_Right: (SEEN, token),
            Key.Key_Home: (column, 0),
            Key.Key_End: (column, last),
        }
        if self._pattern is None:
            super().keyPressEvent(event)
        elif key in moves:
            column, token = moves[key] if self._at is not None else (column, token)
            token = min(max(token, 0), last)
            self.scroll_to(token * self._row_px, (token + 1) * self._row_px)
            self._point_at((column, token))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.token_clicked.emit(token)
        elif event.text() == "?" and self._at is not None:
            row, seen = self._own(self._at)[0]
            at = self._number(1 - column, seen if column == LOOKS else row).center().toPoint()
            self.number_asked.emit((row, seen), at)
        elif key == Key.Key_Escape and (self._at or self._selected) is not None:
            self._point_at(None)
            if self._selected is not None:
                self.token_clicked.emit(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's word goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._point_at(None)

    def event(self, event: QEvent) -> bool:
        """Say a shortened word in full, as plain text."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            spot = self.spot_at(QPointF(help_event.pos()))
            said = "" if spot is None else tooltip(self._labels[spot[1]])
            QToolTip.showText(help_event.globalPos(), said, self)
            return True
        return super().event(event)
