"""What is looked up about the text while one types: its next word, and how surprising each token.

Both wait until the answer is there and are overtaken by the next key press. Nothing is looked up
while nobody looks.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.surprise import surprise
from core.tracing import Cancelled
from gui.text.naming import naming
from gui.widgets.prediction_rows import percent
from gui.widgets.token_tints import TokenMark

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.language_model import LanguageModel
    from core.surprise import Surprise
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

CALM_S = 0.1  # between two looks while the model writes
FIRST = "The first token: the model had nothing to guess it from."
LIKELIER = "Likelier here: "
LIKELIEST = "Nothing was likelier."
CLICK = "Click it for what else could stand here."


class TextStudy(QObject):
    """Of one trace at a time; the newest wins.

    Signals:
        word_found: (tuple[int, ...]) ids of the word that the model would write next.
        changed: the surprises are those of another trace.

    Args:
        session: Its lane for readings does the work, and it is told what goes wrong.

    Attributes:
        surprise: What is known; None before it is.
    """

    word_found = Signal(object)
    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.surprise: Surprise | None = None
        self._session, self._lane = session, session.readings
        self._model: LanguageModel | None = None
        self._looked_at = 0.0
        self._word: tuple[int, ...] = ()  # of the trace that was last looked at for it
        self._asked: dict[str, Trace] = {}  # what was last looked at, by the kind of work

    def look_for_word(self, model: LanguageModel, trace: Trace) -> None:
        """Find out what the model would write next, up to the end of the word."""
        if self._is_new("word", trace):
            self._word = ()
            self._lane.submit(
                "word",
                lambda job: model.likeliest_word(trace, job.cancelled),
                self._on_word,
                self._on_error,
            )
        elif self._word:
            self.word_found.emit(self._word)

    def look_at(self, model: LanguageModel, trace: Trace) -> None:
        """Look up how surprising each token was; what did not change is known already.

        While the model writes, not every frame is looked up: overtaken each time, none ever would
        be known, and the work is taken from the writing.
        """
        is_soon = time.monotonic() - self._looked_at < CALM_S or self._lane.is_busy("surprise")
        if self._session.is_generating() and is_soon:
            return
        if not self._is_new("surprise", trace):
            return
        self._looked_at = time.monotonic()
        known = self.surprise if model is self._model else None
        self._model = model

        def work(job: Job) -> Surprise:
            return surprise(trace, known, cancelled=job.cancelled)

        self._lane.submit("surprise", work, self._on_surprise, self._on_error)

    def forget(self) -> None:
        """There is no text, or no model."""
        self._lane.cancel("word", "surprise")
        self._asked.clear()
        self.surprise = None
        self.changed.emit()

    def _is_new(self, kind: str, trace: Trace) -> bool:
        is_new = self._asked.get(kind) is not trace
        self._asked[kind] = trace
        return is_new

    def _on_word(self, ids: tuple[int, ...]) -> None:
        self._word = ids
        self.word_found.emit(ids)

    def _on_surprise(self, found: Surprise) -> None:
        self.surprise = found
        self.changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self._asked.clear()
        if not isinstance(error, Cancelled):
            self._session.report_error(error)


def marks(found: Surprise, model: LanguageModel, at: Callable[[int], int]) -> tuple[TokenMark, ...]:
    """What the editor shows below each token.

    Args:
        found: The surprises.
        model: Names the tokens.
        at: From a character of the trace's text to a place in the editor's, in Qt's units.
    """
    name = naming(model)
    made = []
    for index, token in enumerate(found.trace.tokens):
        bits = float(found.bits[index]) if index else None
        tell = partial(_tip, found, index, name)
        made.append(TokenMark(at(token.start), at(token.end), bits, tell))
    return tuple(made)


def _tip(found: Surprise, index: int, name: Callable[[int], str]) -> str:
    token = found.trace.tokens[index]
    if not index:
        return f"{token.label}\n{FIRST}\n{CLICK}"
    rank, share = int(found.ranks[index]), float(found.probabilities[index])
    lines = [
        token.label,
        f"The model gave it {percent(share)}: place {rank:,}, {found.bits[index]:.2f} bits",
    ]
    pairs = zip(found.likeliest[index], found.likeliest_probabilities[index], strict=True)
    ahead = [
        f"{name(int(token_id))} {percent(float(share))}"
        for place, (token_id, share) in enumerate(pairs, start=1)
        if place < rank
    ]
    lines.append(LIKELIER + ", ".join(ahead) if ahead else LIKELIEST)
    return "\n".join((*lines, CLICK))
