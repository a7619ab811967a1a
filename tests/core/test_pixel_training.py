"""How the nine-pixel net learns: its steps against torch's, and what it must have learnt."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from core.pixel_gradients import backward
from core.pixel_lesson import examples
from core.pixel_options import LOSSES, OPTIMISERS, Options
from core.pixel_training import (
    SEED,
    STEPS,
    DivergedError,
    advance,
    batch,
    descend,
    judged,
    start,
    taught_by,
    train,
)
from core.pixelnet import LIMIT, OUTPUTS, SYMBOLS, forward
from tests.core.pixelnets import ODD, PICTURES, torch_losses, trained

LESSON = examples(SYMBOLS)
TARGETS = np.random.default_rng(9).uniform(0, 1, (11, 3))


@pytest.fixture(scope="module")
def learnt():
    return trained()


@pytest.mark.parametrize(("optimiser", "outputs"), list(product(OPTIMISERS, OUTPUTS)))
@pytest.mark.parametrize(
    "more", [{}, {"batch": 7, "noise": 0.1}, {"loss": "cross-entropy", "nonsense": True}], ids=str
)
def test_every_optimiser_walks_as_torchs_does(optimiser, outputs, more):
    options = Options(
        hidden=(7, 5), outputs=outputs, limited=False, rate=0.05, optimiser=optimiser, **more
    )
    at = start(options, SYMBOLS)
    parts = [torch.tensor(part, requires_grad=True) for part in at.net.weights + at.net.biases]
    walk = {
        "plain": lambda: torch.optim.SGD(parts, lr=0.05),
        "momentum": lambda: torch.optim.SGD(parts, lr=0.05, momentum=0.9),
        "adam": lambda: torch.optim.Adam(parts, lr=0.05),
    }[optimiser]()
    for step in range(12):
        pictures, answers = batch(step, options, at.lesson)
        passed = torch.tensor(pictures)
        for weight, bias in zip(parts[:2], parts[3:5], strict=True):
            passed = torch.tanh(passed @ weight + bias)
        sums = passed @ parts[2] + parts[5]
        said = torch.sigmoid(sums) if outputs == "sigmoid" else torch.softmax(sums, dim=1)
        targets = torch.tensor(answers)
        walk.zero_grad()
        torch_losses(outputs, options.loss, sums, said, targets).mean().backward()
        walk.step()
    reached = advance(at, 12)
    for ours, theirs in zip(reached.net.weights + reached.net.biases, parts, strict=True):
        np.testing.assert_allclose(ours, theirs.detach(), rtol=0, atol=1e-12)


def test_one_step_is_weight_minus_rate_times_gradient():
    gradients = backward(ODD, forward(ODD, PICTURES), TARGETS)
    moved = descend(ODD, gradients, 1e-3)
    for before, after, gradient in zip(ODD.weights, moved.weights, gradients.weights, strict=True):
        np.testing.assert_allclose(after, np.clip(before - 1e-3 * gradient, -1, 1), atol=1e-15)


def test_the_loss_falls_with_every_small_step():
    losses = [step.loss for step in train(Options(seed=3, rate=0.05), steps=60)]
    assert len(losses) == 61
    assert (np.diff(losses) < 0).all()


def test_all_forty_are_right_and_sure(learnt):
    answers = forward(learnt.net, LESSON.pictures).probabilities
    assert (answers.argmax(axis=1) == LESSON.targets.argmax(axis=1)).all()
    assert answers[LESSON.targets == 1].min() > 0.9
    assert answers[LESSON.targets == 0].max() < 0.1
    assert learnt.n_right == 40
    assert learnt.weakest == answers[LESSON.targets == 1].min()


@pytest.mark.parametrize("seed", range(100, 108))
def test_any_seed_learns(seed):
    last = trained(seed)
    assert (last.n_right, last.step) == (40, STEPS)
    assert last.weakest > 0.9


def test_weights_stay_within_the_limit_and_press_against_it(learnt):
    everything = np.concatenate([part.ravel() for part in learnt.net.weights + learnt.net.biases])
    assert np.abs(everything).max() == LIMIT


def test_training_takes_well_under_a_second():
    fresh = start(Options(), SYMBOLS)
    began = time.process_time()
    advance(fresh, STEPS)
    assert time.process_time() - began < 1


def test_the_same_seed_gives_the_same_numbers(learnt):
    again, other = advance(start(Options(), SYMBOLS), STEPS), trained(SEED + 1)
    for ours, same, different in zip(
        learnt.net.weights, again.net.weights, other.net.weights, strict=True
    ):
        assert (ours == same).all()
        assert not np.allclose(ours, different)


def test_what_is_learnt_cannot_be_written(learnt):
    gradients = backward(learnt.net, forward(learnt.net, LESSON.pictures), LESSON.targets)
    for array in (LESSON.pictures, LESSON.targets, *gradients.weights, *gradients.deltas):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def weights_of(reached):
    return np.concatenate([part.ravel() for part in reached.net.weights + reached.net.biases])


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_going_on_from_any_step_gives_the_same_numbers(optimiser):
    options = Options(rate=0.1, optimiser=optimiser, batch=7, noise=0.2, loss="cross-entropy")
    at_once = advance(start(options, SYMBOLS), 20)
    halfway = advance(start(options, SYMBOLS), 9)
    for _ in range(2):  # the second time as after Undo
        again = advance(halfway, 11)
        assert again.step == 20
        assert (weights_of(again) == weights_of(at_once)).all()


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("limited", [True, False])
def test_every_combination_learns_at_its_usual_rate(outputs, loss, optimiser, limited):
    chosen = Options(outputs=outputs, loss=loss, optimiser=optimiser, limited=limited, seed=5)
    options = replace(chosen, rate=chosen.usual_rate)
    reached = advance(start(options, SYMBOLS), STEPS)
    assert reached.n_right == 40
    assert reached.weakest > 0.9
    assert np.abs(weights_of(reached)).max() <= options.limit


def test_an_epoch_shows_each_picture_once_in_an_order_of_its_own():
    options = Options(batch=7)
    assert start(options, SYMBOLS).steps_an_epoch == 6
    assert start(Options(), SYMBOLS).steps_an_epoch == 1
    orders = []
    for epoch in (0, 1):
        seen = [batch(6 * epoch + part, options, LESSON)[0] for part in range(6)]
        assert [len(part) for part in seen] == [7, 7, 7, 7, 7, 5]
        everything = np.concatenate(seen)
        assert len(np.unique(everything, axis=0)) == 40
        orders.append(everything)
    assert (orders[0] != orders[1]).any()
    assert batch(3, Options(batch=40), LESSON)[0] is LESSON.pictures


def test_noise_flips_its_share_of_the_pixels_anew_in_each_step():
    options = Options(noise=0.25)
    flipped = [batch(step, options, LESSON)[0] != LESSON.pictures for step in range(50)]
    assert np.mean(flipped) == pytest.approx(0.25, abs=0.01)
    assert (flipped[0] != flipped[1]).any()
    assert (batch(3, options, LESSON)[1] == LESSON.targets).all()


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_shown_nonsense_it_learns_to_say_nothing(outputs):
    options = Options(nonsense=True, limited=False, outputs=outputs, hidden=(12, 12))
    lesson = examples(SYMBOLS, nonsense=True, outputs=outputs)
    ignorant = trained().net
    said = forward(ignorant, lesson.pictures[40:]).probabilities.max(axis=1)
    assert (said >= 0.5).mean() > 0.5
    reached = advance(start(options, SYMBOLS), 2000)
    assert reached.n_right > 76


@pytest.mark.parametrize(
    "options",
    [
        Options(limited=False, rate=100.0, loss="cross-entropy"),
        Options(limited=False, rate=100.0, loss="cross-entropy", outputs="softmax"),
        Options(limited=False, rate=100.0, optimiser="adam"),
        Options(limited=False, rate=50.0, optimiser="momentum", loss="cross-entropy"),
    ],
    ids=str,
)
def test_training_that_runs_away_stops_and_says_why(options):
    with pytest.raises(DivergedError, match=r"ran away at step .* Undo, and try a smaller"):
        advance(start(options, SYMBOLS), STEPS)


def test_other_options_go_on_with_the_same_net():
    at = advance(start(Options(), SYMBOLS), 5)
    options = replace(at.options, loss="cross-entropy", nonsense=True, rate=0.5)
    changed = taught_by(at, options)
    assert (changed.step, changed.net, changed.n_examples) == (5, at.net, 80)
    assert changed.loss > at.loss
    assert (weights_of(advance(changed)) != weights_of(advance(at))).any()
    with pytest.raises(ValueError, match="cannot go on"):
        taught_by(at, replace(options, hidden=(3, 3)))


def test_a_net_changed_by_hand_is_judged_anew(learnt):
    silent = replace(learnt.net, biases=(*learnt.net.biases[:2], np.zeros(4)))
    again = judged(learnt, silent)
    assert again.step == STEPS
    assert again.weakest != learnt.weakest
    assert again.loss == pytest.approx(
        backward(silent, forward(silent, LESSON.pictures), LESSON.targets).losses.mean()
    )
