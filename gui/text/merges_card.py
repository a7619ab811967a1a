"""How bytes become tokens, one merge at a time: of one word, or of the whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import token_explanations, token_tables
from gui.widgets.card import Card
from gui.widgets.merge_player import MergePlayer
from gui.widgets.switch import Switch
from gui.widgets.text_grid import label_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from core.splits import TextMerges
    from gui.session import Session
    from gui.text.reading import Reading

CAPTION = (
    "From bytes, as a computer stores text, to tokens: the pair that was learnt first is always "
    "joined next."
)
WORD = (
    "How “{}” becomes tokens. It begins as bytes, the numbers in which a computer stores text; "
    "the pair learnt first is always joined next."
)
LONG_NAME = 24  # characters of a word that the caption does not write out
SCOPES = {
    "Word": "The word of the selected token, or else the last one that is joined of pieces",
    "Whole text": "All words together, the merges learnt first coming first",
}


class MergesCard(Card):
    """A player with the choice of what it plays.

    Args:
        session: Where the facts come from.

    Attributes:
        player: Plays the merges.
        scope: Chooses the word or the whole text.
    """

    def __init__(self, session: Session) -> None:
        self.player = MergePlayer()
        super().__init__("Merges", CAPTION, self.player)
        self._session = session
        self._reading: Reading | None = None
        self._word: int | None = None  # that is played
        self.scope = Switch("mergeScope", SCOPES)
        self.scope.chosen.connect(lambda _index: self._play())
        self.add_to_header(self.scope)
        offer(session, self, "saveMergesButton", self.figure).attach(self.player.picture)
        self.player.picture.number_asked.connect(self._explain)

    def set_reading(self, reading: Reading) -> None:
        """Play the merges of a text."""
        self._reading = reading
        self._play()

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._reading = self._word = None
        self.player.clear(*hint)
        self.set_caption(CAPTION)

    def follow_selection(self) -> None:
        """Play the word of the token that is selected now, if that is another one."""
        if self._reading is not None and self._chosen(self._reading) != self._word:
            self._play()

    def _chosen(self, reading: Reading) -> int:
        return reading.word_of(self._session.selection.token)

    def _played(self) -> TextMerges | None:
        """The merges of the chosen word, or of the whole text."""
        if self._reading is None:
            return None
        if self.scope.index == 1 or self._word is None:
            return self._reading.merges
        return self._reading.merges_of_word(self._word)

    def _play(self) -> None:
        reading, model = self._reading, self._session.language_model
        if reading is None or model is None:
            return
        self._word = self._chosen(reading)
        played = self._played()
        if played is None:
            return
        self.player.set_data(played, model.tokenizer.n_merges)
        name = label_of(played.raw)
        is_named = self.scope.index == 0 and len(name) < LONG_NAME
        self.set_caption(WORD.format(name) if is_named else CAPTION)

    # --- numbers and files

    def _explain(self, step: int, at: QPoint) -> None:
        model, reading, played = self._session.language_model, self._reading, self._played()
        if model is not None and reading is not None and played is not None:
            word = self._word if self.scope.index == 0 else None
            found = token_explanations.merge(model, reading.trace.text, word, played, step)
            explain(self.player.picture, found, at)

    def figure(self) -> Figure:
        """The merges that are played."""
        merges = self._played()
        return Figure("merges", self.player.picture, lambda: token_tables.merges_table(merges))
