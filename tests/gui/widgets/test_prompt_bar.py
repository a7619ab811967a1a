"""The prompt bar: what is typed is what is said, whatever it is; echoes disturb nobody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolButton

from gui.widgets.examples_button import Example, ExamplesButton
from gui.widgets.prompt_bar import MOST, PromptBar


@pytest.fixture
def bar(qtbot):
    bar = PromptBar()
    bar.said = []
    bar.edited.connect(bar.said.append)
    qtbot.addWidget(bar)
    bar.resize(600, 50)
    bar.show()
    bar.editor.setFocus()
    return bar


def paste(qtbot, bar, text):
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(bar.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def undo(qtbot, bar):
    qtbot.keyClick(bar.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_every_key_is_told_once(qtbot, bar):
    qtbot.keyClicks(bar.editor, "cat")
    assert bar.said == ["c", "ca", "cat"]


def test_showing_a_prompt_tells_nothing(bar):
    bar.set_text("They walked")
    bar.set_text("Others walked")
    bar.set_text("")
    assert bar.said == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "two\nlines\n",
        "a⏎b",
        "a⏎\nb⏎⏎\n\n",
        "🦛 naïve é שלום",
        "tab\there",
        "\u2029",
        " ",
    ],
)
def test_any_text_round_trips(bar, text):
    bar.set_text(text)
    assert bar.text() == text
    bar.set_text(text)
    assert bar.said == []


def test_line_ends_are_seen(bar):
    bar.set_text("one\ntwo")
    assert bar.editor.text() == "one⏎two"


def test_pasted_line_ends_are_seen_and_told(qtbot, bar):
    bar.set_text("ac")
    bar.editor.setCursorPosition(1)
    paste(qtbot, bar, "\nb\n")
    assert bar.editor.text() == "a⏎b⏎c"
    assert bar.said == ["a\nb\nc"]
    assert bar.editor.cursorPosition() == 4


def test_pasted_line_ends_can_be_undone_and_so_can_what_was_before(qtbot, bar):
    bar.editor.insert("one 🦛 two")
    bar.editor.setSelection(0, 6)  # "one 🦛": the animal is two of Qt's units
    paste(qtbot, bar, "a\n🦊\n")
    assert bar.text() == "a\n🦊\n two"
    assert bar.editor.cursorPosition() == 5
    undo(qtbot, bar)
    assert bar.text() == "one 🦛 two"
    assert bar.said[-1] == "one 🦛 two"
    bar.editor.redo()
    assert bar.text() == "a\n🦊\n two"
    undo(qtbot, bar)
    undo(qtbot, bar)
    assert bar.text() == ""


def test_too_many_pasted_lines_are_cut_and_can_be_undone(qtbot, bar):
    qtbot.keyClicks(bar.editor, "mine")
    with qtbot.waitSignal(bar.too_long):
        paste(qtbot, bar, "x\n" * MOST)
    assert bar.text() == ("mine" + "x\n" * MOST)[:MOST]
    undo(qtbot, bar)
    assert bar.text() == "mine"


def test_an_echo_of_what_was_typed_leaves_cursor_and_selection(qtbot, bar):
    qtbot.keyClicks(bar.editor, "They walked")
    bar.editor.setCursorPosition(4)
    bar.set_text("They walked")
    assert bar.editor.cursorPosition() == 4
    bar.editor.setSelection(0, 4)
    bar.set_text("They walked")
    assert bar.editor.selectedText() == "They"


def test_text_that_is_appended_moves_the_cursor_only_from_the_end(bar):
    bar.set_text("They")
    bar.editor.end(False)
    bar.set_text("They walked")
    assert bar.editor.cursorPosition() == 11
    bar.editor.setCursorPosition(2)
    bar.set_text("They walked on")
    assert bar.editor.cursorPosition() == 2


def test_a_shorter_prompt_keeps_the_cursor_within_it(bar):
    bar.set_text("They walked 🦛")
    bar.editor.setCursorPosition(8)
    bar.set_text("Th")
    assert bar.editor.cursorPosition() == 2


def test_what_was_replaced_can_be_undone(qtbot, bar):
    qtbot.keyClicks(bar.editor, "mine")
    bar.set_text("theirs")
    undo(qtbot, bar)
    assert bar.text() == "mine"
    assert bar.said[-1] == "mine"


def test_the_first_text_cannot_be_undone_and_what_is_typed_behind_it_goes_by_itself(qtbot, bar):
    bar.set_text("one")
    undo(qtbot, bar)
    assert bar.text() == "one"
    qtbot.keyClicks(bar.editor, " two")
    bar.set_text("three")
    qtbot.keyClicks(bar.editor, " four")
    bar.set_text("three four five")
    seen = [bar.text()]
    for _ in range(6):
        undo(qtbot, bar)
        seen.append(bar.text())
    assert seen == ["three four five", "three four", "three", "one two", "one", "one", "one"]


def test_what_is_written_token_by_token_is_one_step(qtbot, bar):
    qtbot.keyClicks(bar.editor, "Once")
    for text in ("Once upon", "Once upon a", "Once upon a time"):
        bar.set_text(text)
    undo(qtbot, bar)
    assert bar.text() == "Once"


def test_texts_too_long_to_be_kept_for_undoing_leave_nothing_behind(qtbot, bar):
    bar.set_text("short")
    for letter in "abc":
        bar.set_text(letter * 5_000)
    assert not bar.editor.isUndoAvailable()
    undo(qtbot, bar)
    assert bar.text() == "c" * 5_000


def test_too_much_is_cut_and_told_at_once(qtbot, bar):
    with qtbot.waitSignal(bar.too_long):
        paste(qtbot, bar, "x" * 1_000_000)
    assert len(bar.text()) == MOST
    assert bar.said == ["x" * MOST]


def test_a_long_prompt_from_elsewhere_is_shown_whole(qtbot, bar):
    text = "🦛" * MOST  # as many code points, twice the UTF-16 units
    bar.set_text(text)
    assert bar.text() == text


def test_the_clear_button_is_there_while_there_is_something_to_clear(qtbot, bar):
    button = bar.findChild(QToolButton, "clearPromptButton")
    assert not button.isVisible()
    bar.set_text("They walked")
    assert button.isVisible()
    bar.set_text("")
    assert not button.isVisible()
    qtbot.keyClicks(bar.editor, "cat")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.said[-1] == bar.text() == ""
    assert not button.isVisible()
    undo(qtbot, bar)
    assert bar.text() == "cat"
    assert bar.editor.placeholderText()


def test_the_clear_button_lies_in_the_middle_of_the_fields_end(bar):
    bar.set_text("They walked")
    button, field = bar.findChild(QToolButton, "clearPromptButton"), bar.editor
    assert abs(button.geometry().center().y() - field.rect().center().y()) <= 1
    assert field.rect().adjusted(0, 2, -2, -2).contains(button.geometry())


def opened(bar):
    button = bar.findChild(ExamplesButton)
    button.click()
    button.menu().close()
    return button.menu()


def test_an_example_is_told_and_can_be_undone(qtbot, bar):
    bar.set_examples([Example("one & two", "the ampersand"), Example("a\nb", "the line end")])
    first, second = opened(bar).actions()
    first.trigger()
    second.trigger()
    assert bar.said == ["one & two", "a\nb"]
    assert bar.editor.text() == "a⏎b"
    undo(qtbot, bar)
    assert bar.text() == "one & two"


def press(qtbot, bar, key):
    qtbot.keyClick(bar.editor, key)


def test_the_arrows_go_through_what_was_written_before_and_come_back(qtbot, bar):
    bar.set_before(["a cat", "a dog"])
    qtbot.keyClicks(bar.editor, "new")
    texts = []
    for key in (Qt.Key.Key_Up,) * 3 + (Qt.Key.Key_Down,) * 3:
        press(qtbot, bar, key)
        texts.append(bar.text())
    assert texts == ["a cat", "a dog", "a dog", "a cat", "new", "new"]
    assert bar.said[-1] == "new"


def test_the_way_back_begins_anew_after_typing(qtbot, bar):
    bar.set_before(["a cat", "a dog"])
    press(qtbot, bar, Qt.Key.Key_Up)
    press(qtbot, bar, Qt.Key.Key_Up)
    qtbot.keyClicks(bar.editor, "s")
    press(qtbot, bar, Qt.Key.Key_Up)
    assert bar.text() == "a cat"
    press(qtbot, bar, Qt.Key.Key_Down)
    assert bar.text() == "a dogs"


def test_what_changes_on_the_way_does_not_turn_it(qtbot, bar):
    bar.set_before(["a cat", "a dog"])
    bar.edited.connect(lambda text: bar.set_before([text, "a cat", "a dog"]))
    for _ in range(2):
        press(qtbot, bar, Qt.Key.Key_Up)
    assert bar.text() == "a dog"


def test_one_s_own_texts_stand_below_the_examples(qtbot, bar):
    bar.set_examples([Example("They walked", "the bank")])
    bar.set_before(["They walked", "my own"])
    menu = opened(bar)
    assert [action.text() for action in menu.actions()] == [
        "They walked: the bank",
        "Yours",
        "my own",
    ]
    menu.actions()[-1].trigger()
    assert bar.said == ["my own"]


def test_text_can_be_dropped(qtbot, bar):
    bar.set_text("a ")
    data = QMimeData()
    data.setText("cat")
    where = QPointF(bar.editor.rect().center())
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(bar.editor, QDragEnterEvent(where.toPoint(), copy, data, left, none))
    QApplication.sendEvent(bar.editor, QDropEvent(where, copy, data, left, none))
    assert bar.said == ["a cat"]
    data.setText(" and\na dog")
    QApplication.sendEvent(bar.editor, QDragEnterEvent(where.toPoint(), copy, data, left, none))
    QApplication.sendEvent(bar.editor, QDropEvent(where, copy, data, left, none))
    assert bar.said[-1] == "a cat and\na dog"
    undo(qtbot, bar)
    assert bar.text() == "a cat"
    undo(qtbot, bar)
    assert bar.text() == "a "
