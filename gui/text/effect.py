"""What comes next before and after changes, or after one text and another: for every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtWidgets import QVBoxLayout

from core.errors import UserError
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.tabs.tab import Tab
from gui.text import shift_explanations
from gui.widgets.before_after import BeforeAfter
from gui.widgets.card import LINES, Card

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.trace import Shifts, Trace
    from gui.session import Session

    Of = Literal["changes", "texts"]


class Words(NamedTuple):
    """What is said of a comparison.

    Attributes:
        title: Of its card.
        caption: Likewise.
        bars: Said besides where there is room for bars.
        names: Of the columns.
        file: Of its picture.
    """

    title: str
    caption: str
    bars: str
    names: tuple[str, str, str]
    file: str


CHANGES = Words(
    "Before and after",
    "How likely each token is to come next, as the model says it, without your changes and with "
    "them. The difference is in percentage points.",
    " Bars: pale without your changes, filled with them.",
    ("Before", "After", "Change"),
    "before and after",
)
TEXTS = Words(
    "What comes next",
    "How likely each token is to come next, as the model says it, after the first text and after "
    "the second. The difference is in percentage points.",
    " Bars: pale after the first text, filled after the second.",
    ("First", "Second", "Change"),
    "two texts",
)
EMPTY = "Type a sentence above: what the model says comes next is compared here."
WAIT = "Type a second sentence below the first to compare what comes next."
LOW = 345  # device-independent pixels: a lower card has no room for its caption
LOWEST = 250  # and there for a line of it


class ShiftView(Tab):
    """What comes next in one pass and in another, and the difference.

    Args:
        session: Where the facts come from.
        name: Of the figure.
        of: What to compare: the prompt without and with "changes", or the two "texts".

    Attributes:
        figure: The rows.
        shifts: What they say.
        words: What is said of them.
    """

    def __init__(self, session: Session, name: str, of: Of = "changes") -> None:
        super().__init__()
        self._session, self._of = session, of
        self.words = TEXTS if of == "texts" else CHANGES
        self._passes: tuple[Trace, Trace] | None = None
        self.shifts: Shifts | None = None
        purpose = "The next token's probabilities in two passes, and the difference"
        self.figure = BeforeAfter(name, purpose, self.words.names)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.figure)
        self.figure.number_asked.connect(self._explain)
        for fact in (session.model_changed, session.trace_changed):
            self.follow(fact, self._show)
        if of == "texts":
            self.follow(session.second_changed, self._show)

    @property
    def caption(self) -> str:
        """What is seen: of bars only where there are any."""
        return self.words.caption + (self.words.bars if self.figure.has_bars else "")

    def saved(self) -> Figure:
        """For a file."""
        shifts, (first, second, _) = self.shifts, self.words.names
        names = first.lower(), second.lower()
        return Figure(self.words.file, self.figure, lambda: shift_explanations.table(shifts, names))

    def _compared(self) -> tuple[Trace, Trace] | None:
        """Before and after, or the first text and the second."""
        first, second = self._session.trace, self._session.second
        if first is None:
            return None
        if self._of == "texts":
            return None if second is None else (first, second)
        return self._session.plain or first, first

    def _show(self) -> None:
        model, passes = self._session.language_model, self._compared()
        self._passes = self.shifts = None
        if model is None or passes is None:
            is_waiting = self._of == "texts" and self._session.trace is not None
            self.figure.clear(WAIT if is_waiting else EMPTY)
            return
        try:
            shifts = model.shifts(*passes)
        except UserError:
            self.figure.clear(BROKEN)
            return
        self._passes, self.shifts = passes, shifts
        self.figure.set_data(shifts)

    def _explain(self, row: int, at: QPoint) -> None:
        model = self._session.language_model
        if model is not None and self._passes is not None and self.shifts is not None:
            names = self.words.names
            made = shift_explanations.shift(model, self._passes, self.shifts, row, names)
            explain(self.figure, made, at)


class ShiftCard(Tab):
    """The same in a card of its own, which can be copied and saved.

    Args:
        session: Where the facts come from.
        name: Of the figure; "save" and this, with a capital, and "Button" is that of its menu.
        of: See `ShiftView`.

    Attributes:
        view: What is in it.
        card: Its frame.
    """

    def __init__(self, session: Session, name: str, of: Of = "changes") -> None:
        super().__init__()
        self.view = ShiftView(session, name, of)
        self.card = Card(self.view.words.title, self.view.caption, self.view)
        self.view.figure.bars_changed.connect(lambda: self.card.set_caption(self.view.caption))
        self.card.set_lines(1)
        self.card.set_cramped(True)  # until it is known how large it is
        button = f"save{name[0].upper()}{name[1:]}Button"
        offer(session, self.card, button, self.view.saved).attach(self.view.figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low place the caption gives up lines."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))
        self.card.set_lines(1 if self.height() < theme.px(LOWEST) else LINES)
