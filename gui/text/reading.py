"""A text as the Tokens page knows it: the chips of the trace, and the merges of its bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from core.splits import merges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.splits import Places, TextMerges
    from core.tokenizer import WordMerges
    from core.trace import Trace


@dataclass(frozen=True, eq=False)
class Reading:
    """Which bytes are which token, and how they came together.

    Attributes:
        trace: The model's pass.
        words: The text's words, each with its merges.
        merges: All of them in one order.
        chips: Where the trace's tokens begin, older ones included, and the last one's end: bytes.
    """

    trace: Trace
    words: Sequence[WordMerges]
    merges: TextMerges
    chips: Places

    @classmethod
    def of(cls, trace: Trace, words: Sequence[WordMerges]) -> Reading:
        """Put together what belongs together; takes 1 ms for 1,000 characters."""
        return cls(trace, words, merges_of(words), _chips_of(trace))

    def seen_by(self, trace: Trace) -> Reading:
        """The same text in another trace, perhaps in other tokens."""
        return replace(self, trace=trace, chips=_chips_of(trace))

    @property
    def n_typed(self) -> int:
        """How many tokens the text has when it is typed."""
        return len(self.merges.cuts(self.merges.n_steps)) - 1

    @property
    def is_typed(self) -> bool:
        """Whether the trace has these very tokens; a model may write a text in other ones."""
        return np.array_equal(self.merges.cuts(self.merges.n_steps), self.chips)

    def bytes_of(self, position: int | None) -> tuple[int, int] | None:
        """First byte and end of a token of the trace."""
        at = -1 if position is None else len(self.trace.before) + position
        if not 0 <= at < len(self.chips) - 1 or self.chips[-1] != len(self.merges.raw):
            return None
        return int(self.chips[at]), int(self.chips[at + 1])

    def position_of(self, byte: int | None) -> int | None:
        """The token of the trace that holds a byte; None also for one that is out of reach."""
        if byte is None or self.chips[-1] != len(self.merges.raw):
            return None
        at = int(np.searchsorted(self.chips, byte, side="right")) - 1 - len(self.trace.before)
        return at if 0 <= at < len(self.trace.tokens) else None

    def word_of(self, position: int | None) -> int:
        """Which word holds a token.

        Without a token it is the last word that is joined of something, so that a full stop does
        not take the place of the word before it; if there is none, the last one.
        """
        place = self.bytes_of(position)
        if place is not None:
            return self.merges.word_at(place[0])
        last = len(self.words) - 1
        joined = (at for at in range(last, -1, -1) if self.words[at].merges)
        return next(joined, last)

    def merges_of_word(self, word: int) -> TextMerges:
        """The merges of one word alone."""
        return merges_of(self.words[word : word + 1])


def _chips_of(trace: Trace) -> Places:
    tokens = (*trace.before, *trace.tokens)
    sizes = accumulate((len(token.raw) for token in tokens), initial=0)
    return np.fromiter(sizes, dtype=np.int64, count=len(tokens) + 1)
