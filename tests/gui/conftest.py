"""What every test of the window is held to: no thread, timer or window left, no unsaid failure."""

from __future__ import annotations

import gc
import inspect
import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from core.paths import SMALL_WORLD_MODEL
from gui import theme
from gui.main_window import MainWindow
from gui.session import Session
from gui.settings import Settings
from tests.gui.models import FakeModel, fake_plane
from tests.gui.windows import idle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gui.failures import Failure


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    """The user's own settings and log are never touched."""
    folder = tmp_path / "config"
    monkeypatch.setenv("GLASSBOX_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _same_start(qapp: QApplication) -> Iterator[None]:
    """Whatever a test does to the application as a whole is undone."""
    hooks = sys.excepthook, threading.excepthook
    handlers = list(logging.getLogger().handlers)
    if (theme.active(), theme.text_size()) != (theme.LIGHT, 100) or not qapp.styleSheet():
        theme.apply(qapp, theme.LIGHT)
    qapp.setProperty("reduceMotion", False)
    yield
    assert logging.getLogger().handlers == handlers, "a log file was left open"
    assert (sys.excepthook, threading.excepthook) == hooks, "an exception hook was left in place"


@pytest.fixture
def at_rest(qapp: QApplication) -> None:
    """Nothing glides."""
    qapp.setProperty("reduceMotion", True)


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    """Without a model."""
    made = Session()
    yield made
    made.shutdown()


@pytest.fixture
def folders(monkeypatch) -> dict[str, FakeModel | BaseException]:
    """What `Session.open_model` finds, by the folder's name: a model or a refusal."""
    found: dict[str, FakeModel | BaseException] = {
        "small-world": FakeModel("Small World", folder=str(SMALL_WORLD_MODEL)),
        "first": FakeModel("first"),
        "second": FakeModel("second", n_layers=1, n_heads=2),
    }

    def load(folder: Path, _cancelled):
        model = found[folder.name]
        if isinstance(model, BaseException):
            raise model
        return model, fake_plane()

    monkeypatch.setattr("gui.session.load", load)
    return found


@pytest.fixture
def opened(qtbot, qapp, folders):
    """Opens a window that is closed at the end; waits for its model."""

    def make(settings=None, *, model="small-world", wait=True):
        window = MainWindow(settings or Settings())
        qtbot.addWidget(window)
        window.show()
        if model is not None:
            window.open_model(model)
            if wait:
                idle(qtbot, window)
        return window

    return make


@pytest.fixture
def window(opened):
    return opened()


@pytest.fixture(autouse=True)
def failures(request: pytest.FixtureRequest, monkeypatch) -> Iterator[list[Failure]]:
    """Every `Session.failed` of the test; a test that does not ask for them must have none."""
    seen: list[Failure] = []
    make = Session.__init__

    def watched(self: Session, *args, **kwargs) -> None:
        make(self, *args, **kwargs)
        self.failed.connect(seen.append)

    monkeypatch.setattr(Session, "__init__", watched)
    yield seen
    asked_for = "failures" in inspect.signature(request.function).parameters
    assert asked_for or not seen, f"unexpected failures: {seen}"


@pytest.fixture(autouse=True)
def _no_leaks(qapp: QApplication) -> Iterator[None]:
    threads, windows, timers = _threads(), _windows(), _timers()
    yield
    _settle()
    if (left := _windows() - windows) or _timers() - timers:
        gc.collect()
        _settle()
    left = _windows() - windows
    assert not left, f"windows left: {left}"
    ticking = _timers() - timers
    assert not ticking, f"timers left ticking: {[(t, t.parent()) for t in ticking]}"
    running = _threads() - threads
    assert not running, f"threads left: {running}"


def _settle() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _threads() -> set[threading.Thread]:
    """Those of Python; torch's and Qt's own live as long as the process."""
    return set(threading.enumerate())


def _windows() -> set:
    return set(QApplication.topLevelWidgets())


def _timers() -> set:
    wrappers = Shiboken.getAllValidWrappers()
    return {each for each in wrappers if isinstance(each, QTimer) and each.isActive()}
