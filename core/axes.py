"""A plane whose axes one makes oneself: two words make one, the difference of their embeddings.

Notation: V vocabulary, C width of an embedding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.geometry import plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pair = tuple[int, int]  # ids of the word at an axis's start and of that at its end


@dataclass(frozen=True, eq=False)
class OwnPlane:
    """The vocabulary between words of one's choice.

    Attributes:
        points: (V, 2) float32 where each token lies; the middle between two words is 0.
        shares: Of all differences between tokens, how much lies along each axis.
        cosine: Of the angle between the two axes in the full space: 0 if they are independent.
    """

    points: NDArray[np.float32]
    shares: tuple[float, float]
    cosine: float


def own_plane(embeddings: NDArray[Any], across: Pair, up: Pair | None = None) -> OwnPlane:
    """Place every token by its projections onto differences of two words.

    Args:
        embeddings: (V, C) one row a token.
        across: Makes the axis across, from the first word at the left to the second.
        up: Makes the axis up; without it, the widest direction of what the first leaves.

    Raises:
        UserError: Two words have the same embedding, or numbers are not finite.
    """
    first, x = project(embeddings, across)
    if up is None:
        rest = embeddings - (embeddings @ first)[:, None] * first  # (V, C)
        y, cosine = plane(rest, [""] * len(rest)).points[:, 0], 0.0
    else:
        second, y = project(embeddings, up)
        cosine = float(first.astype(np.float64) @ second)
    points = np.stack([x, y], axis=1).astype(np.float32)
    points.flags.writeable = False
    total = float(embeddings.var(axis=0, dtype=np.float64).sum())  # not 0: two words differ
    shares = [float(line.var(dtype=np.float64)) / total for line in (x, y)]
    return OwnPlane(points, (shares[0], shares[1]), cosine)


def project(embeddings: NDArray[Any], pair: Pair) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where each token lies between two words.

    Args:
        embeddings: (V, C) one row a token.
        pair: Ids of the two words.

    Returns:
        (C,) the way from the first word to the second, of length 1; and (V,) how far along it each
        token lies from the middle between the two.

    Raises:
        UserError: The two have the same embedding, or numbers are not finite.
    """
    start, end = embeddings[list(pair)].astype(np.float64)
    way = end - start
    length = float(np.linalg.norm(way))
    if not np.isfinite(length):
        raise UserError("Some embeddings are not finite numbers, so they have no place on an axis.")
    if length == 0:
        raise UserError("The two words are the same to the model: choose two different ones.")
    unit = (way / length).astype(embeddings.dtype)
    middle = float((start + end) @ unit.astype(np.float64) / 2)
    return unit, embeddings @ unit - embeddings.dtype.type(middle)
