"""Where the embeddings lie: the vocabulary on its widest directions.

Notation: V vocabulary, C width of an embedding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.trace import EmbeddingPlane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


# Farther from the middle than this many times the usual distance (4 standard deviations of a
# normal spread), a token has no say in which directions are widest.
FAR = 6.0


def plane(embeddings: NDArray[Any], labels: Sequence[str]) -> EmbeddingPlane:
    """Lay the vocabulary on its two widest directions, by principal component analysis.

    Tokens that training never met (lone bytes, pieces on the way to longer tokens) lie far off in
    a heap of their own, and the widest direction of all would only tell them from the others. So
    the directions are found without what lies far off; every token is shown.

    A direction has no natural sign; each is turned so that its largest component is positive, and
    the same embeddings always give the same picture.

    Args:
        embeddings: (V, C) one row a token.
        labels: V token labels.

    Returns:
        Points centred on the mean of those that count; a direction that does not exist is all 0.

    Raises:
        UserError: An embedding is not a finite number, or too large to be squared.
        ValueError: The embeddings are no table of numbers, or there are not as many labels.
    """
    _check(embeddings)
    if len(labels) != len(embeddings):
        raise ValueError(f"{len(labels)} labels for {len(embeddings)} embeddings")
    counts = np.ones(len(embeddings), dtype=bool)  # (V,)
    for _ in range(3):
        mean, widest, explained = _principal(embeddings[counts])
        points = np.zeros((len(embeddings), 2), dtype=np.float32)  # (V, 2)
        points[:, : widest.shape[1]] = (embeddings - mean) @ widest
        near = counts & ~_far(points, counts)
        if near.all() or near.sum() == counts.sum() or near.sum() <= len(near) // 2:
            break
        counts = near
    points.flags.writeable = False
    return EmbeddingPlane(points, explained, tuple(labels))


def reduced(embeddings: NDArray[Any], n_dimensions: int) -> NDArray[Any]:
    """The same points with fewer numbers each: those along their widest directions.

    Args:
        embeddings: (V, C) one row a token.
        n_dimensions: How many to keep, at most.

    Returns:
        (V, D) centred, widest direction first; signs as those of `plane`.

    Raises:
        UserError: An embedding is not a finite number, or too large to be squared.
        ValueError: The embeddings are no table of numbers.
    """
    _check(embeddings)
    mean, widest, _ = _principal(embeddings, n_dimensions)
    return np.asarray((embeddings - mean) @ widest)


def _principal(
    embeddings: NDArray[Any], n: int = 2
) -> tuple[NDArray[Any], NDArray[Any], tuple[float, float]]:
    """Mean (C,), the n widest directions (C, n or C), and the first two's share of the variance."""
    mean = embeddings.mean(axis=0, dtype=np.float64).astype(embeddings.dtype)  # (C,)
    with np.errstate(over="ignore", invalid="ignore"):
        centred = embeddings - mean  # (V, C)
        # C is far below V: directions of the (C, C) covariance are quicker than an SVD of (V, C).
        covariance = (centred.T @ centred).astype(np.float64) / len(embeddings)  # (C, C)
    if not np.isfinite(covariance).all():
        raise UserError("Some embeddings are so large that no plane can show them.")
    variances, directions = np.linalg.eigh(covariance)  # ascending (C,), columns (C, C)
    widest = directions[:, ::-1][:, :n]
    largest = np.abs(widest).argmax(axis=0)  # (n,)
    widest = widest * np.sign(widest[largest, np.arange(widest.shape[1])])
    return mean, widest.astype(embeddings.dtype), _shares(variances[::-1])


def _far(points: NDArray[np.float32], counts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(V,) which points lie far off along one of the two directions."""
    off = np.abs(points - np.median(points[counts], axis=0))  # (V, 2)
    usual = np.median(off[counts], axis=0)  # (2,)
    return np.asarray((off > FAR * usual).any(axis=1) & (usual > 0).all())


def _check(embeddings: NDArray[Any]) -> None:
    if embeddings.ndim != 2 or embeddings.size == 0 or embeddings.dtype.kind != "f":
        raise ValueError(f"embeddings are {embeddings.dtype} {embeddings.shape}, expected (V, C)")
    if not np.isfinite(embeddings).all():
        raise UserError("Some embeddings are not finite numbers, so they have no place on a plane.")


def _shares(variances: NDArray[np.float64]) -> tuple[float, float]:
    """Share of all variance along the first two directions, 0 for one that does not exist."""
    total = float(variances.clip(min=0).sum())
    first, second = (*variances[:2].clip(min=0).tolist(), 0.0)[:2]
    return (first / total, second / total) if total > 0 else (0.0, 0.0)
