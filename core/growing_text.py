"""A text that grows by one token at a time, as a model writes it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from core.tokenizer import sanitize
from core.trace import TokenInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.tokenizer import Tokenizer


class GrowingText:
    """Its tokens are those that were added, even where the same text would be cut otherwise.

    Args:
        tokenizer: Knows what each token stands for.
        text: What is there before the first is added; or its tokens, where they are others than
            typing it would give.

    Attributes:
        tokens: All so far; of several that share a character, each holds it.
    """

    def __init__(self, tokenizer: Tokenizer, text: str | Sequence[int]) -> None:
        typed, ids = (text, ()) if isinstance(text, str) else ("", text)
        self.tokens = tokenizer.encode(typed)
        self._tokenizer = tokenizer
        self._raw = bytearray(sanitize(typed).encode())
        # How many characters are whole, what waits for the rest of one, and where both end.
        self._n_whole = self._end = len(typed)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for token_id in ids:
            self.append(token_id)

    @property
    def text(self) -> str:
        """All of it; where it ends within a character, with U+FFFD at its end."""
        return self._raw.decode(errors="replace")

    def append(self, token_id: int) -> None:
        """Add a token."""
        raw = self._tokenizer.raw(token_id)
        self._raw += raw
        self._n_whole += len(self._decoder.decode(raw))
        waiting = self._decoder.getstate()[0].decode(errors="replace")
        start, self._end = self._end, self._n_whole + len(waiting)
        self.tokens.append(
            TokenInfo(
                id=token_id,
                text=self._tokenizer.text(token_id),
                label=self._tokenizer.label(token_id),
                start=min(start, max(self._end - 1, 0)),  # it may complete what is counted already
                end=self._end,
                raw=raw,
            )
        )
