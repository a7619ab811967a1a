"""How the nine-pixel net learns: its gradients against torch's, and what it must have learnt."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from core.pixel_training import SEED, STEPS, backward, descend, examples, train, trained
from core.pixelnet import LIMIT, SYMBOLS, forward
from tests.core.pixelnets import ODD, PICTURES, as_torch

LESSON = examples(SYMBOLS)
TARGETS = np.random.default_rng(9).uniform(0, 1, (11, 3))


@pytest.fixture(scope="module")
def learnt():
    return trained()


def test_gradients_and_deltas_equal_autograds():
    weights, biases, sums, probabilities = as_torch(ODD, PICTURES)
    losses = ((probabilities - torch.tensor(TARGETS)) ** 2).sum(dim=1)
    losses.mean().backward()
    ours = backward(ODD, forward(ODD, PICTURES), TARGETS)
    np.testing.assert_allclose(ours.losses, losses.detach(), rtol=0, atol=1e-12)
    for our, their in (
        *zip(ours.weights, weights, strict=True),
        *zip(ours.biases, biases, strict=True),
        *zip(ours.deltas, sums, strict=True),
    ):
        np.testing.assert_allclose(our, their.grad, rtol=0, atol=1e-12)


def test_one_step_is_weight_minus_rate_times_gradient():
    gradients = backward(ODD, forward(ODD, PICTURES), TARGETS)
    moved = descend(ODD, gradients, 1e-3)
    for before, after, gradient in zip(ODD.weights, moved.weights, gradients.weights, strict=True):
        np.testing.assert_allclose(after, np.clip(before - 1e-3 * gradient, -1, 1), atol=1e-15)


def test_the_loss_falls_with_every_small_step():
    losses = [step.loss for step in train(3, LESSON, rate=0.05, steps=60)]
    assert len(losses) == 61
    assert (np.diff(losses) < 0).all()


def test_examples_are_the_symbols_and_all_that_is_one_pixel_away():
    assert LESSON.pictures.shape == (40, 9)
    assert len(np.unique(LESSON.pictures, axis=0)) == 40  # none has two right answers
    for k, symbol in enumerate(SYMBOLS):
        own = LESSON.pictures[LESSON.targets.argmax(axis=1) == k]
        assert own[0] == pytest.approx(symbol.picture)
        assert sorted((own != symbol.picture).sum(axis=1)) == [0] + [1] * 9
    assert set(np.unique(LESSON.pictures)) == {-1, 1}


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
    trained()
    start = time.process_time()
    trained()
    assert time.process_time() - start < 1


def test_the_same_seed_gives_the_same_numbers(learnt):
    again, other = trained(), trained(SEED + 1)
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
