"""The card of the text: tints, the grey word, other tokens, branches, chat, what is shared."""

from __future__ import annotations

import csv
import json
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSlider,
)

from core.config import SamplingConfig
from core.interventions import Off
from gui.autocomplete import chat, text_study
from gui.autocomplete.share_button import (
    ALTERED,
    OTHER_MODEL,
    RESTORED,
    WITHOUT_CHANGES,
    ShareButton,
)
from gui.autocomplete.text_card import BRANCHING, CHATTING, places
from gui.autocomplete.text_card import TEXT as TEXT_VIEW
from gui.autocomplete.write_words import CUT, REFUSED, SLID, TURN_CUT, TURN_OVER
from gui.figures import FigureButton
from gui.widgets.branch_list import BranchList
from gui.widgets.explanation_popover import ExplanationPopover
from gui.widgets.prediction_rows import percent
from gui.widgets.transcript import Transcript
from tests.gui.autocomplete.pages import CONTEXT, read, said
from tests.gui.explained import printed

Key = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
TEXT = "They saw the dog"


@pytest.fixture
def page(write_page):
    return write_page


@pytest.fixture
def editor(page):
    return page.text.editor


def have(qtbot, session, text):
    session.set_prompt(text)
    read(qtbot, session)


def middle(editor, index) -> QPoint:
    rects = [rect for at, rect in editor._tints._rects() if at == index]
    return rects[0].center().toPoint()


def click(qtbot, editor, index):
    qtbot.mouseClick(editor.viewport(), LEFT, pos=middle(editor, index))


def a_seed_of_whole_characters(model):
    """What the dice write with it is cut into the same tokens when it is read again."""
    start = model.tokenizer.ids(TEXT)
    for seed in range(200):
        ids = [*start, *model.generate(TEXT, SamplingConfig(), seed, 2)]
        if len(ids) == len(start) + 2 and model.tokenizer.ids(model.tokenizer.decode(ids)) == ids:
            return seed
    raise AssertionError("no such seed")


def bits_by_hand(trace, place):
    logits = trace.logits[place - 1].astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum()
    own = int(trace.ids[place])
    order = sorted(range(shares.size), key=lambda token: (-logits[token], token))
    return -np.log2(shares[own]), shares[own], order.index(own) + 1


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


# --- any token


def test_any_token_is_found_with_its_rank_and_probability(page, session, qtbot):
    have(qtbot, session, TEXT)
    field = page.findChild(QLineEdit, "findToken")
    found = page.findChild(QPushButton, "foundToken")
    qtbot.keyClicks(field, "bank")
    token_id = session.language_model.tokenizer.ids(" bank")
    assert len(token_id) == 1
    logits = session.trace.logits[-1].astype(np.float64)
    share = np.exp(logits[token_id[0]]) / np.exp(logits).sum()
    rank = 1 + int((logits > logits[token_id[0]]).sum())
    assert found.accessibleDescription() == f"place {rank:,}, {percent(share)}"
    session.set_sampling(SamplingConfig(0))
    read(qtbot, session)
    assert found.accessibleDescription() == f"place {rank:,}, cut from the draw"
    session.set_sampling(SamplingConfig())
    have(qtbot, session, "The")
    logits = session.trace.logits[-1]
    rank = 1 + int((logits > logits[token_id[0]]).sum())
    assert f"place {rank:,}," in found.accessibleDescription()
    field.clear()
    qtbot.keyClicks(field, "xylo")
    assert "tokens, of which the first is" in found.toolTip()


def test_a_token_is_found_in_what_the_bars_show_of_a_beginning(page, session, qtbot):
    have(qtbot, session, "")
    plain = session.language_model.beginning()
    session.add_change(Off(0, "mlp"))
    read(qtbot, session)
    assert not np.allclose(session.language_model.beginning(session.changes), plain)
    best = session.prediction.candidates[0]
    page.findChild(QLineEdit, "findToken").setText(best.label)
    page.next.show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert found.accessibleDescription() == f"place 1, {percent(best.probability)}"


def test_what_was_found_uses_the_room_of_a_wider_window(page, session, qtbot):
    have(qtbot, session, TEXT)
    page.resize(560, 600)
    page.findChild(QLineEdit, "findToken").setText("xylophones")
    page.next.show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert found.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    page.resize(1600, 720)
    qtbot.waitUntil(lambda: found.text() == found.accessibleDescription())


def test_tokens_are_offered_as_one_types(page, session, qtbot):
    have(qtbot, session, TEXT)
    finder = page.next._finder
    assert "␣bank" in finder.complete("ba", 9)
    assert all(each.startswith("␣") for each in finder.complete(" ba", 9))
    assert finder.complete("", 9) == []
    assert len(finder.complete("a", 3)) == 3
    none = finder.find("", session.trace.logits[-1], SamplingConfig())
    assert none is None


def test_a_found_tokens_number_is_explained_with_what_adds_up(page, session, qtbot):
    have(qtbot, session, TEXT)
    last = int(np.argsort(session.trace.logits[-1])[0])
    label = session.language_model.tokenizer.label(last)
    page.findChild(QLineEdit, "findToken").setText(label)
    page.next.show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert f"place {session.trace.logits.shape[1]:,}," in found.accessibleDescription()
    qtbot.mouseClick(found, LEFT)
    card = page.window().findChild(ExplanationPopover)
    (result,) = card.findChildren(QLabel, "explanationResult")
    logits = session.trace.logits[-1].astype(np.float64)
    share = np.exp(logits[last]) / np.exp(logits).sum()
    assert float(result.text().partition(" ")[0]) == pytest.approx(share, rel=1e-4)
    card.close()


def test_a_slow_model_is_seen_to_think(page, session, qtbot, monkeypatch):
    gate, model = threading.Event(), session.language_model
    trace = model.trace
    monkeypatch.setattr(model, "trace", lambda *args: (gate.wait(10), trace(*args))[1])
    mark = page.findChild(QLabel, "thinkingMark")
    session.set_prompt("The")
    assert not mark.isVisible()
    qtbot.waitUntil(mark.isVisible)
    session.set_prompt("The dog")  # the latest wins
    gate.set()
    read(qtbot, session)
    assert not mark.isVisible()
    assert session.trace.text == "The dog"


# --- writing at a pace


def test_a_decision_is_told_with_numbers_that_are_true(page, session, qtbot):
    have(qtbot, session, TEXT)
    page.findChild(QSlider, "paceSlider").setValue(0)
    told = page.findChild(QLabel, "decisionLabel")
    button = page.findChild(QPushButton, "generateButton")
    before = session.trace
    with qtbot.waitSignal(session.token_drawn) as drawn:
        qtbot.mouseClick(button, LEFT)
    token_id = drawn.args[0]
    label = session.language_model.tokenizer.label(token_id)
    shares = np.exp(before.logits[-1].astype(np.float64))
    shares /= shares.sum()
    u = np.random.default_rng(1).random()
    assert session.throw == u
    assert told.isVisible()
    assert f"All {shares.size:,} tokens are in the draw" in told.text()
    assert session.prompt == TEXT
    ends = np.cumsum(shares)
    page._telling._step()
    assert f"The dice show {u:.4f}" in told.text()
    start = ends[token_id - 1] if token_id else 0.0
    assert f"{label} lies from {start:.4f} to {ends[token_id]:.4f}" in told.text()
    assert start <= u < ends[token_id]
    page._telling._step()
    assert percent(shares[token_id]) in told.text()
    rows = page.next.bars._rows
    assert (rows[page.next.bars._drawn].token or token_id) == token_id
    qtbot.mouseClick(button, LEFT)  # Stop, in the midst of the token
    assert session.prompt == TEXT
    assert not told.isVisible()
    with qtbot.waitSignal(session.token_drawn):
        qtbot.mouseClick(button, LEFT)
    assert told.isVisible()
    page.findChild(QSlider, "paceSlider").setValue(1)  # no longer explained
    assert not told.isVisible()
    assert not page._telling._clock.isActive()
    session.stop()


def test_how_a_text_would_begin_is_explained_too(page, session, qtbot):
    have(qtbot, session, "")
    session.add_change(Off(0, "mlp"))
    read(qtbot, session)
    page.next._explain(1, QPoint(3, 3))
    card = page.window().findChild(ExplanationPopover)
    one = session.prediction.candidates[1]
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(one.probability, rel=1e-4)
    card.close()


def test_the_python_of_a_long_text_reads_what_the_model_had_in_sight(page, session, qtbot):
    have(qtbot, session, "The dog walked to the bank. " * 12)
    assert session.trace.before
    place = 9
    page._look_at(place)
    page.next._explain(0, QPoint(3, 3))
    card = page.window().findChild(ExplanationPopover)
    found = page.next._prediction.candidates[0]
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(found.probability, rel=1e-4)
    card.close()
    read(qtbot, session)


def test_undo_takes_a_token_back_and_the_dice_throw_it_again(page, session, qtbot):
    have(qtbot, session, TEXT)
    session.set_seed(a_seed_of_whole_characters(session.language_model))
    one = page.findChild(QPushButton, "oneTokenButton")
    undo = page.findChild(QPushButton, "undoTextButton")
    texts = [session.prompt]
    for _ in range(2):
        qtbot.mouseClick(one, LEFT)
        read(qtbot, session)
        texts.append(session.prompt)
    qtbot.mouseClick(undo, LEFT)
    assert session.prompt == texts[1]
    read(qtbot, session)
    qtbot.mouseClick(one, LEFT)
    read(qtbot, session)
    assert session.prompt == texts[2]


def test_a_full_context_is_shown_to_forget_its_older_half(page, editor, session, qtbot):
    text = "The dog saw the cat. " * 8
    have(qtbot, session, text.rstrip())
    assert len(session.trace.tokens) == CONTEXT
    session.set_pace(60_000)
    session.generate(3)
    with qtbot.waitSignal(session.token_drawn):
        pass
    session.set_pace(1)
    with qtbot.waitSignal(session.trace_changed):
        pass
    assert len(session.trace.tokens) == CONTEXT // 2
    assert SLID in said(page)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert len(session.trace.tokens) == CONTEXT // 2 + 2
    (grey,) = editor.extraSelections()
    assert grey.cursor.selectedText() == session.prompt[: session.trace.tokens[0].start]


# --- chat


def test_the_same_text_is_a_talk_and_the_users_line_is_wrapped_up(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    talk = page.findChild(Transcript, "transcript")
    assert talk.words() == [("", "Once.")]
    send, states = page.findChild(QPushButton, "sendButton"), []
    session.generating_changed.connect(lambda is_on: states.append((is_on, send.text())))
    qtbot.keyClicks(page.findChild(QLineEdit, "sayEdit"), "the dog")
    qtbot.mouseClick(send, LEFT)
    asked = "Once.\nUser: the dog\nAssistant:"
    assert session.prompt == asked
    qtbot.waitUntil(lambda: states == [(True, "Stop"), (False, "Send")])
    read(qtbot, session)
    assert session.prompt.startswith(asked)
    assert len(session.prompt) > len(asked)
    assert talk.words()[1] == ("User:␣", "the dog ⏎")
    shown = chat.turns(session.prompt)
    assert [words.rstrip(" ⏎") for _, words in talk.words()] == [
        turn.words.strip() or "…" for turn in shown
    ]


def test_what_the_model_writes_for_the_user_is_cut_off_and_told(page, session, qtbot, monkeypatch):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    model = session.language_model

    def writer(text, sampling, *_args):
        made = SimpleNamespace(model=model, sampling=sampling, changes=(), text=text)
        mores = iter((" Yes.", "\nUser:"))

        def go_on(_cancelled):
            made.text += next(mores)
            return True

        made.go_on, made.trace = go_on, lambda _cancelled: model.trace(made.text)
        return made

    monkeypatch.setattr(model, "writer", writer)
    states = []
    session.generating_changed.connect(states.append)
    page.findChild(Transcript).said.emit("a\nAssistant: b")
    qtbot.waitUntil(lambda: states == [True, False])
    read(qtbot, session)
    assert session.prompt == "Once.\nUser: a Assistant: b\nAssistant: Yes."
    assert CUT in said(page)


def test_a_talk_has_the_room_of_the_dice_and_shows_its_end(page, session, qtbot):
    said_so_far = "\n".join(["Once.", *("User: the dog", "Assistant: the cat sat.") * 3])
    have(qtbot, session, said_so_far)
    dice = page.findChild(QSlider, "temperatureSlider")
    assert dice.isVisible()
    page.text._views.choose(CHATTING)
    assert not dice.isVisible()
    scroll = page.findChild(QScrollArea, "transcriptScroll")
    bubbles = page.findChild(Transcript)._bubbles
    qtbot.waitUntil(lambda: scroll.height() > 300)
    assert len(bubbles) == 7
    view = scroll.viewport().rect()
    places = [bubble.mapTo(scroll.viewport(), QPoint(0, 0)).y() for bubble in bubbles]
    assert all(view.top() <= y for y in places)  # all of them are seen
    have(qtbot, session, "\n".join([said_so_far] * 4))
    last = page.findChild(Transcript)._bubbles[-1]
    bottom = last.mapTo(scroll.viewport(), QPoint(0, last.height())).y()
    assert view.bottom() - 20 <= bottom <= view.bottom() + 1  # no blank below it
    page.text._views.choose(TEXT_VIEW)
    assert dice.isVisible()


def test_escape_stops_a_turn_and_what_is_said_next_goes_on_from_there(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    session.set_pace(60_000)
    field = page.findChild(QLineEdit, "sayEdit")
    qtbot.keyClicks(field, "the dog")
    with qtbot.waitSignal(session.token_drawn):
        qtbot.keyClick(field, Key.Key_Return)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Escape)
    assert not session.is_generating()
    read(qtbot, session)
    stopped = session.prompt
    assert stopped == "Once.\nUser: the dog\nAssistant:"
    session.set_pace(0)
    qtbot.keyClicks(field, "the cat")
    qtbot.keyClick(field, Key.Key_Return)
    assert session.prompt == f"{stopped}\nUser: the cat\nAssistant:"
    qtbot.waitUntil(lambda: not session.is_generating() and not session.is_busy())
    read(qtbot, session)


def test_after_a_stop_by_the_button_one_types_on(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.text._views.choose(CHATTING)
    session.set_pace(60_000)
    field, send = page.findChild(QLineEdit, "sayEdit"), page.findChild(QPushButton, "sendButton")
    qtbot.keyClicks(field, "the dog")
    with qtbot.waitSignal(session.token_drawn):
        qtbot.mouseClick(send, LEFT)
    send.setFocus()
    qtbot.mouseClick(send, LEFT)
    assert not session.is_generating()
    qtbot.waitUntil(field.hasFocus)
    read(qtbot, session)


def test_a_turn_that_is_over_is_said_to_be(page, session, qtbot):
    have(qtbot, session, "Once.")
    session.text_ended.emit(True)
    assert TURN_OVER not in said(page)
    page.text._views.choose(CHATTING)
    session.text_ended.emit(True)
    assert TURN_OVER in said(page)
    session.rested.emit(120)
    assert f"120 {TURN_CUT}" in said(page)


# --- what is shared


def test_one_line_brings_all_back(page, session, qtbot):
    share = page.findChild(ShareButton, "shareButton")
    have(qtbot, session, TEXT)
    session.set_sampling(SamplingConfig(0.7, 12, 0.9))
    session.set_seed(9)
    share.copy()
    line = QGuiApplication.clipboard().text()
    assert "\n" not in line
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    written = session.prompt
    session.set_sampling(SamplingConfig())
    session.set_seed(1)
    have(qtbot, session, "Once")
    told = []
    session.noticed.connect(told.append)
    share.paste()
    read(qtbot, session)
    assert (session.prompt, session.sampling, session.seed) == (
        TEXT,
        SamplingConfig(0.7, 12, 0.9),
        9,
    )
    assert told == [RESTORED]
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert session.prompt == written
    share.copy()  # what was written goes on elsewhere as it does here
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    further = session.prompt
    session._writing.forget()
    have(qtbot, session, "Once")
    share.paste()
    read(qtbot, session)
    assert session.prompt == written
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert session.prompt == further
    other = json.loads(line) | {"fingerprint": "0", "model": "Other"}
    QGuiApplication.clipboard().setText(json.dumps(other))
    share.paste()
    assert told[-1] == OTHER_MODEL.format("Other")
    read(qtbot, session)
    QGuiApplication.clipboard().clear()


def written(qtbot, session, n):
    session.generate(n)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)


def whole_ids(session):
    return [token.id for token in (*session.trace.before, *session.trace.tokens)]


def a_seed_of_other_tokens(model, n):
    """What the dice write with it is not cut so when it is read again."""
    start = model.tokenizer.ids(TEXT)
    for seed in range(200):
        ids = [*start, *model.generate(TEXT, SamplingConfig(), seed, n)]
        text = model.trace_ids(ids).text
        if len(ids) == len(start) + n and model.tokenizer.ids(text) != ids:
            return seed, ids
    return pytest.fail("no such seed")


def test_drawn_tokens_stay_what_they_are_and_are_shared(page, session, qtbot):
    model = session.language_model
    seed, ids = a_seed_of_other_tokens(model, 6)
    session.set_seed(seed)
    have(qtbot, session, TEXT)
    written(qtbot, session, 6)
    assert whole_ids(session) == ids
    text, likely = session.prompt, session.prediction
    share = page.findChild(ShareButton, "shareButton")
    share.copy()
    session.add_change(Off(0, "head", 1))
    read(qtbot, session)
    assert whole_ids(session) == ids
    session.what_if.clear()
    read(qtbot, session)
    written(qtbot, session, 6)
    on = session.prompt
    have(qtbot, session, "Once")
    share.paste()
    read(qtbot, session)
    assert (session.prompt, whole_ids(session)) == (text, ids)
    assert session.prediction == likely
    written(qtbot, session, 6)
    assert session.prompt == on
    line = json.loads(QGuiApplication.clipboard().text())
    for bad in ([0], [10**9], [-1]):  # not of this text, or of no vocabulary
        QGuiApplication.clipboard().setText(json.dumps(line | {"tokens": bad}))
        share.paste()
        read(qtbot, session)
        assert session.prompt == text
        have(qtbot, session, "Once")
    QGuiApplication.clipboard().clear()


def test_going_on_in_a_text_beyond_the_context_is_as_if_one_had_not_stopped(page, session, qtbot):
    have(qtbot, session, "The dog saw the cat. " * 12)
    assert session.trace.before
    start = session.prompt
    written(qtbot, session, 30)
    whole = whole_ids(session)
    have(qtbot, session, start)
    for _ in range(12):
        session.draw_one()
        read(qtbot, session)
    there = session.prompt
    have(qtbot, session, start)
    have(qtbot, session, there)  # nothing is left of how it came about but the number of throws
    for _ in range(18):
        session.draw_one()
        read(qtbot, session)
    assert whole_ids(session) == whole


def test_that_the_model_was_altered_is_said(page, session, qtbot, tmp_path):
    share, told = page.findChild(ShareButton, "shareButton"), []
    session.noticed.connect(told.append)
    have(qtbot, session, TEXT)
    share.save(tmp_path / "plain.json")
    session.add_change(Off(0, "head", 1))
    read(qtbot, session)
    share.save(tmp_path / "altered.json")
    assert told == ["Saved as plain.json.", f"Saved as altered.json.{WITHOUT_CHANGES}"]
    assert "altered" in (tmp_path / "altered.json").read_text("utf-8")
    session.what_if.clear()
    for name, altered in (("plain", ""), ("altered", ALTERED.format("one change"))):
        share.open_file(tmp_path / f"{name}.json")
        assert told[-1] == RESTORED + altered
    read(qtbot, session)


def test_a_file_brings_all_back_and_a_bad_one_changes_nothing(
    page, session, qtbot, tmp_path, failures
):
    share = page.findChild(ShareButton, "shareButton")
    have(qtbot, session, TEXT)
    share.save(tmp_path / "state.json")
    share.save_text(tmp_path / "text.txt")
    assert (tmp_path / "text.txt").read_text("utf-8") == TEXT
    have(qtbot, session, "Once")
    share.open_file(tmp_path / "text.txt")
    share.open_file(tmp_path / "none.json")
    assert session.prompt == "Once"
    assert [failure.sentence.count(".") > 0 for failure in failures] == [True, True]
    share.open_file(tmp_path / "state.json")
    assert session.prompt == TEXT
    read(qtbot, session)


def test_the_surprises_are_saved_as_numbers(page, session, qtbot, tmp_path):
    have(qtbot, session, TEXT)
    save = page.findChild(FigureButton, "saveTextButton")
    for kind in ("png", "svg", "csv"):
        save.save(save._figure(), kind, tmp_path / f"text.{kind}")
        assert (tmp_path / f"text.{kind}").stat().st_size > 100
    rows = list(csv.DictReader((tmp_path / "text.csv").read_text("utf-8").splitlines()))
    assert [row["token"] for row in rows] == [one.label for one in session.trace.tokens]
    assert float(rows[2]["surprise in bits"]) == pytest.approx(
        bits_by_hand(session.trace, 2)[0], rel=1e-5
    )
