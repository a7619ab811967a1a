"""Two distributions of a next token side by side, and how far apart they are.

They may come from two texts, two settings or two models. If the models have vocabularies of their
own, tokens are the same if they stand for the same bytes; a token that only one of the two knows
has probability 0 with the other.

Notation: V vocabulary of the first, W of the second, U union of the two, N rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.sampling import best
from core.shifts import column
from core.trace import Shift, Shifts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.tokenizer import Tokenizer

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Order = Literal["first", "second", "change"]
MISSING = -1  # the id of a token that a vocabulary does not have


def total_variation(p: Floats, q: Floats) -> float:
    """The share of the probability that lies on other tokens: 0 alike, 1 nothing in common.

    Args:
        p: (U,) summing to 1.
        q: (U,) likewise.
    """
    return float(np.clip(np.abs(p - q).sum() / 2, 0.0, 1.0))


def kl_bits(p: Floats, q: Floats) -> float:
    """How many bits more surprised one is by p's tokens, on average, who expects q: KL(p || q).

    Args:
        p: (U,) summing to 1.
        q: (U,) likewise.

    Returns:
        0 or more; infinite if q holds something for impossible that p does not.
    """
    possible = p > 0
    p, q = p[possible], q[possible]
    if (q == 0).any():
        return float("inf")
    return max(0.0, float((p * (np.log2(p) - np.log2(q))).sum()))


@dataclass(frozen=True, eq=False)
class Matching:
    """Which token of one vocabulary is which of another.

    Attributes:
        first_ids: (U,) ids in the first vocabulary, `MISSING` where it has none; all of the first
            vocabulary come first, in order.
        second_ids: (U,) ids in the second one.
    """

    first_ids: Ints
    second_ids: Ints

    @classmethod
    def same(cls, vocab_size: int) -> Matching:
        """One vocabulary with itself."""
        ids = np.arange(vocab_size)
        return cls(ids, ids)

    @classmethod
    def of(cls, first: Tokenizer, second: Tokenizer) -> Matching:
        """By the bytes that tokens stand for; the mark of the text's end is like the other's."""
        place = {_spelt(first, i): i for i in reversed(range(first.vocab_size))}
        n = first.vocab_size
        second_ids = np.full(n, MISSING, dtype=np.int64)
        only: list[int] = []
        for token_id in range(second.vocab_size):
            at = place.get(_spelt(second, token_id), MISSING)
            if at == MISSING or second_ids[at] != MISSING:
                only.append(token_id)
            else:
                second_ids[at] = token_id
        first_ids = np.concatenate([np.arange(n), np.full(len(only), MISSING)])
        return cls(first_ids, np.concatenate([second_ids, np.array(only, dtype=np.int64)]))

    @property
    def n_shared(self) -> int:
        """Tokens that both know."""
        return int(((self.first_ids != MISSING) & (self.second_ids != MISSING)).sum())


def _spelt(tokenizer: Tokenizer, token_id: int) -> bytes | None:
    return None if token_id == tokenizer.end_of_text else tokenizer.raw(token_id)


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two that are compared.

    Attributes:
        probabilities: (V,) of the next token.
        tokenizer: Of its vocabulary.
    """

    probabilities: NDArray[Any]
    tokenizer: Tokenizer


@dataclass(frozen=True)
class Difference:
    """How two distributions differ.

    Attributes:
        shifts: Tokens with their probability in both, in the order that was asked for; the id is
            that in the first vocabulary, or in the second if only that has the token.
        pairs: The ids of each row in the first vocabulary and in the second; `MISSING` if none.
        total_variation: See the function.
        kl_bits: Of the first from the second, KL(first || second).
        kl_back_bits: The other way round.
    """

    shifts: Shifts
    pairs: tuple[tuple[int, int], ...]
    total_variation: float
    kl_bits: float
    kl_back_bits: float


def difference(first: Side, second: Side, matching: Matching, order: Order, n: int) -> Difference:
    """Lay two distributions side by side.

    Args:
        first: One of them.
        second: The other.
        matching: Of their vocabularies.
        order: By which number rows are chosen and sorted, the largest first; "change" by its size.
        n: Rows, at most.
    """
    p = _laid(first.probabilities, matching.first_ids)
    q = _laid(second.probabilities, matching.second_ids)
    worth = {"first": p, "second": q, "change": np.abs(q - p)}[order]
    chosen = best(worth + 1e-12 * (p + q), n)  # what is equal is ordered by the others
    a, b = matching.first_ids[chosen].tolist(), matching.second_ids[chosen].tolist()
    columns = column(p, chosen), column(q, chosen)
    pairs = tuple(zip(a, b, strict=True))
    *shown, others_shown = zip(columns[0].shown, columns[1].shown, strict=True)
    rows = tuple(
        _row(first, second, pair, (float(p[at]), float(q[at])), each)
        for at, pair, each in zip(chosen, pairs, shown, strict=True)
    )
    others = columns[0].others, columns[1].others
    return Difference(
        shifts=Shifts(rows, len(p) - len(chosen), others, others_shown),
        pairs=pairs,
        total_variation=total_variation(p, q),
        kl_bits=kl_bits(p, q),
        kl_back_bits=kl_bits(q, p),
    )


def _row(
    first: Side,
    second: Side,
    pair: tuple[int, int],
    shares: tuple[float, float],
    shown: tuple[int, int],
) -> Shift:
    is_known = pair[0] != MISSING
    token_id, tokenizer = (pair[0], first.tokenizer) if is_known else (pair[1], second.tokenizer)
    return Shift(
        id=token_id,
        label=tokenizer.label(token_id),
        before=shares[0],
        after=shares[1],
        shown=shown,
        ends=token_id == tokenizer.end_of_text,
        absent=(not is_known, pair[1] == MISSING),
    )


def _laid(probabilities: NDArray[Any], ids: Ints) -> Floats:
    """(U,) probabilities, 0 where the vocabulary has no such token."""
    laid = np.zeros(len(ids))
    known = ids != MISSING
    laid[known] = probabilities[ids[known]]
    return laid
