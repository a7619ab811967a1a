"""Who sits the exams: a transformer, and beside it somebody who only counts words.

Notation: T tokens, C model width, V vocabulary, L layers.
"""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.config import SamplingConfig
from core.generation import continuation
from core.inference import head, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.ngrams import NGram
    from core.tokenizer import Tokenizer

    Floats = NDArray[np.floating[Any]]

_GREEDY = SamplingConfig(temperature=0)


class Reader(Protocol):
    """Somebody who expects something after a text."""

    tokenizer: Tokenizer

    def log_probs(self, ids: Sequence[int], first: int) -> Floats:
        """What is expected at each place of a text.

        Args:
            ids: (T,) tokens, at least one.
            first: The first place that is asked for, from 1; the last is T, behind the text.

        Returns:
            (T - first + 1, V) natural logarithms of the probabilities.
        """

    def surprise(self, ids: Sequence[int], first: int) -> float:
        """Nats that the tokens of a text take from the place `first` on, 1 or later."""

    def reply(self, ids: Sequence[int], n_tokens: int) -> list[int]:
        """The text continued by the likeliest token again and again, up to the end of a line."""


class Transformer:
    """A language model in an exam.

    Attributes:
        model: The model.
        tokenizer: Its tokenizer.
    """

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.tokenizer = model.tokenizer

    def log_probs(self, ids: Sequence[int], first: int) -> Floats:
        """See `Reader`; of a text that is longer than the context, half a context is looked at."""
        weights, context = self.model.weights, self.model.config.context
        rows = []
        while first <= len(ids):
            start = 0 if len(ids) <= context else max(0, first - max(1, context // 2))
            x = read_all(weights, ids[start : start + context])[first - start - 1 :]  # (rows, C)
            rows.append(_log_softmax(head(weights, x)))  # (rows, V)
            first += len(x)
        return np.concatenate(rows)

    def reply(self, ids: Sequence[int], n_tokens: int) -> list[int]:
        """See `Reader`."""
        tokens = continuation(self.model.weights, ids, _GREEDY, seed=0)
        return _line(tokens, n_tokens, self.tokenizer)

    def surprise(self, ids: Sequence[int], first: int) -> float:
        """See `Reader`."""
        rows = self.log_probs(ids[:-1], first)  # (T - first, V)
        return -float(rows[np.arange(len(rows)), ids[first:]].sum())

    def vectors(self, ids: Sequence[int]) -> Floats:
        """What each token has become after each block.

        Args:
            ids: (T,) tokens; of more than the context holds, the last ones are read.

        Returns:
            (L + 1, T, C): the embeddings, without their positions, and the residual stream after
            each block.
        """
        depths: list[Floats] = []

        def see(layer: int, name: str, value: Floats) -> None:
            after_block = name == "resid_post" or (name == "resid_pre" and layer > 0)
            if name == "token_embed" or after_block:
                depths.append(value.copy())

        read_all(self.model.weights, ids[-self.model.config.context :], see)
        return np.stack(depths)

    def embeddings(self) -> Floats:
        """(V, C) one row a token."""
        return self.model.token_embeddings()


class NGramReader:
    """N-grams in an exam: what counting words reaches."""

    def __init__(self, ngram: NGram, tokenizer: Tokenizer) -> None:
        self.ngram = ngram
        self.tokenizer = tokenizer

    def log_probs(self, ids: Sequence[int], first: int) -> Floats:
        """See `Reader`."""
        looks_back = self.ngram.order - 1
        pasts = (list(ids[max(0, at - looks_back) : at]) for at in range(first, len(ids) + 1))
        return np.log([self.ngram.probabilities(past) for past in pasts])

    def surprise(self, ids: Sequence[int], first: int) -> float:
        """See `Reader`."""
        return float(self.ngram.surprises(ids)[first:].sum())

    def reply(self, ids: Sequence[int], n_tokens: int) -> list[int]:
        """See `Reader`."""
        return _line(self._likeliest(list(ids)), n_tokens, self.tokenizer)

    def _likeliest(self, ids: list[int]) -> Iterator[int]:
        while True:
            ids.append(int(self.log_probs(ids, len(ids))[0].argmax()))
            yield ids[-1]


def _line(tokens: Iterator[int], n_tokens: int, tokenizer: Tokenizer) -> list[int]:
    """Tokens up to a line break or the end of the text."""

    def goes_on(token_id: int) -> bool:
        return token_id != tokenizer.end_of_text and "\n" not in tokenizer.text(token_id)

    return list(takewhile(goes_on, islice(tokens, n_tokens)))


def _log_softmax(logits: Floats) -> Floats:
    """Logarithms of the probabilities, (rows, V)."""
    below: Floats = logits - logits.max(axis=1, keepdims=True)
    below -= np.log(np.exp(below).sum(axis=1, keepdims=True))
    return below
