"""What the map of all pictures shows of the Pixels tab's state."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core import picture_map
from core.pixel_lesson import fitting
from gui.widgets.picture_map_page import MapAnswers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.pixel_lesson import Examples
    from core.pixelnet import Array
    from gui.pixel_session import PixelSession

PICTURES = picture_map.PICTURES  # (512, 9) by place


def answers_of(pixels: PixelSession) -> MapAnswers:
    """What the net as it is now says about all 512 pictures."""
    symbols = pixels.symbols
    fits = _right_answers(pixels.learnt.lesson)
    seen = picture_map.look_at_all(pixels.net, fits)
    return MapAnswers(
        names=[symbol.name for symbol in symbols],
        spoken=[symbol.spoken for symbol in symbols],
        symbols=np.stack([symbol.picture for symbol in symbols]),
        probabilities=seen.probabilities,
        answers=seen.answers,
        verdicts=seen.verdicts,
        fits=fits,
        has_nonsense=pixels.learnt.lesson.has_nonsense,
        n_answers=seen.n_answers,
        n_verdicts=seen.n_verdicts,
    )


@lru_cache(maxsize=4)
def _right_answers(lesson: Examples) -> NDArray[np.bool_]:
    return fitting(lesson)


def whereabouts(picture: Array) -> tuple[int | None, tuple[int, ...]]:
    """The place of a picture, (9,), and of those one pixel away; None and none if it has greys."""
    place = picture_map.place_of(picture)
    return (None, ()) if place is None else (place, picture_map.neighbours(place))
