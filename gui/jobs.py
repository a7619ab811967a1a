"""Background work: one worker thread a lane, the latest request of a kind wins.

A request that is overtaken is told to stop, and whatever it still says is dropped before it is
applied. Everything a piece of work says (progress, result, error) arrives on the GUI thread.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One request as the worker sees it: may it go on, and where to report progress."""

    id: int
    kind: str
    _stop: Event = field(default_factory=Event)
    _asked: float = field(default_factory=time.monotonic)
    _say: Callable[[str, Any], None] = lambda _what, _value: None

    def cancelled(self) -> bool:
        """Whether nobody wants the result any more. Ask at every step."""
        return self._stop.is_set()

    def rest(self, seconds: float) -> bool:
        """Wait until so long after the request, as while keys come fast each overtakes the last.

        Returns:
            Whether nobody wants the result any more.
        """
        left = self._asked + seconds - time.monotonic()
        return self._stop.wait(left) if left > 0 else self.cancelled()

    def report(self, value: object) -> None:
        """Send progress to the GUI thread; only the newest that it has not seen is applied."""
        self._say("progress", value)


@dataclass(frozen=True)
class _Waiting:
    job: Job
    on_done: Callable[[Any], None]
    on_progress: Callable[[Any], None] | None
    on_error: Callable[[BaseException], None]


class Lane(QObject):
    """A queue of work with one worker thread.

    Signals:
        busy_changed: (bool) whether any request is waiting or running.
    """

    busy_changed = Signal(bool)
    _woken = Signal()

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._ids = itertools.count()
        self._newest: dict[str, _Waiting] = {}
        self._mail: deque[tuple[Job, str, Any]] = deque()
        self._is_shut = False
        self._woken.connect(self._deliver)

    def submit(
        self,
        kind: str,
        work: Callable[[Job], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
        on_progress: Callable[[Any], None] | None = None,
    ) -> None:
        """Run `work` in the background; an older request of the same kind is cancelled.

        After `shutdown` nothing is run any more.

        Args:
            kind: What it is for; the latest of a kind wins.
            work: Runs on the worker thread.
            on_done: Gets the result, on the GUI thread, if the request is still the latest.
            on_error: Gets the exception, likewise.
            on_progress: Gets reported progress, likewise.
        """
        if self._is_shut:
            return
        was_busy = self.is_busy()
        self._stop(kind)
        job = Job(next(self._ids), kind, _say=lambda what, value: self._post(job, what, value))
        self._newest[kind] = _Waiting(job, on_done, on_progress, on_error)
        self._pool.submit(self._run, job, work)
        if not was_busy:
            self.busy_changed.emit(True)

    def cancel(self, *kinds: str) -> None:
        """Stop what is running or waiting of these kinds (of all, if none is named)."""
        was_busy = self.is_busy()
        for kind in kinds or tuple(self._newest):
            self._stop(kind)
        if was_busy and not self.is_busy():
            self.busy_changed.emit(False)

    def is_busy(self, kind: str | None = None) -> bool:
        """Whether a request (of this kind) is waiting or running."""
        return bool(self._newest) if kind is None else kind in self._newest

    def shutdown(self) -> None:
        """Cancel everything and wait until the worker has stopped."""
        self._is_shut = True
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._mail.clear()

    def _stop(self, kind: str) -> None:
        waiting = self._newest.pop(kind, None)
        if waiting is not None:
            waiting.job._stop.set()

    def _run(self, job: Job, work: Callable[[Job], Any]) -> None:
        """On the worker thread: do it, and post what came of it."""
        if job.cancelled():
            return
        try:
            result = work(job)
        # Errors are values until they are sentences; Rust's PanicException is no `Exception`.
        except BaseException as error:  # noqa: BLE001
            self._post(job, "error", error)
        else:
            self._post(job, "done", result)

    def _post(self, job: Job, what: str, value: object) -> None:
        self._mail.append((job, what, value))
        self._woken.emit()

    @Slot()
    def _deliver(self) -> None:
        """On the GUI thread: apply what has arrived, stale letters and overtaken progress dropped.

        No more than that, so that a fast worker leaves time to paint; every letter wakes this
        once, so that one whose application fails does not take the next ones with it.
        """
        for _ in range(len(self._mail)):
            if not self._mail:
                return
            job, what, value = self._mail.popleft()
            is_overtaken = self._mail and self._mail[0][0] is job and self._mail[0][1] == what
            if not (what == "progress" and is_overtaken):
                self._apply(job, what, value)

    def _apply(self, job: Job, what: str, value: Any) -> None:
        waiting = self._newest.get(job.kind)
        if waiting is None or waiting.job.id != job.id:
            if what == "error" and not job.cancelled():
                log.error("a %s request failed", job.kind, exc_info=value)
            return
        if what == "progress":
            if waiting.on_progress is not None:
                waiting.on_progress(value)
            return
        del self._newest[job.kind]
        try:
            (waiting.on_done if what == "done" else waiting.on_error)(value)
        finally:
            if not self.is_busy():
                self.busy_changed.emit(False)
