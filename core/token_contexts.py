"""Why two tokens got like vectors: where in a text each of them stands.

Notation: N tokens of the text, V vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# Tokens before and after the one in question, of the frames that are looked for: the longest
# first. Three numbers below a million fit one of 64 bits.
FRAMES = (
    ((3, 0), (2, 1), (1, 2), (0, 3)),
    ((2, 0), (1, 1), (0, 2)),
    ((1, 0), (0, 1)),
)
TRIED = 12  # frames of a kind, those in which both stand most often
REACH = 12  # tokens before and after another that are near it
OFTEN = 7.0  # so many times as often as by chance


@dataclass(frozen=True)
class Shared:
    """The same tokens around two others: “is called a …”.

    Attributes:
        before: Ids of the tokens before.
        after: Ids of those after.
        n_first: How often the first of the two stands between them.
        n_second: How often the second does.
        n_all: How often any token does.
        weight: How much it tells: the logarithms of how often both stand there, and of how many
            times as often as by chance, multiplied.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    n_first: int
    n_second: int
    n_all: int
    weight: float

    def __len__(self) -> int:
        """Tokens around."""
        return len(self.before) + len(self.after)

    def lies_in(self, other: Shared) -> bool:
        """Whether it is only a part of another one."""
        n = len(self.before)
        ends = not n or other.before[-n:] == self.before
        return ends and other.after[: len(self.after)] == self.after


def shared_frames(
    ids: Ints, first: int, second: int, most: int = 3, end: int | None = None
) -> list[Shared]:
    """What stands around each of two tokens in a text, the most telling ones first.

    Longer frames are more telling; of equally long ones those in which both stand often, and more
    often than by chance. What holds them no more often than any other token tells nothing.

    Args:
        ids: (N,) the text.
        first: A token.
        second: Another one.
        most: How many are wanted.
        end: The token between documents, which no frame goes beyond.

    Returns:
        Shorter ones only where there are not enough longer ones, and none that only is a part of
        one that is there already.
    """
    found: list[Shared] = []
    base = int(ids.max(initial=0)) + 1
    for frames in FRAMES:
        if len(found) >= most or base ** sum(frames[0]) >= 2**63:
            continue
        every = [one for frame in frames for one in _candidates(ids, first, second, frame, end)]
        for one in sorted(every, key=lambda each: -each.weight):
            known = any(one.lies_in(other) for other in found)
            if one.weight > 0 and len(found) < most and not known:
                found.append(one)
    return found


def _candidates(
    ids: Ints, first: int, second: int, frame: tuple[int, int], end: int | None
) -> Iterator[Shared]:
    """Frames of one kind in which both stand, where they do so most often."""
    n_before, n_after = frame
    base = int(ids.max(initial=0)) + 1
    keys = _keys(ids, frame, base, end)
    around = [keys[ids == each] for each in (first, second)]
    (a, n_a), (b, n_b) = (np.unique(each[each >= 0], return_counts=True) for each in around)
    both, at_a, at_b = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    n_first, n_second = n_a[at_a], n_b[at_b]
    order = np.lexsort((both, -(n_first + n_second), -np.minimum(n_first, n_second)))
    for at in order[:TRIED].tolist():
        key = int(both[at])
        tokens = _ids(key, n_before + n_after, base)
        times, n_all = (int(n_first[at]), int(n_second[at])), int(np.count_nonzero(keys == key))
        weight = _weight(times, [len(each) for each in around], n_all / len(ids))
        yield Shared(tokens[:n_before], tokens[n_before:], *times, n_all, weight)


def _weight(times: tuple[int, int], n_of: list[int], chance: float) -> float:
    lift = min(n / (of * chance) for n, of in zip(times, n_of, strict=True))
    return math.log(lift) * math.log1p(min(times))


def _keys(ids: Ints, frame: tuple[int, int], base: int, end: int | None) -> Ints:
    """(N,) what stands around each token, as one number each; -1 beyond a document's end."""
    n_before, n_after = frame
    keys, n = np.full(len(ids), -1, dtype=np.int64), len(ids) - n_before - n_after
    if n <= 0:
        return keys
    middle = keys[n_before : n_before + n]
    middle[:] = 0
    is_whole = np.ones(n, dtype=np.bool_)
    for off in (*range(n_before), *range(n_before + 1, n_before + 1 + n_after)):
        tokens = ids[off : off + n]
        middle *= base
        middle += tokens
        if end is not None:
            is_whole &= tokens != end
    middle[~is_whole] = -1
    return keys


def _ids(key: int, n: int, base: int) -> tuple[int, ...]:
    ids = []
    for _ in range(n):
        key, token_id = divmod(key, base)
        ids.append(token_id)
    return tuple(reversed(ids))


@dataclass(frozen=True)
class Companion:
    """A token that is often found near another.

    Attributes:
        id: Of the token.
        n_near: How often it stands near.
        expected: How often it would, were all tokens mixed.
    """

    id: int
    n_near: int
    expected: float


def company(
    ids: Ints,
    token_id: int,
    most: int = 8,
    end: int | None = None,
    among: NDArray[np.bool_] | None = None,
) -> list[Companion]:
    """The tokens that stand near one far more often than by chance, the most telling ones first.

    Args:
        ids: (N,) the text.
        token_id: The one.
        most: How many are wanted.
        end: The token between documents: nothing beyond it is near.
        among: (V,) which tokens count; all, if it is not given.

    Returns:
        Those `OFTEN` times as often as by chance; the order is that of what they add to the
        log-likelihood: times · log(times / expected).
    """
    counts = np.bincount(ids, minlength=0 if among is None else len(among))
    document = np.zeros(len(ids), dtype=np.int64) if end is None else np.cumsum(ids == end)
    at, is_near = np.flatnonzero(ids == token_id), np.zeros(len(ids), dtype=np.bool_)
    for off in (*range(-REACH, 0), *range(1, REACH + 1)):
        there = at + off
        inside = (there >= 0) & (there < len(ids))
        there, of = there[inside], at[inside]
        is_near[there[document[there] == document[of]]] = True
    is_near[at] = False
    if end is not None:
        is_near &= ids != end
    n_near = np.bincount(ids[is_near], minlength=len(counts))
    expected = counts * (np.count_nonzero(is_near) / max(len(ids), 1))
    told = (n_near > 1) & (n_near >= OFTEN * expected)
    if among is not None:
        told &= among
    found = np.flatnonzero(told)
    worth = n_near[found] * np.log(n_near[found] / expected[found])
    order = found[np.argsort(-worth, kind="stable")][:most]
    return [Companion(each, int(n_near[each]), float(expected[each])) for each in order.tolist()]
