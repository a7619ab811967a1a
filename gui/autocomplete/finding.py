"""Any token of the vocabulary by what one types of it, and where it stands among all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.sampling import rank, shape, softmax
from core.trace import Candidate
from gui.text.naming import naming
from gui.widgets.painting import SPACE
from gui.widgets.prediction_rows import END, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.language_model import LanguageModel

NO_TOKEN = "The model knows no token like that."


@dataclass(frozen=True)
class Found:
    """A token, or why there is none.

    Attributes:
        token_id: Its number; None if there is none.
        words: Where it stands, short.
        exact: All of it.
        logit: Its score.
        raw: Its probability before shaping.
        probability: And after.
    """

    token_id: int | None
    words: str
    exact: str
    logit: float = 0.0
    raw: float = 0.0
    probability: float = 0.0

    def candidate(self, text: Callable[[int], str], label: Callable[[int], str]) -> Candidate:
        """The same as one of the bars is."""
        assert self.token_id is not None
        name = label(self.token_id)
        return Candidate(
            self.token_id,
            text(self.token_id),
            name,
            self.logit,
            self.raw,
            self.probability,
            name == END,
        )


class Finder:
    """Knows the vocabulary of the model in use."""

    def __init__(self) -> None:
        self._model: LanguageModel | None = None
        self._labels: list[str] = []
        self._ids: dict[str, int] = {}

    def set_model(self, model: LanguageModel | None) -> None:
        """Search in this one's vocabulary; it is listed when it is first searched in."""
        self._model, self._labels, self._ids = model, [], {}

    def complete(self, typed: str, n: int) -> list[str]:
        """At most n tokens that begin so, with a space at the front or without, as labels."""
        self._list()
        wanted = _as_label(typed)
        if not wanted:
            return []
        found: list[str] = []
        for start in (wanted, SPACE + wanted):
            low = start.lower()
            found += [each for each in self._labels if each.lower().startswith(low)][:n]
        return sorted(dict.fromkeys(found), key=len)[:n]

    def find(
        self, typed: str, logits: Any, sampling: SamplingConfig, seen: Sequence[int] | Any = ()
    ) -> Found | None:
        """Where the token that is typed stands; None if nothing is typed or there are no scores.

        Args:
            typed: Its text or label; the one with a space at its front is meant where both are.
            logits: (V,) scores, or None.
            sampling: How they are shaped.
            seen: Tokens of the text, for the repetition penalty.
        """
        self._list()
        if not typed or logits is None or self._model is None:
            return None
        wanted, note = _as_label(typed), ""
        token_id = self._ids.get(SPACE + wanted, self._ids.get(wanted))
        if typed[:1] in (" ", SPACE):
            token_id = self._ids.get(wanted, token_id)
        if token_id is None:
            plain = wanted.replace(SPACE, " ")
            pieces = self._model.tokenizer.ids(plain if plain[:1] == " " else f" {plain}")
            if not pieces:
                return Found(None, NO_TOKEN, NO_TOKEN)
            token_id = pieces[0]
            note = f"{typed.strip()} is {len(pieces)} tokens, of which the first is "
        scores = np.asarray(logits)
        shares = softmax(scores), shape(scores, sampling, seen)
        return self._at(token_id, note, scores, shares)

    def _at(
        self,
        token_id: int,
        note: str,
        logits: NDArray[Any],
        shares: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> Found:
        assert self._model is not None
        label = naming(self._model)(token_id)
        raw, shaped = shares
        place, logit = rank(logits, token_id), float(logits[token_id])
        share = float(shaped[token_id])
        said = percent(share) if share else "cut from the draw"
        first = f"{label} " if note else ""
        exact = (
            f"{note}{label}: number {token_id} in the vocabulary\n"
            f"Place {place:,} of {logits.size:,}, score (logit) {logit:.3f}\n"
            f"The model says: {raw[token_id]:.6%}\n"
            f"After shaping: {f'{share:.6%}' if share else 'cut from the draw'}"
        )
        words = f"{first}place {place:,}, {said}"
        return Found(token_id, words, exact, logit, float(raw[token_id]), share)

    def _list(self) -> None:
        if self._model is not None and not self._labels:
            name = naming(self._model)
            self._labels = [name(each) for each in range(self._model.config.vocab_size)]
            for token_id, label in enumerate(self._labels):
                self._ids.setdefault(label, token_id)


def _as_label(typed: str) -> str:
    """A space at the front as labels show it; spaces elsewhere are not meant."""
    is_spaced = typed[:1] in (" ", SPACE)
    word = typed.strip(f" {SPACE}")
    return SPACE + word if is_spaced and word else word
