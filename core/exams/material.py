"""What the exams are made of: tables and held-out documents of the Small World, and question files.

The question files in `assets/exams` were written by hand. Their slots speak of rows of the tables:
{column} is a form of the row, {Column} begins with a capital, {column.form} is a form of the row
that it points to, and "a {column}" becomes "an owl" where it must.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np

from core.corpus import bundled, documents, documents_with_surprise, text
from core.corpus.inflection import article
from core.corpus.lexicon import NAME
from core.ngrams import fit
from core.paths import ASSETS
from core.small_world_ids import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.corpus.lexicon import Row
    from core.ngrams import NGram
    from core.tokenizer import Tokenizer

EXAMS = ASSETS / "exams"

_SLOT = re.compile(r"(?:(?P<article>\b[Aa]n?) )?\{(?P<path>[A-Za-z_0-9]+(?:\.[a-z]+)*)\}")
_HELD_OUT_SEED = 1_000_003
_N_DOCUMENTS = 2000
_SENSES, _N_OF_SENSES = "senses-page", 500
_TRAINING_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class Material:
    """Everything that does not depend on the model; the same for the same seed.

    Attributes:
        seed: Of the held-out documents and of every draw.
        training_seed: Of the text that the model has learnt from; None if that is another text
            than the Small World's, or nobody knows.
    """

    seed: int = 0
    training_seed: int | None = 0

    @cached_property
    def tables(self) -> Mapping[str, tuple[Row, ...]]:
        """Rows of the Small World's tables."""
        return bundled().lexicon.tables

    @cached_property
    def held_out_with_surprise(self) -> list[tuple[str, float]]:
        """Documents that no training text has, each with the nats of the choices that made it.

        Training measures on another stream of them.
        """
        stream = documents_with_surprise(_HELD_OUT_SEED + self.seed, "held-out")
        return list(islice(stream, _N_DOCUMENTS))

    @cached_property
    def held_out(self) -> list[str]:
        """The same documents alone."""
        return [document for document, _ in self.held_out_with_surprise]

    @cached_property
    def held_out_of_senses(self) -> list[str]:
        """More such documents, all of them with words of two meanings."""
        stream = documents(_HELD_OUT_SEED + self.seed, "held-out", root=_SENSES)
        return list(islice(stream, _N_OF_SENSES))

    @cached_property
    def training(self) -> list[str]:
        """The first documents of the text that the model has learnt from, or of seed 0's."""
        return text(self.training_seed or 0, "train", _TRAINING_CHARACTERS)

    @cached_property
    def training_text(self) -> str:
        """The same as one text."""
        return "\n\n".join(self.training)

    @property
    def learnt_text(self) -> str | None:
        """The same where the model has learnt from it."""
        return None if self.training_seed is None else self.training_text

    def questions(self, name: str) -> dict[str, Any]:
        """A file of questions."""
        values: dict[str, Any] = tomllib.loads((EXAMS / f"{name}.toml").read_text("utf-8"))
        return values

    def rng(self, exam: str) -> np.random.Generator:
        """Dice for one exam, which no other exam throws."""
        return np.random.default_rng([self.seed, *exam.encode()])

    def ngrams(self, tokenizer: Tokenizer, orders: Iterable[int]) -> list[NGram]:
        """Word counts of the training documents, one of each order."""
        ids = stream(tokenizer, self.training)
        return [fit(ids, tokenizer.vocab_size, order) for order in orders]


def forms(row: Row, path: str) -> tuple[str, ...]:
    """What stands in a row: the form at a path, in all its values; nothing if there is none."""
    column, *rest = path.split(".")
    linked = row.links.get(column)
    if linked is not None:
        then = ".".join(rest) or NAME
        return tuple(form for other in linked for form in forms(other, then))
    return row.forms.get(column, ()) if not rest else ()


def filled(frame: str, row: Row) -> list[str]:
    """A frame about a row, once for every value of its cells; none where a cell is empty."""
    paths = list(dict.fromkeys(slot["path"] for slot in _SLOT.finditer(frame)))
    choices = [forms(row, path[0].lower() + path[1:]) for path in paths]
    return [fill(frame, dict(zip(paths, values, strict=True))) for values in product(*choices)]


def fill(frame: str, words: Mapping[str, str]) -> str:
    """A frame with words in its slots."""

    def word(slot: re.Match[str]) -> str:
        path = slot["path"]
        value = words[path]
        if path[0].isupper():
            value = value[:1].upper() + value[1:]
        if not slot["article"]:
            return value
        return f"{slot['article'][0]}{article(value)[1:]} {value}"

    return _SLOT.sub(word, frame)


def sample(items: Sequence[Any], n: int, rng: np.random.Generator) -> list[Any]:
    """At most n of some items, in their order."""
    if len(items) <= n:
        return list(items)
    return [items[at] for at in sorted(rng.choice(len(items), n, replace=False))]
