"""All tokens end to end on a line from 0 to 1, and what of it can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FAR = 0.7  # nearly the whole line is no closer look


@dataclass(frozen=True, eq=False)
class DiceScene:
    """The line.

    Attributes:
        ends: (V,) where each token's stretch ends, never falling, the last at 1.
        label: What a token is called, by its id.
    """

    ends: NDArray[np.float64]
    label: Callable[[int], str]

    def check(self) -> None:
        """Refuse what is no such line.

        Raises:
            ValueError: The ends fall, or do not lead from 0 to 1.
        """
        ends = self.ends
        if ends.ndim != 1 or not ends.size or not np.isfinite(ends).all():
            raise ValueError(f"ends have shape {ends.shape}, expected (V,) finite numbers")
        if ends[0] < 0 or (np.diff(ends) < 0).any() or abs(ends[-1] - 1) > 1e-6:
            raise ValueError("the ends do not rise from 0 to 1")

    def stretch(self, token: int) -> tuple[float, float]:
        """Where a token lies."""
        return float(self.ends[token - 1]) if token else 0.0, float(self.ends[token])

    def share(self, one: Segment) -> float:
        """How probable a stretch is: all of a token, even where only a part of it is shown."""
        start, end = (one.start, one.end) if one.token is None else self.stretch(one.token)
        return end - start


@dataclass(frozen=True)
class Segment:
    """A stretch that can be told apart: one token, or many neighbours in one.

    Attributes:
        start: Of it on the line.
        end: Of it on the line.
        token: The id; None for many.
        n: How many tokens that have any length.
    """

    start: float
    end: float
    token: int | None
    n: int


def segments(scene: DiceScene, start: float, end: float, least: float) -> tuple[Segment, ...]:
    """What can be told apart in a part of the line.

    Args:
        scene: The line.
        start: Where the part begins.
        end: Where it ends.
        least: The shortest stretch that stands alone; shorter ones next to each other are merged.

    Returns:
        From left to right; together they are the part, without a gap.
    """
    ends = scene.ends
    starts = np.concatenate([[0.0], ends[:-1]])
    seen = np.flatnonzero((ends > starts) & (ends > start) & (starts < end))
    alone = seen[ends[seen] - starts[seen] >= least].tolist()
    found: list[Segment] = []
    at = start
    n_before = 0  # of `seen`
    for token in [*alone, None]:
        here = len(seen) if token is None else int(np.searchsorted(seen, token))
        upto = end if token is None else max(float(starts[token]), start)
        n_merged = here - n_before
        if n_merged:
            only = int(seen[n_before]) if n_merged == 1 else None
            found.append(Segment(at, upto, only, n_merged))
        if token is not None:
            found.append(Segment(upto, min(float(ends[token]), end), token, 1))
            at = found[-1].end
            n_before = here + 1
    return tuple(found)


def closer(scene: DiceScene, token: int) -> tuple[float, float]:
    """The part of the line around a token in which it takes a third of the room, or all of it."""
    start, end = scene.stretch(token)
    width = 3 * (end - start)
    width = width if width < FAR else 1.0
    left = min(max((start + end - width) / 2, 0.0), 1.0 - width)
    return left, left + width
