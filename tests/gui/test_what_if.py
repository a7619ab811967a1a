"""What if: the session's changes to the pass, against a model that is asked without any window."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from core.config import SamplingConfig
from core.interventions import Look, Off, Patch
from core.language_model import LanguageModel
from gui.session import Session
from gui.what_if import MEASURING, Changes
from tests.gui.models import held_back, save_tiny, shorten_standard_text

TEXT = "They walked along the river to the bank"


@pytest.fixture(autouse=True)
def _short_standard_text(monkeypatch):
    shorten_standard_text(monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("what if") / "tiny", n_layers=3, n_heads=4)


@pytest.fixture
def session(qtbot, folder):
    session = Session()
    session.set_prompt(TEXT)
    session.open_model(folder)
    idle(qtbot, session)
    yield session
    session.shutdown()


@pytest.fixture(scope="module")
def fresh(folder):
    """Traces of models that know nothing of each other, nor of the session."""
    return lambda text, changes=(): LanguageModel.load(folder).trace(text, changes=changes)


def idle(qtbot, session):
    qtbot.waitUntil(
        lambda: (
            session.model is not None
            and not session.is_busy()
            and session.what_if.measuring is None
        ),
        timeout=20_000,
    )


def record(signal):
    seen = []
    signal.connect(seen.append)
    return seen


def look_in(trace, layer, head, row, column, weight):
    return Look(layer, head, row, column, weight, int(trace.ids[row]), int(trace.ids[column]))


def assert_same(trace, expected):
    for name, array in expected.arrays().items():
        np.testing.assert_allclose(trace.arrays()[name], array, atol=2e-6, err_msg=name)


def changes_for(trace, d_model=16, d_head=4):
    last = len(trace.ids) - 1
    return (
        Off(1, "head", 2),
        Off(0, "mlp"),
        look_in(trace, 2, 1, last, 1, 0.8),
        Patch(0, "layer", 0, last, tuple(np.linspace(-1, 1, d_model)), int(trace.ids[last])),
        Patch(1, "head", 3, 2, tuple(np.linspace(-1, 1, d_head))),
    )


@pytest.mark.parametrize("which", range(5))
def test_a_change_is_in_the_trace_and_the_plain_pass_beside_it(qtbot, session, fresh, which):
    plain = session.trace
    change = changes_for(plain)[which]
    told = record(session.changes_changed)
    session.add_change(change)
    idle(qtbot, session)
    assert told == [(change,)]
    assert session.changes == session.trace.changes == (change,)
    assert_same(session.trace, fresh(TEXT, [change]))
    assert_same(session.plain, fresh(TEXT))
    assert np.abs(session.trace.logits - session.plain.logits).max() > 1e-4
    best = [one.id for one in session.prediction.candidates]
    assert best == np.argsort(-session.trace.logits[-1], kind="stable")[:20].tolist()
    best = [one.id for one in session.plain_prediction.candidates]
    assert best == np.argsort(-session.plain.logits[-1], kind="stable")[:20].tolist()


def test_without_changes_there_is_no_second_pass(qtbot, session):
    assert session.plain is None
    assert session.plain_prediction is None
    change = Off(1, "mlp")
    session.add_change(change)
    idle(qtbot, session)
    session.what_if.remove(change)
    idle(qtbot, session)
    assert session.changes == ()
    assert session.plain is None
    assert session.trace.changes == ()


def test_removing_one_leaves_the_others(qtbot, session, fresh):
    changes = changes_for(session.trace)
    for change in changes:
        session.add_change(change)
    session.what_if.remove(changes[1])
    idle(qtbot, session)
    assert session.changes == (changes[0], *changes[2:])
    assert_same(session.trace, fresh(TEXT, session.changes))
    session.what_if.clear()
    idle(qtbot, session)
    assert_same(session.trace, fresh(TEXT))


def test_changes_at_one_place_replace_each_other_and_a_drag_is_undone_at_once(qtbot, session):
    trace = session.trace
    first = Off(1, "head", 2)
    session.add_change(first)
    for step in range(10):
        session.add_change(look_in(trace, 0, 1, 4, 2, step / 10))
    assert [type(each) for each in session.changes] == [Off, Look]
    assert session.changes[1].weight == 0.9
    session.add_change(look_in(trace, 0, 1, 4, 1, 0.1))  # another cell of the same row
    assert len(session.changes) == 3
    session.what_if.undo()
    session.what_if.undo()
    assert session.changes == (first,)
    session.what_if.undo()
    assert session.changes == ()
    assert not session.what_if.can_undo
    idle(qtbot, session)


def test_the_answers_keep_coming_while_one_drags_and_the_last_is_the_newest(qtbot, session, fresh):
    trace = session.trace
    shown = record(session.trace_changed)
    for step in range(40):
        session.add_change(look_in(trace, 0, 1, 4, 2, step / 40))
    idle(qtbot, session)
    assert len(shown) >= 2  # not only when the hand rests
    assert_same(session.trace, fresh(TEXT, session.changes))
    assert session.changes[0].weight == 39 / 40


def test_changes_survive_editing_and_say_where_they_do_not_fit(qtbot, session, fresh):
    trace = session.trace
    look = look_in(trace, 2, 1, len(trace.ids) - 1, 1, 0.8)
    off = Off(1, "head", 2)
    for change in (look, off):
        session.add_change(change)
    session.set_prompt("They")
    idle(qtbot, session)
    assert session.changes == (look, off)
    assert session.change_states() == ((look, "The token that looks is gone."), (off, ""))
    assert session.trace.changes == (off,)
    assert_same(session.trace, fresh("They", [off]))
    session.set_prompt("The cat climbed up the tree. The cat climbed up the tree.")
    idle(qtbot, session)
    assert session.change_states()[0] == (look, "Another token stands there now.")
    session.set_prompt(TEXT + " again")
    idle(qtbot, session)
    assert session.change_states() == ((look, ""), (off, ""))
    assert_same(session.trace, fresh(TEXT + " again", [look, off]))
    session.set_prompt("")
    idle(qtbot, session)
    assert session.trace is None
    assert session.plain is None
    assert session.changes == (look, off)


def test_changes_follow_their_tokens_and_come_back(qtbot, session, fresh):
    trace = session.trace
    last = len(trace.ids) - 1
    look = look_in(trace, 2, 1, last, 3, 0.8)
    patch = Patch(0, "mlp", 0, last, (0.5,) * 16, int(trace.ids[last]))
    off = Off(1, "head", 2)
    for change in (look, off, patch):
        session.add_change(change)
    idle(qtbot, session)
    told = record(session.changes_changed)
    session.set_prompt("The cat. " + TEXT)
    idle(qtbot, session)
    shift = len(session.trace.ids) - len(trace.ids)
    assert shift > 0
    followed_look = replace(look, row=last + shift, column=3 + shift)
    followed_patch = replace(patch, position=last + shift)
    assert session.changes == (followed_look, off, followed_patch)
    assert told == [session.changes]
    assert [why for _, why in session.change_states()] == ["", "", ""]
    assert_same(session.trace, fresh("The cat. " + TEXT, session.changes))
    assert_same(session.plain, fresh("The cat. " + TEXT))
    session.what_if.undo()  # also what is undone has followed
    assert session.changes == (followed_look, off)
    session.set_prompt(TEXT)
    idle(qtbot, session)
    assert session.changes == (look, off)
    assert_same(session.trace, fresh(TEXT, (look, off)))


def test_a_change_whose_token_is_gone_waits_where_it_was(qtbot, session):
    trace = session.trace
    look = look_in(trace, 2, 1, 4, 1, 0.8)
    session.add_change(look)
    idle(qtbot, session)
    for text in ("The cat climbed up the tree", "", "They"):
        session.set_prompt(text)
        idle(qtbot, session)
        assert session.changes == (look,)
    session.set_prompt(TEXT)
    idle(qtbot, session)
    assert session.change_states() == ((look, ""),)


def test_what_is_beyond_the_context_is_followed_too(qtbot, session):
    """As one types on, the window slides; its tokens are what is looked at, not its places."""
    session.set_prompt(TEXT * 3)
    idle(qtbot, session)
    trace = session.trace
    n = len(trace.ids)
    session.add_change(look_in(trace, 1, 1, n - 1, n - 3, 0.7))
    for more in range(1, 5):
        session.set_prompt(TEXT * 3 + " the tree" * more)
        idle(qtbot, session)
        (look,) = session.changes
        now = session.trace
        whole = len(now.before) + look.row, len(now.before) + look.column
        assert whole == (len(trace.before) + n - 1, len(trace.before) + n - 3)
        assert session.change_states() == ((look, ""),)
    assert now.before  # it has slid


def test_a_patch_knows_its_token(qtbot, session):
    at = 2
    fits = Patch(0, "mlp", 0, at, (0.5,) * 16, int(session.trace.ids[at]))
    stale = Patch(1, "mlp", 0, at, (0.5,) * 16, int(session.trace.ids[at]) + 1)
    session.add_change(fits)
    session.add_change(stale)
    idle(qtbot, session)
    assert session.change_states() == ((fits, ""), (stale, "Another token stands there now."))


@pytest.mark.parametrize("weight", [-0.1, 1.5, math.nan, math.inf])
def test_a_weight_that_is_no_share_is_refused_with_a_sentence(qtbot, session, failures, weight):
    before = session.trace
    session.look(0, 1, 4, 2, weight)
    idle(qtbot, session)
    assert [each.sentence for each in failures] == ["An attention weight is a number from 0 to 1."]
    assert session.changes == ()
    assert session.trace is before


@pytest.mark.parametrize("cell", [(2, 3), (99, 1), (-1, -1), (2, -1)])
def test_a_look_from_or_to_nowhere_is_refused_with_a_sentence(qtbot, session, failures, cell):
    session.look(0, 1, *cell, 0.5)
    idle(qtbot, session)
    assert [each.sentence[:28] for each in failures] == ["A token can look at itself a"]
    assert session.changes == ()


def test_a_row_of_zeros_is_refused_and_what_was_before_is_kept(qtbot, session, failures):
    session.look(0, 1, 1, 0, 0.0)
    idle(qtbot, session)
    kept, before = session.changes, session.trace
    assert len(kept) == 1
    session.look(0, 1, 1, 1, 0.0)
    idle(qtbot, session)
    assert [each.sentence[:24] for each in failures] == ["A token must look somewh"]
    assert session.changes == kept
    np.testing.assert_array_equal(session.trace.logits, before.logits)
    session.look(0, 1, 2, 1, 0.5)
    idle(qtbot, session)
    assert len(session.changes) == 2


def test_the_mean_is_measured_first_and_acts_then(qtbot, session, folder, monkeypatch):
    gate = held_back(monkeypatch)
    shares = record(session.measuring_changed)
    change = Off(1, "mlp", 0, "mean")
    session.add_change(change)
    assert session.change_states() == ((change, MEASURING),)
    gate.set()
    qtbot.waitUntil(lambda: session.trace.changes == (change,), timeout=20_000)
    idle(qtbot, session)
    assert session.change_states() == ((change, ""),)
    assert shares[0] == 0.0
    assert shares[-1] is None
    alone = LanguageModel.load(folder)
    assert_same(session.trace, alone.trace(TEXT, changes=[change]))
    expected = alone.average.mlp_out[1]
    np.testing.assert_allclose(
        session.trace.mlp_out[1], expected[None].repeat(len(session.trace.ids), 0), atol=1e-6
    )


def test_measuring_ends_with_the_changes_that_need_it(qtbot, session):
    session.add_change(Off(1, "mlp", 0, "mean"))
    session.what_if.clear()
    assert session.what_if.measuring is None
    idle(qtbot, session)
    assert session.trace.changes == ()


def test_another_model_takes_over_what_makes_sense_there(qtbot, session, tmp_path):
    trace, notices = session.trace, record(session.noticed)
    off, gone, no_head = Off(0, "mlp"), Off(2, "mlp"), Off(1, "head", 3)
    look = look_in(trace, 1, 1, 4, 2, 0.5)
    patch = Patch(0, "mlp", 0, 2, (0.5,) * 16)
    for change in (off, gone, no_head, look, patch):
        session.add_change(change)
    idle(qtbot, session)
    save_tiny(tmp_path / "smaller", n_layers=2, n_heads=2)
    with qtbot.waitSignal(session.model_changed, timeout=20_000):
        session.open_model(tmp_path / "smaller")
    idle(qtbot, session)
    assert session.changes == (off, look)
    assert notices == ["3 changes were removed: made for another model, of no use in this one."]
    assert session.trace.changes == (off, look)
    assert not session.what_if.can_undo
    expected = LanguageModel.load(tmp_path / "smaller").trace(TEXT, changes=[off, look])
    assert_same(session.trace, expected)


def test_text_is_written_by_the_altered_model(qtbot, session, folder):
    changes = (
        Off(0, "mlp"),
        look_in(session.trace, 1, 1, 4, 2, 0.9),
        Off(2, "attention", 0, "mean"),
    )
    for change in changes:
        session.add_change(change)
    idle(qtbot, session)
    session.set_seed(5)
    session.generate(8)
    qtbot.waitUntil(lambda: not session.is_generating(), timeout=20_000)
    idle(qtbot, session)
    alone = LanguageModel.load(folder)
    ids = [*alone.generate(TEXT, SamplingConfig(), 5, 8, changes=changes)]
    assert [token.id for token in session.trace.tokens][-len(ids) :] == ids
    assert ids != [*alone.generate(TEXT, SamplingConfig(), 5, 8)]
    assert session.trace.changes == changes
    assert session.plain.ids.tolist() == session.trace.ids.tolist()
    assert session.plain.changes == ()
    one = session.prompt
    session.draw_one()
    idle(qtbot, session)
    assert len(session.prompt) > len(one)


def test_a_second_prompt_is_read_as_it_is(qtbot, session, fresh):
    session.add_change(Off(0, "mlp"))
    told = record(session.second_changed)
    session.set_second_prompt("She took the money to the bank")
    idle(qtbot, session)
    assert session.second.text == session.second_prompt
    assert_same(session.second, fresh("She took the money to the bank"))
    assert session.second_prediction is not None
    session.set_sampling(SamplingConfig(0.5))
    idle(qtbot, session)
    assert (
        session.second_prediction.candidates[0].probability
        > session.second_prediction.candidates[0].raw
    )
    assert (
        session.plain_prediction.candidates[0].probability
        > session.plain_prediction.candidates[0].raw
    )
    session.set_second_prompt("")
    idle(qtbot, session)
    assert session.second is None
    assert session.second_prediction is None
    assert told[-1] is None


def test_random_edits_with_changes_equal_a_fresh_model(qtbot, session, folder):
    dice = random.Random(3)
    alone = LanguageModel.load(folder)
    words = ["They", "walked", "river", "to", "the", "bank", ".", "The", "cat", "climbed"]
    for _ in range(60):
        deed = dice.randrange(4)
        parts = session.prompt.split(" ")
        if deed == 0:
            session.set_prompt(" ".join([*parts, dice.choice(words)]))
        elif deed == 1 and len(parts) > 2:
            parts[dice.randrange(len(parts))] = dice.choice(words)
            session.set_prompt(" ".join(parts))
        elif deed == 2 and session.changes and dice.random() < 0.5:
            session.what_if.remove(dice.choice(session.changes))
        else:
            trace = session.trace
            row = dice.randrange(len(trace.ids))
            column = dice.randrange(row + 1)
            session.add_change(
                dice.choice(
                    (
                        Off(dice.randrange(3), "head", dice.randrange(4)),
                        Off(dice.randrange(3), "mlp", 0, "mean"),
                        look_in(
                            trace, dice.randrange(3), 1, row, column, 0.1 + 0.9 * dice.random()
                        ),
                        Patch(1, "layer", 0, row, (dice.random(),) * 16, int(trace.ids[row])),
                    )
                )
            )
        if dice.random() < 0.7:
            idle(qtbot, session)
            alone._tracer._memories.clear()
            expected = alone.trace(session.prompt, changes=session.changes)
            assert session.trace.changes == expected.changes
            assert_same(session.trace, expected)
            if session.changes:
                assert_same(session.plain, alone.trace(session.prompt))
    idle(qtbot, session)


def test_going_back_to_what_was_never_there_forgets_all_steps():
    changes = Changes()
    changes.add(Off(0, "mlp"))
    changes.go_back_to(())
    assert changes.now == ()
    assert not changes.can_undo


def test_what_was_undone_is_made_again_until_something_new_is_done():
    changes = Changes()
    one, two = Off(0, "head", 0), Off(1, "mlp")
    changes.add(one)
    changes.add(two)
    changes.undo()
    changes.undo()
    assert (changes.now, changes.can_redo) == ((), True)
    changes.redo()
    changes.redo()
    changes.redo()
    assert (changes.now, changes.can_redo) == ((one, two), False)
    changes.undo()
    changes.remove(one)
    assert (changes.now, changes.can_redo) == ((), False)
    changes.undo()
    changes.forget((two,))
    assert not changes.can_redo


def test_what_was_undone_moves_along_with_the_text_and_is_gone_once_it_was_refused():
    changes = Changes()
    one, two = Off(0, "head", 0), Off(1, "mlp")
    changes.add(one)
    changes.undo()
    changes.move(lambda found: tuple(two for _ in found))
    changes.redo()
    assert changes.now == (two,)
    changes.go_back_to(())
    assert (changes.now, changes.can_redo) == ((), False)
