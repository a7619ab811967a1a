"""Back-propagation in slow motion: every number against torch's autograd."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.backprop import (
    STEPS,
    Place,
    Step,
    answer_losses,
    delta_parts,
    gradient_parts,
    nudge,
    slow_motion,
    worth_guessing,
)
from core.pixelnet import FREE, SYMBOLS, PixelNet
from tests.core.pixelnets import ODD, PICTURES

PICTURE = PICTURES[2]
KINDS = [
    (loss, outputs) for loss in ("squared", "cross-entropy") for outputs in ("sigmoid", "softmax")
]
every_kind = pytest.mark.parametrize(("loss", "outputs"), KINDS)


def motion_of(loss="squared", outputs="sigmoid", rate=0.3):
    return slow_motion(replace(ODD, outputs=outputs), PICTURE, 1, loss, rate)


def by_torch(motion):
    """The same by autograd: the loss, and weights, biases and sums with their gradients."""
    weights = [torch.tensor(part, requires_grad=True) for part in motion.net.weights]
    biases = [torch.tensor(part, requires_grad=True) for part in motion.net.biases]
    value, sums = torch.tensor(PICTURE), []
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        sums.append(value @ weight + bias)
        sums[-1].retain_grad()
        if layer < 2:
            value = torch.tanh(sums[-1])
    target = torch.tensor(motion.target)
    is_softmax = motion.net.outputs == "softmax"
    if motion.loss == "squared":
        answer = torch.softmax(sums[-1], dim=0) if is_softmax else torch.sigmoid(sums[-1])
        loss = ((answer - target) ** 2).sum()
    elif is_softmax:
        loss = torch.nn.functional.cross_entropy(sums[-1][None], target[None])
    else:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            sums[-1], target, reduction="sum"
        )
    loss.backward()
    return loss, weights, biases, sums


@every_kind
def test_every_number_equals_autograds(loss, outputs):
    motion = motion_of(loss, outputs)
    theirs, weights, biases, sums = by_torch(motion)
    assert motion.loss_before == pytest.approx(theirs.item(), abs=1e-12)
    for layer in (1, 2, 3):
        n_before, n = motion.net.sizes[layer - 1], motion.net.sizes[layer]
        for target in range(n):
            delta = sums[layer - 1].grad[target].item()
            assert delta_parts(motion, layer, target).delta == pytest.approx(delta, abs=1e-12)
            bias = motion.gradient(Place(layer, None, target))
            assert bias == pytest.approx(biases[layer - 1].grad[target].item(), abs=1e-12)
            for source in range(n_before):
                edge = weights[layer - 1].grad[source, target].item()
                assert motion.gradient(Place(layer, source, target)) == pytest.approx(
                    edge, abs=1e-12
                )


@every_kind
def test_the_parts_make_the_whole(loss, outputs):
    motion = motion_of(loss, outputs)
    assert answer_losses(motion).sum() == pytest.approx(motion.loss_before, abs=1e-12)
    for layer in (1, 2, 3):
        for neuron in range(motion.net.sizes[layer]):
            parts = delta_parts(motion, layer, neuron)
            assert parts.blame * parts.slope == pytest.approx(parts.delta, abs=1e-12)
            if layer < 3:
                assert len(parts.products) == motion.net.sizes[layer + 1]
                assert parts.products == pytest.approx(parts.weights * parts.arriving)
                assert parts.products.sum() == pytest.approx(parts.blame)
            for source in (None, *range(motion.net.sizes[layer - 1])):
                edge = gradient_parts(motion, Place(layer, source, neuron))
                assert edge.delta * edge.activation == pytest.approx(edge.gradient, abs=1e-12)
                moved = np.clip(edge.before - 0.3 * edge.gradient, -1, 1)
                assert edge.after == pytest.approx(moved, abs=1e-15)


@every_kind
def test_a_nudge_keeps_the_gradients_promise(loss, outputs):
    motion = motion_of(loss, outputs)
    for place in (Place(1, 8, 6), Place(2, 3, 4), Place(3, 0, 2), Place(2, None, 1)):
        tiny = nudge(motion, place, 1e-6)
        assert tiny.promised == motion.gradient(place) * tiny.by
        assert tiny.measured == pytest.approx(tiny.promised, rel=1e-3, abs=1e-11)
        assert nudge(motion, place).measured != 0


def test_a_weight_at_the_limit_is_nudged_the_other_way():
    weights = [np.array(part) for part in ODD.weights]
    weights[0][0, 0] = 1.0
    motion = slow_motion(PixelNet(tuple(weights), ODD.biases), PICTURE, 0)
    assert nudge(motion, Place(1, 0, 0)).by == -0.01
    assert nudge(motion, Place(1, 1, 0)).by == 0.01
    free = slow_motion(replace(motion.net, limit=FREE), PICTURE, 0)
    assert nudge(free, Place(1, 0, 0)).by == 0.01


def test_a_small_step_makes_the_wished_answer_more_likely():
    motion = motion_of(rate=0.01)
    assert motion.loss_after < motion.loss_before
    assert motion.target.tolist() == [0, 1, 0]


def test_the_steps_go_forward_and_then_back():
    assert len(STEPS) == len(set(STEPS)) == 12
    assert STEPS[:5] == (
        Step("picture", 0),
        Step("forward", 1),
        Step("forward", 2),
        Step("forward", 3),
        Step("error", 3),
    )
    assert [step.layer for step in STEPS if step.kind == "delta"] == [3, 2, 1]
    assert STEPS[-1].kind == "update"


def test_what_is_asked_can_be_told():
    motion = motion_of()
    places = [worth_guessing(motion, np.random.default_rng(seed)) for seed in range(40)]
    assert len(set(places)) > 10
    for place in places:
        largest = np.abs(motion.gradients.weights[place.layer - 1]).max()
        assert abs(motion.gradient(place)) >= 0.05 * largest > 0
    assert worth_guessing(motion, np.random.default_rng(3)) == places[3]


@pytest.mark.parametrize("answer", [-1, 3])
def test_an_answer_that_is_not_there_is_refused(answer):
    with pytest.raises(ValueError, match="answer"):
        slow_motion(ODD, SYMBOLS[0].picture, answer)
