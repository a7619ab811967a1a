"""A button that opens a menu and waits for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class MenuButton(QToolButton):
    """Its click shows its menu below it.

    Qt's own way (`InstantPopup`) runs a loop of its own until the menu is closed, inside whatever
    handled the click.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # the second click only closes it
        self.setMenu(menu)
        self.clicked.connect(lambda: menu.popup(self.mapToGlobal(QPoint(0, self.height()))))

    def setText(self, text: str) -> None:
        """Show a text, literally, and a sign that a menu is behind it."""
        super().setText(f"{text} ▾".replace("&", "&&"))  # one would be a shortcut's mark
