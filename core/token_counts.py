"""How often each token stands in a text, and which text that is for a model.

Notation: N tokens of the text, V vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.small_world_ids import blocks
from core.training_data import SMALL_WORLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from core.tokenizer import Tokenizer


def tokens_of(
    tokenizer: Tokenizer, documents: Iterable[str], n_characters: int
) -> NDArray[np.int64]:
    """The tokens of the first documents, with the `<|endoftext|>` behind each.

    Args:
        tokenizer: Cuts them.
        documents: As many as are wanted, or more.
        n_characters: Enough when documents of so many characters are cut.

    Returns:
        (N,) ids.
    """
    parts = (block.ids for block in blocks(tokenizer, documents, n_characters))
    return np.concatenate([np.zeros(0, np.int64), *parts])


def count_tokens(
    tokenizer: Tokenizer, documents: Iterable[str], n_characters: int
) -> NDArray[np.int64]:
    """(V,) how often each token is in the first documents; see `tokens_of`."""
    ids = tokens_of(tokenizer, documents, n_characters)
    return np.bincount(ids, minlength=tokenizer.vocab_size)


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
