"""What the lens figure shows, as plain values, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

UNKNOWN = -1  # an id that is not computed yet


@dataclass(frozen=True, eq=False)
class LensScene:
    """Guesses by depth and position.

    Attributes:
        depths: Names of the D depths, the first one is before any layer.
        tokens: Labels of the T tokens after which is guessed.
        ids: (D, T) the top guess, `UNKNOWN` where it is not known yet.
        probabilities: (D, T) of the top guess.
        label: What a token is called.
        answers: (T,) the token that the model finally holds for the likeliest.
        others: (D, T) whether the top guess is another than it would be without changes.
        tip: All there is to say about a cell, for its tooltip.
    """

    depths: tuple[str, ...]
    tokens: tuple[str, ...]
    ids: NDArray[np.int64]
    probabilities: NDArray[Any]
    label: Callable[[int], str]
    answers: NDArray[np.int64]
    others: NDArray[np.bool_]
    tip: Callable[[int, int], str]

    def check(self) -> None:
        """See that it fits together.

        Raises:
            ValueError: Nothing in it, shapes that differ, or a number that is no probability.
        """
        shape = len(self.depths), len(self.tokens)
        if not all(shape):
            raise ValueError("there are no guesses: use clear()")
        for name in ("ids", "probabilities", "others"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, not {shape}")
        if self.answers.shape != shape[1:]:
            raise ValueError(f"answers has shape {self.answers.shape}, not {shape[1:]}")
        known = self.probabilities[self.ids != UNKNOWN]
        if not ((known >= 0) & (known <= 1 + 1e-6)).all():
            raise ValueError("probabilities are not all from 0 to 1")

    def said(self, depth: int, position: int) -> str:
        """A cell in a line."""
        if self.ids[depth, position] == UNKNOWN:
            return ""
        guess = self.label(int(self.ids[depth, position]))
        share = percent(float(self.probabilities[depth, position]))
        place = f"{self.depths[depth]}, at {self.tokens[position]}"
        return f"{place[0].upper()}{place[1:]}: {guess} {share}"


@dataclass(frozen=True, eq=False)
class Track:
    """One token's way through the depths, at one position.

    Attributes:
        position: After which token it is guessed.
        label: What the token is called that is followed.
        ranks: (D,) its place among all tokens; 1 is the likeliest.
        probabilities: (D,) its own.
        n_tokens: How many there are in the vocabulary.
    """

    position: int
    label: str
    ranks: NDArray[np.int64]
    probabilities: NDArray[Any]
    n_tokens: int

    def exact(self, depth: int, name: str) -> str:
        """All there is to say about a depth."""
        share = f"{float(self.probabilities[depth]):.4%}"
        return (
            f"{name[0].upper()}{name[1:]}: {self.label}\n"
            f"Place {int(self.ranks[depth]):,} of {self.n_tokens:,}\n"
            f"Probability: {share}"
        )


def depth_names(n_layers: int) -> tuple[str, ...]:
    """What the depths are called, from the embedding on."""
    return ("embedding", *(f"layer {n + 1}" for n in range(n_layers)))


def all_unknown(n_depths: int, n_positions: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Ids and probabilities of guesses of which none is known yet."""
    shape = n_depths, n_positions
    return np.full(shape, UNKNOWN, np.int64), np.zeros(shape)


def shortly(probability: float) -> str:
    """In as little room as there is in a cell: 12%, and below half a percent only that."""
    return "<1%" if 0 < probability < 0.005 else f"{probability:.0%}"


def kept(names: Sequence[str]) -> tuple[str, ...]:
    """Names with the last one said to be the answer."""
    return (*names[:-1], f"{names[-1]} = answer") if len(names) > 1 else tuple(names)
