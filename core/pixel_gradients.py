"""Back-propagation in the nine-pixel net: how its loss changes with every number of it.

Notation as in `core.pixelnet`: N pictures, K symbols; `weights[l]`, `biases[l]` and `deltas[l]`
lead from layer l to l + 1, which has n_l+1 neurons.

Source: Rumelhart, Hinton and Williams 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.pixelnet import SQUASHES, Forward, PixelNet, frozen

if TYPE_CHECKING:
    from core.pixelnet import Array


@dataclass(frozen=True, eq=False)
class Backward:
    """Every number of a backward pass; the loss is the mean over the pictures.

    Attributes:
        losses: (N,) error of each picture, summed over the answers.
        errors: (N, K) answer minus target.
        deltas: Three arrays, (N, n_l+1) each: how the loss changes with a neuron's sum.
        weights: Three arrays shaped as the net's: the gradient, delta times activation.
        biases: Likewise.
    """

    losses: Array
    errors: Array
    deltas: tuple[Array, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]


def backward(net: PixelNet, passed: Forward, targets: Array, loss: str = "squared") -> Backward:
    """Send the error back through the net, layer by layer.

    Args:
        net: The weights of that pass.
        passed: The forward pass.
        targets: (N, K) the right answers.
        loss: "squared" or "cross-entropy".

    Returns:
        Errors, deltas and gradients of `losses.mean()`.
    """
    delta = _answer_delta(net.outputs, passed, targets, loss)  # (N, K)
    deltas, weights, biases = [delta], [], []
    for layer in reversed(range(len(SQUASHES))):
        weights.append(passed.activations[layer].T @ delta)  # (n_l, n_l+1)
        biases.append(delta.sum(axis=0))  # (n_l+1,)
        if layer:
            blame = delta @ net.weights[layer].T  # (N, n_l) how the loss changes with an activation
            delta = blame * (1 - passed.activations[layer] ** 2)  # (N, n_l) the slope of tanh
            deltas.append(delta)
    return Backward(
        losses=frozen(losses(net.outputs, passed, targets, loss)),
        errors=frozen(passed.probabilities - targets),
        deltas=tuple(frozen(delta) for delta in reversed(deltas)),
        weights=tuple(frozen(gradient) for gradient in reversed(weights)),
        biases=tuple(frozen(gradient) for gradient in reversed(biases)),
    )


def _answer_delta(outputs: str, passed: Forward, targets: Array, loss: str) -> Array:
    """(N, K) how the mean loss changes with the sums into the answer."""
    answers, n = passed.probabilities, len(targets)
    if loss == "cross-entropy":
        whole = 1.0 if outputs == "sigmoid" else targets.sum(axis=1, keepdims=True)
        return np.asarray((answers * whole - targets) / n)
    blame = 2 * (answers - targets) / n  # (N, K)
    if outputs == "sigmoid":
        return np.asarray(blame * (answers * (1 - answers)))
    shared = (blame * answers).sum(axis=1, keepdims=True)  # one share grows, the others shrink
    return np.asarray(answers * (blame - shared))


def losses(outputs: str, passed: Forward, targets: Array, loss: str) -> Array:
    """What the error of each picture is, summed over the answers.

    From the sums where a probability could be rounded to zero.

    Args:
        outputs: "sigmoid" or "softmax".
        passed: The forward pass.
        targets: (N, K) the right answers.
        loss: "squared" or "cross-entropy".

    Returns:
        (N,).
    """
    if loss == "squared":
        return np.asarray(((passed.probabilities - targets) ** 2).sum(axis=1))
    sums = passed.sums[-1]  # (N, K)
    if outputs == "sigmoid":
        return np.asarray((np.logaddexp(0, sums) - targets * sums).sum(axis=1))
    scale = np.logaddexp.reduce(sums, axis=1)  # (N,)
    return np.asarray(targets.sum(axis=1) * scale - (targets * sums).sum(axis=1))
