"""The dice that choose the next token: numbers from a seed, and where they fall.

All tokens lie end to end on a line from 0 to 1, in the order of their ids, each as long as it is
probable. A roll is a number on that line; the token that lies there is drawn. The numbers are
those that `core.generation` throws, so the same seed rolls here what it writes there.

Notation: V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.sampling import picks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rolls:
    """Some rolls over one distribution.

    Attributes:
        seed: Of the dice.
        n_thrown: How often these dice had been thrown before the first of them.
        numbers: (n,) where they fell, from 0 up to, not including, 1.
        ids: (n,) the tokens that lie there.
    """

    seed: int
    n_thrown: int
    numbers: Floats
    ids: NDArray[np.intp]

    def counts(self, n_vocabulary: int) -> NDArray[np.intp]:
        """(V,) how often each token was drawn."""
        return np.bincount(self.ids, minlength=n_vocabulary)


def roll(probabilities: Floats, seed: int, n: int, n_thrown: int = 0) -> Rolls:
    """Roll over the same distribution again and again.

    Args:
        probabilities: (V,) summing to 1.
        seed: Where the dice start.
        n: How many rolls.
        n_thrown: Numbers of this seed that were used up before.
    """
    rng = np.random.default_rng(seed)
    rng.random(n_thrown)
    numbers = rng.random(n)
    return Rolls(seed, n_thrown, numbers, picks(probabilities, numbers))


def line(probabilities: Floats) -> Floats:
    """(V,) where each token's stretch of the line ends; it begins where the one before ends."""
    ends = np.cumsum(probabilities)
    return np.asarray(ends / ends[-1])


def spread(probability: float, n: int) -> tuple[float, float]:
    """How often a token is drawn in n rolls on average, and the usual distance from that.

    Returns:
        n p and sqrt(n p (1 - p)), the mean and the standard deviation of a binomial count.
    """
    return n * probability, float(np.sqrt(n * probability * (1 - probability)))
