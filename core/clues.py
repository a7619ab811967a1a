"""What words are on average, where nothing ambiguous stands beside them.

To say whether "bank" walks towards "river", one needs to know where "river" is, at every depth.
That is the mean of what the word has become wherever it stands in held-out documents of the Small
World that do not hold the ambiguous word.

Notation as in `core.trace`; D = L + 1 depths.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from core import standard_text
from core.journey import usual
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.journey import Doubles
    from core.language_model import LanguageModel
    from core.trace import Trace

    Make = Callable[[int, Callable[[], bool]], list[str]]

DOCUMENTS = 1000  # that are searched for a clue
ENOUGH = 40  # documents that hold it
LEAST_LETTERS = 3  # of a word that may be a clue
# Words that say how others belong together, and nothing by themselves.
_LITTLE = (
    "the and but for nor yet not who whom whose which what that this these those there here then "
    "than when where why how all any each every some both few many much more most such only own "
    "same other another you your yours him his she her hers its they them their theirs our ours "
    "are was were been being have has had having does did doing can could will would shall should "
    "may might must from into onto over under with without within about above below after before "
    "between through during along among around across behind beside near upon until while because "
    "too very also just out off down again once"
)
LITTLE = frozenset(_LITTLE.split())


def looked_at(trace: Trace, at: int, n: int = 2) -> list[str]:
    """Words of a text that may be clues to one of it: those that it looks back at most.

    Args:
        trace: The pass.
        at: Position of the word's token.
        n: How many, at most.

    Returns:
        Words that say something by themselves, the one with the largest weight first, on average
        over all heads of all layers. None of them is the word itself.
    """
    weights = trace.pattern[:, :, at, :at].mean(axis=(0, 1))  # (at,)
    found: list[str] = []
    for position in np.argsort(-weights, kind="stable").tolist():
        text = trace.tokens[position].text
        word = text.strip()
        is_whole = text != word or position == 0
        if is_whole and word.isalpha() and len(word) >= LEAST_LETTERS:
            known = {each.lower() for each in (*found, trace.tokens[at].text.strip())}
            if word.lower() not in LITTLE | known:
                found.append(word)
    return found[:n]


class Clues:
    """Finds out what a model makes of words; what was found out is kept.

    Args:
        model: The model; its weights and tokenizer are read, so any thread may ask.
        make: Makes the documents of the Small World that are held out, as `core.corpus` does, so
            many of them; it may raise `Cancelled`, or make none if it cannot.
    """

    def __init__(self, model: LanguageModel, make: Make | None = None) -> None:
        self._model, self._make = model, make
        self._centre: Doubles | None = None
        self._texts: list[list[int]] | None = None
        self._found: dict[tuple[int, int], tuple[Doubles | None, int]] = {}

    def centre(self, cancelled: Callable[[], bool] = never) -> Doubles:
        """(D, C) what all tokens of the standard text are on average.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        if self._centre is None:
            standard = self._model.standard if self._make is None else self._standard(cancelled)
            self._centre = usual(self._model.weights, standard, [], cancelled).centre
        return self._centre

    def clue(
        self, token: int, beside: int, cancelled: Callable[[], bool] = never
    ) -> tuple[Doubles | None, int]:
        """What a word is on average.

        Args:
            token: Its id.
            beside: Id of the word that the clue is for; texts with it are not read.
            cancelled: Asked again and again.

        Returns:
            (D, C), and in how many texts it stood: of `DOCUMENTS`, the first `ENOUGH` that hold
            it. None if it is in none of them.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        key = token, beside
        if key not in self._found:
            texts = [ids for ids in self._read(cancelled) if token in ids and beside not in ids]
            made = usual(self._model.weights, texts[:ENOUGH], [token], cancelled)
            self._found[key] = made.clues.get(token), len(texts[:ENOUGH])
        return self._found[key]

    def _standard(self, cancelled: Callable[[], bool]) -> Sequence[list[int]]:
        """The standard text, with which the documents begin."""
        return self._read(cancelled)[: standard_text.DOCUMENTS]

    def _read(self, cancelled: Callable[[], bool]) -> list[list[int]]:
        """Ids of the documents, as far as they fit the context."""
        if self._texts is None:
            tokenizer, context = self._model.tokenizer, self._model.config.context
            texts = []
            for document in self._documents(cancelled):
                if cancelled():
                    raise Cancelled
                texts.append(tokenizer.ids(document)[:context])
            self._texts = texts
        return self._texts

    def _documents(self, cancelled: Callable[[], bool]) -> Iterable[str]:
        made = [] if self._make is None else self._make(DOCUMENTS, cancelled)
        if made:
            return made
        from core.corpus import documents

        return islice(documents(0, "held-out"), DOCUMENTS)
