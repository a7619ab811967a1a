"""Neurons of the feed-forward nets: which fire, what each speaks for, and what makes it fire.

A neuron that is at 1 adds its row of the last matrix to the residual stream. Were that all there
is to the stream, the last norm and the head would turn it into logits by taking its mean away,
multiplying by the norm's weights and with the embeddings, and dividing by the norm's scale. What a
neuron *pushes* is this without the division, which is the same for all tokens but depends on the
text, and less the mean over the vocabulary, since only differences of logits count. So at a
position with scale s, as in `core.attribution`, a neuron at the value a adds
a (push[t] - push[u]) / s to logit(t) - logit(u), directly.

Notation as in `core.trace`; N examples of each neuron, W tokens in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.inference import read_all
from core.sampling import best
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.inference import Floats, Weights
    from core.trace import Trace

    Doubles = NDArray[np.float64]

BEFORE, AFTER = 16, 4  # tokens of an example around the one at which the neuron fires
_NOTHING = -1  # an id that no token has


@dataclass(frozen=True)
class Neuron:
    """A neuron that fires.

    Attributes:
        layer: Of its net.
        index: Its number there.
        activation: Its value, after GELU.
    """

    layer: int
    index: int
    activation: float


def most_active(
    trace: Trace, position: int, n: int, layers: Sequence[int] | None = None
) -> list[Neuron]:
    """The neurons with the highest values at a position, highest first.

    Args:
        trace: The pass.
        position: Of the token.
        n: How many, at most.
        layers: Whose neurons; those of all layers, if none are given.
    """
    chosen = range(len(trace.mlp_post)) if layers is None else layers
    values = trace.mlp_post[list(chosen), position]  # (layers, M)
    found = best(np.nan_to_num(values.astype(np.float64), nan=-np.inf).ravel(), n)
    at = (divmod(int(flat), values.shape[1]) for flat in found)
    return [Neuron(chosen[row], index, float(values[row, index])) for row, index in at]


def most_active_of_two(
    first: Trace,
    second: Trace,
    at: tuple[int, int],
    n: int,
    layers: Sequence[int] | None = None,
    *,
    apart: bool = False,
) -> list[tuple[Neuron, Neuron]]:
    """The neurons with the highest value in either text, or whose values differ most.

    Args:
        first: A pass.
        second: Another one of the same model.
        at: Position of the token in each.
        n: How many, at most.
        layers: Whose neurons; those of all layers, if none are given.
        apart: Rank by how far the two values are apart.

    Returns:
        The same neuron in the first text and in the second, the first in the ranking first.
    """
    chosen = list(range(len(first.mlp_post)) if layers is None else layers)
    traces = zip((first, second), at, strict=True)
    values = [trace.mlp_post[chosen, place].astype(np.float64) for trace, place in traces]
    rank = abs(values[1] - values[0]) if apart else np.maximum(*values)  # (layers, M)
    found = best(np.nan_to_num(rank, nan=-np.inf).ravel(), n)
    places = (divmod(int(flat), rank.shape[1]) for flat in found)
    return [
        (
            Neuron(chosen[row], index, float(values[0][row, index])),
            Neuron(chosen[row], index, float(values[1][row, index])),
        )
        for row, index in places
    ]


@dataclass(frozen=True)
class Vocabulary:
    """What a neuron speaks for.

    Attributes:
        top: (id, push) of the tokens that it pushes up the most, best first.
        bottom: (id, push) of those that it pushes down the most, lowest first.
    """

    top: tuple[tuple[int, float], ...]
    bottom: tuple[tuple[int, float], ...]


def vocabulary(weights: Weights, layer: int, index: int, n: int = 10) -> Vocabulary:
    """The tokens that a neuron makes likelier and less likely than the rest.

    Args:
        weights: Of the model.
        layer: Of the neuron's net.
        index: The neuron.
        n: Tokens on each side, at most.
    """
    push = np.nan_to_num(pushes(weights, layer, index))  # of a broken model all are alike
    return Vocabulary(
        *(tuple((int(i), float(push[i])) for i in best(s * push, n)) for s in (1, -1))
    )


def pushes(weights: Weights, layer: int, index: int) -> Doubles:
    """(V,) how much a neuron at 1 pushes every token; their mean is 0."""
    row = weights.blocks[layer].mlp_c_proj[0][index].astype(np.float64)  # (C,)
    with np.errstate(all="ignore"):
        direction = (row - row.mean()) * weights.ln_f[0]  # (C,)
        push = weights.wte @ direction.astype(weights.wte.dtype)  # (V,), the table not copied
        return np.asarray(push - push.mean(dtype=np.float64))


@dataclass(frozen=True)
class Example:
    """Where a neuron fires.

    Attributes:
        ids: The tokens around, at most `BEFORE` + 1 + `AFTER`.
        at: Which of them it fires at.
        activation: Its value there.
        document: Number of the text, from 0.
        position: The token's position in that text.
    """

    ids: tuple[int, ...]
    at: int
    activation: float
    document: int
    position: int


class Examples:
    """The strongest examples of the neurons of some layers, one of each text at most.

    They take the same memory however many texts are read.

    Args:
        layers: Whose neurons.
        n_neurons: M.
        n: N, examples kept of each neuron.

    Attributes:
        layers: Whose neurons.
        n_texts: How many texts were read.
    """

    def __init__(self, layers: Sequence[int], n_neurons: int, n: int) -> None:
        self.layers = tuple(layers)
        self.n_texts = 0
        shape = len(self.layers), n_neurons, n
        self._values = np.full(shape, -np.inf)  # (layers, M, N)
        self._places = np.zeros((*shape, 2), np.int64)  # text and position
        self._ids = np.full((*shape, BEFORE + 1 + AFTER), _NOTHING, np.int32)

    def of(self, layer: int, index: int) -> list[Example]:
        """Those of one neuron, strongest first, of equals the first that was read."""
        row = self.layers.index(layer)
        values, places = self._values[row, index], self._places[row, index]
        order = [n for n in np.lexsort((places[:, 0], -values)) if np.isfinite(values[n])]
        examples = []
        for n in order:
            window = self._ids[row, index, n]
            n_missing = int((window[:BEFORE] == _NOTHING).sum())
            examples.append(
                Example(
                    ids=tuple(window[window != _NOTHING].tolist()),
                    at=BEFORE - n_missing,
                    activation=float(values[n]),
                    document=int(places[n, 0]),
                    position=int(places[n, 1]),
                )
            )
        return examples

    def add(self, layer: int, ids: NDArray[np.int32], values: Floats) -> None:
        """Look for stronger examples in a text.

        Args:
            layer: One of `layers`.
            ids: (T,) the text.
            values: (T, M) `mlp_post`.
        """
        row = self.layers.index(layer)
        clean = np.nan_to_num(values, nan=-np.inf)
        highest = clean.max(axis=0)  # (M,)
        weakest = self._values[row].argmin(axis=1)  # (M,)
        neurons = np.flatnonzero(highest > self._values[row, np.arange(len(weakest)), weakest])
        slots, at = weakest[neurons], clean[:, neurons].argmax(axis=0)
        padded = np.full(BEFORE + len(ids) + AFTER, _NOTHING, np.int32)
        padded[BEFORE : BEFORE + len(ids)] = ids
        windows = np.lib.stride_tricks.sliding_window_view(padded, BEFORE + 1 + AFTER)  # (T, W)
        self._values[row, neurons, slots] = highest[neurons]
        self._places[row, neurons, slots] = np.stack([np.full_like(at, self.n_texts), at], axis=1)
        self._ids[row, neurons, slots] = windows[at]


def read_for(
    found: Examples,
    weights: Weights,
    text: Sequence[int],
    cancelled: Callable[[], bool] = never,
) -> None:
    """Read one text more, and keep what is stronger in it.

    Args:
        found: What was found so far.
        weights: Of the model.
        text: Token ids; one that is longer than the context is read up to it.
        cancelled: Asked before every block.

    Raises:
        Cancelled: It said yes.
    """
    ids = list(text[: weights.config.context])

    def see(layer: int, name: str, value: Floats) -> None:
        if name == "resid_pre" and cancelled():
            raise Cancelled
        if name == "mlp_post" and layer in found.layers:
            found.add(layer, np.array(ids, np.int32), value)

    if ids:
        read_all(weights, ids, see)
    found.n_texts += 1
