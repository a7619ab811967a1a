"""What figures of spots share: one is pointed at by mouse or keyboard, and its number asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QToolTip

from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent

Spot = TypeVar("Spot", bound="Hashable")
Key = Qt.Key


class SpotCanvas(KeyboardCanvas, Generic[Spot]):
    """A figure that says what its spots are and where; it gets them pointed at in return."""

    _spot: Spot | None = None  # that is pointed at

    def spots(self) -> Sequence[Spot]:
        """All that can be pointed at, in the order in which the keyboard walks."""
        raise NotImplementedError

    def spot_at(self, point: QPointF) -> Spot | None:
        """What is at a point."""
        raise NotImplementedError

    def centre(self, spot: Spot) -> QPointF:
        """Where its number is explained."""
        raise NotImplementedError

    def exact(self, spot: Spot) -> str:
        """All that there is to say about it."""
        raise NotImplementedError

    def choose(self, spot: Spot, at: QPoint) -> None:
        """It was clicked, or Enter was pressed on it."""
        self.ask(spot, at)

    def ask(self, spot: Spot, at: QPoint) -> None:
        """Its number is asked for."""
        raise NotImplementedError

    def bring(self, spot: Spot) -> None:
        """Bring it into sight, where a figure scrolls."""

    def describe(self) -> None:
        """Say to a screen reader what is pointed at."""
        raise NotImplementedError

    def point_at(self, spot: Spot | None) -> None:
        """Point at a spot, or at none."""
        if spot != self._spot:
            self._spot = spot
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if spot is None else shape.PointingHandCursor)
            self.describe()
            self.update()

    def keep_spot(self) -> None:
        """After other data: what is no more is not pointed at any longer."""
        if self._spot is not None and self._spot not in self.spots():
            self._spot = None

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Point at what is at a point, if there is something."""
        self.point_at(self.spot_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self.point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is clicked."""
        spot = self.spot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.point_at(spot)
            self.choose(spot, event.position().toPoint())

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the exact numbers."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            spot = self.spot_at(QPointF(help_event.pos()))
            text = "" if spot is None else tooltip(self.exact(spot))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk; Enter chooses, ? asks, Escape lets go."""
        spots, spot, key = self.spots(), self._spot, Key(event.key())
        at = spots.index(spot) if spot in spots else -1
        moves = {
            Key.Key_Up: max(at - 1, 0),
            Key.Key_Left: max(at - 1, 0),
            Key.Key_Down: at + 1,
            Key.Key_Right: at + 1,
            Key.Key_Home: 0,
            Key.Key_End: len(spots) - 1,
        }
        if key in moves and spots:
            found = spots[min(moves[key], len(spots) - 1)]
            self.bring(found)
            self.point_at(found)
        elif spot is not None and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.choose(spot, self.centre(spot).toPoint())
        elif spot is not None and event.text() == "?":
            self.ask(spot, self.centre(spot).toPoint())
        elif spot is not None and key == Key.Key_Escape:
            self.point_at(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's cursor goes with the focus, unless a card about it takes that."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.point_at(None)
