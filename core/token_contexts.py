"""Why two tokens got like vectors: what stands before both of them in a text.

Notation: N tokens of the text, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LONGEST = 3  # tokens before; as many numbers below a million fit one of 64 bits


@dataclass(frozen=True)
class Shared:
    """The same tokens before two others.

    Attributes:
        before: Their ids.
        n_first: How often the first of the two follows them.
        n_second: How often the second does.
    """

    before: tuple[int, ...]
    n_first: int
    n_second: int


def shared_before(
    ids: Ints, first: int, second: int, most: int = 3, end: int | None = None
) -> list[Shared]:
    """Up to three tokens that stand before two others in a text, the most telling ones first.

    Longer ones are more telling; of equally long ones those that both follow more often.

    Args:
        ids: (N,) the text.
        first: A token.
        second: Another one.
        most: How many are wanted.
        end: The token between documents, which no context goes beyond.

    Returns:
        Shorter contexts only where there are not enough longer ones, and none that only is the end
        of one that is there already.
    """
    found: list[Shared] = []
    base = int(ids.max(initial=0)) + 1
    for n_before in range(LONGEST, 0, -1):
        if len(found) >= most or base**n_before >= 2**63:
            continue
        keys = [_keys(ids, each, n_before, base, end) for each in (first, second)]
        (a, n_a), (b, n_b) = (np.unique(each, return_counts=True) for each in keys)
        both, at_a, at_b = np.intersect1d(a, b, assume_unique=True, return_indices=True)
        n_first, n_second = n_a[at_a], n_b[at_b]
        order = np.lexsort((both, -(n_first + n_second), -np.minimum(n_first, n_second)))
        for at in order.tolist():
            before = _ids(int(both[at]), n_before, base)
            if len(found) < most and not any(one.before[-n_before:] == before for one in found):
                found.append(Shared(before, int(n_first[at]), int(n_second[at])))
    return found


def _keys(ids: Ints, token_id: int, n_before: int, base: int, end: int | None) -> Ints:
    """What stands before each occurrence of a token, as one number each."""
    at = np.flatnonzero(ids == token_id)
    at = at[at >= n_before]
    keys = np.zeros(len(at), dtype=np.int64)
    is_whole = np.ones(len(at), dtype=np.bool_)
    for back in range(n_before, 0, -1):
        tokens = ids[at - back]
        keys = keys * base + tokens
        if end is not None:
            is_whole &= tokens != end
    return np.asarray(keys[is_whole])


def _ids(key: int, n_before: int, base: int) -> tuple[int, ...]:
    ids = []
    for _ in range(n_before):
        key, token_id = divmod(key, base)
        ids.append(token_id)
    return tuple(reversed(ids))
