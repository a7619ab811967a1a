"""The logit lens: what the model would say if it stopped here.

At each depth the residual stream goes through the last norm and the head as if no block came
after it. Depth 0 is what enters the first block (token and position), depth l what leaves block l,
and depth L is the model's own prediction.

Notation as in `core.trace`; P positions, K tokens of each guess, N tokens that are asked about.
Source: nostalgebraist 2020, "Interpreting GPT: the logit lens".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.inference import head, norm
from core.logit_rows import bites, powers_of, ranks
from core.sampling import best
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from core.inference import Floats, Weights
    from core.trace import Trace

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lens:
    """The model's guesses on their way.

    Attributes:
        positions: (P,) of the tokens after which is guessed.
        ids: (L + 1, P, K) the likeliest tokens, best first, of equals the lowest id first.
        probabilities: (L + 1, P, K) theirs.
        targets: (P, N) the tokens that were asked about.
        target_probabilities: (L + 1, P, N) theirs.
        target_ranks: (L + 1, P, N) their places among all tokens; 1 is the likeliest.
        entropy_bits: (L + 1, P) how open each guess is.
    """

    positions: Ints
    ids: Ints
    probabilities: NDArray[np.float64]
    targets: Ints
    target_probabilities: NDArray[np.float64]
    target_ranks: Ints
    entropy_bits: NDArray[np.float64]


def lens(
    trace: Trace,
    weights: Weights,
    positions: Sequence[int] | None = None,
    top: int = 5,
    targets: ArrayLike | None = None,
    cancelled: Callable[[], bool] = never,
) -> Lens:
    """Look into the model at every depth.

    Args:
        trace: The pass.
        weights: Of the model that made it.
        positions: After which tokens it guesses; all, if none are given.
        top: K, at most V.
        targets: Tokens to ask about: (N,) the same everywhere, or (P, N). If none are given, the
            one that the model finally holds for the likeliest at each position.
        cancelled: Asked every million logits.

    Raises:
        Cancelled: It said yes.
        UserError: The stream is not made of numbers, because some weights are not.
    """
    chosen = np.arange(len(trace.ids)) if positions is None else np.array(positions, np.int64)
    n_depths, n_chosen = len(trace.resid_post) + 1, len(chosen)
    top = min(top, weights.config.vocab_size)
    if targets is None:
        asked = trace.logits[chosen].argmax(axis=1)[:, None]  # (P, 1)
    else:
        asked = np.asarray(targets, dtype=np.int64)
        asked = np.broadcast_to(asked, (n_chosen, asked.shape[-1]))  # (P, N)
    ids = np.zeros((n_depths, n_chosen, top), np.int64)
    probabilities = np.zeros((n_depths, n_chosen, top))
    asked_for = np.zeros((n_depths, *asked.shape))
    places = np.zeros((n_depths, *asked.shape), np.int64)
    entropy = np.zeros((n_depths, n_chosen))
    for depth, at, logits in _guesses(trace, weights, chosen):
        if cancelled():
            raise Cancelled
        shares, entropy[depth, at] = _shares(logits)  # (rows, V)
        ids[depth, at] = [best(row, top) for row in logits]
        probabilities[depth, at] = np.take_along_axis(shares, ids[depth, at], axis=1)
        asked_for[depth, at] = np.take_along_axis(shares, asked[at], axis=1)
        places[depth, at] = ranks(logits, asked[at])
    return Lens(chosen, ids, probabilities, asked, asked_for, places, entropy)


def joined(parts: Sequence[Lens]) -> Lens:
    """The positions of several lenses in their order, each once; the later part counts.

    Args:
        parts: One at least, of one model, with equal K and N.
    """
    positions = np.concatenate([part.positions for part in parts])
    # Of equal positions the first in the reversed order is the last one that was given.
    _, first = np.unique(positions[::-1], return_index=True)
    kept = len(positions) - 1 - first  # (P,)

    def together(name: str, axis: int) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts], axis=axis).take(kept, axis)

    return Lens(
        positions[kept],
        together("ids", 1),
        together("probabilities", 1),
        together("targets", 0),
        together("target_probabilities", 1),
        together("target_ranks", 1),
        together("entropy_bits", 1),
    )


def only(made: Lens, keep: NDArray[np.bool_]) -> Lens:
    """Some of the positions of a lens; keep is (P,)."""
    return Lens(
        made.positions[keep],
        made.ids[:, keep],
        made.probabilities[:, keep],
        made.targets[keep],
        made.target_probabilities[:, keep],
        made.target_ranks[:, keep],
        made.entropy_bits[:, keep],
    )


def unchanged(old: Trace, new: Trace) -> int:
    """How many positions from the first on have the same stream in two traces.

    Their guesses are the same, if the model is.
    """
    if old.resid_post.shape[::2] != new.resid_post.shape[::2]:
        return 0
    n = min(len(old.ids), len(new.ids))
    same = (old.resid_pre[0, :n] == new.resid_pre[0, :n]).all(axis=1)  # (n,)
    same &= (old.resid_post[:, :n] == new.resid_post[:, :n]).all(axis=(0, 2))
    return n if same.all() else int(same.argmin())


def guess(trace: Trace, weights: Weights, depth: int, position: int) -> Floats:
    """(V,) the logits of one guess, of which `lens` tells the most important."""
    stream = trace.resid_post[depth - 1] if depth else trace.resid_pre[0]
    logits: Floats = _logits(trace, weights, depth, stream, np.array([position]))[0]
    return logits


def _guesses(
    trace: Trace, weights: Weights, positions: Ints
) -> Iterator[tuple[int, slice, Floats]]:
    """Logits (rows, V) of a depth and of some of the positions, a few at a time."""
    for depth, stream in enumerate((trace.resid_pre[0], *trace.resid_post)):  # (T, C)
        for at in bites(0, len(positions), weights.config.vocab_size):
            yield depth, at, _logits(trace, weights, depth, stream, positions[at])


def _logits(trace: Trace, weights: Weights, depth: int, stream: Floats, positions: Ints) -> Floats:
    if depth == len(trace.resid_post):
        own: Floats = trace.logits[positions]  # to the last digit what the prediction is made of
        return own
    with np.errstate(all="ignore"):
        return head(weights, norm(stream[positions], weights.ln_f, weights.config.epsilon))


def _shares(logits: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Softmax of each row (rows, V), and its entropy (rows,) in bits."""
    below, shares, totals = powers_of(logits)
    shares /= totals[:, None].astype(shares.dtype)
    # -sum p ln p, where ln p = below - ln total
    nats = np.log(totals) - np.vecdot(shares, below).astype(np.float64)
    return shares, np.maximum(nats, 0.0) / math.log(2)
