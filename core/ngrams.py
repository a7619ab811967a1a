"""Counting words: what comes next after the last none, one or two tokens, as seen in a text.

Counts are smoothed by interpolated modified Kneser-Ney: every count gives up a little, and what an
n-gram's context gave up is handed out by the next shorter context, in which a token weighs by how
many different tokens it has followed rather than by how often. The text is one stream; the end of
a document is a token like any other and does not stop a context.

Source: Chen & Goodman 1999, "An empirical study of smoothing techniques", section 3.

Notation: V vocabulary, T tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Keys = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Level:
    """What is known of the n-grams of one length; a key is an n-gram as one number in base V.

    Attributes:
        keys: N-grams that were seen, ascending.
        counts: How often each, as `Step.count`.
        shares: What each has of its context's probability, after its discount.
        contexts: Keys of the n-grams without their last token, ascending.
        totals: Sum of each context's counts.
        handed_down: What the discounts leave of each context's probability.
    """

    keys: Keys
    counts: Keys
    shares: Floats
    contexts: Keys
    totals: Keys
    handed_down: Floats


@dataclass(frozen=True)
class Step:
    """What n-grams of one length add to a probability.

    Attributes:
        n: Their length.
        count: Of the longest n-grams: how often this one stands in the text. Of shorter ones: how
            many different tokens it has followed.
        total: The same of all n-grams that begin like this one.
        share: The count after its discount, of the total.
        handed_down: What all the discounts leave to shorter n-grams.
        shorter: What those say.
        probability: share + handed_down * shorter.
    """

    n: int
    count: int
    total: int
    share: float
    handed_down: float
    shorter: float
    probability: float


@dataclass(frozen=True, eq=False)
class NGram:
    """A model that looks back `order - 1` tokens.

    Attributes:
        vocab_size: Tokens it knows, V.
        levels: From single tokens up to n-grams of the whole order.
    """

    vocab_size: int
    levels: tuple[_Level, ...]

    @property
    def order(self) -> int:
        """Length of its n-grams: 1 counts tokens, 2 pairs, 3 triples."""
        return len(self.levels)

    def probabilities(self, context_ids: Sequence[int] | NDArray[Any]) -> Floats:
        """The next token's distribution.

        Args:
            context_ids: What stands before; only the last `order - 1` tokens are looked at, and
                fewer will do.

        Returns:
            (V,) float64, all above 0, summing to 1.
        """
        context = _checked(context_ids, self.vocab_size)
        result = np.full(self.vocab_size, 1 / self.vocab_size)  # (V,)
        for n, level in enumerate(self.levels[: len(context) + 1]):
            key = int(_pack(context[len(context) - n :], n, self.vocab_size)[0])
            place = int(np.searchsorted(level.contexts, key))
            if place == len(level.contexts) or level.contexts[place] != key:
                break  # never seen, so no longer context was either
            first, last = np.searchsorted(
                level.keys, [key * self.vocab_size, (key + 1) * self.vocab_size]
            )
            result *= level.handed_down[place]
            result[level.keys[first:last] % self.vocab_size] += level.shares[first:last]
        return result

    def steps(self, context_ids: Sequence[int] | NDArray[Any], token_id: int) -> tuple[Step, ...]:
        """How one of the `probabilities` comes about, from single tokens up.

        Args:
            context_ids: As of `probabilities`.
            token_id: Whose probability.

        Returns:
            A step for each length whose context was seen.
        """
        context = _checked(context_ids, self.vocab_size)
        token = _checked([token_id], self.vocab_size)
        steps: list[Step] = []
        likely = 1 / self.vocab_size
        for n, level in enumerate(self.levels[: self.n_seen(context) + 1], start=1):
            key = _pack(
                np.concatenate([context[len(context) - n + 1 :], token]), n, self.vocab_size
            )
            count = int(_look_up(level.keys, level.counts, key, 0)[0])
            share = float(_look_up(level.keys, level.shares, key, 0)[0])
            place = int(np.searchsorted(level.contexts, key[0] // self.vocab_size))
            total, handed_down = int(level.totals[place]), float(level.handed_down[place])
            shorter, likely = likely, share + handed_down * likely
            steps.append(Step(n, count, total, share, handed_down, shorter, likely))
        return tuple(steps)

    def n_seen(self, context_ids: Sequence[int] | NDArray[Any]) -> int:
        """How many of the last tokens it can look at: the longest context that was ever seen.

        Args:
            context_ids: As of `probabilities`.

        Returns:
            From 0, where it only knows how often each token is, to `order - 1`.
        """
        context = _checked(context_ids, self.vocab_size)
        n = 0
        for n, level in enumerate(self.levels[: len(context) + 1]):
            key = _pack(context[len(context) - n :], n, self.vocab_size)
            if not _look_up(level.contexts, np.ones(len(level.contexts)), key, 0)[0]:
                return n - 1
        return n

    def times(self, context_ids: Sequence[int] | NDArray[Any]) -> int:
        """How often the last `order - 1` tokens stand in the text with something behind them.

        Args:
            context_ids: At least so many tokens.

        Raises:
            ValueError: There are fewer.
        """
        context, n = _checked(context_ids, self.vocab_size), self.order - 1
        if len(context) < n:
            raise ValueError(f"{len(context)} tokens where {n} are looked at")
        level = self.levels[-1]
        key = _pack(context[len(context) - n :], n, self.vocab_size)
        return int(_look_up(level.contexts, level.totals, key, 0)[0])

    def reaches(self, ids: Sequence[int] | NDArray[Any]) -> Keys:
        """`n_seen` at every position of a text.

        Args:
            ids: (T,) tokens.

        Returns:
            (T,) how many tokens before each it can look at; where it is less than `order - 1` and
            there are more tokens, it backs off.
        """
        ids = _checked(ids, self.vocab_size)
        reaches = np.zeros(len(ids), dtype=np.int64)
        for n, level in enumerate(self.levels[1 : len(ids)], start=1):
            contexts = _pack(ids[:-1], n, self.vocab_size)  # (T - n,)
            seen = _look_up(level.contexts, np.ones(len(level.contexts)), contexts, 0)
            reaches[n:][seen > 0] = n  # whose end was seen too: an n-gram ends in a shorter one
        return reaches

    def surprises(self, ids: Sequence[int] | NDArray[Any]) -> Floats:
        """How surprising each token of a text is.

        Args:
            ids: (T,) tokens; the first ones have shorter contexts than the rest.

        Returns:
            (T,) minus the natural logarithm of each token's probability, in nats.
        """
        ids = _checked(ids, self.vocab_size)
        likely = np.full(len(ids), 1 / self.vocab_size)  # (T,)
        for n, level in enumerate(self.levels[: len(ids)], start=1):
            keys = _pack(ids, n, self.vocab_size)  # (T - n + 1,)
            handed_down = _look_up(level.contexts, level.handed_down, keys // self.vocab_size, 1)
            likely[n - 1 :] *= handed_down
            likely[n - 1 :] += _look_up(level.keys, level.shares, keys, 0)
        surprises: Floats = -np.log(likely)
        return surprises

    def loss(self, ids: Sequence[int] | NDArray[Any]) -> float:
        """Mean surprise over a text, in nats a token.

        Args:
            ids: (T,) tokens, at least one.
        """
        if len(ids) == 0:
            raise ValueError("no tokens to measure")
        return float(self.surprises(ids).mean())


def fit(ids: Sequence[int] | NDArray[Any], vocab_size: int, order: int) -> NGram:
    """Count a text.

    Args:
        ids: (T,) the text as one stream of tokens.
        vocab_size: V.
        order: 1 for unigrams, 2 for bigrams, 3 for trigrams, ...

    Raises:
        UserError: The text is shorter than one n-gram, or the n-grams are too many to number.
    """
    if order < 1 or vocab_size < 1 or vocab_size**order >= 2**63:
        raise UserError(f"N-grams of {order} out of {vocab_size:,} tokens cannot be counted.")
    ids = _checked(ids, vocab_size)
    if len(ids) < order:
        raise UserError(f"Counting needs a text of at least {order} tokens, not {len(ids)}.")
    keys, counts = np.unique(_pack(ids, order, vocab_size), return_counts=True)
    levels = [_level(keys, counts, vocab_size)]
    for n in range(order - 1, 0, -1):
        # Every different n-gram counts once for its ending: how many tokens that has followed.
        keys, counts = np.unique(keys % vocab_size**n, return_counts=True)
        levels.append(_level(keys, counts, vocab_size))
    return NGram(vocab_size, tuple(reversed(levels)))


def _checked(ids: Sequence[int] | NDArray[Any], vocab_size: int) -> Keys:
    array = np.asarray(ids)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"ids are {array.dtype} {array.shape}, expected whole numbers (T,)")
    if array.min() < 0 or array.max() >= vocab_size:
        raise ValueError(
            f"ids go from {array.min()} to {array.max()}, expected 0..{vocab_size - 1}"
        )
    return array.astype(np.int64)


def _pack(ids: Keys, n: int, vocab_size: int) -> Keys:
    """Every stretch of n tokens as one number, (T - n + 1,)."""
    count = len(ids) - n + 1
    keys = np.zeros(count, dtype=np.int64)
    for start in range(n):
        keys *= vocab_size
        keys += ids[start : start + count]
    return keys


def _level(keys: Keys, counts: NDArray[np.int64], vocab_size: int) -> _Level:
    """Discount the counts of n-grams, context by context."""
    discounts = _discounts(counts)[np.minimum(counts, 3)]
    contexts, starts = np.unique(keys // vocab_size, return_index=True)
    totals = np.add.reduceat(counts, starts)
    n_each = np.diff(starts, append=len(keys))
    return _Level(
        keys=keys,
        counts=counts,
        shares=(counts - discounts) / np.repeat(totals, n_each),
        contexts=contexts,
        totals=totals,
        handed_down=np.add.reduceat(discounts, starts) / totals,
    )


def _discounts(counts: NDArray[np.int64]) -> Floats:
    """What a count of 1, of 2, and of 3 or more gives up (at index 1, 2, 3).

    The estimate of Chen & Goodman needs n-grams seen once, twice, three and four times; a text
    that lacks them gets half a count. Something is always given up, so that nothing is impossible.
    """
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == times)) for times in range(1, 5))
    if 0 in (n1, n2, n3):
        return np.array([0, 0.5, 0.5, 0.5])
    y = n1 / (n1 + 2 * n2)
    estimates = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
    return np.array([0, *np.maximum(estimates, 0.1)])


def _look_up(keys: Keys, values: Floats | Keys, wanted: Keys, missing: float) -> Floats:
    """The value of each wanted key."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], missing)
