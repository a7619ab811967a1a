"""The parts of a sum as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence


@dataclass(frozen=True)
class ShareRow:
    """One part of a sum, or the sum.

    Attributes:
        part: What the page knows it by; no two rows have equal ones.
        label: For the eye.
        value: Its share; may be no number in a broken model.
        level: 0, or 1 for a part of the row above it with level 0.
        is_open: Whether its parts are shown; None if it has none.
        is_total: Whether it is what all rows of level 0 add up to.
        exact: All there is to say about it.
    """

    part: Hashable
    label: str
    value: float
    level: int = 0
    is_open: bool | None = None
    is_total: bool = False
    exact: str = ""


def starts(rows: Sequence[ShareRow]) -> list[float]:
    """Where each row's bar begins in a running sum: where the one before it ended.

    The parts of a row begin where that row does; a total begins at zero.
    """
    begun, outer, inner = [], 0.0, 0.0
    for row in rows:
        if row.is_total:
            begun.append(0.0)
        elif row.level:
            begun.append(inner)
            inner += row.value
        else:
            begun.append(outer)
            inner, outer = outer, outer + row.value
    return begun


def axis(sums: Iterable[Sequence[ShareRow]], *, running: bool) -> tuple[float, float]:
    """Both ends of an axis on which all these bars have room; without running, alike."""
    ends = [0.0]
    for rows in sums:
        begun = starts(rows) if running else [0.0] * len(rows)
        ends += [start + row.value for row, start in zip(rows, begun, strict=True)] + begun
    ends = [end for end in ends if math.isfinite(end)]
    low, high = min(ends), max(ends)
    if not running:  # both sides on one scale
        high = max(high, -low)
        low = -high
    return (low, high) if low < high else (-1.0, 1.0)


def signed(value: float) -> str:
    """A share with its sign and three decimals."""
    if not math.isfinite(value):
        return "no number"
    text = f"{value:+.3f}"
    return "0.000" if float(text) == 0 else text.replace("-", MINUS)


def unsigned(value: float) -> str:
    """Three decimals, and no sign above zero."""
    return signed(value).lstrip("+")
