"""Letting the model write on: at full speed, at a pace that can be followed, or token by token."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gui.answers import Answer, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config import SamplingConfig
    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.writing import Writer
    from gui.jobs import Job, Lane

GENERATED_TOKENS = 60  # one press of Generate, and then to the end of the sentence,
MOST_TOKENS = 90  # but no more than these
SENTENCE_ENDS = (".", "!", "?", "…")
QUOTES = "\"'\u2019\u201d»)"
# At full speed, what is written is shown after so much work on it; more often no eye can follow.
# The clock stands still while others work: the busier the machine, the rarer the frames.
FRAME_S = 0.033
REMEMBERED = 300  # texts that the dice led to, so that from there they fall on as they would have


@dataclass(frozen=True)
class Wanted:
    """What is to be gone on from, and how.

    Attributes:
        model: Writes.
        text: As it is shown.
        sampling: How the dice are loaded.
        changes: To the pass.
        seed: Where the dice start.
        ids: The text's tokens, where typing it would give others.
    """

    model: LanguageModel
    text: str
    sampling: SamplingConfig
    changes: tuple[Change, ...]
    seed: int
    ids: tuple[int, ...] | None = field(default=None, compare=False)


class Writing(QObject):
    """Draws tokens on the session's lane.

    Signals:
        changed: (bool) whether the model is writing.
        drawn: (Answer, float) the dice showed a number from 0 to 1, and this is the text with the
            token that they chose. It is in the text at once, or, at a pace, when that is over.
        found: (Answer) the text has grown; at full speed, by all that was written in a frame.
        ended: the model's next token was the mark that its text is over.
        rested: (int) so many tokens are written; the model could write on.
        failed: (BaseException)

    Args:
        lane: Where it is worked out.
        wanted: Tells what to go on from; None if there is nothing.
        parent: Qt's.

    Attributes:
        pace_ms: How long each token waits before it is appended; 0 is full speed.
    """

    changed = Signal(bool)
    drawn = Signal(object, float)
    found = Signal(object)
    ended = Signal()
    rested = Signal(int)
    failed = Signal(object)

    def __init__(self, lane: Lane, wanted: Callable[[], Wanted | None], parent: QObject) -> None:
        super().__init__(parent)
        self.pace_ms = 0
        self._lane, self._wanted = lane, wanted
        # Which text the dice of a seed led to, and how often they were thrown for it.
        self._thrown: dict[tuple[str, int], int] = {}
        self._line: _Line | None = None
        self._is_on = False
        self._start, self._until = "", ""
        self._n_written = self._most = 0
        self._waiting: Answer | None = None
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self._on_waited)

    def is_on(self) -> bool:
        """Whether the model is writing."""
        return self._is_on

    def generate(self, most: int = MOST_TOKENS, until: str = "") -> None:
        """Write until the text is over or rests; the dice go on where they stopped before it.

        It rests at the first end of a sentence after `GENERATED_TOKENS`.

        Args:
            most: Tokens after which it rests anyway.
            until: If given, it rests only there: as soon as what is written contains this, of
                which nobody is told.
        """
        wanted = None if self._is_on else self._wanted()
        if wanted is None:
            return
        self._halt()
        self._is_on = True
        self._start, self._until, self._most = wanted.text, until, most
        self._n_written = 0
        self._line = _Line(wanted, self.n_thrown(wanted.text, wanted.seed))
        self._go_on()
        self.changed.emit(True)

    def draw_one(self) -> None:
        """Throw the dice once and append the token that they choose.

        As long as nothing else changes the text, each throw goes on where the last one ended:
        token by token it becomes the text that `generate` writes.
        """
        wanted = None if self._is_on or self._lane.is_busy("draw") else self._wanted()
        if wanted is None:
            return
        if self._line is None or self._line.wanted != wanted:
            self._line = _Line(wanted, self.n_thrown(wanted.text, wanted.seed))
        self._draw(self._on_one)

    def n_thrown(self, text: str, seed: int) -> int:
        """How many throws of a seed led to a text; 0 if it was written otherwise."""
        if self._line is not None:
            self._remember(self._line)
        return self._thrown.get((text, seed), 0)

    def forget(self) -> None:
        """For another model no text is written yet."""
        self._thrown.clear()

    def set_pace(self, pace_ms: int) -> None:
        """Write from the next token on at another pace."""
        self.pace_ms = pace_ms
        if self._wait.isActive():
            self._wait.start(min(self._wait.remainingTime(), pace_ms))

    def stop(self) -> bool:
        """Stop at once; what was written stays. Returns whether the model was writing."""
        was_on, self._is_on = self._is_on, False
        self._halt()
        if was_on:
            self.changed.emit(False)
        return was_on

    def shutdown(self) -> None:
        """Stop, for good; nobody is told."""
        self._is_on = False
        self._halt()

    # --- how

    def _halt(self) -> None:
        if self._line is not None:
            self._remember(self._line)
        self._wait.stop()
        self._waiting = self._line = None
        self._lane.cancel("draw", "write")

    def _go_on(self) -> None:
        """Write the next tokens at the pace of now."""
        line, n_before = self._line, self._n_written
        assert line is not None
        if self.pace_ms:
            wanted = self._wanted()
            if wanted is not None and wanted != line.wanted:  # the dice are loaded anew
                self._line = _Line(wanted, line.n_thrown if wanted.seed == line.wanted.seed else 0)
            self._draw(self._on_slow)
            return

        def work(job: Job) -> int | None:
            """How many are written, 0 if the text is over, None if another pace is wanted."""
            n_shown, shown = n_before, time.thread_time()
            for n_written in itertools.count(n_before + 1):
                is_over = not line.go_on(job)
                n = n_written - is_over
                is_enough = not is_over and self._is_enough(n, line.text)
                is_last = is_over or is_enough or self.pace_ms > 0
                is_due = is_last or time.thread_time() - shown >= FRAME_S
                if is_due and n > n_shown:
                    job.report((n, line.answer(job)))
                    n_shown, shown = n, time.thread_time()
                if is_last:
                    return 0 if is_over else n if is_enough else None
            return 0

        self._lane.submit("write", work, self._on_written, self._on_error, self._on_token)

    def _draw(self, then: Callable[[_Line, Answer], None]) -> None:
        line = self._line
        assert line is not None
        self._lane.submit("draw", line.next, lambda found: then(line, found), self._on_error)

    def _on_one(self, line: _Line, found: Answer) -> None:
        if found.trace is None:
            self.ended.emit()
            return
        self.drawn.emit(found, line.throw())
        line.go_to(found.trace.text)
        self._remember(line)
        self.found.emit(found)

    def _on_slow(self, line: _Line, found: Answer) -> None:
        if found.trace is None:
            self._finish(0)
            return
        self._waiting = found
        self.drawn.emit(found, line.throw())
        self._wait.start(self.pace_ms)

    def _on_waited(self) -> None:
        """What was drawn has been looked at."""
        found, line, self._waiting = self._waiting, self._line, None
        if found is None or found.trace is None or line is None:
            return
        self._on_token((self._n_written + 1, found))
        if not self._is_on:
            return  # who heard of it stopped it
        if self._is_enough(self._n_written, found.trace.text):
            self._finish(self._n_written)
        else:
            self._go_on()

    def _on_token(self, made: tuple[int, Answer]) -> None:
        n_written, found = made
        if self._line is not None and found.trace is not None:
            self._line.go_to(found.trace.text, n_written - self._n_written)
        self._n_written = n_written
        self.found.emit(found)

    def _on_written(self, n_written: int | None) -> None:
        if n_written is None:
            self._go_on()
        else:
            self._finish(n_written)

    def _finish(self, n_written: int) -> None:
        """It is over: 0 means that the model ended its text, not this."""
        text = "" if self._line is None else self._line.wanted.text
        self._is_on = False
        self._halt()
        self.changed.emit(False)
        if not n_written:
            self.ended.emit()
        elif not self._is_until_reached(text):
            self.rested.emit(n_written)

    def _is_enough(self, n_written: int, text: str) -> bool:
        if self._until:
            return n_written >= self._most or self._is_until_reached(text)
        return n_written >= self._most or (n_written >= GENERATED_TOKENS and _is_over(text))

    def _is_until_reached(self, text: str) -> bool:
        return bool(self._until) and self._until in text[len(self._start) :]

    def _remember(self, line: _Line) -> None:
        self.remember_thrown(line.wanted.text, line.wanted.seed, line.n_thrown)

    def remember_thrown(self, text: str, seed: int, n: int) -> None:
        """So many throws of a seed led to a text."""
        self._thrown[text, seed] = n
        while len(self._thrown) > REMEMBERED:
            del self._thrown[next(iter(self._thrown))]

    def _on_error(self, error: BaseException) -> None:
        self.stop()
        self.failed.emit(error)


class _Line:
    """One text growing token by token.

    Attributes:
        wanted: What it goes on from now, and how.
        n_thrown: How often the dice have been thrown for it.
    """

    def __init__(self, wanted: Wanted, n_thrown: int) -> None:
        self.wanted, self.n_thrown = wanted, n_thrown
        self._writer: Writer | None = None

    @property
    def text(self) -> str:
        """On the lane: as far as it is written, be it shown yet or not."""
        return "" if self._writer is None else self._writer.text

    def go_on(self, job: Job) -> bool:
        """On the lane: one token more; False if the text is over."""
        if self._writer is None:
            wanted = self.wanted
            text = wanted.text if wanted.ids is None else wanted.ids
            dice = wanted.sampling, wanted.seed, self.n_thrown
            self._writer = wanted.model.writer(text, *dice, wanted.changes)
        return self._writer.go_on(job.cancelled)

    def answer(self, job: Job) -> Answer:
        """On the lane: what the model makes of it; nothing before the first token."""
        return Answer() if self._writer is None else written(self._writer, job.cancelled)

    def next(self, job: Job) -> Answer:
        """On the lane: the text with one token more; nothing if it is over."""
        return self.answer(job) if self.go_on(job) else Answer()

    def throw(self) -> float:
        """What the dice show next."""
        return throw(self.wanted.seed, self.n_thrown)

    def go_to(self, text: str, n_tokens: int = 1) -> None:
        """It has grown by so many tokens."""
        self.wanted = replace(self.wanted, text=text)
        self.n_thrown += n_tokens


def throw(seed: int, n_thrown: int) -> float:
    """What the dice of a seed show after so many throws: a number from 0 up to 1."""
    rng = np.random.default_rng(seed)
    rng.random(n_thrown)
    return float(rng.random())


def _is_over(text: str) -> bool:
    """Whether a text ends with a sentence's end."""
    return text.rstrip().rstrip(QUOTES).endswith(SENTENCE_ENDS)
