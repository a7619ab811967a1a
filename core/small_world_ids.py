"""Documents as tokens, block by block; those of a Small World, in a process of its own.

Making the Small World keeps Python's interpreter to itself for a while, so a window that wants the
tokens runs `python -m core.small_world_ids TOKENIZER SEED CHARACTERS > FILE` and reads the file as
it grows. A block is two numbers, how many characters and how many tokens it has, and the tokens;
all are unsigned 32-bit little-endian.
"""

from __future__ import annotations

import os
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

BLOCK = 31_250  # characters, about; some tens of milliseconds of work
_NUMBER = np.dtype("<u4")


class Block(NamedTuple):
    """Some documents in a row.

    Attributes:
        n_characters: Of their text.
        ids: (T,) their tokens, each document's <|endoftext|> behind it.
    """

    n_characters: int
    ids: NDArray[np.int64]


def stream(tokenizer: Tokenizer, documents: Sequence[str]) -> NDArray[np.int64]:
    """(T,) the tokens of documents, each with the <|endoftext|> behind it, if there is one."""
    end = [] if tokenizer.end_of_text is None else [tokenizer.end_of_text]
    ids = chain.from_iterable(each + end for each in tokenizer.encode_many(documents))
    return np.fromiter(ids, dtype=np.int64)


def blocks(tokenizer: Tokenizer, documents: Iterable[str], n_characters: int) -> Iterator[Block]:
    """Cut the first documents.

    Args:
        tokenizer: Cuts them.
        documents: As many as are wanted, or more.
        n_characters: Enough when documents of so many characters are cut.
    """
    batch: list[str] = []
    waiting = done = 0
    for document in documents:
        batch.append(document)
        waiting += len(document)
        if waiting >= min(BLOCK, n_characters - done):
            yield Block(waiting, stream(tokenizer, batch))
            done += waiting
            batch, waiting = [], 0
            if done >= n_characters:
                return
    if batch:
        yield Block(waiting, stream(tokenizer, batch))


def packed(block: Block) -> bytes:
    """A block as it is written."""
    return np.array([block.n_characters, len(block.ids), *block.ids], dtype=_NUMBER).tobytes()


def unpacked(data: bytes) -> tuple[list[Block], int]:
    """The blocks that are whole.

    Args:
        data: What was written so far, from the beginning of a block.

    Returns:
        The blocks, and how many bytes they take.
    """
    numbers = np.frombuffer(data, dtype=_NUMBER, count=len(data) // _NUMBER.itemsize)
    found: list[Block] = []
    at = 0
    while at + 2 <= len(numbers):
        n_characters, n_tokens = (int(number) for number in numbers[at : at + 2])
        end = at + 2 + n_tokens
        if end > len(numbers):
            break
        found.append(Block(n_characters, numbers[at + 2 : end].astype(np.int64)))
        at = end
    return found, at * _NUMBER.itemsize


def main(arguments: Sequence[str]) -> None:
    """Write the beginning of a Small World that was made from a seed."""
    from core.corpus import documents

    if hasattr(os, "nice"):
        os.nice(5)  # whoever waits for it is painting
    path, seed, n_characters = arguments
    tokenizer = Tokenizer.load(Path(path))
    for block in blocks(tokenizer, documents(int(seed), "train"), int(n_characters)):
        sys.stdout.buffer.write(packed(block))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
