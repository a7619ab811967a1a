"""The lens over a trace, computed in the background in slices, what did not change kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.lens import joined, lens, only, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.language_model import LanguageModel
    from core.lens import Lens
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

SLICE_S = 0.05  # of work, after which other work of the lane has its turn and cells are drawn
AT_ONCE = 4  # positions between two looks at the clock
TOP = 5  # guesses of each cell


class LensStudy(QObject):
    """One trace at a time; the newest wins.

    Signals:
        changed: more of the lens is known, or another trace is looked at.
        failed: (Exception) there is none.

    Args:
        session: Its lane for studies does the work.
        kind: Of the work; two studies with different kinds do not overtake each other.
        parent: Qt's.

    Attributes:
        model: The one that `lens` looks into.
        trace: The one that `lens` is of; it follows as soon as something of it is known.
        lens: What is known, its positions in order; None if nothing is.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        self._lane, self._kind = session.studies, kind
        self._wanted: Trace | None = None  # the one that is looked at, or will be
        self.model: LanguageModel | None = None
        self.trace: Trace | None = None
        self.lens: Lens | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every position is known."""
        return (
            self.trace is not None
            and self.lens is not None
            and len(self.lens.positions) == len(self.trace.ids)
        )

    def clear(self) -> None:
        """Look at nothing."""
        self._lane.cancel(self._kind)
        was_known = self.trace is not None
        self._wanted = self.model = self.trace = self.lens = None
        if was_known:
            self.changed.emit()

    def look_at(self, model: LanguageModel, trace: Trace, first: Iterable[int] = ()) -> None:
        """Look into the model at every depth.

        Args:
            model: That made the trace.
            trace: The pass.
            first: Positions that are wanted before the others.
        """
        if trace is self._wanted:
            return
        kept = None
        if self.lens is not None and self.trace is not None and model is self.model:
            kept = only(self.lens, self.lens.positions < unchanged(self.trace, trace))
        self._wanted = trace
        self._go_on(model, trace, kept, tuple(first))

    def _go_on(
        self, model: LanguageModel, trace: Trace, kept: Lens | None, first: tuple[int, ...]
    ) -> None:
        self._lane.submit(
            self._kind,
            lambda job: _slice(model, trace, kept, first, job),
            lambda made: self._on_slice(model, trace, made, first),
            self._on_error,
        )

    def _on_slice(
        self, model: LanguageModel, trace: Trace, made: Lens, first: tuple[int, ...]
    ) -> None:
        self.model, self.trace, self.lens = model, trace, made
        if not self.is_whole:
            self._go_on(model, trace, made, first)
        self.changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self._wanted = self.model = self.trace = self.lens = None
        self.failed.emit(error)


def _slice(
    model: LanguageModel, trace: Trace, kept: Lens | None, first: tuple[int, ...], job: Job
) -> Lens:
    """On the lane: look at some positions more, those that are wanted first before the others."""
    known = set() if kept is None else set(kept.positions.tolist())
    order = dict.fromkeys((*first, *reversed(range(len(trace.ids)))))
    open_ = [at for at in order if at not in known and at < len(trace.ids)]
    parts = [] if kept is None else [kept]
    until = time.monotonic() + SLICE_S
    while open_ or not parts:
        now, open_ = open_[:AT_ONCE], open_[AT_ONCE:]
        parts.append(lens(trace, model.weights, now, TOP, cancelled=job.cancelled))
        if time.monotonic() >= until:
            break
    return joined(parts)
