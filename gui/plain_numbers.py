"""Numbers as one says them aloud."""

from __future__ import annotations

LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
LARGEST = 1e15


def times(value: float) -> str:
    """How many times, in two digits that can be grasped: "1.8", "23" or "270 million".

    Args:
        value: 1 or more.
    """
    if value >= LARGEST:
        return "more than a thousand trillion"
    rounded = float(f"{value:.2g}")
    unit, name = next(((unit, f" {name}") for unit, name in LARGE if rounded >= unit), (1.0, ""))
    shown = rounded / unit
    return f"{shown:.1f}{name}" if shown < 10 else f"{shown:.0f}{name}"
