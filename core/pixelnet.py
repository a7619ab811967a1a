"""The nine-pixel net: small enough to see every number, real enough to explain a big one.

Nine inputs from -1 (black) to 1 (white), two hidden layers squashed by tanh to between -1 and 1,
one output a symbol squashed by the sigmoid to between 0 and 1: a probability. Weights and biases
stay within [-1, 1]. Two choices: the outputs may share one whole (softmax) instead of answering a
question each, and weights may be free. How it learns is in `core.pixel_training`.

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
    from collections.abc import Callable

Array = NDArray[np.float64]

SIDE = 3
N_PIXELS = SIDE * SIDE
BLACK, WHITE = -1.0, 1.0
SQUASHES = ("tanh", "tanh", "sigmoid")  # of the sums into layers 1, 2 and 3
OUTPUTS = ("sigmoid", "softmax")  # what the last of them can be
LIMIT = 1.0  # no weight and no bias is larger than this
FREE = 1000.0  # the same where weights are free: beyond it, training has run away
ANSWERED = 0.5  # a probability above this one is an answer


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


def picture(rows: str) -> Array:
    """(9,) pixels of a drawing such as "#.# .#. #.#", where # is black."""
    return frozen([BLACK if mark == "#" else WHITE for mark in rows.replace(" ", "")])


def frozen(values: object) -> Array:
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
        outputs: How the answer is squashed: "sigmoid" or "softmax".
        limit: No weight and no bias is larger: `LIMIT`, or `FREE`.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    outputs: str = OUTPUTS[0]
    limit: float = LIMIT

    def __post_init__(self) -> None:
        """Copy and check.

        Raises:
            ValueError: The shapes do not fit together, or a number is not within the limit.
        """
        if self.outputs not in OUTPUTS:
            raise ValueError(f"outputs must be one of {OUTPUTS}, not {self.outputs!r}")
        if not len(self.weights) == len(self.biases) == len(SQUASHES):
            raise ValueError(f"{len(SQUASHES)} layers of weights and of biases are needed")
        object.__setattr__(self, "weights", tuple(frozen(weight) for weight in self.weights))
        object.__setattr__(self, "biases", tuple(frozen(bias) for bias in self.biases))
        n_in = N_PIXELS
        for weight, bias in zip(self.weights, self.biases, strict=True):
            if bias.ndim != 1 or weight.shape != (n_in, len(bias)):
                raise ValueError(f"weights {weight.shape} do not join {n_in} to {bias.shape}")
            if not (_within(weight, self.limit) and _within(bias, self.limit)):
                raise ValueError(f"weights and biases must be from {-self.limit} to {self.limit}")
            n_in = len(bias)

    @classmethod
    def fresh(
        cls,
        rng: np.random.Generator,
        hidden: tuple[int, int],
        n_symbols: int,
        outputs: str = OUTPUTS[0],
        limit: float = LIMIT,
    ) -> PixelNet:
        """A net that knows nothing: small random weights, biases of zero."""
        sizes = (N_PIXELS, *hidden, n_symbols)
        joins = list(pairwise(sizes))
        return cls(
            tuple(rng.uniform(-LIMIT / 2, LIMIT / 2, join) for join in joins),
            tuple(np.zeros(n_out) for _, n_out in joins),
            outputs,
            limit,
        )

    @property
    def squashes(self) -> tuple[str, ...]:
        """What squashes the sums into layers 1, 2 and 3."""
        return (*SQUASHES[:-1], self.outputs)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons in each layer, the picture and the answer included."""
        return (N_PIXELS, *(len(bias) for bias in self.biases))


def _within(values: Array, limit: float) -> bool:
    return bool((np.abs(values) <= limit).all())  # false for NaN


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
    received = frozen(pictures)
    if received.ndim != 2 or received.shape[1] != N_PIXELS or not _within(received, WHITE):
        raise ValueError(f"pictures must be (N, {N_PIXELS}) from {BLACK} to {WHITE}")
    activations, sums = [received], []
    for weight, bias, squash in zip(net.weights, net.biases, net.squashes, strict=True):
        total = frozen(activations[-1] @ weight + bias)  # (N, n_l+1)
        sums.append(total)
        activations.append(frozen(_SQUASH[squash](total)))
    return Forward(tuple(activations), tuple(sums))


def sigmoid(total: Array) -> Array:
    """1 / (1 + exp(-total)), in the form that cannot overflow."""
    return (1 + np.tanh(total / 2)) / 2


def softmax(total: Array) -> Array:
    """exp(total) as shares of each row, in the form that cannot overflow."""
    powers = np.exp(total - total.max(axis=1, keepdims=True))  # (N, K)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


_SQUASH: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "softmax": softmax,
}


@dataclass(frozen=True, eq=False)
class NeuronSum:
    """How one neuron got its value: sum(products) + bias = total, squashed = activation.

    Attributes:
        inputs: (n,) activations of the layer before.
        weights: (n,) of the edges that lead here.
        products: (n,) weight times input, edge by edge.
        bias: Its own constant.
        total: The sum.
        squash: "tanh" or "sigmoid"; "softmax", which looks at the other outputs' sums too.
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
        products=frozen(weights * inputs),
        bias=float(net.biases[layer - 1][neuron]),
        total=float(passed.sums[layer - 1][example, neuron]),
        squash=net.squashes[layer - 1],
        activation=float(passed.activations[layer][example, neuron]),
    )


def carried(net: PixelNet, passed: Forward, example: int = 0) -> tuple[Array, ...]:
    """What every edge carries, weight times input: three arrays shaped as the weights."""
    return tuple(
        frozen(weight * received[example][:, None])  # (n_l, n_l+1)
        for weight, received in zip(net.weights, passed.activations, strict=False)
    )
