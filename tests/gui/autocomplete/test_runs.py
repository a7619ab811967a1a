"""What the model wrote in one go: it stays among the branches, and one Undo takes it back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSpinBox

from gui.autocomplete.text_card import BRANCHING
from gui.widgets.branch_list import BranchList
from tests.gui.autocomplete.pages import read

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
TEXT = "They saw the dog"


@pytest.fixture
def page(write_page, session, qtbot):
    session.set_prompt(TEXT)
    read(qtbot, session)
    return write_page


def press(page, qtbot, name):
    qtbot.mouseClick(page.findChild(QPushButton, name), LEFT)


def generate(page, qtbot, session, seed) -> str:
    page.findChild(QSpinBox, "seedSpin").setValue(seed)
    press(page, qtbot, "generateButton")
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    return session.prompt


def stop_after_a_token(page, qtbot, session) -> str:
    before = session.prompt
    session.set_pace(1)
    press(page, qtbot, "generateButton")
    qtbot.waitUntil(lambda: session.prompt != before)
    press(page, qtbot, "generateButton")
    assert not session.is_generating()
    read(qtbot, session)
    return session.prompt


def retype(page, qtbot):
    editor = page.editor
    editor.selectAll()
    qtbot.keyClicks(editor, TEXT)


def undo(page, qtbot):
    press(page, qtbot, "undoTextButton")


@pytest.mark.parametrize("go_back", [retype, undo])
def test_every_text_that_the_model_wrote_is_listed_and_can_be_gone_back_to(
    page, session, qtbot, go_back
):
    written = []
    for seed in (1, 2, 3):
        written.append(generate(page, qtbot, session, seed))
        go_back(page, qtbot)
        assert session.prompt == TEXT
        read(qtbot, session)
    assert len(set(written)) == 3
    page.text._views.choose(BRANCHING)
    shown = page.findChild(BranchList, "branchList")
    assert shown.topLevelItemCount() == 1
    trunk = shown.topLevelItem(0)
    assert [one.text for one, _ in page.text.branches.tree()] == [*written, TEXT]
    assert trunk.childCount() == 3  # and where one is now, at the start of all
    qtbot.mouseClick(shown.viewport(), LEFT, pos=shown.visualItemRect(trunk.child(0)).center())
    assert session.prompt == written[1]
    assert shown.topLevelItem(0).childCount() == 2
    assert [one.text for one, _ in page.text.branches.tree()] == written
    read(qtbot, session)


def test_what_was_written_until_it_was_stopped_is_listed_too(page, session, qtbot):
    first = stop_after_a_token(page, qtbot, session)
    undo(page, qtbot)
    page.findChild(QSpinBox, "seedSpin").setValue(2)
    read(qtbot, session)
    second = stop_after_a_token(page, qtbot, session)
    assert [one.text for one, _ in page.text.branches.tree()] == [first, second]


def test_one_press_takes_back_the_last_run_alone(page, session, qtbot):
    texts = [TEXT]
    for _ in range(3):
        texts.append(stop_after_a_token(page, qtbot, session))
    for before in reversed(texts[:-1]):
        undo(page, qtbot)
        assert session.prompt == page.editor.text() == before
    read(qtbot, session)


def test_a_long_run_that_rested_is_taken_back_alone_too(page, session, qtbot):
    first = generate(page, qtbot, session, 1)
    assert generate(page, qtbot, session, 1) != first
    undo(page, qtbot)
    assert session.prompt == first
    read(qtbot, session)
