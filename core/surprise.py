"""How surprised a model is by a text: for each token, what it gave it before it came.

The surprise of a token is -log2 of its probability, in bits: 0 if it was certain, 1 if it was a
coin's toss, 10 if it was one of a thousand. The first token has none: nothing came before it.

Notation as in `core.trace`; K likelier tokens that are kept for each.
Source: Shannon 1948, "A mathematical theory of communication".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.interventions import n_alike
from core.logit_rows import bites, powers_of, ranks
from core.sampling import best
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from core.trace import Trace


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
    places = np.zeros(n_tokens, np.int64)
    likeliest = np.full((n_tokens, top), -1, np.int64)
    theirs = np.full((n_tokens, top), math.nan)
    if known is not None:
        kept = slice(start)
        bits[kept], probabilities[kept] = known.bits[kept], known.probabilities[kept]
        places[kept], likeliest[kept] = known.ranks[kept], known.likeliest[kept]
        theirs[kept] = known.likeliest_probabilities[kept]
    for at in bites(start, n_tokens, n_vocabulary):
        if cancelled():
            raise Cancelled
        logits = trace.logits[at.start - 1 : at.stop - 1]  # (rows, V), what came before each
        own = trace.ids[at, None]  # (rows, 1)
        below, _, totals = powers_of(logits)
        log_totals = np.log(totals)  # (rows,)
        log_own = np.take_along_axis(below, own, axis=1)[:, 0] - log_totals  # (rows,)
        bits[at], probabilities[at] = np.maximum(-log_own, 0) / math.log(2), np.exp(log_own)
        places[at] = ranks(logits, own)[:, 0]
        likeliest[at] = [best(row, top) for row in logits]
        log_best = np.take_along_axis(below, likeliest[at], axis=1) - log_totals[:, None]
        theirs[at] = np.exp(log_best)
    return Surprise(trace, bits, probabilities, places, likeliest, theirs)


def _n_same(old: Trace, new: Trace) -> int:
    """How many of the first tokens were read in the same way in both."""
    if old.logits.shape[1] != new.logits.shape[1]:
        return 0
    n = min(len(old.ids), len(new.ids))
    same = old.ids[:n] == new.ids[:n]  # (n,)
    n = n if same.all() else int(same.argmin())
    n_read = n_alike(old.changes, new.changes, n)
    return min(n, n_read + 1)  # what a token was given is known from those before it
