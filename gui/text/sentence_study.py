"""Sentences as a model reads them, and how alike they then are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.sentences import Reading, read_sentence, sentence_plane, similarities, without_common

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.language_model import LanguageModel
    from core.sentences import Vectors
    from gui.jobs import Job

Place = tuple[str, int]  # pooling and layer


@dataclass(frozen=True, eq=False)
class Read:
    """A sentence as a model read it, and how many tokens it has in all."""

    reading: Reading
    n_tokens: int


@dataclass(frozen=True, eq=False)
class Compared:
    """What the figures show of N sentences.

    Attributes:
        sentences: N of them.
        vectors: (N, C) theirs, without what all share where that is taken away.
        values: (N, N) cosines.
        points: (N, 2) places on the plane.
        shares: Of the differences that lie across and up.
    """

    sentences: tuple[str, ...]
    vectors: Vectors
    values: Vectors
    points: Vectors
    shares: tuple[float, float]


def read_all(
    model: LanguageModel, sentences: Sequence[str], known: Mapping[str, Read], job: Job
) -> dict[str, Read]:
    """On the lane: read each sentence once; what is read so far is reported."""
    read = dict(known)
    for sentence in sentences:
        if sentence not in read and not job.cancelled():
            ids = model.tokenizer.ids(sentence)
            reading = read_sentence(model.weights, ids[-model.config.context :], job.cancelled)
            read = {**read, sentence: Read(reading, len(ids))}
            job.report(read)
    return read


def compare(
    sentences: Sequence[str], read: Sequence[Read], place: Place, *, is_rest: bool
) -> Compared | None:
    """How alike sentences are.

    Args:
        sentences: N of them.
        read: What the model read of each.
        place: Pooling and layer.
        is_rest: Whether what all share is taken away.

    Returns:
        None if their numbers are not finite.
    """
    vectors = np.array([one.reading.vector(*place) for one in read])
    if not np.isfinite(vectors).all():
        return None
    points, shares = sentence_plane(vectors)
    vectors = without_common(vectors) if is_rest else vectors
    return Compared(tuple(sentences), vectors, similarities(vectors), points, shares)
