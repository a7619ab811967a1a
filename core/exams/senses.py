"""Words with two meanings: told apart by their vectors, and the walk of "bank".

Notation: C model width, D = L + 1 depths: the embedding, and what each of the L blocks makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.exams.contexts import Context, found_contexts, written_contexts
from core.exams.result import Answer, Result, at_best_depth, result_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.exams.material import Material
    from core.exams.reader import Transformer

    Floats = NDArray[np.floating[Any]]

_KNOWN = _ASKED = 16  # contexts of one meaning, at most
_CLUE_DOCUMENTS = 2000


class Placed(NamedTuple):
    """A context, and (D, C) what the word has become in it."""

    context: Context
    vectors: Floats


def word_senses(material: Material, reader: Transformer) -> Result:
    """Which meaning has the word? That of the nearest mean vector.

    The contexts are held-out documents that speak of such words, each up to the word, at most 16
    of a meaning; the means are those of documents from the training text. No training text has the
    held-out documents; their single sentences it has, for they are made from the same templates.
    By depth, 0 is the word's embedding without its position, where all contexts are equal. "other
    wording" takes the means only of contexts that were made from other templates than the one that
    is asked about.
    """
    known = _placed(reader, found_contexts(material, material.training, _KNOWN))
    asked = _placed(reader, found_contexts(material, material.held_out_of_senses, _ASKED))
    means = _means(known)
    answers = [nearest(one, means[one.context.word]) for one in asked if _answerable(one, means)]
    others = []
    for one in asked:
        means = _means(other for other in known if other.context.source != one.context.source)
        if _answerable(one, means):
            others.append(nearest(one, means[one.context.word]))
    details = {"other wording, by depth": at_best_depth(others).details["by depth"]}
    return at_best_depth(answers, aim=0.98, details=details)


def word_senses_anew(material: Material, reader: Transformer) -> Result:
    """Which meaning has the word, in sentences written by hand?

    The nearest mean vector of the word's contexts in training documents must be that of the same
    meaning. No text has the sentences, and nothing of them went into the means.
    """
    means = _means(_placed(reader, found_contexts(material, material.training, _KNOWN)))
    asked = _placed(reader, written_contexts(material))
    answers = [nearest(one, means[one.context.word]) for one in asked if _answerable(one, means)]
    return at_best_depth(answers, aim=0.98, seen_in=material.learnt_text)


def bank_walk(material: Material, reader: Transformer) -> Result:
    """Does "bank" walk towards the river, or the money, that stood before it?

    In sentences written by hand, which no text has, the last block's vector must be nearer (by
    cosine) to the clue's than the embedding was, and nearer to it than to the other clue's. A
    clue's vector is the mean, at the same depth, of that word's vectors in held-out documents that
    do not speak of banks; the mean of all held-out documents is taken away from everything.
    """
    words = {
        sense: entry["clue"]
        for sense, entry in material.questions("senses").items()
        if "clue" in entry
    }
    centre, clues = _clues(words, material.held_out[:_CLUE_DOCUMENTS], reader)
    walks, answers = [], []
    for context in written_contexts(material):
        if context.sense in clues:
            vectors = _vectors(reader, context.text) - centre  # (D, C)
            wrong = next(sense for sense in clues if sense != context.sense)
            right_by_depth = _cosines(vectors, clues[context.sense])  # (D,)
            wrong_by_depth = _cosines(vectors, clues[wrong])  # (D,)
            rises = right_by_depth[-1] > right_by_depth[0]
            beats = right_by_depth[-1] > wrong_by_depth[-1]
            said = f"{right_by_depth[-1]:.2f} to its clue, {wrong_by_depth[-1]:.2f} to the other's"
            answers.append(Answer(context.sense, float(rises and beats), 0.25, context.text, said))
            walks.append((right_by_depth, wrong_by_depth))
    toward, away = np.array(walks).transpose(1, 0, 2)  # (N, D) each
    details = {
        "cosine to the right clue, by depth": _rounded(toward.mean(axis=0)),
        "cosine to the wrong clue, by depth": _rounded(away.mean(axis=0)),
        "nearer to the right clue, by depth": _rounded((toward > away).mean(axis=0)),
        "nearer to the right clue than the embedding, by depth": _rounded(
            (toward > toward[:, :1]).mean(axis=0)
        ),
    }
    return result_of(answers, aim=0.95, seen_in=material.learnt_text, details=details)


def _clues(
    words: Mapping[str, str], documents: Sequence[str], reader: Transformer
) -> tuple[Floats, dict[str, Floats]]:
    """(D, C) the mean of all documents, and how far from it the clue of each meaning lies."""
    everything: list[Floats] = []
    found: dict[str, list[Floats]] = {sense: [] for sense in words}
    for document in documents:
        ids = reader.tokenizer.ids(document)[: reader.model.config.context]
        vectors = reader.vectors(ids)  # (D, T, C)
        everything.append(vectors.mean(axis=1))
        for sense, clue in words.items():
            token = reader.tokenizer.ids(f" {clue}")[-1]
            places = [at for at, token_id in enumerate(ids) if token_id == token]
            if places and "bank" not in document:
                found[sense].append(vectors[:, places].mean(axis=1))
    centre: Floats = np.mean(everything, axis=0)
    for sense, clue in words.items():
        found[sense] = found[sense] or [_vectors(reader, f"the {clue}")]
    return centre, {sense: np.mean(each, axis=0) - centre for sense, each in found.items()}


# Vectors


def _vectors(reader: Transformer, text: str) -> Floats:
    """(D, C) what the last token of a text has become at every depth."""
    vectors: Floats = reader.vectors(reader.tokenizer.ids(text))[:, -1]
    return vectors


def _placed(reader: Transformer, contexts: Iterable[Context]) -> list[Placed]:
    return [Placed(context, _vectors(reader, context.text)) for context in contexts]


def _means(placed: Iterable[Placed]) -> dict[str, dict[str, Floats]]:
    """(D, C) the mean vectors of every meaning, by word."""
    grouped: dict[str, dict[str, list[Floats]]] = {}
    for (word, sense, *_), vectors in placed:
        grouped.setdefault(word, {}).setdefault(sense, []).append(vectors)
    return {
        word: {sense: np.mean(each, axis=0) for sense, each in senses.items()}
        for word, senses in grouped.items()
    }


def _answerable(one: Placed, means: Mapping[str, Mapping[str, Floats]]) -> bool:
    """Whether its own meaning is known, and another."""
    senses = means.get(one.context.word, {})
    return one.context.sense in senses and len(senses) > 1


def nearest(one: Placed, means: Mapping[str, Floats]) -> list[Answer]:
    """Whether the nearest mean is that of the right meaning, at each depth.

    Args:
        one: The word in its context.
        means: (D, C) of each meaning. Where several are equally near, each gets its share.
    """
    context, vectors = one
    senses = list(means)
    distances = np.stack([np.linalg.norm(vectors - means[sense], axis=1) for sense in senses])
    least = distances.min(axis=0)  # (D,)
    closest = np.isclose(distances, least, rtol=1e-5, atol=1e-6)  # (senses, D)
    rights = closest[senses.index(context.sense)] / closest.sum(axis=0)  # (D,)
    said = [senses[at] for at in distances.argmin(axis=0)]
    return [
        Answer(context.word, float(right), 1 / len(senses), context.text, instead)
        for right, instead in zip(rights, said, strict=True)
    ]


def _cosines(vectors: Floats, others: Floats) -> Floats:
    """(D,) of the angles between (D, C) and (D, C)."""
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(others, axis=1)
    cosines: Floats = (vectors * others).sum(axis=1) / np.where(lengths > 0, lengths, 1)
    return cosines


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 3) for value in values]
