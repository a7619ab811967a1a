"""The attention page in numbers, for CSV files; all counts begin at one, as on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table
from gui.figure_tables import heads_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.steps import AttentionRow
    from core.trace import Trace
    from gui.export import Value
    from gui.text.head_figures import Shown
    from gui.widgets.head_model import HeadModel


def matrix_table(shown: Sequence[Shown], texts: Sequence[str], name: str) -> Table:
    """Every number that a row may have: nobody looks ahead, so that half is left out.

    Args:
        shown: Of one text or of two.
        texts: Which these are.
        name: Of the numbers.
    """
    header = ("text", "position", "token", "looks at position", "token there", name)
    rows = [
        (text, row + 1, one.labels[row], column + 1, one.labels[column], value)
        for text, one in zip(texts, shown, strict=True)
        for row, numbers in enumerate(one.values.tolist())
        for column, value in enumerate(numbers[: row + 1])
    ]
    return Table(header, rows)


def heads_difference(first: Trace, second: Trace) -> Table:
    """How much more each token looks at each in the second text, in every head.

    Args:
        first: A text.
        second: Another one of as many tokens.
    """
    tables = heads_table(first), heads_table(second)
    names = "token in the second text", "token there in the second text", "second minus first"
    rows = (
        (*here[:-1], there[3], there[5], float(there[-1]) - float(here[-1]))
        for here, there in zip(*(table.rows for table in tables), strict=True)
    )
    return Table((*tables[0].header[:-1], *names), rows)


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
    """A row a head in the order on the screen, and both of its scores of each kind."""
    where = [side.where.removeprefix("on ").removeprefix("the ") for side in heads.sides]
    names = [f"{kind.name}, {each}" for kind in heads.kinds for each in where]
    rows = []
    for row in range(heads.rowCount()):
        layer, head = heads.head_at(row) or (0, 0)
        numbers = (heads.number(row, column) for column in range(1, heads.columnCount()))
        rows.append((layer + 1, head + 1, *("" if n != n else n for n in numbers)))
    return Table(("layer", "head", *names), rows)
