"""Ctrl-C in the terminal closes the window as its own button does."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def close_on_interrupt(window: MainWindow) -> None:
    """Close a window on SIGINT and SIGTERM.

    Python handles a signal only when it next runs Python, which Qt's loop may not do for hours:
    the arriving signal also writes a byte to a socket, and that wakes the loop.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    before = {
        number: signal.signal(number, lambda *_: window.close())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    old_wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, window)

    def drain(*_: object) -> None:
        # Python handles the signal on its way into this very call: the window may be closed,
        # and the socket with it.
        with contextlib.suppress(OSError):
            ours.recv(64)

    notifier.activated.connect(drain)

    def restore() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(old_wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()

    window.closing.connect(restore)
