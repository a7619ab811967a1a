"""The model's vocabulary: every token with its number, its length, and how often it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import token_tables, vocabulary_explanations
from gui.text.vocabulary_counts import ABOUT, COUNTING, counts_of
from gui.widgets.card import Card
from gui.widgets.vocabulary_model import BYTES, COUNT, ID, Entries
from gui.widgets.vocabulary_table import VocabularyTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPoint

    from core.tokenizer import Tokenizer
    from core.trace import ModelInfo
    from gui.session import Session
    from gui.widgets.vocabulary_model import Rows

CAPTION = "Every token that the model knows. It can read and write nothing but these."


class VocabularyCard(Card):
    """A table that is searched, whose tokens are taken into the prompt and numbers explained.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        table: The tokens.
    """

    def __init__(self, session: Session) -> None:
        self.table = VocabularyTable(self._spell)
        super().__init__("Vocabulary", CAPTION, self.table)
        self._session = session
        self._tokenizer: Tokenizer | None = None
        self._counts: WeakKeyDictionary[Tokenizer, Rows | None] = WeakKeyDictionary()
        offer(session, self, "saveVocabularyButton", self.figure)
        self.table.number_asked.connect(self._explain)
        self.table.token_chosen.connect(session.append_token)

    def set_model(self, tokenizer: Tokenizer, labels: Sequence[str], model: ModelInfo) -> None:
        """List another model's tokens.

        Args:
            tokenizer: Knows them.
            labels: Of all V.
            model: Tells what the model learnt from.
        """
        self._tokenizer = tokenizer
        raw = list(map(tokenizer.raw, range(tokenizer.vocab_size)))
        self.table.set_data(Entries(labels, raw))
        self._count(tokenizer, model)

    def _spell(self, text: str) -> list[str]:
        """The tokens that a text is cut into."""
        tokenizer = self._tokenizer
        return [] if tokenizer is None else [tokenizer.label(each) for each in tokenizer.ids(text)]

    # --- how often each is in the training text

    def _count(self, tokenizer: Tokenizer, model: ModelInfo) -> None:
        """Count in the background, once."""
        if tokenizer in self._counts:
            self._apply_counts(tokenizer, self._counts[tokenizer])
            return

        def failed(error: BaseException) -> None:
            self._session.report_error(error)
            self._apply_counts(tokenizer, None)

        self.table.set_note(COUNTING if model.training else "")
        self._session.counting.submit(
            "token counts",
            lambda job: counts_of(model, job.cancelled),
            lambda counts: self._apply_counts(tokenizer, counts),
            failed,
        )

    def _apply_counts(self, tokenizer: Tokenizer, counts: Rows | None) -> None:
        self._counts[tokenizer] = counts
        if tokenizer is self._tokenizer:
            self.table.set_counts(counts, ABOUT)

    # --- numbers and files

    def _explain(self, token_id: int, column: int, where: QPoint) -> None:
        model, counts = self._session.language_model, self.table.model.counts
        if model is None:
            return
        if column == ID:
            found = vocabulary_explanations.number(model, token_id)
        elif column == COUNT and counts is not None:
            found = vocabulary_explanations.count(model, token_id, int(counts[token_id]))
        else:
            found = vocabulary_explanations.size(model, token_id, in_bytes=column == BYTES)
        explain(self.table, found, where)

    def figure(self) -> Figure:
        """All rows of the table."""
        model = self.table.model
        return Figure("vocabulary", self.table, lambda: token_tables.vocabulary_table(model))
