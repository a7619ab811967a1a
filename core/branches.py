"""Reading on from one text in different ways at once.

On one line of keys and values lie the text and then the tokens of all branches, of which each sees
the text and its own path alone.

Notation as in `core.inference`: T tokens read at a time, S tokens looked at, L layers, H heads,
D head width, V vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.errors import UserError
from core.inference import Apart, cache, head, read, scratch
from core.interventions import acting, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.inference import Floats, Weights
    from core.interventions import Change, Means
    from core.trace import Trace

SPARE = 16  # tokens that the line has room for beyond those that are wanted


class Twig(NamedTuple):
    """A token to be read.

    Attributes:
        token: Its id.
        depth: 1 for what follows the text.
        before: The columns of its path before it, as `Branches.read` gave them.
    """

    token: int
    depth: int
    before: tuple[int, ...]


class Start(NamedTuple):
    """A text that was read.

    Attributes:
        keys: (L, H, S, D).
        values: (L, H, S, D).
        logits: (V,) scores of what comes next.
        changes: What is different in the pass, also in what comes.
        n_forgotten: Tokens at the text's start that are not in it.
    """

    keys: Floats
    values: Floats
    logits: Floats
    changes: tuple[Change, ...] = ()
    n_forgotten: int = 0


def start(weights: Weights, trace: Trace, depth: int, average: Means | None = None) -> Start:
    """Go on from a trace; if its context is too full, from as much of its end as leaves room.

    Args:
        weights: That made the trace.
        trace: The text.
        depth: How far one wants to look.
        average: What "mean" stands for in the trace's changes; needed where one asks for it.

    Raises:
        UserError: Even without the text there is no room.
    """
    context, n_tokens = weights.config.context, len(trace.ids)
    room = context - depth + 1  # the last tokens that may come are not read
    if room < 1:
        raise UserError(f"This model looks at {context} tokens: it cannot see {depth} ahead.")
    if n_tokens <= room:
        return Start(trace.k, trace.v, trace.logits[-1], trace.changes)
    ids = trace.ids[-room:].tolist()
    changes = fitting(trace.changes, weights.config, ids)
    keys, values = cache(weights.config, room, weights.wte.dtype)
    see = acting(changes, average, weights.config.n_layers)
    x = read(weights, ids, *scratch(room, keys, values, weights), see)[-1]
    return Start(keys, values, head(weights, x), changes, n_tokens - room)


class Branches:
    """Reads tokens that go on from one text in different ways, each seeing its own path alone.

    Args:
        weights: Of the model.
        text: That they go on from.
        average: What "mean" stands for.
    """

    def __init__(self, weights: Weights, text: Start, average: Means | None) -> None:
        self._weights, self._changes, self._average = weights, text.changes, average
        self._n_text: int = text.keys.shape[2]
        self._n_seen: int = self._n_text
        self._keys, self._values = text.keys, text.values

    @property
    def n_read(self) -> int:
        """How many were read."""
        return self._n_seen - self._n_text

    def read(self, wanted: Sequence[Twig]) -> tuple[Floats, list[tuple[int, ...]]]:
        """Read T tokens whose paths were read before.

        Returns:
            (T, V) scores of what comes after each, and the columns of its path with it.
        """
        n_past, n_new = self._n_seen, len(wanted)
        n_seen = n_past + n_new
        self._make_room(n_seen)
        mask = np.full((n_new, n_seen), -np.inf, self._keys.dtype)  # (T, S)
        mask[:, : self._n_text] = 0
        columns = [(*twig.before, n_past + row) for row, twig in enumerate(wanted)]
        for row, path in enumerate(columns):
            mask[row, path] = 0
        depths = np.array([twig.depth for twig in wanted])
        rooms = scratch(
            n_new, self._keys[:, :, :n_seen], self._values[:, :, :n_seen], self._weights
        )
        see = acting(self._changes, self._average, self._weights.config.n_layers, n_past)
        ids = [twig.token for twig in wanted]
        x = read(self._weights, ids, *rooms, see, Apart(self._n_text + depths - 1, mask))
        self._n_seen = n_seen
        return head(self._weights, x), columns

    def _make_room(self, n_seen: int) -> None:
        """The line grows by half of itself at a time."""
        room = self._keys.shape[2]
        if room >= n_seen:
            return
        longer = cache(self._weights.config, n_seen + room // 2 + SPARE, self._weights.wte.dtype)
        for new, old in zip(longer, (self._keys, self._values), strict=True):
            new[:, :, : self._n_seen] = old[:, :, : self._n_seen]
        self._keys, self._values = longer
