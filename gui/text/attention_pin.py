"""The pinned cell: it stays while its tokens do, and goes along to the text that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.text.attention_compared import DIFFERENCE
from gui.text.journey_study import same_word

if TYPE_CHECKING:
    from core.trace import Trace
    from gui.text.attention_compared import Comparison
    from gui.text.head_figures import HeadFigures

    Cell = tuple[int, int]


class Pin:
    """One cell of one text, or none.

    Args:
        comparison: Which texts are seen.
        figures: Show it.
    """

    def __init__(self, comparison: Comparison, figures: HeadFigures) -> None:
        self._comparison, self._figures = comparison, figures
        self._seen: tuple[Trace, ...] = ()  # to which the cell belongs
        self._side = 0  # of a difference, the text whose number is looked into

    @property
    def at(self) -> tuple[int, Cell] | None:
        """The text, 0 or 1, and row and column."""
        at = self._figures.pinned
        if at is None or self._comparison.of_tokens != DIFFERENCE:
            return at
        return self._side, at[1]

    def put(self, side: int, cell: Cell | None) -> None:
        """Pin a cell, or let go of it."""
        if self._comparison.of_tokens == DIFFERENCE:
            side = 0  # both texts' cells are one square
        self._figures.pin(side, cell)

    def turn_to(self, side: int) -> None:
        """Go to the other text's cell of the same words."""
        self._side = side
        at = self._figures.pinned
        if at is not None and self._comparison.of_tokens != DIFFERENCE and at[0] != side:
            self._figures.pin(side, self._carried(*at))

    def follow(self) -> None:
        """Other texts are there, or others of them are seen."""
        before, self._seen = self._seen, self._comparison.texts
        at = self._figures.pinned
        if at is None:
            return
        side, cell = at
        stop = max(cell) + 1
        texts = [
            each[side].ids[:stop].tolist() for each in (before, self._seen) if side < len(each)
        ]
        if len(texts) < 2 or texts[0] != texts[1]:
            self._figures.pin(side, None)
        elif side not in self._comparison.sides:
            self._figures.pin(1 - side, self._carried(side, cell))

    def _carried(self, side: int, cell: Cell) -> Cell:
        """The cell of the same words in the other text."""
        first, second = self._comparison.texts[side], self._comparison.texts[1 - side]
        row, column = (same_word(first, second, at) for at in cell)
        return row, column
