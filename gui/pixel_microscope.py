"""The state of the back-propagation microscope: which step, which numbers, what was guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.backprop import (
    N_LAYERS,
    STEPS,
    Place,
    SlowMotion,
    gradient_parts,
    nudge,
    slow_motion,
    worth_guessing,
)
from gui import microscope_words
from gui.microscope_words import TIMES
from gui.widgets.microscope import MicroscopePage
from gui.widgets.microscope_scene import Scene, spell
from gui.widgets.network_layout import Edge, Neuron
from gui.widgets.pixel_painting import MINUS, number

if TYPE_CHECKING:
    from core.pixelnet import Array
    from gui.pixel_session import PixelSession

BY_ONE_STEP = "the net by one update"
_UP, _DOWN = "up", "down"


class Microscope(QObject):
    """Walks through one step of learning from the picture that is drawn.

    Args:
        pixels: The tab's state: picture and net.
        rng: Chooses the lines whose sign is to be guessed.
        parent: Qt's.

    Signals:
        changed: there is another scene; `page` shows it.
    """

    changed = Signal()

    def __init__(
        self, pixels: PixelSession, rng: np.random.Generator, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pixels, self._rng = pixels, rng
        self._step = 0
        self._place = Place(N_LAYERS, None, 0)
        self._answer: int | None = None  # chosen by hand; else what the picture is nearest to
        self._seen = pixels.picture  # for which the answer was chosen
        self._note = ""
        self._asked: Place | None = None
        self._is_answered = False
        self._n_right = self._n_guessed = 0
        self._motion: SlowMotion | None = None
        self.page = MicroscopePage()
        self._wire(self.page)

    def _wire(self, page: MicroscopePage) -> None:
        page.step_wanted.connect(self.go)
        page.looked_at.connect(self.look_at)
        page.answer_chosen.connect(self.choose_answer)
        page.apply_clicked.connect(self.apply)
        page.undo_clicked.connect(self.undo)
        page.nudge_clicked.connect(self.nudge)
        page.guessing_wanted.connect(self.set_guessing)
        page.guessed.connect(self.guess)
        page.next_wanted.connect(self.ask_next)
        self.changed.connect(lambda: page.set_data(self.scene()))

    # --- what is shown

    @property
    def answer(self) -> int:
        """What the net should say: chosen by hand, else the symbol that the picture is nearest to.

        If symbols have become fewer, a choice that is gone is forgotten.
        """
        symbols = self._pixels.symbols
        if self._answer is not None and self._answer < len(symbols):
            return self._answer
        apart = [np.abs(symbol.picture - self._pixels.picture).sum() for symbol in symbols]
        return int(np.argmin(apart))

    @property
    def motion(self) -> SlowMotion:
        """The step of learning that is looked at; made anew for another picture or net."""
        if self._motion is None:
            options = self._pixels.options
            self._motion = slow_motion(
                self._pixels.net, self._pixels.picture, self.answer, options.loss, options.rate
            )
        return self._motion

    @property
    def knows_answer(self) -> bool:
        """Whether the steps have reached what the net says."""
        return self._n_known() > N_LAYERS

    def refresh(self) -> None:
        """The picture or the net is another one."""
        self._motion, self._note = None, ""
        if not np.array_equal(self._pixels.picture, self._seen):
            self._seen, self._answer = self._pixels.picture, None
        if not all(each is None or self._is_there(each) for each in (self._place, self._asked)):
            self._stop_asking()
            self._place = Place(self._place.layer, None, 0)
        self.changed.emit()

    def _is_there(self, place: Place) -> bool:
        """Whether the net still has it."""
        sizes, (layer, source, target) = self._pixels.net.sizes, place
        return target < sizes[layer] and (source or 0) < sizes[layer - 1]

    def scene(self) -> Scene:
        """All that the page shows."""
        motion, symbols, step = self.motion, self._pixels.symbols, STEPS[self._step]
        title, sentence = microscope_words.said(
            step, motion, symbols, self._pixels.options.optimiser
        )
        hides = self._asked is not None and not self._is_answered
        table = microscope_words.table(step, motion, self._place, symbols)
        if hides:
            table = microscope_words.riddle(motion, self._place, symbols)
        undo = self._pixels.undo_stack
        deltas = self._delta_layers()
        return Scene(
            step=self._step,
            n_steps=len(STEPS),
            title=title,
            sentence=sentence,
            names=[symbol.name for symbol in symbols],
            spoken=[symbol.spoken for symbol in symbols],
            symbols=np.stack([symbol.picture for symbol in symbols]),
            target=self.answer,
            layers=[
                motion.delta(layer) if deltas[layer] else motion.passed.activations[layer][0]
                for layer in range(N_LAYERS + 1)
            ],
            n_known=self._n_known(),
            has_deltas=deltas,
            lines=[
                np.zeros_like(part) if hides else self._strengths(layer)
                for layer, part in enumerate(motion.net.weights, start=1)
            ],
            is_backward=self._step > 4,
            focus=self._focus(),
            table=table,
            note=self._note,
            question=self._question(),
            is_answered=self._is_answered,
            score=f"{self._n_right} of {self._n_guessed} right" if self._n_guessed else "",
            can_undo=undo.canUndo() and undo.undoText().endswith(BY_ONE_STEP),
        )

    def _n_known(self) -> int:
        step = STEPS[self._step]
        if step.kind == "picture":
            return 1
        return step.layer + 1 if step.kind == "forward" else N_LAYERS + 1

    def _delta_layers(self) -> list[bool]:
        """For each layer whether its delta is known at this step."""
        reached = {step.layer for step in STEPS[: self._step + 1] if step.kind == "delta"}
        return [layer in reached for layer in range(N_LAYERS + 1)]

    def _strengths(self, layer: int) -> Array:
        """How the lines into a layer stand out at this step, from -1 to 1."""
        motion, step = self.motion, STEPS[self._step]
        weights = motion.net.weights[layer - 1]
        if (step.kind == "forward" and step.layer == layer) or (
            step.kind == "delta" and step.layer == layer - 1
        ):
            return np.asarray(weights / max(1.0, *(np.abs(w).max() for w in motion.net.weights)))
        shown: Array = np.zeros_like(weights)
        if step.kind == "gradient" and step.layer == layer:
            shown = motion.gradients.weights[layer - 1]
        elif step.kind == "update":
            shown = motion.after.weights[layer - 1] - weights
        largest = float(np.abs(shown).max())
        return np.asarray(shown / largest) if largest else np.zeros_like(weights)

    def _focus(self) -> Neuron | Edge | None:
        layer, source, target = self._place
        if STEPS[self._step].kind in ("picture", "error"):
            return None
        return Neuron(layer, target) if source is None else Edge(layer, source, target)

    # --- walking

    def go(self, by: int) -> None:
        """To the next step or the one before; the numbers are then those of its layer."""
        self._go_to(min(max(self._step + by, 0), len(STEPS) - 1))

    def _go_to(self, step: int) -> None:
        self._stop_asking()
        self._step, self._note = step, ""
        self._place = self._most_telling(STEPS[step].layer or self._place.layer)
        self.changed.emit()

    def _most_telling(self, layer: int) -> Place:
        """Where the numbers of a layer are largest: at the answer, the wished one."""
        if layer == N_LAYERS:
            target = self.answer
        else:
            target = int(np.abs(self.motion.delta(layer)).argmax())
        kind = STEPS[self._step].kind
        if kind not in ("gradient", "update"):
            return Place(layer, None, target)
        gradients = self.motion.gradients.weights[layer - 1][:, target]
        return Place(layer, int(np.abs(gradients).argmax()), target)

    def look_at(self, part: Neuron | Edge) -> None:
        """Show the numbers of a neuron or line, if the step is about those."""
        if self._asked is not None and not self._is_answered:
            return
        layer = part.layer
        step = STEPS[self._step]
        if layer == 0 or (step.layer and step.layer != layer):
            return
        source = part.source if isinstance(part, Edge) else None
        target = part.target if isinstance(part, Edge) else part.index
        if step.kind in ("forward", "delta"):
            source = None
        self._place, self._note = Place(layer, source, target), ""
        self.changed.emit()

    def choose_answer(self, answer: int) -> None:
        """Suppose that another answer is right."""
        self._answer = answer
        self.refresh()

    # --- doing

    def apply(self) -> None:
        """Give the net the weights that the last step shows; Undo takes them back."""
        before, after = self.motion.loss_before, self.motion.loss_after
        self._pixels.by_hand.change_net(self.motion.after, BY_ONE_STEP)
        self._motion = None
        self._note = f"Applied: this picture's loss went from {spell(before)} to {spell(after)}."
        self.changed.emit()

    def undo(self) -> None:
        """Take the last update back."""
        self._pixels.undo_stack.undo()
        self._motion, self._note = None, "Undone: the weights are as they were."
        self.changed.emit()

    def nudge(self) -> None:
        """Change the number in focus by a hundredth; measure if its gradient keeps its promise."""
        tried = nudge(self.motion, self._place)
        what = "bias" if self._place.source is None else "weight"
        sign = "+" if tried.by > 0 else MINUS
        self._note = (
            f"Nudge: {what} {sign} {number(abs(tried.by))}. By its gradient the loss should change "
            f"by {spell(tried.promised)}. Measured: {spell(tried.measured)}."
        )
        self.changed.emit()

    # --- guessing

    def set_guessing(self, wanted: bool) -> None:
        """Begin to ask for signs, or stop."""
        if wanted:
            self._ask()
        else:
            self._stop_asking()
        self.changed.emit()

    def ask_next(self) -> None:
        """Ask about another line."""
        self._ask()
        self.changed.emit()

    def guess(self, up: bool) -> None:
        """Answer, and see whether it is right."""
        if self._asked is None or self._is_answered:
            return
        self._is_answered = True
        self._n_guessed += 1
        self._n_right += self._goes_up(self._asked) == up
        parts = gradient_parts(self.motion, self._asked)
        way = _UP if self._goes_up(self._asked) else _DOWN
        verdict = "Right" if self._goes_up(self._asked) == up else "Not quite"
        self._note = (
            f"{verdict}: it goes {way}, against its gradient {spell(parts.delta)} {TIMES} "
            f"{spell(parts.activation)} = {spell(parts.gradient)}."
        )
        self.changed.emit()

    def _goes_up(self, place: Place) -> bool:
        return self.motion.gradient(place) < 0

    def _ask(self) -> None:
        self._asked, self._is_answered, self._note = (
            worth_guessing(self.motion, self._rng),
            False,
            "",
        )
        self._place = self._asked
        layer = self._asked.layer
        self._step = next(
            i for i, step in enumerate(STEPS) if step.kind == "gradient" and step.layer == layer
        )

    def _stop_asking(self) -> None:
        self._asked, self._is_answered, self._note = None, False, ""

    def _question(self) -> str:
        if self._asked is None:
            return ""
        parts = gradient_parts(self.motion, self._asked)
        blame = "too high" if parts.delta > 0 else "too low"
        return (
            f"Where this line ends, delta is {spell(parts.delta)}: the sum is {blame}. Where it "
            f"begins, the value is {spell(parts.activation)}. To make the loss smaller, does the "
            "weight go up or down?"
        )
