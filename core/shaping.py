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
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.sampling import Stages

# As in `core.sampling.Stages`.
STEPS = ("raw", "penalised", "tempered", "top_k", "top_p", "min_p", "shaped")
EXTRAS = ("penalised", "min_p")  # steps that few use; off, each is as the one before it
GROUP_ENDS = (50, 200, 1000, 5000, 20_000)  # ranks at which a group of the less likely ends,
FEW_ENDS = (50, 1000)  # and where there is room for no more rows than
FEW_ROWS = 12


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
        mass: What each of `STEPS` keeps together: 1 but for those that cut.
        n_kept: Of how many tokens.
    """

    order: NDArray[np.intp]
    stages: Stages
    rows: tuple[ShapingRow, ...]
    mass: tuple[float, ...]
    n_kept: tuple[int, ...]


def shaping(
    logits: NDArray[Any],
    sampling: SamplingConfig,
    n_rows: int = 17,
    seen: Sequence[int] | NDArray[Any] = (),
) -> Shaping:
    """Shape a distribution, and sort what became of every token.

    Args:
        logits: (V,) scores.
        sampling: What is done to them.
        n_rows: How many rows at most, groups included; the likeliest tokens get one each.
        seen: Tokens of the text that the model sees, for the repetition penalty.

    Raises:
        UserError: A score is not a number.
    """
    made = stages(logits, sampling, seen)
    order = np.argsort(-np.asarray(logits, dtype=np.float64), kind="stable")
    shares = np.stack([getattr(made, step)[order] for step in STEPS])  # (steps, V)
    return Shaping(
        order=order,
        stages=made,
        rows=tuple(_row(shares, order, *ranks) for ranks in _ranks(order.size, n_rows)),
        mass=tuple(shares.sum(axis=1).tolist()),
        n_kept=tuple(np.count_nonzero(shares, axis=1).tolist()),
    )


def _ranks(n_tokens: int, n_rows: int) -> list[tuple[int, int]]:
    """First and last rank of every row."""
    group_ends = FEW_ENDS if n_rows <= FEW_ROWS else GROUP_ENDS
    n_groups = 1 + sum(end < n_tokens for end in group_ends)
    n_alone = n_tokens if n_tokens <= n_rows else max(n_rows - n_groups, 1)
    alone = [(rank, rank) for rank in range(1, min(n_alone, n_tokens) + 1)]
    ends = [end for end in group_ends if n_alone < end < n_tokens]
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
        rank: After the temperature; 1 is the likeliest.
        before: What the likelier ones have of what top-k left, from 0 to 1.
        highest: Share of the likeliest.
    """

    rank: int
    before: float
    highest: float


def standing(made: Shaping, token: int) -> Standing:
    """Why top-k, top-p and min-p keep a token, or cut it."""
    tempered, top_k = made.stages.tempered, made.stages.top_k
    # By the scores: near temperature 0 nearly all shares are 0, and no temperature changes places.
    order = np.argsort(-made.stages.penalised, kind="stable")
    at = int(np.flatnonzero(order == token)[0])
    likelier = top_k[order[:at]].sum()
    return Standing(at + 1, float(likelier / top_k.sum()), float(tempered.max()))
