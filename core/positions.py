"""How a place in the text becomes numbers: learnt by the model, or from the paper's formula.

Notation: P positions, C model width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from core.trace import Array

BASE = 10_000.0  # the longest wave is 2 pi times this, in positions
BLOCK = 128  # rows between two questions whether the answer is still wanted


def sinusoidal(n_positions: int, width: int, base: float = BASE) -> Array:
    """The fixed encoding: sines and cosines of ever longer waves, a pair of numbers each.

    PE(pos, 2i) = sin(pos / base^(2i / C)), PE(pos, 2i + 1) = cos(pos / base^(2i / C))

    Args:
        n_positions: P.
        width: C.
        base: Sets the longest wave.

    Returns:
        (P, C) float32; the first position is 0.

    Source: Vaswani et al. 2017, "Attention is all you need", section 3.5.
    """
    positions = np.arange(n_positions, dtype=np.float64)[:, None]  # (P, 1)
    pairs = np.arange(width) // 2  # (C,) i of each number
    angles = positions / base ** (2 * pairs / width)  # (P, C)
    is_sine = np.arange(width) % 2 == 0
    return np.where(is_sine, np.sin(angles), np.cos(angles)).astype(np.float32)


def cosines(vectors: NDArray[Any], cancelled: Callable[[], bool] = never) -> Array:
    """How alike the directions of all pairs of vectors are.

    Args:
        vectors: (P, C).
        cancelled: Asked every `BLOCK` rows.

    Returns:
        (P, P) float32 from -1 to 1; 0 for a vector of zeros, which has no direction.

    Raises:
        Cancelled: It said yes.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)  # (P, 1)
    unit = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    found = np.empty((len(rows), len(rows)), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        if cancelled():
            raise Cancelled
        np.matmul(unit[start : start + BLOCK], unit.T, out=found[start : start + BLOCK])
    return np.clip(found, -1, 1, out=found)
