"""What a prediction says, row by row, and in which words and digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.trace import Candidate, Prediction

END = "(end of text)"  # instead of a sign that reads like something to type
CLICK = "Click to append it, or on its percentage to see how that is computed."


@dataclass(frozen=True)
class Row:
    """What one row says.

    Attributes:
        token: Its id; None for all other tokens together.
        label: For the eye.
        probability: After shaping.
        raw: Before.
        ends: Whether it is the mark that the text is over.
    """

    token: int | None
    label: str
    probability: float
    raw: float
    ends: bool = False


def percent(probability: float) -> str:
    """A probability for the eye: 12.3%, 0.04%; 0% and 100% only where it is exactly that."""
    if probability in (0, 1):
        return f"{probability:.0%}"
    if probability < 0.0001:
        return "<0.01%"
    if probability >= 0.9995:
        return ">99.9%"
    return f"{probability:.2%}" if probability < 0.01 else f"{probability:.1%}"


def rows_of(prediction: Prediction) -> list[Row]:
    """The candidates and, if there are any, the others in one row.

    Raises:
        ValueError: A number is no probability, or they do not add up to one.
    """
    rows = [
        Row(one.id, label_of(one), one.probability, one.raw, one.ends)
        for one in prediction.candidates
    ]
    if prediction.n_others:
        label = f"{prediction.n_others:,} others"
        rows.append(Row(None, label, prediction.others, prediction.others_raw))
    for name in ("probability", "raw"):
        values = np.array([getattr(row, name) for row in rows])
        in_range = ((values >= 0) & (values <= 1 + 1e-6)).all()
        if not in_range or abs(values.sum() - 1) > 1e-3:
            raise ValueError(f"{name} is no distribution: {values}")
    return rows


def starts(rows: list[Row], old: list[Row], shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the bars of new rows set out: where the token was, else where the row was, else 0.

    Args:
        rows: The new ones.
        old: Those before.
        shown: (rows before, 2) their lengths on the screen.

    Returns:
        (new rows, 2).
    """
    by_token = {row.token: lengths for row, lengths in zip(old, shown, strict=True)}
    by_index = dict(enumerate(shown))
    nowhere = np.zeros(2)
    starts = [by_token.get(row.token, by_index.get(i, nowhere)) for i, row in enumerate(rows)]
    return np.array(starts).reshape(-1, 2)


def exact(candidate: Candidate, ghost: float | None) -> str:
    """Every number of a candidate, for its tooltip.

    Args:
        candidate: One of the first.
        ghost: Its probability before the text last changed, if it was among the first then.
    """
    cut = candidate.probability == 0
    return "\n".join(
        (
            label_of(candidate),
            f"Number {candidate.id} in the vocabulary",
            f"Score (logit): {candidate.logit:.3f}",
            f"The model says: {candidate.raw:.4%}",
            f"After shaping: {'cut from the draw' if cut else f'{candidate.probability:.4%}'}",
            *([] if ghost is None else [f"Before the text last changed: {ghost:.4%}"]),
            "With it the model says that the text is over." if candidate.ends else CLICK,
        )
    )


def label_of(candidate: Candidate) -> str:
    """What a candidate is called."""
    return END if candidate.ends else candidate.label
