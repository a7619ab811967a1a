"""Whole sentences as vectors: what their tokens became in a layer, averaged or the last one.

In an average all tokens may count alike, or rare ones more than those that stand in any sentence.

Notation as in `core.inference`: T tokens, L layers, C model width, V vocabulary; N sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.inference import read_all
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.inference import Floats, Weights

    Vectors = NDArray[np.float64]

MEAN, LAST = "mean", "last"
RARITY = 1e-3  # share of a text from which on a token counts less than half
NOTHING = 1e-9  # what is left of a vector, beside what it was, if nothing but rounding is left


@dataclass(frozen=True, eq=False)
class Reading:
    """A sentence as vectors, one from the beginning and one after each layer.

    The row L is the stream after the last norm, what the next token is predicted from; the others
    are what enters each block (Hugging Face's `hidden_states`).

    Attributes:
        n_tokens: T, those that were read.
        mean: (L + 1, C) the mean of the T tokens' vectors.
        last: (L + 1, C) the last token's vector.
    """

    n_tokens: int
    mean: Vectors
    last: Vectors

    def vector(self, pooling: str, layer: int) -> Vectors:
        """(C,) by "mean" or "last", after so many layers."""
        return np.asarray((self.mean if pooling == MEAN else self.last)[layer])


def read_sentence(
    weights: Weights, ids: Sequence[int], cancelled: Callable[[], bool] = never
) -> Reading:
    """Have a model read a sentence; nothing of the model is changed or kept.

    Args:
        weights: Of the model.
        ids: From 1 to as many tokens as the context holds.
        cancelled: Asked before every block.

    Raises:
        Cancelled: It said yes.
        ValueError: No tokens, or more than the context holds.
    """
    if not ids:
        raise ValueError("a sentence without tokens")
    layers: list[tuple[Vectors, Vectors]] = []

    def see(_layer: int, name: str, value: Floats) -> None:
        if name == "resid_pre":
            if cancelled():
                raise Cancelled
            layers.append(_pooled(value))

    layers.append(_pooled(read_all(weights, ids, see)))
    mean, last = zip(*layers, strict=True)
    return Reading(len(ids), np.array(mean), np.array(last))


def _pooled(stream: Floats) -> tuple[Vectors, Vectors]:
    """Mean and last of a stream (T, C)."""
    return mean_of(stream), stream[-1].astype(np.float64)


def mean_of(streams: Floats, weights: Vectors | None = None) -> Vectors:
    """The mean of a sentence's tokens.

    Args:
        streams: (..., T, C) of one layer, or of several.
        weights: (T,) above 0, how much each token counts; all alike without.

    Returns:
        (..., C).
    """
    if weights is None:
        return np.asarray(streams.mean(axis=-2, dtype=np.float64))
    return np.asarray(weights @ streams.astype(np.float64) / weights.sum())


def rarity(counts: NDArray[Any]) -> Vectors:
    """How much a token counts in the mean of a sentence if rare ones are to tell most.

    A token that makes up the share p of a text counts a / (a + p), with a = `RARITY`. Paraphrases
    are found clearly better so, and best by the embeddings without their positions. Removing the
    vectors' first principal component too, as the source does, gained nothing more once what all
    share is taken away.

    Source: Arora, Liang & Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings",
    section 3.

    Args:
        counts: (V,) how often each token, or word, stands in a text; at least one of them does.

    Returns:
        (V,) from above 0 to 1, the weight of what the text does not have.
    """
    return np.asarray(RARITY / (RARITY + counts / counts.sum()))


def without_common(vectors: Vectors) -> Vectors:
    """(N, C) less what all share, their mean; what is left of equal ones is exactly 0."""
    rest = vectors - vectors.mean(axis=0)
    is_nothing = np.linalg.norm(rest, axis=1) <= NOTHING * np.linalg.norm(vectors, axis=1)
    rest[is_nothing] = 0
    return np.asarray(rest)


def similarities(vectors: Vectors) -> Vectors:
    """Cosines of all pairs.

    Args:
        vectors: (N, C).

    Returns:
        (N, N) from -1 to 1; NaN where one of the two is all 0 and points nowhere.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.full_like(vectors, np.nan), where=lengths > 0)
    return np.asarray(np.clip(unit @ unit.T, -1, 1))


def sentence_plane(vectors: Vectors) -> tuple[Vectors, tuple[float, float]]:
    """Lay sentences on their two widest directions, by principal component analysis.

    Args:
        vectors: (N, C), N at least 1.

    Returns:
        (N, 2) around (0, 0), each direction turned so that its largest value is positive; one that
        does not exist is all 0. The shares of the differences that lie along the two.
    """
    points = np.zeros((len(vectors), 2))
    left, sizes, _ = np.linalg.svd(without_common(vectors), full_matrices=False)
    along = (left * sizes)[:, :2]  # (N, 2)
    along = along * np.sign(along[np.abs(along).argmax(axis=0), np.arange(along.shape[1])])
    points[:, : along.shape[1]] = along
    squares: NDArray[Any] = np.square(sizes)
    total = float(squares.sum())
    first, second = (*squares[:2].tolist(), 0.0)[:2]
    return points, (first / total, second / total) if total > 0 else (0.0, 0.0)
