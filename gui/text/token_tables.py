"""What the figures of the Tokens page show, in numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from core.labels import visible
from gui.export import Table

if TYPE_CHECKING:
    from core.splits import TextMerges
    from gui.widgets.vocabulary_model import VocabularyModel


def merges_table(merges: TextMerges | None) -> Table:
    """Every merge: its number, and what it joins at which byte; all begin at one."""
    header = ("step", "merge", "left", "right", "joined", "byte")
    if merges is None:
        return Table(header, [])
    steps = ((step, merges.merge(step)) for step in range(1, merges.n_steps + 1))
    rows = (
        (
            *(step, one.rank + 1, visible(merges.raw[one.start : one.middle])),
            visible(merges.raw[one.middle : one.end]),
            visible(merges.raw[one.start : one.end]),
            one.start + 1,
        )
        for step, one in steps
    )
    return Table(header, rows)


def cuts_table(merges: TextMerges | None, n_steps: int) -> Table:
    """Every word, token, character and byte, and where it begins, in bytes from one."""
    header = ("kind", "number", "first byte", "bytes", "label", "hexadecimal")
    if merges is None:
        return Table(header, [])
    kinds = {
        "word": merges.word_cuts,
        "token": merges.cuts(n_steps),
        "character": merges.character_cuts,
        "byte": merges.byte_cuts,
    }
    rows = (
        (kind, number, start + 1, end - start, visible(raw := merges.raw[start:end]), raw.hex(" "))
        for kind, cuts in kinds.items()
        for number, (start, end) in enumerate(pairwise(cuts.tolist()), start=1)
    )
    return Table(header, rows)


def vocabulary_table(model: VocabularyModel) -> Table:
    """The rows that were found, in their order."""
    header = ("id", "token", "characters", "bytes", "seen")[: model.columnCount()]
    return Table(header, (model.values(row) for row in range(model.rowCount())))
