"""Which tokens are words of the Small World, and of what kind: animals, names, verbs and so on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.corpus.lexicon import Lexicon
from core.paths import SMALL_WORLD_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

NONE = -1  # the class of what is no such word
_NOUN, _VERB, _QUALITY = ("name", "plural"), ("name", "s", "ing", "past", "done"), ("name",)
_COMPARED = (*_QUALITY, "er", "est")
# Class -> the tables that hold its words, of some only the rows with a tag, and which of their
# columns do. A word of several classes belongs to the first of them.
CLASSES: dict[str, dict[str, tuple[str, ...]]] = {
    "animal": {"animal": _NOUN, "young": _NOUN, "class": _NOUN, "noun:beast": _NOUN},
    "food": {"food": _NOUN, "drink": _NOUN},
    "colour": {"colour": _QUALITY},
    "number": {"number": _QUALITY, "tens": _QUALITY},
    "name": {"person": _QUALITY, "pet": _QUALITY},
    "people": {
        "relative": _NOUN,
        "royal": _NOUN,
        "pair": ("name", "female"),
        "job": _NOUN,
        "noun:folk": _NOUN,
        "noun:kin": _NOUN,
    },
    "place": {
        "country": ("name", "capital", "adjective"),
        "language": _QUALITY,
        "continent": _QUALITY,
        "place": _NOUN,
        "room": _NOUN,
    },
    "time": {"day": _NOUN, "month": _QUALITY, "season": _NOUN, "daytime": _NOUN},
    "thing": {
        "thing": _NOUN,
        "object": _NOUN,
        "clothes": _NOUN,
        "stuff": _QUALITY,
        "organ": _NOUN,
        "noun": _NOUN,
    },
    "verb": {"verb": _VERB},
    "quality": {
        "feeling": _COMPARED,
        "opposite": _COMPARED,
        "adjective": _COMPARED,
        "weather": _QUALITY,
    },
}
NAMES = tuple(CLASSES)


@lru_cache(maxsize=1)
def word_classes(folder: Path = SMALL_WORLD_TEXT) -> dict[str, int]:
    """The class of every word of the world, as a number in `NAMES`; words are in lower case.

    Raises:
        UserError: A table is wrong; the sentence names file and line.
    """
    tables = Lexicon.load(folder / "tables").tables
    classes: dict[str, int] = {}
    for number, sources in enumerate(CLASSES.values()):
        for source, columns in sources.items():
            table, _, tag = source.partition(":")
            for row in (each for each in tables.get(table, ()) if not tag or each.has(tag)):
                texts = (text for column in columns for text in row.forms.get(column, ()))
                for text in texts:
                    classes.setdefault(text.lower(), number)
    return classes


def classes_of(texts: Sequence[str], classes: dict[str, int]) -> NDArray[np.int8]:
    """The class of each token.

    Args:
        texts: What the tokens stand for; a word has a space in front of it, or a capital.
        classes: Those of `word_classes`.

    Returns:
        (V,) numbers in `NAMES`; `NONE` for what is no word of the world, or only a part of one.
    """
    return np.fromiter(_numbers(texts, classes), dtype=np.int8, count=len(texts))


def _numbers(texts: Sequence[str], classes: dict[str, int]) -> Iterator[int]:
    for text in texts:
        word = text.removeprefix(" ")
        is_whole = word != text or word[:1].isupper()
        yield classes.get(word.lower(), NONE) if is_whole else NONE
