"""The one thing that a language model does: say how likely each next token is; and writing by it.

The text is the session's prompt, the same that the prompt bar of other tabs shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.config import SamplingConfig
from gui import figure_tables, theme
from gui.autocomplete.write_words import (
    BARS,
    CHOOSING,
    ELSEWHERE,
    EMPTY,
    END_CHOSEN,
    ENDS,
    FACTS,
    GOES_ON,
    HINTS,
    LOADING,
    NEUTRAL_BARS,
    NO_MODEL,
    OLDER,
    ORIGIN,
    RESET,
    SHAPED_BARS,
    SPACE_AT_END,
    START,
    TYPING,
    WRITING,
    facts,
    why_ended,
)
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import explanations
from gui.widgets.card import Card
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.facts import Facts
from gui.widgets.origin_picture import OriginPicture
from gui.widgets.painting import SPACE
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.sampling_controls import SamplingControls
from gui.widgets.switch import Switch
from gui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session
    from gui.widgets.examples_button import Example

HOLD_MS = 450  # what the dice chose stays marked so long before the next bars come
SMALLEST = QSize(640, 540)
LOW = 510  # a lower tab has no room for captions


class WritePage(Tab):
    """Text at the left, how to draw below it, and the next token's probabilities at the right."""

    VIEWS = ("bars", "origin")  # of the next token

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("writePage")
        self._session = session
        self._shown_trace: Trace | None = None
        self._is_loading = True  # the window opens one as soon as it is seen
        self._editor = PromptEditor()
        self._remark = ""  # something about the text that stands until the text changes
        self._controls = SamplingControls()
        self._facts = Facts(FACTS)
        self._bars = ProbabilityBars()
        self._origin = OriginPicture()
        self._welcome = Welcome()
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        self._text_card = Card("Your text", START, self._editor)
        self._text_card.keep_room(HINTS)
        self._remove = QPushButton("Remove it")
        self._remove.setObjectName("removeSpaceButton")
        self._remove.setAccessibleName("Remove the space at the end")
        room = self._remove.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that nothing moves as it comes
        self._remove.setSizePolicy(room)
        self._text_card.add_to_header(self._remove)
        self._remove.hide()
        self._examples = ExamplesButton()
        self._examples.setObjectName("autocompleteExamplesButton")
        self._text_card.add_to_header(self._examples)
        prediction = QWidget()
        column = QVBoxLayout(prediction)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._facts)
        self._views = QStackedWidget()
        self._views.addWidget(self._bars)
        self._views.addWidget(self._origin)
        column.addWidget(self._views, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._welcome)
        self._pages.addWidget(prediction)
        self._bars_card = Card("The next token", NEUTRAL_BARS, self._pages)
        self._switch = Switch("predictionViews", {"Bars": BARS, "Why?": ORIGIN})
        self._bars_card.add_to_header(self._switch)
        self._save = offer(self._session, self._bars_card, "savePredictionButton", self._figure)
        for figure in (self._bars, self._origin):
            self._save.attach(figure)

        left = QVBoxLayout()
        left.setSpacing(theme.INSIDE)
        left.addWidget(self._text_card, 1)
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
        row.addWidget(self._bars_card, 3)

    def _wire(self) -> None:
        session, editor, controls = self._session, self._editor, self._controls
        editor.text_edited.connect(self._on_text_edited)
        editor.ghost_accepted.connect(self._on_ghost_accepted)
        editor.ghost_missed.connect(self._on_ghost_missed)
        editor.ghost_changed.connect(self._show_caption)
        editor.generate_wanted.connect(self._generate)
        editor.stop_wanted.connect(session.stop)
        controls.sampling_edited.connect(
            lambda *values: session.set_sampling(SamplingConfig(*values))
        )
        controls.seed_edited.connect(session.set_seed)
        controls.generate_clicked.connect(self._generate)
        self._reset.clicked.connect(lambda: session.set_sampling(SamplingConfig()))
        controls.drag_ended.connect(self._show_prediction)
        controls.one_clicked.connect(self._draw_one)
        controls.stop_clicked.connect(session.stop)
        self._switch.chosen.connect(self._on_view)
        self._bars.candidate_chosen.connect(session.append_token)
        self._bars.number_asked.connect(self._explain)
        self._welcome.example_chosen.connect(self._on_example_chosen)
        self._examples.chosen.connect(self._on_example_chosen)
        self._stop_key = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._stop_key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._stop_key.activated.connect(session.stop)

        session.loading_changed.connect(self._on_loading)
        session.token_drawn.connect(self._on_drawn)
        self._hold.timeout.connect(self._show_prediction)
        session.text_ended.connect(self._on_text_ended)
        session.rested.connect(lambda n_tokens: self._say(f"{n_tokens} {GOES_ON}"))
        for changed in (session.prompt_changed, session.sampling_changed, session.model_changed):
            changed.connect(self._on_change)
        self._remove.clicked.connect(self._remove_space)
        theme.sizes.changed.connect(self._save_room)
        self.follow(session.prompt_changed, self._show_prompt)
        self.follow(session.sampling_changed, self._show_sampling)
        self.follow(session.seed_changed, self._show_seed)
        self.follow(session.prediction_changed, self._show_prediction)
        self.follow(session.generating_changed, self._show_generating)
        self.follow(session.model_changed, self._show_prediction)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these sentences in the heading."""
        self._examples.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before as well."""
        self._examples.set_before(texts)

    def minimumSizeHint(self) -> QSize:
        """As with the cards in their smallest shape, which they take as the tab gets low."""
        return QSize(theme.px(SMALLEST.width(), 0.4), theme.px(SMALLEST.height(), 0.28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the captions go behind the titles."""
        super().resizeEvent(event)
        self._save_room()

    def _save_room(self) -> None:
        for card in (self._text_card, self._bars_card, self._choosing_card):
            card.set_cramped(self.height() < theme.px(LOW))

    @property
    def editor(self) -> PromptEditor:
        """Where the text is typed."""
        return self._editor

    @property
    def view(self) -> str:
        """Which of its views is open."""
        return self.VIEWS[self._switch.index]

    def show_view(self, name: str) -> None:
        """Open the "bars", or the "origin" of what they show."""
        self._switch.choose(self.VIEWS.index(name))

    def leave_view(self, name: str) -> None:
        """Show the usual view again, if this one is still shown."""
        if self.view == name:
            self.show_view(self.VIEWS[0])

    # --- intents

    def _on_text_edited(self, text: str) -> None:
        self._hold.stop()
        self._session.set_prompt(text)
        self._show_prompt()  # also if the session cut it down to what it had
        self._editor.set_ghost("")  # until the answer comes

    def _on_ghost_accepted(self) -> None:
        if self._session.prediction is not None:
            self._session.append_token(self._session.prediction.candidates[0].id)

    def _on_ghost_missed(self) -> None:
        """Nothing is there to take: the text is over, or ends with a space, or it is too early."""
        session = self._session
        if session.is_generating():
            return
        if self._is_space_last():
            self._remove_space()
        elif self._is_answered() and session.prediction is not None:
            likeliest = session.prediction.candidates[0]
            if likeliest.ends:
                session.append_token(likeliest.id)

    def _is_answered(self) -> bool:
        """Whether the prediction is the one for the text as it is now."""
        trace = self._session.trace
        return trace is not None and trace.text == self._session.prompt

    def _is_space_last(self) -> bool:
        """Whether the text ends with a space that the model's next word would bring itself."""
        plane = self._session.plane
        return (
            self._session.prompt.endswith(" ")
            and plane is not None
            and any(label.startswith(SPACE) and len(label) > 1 for label in plane.labels)
        )

    def _on_example_chosen(self, text: str) -> None:
        self._session.set_prompt(text)
        self._go_to_the_end()

    def _explain(self, row: int, at: QPoint) -> None:
        """How a percentage is computed."""
        session = self._session
        model, trace, prediction = session.language_model, session.trace, session.prediction
        if model is not None and trace is not None and prediction is not None:
            made = explanations.probability(model, trace, prediction, session.sampling, row)
            explain(self._bars, made, at)

    def _draw_one(self) -> None:
        self._end_hold()
        self._session.draw_one()

    def _generate(self) -> None:
        self._end_hold()
        self._go_to_the_end()  # so that typing stops it
        self._session.generate()

    def _go_to_the_end(self) -> None:
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._editor.moveCursor(QTextCursor.MoveOperation.End)

    def _end_hold(self) -> None:
        if self._hold.isActive():
            self._hold.stop()
            self._show_prediction()

    # --- facts

    def _show_prompt(self) -> None:
        self._editor.set_text(self._session.prompt, streamed=self._session.is_generating())

    def _show_sampling(self) -> None:
        sampling = self._session.sampling
        self._controls.set_data(sampling.temperature, sampling.top_k, sampling.top_p)
        self._reset.setEnabled(sampling != SamplingConfig())
        self._show_bars_caption()

    def _show_bars_caption(self) -> None:
        is_neutral = self._session.sampling == SamplingConfig()
        bars = NEUTRAL_BARS if is_neutral else SHAPED_BARS
        self._bars_card.set_caption((bars, ORIGIN)[self._switch.index])

    def _on_view(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        self._show_bars_caption()
        self._show_origin()

    def _figure(self) -> Figure:
        """What can be copied and saved."""
        trace, prediction = self._session.trace, self._session.prediction
        if self._switch.index == self.VIEWS.index("bars"):
            return Figure(
                "next token", self._bars, lambda: figure_tables.prediction_table(prediction)
            )
        return Figure("why", self._origin, lambda: figure_tables.origin_table(trace, prediction))

    def _show_origin(self) -> None:
        """What led to the bars; worked out only while it is seen."""
        trace, prediction = self._session.trace, self._session.prediction
        if self._switch.index == self.VIEWS.index("bars"):
            return
        if trace is None or prediction is None:
            self._origin.clear()
        else:
            self._origin.set_data(trace.mlp_post[:, -1], prediction)

    def _show_seed(self) -> None:
        self._controls.set_seed(self._session.seed)

    def _show_generating(self) -> None:
        self._controls.set_generating(self._session.is_generating())
        self._stop_key.setEnabled(self._session.is_generating())
        self._show_prediction()

    def _show_prediction(self) -> None:
        session = self._session
        trace, prediction = session.trace, session.prediction
        n_unseen = trace.tokens[0].start if trace is not None and trace.before else 0
        writing = session.is_generating()
        self._show_caption()
        self._controls.set_ready(prediction is not None)
        self._editor.set_unseen(n_unseen)
        self._show_page()
        self._show_origin()
        if self._hold.isActive():
            return  # the timer calls again
        if trace is None or prediction is None or session.model is None:
            self._bars.clear()
            self._facts.clear()
            return
        self._bars.set_data(
            prediction,
            same_text=trace is self._shown_trace,
            same_scale=self._controls.is_dragging(),
            at_once=writing,
        )
        self._shown_trace = trace
        self._facts.set_data(
            facts(prediction, len(trace.tokens), session.model.context),
            f"Exactly: {prediction.perplexity:,.2f} tokens, or an entropy of "
            f"{prediction.entropy_bits:.2f} bits (0 is certain, 1 is a fair coin).",
        )
        likeliest = prediction.candidates[0]
        has_ghost = not (writing or likeliest.ends or self._is_space_last())
        self._editor.set_ghost(likeliest.label if has_ghost else "")
        self._show_caption()

    def _on_change(self, *_: object) -> None:
        """What was said of the text's end is over."""
        self._say("")

    def _remove_space(self) -> None:
        self._session.set_prompt(self._session.prompt.rstrip(" "))
        self._go_to_the_end()

    def _on_drawn(self, token_id: int) -> None:
        """Mark it in the bars that it was drawn from, for as long as an eye needs."""
        if self.isVisible():
            self._bars.mark(token_id)
            self._hold.start()

    def _on_text_ended(self, by_the_model: bool) -> None:
        self._say(why_ended(self._session.prediction) if by_the_model else END_CHOSEN)

    def _say(self, remark: str) -> None:
        self._remark = remark
        self._show_caption()

    def _show_caption(self) -> None:
        """What there is to know about the text; a remark is the most urgent."""
        writing = self._session.is_generating()
        has_space = not writing and self._is_space_last()
        self._remove.setVisible(has_space)
        usual = WRITING if writing else self._usual_caption(has_space)
        self._text_card.set_caption(self._remark or usual)

    def _usual_caption(self, has_space: bool) -> str:
        """What Tab does here, and why it does nothing."""
        trace, text = self._session.trace, self._session.prompt
        if not text or self._session.model is None:
            return START
        if not self._editor.is_at_end():
            return ELSEWHERE
        if has_space:
            return SPACE_AT_END
        if trace is not None and trace.before:
            return OLDER
        prediction = self._session.prediction
        if prediction is not None and self._is_answered() and prediction.candidates[0].ends:
            return ENDS
        return TYPING

    def _on_loading(self, name: str) -> None:
        self._is_loading = bool(name)
        self._show_page()

    def _show_page(self) -> None:
        """The bars, or why there are none and what to do."""
        has_model, has_text = self._session.model is not None, bool(self._session.prompt)
        self._pages.setCurrentIndex(1 if has_model and has_text else 0)
        words = EMPTY if has_model else LOADING if self._is_loading else NO_MODEL
        self._welcome.set_words(words, with_examples=has_model)
