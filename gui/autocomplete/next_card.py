"""The card of bars: what could come next, or what else could stand at a token of the text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.config import SamplingConfig
from core.sampling import rank, softmax
from gui import figure_tables, theme
from gui.answers import TOP
from gui.autocomplete.finding import Finder
from gui.autocomplete.write_words import (
    BARS,
    BEGINNING_BARS,
    EMPTY,
    FACTS,
    FOUND,
    LOADING,
    NEUTRAL_BARS,
    NO_MODEL,
    ORIGIN,
    SHAPED_BARS,
    THINKING,
    TO_THE_END,
    facts,
    place_caption,
    place_title,
)
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import explanations
from gui.text.naming import naming
from gui.widgets.card import Card
from gui.widgets.facts import Facts
from gui.widgets.origin_picture import OriginPicture
from gui.widgets.painting import elided
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.switch import Switch
from gui.widgets.welcome import Welcome
from gui.widgets.word_field import WordField

if TYPE_CHECKING:
    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Prediction, Trace
    from gui.autocomplete.finding import Found
    from gui.session import Session

VIEWS = ("bars", "origin")
THINKING_MS = 100  # an answer that takes longer is waited for in sight
TITLE = "The next token"
TOLD_LINES = 2
TITLE_PX = 150  # of a token in the title


class NextCard(QObject):
    """The card and what it shows.

    Signals:
        chosen: (int | None, int) the token of the text to be replaced, or None for what comes
            next, and the id of the token that was chosen for it.
        left: the user wants to see the next token again.

    Args:
        session: Where the facts come from.
        parent: Qt's.

    Attributes:
        card: The widget.
        bars: Its figure.
        place: The token of the text that is looked at; None for what comes next.
    """

    chosen = Signal(object, object)
    left = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.place: int | None = None
        self.welcome = Welcome()
        self.bars = ProbabilityBars()
        self._trace: Trace | None = None  # of what is shown, up to the place
        self._prediction: Prediction | None = None
        self._shown_trace: Trace | None = None
        self._origin = OriginPicture()
        self._facts = Facts(FACTS)
        self._facts.set_steady()  # it changes at every token
        self._told = QLabel()
        self._finder = Finder()
        self._is_loading = True  # the window opens one as soon as it is seen
        self._patience = QTimer(self, singleShot=True, interval=THINKING_MS)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        self._told.setWordWrap(True)
        self._told.setObjectName("decisionLabel")
        self._told.setAccessibleName("What is being decided")
        self._top = QStackedWidget()
        self._top.addWidget(self._facts)
        self._top.addWidget(self._told)
        self._find = WordField("findToken", "Find any token: its rank and its probability here")
        self._find.setPlaceholderText("Find a token")
        theme.set_px(self._find, maximumWidth=150)
        self._found = QPushButton()
        self._found.setObjectName("foundToken")
        self._found.setAccessibleName("Rank and probability of the token that was found")
        self._found.setStyleSheet(
            "QPushButton { text-align: left; padding: 2px 4px; background: transparent; }"
            "QPushButton:!focus:!hover { border-color: transparent; }"
        )
        self._thinking = QLabel(THINKING)
        self._thinking.setProperty("role", "caption")
        self._thinking.setObjectName("thinkingMark")
        self._thinking.hide()
        finding = QHBoxLayout()
        finding.setSpacing(theme.INSIDE)
        finding.addWidget(self._find)
        finding.addWidget(self._found, 1)
        finding.addWidget(self._thinking)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._top)
        self._views = QStackedWidget()
        self._views.addWidget(self.bars)
        self._views.addWidget(self._origin)
        column.addWidget(self._views, 1)
        column.addLayout(finding)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(page)
        self.card = Card(TITLE, NEUTRAL_BARS, self._pages)
        self._back = QPushButton("Next token")
        self._back.setObjectName("leavePlaceButton")
        self._back.setAccessibleName(TO_THE_END)
        self._back.setToolTip(TO_THE_END)
        self._back.hide()
        self.card.add_to_header(self._back)
        self._switch = Switch("predictionViews", {"Bars": BARS, "Why?": ORIGIN})
        self.card.add_to_header(self._switch)
        save = offer(self._session, self.card, "savePredictionButton", self._figure)
        for figure in (self.bars, self._origin):
            save.attach(figure)

    def _wire(self) -> None:
        session = self._session
        self._switch.chosen.connect(lambda _index: self._show_view())
        self._back.clicked.connect(self.left)
        self.bars.candidate_chosen.connect(lambda token_id: self.chosen.emit(self.place, token_id))
        self.bars.number_asked.connect(self._explain)
        self._find.typed.connect(lambda _text: self._show_found())
        self._find.settled.connect(self._show_found)
        self._find.set_completion(self._finder.complete)
        self._found.clicked.connect(self._explain_found)
        self._patience.timeout.connect(self._show_thinking)
        session.busy_changed.connect(self._on_busy)
        session.loading_changed.connect(self._on_loading)
        session.model_changed.connect(lambda _info: self._finder.set_model(session.language_model))

    # --- which view

    @property
    def view(self) -> str:
        """One of `VIEWS`."""
        return VIEWS[self._switch.index]

    def show_view(self, name: str) -> None:
        """Open one of `VIEWS`."""
        self._switch.choose(VIEWS.index(name))

    def _show_view(self) -> None:
        self._views.setCurrentIndex(0 if self.place is not None else self._switch.index)
        self.show_caption()
        self._show_origin()

    # --- what is looked at

    def look_at(self, place: int | None) -> None:
        """Look at a token of the text, or at what comes next."""
        self.place = place
        self.bars.clear()  # pale bars would be of another place
        self._back.setVisible(place is not None)
        self._switch.setVisible(place is None)
        self._show_view()

    def show(self, *, at_once: bool = False, same_scale: bool = False) -> None:
        """Show what the session knows now.

        Args:
            at_once: More will follow at once: do not glide.
            same_scale: Likewise, of the axis.
        """
        session, model = self._session, self._session.language_model
        before = self._trace
        if self.place is None:
            self._trace, self._prediction = session.trace, session.prediction
        elif model is not None and session.trace is not None:
            whole, place = session.trace, self.place
            if place:
                self._trace = whole.first(place)
                self._prediction = model.predict(self._trace, session.sampling, TOP)
            else:
                self._trace, logits = None, model.beginning(whole.changes)
                self._prediction = (
                    None if logits is None else model.predict_from(logits, session.sampling, TOP)
                )
        self._show_page()
        self.show_caption()
        self._show_origin()
        self._show_found()
        if self._prediction is None or session.model is None:
            self.bars.clear()
            self._facts.clear()
            return
        same = self._trace is before if self.place is None else False
        self.bars.set_data(self._prediction, same_text=same, same_scale=same_scale, at_once=at_once)
        if self.place is not None and session.trace is not None:
            self.bars.mark(session.trace.tokens[self.place].id)
        n_tokens = 0 if self._trace is None else len(self._trace.tokens)
        self._facts.set_data(
            facts(self._prediction, n_tokens, session.model.context),
            f"Exactly: {self._prediction.perplexity:,.3f} tokens, "
            f"{self._prediction.entropy_bits:.4f} bits. As the dice are loaded: "
            f"{self._prediction.shaped_perplexity:,.3f} tokens, "
            f"{self._prediction.shaped_bits:.4f} bits.",
        )

    def _show_page(self) -> None:
        """The bars, or why there are none and what to do."""
        has_model = self._session.model is not None
        has_text = bool(self._session.prompt) or self._session.prediction is not None
        self._pages.setCurrentIndex(1 if has_model and has_text else 0)
        words = EMPTY if has_model else LOADING if self._is_loading else NO_MODEL
        self.welcome.set_words(words, with_examples=has_model)

    def show_caption(self) -> None:
        """What is seen."""
        session = self._session
        trace, place = session.trace, self.place
        if place is not None and trace is not None and place < len(trace.tokens):
            label = trace.tokens[place].label
            short = elided(label, theme.font(theme.HEADING, bold=True), theme.px(TITLE_PX))
            self.card.set_title(place_title(short))
            self.card.set_caption(place_caption(label, self._standing(trace, place)))
            return
        self.card.set_title(TITLE)
        is_neutral = session.sampling == SamplingConfig()
        bars = NEUTRAL_BARS if is_neutral else SHAPED_BARS
        if not session.prompt:
            bars = BEGINNING_BARS
        self.card.set_caption((bars, ORIGIN)[self._switch.index])

    def _standing(self, trace: Trace, place: int) -> tuple[int, float] | None:
        """Rank and probability that the model gave a token of the text; None for the first."""
        if not place:
            return None
        logits, token_id = trace.logits[place - 1], trace.tokens[place].id
        return rank(logits, token_id), float(softmax(logits)[token_id])

    def _show_origin(self) -> None:
        """What led to the bars; worked out only while it is seen."""
        if self._views.currentIndex() == VIEWS.index("bars"):
            return
        trace, prediction = self._session.trace, self._session.prediction
        if trace is None or prediction is None:
            self._origin.clear()
        else:
            self._origin.set_data(trace.mlp_post[:, -1], prediction)

    def _figure(self) -> Figure:
        """What can be copied and saved."""
        trace, prediction = self._session.trace, self._prediction
        if self._views.currentIndex() == VIEWS.index("bars"):
            return Figure(
                "next token", self.bars, lambda: figure_tables.prediction_table(prediction)
            )
        return Figure("why", self._origin, lambda: figure_tables.origin_table(trace, prediction))

    # --- any token

    def _show_found(self) -> None:
        """Where the token that is searched for stands."""
        found = self._found_now()
        self._found.setToolTip("" if found is None else f"{found.exact}\n{FOUND}")
        self._found.setAccessibleDescription("" if found is None else found.words)
        self._found.setEnabled(found is not None and found.token_id is not None)
        self.fit_found()

    def fit_found(self) -> None:
        """Say it in the room that there is now."""
        words, room = (
            self._found.accessibleDescription(),
            max(self._found.width() - 12, theme.px(60)),
        )
        self._found.setText(elided(words, self._found.font(), room).replace("&", "&&"))

    def _found_now(self) -> Found | None:
        seen = () if self._trace is None else self._trace.ids
        return self._finder.find(self._find.text(), self._logits(), self._session.sampling, seen)

    def _logits(self) -> object:
        trace, model = self._trace, self._session.language_model
        if trace is not None:
            return trace.logits[-1]
        if model is None or self._prediction is None or not self._find.text():
            return None
        return model.beginning(self._begun_with(model))

    def _begun_with(self, model: LanguageModel) -> tuple[Change, ...]:
        """The changes that were in force where no text stands before the place."""
        session = self._session
        whole = session.trace if self.place is not None else None
        return session.what_if.ready(model) if whole is None else whole.changes

    # --- how a number is made

    def _explain(self, row: int, at: QPoint) -> None:
        """How a percentage is computed."""
        model, prediction = self._session.language_model, self._prediction
        if model is None or prediction is None:
            return
        sampling, after = self._session.sampling, self._trace or self._begun_with(model)
        made = explanations.probability(model, after, prediction, sampling, row)
        explain(self.bars, made, at)

    def _explain_found(self) -> None:
        """How the percentage of the token that was found is computed."""
        model, prediction = self._session.language_model, self._prediction
        sampling, found = self._session.sampling, self._found_now()
        if model is None or found is None or found.token_id is None or prediction is None:
            return
        ids = [one.id for one in prediction.candidates]
        if found.token_id not in ids:
            one = found.candidate(model.tokenizer.text, naming(model))
            rest = max(prediction.others - one.probability, 0.0)
            prediction = replace(
                prediction,
                candidates=(*prediction.candidates, one),
                n_others=prediction.n_others - 1,
                others=rest,
            )
            ids.append(found.token_id)
        after = self._trace or self._begun_with(model)
        made = explanations.probability(
            model, after, prediction, sampling, ids.index(found.token_id)
        )
        explain(self._found, made, self._found.rect().bottomLeft())

    # --- what is going on

    def tell(self, sentence: str) -> None:
        """Say what is being decided, in the place of the facts; "" shows these again."""
        self._told.setText(sentence)
        self._top.setCurrentIndex(1 if sentence else 0)

    def _on_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._patience.start()
        else:
            self._patience.stop()
            self._thinking.hide()

    def _show_thinking(self) -> None:
        """After a moment; while it writes one sees that it thinks."""
        self._thinking.setVisible(self._session.is_busy() and not self._session.is_generating())

    def _on_loading(self, name: str) -> None:
        self._is_loading = bool(name)
        self._show_page()
