"""One token after another: drawing the next, reading it, drawing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.inference import cache, head, read, scratch
from core.sampling import draw, shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.inference import Weights


def continuation(
    weights: Weights, ids: Sequence[int], sampling: SamplingConfig, seed: int, n_thrown: int = 0
) -> Iterator[int]:
    """Draw one token after another, without end; see `LanguageModel.generate`."""
    rng = np.random.default_rng(seed)
    rng.random(n_thrown)
    reading = _Reading(weights, ids)
    while True:
        token_id = draw(shape(reading.logits(), sampling), rng)
        yield token_id
        reading.append(token_id)


class _Reading:
    """The scores after a text that grows by one token at a time.

    Positions are absolute, so what was read cannot be moved to the left: when the context is
    full, the newer half of the tokens is read again from the first position on.
    """

    def __init__(self, weights: Weights, ids: Sequence[int]) -> None:
        config = weights.config
        self._weights = weights
        self._ids = list(ids[-config.context :])
        self._n_read = 0
        self._keys, self._values = cache(config, config.context, weights.wte.dtype)

    def append(self, token_id: int) -> None:
        """Let the text go on."""
        self._ids.append(token_id)

    def logits(self) -> NDArray[np.float32]:
        """(V,) scores of what comes next."""
        context = self._weights.config.context
        if len(self._ids) > context:
            self._ids = self._ids[-max(1, context // 2) :]
            self._n_read = 0
        unread = self._ids[self._n_read :]
        keys, values = self._keys[:, :, : len(self._ids)], self._values[:, :, : len(self._ids)]
        x = read(self._weights, unread, *scratch(len(unread), keys, values, self._weights))[-1]
        self._n_read = len(self._ids)
        return head(self._weights, x)
