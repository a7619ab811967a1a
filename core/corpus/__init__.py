"""The Small World: as much simple, correct English as one wants, from a seed.

The words stand in `assets/small_world/tables`, the sentences in `assets/small_world/texts`;
this package reads them (`lexicon`, `grammar`), chooses (`chance`) and deals out documents,
those of the same story all to the same side (`stories`).
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Literal

from core.corpus.chance import Chance
from core.corpus.grammar import Grammar
from core.corpus.lexicon import Lexicon
from core.corpus.source import read_sections
from core.corpus.stories import BY_HAND
from core.paths import SMALL_WORLD_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from core.tokenizer import Tokenizer

Split = Literal["train", "held-out"]

SHORTEST, LONGEST = 50, 1500
_HELD_OUT_SHARE = 20
ROOT = "document"
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
def bundled() -> Grammar:
    """The Small World that comes with Glassbox, compiled once."""
    return load_grammar()


def documents(
    seed: int, split: Split, grammar: Grammar | None = None, root: str = ROOT
) -> Iterator[str]:
    """Documents of 50 to 1500 characters without end; the same ones for the same seed.

    Args:
        seed: Any whole number.
        split: "train", or "held-out" for the twentieth of all documents that no training
            stream ever holds, whatever its seed; what was written by hand is in "train" only.
        grammar: The world to speak of; the bundled one by default.
        root: The rule that makes them; all kinds of documents by default. A document is on the
            same side whichever rule makes it.

    Yields:
        Plain text. No sentence stands twice in a document.
    """
    chance = Chance(random.Random(seed).random)
    for document, _ in _deal(chance, split, grammar or bundled(), root):
        yield document


def documents_with_surprise(
    seed: int, split: Split, grammar: Grammar | None = None
) -> Iterator[tuple[str, float]]:
    """The same documents, each with the surprise of the choices that made it.

    For every document by itself, the nats are a bound from above on -ln of the probability that
    the grammar says it and then ends it: the loss of whoever knows the grammar by heart. The loss
    stays below the bound, because

    - a text that can come about in several ways is likelier than each of them. In the bundled
      world the words that are settled but not said account for 2 to 4 nats in 100.
    - drafts that are too short, too long or repeat themselves are thrown away, and the others are
      likelier for it: by ln P(sound), in the bundled world 0.01 nats a document.

    That a document is of this split is left out of account: whoever could tell would need about
    ln 20 = 3.0 nats less for a held-out document and 0.05 less for any other, but a hash decides
    it. No rule foretells that; a reader could only learn by heart which stories training never
    tells, and would be the more surprised by the held-out ones.

    Yields:
        Documents as in `documents`, and nats.
    """
    chance = Chance(random.Random(seed).random, measured=True)
    return _deal(chance, split, grammar or bundled(), ROOT)


def nats_per_token(said: Iterable[tuple[str, float]], tokenizer: Tokenizer) -> float:
    """A bound from above on the mean loss of whoever knows the grammar by heart.

    It holds on these very documents, for a reader who has each of them in sight from its beginning
    and also foretells the <|endoftext|> behind it. In a window that begins in the middle of a
    document even a perfect model needs more, since it does not know what was said before.

    Args:
        said: Documents and their nats, as from `documents_with_surprise`; at least one.
        tokenizer: Cuts them as for training; how it cuts changes the tokens, not the nats.

    Returns:
        Nats a token.
    """
    pairs = list(said)
    tokens = tokenizer.encode_many([text for text, _ in pairs])
    n_ends = 0 if tokenizer.end_of_text is None else len(pairs)
    return sum(nats for _, nats in pairs) / (sum(map(len, tokens)) + n_ends)


def _deal(chance: Chance, split: Split, grammar: Grammar, root: str) -> Iterator[tuple[str, float]]:
    """Documents of one split and the surprise of each, 0 if it is not measured."""
    if split not in ("train", "held-out"):
        raise ValueError(f"split must be 'train' or 'held-out', not {split!r}")
    while True:
        chance.nats, chance.stories = 0.0, []
        document = grammar.render(root, chance)
        if _sound(document) and split_of(document, chance.stories) == split:
            yield document, chance.nats


def text(seed: int, split: Split, n_characters: int) -> list[str]:
    """The first documents of a stream that together reach a number of characters."""
    return list(first(documents(seed, split), n_characters))


def first(stream: Iterable[str], n_characters: int) -> Iterator[str]:
    """Documents from the beginning of a stream until they have so many characters."""
    for document in stream:
        yield document
        n_characters -= len(document)
        if n_characters <= 0:
            return


def some(seed: int, split: Split, n_documents: int) -> list[str]:
    """The first documents of a stream."""
    return list(islice(documents(seed, split), n_documents))


def split_of(document: str, stories: Sequence[str] = ()) -> Split | None:
    """Which side a document is on.

    Args:
        document: Its text decides, if it tells no story.
        stories: Plot and filling of each story that it tells, as in `Chance.stories`. They decide
            alone, so that each story is on one side in whatever words it is told.

    Returns:
        The side; None, and the document is dealt to nobody, if its stories are on different sides.
    """
    sides = {_side(key) for key in stories or (document,)}
    return sides.pop() if len(sides) == 1 else None


def _side(key: str) -> Split:
    if key == BY_HAND:
        return "train"
    digest = blake2b(key.encode(), digest_size=8).digest()
    return "train" if int.from_bytes(digest, "big") % _HELD_OUT_SHARE else "held-out"


def sentences(document: str) -> list[str]:
    """The sentences of a document, without their closing marks."""
    return [piece for piece in _SENTENCE_END.split(document) if piece]


def _sound(document: str) -> bool:
    """Whether the length is right and no sentence is said twice."""
    said = sentences(document)
    return SHORTEST <= len(document) <= LONGEST and len(set(said)) == len(said)
