"""Everything that the nine-pixel net could ever see in black and white: all 512 pictures.

They lie on a sheet of 16 rows and 32 columns on which neighbours look alike. All pictures of a row
have the same corners, all of a column the same cross (the middle and the four pixels beside it).
From one row or column to the next, a single pixel changes: rows and columns are in the order of a
reflected Gray code, and the last one is next to the first again. So the nine pictures that are one
pixel away from a picture all lie in its own row (five of them) or in its own column (four).

Notation: K symbols; a place is row * 32 + column, from 0 to 511.

Source: F. Gray, Pulse code communication, US patent 2632058, 1953.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.pixelnet import ANSWERED, BLACK, N_PIXELS, WHITE, Forward, PixelNet, forward, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.pixelnet import Array

# Pixels by how often they change along the sheet, the most restless first.
CORNERS = (6, 8, 2, 0)
CROSS = (7, 3, 5, 1, 4)
N_ROWS, N_COLUMNS = 2 ** len(CORNERS), 2 ** len(CROSS)
N_PICTURES = N_ROWS * N_COLUMNS
NOTHING = -1  # the answer where no probability is one
NO_RULE, RIGHT, WRONG = 0, 1, 2  # verdicts


def _gray_bits(n_bits: int) -> NDArray[np.bool_]:
    """(2**n_bits, n_bits) Gray code: one bit changes from row to row; the first bit most often."""
    numbers = np.arange(2**n_bits)
    codes = numbers ^ (numbers >> 1)
    return np.asarray((codes[:, None] >> np.arange(n_bits)) & 1, dtype=np.bool_)


def _all_pictures() -> Array:
    sheet = np.full((N_ROWS, N_COLUMNS, N_PIXELS), WHITE)
    sheet[:, :, CORNERS] = np.where(_gray_bits(len(CORNERS)), BLACK, WHITE)[:, None]
    sheet[:, :, CROSS] = np.where(_gray_bits(len(CROSS)), BLACK, WHITE)[None]
    return frozen(sheet.reshape(N_PICTURES, N_PIXELS))


PICTURES = _all_pictures()  # (512, 9) by place
_PLACES = {pixels.tobytes(): place for place, pixels in enumerate(PICTURES)}


def place_of(picture: Array) -> int | None:
    """Where a picture, (9,), lies on the sheet; None if it has a grey pixel."""
    return _PLACES.get(np.asarray(picture, dtype=np.float64).tobytes())


def neighbours(place: int) -> tuple[int, ...]:
    """The nine places whose pictures are one pixel away, in the order of the pixels."""
    flips = 1 - 2 * np.eye(N_PIXELS)  # (9, 9)
    return tuple(_PLACES[pixels.tobytes()] for pixels in PICTURES[place] * flips)


@dataclass(frozen=True, eq=False)
class PictureMap:
    """What a net says about every picture.

    Attributes:
        probabilities: (512, K) how sure it is of each symbol.
        answers: (512,) the surest symbol, or `NOTHING` where none is above `ANSWERED`.
        confidences: (512,) the highest probability.
        verdicts: (512,) `RIGHT` or `WRONG` where there is a right answer, else `NO_RULE`.
        n_answers: (K + 1,) pictures with each answer; the last one is nothing.
        n_verdicts: (3,) pictures with each verdict.
    """

    probabilities: Array
    answers: NDArray[np.intp]
    confidences: Array
    verdicts: NDArray[np.intp]
    n_answers: NDArray[np.intp]
    n_verdicts: NDArray[np.intp]


def look_at_all(net: PixelNet, fits: NDArray[np.bool_]) -> PictureMap:
    """Run all 512 pictures through a net, in one batch.

    Args:
        net: The weights.
        fits: (512, K + 1) the right answers, nothing being the last; a row may be empty.

    Raises:
        ValueError: The net has another number of outputs.
    """
    passed: Forward = forward(net, PICTURES)
    probabilities = passed.probabilities  # (512, K)
    n_symbols = probabilities.shape[1]
    if fits.shape != (N_PICTURES, n_symbols + 1):
        raise ValueError(f"right answers {fits.shape} do not fit {probabilities.shape}")
    surest = probabilities.argmax(axis=1)  # (512,)
    confidences = probabilities.max(axis=1)
    answers = np.where(confidences > ANSWERED, surest, NOTHING)
    is_right = fits[np.arange(N_PICTURES), answers]  # nothing, -1, is the last one
    verdicts = np.where(fits.any(axis=1), np.where(is_right, RIGHT, WRONG), NO_RULE)
    return PictureMap(
        probabilities=probabilities,
        answers=answers,
        confidences=confidences,
        verdicts=verdicts,
        n_answers=np.bincount(answers % (n_symbols + 1), minlength=n_symbols + 1),
        n_verdicts=np.bincount(verdicts, minlength=3),
    )
