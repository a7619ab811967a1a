"""Whole sentences as vectors: which of them are alike, as a matrix and on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import FigureButton, offer
from gui.tabs.tab import Tab
from gui.text import sentence_words
from gui.text.sentence_choices import SentenceChoices
from gui.text.sentence_study import Compared, Read, compare, read_all
from gui.text.sentence_words import EXAMPLES, START
from gui.widgets import sentence_plane as plane_widget
from gui.widgets import similarity_matrix
from gui.widgets.card import Card
from gui.widgets.sentence_list import SentenceList
from gui.widgets.sentence_plane import SentencePlane
from gui.widgets.similarity_matrix import SimilarityMatrix
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from gui.session import Session

KIND = "sentences"
NO_MODEL = "Open a model to compare sentences."
BROKEN = "This model's numbers are not finite: its sentences cannot be compared."
TYPING_MS = 300  # without a key before sentences are read
NARROW, LOW, WIDE = 760, 520, 1080
SHARES, LEAST_SHARE = (4, 6, 6), 3  # of the width; the list's where it is scarce
MATRIX, PLANE = range(2)
VIEWS = {
    "Matrix": "How alike each sentence is to each",
    "Plane": "The sentences as dots, similar ones near each other",
}


class SentencesPage(Tab):
    """A list that one types, a matrix and a plane over one selection.

    Args:
        session: Where the facts come from.

    Attributes:
        list: The sentences with what can be done to them.
        choices: How each becomes a vector.
        editor: The sentences themselves.
        matrix: How alike they are.
        plane: Where they lie.
    """

    TITLE = "Sentences"
    PURPOSE = "Which sentences are alike to the model"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("sentencesPage")
        self._session = session
        self._reader: LanguageModel | None = None
        self._read: dict[str, Read] = {}  # by that model
        self._shown: Compared | None = None
        self._selected: int | None = None
        self._hovered: int | None = None
        self.list, self.choices = SentenceList(START, EXAMPLES), SentenceChoices()
        self.editor, self.matrix, self.plane = self.list.editor, SimilarityMatrix(), SentencePlane()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.card = Card(self.TITLE, "", self._body())
        self._header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self._connect()
        self._show_view()
        self.follow(session.model_changed, self._on_model)

    # --- layout

    def _header(self) -> None:
        self.switch = Switch("sentenceViews", VIEWS)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.card.add_to_header(self.list.examples)
        self.card.add_to_header(self.switch)
        self._saving = (
            self._offer("saveMatrixButton", "Copy or save the matrix", self._matrix_figure),
            self._offer("saveSentencesButton", "Copy or save the plane", self._plane_figure),
        )
        self._saving[MATRIX].attach(self.matrix)
        self._saving[PLANE].attach(self.plane)

    def _offer(self, name: str, purpose: str, figure: Callable[[], Figure]) -> FigureButton:
        button = offer(self._session, self.card, name, figure)
        button.setAccessibleName(purpose)
        button.setToolTip(purpose)
        return button

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.choices)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.BETWEEN)
        for widget, share in zip((self.list, self.matrix, self.plane), SHARES, strict=True):
            self._row.addWidget(widget, share)
        column.addLayout(self._row, 1)
        return body

    def minimumSizeHint(self) -> QSize:
        """As with the card in its smallest shape, which it takes as the page gets small."""
        return QSize(theme.px(510, 0.7), theme.px(260, 0.6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figure comes first; in a wide one there is room for both."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(NARROW)
        self.card.set_cramped(is_narrow or self.height() < theme.px(LOW))
        self._row.setStretch(0, LEAST_SHARE if is_narrow else SHARES[0])
        self._show_view()

    def _show_view(self) -> None:
        is_wide = self.width() >= theme.px(WIDE)
        self.switch.setVisible(not is_wide)
        for view, figure in enumerate((self.matrix, self.plane)):
            is_seen = is_wide or self.switch.index == view
            figure.setVisible(is_seen)
            self._saving[view].setVisible(is_seen)

    def _connect(self) -> None:
        self.list.edited.connect(self._on_edited)
        self.list.replaced.connect(self._ask)
        self.editor.sentence_selected.connect(self._select)
        self._typing.timeout.connect(self._ask)
        self.switch.chosen.connect(lambda _index: self._show_view())
        self.choices.changed.connect(self._show)
        self.matrix.number_asked.connect(self._explain)
        self.plane.note_asked.connect(self._explain_shares)
        for figure in (self.matrix, self.plane):
            figure.sentence_hovered.connect(self._hover)
            figure.sentence_clicked.connect(self._select)

    # --- the model and the sentences

    def _on_model(self) -> None:
        """Another model reads everything anew."""
        model = self._session.language_model
        self.choices.set_layers(None if model is None else model.config.n_layers)
        self._ask()

    def _on_edited(self) -> None:
        """What is being read is no longer wanted; wait until the hand rests."""
        self._session.studies.cancel(KIND)
        self._typing.start()

    def _ask(self) -> None:
        """Have the model read what it has not read yet."""
        self._typing.stop()
        model, sentences = self._session.language_model, tuple(self.editor.sentences())
        if model is None or not sentences:
            self._session.studies.cancel(KIND)
            self._clear(NO_MODEL if model is None else "")
            return
        if self._reader is not model:
            self._reader, self._read = model, {}
        known = {one: self._read[one] for one in sentences if one in self._read}
        self._session.studies.submit(
            KIND,
            lambda job: read_all(model, sentences, known, job),
            self._on_read,
            self._session.report_error,
            self._keep,
        )

    def _keep(self, read: dict[str, Read]) -> None:
        self._read = read

    def _on_read(self, read: dict[str, Read]) -> None:
        self._read = read
        self._show()

    # --- what is shown

    def _clear(self, hint: str) -> None:
        self._shown = None
        self.matrix.clear(hint or similarity_matrix.HINT)
        self.plane.clear(hint or plane_widget.HINT)
        self.list.remark("")

    def _show(self) -> None:
        """Compare what was read, as it is wanted now."""
        model, sentences = self._session.language_model, tuple(self.editor.sentences())
        if self._reader is not model or any(one not in self._read for one in sentences):
            return
        if model is None or not sentences or self.choices.n_layers != model.config.n_layers:
            return  # the layers are another model's until this page is seen again
        place, is_rest = self.choices.place, self.choices.rest.isChecked()
        read = [self._read[one] for one in sentences]
        shown = compare(sentences, read, place, is_rest=is_rest)
        if shown is None:
            self._clear(BROKEN)
            return
        self._shown = shown
        self.matrix.set_data(shown.values, sentences)
        notes = sentence_words.plane_notes(shown.shares, len(sentences))
        self.plane.set_data(shown.points, sentences, notes)
        self.card.set_caption(
            sentence_words.caption(*place, model.config.n_layers, is_rest=is_rest)
        )
        self._show_remark([one.n_tokens for one in read], model.config.context)
        self._show_selection()

    def _show_remark(self, n_tokens: list[int], context: int) -> None:
        sentences, n_more = self.editor.sentences(), self.editor.n_more()
        is_rest = self.choices.rest.isChecked()
        said = sentence_words.remarks(sentences, n_tokens, context, n_more, is_rest=is_rest)
        self.list.remark(said)

    # --- one selection

    def _select(self, sentence: int | None) -> None:
        self._selected = sentence
        self._show_selection()

    def _hover(self, sentence: int | None) -> None:
        self._hovered = sentence
        self._show_selection()

    def _show_selection(self) -> None:
        self.editor.select(self._selected)
        self.editor.hover(self._hovered)
        for figure in (self.matrix, self.plane):
            figure.set_selection(self._selected, self._hovered)

    # --- numbers and figures

    def _explain(self, cell: tuple[int, int], at: QPoint) -> None:
        shown, model = self._shown, self._session.language_model
        if shown is None or model is None:
            return
        made = sentence_words.explained(
            model.info.folder,
            shown.sentences,
            shown.vectors,
            cell,
            self.choices.place,
            float(shown.values[cell]),
            is_rest=self.choices.rest.isChecked(),
        )
        explain(self.matrix, made, at)

    def _explain_shares(self, at: QPoint) -> None:
        shown, model = self._shown, self._session.language_model
        if shown is not None and model is not None and shown.shares != (0.0, 0.0):
            made = sentence_words.shares_explained(
                model.info.folder, shown.sentences, self.choices.place, shown.shares
            )
            explain(self.plane, made, at)

    def _matrix_figure(self) -> Figure:
        shown = self._shown
        sentences, values = (
            ((), np.zeros((0, 0))) if shown is None else (shown.sentences, shown.values)
        )
        return Figure(
            "sentences", self.matrix, lambda: sentence_words.matrix_table(sentences, values)
        )

    def _plane_figure(self) -> Figure:
        shown = self._shown
        sentences, points = (
            ((), np.zeros((0, 2))) if shown is None else (shown.sentences, shown.points)
        )
        return Figure(
            "sentences on a plane",
            self.plane,
            lambda: sentence_words.plane_table(sentences, points),
        )
