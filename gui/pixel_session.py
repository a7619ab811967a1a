"""The state of the Pixels tab: the picture, the net that looks at it, and the net's training.

As in `gui.session`, intents are methods and facts are past-tense signals with frozen values. Steps
of this net take a fraction of a millisecond: they run on the GUI thread, a few a frame.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core import pixel_training, pixelnet
from core.pixel_options import Options
from core.pixelnet import BLACK, N_PIXELS, SYMBOLS, WHITE, Forward, NeuronSum, PixelNet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.pixel_training import TrainStep
    from core.pixelnet import Array

FRAME_MS = 16
# Steps a second: three for the first 20, in which nearly all is learnt, then half a step a second
# faster with each step: 400 steps take 15 seconds.
SLOW_PACE, N_SLOW, QUICKENING = 3.0, 20, 0.5
MOST_UNDO = 500
_COUNTS = {2: "Two", 3: "Three", 4: "All four"}


class PixelSession(QObject):
    """Owns the picture and the net, and tells what is now true.

    Args:
        rng: Chooses the pixels that `flip_one` flips.
        parent: Qt's.

    Signals:
        picture_changed: another picture; `passed` is the net's pass over it.
        net_changed: another net, or the next step of training; `passed` has followed.
        training_changed: (bool) edges move, or have come to rest.
    """

    picture_changed = Signal()
    net_changed = Signal()
    training_changed = Signal(bool)

    def __init__(self, rng: np.random.Generator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.symbols = SYMBOLS
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(MOST_UNDO)
        self._seed = pixel_training.SEED  # of the latest training
        self._rng = rng
        self._stroke = 0
        self._steps: Iterator[TrainStep] | None = None
        self._due = 0.0  # steps that the pace has allowed and that are still to do
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._on_frame)
        self._lesson = pixel_training.examples(self.symbols)
        self._learnt: TrainStep | None = None  # until it is asked for
        self._passed: Forward | None = None  # likewise
        self.picture: Array = self.symbols[2].picture

    @property
    def is_ready(self) -> bool:
        """Whether there is a net already; the first one takes a moment to be trained."""
        return self._learnt is not None

    def get_ready(self) -> None:
        """Train the first net, and tell that it is there."""
        if not self.is_ready:
            self._use(_first_net())

    @property
    def learnt(self) -> TrainStep:
        """Where training stands."""
        if self._learnt is None:
            self._learnt = _first_net()
        return self._learnt

    @property
    def passed(self) -> Forward:
        """The net's pass over the picture."""
        if self._passed is None:
            self._passed = pixelnet.forward(self.net, self.picture[None])
        return self._passed

    @property
    def net(self) -> PixelNet:
        """The net as it is now."""
        return self.learnt.net

    @property
    def n_examples(self) -> int:
        """Pictures that it learns from."""
        return len(self._lesson.pictures)

    def incoming(self, layer: int, neuron: int) -> NeuronSum:
        """How a neuron got its value from the picture."""
        return pixelnet.incoming(self.net, self.passed, layer, neuron)

    def verdict(self) -> str:
        """What the net says about the picture, in a sentence."""
        answers = self.passed.probabilities[0]  # (K,)
        order = np.argsort(-answers, kind="stable").tolist()  # the surest first
        name, share = self.symbols[order[0]].spoken, percent(float(answers[order[0]]))
        if answers[order[0]] < 0.5:
            return f"It looks most like {name}, but the net is not sure ({share})."
        fits = [i for i in order if answers[i] >= 0.5]
        if len(fits) > 1:
            said = (f"{self.symbols[i].name}\u00a0{percent(float(answers[i]))}" for i in fits)
            return f"{_COUNTS[len(fits)]} fit: {', '.join(said)}."
        if answers[order[0]] < 0.9:
            return f"It is probably {name}: {share} sure."
        return f"It is {name}: {share} sure."

    # --- the picture

    def paint(self, cell: int, value: float) -> None:
        """Give one pixel a number; until `end_stroke`, all of it is one step for Undo."""
        pixels = self.picture.copy()
        pixels[cell] = value
        self._change(pixels, "drawing")

    def end_stroke(self) -> None:
        """What is painted from now on can be undone by itself."""
        self._stroke += 1

    def load(self, symbol: int) -> None:
        """Draw a symbol."""
        chosen = self.symbols[symbol]
        self._change_whole(chosen.picture, f"drawing {chosen.spoken}")

    def clear(self) -> None:
        """Make every pixel white."""
        self._change_whole(np.full(N_PIXELS, WHITE), "clearing")

    def invert(self) -> None:
        """Swap black and white."""
        self._change_whole(-self.picture, "inverting")

    def flip_one(self) -> None:
        """Flip one pixel, whichever comes: noise."""
        pixels = self.picture.copy()
        cell = int(self._rng.integers(N_PIXELS))
        pixels[cell] = WHITE if pixels[cell] <= (BLACK + WHITE) / 2 else BLACK
        self._change_whole(pixels, "flipping a pixel")

    def _change_whole(self, pixels: Array, text: str) -> None:
        self.end_stroke()
        self._change(pixels, text)
        self.end_stroke()

    def _change(self, pixels: Array, text: str) -> None:
        if not np.array_equal(pixels, self.picture):
            self.undo_stack.push(_Change(self, pixels, text, self._stroke))

    def _set_picture(self, pixels: Array) -> None:
        self.picture, self._passed = pixels.copy(), None
        self.picture.setflags(write=False)
        self.picture_changed.emit()

    # --- the net

    @property
    def is_training(self) -> bool:
        """Whether edges move."""
        return self._clock.isActive()

    @property
    def is_paused(self) -> bool:
        """Whether training waits to go on."""
        return self._steps is not None and not self.is_training

    @property
    def is_first_net(self) -> bool:
        """Whether this is the net that was there at the start."""
        return self._learnt is None or self._learnt is _first_net()

    @property
    def net_seed(self) -> int:
        """The number from which the net's first weights were drawn."""
        return pixel_training.SEED if self.is_first_net else self._seed

    def train_again(self) -> None:
        """Forget everything, and learn from other fresh weights, in view."""
        self._start_over()
        self._run(True)

    def one_step(self) -> None:
        """Take one step and stay there; a net that has finished starts over first."""
        if self._steps is None:
            self._start_over()
        self._advance(1)
        self._run(False)

    def pause(self) -> None:
        """Stay at this step."""
        self._run(False)

    def go_on(self) -> None:
        """Continue from the step at which it was paused."""
        if self._steps is not None:
            self._run(True)

    def restore(self) -> None:
        """Return to the net that was there at the start; the next training is another one."""
        self.put_back(_first_net())

    def put_back(self, learnt: TrainStep) -> None:
        """Return to a net that was here before; its training, if it was under way, has ended."""
        self._steps = None
        self._use(learnt)
        self._run(False)

    def _start_over(self) -> None:
        self._seed += 1
        self._steps = pixel_training.train(Options(seed=self._seed), self._lesson)
        self._due = 0.0
        self._use(next(self._steps))

    def _run(self, running: bool) -> None:
        if running:
            self._clock.start()
        else:
            self._clock.stop()
        self.training_changed.emit(running)

    def _on_frame(self) -> None:
        pace = SLOW_PACE + QUICKENING * max(self.learnt.step - N_SLOW, 0)
        self._due += pace * FRAME_MS / 1000
        n_steps = int(self._due)
        self._due -= n_steps
        self._advance(n_steps)
        if self._steps is None:
            self._run(False)

    def _advance(self, n_steps: int) -> None:
        """Take steps, to the last one at most."""
        if self._steps is None:
            return
        steps = list(islice(self._steps, n_steps))
        if steps:
            self._use(steps[-1])
        if self.learnt.step == pixel_training.STEPS:
            self._steps = None

    def _use(self, learnt: TrainStep) -> None:
        self._learnt, self._passed = learnt, None
        self.net_changed.emit()


class _Change(QUndoCommand):
    """From one picture to another; the changes of one stroke become one."""

    def __init__(self, session: PixelSession, after: Array, text: str, stroke: int) -> None:
        super().__init__(text)
        self._session, self._stroke = session, stroke
        self._before, self._after = session.picture, after

    def redo(self) -> None:
        self._session._set_picture(self._after)

    def undo(self) -> None:
        self._session.end_stroke()
        self._session._set_picture(self._before)

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Change) or other._stroke != self._stroke:
            return False
        self._after = other._after
        self.setObsolete(bool(np.array_equal(self._before, self._after)))
        return True


@cache
def _first_net() -> TrainStep:
    """The same numbers each time: one training is enough for all windows of a process."""
    return pixel_training.trained(pixel_training.SEED, SYMBOLS)


def percent(probability: float) -> str:
    """A probability in a sentence, never rounded to certainty: 97%, over 99%."""
    if probability >= 0.995:
        return "over 99%"
    return "under 1%" if probability < 0.005 else f"{probability:.0%}"
