"""What the nine-pixel net learns from: the symbols, all that is one pixel away, and nonsense."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.picture_map import PICTURES, place_of
from core.pixelnet import N_PIXELS, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.pixelnet import Array, Symbol

NEAR = 2  # pixels from a symbol within which a picture may still remind of it
_NONSENSE_SEED = 0  # which of the many pictures are shown is part of the lesson, not of chance


@dataclass(frozen=True, eq=False)
class Examples:
    """Pictures whose answers are known.

    Attributes:
        pictures: (N, 9).
        targets: (N, K) 1 for the right symbol, 0 for the others; for nonsense 0 for all of them,
            or equal shares where they must add up to 1.
        symbols: K of them.
    """

    pictures: Array
    targets: Array
    symbols: tuple[Symbol, ...]

    @property
    def has_nonsense(self) -> bool:
        """Whether some of them are no symbol at all."""
        return bool((self.right < 0).any())

    @cached_property
    def right(self) -> NDArray[np.intp]:
        """(N,) the right symbol, or -1 for nonsense."""
        return np.where(self.targets.max(axis=1) == 1, self.targets.argmax(axis=1), -1)


def examples(
    symbols: Sequence[Symbol], *, nonsense: bool = False, outputs: str = "sigmoid"
) -> Examples:
    """Each symbol and its nine one-pixel variants, the symbol itself first.

    A variant that is as near to another symbol, or nearer, has two answers and is left out; of the
    story's symbols there is none, and N is 10 K.

    Args:
        symbols: K of them.
        nonsense: Add as many pictures that are far from all symbols.
        outputs: "sigmoid" or "softmax", which decides what to say of nonsense.
    """
    flips = np.concatenate([np.ones((1, N_PIXELS)), 1 - 2 * np.eye(N_PIXELS)])  # (10, 9)
    pictures = np.concatenate([symbol.picture * flips for symbol in symbols])  # (N, 9)
    targets = np.repeat(np.eye(len(symbols)), len(flips), axis=0)  # (N, K)
    apart = _distances(pictures, symbols)  # (N, K)
    own = (apart * targets).sum(axis=1, keepdims=True)  # (N, 1)
    clear = ((apart > own) | (targets == 1)).all(axis=1)  # (N,)
    pictures, targets = pictures[clear], targets[clear]
    if nonsense:
        more = _nonsense(symbols, len(pictures))
        none = 0.0 if outputs == "sigmoid" else 1 / len(symbols)
        pictures = np.concatenate([pictures, more])
        targets = np.concatenate([targets, np.full((len(more), len(symbols)), none)])
    return Examples(frozen(pictures), frozen(targets), tuple(symbols))


def fitting(lesson: Examples) -> NDArray[np.bool_]:
    """What training asks for, of each of the 512 pictures that there are.

    Returns:
        (512, K + 1) the right answers by place, the last one being nothing. A row is empty where
        training asks for nothing in particular. Where nonsense is taught, nothing is right for
        all that is as far from the symbols as nonsense is, whether it was among the examples.
    """
    fits = np.zeros((len(PICTURES), len(lesson.symbols) + 1), np.bool_)
    for pixels, target in zip(lesson.pictures, lesson.targets, strict=True):
        place = place_of(pixels)
        if place is not None:
            fits[place, :-1] |= target == 1
    if lesson.has_nonsense:
        fits[:, -1] = _is_far(lesson.symbols)
    return fits


def _is_far(symbols: Sequence[Symbol]) -> NDArray[np.bool_]:
    """(512,) whether a picture reminds of no symbol."""
    return np.asarray((_distances(PICTURES, symbols) > NEAR).all(axis=1))


def _distances(pictures: Array, symbols: Sequence[Symbol]) -> Array:
    """(N, K) pixels in which a picture differs from a symbol."""
    known = np.stack([symbol.picture for symbol in symbols])  # (K, 9)
    return np.asarray((pictures[:, None] != known[None]).sum(axis=2), dtype=np.float64)


def _nonsense(symbols: Sequence[Symbol], most: int) -> Array:
    far = PICTURES[_is_far(symbols)]
    chosen = np.random.default_rng(_NONSENSE_SEED).permutation(len(far))[:most]
    return np.asarray(far[np.sort(chosen)])
