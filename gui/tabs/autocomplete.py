"""The one thing that a language model does: say how likely each next token is; and writing by it.

The text is the session's prompt, the same that the prompt bar of other tabs shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.config import SamplingConfig
from gui import theme
from gui.story.steps import examples
from gui.tabs.tab import Tab
from gui.widgets.card import Card
from gui.widgets.facts import Facts
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.sampling_controls import SamplingControls

if TYPE_CHECKING:
    from core.trace import Prediction
    from gui.session import Session

TYPING = "Tab takes the grey word. Ctrl+Enter lets the model write on."
WRITING = "The model is writing. Esc stops it, and so does typing."
CHOOSING = "One token is drawn by lot from the bars, then the next. You load the dice."
BARS = (
    "What comes next, and how likely. Click a token to append it. "
    "Pale: one key press ago. Upright mark: before temperature, top-k and top-p."
)
FACTS = {
    "Entropy": "How unsure the model is, before shaping: 0 bits is certain, 1 bit is a fair coin.",
    "As unsure as among": "As if it had to guess among so many equally likely tokens.",
    "In the draw": "Tokens that top-k and top-p leave, of all that the model knows.",
    "Context used": "Tokens of your text that the model looks at, of the most that it can.",
}
LOADING = "The model is being opened."
EMPTY = "Type the start of a sentence at the left, or go on from one of these:"


class AutocompleteTab(Tab):
    """Text at the left, how to draw below it, and the next token's probabilities at the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("autocompleteTab")
        self._session = session
        self._shown_trace: object = None
        self._editor = PromptEditor()
        self._controls = SamplingControls()
        self._facts = Facts(FACTS)
        self._bars = ProbabilityBars()
        self._welcome = _Welcome()
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        self._text_card = Card("Your text", TYPING, self._editor)
        prediction = QWidget()
        column = QVBoxLayout(prediction)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._facts)
        column.addWidget(self._bars, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._welcome)
        self._pages.addWidget(prediction)

        grid = QGridLayout(self)
        grid.setContentsMargins(0, theme.INSIDE, 0, 0)
        grid.setSpacing(theme.INSIDE)
        grid.addWidget(self._text_card, 0, 0)
        grid.addWidget(Card("How it chooses", CHOOSING, self._controls), 1, 0)
        grid.addWidget(Card("The next token", BARS, self._pages), 0, 1, 2, 1)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)

    def _wire(self) -> None:
        session, editor, controls = self._session, self._editor, self._controls
        editor.text_edited.connect(self._on_text_edited)
        editor.ghost_accepted.connect(self._on_ghost_accepted)
        editor.generate_wanted.connect(lambda: session.generate())
        editor.stop_wanted.connect(session.stop)
        controls.sampling_edited.connect(
            lambda *values: session.set_sampling(SamplingConfig(*values))
        )
        controls.seed_edited.connect(session.set_seed)
        controls.generate_clicked.connect(lambda: session.generate())
        controls.stop_clicked.connect(session.stop)
        self._bars.candidate_chosen.connect(session.append_token)
        self._welcome.example_chosen.connect(self._on_example_chosen)

        self.follow(session.prompt_changed, self._show_prompt)
        self.follow(session.sampling_changed, self._show_sampling)
        self.follow(session.seed_changed, self._show_seed)
        self.follow(session.prediction_changed, self._show_prediction)
        self.follow(session.generating_changed, self._show_generating)
        self.follow(session.model_changed, self._show_prediction)

    # --- intents

    def _on_text_edited(self, text: str) -> None:
        self._session.set_prompt(text)
        self._show_prompt()  # also if the session cut it down to what it had

    def _on_ghost_accepted(self) -> None:
        if self._session.prediction is not None:
            self._session.append_token(self._session.prediction.candidates[0].id)

    def _on_example_chosen(self, text: str) -> None:
        self._session.set_prompt(text)
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._editor.moveCursor(QTextCursor.MoveOperation.End)

    # --- facts

    def _show_prompt(self) -> None:
        self._editor.set_text(self._session.prompt, streamed=self._session.is_generating())

    def _show_sampling(self) -> None:
        sampling = self._session.sampling
        self._controls.set_data(sampling.temperature, sampling.top_k, sampling.top_p)

    def _show_seed(self) -> None:
        self._controls.set_seed(self._session.seed)

    def _show_generating(self) -> None:
        generating = self._session.is_generating()
        self._controls.set_generating(generating)
        self._text_card.set_caption(WRITING if generating else TYPING)
        self._show_prediction()

    def _show_prediction(self) -> None:
        session = self._session
        trace, prediction, model = session.trace, session.prediction, session.model
        self._controls.set_ready(prediction is not None)
        if trace is None or prediction is None or model is None:
            self._bars.clear()
            self._editor.set_unseen(0)
            self._welcome.set_loading(model is None)
            self._pages.setCurrentIndex(0)
            return
        self._pages.setCurrentIndex(1)
        self._bars.set_data(prediction, same_text=trace is self._shown_trace)
        self._shown_trace = trace
        self._facts.set_data(
            (
                f"{prediction.entropy_bits:.2f} bits",
                _equals(prediction.perplexity),
                _kept(prediction),
                f"{len(trace.tokens):,} of {model.context:,}",
            )
        )
        writing = session.is_generating()
        self._editor.set_ghost("" if writing else prediction.candidates[0].label)
        self._editor.set_unseen(trace.tokens[0].start if trace.before else 0)


class _Welcome(QWidget):
    """What to do while there is nothing to predict from.

    Signals:
        example_chosen: (str) one of the examples was clicked.
    """

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QWidget()
        column = QVBoxLayout(self._buttons)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for number, text in enumerate(_short_examples(), start=1):
            button = QPushButton(f"{text} …")
            button.setObjectName(f"exampleButton{number}")
            button.setAccessibleName(f"Example: {text}")
            button.clicked.connect(lambda _=False, text=text: self.example_chosen.emit(text))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        page = QVBoxLayout(self)
        page.setSpacing(theme.BETWEEN)
        page.addStretch(2)
        page.addWidget(self._words)
        page.addWidget(self._buttons)
        page.addStretch(3)

    def set_loading(self, loading: bool) -> None:
        """Say that there is no model yet, or what to do with it."""
        self._words.setText(LOADING if loading else EMPTY)
        self._buttons.setVisible(not loading)


def _short_examples() -> list[str]:
    """Examples that fit on a button."""
    fitting = [example.text for example in examples() if len(example.text) <= 40]
    return fitting[:3]


def _equals(perplexity: float) -> str:
    return f"{perplexity:,.0f} equals" if perplexity >= 10 else f"{perplexity:.1f} equals"


def _kept(prediction: Prediction) -> str:
    n_all = len(prediction.candidates) + prediction.n_others
    kept = "all" if prediction.n_kept == n_all else f"{prediction.n_kept:,} of"
    return f"{kept} {n_all:,}"
