"""The card of the text: tints, the grey word, other tokens, branches, chat, what is shared."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from core.config import SamplingConfig
from gui.autocomplete import text_study
from gui.autocomplete.text_card import BRANCHING, places
from gui.autocomplete.write_words import REFUSED
from gui.widgets.branch_list import BranchList
from gui.widgets.prediction_rows import percent
from tests.gui.autocomplete.pages import bits_by_hand, click, have, read, said

Key = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
TEXT = "They saw the dog"


@pytest.fixture
def page(write_page):
    return write_page


# --- tints


def test_each_token_is_tinted_by_its_surprise_and_tells_its_rank(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    marks, trace = editor._tints.marks, session.trace
    assert [TEXT[mark.start : mark.end] for mark in marks] == [one.text for one in trace.tokens]
    assert marks[0].bits is None
    for place in range(1, len(marks)):
        bits, share, rank = bits_by_hand(trace, place)
        assert marks[place].bits == pytest.approx(bits, rel=1e-5)
        assert f"place {rank:,}," in marks[place].tip
        assert percent(share) in marks[place].tip
        assert ("Likelier here" in marks[place].tip) == (rank > 1)


def test_while_it_writes_not_every_frame_is_looked_up_but_the_end_is(
    page, editor, session, qtbot, monkeypatch
):
    have(qtbot, session, TEXT)
    looked, look = [], text_study.surprise
    monkeypatch.setattr(text_study, "CALM_S", 1000)
    monkeypatch.setattr(
        text_study,
        "surprise",
        lambda trace, *rest, **how: [looked.append(trace), look(trace, *rest, **how)][1],
    )
    session.set_pace(1)
    session.generate(5)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert len(looked) == 1
    assert looked[0] is session.trace
    assert len(editor._tints.marks) == len(session.trace.tokens)


def test_a_hidden_page_or_another_view_looks_nothing_up(page, session, qtbot, monkeypatch):
    have(qtbot, session, TEXT)
    calls = []
    monkeypatch.setattr("gui.autocomplete.text_study.surprise", lambda *_a, **_k: calls.append(1))
    monkeypatch.setattr(
        type(session.language_model), "likeliest_word", lambda *_a: calls.append(2) or ()
    )
    page.text._views.choose(BRANCHING)
    have(qtbot, session, TEXT + "s")
    page.hide()
    have(qtbot, session, TEXT + " and")
    assert calls == []


def test_a_text_of_other_signs_is_tinted_where_they_stand(page, editor, session, qtbot):
    text = "🦊 They\r\nsaw \ufeffa dog"
    have(qtbot, session, text)
    shown = editor.text()
    units = shown.encode("utf-16-le")
    pieces = [
        units[2 * mark.start : 2 * mark.end].decode("utf-16-le", "ignore")
        for mark in editor._tints.marks
    ]
    assert pieces[-1] == session.trace.tokens[-1].text
    assert editor._tints.marks[-1].end == len(units) // 2


@pytest.mark.parametrize(
    ("typed", "shown", "index", "place"),
    [
        ("abc", "abc", 2, 2),
        ("🦊b", "🦊b", 1, 2),
        ("a\r\nb", "a\nb", 3, 2),
        ("\ufeffab", "ab", 2, 1),
    ],
)
def test_places_in_the_editor(typed, shown, index, place):
    assert places(typed, shown)(index) == place


def test_another_text_has_no_places():
    assert places("abé", "ab") is None


def test_typing_keeps_the_tints_in_front_of_it(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    n = len(editor._tints.marks)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Key.Key_X)
    assert len(editor._tints.marks) == n  # until the new ones are there
    read(qtbot, session)
    assert editor._tints.marks[-1].end == len(TEXT) + 1


# --- the word in grey


@pytest.mark.parametrize(
    "key", [(Key.Key_Escape, Qt.KeyboardModifier.NoModifier), (Key.Key_Backtab, SHIFT)]
)
def test_the_word_in_grey_is_refused_until_the_text_changes(page, editor, session, qtbot, key):
    have(qtbot, session, TEXT)
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    assert editor.ghost()
    qtbot.keyClick(editor, *key)
    assert editor.ghost() == ""
    assert REFUSED in said(page)
    session.set_sampling(SamplingConfig(0.5))
    read(qtbot, session)
    assert editor.ghost() == ""
    qtbot.keyClick(editor, Key.Key_Tab)
    assert session.prompt == TEXT
    qtbot.keyClicks(editor, "s")
    read(qtbot, session)
    assert editor.ghost()


# --- another token


def test_a_click_on_a_token_shows_what_else_could_stand_there(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    place = 3
    click(qtbot, editor, place)
    model, token = session.language_model, session.trace.tokens[3]
    assert page.next.place == place
    expected = model.predict_from(session.trace.logits[place - 1], SamplingConfig())
    rows = page.next.bars._rows
    assert [row.token for row in rows[:-1]] == [one.id for one in expected.candidates]
    assert [row.probability for row in rows[:-1]] == [
        one.probability for one in expected.candidates
    ]
    _, share, rank = bits_by_hand(session.trace, place)
    assert f"{token.label} stood at place {rank:,}, {percent(share)}" in said(page)
    drawn = page.next.bars._drawn
    assert (rows[drawn].token or token.id) == token.id
    qtbot.keyClick(editor, Key.Key_Escape)
    assert page.next.place is None
    assert rows != page.next.bars._rows
    assert editor.textCursor().atEnd()


def test_a_place_has_no_pale_bars_of_another(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    click(qtbot, editor, 2)
    assert page.next.bars._ghosts == {}
    qtbot.keyClick(editor, Key.Key_Escape)
    assert page.next.bars._ghosts == {}


def test_the_first_token_could_be_any_that_begins_a_text(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    click(qtbot, editor, 0)
    model = session.language_model
    expected = model.predict_from(model.beginning(), SamplingConfig())
    assert page.next.bars._rows[0].token == expected.candidates[0].id
    assert "How the model would begin" in said(page)


def test_by_keyboard_one_goes_from_token_to_token_and_chooses(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    editor.setFocus()
    cursor = editor.textCursor()
    cursor.setPosition(0)
    editor.setTextCursor(cursor)
    assert page.next.place is None
    qtbot.keyClick(editor, Key.Key_Down, ALT)
    assert page.next.place == 0
    while page.next.place == 0:
        qtbot.keyClick(editor, Key.Key_Right)
    assert page.next.place == 1
    bars, start = page.next.bars, session.trace.tokens[1].start
    row = next(n for n, each in enumerate(bars._rows) if each.token != session.trace.tokens[1].id)
    chosen = bars._rows[row].token
    bars.setFocus()
    for _ in range(row):
        qtbot.keyClick(bars, Key.Key_Down)
    qtbot.keyClick(bars, Key.Key_Return)
    read(qtbot, session)
    text = session.language_model.tokenizer.text(chosen)
    assert session.prompt == editor.text() == TEXT[:start] + text
    assert page.next.place is None
    qtbot.keyClick(editor, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.prompt == TEXT
    read(qtbot, session)


def test_typing_or_a_change_elsewhere_leaves_the_place(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    click(qtbot, editor, 2)
    qtbot.keyClick(editor, Key.Key_X)
    assert page.next.place is None
    read(qtbot, session)
    click(qtbot, editor, 2)
    have(qtbot, session, "The")
    assert page.next.place is None
    assert [row.token for row in page.next.bars._rows[:-1]] == [
        one.id for one in session.prediction.candidates
    ]


def test_other_dice_shape_the_bars_at_a_place(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    click(qtbot, editor, 2)
    session.set_sampling(SamplingConfig(0))
    read(qtbot, session)
    assert page.next.place == 2
    assert [row.probability for row in page.next.bars._rows][:2] == [1.0, 0.0]


def test_a_branch_is_left_kept_and_gone_back_to(page, editor, session, qtbot):
    have(qtbot, session, TEXT)
    click(qtbot, editor, 2)
    rows = page.next.bars._rows
    other = next(
        row for row in rows if row.token not in (None, session.trace.tokens[2].id) and not row.ends
    )
    page.next.bars.candidate_chosen.emit(other.token)
    read(qtbot, session)
    second = session.prompt
    assert second == TEXT[: session.trace.tokens[2].start] + other.label.replace("␣", " ")
    page.text._views.choose(BRANCHING)
    shown = page.findChild(BranchList, "branchList")
    (trunk,) = (shown.topLevelItem(n) for n in range(shown.topLevelItemCount()))
    assert trunk.text(0) == TEXT
    assert trunk.child(0).text(0).startswith("●")
    where = shown.visualItemRect(trunk).center()
    qtbot.mouseClick(shown.viewport(), LEFT, pos=where)
    assert session.prompt == TEXT
    assert shown.topLevelItem(0).text(0).startswith("●")
    read(qtbot, session)
    assert [one.text for one, _ in page.text.branches.tree()] == [TEXT, second]


def test_texts_of_other_tabs_are_remembered_while_nobody_looks(page, session, qtbot):
    page.hide()
    have(qtbot, session, TEXT)
    have(qtbot, session, "Once")
    assert [one.text for one, _ in page.text.branches.tree()] == [TEXT, "Once"]
