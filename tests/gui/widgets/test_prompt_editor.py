"""The editor follows the text without disturbing who types in it, and offers the next token."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.prompt_editor import LONG, PromptEditor

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(qtbot):
    made = PromptEditor()
    qtbot.addWidget(made)
    made.resize(360, 160)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def told(editor):
    seen = []
    editor.text_edited.connect(seen.append)
    return seen


def go(editor, position):
    cursor = editor.textCursor()
    cursor.setPosition(position)
    editor.setTextCursor(cursor)


def paste(editor, text):
    data = QMimeData()
    data.setText(text)
    editor.insertFromMimeData(data)


def compose(editor, text, unfinished=""):
    """What an input method does for signs that no key has."""
    event = QInputMethodEvent(unfinished, [])
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)


# --- the text


def test_typing_is_told_once_a_key(editor, told, qtbot):
    qtbot.keyClicks(editor, "ab")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.keyClick(editor, Key.Key_Return, SHIFT)
    assert told == ["a", "ab", "ab\n", "ab\n\n"]


def test_setting_the_text_tells_nobody(editor, told):
    editor.set_text("They walked")
    editor.set_text("They ran")
    assert told == []
    assert editor.text() == "They ran"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line",
        "two\nlines\n",
        "🌊 e\u0301 \U0001f469\u200d\U0001f680",
        "שלום abc עולם",
        "<b>bold</b>",
        "a\xa0b",
        "tab\tnul\0end",
        "\u202eright to left",
        "a\u2028b",
    ],
)
def test_any_text_comes_back_as_it_was_set(editor, text):
    editor.set_text("before 🌊")
    editor.set_text(text)
    assert editor.text() == text


@pytest.mark.parametrize("text", ["a\r\nb\rc", "a\u2029b", "a\ud800b", "\ufeffa"])
def test_what_a_document_cannot_hold_settles_at_once(editor, told, text):
    editor.set_text(text)
    settled = editor.text()
    steps = editor.document().availableUndoSteps()
    editor.set_text(text)
    assert editor.text() == settled
    assert editor.document().availableUndoSteps() == steps
    assert told == []


def test_the_echo_of_what_was_typed_changes_nothing(editor, qtbot):
    editor.text_edited.connect(editor.set_text)
    editor.set_text("They the river")
    go(editor, 5)
    qtbot.keyClicks(editor, "saw ")
    compose(editor, "🌊")
    qtbot.keyClicks(editor, " ")
    assert editor.text() == "They saw 🌊 the river"
    assert editor.textCursor().position() == 12  # 🌊 is two of Qt's units


def test_a_change_elsewhere_leaves_the_cursor_at_its_word(editor):
    editor.set_text("one two 🌊 three")
    go(editor, 12)  # before the h of three
    editor.set_text("one 🌊🌊 and two 🌊 three")
    assert editor.textCursor().position() == 12 + len("🌊🌊 and ".encode("utf-16-le")) // 2


def test_what_is_appended_takes_a_cursor_at_the_end_along(editor):
    editor.set_text("one")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.set_text("one two 🌊")
    assert editor.textCursor().atEnd()


def test_the_end_is_in_sight_whatever_the_scroll_bar_does(editor, qapp):
    for n in range(1, 60):
        editor.set_text("")
        editor.set_text("wide word " * n)
        qapp.processEvents()  # the bar appears and takes its room
        assert editor.viewport().rect().contains(editor.cursorRect()), n


def test_a_programmatic_change_can_be_undone(editor, told, qtbot):
    qtbot.keyClicks(editor, "typed")
    editor.set_text("typed and appended")
    editor.set_text("something else")
    editor.undo()
    assert editor.text() == "typed and appended"
    editor.undo()
    assert editor.text() == told[-1] == "typed"


def test_the_first_text_cannot_be_undone_and_what_is_typed_behind_it_goes_by_itself(editor, qtbot):
    editor.set_text("one")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, " two")
    editor.set_text("three")
    qtbot.keyClicks(editor, " four")
    seen = [editor.text()]
    for _ in range(5):
        qtbot.keyClick(editor, Key.Key_Z, CONTROL)
        seen.append(editor.text())
    assert seen == ["three four", "three", "one two", "one", "one", "one"]


def test_a_stream_is_one_step_of_undo(editor, qtbot):
    qtbot.keyClicks(editor, "Once")
    for text in ("Once upon", "Once upon a", "Once upon a 🌊"):
        editor.set_text(text, streamed=True)
    editor.undo()
    assert editor.text() == "Once"
    editor.redo()
    assert editor.text() == "Once upon a 🌊"


def test_a_text_that_is_cut_while_it_is_typed_is_followed(editor, told, qtbot):
    editor.text_edited.connect(lambda text: editor.set_text(text[-6:]))
    editor.set_text("abcdef")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "gh")
    assert editor.text() == "cdefgh"
    editor.undo()  # to undo the cut would only bring it about again
    assert editor.text() == "cdefgh"


def test_a_short_paste_is_inserted_as_plain_text(editor, told):
    editor.set_text("ac")
    go(editor, 1)
    paste(editor, "<b>\r\n")
    assert editor.text() == told[-1] == "a<b>\nc"


def test_a_huge_paste_is_told_before_qt_has_to_lay_it_out(editor, told):
    editor.text_edited.connect(lambda text: editor.set_text(text[-20:]))
    editor.set_text("🌊🌊 end")
    go(editor, 2)
    paste(editor, "x" * 1_000_000)  # takes Qt minutes
    assert len(told[0]) == 1_000_000 + len("🌊🌊 end")
    assert editor.text() == "x" * 15 + "🌊 end"
    assert editor.textCursor().position() == 15
    assert len(told) == 1
    editor.undo()
    assert editor.text() == "🌊🌊 end"


def test_a_huge_paste_replaces_the_selection(editor, told):
    editor.set_text("one two three")
    go(editor, 4)
    editor.moveCursor(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor)
    paste(editor, "x" * (LONG + 1))
    assert told == ["one " + "x" * (LONG + 1) + "three"]


def test_copying_and_pasting_by_keyboard(editor, qtbot):
    editor.set_text("🌊")
    editor.selectAll()
    qtbot.keyClick(editor, Key.Key_C, CONTROL)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Key.Key_V, CONTROL)
    assert editor.text() == "🌊🌊"
    QGuiApplication.clipboard().clear()


# --- the ghost


def ink(editor, color, top=0) -> list[int]:
    """Columns of the viewport in which a colour was drawn, below a line."""
    image = editor.viewport().grab().toImage()
    wanted = QColor(color)
    return [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) == wanted for y in range(top, image.height()))
    ]


def test_the_ghost_is_drawn_muted_behind_the_end_and_is_no_text(editor, told):
    editor.set_text("They walked")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    end = editor.cursorRect().x()
    assert not ink(editor, theme.active().muted)
    editor.set_ghost("␣along")
    columns = ink(editor, theme.active().muted)
    assert columns
    assert min(columns) > end + 3  # a space lies between
    assert editor.text() == "They walked"
    assert told == []


def test_the_ghost_of_a_text_from_right_to_left_is_at_its_left(editor):
    editor.set_text("שלום עולם")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.set_ghost("␣מים")
    assert max(ink(editor, theme.active().muted)) < editor.cursorRect().x()
    assert editor.cursorRect().x() > editor.viewport().width() / 2


@pytest.mark.parametrize("text", ["{} the", "the {}", "{}\n{} the", "They\nthe {}"])
def test_the_ghost_never_lies_over_text_of_two_directions(editor, text):
    editor.set_text(text.replace("{}", "مرحبا"))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    top = editor.cursorRect().top()
    written = ink(editor, theme.active().text, top)
    editor.set_ghost("␣words")
    ghost = ink(editor, theme.active().muted, top)
    assert ghost
    assert max(ghost) < min(written) or max(written) < min(ghost)


def test_the_ghost_makes_way_for_an_unfinished_sign(editor):
    editor.set_text("They")
    editor.set_ghost("␣walked")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    compose(editor, "", unfinished="ni")
    assert not ink(editor, theme.active().muted)
    compose(editor, "你")
    assert editor.text() == "They你"


def test_a_ghost_that_does_not_fit_goes_to_the_next_line(editor):
    editor.set_text("a" * 30)
    while editor.cursorRect(_end(editor)).right() < editor.viewport().width() - 20:
        editor.set_text(editor.text() + "a")
    editor.set_ghost("␣word")
    assert editor._ghost.rect().top() >= editor.cursorRect(_end(editor)).bottom()
    assert editor._ghost.rect().left() < 20


def _end(editor):
    cursor = QTextCursor(editor.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    return cursor


@pytest.mark.parametrize(
    ("label", "ghost"), [("␣along", " along"), ("␣", "␣"), ("⏎", "⏎"), ("s", "s"), ("", "")]
)
def test_only_the_space_before_a_word_is_drawn_as_one(editor, label, ghost):
    editor.set_ghost(label)
    assert editor.ghost() == ghost


def test_the_ghost_goes_as_soon_as_the_text_changes(editor, qtbot):
    editor.set_ghost("␣old")
    qtbot.keyClick(editor, Key.Key_A)
    assert editor.ghost() == ""
    editor.set_ghost("␣old")
    editor.set_text("other")
    assert editor.ghost() == ""


def test_what_the_model_no_longer_sees_is_grey_in_every_theme(editor, qapp):
    editor.set_text("🌊 old new")
    editor.set_unseen(5)
    (grey,) = editor.extraSelections()
    assert grey.cursor.selectedText() == "🌊 old"
    theme.apply(qapp, theme.DARK)
    (grey,) = editor.extraSelections()
    assert grey.format.foreground().color() == QColor(theme.DARK.muted)
    editor.set_unseen(0)
    assert editor.extraSelections() == []


# --- keys


def test_tab_takes_the_ghost_and_never_types_a_tab(editor, told, qtbot):
    editor.set_text("They")
    with qtbot.assertNotEmitted(editor.ghost_accepted):
        qtbot.keyClick(editor, Key.Key_Tab)
    editor.set_ghost("␣walked")
    with qtbot.waitSignal(editor.ghost_accepted):
        qtbot.keyClick(editor, Key.Key_Tab)
    assert editor.text() == "They"
    assert told == []


def test_tab_leaves_an_editor_without_a_ghost_and_shift_tab_any(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, editor, last = PromptEditor(), PromptEditor(), PromptEditor()
    for widget in (first, editor, last):
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    editor.setFocus()
    qtbot.keyClick(editor, Key.Key_Tab)
    assert last.hasFocus()
    editor.set_text("They")
    editor.setFocus()
    qtbot.keyClick(editor, Key.Key_Tab)
    assert last.hasFocus()
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.set_waiting(True)
    qtbot.keyClick(editor, Key.Key_Tab)
    assert editor.hasFocus()
    editor.set_waiting(False)
    qtbot.keyClick(editor, Key.Key_Tab)
    assert last.hasFocus()
    editor.setFocus()
    qtbot.keyClick(editor, Key.Key_Backtab, SHIFT)
    assert first.hasFocus()


def test_control_enter_generates_and_escape_stops(editor, told, qtbot):
    with qtbot.waitSignal(editor.generate_wanted):
        qtbot.keyClick(editor, Key.Key_Return, CONTROL)
    with qtbot.waitSignal(editor.stop_wanted):
        qtbot.keyClick(editor, Key.Key_Escape)
    assert told == []
