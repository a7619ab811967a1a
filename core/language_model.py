"""A transformer with its tokenizer: what the window and the command line talk to.

Nothing here is shared with anybody who changes it, so a model may live on any one thread.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from core.branches import start
from core.checkpoint import load_folder, save_folder
from core.futures import futures
from core.generation import beginning, continuation, likeliest_word, n_in_sight
from core.growing_text import GrowingText
from core.inference import Weights
from core.interventions import Off, fitting, means
from core.sampling import predict
from core.shifts import shifts
from core.standard_text import standard_text, watched
from core.trace import ModelInfo
from core.tracing import Cancelled, Tracer, never
from core.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from core.config import ModelConfig, SamplingConfig
    from core.futures import Futures, Limits
    from core.interventions import Change, Means
    from core.tokenizer import Tokenizer
    from core.trace import Array, Prediction, Shifts, TokenInfo, Trace
    from core.tracing import Read

__all__ = ["Cancelled", "LanguageModel", "Scores", "never", "prepare_thread"]


def prepare_thread() -> None:
    """Let numpy's products be computed by the calling thread alone.

    Small models gain nothing from a second core, and lose a lot where it is busy. Most builds of
    numpy then do so in all threads of the process; Apple's own library cannot be told.
    """
    threadpool_limits(1, "blas")


class Scores(NamedTuple):
    """What the next token is drawn from.

    Attributes:
        ids: The tokens that the model looked at.
        logits: (V,) to be used before it reads on.
    """

    ids: Sequence[int]
    logits: Array


class LanguageModel:
    """A model ready to be asked; its weights no longer change.

    Attributes:
        info: Facts for people.
        config: Its sizes.
        tokenizer: Text to ids and back.
        weights: The transformer.
    """

    def __init__(
        self,
        weights: Weights,
        tokenizer: Tokenizer,
        name: str,
        folder: str = "",
        training: dict[str, Any] | None = None,
    ) -> None:
        self.weights = weights
        self.tokenizer = tokenizer
        self.config: ModelConfig = weights.config
        self.info = ModelInfo(
            name=name,
            folder=folder,
            n_parameters=weights.n_parameters,
            n_layers=self.config.n_layers,
            n_heads=self.config.n_heads,
            d_model=self.config.d_model,
            context=self.config.context,
            vocab_size=self.config.vocab_size,
            non_finite=not all(np.isfinite(array).all() for array in weights.arrays().values()),
            training=training,
        )
        self._tracer = Tracer(weights)

    @classmethod
    def load(cls, folder: Path) -> LanguageModel:
        """Open a model folder, ours or any GPT-2.

        Raises:
            UserError: It is no such folder, or damaged.
        """
        folder = Path(folder)
        config, state, tokenizer, training, name = load_folder(folder)
        return cls(Weights(config, state), tokenizer, name, str(folder), training)

    def save(self, folder: Path, half: bool = False) -> None:
        """Write a model folder; `half` keeps the weights in float16.

        Raises:
            UserError: It cannot be written.
        """
        save_folder(Path(folder), self.weights, self.tokenizer, self.info.training, half)

    def trace(
        self,
        text: str | Sequence[int],
        cancelled: Callable[[], bool] = never,
        changes: Iterable[Change] = (),
    ) -> Trace | None:
        """Everything that happens inside when the model reads a text.

        Of a text longer than the context, the newest tokens are read, as many as `n_in_sight` says;
        `Trace.before` has the others. What did not change since the last traces is not computed
        again.

        Args:
            text: What was typed; or its tokens, where typing would give others.
            cancelled: Asked before every block.
            changes: What is to be different meanwhile; those that make no sense for this text
                (`core.interventions.why_not`) are left out.

        Returns:
            None for a text without tokens.

        Raises:
            Cancelled: `cancelled` said yes.
            UserError: A row of attention cannot be changed so.
        """
        read = GrowingText(self.tokenizer, text)
        return self.trace_tokens(read.text, read.tokens, cancelled, tuple(changes))

    @cached_property
    def standard(self) -> tuple[list[int], ...]:
        """The standard text, on which its parts are measured, as ids that fit the context."""
        return standard_text(self.tokenizer, self.config.context)

    @cached_property
    def average(self) -> Means:
        """What each part of the model gives on average over the standard text."""
        return means(self.weights, self.standard)

    @property
    def is_measured(self) -> bool:
        """Whether `average` is known already."""
        return "average" in self.__dict__

    def measure(
        self, report: Callable[[float], None], cancelled: Callable[[], bool] = never
    ) -> Means:
        """Work out `average`, on any thread, while others may trace.

        Args:
            report: Told the share of the standard text that was read, from 0 to 1.
            cancelled: Asked before every document.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        if not self.is_measured:
            self.average = means(self.weights, watched(self.standard, report, cancelled))
        return self.average

    def trace_ids(self, ids: Sequence[int], changes: Iterable[Change] = ()) -> Trace | None:
        """Trace these very tokens, even where their text would be cut otherwise, as `write` does.

        Args:
            ids: Of a longer text than the context, the older ones are not read.
            changes: As of `trace`.
        """
        return self.trace(ids, changes=changes)

    def unchanged(self, trace: Trace, cancelled: Callable[[], bool] = never) -> Trace:
        """The same tokens in a pass in which nothing was changed.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        if not trace.changes:
            return trace
        plain = self.trace_tokens(trace.text, (*trace.before, *trace.tokens), cancelled)
        assert plain is not None
        return plain

    def predict(self, trace: Trace, sampling: SamplingConfig, top: int = 20) -> Prediction:
        """The likeliest tokens after a traced text.

        Args:
            trace: The text.
            sampling: Shapes the distribution.
            top: How many candidates, at most.

        Raises:
            UserError: The scores are not numbers, because some weights are not.
        """
        return self.predict_from(trace.logits[-1], sampling, top, trace.ids)

    def predict_from(
        self,
        logits: NDArray[Any],
        sampling: SamplingConfig,
        top: int = 20,
        seen: Sequence[int] | NDArray[Any] = (),
    ) -> Prediction:
        """The likeliest tokens by their scores (V,); as `predict`, the text being `seen`."""
        tokenizer = self.tokenizer
        return predict(
            logits,
            tokenizer.text,
            tokenizer.label,
            sampling,
            top,
            end_of_text=tokenizer.end_of_text,
            seen=seen,
        )

    def shifts(self, before: Trace, after: Trace, top: int = 8) -> Shifts:
        """How the next token's probabilities shift from one traced text to another.

        Raises:
            UserError: The scores are not numbers, because some weights are not.
        """
        tokenizer = self.tokenizer
        scores = before.logits[-1], after.logits[-1]
        return shifts(*scores, tokenizer.label, tokenizer.end_of_text, top)

    def futures(
        self, trace: Trace, limits: Limits, cancelled: Callable[[], bool] = never
    ) -> Iterator[Futures]:
        """The likeliest ways in which a traced text may go on, as a tree that grows.

        Args:
            trace: The text; what is changed in it stays changed.
            limits: How far to look.
            cancelled: Asked before anything is read.

        Raises:
            Cancelled: `cancelled` said yes.
            UserError: There is no room to look so far, or the scores are not numbers.
        """
        average = self._average_for(trace.changes)
        begun = start(self.weights, trace, limits.depth, average)
        return futures(self.weights, begun, limits, self.tokenizer.end_of_text, average, cancelled)

    def beginning(self, changes: Iterable[Change] = ()) -> Array | None:
        """(V,) scores of the first token of a text: what follows the mark that one is over.

        Returns:
            None if the model knows no such mark.
        """
        end, changes = self.tokenizer.end_of_text, tuple(changes)
        if end is None:
            return None
        return beginning(self.weights, end, changes, self._average_for(changes))

    def likeliest_word(
        self, trace: Trace, cancelled: Callable[[], bool] = never
    ) -> tuple[int, ...]:
        """The next word: the likeliest token, and on from it until another word would begin.

        It costs one token's reading for each of its tokens; safe on any thread.

        Args:
            trace: The text so far; what was changed in it acts on.
            cancelled: Asked before every token.

        Returns:
            Ids; none if the text is likeliest to end here.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        average = self._average_for(trace.changes)
        return likeliest_word(self.weights, self.tokenizer, trace, average, cancelled)

    def generate(
        self,
        text: str | Sequence[int],
        sampling: SamplingConfig,
        seed: int,
        n_tokens: int,
        n_thrown: int = 0,
        changes: Iterable[Change] = (),
    ) -> Iterator[int]:
        """Continue a text, token by token.

        Args:
            text: What to continue, or its tokens; of a long one, the newest are read. If it is
                empty, the first token is drawn from `beginning`.
            sampling: Shapes the distribution that each token is drawn from.
            seed: Of the dice; the same seed gives the same text.
            n_tokens: How many at most; drawing `<|endoftext|>` ends it earlier.
            n_thrown: How often the dice of this seed were thrown before, for the text's end.
            changes: What is to be different meanwhile, where it makes sense for the tokens read.

        Yields:
            Ids, without `<|endoftext|>`, which only says that the text is over. When the context
            is full, the older half of it is forgotten. Whoever goes on from the text and all of
            its tokens, with as many throws, gets the same as who did not stop.

        Raises:
            UserError: There is nothing to continue and the model knows no beginnings, or the
                scores are not numbers.
        """
        ids = self.tokenizer.ids(text) if isinstance(text, str) else text
        end, changes = self.tokenizer.end_of_text, tuple(changes)
        average = self._average_for(changes)
        dice = sampling, seed, n_thrown
        drawn = continuation(self.weights, ids, *dice, changes, average, end)
        for token_id in islice(drawn, n_tokens):
            if token_id == end:
                return
            yield token_id

    def write(
        self,
        text: str | Sequence[int],
        sampling: SamplingConfig,
        seed: int,
        n_tokens: int,
        cancelled: Callable[[], bool] = never,
        n_thrown: int = 0,
        changes: Iterable[Change] = (),
    ) -> Iterator[Trace]:
        """Continue a text as `generate` does, with a trace of the longer text at every token.

        The tokens are those that were drawn, even where the same text would be cut otherwise, and
        each trace has those that the next one is drawn from: when the context is full, its older
        half is outside.
        """
        writer = self.writer(text, sampling, seed, n_thrown, changes)
        for _ in range(n_tokens):
            if not writer.go_on(cancelled):
                return
            trace = writer.trace(cancelled)
            assert trace is not None
            yield trace

    def writer(
        self,
        text: str | Sequence[int],
        sampling: SamplingConfig,
        seed: int,
        n_thrown: int = 0,
        changes: Iterable[Change] = (),
    ) -> Writer:
        """What `write` uses: it makes a trace only where one is asked for."""
        return Writer(self, text, sampling, seed, n_thrown, tuple(changes))

    def token_embeddings(self) -> Array:
        """(V, C) float32, a read-only copy."""
        table = self.weights.wte.astype(np.float32, copy=True)
        table.setflags(write=False)
        return table

    def labels(self) -> tuple[str, ...]:
        """Every token of the vocabulary for the eye."""
        return tuple(map(self.tokenizer.label, range(self.config.vocab_size)))

    def trace_tokens(
        self,
        text: str,
        tokens: Sequence[TokenInfo],
        cancelled: Callable[[], bool] = never,
        changes: tuple[Change, ...] = (),
    ) -> Trace | None:
        """As `trace`, of a text that is cut into tokens already."""
        window = self._in_sight(tokens)
        if not window:
            return None
        read = self._read(window, cancelled, changes)
        return self._tracer.publish(read, text, window, tuple(tokens[: -len(window)]))

    def scores(
        self,
        tokens: Sequence[TokenInfo],
        cancelled: Callable[[], bool] = never,
        changes: tuple[Change, ...] = (),
    ) -> Scores | None:
        """What such a trace's last token leads to, without making the trace.

        Returns:
            None for a text without tokens, if the model knows no beginnings.
        """
        window = self._in_sight(tokens)
        if window:
            read = self._read(window, cancelled, changes)
            return Scores(read.ids, read.logits)
        logits = self.beginning(changes)
        return None if logits is None else Scores([], logits)

    def _in_sight(self, tokens: Sequence[TokenInfo]) -> tuple[TokenInfo, ...]:
        return tuple(tokens[-max(1, n_in_sight(len(tokens), self.config.context)) :])

    def _read(
        self,
        window: Sequence[TokenInfo],
        cancelled: Callable[[], bool],
        changes: tuple[Change, ...],
    ) -> Read:
        ids = [token.id for token in window]
        changes = fitting(changes, self.config, ids)
        self._tracer.average = self._average_for(changes)
        return self._tracer.read(ids, cancelled, changes)

    def _average_for(self, changes: Iterable[Change]) -> Means | None:
        """What "mean" stands for, measured now if it must be; None where nobody asks for it."""
        is_asked = any(isinstance(each, Off) and each.instead == "mean" for each in changes)
        return self.average if is_asked else None
