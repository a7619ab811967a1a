"""What heads do in general: their scores on a standard set, not only on the text at hand.

Notation as in `core.trace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads import KINDS, sums
from core.inference import read_all
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from core.inference import Floats, Weights
    from core.language_model import LanguageModel

    Scores = Mapping[str, NDArray[np.float64]]

N_ROWS = 16  # rows of random tokens that are repeated
MOST_REPEATED = 32  # tokens of each


@dataclass(frozen=True, eq=False)
class Step:
    """How far it is.

    Attributes:
        done: Share of the texts, from 0 to 1.
        scores: (L, H) for each of `core.heads.KINDS`, over what was read so far.
    """

    done: float
    scores: Scores


def standard_steps(model: LanguageModel, cancelled: Callable[[], bool] = never) -> Iterator[Step]:
    """The scores of every head on the standard text and on repeated random tokens.

    The text is `LanguageModel.standard`; "induction" alone is measured on rows of random tokens,
    each read twice in a row. Nobody can foretell them but by looking at what followed the first
    time, while in a text a head may look at the same places for other reasons.

    Args:
        model: Whose heads.
        cancelled: Asked before every block.

    Yields:
        A step after each text. The last one has the scores, as from `core.heads.scores` with all
        texts as one; NaN where no token has such a place.

    Raises:
        Cancelled: It said yes.
    """
    texts = model.standard
    rows = repeated(model.config.vocab_size, model.config.context, model.tokenizer.end_of_text)
    of_text, of_rows = Tally(model.weights), Tally(model.weights)
    for n_done, ids in enumerate((*rows, *texts), start=1):
        tally = of_rows if n_done <= len(rows) else of_text
        tally.read(ids, cancelled)
        scores = {**of_text.scores(), "induction": of_rows.scores()["induction"]}
        yield Step(n_done / (len(rows) + len(texts)), scores)


def standard_scores(model: LanguageModel) -> Scores:
    """(L, H) for each of `core.heads.KINDS`: what the last of `standard_steps` has."""
    *_, last = standard_steps(model)
    return last.scores


def repeated(
    vocab_size: int, context: int, end_of_text: int | None = None, seed: int = 0
) -> list[list[int]]:
    """Rows of random tokens, each followed by the same tokens once more.

    Args:
        vocab_size: V.
        context: Most tokens of a row with its repetition.
        end_of_text: A token that is left out.
        seed: Of the dice.

    Returns:
        Ids; no token comes twice before its row is repeated. No rows where not even one token and
        its repetition fit.
    """
    rng = np.random.default_rng(seed)
    tokens = np.delete(np.arange(vocab_size), [] if end_of_text is None else [end_of_text])
    n_tokens = min(MOST_REPEATED, context // 2, len(tokens))
    if n_tokens == 0:
        return []
    return [2 * rng.choice(tokens, n_tokens, replace=False).tolist() for _ in range(N_ROWS)]


class Tally:
    """Scores of a model's heads, added up text after text.

    Args:
        weights: Of the model.
    """

    def __init__(self, weights: Weights) -> None:
        config = weights.config
        self._weights = weights
        self._totals = {kind: np.zeros((config.n_layers, config.n_heads)) for kind in KINDS}
        self._n_rows = {kind: np.zeros((config.n_layers, 1)) for kind in KINDS}

    def read(self, ids: Sequence[int], cancelled: Callable[[], bool] = never) -> None:
        """Have the model read one more text.

        Args:
            ids: From 1 to as many as the context holds.
            cancelled: Asked before every block.

        Raises:
            Cancelled: It said yes.
        """

        def see(layer: int, name: str, value: Floats) -> None:
            if name == "resid_pre" and cancelled():
                raise Cancelled
            if name == "pattern":
                for kind, (total, rows) in sums(value, ids).items():
                    self._totals[kind][layer] += total
                    self._n_rows[kind][layer] += rows

        read_all(self._weights, ids, see)

    def scores(self) -> Scores:
        """(L, H) for each of `core.heads.KINDS`; NaN where no token had such a place."""
        with np.errstate(invalid="ignore"):  # 0 / 0: there was no such place
            return {kind: self._totals[kind] / self._n_rows[kind] for kind in KINDS}
