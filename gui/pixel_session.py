"""The state of the Pixels tab: the picture, the net that looks at it, and the net's training.

As in `gui.session`, intents are methods and facts are past-tense signals with frozen values. The
net moves in `gui.pixel_trainer`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core import pixel_file, pixel_gradients, pixel_symbols, pixel_training, pixelnet
from core.pixel_lesson import examples
from core.pixel_options import Options
from core.pixelnet import SYMBOLS, Forward, NeuronSum, PixelNet
from gui.pixel_changes import NetChange, Strokes
from gui.pixel_drawing import Drawing
from gui.pixel_first import first_history, first_net
from gui.pixel_hand import NetByHand
from gui.pixel_history import History
from gui.pixel_trainer import PixelTrainer
from gui.pixel_verdict import kept_within, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np

    from core.pixel_gradients import Backward
    from core.pixel_training import TrainStep
    from core.pixelnet import Array, Symbol


class PixelSession(QObject):
    """Owns the picture and the net, and tells what is now true.

    Args:
        rng: Chooses the pixels that are flipped by chance.
        parent: Qt's.

    Attributes:
        drawing: The picture, and every way to change it.
        by_hand: Every way to change the net by hand.
        undo_stack: What can be undone, of both.
        trainer: Moves the net.
        runaway: Why the latest training stopped, if it ran away.

    Signals:
        picture_changed: another picture; `passed` is the net's pass over it.
        net_changed: another net, or the next step of training; `passed` has followed, and so have
            `options` and `symbols`.
        training_changed: (bool) edges move, or have come to rest.
    """

    picture_changed = Signal()
    net_changed = Signal()
    training_changed = Signal(bool)

    def __init__(self, rng: np.random.Generator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strokes = Strokes(self)
        self.undo_stack = self._strokes.stack
        self.drawing = Drawing(self._strokes, rng, self)
        self.drawing.changed.connect(self._on_drawn)
        self.by_hand = NetByHand(self)
        self._passed: Forward | None = None  # until it is asked for
        self._gradients: Backward | None = None  # likewise
        self._before_run: TrainStep | None = None
        self.runaway = ""
        self.trainer = PixelTrainer(self)
        self.trainer.advanced.connect(self._on_advanced)
        self.trainer.diverged.connect(self._on_diverged)
        self.trainer.running_changed.connect(self.training_changed)

    @property
    def picture(self) -> Array:
        """(9,) what the net looks at."""
        return self.drawing.picture

    @property
    def is_ready(self) -> bool:
        """Whether there is a net already; the first one takes a moment to be trained."""
        return self.trainer.learnt is not None

    def get_ready(self) -> None:
        """Train the first net, and tell that it is there."""
        if not self.is_ready:
            self.put_back(first_net())

    @property
    def learnt(self) -> TrainStep:
        """Where training stands."""
        if self.trainer.learnt is None:
            self.trainer.learnt = first_net()
        return self.trainer.learnt

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
    def symbols(self) -> tuple[Symbol, ...]:
        """What it tells apart."""
        return self.learnt.lesson.symbols if self.is_ready else SYMBOLS

    @property
    def options(self) -> Options:
        """How the net is built and taught."""
        return self.learnt.options if self.is_ready else Options()

    @property
    def n_examples(self) -> int:
        """Pictures that it learns from."""
        return self.learnt.n_examples if self.is_ready else len(examples(SYMBOLS).pictures)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every picture is seen once."""
        return self.learnt.steps_an_epoch if self.is_ready else 1

    @property
    def history(self) -> History:
        """The curves of this training."""
        return self.trainer.history

    def slope(self, layer: int, source: int, target: int) -> float:
        """How the loss on the examples changes with a weight: its gradient."""
        if self._gradients is None:
            lesson = self.learnt.lesson
            passed = pixelnet.forward(self.net, lesson.pictures)
            self._gradients = pixel_gradients.backward(
                self.net, passed, lesson.targets, self.options.loss
            )
        return float(self._gradients.weights[layer - 1][source, target])

    def carried(self) -> tuple[Array, ...]:
        """What each edge carries of the picture: weight times input."""
        return pixelnet.carried(self.net, self.passed)

    def incoming(self, layer: int, neuron: int) -> NeuronSum:
        """How a neuron got its value from the picture."""
        return pixelnet.incoming(self.net, self.passed, layer, neuron)

    def verdict(self) -> str:
        """What the net says about the picture, in a sentence."""
        return verdict(self.passed.probabilities[0], self.symbols)

    def kept_within(self) -> str:
        """Why no weight is larger, in a sentence."""
        return kept_within(self.net.limit)

    def load(self, symbol: int) -> None:
        """Draw a symbol."""
        chosen = self.symbols[symbol]
        self.drawing.draw(chosen.picture, f"drawing {chosen.spoken}")

    # --- what Undo knows

    def end_stroke(self) -> None:
        """What is changed from now on can be undone by itself."""
        self._strokes.end()

    def remember(self, before: TrainStep, text: str) -> None:
        """Let Undo lead back from the net as it is now to the one before."""
        self.undo_stack.push(NetChange(self, before, text, self._strokes))

    def _remember_alone(self, before: TrainStep, text: str) -> None:
        self.end_stroke()
        self.remember(before, text)
        self.end_stroke()

    # --- training

    @property
    def is_training(self) -> bool:
        """Whether edges move."""
        return self.trainer.is_running

    @property
    def is_paused(self) -> bool:
        """Whether training waits to go on."""
        return self.is_ready and not (self.is_training or self.trainer.is_finished)

    @property
    def is_first_net(self) -> bool:
        """Whether this is the net that was there at the start."""
        return not self.is_ready or self.learnt is first_net()

    @property
    def net_seed(self) -> int:
        """The number from which the net's first weights were drawn."""
        return self.options.seed

    def play(self) -> None:
        """Learn on, in view; a net that has finished goes on until `pause`."""
        self._begin("training")
        self.trainer.play()

    def pause(self) -> None:
        """Stay at this step."""
        self.trainer.pause()

    def one_step(self) -> None:
        """Take one step and stay there."""
        self._begin("a step of training")
        self.trainer.step(1)

    def one_epoch(self) -> None:
        """Likewise, until each picture was seen once more."""
        self._begin("an epoch of training")
        self.trainer.step(self.steps_an_epoch)

    def reset(self) -> None:
        """Back to the same first weights."""
        self._replace_anew(pixel_training.start(self.options, self.symbols), "resetting the net")

    def learn_again(self) -> None:
        """Forget everything, and learn from the same first weights, in view."""
        self.reset()
        self._before_run = self.learnt
        self.trainer.play()

    def new_start(self) -> None:
        """Other first weights."""
        self.set_options(replace(self.options, seed=self.options.seed + 1))

    def train_again(self) -> None:
        """Forget everything, and learn from other first weights, in view."""
        self.new_start()
        self._before_run = self.learnt
        self.trainer.play()

    def restore(self) -> None:
        """Return to the net that was there at the start, its symbols and its options."""
        self._replace(first_net(), "restoring the net")

    def put_back(self, learnt: TrainStep, known: History | None = None) -> None:
        """Return to a net that was here before; its training, if it was under way, has ended.

        Args:
            learnt: Where it stood.
            known: The curves that lead there, if they are others than those of back then.
        """
        self.runaway = ""
        if known is None and learnt is first_net():
            known = first_history()
        self.trainer.use(learnt, known)

    def give_back(self, learnt: TrainStep) -> None:
        """Return to a net that was lent its place to another; Undo leads to that one again."""
        self._replace(learnt, "giving back the net")

    def is_only_taught(self, before: TrainStep) -> bool:
        """Whether nobody gave the net other symbols than another one's, or changed it by hand."""
        same = pixel_symbols.same(self.symbols, before.lesson.symbols)
        return same and not self.learnt.is_edited

    def undo_run(self) -> None:
        """Return to where the latest run began."""
        if self._before_run is not None:
            self._replace(self._before_run, "undoing a run")

    def set_speed(self, speed: int) -> None:
        """How fast training is shown: one of `SPEEDS`."""
        self.trainer.set_speed(speed)

    def edit_option(self, name: str, value: Any) -> None:
        """Change one of the options.

        Raises:
            UserError: There is no such choice; everything stays as it is.
        """
        options = replace(self.options, **{name: value})
        if name in ("optimiser", "loss"):
            options = replace(options, rate=options.usual_rate)
        self.set_options(options)

    def set_options(self, options: Options) -> None:
        """Build and teach otherwise; the net starts afresh only if it has to."""
        if options == self.options:
            return
        if options.needs_fresh_net(self.options):
            self._replace(pixel_training.start(options, self.symbols), "changing the net")
            return
        was_training = self.is_training
        self._replace(pixel_training.taught_by(self.learnt, options), "changing how it learns")
        if was_training:
            self.trainer.play()

    def set_symbols(self, symbols: Sequence[Symbol]) -> tuple[str, ...]:
        """Tell other symbols apart: a fresh net of the right size.

        Returns:
            Why some of them are easily mistaken for each other, in sentences.

        Raises:
            UserError: It cannot be asked for; everything stays as it is.
        """
        pixel_symbols.check(symbols)
        self._replace(pixel_training.start(self.options, symbols), "changing the symbols")
        return pixel_symbols.warnings(symbols)

    def learn_symbols(self, symbols: Sequence[Symbol]) -> None:
        """Tell other symbols apart, and learn them in view; as `set_symbols`, one step for Undo."""
        before = self.learnt
        if not pixel_symbols.same(symbols, self.symbols):
            self.set_symbols(symbols)
            self._before_run = before
            self.trainer.play()

    def save(self, path: Path) -> None:
        """Keep net, symbols and options in a file.

        Raises:
            UserError: It cannot be written.
        """
        pixel_file.save(self.learnt, path)

    def open(self, path: Path) -> None:
        """Use what was kept in a file.

        Raises:
            UserError: It cannot be read; everything stays as it is.
        """
        self._replace_anew(pixel_file.load(path), "opening a net")

    def _begin(self, text: str) -> None:
        """Remember where a run began."""
        self._before_run, self.runaway = self.learnt, ""
        self._remember_alone(self.learnt, text)

    def _replace(self, learnt: TrainStep, text: str, known: History | None = None) -> None:
        before = self.learnt
        self.put_back(learnt, known)
        self._remember_alone(before, text)

    def _replace_anew(self, learnt: TrainStep, text: str) -> None:
        """Curves begin here, even if this training could have been on those of before."""
        self._replace(learnt, text, History().reaching(learnt))

    def _on_drawn(self) -> None:
        self._passed = None
        self.picture_changed.emit()

    def _on_advanced(self) -> None:
        self._passed = self._gradients = None
        self.net_changed.emit()

    def _on_diverged(self, why: str) -> None:
        self.runaway = why
