"""Symbols of the user's own: what is refused, what is only worth a warning."""

from __future__ import annotations

import reprlib
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.pixelnet import BLACK, N_PIXELS, SYMBOLS, WHITE, Symbol, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST, MOST = 2, 6
LONGEST_NAME = 12
NEAREST = 2  # pixels apart; nearer ones are warned about
_SPOKEN = {symbol.name: symbol.spoken for symbol in SYMBOLS}


def symbol(name: object, pixels: object) -> Symbol:
    """A symbol with a name.

    Args:
        name: 1 to 12 characters that can be seen.
        pixels: (9,) numbers, each -1 (black) or 1 (white).

    Raises:
        UserError: It is none.
    """
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise UserError(
            f"A symbol's name has 1 to {LONGEST_NAME} characters, not {reprlib.repr(name)}."
        )
    name = name.strip()
    if not name.isprintable():
        raise UserError(f"The name {reprlib.repr(name)} has characters that cannot be seen.")
    try:
        picture = np.array(pixels, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        picture = np.zeros(0)
    if picture.shape != (N_PIXELS,) or not np.isin(picture, (BLACK, WHITE)).all():
        raise UserError(f"“{name}” must have {N_PIXELS} pixels, each -1 (black) or 1 (white).")
    return Symbol(name, _SPOKEN.get(name, f"“{name}”"), frozen(picture))


def check(symbols: Sequence[Symbol]) -> None:
    """Whether a net can be asked to tell these apart.

    Raises:
        UserError: Too few or too many, one is empty, or two are the same or share a name.
    """
    if not FEWEST <= len(symbols) <= MOST:
        raise UserError(f"There can be {FEWEST} to {MOST} symbols, not {len(symbols)}.")
    for each in symbols:
        if (each.picture == WHITE).all():
            raise UserError(f"“{each.name}” is empty: draw at least one black pixel.")
    for one, other in combinations(symbols, 2):
        if one.name == other.name:
            raise UserError(f"Two symbols are called “{one.name}”: rename one of them.")
        if (one.picture == other.picture).all():
            raise UserError(f"“{one.name}” and “{other.name}” are the same: change one of them.")


def warnings(symbols: Sequence[Symbol]) -> tuple[str, ...]:
    """Why some of them will be mistaken for each other: a sentence for each such pair."""
    return tuple(
        f"“{one.name}” and “{other.name}” differ in one pixel only: where that pixel is flipped, "
        "the one is the other."
        for one, other in combinations(symbols, 2)
        if 0 < (one.picture != other.picture).sum() < NEAREST
    )


def same(some: Sequence[Symbol], others: Sequence[Symbol]) -> bool:
    """Whether they are the same symbols in the same order."""
    return len(some) == len(others) and all(
        one.name == other.name and np.array_equal(one.picture, other.picture)
        for one, other in zip(some, others, strict=True)
    )
