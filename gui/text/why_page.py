"""Why this word and not that one: what every part of the model adds to the difference."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.explanation import explain
from gui.export import Figure, Table
from gui.figures import offer
from gui.text import lookup, why_words
from gui.text.comparing import DIFFERENCE, ONE, ComparingTab, by_text, positions
from gui.text.naming import naming
from gui.text.second_views import Pair
from gui.text.why_study import Part, differing, rows_of, studies, words_in_question
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.share_bars import HINT, ShareBars
from gui.widgets.share_bars import PURPOSE as PARTS
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
    "A token leaves the last layer as the sum of what every part has added to it, so each part can "
    "be told what it adds to the difference of two words' scores. The shares add up exactly. What "
    "a later layer does with the work of an earlier one counts for the later one."
)
APART = (
    "What each part adds to the difference of two words' scores in the second text, less what it "
    "adds in the first: the parts with the longest bars make the two texts go on differently. The "
    "differences add up exactly."
)
VIEWS = {
    "In order": "The parts in the order in which the model works",
    "Strongest first": "The parts with the largest share first",
    "Running sum": "Each bar begins where the one before it ended",
}
IN_ORDER, BY_SIZE, RUNNING = range(3)
LOW = 520  # device-independent pixels: a lower page has no room for the caption
FIELDS = ("The word that is spoken for", "The word that it is compared with")


class WhyPage(ComparingTab):
    """Two words, and bars of what speaks for the one and for the other, after one text or two.

    Signals:
        neuron_wanted: (int, int) layer and number of a neuron that was clicked.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        fields: Of the two words.
        bars: The figure.
        second: That of the second text.
        stepper: After which token.
    """

    neuron_wanted = Signal(int, int)
    TITLE = "Why this word?"
    PURPOSE = "Which part of the model speaks for one word and which for another"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("whyPage")
        self._model: LanguageModel | None = None  # whose words are known, or will be
        self._words: Words | None = None
        self._chosen: tuple[int, int] | None = None  # by hand; else the two likeliest
        self._tokens: tuple[int, int] | None = None  # that the fields show
        self._opened: set[Part] = set()
        self._whys: tuple[Why, ...] = ()  # of every text that is shown
        self.fields = [
            WordField(name, purpose)
            for name, purpose in zip(("whyWord", "whyOtherWord"), FIELDS, strict=True)
        ]
        self.bars = ShareBars()
        self.second = ShareBars("secondShareBars", f"{PARTS}, after the second text")
        self.stepper = TokenStepper("whyToken", "after")
        self._lay_out()
        self._connect()
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._ask)
        self.follow(session.second_changed, self._ask)
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
        figures = self.bars, self.second
        self.pair = Pair(
            self._session, *figures, "shownShares", lambda _wide: self.bars.room_for_all()
        )
        column.addWidget(self.pair, 1)
        self.card = Card(TITLE, CAPTION, body)
        self.switch = Switch("whyViews", VIEWS)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.card.add_to_header(self.switch)
        saving = offer(self._session, self.card, "saveWhyButton", self._figure)
        for bars in (self.bars, self.second):
            saving.attach(bars)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.card)

    def _question(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for word, field in zip(("Why", "rather than"), self.fields, strict=True):
            row.addWidget(QLabel(word))
            theme.set_px(field, minimumWidth=70)
            row.addWidget(field, 1)
        row.addWidget(QLabel("?"))
        swap = "Ask the other way round"
        row.addWidget(push_button("Swap", "whySwapButton", swap, self._swap))
        two = "Compare the two likeliest words again, or the likeliest of each text"
        self._back = push_button("Top two", "whyTopButton", two, self._back_to_top)
        row.addWidget(self._back)
        row.addWidget(self.stepper)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption gives up lines."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    def _connect(self) -> None:
        for place, field in enumerate(self.fields):
            field.settled.connect(partial(self._on_settled, place))
            field.editingFinished.connect(partial(self._on_settled, place))
        self.stepper.token_wanted.connect(self._session.select_token)
        self.switch.chosen.connect(lambda _index: self._show())
        for side, bars in enumerate((self.bars, self.second)):
            bars.opening_wanted.connect(self._on_opening)
            bars.row_chosen.connect(self._on_row)
            bars.number_asked.connect(partial(self._explain, side))

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

    @property
    def shown(self) -> Trace | None:
        """See `ComparingTab`."""
        return self._whys[0].trace if self._whys else None

    def show_compared(self) -> None:
        """Another text is asked about, or another one too."""
        self._ask()

    def _ask(self) -> None:
        """Put the question anew."""
        self._on_model()  # of a page that was hidden, the text may be told first
        model, shown = self._session.language_model, self._texts()
        self._back.setEnabled(self._chosen is not None)
        if model is None or not shown:
            self._session.studies.cancel(KIND)
            self._whys, self._tokens = (), None
            self._show()
            return
        tokens = self._chosen or words_in_question(shown)
        name = naming(model)
        labels = name(tokens[0]), name(tokens[1])
        layers = [part.layer for part in self._opened if part.kind == "mlp"]
        self._tokens = tokens
        for field, label in zip(self.fields, labels, strict=True):
            if not field.hasFocus() or field.text() == "" or self._chosen is not None:
                field.set_word(label)
        trace, position = shown[0]
        self.stepper.set_data([token.label for token in trace.tokens], position)
        self._session.studies.submit(
            KIND,
            lambda _job: studies(model, shown, tokens, labels, layers),
            self._on_whys,
            self._session.report_error,
        )

    def _texts(self) -> list[tuple[Trace, int]]:
        """What is asked about: one text or two, and after which token of each."""
        first, second = self._session.trace, self._session.second
        if first is None:
            return []
        at, other = positions(first, second, self._session.selection.focus)
        if self.compared == ONE or second is None or other is None:
            return [(first, at)]
        return [(first, at), (second, other)]

    def _on_whys(self, whys: tuple[Why, ...]) -> None:
        self._whys = whys
        self._show()

    # --- what is shown

    def _show(self) -> None:
        if not self._whys:
            hint = "" if self._session.prompt else HINT  # it is being worked out
            self.bars.clear(hint)
            self.second.clear(hint)
            self._said.setText("")
            self.stepper.set_data((), 0)
            for field in self.fields:
                field.set_word("")
            return
        first, view = self._whys[0], self.switch.index
        is_apart = len(self._whys) > 1 and self.compared == DIFFERENCE
        self.pair.set_wanted(len(self._whys) > 1 and not is_apart)
        self.card.set_caption(APART if is_apart else CAPTION)
        a, b = first.labels
        sides = f"speaks for {b}", f"speaks for {a}"
        if is_apart:
            sides = f"more for {b} in the second text", f"more for {a} in the second text"
            rows = differing(first, self._whys[-1], self._opened, by_size=view == BY_SIZE)
            self.bars.set_data(rows, sides, running=view == RUNNING)
        else:
            self._show_each(sides)
        if len(self._whys) > 1:
            self._said.setText(why_words.sentence_of_both(first, self._whys[1], apart=is_apart))
        else:
            self._said.setText(why_words.sentence(first, self._session.plain))

    def _show_each(self, sides: tuple[str, str]) -> None:
        """The shares of one text, or of two in one order and on one scale."""
        whys, view = self._whys, self.switch.index
        rows = [
            rows_of(why, self._opened, by_size=view == BY_SIZE, beside=whys[-1 - n])
            for n, why in enumerate(whys)
        ]
        for n, bars in zip(range(len(rows)), (self.bars, self.second), strict=False):
            bars.set_data(rows[n], sides, running=view == RUNNING, beside=rows[-1 - n])
        self.pair.arrange_again()

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

    def _explain(self, side: int, part: Part, at: QPoint) -> None:
        model, whys = self._model, self._whys
        if model is None or side >= len(whys):
            return
        if len(whys) > 1 and self.compared == DIFFERENCE:
            made = why_words.difference_explained(model, whys[0], whys[1], part)
        else:
            made = why_words.explained(model, whys[side], part)
        explain((self.bars, self.second)[side], made, at)

    def _figure(self) -> Figure:
        whys = self._whys
        return Figure(
            "why this word",
            self.pair if self.pair.is_comparing else self.bars,
            lambda: by_text(
                [why_words.table(why) for why in whys] or [Table(why_words.HEADER, [])]
            ),
        )
