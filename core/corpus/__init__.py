"""The Small World: as much simple, correct English as one wants, from a seed.

The words stand in `assets/small_world/tables`, the sentences in `assets/small_world/texts`;
this package reads them (`lexicon`, `grammar`) and deals out documents.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Literal

from core.corpus.grammar import Grammar
from core.corpus.lexicon import Lexicon
from core.corpus.source import read_sections
from core.paths import SMALL_WORLD_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Split = Literal["train", "held-out"]

SHORTEST, LONGEST = 50, 1500
_HELD_OUT_SHARE = 20
_ROOT = "document"
_SENTENCE_END = re.compile(r'[.!?]"?(?:\s+|$)')


def load_grammar(folder: Path = SMALL_WORLD_TEXT) -> Grammar:
    """Read and compile a Small World.

    Args:
        folder: Holds `tables` and `texts`.

    Raises:
        UserError: An entry is wrong; the sentence names file and line.
    """
    return Grammar(Lexicon.load(folder / "tables"), read_sections(folder / "texts"))


@lru_cache(maxsize=1)
def _bundled() -> Grammar:
    return load_grammar()


def documents(seed: int, split: Split, grammar: Grammar | None = None) -> Iterator[str]:
    """Documents of 50 to 1500 characters without end; the same ones for the same seed.

    Args:
        seed: Any whole number.
        split: "train", or "held-out" for the twentieth of all documents that no training
            stream ever holds, whatever its seed.
        grammar: The world to speak of; the bundled one by default.

    Yields:
        Plain text. No sentence stands twice in a document.
    """
    if split not in ("train", "held-out"):
        raise ValueError(f"split must be 'train' or 'held-out', not {split!r}")
    grammar = grammar or _bundled()
    uniform = random.Random(seed).random
    while True:
        document = grammar.render(_ROOT, uniform)
        if _sound(document) and split_of(document) == split:
            yield document


def text(seed: int, split: Split, n_characters: int) -> list[str]:
    """The first documents of a stream that together reach a number of characters."""
    stream = documents(seed, split)
    chosen: list[str] = []
    length = 0
    while length < n_characters:
        chosen.append(next(stream))
        length += len(chosen[-1])
    return chosen


def some(seed: int, split: Split, n_documents: int) -> list[str]:
    """The first documents of a stream."""
    return list(islice(documents(seed, split), n_documents))


def split_of(document: str) -> Split:
    """Which side a document is on: decided by its text alone."""
    digest = blake2b(document.encode(), digest_size=8).digest()
    return "train" if int.from_bytes(digest, "big") % _HELD_OUT_SHARE else "held-out"


def sentences(document: str) -> list[str]:
    """The sentences of a document, without their closing marks."""
    return [piece for piece in _SENTENCE_END.split(document) if piece]


def _sound(document: str) -> bool:
    """Whether the length is right and no sentence is said twice."""
    said = sentences(document)
    return SHORTEST <= len(document) <= LONGEST and len(set(said)) == len(said)
