"""Two distributions that the page Compare lays side by side, and the Python that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.sampling import shape, softmax
from gui.text.explanations import SOFTMAX, read_again
from gui.text.explanations import shaped as shape_again

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.language_model import LanguageModel
    from core.swaps import Swap
    from core.tokenizer import Tokenizer
    from core.trace import Trace

SHAPE = "from core.sampling import shape"
CONFIG = "from core.config import SamplingConfig"


@dataclass(frozen=True, eq=False)
class Half:
    """One of the two.

    Attributes:
        probabilities: Makes its distribution, (V,), on a worker thread.
        tokenizer: Of its vocabulary.
        python: Lines that leave the distribution in a variable called as `variable` says.
        imports: What these need.
        tokenizer_python: What its tokenizer is called there.
    """

    probabilities: Callable[[], NDArray[np.float64]]
    tokenizer: Tokenizer
    python: tuple[str, ...]
    imports: tuple[str, ...]
    tokenizer_python: str = "model.tokenizer"


@dataclass(frozen=True, eq=False)
class Pair:
    """Both.

    Attributes:
        folder: Of the first one's model.
        first: One half; its Python leaves `first`.
        second: The other; its Python leaves `second`.
        names: Of both, and of the difference, for the columns.
    """

    folder: str
    first: Half
    second: Half
    names: tuple[str, str, str] = ("First", "Second", "Change")


def read(model: LanguageModel, trace: Trace, variable: str) -> Half:
    """What the model says after a text."""
    lines = *read_again(model, trace), f"{variable} = softmax(trace.logits[-1])"
    logits = trace.logits
    return Half(lambda: softmax(logits[-1]), model.tokenizer, lines, (SOFTMAX,))


def read_by_another(model: LanguageModel, trace: Trace) -> Half:
    """What a second model says after a text."""
    lines = (
        f"other = LanguageModel.load(Path({model.info.folder!r}))",
        f"second = softmax(other.trace({trace.text!r}).logits[-1])",
    )
    logits = trace.logits
    return Half(lambda: softmax(logits[-1]), model.tokenizer, lines, (SOFTMAX,), "other.tokenizer")


def shaped(model: LanguageModel, trace: Trace, sampling: SamplingConfig, variable: str) -> Half:
    """What the dice are thrown with after a text."""
    lines = (
        *read_again(model, trace),
        f"{variable} = {shape_again('shape', 'trace.logits[-1]', sampling)}",
    )
    logits, ids = trace.logits, trace.ids
    return Half(lambda: shape(logits[-1], sampling, ids), model.tokenizer, lines, (SHAPE, CONFIG))


def swapped(model: LanguageModel, swap: Swap) -> Half:
    """What the model says if a word were another."""
    lines = (f"second = softmax(model.trace_ids({list(swap.ids)}).logits[-1])",)
    probabilities = swap.probabilities
    return Half(lambda: probabilities, model.tokenizer, lines, (SOFTMAX,))
