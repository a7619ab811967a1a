"""Training in view: small slices on the GUI thread, at a pace that the eye can follow.

A step takes a tenth of a millisecond. A frame takes as many as the pace allows, and stops when its
slice of time is used up, so that everything on the screen follows at 60 frames a second.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer, Signal

from core import pixel_training
from core.pixel_training import STEPS, DivergedError
from gui.pixel_history import History

if TYPE_CHECKING:
    from core.pixel_training import TrainStep

FRAME_MS = 16
SLICE_MS = 4.0  # of a frame, for training; the rest is for painting
CHUNK = 8  # steps between two looks at the clock
# Steps a second: three for the first 20, in which nearly all is learnt, then half a step a second
# faster with each step: 400 steps take 15 seconds.
SLOW_PACE, N_SLOW, QUICKENING = 3.0, 20, 0.5
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 16.0, math.inf)  # times that pace
USUAL_SPEED = SPEEDS.index(1.0)
SURE = 0.9  # a net that gives every right symbol at least this has finished
MOST_STEPS = 20_000  # in one go
_TELL_S = 0.5  # over which the steps of a second are counted


class PixelTrainer(QObject):
    """Owns where training stands and moves it on.

    Signals:
        advanced: `learnt` is another one.
        running_changed: (bool) it moves, or has come to rest.
        diverged: (str) it ran away and has stopped at its last good step; why, in a sentence.

    Attributes:
        learnt: Where it stands; None until there is a net.
        history: The curves that lead there, and beyond it after a step back.
        speed: Which of `SPEEDS`.
        steps_a_second: Lately, while it runs.
    """

    advanced = Signal()
    running_changed = Signal(bool)
    diverged = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.learnt: TrainStep | None = None
        self.history = History()
        self.speed = USUAL_SPEED
        self.steps_a_second = 0.0
        self._left: WeakKeyDictionary[TrainStep, History] = WeakKeyDictionary()  # curves back then
        self._due = 0.0  # steps that the pace has allowed and that are still to do
        self._stop_at = MOST_STEPS
        self._learns_on = False  # a run that began when everything was learnt ends by hand only
        self._counted_from = (0.0, 0)  # time and step
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._on_frame)

    @property
    def is_running(self) -> bool:
        """Whether it moves."""
        return self._clock.isActive()

    @property
    def is_finished(self) -> bool:
        """Whether everything is learnt: what goes on from here is hardly seen."""
        at = self.learnt
        return at is not None and is_finished(at)

    def use(self, learnt: TrainStep, known: History | None = None) -> None:
        """Stand somewhere else, and rest there; the curves stay if they can be compared.

        Args:
            learnt: Where.
            known: The curves that lead there; None for those of now or of when it was left.
        """
        before, self.learnt = self.learnt, learnt
        if before is not None:
            self._left[before] = self.history
        is_other = before is None or _curve(before) != _curve(learnt)
        if known is not None:
            self.history = known
        elif is_other or not self.history.leads_to(learnt):
            self.history = self._left.get(learnt) or History().reaching(learnt)
        self.advanced.emit()
        self._run(False)

    def play(self) -> None:
        """Go on until everything is learnt, or until `pause`."""
        if self.learnt is not None:
            self._due = 0.0
            self._learns_on = self.is_finished
            self._stop_at = self.learnt.step + MOST_STEPS
            self._counted_from = (time.perf_counter(), self.learnt.step)
            self._run(True)

    def pause(self) -> None:
        """Stay at this step."""
        self._run(False)

    def step(self, n_steps: int) -> None:
        """Take some steps at once, and rest there."""
        self._advance(n_steps)
        self.advanced.emit()
        self._run(False)

    def set_speed(self, speed: int) -> None:
        """Choose one of `SPEEDS`."""
        self.speed = min(max(speed, 0), len(SPEEDS) - 1)
        self._due = 0.0

    def _run(self, running: bool) -> None:
        if running:
            self._clock.start()
        else:
            self._clock.stop()
            self.steps_a_second = 0.0
        self.running_changed.emit(running)

    def _on_frame(self) -> None:
        if self.learnt is None:
            return
        pace = SLOW_PACE + QUICKENING * max(self.learnt.step - N_SLOW, 0)
        self._due = min(self._due + pace * SPEEDS[self.speed] * FRAME_MS / 1000, 1e6)
        goes_on, begun = True, time.perf_counter()
        before = self.learnt
        while goes_on and self._due >= 1:
            n_steps = min(int(self._due), CHUNK, self._to_next_stop())
            self._due -= n_steps
            goes_on = self._advance(n_steps) and not self._is_at_end()
            if (time.perf_counter() - begun) * 1000 > SLICE_MS:
                self._due = 0.0  # what this machine cannot do is not made up for
        self._count()
        if self.learnt is not before:
            self.advanced.emit()
        if not goes_on:
            self._run(False)

    def _advance(self, n_steps: int) -> bool:
        """Take steps; false if training ran away."""
        if self.learnt is None:
            return False
        try:
            self.learnt = pixel_training.advance(self.learnt, n_steps)
        except DivergedError as error:
            self.diverged.emit(str(error))
            return False
        self.history = self.history.reaching(self.learnt)
        return True

    def _to_next_stop(self) -> int:
        """Steps until the next one at which it may have finished."""
        step = self.learnt.step if self.learnt else 0
        return STEPS - step if step < STEPS else CHUNK

    def _is_at_end(self) -> bool:
        if self.is_finished and not self._learns_on:
            return True
        return self.learnt is not None and self.learnt.step >= self._stop_at

    def _count(self) -> None:
        now, step = time.perf_counter(), self.learnt.step if self.learnt else 0
        since, first = self._counted_from
        if now - since >= _TELL_S:
            self.steps_a_second = (step - first) / (now - since)
            self._counted_from = (now, step)


def is_finished(at: TrainStep) -> bool:
    """Whether a training of the usual length has learnt everything."""
    return at.step >= STEPS and at.n_right == at.n_examples and at.weakest >= SURE


def _curve(at: TrainStep) -> tuple[object, ...]:
    """What two points of one curve have in common."""
    options = at.options
    same_net = options.seed, options.hidden, options.outputs, options.limited
    return *same_net, options.loss, options.nonsense, at.lesson.symbols
