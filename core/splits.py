"""One text cut in several ways, and the merges that lead from its bytes to its tokens.

A merge removes one cut. So every way of cutting is a set of places between bytes, and the text
after some merges is all the places whose merge has not come yet.

Notation: N bytes, M merges of the whole text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.tokenizer import WordMerges

    Places = NDArray[np.int64]
else:
    Places = Any

_KEPT = np.iinfo(np.int64).max  # the step that removes a cut that stays


@dataclass(frozen=True)
class Merge:
    """Two neighbouring pieces becoming one.

    Attributes:
        rank: Which learnt merge it is, 0 learnt first.
        start: First byte of the left piece.
        middle: First byte of the right piece.
        end: One past the last byte of the right piece.
    """

    rank: int
    start: int
    middle: int
    end: int


@dataclass(frozen=True, eq=False)
class TextMerges:
    """How a text, or one word of it, became tokens; merges learnt earlier come first.

    Attributes:
        raw: Its N bytes.
        word_cuts: Where words begin, and N.
        ranks: (M,) which learnt merge each step is.
        limits: (M,) never falling: a step is taken only if more merges than this were learnt.
        middles: (M,) the cut that each step removes.
        steps: (N + 1,) the step, from 1, that removes each cut; 0 where there never was one.
    """

    raw: bytes
    word_cuts: Places
    ranks: Places
    limits: Places
    middles: Places
    steps: Places

    @property
    def n_steps(self) -> int:
        """Number of merges, M."""
        return len(self.ranks)

    @cached_property
    def character_cuts(self) -> Places:
        """Where characters (code points) begin, and N."""
        is_first = (np.frombuffer(self.raw, np.uint8) & 0xC0) != 0x80
        return np.append(np.flatnonzero(is_first), len(self.raw))

    @cached_property
    def byte_cuts(self) -> Places:
        """Every place: 0 to N."""
        return np.arange(len(self.raw) + 1)

    def cuts(self, n_steps: int) -> Places:
        """Where the text is cut after its first `n_steps` merges, both ends included."""
        return np.flatnonzero(self.steps > n_steps)

    def n_taken(self, n_learnt: int) -> int:
        """How many of its merges are taken if training stops after `n_learnt` merges."""
        return int(np.searchsorted(self.limits, n_learnt))

    def merge(self, step: int) -> Merge:
        """The merge of a step, from 1 to M."""
        middle = int(self.middles[step - 1])
        left = np.flatnonzero(self.steps[:middle] >= step)
        right = np.flatnonzero(self.steps[middle + 1 :] >= step)
        return Merge(int(self.ranks[step - 1]), int(left[-1]), middle, middle + 1 + int(right[0]))

    def word_at(self, byte: int) -> int:
        """Which word holds a byte."""
        return int(np.searchsorted(self.word_cuts, byte, side="right")) - 1


def merges_of(words: Sequence[WordMerges]) -> TextMerges:
    """Put the merges of words, as `Tokenizer.explain` gives them, into one order.

    Words are merged each by itself, so the order among them is free: it is the order of learning,
    as if every rule were applied to the whole text before the next one is.
    """
    starts = list(accumulate((len(word.raw) for word in words), initial=0))
    steps = np.zeros(starts[-1] + 1, dtype=np.int64)
    ranks: list[int] = []
    limits: list[int] = []
    middles: list[int] = []
    for word, start in zip(words, starts, strict=False):
        steps[[start + cut for cut in word.cuts]] = _KEPT
        of_word = [rank for rank, _ in word.merges]
        ranks += of_word
        # In a file whose merges are in an odd order one may wait for another that is learnt later.
        limits += accumulate(of_word, max)
        middles += [start + cut for _, cut in word.merges]
    order = np.argsort(np.array(limits, dtype=np.int64), kind="stable")
    in_order = np.array(middles, dtype=np.int64)[order]
    steps[in_order] = np.arange(1, len(order) + 1)
    if not words:
        steps[:] = _KEPT
    return TextMerges(
        raw=b"".join(word.raw for word in words),
        word_cuts=np.array(starts, dtype=np.int64),
        ranks=np.array(ranks, dtype=np.int64)[order],
        limits=np.array(limits, dtype=np.int64)[order],
        middles=in_order,
        steps=steps,
    )
