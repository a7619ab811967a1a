"""What if a word were another? Its likeliest replacements, and what each does to what comes next.

All replacements keep the beginning of the text, so what the model made of that is used again; only
the new token and those behind it are read.

Notation: T tokens, L layers, H heads, D head width, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.compare import kl_bits, total_variation
from core.inference import cache, head, read, scratch
from core.nearness import vicinity
from core.sampling import best, softmax
from core.surprise import surprise
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from core.analogies import Directions
    from core.language_model import LanguageModel
    from core.trace import Trace

    Floats = NDArray[np.float64]

Origin = Literal["model", "near", "own"]
SPARE = 4  # times as many are looked at as are wanted, as some are left out
TRIED = 24  # of the newest words, in search of the most telling one
NEIGHBOURS = 8  # among which one with other letters is sought


@dataclass(frozen=True)
class Replacement:
    """A token that could stand in the place of another.

    Attributes:
        id: Which.
        label: For the eye.
        text: The whole text with it.
        origin: Who thought of it: the model, whose guess it is at that place; "near": its
            embedding is near the old token's; "own": the user typed it.
        probability: What the model gives it there; NaN at the first place, which nothing foretells.
        cosine: Of its embedding and the old token's.
    """

    id: int
    label: str
    text: str
    origin: Origin
    probability: float
    cosine: float


@dataclass(frozen=True, eq=False)
class Swap:
    """What a replacement does to the next token.

    Attributes:
        replacement: It.
        ids: (T,) the text with it.
        probabilities: (V,) of the next token.
        total_variation: From those without it; see `core.compare`.
        kl_bits: KL(with it || without it): how much more surprised one is who does not know of it.
    """

    replacement: Replacement
    ids: tuple[int, ...]
    probabilities: Floats
    total_variation: float
    kl_bits: float


def why_no_swap(trace: Trace, position: int) -> str:
    """Why a token cannot be replaced, in a sentence; "" if it can."""
    token = trace.tokens[position]
    neighbours = [*trace.before[-1:], *trace.tokens[:position]][-1:]
    neighbours += trace.tokens[position + 1 : position + 2]
    shares = any(max(token.start, each.start) < min(token.end, each.end) for each in neighbours)
    if shares or token.start == token.end:
        return "This token is only a part of a character: choose a whole one."
    return ""


def replacements(
    model: LanguageModel,
    trace: Trace,
    position: int,
    directions: Directions,
    n: int,
    own: str = "",
    cancelled: Callable[[], bool] = never,
) -> tuple[Replacement, ...]:
    """What could stand in the place of a token; only what is cut as one token there.

    Args:
        model: That made the trace.
        trace: The text, without changes.
        position: Which token; `why_no_swap` must have nothing against it.
        directions: Of the model's embeddings.
        n: So many of the model's guesses at most, and half as many neighbours.
        own: A word that the user wants there; a space before it is put if the old token has one.
        cancelled: Asked before each is tried.

    Returns:
        The user's own first, then the model's guesses, the likeliest first, then the nearest.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    old = int(trace.ids[position])
    foretold = softmax(trace.logits[position - 1]) if position else None
    made = _Maker(model, trace, position, directions, foretold, cancelled)
    found: list[Replacement] = []
    if own:
        found += made.take(made.spelt(own), "own", 1)
    if foretold is not None:
        found += made.take(best(foretold, n * SPARE).tolist(), "model", n)
    near = vicinity(directions, old, n * SPARE).by_cosine
    found += made.take((one.id for one in near), "near", n if foretold is None else n // 2)
    return tuple(found)


class _Maker:
    """Makes replacements, each token once."""

    def __init__(
        self,
        model: LanguageModel,
        trace: Trace,
        position: int,
        directions: Directions,
        foretold: Floats | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self._tokenizer = model.tokenizer
        self._trace, self._position = trace, position
        self._directions, self._foretold = directions, foretold
        self._cancelled = cancelled
        self._old = int(trace.ids[position])
        self._taken = {self._old, self._tokenizer.end_of_text}
        self._all = [token.id for token in (*trace.before, *trace.tokens)]

    def spelt(self, word: str) -> list[int]:
        """The token that a typed word is, if it is one."""
        has_space = self._trace.tokens[self._position].raw.startswith(b" ")
        ids = self._tokenizer.ids(f" {word.strip()}" if has_space else word.strip())
        return ids if len(ids) == 1 else []

    def take(self, ids: Iterable[int], origin: Origin, n: int) -> Iterator[Replacement]:
        """The first n of these that can stand there."""
        for token_id in ids:
            if n <= 0:
                return
            if self._cancelled():
                raise Cancelled
            text = "" if token_id in self._taken else self._text_with(token_id)
            if text:
                self._taken.add(token_id)
                n -= 1
                yield self._made(token_id, text, origin)

    def _made(self, token_id: int, text: str, origin: Origin) -> Replacement:
        one, other = self._directions.unit([token_id, self._old])
        return Replacement(
            id=token_id,
            label=self._tokenizer.label(token_id),
            text=text,
            origin=origin,
            probability=float("nan") if self._foretold is None else float(self._foretold[token_id]),
            cosine=float(np.clip(one @ other, -1, 1)),
        )

    def _text_with(self, token_id: int) -> str:
        """The text with another token; "" if that would be cut otherwise."""
        try:
            word = self._tokenizer.raw(token_id).decode()
        except UnicodeDecodeError:
            return ""
        token, text = self._trace.tokens[self._position], self._trace.text
        changed = text[: token.start] + word + text[token.end :]
        at = len(self._trace.before) + self._position
        wanted = [*self._all[:at], token_id, *self._all[at + 1 :]]
        return changed if self._tokenizer.ids(changed) == wanted else ""


def most_telling(
    model: LanguageModel,
    trace: Trace,
    directions: Directions,
    cancelled: Callable[[], bool] = never,
) -> int | None:
    """The word whose swap teaches most: it said something, and what comes next hangs on it.

    Of each of the newest words but the last token this is what moves if the word with the nearest
    embedding stands there, times one more than its surprise: that of "and" or "the" is small.

    Args:
        model: That made the trace.
        trace: The text, without changes.
        directions: Of the model's embeddings.
        cancelled: Asked before each is tried.

    Returns:
        Its position; None if there is no word whose swap changes anything.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    bits = surprise(trace, top=1, cancelled=cancelled).bits
    words = [at for at in range(1, len(trace.tokens) - 1) if _is_word(trace, at)]
    found: list[tuple[float, int]] = []
    for at in words[-TRIED:]:
        old = trace.tokens[at].text.strip().lower()
        near = (one.id for one in vicinity(directions, int(trace.ids[at]), NEIGHBOURS).by_cosine)
        others = (one for one in near if model.tokenizer.text(one).strip().lower() != old)
        offered = tuple(
            _Maker(model, trace, at, directions, None, cancelled).take(others, "near", 1)
        )
        found += [
            ((1 + float(bits[at])) * swap.total_variation, at)
            for swap in swaps(model, trace, at, offered, cancelled)
        ]
    moved, best_at = max(found, default=(0.0, None))
    return best_at if moved > 0 else None


def _is_word(trace: Trace, position: int) -> bool:
    """Whether a token is a whole word by itself, and can be replaced."""
    token, after = trace.tokens[position], trace.tokens[position + 1]
    return (
        token.text[:1].isspace()
        and token.text[1:].isalpha()
        and not after.text[:1].isalpha()
        and not why_no_swap(trace, position)
    )


def swaps(
    model: LanguageModel,
    trace: Trace,
    position: int,
    offered: Sequence[Replacement],
    cancelled: Callable[[], bool] = never,
) -> Iterator[Swap]:
    """Read the text with each replacement, one after the other.

    Args:
        model: That made the trace.
        trace: The text, without changes; its keys and values before the place are used again.
        position: The place.
        offered: What to put there.
        cancelled: Asked before each.

    Raises:
        Cancelled: It said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    weights, n_tokens = model.weights, len(trace.ids)
    usual = softmax(trace.logits[-1])
    keys, values = cache(model.config, n_tokens, weights.wte.dtype)  # (L, H, T, D)
    keys[:, :, :position], values[:, :, :position] = (
        kept[:, :, :position] for kept in (trace.k, trace.v)
    )
    rest = trace.ids[position + 1 :].tolist()
    embedded, blocks = scratch(n_tokens - position, keys, values, weights)
    for one in offered:
        if cancelled():
            raise Cancelled
        stream = read(weights, [one.id, *rest], embedded, blocks)  # (T - position, C)
        likely = softmax(head(weights, stream[-1]))
        ids = (*trace.ids[:position].tolist(), one.id, *rest)
        moved, more = total_variation(usual, likely), kl_bits(likely, usual)
        yield Swap(one, ids, likely, moved, more)
