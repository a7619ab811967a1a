"""What the session's lane works out: the model's pass over a text, and what comes next.

These run in the background and know nothing of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.generation import n_in_sight
from core.growing_text import GrowingText
from core.interventions import Off
from core.trace import EmbeddingPlane
from gui.following import followed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.config import SamplingConfig
    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Prediction, Trace
    from core.writing import Writer

TOP = 20  # candidates that the bars show


@dataclass(frozen=True)
class Times:
    """When the work on an answer began, when the text was read, when all was done: seconds."""

    began: float
    read: float
    done: float


@dataclass(frozen=True)
class Spent:
    """Where the time of an answer went, in milliseconds; it adds up to all of it.

    Attributes:
        waiting: From the key press until the work began.
        reading: The model's pass over the text.
        predicting: Making probabilities of the scores; with changes, the pass without them too.
        delivering: Until the window knew.
    """

    waiting: float
    reading: float
    predicting: float
    delivering: float

    @classmethod
    def between(cls, asked: float, times: Times, here: float) -> Spent:
        """Of moments in seconds."""
        moments = (asked, times.began, times.read, times.done, here)
        return cls(*(1000 * (then - first) for first, then in pairwise(moments)))

    @property
    def total(self) -> float:
        """All of it."""
        return self.waiting + self.reading + self.predicting + self.delivering


@dataclass(frozen=True)
class Answer:
    """What the model makes of a text; what belongs together arrives together.

    Attributes:
        trace: The pass, with the changes that act on it; None if the text has no tokens.
        prediction: What comes next; if the text has no tokens, how the model would begin one.
        plain: The same tokens without changes, while any is in force; else None.
        plain_prediction: Likewise.
        times: Of the work, where it was measured.
    """

    trace: Trace | None = None
    prediction: Prediction | None = None
    plain: Trace | None = None
    plain_prediction: Prediction | None = None
    times: Times | None = None


def answer(
    model: LanguageModel,
    text: str | Sequence[int],
    sampling: SamplingConfig,
    changes: tuple[Change, ...],
    cancelled: Callable[[], bool],
    seen: Trace | None = None,
) -> Answer:
    """Read a text, with changes and, if there are any, without.

    Args:
        model: Reads it.
        text: What was typed; or its tokens, where typing would give others.
        sampling: Shapes what comes next.
        changes: To the pass.
        cancelled: Whether nobody wants the answer any more.
        seen: On which text the changes were made: they follow its tokens.
    """
    began = perf_counter()
    if seen is not None and any(not isinstance(each, Off) for each in changes):
        tokens = GrowingText(model.tokenizer, text).tokens
        n_before = len(tokens) - n_in_sight(len(tokens), model.config.context)
        changes = followed(changes, seen, tokens, n_before)
    trace = model.trace(text, cancelled, changes) if changes else model.trace(text, cancelled)
    read = perf_counter()
    if trace is None:
        found = Answer(prediction=_beginning(model, sampling, changes))
        return replace(found, times=Times(began, read, perf_counter()))
    made = _completed(model, trace, sampling, bool(changes), cancelled)
    return replace(made, times=Times(began, read, perf_counter()))


def written(writer: Writer, cancelled: Callable[[], bool]) -> Answer:
    """What the model makes of a text that it writes, as far as it is by now."""
    trace = writer.trace(cancelled)
    assert trace is not None
    return _completed(writer.model, trace, writer.sampling, bool(writer.changes), cancelled)


def predictions(
    model: LanguageModel,
    traces: tuple[Trace | None, ...],
    sampling: SamplingConfig,
    changes: tuple[Change, ...],
) -> tuple[Prediction | None, ...]:
    """What comes next after each, shaped anew; without a first trace, how a text begins."""
    found = [None if one is None else model.predict(one, sampling, TOP) for one in traces]
    if traces[0] is None:
        found[0] = _beginning(model, sampling, changes)
    return tuple(found)


def _beginning(
    model: LanguageModel, sampling: SamplingConfig, changes: tuple[Change, ...]
) -> Prediction | None:
    logits = model.beginning(changes)
    return None if logits is None else model.predict_from(logits, sampling, TOP)


def _completed(
    model: LanguageModel,
    trace: Trace,
    sampling: SamplingConfig,
    is_changed: bool,
    cancelled: Callable[[], bool],
) -> Answer:
    prediction = model.predict(trace, sampling, TOP)
    if not is_changed:
        return Answer(trace, prediction)
    plain = model.unchanged(trace, cancelled)
    same = plain is trace
    return Answer(
        trace, prediction, plain, prediction if same else model.predict(plain, sampling, TOP)
    )


def load(folder: Path, cancelled: Callable[[], bool]) -> tuple[LanguageModel, EmbeddingPlane]:
    """Imports what reads models only now, when the window is painted.

    Returns:
        The model and its vocabulary on a plane; of one whose vectors are no numbers, at no place.
    """
    from core.geometry import plane
    from core.language_model import Cancelled, LanguageModel, prepare_thread

    prepare_thread()
    if cancelled():
        raise Cancelled
    model = LanguageModel.load(folder)
    if cancelled():
        raise Cancelled
    labels = model.labels()
    try:
        return model, plane(model.token_embeddings(), labels)
    except UserError:
        nowhere = np.full((len(labels), 2), np.nan, np.float32)
        return model, EmbeddingPlane(nowhere, (0.0, 0.0), labels)
