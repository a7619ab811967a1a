"""What attention heads do, in numbers and in words that the numbers bear out.

Each of `KINDS` is a place that a head may look at. A head's score on a text is the weight that it
gives to this place, on average over the tokens t that have such a place, the first token excepted:
it can only look at itself. With `pattern[t, s]`, how much token t looks at token s:

    self       pattern[t, t]                                                       for t >= 1
    previous   pattern[t, t - 1]                                                   for t >= 2
    first      pattern[t, 0]                                                       for t >= 2
    local      sum of pattern[t, s], t - 3 <= s < t, but not s = 0                 for t >= 2
    copies     sum of pattern[t, s], s < t, where ids[s] = ids[t]                  where there are
    induction  sum of pattern[t, s], s < t, where ids[s - 1] = ids[t], s - 1 < t   where there are

For the second token the first is also the previous one: neither place counts that row.

Notation as in `core.trace`.
Source of "induction": Olsson et al. 2022, "In-context learning and induction heads".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from core.trace import Array

    Cells = NDArray[np.bool_]

# In words, after "looks"; of equal scores the first is named.
KINDS = {
    "previous": "one token back",
    "self": "at the token itself",
    "first": "at the first token",
    "copies": "at earlier copies of the same token",
    "induction": "at what followed earlier copies of the same token",
    "local": "at the last three tokens",
}
OFTEN = 0.4  # mean weight from which "mostly" is fair
NEAR = 3  # tokens back that count as local
# Of five tokens, a look that is spread evenly gives three this much.
OFTEN_LOCAL = 0.6
LEAST_TOKENS = 3  # fewer have too few rows to speak of a habit
# What happens at a single token, or at few of many, is no habit either.
LEAST_ROWS, LEAST_SHARE = 2, 0.25
LEAST_FOR_LOCAL = 2 * NEAR + 2  # in a text of fewer tokens, near is where most of them are


def habit(pattern: Array, ids: NDArray[np.int64]) -> str:
    """Where a head mostly looks on this text.

    Args:
        pattern: (T, T) row t says how much token t looks at each column.
        ids: (T,) int, the tokens.

    Returns:
        A few plain words with the mean weight, or "" if no habit is strong enough to name, or
        seen often enough. That it looks nearby is only said of a head of which nothing more exact
        can be said.
    """
    if len(ids) < LEAST_TOKENS:
        return ""
    least = max(LEAST_ROWS, LEAST_SHARE * (len(ids) - 1))
    found = sums(pattern, ids)
    if len(ids) < LEAST_FOR_LOCAL:
        del found["local"]
    return in_words({kind: float(total) / n for kind, (total, n) in found.items() if n >= least})


def in_words(shares: Mapping[str, float]) -> str:
    """What a head mostly does, from its scores; see `habit`.

    Args:
        shares: Its score for each of `KINDS`; NaN where there is none.
    """
    known = {kind: share for kind, share in shares.items() if share >= 0}
    local = known.pop("local", 0.0)
    kind = max(known, key=lambda name: known[name], default="local")
    if known.get(kind, 0.0) <= OFTEN and local > OFTEN_LOCAL:
        kind, known = "local", {"local": local}
    best = known.get(kind, 0.0)
    if best <= OFTEN:
        return ""
    if kind == "local":  # three places together: a single look farther back may well be stronger
        return f"often looks {KINDS[kind]} ({best:.2f} of its attention on average)"
    return f"mostly looks {KINDS[kind]} ({best:.2f})"


def most_telling(patterns: NDArray[Any]) -> tuple[int, int]:
    """The head in which the last token looks back most at one token; see `far_looks`.

    Args:
        patterns: (L, H, T, T), of at least `LEAST_TOKENS` tokens.

    Returns:
        Its layer and its number, each from 0; of equal ones the first.
    """
    looks = far_looks(patterns).max(axis=-1)  # (L, H)
    layer, head = np.unravel_index(int(looks.argmax()), looks.shape)
    return int(layer), int(head)


def far_looks(patterns: NDArray[Any]) -> NDArray[Any]:
    """How much the last token looks at those of which it tells something.

    That is neither at the first token, which catches what no other does, nor at its neighbours.

    Args:
        patterns: (L, H, T, T), of at least `LEAST_TOKENS` tokens.

    Returns:
        (L, H, S) its weights for the second token and those after it, up to the one `NEAR` back;
        in shorter texts up to the one before it.
    """
    n_tokens = patterns.shape[-1]
    end = n_tokens - NEAR if n_tokens > NEAR + 1 else n_tokens - 1
    return patterns[:, :, -1, 1:end]


def scores(patterns: NDArray[Any], ids: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """How much heads look at each kind of place, on average.

    Args:
        patterns: (..., T, T) of any number of heads.
        ids: (T,) int, the tokens.

    Returns:
        (...) from 0 to 1 for each of `KINDS`; NaN where no token has such a place.
    """
    return {
        kind: total / n_rows if n_rows else np.full(patterns.shape[:-2], np.nan)
        for kind, (total, n_rows) in sums(patterns, ids).items()
    }


def sums(patterns: NDArray[Any], ids: ArrayLike) -> dict[str, tuple[NDArray[np.float64], int]]:
    """What `scores` are made of: the sum (...) of the weights, and of how many tokens."""
    totals = {}
    for kind, cells in places(ids).items():
        rows, columns = np.nonzero(cells)  # few of a pattern's: 10 times faster than all of them
        weights = patterns[..., rows, columns].sum(axis=-1, dtype=np.float64)
        totals[kind] = np.asarray(weights), int(cells.any(axis=1).sum())
    return totals


def places(ids: ArrayLike) -> dict[str, Cells]:
    """The cells of a pattern that each of `KINDS` is about.

    Args:
        ids: (T,) int, the tokens.

    Returns:
        (T, T) each; a row without a cell has no such place.
    """
    tokens = np.asarray(ids)
    n_tokens = len(tokens)
    rows, columns = np.indices((n_tokens, n_tokens), sparse=True)
    back = rows - columns  # (T, T)
    copies = (tokens[:, None] == tokens) & (back > 0)
    induction = np.zeros_like(copies)
    induction[:, 1:] = copies[:, :-1] & (back[:, 1:] > 0)
    return {
        "previous": (back == 1) & (rows >= 2),
        "self": (back == 0) & (rows >= 1),
        "first": (columns == 0) & (rows >= 2),
        "copies": copies,
        "induction": induction,
        "local": (back >= 1) & (back <= NEAR) & (columns >= 1),
    }
