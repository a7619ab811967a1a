"""One colour for each answer of a net, and how sure it is in how far it stands out from grey.

The colours were searched for: under normal sight and under simulated protanopia, deuteranopia and
tritanopia (Machado and others 2009) any two of them, and the grey, are at least 25 apart in
CIELAB, and 16 apart at 60% of their strength. The grey means no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QColor

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HUES = ("#2f66f7", "#d98716", "#00b76f", "#b581c4", "#f1d716", "#8f591d")
RIGHT_HUE, WRONG_HUE = HUES[2], HUES[1]
GREYS = {"light": "#d3d7dd", "dark": "#4b5461"}
WEAKEST = 0.6  # strength of an answer that is barely one


def grey() -> str:
    """The colour of no answer."""
    return GREYS[theme.active().name]


def hues_of(n_answers: int) -> tuple[str, ...]:
    """Of each answer, then of no answer.

    Raises:
        ValueError: More answers than there are colours.
    """
    if n_answers > len(HUES):
        raise ValueError(f"{n_answers} answers, but only {len(HUES)} colours")
    return (*HUES[:n_answers], grey())


def strengths_of(confidences: NDArray[Any]) -> NDArray[np.float64]:
    """How far a colour stands out from grey, for probabilities from 0.5 to 1."""
    sure = np.clip(2 * np.asarray(confidences, dtype=np.float64) - 1, 0, 1)
    return np.asarray(WEAKEST + (1 - WEAKEST) * sure)


def rgb(colors: Sequence[str]) -> NDArray[np.float64]:
    """(n, 3) from 0 to 255."""
    parts = [(color.red(), color.green(), color.blue()) for color in map(QColor, colors)]
    return np.array(parts, dtype=np.float64)


def mixed(
    groups: NDArray[Any], strengths: NDArray[Any], hues: Sequence[str]
) -> NDArray[np.float64]:
    """Colours of answers.

    Args:
        groups: (n,) which of the hues.
        strengths: (n,) 0 is the grey, 1 the full hue.
        hues: As `#rrggbb`.

    Returns:
        (n, 3) red, green, blue from 0 to 255.
    """
    neutral = rgb([grey()])
    return np.asarray(neutral + (rgb(hues)[groups] - neutral) * strengths[:, None])
