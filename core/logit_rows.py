"""Many guesses at a next token at once: rows of logits as shares of a whole, and places in them.

`core.sampling` takes one distribution apart, in float64; here are hundreds of them, which are
looked at in the type that they come in and in bites that the memory does not feel.

Notation: R rows, V vocabulary, N tokens that are asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from core.inference import Floats

AT_ONCE = 2**20  # logits


def bites(start: int, stop: int, vocab_size: int) -> Iterator[slice]:
    """The rows from `start` up to, not including, `stop`, `AT_ONCE` logits at a time."""
    n_rows = max(1, AT_ONCE // vocab_size)
    for first in range(start, stop, n_rows):
        yield slice(first, min(first + n_rows, stop))


class Powers(NamedTuple):
    """What softmax is made of: a token's share is its power by the total.

    Attributes:
        below: (R, V) logits less the highest of their row.
        powers: (R, V) e to these.
        totals: (R,) float64, their sums over the vocabulary.
    """

    below: Floats
    powers: Floats
    totals: NDArray[np.float64]


def powers_of(logits: NDArray[Any]) -> Powers:
    """Prepare the softmax of every row.

    Args:
        logits: (R, V).

    Raises:
        UserError: A logit is not a finite number.
    """
    if not np.isfinite(logits).all():
        raise UserError("The model's scores are not numbers: its weights are broken, open another.")
    below = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(below)
    return Powers(below, powers, powers.sum(axis=1, dtype=np.float64))


def ranks(logits: NDArray[Any], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of tokens in their rows; 1 is the likeliest, of equals the lowest id comes first.

    Args:
        logits: (R, V).
        asked: (R, N) ids.

    Returns:
        (R, N).
    """
    own = np.take_along_axis(logits, asked, axis=1)  # (R, N)
    found = np.ones(asked.shape, np.int64)
    for n, (value, token) in enumerate(zip(own.T, asked.T, strict=True)):  # (R,) each
        is_lower = np.arange(logits.shape[1]) < token[:, None]  # (R, V)
        ahead = (logits > value[:, None]) | ((logits == value[:, None]) & is_lower)
        found[:, n] += np.count_nonzero(ahead, axis=1)
    return found
