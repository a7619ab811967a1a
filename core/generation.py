"""One token after another: drawing the next, reading it, drawing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.inference import cache, head, read, scratch, unseen
from core.interventions import Interventions, why_not
from core.sampling import draw, shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.inference import See, Weights
    from core.interventions import Change, Means


def continuation(
    weights: Weights,
    ids: Sequence[int],
    sampling: SamplingConfig,
    seed: int,
    n_thrown: int = 0,
    changes: tuple[Change, ...] = (),
    average: Means | None = None,
) -> Iterator[int]:
    """Draw one token after another, without end; see `LanguageModel.generate`."""
    rng = np.random.default_rng(seed)
    rng.random(n_thrown)
    reading = _Reading(weights, ids, changes, average)
    while True:
        token_id = draw(shape(reading.logits(), sampling), rng)
        yield token_id
        reading.append(token_id)


class _Reading:
    """The scores after a text that grows by one token at a time.

    Positions are absolute, so what was read cannot be moved to the left: when the context is
    full, the newer half of the tokens is read again from the first position on. Changes act where
    they make sense for the tokens that stand there by then.
    """

    def __init__(
        self,
        weights: Weights,
        ids: Sequence[int],
        changes: tuple[Change, ...],
        average: Means | None,
    ) -> None:
        config = weights.config
        self._weights = weights
        self._changes, self._average = changes, average
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
        rooms = scratch(len(unread), keys, values, self._weights)
        x = read(self._weights, unread, *rooms, self._see())[-1]
        self._n_read = len(self._ids)
        return head(self._weights, x)

    def _see(self) -> See:
        config = self._weights.config
        acting = [change for change in self._changes if not why_not(change, config, self._ids)]
        if not acting:
            return unseen
        return Interventions(acting, self._average, config.n_layers, self._n_read).see
