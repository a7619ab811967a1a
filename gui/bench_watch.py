"""The window of `gui.bench`: real events go in, and it tells when the answer is painted."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gui.main_window import MainWindow

PAUSE_MS = 60  # between two presses: fast typing, with bars still gliding from the last one
DEADLINE_S = 30.0
SIZE = (1280, 800)  # of the window, in device-independent pixels


class Spent(NamedTuple):
    """Milliseconds from an act to the end of the paint that shows what came of it.

    Attributes:
        wall: By the clock on the wall: what one waits.
        cpu: Of work, in all threads of this process; other programs do not count.
    """

    wall: float
    cpu: float


class Watch(QObject):
    """Measures until a window has been painted with what it is to show."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._is_there: Callable[[], bool] = lambda: False
        self._is_painted = False
        window.installEventFilter(self)
        self.startTimer(1000)  # wakes the loop below to look at the clock

    def milliseconds(
        self, act: Callable[[], object], is_there: Callable[[], bool] = lambda: True
    ) -> float:
        """As `spent`, by the clock on the wall."""
        return self.spent(act, is_there).wall

    def spent(
        self, act: Callable[[], object], is_there: Callable[[], bool] = lambda: True
    ) -> Spent:
        """How long it takes from an act to the end of the next paint after its consequence.

        Raises:
            TimeoutError: It never came.
        """
        self._is_there, self._is_painted = is_there, False
        start, worked = time.perf_counter(), time.process_time()
        act()
        while not self._is_painted:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() - start > DEADLINE_S:
                raise TimeoutError("the window did not answer")
        wall, cpu = time.perf_counter() - start, time.process_time() - worked
        return Spent(1000 * wall, 1000 * cpu)

    def shows(self, text: str) -> bool:
        """Whether the model's answer to a text has reached the views."""
        trace = self.window.session.trace
        return trace is not None and trace.text == text

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """All that changed in a window is painted by one event."""
        if event.type() == QEvent.Type.UpdateRequest and self._is_there():
            self._is_painted = True  # once `processEvents` comes back from it
        return False


# --- the window


@contextmanager
def opened(model: Path, on_painted: Callable[[], object] = lambda: None) -> Iterator[Watch]:
    """A window, once it shows what the model predicts."""
    from gui.app import create_app

    prompt = "They walked along the river to the"
    argv = ["glassbox", "--model", str(model), "--tab", "autocomplete", "--prompt", prompt]
    _app, window = create_app(argv)
    window.resize(*SIZE)  # a screen that is only pretended may be smaller
    window.painted.connect(on_painted)
    try:
        watch = Watch(window)
        watch.milliseconds(lambda: None, partial(watch.shows, prompt))
        yield watch
    finally:
        window.close()
        window.deleteLater()


def find(window: QWidget, name: str) -> QWidget:
    """The widget of this `objectName`."""
    found = window.findChild(QWidget, name)
    assert isinstance(found, QWidget), name
    return found


def press(editor: QWidget, character: str) -> None:
    """Type a character."""
    key = Qt.Key(ord(character.upper()))
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
        QApplication.sendEvent(editor, event)


def pause() -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(PAUSE_MS, loop.quit)
    loop.exec()
