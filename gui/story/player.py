"""What a step's button does, by the same intents that a hand on the mouse would use.

What a step sets (the dice, the view, a net in training) is the user's again when the step is left,
save what the user has changed since: that stays, as does the text.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.config import SamplingConfig
from core.pixelnet import SYMBOLS
from gui.autocomplete import chat
from gui.autocomplete.answering import Answering

if TYPE_CHECKING:
    from core.pixel_options import Options
    from core.pixel_training import TrainStep
    from core.trace import Trace
    from gui.pixel_session import PixelSession
    from gui.session import Session
    from gui.story.steps import Step


class Player(QObject):
    """Sets up what a step talks about.

    Signals:
        tab_wanted: (str) the tab to open.
        view_wanted: (str, str) the tab, and which of its views.
        view_left: (str, str) the same when the step is over.
        choice_wanted: (str, str, str) the tab, a switch on it, and what to choose there.
    """

    tab_wanted = Signal(str)
    view_wanted = Signal(str, str)
    view_left = Signal(str, str)
    choice_wanted = Signal(str, str, str)

    def __init__(self, session: Session, pixels: PixelSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._pixels = session, pixels
        self._waiting: Step | None = None  # for the model's pass over its prompt
        self._answering = Answering(session, self)
        self._dice: tuple[SamplingConfig, SamplingConfig] | None = None  # the user's, the step's
        self._net: tuple[TrainStep, Options] | None = None  # the user's; the options of the step's
        self._view = ("", "")  # tab and view that the step opened
        session.trace_changed.connect(self._on_trace)
        session.prompt_changed.connect(self._on_prompt)

    @property
    def users_sampling(self) -> SamplingConfig:
        """How the user wants the next token to be drawn, whatever a step has set for now."""
        now = asdict(self._session.sampling)
        if self._dice is None:
            return SamplingConfig(**now)
        users, steps = map(asdict, self._dice)
        back = {name: users[name] for name in now if now[name] == steps[name]}
        return SamplingConfig(**{**now, **back})

    def play(self, step: Step) -> None:
        """Open the tab, set the prompt, and select once the model has looked at it."""
        self.leave()
        if step.tab:
            self.tab_wanted.emit(step.tab)
        if step.view:
            self._view = (step.tab, step.view)
            self.view_wanted.emit(*self._view)
        for switch, choice in step.shows.items():
            self.choice_wanted.emit(step.tab, switch, choice)
        if step.pixels:
            self._change_pixels(step.pixels)
        if step.temperature is not None:
            sampling = SamplingConfig(step.temperature)
            self._dice = (self._session.sampling, sampling)
            self._session.set_sampling(sampling)
        if not step.prompt:
            return
        self._session.set_prompt(step.prompt)
        self._waiting = step
        self._on_trace(self._session.trace)

    def leave(self) -> None:
        """Give back what the last step set and nobody has changed since."""
        self._waiting = None
        if self._dice is not None:
            self._session.set_sampling(self.users_sampling)
            self._dice = None
        if self._net is not None:
            learnt, options = self._net
            if self._pixels.options == options and self._pixels.is_only_taught(learnt):
                self._pixels.give_back(learnt)
            self._net = None
        if self._view[1]:
            self.view_left.emit(*self._view)
            self._view = ("", "")

    def _change_pixels(self, change: str) -> None:
        if change == "train":
            before = self._pixels.learnt
            self._pixels.train_again()
            self._net = (before, self._pixels.options)
        elif change == "flip":
            self._pixels.drawing.flip_one()
        else:
            # The story's own, whatever symbols the user has drawn since.
            [symbol] = [symbol for symbol in SYMBOLS if symbol.name == change]
            self._pixels.drawing.draw(symbol.picture)

    def _on_prompt(self, text: str) -> None:
        if self._waiting is not None and text != self._waiting.prompt:
            self._waiting = None

    def _on_trace(self, trace: Trace | None) -> None:
        step = self._waiting
        if step is None or trace is None or trace.text != step.prompt:
            return
        self._waiting = None
        self._select(step, trace)
        if step.generate and chat.turns(step.prompt)[-1].role == chat.ASSISTANT:
            self._answering.begin()
        elif step.generate:
            self._session.generate()

    def _select(self, step: Step, trace: Trace) -> None:
        token = position_of(trace, step.select)
        if token is None:
            return
        if token != self._session.selection.token:  # selecting it again would let go
            self._session.select_token(token)
        column = position_of(trace, step.looks_at)
        if column is not None:
            looks = trace.pattern[:, :, token, column]  # (L, H)
            layer, head = np.unravel_index(int(looks.argmax()), looks.shape)
            self._session.select_head(int(layer), int(head))


def position_of(trace: Trace, word: str) -> int | None:
    """Token that holds the end of a word's last occurrence in the text, or None."""
    start = trace.text.rfind(word) if word else -1
    if start < 0:
        return None
    last = start + len(word) - 1
    holding = [i for i, token in enumerate(trace.tokens) if token.start <= last < token.end]
    return holding[0] if holding else None
