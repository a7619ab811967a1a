"""Each challenge can be solved as its hint says, and by nothing less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import pixel_edits, pixel_training
from core.picture_map import PICTURES, neighbours
from core.pixel_challenges import _CHECKS, Challenge, Situation, challenges
from core.pixel_options import Options
from core.pixelnet import SYMBOLS, forward
from tests.core.pixelnets import trained

X, PLUS = SYMBOLS[0].picture, SYMBOLS[2].picture


@pytest.fixture(scope="module")
def learnt():
    return trained()


@pytest.fixture(scope="module")
def free():
    return pixel_training.advance(pixel_training.start(Options(limited=False), SYMBOLS), 400)


def challenge(name: str) -> Challenge:
    return {each.name: each for each in challenges()}[name]


def situation(learnt, picture=PLUS, before=None, untouched=None) -> Situation:
    before = picture if before is None else before
    return Situation(learnt, untouched or learnt.net, picture, before)


def solved(name, *args, **more) -> bool:
    return challenge(name).look(situation(*args, **more)).solved


def test_the_file_is_whole():
    names = [each.name for each in challenges()]
    assert len(names) == len(set(names)) == 4
    for each in challenges():
        assert each.check in _CHECKS
        assert all((each.title, each.task, each.hint, each.learnt))


def test_nothing_is_solved_at_the_start(learnt):
    assert not any(each.look(situation(learnt)).solved for each in challenges())


def test_every_state_has_its_words(learnt):
    fresh = pixel_training.start(Options(), SYMBOLS[1:])
    for each in challenges():
        for at in (situation(learnt), situation(fresh), situation(fresh, PICTURES[77])):
            assert each.look(at).now.endswith((".", "?"))
    assert challenge("one-weight").look(situation(fresh)).now == "This needs the symbols x and +."


# --- one weight


def with_weights(learnt, *edits):
    net = learnt.net
    for layer, source, target, value in edits:
        net = pixel_edits.with_weight(net, layer, source, target, value)
    return pixel_training.judged(learnt, net)


def strong_line(free):
    """The line into x that carries most of a plus, and a weight that makes the most of it."""
    values = forward(free.net, PLUS[None]).activations[2][0]
    source = int(np.abs(values).argmax())
    return 3, source, 0, 20.0 * float(np.sign(values[source]))


def test_one_large_weight_makes_it_say_x_for_a_plus(free):
    edited = with_weights(free, strong_line(free))
    assert solved("one-weight", edited, untouched=free.net)
    assert not solved("one-weight", edited)  # learnt like that, not changed
    assert not solved("one-weight", free, untouched=free.net)


def test_two_changes_are_one_too_many(free):
    edited = with_weights(free, strong_line(free), (1, 0, 0, 0.5))
    assert not solved("one-weight", edited, untouched=free.net)
    now = challenge("one-weight").look(situation(edited, untouched=free.net)).now
    assert "2 numbers are changed: undo some" in now


def test_as_the_hint_says_the_first_net_cannot_be_turned_by_one_number(learnt):
    for layer, part in enumerate(learnt.net.weights, start=1):
        for (source, target), _ in np.ndenumerate(part):
            for value in (-1.0, 1.0):
                edited = with_weights(learnt, (layer, source, target, value))
                assert not solved("one-weight", edited, untouched=learnt.net)


# --- few steps


def test_a_wider_net_learns_it_all_in_three_steps_and_the_usual_one_in_four():
    wide = pixel_training.start(Options(hidden=(12, 12), seed=3), SYMBOLS)
    assert [solved("few-steps", pixel_training.advance(wide, n)) for n in (1, 2, 3)][-1]
    usual = [pixel_training.advance(pixel_training.start(Options(), SYMBOLS), n) for n in (3, 4)]
    assert [at.n_right == 40 for at in usual] == [False, True]
    assert not any(solved("few-steps", at) for at in usual)


def test_other_symbols_or_a_hand_on_the_weights_do_not_count():
    options = Options(hidden=(12, 12), seed=3)
    two = pixel_training.advance(pixel_training.start(options, SYMBOLS[:2]), 3)
    assert not solved("few-steps", two)
    wide = pixel_training.advance(pixel_training.start(options, SYMBOLS), 3)
    edited = with_weights(wide, (1, 0, 0, 0.123))
    assert not solved("few-steps", edited, untouched=wide.net)
    start = pixel_training.start(options, SYMBOLS)
    by_hand = pixel_training.judged(start, pixel_training.advance(start, 500).net)
    assert not solved("few-steps", pixel_training.advance(by_hand, 1))
    other = pixel_training.taught_by(by_hand, replace(options, rate=0.1))
    assert not solved("few-steps", pixel_training.advance(other, 1))


# --- torn, and broken


def test_between_two_symbols_a_trained_net_is_torn_and_on_them_it_is_not(learnt):
    answers = np.sort(forward(learnt.net, PICTURES).probabilities, axis=1)
    torn = (answers[:, -1] - answers[:, -2] <= 0.05) & (answers[:, -2] >= 0.3)
    assert 0 < torn.sum() < 100
    assert [solved("unsure", learnt, picture) for picture in PICTURES] == torn.tolist()
    fresh = pixel_training.start(Options(), SYMBOLS)
    assert not solved("unsure", fresh, PICTURES[torn][0])


def test_a_pixel_can_break_a_sure_answer_but_not_that_of_a_symbol(learnt):
    answers = forward(learnt.net, PICTURES).probabilities
    sure = np.flatnonzero(answers.max(axis=1) >= 0.9)
    broken = [
        (place, other)
        for place in sure.tolist()
        for other in neighbours(place)
        if solved("one-pixel", learnt, PICTURES[other], before=PICTURES[place])
    ]
    assert broken
    for place, other in broken:
        assert answers[place].argmax() != answers[other].argmax()
    starts = {PICTURES[place].tobytes() for place, _ in broken}
    assert not starts & {symbol.picture.tobytes() for symbol in SYMBOLS}
    assert not solved("one-pixel", learnt, X, before=PLUS)  # four pixels at once
