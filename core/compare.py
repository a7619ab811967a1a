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

from core.sampling import best, entropy_bits

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


@dataclass(frozen=True)
class Row:
    """One token.

    Attributes:
        first_id: In the first vocabulary; `MISSING` if it has none.
        second_id: In the second one.
        first: Its probability there.
        second: Its probability here.
    """

    first_id: int
    second_id: int
    first: float
    second: float

    @property
    def change(self) -> float:
        """What the second gives it more than the first."""
        return self.second - self.first


@dataclass(frozen=True)
class Difference:
    """How two distributions differ.

    Attributes:
        rows: Tokens, in the order that was asked for.
        n_others: The tokens that are not among them.
        others: (first, second) probabilities of all those together.
        total_variation: See the function.
        kl_bits: Of the first from the second, KL(first || second).
        kl_back_bits: The other way round.
        entropies: (first, second) in bits.
    """

    rows: tuple[Row, ...]
    n_others: int
    others: tuple[float, float]
    total_variation: float
    kl_bits: float
    kl_back_bits: float
    entropies: tuple[float, float]


def difference(
    first: NDArray[Any], second: NDArray[Any], matching: Matching, order: Order, n: int
) -> Difference:
    """Lay two distributions side by side.

    Args:
        first: (V,) probabilities.
        second: (W,) probabilities.
        matching: Of the two vocabularies.
        order: By which number rows are chosen and sorted, the largest first; "change" by its size.
        n: Rows, at most.
    """
    p, q = _laid(first, matching.first_ids), _laid(second, matching.second_ids)
    worth = {"first": p, "second": q, "change": np.abs(q - p)}[order]
    # What is equal in that number is ordered by the others.
    chosen = best(worth + 1e-12 * (p + q), n)
    rows = tuple(
        Row(int(a), int(b), float(p[at]), float(q[at]))
        for at, a, b in zip(
            chosen, matching.first_ids[chosen], matching.second_ids[chosen], strict=True
        )
    )
    return Difference(
        rows=rows,
        n_others=len(p) - len(rows),
        others=(_rest(p, chosen), _rest(q, chosen)),
        total_variation=total_variation(p, q),
        kl_bits=kl_bits(p, q),
        kl_back_bits=kl_bits(q, p),
        entropies=(entropy_bits(p), entropy_bits(q)),
    )


def _laid(probabilities: NDArray[Any], ids: Ints) -> Floats:
    """(U,) probabilities, 0 where the vocabulary has no such token."""
    laid = np.zeros(len(ids))
    known = ids != MISSING
    laid[known] = probabilities[ids[known]]
    return laid


def _rest(probabilities: Floats, chosen: NDArray[np.intp]) -> float:
    return float(np.delete(probabilities, chosen).sum())
