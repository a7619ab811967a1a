"""What could stand in a token's place, and what it would do, worked out in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.analogies import Directions
from core.swaps import most_telling, replacements, swaps

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.swaps import Replacement, Swap
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

KIND, CHOICE = "swaps", "first swap"
GUESSES = 8  # of the model; half as many neighbours
_Found = tuple[tuple["Replacement", ...], tuple["Swap", ...]]


class SwapStudy(QObject):
    """One place of one text at a time; the newest wins.

    Signals:
        changed: more is known, or another place is looked at.
        found: (int | None) the position that tells most, as it was asked for.
        failed: (BaseException)

    Args:
        session: Its lane for studies does the work.
        parent: Qt's.

    Attributes:
        model: Whose text it is.
        trace: The text; None if nothing is looked at.
        position: The place.
        offered: What could stand there.
        swaps: What the first of these do; the others follow.
        is_done: Whether all is known.
    """

    changed = Signal()
    found = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._lane = session.studies
        self._directions: tuple[LanguageModel, Directions] | None = None
        self._own = ""
        self._forget()

    def _forget(self) -> None:
        self.model: LanguageModel | None = None
        self.trace: Trace | None = None
        self.position = 0
        self.offered: tuple[Replacement, ...] = ()
        self.swaps: tuple[Swap, ...] = ()
        self.is_done = False

    def clear(self) -> None:
        """Look at nothing."""
        self._lane.cancel(KIND, CHOICE)
        self._forget()
        self.changed.emit()

    def look_for(self, model: LanguageModel, trace: Trace) -> None:
        """Find the position of a text whose swap tells most."""
        self._lane.submit(
            CHOICE,
            lambda job: most_telling(model, trace, self._directions_of(model), job.cancelled),
            self.found.emit,
            self._on_error,
        )

    def look_at(self, model: LanguageModel, trace: Trace, position: int, own: str = "") -> None:
        """Try other tokens at a place.

        Args:
            model: That made the trace.
            trace: The text, without changes.
            position: Which token; one that can be replaced.
            own: A word that the user wants to try.
        """
        same = model is self.model and trace is self.trace and position == self.position
        if same and own == self._own:
            return
        self._forget()
        self.model, self.trace, self.position, self._own = model, trace, position, own
        self._lane.submit(
            KIND,
            lambda job: self._work(model, trace, position, own, job),
            self._on_done,
            self._on_error,
            self._on_found,
        )
        self.changed.emit()

    def _work(
        self, model: LanguageModel, trace: Trace, position: int, own: str, job: Job
    ) -> _Found:
        """On the lane."""
        directions = self._directions_of(model)
        offered = replacements(model, trace, position, directions, GUESSES, own, job.cancelled)
        found: list[Swap] = []
        job.report((offered, ()))
        for swap in swaps(model, trace, position, offered, job.cancelled):
            found.append(swap)
            job.report((offered, tuple(found)))
        return offered, tuple(found)

    def _directions_of(self, model: LanguageModel) -> Directions:
        """On the lane, which alone knows them."""
        if self._directions is None or self._directions[0] is not model:
            self._directions = model, Directions.of(model.weights.wte)
        return self._directions[1]

    def _on_found(self, found: _Found) -> None:
        self.offered, self.swaps = found
        self.changed.emit()

    def _on_done(self, found: _Found) -> None:
        self.is_done = True
        self._on_found(found)

    def _on_error(self, error: BaseException) -> None:
        self._forget()
        self.changed.emit()
        self.failed.emit(error)
