"""What an attention map says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def one_cell(pattern: NDArray[np.float32], labels: Sequence[str], row: int, column: int) -> str:
    """What one cell says."""
    if column > row:
        return f"{labels[row]} cannot look at {labels[column]}: it comes later"
    return f"{pattern[row, column]:.3f}   {labels[row]} looks at {labels[column]}"


def favourites(weights: NDArray[np.float32], labels: Sequence[str], row: int) -> tuple[str, ...]:
    """Where a token looks most."""
    best = np.argsort(-weights[: row + 1], kind="stable")[:3]
    listed = (
        f"{labels[column]} {weights[column]:.2f}" for column in best if weights[column] >= 0.005
    )
    return (f"{labels[row]} looks most at", *listed)
