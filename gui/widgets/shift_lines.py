"""Probabilities before and after, as they are written row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import END

if TYPE_CHECKING:
    from core.trace import Shifts

WHOLE = 10_000  # hundredths of a percent
ABSENT = "\N{EN DASH}"  # instead of a probability


@dataclass(frozen=True)
class Line:
    """What one row says.

    Attributes:
        label: For the eye.
        exact: The probability before and after.
        shown: Both in hundredths of a percent.
        is_word: Whether it is one token that can be typed.
        absent: Whether the one, and the other, does not know it at all.
    """

    label: str
    exact: tuple[float, float]
    shown: tuple[int, int]
    is_word: bool
    absent: tuple[bool, bool] = (False, False)

    @property
    def percents(self) -> tuple[str, str, str]:
        """Before, after, and the difference of these very numbers."""
        before, after = (
            ABSENT if is_absent else percent(shown, exact)
            for shown, exact, is_absent in zip(self.shown, self.exact, self.absent, strict=True)
        )
        return before, after, signed(self.shown[1] - self.shown[0])


def lines_of(shifts: Shifts) -> list[Line]:
    """Row by row, the others last if there are any.

    Raises:
        ValueError: A column does not add up to 100%.
    """
    lines = [
        Line(
            label=END if row.ends else row.label,
            exact=(row.before, row.after),
            shown=row.shown,
            is_word=not row.ends,
            absent=row.absent,
        )
        for row in shifts.rows
    ]
    if shifts.n_others:
        label = f"{shifts.n_others:,} others"
        lines.append(Line(label, shifts.others, shifts.others_shown, is_word=False))
    for side in (0, 1):
        total = math.fsum(line.exact[side] for line in lines)
        if sum(line.shown[side] for line in lines) != WHOLE or not abs(total - 1) < 1e-6:
            raise ValueError("the probabilities do not add up to 1")
    return lines


def percent(hundredths: int, exact: float) -> str:
    """A probability with two decimals; 0 and 100 only where it is exactly that."""
    if hundredths == 0 and exact > 0:
        return "<0.01%"
    if hundredths == WHOLE and exact < 1:
        return ">99.99%"
    return f"{hundredths / 100:.2f}%"


def signed(hundredths: int) -> str:
    """A difference in percentage points, with its sign."""
    sign = "+" if hundredths > 0 else MINUS if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) / 100:.2f}"
