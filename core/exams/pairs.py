"""Exams by comparison: which of two texts, or of all names, does the reader expect?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from core.corpus import sentences
from core.corpus.inflection import article
from core.exams.material import fill, forms
from core.exams.result import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np

    from core.corpus.lexicon import Row
    from core.exams.material import Material
    from core.exams.reader import Reader

_CHOICE = re.compile(r"\[([^|]*)\|([^]]*)\]")
_FILLINGS = 5  # of each frame
_STORIES = 150
_LEAST_SENTENCES = 5


class Pair(NamedTuple):
    """Two texts of which one is right."""

    kind: str
    right: str
    wrong: str


def agreement(material: Material, reader: Reader) -> list[Answer]:
    """Which of two sentences is English: the dog is, or the dog are?

    Frames were written by hand, their words come from the tables; where a filled frame stands in
    the training text all the same, it is counted as seen. The whole sentence counts, from the
    first difference on.
    """
    return _written(material, "agreement", reader)


def names_anew(material: Material, reader: Reader) -> list[Answer]:
    """He or she, Anna or Ben, in little stories written by hand, which no text has?

    Only the names and things in them come from the tables.
    """
    return _written(material, "stories", reader)


def _written(material: Material, file: str, reader: Reader) -> list[Answer]:
    rng = material.rng(file)
    pairs = [
        Pair(kind, *_sides(frame, drawn(material.tables, rng)))
        for kind, frames in material.questions(file)["kinds"].items()
        for frame in frames
        for _ in range(_FILLINGS)
    ]
    return [compare(pair, reader) for pair in dict.fromkeys(pairs)]


def drawn(tables: Mapping[str, tuple[Row, ...]], rng: np.random.Generator) -> dict[str, str]:
    """Words for all slots, each drawn once; the plural of each differs from it."""
    beings = [row for name in ("animal", "job") for row in tables[name]]
    pools = {
        "one": [row for row in beings if forms(row, "plural") != forms(row, "name")],
        "thing": [row for row in tables["thing"] if "p" not in row.tags],
        "m": [row for row in tables["person"] if "m" in row.tags],
        "f": [row for row in tables["person"] if "f" in row.tags],
    }
    words = {}
    for slot, rows in pools.items():
        for number, at in zip(("", "2", "3"), rng.choice(len(rows), 3, replace=False), strict=True):
            word = forms(rows[at], "name")[0]
            an = article(word)
            words[slot + number] = word
            words[f"an_{slot}{number}"] = f"{an} {word}"
            words[f"a_wrong_{slot}{number}"] = f"{'a' if an == 'an' else 'an'} {word}"
            many = {"one": "many", "thing": "things"}.get(slot)
            if many:
                words[many + number] = forms(rows[at], "plural")[0]
    return words


def _sides(frame: str, words: Mapping[str, str]) -> tuple[str, str]:
    """The right and the wrong text of a frame."""
    text = fill(frame, words)
    return _CHOICE.sub(r"\1", text), _CHOICE.sub(r"\2", text)


def compare(pair: Pair, reader: Reader) -> Answer:
    """Whether the right text of a pair is the less surprising one."""
    right, wrong = reader.tokenizer.ids(pair.right), reader.tokenizer.ids(pair.wrong)
    both = zip(right, wrong, strict=False)
    first = max(1, next((at for at, (a, b) in enumerate(both) if a != b), 1))
    better = reader.surprise(right, first) < reader.surprise(wrong, first)
    return Answer(pair.kind, float(better), 0.5, pair.right, pair.wrong)


def names(material: Material, reader: Reader) -> list[Answer]:
    """Do names and pronouns stay what they were, in held-out documents of five sentences or more?

    The documents name somebody twice. Wherever one says a name that it has said before, the
    likeliest of all names must be one that it has said before. Wherever it says a pronoun after a
    name, that pronoun must be likelier than those of the other gender. No training text has the
    documents, nor their stories in other wording; their plots and sentences it has, with other
    words in them.
    """
    people = [forms(row, "name")[0] for row in material.tables["person"]]
    stories = [
        one
        for one in material.held_out
        if len(sentences(one)) >= _LEAST_SENTENCES and any(one.count(name) > 1 for name in people)
    ]
    return [answer for story in stories[:_STORIES] for answer in read_story(story, people, reader)]


_OTHERS = {
    "he": ["she"],
    "she": ["he"],
    "his": ["her"],
    "him": ["her"],
    "her": ["his", "him"],
}


def read_story(story: str, people: Sequence[str], reader: Reader) -> Iterator[Answer]:
    """Every name and pronoun of a story, from the second on that speaks of somebody."""
    tokenizer = reader.tokenizer
    ids = tokenizer.ids(story)
    tokens = {word: tokenizer.ids(f" {word}") for word in [*people, *_pronouns()]}
    single = {word: token[0] for word, token in tokens.items() if len(token) == 1}
    known = [name for name in people if name in single]
    first_said = {name: at.end() for name in known if (at := re.search(rf"\b{name}\b", story))}
    text = tokenizer.text(ids[0])
    for row, token_id in zip(reader.log_probs(ids, 1), ids[1:], strict=False):  # row: (V,)
        said = [name for name, end in first_said.items() if end <= len(text)]
        token = tokenizer.text(token_id)
        word, text = token.strip(), text + token
        if single.get(word) != token_id or not said:
            continue
        if word in said:
            likeliest = max(known, key=lambda name: row[single[name]])
            chance = len(said) / len(known)
            yield Answer("name", float(likeliest in said), chance, text, likeliest)
        others = [single[other] for other in _others(word) if other in single]
        if others:
            best = max(others, key=lambda other: row[other])
            yield Answer(
                "pronoun", float(row[token_id] > row[best]), 0.5, text, tokenizer.text(best)
            )


def _others(pronoun: str) -> list[str]:
    """Pronouns of the other gender, with the same capital."""
    others = _OTHERS.get(pronoun.casefold(), [])
    return [other.capitalize() if pronoun.istitle() else other for other in others]


def _pronouns() -> list[str]:
    return [*_OTHERS, *map(str.capitalize, _OTHERS)]
