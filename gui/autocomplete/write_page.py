"""The one thing that a language model does: say how likely each next token is; and writing by it.

The text is the session's prompt, the same that the prompt bar of other tabs shows.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from core.config import SamplingConfig
from gui import theme
from gui.autocomplete.next_card import VIEWS, NextCard
from gui.autocomplete.telling import Telling
from gui.autocomplete.text_card import TextCard
from gui.autocomplete.write_words import (
    CHOOSING,
    END_CHOSEN,
    GOES_ON,
    RESET,
    TURN_CUT,
    TURN_OVER,
    why_ended,
)
from gui.full_size import is_filled, rooms
from gui.tabs.tab import Tab
from gui.widgets.card import LINES, Card
from gui.widgets.sampling_controls import EXPLAINED_MS, SamplingControls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from gui.session import Session
    from gui.widgets.examples_button import Example
    from gui.widgets.prompt_editor import PromptEditor

HOLD_MS = 450  # what the dice chose stays marked so long before the next bars come
SMALLEST = QSize(640, 536)
LOW = 600  # a lower tab has no room for long captions,
LOWEST = 520  # and a still lower one for a line about the text and none about the dice


class WritePage(Tab):
    """Text at the left, how to draw below it, and the next token's probabilities at the right.

    Attributes:
        text: The card of the text.
        next: The card of the bars.
    """

    VIEWS = VIEWS  # of the next token

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("writePage")
        self._session = session
        self.text = TextCard(session, self)
        self.next = NextCard(session, self)
        self._editor = self.text.editor
        self._controls = SamplingControls()
        self._telling = Telling(session, self.next, self)
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.INSIDE)
        left.addWidget(self.text.card, 1)
        self._choosing_card = choosing = Card("How it chooses", CHOOSING, self._controls)
        self._reset = QPushButton("Reset dice")
        self._reset.setObjectName("resetSamplingButton")
        self._reset.setAccessibleName("Reset dice")
        self._reset.setToolTip(RESET)
        choosing.add_to_header(self._reset)
        left.addWidget(choosing)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.INSIDE,) * 4)
        row.setSpacing(theme.INSIDE)
        row.addLayout(left, 2)
        row.addWidget(self.next.card, 3)

    def _make_room(self) -> None:
        """The talk gets the room of the dice."""
        if not is_filled(self):
            self._choosing_card.setHidden(self.text.is_chat)

    def _wire(self) -> None:
        session, editor, controls = self._session, self._editor, self._controls
        editor.text_edited.connect(lambda _text: self._hold.stop())
        editor.document().undoAvailable.connect(controls.set_undo)
        controls.set_undo(False)
        controls.sampling_edited.connect(
            lambda *values: session.set_sampling(SamplingConfig(*values))
        )
        controls.seed_edited.connect(session.set_seed)
        controls.generate_clicked.connect(self._generate)
        self._reset.clicked.connect(lambda: session.set_sampling(SamplingConfig()))
        controls.drag_ended.connect(self._show_prediction)
        controls.one_clicked.connect(self._draw_one)
        controls.stop_clicked.connect(session.stop)
        controls.undo_clicked.connect(self._undo)
        controls.pace_edited.connect(session.set_pace)
        controls.pace_edited.connect(self._on_pace)
        self.text.generate_wanted.connect(self._generate)
        self.text.stop_wanted.connect(self._on_escape)
        self.text.place_wanted.connect(self._look_at)
        self.text.view_chosen.connect(self._make_room)
        rooms.given_back.connect(self._make_room)
        self.next.chosen.connect(self._on_chosen)
        self.next.left.connect(self._leave_place)
        self.next.welcome.example_chosen.connect(self._on_example_chosen)
        self.text.examples.chosen.connect(self._on_example_chosen)
        self._stop_key = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._stop_key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._stop_key.activated.connect(self._on_escape)
        self._stop_key.setEnabled(False)

        session.token_drawn.connect(self._on_drawn)
        self._hold.timeout.connect(self._show_prediction)
        session.text_ended.connect(self._on_text_ended)
        session.rested.connect(self._on_rested)
        for changed in (session.prompt_changed, session.sampling_changed, session.model_changed):
            changed.connect(self._on_change)
        theme.sizes.changed.connect(self._save_room)
        self.follow(session.prompt_changed, self.text.show_prompt)
        self.follow(session.sampling_changed, self._show_sampling)
        self.follow(session.seed_changed, self._show_seed)
        self.follow(session.prediction_changed, self._show_prediction)
        self.follow(session.generating_changed, self._show_generating)
        self.follow(session.model_changed, self._show_prediction)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these sentences in the heading."""
        self.text.examples.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before as well."""
        self.text.examples.set_before(texts)

    def minimumSizeHint(self) -> QSize:
        """As with the cards in their smallest shape, which they take as the tab gets low."""
        return QSize(theme.px(SMALLEST.width(), 0.65), theme.px(SMALLEST.height(), 0.28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the captions give up lines."""
        super().resizeEvent(event)
        self._save_room()

    def _save_room(self) -> None:
        is_low = self.height() < theme.px(LOW)
        self.text.card.keep_caption(self.height() >= theme.px(LOWEST))
        for card in (self.text.card, self.next.card, self._choosing_card):
            card.set_cramped(is_low)
        is_lowest = self.height() < theme.px(LOWEST)
        self.text.card.set_lines(1 if is_lowest else LINES)
        self._choosing_card.set_lines(0 if is_lowest else LINES)
        self._controls.set_cramped(is_low)
        self.next.fit_found()

    @property
    def editor(self) -> PromptEditor:
        """Where the text is typed."""
        return self._editor

    @property
    def view(self) -> str:
        """Which of its views is open."""
        return self.next.view

    def show_view(self, name: str) -> None:
        """Open the "bars" of the next token, or the "origin" of what they show."""
        self._leave_place()
        self.next.show_view(name)

    def leave_view(self, name: str) -> None:
        """Show the usual view again, if this one is still shown."""
        if self.view == name:
            self.next.show_view(self.VIEWS[0])

    # --- intents

    def _on_example_chosen(self, text: str) -> None:
        self._session.set_prompt(text)
        self.text.go_to_the_end()

    def _on_chosen(self, place: int | None, token_id: int) -> None:
        """A bar: append its token, or let it stand at the place that is looked at."""
        if place is None:
            self._session.append_token(token_id)
        elif self._ends(token_id):
            self.text.say(END_CHOSEN)
        else:
            self.text.replace(place, token_id)
            self._leave_place()

    def _ends(self, token_id: int) -> bool:
        model = self._session.language_model
        return model is not None and token_id == model.tokenizer.end_of_text

    def _on_escape(self) -> None:
        """Stop, else leave the place that is looked at, else refuse the word in grey."""
        if self._session.is_generating():
            self._session.stop()
        elif self.next.place is not None:
            self._leave_place()
            self.text.go_to_the_end()
        else:
            self._editor.refuse()

    def _undo(self) -> None:
        self._session.stop()
        self._editor.undo()

    def _draw_one(self) -> None:
        self._leave_place()
        self._end_hold()
        self._session.draw_one()

    def _generate(self) -> None:
        self._leave_place()
        self._end_hold()
        self.text.go_to_the_end()  # so that typing stops it
        self._session.generate()

    def _end_hold(self) -> None:
        if self._hold.isActive():
            self._hold.stop()
            self._show_prediction()

    # --- a token of the text

    def _look_at(self, place: int | None) -> None:
        """Show what else could stand there."""
        trace = self._session.trace
        is_old = trace is None or trace.text != self._session.prompt
        if self._session.is_generating() or is_old:
            place = None
        if place == self.next.place:
            return
        self._hold.stop()
        self.text.set_place(place)
        self.next.look_at(place)
        self._stop_key.setEnabled(place is not None or self._session.is_generating())
        self.next.show()

    def _leave_place(self) -> None:
        self._look_at(None)

    # --- facts

    def _show_sampling(self) -> None:
        sampling = self._session.sampling
        self._controls.set_data(*astuple(sampling))
        self._reset.setEnabled(sampling != SamplingConfig())
        self.next.show_caption()

    def _show_seed(self) -> None:
        self._controls.set_seed(self._session.seed)

    def _show_generating(self) -> None:
        is_on = self._session.is_generating()
        self._controls.set_generating(is_on)
        self._stop_key.setEnabled(is_on or self.next.place is not None)
        if is_on:
            self.text.say("")  # what was said of the writing before
        if not is_on:
            self._telling.stop()
        self._show_prediction()

    def _show_prediction(self) -> None:
        session = self._session
        self._controls.set_ready(session.prediction is not None)
        self.text.show_answer()
        if self._hold.isActive():
            return  # the timer calls again
        is_fast = session.is_generating() and not self._controls.pace_ms
        self.next.show(at_once=is_fast, same_scale=self._controls.is_dragging())

    def _on_change(self, *_: object) -> None:
        """What was said of the text's end is over, and what was looked at is elsewhere."""
        self.text.say("")
        trace = self._session.trace
        if trace is None or trace.text != self._session.prompt:
            self._leave_place()

    def _on_drawn(self, token_id: int) -> None:
        """Mark it in the bars that it was drawn from, for as long as an eye needs."""
        if not self.isVisible():
            return
        is_slow = self._session.is_generating()  # then it waits in the session
        if is_slow and self._controls.pace_ms == EXPLAINED_MS:
            self._telling.tell(token_id, EXPLAINED_MS)
            return
        self._telling.stop()
        self.next.bars.mark(token_id)
        if not is_slow:
            self._hold.start()

    def _on_pace(self, pace_ms: int) -> None:
        if pace_ms != EXPLAINED_MS:
            self._telling.stop()

    def _on_text_ended(self, by_the_model: bool) -> None:
        over = TURN_OVER if self.text.is_chat else why_ended(self._session.prediction)
        self.text.say(over if by_the_model else END_CHOSEN)

    def _on_rested(self, n_tokens: int) -> None:
        self.text.say(f"{n_tokens} {TURN_CUT if self.text.is_chat else GOES_ON}")
