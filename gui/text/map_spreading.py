"""t-SNE of a model's vocabulary in the background, in slices that leave the lane to others."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.tsne import Step
    from gui.jobs import Job
    from gui.session import Session

    Points = NDArray[np.float32]

SLICE_S = 0.08  # of work, after which other work of the lane has its turn and the dots are drawn
KIND = "map t-SNE"


class Spreading(QObject):
    """One run at a time; what it came to is kept as long as the model is.

    Signals:
        stepped: the points have moved; the last time, they are the result.
        failed: (Exception) it cannot be done.

    Args:
        session: Its lane for studies does the work.
        parent: Qt's.

    Attributes:
        last: The latest step of this run, or of the one that ended.
    """

    stepped = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._lane = session.studies
        self._results: WeakKeyDictionary[LanguageModel, Points] = WeakKeyDictionary()
        self._model: LanguageModel | None = None
        self._steps: Iterator[Step] | None = None
        self._stopped = Event()  # another one for each run: an old one never goes on
        self.last: Step | None = None

    def result(self, model: LanguageModel) -> Points | None:
        """(N, 2) of the model's first N tokens, if it was computed."""
        return self._results.get(model)

    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._steps is not None

    def start(self, model: LanguageModel) -> None:
        """Begin anew."""
        from core.tsne import MOST, tsne

        self.cancel()
        self._stopped = Event()
        steps = tsne(model.weights.wte[:MOST], cancelled=self._stopped.is_set)
        self._model, self._steps = model, steps
        self._go_on()

    def cancel(self) -> None:
        """Stop, in the midst of a step too; nothing more is heard of this run."""
        self._stopped.set()
        self._lane.cancel(KIND)
        self._model = self._steps = self.last = None

    def _go_on(self) -> None:
        steps = self._steps
        assert steps is not None

        def work(job: Job) -> Step:
            until = time.monotonic() + SLICE_S
            step = next(steps)
            while not job.cancelled() and step.done < 1 and time.monotonic() < until:
                step = next(steps)
            return step

        self._lane.submit(KIND, work, self._on_slice, self._on_error)

    def _on_slice(self, step: Step) -> None:
        if step.done < 1:
            self._go_on()
        else:
            if self._model is not None:
                self._results[self._model] = step.points
            self._model = self._steps = None
        self.last = step
        self.stepped.emit()

    def _on_error(self, error: BaseException) -> None:
        self._model = self._steps = None
        self.failed.emit(error)
