"""How training is steered and watched: the panel below the picture, the page with the curves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core import pixel_training
from core.errors import UserError
from gui.file_dialog import ask_open, ask_save, documents
from gui.pixel_trainer import SPEEDS, USUAL_SPEED
from gui.pixel_verdict import percent
from gui.widgets.boxes import column
from gui.widgets.learning_curves import LearningCurves
from gui.widgets.training_options import TrainingOptions
from gui.widgets.training_panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from core.pixel_options import Options
    from gui.pixel_session import PixelSession

LEARNT = "It learnt {n} pictures: {taught}. Play goes on, Start begins anew."
LEARNING = "It is learning {n} pictures: {taught}."
TO_LEARN = "It is to learn {n} pictures: {taught}."
NAME = "my-net"  # that is offered for a file
KIND = ("Nets of nine pixels", "json")
TAUGHT, NONSENSE = "symbols, and all one pixel away", "symbols, all one pixel away, nonsense"
WHOLE = "A step sees them all: it is an epoch."
PARTS = "A step sees {batch}, an epoch is {steps} steps."
# In a narrow window: one line.
ALL_LEARNT = "All {n} learnt; Play goes on, Start begins anew. {epoch}"
NOW_LEARNING = "Learning {n} pictures. {epoch} Seed {seed}."
ALL_TO_LEARN = "To learn: {n} pictures. {epoch} Seed {seed}."
ONE, SOME = "One step is one epoch.", "{steps} steps are an epoch."


class Teaching(QObject):
    """Shows where training stands, and hands on what the user wants of it.

    Args:
        pixels: The state of the tab.
        parent: Qt's.

    Attributes:
        panel: Numbers, buttons and the speed.
        page: Curves and options.

    Signals:
        failed: (UserError) a file could not be read or written.
        told: (str) it was.
    """

    failed = Signal(object)
    told = Signal(str)

    def __init__(self, pixels: PixelSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self._shown: Options | None = None
        self._folder = ""  # of the file that was opened or saved last
        self.panel = TrainingPanel([_speed(factor) for factor in SPEEDS], USUAL_SPEED)
        self.curves = LearningCurves()
        self._options = TrainingOptions()
        self.page = column(self.curves, self._options)
        panel = self.panel
        panel.play_clicked.connect(pixels.play)
        panel.pause_clicked.connect(pixels.pause)
        panel.step_clicked.connect(pixels.one_step)
        panel.epoch_clicked.connect(pixels.one_epoch)
        panel.reset_clicked.connect(pixels.reset)
        panel.again_clicked.connect(pixels.learn_again)
        panel.new_start_clicked.connect(pixels.new_start)
        panel.restore_clicked.connect(pixels.restore)
        panel.open_clicked.connect(self._ask_what_to_open)
        panel.save_clicked.connect(self._ask_where_to_save)
        panel.undo_clicked.connect(pixels.undo_run)
        panel.speed_changed.connect(pixels.set_speed)
        self._options.edited.connect(self._on_edited)

    def captions(self, *, narrow: bool) -> tuple[str, str, str]:
        """What the numbers are about: once all is learnt, while it learns, while it is to."""
        pixels = self._pixels
        n, steps, seed = pixels.n_examples, pixels.steps_an_epoch, pixels.net_seed
        if narrow:
            epoch = ONE if steps == 1 else SOME.format(steps=steps)
            learning, to_learn = (
                told.format(n=n, epoch=epoch, seed=seed) for told in (NOW_LEARNING, ALL_TO_LEARN)
            )
            return ALL_LEARNT.format(n=n, epoch=epoch), learning, to_learn
        epoch = WHOLE if steps == 1 else PARTS.format(batch=pixels.options.batch, steps=steps)
        taught = NONSENSE if pixels.options.nonsense else TAUGHT
        learnt, learning, to_learn = (
            f"{told.format(n=n, taught=taught)} {epoch} Seed {seed}."
            for told in (LEARNT, LEARNING, TO_LEARN)
        )
        return learnt, learning, to_learn

    def caption(self, *, narrow: bool) -> str:
        """The one that is true now, or why training has stopped."""
        pixels = self._pixels
        if pixels.runaway:
            return pixels.runaway
        learnt, learning, to_learn = self.captions(narrow=narrow)
        if pixels.is_training:
            return learning
        return to_learn if pixels.is_paused else learnt

    def show_state(self) -> None:
        """Offer what makes sense now."""
        pixels = self._pixels
        self.panel.set_state(
            running=pixels.is_training,
            finished=pixels.trainer.is_finished,
            same=pixels.steps_an_epoch == 1,
            restorable=not pixels.is_first_net,
            seed=pixels.net_seed,
            runaway=bool(pixels.runaway),
        )

    def show_net(self) -> None:
        """The numbers; and the page, while it can be seen."""
        learnt = self._pixels.learnt
        right = f"{learnt.n_right} of {learnt.n_examples}"
        loss = f"{learnt.loss:.4f}" if learnt.loss < 100 else f"{learnt.loss:.1f}"
        self.panel.set_data(f"{learnt.step:,}", loss, right, percent(learnt.weakest))

    def show_page(self) -> None:
        """The curves so far, and the options in use."""
        learnt = self._pixels.learnt
        ceiling = pixel_training.guessing_loss(learnt)
        self.curves.set_data(*self._pixels.history.arrays, learnt.step, ceiling)
        if learnt.options != self._shown:
            self._shown = learnt.options
            self._show_options(learnt.options)

    def _show_options(self, options: Options) -> None:
        self._options.set_data(
            {
                "hidden1": options.hidden[0],
                "hidden2": options.hidden[1],
                "outputs": options.outputs,
                "limited": options.limited,
                "rate": options.rate,
                "batch": options.batch,
                "optimiser": options.optimiser,
                "loss": options.loss,
                "noise": options.noise,
                "nonsense": options.nonsense,
                "seed": options.seed,
            }
        )

    # --- files

    def _ask_what_to_open(self) -> None:
        window = self.panel.window()
        ask_open(window, "netFileDialog", "Open a net", KIND, self.open, self._folder)

    def _ask_where_to_save(self) -> None:
        window, folder = self.panel.window(), self._folder or documents()
        free = _free_name(Path(folder))
        ask_save(window, "netFileDialog", "Save this net", KIND, free, self.save, folder)

    def open(self, path: Path) -> None:
        """Use a net that was kept, or say why not."""
        self._try(self._pixels.open, path, "Opened")

    def save(self, path: Path) -> None:
        """Keep this net, or say why not."""
        self._try(self._pixels.save, path, "Saved")

    def _try(self, act: Callable[[Path], None], path: Path, done: str) -> None:
        try:
            act(path)
        except UserError as error:
            self.failed.emit(error)
        else:
            self._folder = str(path.parent)
            self.told.emit(f"{done} {path.name}.")

    def _on_edited(self, name: str, value: object) -> None:
        problem = ""
        try:
            if name in ("hidden1", "hidden2"):
                first, second = self._pixels.options.hidden
                wanted = (value, second) if name == "hidden1" else (first, value)
                self._pixels.edit_option("hidden", wanted)
            else:
                self._pixels.edit_option(name, value)
        except UserError as error:
            problem = str(error)
        self._options.say(problem)
        self._shown = None  # what was refused is not what is used
        self.show_page()


def _free_name(folder: Path) -> str:
    """A name that no file there has yet."""
    names = (NAME, *(f"{NAME}-{n}" for n in range(2, 100)))
    return next((f"{name}.json" for name in names if not (folder / f"{name}.json").exists()), "")


def _speed(factor: float) -> str:
    """As on a label."""
    if factor == math.inf:
        return "full"
    return {0.25: "¼", 0.5: "½"}.get(factor, f"{factor:g}") + "\N{MULTIPLICATION SIGN}"
