"""The attention page in numbers, for CSV files; all counts begin at one, as on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.steps import AttentionRow
    from core.trace import Trace
    from gui.export import Value
    from gui.text.head_figures import Shown
    from gui.widgets.head_model import HeadModel


def matrix_table(shown: Sequence[Shown], name: str) -> Table:
    """Every number that a row may have: nobody looks ahead, so that half is left out.

    Args:
        shown: Of one text or of two.
        name: Of the numbers.
    """
    header = ("text", "position", "token", "looks at position", "token there", name)
    rows = [
        (text, row + 1, one.labels[row], column + 1, one.labels[column], value)
        for text, one in enumerate(shown, start=1)
        for row, numbers in enumerate(one.values.tolist())
        for column, value in enumerate(numbers[: row + 1])
    ]
    return Table(header, rows)


def why_table(trace: Trace | None, steps: AttentionRow | None, cell: tuple[int, int]) -> Table:
    """First the products of the pinned cell, number by number, then the row's softmax."""
    header = (
        *("part", "number or position", "token", "q", "k", "q times k"),
        *("q · k", "score", "e^score", "share"),
    )
    if trace is None or steps is None:
        return Table(header, [])
    column = cell[1]
    numbers = zip(steps.q, steps.k[column], steps.products[column], strict=True)
    products: list[Sequence[Value]] = [
        ("product", n, trace.tokens[column].label, *map(float, each), "", "", "", "")
        for n, each in enumerate(numbers, start=1)
    ]
    columns = zip(steps.dots, steps.masked, steps.powers, steps.weights, strict=True)
    shares: list[Sequence[Value]] = [
        ("softmax", n, trace.tokens[n - 1].label, "", "", "", *map(float, each))
        for n, each in enumerate(columns, start=1)
    ]
    return Table(header, [*products, *shares])


def scores_table(heads: HeadModel) -> Table:
    """A row a head in the order on the screen, its scores on this text and on the standard set."""
    names = [
        f"{kind.name}, {where}" for kind in heads.kinds for where in ("this text", "standard set")
    ]
    rows = []
    for row in range(heads.rowCount()):
        layer, head = heads.head_at(row) or (0, 0)
        numbers = (heads.number(row, column) for column in range(1, heads.columnCount()))
        rows.append((layer + 1, head + 1, *("" if n != n else n for n in numbers)))
    return Table(("layer", "head", *names), rows)
