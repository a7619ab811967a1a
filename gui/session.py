"""The one state of the window: model, prompt, selection, how to draw.

Intents are methods, facts are past-tense signals that carry frozen values. A key press travels
one way: `set_prompt` -> lane -> `LanguageModel.trace` -> `trace_changed` -> tabs -> widgets.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.config import SamplingConfig
from core.errors import TooLarge, UserError
from core.growing_text import GrowingText
from core.heads import habit
from core.interventions import Look
from gui.answers import Answer, Spent, answer, load, predictions
from gui.failures import failure_of, refused_folder
from gui.jobs import Lane
from gui.second import Second
from gui.selection import Selection, carried_over
from gui.what_if import WhatIf
from gui.writing import MOST_TOKENS, Wanted, Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import EmbeddingPlane, ModelInfo, Prediction, Trace

MAX_PROMPT = 20_000  # characters; far more than any model here can look at


class Session(QObject):
    """Owns the state, does the asking, and tells everyone what is now true.

    Attributes:
        trace: The pass over the prompt, with the changes that act on it.
        prediction: What comes next; without a text, how one would begin.
        plain: The pass over the same tokens without changes, while there are any; else None.
        plain_prediction: What would come next without them; likewise.
        what_if: The changes in the pass, step by step: to take back, to make again, to clear.
        throw: What the dice showed for the token that was last drawn singly, from 0 to 1.
        studies: What pages compute in the background while the prompt's own lane stays free.
        readings: What is looked up at every key beside the answer, which nothing may hold up.
        counting: What a process of its own counts for many seconds, which must hold up no study.

    Signals:
        loading_changed: (str) name of the folder that is being opened; "" when that has ended.
        model_changed: (ModelInfo | None) another model is in use.
        plane_changed: (EmbeddingPlane | None) its vocabulary on a plane.
        prompt_changed: (str) the text in every prompt field.
        trace_changed: (Trace | None) the model's pass over the prompt; None when there is nothing.
        prediction_changed: (Prediction | None) the next token's distribution.
        changes_changed: (tuple[Change, ...]) other things are changed in the pass; the altered
            trace follows.
        measuring_changed: (float | None) share of the standard text that was read for changes
            which need it; None when that has ended.
        second_prompt_changed: (str) the text to compare with; "" for none.
        second_changed: (Trace | None) the model's pass over it, or what comes next after it.
        selection_changed: (Selection).
        sampling_changed: (SamplingConfig).
        seed_changed: (int).
        generating_changed: (bool).
        token_drawn: (int) the id that the dice chose; told before the text has it.
        text_ended: (bool) true: the model's next token was the mark that its text is over;
            false: that mark was chosen by hand. Neither appends anything.
        rested: (int) the model has written so many tokens and could write on.
        busy_changed: (bool) something is being computed or loaded.
        answered: (float) milliseconds from the key press to the answer.
        noticed: (str) something worth saying that is no error.
        failed: (Failure).
    """

    loading_changed = Signal(str)
    model_changed = Signal(object)
    plane_changed = Signal(object)
    prompt_changed = Signal(str)
    trace_changed = Signal(object)
    prediction_changed = Signal(object)
    changes_changed = Signal(object)
    measuring_changed = Signal(object)
    second_prompt_changed = Signal(str)
    second_changed = Signal(object)
    selection_changed = Signal(object)
    sampling_changed = Signal(object)
    seed_changed = Signal(object)
    generating_changed = Signal(bool)
    token_drawn = Signal(object)
    text_ended = Signal(bool)
    rested = Signal(int)
    busy_changed = Signal(bool)
    answered = Signal(float)
    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model: ModelInfo | None = None
        self.plane: EmbeddingPlane | None = None
        self.prompt = ""
        self.trace: Trace | None = None
        self.prediction: Prediction | None = None
        self.plain: Trace | None = None
        self.plain_prediction: Prediction | None = None
        self.selection = Selection()
        self.sampling = SamplingConfig()
        self.seed = 1
        self.throw = 0.0
        self._language_model: LanguageModel | None = None
        self._asked_at = 0.0
        self.spent: Spent | None = None  # on the last answer
        self._begun_with = self.sampling  # what is being written, or was last
        self._is_behind = False  # the changes have changed since the answer was asked for
        self.studies = Lane("study", self)
        self.readings = Lane("reading", self)
        self.counting = Lane("counting", self)
        self._drawn: tuple[str, tuple[int, ...]] = "", ()  # the last text that was written
        self._lane = Lane("infer", self)
        self._lane.busy_changed.connect(self.busy_changed)
        self.what_if = WhatIf(self)
        self.what_if.changed.connect(self._on_changes)
        self.what_if.measuring_changed.connect(self.measuring_changed)
        self.what_if.measured.connect(self._on_measured)
        self.what_if.failed.connect(self.report_error)
        self._second = Second(self._lane, self)
        self._second.prompt_changed.connect(self.second_prompt_changed)
        self._second.changed.connect(self.second_changed)
        self._second.failed.connect(self.report_error)
        self._writing = Writing(self._lane, self._wanted, self)
        self._writing.changed.connect(self._on_writing)
        self._writing.drawn.connect(self._on_drawn)
        self._writing.found.connect(self._on_token)
        self._writing.ended.connect(lambda: self.text_ended.emit(True))
        self._writing.rested.connect(self.rested)
        self._writing.failed.connect(self.report_error)

    # --- the model

    def open_model(self, folder: Path, otherwise: Path | None = None) -> None:
        """Open a model folder; the one in use stays, and writes on, until the new one is ready.

        At full speed the text that is being written is finished first.

        Args:
            folder: Holds the model.
            otherwise: Opened instead if that one is refused.
        """

        def refused(error: BaseException) -> None:
            self.loading_changed.emit("")
            self.failed.emit(refused_folder(folder, error))
            if otherwise is not None:
                self.open_model(otherwise)

        self._lane.submit(
            "model", lambda job: load(folder, job.cancelled), self._on_loaded, refused
        )
        self.loading_changed.emit(folder.name or str(folder))

    def _on_loaded(self, loaded: tuple[LanguageModel, EmbeddingPlane]) -> None:
        self.stop()
        self.loading_changed.emit("")
        old, (self._language_model, self.plane) = self._language_model, loaded
        self.model = self._language_model.info
        self._drawn = "", ()
        self._writing.forget()
        n_lost = self.what_if.carry(old, self._language_model)
        self._apply(Answer())
        self._second.apply(Answer())
        self.model_changed.emit(self.model)
        self.plane_changed.emit(self.plane)
        layer = min(self.selection.layer, self.model.n_layers - 1)
        head = min(self.selection.head, self.model.n_heads - 1)
        self._select(Selection(layer=layer, head=head))
        if n_lost:
            lost = "One change was" if n_lost == 1 else f"{n_lost} changes were"
            self.noticed.emit(f"{lost} removed: made for another model, of no use in this one.")
            self.changes_changed.emit(self.changes)
        self._ask()
        self._second.ask(self._language_model, self.sampling)

    @property
    def language_model(self) -> LanguageModel | None:
        """The model in use, for its weights and tokenizer, which never change.

        Texts are traced on the session's own lane only.
        """
        return self._language_model

    # --- the prompt

    def set_prompt(self, text: str, ids: tuple[int, ...] | None = None) -> None:
        """Make this the text; every view follows.

        Args:
            text: To be read.
            ids: Its tokens, where they are known to be others than typing it would give.
        """
        if len(text) > MAX_PROMPT:
            text, ids = text[-MAX_PROMPT:], None
            self.noticed.emit(
                f"The text is longer than {MAX_PROMPT:,} characters: only its end was kept."
            )
        if text == self.prompt and ids in (None, self._drawn[1]):
            return
        self.stop()
        self.prompt = text
        if ids is not None:
            self._drawn = text, ids
        self.prompt_changed.emit(text)
        self._ask()

    def drawn_ids(self) -> tuple[int, ...] | None:
        """The prompt's tokens if they were drawn and typing it would give others; else None."""
        text, ids = self._drawn
        if self._language_model is None or not ids or text != self.prompt:
            return None
        return None if tuple(self._language_model.tokenizer.ids(text)) == ids else ids

    def append_token(self, token_id: int) -> None:
        """Append what a token of the vocabulary stands for, as a click on its bar does."""
        if self._language_model is None:
            return
        if token_id == self._language_model.tokenizer.end_of_text:
            self.text_ended.emit(False)
        else:
            self.add_tokens(self.drawn_ids() or self.prompt, (token_id,))

    def add_tokens(self, before: str | tuple[int, ...], tokens: Sequence[int]) -> None:
        """Make a text with tokens behind it the prompt; they may hold a part of a character.

        Args:
            before: The text, or its tokens where typing it would give others.
            tokens: Ids.
        """
        if self._language_model is None:
            return
        tokenizer = self._language_model.tokenizer
        raw = b"".join(map(tokenizer.raw, tokens))
        said = raw.decode(errors="ignore")
        if isinstance(before, str) and said.encode() == raw:
            self.set_prompt(before + said)
            return
        grown = GrowingText(tokenizer, before)
        for token_id in tokens:
            grown.append(token_id)
        self.set_prompt(grown.text, tuple(token.id for token in grown.tokens))

    def _ask(self) -> None:
        model, text, sampling = self._language_model, self.prompt, self.sampling
        if model is None:
            return
        self._asked_at, self._is_behind = time.perf_counter(), False
        wanted, changes, seen = self.changes, self.what_if.ready(model), self.trace
        read = self.drawn_ids() or text

        def on_answer(found: Answer) -> None:
            if text != self.prompt:  # meanwhile the model wrote on, and told of that itself
                if self._is_behind:
                    self._ask()
                return
            self.what_if.accept(wanted)
            is_moved = self.what_if.follow(seen, found.trace)
            now = time.perf_counter()
            if found.times is not None:
                self.spent = Spent.between(self._asked_at, found.times, now)
            self.answered.emit((now - self._asked_at) * 1000)
            self._apply(found)
            if is_moved:
                self.changes_changed.emit(self.changes)
            if self._is_behind:
                self._ask()
            elif sampling != self.sampling:  # changed while the answer was on its way
                self._shape()

        self._lane.submit(
            "answer",
            lambda job: answer(model, read, sampling, changes, job.cancelled, seen),
            on_answer,
            self._on_no_answer,
        )

    def _on_no_answer(self, error: BaseException) -> None:
        """Say why; changes that cannot be acted out are taken back."""
        if self._is_behind:
            self._ask()
            return
        if isinstance(error, UserError) and not isinstance(error, TooLarge):
            self.what_if.refuse()
        self._on_error(error)

    def _apply(self, found: Answer) -> None:
        before, self.trace, self.prediction = self.trace, found.trace, found.prediction
        self.plain, self.plain_prediction = found.plain, found.plain_prediction
        self._select(carried_over(self.selection, before, self.trace))
        self.trace_changed.emit(self.trace)
        self.prediction_changed.emit(self.prediction)

    # --- what if: changes to the pass

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is changed in the pass, in the order in which it was made."""
        return self.what_if.now

    def change_states(self) -> tuple[tuple[Change, str], ...]:
        """Each change with the reason why it does not act on this text; "" where it does."""
        model, trace = self._language_model, self.trace
        ids = [] if trace is None else trace.ids.tolist()
        return () if model is None else self.what_if.states(model, ids)

    def add_change(self, change: Change) -> None:
        """Change something in the pass; what was changed at the same place gives way to it."""
        if self._language_model is not None:
            self.what_if.add(change)

    def look(self, layer: int, head: int, row: int, column: int, weight: float) -> None:
        """Let a token of the trace look so much at another, from 0 to 1; else say why not."""
        if self.trace is None:
            return
        try:
            if not 0 <= column <= row < len(self.trace.ids):
                raise UserError("A token can look at itself and at those before it, nowhere else.")
            row_id, column_id = (int(self.trace.ids[at]) for at in (row, column))
            self.add_change(Look(layer, head, row, column, weight, row_id, column_id))
        except UserError as error:
            self.report_error(error)

    def _on_changes(self, changes: tuple[Change, ...]) -> None:
        self.stop()
        self.changes_changed.emit(changes)
        if self._lane.is_busy("answer"):
            self._is_behind = True  # as one drags, the answers keep coming
        else:
            self._ask()

    def _on_measured(self) -> None:
        self.stop()
        self._ask()

    # --- a second prompt, to compare with

    @property
    def second_prompt(self) -> str:
        """The text that is read beside the prompt; "" for none."""
        return self._second.prompt

    @property
    def second(self) -> Trace | None:
        """The pass over it, always without changes."""
        return self._second.found.trace

    @property
    def second_prediction(self) -> Prediction | None:
        """What comes next there."""
        return self._second.found.prediction

    @property
    def second_text(self) -> str:
        """The text that is read beside the prompt, be it the user's or a page's own."""
        return self._second.text

    def set_second_prompt(self, text: str) -> None:
        """Read this beside the prompt, without changes; "" ends that."""
        if self._second.set_prompt(text[-MAX_PROMPT:]):
            self._second.ask(self._language_model, self.sampling)

    def lend_second(self, text: str) -> None:
        """Read a page's own text beside the prompt while the user compares with none; "" ends."""
        if text != self._second.lent:
            self._second.lent = text
            if not self._second.prompt:
                self._second.ask(self._language_model, self.sampling)

    # --- what the eye is on

    def select_token(self, position: int | None) -> None:
        """Select a token of the trace, everywhere; selecting it again lets go."""
        same = position == self.selection.token
        self._select(replace(self.selection, token=None if same else position))

    def hover_token(self, position: int | None) -> None:
        """Stress the token under the mouse, everywhere."""
        self._select(replace(self.selection, hovered=position))

    def select_head(self, layer: int, head: int) -> None:
        """Open one attention head."""
        self._select(replace(self.selection, layer=layer, head=head))

    def habit(self, layer: int, head: int) -> str:
        """What a head mostly does on the prompt, in words; "" if nothing stands out.

        Nor is there anything to say of a head that the model in use does not have: a page that
        shows another model's until it has caught up may ask for it.
        """
        trace = self.trace
        if trace is None or layer >= trace.pattern.shape[0] or head >= trace.pattern.shape[1]:
            return ""
        return habit(trace.pattern[layer, head], trace.ids)

    def _select(self, selection: Selection) -> None:
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)

    # --- drawing the next token

    def set_sampling(self, sampling: SamplingConfig) -> None:
        """Shape the distribution anew, over the same logits."""
        if sampling == self.sampling:
            return
        self.sampling = sampling
        self.sampling_changed.emit(sampling)
        if self._lane.is_busy("second"):
            self._second.ask(self._language_model, sampling)
        if not self._lane.is_busy("write"):
            self._shape()

    def _shape(self) -> None:
        model, sampling = self._language_model, self.sampling
        traces = (self.trace, self.plain, self.second)
        if model is None or self.prediction is None:
            return
        changes = self.what_if.ready(model)
        self._lane.submit(
            "prediction",
            lambda _job: predictions(model, traces, sampling, changes),
            lambda found: self._on_shaped(traces, found),
            self._on_error,
        )

    def _on_shaped(
        self, traces: tuple[Trace | None, ...], found: tuple[Prediction | None, ...]
    ) -> None:
        trace, plain, second = traces
        if trace is self.trace and plain is self.plain:
            self.prediction, self.plain_prediction = found[:2]
            self.prediction_changed.emit(self.prediction)
        if second is self.second:
            self._second.apply(Answer(second, found[2]))

    def set_seed(self, seed: int) -> None:
        """The number from which the dice are thrown; the same seed gives the same text."""
        if seed != self.seed:
            self.seed = seed
            self.seed_changed.emit(seed)

    @property
    def n_thrown(self) -> int:
        """How many numbers of the seed were used up for the prompt's end, if they wrote it."""
        return self._writing.n_thrown(self.prompt, self.seed)

    def remember_thrown(self, n: int) -> None:
        """The prompt's end was written elsewhere, with so many numbers of the seed."""
        self._writing.remember_thrown(self.prompt, self.seed, n)

    def generate(self, most: int = MOST_TOKENS, until: str = "") -> None:
        """Let the model write on, every view following; see `Writing.generate`."""
        self._writing.generate(most, until)

    def draw_one(self) -> None:
        """Throw the dice once and append the token that they choose; see `Writing.draw_one`."""
        self._writing.draw_one()

    def set_pace(self, pace_ms: int) -> None:
        """Let each token that is written wait so long before it is appended; 0 is full speed."""
        self._writing.set_pace(pace_ms)

    def is_generating(self) -> bool:
        """Whether text is being written."""
        return self._writing.is_on()

    def stop(self) -> None:
        """Stop writing at once; what was written stays."""
        self._writing.stop()

    def _on_writing(self, is_on: bool) -> None:
        if is_on:
            self._begun_with = self.sampling
        self.generating_changed.emit(is_on)
        if not is_on and self.sampling != self._begun_with:  # changed meanwhile
            self._shape()

    def _wanted(self) -> Wanted | None:
        """What the model goes on from."""
        model = self._language_model
        if model is None or self.prediction is None:
            return None
        changes, ids = self.what_if.ready(model), self.drawn_ids()
        return Wanted(model, self.prompt, self.sampling, changes, self.seed, ids)

    def _on_drawn(self, found: Answer, shown: float) -> None:
        self.throw = shown
        if found.trace is not None:
            self.token_drawn.emit(found.trace.tokens[-1].id)

    def _on_token(self, found: Answer) -> None:
        if found.trace is not None:
            self.prompt = found.trace.text
            self._drawn = (
                self.prompt,
                tuple(token.id for token in (*found.trace.before, *found.trace.tokens)),
            )
            self.prompt_changed.emit(self.prompt)
        is_overtaken = self._lane.is_busy("prediction")  # that is of the text before
        self._apply(found)
        if is_overtaken and not self.is_generating():
            self._shape()

    # --- errors and the end

    def _on_error(self, error: BaseException) -> None:
        if not self.is_generating():
            self.generating_changed.emit(False)
        self.report_error(error)

    def report_error(self, error: BaseException) -> None:
        """Turn any exception into a sentence for the banner; the log gets the traceback."""
        self.failed.emit(failure_of(error))

    def is_loading(self) -> bool:
        """Whether a model is being opened."""
        return self._lane.is_busy("model")

    def is_busy(self) -> bool:
        """Whether something is being computed or loaded."""
        return self._lane.is_busy()

    def shutdown(self) -> None:
        """Stop everything and wait for it; what is asked for afterwards is ignored."""
        self._lane.shutdown()
        self._writing.shutdown()
        self.what_if.shutdown()
        self.studies.shutdown()
        self.readings.shutdown()
        self.counting.shutdown()
