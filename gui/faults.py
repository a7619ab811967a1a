"""The last net: exceptions that nobody caught become a banner and a traceback in the log file."""

from __future__ import annotations

import logging
import sys
import threading
import time
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

QUIET_S = 1.0  # the same fault again within this time is not reported again
_LOG_BYTES = 500_000


def log_to(folder: Path) -> Callable[[], None]:
    """Keep the log in a file of this folder, and two older ones.

    Returns:
        What ends it. If the file cannot be written, the program works without.
    """
    path = folder / "glassbox.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
        return lambda: None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)

    def end() -> None:
        root.removeHandler(handler)
        handler.close()

    return end


class Net(QObject):
    """Catches what falls through slots and event handlers, on any thread.

    Signals:
        caught: (BaseException) on the GUI thread; not more often than once a second for one fault.
    """

    caught = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._seen: dict[tuple[object, ...], float] = {}
        self._next, self._next_in_thread = sys.excepthook, threading.excepthook
        # One object each, kept: `remove` must recognise what it put there.
        self._hook, self._thread_hook = self._on_fault, self._on_thread_fault
        sys.excepthook, threading.excepthook = self._hook, self._thread_hook

    def remove(self) -> None:
        """Put back what was there before, unless someone else has put theirs on top."""
        if sys.excepthook is self._hook:
            sys.excepthook = self._next
        if threading.excepthook is self._thread_hook:
            threading.excepthook = self._next_in_thread

    def _on_fault(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_news(error, traceback):
            if isinstance(error, Exception):
                self.caught.emit(error)
            self._next(kind, error, traceback)

    def _on_thread_fault(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and self._is_news(args.exc_value, args.exc_traceback):
            self.caught.emit(args.exc_value)  # queued: the receiver lives on the GUI thread
            self._next_in_thread(args)

    def _is_news(self, error: BaseException, traceback: TracebackType | None) -> bool:
        """A fault in `paintEvent` comes back with every frame."""
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = traceback and (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
        fault, now = (type(error), place), time.monotonic()
        is_news = now - self._seen.get(fault, -QUIET_S) >= QUIET_S
        if is_news:
            self._seen[fault] = now
        return is_news
