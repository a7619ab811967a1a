"""What pages of two texts have in common: which of them is shown, and at which token of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table
from gui.tabs.tab import Tab
from gui.text.journey_study import same_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.trace import Trace
    from gui.session import Session
    from gui.text.second_views import Pair

ONE, BOTH, DIFFERENCE = range(3)
COMPARISONS = {
    "First text": "The prompt alone",
    "Both texts": "The prompt, and the second text beside it",
    "Difference": "The second text's numbers minus the first one's",
}
IN_TURN = "Both in turn", "One text after the other: there is no room for both at once"


class ComparingTab(Tab):
    """A page that shows one text, or two, or what differs.

    Args:
        session: Tells whether there is a second text.

    Attributes:
        pair: Its figures of the two texts.
    """

    pair: Pair

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._wanted = BOTH

    @property
    def shown(self) -> Trace | None:
        """The pass over the prompt that is seen; it may lag behind the session's."""
        raise NotImplementedError

    @property
    def compared(self) -> int:
        """Which of `COMPARISONS` is shown; while there is one text, that."""
        return ONE if self._session.second is None else self._wanted

    def set_compared(self, wanted: int) -> None:
        """Show another of `COMPARISONS` while there are two texts."""
        if wanted != self._wanted:
            self._wanted = wanted
            self.show_compared()

    def show_compared(self) -> None:
        """Another one is shown from now on."""


def positions(first: Trace, second: Trace | None, focus: int | None) -> tuple[int, int | None]:
    """The token that a page is about in each text: in the second the same one, if it is there.

    Args:
        first: A text.
        second: The other, if there is one.
        focus: A token of the first; None for the last of each.
    """
    last = len(first.tokens) - 1
    at = last if focus is None else min(focus, last)
    if second is None:
        return at, None
    return at, len(second.tokens) - 1 if focus is None else same_word(first, second, at)


def by_text(tables: Sequence[Table]) -> Table:
    """One table of those of several texts, which then says of which text a row is."""
    if len(tables) == 1:
        return tables[0]
    rows = [(text, *row) for text, table in enumerate(tables, start=1) for row in table.rows]
    return Table(("text", *tables[0].header), rows)
