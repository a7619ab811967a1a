"""Why this word and not that one: what every part of the model adds to the difference."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import lookup, why_words
from gui.text.naming import naming
from gui.text.why_study import Part, rows_of, study, top_two
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.share_bars import HINT, ShareBars
from gui.widgets.switch import Switch
from gui.widgets.token_stepper import TokenStepper
from gui.widgets.word_field import WordField

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from core.trace import Trace
    from core.words import Words
    from gui.session import Session
    from gui.text.why_study import Why

KIND, WORDS = "why", "why words"
TITLE = "Why this word?"
CAPTION = (
    "All that a token's stream holds is a sum, so each part can be told what it adds to the "
    "difference of two words' scores. The shares add up exactly, with the last norm's scale held "
    "at what it is; what later layers make of a part is counted there."
)
VIEWS = {
    "In order": "The parts in the order in which the model works",
    "Strongest first": "The parts with the largest share first",
    "Running sum": "Each bar begins where the one before it ended",
}
IN_ORDER, BY_SIZE, RUNNING = range(3)
LOW = 520  # device-independent pixels: a lower page has no room for the caption
FIELDS = ("The word that is spoken for", "The word that it is compared with")


class WhyPage(Tab):
    """Two words, and bars of what speaks for the one and for the other.

    Signals:
        neuron_wanted: (int, int) layer and number of a neuron that was clicked.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        fields: Of the two words.
        bars: The figure.
        stepper: After which token.
    """

    neuron_wanted = Signal(int, int)
    TITLE = "Why this word?"
    PURPOSE = "Which part of the model speaks for one word and which for another"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("whyPage")
        self._session = session
        self._model: LanguageModel | None = None  # whose words are known, or will be
        self._words: Words | None = None
        self._chosen: tuple[int, int] | None = None  # by hand; else the two likeliest
        self._tokens: tuple[int, int] | None = None  # that the fields show
        self._opened: set[Part] = set()
        self._why: Why | None = None
        self.fields = [
            WordField(name, purpose)
            for name, purpose in zip(("whyWord", "whyOtherWord"), FIELDS, strict=True)
        ]
        self.bars = ShareBars()
        self.stepper = TokenStepper("whyToken", "after")
        self._lay_out()
        self._connect()
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._ask)
        self.follow(session.selection_changed, self._ask)

    # --- layout

    def _lay_out(self) -> None:
        self._said = QLabel()
        self._said.setObjectName("whySentence")
        self._said.setAccessibleName("What the scores mean")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._question())
        column.addWidget(self._said)
        column.addWidget(self.bars, 1)
        self.card = Card(TITLE, CAPTION, body)
        self.switch = Switch("whyViews", VIEWS)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.card.add_to_header(self.switch)
        offer(self._session, self.card, "saveWhyButton", self._figure).attach(self.bars)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.card)

    def _question(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for word, field in zip(("Why", "rather than"), self.fields, strict=True):
            row.addWidget(QLabel(word))
            field.setMinimumWidth(theme.px(70))
            row.addWidget(field, 1)
        row.addWidget(QLabel("?"))
        swap = "Ask the other way round"
        row.addWidget(push_button("Swap", "whySwapButton", swap, self._swap))
        two = "Compare the two likeliest words again"
        self._back = push_button("Top two", "whyTopButton", two, self._back_to_top)
        row.addWidget(self._back)
        row.addWidget(self.stepper)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption goes behind the title."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    def _connect(self) -> None:
        for place, field in enumerate(self.fields):
            field.settled.connect(partial(self._on_settled, place))
            field.editingFinished.connect(partial(self._on_settled, place))
        self.stepper.token_wanted.connect(self._session.select_token)
        self.switch.chosen.connect(lambda _index: self._show())
        self.bars.opening_wanted.connect(self._on_opening)
        self.bars.row_chosen.connect(self._on_row)
        self.bars.number_asked.connect(self._explain)

    # --- the question

    def _on_model(self) -> None:
        """Another model has other words."""
        model = self._session.language_model
        if model is self._model:
            return
        self._model, self._words, self._chosen, self._opened = model, None, None, set()
        for field in self.fields:
            field.set_completion(lambda _typed, _n: ())
        self._session.studies.cancel(WORDS)
        if model is not None:
            self._session.studies.submit(
                WORDS,
                lambda _job: lookup.words_of(model),
                self._on_words,
                self._session.report_error,
            )

    def _on_words(self, words: Words) -> None:
        self._words = words
        for field in self.fields:
            field.set_completion(partial(lookup.complete, words))

    def _on_settled(self, place: int) -> None:
        """A word was typed, or chosen from the list."""
        model, words, tokens = self._model, self._words, self._tokens
        typed = self.fields[place].text()
        if model is None or words is None or tokens is None:
            return
        if typed == naming(model)(tokens[place]):
            return
        found = lookup.find(model, words, typed) if typed.strip() else None
        if found is None:
            missing = lookup.unknown(words, typed) if typed.strip() else "Type a word."
            self._said.setText(missing)
            return
        self._chosen = (found, tokens[1]) if place == 0 else (tokens[0], found)
        self._ask()

    def _swap(self) -> None:
        if self._tokens is not None:
            self._chosen = self._tokens[::-1]
            self._ask()

    def _back_to_top(self) -> None:
        self._chosen = None
        self._ask()

    def _ask(self) -> None:
        """Put the question anew."""
        model, trace = self._session.language_model, self._session.trace
        self._back.setEnabled(self._chosen is not None)
        if model is None or trace is None:
            self._session.studies.cancel(KIND)
            self._why = self._tokens = None
            self._show()
            return
        focus, last = self._session.selection.focus, len(trace.tokens) - 1
        position = last if focus is None else min(focus, last)
        tokens = self._chosen or top_two(trace, position)
        name = naming(model)
        labels = name(tokens[0]), name(tokens[1])
        layers = [part.layer for part in self._opened if part.kind == "mlp"]
        self._tokens = tokens
        for field, label in zip(self.fields, labels, strict=True):
            if not field.hasFocus() or field.text() == "" or self._chosen is not None:
                field.set_word(label)
        self.stepper.set_data([token.label for token in trace.tokens], position)
        self._session.studies.submit(
            KIND,
            lambda _job: study(model, trace, position, tokens, labels, layers),
            self._on_why,
            self._session.report_error,
        )

    def _on_why(self, why: Why) -> None:
        self._why = why
        self._show()

    # --- what is shown

    def _show(self) -> None:
        why = self._why
        if why is None:
            self.bars.clear(HINT)
            self._said.setText("")
            self.stepper.set_data((), 0)
            for field in self.fields:
                field.set_word("")
            return
        view = self.switch.index
        rows = rows_of(why, self._opened, by_size=view == BY_SIZE)
        a, b = why.labels
        sides = f"speaks for {b}", f"speaks for {a}"
        self.bars.set_data(rows, sides, running=view == RUNNING)
        plain: Trace | None = self._session.plain
        self._said.setText(why_words.sentence(why, plain))

    def _on_opening(self, part: Part, wanted: bool) -> None:
        if wanted:
            self._opened.add(part)
        else:
            self._opened.discard(part)
        if part.kind == "mlp" and wanted:
            self._ask()  # for its neurons
        else:
            self._show()

    def _on_row(self, part: Part) -> None:
        """A head opens on the other pages, a neuron on that of the neurons."""
        if part.kind == "head":
            self._session.select_head(part.layer, part.which)
        elif part.kind == "neuron":
            self.neuron_wanted.emit(part.layer, part.which)

    def _explain(self, part: Part, at: QPoint) -> None:
        if self._model is not None and self._why is not None:
            explain(self.bars, why_words.explained(self._model, self._why, part), at)

    def _figure(self) -> Figure:
        why = self._why
        return Figure("why this word", self.bars, lambda: why_words.table(why))
