"""Analogies: dog is to puppy as cat is to what?

Notation: V vocabulary, C model width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.corpus.inflection import KIN
from core.exams.material import forms, sample
from core.exams.result import Answer, Result, result_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from core.corpus.lexicon import Row
    from core.exams.material import Material
    from core.exams.reader import Transformer
    from core.tokenizer import Tokenizer

    Floats = NDArray[np.floating[Any]]
    Pairs = list[tuple[str, str]]
    Quadruple = tuple[str, str, str, str]

_QUADRUPLES = 60  # of one family, at most


def analogies(material: Material, reader: Transformer) -> Result:
    """A is to B as C is to what? The embedding nearest to B - A + C, by cosine, must be D's.

    The question's own words are no answer, in any spelling; every other token is. Nothing is held
    out: the text says all these relations, but no training step ever asked for this arithmetic.
    First words that have two second ones fall out; so do pairs of which a word is more than one
    token, and those are counted. Beside it stands who answers with the word nearest to C. The
    details say what C and the mean step from first to second words of all other pairs would find:
    where it finds more, the steps are alike but for the noise of single ones.
    """
    embeddings = _unit(reader.embeddings().astype(np.float64))
    tokens = token_ids(reader.tokenizer)
    rng = material.rng("analogies")
    answers, plain, kept, by_mean = [], [], {}, {}
    for family, pairs in families(material.tables).items():
        single = [pair for pair in pairs if all(f" {word}" in tokens for word in pair)]
        kept[family] = [len(single), len(pairs)]
        by_mean[family] = _by_mean_step(embeddings, tokens, single)
        for four in sample(quadruples(single), _QUADRUPLES, rng):
            answers.append(_answer(embeddings, tokens, family, four, (-1, 1, 1)))
            plain.append(_answer(embeddings, tokens, family, four, (0, 0, 1)))
    return result_of(
        answers,
        aim=0.95,
        baseline=plain,
        baseline_is="the word nearest to C",
        details={"pairs of single tokens, of all pairs": kept, "by the mean step": by_mean},
    )


def families(tables: Mapping[str, tuple[Row, ...]]) -> dict[str, Pairs]:
    """Pairs of words in the same relation, by relation.

    Verbs are those of which the text says with what they are done, adjectives those of which it
    says what is more so, and jobs those that have their work place mostly to themselves: other
    words have no company of their own to be told apart by.
    """

    def pairs(table: str, first: str, second: str) -> Pairs:
        return [
            (a, b)
            for row in tables.get(table, ())
            for a in forms(row, first)
            for b in forms(row, second)
        ]

    kin = list(zip(KIN["m"].values(), KIN["f"].values(), strict=True))
    relatives = [pair for pair in pairs("relative", "gender", "name") if pair[0] == "m"]
    men = {name for _, name in relatives}
    taught = [row for row in tables.get("doing", ()) if not row.has("rare")]
    found = {
        "young": pairs("animal", "name", "young"),
        "female": pairs("pair", "name", "female")
        + [pair for pair in pairs("relative", "name", "other") if pair[0] in men]
        + kin,
        "plural": pairs("animal", "name", "plural") + pairs("thing", "name", "plural"),
        "past": [(forms(row, "do")[0], forms(row, "do.past")[0]) for row in taught],
        "comparative": pairs("degree", "name", "er"),
        "opposite": pairs("opposite", "name", "other"),
        "capital": pairs("country", "name", "capital"),
        "language": pairs("country", "name", "language"),
        "work place": pairs("job", "name", "work"),
    }
    return {family: _with_one_answer(pairs) for family, pairs in found.items()}


def _with_one_answer(pairs: Pairs) -> Pairs:
    """Pairs of different words of which the first has no other second one."""
    different = list(dict.fromkeys((a, b) for a, b in pairs if a != b))
    firsts = [a for a, _ in different]
    return [(a, b) for a, b in different if firsts.count(a) == 1]


def quadruples(pairs: Pairs) -> list[Quadruple]:
    """Every pair beside every other, all four words different."""
    both = ((*one, *other) for one in pairs for other in pairs)
    return [four for four in both if len(set(four)) == 4]


def token_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Ids of all tokens by their text."""
    return {tokenizer.text(token_id): token_id for token_id in range(tokenizer.vocab_size)}


def _answer(
    embeddings: Floats,
    tokens: Mapping[str, int],
    family: str,
    words: Quadruple,
    signs: tuple[int, int, int],
) -> Answer:
    a_b_c = embeddings[[tokens[f" {word}"] for word in words[:3]]]  # (3, C)
    cosines = embeddings @ _unit(np.array(signs) @ a_b_c)  # (V,)
    asked = {word.casefold() for word in words[:3]}
    best = (list(tokens)[at] for at in np.argsort(-cosines, kind="stable"))
    said = next(text for text in (one.strip() for one in best) if text.casefold() not in asked)
    right = said.casefold() == words[3].casefold()
    text = "{} : {} = {} : {}".format(*words)
    return Answer(family, float(right), 1 / (len(tokens) - 3), text, said)


def _by_mean_step(embeddings: Floats, tokens: Mapping[str, int], pairs: Pairs) -> float | None:
    """Share of the pairs whose second word is nearest to the first plus all others' mean step."""
    if len(pairs) < 2:
        return None
    ids = np.array([[tokens[f" {word}"] for word in pair] for pair in pairs])  # (n, 2)
    firsts = embeddings[ids[:, 0]]  # (n, C)
    steps = embeddings[ids[:, 1]] - firsts
    others = (steps.sum(axis=0) - steps) / (len(pairs) - 1)
    cosines = _unit(firsts + others) @ embeddings.T  # (n, V)
    words = np.array([text.strip().casefold() for text in tokens])
    for row, (first, _) in zip(cosines, pairs, strict=True):
        row[words == first.casefold()] = -1  # in any spelling
    found = words[cosines.argmax(axis=1)]
    return round(float(np.mean(found == [second.casefold() for _, second in pairs])), 4)


def _unit(vectors: Floats) -> Floats:
    """(..., C) of length 1; what points nowhere stays 0."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = vectors / np.where(lengths > 0, lengths, 1)
    return unit
