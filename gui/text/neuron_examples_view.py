"""Where a neuron fires most: the list, and the search for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.text import neuron_explanations, neuron_words
from gui.text.neuron_examples import TEXTS, NeuronExamples
from gui.widgets.boxes import push_button
from gui.widgets.example_list import ExampleList

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from core.language_model import LanguageModel
    from core.neurons import Example
    from gui.session import Session
    from gui.text.neuron_examples import Found
    from gui.text.neuron_study import Place

SMALL = 20_000_000  # parameters: a model of up to so many is searched without being asked
NOWHERE = "It fires nowhere in these texts."


class NeuronExamplesView(QWidget):
    """The strongest examples of one neuron, and how far the search has come.

    Signals:
        text_chosen: (str) a text up to the token at which the neuron fires.

    Args:
        session: Its lane searches.
        about: Says which texts are searched.

    Attributes:
        list: The examples.
        search: For them.
    """

    text_chosen = Signal(str)

    def __init__(self, session: Session, about: QLabel) -> None:
        super().__init__()
        self._session, self._about = session, about
        self._model: LanguageModel | None = None
        self._place: Place | None = None
        self._listed: tuple[Found | None, Place | None] = None, None  # what the list shows
        self.list = ExampleList()
        self.search = NeuronExamples(session, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.list, 1)
        column.addWidget(about)
        column.addWidget(self._controls())
        column.addStretch(0)
        self.list.number_asked.connect(self._explain)
        self.list.example_chosen.connect(self._on_example)
        self.search.failed.connect(self._on_failed)

    def _controls(self) -> QWidget:
        self._progress = QProgressBar()
        self._progress.setObjectName("exampleProgress")
        self._progress.setAccessibleName("Share of the texts that was searched")
        self._progress.setRange(0, 100)
        self._go = push_button(
            f"Search {TEXTS} texts", "exampleSearch", "Look for the strongest examples", self._start
        )
        self._stop = push_button(
            "Cancel", "exampleCancel", "Stop the search; what was found stays", self._cancel
        )
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self._go, self._progress, self._stop):
            row.addWidget(part)
        row.addStretch(1)
        return holder

    # --- what it is about

    def set_model(self, model: LanguageModel | None) -> None:
        """Speak of another model's neurons; a search through those of the last one ends."""
        self.search.cancel()
        self._model, self._place = model, None
        self.refresh()

    def set_place(self, place: Place | None) -> None:
        """Speak of another neuron."""
        self._place = place
        self.refresh()

    def begin(self) -> None:
        """Search, if that does not take long."""
        if self._model is not None and self._model.info.n_parameters <= SMALL:
            self.search.start(self._model)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known by now."""
        model, found = self._model, self._found()
        running = model is not None and self.search.is_running(model)
        is_whole = found is not None and found.done == 1
        self._progress.setVisible(running)
        self._stop.setVisible(running)
        self._go.setVisible(model is not None and not running and not is_whole)
        self._progress.setValue(0 if found is None else round(100 * found.done))
        self._about.setText(neuron_words.about_examples(model))
        if found is not None and (found, self._place) == self._listed and self.list.rows:
            return
        self._listed = found, self._place
        rows = []
        if model is not None and found is not None and self._place is not None:
            rows = neuron_words.example_rows(model, found, self._place)
        if rows:
            self.list.set_data(rows)
        elif is_whole:
            self.list.clear(NOWHERE)
        else:
            self.list.clear()

    def figure(self) -> Figure:
        """For a file."""
        rows = list(self.list.rows)
        name = "examples of a neuron"
        return Figure(name, self.list, lambda: neuron_words.examples_table(rows))

    # --- the search

    def _start(self) -> None:
        if self._model is not None:
            self.search.start(self._model)
            self.refresh()

    def _cancel(self) -> None:
        self.search.cancel()
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._session.report_error(error)
        self.refresh()

    # --- one example

    def _found(self) -> Found | None:
        return None if self._model is None else self.search.found(self._model)

    def _example(self, row: int) -> tuple[LanguageModel, Found, Place, Example] | None:
        found = self._found()
        if self._model is None or found is None or self._place is None:
            return None
        listed = found.examples.of(*self._place)
        return (self._model, found, self._place, listed[row]) if row < len(listed) else None

    def _on_example(self, row: int) -> None:
        shown = self._example(row)
        if shown is not None:
            model, found, _, one = shown
            self.text_chosen.emit(neuron_words.prompt_of(model, found, one))

    def _explain(self, row: int, at: QPoint) -> None:
        shown = self._example(row)
        if shown is not None:
            explain(self.list, neuron_explanations.example(*shown), at)
