"""Neighbours on a plane: t-distributed stochastic neighbour embedding, all pairs of points.

Every point says with which probabilities it would choose each other one as its neighbour, once in
the full space and once on the plane; the points of the plane then move until both agree as well as
they can. Groups that belong together come apart from the others; how far apart, and how large a
group is, means little.

Written here in numpy rather than taken from openTSNE: nothing to compile or install, every step is
in sight, and for a few thousand points it is quick enough. All pairs repel each other, computed in
blocks that fit the processor's cache; only the 3 x perplexity nearest attract each other, since the
others' probabilities vanish. For the 5,120 tokens of the bundled model an iteration takes 18 ms on
one core and all 750 of them 14 s, measured. The time grows with the square of the number of points:
at `MOST` it is 20 s, and it goes no further. GPT-2's 50,257 tokens would take 20 minutes.

Notation: N points, D numbers each, K neighbours of each, E pairs of neighbours.
Source: van der Maaten and Hinton 2008, "Visualizing data using t-SNE"; start from the principal
components and step size as in Kobak and Berens 2019, "The art of using t-SNE".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.geometry import reduced
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ids = NDArray[np.int64]

MOST = 6000  # points
DIMENSIONS = 50  # of the full space that are kept: the widest
PERPLEXITY = 30.0
EARLY, LATER = 250, 500  # iterations
EXAGGERATION = 12.0  # of the attraction while groups form
MOMENTUM = (0.5, 0.8)  # while groups form, and then
LEAST_GAIN = 0.01
START_SPREAD, JITTER = 1e-4, 1e-7  # of the first positions; so that equal points come apart
ROWS = 64  # of all pairs that are computed at a time
SEARCH_STEPS = 64  # halvings of the interval in which a width lies


@dataclass(frozen=True, eq=False)
class Affinities:
    """How probable it is that two points are neighbours in the full space.

    Attributes:
        counts: (N,) how many neighbours each point has, at least one.
        others: (E,) who they are, those of the first point first; every pair stands here twice.
        shares: (E,) summing to 1.
    """

    counts: Ids
    others: Ids
    shares: Floats


@dataclass(frozen=True, eq=False)
class Step:
    """How far it is.

    Attributes:
        done: Share of the work, from 0 to 1.
        points: (N, 2) where the points are now.
    """

    done: float
    points: NDArray[np.float32]


def tsne(
    vectors: NDArray[Any],
    seed: int = 0,
    perplexity: float = PERPLEXITY,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Step]:
    """Lay points on a plane so that neighbours stay neighbours. Stop asking to cancel.

    Args:
        vectors: (N, C) one row a point; only the directions count, not the lengths.
        seed: Of what sets apart points that are equal.
        perplexity: About how many neighbours each point has; less where there are few points.
        cancelled: Asked after each millisecond or so, to end in the midst of a step too.

    Yields:
        After each twentieth of a second of work or less (but for once, when all neighbours are
        known), where the points are; first the principal components, last the result.

    Raises:
        UserError: A number is not finite.
        Cancelled: Nobody wants it any more.
    """
    points = reduced(_directions(vectors), DIMENSIONS).astype(np.float32)  # (N, D)
    placed: Floats = _start(points, seed)  # (N, 2)
    n_early = -(-len(points) // ROWS)  # blocks of neighbours, each as long as an iteration or less
    n_all = n_early + EARLY + LATER
    yield Step(0.0, placed.copy())
    if len(points) < 2:
        yield Step(1.0, placed)
        return
    parts: list[tuple[Ids, Floats]] = []
    for part in _neighbours(points, perplexity):
        parts.append(part)
        yield Step(len(parts) / n_all, placed.copy())
        check(cancelled)
    ids, shares = (np.concatenate(each) for each in zip(*parts, strict=True))
    affinities = symmetric(ids, shares, cancelled)
    rate = max(len(points) / EXAGGERATION / 4, min(len(points), 50.0))
    moved: Floats = np.zeros_like(placed)
    gains: Floats = np.ones_like(placed)
    for number in range(EARLY + LATER):
        is_early = number < EARLY
        slope = gradient(affinities, placed, EXAGGERATION if is_early else 1.0, cancelled)
        against = np.sign(slope) != np.sign(moved)
        gains = np.where(against, gains + 0.2, gains * 0.8).clip(min=LEAST_GAIN)
        moved = MOMENTUM[not is_early] * moved - rate * gains * slope
        placed = placed + moved
        placed -= placed.mean(axis=0)
        yield Step((n_early + number + 1) / n_all, placed.astype(np.float32))


def check(cancelled: Callable[[], bool]) -> None:
    """End here if that is wanted."""
    if cancelled():
        raise Cancelled


def _directions(vectors: NDArray[Any]) -> NDArray[Any]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1))


def _start(points: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """(N, 2) the principal components, small, and no two points quite equal."""
    widest = points[:, :2]
    if widest.shape[1] < 2:
        widest = np.pad(widest, ((0, 0), (0, 2 - widest.shape[1])))
    spread = float(widest[:, 0].std()) or 1.0
    jitter = np.random.default_rng(seed).normal(scale=JITTER, size=widest.shape)
    return np.asarray(widest * (START_SPREAD / spread) + jitter, dtype=np.float32)


def _neighbours(points: Floats, perplexity: float) -> Iterator[tuple[Ids, Floats]]:
    """(rows, K) ids of the nearest of each point, and (rows, K) how probable each of them is."""
    n_points = len(points)
    perplexity = max(min(perplexity, (n_points - 1) / 3), 1.0)
    n_nearest = min(round(3 * perplexity), n_points - 1)
    squares = np.square(points).sum(axis=1)  # (N,)
    for start in range(0, n_points, ROWS):
        block = points[start : start + ROWS]
        rows = np.arange(len(block))
        apart = squares[start : start + ROWS, None] - 2 * (block @ points.T) + squares
        apart[rows, start + rows] = np.inf  # nobody is their own neighbour
        ids = np.argpartition(apart, n_nearest - 1, axis=1)[:, :n_nearest]
        near = np.take_along_axis(apart, ids, axis=1).clip(min=0)
        yield ids, conditional(near, perplexity)


def conditional(squared: Floats, perplexity: float) -> NDArray[np.float64]:
    """With which probability each point chooses each of its neighbours.

    Args:
        squared: (N, K) squared distances.
        perplexity: e to the entropy that each row is to have, in nats.

    Returns:
        (N, K) proportional to exp(-squared distance x b), each row summing to 1; b is searched for
        each row by halving. Where all distances are equal, so are the probabilities.
    """
    squared = squared.astype(np.float64)
    squared = squared - squared.min(axis=1, keepdims=True)
    scale = np.where((mean := squared.mean(axis=1)) > 0, mean, 1)  # (N,)
    squared = squared / scale[:, None]
    low, high = np.full(len(squared), -30.0), np.full(len(squared), 30.0)  # of ln b
    for _ in range(SEARCH_STEPS):
        middle = (low + high) / 2
        shares = np.exp(-squared * np.exp(middle)[:, None])
        sums = shares.sum(axis=1)
        entropy = np.log(sums) + np.exp(middle) * (shares * squared).sum(axis=1) / sums
        too_wide = entropy > np.log(perplexity)
        low, high = np.where(too_wide, middle, low), np.where(too_wide, high, middle)
    return np.asarray(shares / sums[:, None])


def symmetric(neighbours: Ids, shares: Floats, cancelled: Callable[[], bool] = never) -> Affinities:
    """How probable each pair is, whichever of the two chooses: the mean of both, over N.

    In blocks of rows as wide as all points, which is quicker than to sort all pairs, measured.

    Args:
        neighbours: (N, K) ids.
        shares: (N, K) how probable each of them is for its row.
        cancelled: Asked before each block.

    Raises:
        Cancelled: Nobody wants it any more.
    """
    n_points, n_nearest = neighbours.shape
    choosers = np.repeat(np.arange(n_points), n_nearest)
    chosen, halves = neighbours.ravel(), shares.ravel() / (2 * n_points)
    # Who chose whom, by whom was chosen; small numbers are sorted much faster.
    order = np.argsort(chosen.astype(np.uint16 if n_points <= 1 << 16 else np.int64), kind="stable")
    ends = np.cumsum(np.bincount(chosen, minlength=n_points))
    counts, others, joint = [], [], []
    for start in range(0, n_points, ROWS):
        check(cancelled)
        stop = min(start + ROWS, n_points)
        table = np.zeros((stop - start, n_points))
        own = slice(start * n_nearest, stop * n_nearest)
        table[choosers[own] - start, chosen[own]] = halves[own]
        by = order[ends[start - 1] if start else 0 : ends[stop - 1]]
        table[chosen[by] - start, choosers[by]] += halves[by]
        is_pair = table > 0
        places = np.flatnonzero(is_pair)
        counts.append(is_pair.sum(axis=1))
        others.append(places % n_points)
        joint.append(table.ravel()[places].astype(np.float32))
    return Affinities(*(np.concatenate(each) for each in (counts, others, joint)))


def gradient(
    affinities: Affinities,
    placed: Floats,
    exaggeration: float = 1.0,
    cancelled: Callable[[], bool] = never,
) -> Floats:
    """The slope of the divergence from the affinities to those on the plane.

    Args:
        affinities: In the full space.
        placed: (N, 2) on the plane.
        exaggeration: Times which the affinities count.
        cancelled: Asked before each block of pairs.

    Returns:
        (N, 2) in the type of `placed`.

    Raises:
        Cancelled: Nobody wants it any more.

    Source: van der Maaten and Hinton 2008, equation 5.
    """
    pushed, total = _repulsion(placed, cancelled)
    steps, closeness = _pairs(affinities, placed)
    pulls = affinities.shares * placed.dtype.type(exaggeration) * closeness  # (E,)
    starts = np.cumsum(affinities.counts) - affinities.counts
    pulled = np.stack([np.add.reduceat(pulls * step, starts) for step in steps], axis=1)  # (N, 2)
    return np.asarray(4 * (pulled - pushed / total), dtype=placed.dtype)


def _pairs(affinities: Affinities, placed: Floats) -> tuple[tuple[Floats, Floats], Floats]:
    """For every pair of neighbours the way between them, (E,) across and up, and 1 / (1 + d^2)."""
    across, up = (
        np.repeat(line, affinities.counts) - np.take(line, affinities.others)
        for line in np.ascontiguousarray(placed.T)
    )
    return (across, up), 1 / (1 + across * across + up * up)


def _repulsion(
    placed: Floats, cancelled: Callable[[], bool] = never
) -> tuple[NDArray[np.float64], float]:
    """(N, 2) sum of w^2 (y_i - y_j) over all j, and the sum of w over all pairs; w = 1/(1 + d^2).

    A row of the first product is 1 + d^2 to every other point at once.
    """
    n_points = len(placed)
    squares, ones = np.square(placed).sum(axis=1), np.ones(n_points, placed.dtype)
    left = np.column_stack([-2 * placed, squares, ones])  # (N, 4)
    right = np.ascontiguousarray(np.column_stack([placed, ones, squares + 1]).T)  # (4, N)
    summed = np.column_stack([placed, ones])  # (N, 3)
    pushed = np.zeros((n_points, 3))
    total = -float(n_points)  # without each point and itself
    for start in range(0, n_points, ROWS):
        check(cancelled)
        stop = min(start + ROWS, n_points)
        weights = left[start:stop] @ right[:, start:]  # (rows, N - start): each pair once
        np.reciprocal(weights, out=weights)
        total += float(weights[:, : stop - start].sum() + 2 * weights[:, stop - start :].sum())
        np.square(weights, out=weights)
        pushed[start:stop] += weights @ summed[start:]
        pushed[stop:] += weights[:, stop - start :].T @ summed[start:stop]
    return placed * pushed[:, 2:] - pushed[:, :2], total
