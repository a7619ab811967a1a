"""Examples of analogies, put to the model once they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from gui.export import Figure
from gui.text.analogy_study import put_examples
from gui.text.analogy_words import examples_table
from gui.widgets.analogy_examples import AnalogyExamples

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.session import Session
    from gui.text.analogy_study import Vocabulary
    from gui.widgets.analogy_examples import ExampleRow

KIND = "analogy examples"
NONE = "This model knows none of the examples' words as single tokens."


class AnalogyTrials(QScrollArea):
    """Those that the model solves, and those that it does not.

    Args:
        session: Its lane for studies does the work.

    Attributes:
        examples: The figure.
        rows: What it shows; None until the model has answered.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._vocabulary: Vocabulary | None = None
        self.examples = AnalogyExamples()
        self.rows: tuple[ExampleRow, ...] | None = None
        self.setObjectName("analogyExamplesScroll")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.examples)
        self.viewport().setAutoFillBackground(False)
        self.examples.setAutoFillBackground(False)

    def clear(self, hint: str) -> None:
        """Forget the model; show nothing but a sentence."""
        self._session.studies.cancel(KIND)
        self._vocabulary = self.rows = None
        self.examples.clear(hint)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Take another model's words; nothing is asked of it yet."""
        self._vocabulary, self.rows = vocabulary, None

    def put(self, on_error: Callable[[BaseException], None]) -> None:
        """Have the model solve the examples, once."""
        vocabulary = self._vocabulary
        if vocabulary is None or self.rows is not None:
            return

        def show(rows: list[ExampleRow]) -> None:
            self.rows = tuple(rows)
            if rows:
                self.examples.set_data(rows)
            else:
                self.examples.clear(NONE)

        self._session.studies.submit(
            KIND, lambda job: put_examples(vocabulary, job.cancelled), show, on_error
        )

    def figure(self) -> Figure:
        """To be saved."""
        rows = self.rows or ()
        return Figure("analogy examples", self.examples, lambda: examples_table(rows))
