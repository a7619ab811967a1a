"""The nine-pixel net: its arithmetic against torch's, and what it must have learnt."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
import torch

from core import pixelnet
from core.pixelnet import PixelNet, backward, descend, examples, forward, incoming, train

LESSON = examples(pixelnet.SYMBOLS)


@pytest.fixture(scope="module")
def learnt():
    return pixelnet.trained()


@pytest.fixture
def odd():
    """All sizes different, weights and biases large: a transposition cannot hide."""
    rng = np.random.default_rng(7)
    sizes = (9, 7, 5, 3)
    return PixelNet(
        tuple(rng.uniform(-1, 1, join) for join in pairwise(sizes)),
        tuple(rng.uniform(-1, 1, size) for size in sizes[1:]),
    )


@pytest.fixture
def batch():
    rng = np.random.default_rng(8)
    return rng.uniform(-1, 1, (11, 9)), rng.uniform(0, 1, (11, 3))


def as_torch(net, pictures):
    """The same net written with torch: parameters that want gradients, sums, probabilities."""
    weights = [torch.tensor(weight, requires_grad=True) for weight in net.weights]
    biases = [torch.tensor(bias, requires_grad=True) for bias in net.biases]
    passed, sums = torch.tensor(pictures), []
    for weight, bias, squash in zip(
        weights, biases, (torch.tanh, torch.tanh, torch.sigmoid), strict=True
    ):
        sums.append(passed @ weight + bias)
        sums[-1].retain_grad()
        passed = squash(sums[-1])
    return weights, biases, sums, passed


def test_forward_equals_torchs(odd, batch):
    _, _, sums, probabilities = as_torch(odd, batch[0])
    ours = forward(odd, batch[0])
    for our, their in zip(ours.sums, sums, strict=True):
        np.testing.assert_allclose(our, their.detach().numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.probabilities, probabilities.detach(), rtol=0, atol=1e-12)
    assert [part.shape for part in ours.activations] == [(11, 9), (11, 7), (11, 5), (11, 3)]


def test_gradients_and_deltas_equal_autograds(odd, batch):
    pictures, targets = batch
    weights, biases, sums, probabilities = as_torch(odd, pictures)
    losses = ((probabilities - torch.tensor(targets)) ** 2).sum(dim=1)
    losses.mean().backward()
    ours = backward(odd, forward(odd, pictures), targets)
    np.testing.assert_allclose(ours.losses, losses.detach(), rtol=0, atol=1e-12)
    for our, their in (
        *zip(ours.weights, weights, strict=True),
        *zip(ours.biases, biases, strict=True),
        *zip(ours.deltas, sums, strict=True),
    ):
        np.testing.assert_allclose(our, their.grad, rtol=0, atol=1e-12)


def test_a_neuron_taken_apart_adds_up(odd, batch):
    passed = forward(odd, batch[0])
    for layer, size in enumerate(odd.sizes[1:], start=1):
        for neuron in range(size):
            part = incoming(odd, passed, layer, neuron, example=4)
            assert part.products == pytest.approx(part.weights * part.inputs)
            assert part.products.sum() + part.bias == pytest.approx(part.total, abs=1e-12)
            squash = np.tanh if part.squash == "tanh" else pixelnet.sigmoid
            assert squash(np.float64(part.total)) == pytest.approx(part.activation, abs=1e-15)


def test_the_sigmoid_is_defined_far_out():
    far = np.array([-1e4, -700.0, 0.0, 700.0, 1e4])
    assert pixelnet.sigmoid(far) == pytest.approx([0, 0, 0.5, 1, 1])


def test_examples_are_the_symbols_and_all_that_is_one_pixel_away():
    assert LESSON.pictures.shape == (40, 9)
    assert len(np.unique(LESSON.pictures, axis=0)) == 40  # none has two right answers
    for k, symbol in enumerate(pixelnet.SYMBOLS):
        own = LESSON.pictures[LESSON.targets.argmax(axis=1) == k]
        assert own[0] == pytest.approx(symbol.picture)
        assert sorted((own != symbol.picture).sum(axis=1)) == [0] + [1] * 9
    assert set(np.unique(LESSON.pictures)) == {-1, 1}


def test_the_drawings_are_what_their_names_say():
    plus = pixelnet.SYMBOLS[2]
    assert plus.spoken == "a plus"
    assert plus.picture.reshape(3, 3).tolist() == [[1, -1, 1], [-1, -1, -1], [1, -1, 1]]


def test_all_forty_are_right_and_sure(learnt):
    answers = forward(learnt.net, LESSON.pictures).probabilities
    assert (answers.argmax(axis=1) == LESSON.targets.argmax(axis=1)).all()
    assert answers[LESSON.targets == 1].min() > 0.9
    assert answers[LESSON.targets == 0].max() < 0.1
    assert learnt.n_right == 40
    assert learnt.weakest == answers[LESSON.targets == 1].min()


@pytest.mark.parametrize("seed", range(100, 108))
def test_any_seed_learns(seed):
    last = pixelnet.trained(seed)
    assert (last.n_right, last.step) == (40, pixelnet.STEPS)
    assert last.weakest > 0.9


def test_weights_stay_within_the_limit_and_press_against_it(learnt):
    everything = np.concatenate([part.ravel() for part in learnt.net.weights + learnt.net.biases])
    assert np.abs(everything).max() == pixelnet.LIMIT


def test_training_takes_well_under_a_second():
    pixelnet.trained()
    start = time.process_time()
    pixelnet.trained()
    assert time.process_time() - start < 1


def test_the_same_seed_gives_the_same_numbers(learnt):
    again, other = pixelnet.trained(), pixelnet.trained(pixelnet.SEED + 1)
    for ours, same, different in zip(
        learnt.net.weights, again.net.weights, other.net.weights, strict=True
    ):
        assert (ours == same).all()
        assert not np.allclose(ours, different)


def test_the_loss_falls_with_every_small_step():
    losses = [step.loss for step in train(3, LESSON, rate=0.05, steps=60)]
    assert len(losses) == 61
    assert (np.diff(losses) < 0).all()


def test_one_step_is_weight_minus_rate_times_gradient(odd, batch):
    gradients = backward(odd, forward(odd, batch[0]), batch[1])
    moved = descend(odd, gradients, 1e-3)
    for before, after, gradient in zip(odd.weights, moved.weights, gradients.weights, strict=True):
        np.testing.assert_allclose(after, np.clip(before - 1e-3 * gradient, -1, 1), atol=1e-15)


def test_nothing_can_be_written(learnt):
    passed = forward(learnt.net, LESSON.pictures)
    for array in (*learnt.net.weights, *learnt.net.biases, *passed.sums, *passed.activations):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("pictures", [np.ones(9), np.ones((2, 8)), np.full((1, 9), 1.5)])
def test_wrong_pictures_are_refused(learnt, pictures):
    with pytest.raises(ValueError, match="pictures must be"):
        forward(learnt.net, pictures)


def test_not_a_number_is_refused(odd):
    with pytest.raises(ValueError, match="pictures must be"):
        forward(odd, np.full((1, 9), np.nan))
    with pytest.raises(ValueError, match="must be from"):
        PixelNet(odd.weights, (odd.biases[0] * np.nan, *odd.biases[1:]))


def test_weights_that_do_not_fit_are_refused(odd):
    with pytest.raises(ValueError, match="do not join"):
        PixelNet(tuple(weight.T for weight in odd.weights), odd.biases)
    with pytest.raises(ValueError, match="3 layers"):
        PixelNet(odd.weights[:2], odd.biases[:2])
    with pytest.raises(ValueError, match="must be from"):
        PixelNet(tuple(weight * 2 for weight in odd.weights), odd.biases)
