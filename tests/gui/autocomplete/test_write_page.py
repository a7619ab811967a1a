"""The tab with a real session and a real (tiny, untrained) model: keys in, bars and text out."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QSpinBox

from core.config import SamplingConfig
from core.language_model import LanguageModel
from core.sampling import stages
from gui import writing
from gui.autocomplete.text_card import CHATTING
from gui.autocomplete.write_page import WritePage
from gui.autocomplete.write_words import (
    BEGINNING_BARS,
    DICE_ENDED,
    ELSEWHERE,
    END_CHOSEN,
    ENDS,
    GOES_ON,
    LOADED_ENDED,
    LOADING,
    NEUTRAL_BARS,
    OLDER,
    SPACE_AT_END,
    START,
    SURE_ENDED,
    TYPING,
    WRITING,
)
from gui.export import KINDS
from gui.figures import FigureButton
from gui.full_size import set_full
from gui.session import MAX_PROMPT
from gui.widgets.origin_picture import OriginPicture
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.prompt_editor import PromptEditor
from gui.writing import GENERATED_TOKENS, MOST_TOKENS
from tests.gui.autocomplete.pages import CONTEXT, read, said

Key = Qt.Key


@pytest.fixture(autouse=True)
def short_frames(monkeypatch):
    """The tiny model writes all that it writes within one that the eye would see."""
    monkeypatch.setattr(writing, "FRAME_S", 0)


@pytest.fixture
def tab(write_page):
    return write_page


@pytest.fixture
def editor(tab):
    return tab.findChild(PromptEditor, "autocompleteEdit")


@pytest.fixture
def bars(tab):
    return tab.findChild(ProbabilityBars, "probabilityBars")


@pytest.fixture
def button(tab):
    return tab.findChild(QPushButton, "generateButton")


def idle(qtbot, session):
    qtbot.waitUntil(lambda: not session.is_busy())


def type_in(editor, qtbot, session, text):
    qtbot.keyClicks(editor, text)
    idle(qtbot, session)


# --- typing


def test_each_key_is_predicted_from(tab, editor, bars, session, qtbot, folder):
    type_in(editor, qtbot, session, "They walked")
    model = LanguageModel.load(folder)
    expected = model.predict(model.trace("They walked"), SamplingConfig())
    assert [row.token for row in bars._rows[:-1]] == [one.id for one in expected.candidates]
    shown = [row.probability for row in bars._rows[:-1]]
    assert shown == pytest.approx([one.probability for one in expected.candidates])
    assert f"{expected.perplexity:,.0f} token" in said(tab)
    tips = [label.toolTip() for label in tab.findChildren(QLabel)]
    assert any(f"{expected.entropy_bits:.4f} bits" in tip for tip in tips)
    assert f"of {CONTEXT}" in said(tab)


def test_the_ghost_is_the_likeliest_and_tab_appends_it(editor, session, qtbot):
    type_in(editor, qtbot, session, "They")
    read(qtbot, session)
    model = session.language_model
    word = model.likeliest_word(session.trace)
    assert word[0] == session.prediction.candidates[0].id
    assert editor.ghost().replace(" ", "␣") == "".join(map(model.tokenizer.label, word))
    qtbot.keyClick(editor, Key.Key_Tab)
    idle(qtbot, session)
    assert editor.text() == session.prompt == "They" + model.tokenizer.decode(word)
    assert editor.textCursor().atEnd()


def test_the_whole_word_stays_in_grey_when_it_is_shown_again(tab, editor, session, qtbot):
    model = session.language_model
    texts = ("They", "Once", "The dog", "The river", "A")
    for text in texts:
        type_in(editor, qtbot, session, text)
        read(qtbot, session)
        if len(model.likeliest_word(session.trace)) > 1:
            break
        editor.setPlainText("")
    else:
        pytest.fail("no word of several tokens")
    before = editor.ghost()
    session.set_sampling(SamplingConfig(0.7))
    read(qtbot, session)
    assert editor.ghost() == before
    tab.text._views.choose(CHATTING)
    tab.text._views.choose(0)
    assert editor.ghost() == before
    assert len(tab.text._word) > 1


def test_the_text_fills_the_page_as_talk_too(tab, qtbot):
    set_full(tab.text.card, True)
    for view in (CHATTING, 0):
        tab.text._views.choose(view)
        assert not tab._choosing_card.isVisible()
        assert not tab.next.card.isVisible()
    set_full(tab.text.card, False)
    assert tab._choosing_card.isVisible()
    assert tab.next.card.isVisible()


def test_tab_right_after_a_key_does_not_append_what_belonged_before_it(editor, session, qtbot):
    type_in(editor, qtbot, session, "They")
    qtbot.keyClick(editor, Key.Key_A)
    qtbot.keyClick(editor, Key.Key_Tab)
    idle(qtbot, session)
    assert session.prompt == "Theya"


def test_a_click_on_a_bar_appends_it(editor, bars, session, qtbot):
    type_in(editor, qtbot, session, "The dog")
    chosen = session.prediction.candidates[3]
    where = bars._row_rect(3).center().toPoint()
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=where)
    idle(qtbot, session)
    raw = b"The dog" + session.language_model.tokenizer.raw(chosen.id)
    assert session.prompt == editor.text() == raw.decode(errors="replace")
    assert session.trace.ids[-1] == chosen.id
    assert session.trace.text == session.prompt


def test_the_mark_of_the_end_is_neither_ghost_nor_text(tab, editor, bars, session, qtbot):
    type_in(editor, qtbot, session, "The dog")
    end = session._language_model.tokenizer.end_of_text
    first, *others = session.prediction.candidates
    candidates = (replace(first, id=end, label="<|endoftext|>", ends=True), *others)
    session.prediction = replace(session.prediction, candidates=candidates)
    session.prediction_changed.emit(session.prediction)
    assert bars._rows[0].label == "(end of text)"
    assert editor.ghost() == ""
    assert ENDS in said(tab)
    session.append_token(end)
    assert END_CHOSEN in said(tab)
    type_in(editor, qtbot, session, "s")
    assert END_CHOSEN not in said(tab)
    session.append_token(end)
    assert END_CHOSEN in said(tab)
    assert session.prompt == editor.text() == "The dogs"


@pytest.mark.parametrize(
    ("shaped", "raw", "words"),
    [(0.3, 0.3, DICE_ENDED), (1.0, 0.5, LOADED_ENDED), (0.997, 0.99, SURE_ENDED)],
)
def test_at_the_end_only_what_helps_is_said_until_the_text_changes(
    tab, editor, session, qtbot, shaped, raw, words
):
    type_in(editor, qtbot, session, "The dog")
    first, *others = session.prediction.candidates
    end = replace(first, label="<|endoftext|>", ends=True, probability=shaped, raw=raw)
    session.prediction = replace(session.prediction, candidates=(end, *others))
    session.text_ended.emit(True)
    assert words in said(tab)
    type_in(editor, qtbot, session, "s")
    assert words not in said(tab)


def test_a_space_at_the_end_is_said_at_once_and_moves_nothing(tab, editor, session, qtbot):
    type_in(editor, qtbot, session, "The dog")
    tab.grab()
    place = editor.geometry()
    type_in(editor, qtbot, session, " ")
    assert SPACE_AT_END in said(tab)
    assert editor.ghost() == ""
    tab.grab()
    assert editor.geometry() == place
    button = tab.findChild(QPushButton, "removeSpaceButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.prompt == editor.text() == "The dog"
    assert not button.isVisible()
    idle(qtbot, session)


def focus(tab, editor, qtbot):
    tab.activateWindow()
    qtbot.waitUntil(tab.isActiveWindow)
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)


def test_where_the_text_ends_with_a_space_tab_goes_to_the_button_that_removes_it(
    tab, editor, session, qtbot
):
    focus(tab, editor, qtbot)
    type_in(editor, qtbot, session, "The dog ")
    qtbot.keyClick(editor, Key.Key_Tab)
    assert session.prompt == "The dog "
    button = tab.focusWidget()
    assert button.objectName() == "removeSpaceButton"
    qtbot.keyClick(button, Key.Key_Space)
    read(qtbot, session)
    assert session.prompt == editor.text() == "The dog"
    assert editor.hasFocus()
    taken = editor.ghost()
    assert taken.startswith(session.prediction.candidates[0].text)
    qtbot.keyClick(editor, Key.Key_Tab)
    assert session.prompt == "The dog" + taken
    idle(qtbot, session)


def refuse(editor, qtbot, session):
    qtbot.keyClick(editor, Key.Key_Escape)


def go_elsewhere(editor, qtbot, session):
    qtbot.keyClick(editor, Key.Key_Left)


def end(editor, qtbot, session):
    first, *others = session.prediction.candidates
    ends = replace(first, label="<|endoftext|>", ends=True)
    session.prediction = replace(session.prediction, candidates=(ends, *others))
    session.prediction_changed.emit(session.prediction)


def write_at_a_pace(editor, qtbot, session):
    session.set_pace(60_000)
    with qtbot.waitSignal(session.token_drawn):
        session.generate()


@pytest.mark.parametrize("without", [refuse, go_elsewhere, end, write_at_a_pace])
def test_tab_leaves_the_text_where_no_word_is_shown(tab, editor, session, qtbot, without):
    focus(tab, editor, qtbot)
    type_in(editor, qtbot, session, "The dog")
    read(qtbot, session)
    assert editor.ghost()
    without(editor, qtbot, session)
    assert editor.ghost() == ""
    qtbot.keyClick(editor, Key.Key_Tab)
    assert not editor.hasFocus()
    assert session.prompt == "The dog"
    qtbot.keyClick(tab.focusWidget(), Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert editor.hasFocus()
    session.stop()


def test_who_takes_word_after_word_stays_in_the_text_while_the_next_is_on_its_way(
    tab, editor, session, qtbot
):
    focus(tab, editor, qtbot)
    type_in(editor, qtbot, session, "The dog")
    read(qtbot, session)
    for _ in range(5):
        qtbot.keyClick(editor, Key.Key_Tab)
        assert editor.hasFocus()
    assert len(session.prompt) > len("The dog")
    read(qtbot, session)


def test_without_an_answer_the_text_is_no_trap(tab, editor, session, qtbot, monkeypatch, failures):
    def fails(*_args):
        raise ValueError("no answer")

    monkeypatch.setattr(type(session.language_model), "trace", fails)
    focus(tab, editor, qtbot)
    with qtbot.waitSignal(session.failed):
        qtbot.keyClicks(editor, "x")
    idle(qtbot, session)
    assert len(failures) == 1
    qtbot.keyClick(editor, Key.Key_Tab)
    assert not editor.hasFocus()


def test_with_the_cursor_elsewhere_there_is_no_grey_word_to_take(tab, editor, session, qtbot):
    assert START in said(tab)
    type_in(editor, qtbot, session, "The dog")
    assert TYPING in said(tab)
    qtbot.keyClick(editor, Key.Key_Left)
    assert editor.ghost() == ""
    assert ELSEWHERE in said(tab)
    assert TYPING not in said(tab)
    qtbot.keyClick(editor, Key.Key_Tab)
    assert session.prompt == "The dog"
    assert editor.textCursor().position() == 6
    qtbot.keyClick(editor, Key.Key_Right)
    assert editor.ghost()
    assert TYPING in said(tab)


def test_the_prompt_bar_and_the_editor_are_one_text(editor, session, qtbot):
    session.set_prompt("The cat 🌊 saw")
    assert editor.text() == "The cat 🌊 saw"
    cursor = editor.textCursor()
    cursor.setPosition(3)
    editor.setTextCursor(cursor)
    type_in(editor, qtbot, session, "ir")
    assert session.prompt == "Their cat 🌊 saw"
    assert editor.textCursor().position() == 5


def test_undo_is_told_to_the_session(editor, session, qtbot):
    type_in(editor, qtbot, session, "The")
    session.set_prompt("The dog")
    qtbot.keyClick(editor, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.prompt == editor.text() == "The"
    idle(qtbot, session)


def test_a_huge_paste_is_cut_with_a_notice(editor, session, qtbot):
    data = QMimeData()
    data.setText("word " * 200_000)
    with qtbot.waitSignal(session.noticed):
        editor.insertFromMimeData(data)
    assert editor.text() == session.prompt
    assert len(session.prompt) == MAX_PROMPT
    idle(qtbot, session)


@pytest.mark.parametrize("text", ["a" + "b " * (MAX_PROMPT // 2 - 1) + "c", "d" * MAX_PROMPT])
def test_a_key_too_many_is_cut_at_the_front(editor, session, qtbot, text):
    session.set_prompt(text)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Key.Key_D)
    assert session.prompt == editor.text() == text[1:] + "d"
    idle(qtbot, session)


def test_what_the_model_no_longer_sees_is_grey(tab, editor, session, qtbot):
    session.set_prompt(("The dog saw the cat. " * 30).rstrip())
    idle(qtbot, session)
    (grey,) = editor.extraSelections()
    assert grey.cursor.selectedText() == session.prompt[: session.trace.tokens[0].start]
    assert OLDER in said(tab)
    session.set_prompt("The dog")
    idle(qtbot, session)
    assert editor.extraSelections() == []
    assert TYPING in said(tab)


@pytest.mark.parametrize(
    ("bits", "words"), [(0.3, "1 token"), (1.43, "3 tokens"), (6, "64 tokens")]
)
def test_how_unsure_it_is_is_said_in_words(tab, editor, session, qtbot, bits, words):
    type_in(editor, qtbot, session, "The dog")
    session.prediction = replace(session.prediction, entropy_bits=bits, shaped_bits=bits)
    session.prediction_changed.emit(session.prediction)
    assert f"| {words} |" in said(tab)


def test_how_many_the_loaded_dice_leave_open_is_said_beside_it(tab, editor, session, qtbot):
    type_in(editor, qtbot, session, "The dog")
    session.set_sampling(SamplingConfig(temperature=0.3, top_k=4))
    idle(qtbot, session)
    model, trace = session.language_model, session.trace
    shaped = stages(trace.logits[-1], session.sampling).shaped
    kept = shaped[shaped > 0]
    n = round(2 ** -(kept * np.log2(kept)).sum())
    raw = model.predict(trace, SamplingConfig())
    assert 1 <= n <= 4 < raw.perplexity
    assert f"{raw.perplexity:,.0f} tokens \N{RIGHTWARDS ARROW} {n} |" in said(tab)


# --- nothing to predict from


def test_without_a_model_it_says_so(session, qtbot):
    tab = WritePage(session)
    qtbot.addWidget(tab)
    tab.show()
    assert LOADING in said(tab)
    session.loading_changed.emit("")
    assert "No model is open" in said(tab)


def test_an_empty_prompt_shows_how_a_text_would_begin(tab, editor, bars, session, qtbot, button):
    model = session.language_model
    expected = model.predict_from(model.beginning(), SamplingConfig())
    assert [row.token for row in bars._rows[:-1]] == [one.id for one in expected.candidates]
    assert bars.isVisible()
    assert editor.ghost() == ""
    assert BEGINNING_BARS in said(tab)
    bars.setFocus()
    qtbot.keyClick(bars, Key.Key_Return)
    idle(qtbot, session)
    assert session.trace.ids.tolist() == [expected.candidates[0].id]
    assert session.prompt == editor.text()
    assert NEUTRAL_BARS in said(tab)
    editor.selectAll()
    qtbot.keyClick(editor, Key.Key_Delete)
    idle(qtbot, session)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    ids = list(model.generate("", SamplingConfig(), 1, 90))
    assert model.tokenizer.decode(ids).startswith(session.prompt)
    assert session.prompt


def test_where_the_model_knows_no_beginnings_examples_are_offered(
    tab, editor, bars, session, qtbot, button, monkeypatch
):
    monkeypatch.setattr(type(session.language_model.tokenizer), "end_of_text", None)
    session.set_prompt("x")
    idle(qtbot, session)
    session.set_prompt("")
    idle(qtbot, session)
    assert not bars.isVisible()
    assert not button.isEnabled()
    example = tab.findChild(QPushButton, "exampleButton1")
    qtbot.mouseClick(example, Qt.MouseButton.LeftButton)
    idle(qtbot, session)
    assert example.accessibleName().endswith(session.prompt)
    assert bars.isVisible()
    assert button.isEnabled()
    assert editor.textCursor().atEnd()


# --- shaping


def test_top_k_and_temperature_reshape_the_bars_and_keep_the_ghosts(
    tab, editor, bars, session, qtbot
):
    type_in(editor, qtbot, session, "The dog sa")
    type_in(editor, qtbot, session, "w")
    ghosts = dict(bars._ghosts)
    box = tab.findChild(QSpinBox, "topKSpin")
    box.selectAll()
    qtbot.keyClicks(box, "3")
    idle(qtbot, session)
    assert session.sampling == SamplingConfig(top_k=3)
    assert [row.probability > 0 for row in bars._rows] == [True] * 3 + [False] * 18
    assert "3 of 300" in said(tab)
    tab.findChild(QSlider, "temperatureSlider").setValue(0)
    idle(qtbot, session)
    assert [row.probability for row in bars._rows] == [1.0] + [0.0] * 20
    assert bars._ghosts == ghosts


def test_settings_made_elsewhere_are_shown_and_reset_tells_the_session(tab, session, qtbot):
    session.set_sampling(SamplingConfig(0.5, 7, 0.25))
    assert tab.findChild(QSlider, "temperatureSlider").value() == 50
    assert tab.findChild(QSpinBox, "topKSpin").value() == 7
    assert tab.findChild(QSlider, "topPSlider").value() == 25
    reset = tab.findChild(QPushButton, "resetSamplingButton")
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert session.sampling == SamplingConfig()
    assert not reset.isEnabled()


def test_a_setting_changed_while_the_answer_is_on_its_way_shapes_it(bars, session, qtbot):
    session.set_prompt("The dog")
    session.set_sampling(SamplingConfig(top_k=1))
    idle(qtbot, session)
    assert session.prediction.n_kept == 1
    assert bars._rows[0].probability == 1.0


# --- writing


def write(tab, qtbot, session, button) -> str:
    session.set_prompt("The dog")
    idle(qtbot, session)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    idle(qtbot, session)
    return session.prompt


def test_generate_streams_and_the_seed_repeats_it(tab, editor, session, qtbot, button):
    lengths = []
    session.prompt_changed.connect(lambda _text: lengths.append(len(editor.text())))
    first = write(tab, qtbot, session, button)
    assert first.startswith("The dog")
    assert len(lengths) > 3
    assert editor.text() == first
    assert write(tab, qtbot, session, button) == first
    tab.findChild(QSpinBox, "seedSpin").setValue(2)
    assert write(tab, qtbot, session, button) != first


def test_stopped_and_gone_on_it_becomes_the_same_text(tab, editor, session, qtbot, button):
    whole = write(tab, qtbot, session, button)
    session.set_prompt("The dog")
    idle(qtbot, session)
    session.set_pace(1)
    for _ in range(2):
        before = session.prompt
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(session.prompt) > len(before) + 8)  # noqa: B023
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not session.is_generating()
        idle(qtbot, session)
    session.set_pace(0)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    idle(qtbot, session)
    n = min(len(session.prompt), len(whole))
    assert n > 40
    assert session.prompt[: n - 1] == whole[: n - 1]  # the last may be half a character
    assert len(session.prompt) > len(whole)


def test_where_it_rests_it_says_how_much_it_wrote_and_that_it_goes_on(
    tab, editor, session, qtbot, button
):
    rested = []
    session.rested.connect(rested.append)
    write(tab, qtbot, session, button)
    assert rested
    assert GENERATED_TOKENS <= rested[0] <= MOST_TOKENS
    assert f"{rested[0]} {GOES_ON}" in said(tab)
    type_in(editor, qtbot, session, "s")
    assert GOES_ON not in said(tab)


def test_what_was_said_of_a_run_is_over_as_the_next_begins(tab, session, qtbot, button):
    session.set_prompt("The dog")
    idle(qtbot, session)
    session.rested.emit(64)
    assert f"64 {GOES_ON}" in said(tab)
    session.set_pace(3000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(session.is_generating)
    assert GOES_ON not in said(tab)
    assert WRITING in said(tab)
    session.stop()


def test_one_token_is_drawn_marked_and_appended(tab, bars, session, qtbot, button):
    written = write(tab, qtbot, session, button)
    session.set_prompt("The dog")
    idle(qtbot, session)
    one = tab.findChild(QPushButton, "oneTokenButton")
    for _ in range(2):
        before = session.prompt
        qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bars._drawn is not None)
        idle(qtbot, session)
        assert len(session.prompt) > len(before)
        assert before != "The dog" or written.startswith(session.prompt)
    qtbot.waitUntil(lambda: bars._drawn is None)
    assert bars._rows[0].token == session.prediction.candidates[0].id


def test_what_was_written_is_undone_at_once(tab, editor, session, qtbot, button):
    write(tab, qtbot, session, button)
    editor.undo()
    assert session.prompt == "The dog"
    idle(qtbot, session)


def test_what_is_typed_behind_it_is_undone_by_itself(tab, editor, session, qtbot, button):
    written = write(tab, qtbot, session, button)
    type_in(editor, qtbot, session, "ab")
    qtbot.keyClick(editor, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.prompt == written
    qtbot.keyClick(editor, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.prompt == "The dog"
    idle(qtbot, session)


def test_stop_stops_at_once(tab, session, qtbot, button):
    session.set_prompt("The dog")
    idle(qtbot, session)
    with qtbot.waitSignal(session.prompt_changed):  # the first token of many
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.text() == "Stop"
        assert WRITING in said(tab)
    assert session.prompt != "The dog"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not session.is_generating()
    written = session.prompt
    idle(qtbot, session)
    assert session.prompt == written
    assert button.text() == "Generate"
    assert TYPING in said(tab) or OLDER in said(tab)  # it may have been quick


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_X])
def test_escape_and_typing_stop_it_too(tab, editor, session, qtbot, key):
    session.set_prompt("The dog")
    idle(qtbot, session)
    session.set_pace(50)  # at full speed the tiny model may be done before a key comes
    qtbot.keyClick(editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.prompt != "The dog")
    assert editor.ghost() == ""
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, key)
    assert not session.is_generating()
    idle(qtbot, session)
    assert session.prompt == editor.text() == session.trace.text
    qtbot.waitUntil(lambda: bool(editor.ghost()))


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_X])
def test_after_a_click_on_generate_the_keys_go_to_the_text(
    tab, editor, session, qtbot, button, key
):
    tab.activateWindow()
    qtbot.waitUntil(tab.isActiveWindow)
    session.set_prompt("The dog")
    idle(qtbot, session)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.prompt != "The dog")
    qtbot.keyClick(tab.focusWidget(), key)
    assert not session.is_generating()
    assert session.prompt.endswith("x") or key == Key.Key_Escape
    idle(qtbot, session)


def test_escape_stops_it_from_anywhere_in_the_tab(tab, session, qtbot):
    tab.activateWindow()
    qtbot.waitUntil(tab.isActiveWindow)
    session.set_prompt("The dog")
    idle(qtbot, session)
    session.generate()
    slider = tab.findChild(QSlider, "temperatureSlider")
    slider.setFocus()
    qtbot.keyClick(slider, Key.Key_Escape)
    assert not session.is_generating()
    idle(qtbot, session)


def test_tab_right_after_a_key_that_stopped_it_appends_nothing_old(editor, session, qtbot):
    session.set_prompt("The dog")
    idle(qtbot, session)
    session.generate()
    qtbot.waitUntil(lambda: session.prompt != "The dog")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Key.Key_X)
    written = session.prompt
    qtbot.keyClick(editor, Key.Key_Tab)
    assert session.prompt == written
    idle(qtbot, session)


def test_a_hidden_tab_catches_up_when_it_is_shown(tab, editor, bars, session, qtbot):
    tab.hide()
    session.set_prompt("The cat")
    session.set_sampling(SamplingConfig(0.5))
    idle(qtbot, session)
    assert editor.text() == ""
    tab.show()
    assert editor.text() == "The cat"
    assert np.isclose(bars._rows[0].probability, session.prediction.candidates[0].probability)


@pytest.mark.parametrize("size", [(720, 540), (1000, 560), (1900, 1100)])
@pytest.mark.parametrize("text", ["", "The dog"])
def test_nothing_is_clipped(tab, session, qtbot, size, text):
    session.set_prompt(text)
    session.set_sampling(SamplingConfig(0.0, 12, 0.5))
    idle(qtbot, session)
    tab.resize(*size)
    tab.grab()  # lays out
    for child in tab.findChildren(QPushButton) + tab.findChildren(QSpinBox):
        if child.isVisible():
            wanted = child.minimumSizeHint()
            assert child.height() >= wanted.height(), child.objectName()
            assert child.width() >= wanted.width(), child.objectName()
    for label in tab.findChildren(QLabel):
        if label.isVisible() and label.text() and not label.wordWrap():
            room = label.contentsRect().width()
            assert label.fontMetrics().horizontalAdvance(label.text()) <= room, label.text()


def test_where_the_probabilities_come_from_follows_the_text(tab, session, editor, qtbot):
    tab.show_view("origin")
    origin = tab.findChild(OriginPicture)
    qtbot.keyClicks(editor, "The cat")
    idle(qtbot, session)
    assert origin.isVisible()
    assert not tab.findChild(ProbabilityBars).isVisible()
    assert np.array_equal(origin._neurons, session.trace.mlp_post[:, -1])
    assert origin._prediction is session.prediction
    session.set_prompt("")
    idle(qtbot, session)
    assert origin._prediction is None
    tab.show_view("bars")
    assert not origin.isVisible()


def test_what_is_seen_is_saved(tab, editor, qtbot, session, tmp_path, monkeypatch):
    monkeypatch.setattr(FigureButton, "_folder", str(tmp_path))
    type_in(editor, qtbot, session, "the dog")
    save = tab.findChild(FigureButton, "savePredictionButton")
    for view, name in zip(tab.VIEWS, ("next token", "why"), strict=True):
        tab.show_view(view)
        for kind in KINDS:
            save.save(save._figure(), kind, tmp_path / f"{save._figure().name}.{kind}")
            assert (tmp_path / f"{name}.{kind}").stat().st_size > 50
    rows = list(csv.DictReader((tmp_path / "next token.csv").read_text("utf-8").splitlines()))
    assert float(rows[0]["probability"]) == session.prediction.candidates[0].probability
