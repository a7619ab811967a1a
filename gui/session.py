"""The one state of the window: model, prompt, selection, how to draw.

Intents are methods, facts are past-tense signals that carry frozen values. A key press travels
one way: `set_prompt` -> lane -> `LanguageModel.trace` -> `trace_changed` -> tabs -> widgets.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.config import SamplingConfig
from core.heads import habit
from gui.failures import failure_of, refused_folder
from gui.jobs import Job, Lane
from gui.selection import Selection, carried_over

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.language_model import LanguageModel
    from core.trace import EmbeddingPlane, ModelInfo, Prediction, Trace

MAX_PROMPT = 20_000  # characters; far more than any model here can look at
TOP = 20  # candidates that the bars show
GENERATED_TOKENS = 60  # one press of Generate, and then to the end of the sentence,
MOST_TOKENS = 90  # but no more than these
SENTENCE_ENDS = (".", "!", "?", "…")
QUOTES = "\"'\u2019\u201d»)"


@dataclass(frozen=True)
class _Answer:
    trace: Trace | None
    prediction: Prediction | None


class Session(QObject):
    """Owns the state, does the asking, and tells everyone what is now true.

    Attributes:
        studies: What pages compute in the background while the prompt's own lane stays free.

    Signals:
        loading_changed: (str) name of the folder that is being opened; "" when that has ended.
        model_changed: (ModelInfo | None) another model is in use.
        plane_changed: (EmbeddingPlane | None) its vocabulary on a plane.
        prompt_changed: (str) the text in every prompt field.
        trace_changed: (Trace | None) the model's pass over the prompt; None when there is nothing.
        prediction_changed: (Prediction | None) the next token's distribution.
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
        self.selection = Selection()
        self.sampling = SamplingConfig()
        self.seed = 1
        self._language_model: LanguageModel | None = None
        self._asked_at = 0.0
        self._thrown = ("", 0, 0)  # the text that single throws led to, of which seed, how many
        self.studies = Lane("study", self)
        self._lane = Lane("infer", self)
        self._lane.busy_changed.connect(self.busy_changed)

    # --- the model

    def open_model(self, folder: Path, otherwise: Path | None = None) -> None:
        """Open a model folder; the one in use stays until the new one is ready.

        Args:
            folder: Holds the model.
            otherwise: Opened instead if that one is refused.
        """

        def refused(error: BaseException) -> None:
            self.loading_changed.emit("")
            self.failed.emit(refused_folder(folder, error))
            if otherwise is not None:
                self.open_model(otherwise)

        self.stop()
        self._lane.submit(
            "model", lambda job: _load(folder, job.cancelled), self._on_loaded, refused
        )
        self.loading_changed.emit(folder.name or str(folder))

    def _on_loaded(self, loaded: tuple[LanguageModel, EmbeddingPlane]) -> None:
        self.loading_changed.emit("")
        self._language_model, self.plane = loaded
        self.model = self._language_model.info
        self._apply(_Answer(None, None))
        self.model_changed.emit(self.model)
        self.plane_changed.emit(self.plane)
        layer = min(self.selection.layer, self.model.n_layers - 1)
        head = min(self.selection.head, self.model.n_heads - 1)
        self._select(Selection(layer=layer, head=head))
        self._ask()

    @property
    def language_model(self) -> LanguageModel | None:
        """The model in use, for its weights and tokenizer, which never change.

        It traces and predicts on the session's own lane only.
        """
        return self._language_model

    # --- the prompt

    def set_prompt(self, text: str) -> None:
        """Make this the text; every view follows."""
        if len(text) > MAX_PROMPT:
            text = text[-MAX_PROMPT:]
            self.noticed.emit(
                f"The text is longer than {MAX_PROMPT:,} characters: only its end was kept."
            )
        if text == self.prompt:
            return
        self.stop()
        self.prompt = text
        self.prompt_changed.emit(text)
        self._ask()

    def append_token(self, token_id: int) -> None:
        """Append what a token of the vocabulary stands for, as a click on its bar does."""
        if self._language_model is None:
            return
        tokenizer = self._language_model.tokenizer
        if token_id == tokenizer.end_of_text:
            self.text_ended.emit(False)
        else:
            self.set_prompt(self.prompt + tokenizer.text(token_id))

    def _ask(self) -> None:
        model, text, sampling = self._language_model, self.prompt, self.sampling
        if model is None:
            return
        self._asked_at = time.perf_counter()

        def work(job: Job) -> _Answer:
            trace = model.trace(text, job.cancelled)
            return _Answer(trace, None if trace is None else model.predict(trace, sampling, TOP))

        self._lane.submit(
            "answer", work, lambda answer: self._on_answer(answer, sampling), self._on_error
        )

    def _on_answer(self, answer: _Answer, sampling: SamplingConfig) -> None:
        self.answered.emit((time.perf_counter() - self._asked_at) * 1000)
        self._apply(answer)
        if sampling != self.sampling:  # changed while the answer was on its way
            self._shape()

    def _apply(self, answer: _Answer) -> None:
        before, self.trace, self.prediction = self.trace, answer.trace, answer.prediction
        self._select(carried_over(self.selection, before, self.trace))
        self.trace_changed.emit(self.trace)
        self.prediction_changed.emit(self.prediction)

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
        """What a head mostly does on the prompt, in words; "" if nothing stands out."""
        trace = self.trace
        return "" if trace is None else habit(trace.pattern[layer, head], trace.ids)

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
        if not self.is_generating():
            self._shape()

    def _shape(self) -> None:
        model, trace, sampling = self._language_model, self.trace, self.sampling
        if model is None or trace is None:
            return
        self._lane.submit(
            "prediction",
            lambda _job: model.predict(trace, sampling, TOP),
            lambda prediction: self._on_shaped(trace, prediction),
            self._on_error,
        )

    def _on_shaped(self, trace: Trace, prediction: Prediction) -> None:
        if trace is self.trace:
            self.prediction = prediction
            self.prediction_changed.emit(prediction)

    def set_seed(self, seed: int) -> None:
        """The number from which the dice are thrown; the same seed gives the same text."""
        if seed != self.seed:
            self.seed = seed
            self.seed_changed.emit(seed)

    def generate(self, most: int = MOST_TOKENS) -> None:
        """Let the model write on, every view following token by token, until done or stopped.

        It rests at the first end of a sentence after `GENERATED_TOKENS`.

        Args:
            most: Tokens after which it rests anyway.
        """
        model, text, sampling, seed = self._language_model, self.prompt, self.sampling, self.seed
        if model is None or self.trace is None or self.is_generating():
            return

        def work(job: Job) -> int:
            traces = model.write(text, sampling, seed, most, job.cancelled)
            for n_written, trace in enumerate(traces, start=1):
                job.report(_Answer(trace, model.predict(trace, sampling, TOP)))
                if n_written == most or (n_written >= GENERATED_TOKENS and _is_over(trace.text)):
                    return n_written
            return 0

        self._lane.cancel("draw")
        self._lane.submit("write", work, self._on_written, self._on_error, self._on_token)
        self.generating_changed.emit(True)

    def draw_one(self) -> None:
        """Throw the dice once and append the token that they choose.

        As long as nothing else changes the text, each throw goes on where the last one ended:
        token by token it becomes the text that `generate` writes.
        """
        model, text, sampling, seed = self._language_model, self.prompt, self.sampling, self.seed
        if model is None or self.trace is None or self.is_generating():
            return
        n_thrown = self._thrown[2] if self._thrown[:2] == (text, seed) else 0

        def work(job: Job) -> _Answer | None:
            for trace in model.write(text, sampling, seed, 1, job.cancelled, n_thrown):
                return _Answer(trace, model.predict(trace, sampling, TOP))
            return None

        def on_drawn(answer: _Answer | None) -> None:
            if answer is None or answer.trace is None:
                self.text_ended.emit(True)
                return
            self.token_drawn.emit(answer.trace.tokens[-1].id)
            self._on_token(answer)
            self._thrown = (self.prompt, seed, n_thrown + 1)
            if sampling != self.sampling:
                self._shape()

        self._lane.submit("draw", work, on_drawn, self._on_error)

    def is_generating(self) -> bool:
        """Whether text is being written."""
        return self._lane.is_busy("write")

    def stop(self) -> None:
        """Stop writing at once; what was written stays."""
        self._lane.cancel("draw")
        if self.is_generating():
            self._lane.cancel("write")
            self.generating_changed.emit(False)
            self._shape()  # with settings that were changed meanwhile

    def _on_token(self, answer: _Answer) -> None:
        if answer.trace is not None:
            self.prompt = answer.trace.text
            self.prompt_changed.emit(self.prompt)
        self._apply(answer)

    def _on_written(self, n_rested_after: int) -> None:
        """It is over: 0 means that the model ended its text, not this."""
        self.generating_changed.emit(False)
        if n_rested_after:
            self.rested.emit(n_rested_after)
        else:
            self.text_ended.emit(True)
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
        self.studies.shutdown()


def _is_over(text: str) -> bool:
    """Whether a text ends with a sentence's end."""
    return text.rstrip().rstrip(QUOTES).endswith(SENTENCE_ENDS)


def _load(folder: Path, cancelled: Callable[[], bool]) -> tuple[LanguageModel, EmbeddingPlane]:
    """On the lane: imports what reads models, only now that the window is painted."""
    from core.geometry import plane
    from core.language_model import Cancelled, LanguageModel, prepare_thread

    prepare_thread()
    if cancelled():
        raise Cancelled
    model = LanguageModel.load(folder)
    if cancelled():
        raise Cancelled
    return model, plane(model.token_embeddings(), model.labels())
