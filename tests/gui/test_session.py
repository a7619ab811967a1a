"""The session: one state, the newest answer only, nothing lost, every error a sentence."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np
import pytest

from core.config import SamplingConfig
from core.errors import TooLarge, UserError
from core.interventions import Off
from gui.selection import Selection
from gui.session import MAX_PROMPT, Session
from gui.writing import MOST_TOKENS, throw
from tests.gui.models import FakeWriter


@pytest.fixture
def session(qapp, folders):
    session = Session()
    yield session
    session.shutdown()


@pytest.fixture
def model(qtbot, session, folders):
    """The model in use, after it was opened."""
    with qtbot.waitSignal(session.model_changed):
        session.open_model(Path("first"))
    idle(qtbot, session)
    return folders["first"]


def idle(qtbot, session):
    qtbot.waitUntil(lambda: not session.is_busy())


def record(signal):
    seen = []
    signal.connect(lambda *values: seen.append(values[0] if values else None))
    return seen


# --- the model


def test_opening_a_model_tells_its_facts_and_answers_the_prompt_that_waits(qtbot, session, folders):
    session.set_prompt("They walked")
    loading = record(session.loading_changed)
    with qtbot.waitSignals([session.model_changed, session.plane_changed, session.trace_changed]):
        session.open_model(Path("first"))
    idle(qtbot, session)
    assert loading == ["first", ""]
    assert session.model.name == "first"
    assert session.trace.text == "They walked"
    assert len(session.prediction.candidates) == 20


def test_a_refused_model_leaves_the_one_in_use(qtbot, session, model, folders, failures):
    session.set_prompt("They walked")
    idle(qtbot, session)
    before = session.trace
    folders["bad"] = UserError("No.")
    with qtbot.waitSignal(session.failed):
        session.open_model(Path("bad"))
    assert [failure.details for failure in failures] == ["No."]
    assert session.model.name == "first"
    assert session.trace is before


def test_a_refused_model_gives_way_to_the_other(qtbot, session, folders, failures):
    folders["bad"] = UserError("No.")
    with qtbot.waitSignal(session.model_changed):
        session.open_model(Path("bad"), otherwise=Path("first"))
    assert session.model.name == "first"
    assert len(failures) == 1


def test_a_smaller_model_brings_the_open_head_back_into_range(qtbot, session, model):
    session.select_head(1, 2)
    with qtbot.waitSignal(session.model_changed):
        session.open_model(Path("second"))
    assert (session.selection.layer, session.selection.head) == (0, 1)


def test_an_answer_of_the_model_before_is_not_shown_for_the_new_one(qtbot, session, model):
    model.gate = threading.Event()
    session.set_prompt("old model")
    session.open_model(Path("second"))
    model.gate.set()
    qtbot.waitUntil(lambda: session.model.name == "second" and not session.is_busy())
    assert session.trace.q.shape[0] == 1


# --- the prompt


def test_a_key_press_becomes_a_trace_and_a_prediction(qtbot, session, model):
    with qtbot.waitSignals([session.trace_changed, session.prediction_changed, session.answered]):
        session.set_prompt("They walked along")
    assert [token.text for token in session.trace.tokens] == ["They", " walked", " along"]


def test_the_same_prompt_again_is_not_asked_again(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    asked, told = len(model.calls), record(session.prompt_changed)
    session.set_prompt("They")
    assert len(model.calls) == asked
    assert told == []


def test_only_the_newest_of_many_key_presses_is_shown(qtbot, session, model):
    model.gate = threading.Event()
    shown = record(session.trace_changed)
    text = "They walked along the river"
    for end in range(1, len(text) + 1):
        session.set_prompt(text[:end])
    model.gate.set()
    qtbot.waitUntil(lambda: session.trace is not None)
    idle(qtbot, session)
    assert [trace.text for trace in shown] == [text]
    assert len(model.calls) <= 4  # the first, which was under way, and the last with its prediction


def test_an_empty_prompt_empties_the_views(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.set_prompt("")
    idle(qtbot, session)
    assert session.trace is None
    assert session.prediction is None


def test_a_megabyte_is_cut_with_a_notice(qtbot, session, model):
    notices = record(session.noticed)
    session.set_prompt("x" * 1_000_000 + "the end")
    assert len(session.prompt) == MAX_PROMPT
    assert session.prompt.endswith("the end")
    assert len(notices) == 1
    idle(qtbot, session)


def test_appending_a_token_appends_its_text(qtbot, session, model):
    session.set_prompt("They")
    session.append_token(7)
    assert session.prompt == "They w7"
    idle(qtbot, session)


def test_a_text_too_long_to_keep_is_read_as_it_is_kept(qtbot, session, model):
    session.add_tokens("They " * (MAX_PROMPT // 5), (7,))
    idle(qtbot, session)
    assert len(session.prompt) == MAX_PROMPT
    assert session.drawn_ids() is None
    assert session.trace.text == session.prompt


def test_changes_are_not_to_blame_for_a_lack_of_memory(qtbot, session, model, failures):
    session.set_prompt("They walked")
    idle(qtbot, session)
    session.add_change(Off(0, "mlp"))
    idle(qtbot, session)
    session.add_change(Off(1, "mlp"))
    model.error = TooLarge("Type less.")
    idle(qtbot, session)
    model.error = TooLarge("Type less.")
    session.set_prompt("They walked along")
    idle(qtbot, session)
    assert len(session.changes) == 2
    assert {failure.sentence for failure in failures} == {"Type less."}


def test_without_a_model_intents_are_harmless(session):
    session.set_prompt("They")
    session.append_token(3)
    session.generate()
    session.stop()
    session.set_sampling(SamplingConfig(temperature=0.5))
    session.select_token(3)
    assert not session.is_busy()


# --- what the eye is on


def test_a_token_is_selected_once_and_let_go_the_second_time(session):
    told = record(session.selection_changed)
    session.select_token(2)
    session.select_token(2)
    assert told == [Selection(token=2), Selection()]


def test_the_hovered_token_is_stressed_before_the_clicked_one():
    assert Selection(token=2, hovered=5).focus == 5
    assert Selection(token=2).focus == 2
    assert Selection().focus is None


def test_a_selected_token_that_is_gone_is_let_go(qtbot, session, model):
    session.set_prompt("They walked along")
    idle(qtbot, session)
    session.select_token(2)
    session.hover_token(1)
    session.set_prompt("They")
    idle(qtbot, session)
    assert session.selection == Selection()


def test_another_sentence_does_not_inherit_the_selected_place(qtbot, session, model):
    session.set_prompt("They walked along")
    idle(qtbot, session)
    session.select_token(1)
    session.set_prompt("My other sentence")
    idle(qtbot, session)
    assert session.selection.token is None


# --- drawing the next token


def test_new_sampling_reshapes_the_same_trace(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    before = session.trace
    traced = [call for call in model.calls if call[0] == "trace"]
    with qtbot.waitSignal(session.prediction_changed):
        session.set_sampling(SamplingConfig(top_k=5))
    assert session.prediction.n_kept == 5
    assert session.trace is before
    assert [call for call in model.calls if call[0] == "trace"] == traced


def test_generating_writes_on_token_by_token_and_says_when_it_ends(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    states = record(session.generating_changed)
    session.generate(5)
    assert session.is_generating()
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == "They" + " w1" * 5
    assert session.trace.text == session.prompt
    assert states == [True, False]


@pytest.mark.parametrize(
    ("sentence", "n_expected"), [(67, 67), (20, MOST_TOKENS), (None, MOST_TOKENS)]
)
def test_it_rests_at_the_end_of_a_sentence(
    qtbot, session, model, monkeypatch, sentence, n_expected
):
    go_on = FakeWriter.go_on

    def dotted(writer, cancelled):
        went_on = go_on(writer, cancelled)
        writer.text += "." if writer.text.count("w1") == sentence else ""
        return went_on

    monkeypatch.setattr(FakeWriter, "go_on", dotted)
    session.set_prompt("They")
    idle(qtbot, session)
    rested, ends = record(session.rested), record(session.text_ended)
    session.generate()
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert rested == [n_expected]
    assert ends == []
    assert session.prompt.count("w1") == n_expected


def test_a_text_that_the_model_ends_is_said_to_be_over(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    ends = record(session.text_ended)
    session.generate(5)
    qtbot.waitUntil(lambda: not session.is_generating())
    assert ends == []
    model.ends_after = 2
    session.generate(5)
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == "They" + " w1" * 7
    assert ends == [True]


def test_single_throws_go_on_with_the_dice_until_the_text_or_the_seed_changes(
    qtbot, session, model
):
    session.set_prompt("They")
    idle(qtbot, session)
    drawn = record(session.token_drawn)
    for change in (None, None, lambda: session.set_prompt("Mine"), lambda: session.set_seed(2)):
        if change:
            change()
            idle(qtbot, session)
        session.draw_one()
        idle(qtbot, session)
    # Two throws of one line of writing; another text and another seed begin one of their own.
    thrown = [call[1:3] + call[-1:] for call in model.calls if call[0] == "write"]
    assert thrown == [("They", 1, 0), ("Mine", 1, 0), ("Mine w1", 2, 0)]
    assert session.prompt == session.trace.text == "Mine w1 w2"
    assert len(drawn) == 4
    session.set_prompt("They w1")  # as an undo does: the dice are where they were
    idle(qtbot, session)
    session.draw_one()
    idle(qtbot, session)
    assert session.prompt == "They w1 w2"
    model.ends_after = 0
    session.set_prompt("Mine")
    idle(qtbot, session)
    with qtbot.waitSignal(session.text_ended):
        session.draw_one()
    idle(qtbot, session)


def test_after_an_undo_the_dice_fall_as_they_did(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    for _ in range(3):
        session.draw_one()
        idle(qtbot, session)
    session.set_prompt("They w1 w1")
    idle(qtbot, session)
    session.draw_one()
    idle(qtbot, session)
    assert [call[1:] for call in model.calls if call[0] == "write"][-1] == ("They w1 w1", 1, 2)
    assert session.throw == throw(1, 2) == np.random.default_rng(1).random(3)[2]


def test_at_a_pace_a_token_waits_before_it_is_in_the_text(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.set_pace(60_000)
    drawn, states = record(session.token_drawn), record(session.generating_changed)
    session.generate(3)
    qtbot.waitUntil(lambda: len(drawn) == 1)
    assert session.is_generating()
    assert not session.is_busy()  # others may ask meanwhile
    assert session.prompt == "They"
    session.set_pace(1)  # what waits need not wait so long any more
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == "They w1 w1 w1"
    assert (len(drawn), states) == (3, [True, False])


def test_stopped_between_the_throw_and_the_token_nothing_is_appended(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.set_pace(60_000)
    session.generate()
    with qtbot.waitSignal(session.token_drawn):
        pass
    session.stop()
    idle(qtbot, session)
    assert session.prompt == "They"
    assert not session.is_generating()
    session.set_pace(0)
    session.generate(2)
    qtbot.waitUntil(lambda: not session.is_generating())
    assert session.prompt == "They w1 w1"
    idle(qtbot, session)


def test_the_pace_may_change_in_the_midst_of_a_text(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.generate(1_000_000)
    qtbot.waitUntil(lambda: session.prompt.count("w1") > 3)
    session.set_pace(60_000)
    with qtbot.waitSignal(session.token_drawn):
        pass
    n = session.prompt.count("w1")
    session.set_pace(0)
    qtbot.waitUntil(lambda: session.prompt.count("w1") > n + 3)
    session.stop()
    idle(qtbot, session)
    assert len([call for call in model.calls if call[0] == "write"]) == 1  # all of one line


def test_writing_ends_where_it_is_told_to(qtbot, session, model):
    session.set_prompt("They w1 w1")  # does not count: it was there before
    idle(qtbot, session)
    told = record(session.rested), record(session.text_ended)
    session.generate(50, until="w1 w1")
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == "They w1 w1 w1 w1"
    assert told == ([], [])


def test_the_mark_of_the_end_is_never_appended(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    with qtbot.waitSignal(session.text_ended) as told:
        session.append_token(model.tokenizer.end_of_text)
    assert told.args == [False]
    assert session.prompt == "They"


def test_stopping_keeps_what_was_written(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.generate(1_000_000)
    qtbot.waitUntil(lambda: session.prompt.count("w1") > 3)
    session.stop()
    written = session.prompt
    assert not session.is_generating()
    idle(qtbot, session)
    assert session.prompt == written


def test_typing_stops_the_writing(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.generate(1_000_000)
    qtbot.waitUntil(lambda: session.prompt.count("w1") > 3)
    session.set_prompt("Mine")
    idle(qtbot, session)
    assert session.prompt == "Mine"
    assert session.trace.text == "Mine"


def test_at_full_speed_all_that_is_written_in_a_frame_is_shown_at_once(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    shown = record(session.prompt_changed)
    session.generate(2000)
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == session.trace.text == "They" + " w1" * 2000
    assert len(shown) < 500
    assert session.n_thrown == 2000


def test_what_was_written_since_the_last_frame_is_shown_where_the_text_ends(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    model.ends_after = 3  # long before a frame is over
    session.generate()
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == session.trace.text == "They" + " w1" * 3


def test_after_a_stop_the_dice_go_on_as_long_as_the_text_is_theirs(qtbot, session, model, folders):
    def thrown_before(n_more):
        texts = record(session.prompt_changed)
        session.prompt_changed.connect(lambda _: len(texts) == n_more and session.stop())
        session.generate()
        qtbot.waitUntil(lambda: not session.is_generating())
        idle(qtbot, session)
        return [call[-1] for call in model.calls if call[0] == "write"][-1]

    session.set_prompt("They")
    idle(qtbot, session)
    session.set_pace(1)
    assert thrown_before(4) == 0
    stopped = session.prompt
    assert thrown_before(2) == 4
    session.set_prompt(stopped + "!")  # not by dice
    idle(qtbot, session)
    assert thrown_before(2) == 0
    session.set_prompt(stopped)
    idle(qtbot, session)
    assert session.n_thrown == 4
    session.set_seed(2)
    assert session.n_thrown == 0
    session.set_seed(1)
    with qtbot.waitSignal(session.model_changed):
        session.open_model(Path("second"))  # has not written it
    idle(qtbot, session)
    assert session.n_thrown == 0


def test_settings_changed_while_writing_shape_the_end(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.generate(20)
    session.set_sampling(SamplingConfig(top_k=9))
    qtbot.waitUntil(lambda: not session.is_generating())
    idle(qtbot, session)
    assert session.prediction.n_kept == 9


def test_a_model_that_is_there_stops_the_writing_of_the_one_before(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    session.set_pace(5)
    session.generate(1_000_000)
    session.open_model(Path("second"))
    assert session.is_generating()
    qtbot.waitUntil(lambda: session.model.name == "second")
    assert not session.is_generating()
    idle(qtbot, session)
    assert session.trace.text == session.prompt


def test_a_refused_folder_stops_no_writing_at_a_pace(qtbot, session, model, folders, failures):
    session.set_prompt("They")
    idle(qtbot, session)
    session.set_pace(5)
    stopped = record(session.generating_changed)
    session.generate(1_000_000)
    folders["bad"] = UserError("No.")
    with qtbot.waitSignal(session.failed):
        session.open_model(Path("bad"))
    n = len(session.prompt)
    qtbot.waitUntil(lambda: len(session.prompt) > n)
    assert stopped == [True]
    assert session.model.name == "first"
    session.stop()
    idle(qtbot, session)


@pytest.mark.parametrize("folder", ["bad", "second"])
def test_at_full_speed_a_text_is_written_to_its_end_first(
    qtbot, session, model, folders, failures, folder
):
    session.set_prompt("They")
    idle(qtbot, session)
    folders["bad"] = UserError("No.")
    rested = record(session.rested)
    session.generate(20)
    session.open_model(Path(folder))
    assert session.is_generating()
    idle(qtbot, session)
    assert rested == [20]
    assert session.model.name == ("first" if folder == "bad" else "second")
    assert session.trace.text == session.prompt


def test_an_answer_about_a_text_that_was_written_on_is_not_shown(qtbot, session, model):
    session.set_prompt("They")
    idle(qtbot, session)
    model.gate = threading.Event()
    session.add_change(Off(0, "mlp"))  # its answer waits
    session.add_change(Off(1, "mlp"))
    session.generate(5)
    model.gate.set()
    idle(qtbot, session)
    assert session.prompt == "They" + " w1" * 5
    assert session.trace.text == session.prompt
    assert session.trace.changes == session.changes


# --- errors and the end


def test_a_user_error_is_its_own_sentence(qtbot, session, model, failures):
    model.error = UserError("Type less.")
    with qtbot.waitSignal(session.failed):
        session.set_prompt("They")
    assert [(failure.sentence, failure.details) for failure in failures] == [("Type less.", "")]


@pytest.mark.parametrize("error", [ZeroDivisionError("boom"), KeyboardInterrupt("boom")])
def test_any_other_error_is_a_sentence_with_details_and_a_traceback(
    qtbot, session, model, failures, caplog, error
):
    model.error = error
    with qtbot.waitSignal(session.failed):
        session.set_prompt("They")
    assert "boom" in failures[0].details
    assert "boom" not in failures[0].sentence
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)


def test_after_an_error_the_next_key_works(qtbot, session, model, failures):
    model.error = ZeroDivisionError("boom")
    with qtbot.waitSignal(session.failed):
        session.set_prompt("They")
    model.error = None
    with qtbot.waitSignal(session.trace_changed):
        session.set_prompt("They walked")
    assert session.trace.text == "They walked"


def test_an_error_while_writing_ends_the_writing(qtbot, session, model, failures):
    session.set_prompt("They")
    idle(qtbot, session)
    states = record(session.generating_changed)
    model.error = ZeroDivisionError("boom")
    with qtbot.waitSignal(session.failed):
        session.generate(5)
    assert states == [True, False]
    idle(qtbot, session)


@pytest.mark.parametrize("work", ["load", "trace", "write"])
def test_shutting_down_in_mid_work_joins_the_worker(qtbot, session, model, work):
    told = record(session.trace_changed)
    if work == "load":
        session.open_model(Path("second"))
    elif work == "trace":
        session.set_prompt("They walked")
    else:
        session.set_prompt("They")
        idle(qtbot, session)
        session.generate(1_000_000)
        qtbot.waitUntil(lambda: session.prompt.count("w1") > 1)
    told.clear()
    session.shutdown()
    assert not any(thread.name.startswith("infer") for thread in threading.enumerate())
    qtbot.waitUntil(lambda: not session.is_busy())
    assert told == []


def test_what_is_asked_after_the_end_is_ignored(session, model):
    session.shutdown()
    session.set_prompt("later")
    session.open_model(Path("second"))
    session.generate()
    assert not session.is_busy()
