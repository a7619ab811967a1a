"""Attention summed up: over heads, over layers, and by what it carries.

Notation as in `core.trace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.inference import Floats, Weights
    from core.trace import Trace

    Doubles = NDArray[np.float64]


def mean_over_heads(patterns: NDArray[Any]) -> Floats:
    """How much the tokens look at each other, on average over the heads of a layer.

    Args:
        patterns: (L, H, T, T).

    Returns:
        (L, T, T), rows summing to 1.
    """
    means: Floats = patterns.mean(axis=1)
    return means


def rollout(patterns: NDArray[Any]) -> Doubles:
    """How much of each token reaches each place by a layer, if attention were all that moves it.

    In each layer half of a token stays where it is, as the residual stream keeps it, and half is
    mixed as the mean of the heads says: A_l = (mean over heads + identity) / 2, and the rollout by
    layer l is A_l A_(l-1) ... A_1. Values, feed-forward nets and how much is added are left out.

    Args:
        patterns: (L, H, T, T).

    Returns:
        (L, T, T), rows summing to 1.

    Source: Abnar and Zuidema 2020, "Quantifying attention flow in transformers", section 3.
    """
    mixed = mean_over_heads(patterns).astype(np.float64)  # (L, T, T)
    mixed = (mixed + np.eye(mixed.shape[-1])) / 2
    for layer in range(1, len(mixed)):
        mixed[layer] = mixed[layer] @ mixed[layer - 1]
    return mixed


def carried_by(trace: Trace, weights: Weights, layer: int, head: int) -> Doubles:
    """How much each token gets from each through a head: a look at what is empty brings nothing.

    The length of pattern[t, s] times what the value of s becomes in the head's rows of the matrix
    that joins the heads. That matrix's own bias belongs to no token and is left out.

    Args:
        trace: The pass.
        weights: Of the model that made it.
        layer: The head's block.
        head: Which one.

    Returns:
        (T, T), in the units of the residual stream.

    Source: Kobayashi et al. 2020, "Attention is not only a weight", equation 2.
    """
    with np.errstate(all="ignore"):  # a broken model's numbers are shown, not complained of
        return np.asarray(trace.pattern[layer, head] * lengths(trace, weights, layer, head))


def lengths(trace: Trace, weights: Weights, layer: int, head: int) -> Doubles:
    """How long what each token has to give becomes on its way through a head.

    Args:
        trace: The pass.
        weights: Of the model that made it.
        layer: The head's block.
        head: Which one.

    Returns:
        (T,) the lengths of the values times the head's rows of the matrix that joins the heads.
    """
    values = trace.v[layer, head].astype(np.float64)  # (T, D)
    d_head = values.shape[1]
    out = weights.blocks[layer].attn_c_proj[0][head * d_head : (head + 1) * d_head]  # (D, C)
    with np.errstate(all="ignore"):
        return np.asarray(np.linalg.norm(values @ out, axis=1))  # of (T, C)
