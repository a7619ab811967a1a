"""What the page Count shows: a text counted for a model, and each prompt held against that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.counting import against
from core.surprise import surprise
from gui.autocomplete.count_text import AMOUNTS, USUAL, Counting, Progress

if TYPE_CHECKING:
    from core.counting import Against, Counted
    from core.language_model import LanguageModel
    from core.surprise import Surprise
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

COUNT, AGAINST = "count text", "against counts"
TOP = 8


class CountStudy(QObject):
    """Counts for the model in use, and holds the newest prompt against them.

    Signals:
        counted_changed: more is counted, or counting began, ended or failed.
        changed: there is another comparison, or none.
        failed: (BaseException) it could not be counted, or compared.

    Args:
        session: Its lane for studies does the work.
        parent: Qt's.

    Attributes:
        model: For which it is counted.
        counted: What is known; None before.
        progress: How far counting is; None while nothing is being counted.
        trace: What `against` is of; it follows as soon as that is known.
        against: What all predictors say of it.
        own: What the transformer alone says of each of its tokens.
    """

    counted_changed = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._lane = session, session.studies
        self.model: LanguageModel | None = None
        self._wanted: Trace | None = None
        self.own: Surprise | None = None
        self._counting: Counting | None = None
        self._amount = AMOUNTS[USUAL]
        self.counted: Counted | None = None
        self.progress: Progress | None = None
        self.trace: Trace | None = None
        self.against: Against | None = None
        session.model_changed.connect(self._on_model)

    @property
    def amount(self) -> int:
        """How many characters are to be counted."""
        return self._amount

    def set_model(self, model: LanguageModel | None) -> None:
        """Count for another model."""
        if model is self.model:
            return
        self.model = model
        self._lane.cancel(AGAINST)
        self._wanted = self.own = self.trace = self.against = None
        self.counted = None
        self.changed.emit()
        self._count()

    def _on_model(self) -> None:
        """Nobody waits for the counts of a model that is closed."""
        if self.model is not self._session.language_model:
            self._end()

    def set_amount(self, n_characters: int) -> None:
        """Count so much text; what is known is shown until more is."""
        if n_characters != self._amount:
            self._amount = n_characters
            self._count()

    def stop(self) -> None:
        """Count no further; what was counted stays."""
        self._end()
        self.counted_changed.emit()

    def go_on(self) -> None:
        """Count after all."""
        self._count()

    def look_at(self, trace: Trace | None) -> None:
        """Hold a text against what was counted, now and whenever more is."""
        self._wanted = trace
        if trace is None:
            self._lane.cancel(AGAINST)
            self.trace = self.against = None
            self.changed.emit()
        else:
            self._compare()

    # --- counting

    def _count(self) -> None:
        self._end()
        if self.model is not None:
            self._counting = Counting(self.model, self._amount)
            self.progress = Progress(0, self._amount, None)
            self._step(self._counting)
        self.counted_changed.emit()

    def _step(self, counting: Counting) -> None:
        self._lane.submit(
            COUNT, lambda job: counting.step(job.cancelled), self._on_step, self._on_not_counted
        )

    def _on_step(self, progress: Progress) -> None:
        self.progress = progress
        # Less than is known already tells nothing new.
        known = 0 if self.counted is None else self.counted.n_characters
        if progress.is_whole:
            self._end()
        elif self._counting is not None:
            self._step(self._counting)
        counted = progress.counted
        if counted is not None and (progress.is_whole or counted.n_characters > known):
            self._use(counted)
        self.counted_changed.emit()

    def _on_not_counted(self, error: BaseException) -> None:
        self._end()
        self.counted_changed.emit()
        self.failed.emit(error)

    def _end(self) -> None:
        self._lane.cancel(COUNT)
        if self._counting is not None:
            self._counting.close()
        self._counting = self.progress = None

    def _use(self, counted: Counted) -> None:
        if counted is not self.counted:
            self.counted = counted
            self._compare()

    # --- comparing

    def _compare(self) -> None:
        trace, counted, own = self._wanted, self.counted, self.own
        if trace is not None and counted is not None:
            self._lane.submit(
                AGAINST,
                lambda job: _compared(trace, counted, own, job),
                lambda found: self._on_compared(trace, found),
                self._on_error,
            )

    def _on_compared(self, trace: Trace, found: tuple[Against, Surprise]) -> None:
        self.trace = trace
        self.against, self.own = found
        self.changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self.trace = self.against = None
        self.changed.emit()
        self.failed.emit(error)


def _compared(
    trace: Trace, counted: Counted, before: Surprise | None, job: Job
) -> tuple[Against, Surprise]:
    """On the lane: what all say; of the transformer's surprise only what is new."""
    own = surprise(trace, before, 1, job.cancelled)
    return against(trace, counted, TOP, own, job.cancelled), own
