"""The nine-pixel net: small enough to see every number, real enough to explain a big one.

Nine inputs from -1 (black) to 1 (white), two hidden layers squashed by tanh to between -1 and 1,
one output a symbol squashed by the sigmoid to between 0 and 1: a probability. Weights and biases
stay within [-1, 1]. It learns by plain gradient descent with back-propagation (Rumelhart, Hinton
and Williams 1986) on the symbols and everything that is one pixel away from them.

Notation: N pictures, K symbols; layer l has n_l neurons, layer 0 is the picture (n_0 = 9), the
last one the answer (n_3 = K). `weights[l]`, `biases[l]` and `sums[l]` lead from layer l to l + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Array = NDArray[np.float64]

SIDE = 3
N_PIXELS = SIDE * SIDE
BLACK, WHITE = -1.0, 1.0
SQUASHES = ("tanh", "tanh", "sigmoid")  # of the sums into layers 1, 2 and 3
LIMIT = 1.0  # no weight and no bias is larger than this

# Measured: with these, each of 2,000 seeds ends with all 40 pictures right, every right answer
# above 0.9 and every wrong one below 0.1 (narrower layers or smaller steps leave some seeds out).
HIDDEN = (9, 9)
RATE = 3.0
STEPS = 400
SEED = 1


# --- what it is to tell apart


@dataclass(frozen=True, eq=False)
class Symbol:
    """A picture with a name.

    Attributes:
        name: A character or a short word, as on a label.
        spoken: The same in a sentence: "a plus".
        picture: (9,) pixels row by row.
    """

    name: str
    spoken: str
    picture: Array


@dataclass(frozen=True, eq=False)
class Examples:
    """Pictures whose answers are known.

    Attributes:
        pictures: (N, 9).
        targets: (N, K) 1 for the right symbol, 0 for the others.
    """

    pictures: Array
    targets: Array


def picture(rows: str) -> Array:
    """(9,) pixels of a drawing such as "#.# .#. #.#", where # is black."""
    return _frozen([BLACK if mark == "#" else WHITE for mark in rows.replace(" ", "")])


def examples(symbols: Sequence[Symbol]) -> Examples:
    """Each symbol and its nine one-pixel variants: N = 10 K, the symbol itself first."""
    flips = np.concatenate([np.ones((1, N_PIXELS)), 1 - 2 * np.eye(N_PIXELS)])  # (10, 9)
    pictures = np.concatenate([symbol.picture * flips for symbol in symbols])  # (N, 9)
    targets = np.repeat(np.eye(len(symbols)), len(flips), axis=0)  # (N, K)
    return Examples(_frozen(pictures), _frozen(targets))


def _frozen(values: object) -> Array:
    """A float64 copy that nobody can write to."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


SYMBOLS = (
    Symbol("x", "an x", picture("#.# .#. #.#")),
    Symbol("o", "an o", picture("### #.# ###")),
    Symbol("+", "a plus", picture(".#. ### .#.")),
    Symbol("T", "a T", picture("### .#. .#.")),
)


# --- the net and its forward pass


@dataclass(frozen=True, eq=False)
class PixelNet:
    """Weights and biases; a step of training makes a new one.

    Attributes:
        weights: Three arrays, (n_l, n_l+1) each: from a neuron (row) to a neuron (column).
        biases: Three arrays, (n_l+1,) each.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    def __post_init__(self) -> None:
        """Copy and check.

        Raises:
            ValueError: The shapes do not fit together, or a number is not within [-1, 1].
        """
        if not len(self.weights) == len(self.biases) == len(SQUASHES):
            raise ValueError(f"{len(SQUASHES)} layers of weights and of biases are needed")
        object.__setattr__(self, "weights", tuple(_frozen(weight) for weight in self.weights))
        object.__setattr__(self, "biases", tuple(_frozen(bias) for bias in self.biases))
        n_in = N_PIXELS
        for weight, bias in zip(self.weights, self.biases, strict=True):
            if bias.ndim != 1 or weight.shape != (n_in, len(bias)):
                raise ValueError(f"weights {weight.shape} do not join {n_in} to {bias.shape}")
            if not (_within_limit(weight) and _within_limit(bias)):
                raise ValueError(f"weights and biases must be from {-LIMIT} to {LIMIT}")
            n_in = len(bias)

    @classmethod
    def fresh(cls, rng: np.random.Generator, hidden: tuple[int, int], n_symbols: int) -> PixelNet:
        """A net that knows nothing: small random weights, biases of zero."""
        sizes = (N_PIXELS, *hidden, n_symbols)
        joins = list(pairwise(sizes))
        return cls(
            tuple(rng.uniform(-LIMIT / 2, LIMIT / 2, join) for join in joins),
            tuple(np.zeros(n_out) for _, n_out in joins),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons in each layer, the picture and the answer included."""
        return (N_PIXELS, *(len(bias) for bias in self.biases))


def _within_limit(values: Array) -> bool:
    return bool((np.abs(values) <= LIMIT).all())  # false for NaN


@dataclass(frozen=True, eq=False)
class Forward:
    """Every number of a forward pass.

    Attributes:
        activations: Four arrays, (N, n_l) each: the pictures, both hidden layers, the answer.
        sums: Three arrays, (N, n_l+1) each: what a neuron adds up, before the squash.
    """

    activations: tuple[Array, ...]
    sums: tuple[Array, ...]

    @property
    def probabilities(self) -> Array:
        """(N, K) how sure the net is of each symbol."""
        return self.activations[-1]


def forward(net: PixelNet, pictures: Array) -> Forward:
    """Run pictures through the net.

    Args:
        net: The weights.
        pictures: (N, 9) from -1 to 1.

    Returns:
        All sums and activations, read-only.

    Raises:
        ValueError: Not (N, 9), or a pixel is not within [-1, 1].
    """
    received = _frozen(pictures)
    if received.ndim != 2 or received.shape[1] != N_PIXELS or not _within_limit(received):
        raise ValueError(f"pictures must be (N, {N_PIXELS}) from {BLACK} to {WHITE}")
    activations, sums = [received], []
    for weight, bias, squash in zip(net.weights, net.biases, SQUASHES, strict=True):
        total = _frozen(activations[-1] @ weight + bias)  # (N, n_l+1)
        sums.append(total)
        activations.append(_frozen(np.tanh(total) if squash == "tanh" else sigmoid(total)))
    return Forward(tuple(activations), tuple(sums))


def sigmoid(total: Array) -> Array:
    """1 / (1 + exp(-total)), in the form that cannot overflow."""
    return (1 + np.tanh(total / 2)) / 2


@dataclass(frozen=True, eq=False)
class NeuronSum:
    """How one neuron got its value: sum(products) + bias = total, squashed = activation.

    Attributes:
        inputs: (n,) activations of the layer before.
        weights: (n,) of the edges that lead here.
        products: (n,) weight times input, edge by edge.
        bias: Its own constant.
        total: The sum.
        squash: "tanh" or "sigmoid".
        activation: What it passes on.
    """

    inputs: Array
    weights: Array
    products: Array
    bias: float
    total: float
    squash: str
    activation: float


def incoming(
    net: PixelNet, passed: Forward, layer: int, neuron: int, example: int = 0
) -> NeuronSum:
    """Take a neuron apart.

    Args:
        net: The weights of that pass.
        passed: The forward pass.
        layer: 1 or 2 for the hidden layers, 3 for the answer.
        neuron: Its place in the layer, from 0.
        example: Which of the N pictures.
    """
    inputs = passed.activations[layer - 1][example]
    weights = net.weights[layer - 1][:, neuron]
    return NeuronSum(
        inputs=inputs,
        weights=weights,
        products=_frozen(weights * inputs),
        bias=float(net.biases[layer - 1][neuron]),
        total=float(passed.sums[layer - 1][example, neuron]),
        squash=SQUASHES[layer - 1],
        activation=float(passed.activations[layer][example, neuron]),
    )


# --- training


@dataclass(frozen=True, eq=False)
class Backward:
    """Every number of a backward pass; the loss is the mean over the pictures.

    Attributes:
        losses: (N,) squared error of each picture, summed over the answers.
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


def backward(net: PixelNet, passed: Forward, targets: Array) -> Backward:
    """Send the error back through the net, layer by layer.

    Args:
        net: The weights of that pass.
        passed: The forward pass.
        targets: (N, K) the right answers.

    Returns:
        Errors, deltas and gradients of `losses.mean()`.
    """
    errors = passed.probabilities - targets  # (N, K)
    deltas, weights, biases = [], [], []
    blame = 2 * errors / len(errors)  # (N, n_l+1) how the loss changes with an activation
    for layer in reversed(range(len(SQUASHES))):
        delta = blame * _slope(SQUASHES[layer], passed.activations[layer + 1])  # (N, n_l+1)
        deltas.append(delta)
        weights.append(passed.activations[layer].T @ delta)  # (n_l, n_l+1)
        biases.append(delta.sum(axis=0))  # (n_l+1,)
        blame = delta @ net.weights[layer].T  # (N, n_l)
    return Backward(
        losses=_frozen((errors**2).sum(axis=1)),
        errors=_frozen(errors),
        deltas=tuple(_frozen(delta) for delta in reversed(deltas)),
        weights=tuple(_frozen(gradient) for gradient in reversed(weights)),
        biases=tuple(_frozen(gradient) for gradient in reversed(biases)),
    )


def _slope(squash: str, activation: Array) -> Array:
    """How steeply a squash rises where it gave this activation."""
    return 1 - activation**2 if squash == "tanh" else activation * (1 - activation)


def descend(net: PixelNet, gradients: Backward, rate: float) -> PixelNet:
    """Move every weight a little downhill, and back to the limit if it went beyond."""

    def moved(values: Array, gradient: Array) -> Array:
        return np.clip(values - rate * gradient, -LIMIT, LIMIT)

    return PixelNet(
        tuple(map(moved, net.weights, gradients.weights)),
        tuple(map(moved, net.biases, gradients.biases)),
    )


@dataclass(frozen=True, eq=False)
class TrainStep:
    """Where training stands.

    Attributes:
        step: Updates so far; 0 is the fresh net.
        net: The net after them.
        loss: Its mean squared error on the examples.
        n_right: Examples whose right symbol got the highest probability.
        weakest: The lowest probability that any right symbol got.
    """

    step: int
    net: PixelNet
    loss: float
    n_right: int
    weakest: float


def train(
    seed: int,
    lesson: Examples,
    hidden: tuple[int, int] = HIDDEN,
    rate: float = RATE,
    steps: int = STEPS,
) -> Iterator[TrainStep]:
    """Learn the examples, all of them in every step.

    Args:
        seed: Of the fresh net; the same seed gives the same numbers.
        lesson: What to learn.
        hidden: Neurons in the two hidden layers.
        rate: How far a step goes along the gradient.
        steps: Updates.

    Yields:
        The fresh net, then the net after each update: `steps` + 1 values.
    """
    net = PixelNet.fresh(np.random.default_rng(seed), hidden, lesson.targets.shape[1])
    right = lesson.targets.argmax(axis=1)  # (N,)
    for step in range(steps + 1):
        passed = forward(net, lesson.pictures)
        gradients = backward(net, passed, lesson.targets)
        answers = passed.probabilities  # (N, K)
        yield TrainStep(
            step=step,
            net=net,
            loss=float(gradients.losses.mean()),
            n_right=int((answers.argmax(axis=1) == right).sum()),
            weakest=float(answers[np.arange(len(right)), right].min()),
        )
        net = descend(net, gradients, rate)


def trained(seed: int = SEED, symbols: Sequence[Symbol] = SYMBOLS) -> TrainStep:
    """The last step of training on the symbols: well under a second."""
    *_, last = train(seed, examples(symbols))
    return last
