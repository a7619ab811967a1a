"""Whose attention is seen while there are two texts: one's, the other's, both, or what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from core.trace import Trace
    from gui.session import Session

FIRST, SECOND, BOTH, DIFFERENCE = range(4)
COMPARED = {
    "First text": "The prompt alone",
    "Second text": "The second text alone",
    "Both texts": "The prompt, and the second text beside it",
    "Difference": "The second text's numbers minus the first one's",
}
UNEQUAL = (
    "The two texts have different numbers of tokens: their maps cannot be subtracted. What each "
    "head does can, on “What they do”."
)
WHOSE = ("first text", "second text", "both texts", "difference")


class Comparison(Switch):
    """One choice for all that the attention page shows; there only while there are two texts.

    Where two figures have no room beside each other, both are not offered: one of them is shown
    until there is room again. Nor is a difference of maps of texts of other lengths: both are
    shown until it can be.

    Args:
        session: Tells what texts there are.
    """

    def __init__(self, session: Session) -> None:
        super().__init__("attentionComparison", COMPARED)
        self._session = session
        self._wanted, self._is_fitting, self._is_by_token = BOTH, False, True
        self.choose(BOTH)  # that is what one compares for
        self.hide()

    @property
    def mode(self) -> int:
        """Which of `COMPARED` is shown; while there is one text, that."""
        session = self._session
        return FIRST if session.second is None or session.trace is None else self.index

    @property
    def of_tokens(self) -> int:
        """The same of what is shown token by token: texts of other lengths cannot be subtracted."""
        if self.mode != DIFFERENCE or len({len(text.tokens) for text in self.texts}) == 1:
            return self.mode
        return BOTH if self.has_room else FIRST

    @property
    def is_refused(self) -> bool:
        """Whether a difference is wished for that there is not."""
        return self.of_tokens != self.mode

    @property
    def texts(self) -> tuple[Trace, ...]:
        """The passes over the prompt and over the second text; none without a prompt."""
        first, second = self._session.trace, self._session.second
        if first is None:
            return ()
        return (first,) if second is None else (first, second)

    @property
    def sides(self) -> tuple[int, ...]:
        """Of which texts the numbers are seen, 0 or 1; of a difference, as of the first."""
        return {SECOND: (1,), BOTH: (0, 1)}.get(self.of_tokens, (0,))

    @property
    def whose(self) -> str:
        """What is to stand behind a title, token by token."""
        mode = self.of_tokens
        return "" if self._session.second is None or mode == BOTH else f": {WHOSE[mode]}"

    @property
    def has_room(self) -> bool:
        """Whether both texts' figures fit beside each other."""
        return not self._group.button(BOTH).isHidden()

    def set_room(self, has_room: bool) -> None:
        """Offer both texts at once, or not."""
        if has_room == self.has_room:
            return
        if not has_room and self.index == BOTH:
            self._fit(FIRST)
        self.offer(BOTH, has_room)
        self._fit_difference()

    def set_by_token(self, by_token: bool) -> None:
        """Whether all that is seen is shown token by token, or heads are also summed up."""
        self._is_by_token = by_token
        self._fit_difference()

    def _fit_difference(self) -> None:
        """Offer a difference where there is one, and show what is wanted as soon as it can be."""
        lengths = {len(text.tokens) for text in self.texts}
        is_there = len(lengths) < 2 or not self._is_by_token
        instead = BOTH if self.has_room else FIRST
        if not is_there and self.index == DIFFERENCE:
            self._fit(instead)
        self.allow(DIFFERENCE, "" if is_there else UNEQUAL)
        if self._wanted == BOTH or (self._wanted == DIFFERENCE and not is_there):
            self._fit(instead)
        elif self._wanted == DIFFERENCE:
            self._fit(DIFFERENCE)

    def _fit(self, index: int) -> None:
        """Show something else for now; what is wanted stays so."""
        self._is_fitting = True
        self.choose(index)
        self._is_fitting = False

    def widest(self) -> int:
        """Its width with all choices, or 0 while it is not needed."""
        if self._session.second is None:
            return 0
        return sum(button.sizeHint().width() for button in self._group.buttons())

    def _on_toggled(self, index: int, is_down: bool) -> None:
        if is_down and not self._is_fitting:
            self._wanted = index
        super()._on_toggled(index, is_down)
