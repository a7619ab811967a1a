"""What an attention head does on one text, in words that its numbers bear out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.trace import Array

OFTEN = 0.4  # mean weight from which "mostly" is fair


def habit(pattern: Array, ids: NDArray[np.int64]) -> str:
    """Where a head mostly looks on this text.

    Each share is the mean weight over the tokens that have such a place to look at, the first
    token excepted: it can only look at itself.

    Args:
        pattern: (T, T) row t says how much token t looks at each column.
        ids: (T,) int, the tokens.

    Returns:
        A few plain words with the mean weight, or "" if no habit is strong enough to name.
    """
    if len(ids) < 3:  # too few rows to speak of a habit
        return ""
    copies = np.tril(ids[:, None] == ids, k=-1)  # (T, T) earlier copies of the row's own token
    repeats = copies.any(axis=1)  # (T,)
    shares = {
        "one token back": np.diagonal(pattern, offset=-1)[1:],
        "at the token itself": np.diagonal(pattern)[1:],
        "at the first token": pattern[2:, 0],
        "at earlier copies of the same token": (pattern * copies).sum(axis=1)[repeats],
    }  # one token back from the second is the first: neither place counts that row
    means = {place: float(weights.mean()) for place, weights in shares.items() if weights.size}
    place = max(means, key=lambda name: means[name])
    return f"mostly looks {place} ({means[place]:.2f})" if means[place] > OFTEN else ""
