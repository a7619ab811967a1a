"""What changes do to the next token: a card for every page on which one can change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from core.errors import UserError
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import shift_explanations
from gui.widgets.before_after import BeforeAfter
from gui.widgets.card import Card

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint, SignalInstance
    from PySide6.QtGui import QResizeEvent

    from core.trace import Shifts, Trace
    from gui.session import Session

TITLE = "Before and after"
CAPTION = (
    "How likely each token is to come next, as the model says it: pale without your changes, "
    "filled with them. The difference is in percentage points."
)
SECOND_TITLE = "Next token, here and there"
SECOND_CAPTION = (
    "How likely each token is to come next, as the model says it: pale after the first text, "
    "filled after the second. The difference is in percentage points."
)
SECOND_NAMES = ("First", "Second", "Difference")
EMPTY = "Type a sentence above: what the model says comes next is compared here."
WAIT = "Type a second sentence below the first to compare what comes next."
BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."
LOW = 320  # device-independent pixels: a lower card has no room for its caption


class ShiftCard(Tab):
    """What comes next in one pass and in another, and the difference.

    Args:
        session: Where the facts come from.
        name: Of the figure; "save" and this, with a capital, is the name of its menu's button.
        is_second: Compare the two prompts, instead of the prompt without and with changes.

    Attributes:
        figure: The rows.
        card: Its frame.
    """

    def __init__(self, session: Session, name: str, *, is_second: bool = False) -> None:
        super().__init__()
        self._session = session
        self._is_second = is_second
        self._passes: tuple[Trace, Trace] | None = None
        self._shifts: Shifts | None = None
        if is_second:
            purpose = "The next token's probabilities after the first text and after the second"
            self.figure = BeforeAfter(name, purpose, SECOND_NAMES)
            self.card = Card(SECOND_TITLE, SECOND_CAPTION, self.figure)
        else:
            self.figure = BeforeAfter(name)
            self.card = Card(TITLE, CAPTION, self.figure)
        button = f"save{name[0].upper()}{name[1:]}Button"
        offer(session, self.card, button, self._saved).attach(self.figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.figure.number_asked.connect(self._explain)
        facts: tuple[SignalInstance, ...] = (session.model_changed, session.trace_changed)
        for fact in (*facts, session.second_changed) if is_second else facts:
            self.follow(fact, self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low place the caption goes behind the title."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    @property
    def passes(self) -> tuple[Trace, Trace] | None:
        """What is compared: before and after, or the first text and the second."""
        first, second = self._session.trace, self._session.second
        if first is None:
            return None
        if self._is_second:
            return None if second is None else (first, second)
        return self._session.plain or first, first

    def _show(self) -> None:
        model, passes = self._session.language_model, self.passes
        self._passes = self._shifts = None
        if model is None or passes is None:
            is_waiting = self._is_second and self._session.trace is not None
            self.figure.clear(WAIT if is_waiting else EMPTY)
            return
        try:
            shifts = model.shifts(*passes)
        except UserError:
            self.figure.clear(BROKEN)
            return
        self._passes, self._shifts = passes, shifts
        self.figure.set_data(shifts)

    def _explain(self, row: int, at: QPoint) -> None:
        model = self._session.language_model
        if model is not None and self._passes is not None and self._shifts is not None:
            names = SECOND_NAMES if self._is_second else ("Before", "After", "Change")
            made = shift_explanations.shift(model, self._passes, self._shifts, row, names)
            explain(self.figure, made, at)

    def _saved(self) -> Figure:
        shifts, names = (
            self._shifts,
            ("first", "second") if self._is_second else ("before", "after"),
        )
        name = "two texts" if self._is_second else "before and after"
        return Figure(name, self.figure, lambda: shift_explanations.table(shifts, names))
