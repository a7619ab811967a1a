"""Single numbers of a forward pass, taken apart: what each was computed from.

In float64 from the trace's float32, so that every step can be shown and redone by hand; the last
one is the number that the trace has, but for rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.sampling import shape, softmax

if TYPE_CHECKING:
    from core.config import SamplingConfig
    from core.trace import Array, Trace


@dataclass(frozen=True)
class AttentionStep:
    """How much one token looks at one before it.

    Attributes:
        dot: q k^T.
        root: sqrt(D).
        score: dot / root.
        power: e^score; infinite for scores that no model should have.
        total: Sum of the powers over the row, as far as it may look.
        weight: power / total.
    """

    dot: float
    root: float
    score: float
    power: float
    total: float
    weight: float


def attention_step(trace: Trace, layer: int, head: int, row: int, column: int) -> AttentionStep:
    """Take one attention weight apart.

    Args:
        trace: The pass.
        layer: Of the head.
        head: Which one.
        row: Position of the token that looks.
        column: Position of what it looks at, not after it.
    """
    q = trace.q[layer, head, row].astype(np.float64)  # (D,)
    k = trace.k[layer, head, : row + 1].astype(np.float64)  # (row + 1, D)
    root = math.sqrt(q.size)
    dots = k @ q  # (row + 1,)
    scores = dots / root
    with np.errstate(over="ignore"):
        powers = np.exp(scores)
    return AttentionStep(
        dot=float(dots[column]),
        root=root,
        score=float(scores[column]),
        power=float(powers[column]),
        total=float(powers.sum()),
        weight=float(softmax(scores)[column]),
    )


@dataclass(frozen=True)
class ChoiceStep:
    """How probable one next token is.

    Attributes:
        logit: The model's score.
        scaled: logit / temperature; the logit itself at temperature 0.
        power: e^scaled.
        total: Sum of the powers over the vocabulary.
        share: power / total, or certainty at temperature 0.
        kept: Sum of the shares that top-k and top-p left; 1 if they cut nothing.
        n_kept: Of how many tokens.
        probability: share / kept, or 0 if the token was cut.
    """

    logit: float
    scaled: float
    power: float
    total: float
    share: float
    kept: float
    n_kept: int
    probability: float


def choice_step(logits: Array, sampling: SamplingConfig, token_id: int) -> ChoiceStep:
    """Take the probability of one next token apart.

    Args:
        logits: (V,) the last row of `Trace.logits`.
        sampling: Shapes the distribution.
        token_id: Which token.
    """
    scores = np.asarray(logits, dtype=np.float64)
    scaled = scores / sampling.temperature if sampling.temperature else scores
    with np.errstate(over="ignore"):
        powers = np.exp(scaled)
    shares, shaped = softmax(logits, sampling.temperature), shape(logits, sampling)
    return ChoiceStep(
        logit=float(scores[token_id]),
        scaled=float(scaled[token_id]),
        power=float(powers[token_id]),
        total=float(powers.sum()),
        share=float(shares[token_id]),
        kept=float(shares[shaped > 0].sum()),
        n_kept=int(np.count_nonzero(shaped)),
        probability=float(shaped[token_id]),
    )
