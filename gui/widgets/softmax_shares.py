"""A row of attention as it is shared out, and how its numbers are written so that they add up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

COLUMNS = ("q · k", "score", "e^score", "share", "now")  # the last only where it was changed
DOTS, SCORES, POWERS, SHARES, NOW = range(5)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False)
class Shares:
    """A row of attention, step by step; T numbers each.

    Attributes:
        labels: Of the tokens.
        row: Position of the token that looks.
        column: Of the one in question.
        dots: Sums of products.
        scores: Divided, and minus infinity for tokens behind `row`.
        powers: e^scores.
        total: Sum of the powers.
        shares: Their parts of it.
        now: What the row is since it was changed by hand; None if it was not.
    """

    labels: Sequence[str]
    row: int
    column: int
    dots: Doubles
    scores: Doubles
    powers: Doubles
    total: float
    shares: Doubles
    now: Doubles | None = None

    @property
    def power(self) -> int:
        """The power of ten in whose units the powers of e are written; 0 if they are handy."""
        if not np.isfinite(self.total) or self.total <= 0 or 1e-2 <= self.total < 1e5:
            return 0
        return math.floor(math.log10(self.total))

    @property
    def decimals(self) -> int:
        """Digits behind the point of the powers of e, so that they add up as they are written."""
        if not np.isfinite(self.total) or self.total <= 0:
            return 4
        return max(4 - math.floor(math.log10(self.total / 10.0**self.power)), 0)

    def written(self, column: int, value: float) -> str:
        """A number of a column, as it is shown."""
        if np.isneginf(value):
            return f"{MINUS}∞"
        if not np.isfinite(value):
            return "∞"
        if column == POWERS:
            return f"{value / 10.0**self.power:.{self.decimals}f}"
        return f"{value:.4f}" if column >= SHARES else f"{value:.3f}".replace("-", MINUS)

    def title(self, column: int) -> str:
        """What stands above a column."""
        if column == POWERS and self.power:
            return f"{COLUMNS[column]} / 10{str(self.power).translate(RAISED)}"
        return COLUMNS[column]

    def longest(self) -> list[str]:
        """What each column has to have room for."""
        found = []
        for column, numbers in enumerate(self.numbers):
            finite = numbers[np.isfinite(numbers)]
            ends = (finite.min(), finite.max()) if len(finite) else ()
            found.append(
                max((self.written(column, float(end)) for end in ends), key=len, default="")
            )
        found[POWERS] = max(found[POWERS], self.written(POWERS, self.total), key=len)
        return found

    @property
    def numbers(self) -> tuple[Doubles, ...]:
        """The columns, in the order of `COLUMNS`."""
        usual = self.dots, self.scores, self.powers, self.shares
        return usual if self.now is None else (*usual, self.now)
