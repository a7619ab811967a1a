"""Why a token has the number that it has: what stands before it in the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.tokenizer import Tokenizer


@dataclass(frozen=True)
class Origin:
    """Where a token comes from. The four counts add up to its number.

    Attributes:
        is_special: It marks something, such as the end of a text, and is never cut or joined.
        rank: Which learnt merge made it, 0 learnt first; None for a byte, a special token, or one
            that no merge makes.
        pair: The bytes that this merge joined.
        n_special: Special tokens with smaller numbers.
        n_bytes: Tokens of a single byte with smaller numbers.
        n_merges: Tokens with smaller numbers that merges made.
        n_others: Tokens with smaller numbers that no merge makes.
    """

    is_special: bool
    rank: int | None
    pair: tuple[bytes, bytes] | None
    n_special: int
    n_bytes: int
    n_merges: int
    n_others: int


def origin(tokenizer: Tokenizer, token_id: int) -> Origin:
    """Look it up; takes some milliseconds in a large vocabulary.

    Args:
        tokenizer: Whose vocabulary it is.
        token_id: From 0 to V - 1.
    """
    special, made = tokenizer.special_ids, tokenizer.merge_products
    n_special = sum(each < token_id for each in special)
    n_bytes = sum(
        len(tokenizer.raw(each)) == 1 and each not in special and each not in made
        for each in range(token_id)
    )
    n_merges = sum(each < token_id and each not in special for each in made)
    is_special = token_id in special
    rank = None if is_special else made.get(token_id)
    pair = None if rank is None else tokenizer.merged_pair(rank)
    n_others = token_id - n_special - n_bytes - n_merges
    return Origin(is_special, rank, pair, n_special, n_bytes, n_merges, n_others)
