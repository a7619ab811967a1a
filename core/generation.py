"""One token after another: drawing the next, reading it, drawing again."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.inference import cache, head, read, scratch
from core.interventions import acting, fitting
from core.sampling import draw, shape
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.inference import Weights
    from core.interventions import Change, Means
    from core.tokenizer import Tokenizer
    from core.trace import Trace

LONGEST_WORD = 8  # tokens
NOTHING = "There is nothing to continue: type some text first."


def continuation(
    weights: Weights,
    ids: Sequence[int],
    sampling: SamplingConfig,
    seed: int,
    n_thrown: int = 0,
    changes: tuple[Change, ...] = (),
    average: Means | None = None,
    end_of_text: int | None = None,
) -> Iterator[int]:
    """Draw one token after another, without end; see `LanguageModel.generate`.

    Args:
        weights: Of the model.
        ids: What to continue; if there are none, the first is drawn from `beginning`.
        sampling: Shapes the distribution that each is drawn from.
        seed: Of the dice.
        n_thrown: How often these dice were thrown before.
        changes: What is to be different meanwhile, where it makes sense for the tokens read.
        average: What "mean" stands for in the changes; needed where one asks for it.
        end_of_text: Id of the mark that a text is over, if there is one.

    Raises:
        UserError: There is nothing to continue and no such mark, or the scores are not numbers.
    """
    rng = np.random.default_rng(seed)
    rng.random(n_thrown)
    reading = _Reading(weights, ids, changes, average)
    if not ids and end_of_text is None:
        raise UserError(NOTHING)
    while True:
        if reading.ids or end_of_text is None:
            logits = reading.logits()
        else:
            logits = beginning(weights, end_of_text, changes, average)
        token_id = draw(shape(logits, sampling, reading.ids), rng)
        yield token_id
        reading.append(token_id)


def likeliest(weights: Weights, trace: Trace, average: Means | None = None) -> Iterator[int]:
    """Go on from a trace with the likeliest token each time, without end.

    What the trace holds is not read again, so the first token costs nothing and each other one
    the reading of one token. Changes of the trace act on.
    """
    ids = [token.id for token in trace.before] + trace.ids.tolist()
    reading = _Reading(weights, ids, trace.changes, average)
    reading.take(trace)
    logits: NDArray[Any] = trace.logits[-1]
    while True:
        token_id = int(np.argmax(logits))
        yield token_id
        reading.append(token_id)
        logits = reading.logits()


def likeliest_word(
    weights: Weights,
    tokenizer: Tokenizer,
    trace: Trace,
    average: Means | None = None,
    cancelled: Callable[[], bool] = never,
) -> tuple[int, ...]:
    """See `LanguageModel.likeliest_word`."""
    ids: list[int] = []

    def raws() -> Iterator[bytes]:
        for token_id in islice(likeliest(weights, trace, average), LONGEST_WORD):
            if cancelled():
                raise Cancelled
            if token_id == tokenizer.end_of_text:
                return
            ids.append(token_id)
            yield tokenizer.raw(token_id)

    return tuple(ids[: word(raws())])


def beginning(
    weights: Weights, end_of_text: int, changes: tuple[Change, ...], average: Means | None
) -> NDArray[np.float32]:
    """(V,) scores of a text's first token: those after the mark that the last text is over."""
    return _Reading(weights, [end_of_text], changes, average).logits()


def word(raws: Iterable[bytes]) -> int:
    """How many of these tokens are the first word: up to where another one begins.

    Args:
        raws: The bytes of each token, as many as it takes.
    """
    n, so_far = 0, b""
    for raw in raws:
        if n and not (_is_partial(so_far) or _goes_on(raw)):
            return n
        n, so_far = n + 1, so_far + raw
    return n


def _is_partial(raw: bytes) -> bool:
    """Whether it ends within a character, or is nothing but space."""
    return raw.isspace() or raw.decode(errors="ignore").encode() != raw


def _goes_on(raw: bytes) -> bool:
    """Whether a token goes on with the word before it."""
    text = raw.decode(errors="replace")
    is_short_form = text[:1] in "'\N{RIGHT SINGLE QUOTATION MARK}" and text[1:2].isalpha()
    return text[:1].isalnum() or is_short_form or text[:1] == "\N{REPLACEMENT CHARACTER}"


def n_in_sight(n_tokens: int, context: int) -> int:
    """How many of a text's newest tokens are read.

    A text that grows beyond the context forgets the older half of what it holds, and again each
    time that it is full. So this depends on the text's length alone, and whoever goes on from the
    middle of a text sees what one saw who wrote it in one go.
    """
    if n_tokens <= context:
        return n_tokens
    half = max(1, context // 2)
    return half + (n_tokens - context - 1) % (context - half + 1)


class _Reading:
    """The scores after a text that grows by one token at a time.

    Attributes:
        ids: Of the tokens in sight.

    Positions are absolute, so what was read cannot be moved to the left: when the context is
    full, the newer half of the tokens is read again from the first position on. Changes act where
    they make sense for the tokens that stand there by then.
    """

    def __init__(
        self,
        weights: Weights,
        ids: Sequence[int],
        changes: tuple[Change, ...],
        average: Means | None,
    ) -> None:
        config = weights.config
        self._weights = weights
        self._changes, self._average = changes, average
        self._n_tokens = len(ids)  # of the text
        self.ids = list(ids[-n_in_sight(len(ids), config.context) :])
        self._n_read = 0
        self._keys, self._values = cache(config, config.context, weights.wte.dtype)

    def take(self, trace: Trace) -> None:
        """Know already what a trace of the same tokens holds."""
        self._n_read = len(self.ids)
        self._keys[:, :, : self._n_read] = trace.k
        self._values[:, :, : self._n_read] = trace.v

    def append(self, token_id: int) -> None:
        """Let the text go on."""
        self.ids.append(token_id)
        self._n_tokens += 1

    def logits(self) -> NDArray[np.float32]:
        """(V,) scores of what comes next."""
        n_seen = n_in_sight(self._n_tokens, self._weights.config.context)
        if n_seen < len(self.ids):
            self.ids = self.ids[-n_seen:]
            self._n_read = 0
        unread = self.ids[self._n_read :]
        keys, values = self._keys[:, :, : len(self.ids)], self._values[:, :, : len(self.ids)]
        rooms = scratch(len(unread), keys, values, self._weights)
        config = self._weights.config
        changes = fitting(self._changes, config, self.ids)
        see = acting(changes, self._average, config.n_layers, self._n_read)
        x = read(self._weights, unread, *rooms, see)[-1]
        self._n_read = len(self.ids)
        return head(self._weights, x)
