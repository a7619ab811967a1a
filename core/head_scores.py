"""What heads do in general: their scores on a standard set, not only on the text at hand.

Notation as in `core.trace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.heads import KINDS, sums
from core.inference import read_all
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.inference import Floats, Weights
    from core.language_model import LanguageModel

    Scores = Mapping[str, NDArray[np.float64]]

N_ROWS = 16  # rows of random tokens that are repeated
MOST_REPEATED = 32  # tokens of each


def standard_scores(
    model: LanguageModel,
    cancelled: Callable[[], bool] = never,
    progress: Callable[[float], None] = lambda share: None,
) -> Scores:
    """The scores of every head on the standard text and on repeated random tokens.

    The text is `LanguageModel.standard`; "induction" alone is measured on rows of random tokens,
    each read twice in a row. Nobody can foretell them but by looking at what followed the first
    time, while in a text a head may look at the same places for other reasons.

    Args:
        model: Whose heads.
        cancelled: Asked before every block.
        progress: Is told which share is done, from 0 to 1.

    Returns:
        (L, H) for each of `core.heads.KINDS`, as from `core.heads.scores` with all texts as one;
        NaN where no token has such a place.

    Raises:
        Cancelled: It said yes.
    """
    texts = model.standard
    rows = repeated(model.config.vocab_size, model.config.context, model.tokenizer.end_of_text)
    n_all = len(texts) + len(rows)

    def at(start: int) -> Callable[[int], None]:
        return lambda n_done: progress((start + n_done) / n_all)

    scores = scores_on(model.weights, texts, cancelled, at(0))
    on_rows = scores_on(model.weights, rows, cancelled, at(len(texts)))
    return {**scores, "induction": on_rows["induction"]}


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
        Ids; no token stands twice in a row, as far as the vocabulary suffices.
    """
    rng = np.random.default_rng(seed)
    tokens = np.delete(np.arange(vocab_size), [] if end_of_text is None else [end_of_text])
    n_tokens = min(MOST_REPEATED, context // 2, len(tokens))
    return [2 * rng.choice(tokens, n_tokens, replace=False).tolist() for _ in range(N_ROWS)]


def scores_on(
    weights: Weights,
    texts: Sequence[Sequence[int]],
    cancelled: Callable[[], bool] = never,
    progress: Callable[[int], None] = lambda n_done: None,
) -> Scores:
    """The scores of every head on several texts, over the tokens of all of them.

    Args:
        weights: Of the model.
        texts: Token ids of each, from 1 to as many as the context holds.
        cancelled: Asked before every block.
        progress: Is told how many texts are done.

    Returns:
        (L, H) for each of `core.heads.KINDS`; NaN where no token has such a place.

    Raises:
        Cancelled: It said yes.
    """
    config = weights.config
    totals = {kind: np.zeros((config.n_layers, config.n_heads)) for kind in KINDS}
    n_rows = {kind: np.zeros((config.n_layers, 1)) for kind in KINDS}
    for n_done, ids in enumerate(texts, start=1):

        def see(layer: int, name: str, value: Floats, ids: Sequence[int] = ids) -> None:
            if name == "resid_pre" and cancelled():
                raise Cancelled
            if name == "pattern":
                for kind, (total, rows) in sums(value, ids).items():
                    totals[kind][layer] += total
                    n_rows[kind][layer] += rows

        read_all(weights, ids, see)
        progress(n_done)
    with np.errstate(invalid="ignore"):  # 0 / 0: there was no such place
        return {kind: totals[kind] / n_rows[kind] for kind in KINDS}
