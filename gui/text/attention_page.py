"""Attention: every head in small, one of them large, and what can be asked and done about it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.shared_words import OPENING
from gui.tabs.tab import Tab
from gui.text import attention_change, attention_mask
from gui.text.attention_change import ChangePanel
from gui.text.attention_compared import FIRST, SECOND, Comparison
from gui.text.attention_grids import GridsCard
from gui.text.attention_habits import HabitsPanel
from gui.text.attention_head import OpenedHead
from gui.text.attention_mask import MaskPanel
from gui.text.attention_pin import Pin
from gui.text.attention_why import WhyPanel
from gui.text.effect import ShiftCard
from gui.widgets.card import LINES
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session
    from gui.widgets.card import Card

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
LOWEST = 480  # where the captions are a line
LEAST_EFFECT = 96  # of the height of what comes of a change: a few rows


class AttentionPage(Tab):
    """At the left one of five panels, at the right the opened head.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        comparison: Chooses whose attention is seen, while there are two texts.
        heads: All heads.
        habits: What they do.
        why: Of the pinned cell.
        change: What is set by hand.
        back: Why none looks ahead.
        head: The opened one.
        pin: The pinned cell.
        switch: Chooses the panel.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("attentionPage")
        self._session = session
        self._opened: tuple[int, int] | None = None
        self._example = ""  # that was asked for and is not read yet
        self.comparison = comparison = Comparison(session)
        self.heads = GridsCard(session, comparison)
        self.habits, self.why = HabitsPanel(session, comparison), WhyPanel(session)
        self.change, self.back = ChangePanel(session), MaskPanel()
        self.head = OpenedHead(session, comparison)
        self.pin = Pin(comparison, self.head.figures)
        self._lay_out()
        self.heads.head_opened.connect(session.select_head)
        self.habits.head_opened.connect(session.select_head)
        self.head.cell_pinned.connect(self._on_pinned)
        self.head.weight_moved.connect(self._on_moved)
        self.why.cell_wanted.connect(self._on_column)
        self.why.text_wanted.connect(self._on_text)
        self.back.example_wanted.connect(self._on_example)
        self.back.head_wanted.connect(self._on_named_head)
        self.switch.chosen.connect(self._show_panel)
        self.comparison.chosen.connect(lambda _index: self._on_compared())
        self.follow(session.loading_changed, self._on_loading)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)
        self.follow(session.changes_changed, self._on_changes)
        self.follow(session.second_changed, self._on_second)

    def _lay_out(self) -> None:
        self.switch = Switch("attentionPanels", PANELS)
        self._panels = QStackedWidget()
        for panel in (self.heads, self.habits, self.why, self._change_panel(), self.back):
            self._panels.addWidget(panel)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.INSIDE)
        for part, share in zip((self._panels, self.head), SHARES, strict=True):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([10 * share for share in SHARES])
        self._switches = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._switches.setSpacing(theme.INSIDE)
        self._switches.addWidget(self.switch)
        self._switches.addWidget(self.comparison)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addLayout(self._switches)
        page.addWidget(split, 1)
        places = (self.switch, self.comparison, self.heads.grid, self.heads.second)
        others = (self.habits.table, self.why.strips, self.why.rows, *self.head.order())
        for first, then in pairwise((*places, *others)):
            QWidget.setTabOrder(first, then)

    def _change_panel(self) -> QWidget:
        """What can be changed, and below it what comes of it."""
        self.effect = ShiftCard(self._session, "attentionEffect")
        self.effect.view.figure.setMinimumHeight(LEAST_EFFECT)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.change)
        column.addWidget(self.effect, 1)
        return holder

    @property
    def _cards(self) -> tuple[Card, ...]:
        return self.heads, self.habits, self.why, self.change, self.back

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figures come first, and the switches stand in two rows."""
        super().resizeEvent(event)
        is_small = self.width() < theme.px(NARROW) or self.height() < theme.px(LOW)
        lines = 1 if self.height() < theme.px(LOWEST) else LINES
        for card in (*self._cards, self.head):
            card.set_cramped(is_small)
            card.set_lines(lines)
        self._fit_switches()

    def _fit_switches(self) -> None:
        needed = self.switch.sizeHint().width() + self.comparison.widest()
        fits = needed + 3 * theme.INSIDE <= self.width()
        way = QBoxLayout.Direction
        self._switches.setDirection(way.LeftToRight if fits else way.TopToBottom)

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
            self._opened = None
            self.head.clear(*hint)
            self.heads.clear(*hint)
        else:
            self._open_head(trace)
        self.pin.follow()
        if trace is not None and self._example and trace.text == self._example:
            self._show_example(trace)
        self._show_panel()
        self.head.set_selection(session.selection)

    def _open_head(self, trace: Trace) -> None:
        selection = self._session.selection
        self._opened = selection.layer, selection.head
        self.heads.set_opened(*self._opened)
        self.head.set_head(trace, *self._opened)

    def _on_selection(self) -> None:
        session, selection = self._session, self._session.selection
        self.head.set_selection(selection)
        self.heads.set_selection(selection)
        if session.trace is not None and self._opened != (selection.layer, selection.head):
            self._open_head(session.trace)
            self._show_panel()

    def _on_second(self) -> None:
        self.comparison.setVisible(self._session.second is not None)
        self._on_compared()

    def _on_compared(self) -> None:
        """Other texts are to be seen."""
        if self._session.trace is not None:
            self._open_head(self._session.trace)
        self.pin.follow()
        self._show_panel()

    # --- panels

    def _show_panel(self, _index: int = 0) -> None:
        """Bring the chosen panel to the front and feed it; the others wait."""
        index, session = self.switch.index, self._session
        self.comparison.set_by_token(index != HABITS)
        self._panels.setCurrentIndex(index)
        if index == HEADS:
            self.heads.show_texts()
            self.heads.set_selection(session.selection)
        elif index == HABITS:
            self.habits.look()
            self.habits.set_opened(*self._opened or (0, 0))
        elif index == WHY:
            self._show_why()
        elif index == CHANGE:
            self._show_change()
        elif index == MASK:
            self.back.set_texts(self._opened or (0, 0), *self.comparison.texts)

    def _show_why(self) -> None:
        at, texts = self.pin.at, self.comparison.texts
        if not texts or at is None or self._opened is None:
            self.why.clear()
            return
        side, cell = at
        whose = side if len(texts) > 1 else None
        self.why.set_cell(texts[side], self._opened, cell, whose)

    def _show_change(self) -> None:
        """Only the first text can be changed."""
        at = self.pin.at
        is_second = self.comparison.sides == (1,) or (at is not None and at[0] == 1)
        cell = None if at is None or is_second else at[1]
        hint = attention_change.OF_SECOND if is_second else attention_change.NO_CELL
        self.change.set_state(self._session.trace, self._opened or (0, 0), cell, hint)

    # --- the pinned cell

    def _on_pinned(self, side: int, cell: tuple[int, int] | None) -> None:
        """A click on a number asks how it is made."""
        self.pin.put(side, cell)
        if cell is not None and self.switch.index not in (WHY, CHANGE):
            self.show_panel(WHY)
        elif self.switch.index in (WHY, CHANGE):
            self._show_panel()

    def _on_column(self, column: int) -> None:
        """Look into another token of the pinned cell's row."""
        if self.pin.at is not None:
            side, (row, _) = self.pin.at
            self.pin.put(side, (row, column))
            self._show_panel()

    def _on_text(self, side: int) -> None:
        """The same cell of the other text, which is shown alone if the first one is."""
        if self.comparison.of_tokens in (FIRST, SECOND):
            self.comparison.choose(side)
        else:
            self.pin.turn_to(side)
            self._show_panel()

    def _on_moved(self, row: int, start: int, end: int) -> None:
        """Have all that a token looks at one place go to another, and show what comes of it."""
        session, opened = self._session, self._opened
        if session.trace is not None and opened is not None:
            self.pin.put(0, (row, end))
            self.show_panel(CHANGE)
            session.what_if.replace(
                attention_change.moved(session.changes, session.trace, opened, row, start, end)
            )

    def _on_changes(self) -> None:
        """The panel says at once what is wanted; the map follows with the altered pass."""
        if self.switch.index == CHANGE:
            self._show_panel()

    # --- the two sentences

    def _on_example(self, text: str) -> None:
        self._example = text
        trace = self._session.trace
        if trace is not None and trace.text == text:
            self._show_example(trace)
        else:
            self._session.set_prompt(text)

    def _on_named_head(self, side: int) -> None:
        """The head that is spoken of, at the square that is spoken of."""
        text = self.comparison.texts[side]
        head, pair = attention_mask.named(text), attention_mask.pair_of(text)
        if head is None or pair is None:
            return
        if side not in self.comparison.sides:
            self.comparison.choose(side)
        self._session.select_head(*head)
        self.pin.put(side, pair)

    def _show_example(self, trace: Trace) -> None:
        """Pin the square that the sentence is about, in the head where it is strongest."""
        self._example = ""
        pair = attention_mask.pair_of(trace)
        if pair is None:
            return
        if pair[1] <= pair[0]:
            self._session.select_head(*attention_mask.keenest(trace, *pair))
        self.pin.put(0, pair)
        if self._session.selection.token != pair[0]:
            self._session.select_token(pair[0])
