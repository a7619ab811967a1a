"""How often each token stands in a text; the tokens of a Small World, in a process of its own.

Making the Small World keeps Python's interpreter to itself for a while, so a window that wants to
count runs `python -m core.token_counts TOKENIZER SEED CHARACTERS`, which prints the tokens as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.tokenizer import Tokenizer
from core.training_data import SMALL_WORLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_BATCH = 100_000  # characters that are cut at a time


def count_tokens(
    tokenizer: Tokenizer, documents: Iterable[str], n_characters: int
) -> NDArray[np.int64]:
    """(V,) how often each token is in the first documents; see `tokens_of`."""
    ids = tokens_of(tokenizer, documents, n_characters)
    return np.bincount(ids, minlength=tokenizer.vocab_size)


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
    cut: list[NDArray[np.int64]] = []
    batch: list[str] = []
    waiting = done = 0
    for document in documents:
        batch.append(document)
        waiting += len(document)
        if waiting >= min(_BATCH, n_characters - done):
            cut.append(_stream(tokenizer, batch))
            done += waiting
            batch, waiting = [], 0
            if done >= n_characters:
                break
    return np.concatenate([*cut, _stream(tokenizer, batch)])


def _stream(tokenizer: Tokenizer, batch: list[str]) -> NDArray[np.int64]:
    end = [] if tokenizer.end_of_text is None else [tokenizer.end_of_text]
    ids = chain.from_iterable(each + end for each in tokenizer.encode_many(batch))
    return np.fromiter(ids, dtype=np.int64)


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


def main(arguments: Sequence[str]) -> None:
    """Print the tokens of the beginning of a Small World that was made from a seed."""
    from core.corpus import documents

    if hasattr(os, "nice"):
        os.nice(5)  # whoever waits for it is painting
    path, seed, n_characters = arguments
    tokenizer = Tokenizer.load(Path(path))
    ids = tokens_of(tokenizer, documents(int(seed), "train"), int(n_characters))
    sys.stdout.write(json.dumps(ids.tolist()))


if __name__ == "__main__":
    main(sys.argv[1:])
