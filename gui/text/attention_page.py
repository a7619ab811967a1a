"""Attention: every head in small, one of them large, and what can be asked and done about it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui import figure_tables, theme
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import attention_change, attention_mask
from gui.text.attention_change import ChangePanel
from gui.text.attention_habits import HabitsPanel
from gui.text.attention_head import BROKEN, OpenedHead
from gui.text.attention_mask import MaskPanel
from gui.text.attention_why import WhyPanel
from gui.text.effect import ShiftCard
from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.card import Card
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

GRID = "Each square is one attention head, in small: a row a layer. Click one to open it."
OF_FIRST = "These are of the first text."
OPENING = "Opening the model\N{HORIZONTAL ELLIPSIS}"
HEADS, HABITS, WHY, CHANGE, MASK = range(5)
PANELS = {
    "Heads": "All heads of all layers in small",
    "What they do": "What each head looks at, here and in general",
    "Why this cell?": "How the number of the pinned square comes about",
    "Change": "What if this head looked elsewhere, or were not there?",
    "Looking back": "Why no token looks ahead, and what follows from it",
}
SHARES = (44, 56)  # of the width
NARROW, LOW = 860, 560  # device-independent pixels


class AttentionPage(Tab):
    """At the left one of four panels, at the right the opened head.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        grid: All heads.
        habits: What they do.
        why: Of the pinned cell.
        change: What is set by hand.
        back: Why none looks ahead.
        head: The opened one.
        switch: Chooses the panel.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("attentionPage")
        self._session = session
        self._opened: tuple[int, int] | None = None
        self._seen: Trace | None = None  # to which the pinned cell belongs
        self._example = ""  # that was asked for and is not read yet
        self.grid = AttentionGrid()
        self.grid.setObjectName("attentionPageGrid")
        self.habits, self.why = HabitsPanel(session), WhyPanel(session)
        self.change, self.back = ChangePanel(session), MaskPanel()
        self.head = OpenedHead(session)
        self._lay_out()
        self.grid.head_opened.connect(session.select_head)
        self.habits.head_opened.connect(session.select_head)
        self.head.cell_pinned.connect(self._on_pinned)
        self.head.weight_moved.connect(self._on_moved)
        self.why.cell_wanted.connect(self._on_column)
        self.back.example_wanted.connect(self._on_example)
        self.switch.chosen.connect(self._show_panel)
        self.follow(session.loading_changed, self._on_loading)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)
        self.follow(session.changes_changed, self._on_changes)
        self.follow(session.second_changed, self._on_second)

    def _lay_out(self) -> None:
        session = self._session
        self._grid_card = Card("Attention heads", GRID, self.grid)
        offer(session, self._grid_card, "saveGridButton", self._grid_figure).attach(self.grid)
        self.switch = Switch("attentionPanels", PANELS)
        self._panels = QStackedWidget()
        for panel in (self._grid_card, self.habits, self.why, self._change_panel(), self.back):
            self._panels.addWidget(panel)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.INSIDE)
        for part, share in zip((self._panels, self.head), SHARES, strict=True):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([10 * share for share in SHARES])
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self.switch)
        page.addWidget(split, 1)
        places = (self.switch, self.grid, self.habits.table, self.why.strips, self.why.rows)
        for first, then in pairwise((*places, *self.head.order())):
            QWidget.setTabOrder(first, then)

    def _change_panel(self) -> QWidget:
        """What can be changed, and below it what comes of it."""
        self.effect = ShiftCard(self._session, "attentionEffect")
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.change)
        column.addWidget(self.effect, 1)
        return holder

    @property
    def _cards(self) -> tuple[Card, ...]:
        return self._grid_card, self.habits, self.why, self.change, self.back

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figures come first."""
        super().resizeEvent(event)
        is_small = self.width() < theme.px(NARROW) or self.height() < theme.px(LOW)
        for card in (*self._cards, self.head):
            card.set_cramped(is_small)

    def show_panel(self, index: int) -> None:
        """Open one of `PANELS`."""
        self.switch.choose(index)

    # --- facts

    def _on_loading(self) -> None:
        if self._session.trace is None:
            self._on_trace()

    def _on_trace(self) -> None:
        session, trace = self._session, self._session.trace
        if trace is None:
            asked = session.model is not None and session.prompt
            hint = (OPENING,) if session.is_loading() else ("",) if asked else ()
            self._seen = self._opened = None
            self.head.clear(*hint)
            self.grid.clear(*hint)
        else:
            self._open_head(trace)
            self._keep_pin(trace)
        self._show_panel()
        self.head.set_selection(session.selection)

    def _open_head(self, trace: Trace) -> None:
        selection = self._session.selection
        self._opened = selection.layer, selection.head
        self.grid.set_opened(*self._opened)
        self.head.set_head(trace, *self._opened)

    def _on_selection(self) -> None:
        session, selection = self._session, self._session.selection
        self.head.set_selection(selection)
        self.grid.set_selection(selection.token, selection.hovered)
        if session.trace is not None and self._opened != (selection.layer, selection.head):
            self._open_head(session.trace)
            self._show_panel()

    def _keep_pin(self, trace: Trace) -> None:
        """A pinned cell stays while all up to its tokens is as it was."""
        before, self._seen = self._seen, trace
        pin = self.head.map.pinned
        if pin is not None and before is not None:
            stop = max(pin) + 1
            if trace.ids[:stop].tolist() != before.ids[:stop].tolist():
                self.head.map.pin(None)
        if self._example and trace.text == self._example:
            self._show_example(trace)

    # --- panels

    def _show_panel(self, _index: int = 0) -> None:
        """Bring the chosen panel to the front and feed it; the others wait."""
        index, trace = self.switch.index, self._session.trace
        self._panels.setCurrentIndex(index)
        if index == HEADS and trace is not None:
            self._show_grid(trace)
        elif index == HABITS:
            self.habits.look_at(trace)
            self.habits.set_opened(*self._opened or (0, 0))
        elif index == WHY:
            self._show_why(trace)
        elif index == CHANGE:
            self.change.set_state(trace, self._opened or (0, 0), self.head.map.pinned)
        elif index == MASK:
            self.back.set_trace(trace)

    def _show_grid(self, trace: Trace) -> None:
        selection = self._session.selection
        try:
            self.grid.set_data(trace.pattern, self._session.habit)
        except ValueError:
            self.grid.clear(BROKEN)
        self.grid.set_selection(selection.token, selection.hovered)

    def _show_why(self, trace: Trace | None) -> None:
        pin = self.head.map.pinned
        if trace is None or pin is None or self._opened is None:
            self.why.clear()
        else:
            self.why.set_cell(trace, self._opened, pin)

    # --- the pinned cell

    def _on_pinned(self, pin: tuple[int, int] | None) -> None:
        """A click on a number asks how it is made."""
        if pin is not None and self.switch.index not in (WHY, CHANGE):
            self.show_panel(WHY)
        elif self.switch.index in (WHY, CHANGE):
            self._show_panel()

    def _on_column(self, column: int) -> None:
        """Look into another token of the pinned cell's row."""
        pin = self.head.map.pinned
        if pin is not None:
            self.head.map.pin((pin[0], column))
            self._show_panel()

    def _on_moved(self, row: int, start: int, end: int) -> None:
        """Have all that a token looks at one place go to another, and show what comes of it."""
        session, opened = self._session, self._opened
        if session.trace is not None and opened is not None:
            self.head.map.pin((row, end))
            self.show_panel(CHANGE)
            session.replace_changes(
                attention_change.moved(session.changes, session.trace, opened, row, start, end)
            )

    def _on_changes(self) -> None:
        """The panel says at once what is wanted; the map follows with the altered pass."""
        if self.switch.index == CHANGE:
            self._show_panel()

    def _on_second(self) -> None:
        session = self._session
        self._grid_card.set_caption(GRID if session.second is None else f"{GRID} {OF_FIRST}")
        if session.trace is not None:
            self._open_head(session.trace)

    # --- the two sentences

    def _on_example(self, text: str) -> None:
        self._example = text
        trace = self._session.trace
        if trace is not None and trace.text == text:
            self._show_example(trace)
        else:
            self._session.set_prompt(text)

    def _show_example(self, trace: Trace) -> None:
        """Pin the square that the sentence is about, in the head where it is strongest."""
        self._example = ""
        pair = attention_mask.pair_of(trace)
        if pair is None:
            return
        if pair[1] <= pair[0]:
            self._session.select_head(*attention_mask.keenest(trace, *pair))
        self.head.map.pin(pair)
        if self._session.selection.token != pair[0]:
            self._session.select_token(pair[0])

    def _grid_figure(self) -> Figure:
        trace = self._session.trace
        return Figure("attention heads", self.grid, lambda: figure_tables.heads_table(trace))
