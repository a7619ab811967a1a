"""A shaped distribution, row by row: the likeliest tokens alone, all others in a few groups.

Every token of the vocabulary is in exactly one row, so the rows of each step sum to what it keeps.

Notation: V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.sampling import stages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.sampling import Stages

STEPS = ("raw", "tempered", "top_k", "top_p", "shaped")  # as in `core.sampling.Stages`
GROUP_ENDS = (50, 200, 1000, 5000, 20_000)  # ranks at which a group of the less likely ends


@dataclass(frozen=True)
class ShapingRow:
    """One token, or a group of neighbours in rank.

    Attributes:
        first: Rank of the likeliest in it, by what the model says; 1 is the likeliest of all.
        last: Rank of the least likely in it.
        token: Its id; None for a group.
        shares: What it has after each of `STEPS`, summed over a group.
        n_kept: How many tokens of it have something, after each.
    """

    first: int
    last: int
    token: int | None
    shares: tuple[float, ...]
    n_kept: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Shaping:
    """All of the vocabulary after every step.

    Attributes:
        order: (V,) ids, the likeliest first by what the model says; of equals the lowest id first.
        stages: Every step over all tokens.
        rows: All of them in rows.
        mass: What each of `STEPS` keeps together: 1 but for the two that cut.
        n_kept: Of how many tokens.
    """

    order: NDArray[np.intp]
    stages: Stages
    rows: tuple[ShapingRow, ...]
    mass: tuple[float, ...]
    n_kept: tuple[int, ...]


def shaping(logits: NDArray[Any], sampling: SamplingConfig, n_alone: int = 12) -> Shaping:
    """Shape a distribution, and sort what became of every token.

    Args:
        logits: (V,) scores.
        sampling: Temperature, top-k and top-p.
        n_alone: How many of the likeliest tokens get a row of their own.

    Raises:
        UserError: A score is not a number.
    """
    made = stages(logits, sampling)
    order = np.argsort(-np.asarray(logits, dtype=np.float64), kind="stable")
    shares = np.stack([getattr(made, step)[order] for step in STEPS])  # (5, V)
    return Shaping(
        order=order,
        stages=made,
        rows=tuple(_row(shares, order, *ranks) for ranks in _ranks(order.size, n_alone)),
        mass=tuple(shares.sum(axis=1).tolist()),
        n_kept=tuple(np.count_nonzero(shares, axis=1).tolist()),
    )


def _ranks(n_tokens: int, n_alone: int) -> list[tuple[int, int]]:
    """First and last rank of every row."""
    alone = [(rank, rank) for rank in range(1, min(n_alone, n_tokens) + 1)]
    ends = [end for end in GROUP_ENDS if n_alone < end < n_tokens]
    if n_tokens > n_alone:
        ends.append(n_tokens)
    starts = [n_alone + 1, *(end + 1 for end in ends)]
    return [*alone, *zip(starts, ends, strict=False)]


def _row(shares: NDArray[np.float64], order: NDArray[np.intp], first: int, last: int) -> ShapingRow:
    own = shares[:, first - 1 : last]
    return ShapingRow(
        first=first,
        last=last,
        token=int(order[first - 1]) if first == last else None,
        shares=tuple(own.sum(axis=1).tolist()),
        n_kept=tuple(np.count_nonzero(own, axis=1).tolist()),
    )


@dataclass(frozen=True)
class Standing:
    """Where one token stands among the others.

    Attributes:
        rank: By what the model says; 1 is the likeliest.
        before: What the likelier ones have of what top-k left, from 0 to 1.
    """

    rank: int
    before: float


def standing(made: Shaping, token: int) -> Standing:
    """Why top-k and top-p keep a token, or cut it."""
    at = int(np.flatnonzero(made.order == token)[0])
    likelier = made.stages.top_k[made.order[:at]].sum()
    return Standing(at + 1, float(likelier / made.stages.top_k.sum()))
