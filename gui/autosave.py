"""What a window remembers is saved soon after it changes, not only at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.jobs import Lane

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.settings import SettingsFile

DELAY_MS = 1000  # many changes in a row are one save


class Autosave(QObject):
    """Writes in the background, so that a slow disk holds up nothing; once more at the end.

    Args:
        window: Whose settings; it is the parent too.
        file: Where they go.
    """

    def __init__(self, window: MainWindow, file: SettingsFile) -> None:
        super().__init__(window)
        self._window, self._file = window, file
        self._saved = window.settings()
        self._lane = Lane("settings", self)
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._save)
        window.remembered_changed.connect(self._on_change)
        window.closing.connect(self._save_at_the_end)

    def _on_change(self) -> None:
        if not self._delay.isActive():
            self._delay.start()

    def _save(self) -> None:
        settings = self._window.settings()
        if settings != self._saved:
            self._saved = settings
            self._lane.submit(
                "save", lambda _: self._file.save(settings), lambda _: None, self._on_error
            )

    def _on_error(self, error: BaseException) -> None:
        self._window.session.report_error(error)

    def _save_at_the_end(self) -> None:
        self._delay.stop()
        self._lane.shutdown()
        self._file.save(self._window.settings())
