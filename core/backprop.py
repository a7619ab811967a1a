"""Back-propagation in slow motion: one picture, one wished answer, every number of every step.

The numbers are those of `core.pixel_gradients.backward`, with which the net learns; here they are
put in the order in which they come about, and each is taken apart into what it is made of.

Notation as in `core.pixelnet`: a layer is 1 or 2 (hidden) or 3 (the answer); n_l neurons each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.pixel_edits import with_bias, with_weight
from core.pixel_gradients import Backward, backward
from core.pixel_training import descend
from core.pixelnet import Forward, PixelNet, forward, frozen

if TYPE_CHECKING:
    from core.pixelnet import Array

N_LAYERS = 3
NUDGE = 0.01
SHOWING = 0.05  # a gradient worth guessing is at least this share of its layer's largest


class Step(NamedTuple):
    """One step of the slow motion.

    Attributes:
        kind: "picture", "forward", "error", "delta", "gradient" or "update".
        layer: Which neurons, or the edges that lead to which; 0 where it is about all of them.
    """

    kind: str
    layer: int


STEPS = (
    Step("picture", 0),
    *(Step("forward", layer) for layer in range(1, N_LAYERS + 1)),
    Step("error", N_LAYERS),
    *(Step(kind, layer) for layer in range(N_LAYERS, 0, -1) for kind in ("delta", "gradient")),
    Step("update", 0),
)


class Place(NamedTuple):
    """An edge, or a bias where the source is None.

    Attributes:
        layer: Where it ends.
        source: Neuron of the layer before.
        target: Neuron of this layer.
    """

    layer: int
    source: int | None
    target: int


@dataclass(frozen=True, eq=False)
class SlowMotion:
    """Everything that one step of learning from one picture consists of.

    Attributes:
        net: Before the step.
        passed: Its pass over the picture (N = 1).
        target: (K,) 1 for the wished answer, 0 for the others.
        loss: "squared" or "cross-entropy".
        rate: How far the step goes along the gradient.
        gradients: The pass back (N = 1).
        after: The net after the step.
        loss_before: The loss of this picture.
        loss_after: The same after the step.
    """

    net: PixelNet
    passed: Forward
    target: Array
    loss: str
    rate: float
    gradients: Backward
    after: PixelNet
    loss_before: float
    loss_after: float

    def delta(self, layer: int) -> Array:
        """(n_l,) how the loss changes with each neuron's sum."""
        return np.asarray(self.gradients.deltas[layer - 1][0])

    def gradient(self, place: Place) -> float:
        """How the loss changes with a weight or bias."""
        return _at(place, self.gradients.weights, self.gradients.biases)


def slow_motion(
    net: PixelNet, picture: Array, answer: int, loss: str = "squared", rate: float = 1.0
) -> SlowMotion:
    """Take one step of plain gradient descent on one picture apart.

    Args:
        net: The net as it is; it stays so.
        picture: (9,) from -1 to 1.
        answer: Which output should be 1.
        loss: "squared" or "cross-entropy".
        rate: How far to go along the gradient.

    Raises:
        ValueError: There is no such answer, or the picture is not one.
    """
    n_answers = net.sizes[-1]
    if not 0 <= answer < n_answers:
        raise ValueError(f"answer {answer} is not one of {n_answers}")
    target = frozen(np.eye(n_answers)[answer])  # (K,)
    passed = forward(net, picture[None])
    gradients = backward(net, passed, target[None], loss)
    after = descend(net, gradients, rate)
    return SlowMotion(
        net=net,
        passed=passed,
        target=target,
        loss=loss,
        rate=rate,
        gradients=gradients,
        after=after,
        loss_before=float(gradients.losses[0]),
        loss_after=_loss_of(after, picture, target, loss),
    )


def _loss_of(net: PixelNet, picture: Array, target: Array, loss: str) -> float:
    return float(backward(net, forward(net, picture[None]), target[None], loss).losses[0])


def answer_losses(motion: SlowMotion) -> Array:
    """(K,) what each answer adds to the loss."""
    sums, target = motion.passed.sums[-1][0], motion.target  # (K,)
    if motion.loss == "squared":
        return np.asarray(motion.gradients.errors[0] ** 2)
    if motion.net.outputs == "sigmoid":
        return np.asarray(np.logaddexp(0, sums) - target * sums)
    return np.asarray(target * (np.logaddexp.reduce(sums) - sums))


@dataclass(frozen=True, eq=False)
class DeltaParts:
    """Where a neuron's delta comes from: delta = blame times slope.

    Attributes:
        arriving: (n,) deltas of the neurons that this one leads to; none for an answer.
        weights: (n,) of the edges over which they come back.
        products: (n,) weight times delta.
        blame: Their sum, how the loss changes with this neuron's value. For an answer: with
            squared error twice the error (with softmax, less what all shares have in common), and
            with cross-entropy the error itself, whose slope has cancelled out.
        slope: How steeply its squash rises there.
        delta: How the loss changes with the neuron's sum.
    """

    arriving: Array
    weights: Array
    products: Array
    blame: float
    slope: float
    delta: float


def delta_parts(motion: SlowMotion, layer: int, neuron: int) -> DeltaParts:
    """Take a neuron's delta apart."""
    value = float(motion.passed.activations[layer][0, neuron])
    delta = float(motion.delta(layer)[neuron])
    if layer == N_LAYERS:
        none = frozen(np.zeros(0))
        blame, slope = _answer_parts(motion, neuron)
        return DeltaParts(none, none, none, blame, slope, delta)
    arriving, weights = motion.delta(layer + 1), motion.net.weights[layer][neuron]
    products = frozen(weights * arriving)
    slope = 1 - value**2
    return DeltaParts(arriving, weights, products, float(products.sum()), slope, delta)


def _answer_parts(motion: SlowMotion, neuron: int) -> tuple[float, float]:
    """Blame and slope of an answer."""
    errors, answers = motion.gradients.errors[0], motion.passed.probabilities[0]  # (K,)
    if motion.loss == "cross-entropy":
        return float(errors[neuron]), 1.0
    value = float(answers[neuron])
    if motion.net.outputs == "sigmoid":
        return float(2 * errors[neuron]), value * (1 - value)
    return float(2 * errors[neuron] - (2 * errors * answers).sum()), value


@dataclass(frozen=True)
class GradientParts:
    """What becomes of a weight: gradient = delta times activation, after = before - rate gradient.

    Attributes:
        delta: Of the neuron where the edge ends.
        activation: Of the neuron where it begins; 1 for a bias.
        gradient: Their product.
        before: The weight.
        after: The weight after the step, kept within the net's limit.
    """

    delta: float
    activation: float
    gradient: float
    before: float
    after: float


def gradient_parts(motion: SlowMotion, place: Place) -> GradientParts:
    """Take the gradient of a weight or bias apart."""
    activation = 1.0
    if place.source is not None:
        activation = float(motion.passed.activations[place.layer - 1][0, place.source])
    return GradientParts(
        delta=float(motion.delta(place.layer)[place.target]),
        activation=activation,
        gradient=motion.gradient(place),
        before=_at(place, motion.net.weights, motion.net.biases),
        after=_at(place, motion.after.weights, motion.after.biases),
    )


@dataclass(frozen=True)
class Nudge:
    """What the gradient promised for a small change of one number, and what came of it.

    Attributes:
        by: The change.
        promised: The change of the loss by the gradient: gradient times `by`.
        measured: The change of the loss when the net runs again.
    """

    by: float
    promised: float
    measured: float


def nudge(motion: SlowMotion, place: Place, by: float = NUDGE) -> Nudge:
    """Change one number a little and look what the loss does.

    Args:
        motion: The net and the picture.
        place: Which number.
        by: How much; downwards where upwards would leave the net's limit.
    """
    before = _at(place, motion.net.weights, motion.net.biases)
    if abs(before + by) > motion.net.limit:
        by = -by
    picture = motion.passed.activations[0][0]
    loss = _loss_of(_with(motion.net, place, before + by), picture, motion.target, motion.loss)
    return Nudge(by, motion.gradient(place) * by, loss - motion.loss_before)


def worth_guessing(motion: SlowMotion, rng: np.random.Generator) -> Place:
    """An edge whose gradient is not lost among the others of its layer, chosen by chance."""
    layer = int(rng.integers(1, N_LAYERS + 1))
    sizes = np.abs(motion.gradients.weights[layer - 1])  # (n_l-1, n_l)
    source, target = rng.choice(np.argwhere(sizes >= SHOWING * sizes.max()))
    return Place(layer, int(source), int(target))


def _at(place: Place, weights: tuple[Array, ...], biases: tuple[Array, ...]) -> float:
    if place.source is None:
        return float(biases[place.layer - 1][place.target])
    return float(weights[place.layer - 1][place.source, place.target])


def _with(net: PixelNet, place: Place, value: float) -> PixelNet:
    """The net with another number in one place."""
    if place.source is None:
        return with_bias(net, place.layer, place.target, value)
    return with_weight(net, place.layer, place.source, place.target, value)
