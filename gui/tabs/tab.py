"""What all tabs share: facts that arrive while a tab is hidden wait until it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QShowEvent


class Tab(QWidget):
    """A page of the window, painted only from facts it can be seen to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._late: dict[Callable[[], None], None] = {}  # in order of arrival, each once

    def follow(self, signal: SignalInstance, refresh: Callable[[], None]) -> None:
        """Call `refresh` after the signal: at once while shown, else once when shown next."""
        signal.connect(lambda *_: self._on_fact(refresh))
        self._late[refresh] = None

    def _on_fact(self, refresh: Callable[[], None]) -> None:
        if self.isVisible():
            refresh()
        else:
            self._late[refresh] = None

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        while self._late:  # one that fails leaves the others for the next time
            refresh = next(iter(self._late))
            del self._late[refresh]
            refresh()
