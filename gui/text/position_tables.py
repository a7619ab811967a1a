"""The positions page in numbers, for CSV files; all counts begin at one, as on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.trace import Array, Trace


def tables(pictures: Mapping[str, Array], columns: str) -> Table:
    """One row a position, of each picture in turn.

    Args:
        pictures: (P, N) each, by what they are called.
        columns: What the columns count.
    """
    width = max((len(values[0]) for values in pictures.values()), default=0)
    rows = (
        (name, place, *numbers.tolist())
        for name, values in pictures.items()
        for place, numbers in enumerate(values, start=1)
    )
    return Table(("table", "position", *(f"{columns} {n}" for n in range(1, width + 1))), rows)


def sum_table(trace: Trace | None, token: int) -> Table:
    """Token, position and their sum for one token, number by number."""
    header = ("number", "token", "position", "sum")
    if trace is None:
        return Table(header, [])
    parts = trace.token_embed[token], trace.pos_embed[token], trace.resid_pre[0, token]
    numbers = zip(*(part.tolist() for part in parts), strict=True)
    return Table(header, [(place, *each) for place, each in enumerate(numbers, start=1)])
