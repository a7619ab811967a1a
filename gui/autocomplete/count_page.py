"""Counting against learning: what n-grams of the training text say beside the transformer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.autocomplete import count_explanations, count_words
from gui.autocomplete.count_explanations import NAMES
from gui.autocomplete.count_study import CountStudy
from gui.autocomplete.count_text import AMOUNTS, USUAL
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.tabs.tab import Tab
from gui.text.naming import naming
from gui.widgets.boxes import column as stacked
from gui.widgets.boxes import push_button
from gui.widgets.caption import Caption
from gui.widgets.card import Card
from gui.widgets.guess_columns import GuessColumns
from gui.widgets.surprise_curves import SurpriseCurves
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

LOW = 590  # device-independent pixels: a lower page has no room for long captions


class CountPage(Tab):
    """Four predictors side by side, and below them their surprise at the text so far.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        study: What is counted and compared.
        guesses: The figure of the next token.
        curves: The figure of the surprise.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("countPage")
        self._session = session
        self.study = CountStudy(session, self)
        self.guesses = GuessColumns()
        self.curves = SurpriseCurves()
        self._about = Caption("", count_words.TITLE)
        self._about.setObjectName("countAbout")
        self._behind = Caption("", count_words.CURVES)
        self._behind.setObjectName("countBehind")
        self._behind.hide()
        self._lay_out()
        self.guesses.candidate_chosen.connect(session.append_token)
        self.guesses.number_asked.connect(self._explain_guess)
        self.curves.number_asked.connect(self._explain_surprise)
        self.curves.token_clicked.connect(lambda token: session.select_token(token + 1))
        self.curves.token_hovered.connect(
            lambda token: session.hover_token(None if token is None else token + 1)
        )
        self.amounts.chosen.connect(lambda index: self.study.set_amount(AMOUNTS[index]))
        self.study.counted_changed.connect(self._show_counted)
        self.study.changed.connect(self._show)
        self.study.failed.connect(session.report_error)
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)

    def _lay_out(self) -> None:
        body = stacked(self.guesses, self._about)
        self.card = Card(count_words.TITLE, count_words.CAPTION, body, flat=True)
        names = {
            count_words.AMOUNT_NAMES[n]: count_words.AMOUNTS_PURPOSE.format(n) for n in AMOUNTS
        }
        self.stop = push_button(
            count_words.STOP, "stopCountingButton", count_words.STOP_PURPOSE, self._on_stop
        )
        self.card.add_to_header(self.stop)
        self.amounts = Switch("countAmounts", names)
        self.amounts.choose(USUAL)
        self.card.add_to_header(self.amounts)
        save = offer(self._session, self.card, "saveGuessesButton", self._guesses_figure)
        save.attach(self.guesses)
        self.curves_card = Card(
            count_words.CURVES,
            count_words.CURVES_CAPTION,
            stacked(self.curves, self._behind),
            flat=True,
        )
        for card in (self.card, self.curves_card):
            card.set_lines(2)
        save = offer(self._session, self.curves_card, "saveSurpriseButton", self._curves_figure)
        save.attach(self.curves)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self.card, 1)
        page.addWidget(self.curves_card, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the figures have the room, and the words give up lines."""
        super().resizeEvent(event)
        is_low = self.height() < theme.px(LOW)
        for card in (self.card, self.curves_card):
            card.set_cramped(is_low)
        for words in (self._about, self._behind):
            words.set_most_lines(1 if is_low else None)

    @property
    def shown(self) -> Trace | None:
        """The text that is shown; None while there is none."""
        return self.study.trace

    # --- facts

    def _on_model(self) -> None:
        self.study.set_model(self._session.language_model)
        self._show()

    def _on_trace(self) -> None:
        self.study.set_model(self._session.language_model)
        self.study.look_at(self._session.trace)

    def _on_selection(self) -> None:
        focus = self._session.selection.focus
        self.curves.set_selected(None if focus is None else focus - 1)

    def _on_stop(self) -> None:
        if self.study.progress is None:
            self.study.go_on()
        else:
            self.study.stop()

    def _show_counted(self) -> None:
        """How much is counted, and whether it goes on."""
        model, study = self._session.model, self.study
        is_counting = study.progress is not None
        self._about.setText(
            "" if model is None else count_words.about(model, study.counted, study.progress)
        )
        short = study.counted is None or study.counted.n_characters < study.amount
        self.stop.setVisible(model is not None and (is_counting or short))
        self.stop.setText(count_words.STOP if is_counting else count_words.COUNT)
        purpose = count_words.STOP_PURPOSE if is_counting else count_words.COUNT_PURPOSE
        self.stop.setToolTip(purpose)
        self.stop.setAccessibleName(purpose)
        if study.against is None:
            self._show()

    def _show(self) -> None:
        """What all predictors say, or why there is nothing."""
        self._say_behind(self._show_figures())

    def _show_figures(self) -> str:
        """Returns by which tokens the transformer is behind, in a sentence, if it is."""
        study, model = self.study, self.study.model
        trace, known, found = study.trace, study.counted, study.against
        if model is None or trace is None or known is None or found is None:
            self.guesses.clear(self._hint())
            is_later = model is not None and bool(self._session.prompt)
            self.curves.clear(count_words.LATER if is_later else count_words.EMPTY)
            return ""
        labels = [token.label for token in trace.tokens[1:]]
        possible = np.minimum(np.arange(1, len(trace.ids)) + len(trace.before), 2)
        try:
            self.guesses.set_data(count_words.columns(model, trace, known, found))
            self.curves.set_data(NAMES, labels, found.bits, found.reaches, possible)
        except ValueError:
            self.guesses.clear(BROKEN)
            self.curves.clear(BROKEN)
            return ""
        self._on_selection()
        if not labels:
            self.curves.clear(count_words.ONE)
        if not labels or study.own is None:
            return ""
        return count_words.set_back(found, study.own, naming(model))

    def _say_behind(self, why: str) -> None:
        self._behind.setText(why)
        self._behind.setVisible(bool(why))

    def _hint(self) -> str:
        if self._session.language_model is None:
            return count_words.NO_MODEL
        if not self._session.prompt:
            return count_words.EMPTY
        return count_words.WAIT if self.study.progress is not None else count_words.STOPPED

    # --- numbers that were asked for, and files

    def _explain_guess(self, cell: tuple[int, int], at: QPoint) -> None:
        model, study = self.study.model, self.study
        trace, known, found = study.trace, study.counted, study.against
        if model is not None and trace is not None and known is not None and found is not None:
            made = count_explanations.guess(model, trace, known, found, cell)
            explain(self.guesses, made, at)

    def _explain_surprise(self, point: tuple[int, int], at: QPoint) -> None:
        model, study = self.study.model, self.study
        trace, known, found = study.trace, study.counted, study.against
        if model is not None and trace is not None and known is not None and found is not None:
            made = count_explanations.surprise(model, trace, known, found, point)
            explain(self.curves, made, at)

    def _guesses_figure(self) -> Figure:
        columns = self.guesses.columns
        return Figure(
            "counting and learning",
            self.guesses,
            lambda: count_explanations.guesses_table(columns),
        )

    def _curves_figure(self) -> Figure:
        trace, found = self.study.trace, self.study.against
        return Figure(
            "surprise", self.curves, lambda: count_explanations.surprise_table(trace, found)
        )
