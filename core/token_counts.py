"""How often each token stands in a text."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from core.training_data import SMALL_WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from core.tokenizer import Tokenizer

_BATCH = 100_000  # characters that are cut at a time


def count_tokens(
    tokenizer: Tokenizer,
    documents: Iterable[str],
    n_characters: int,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> NDArray[np.int64] | None:
    """Count the tokens of the first documents, with the `<|endoftext|>` behind each.

    Args:
        tokenizer: Cuts them.
        documents: As many as are wanted, or more.
        n_characters: Enough when documents of so many characters are counted.
        cancelled: Asked at every batch.
        progress: Is told which share is done, from 0 to 1.

    Returns:
        (V,) counts; None if it was cancelled.
    """
    counts = np.zeros(tokenizer.vocab_size, dtype=np.int64)
    batch: list[str] = []
    waiting = done = 0
    for document in documents:
        batch.append(document)
        waiting += len(document)
        if waiting >= min(_BATCH, n_characters - done):
            if cancelled():
                return None
            _add(counts, tokenizer, batch)
            done += waiting
            batch, waiting = [], 0
            progress(min(done / n_characters, 1.0))
            if done >= n_characters:
                break
    _add(counts, tokenizer, batch)
    return counts


def _add(counts: NDArray[np.int64], tokenizer: Tokenizer, batch: list[str]) -> None:
    ids = list(chain.from_iterable(tokenizer.encode_many(batch)))
    counts += np.bincount(np.array(ids, dtype=np.int64), minlength=len(counts))
    if tokenizer.end_of_text is not None:
        counts[tokenizer.end_of_text] += len(batch)


def small_world_seed(training: Mapping[str, Any] | None) -> int | None:
    """From which seed the text was made that a model learnt from.

    Args:
        training: What its `training.json` says; it may come from anywhere.

    Returns:
        None if it learnt from something else than the Small World, or nobody knows.
    """
    text = (training or {}).get("text")
    settings = (training or {}).get("settings")
    if not isinstance(text, dict) or not isinstance(settings, dict):
        return None
    seed = settings.get("seed")
    return seed if text.get("name") == SMALL_WORLD and type(seed) is int else None
