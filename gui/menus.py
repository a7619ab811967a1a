"""The menu bar: every command with its shortcut."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMessageBox

from gui import trace_saving
from gui.appearance import reduce_motion
from gui.shortcuts_dialog import ShortcutsDialog
from gui.theme import TEXT_SIZES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from gui.appearance import Appearance
    from gui.main_window import MainWindow
    from gui.undoing import Undoing

_THEMES = {"system": "&Follow the system", "light": "&Light", "dark": "&Dark"}
STORY_CLOSED = "The story is closed. F1, or Show the story in the menu View, brings it back."


def fill_menu_bar(window: MainWindow) -> None:
    """Give the window its menus."""
    bar = window.menuBar()
    _fill_file(bar.addMenu("&File"), window)
    _fill_edit(bar.addMenu("&Edit"), window.undoing)
    _fill_view(bar.addMenu("&View"), window)
    _fill_help(bar.addMenu("&Help"), window)


def _fill_file(menu: QMenu, window: MainWindow) -> None:
    menu.addAction("&Open model folder…", QKeySequence.StandardKey.Open, window.ask_for_model)
    menu.addAction("&Small World", window.open_bundled_model)
    menu.addSeparator()
    menu.addAction(
        "Save all &numbers of this text…", lambda: trace_saving.ask(window, window.session)
    )
    menu.addSeparator()
    leave = menu.addAction("&Quit", QKeySequence("Ctrl+Q"), window.close)
    leave.setMenuRole(QAction.MenuRole.QuitRole)


def _fill_edit(menu: QMenu, undoing: Undoing) -> None:
    menu.addActions([undoing.undo, undoing.redo])
    menu.aboutToShow.connect(undoing.show_state)
    menu.aboutToHide.connect(undoing.hide_state)


def _fill_view(menu: QMenu, window: MainWindow) -> None:
    for index in range(window.tabs.count()):
        menu.addAction(
            f"Go to {window.tabs.tabText(index)}",
            QKeySequence(f"Ctrl+{index + 1}"),
            partial(window.tabs.setCurrentIndex, index),
        )
    menu.addAction("Go to the &prompt", QKeySequence("Ctrl+L"), window.go_to_prompt)
    menu.addSeparator()
    choices = QActionGroup(menu)
    for name, text in _THEMES.items():
        choice = menu.addAction(text, partial(window.appearance.choose, name))
        choice.setCheckable(True)
        choice.setChecked(name == window.appearance.choice)
        choices.addAction(choice)
    _fill_text_sizes(menu.addMenu("Text si&ze"), window.appearance)
    menu.addSeparator()
    calm = menu.addAction("&Reduce motion")
    calm.setCheckable(True)
    calm.setChecked(window.is_motion_reduced())
    calm.toggled.connect(reduce_motion)
    story = menu.addAction("Show the &story")
    story.setShortcut(QKeySequence("F1"))
    story.setCheckable(True)
    story.setChecked(not window.story.isHidden())
    story.toggled.connect(window.story.setVisible)
    window.story.over.connect(lambda: story.setChecked(False))
    window.story.close_wanted.connect(partial(_close_story, window, story))
    for switch in (calm, story):
        switch.toggled.connect(window.remembered_changed)


def _close_story(window: MainWindow, story: QAction) -> None:
    """Hide the story as its command does, and say how it comes back."""
    story.setChecked(False)
    window.session.noticed.emit(STORY_CLOSED)
    window.focus_prompt()


def _fill_text_sizes(menu: QMenu, appearance: Appearance) -> None:
    choices = QActionGroup(menu)
    for percent in TEXT_SIZES:
        choice = menu.addAction(f"{percent}%", partial(appearance.choose_text_size, percent))
        choice.setCheckable(True)
        choice.setData(percent)
        choices.addAction(choice)
    menu.addSeparator()
    larger = menu.addAction("&Larger text", partial(appearance.step_text_size, 1))
    larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
    smaller = menu.addAction("&Smaller text", partial(appearance.step_text_size, -1))
    smaller.setShortcut(QKeySequence("Ctrl+-"))
    usual = menu.addAction("&Usual text size", partial(appearance.choose_text_size, 100))
    usual.setShortcut(QKeySequence("Ctrl+0"))

    def show(percent: int) -> None:
        for choice in choices.actions():
            choice.setChecked(choice.data() == percent)
        larger.setEnabled(percent < TEXT_SIZES[-1])
        smaller.setEnabled(percent > TEXT_SIZES[0])

    appearance.text_size_changed.connect(show)
    show(appearance.text_size)


def _fill_help(menu: QMenu, window: MainWindow) -> None:
    keys = menu.addAction("&Keyboard shortcuts", lambda: ShortcutsDialog(window).open())
    keys.setShortcut(QKeySequence("Ctrl+/"))
    about = menu.addAction("&About Glassbox", lambda: _tell(window, "About Glassbox", _ABOUT))
    about.setMenuRole(QAction.MenuRole.AboutRole)


_ABOUT = (
    "<h3>Glassbox</h3><p>See how a language model works, from nine pixels to the next word.</p>"
    "<p>Every number on the screen comes from a model that runs on this computer. "
    "Nothing is sent anywhere.</p>"
)


def _tell(window: MainWindow, title: str, text: str) -> None:
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
