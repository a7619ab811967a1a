"""Analogies: a is to b as c is to what? Asked by typing, or by carrying an arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import analogy_words
from gui.text.analogy_side import AnalogySide
from gui.text.analogy_study import (
    Study,
    Unknown,
    Vocabulary,
    answer,
    open_vocabulary,
)
from gui.text.analogy_trials import AnalogyTrials
from gui.text.analogy_words import EXAMPLES
from gui.widgets.analogy_answers import AnswerRow
from gui.widgets.analogy_layout import Words
from gui.widgets.analogy_plane import AnalogyPlane
from gui.widgets.analogy_question import AnalogyQuestion
from gui.widgets.card import Card
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from gui.session import Session

WORDS, ASK = "analogy words", "analogy"  # kinds of jobs
CAPTION = (
    "Each word is an arrow of length 1. The step from a to b, taken again from c, ends near the "
    "answer: the word with the smallest angle (the highest cosine). Carry the coloured arrow to "
    "another word."
)
NO_MODEL = "Open a model to ask for analogies."
WAIT = "Reading the vocabulary…"
EMPTY = "Type three words above: a is to b as c is to what?"
ANOTHER = "Choose one of the words above, or type another."
SAME = "a and b are one word, so the step has no length: it ends where c is."
AGAIN = "a and c are one word, so the step only ends at b again."
NARROW, LOW, SIDE_PX = 760, 520, 240
VIEWS = {
    "Parallelogram": "The question as a picture",
    "Examples": "Questions that this model solves, and others that it does not",
}


class AnalogyPage(Tab):
    """Three fields, the answers, the parallelogram, and examples.

    Args:
        session: Where the facts come from.

    Attributes:
        question: The three words.
        plane: The parallelogram.
        answers: The answers.
        trials: Examples, solved and not.
        examples: Their figure.
        unlike: Whether the question's own words are left out.
    """

    TITLE = "Analogies"
    PURPOSE = "Dog is to puppy as cat is to what?"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("analogyPage")
        self._session = session
        self._vocabulary: Vocabulary | None = None
        self._study: Study | None = None  # with a plane
        self._shown: Study | None = None  # of which the answers are shown
        self.question = AnalogyQuestion()
        self.plane, self._side = AnalogyPlane(), AnalogySide(session)
        self.answers, self.unlike = self._side.answers, self._side.unlike
        self.trials = AnalogyTrials(session)
        self.examples = self.trials.examples
        self.card = Card(self.TITLE, CAPTION, self._body())
        self.switch = Switch("analogyViews", VIEWS)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.card.add_to_header(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self._offer_figures()
        self._connect()
        self.follow(session.model_changed, self._on_model)

    # --- layout

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.question)
        self._views = QStackedWidget()
        self._views.addWidget(self.plane)
        self._views.addWidget(self.trials)
        row = QHBoxLayout()
        row.setSpacing(theme.BETWEEN)
        row.addWidget(self._views, 1)
        row.addWidget(self._side)
        column.addLayout(row, 1)
        return body

    def minimumSizeHint(self) -> QSize:
        """As with the card in its smallest shape, which it takes as the page gets small."""
        return QSize(theme.px(480, 0.8), theme.px(320, 0.6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figure comes first."""
        super().resizeEvent(event)
        self.card.set_cramped(self.width() < theme.px(NARROW) or self.height() < theme.px(LOW))
        self._side.setFixedWidth(max(theme.px(SIDE_PX), self.width() // 4))

    def _offer_figures(self) -> None:
        button = offer(self._session, self.card, "saveAnalogyButton", self._figure)
        button.attach(self.plane)
        button.attach(self.examples)

    def _connect(self) -> None:
        self.question.asked.connect(self._ask)
        self._side.wanted_changed.connect(self._show)
        self.switch.chosen.connect(self._on_view)
        self.examples.chosen.connect(self.ask)
        self.plane.tail_moved.connect(lambda token_id: self._carry(token_id, is_there=False))
        self.plane.tail_dropped.connect(lambda token_id: self._carry(token_id, is_there=True))
        self.plane.word_hovered.connect(self.answers.stress)
        self.answers.word_hovered.connect(self.plane.stress)
        self.plane.number_asked.connect(self._explain_word)
        self.plane.note_asked.connect(self._explain_kept)
        self.answers.number_asked.connect(self._explain_answer)

    # --- the model

    def _on_model(self) -> None:
        """Another model has other words; what was typed stays."""
        studies, model = self._session.studies, self._session.language_model
        studies.cancel(WORDS, ASK)
        self._vocabulary = None
        self._clear(NO_MODEL if model is None else WAIT)
        self.trials.clear(NO_MODEL if model is None else WAIT)
        if model is not None:
            studies.submit(
                WORDS, lambda _job: open_vocabulary(model), self._on_vocabulary, self._on_error
            )

    def _on_vocabulary(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.trials.set_vocabulary(vocabulary)
        self.question.set_completion(vocabulary.complete)
        if not any(self.question.words):
            find = vocabulary.words.find
            known = (words for words in EXAMPLES if all(find(word) is not None for word in words))
            self.question.set_words(next(known, ()))
        self._ask()
        self._on_view(self._views.currentIndex())

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self._clear(str(error))
            self.trials.clear(str(error))
        else:
            self._session.report_error(error)

    # --- the question

    def ask(self, words: tuple[str, str, str]) -> None:
        """Put a question, as typing it would."""
        self.question.set_words(words)
        self._ask()

    def _ask(self, *, with_plane: bool = True) -> None:
        vocabulary = self._vocabulary
        if vocabulary is None:
            return
        a, b, c = self.question.words
        if not (a and b and c):
            self._session.studies.cancel(ASK)
            self._clear(EMPTY)
            return
        self._session.studies.submit(
            ASK,
            lambda _job: answer(vocabulary, (a, b, c), with_plane=with_plane),
            self._on_answer,
            self._on_error,
        )

    def _on_answer(self, found: Study | Unknown) -> None:
        if isinstance(found, Unknown):
            self._clear(ANOTHER)
            self.question.advise(found.sentence, found.offered, found.place)
            return
        a, b, c = found.analogy.words
        self.question.advise(SAME if a == b else AGAIN if a == c else "")
        self._shown = found
        if found.made is not None:
            self._study = found
        self._show()

    def _carry(self, token_id: int, *, is_there: bool) -> None:
        """The arrow's tail has come to a word: ask for that one."""
        if self._vocabulary is not None:
            a, b, _ = self.question.words
            self.question.set_words((a, b, self._vocabulary.words.word(token_id)))
            self._ask(with_plane=is_there)

    # --- what is shown

    def _clear(self, hint: str) -> None:
        self._study = self._shown = None
        self.question.advise("")
        self.plane.clear(hint)
        self._side.clear()
        self.question.show_answer("?")

    def _answer_rows(self) -> list[AnswerRow]:
        """The answers that are wanted now."""
        if self._shown is None or self._vocabulary is None:
            return []
        analogy, label = self._shown.analogy, self._vocabulary.tokenizer.label
        wanted = analogy.others if self.unlike.isChecked() else analogy.answers
        own = self._shown.own
        return [AnswerRow(at, label(at), cosine, at in own) for at, cosine in wanted]

    def _word(self, row: AnswerRow) -> str:
        """An answer as one would write it."""
        assert self._vocabulary is not None
        return self._vocabulary.words.word(row.id) or row.label

    def _show(self) -> None:
        shown, rows = self._shown, self._answer_rows()
        if shown is None:
            return
        self._side.set_data(rows, shown.labels)
        self.question.show_answer(self._word(rows[0]) if rows else "?")
        study = self._study
        if study is None or study.made is None:
            return
        if study is not shown:  # the arrow is on its way
            self.plane.set_answer(rows[0].id, rows[0].label)
            return
        ids, made = tuple(study.made.ids.tolist()), study.made
        first = rows[0].id if rows else None
        notes = analogy_words.plane_notes(made, study.labels)
        place = ids.index(first) if first in ids else None
        words = Words(ids, study.labels, made.points, made.tip, place, notes)
        about = {
            token_id: analogy_words.about_word(label, cosine, kept, study.labels[0])
            for token_id, label, cosine, kept in zip(
                ids, study.labels, study.cosines, made.kept.tolist(), strict=True
            )
        }
        self.plane.set_data(words, about.__getitem__)

    def _on_view(self, index: int) -> None:
        """Show the parallelogram, or the examples, which are put to the model now."""
        self._views.setCurrentIndex(index)
        if index == 1:
            self.trials.put(self._on_error)

    # --- numbers and figures

    def _explain_answer(self, row: int, at: QPoint) -> None:
        rows, shown = self._answer_rows(), self._shown
        if shown is not None and row < len(rows):
            self._explain(self.answers, shown, rows[row].id, at)

    def _explain_word(self, token_id: int, at: QPoint) -> None:
        if self._study is not None:
            self._explain(self.plane, self._study, token_id, at)

    def _explain_kept(self, at: QPoint) -> None:
        vocabulary, study = self._vocabulary, self._study
        if vocabulary is None or study is None or study.made is None or len(study.made.ids) == 3:
            return  # such a plane holds everything
        made = analogy_words.kept_explained(study.made, study.labels, vocabulary.folder)
        explain(self.plane, made, at)

    def _explain(self, figure: QWidget, study: Study, token_id: int, at: QPoint) -> None:
        vocabulary = self._vocabulary
        if vocabulary is None:
            return
        labels = (*study.labels[:3], vocabulary.tokenizer.label(token_id))
        words, folder = study.analogy.words, vocabulary.folder
        made = analogy_words.explained(vocabulary.directions, words, labels, token_id, folder)
        explain(figure, made, at)

    def _figure(self) -> Figure:
        """The figure at the left."""
        if self._views.currentIndex() == 1:
            return self.trials.figure()
        study = self._study
        made, labels, cosines = (
            (None, (), ()) if study is None else (study.made, study.labels, study.cosines)
        )
        return Figure(
            "analogy", self.plane, lambda: analogy_words.plane_table(made, labels, cosines)
        )
