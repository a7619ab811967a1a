"""How loss and accuracy went: the points of a training's curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.pixel_training import TrainStep

MOST = 2000  # points; more than a screen has columns


@dataclass(frozen=True, eq=False)
class History:
    """Points in order of their steps; a new one never changes an older value.

    Attributes:
        points: (step, loss, accuracy) each; accuracy from 0 to 1.
    """

    points: tuple[tuple[int, float, float], ...] = ()

    def with_point(self, step: int, loss: float, accuracy: float) -> History:
        """Go on from here; what lies at this step or later is forgotten, what is dense thinned."""
        kept = self.points
        while kept and kept[-1][0] >= step:
            kept = kept[:-1]
        if len(kept) >= MOST:
            kept = kept[::2]
        return History((*kept, (step, loss, accuracy)))

    def reaching(self, at: TrainStep) -> History:
        """Go on to where training now stands; as `with_point`."""
        return self.with_point(at.step, at.loss, at.n_right / at.n_examples)

    def leads_to(self, at: TrainStep) -> bool:
        """Whether one of its points is where training stands."""
        return (at.step, at.loss, at.n_right / at.n_examples) in self.points

    @property
    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Steps, losses and accuracies, (M,) each."""
        table = np.array(self.points, dtype=np.float64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]
