"""The help on keys: nothing that exists is missing, nothing is listed that does not work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.shortcuts import all_keys, of_commands
from gui.shortcuts_dialog import ShortcutsDialog


@pytest.fixture
def window(qtbot, folders):
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    return window


@pytest.fixture
def dialog(qtbot, window):
    """Opens the list over a window of some size and text."""

    def make(width, height, text_size):
        window.appearance.choose_text_size(text_size)
        window.setMinimumSize(1, 1)  # as on a screen that is no larger
        window.resize(width, height)
        window.show()
        dialog = ShortcutsDialog(window)
        dialog.open()
        QApplication.processEvents()
        return dialog

    yield make
    for each in window.findChildren(ShortcutsDialog):
        each.close()


def test_every_command_with_a_key_is_listed(window):
    listed = [row.keys for rows in all_keys(window).values() for row in rows]
    keys = [key for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) > 12
    for key in keys:
        name = key.toString(QKeySequence.SequenceFormat.NativeText)
        assert any(name in row.split(", ") for row in listed)
    for shortcut in window.findChildren(QShortcut):
        assert any(shortcut.key().toString() in row for row in listed)


def test_commands_are_called_as_in_their_menus(window):
    named = dict(of_commands(window))
    assert named["F1"] == "Show the story"
    assert named["Ctrl+1"] == "Go to 1 Pixels"
    assert named["Ctrl+Z"] == "Undo"
    assert named["Ctrl+O"] == "Open model folder"


def test_a_new_command_is_listed_without_being_told(window, dialog):
    action = QAction("&Fly <away>…", window)
    action.setShortcut("Ctrl+Shift+F9")
    texts = [label.text() for label in dialog(1280, 800, 100).findChildren(QLabel)]
    assert texts[texts.index("Ctrl+Shift+F9") + 1] == "Fly <away>"


@pytest.mark.parametrize("size", [(1024, 680, 150), (1024, 680, 175), (640, 480, 150)])
def test_it_fits_a_small_window_with_large_text_and_breaks_no_word(dialog, size):
    shown = dialog(*size)
    assert theme.text_size() == size[2]
    assert shown.width() <= size[0]
    assert shown.height() <= size[1]
    scroll = shown.findChild(QScrollArea, "shortcutsScroll")
    assert scroll.widget().width() <= scroll.viewport().width()
    labels = shown.findChildren(QLabel)
    assert len(labels) > 60
    for label in labels:
        words = map(label.fontMetrics().horizontalAdvance, label.text().split())
        assert max(words) <= label.width(), label.text()
        assert label.heightForWidth(label.width()) <= label.height() + 1, label.text()


def test_the_keyboard_scrolls_and_closes_it(qtbot, dialog):
    shown = dialog(1024, 680, 150)
    bar = shown.findChild(QScrollArea, "shortcutsScroll").verticalScrollBar()
    qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_in_a_wide_window_it_is_seen_at_once(dialog):
    narrow = dialog(700, 680, 100)
    wide = dialog(1920, 1080, 100)
    assert len(narrow._columns) < len(wide._columns)
