"""The page of the tokens: how the text is cut, by which merges, and what else it could be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import bidirectional

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui import figure_tables, theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.full_size import is_filled, rooms
from gui.shared_words import OPENING
from gui.tabs.tab import Tab
from gui.text import token_explanations, token_tables, vocabulary_explanations
from gui.text.merges_card import MergesCard
from gui.text.reading import Reading
from gui.text.vocabulary_card import VocabularyCard
from gui.widgets.boxes import column
from gui.widgets.card import LINES, Card
from gui.widgets.cut_rows import KINDS, CutRows
from gui.widgets.switch import Switch
from gui.widgets.token_chips import height_px
from gui.widgets.token_strip import TokenStrip
from gui.widgets.vocabulary_slider import VocabularySlider

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.tokenizer import Tokenizer
    from core.trace import Trace
    from gui.session import Session

TOKENS = "A token is a word, part of a word or sign with its own number, below it; ␣ is a space."
WRITTEN = "The model wrote these pieces; typed by you, this text would be cut into {} tokens."
CUTS = (
    "The same text in four ways, and how many pieces each of them needs. A byte is a number from "
    "0 to 255, here written from 00 to FF."
)
LEFTWARD = "Letters written from right to left stand in the order in which the model reads them."
OLDER = "The last {} tokens; {} older ones are out of reach."
SIDES = {
    "Cuts": "The text cut into words, tokens, characters and bytes",
    "Vocabulary": "All tokens that the model knows",
}
SHORT = 2000  # characters that are merged within 4 ms, at once; longer texts in the background
WIDE, NARROW, LOW = 1040, 800, 560  # device-independent pixels
LOWEST = 360  # where the captions of the figures are a line
SHARES = (32, 38, 30)  # of the width: merges, cuts, vocabulary


class TokensPage(Tab):
    """Chips on top; below them the merges, the cuts and the vocabulary.

    Args:
        session: Where the facts come from and the intents go.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("tokensPage")
        self._session = session
        self._tokenizer: Tokenizer | None = None
        self._reading: Reading | None = None  # of the text that is shown
        self._is_wide: bool | None = None
        self.strip = TokenStrip()
        self._merges_card = MergesCard(session)
        self.player = self._merges_card.player
        self.cuts = CutRows()
        self.slider = VocabularySlider()
        self._vocabulary_card = VocabularyCard(session)
        self.table = self._vocabulary_card.table
        self._lay_out()
        self.strip.token_hovered.connect(session.hover_token)
        self.strip.token_clicked.connect(session.select_token)
        self.cuts.byte_hovered.connect(lambda byte: session.hover_token(self._token_at(byte)))
        self.cuts.byte_clicked.connect(lambda byte: session.select_token(self._token_at(byte)))
        self.cuts.number_asked.connect(self._explain_count)
        self.strip.number_asked.connect(self._explain_number)
        self.slider.learnt_changed.connect(lambda _learnt: self._show_cuts())
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)

    # --- making it

    def _lay_out(self) -> None:
        self._tokens_card = Card("Tokens", TOKENS, self.strip, flat=True)
        self._cuts_card = Card("Ways to cut", CUTS, column(self.cuts, self.slider))
        self._side = Switch("tokensSide", SIDES)
        self._side.chosen.connect(lambda _index: self._show_side())
        rooms.given_back.connect(self._show_side)
        self._tokens_card.add_to_header(self._side)
        chips = offer(self._session, self._tokens_card, "saveChipsButton", self._tokens_figure)
        chips.attach(self.strip)
        cuts = offer(self._session, self._cuts_card, "saveCutsButton", self._cuts_figure)
        cuts.attach(self.cuts)
        self._figures = QSplitter(Qt.Orientation.Horizontal)
        self._figures.setChildrenCollapsible(False)
        self._figures.setHandleWidth(theme.INSIDE)
        for card, share in zip(self._cards, SHARES, strict=True):
            self._figures.addWidget(card)
            self._figures.setStretchFactor(self._figures.count() - 1, share)
        cards = QVBoxLayout(self)
        cards.setContentsMargins(*(theme.INSIDE,) * 4)
        cards.setSpacing(theme.INSIDE)
        cards.addWidget(self._tokens_card)
        cards.addWidget(self._figures, 1)
        places = (
            *(self._side, self.strip, self._merges_card.scope, self.player),
            *(self.cuts, self.slider),
            *(self.table.search, self.table.table),
        )
        for first, then in pairwise(places):
            QWidget.setTabOrder(first, then)

    @property
    def _cards(self) -> tuple[Card, Card, Card]:
        return self._merges_card, self._cuts_card, self._vocabulary_card

    def _tokens_figure(self) -> Figure:
        tokens = self._session.trace.tokens if self._session.trace else ()
        return Figure("tokens", self.strip, lambda: figure_tables.tokens_table(tokens))

    def _cuts_figure(self) -> Figure:
        merges = None if self._reading is None else self._reading.merges
        n_steps = 0 if merges is None else merges.n_taken(self.slider.learnt)
        return Figure("cuts", self.cuts, lambda: token_tables.cuts_table(merges, n_steps))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three figures side by side where there is room, else two of them."""
        super().resizeEvent(event)
        is_wide, is_low = self.width() >= theme.px(WIDE), self.height() < theme.px(LOW)
        self._cramp()
        self.strip.setFixedHeight(height_px(1) if is_low else self.strip.sizeHint().height())
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self._show_side()

    def _cramp(self) -> None:
        """In a small window the figures come first."""
        cramped = self.width() < theme.px(NARROW) or self.height() < theme.px(LOW)
        self._tokens_card.set_cramped(cramped)
        for card in self._cards:
            card.set_cramped(cramped)
            card.set_lines(1 if self.height() < theme.px(LOWEST) else LINES)

    def _show_side(self) -> None:
        """In a narrow window the cuts and the vocabulary take turns."""
        if is_filled(self):
            return
        is_wide = bool(self._is_wide)
        self._side.setVisible(not is_wide)
        self._cuts_card.setVisible(is_wide or self._side.index == 0)
        self._vocabulary_card.setVisible(is_wide or self._side.index == 1)
        shares = SHARES if is_wide else (1, 1, 1)
        room = self._figures.width() or self.width()
        self._figures.setSizes([round(room * share / sum(shares)) for share in shares])

    # --- the model

    def _on_model(self) -> None:
        session = self._session
        model, plane = session.language_model, session.plane
        if model is None or plane is None or session.model is None:
            return
        self._tokenizer = tokenizer = model.tokenizer
        self._reading = None
        self.slider.set_merges(tokenizer.n_merges)
        self._vocabulary_card.set_model(tokenizer, plane.labels, session.model)
        self._on_trace()

    # --- the text

    def _on_trace(self) -> None:
        session, trace, tokenizer = self._session, self._session.trace, self._tokenizer
        if trace is None or tokenizer is None:
            self._clear()
            return
        self.strip.set_data(trace.tokens, trace.before)
        reading = self._reading
        if reading is not None and reading.trace.text == trace.text:
            self._show(reading.seen_by(trace))
        elif len(trace.text) <= SHORT:
            session.studies.cancel("merges")
            self._show(Reading.of(trace, tokenizer.explain(trace.text)))
        else:
            self._read_later(trace, tokenizer)

    def _read_later(self, trace: Trace, tokenizer: Tokenizer) -> None:
        def done(reading: Reading) -> None:
            if trace is self._session.trace and tokenizer is self._tokenizer:
                self._show(reading)

        self._session.studies.submit(
            "merges",
            lambda _job: Reading.of(trace, tokenizer.explain(trace.text)),
            done,
            self._session.report_error,
        )

    def _show(self, reading: Reading) -> None:
        """All of it, of a text whose merges are known."""
        self._reading, trace = reading, reading.trace
        caption = TOKENS
        if not reading.is_typed:
            caption = WRITTEN.format(f"{reading.n_typed:,}")
        elif trace.before:
            caption = OLDER.format(f"{len(trace.tokens):,}", f"{len(trace.before):,}")
        self._tokens_card.set_caption(caption)
        leftward = any(bidirectional(character) in ("R", "AL") for character in set(trace.text))
        self._cuts_card.set_caption(LEFTWARD if leftward else CUTS)
        self._cuts_card.keep_caption(leftward)  # as it stands nowhere else
        self._cramp()
        self._show_cuts()
        self._merges_card.set_reading(reading)
        self._on_selection()

    def _clear(self) -> None:
        session = self._session
        asked = session.model is not None and session.prompt
        hint = (OPENING,) if session.is_loading() else ("",) if asked else ()
        session.studies.cancel("merges")
        self._reading = None
        self.strip.clear(*hint)
        self._merges_card.clear(*hint)
        self.cuts.clear(*hint)
        self.slider.set_counts(None, None)
        self._tokens_card.set_caption(TOKENS)
        self._cuts_card.set_caption(CUTS)

    def _show_cuts(self) -> None:
        reading = self._reading
        if reading is None:
            self.slider.set_counts(None, None)
            return
        self.cuts.set_data(reading.merges, reading.merges.n_taken(self.slider.learnt))
        self.slider.set_counts(self.cuts.counts[1], reading.n_typed)

    # --- clicked numbers

    def _explain_count(self, kind: int, at: QPoint) -> None:
        model, reading = self._session.language_model, self._reading
        if model is not None and reading is not None:
            of_text = reading.trace.text, reading.merges
            found = token_explanations.count(model, *of_text, KINDS[kind], self.slider.learnt)
            explain(self.cuts, found, at)

    def _explain_number(self, at: int, where: QPoint) -> None:
        model, trace = self._session.language_model, self._session.trace
        if model is not None and trace is not None:
            explain(self.strip, vocabulary_explanations.number_in_text(model, trace, at), where)

    # --- the selection

    def _token_at(self, byte: int | None) -> int | None:
        """The token of the trace that holds a byte, if it is the trace that is shown."""
        reading = self._reading
        is_shown = reading is not None and reading.trace is self._session.trace
        return reading.position_of(byte) if is_shown and reading is not None else None

    def _on_selection(self) -> None:
        session, selection, reading = self._session, self._session.selection, self._reading
        self.strip.set_selection(selection.token, selection.hovered)
        if reading is None or reading.trace is not session.trace:
            self.cuts.set_marked(None, None)
            return
        marked = reading.bytes_of(selection.token), reading.bytes_of(selection.hovered)
        self.cuts.set_marked(*marked)
        self._merges_card.follow_selection()
        if selection.token is not None and not self.table.search.text():
            self.table.show_token(reading.trace.tokens[selection.token].id)
