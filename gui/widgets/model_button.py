"""Says which model is in use, and offers others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gui.widgets.menu_button import MenuButton
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

_MOST_CHARACTERS = 28


class ModelButton(MenuButton):
    """A button with a menu of models.

    Signals:
        bundled_chosen: the model that comes with the program.
        folder_wanted: a folder is to be asked for.
        recent_chosen: (str) a folder that was opened before.
    """

    bundled_chosen = Signal()
    folder_wanted = Signal()
    recent_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelButton")
        self.menu().setToolTipsVisible(True)
        self.set_model("", "")
        self.set_recent(())

    def set_model(self, name: str, warning: str) -> None:
        """Show a model's name.

        Args:
            name: "" while there is none.
            warning: What is wrong with it, shown as a badge; "" for nothing.
        """
        name = " ".join(name.split())
        short = name if len(name) <= _MOST_CHARACTERS else name[: _MOST_CHARACTERS - 1] + "…"
        badge = f"  ⚠ {warning}" if warning else ""
        self.setText(f"Model: {short or 'none'}{badge}")
        self.setAccessibleName(f"Model: {name or 'none'}{badge}")
        self.setToolTip(tooltip(f"{name}\nThe model that the text tabs look into".strip()))

    def set_recent(self, folders: Iterable[str], opened: str | None = None) -> None:
        """Offer these folders again.

        Args:
            folders: The latest first.
            opened: Which one is marked as open; "" for the model that comes with the program.
        """
        self.menu().clear()
        bundled = self.menu().addAction("Small World (comes with Glassbox)")
        bundled.triggered.connect(self.bundled_chosen)
        _mark(bundled, is_open=opened == "")
        self.menu().addAction("Open a model folder…", self.folder_wanted.emit)
        self.menu().addSeparator()
        for folder in folders:
            name = Path(folder).name or folder
            action = self.menu().addAction(name.replace("&", "&&"))
            action.setToolTip(tooltip(folder))
            _mark(action, is_open=folder == opened)
            action.triggered.connect(lambda _=False, chosen=folder: self.recent_chosen.emit(chosen))


def _mark(action: QAction, *, is_open: bool) -> None:
    """A tick; a click on it changes nothing before the model is there."""
    action.setCheckable(True)
    action.setChecked(is_open)
    action.triggered.connect(lambda: action.setChecked(is_open))
