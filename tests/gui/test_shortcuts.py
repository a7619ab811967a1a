"""The help on keys: nothing that exists is missing, nothing is listed that does not work."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QKeySequence, QShortcut

from gui.main_window import MainWindow
from gui.settings import Settings
from gui.shortcuts import as_table, of_commands


@pytest.fixture
def window(qtbot, folders):
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    return window


def test_every_command_with_a_key_is_listed(window):
    listed = as_table(window).replace("&nbsp;", " ")
    keys = [key for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) > 12
    for key in keys:
        assert key.toString(QKeySequence.SequenceFormat.NativeText) in listed
    for shortcut in window.findChildren(QShortcut):
        assert shortcut.key().toString() in listed


def test_commands_are_called_as_in_their_menus(window):
    named = dict(of_commands(window))
    assert named["F1"] == "Show the story"
    assert named["Ctrl+1"] == "Go to 1 Pixels"
    assert named["Ctrl+Z"] == "Undo"
    assert named["Ctrl+O"] == "Open model folder"


def test_a_new_command_is_listed_without_being_told(window):
    action = QAction("&Fly <away>…", window)
    action.setShortcut("Ctrl+Shift+F9")
    assert "Fly&nbsp;&lt;away&gt;" in as_table(window)
    assert "Ctrl+Shift+F9" in as_table(window)
