"""How far each part alone takes a word to what it is in another text.

Notation as in `core.trace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.inference import read_from, scratch
from core.interventions import acting
from core.journey import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.inference import Weights
    from core.interventions import Part
    from core.trace import Trace

    Floats = NDArray[np.float64]


def places(n_layers: int, n_heads: int) -> Iterator[tuple[int, int, Part, int]]:
    """Every part whose output can be carried over, as layer, column, part and head.

    In a layer the heads come first, then the attention, the MLP, and the layer as a whole. The
    last layer comes first: nothing has to be computed again below a part.
    """
    for layer in reversed(range(n_layers)):
        for head in range(n_heads):
            yield layer, head, "head", head
        yield layer, n_heads, "attention", 0
        yield layer, n_heads + 1, "mlp", 0
        yield layer, n_heads + 2, "layer", 0


def patch_effects(
    weights: Weights,
    first: Trace,
    second: Trace,
    at: int,
    other: int,
    step: Callable[[Floats], None] = lambda _so_far: None,
) -> Floats:
    """How far a word goes to where it ends in another text, if one output alone is carried over.

    The way leads from what leaves the last block at the word in one text to what leaves it in the
    other. Of what an output changes, that counts which lies along this way: 0 is no step, 1 all of
    the way; less than 0 leads away, more than 1 beyond.

    Earlier tokens are as they were, since nobody looks ahead: the word alone is read again.

    Args:
        weights: Of the model.
        first: The text that an output is carried into, in a pass without changes.
        second: The text that outputs are taken from.
        at: Position of the word in the first.
        other: In the second.
        step: Told after each part what is known so far; it may raise to end this.

    Returns:
        (L, H + 3), as in `places`; all 0 where the two end at the same point.
    """
    config = weights.config
    start = first.resid_post[-1, at].astype(np.float64)  # (C,)
    way = second.resid_post[-1, other].astype(np.float64) - start
    squared = float(way @ way)
    keys, values = (each[:, :, : at + 1].astype(weights.wte.dtype) for each in (first.k, first.v))
    _, blocks = scratch(1, keys, values, weights)
    found = np.full((config.n_layers, config.n_heads + 3), np.nan)
    for layer, column, part, head in places(config.n_layers, config.n_heads):
        change = patch(second, layer, part, head, other, at)
        see = acting([change], None, config.n_layers, at)
        blocks[layer].resid_pre[...] = first.resid_pre[layer, at]
        end = read_from(layer, weights, blocks, None, see)[0].astype(np.float64)
        found[layer, column] = (end - start) @ way / squared if squared else 0.0
        step(found)
    return found
