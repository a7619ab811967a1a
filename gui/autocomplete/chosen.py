"""What comes next, shaped and laid end to end, and how the panels show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.dice import line
from core.shaping import EXTRAS, STEPS, shaping
from gui.autocomplete import choose_words as words
from gui.export import Table
from gui.widgets.shaping_scene import PanelRow, ShapingScene

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.language_model import LanguageModel
    from core.shaping import Shaping
    from core.trace import Trace

USUAL = tuple(name for name in STEPS if name not in EXTRAS)


@dataclass(frozen=True, eq=False)
class Chosen:
    """What the page shows, and of what it is."""

    model: LanguageModel
    trace: Trace
    sampling: SamplingConfig
    shaping: Shaping
    ends: NDArray[np.float64]  # (V,) of each token's stretch of the line

    def has_dice_of(self, other: Chosen | None) -> bool:
        """Whether the same is rolled over, so that rolls may go on."""
        return (
            other is not None
            and self.model is other.model
            and self.trace is other.trace
            and self.sampling == other.sampling
        )


def choose(model: LanguageModel, trace: Trace, sampling: SamplingConfig, n_rows: int) -> Chosen:
    """On the lane: shape what comes next, and lay it end to end."""
    made = shaping(trace.logits[-1], sampling, n_rows, trace.ids)
    return Chosen(model, trace, sampling, made, line(made.stages.shaped))


def scene_of(chosen: Chosen, steps: tuple[str, ...], label: Callable[[int], str]) -> ShapingScene:
    """For the eye: some of the steps; `label` tells what a token is called."""
    made = chosen.shaping
    at = [STEPS.index(name) for name in steps]
    rows = tuple(
        PanelRow(
            label=words.group(row, made.order.size) if row.token is None else label(row.token),
            token=row.token,
            n=row.last - row.first + 1,
            shares=tuple(row.shares[step] for step in at),
            n_kept=tuple(row.n_kept[step] for step in at),
        )
        for row in made.rows
    )
    return ShapingScene(words.heads(made, chosen.sampling, steps), rows)


def table_of(chosen: Chosen | None) -> Table:
    """Every token of the vocabulary, after every step."""
    header = ("rank", "id", "token", *STEPS)
    if chosen is None:
        return Table(header, [])
    made, label = chosen.shaping, chosen.model.tokenizer.label
    shares = np.stack([getattr(made.stages, step)[made.order] for step in STEPS], axis=1)
    pairs = zip(made.order.tolist(), shares.tolist(), strict=True)
    rows = [
        (rank, token, label(token), *numbers)
        for rank, (token, numbers) in enumerate(pairs, start=1)
    ]
    return Table(header, rows)
