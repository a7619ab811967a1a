"""How surprised a model is by the text that it reads: -log2 of what it gave each token before.

0 bits: it was certain; 1 bit: it would have bet on a coin; every further bit halves the odds.

Notation: T tokens, V vocabulary.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_AT_ONCE = 2**20  # numbers; so many logits are looked at together


def surprises(
    logits: NDArray[Any],
    ids: NDArray[Any],
    first: int = 1,
    cancelled: Callable[[], bool] = never,
) -> Floats:
    """How surprising each token was, as foretold by the position before it.

    Args:
        logits: (T, V) of a trace.
        ids: (T,) the tokens.
        first: The first position that is wanted; nobody foretells position 0.
        cancelled: Asked every million logits.

    Returns:
        (T - first,) bits, 0 or more.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    first = max(first, 1)
    found = np.zeros(max(len(ids) - first, 0))
    n_rows = max(1, _AT_ONCE // logits.shape[-1])
    for start in range(0, len(found), n_rows):
        if cancelled():
            raise Cancelled
        wanted = ids[first + start : first + start + n_rows]
        rows = logits[first + start - 1 :][: len(wanted)]  # (rows, V)
        found[start : start + n_rows] = -_log_shares(rows, wanted) / math.log(2)
    return np.maximum(found, 0.0)


def _log_shares(rows: NDArray[Any], wanted: NDArray[Any]) -> Floats:
    """(rows,) natural logarithms of the softmax of one token in each row."""
    highest = rows.max(axis=1, keepdims=True)
    if not np.isfinite(highest).all():
        raise UserError("The model's scores are not numbers: its weights are broken, open another.")
    totals = np.exp(rows - highest).sum(axis=1, dtype=np.float64)
    own = np.take_along_axis(rows, wanted[:, None], axis=1) - highest
    logs: Floats = own[:, 0].astype(np.float64) - np.log(totals)
    return logs
