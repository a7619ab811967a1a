"""What heads do in general, measured in the background in slices that leave the lane to others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.head_scores import standard_steps
from core.heads import sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from core.head_scores import Scores, Step
    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

    Doubles = NDArray[np.float64]

SLICE_S = 0.08  # of work, after which other work of the lane has its turn
USUAL, HERE = "usual heads", "heads here"


class HeadStudy(QObject):
    """One measurement at a time; what it came to is kept as long as the model is.

    Signals:
        usual_changed: the scores on the standard set have moved on, are there or were stopped.
        here_changed: so have those on the text at hand.

    Args:
        session: Its lane for studies does the work, and it is told of errors.
        parent: Qt's.

    Attributes:
        here: By text, (L, H) for each of `core.heads.KINDS`; empty until measured.
        n_places: By text, its tokens that have such a place.
        of: The traces of the texts at hand.
        share: Of the standard set that is measured, while it is being measured; else None.
    """

    usual_changed = Signal()
    here_changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._lane = session, session.studies
        self._results: WeakKeyDictionary[LanguageModel, Scores] = WeakKeyDictionary()
        self._stopped: WeakSet[LanguageModel] = WeakSet()
        self._model: LanguageModel | None = None
        self._steps: Iterator[Step] | None = None
        self.share: float | None = None
        self.here: tuple[Scores, ...] = ()
        self.n_places: tuple[dict[str, int], ...] = ()
        self.of: tuple[Trace, ...] = ()
        session.model_changed.connect(self._on_model)

    def usual(self, model: LanguageModel | None) -> Scores | None:
        """The scores of a model's heads on the standard set, if they were measured."""
        return None if model is None else self._results.get(model)

    # --- the texts at hand

    def look_at(self, *traces: Trace) -> None:
        """Measure the heads on texts; what is known of them is not measured again."""
        if traces == self.of and traces:
            return
        self.of = traces
        if not traces:
            self._lane.cancel(HERE)
            self.here = self.n_places = ()
            self.here_changed.emit()
            return
        self._lane.submit(
            HERE,
            lambda _job: [sums(trace.pattern, trace.ids) for trace in traces],
            self._on_here,
            self._session.report_error,
        )

    def _on_here(self, found: list[dict[str, tuple[Doubles, int]]]) -> None:
        self.n_places = tuple({kind: n for kind, (_, n) in each.items()} for each in found)
        self.here = tuple(
            {
                kind: total / n if n else np.full(total.shape, np.nan)
                for kind, (total, n) in each.items()
            }
            for each in found
        )
        self.here_changed.emit()

    # --- the standard set

    def measure(self, model: LanguageModel) -> None:
        """Begin, unless this model is measured already or being measured."""
        if model in self._results or model is self._model:
            return
        self.cancel()
        self._stopped.discard(model)
        self._model, self._steps, self.share = model, None, 0.0
        self._go_on()
        self.usual_changed.emit()

    def _on_model(self) -> None:
        """Nobody waits for what a model that is closed does."""
        if self._model is not self._session.language_model:
            self.cancel()

    def was_stopped(self, model: LanguageModel) -> bool:
        """Whether the user does not want this model to be measured."""
        return model in self._stopped

    def stop(self) -> None:
        """Stop because the user says so: it begins anew only when told to."""
        if self._model is not None:
            self._stopped.add(self._model)
        self.cancel()

    def cancel(self) -> None:
        """Stop; nothing is kept of it."""
        self._lane.cancel(USUAL)
        was_running, self._model = self._model is not None, None
        self._steps = self.share = None
        if was_running:
            self.usual_changed.emit()

    def _go_on(self) -> None:
        model = self._model
        assert model is not None
        steps = self._steps = self._steps or standard_steps(model)

        def work(job: Job) -> Step:
            until = time.monotonic() + SLICE_S
            step = next(steps)
            while not job.cancelled() and step.done < 1 and time.monotonic() < until:
                step = next(steps)
            return step

        self._lane.submit(USUAL, work, self._on_slice, self._on_error)

    def _on_slice(self, step: Step) -> None:
        if step.done < 1:
            self.share = step.done
            self._go_on()
        else:
            if self._model is not None:
                self._results[self._model] = step.scores
            self._model = self._steps = self.share = None
        self.usual_changed.emit()

    def _on_error(self, error: BaseException) -> None:
        self._model = self._steps = self.share = None
        self.usual_changed.emit()
        self._session.report_error(error)
