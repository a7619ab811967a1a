"""How surprised a model is by a text: for each token, what it gave it before it came.

The surprise of a token is -log2 of its probability, in bits: 0 if it was certain, 1 if it was a
coin's toss, 10 if it was one of a thousand. The first token has none: nothing came before it.

Notation as in `core.trace`; K likelier tokens that are kept for each.
Source: Shannon 1948, "A mathematical theory of communication".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.interventions import n_alike
from core.sampling import best
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from core.trace import Trace

_AT_ONCE = 2**20  # numbers; so many logits are looked at together


@dataclass(frozen=True, eq=False)
class Surprise:
    """What a model thought of each token of a trace before it came.

    Attributes:
        trace: The pass.
        bits: (T,) -log2 of the token's probability; NaN for the first.
        probabilities: (T,) the softmax of the logits before it; NaN for the first.
        ranks: (T,) its place among all tokens; 1 is the likeliest, 0 stands for the first token.
        likeliest: (T, K) what was likeliest there, best first; -1 for the first token.
        likeliest_probabilities: (T, K) theirs; NaN for the first token.
    """

    trace: Trace
    bits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    ranks: NDArray[np.int64]
    likeliest: NDArray[np.int64]
    likeliest_probabilities: NDArray[np.float64]


def surprise(
    trace: Trace,
    known: Surprise | None = None,
    top: int = 3,
    cancelled: Callable[[], bool] = never,
) -> Surprise:
    """Look up what each token of a text was given.

    Args:
        trace: The pass.
        known: That of an older trace of the same model, of the same K: tokens that it begins with
            too are not looked up again.
        top: K, at most V.
        cancelled: Asked every million logits.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    n_tokens, n_vocabulary = trace.logits.shape
    top = min(top, n_vocabulary)
    start = 1 if known is None else max(1, _n_same(known.trace, trace))
    bits, probabilities = np.full((2, n_tokens), math.nan)
    ranks = np.zeros(n_tokens, np.int64)
    likeliest = np.full((n_tokens, top), -1, np.int64)
    theirs = np.full((n_tokens, top), math.nan)
    if known is not None:
        kept = slice(start)
        bits[kept], probabilities[kept] = known.bits[kept], known.probabilities[kept]
        ranks[kept], likeliest[kept] = known.ranks[kept], known.likeliest[kept]
        theirs[kept] = known.likeliest_probabilities[kept]
    n_rows = max(1, _AT_ONCE // n_vocabulary)
    for first in range(start, n_tokens, n_rows):
        if cancelled():
            raise Cancelled
        at = slice(first, min(first + n_rows, n_tokens))
        logits = trace.logits[at.start - 1 : at.stop - 1]  # (rows, V), what came before each
        own = trace.ids[at, None]  # (rows, 1)
        below, log_totals = _log_softmax(logits)
        log_own = np.take_along_axis(below, own, axis=1)[:, 0] - log_totals  # (rows,)
        bits[at], probabilities[at] = np.maximum(-log_own, 0) / math.log(2), np.exp(log_own)
        ranks[at] = _ranks(logits, own)
        likeliest[at] = [best(row, top) for row in logits]
        log_best = np.take_along_axis(below, likeliest[at], axis=1) - log_totals[:, None]
        theirs[at] = np.exp(log_best)
    return Surprise(trace, bits, probabilities, ranks, likeliest, theirs)


def _n_same(old: Trace, new: Trace) -> int:
    """How many of the first tokens were read in the same way in both."""
    if old.logits.shape[1] != new.logits.shape[1]:
        return 0
    n = min(len(old.ids), len(new.ids))
    same = old.ids[:n] == new.ids[:n]  # (n,)
    n = n if same.all() else int(same.argmin())
    n_read = n_alike(old.changes, new.changes, n)
    return min(n, n_read + 1)  # what a token was given is known from those before it


def _log_softmax(logits: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logits (rows, V) below the row's highest, and the logarithm of their powers' sum (rows,)."""
    if not np.isfinite(logits).all():
        raise UserError("The model's scores are not numbers: its weights are broken, open another.")
    below = logits - logits.max(axis=1, keepdims=True)
    totals = np.exp(below).sum(axis=1, dtype=np.float64)
    return below, np.log(totals)


def _ranks(logits: NDArray[Any], own: NDArray[np.int64]) -> NDArray[np.int64]:
    """(rows,) the places of tokens (rows, 1); of equals the one with the lowest id comes first."""
    value = np.take_along_axis(logits, own, axis=1)  # (rows, 1)
    is_lower = np.arange(logits.shape[1]) < own  # (rows, V)
    ahead = (logits > value) | ((logits == value) & is_lower)
    return np.asarray(1 + np.count_nonzero(ahead, axis=1), np.int64)
