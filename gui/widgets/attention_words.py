"""What an attention map says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gui.widgets.attention_picture import ATTENTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gui.widgets.attention_picture import Scale


def one_cell(
    pattern: NDArray[np.float32],
    labels: Sequence[str],
    row: int,
    column: int,
    scale: Scale = ATTENTION,
) -> str:
    """What one cell says."""
    if column > row:
        return f"{labels[row]} cannot look at {labels[column]}: it comes later"
    said = scale.does.format(row=labels[row], column=labels[column])
    return f"{scale.shown(float(pattern[row, column]), 3)}   {said}"


def favourites(
    weights: NDArray[np.float32], labels: Sequence[str], row: int, scale: Scale = ATTENTION
) -> tuple[str, ...]:
    """Where a token looks most."""
    if not scale.most:
        return ()
    best = np.argsort(-weights[: row + 1], kind="stable")[:3]
    listed = (
        f"{labels[column]} {scale.shown(float(weights[column]))}"
        for column in best
        if weights[column] >= 0.005 * scale.top
    )
    return (scale.most.format(row=labels[row]), *listed)
