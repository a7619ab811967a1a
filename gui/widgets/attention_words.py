"""What an attention map says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.labels import in_line
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
        return f"{in_line(labels[row])} cannot look at {in_line(labels[column])}: it comes later"
    said = scale.does.format(row=in_line(labels[row]), column=in_line(labels[column]))
    return f"{scale.shown(float(pattern[row, column]), 3)}   {said}"


def favourites(
    weights: NDArray[np.float32], labels: Sequence[str], row: int, scale: Scale = ATTENTION
) -> tuple[str, ...]:
    """Where a token looks most."""
    if not scale.most:
        return ()
    best = np.argsort(-weights[: row + 1], kind="stable")[:3]
    listed = (
        f"{in_line(labels[column])} {scale.shown(float(weights[column]))}"
        for column in best
        if weights[column] >= 0.005 * scale.top
    )
    return (scale.most.format(row=in_line(labels[row])), *listed)
