"""A card of its own over the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget


class Popover(QFrame):
    """Frameless, over everything; Esc or a click elsewhere closes it.

    Args:
        parent: The window that it belongs to.
        name: Its `objectName`.
    """

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        # A click elsewhere only closes it, on every platform, as it does a menu.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setObjectName(name)
        self.setProperty("role", "card")
        self.setStyleSheet(f"#{name} {{ border-radius: 0; }}")  # a window has corners

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
