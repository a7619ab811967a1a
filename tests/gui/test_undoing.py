"""Ctrl+Z in the whole window: it takes back what the user did last, where the user is at work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QSpinBox

from core.interventions import Off
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.text.change_page import ChangePage
from gui.text.changes_view import ChangesPopover
from gui.undoing import OF_TEXT, UNCHANGED
from gui.widgets.pixel_grid import PixelGrid
from tests.gui.models import save_tiny

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FIRST, SECOND = Off(0, "head", 1), Off(1, "mlp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("undoing") / "tiny", n_heads=4)


@pytest.fixture
def window(qtbot, folder):
    window = MainWindow(Settings(tab="text", prompt="one two three", story_open=False))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_model(str(folder))
    qtbot.waitUntil(lambda: window.session.trace is not None, timeout=20_000)
    yield window
    window.close()


def press(key=Key.Key_Z, modifiers=CTRL):
    """As a hand does: where the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def editor_of(window) -> QLineEdit:
    return window.findChild(QLineEdit, "promptEdit")


def change_page(qtbot, window) -> ChangePage:
    window._show_view("text", "change")
    page = window.findChild(ChangePage)
    qtbot.waitUntil(lambda: page.grid.isVisible() and page.grid.width() > 50)
    return page


def click_part(qtbot, page, layer, column):
    where = page.grid.cell_rect(layer, column).center().toPoint()
    qtbot.mouseClick(page.grid, Qt.MouseButton.LeftButton, pos=where)


def test_a_part_that_was_switched_off_by_a_click_is_taken_back_and_made_again(qtbot, window):
    page = change_page(qtbot, window)
    click_part(qtbot, page, 0, 1)
    click_part(qtbot, page, 1, 5)
    assert window.session.changes == (FIRST, SECOND)
    press()
    assert window.session.changes == (FIRST,)
    press()
    assert window.session.changes == ()
    press()  # there is no more
    press(modifiers=CTRL | SHIFT)
    assert window.session.changes == (FIRST,)
    press(Key.Key_Y)
    assert window.session.changes == (FIRST, SECOND)


def test_a_new_change_ends_what_could_be_made_again(window):
    session = window.session
    session.add_change(FIRST)
    session.what_if.undo()
    session.add_change(SECOND)
    assert not session.what_if.can_redo
    session.what_if.redo()
    assert session.changes == (SECOND,)


def test_what_a_key_takes_back_in_the_model_is_said_and_the_menu_says_it_before(window):
    session, undoing = window.session, window.undoing
    session.what_if.replace((FIRST, SECOND))
    session.what_if.remove(FIRST)
    window.model_button.setFocus()
    undoing.show_state()
    assert undoing.undo.text() == "&Undo: head 1.2 off, removed"
    undoing.hide_state()
    press()
    assert window.banner.sentence == ("Undone: head 1.2 off, removed. 2 changes in the model now.")
    press()
    assert window.banner.sentence == f"Undone: 2 changes. {UNCHANGED}."
    undoing.show_state()
    assert [undoing.undo.text(), undoing.redo.text()] == ["&Undo", "&Redo: 2 changes"]
    undoing.hide_state()
    assert [undoing.undo.text(), undoing.redo.text()] == ["&Undo", "&Redo"]
    press(Key.Key_Y)
    assert window.banner.sentence == "Made again: 2 changes. 2 changes in the model now."


def test_what_was_said_of_the_model_goes_with_the_next_change(qtbot, window):
    page = change_page(qtbot, window)
    click_part(qtbot, page, 0, 1)
    press()
    assert window.banner.sentence == f"Undone: head 1.2 off. {UNCHANGED}."
    assert window.banner.isVisible()
    click_part(qtbot, page, 1, 5)
    assert window.session.changes == (SECOND,)
    assert not window.banner.isVisible()


@pytest.mark.parametrize("error", [False, True])
def test_what_was_said_of_something_else_stays_whatever_is_changed(window, error):
    window.session.add_change(FIRST)
    window.model_button.setFocus()
    press()
    window.banner.say("Saved as map.png.", error=error)
    window.session.add_change(FIRST)
    assert window.banner.isVisible()


def test_who_types_in_one_text_takes_nothing_back_in_another(qtbot, window):
    qtbot.keyClicks(editor_of(window), "!")
    window.prompt_bar.set_comparing(True)
    window.prompt_bar.second.setFocus()
    for _ in range(9):
        press()
    assert window.session.prompt == "one two three!"


def test_the_prompt_is_taken_back_from_elsewhere_once_nothing_is_changed(qtbot, window):
    qtbot.keyClicks(editor_of(window), "!")
    window.session.add_change(FIRST)
    window.model_button.setFocus()
    press()
    assert (window.session.changes, window.session.prompt) == ((), "one two three!")
    window.undoing.show_state()
    assert window.undoing.undo.text() == f"&Undo: {OF_TEXT}"
    window.undoing.hide_state()
    press()
    assert window.session.prompt == "one two three"


def test_where_the_model_writes_the_keys_change_the_text_and_never_the_model(qtbot, window):
    session = window.session
    session.what_if.replace((FIRST, SECOND))
    session.what_if.clear()
    window.show_tab("autocomplete")
    button = window.findChild(QPushButton, "generateButton")
    qtbot.waitUntil(lambda: session.trace is not None and button.isEnabled())
    session.set_pace(1)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.prompt != "one two three")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    written = session.prompt
    window.model_button.setFocus()
    window.undoing.show_state()
    assert window.undoing.undo.text() == f"&Undo: {OF_TEXT}"
    window.undoing.hide_state()
    for _ in range(3):
        press()
        assert session.prompt == "one two three"
        assert session.changes == ()
    press(modifiers=CTRL | SHIFT)
    assert session.prompt == written
    qtbot.mouseClick(window.findChild(QPushButton, "undoTextButton"), Qt.MouseButton.LeftButton)
    for key in (Key.Key_Z, Key.Key_Z, Key.Key_Y, Key.Key_Y, Key.Key_Y):
        press(key)
        assert session.changes == ()
    assert session.prompt == written
    window.show_tab("text")
    window.model_button.setFocus()
    press()
    assert session.changes == (FIRST, SECOND)


def test_on_another_page_of_it_the_text_above_is_changed_back(qtbot, window):
    window.session.add_change(FIRST)
    window.show_tab("autocomplete")
    window._show_view("autocomplete", "count")
    editor = window.findChild(QLineEdit, "pagePromptEdit")
    editor.setFocus()
    QTest.keyClicks(editor, " four")
    window.model_button.setFocus()
    press()
    assert window.session.prompt == "one two three"
    press()
    assert window.session.prompt == "one two three"
    assert window.session.changes == (FIRST,)


def test_in_a_text_that_was_typed_the_text_comes_first_and_then_the_changes(window):
    window.session.add_change(FIRST)
    editor = editor_of(window)
    editor.setFocus()
    QTest.keyClicks(editor, " four")
    press()
    assert editor.text() == window.session.prompt == "one two three"
    assert window.session.changes == (FIRST,)
    press(modifiers=CTRL | SHIFT)
    assert window.session.prompt == "one two three four"
    press()
    press()
    assert window.session.prompt == "one two three"
    assert window.session.changes == ()


def test_the_text_of_a_number_comes_first_too(window):
    window.show_tab("autocomplete")
    window.session.add_change(FIRST)
    seed = window.findChild(QSpinBox, "seedSpin")
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, "7")
    assert seed.value() == 7
    press()
    assert seed.value() == 1
    assert window.session.prompt == "one two three"
    assert window.session.changes == (FIRST,)


def test_on_the_pixels_the_same_keys_take_back_the_picture(qtbot, window):
    window.session.add_change(FIRST)
    window.show_tab("pixels")
    pixels = window.pixels_tab.pixels
    qtbot.waitUntil(lambda: pixels.is_ready)
    grid, before = window.findChild(PixelGrid), pixels.picture
    grid.setFocus()
    QTest.keyClick(grid, Key.Key_Space)
    assert (pixels.picture != before).any()
    press()
    assert (pixels.picture == before).all()
    press(modifiers=CTRL | SHIFT)
    assert (pixels.picture != before).any()
    assert window.session.changes == (FIRST,)
    window.undoing.undo.trigger()
    assert (pixels.picture == before).all()
    window.show_tab("text")
    press()
    assert window.session.changes == ()


def test_the_menu_says_whether_there_is_something_to_undo(window):
    undoing = window.undoing
    menu = next(a.menu() for a in window.menuBar().actions() if a.text() == "&Edit")
    window.model_button.setFocus()
    states = []
    for step in (lambda: None, lambda: window.session.add_change(FIRST), undoing.undo.trigger):
        step()
        menu.aboutToShow.emit()
        states.append((undoing.undo.isEnabled(), undoing.redo.isEnabled()))
        menu.aboutToHide.emit()
    assert states == [(False, False), (True, False), (False, True)]
    assert undoing.undo.isEnabled()
    assert isinstance(undoing.undo, QAction)


def test_the_list_has_both_buttons_and_the_card_of_it_the_keys(qtbot, window):
    window.session.add_change(FIRST)
    qtbot.mouseClick(window.findChild(QPushButton, "changesButton"), Qt.MouseButton.LeftButton)
    card = window.findChild(ChangesPopover)
    undo, redo = (
        card.findChild(QPushButton, f"changesPopoverList{name}") for name in ("Undo", "Redo")
    )
    assert undo.isEnabled()
    assert not redo.isEnabled()
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert window.session.changes == ()
    assert redo.isEnabled()
    qtbot.mouseClick(redo, Qt.MouseButton.LeftButton)
    assert window.session.changes == (FIRST,)
    QTest.keyClick(card, Key.Key_Z, CTRL)
    assert window.session.changes == ()
    QTest.keyClick(card, Key.Key_Y, CTRL)
    assert window.session.changes == (FIRST,)
    card.close()


def test_the_first_text_of_every_editor_is_where_undoing_ends(qtbot, window):
    compare = window.findChild(QPushButton, "compareButton")
    qtbot.mouseClick(compare, Qt.MouseButton.LeftButton)
    second = window.session.second_prompt
    assert second
    for name in ("promptEdit", "secondPromptEdit"):
        editor = window.findChild(QLineEdit, name)
        editor.setFocus()
        first = editor.text()
        QTest.keyClick(editor, Key.Key_End)
        QTest.keyClicks(editor, " six")
        for _ in range(3):
            press()
            assert editor.text() == first
    window.show_tab("autocomplete")
    window.focus_prompt()
    press()
    assert window.session.prompt == "one two three"
    assert window.session.second_prompt == second
