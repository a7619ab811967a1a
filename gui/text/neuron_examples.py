"""Where the neurons of a model fire most, searched for in the background, kept while it lives."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.neurons import Examples, read_for
from core.token_counts import small_world_seed
from gui.text.text_process import TextProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.language_model import LanguageModel
    from gui.jobs import Job
    from gui.session import Session

TEXTS = 400  # that are read
SLICE_S = 0.08  # of work, after which other work of the lane has its turn
KIND = "neuron examples"
NO_TEXTS = "The texts to search could not be made."
_LOOK_S = 0.05  # how long a slice waits for the texts


@dataclass(frozen=True, eq=False)
class Found:
    """What was found, so far or in all.

    Attributes:
        examples: The strongest of every neuron.
        texts: Those that are searched.
        is_own: Whether the model learnt from them.
        seed: They were made from.
        done: Share of them that was read.
    """

    examples: Examples
    texts: tuple[str, ...]
    is_own: bool
    seed: int
    done: float

    @property
    def split(self) -> str:
        """Which documents of the Small World they are."""
        return "train" if self.is_own else "held-out"


class NeuronExamples(QObject):
    """One search at a time, through all neurons of a model.

    Signals:
        stepped: more was read; the last time, all of it.
        failed: (Exception) it cannot be done.

    Args:
        session: Its lane for studies does the work.
        parent: Qt's.
    """

    stepped = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._lane = session, session.studies
        self._kept: WeakKeyDictionary[LanguageModel, Found] = WeakKeyDictionary()
        self._model: LanguageModel | None = None
        self._search: _Search | None = None
        session.model_changed.connect(self._on_model)

    def found(self, model: LanguageModel) -> Found | None:
        """What is known of a model."""
        return self._kept.get(model)

    def _on_model(self) -> None:
        """Nobody waits for the examples of a model that is closed."""
        if self._model is not self._session.language_model:
            self.cancel()

    def is_running(self, model: LanguageModel) -> bool:
        """Whether a search through this model is under way."""
        return self._search is not None and self._model is model

    def start(self, model: LanguageModel) -> None:
        """Begin, unless all is known or it is under way."""
        known = self._kept.get(model)
        if self.is_running(model) or (known is not None and known.done == 1):
            return
        self.cancel()
        self._model, self._search = model, _Search(model)
        self._go_on()

    def cancel(self) -> None:
        """Stop; what was found so far is kept."""
        self._lane.cancel(KIND)
        if self._search is not None:
            self._search.end()
        self._model = self._search = None

    def _go_on(self) -> None:
        search = self._search
        assert search is not None
        self._lane.submit(KIND, search.go_on, self._on_slice, self._on_error)

    def _on_slice(self, found: Found | None) -> None:
        if found is not None and self._model is not None:
            self._kept[self._model] = found
        if found is None or found.done < 1:
            self._go_on()
        else:
            self._model = self._search = None
        if found is not None:
            self.stepped.emit()

    def _on_error(self, error: BaseException) -> None:
        self._model = self._search = None
        self.failed.emit(error)


class _Search:
    """The work of the lane, slice by slice."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        config = model.config
        self._examples = Examples(range(config.n_layers), config.d_mlp, n=8)
        seed = small_world_seed(model.info.training)
        self._is_own, self._seed = seed is not None, seed or 0
        self._coming: TextProcess | None = None
        self._texts: tuple[str, ...] | None = None
        self._open: Iterator[str] = iter(())

    def go_on(self, job: Job) -> Found | None:
        """Read on for a while; None until there is something to read.

        Raises:
            UserError: There are no texts.
        """
        if self._texts is None:
            self._texts = self._made()
            if self._texts is None:
                return None
            self._open = iter(self._texts)
        until = time.monotonic() + SLICE_S
        for text in self._open:
            ids = self._model.tokenizer.ids(text)
            read_for(self._examples, self._model.weights, ids, job.cancelled)
            if time.monotonic() >= until:
                break
        done = self._examples.n_texts / len(self._texts)
        found = copy.deepcopy(self._examples)  # what is shown does not change while one reads on
        return Found(found, self._texts, self._is_own, self._seed, done)

    def _made(self) -> tuple[str, ...] | None:
        """The texts, once they are made."""
        if self._coming is None:
            split = "train" if self._is_own else "held-out"
            self._coming = TextProcess(self._seed, split, TEXTS)
        texts = self._coming.made(_LOOK_S)
        if texts is None:
            return None
        self._coming = None
        if not texts:
            raise UserError(NO_TEXTS)
        return tuple(texts)

    def end(self) -> None:
        """Nobody waits any more."""
        if self._coming is not None:
            self._coming.end()
