"""What is remembered reaches the disk while the window is open: soon, in the background, once."""

from __future__ import annotations

import threading
import time

import pytest

from core.config import SamplingConfig
from gui.autosave import Autosave
from gui.main_window import MainWindow
from gui.settings import Settings, SettingsFile


class WatchedFile(SettingsFile):
    """Counts saves and notes on which thread they were."""

    def __init__(self, path):
        super().__init__(path)
        self.saves: list[tuple[str, Settings]] = []
        self.gate = threading.Event()
        self.gate.set()

    def save(self, settings):
        assert self.gate.wait(10)
        was_written = super().save(settings)
        self.saves.append((threading.current_thread().name, settings))
        return was_written


@pytest.fixture
def file(tmp_path):
    return WatchedFile(tmp_path / "settings.json")


@pytest.fixture
def window(qtbot, folders, file):
    window = MainWindow(file.load())
    qtbot.addWidget(window)
    Autosave(window, file)
    window.show()
    yield window
    file.gate.set()
    window.close()


def test_a_change_is_on_the_disk_about_a_second_later(qtbot, window, file):
    saver = window.findChild(Autosave)  # that the window was shown is a change too
    qtbot.waitUntil(lambda: not (saver._delay.isActive() or saver._lane.is_busy()), timeout=5000)
    file.saves.clear()
    start = time.monotonic()
    window.session.set_seed(77)
    qtbot.waitUntil(lambda: bool(file.saves), timeout=5000)
    assert time.monotonic() - start >= 0.9
    assert SettingsFile(file._path).load() == window.settings()
    assert window.settings().seed == 77


def test_many_changes_are_one_save_in_the_background(qtbot, window, file):
    for seed in range(100):
        window.session.set_seed(seed)
    window.show_tab("text")
    qtbot.waitUntil(lambda: bool(file.saves), timeout=5000)
    (thread, settings), *more = file.saves
    assert not more
    assert thread.startswith("settings")
    assert (settings.seed, settings.tab) == (99, "text")


def test_what_is_not_remembered_is_not_saved(qtbot, window, file):
    window.session.set_seed(5)
    qtbot.waitUntil(lambda: bool(file.saves), timeout=5000)
    window.session.hover_token(3)
    window.session.select_token(2)
    saver = window.findChild(Autosave)
    qtbot.waitUntil(lambda: not saver._delay.isActive(), timeout=5000)
    assert len(file.saves) == 1


def test_a_slow_disk_does_not_hold_up_the_window(qtbot, window, file):
    file.gate.clear()
    window.session.set_seed(5)
    lane = window.findChild(Autosave)._lane
    qtbot.waitUntil(lane.is_busy, timeout=5000)
    window.session.set_seed(6)  # the window goes on meanwhile
    assert file.saves == []
    file.gate.set()
    window.close()
    assert file.saves[-1][1].seed == 6


def test_everything_that_is_remembered_is_noticed(qtbot, window, file):
    saver = window.findChild(Autosave)
    saver._delay.setInterval(0)
    changes = {
        "prompt": lambda: window.session.set_prompt("other"),
        "tab": lambda: window.show_tab("autocomplete"),
        "story_step": lambda: window.story.show_step(4),
        "theme": lambda: window.appearance.choose("dark"),
        "text_size": lambda: window.appearance.step_text_size(1),
        "temperature": lambda: window.session.set_sampling(SamplingConfig(temperature=0.5)),
        "seed": lambda: window.session.set_seed(9),
        "head": lambda: window.session.select_head(1, 2),
        "window": lambda: window.resize(1100, 720),
        "story_open": lambda: trigger(window, "Show the &story"),
        "reduce_motion": lambda: trigger(window, "&Reduce motion"),
    }
    for name, change in changes.items():
        before = getattr(window.settings(), name)
        change()
        now = getattr(window.settings(), name)
        assert now != before, name

        def is_saved(name=name, now=now) -> bool:  # perhaps after what the last change led to
            return bool(file.saves) and getattr(file.saves[-1][1], name) == now

        qtbot.waitUntil(is_saved, timeout=5000)


def trigger(window, text):
    (action,) = (
        action
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
        if action.text() == text
    )
    action.trigger()
