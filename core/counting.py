"""Counting against learning: what unigrams, bigrams and trigrams say where a transformer speaks.

The text that is counted is the beginning of the very text that the model learnt from, where that
can be made again; else the Small World, cut by the model's own tokenizer.

Notation: T tokens, V vocabulary, K guesses, P predictors: the counters of `ORDERS`, then the
transformer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core import ngrams
from core.sampling import best, softmax
from core.small_world_ids import stream
from core.surprise import surprise
from core.token_counts import small_world_seed
from core.tracing import never

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.ngrams import NGram
    from core.surprise import Surprise
    from core.tokenizer import Tokenizer
    from core.trace import Trace

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ORDERS = (1, 2, 3)
NATS_PER_BIT = float(np.log(2))


class Source(NamedTuple):
    """Which Small World is counted.

    Attributes:
        seed: It is made from.
        is_own: Whether the model learnt from that very text.
    """

    seed: int
    is_own: bool


def source_of(training: Mapping[str, Any] | None) -> Source:
    """What to count for a model, by what its `training.json` says; it may come from anywhere."""
    seed = small_world_seed(training)
    return Source(0, is_own=False) if seed is None else Source(seed, is_own=True)


@dataclass(frozen=True, eq=False)
class Counted:
    """A text that was counted.

    Attributes:
        models: One for each of `ORDERS`.
        source: Where the text is from.
        n_characters: Of its first documents; `core.corpus.text` gives them again.
        n_tokens: The same, cut, with the <|endoftext|> behind each document.
    """

    models: tuple[NGram, ...]
    source: Source
    n_characters: int
    n_tokens: int


def counted(
    ids: Sequence[int] | NDArray[Any], vocab_size: int, source: Source, n_characters: int
) -> Counted:
    """Count a text; see `Counted` and `core.ngrams.fit`."""
    models = tuple(ngrams.fit(ids, vocab_size, order) for order in ORDERS)
    return Counted(models, source, n_characters, len(ids))


def count(tokenizer: Tokenizer, documents: Sequence[str], source: Source) -> Counted:
    """Cut and count documents."""
    ids = stream(tokenizer, documents)
    return counted(ids, tokenizer.vocab_size, source, sum(map(len, documents)))


@dataclass(frozen=True, eq=False)
class Against:
    """What all predictors say of one text.

    Attributes:
        ids: (P, K) the likeliest next tokens, best first, of equals the lowest id first.
        probabilities: (P, K) theirs.
        others: (P,) probability of all the rest together.
        bits: (P, T - 1) how surprised each is by the tokens of the text from the second on; the
            transformer has nothing to foretell the first one from.
        reaches: (T - 1,) how many tokens before each of those the trigram has seen together.
        next_reach: The same for the token to come.
        context: Ids of the last tokens, as many as a trigram looks at or as there are.
        times: How often each counter has seen the last tokens that it looks at; None where there
            are not so many.
    """

    ids: Ints
    probabilities: Floats
    others: Floats
    bits: Floats
    reaches: Ints
    next_reach: int
    context: tuple[int, ...]
    times: tuple[int | None, ...]

    @property
    def means(self) -> Floats:
        """(P,) the mean surprises; NaN for a text of one token."""
        n = self.bits.shape[1]
        return self.bits.mean(axis=1) if n else np.full(len(self.bits), np.nan)


class Behind(NamedTuple):
    """Why the transformer is more surprised by a text than a counter is.

    Attributes:
        counter: The one that is least surprised, as its place in `ORDERS`.
        tokens: Columns of `Against.bits`, as few as make the difference, the dearest first: on all
            the others together the transformer is not behind.
        rest: The mean surprises of counter and transformer on those others; None if there are none.
    """

    counter: int
    tokens: tuple[int, ...]
    rest: tuple[float, float] | None


def behind(found: Against) -> Behind | None:
    """Which tokens set the transformer back behind the best counter; None if it is ahead."""
    bits, own = found.bits, found.bits[-1]
    if not own.size:
        return None
    counter = int(np.argmin(found.means[:-1]))
    excess = own - bits[counter]  # (T - 1,)
    if not excess.sum() > 0:
        return None
    dearest = np.argsort(-excess, kind="stable")
    left = excess.sum() - np.cumsum(excess[dearest])  # without the first, without two, ...
    n = int(np.argmax(left <= 1e-9)) + 1
    others = dearest[n:]
    rest = (float(bits[counter, others].mean()), float(own[others].mean())) if others.size else None
    return Behind(counter, tuple(dearest[:n].tolist()), rest)


def against(
    trace: Trace,
    known: Counted,
    n: int,
    own: Surprise | None = None,
    cancelled: Callable[[], bool] = never,
) -> Against:
    """Let the counters and the transformer foretell the same text.

    The counters know of tokens that no longer fit the transformer's context; all are measured on
    those that do.

    Args:
        trace: The transformer's pass.
        known: What was counted, of the same vocabulary.
        n: K.
        own: The transformer's surprise at it, if that is known already.
        cancelled: Asked now and then.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    ids = np.array([token.id for token in (*trace.before, *trace.tokens)], dtype=np.int64)
    n_measured = len(trace.ids) - 1
    if own is None:
        own = surprise(trace, top=1, cancelled=cancelled)
    counters = [model.surprises(ids) / NATS_PER_BIT for model in known.models]
    rows = [model.probabilities(ids) for model in known.models]  # P of (V,)
    rows.append(softmax(trace.logits[-1]))
    tops = [best(row, n) for row in rows]
    shares = np.array([row[top] for row, top in zip(rows, tops, strict=True)])
    trigram = known.models[-1]
    measured = slice(len(ids) - n_measured, None)
    return Against(
        ids=np.array(tops, dtype=np.int64),
        probabilities=shares,
        others=np.maximum(1 - shares.sum(axis=1), 0.0),
        bits=np.array([*(row[measured] for row in counters), own.bits[1:]]),
        reaches=trigram.reaches(ids)[measured],
        next_reach=trigram.n_seen(ids),
        context=tuple(ids[-(trigram.order - 1) :].tolist()),
        times=tuple(
            model.times(ids) if len(ids) >= model.order - 1 else None for model in known.models
        ),
    )
