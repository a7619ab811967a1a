"""Figures that mark where the keyboard is only while the keyboard is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt

from gui.widgets.painting import Canvas

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_KEPT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


def asks(event: QKeyEvent) -> bool:
    """Whether a key asks about what has the focus, as a click does: Enter, Space or ?."""
    return event.text() == "?" or event.key() in (
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
    )


class KeyboardCanvas(Canvas):
    """A canvas whose items, not the whole of it, get a ring while `shows_focus`."""

    _by_keyboard = False

    @property
    def shows_focus(self) -> bool:
        """It has the focus, by Tab or a shortcut, or a key was pressed since the last click."""
        return self._by_keyboard and self.hasFocus()

    def event(self, event: QEvent) -> bool:
        """Notice what the user works with."""
        before, kind = self._by_keyboard, event.type()
        if kind == QEvent.Type.FocusIn:
            reason = event.reason()  # type: ignore[attr-defined]
            if reason not in _KEPT:
                self._by_keyboard = reason in BY_KEYBOARD
        elif kind == QEvent.Type.KeyPress:
            self._by_keyboard = before or event.key() not in _MODIFIERS  # type: ignore[attr-defined]
        elif kind == QEvent.Type.MouseButtonPress:
            self._by_keyboard = False
        if self._by_keyboard != before:
            self.update()
        return super().event(event)
