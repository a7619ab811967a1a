"""Which tokens lie nearest to one in the full space, by angle and by distance.

Notation: V vocabulary, C width of an embedding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.sampling import best

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.analogies import Directions

_SPARE = 8  # more than are asked for are measured anew, with all digits


@dataclass(frozen=True)
class Neighbour:
    """A token near another.

    Attributes:
        id: Which.
        cosine: Of the angle between the two: 1 points the same way, 0 at right angles.
        distance: Between the two, Euclidean.
    """

    id: int
    cosine: float
    distance: float


@dataclass(frozen=True, eq=False)
class Vicinity:
    """What lies near a token.

    Attributes:
        token_id: Which.
        cosines: (V,) float32, to every token; 0 for an embedding that points nowhere.
        by_cosine: The nearest by angle, best first, without the token itself.
        by_distance: The nearest by distance.
    """

    token_id: int
    cosines: NDArray[np.float32]
    by_cosine: tuple[Neighbour, ...]
    by_distance: tuple[Neighbour, ...]


def vicinity(directions: Directions, token_id: int, n: int) -> Vicinity:
    """Find the nearest tokens; one pass over the vocabulary.

    Args:
        directions: Of the vocabulary.
        token_id: Whose neighbours.
        n: How many, at most.
    """
    vectors, lengths = directions.vectors, directions.lengths
    own = vectors[token_id].astype(np.float64)
    cosines = directions.cosines(own[None])[:, 0]  # (V,)
    own_length = float(np.linalg.norm(own))
    is_zero = np.zeros(len(vectors), dtype=bool)
    ones = np.flatnonzero(lengths == 1)  # which is also said of a vector of zeros
    is_zero[ones] = ~vectors[ones].any(axis=1)
    squares = np.where(is_zero, 0, lengths**2)
    apart = squares - 2 * own_length * cosines * lengths  # (V,) squared, but for a constant
    others = np.ones(len(vectors), dtype=bool)
    others[token_id] = False
    points = others & ~is_zero & (own_length > 0)
    by_cosine = _nearest(directions, token_id, np.where(points, cosines, -np.inf), n)
    by_distance = _nearest(directions, token_id, np.where(others, -apart, -np.inf), n)
    by_cosine.sort(key=lambda one: (-one.cosine, one.id))
    by_distance.sort(key=lambda one: (one.distance, one.id))
    said = cosines.astype(np.float32)
    said.flags.writeable = False
    return Vicinity(token_id, said, tuple(by_cosine[:n]), tuple(by_distance[:n]))


def _nearest(
    directions: Directions, token_id: int, worth: NDArray[np.float64], n: int
) -> list[Neighbour]:
    """The best by a rounded measure, each measured exactly."""
    ids = [int(i) for i in best(worth, n + _SPARE) if np.isfinite(worth[i])]
    unit = directions.unit([token_id, *ids])
    vectors = directions.vectors[[token_id, *ids]].astype(np.float64)
    cosines = np.clip(unit[1:] @ unit[0], -1, 1).tolist()
    distances = np.linalg.norm(vectors[1:] - vectors[0], axis=1).tolist()
    return [Neighbour(*one) for one in zip(ids, cosines, distances, strict=True)]
