"""What each part of the model does for one text: how much of the answer moves without it.

Notation as in `core.trace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.inference import cache, causal_mask, head, norm, read_from, scratch
from core.interventions import Off, acting
from core.sampling import softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.inference import Weights
    from core.interventions import Change, Instead, Means
    from core.trace import Trace

    Floats = NDArray[np.float64]


def parts(n_layers: int, n_heads: int, instead: Instead = "zero") -> Iterator[tuple[int, int, Off]]:
    """Every part that can be switched off, as layer, column and change.

    In a layer the heads come first, then the attention as a whole, then the MLP. The last layer
    comes first: nothing has to be computed again below a part.
    """
    for layer in reversed(range(n_layers)):
        for column in range(n_heads):
            yield layer, column, Off(layer, "head", column, instead)
        yield layer, n_heads, Off(layer, "attention", 0, instead)
        yield layer, n_heads + 1, Off(layer, "mlp", 0, instead)


def effects(
    weights: Weights,
    trace: Trace,
    instead: Instead = "zero",
    average: Means | None = None,
    step: Callable[[Floats], None] = lambda _so_far: None,
) -> Floats:
    """How much of the next token's probability moves if one part alone is switched off.

    That is half the sum of all differences between the two distributions (their total variation
    distance): 0 if nothing changes, 1 if they have nothing in common. Changes that the trace was
    made with stay.

    Args:
        weights: Of the model.
        trace: The pass to compare with.
        instead: What the part gives instead.
        average: For "mean".
        step: Told after each part what is known so far; it may raise to end this.

    Returns:
        (L, H + 2) from 0 to 1, as in `parts`.
    """
    n_layers, n_heads = trace.q.shape[:2]
    usual = softmax(trace.logits[-1])
    found = np.full((n_layers, n_heads + 2), np.nan)
    for layer, column, off in parts(n_layers, n_heads, instead):
        changes = (*trace.changes, off)
        logits = _last_logits(weights, trace, layer, changes, average)
        found[layer, column] = min(np.abs(softmax(logits) - usual).sum() / 2, 1.0)
        step(found)
    return found


def _last_logits(
    weights: Weights,
    trace: Trace,
    layer: int,
    changes: tuple[Change, ...],
    average: Means | None,
) -> NDArray[np.float32]:
    """(V,) scores of the next token, read again from this layer on."""
    config = weights.config
    n_tokens = len(trace.ids)
    keys, values = cache(config, n_tokens, weights.wte.dtype)
    _, blocks = scratch(n_tokens, keys, values, weights)
    blocks[layer].resid_pre[...] = trace.resid_pre[layer]
    mask = causal_mask(n_tokens, n_tokens, keys.dtype) if n_tokens > 1 else None
    see = acting(changes, average, config.n_layers)
    with np.errstate(all="ignore"):
        stream = read_from(layer, weights, blocks, mask, see)
        x = norm(stream[-1:], weights.ln_f, config.epsilon)
    logits: NDArray[np.float32] = head(weights, x)[0]
    return logits
