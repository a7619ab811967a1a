"""The page of the tokens: how the text is cut, by which merges, and what else it could be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import bidirectional
from weakref import WeakKeyDictionary

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui import figure_tables, theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import token_explanations, token_tables, vocabulary_explanations
from gui.text.reading import Reading
from gui.text.vocabulary_counts import ABOUT, COUNTING, counts_of
from gui.widgets.boxes import column
from gui.widgets.card import Card
from gui.widgets.cut_rows import KINDS, CutRows
from gui.widgets.merge_player import MergePlayer
from gui.widgets.switch import Switch
from gui.widgets.text_grid import label_of
from gui.widgets.token_chips import height_px
from gui.widgets.token_strip import TokenStrip
from gui.widgets.vocabulary_model import BYTES, COUNT, ID, Entries
from gui.widgets.vocabulary_slider import VocabularySlider
from gui.widgets.vocabulary_table import VocabularyTable

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.splits import TextMerges
    from core.tokenizer import Tokenizer
    from core.trace import ModelInfo, Trace
    from gui.session import Session
    from gui.widgets.vocabulary_model import Rows

TOKENS = "A token is a word, part of a word or sign with its own number, below it; ␣ is a space."
WRITTEN = "The model wrote these pieces; typed by you, this text would be cut into {} tokens."
MERGES = (
    "From bytes, as a computer stores text, to tokens: the pair that was learnt first is always "
    "joined next."
)
CUTS = (
    "The same text in four ways, and how many pieces each of them needs. A byte is a number from "
    "0 to 255."
)
LEFTWARD = "Letters written from right to left stand in the order in which the model reads them."
VOCABULARY = "Every token that the model knows. It can read and write nothing but these."
OLDER = "The last {} tokens; {} older ones are out of reach."
WORD = (
    "How “{}” becomes tokens. It begins as bytes, the numbers in which a computer stores text; "
    "the pair learnt first is always joined next."
)
LONG_NAME = 24  # characters of a word that the caption does not write out
OPENING = "Opening the model\N{HORIZONTAL ELLIPSIS}"
SCOPES = {
    "Word": "The word of the selected token, or else the last one that is joined of pieces",
    "Whole text": "All words together, the merges learnt first coming first",
}
SIDES = {
    "Cuts": "The text cut into words, tokens, characters and bytes",
    "Vocabulary": "All tokens that the model knows",
}
SHORT = 2000  # characters that are merged within 4 ms, at once; longer texts in the background
WIDE, LOW = 1040, 560  # device-independent pixels
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
        self._word: int | None = None  # that is played
        self._counts: WeakKeyDictionary[Tokenizer, Rows | None] = WeakKeyDictionary()
        self._is_wide: bool | None = None
        self.strip = TokenStrip()
        self.player = MergePlayer()
        self.cuts = CutRows()
        self.slider = VocabularySlider()
        self.table = VocabularyTable(self._spell)
        self._lay_out()
        self.strip.token_hovered.connect(session.hover_token)
        self.strip.token_clicked.connect(session.select_token)
        self.cuts.byte_hovered.connect(lambda byte: session.hover_token(self._token_at(byte)))
        self.cuts.byte_clicked.connect(lambda byte: session.select_token(self._token_at(byte)))
        self.cuts.number_asked.connect(self._explain_count)
        self.player.picture.number_asked.connect(self._explain_merge)
        self.strip.number_asked.connect(self._explain_number)
        self.table.number_asked.connect(self._explain_entry)
        self.slider.learnt_changed.connect(lambda _learnt: self._show_cuts())
        self.table.token_chosen.connect(session.append_token)
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)

    # --- making it

    def _lay_out(self) -> None:
        self._tokens_card = Card("Tokens", TOKENS, self.strip, flat=True)
        self._merges_card = Card("Merges", MERGES, self.player)
        self._cuts_card = Card("Ways to cut", CUTS, column(self.cuts, self.slider))
        self._vocabulary_card = Card("Vocabulary", VOCABULARY, self.table)
        self._scope = Switch("mergeScope", SCOPES)
        self._scope.chosen.connect(lambda _index: self._play_what_is_chosen())
        self._merges_card.add_to_header(self._scope)
        self._side = Switch("tokensSide", SIDES)
        self._side.chosen.connect(lambda _index: self._show_side())
        self._tokens_card.add_to_header(self._side)
        session = self._session
        for card, name, figure, widgets in (
            (self._tokens_card, "saveChipsButton", self._tokens_figure, (self.strip,)),
            (self._merges_card, "saveMergesButton", self._merges_figure, (self.player.picture,)),
            (self._cuts_card, "saveCutsButton", self._cuts_figure, (self.cuts,)),
            (self._vocabulary_card, "saveVocabularyButton", self._vocabulary_figure, ()),
        ):
            button = offer(session, card, name, figure)
            for widget in widgets:
                button.attach(widget)
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
            *(self._side, self.strip, self._scope, self.player, self.cuts, self.slider),
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

    def _merges_figure(self) -> Figure:
        merges = self._played()
        return Figure("merges", self.player.picture, lambda: token_tables.merges_table(merges))

    def _cuts_figure(self) -> Figure:
        merges = None if self._reading is None else self._reading.merges
        n_steps = 0 if merges is None else merges.n_taken(self.slider.learnt)
        return Figure("cuts", self.cuts, lambda: token_tables.cuts_table(merges, n_steps))

    def _vocabulary_figure(self) -> Figure:
        model = self.table.model
        return Figure("vocabulary", self.table, lambda: token_tables.vocabulary_table(model))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three figures side by side where there is room, else two of them."""
        super().resizeEvent(event)
        is_wide, is_low = self.width() >= theme.px(WIDE), self.height() < theme.px(LOW)
        for card in (self._tokens_card, *self._cards):
            card.set_cramped(not is_wide or is_low)
        self.strip.setFixedHeight(height_px(1) if is_low else self.strip.sizeHint().height())
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self._show_side()

    def _show_side(self) -> None:
        """In a narrow window the cuts and the vocabulary take turns."""
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
        raw = list(map(tokenizer.raw, range(tokenizer.vocab_size)))
        self.table.set_data(Entries(plane.labels, raw))
        self._count(tokenizer, session.model)
        self._on_trace()

    def _count(self, tokenizer: Tokenizer, model: ModelInfo) -> None:
        """Count in the background how often each token is in the training text, once."""
        if tokenizer in self._counts:
            self._apply_counts(tokenizer, self._counts[tokenizer])
            return

        def failed(_error: BaseException) -> None:
            self._apply_counts(tokenizer, None)

        self.table.set_note(COUNTING if model.training else "")
        self._session.studies.submit(
            "token counts",
            lambda job: counts_of(model, job.cancelled),
            lambda counts: self._apply_counts(tokenizer, counts),
            failed,
        )

    def _apply_counts(self, tokenizer: Tokenizer, counts: Rows | None) -> None:
        self._counts[tokenizer] = counts
        if tokenizer is self._tokenizer:
            self.table.set_counts(counts, ABOUT)

    def _spell(self, text: str) -> list[str]:
        """The tokens that a text is cut into."""
        tokenizer = self._tokenizer
        return [] if tokenizer is None else [tokenizer.label(each) for each in tokenizer.ids(text)]

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
        before, self._reading = self._reading, reading
        if before is None or before.merges is not reading.merges:
            self._word = None
        trace = reading.trace
        caption = TOKENS
        if not reading.is_typed:
            caption = WRITTEN.format(f"{reading.n_typed:,}")
        elif trace.before:
            caption = OLDER.format(f"{len(trace.tokens):,}", f"{len(trace.before):,}")
        self._tokens_card.set_caption(caption)
        leftward = any(bidirectional(character) in ("R", "AL") for character in set(trace.text))
        self._cuts_card.set_caption(LEFTWARD if leftward else CUTS)
        self._show_cuts()
        self._play_what_is_chosen()
        self._on_selection()

    def _clear(self) -> None:
        session = self._session
        asked = session.model is not None and session.prompt
        hint = (OPENING,) if session.is_loading() else ("",) if asked else ()
        session.studies.cancel("merges")
        self._reading = self._word = None
        self.strip.clear(*hint)
        self.player.clear(*hint)
        self.cuts.clear(*hint)
        self.slider.set_counts(None, None)
        self._tokens_card.set_caption(TOKENS)
        self._merges_card.set_caption(MERGES)
        self._cuts_card.set_caption(CUTS)

    def _show_cuts(self) -> None:
        reading = self._reading
        if reading is None:
            self.slider.set_counts(None, None)
            return
        self.cuts.set_data(reading.merges, reading.merges.n_taken(self.slider.learnt))
        self.slider.set_counts(self.cuts.counts[1], reading.n_typed)

    # --- the merges

    def _played(self) -> TextMerges | None:
        """The merges of the chosen word, or of the whole text."""
        if self._reading is None:
            return None
        if self._scope.index == 1 or self._word is None:
            return self._reading.merges
        return self._reading.merges_of_word(self._word)

    def _play_what_is_chosen(self) -> None:
        reading, tokenizer = self._reading, self._tokenizer
        if reading is None or tokenizer is None:
            return
        self._word = reading.word_of(self._session.selection.token)
        played = self._played()
        if played is None:
            return
        self.player.set_data(played, tokenizer.n_merges)
        name = label_of(played.raw)
        is_named = self._scope.index == 0 and len(name) < LONG_NAME
        self._merges_card.set_caption(WORD.format(name) if is_named else MERGES)

    # --- clicked numbers

    def _explain_merge(self, step: int, at: QPoint) -> None:
        model, reading, played = self._session.language_model, self._reading, self._played()
        if model is not None and reading is not None and played is not None:
            word = self._word if self._scope.index == 0 else None
            text = reading.trace.text
            found = token_explanations.merge(model, text, word, played, step)
            explain(self.player.picture, found, at)

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

    def _explain_entry(self, token_id: int, column: int, where: QPoint) -> None:
        model, counts = self._session.language_model, self.table.model.counts
        if model is None:
            return
        if column == ID:
            found = vocabulary_explanations.number(model, token_id)
        elif column == COUNT and counts is not None:
            found = vocabulary_explanations.count(model, token_id, int(counts[token_id]))
        else:
            found = vocabulary_explanations.size(model, token_id, in_bytes=column == BYTES)
        explain(self.table, found, where)

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
        if reading.word_of(selection.token) != self._word:
            self._play_what_is_chosen()
        if selection.token is not None and not self.table.search.text():
            self.table.show_token(reading.trace.tokens[selection.token].id)
