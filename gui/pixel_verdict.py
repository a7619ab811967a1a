"""What the net says about a picture, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.pixelnet import ANSWERED, LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.pixelnet import Array, Symbol

MINUS = "\N{MINUS SIGN}"
_COUNTS = ("", "", "Two", "Three", "Four", "Five", "Six")


def verdict(answers: Array, symbols: Sequence[Symbol]) -> str:
    """The surest answer, or all that fit.

    Args:
        answers: (K,) probabilities.
        symbols: K of them.
    """
    order = np.argsort(-answers, kind="stable").tolist()  # the surest first
    name, share = symbols[order[0]].spoken, percent(float(answers[order[0]]))
    if answers[order[0]] <= ANSWERED:
        return f"It looks most like {name}, but the net is not sure ({share})."
    fits = [i for i in order if answers[i] > ANSWERED]
    if len(fits) > 1:
        said = (f"{symbols[i].name}\u00a0{percent(float(answers[i]))}" for i in fits)
        count = _COUNTS[len(fits)]
        if len(fits) == len(answers):
            count = "Both" if len(fits) == 2 else f"All {count.lower()}"
        return f"{count} fit: {', '.join(said)}."
    if answers[order[0]] < 0.9:
        return f"It is probably {name}: {share} sure."
    return f"It is {name}: {share} sure."


def kept_within(limit: float) -> str:
    """Why a weight or a bias can be no larger, and what to do about it, in a sentence."""
    said = f"Weights and biases are kept from {MINUS}{limit:,g} to {limit:,g}"
    free = "to let them grow, choose Weights: free on the page Training"
    return f"{said}; {free}." if limit <= LIMIT else f"{said} here."


def percent(probability: float) -> str:
    """A probability in a sentence, never rounded to certainty: 97%, over 99%."""
    if probability >= 0.995:
        return "over 99%"
    return "under 1%" if probability < 0.005 else f"{probability:.0%}"
