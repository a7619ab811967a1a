"""Single numbers of a forward pass, taken apart: what each was computed from.

In float64 from the trace's float32, so that every step can be shown and redone by hand; the last
one is the number that the trace has, but for rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.sampling import penalise, shape, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.trace import Array, Trace

    Floats = NDArray[np.float64]


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
    steps = attention_row(trace, layer, head, row)
    return AttentionStep(
        dot=float(steps.dots[column]),
        root=steps.root,
        score=float(steps.scores[column]),
        power=float(steps.powers[column]),
        total=steps.total,
        weight=float(steps.weights[column]),
    )


@dataclass(frozen=True, eq=False)
class AttentionRow:
    """How one token shares out its attention, step by step.

    A weight that somebody has set by hand is in the trace's pattern; here is what the model gave.

    Attributes:
        q: (D,) the query of the token that looks.
        k: (T, D) the keys.
        products: (T, D) q times each key, number by number.
        dots: (T,) the sums of these products.
        root: sqrt(D).
        scores: (T,) dots / root.
        masked: (T,) the same, minus infinity for the tokens behind, which nobody may look at.
        powers: (T,) e^masked, so 0 for those; infinite for scores that no model should have.
        total: Sum of the powers.
        weights: (T,) powers / total.
    """

    q: Floats
    k: Floats
    products: Floats
    dots: Floats
    root: float
    scores: Floats
    masked: Floats
    powers: Floats
    total: float
    weights: Floats


def attention_row(trace: Trace, layer: int, head: int, row: int) -> AttentionRow:
    """Take a row of attention weights apart; arguments as of `attention_step`."""
    q = trace.q[layer, head, row].astype(np.float64)  # (D,)
    k = trace.k[layer, head].astype(np.float64)  # (T, D)
    root = math.sqrt(q.size)
    products = q * k  # (T, D)
    dots = products.sum(axis=1)  # (T,)
    scores = dots / root
    masked = np.where(np.arange(len(k)) <= row, scores, -math.inf)
    with np.errstate(over="ignore"):
        powers = np.exp(masked)
    return AttentionRow(
        q=q,
        k=k,
        products=products,
        dots=dots,
        root=root,
        scores=scores,
        masked=masked,
        powers=powers,
        total=float(powers.sum()),
        weights=softmax(masked),
    )


@dataclass(frozen=True)
class ChoiceStep:
    """How probable one next token is.

    Attributes:
        logit: The model's score.
        score: The same after the repetition penalty.
        scaled: score / temperature; the score itself at temperature 0.
        power: e^scaled.
        total: Sum of the powers over the vocabulary.
        share: power / total, or certainty at temperature 0.
        kept: Sum of the shares that top-k, top-p and min-p left; 1 if they cut nothing.
        n_kept: Of how many tokens.
        probability: share / kept, or 0 if the token was cut.
    """

    logit: float
    score: float
    scaled: float
    power: float
    total: float
    share: float
    kept: float
    n_kept: int
    probability: float


def choice_step(
    logits: Array, sampling: SamplingConfig, token_id: int, seen: Sequence[int] | NDArray[Any] = ()
) -> ChoiceStep:
    """Take the probability of one next token apart.

    Args:
        logits: (V,) the last row of `Trace.logits`.
        sampling: Shapes the distribution.
        token_id: Which token.
        seen: Tokens of the text that the model sees, for the repetition penalty.
    """
    penalised = penalise(logits, sampling.repetition_penalty, seen)
    scores = np.asarray(penalised, dtype=np.float64)
    scaled = scores / sampling.temperature if sampling.temperature else scores
    with np.errstate(over="ignore"):
        powers = np.exp(scaled)
    shares, shaped = softmax(scores, sampling.temperature), shape(logits, sampling, seen)
    return ChoiceStep(
        logit=float(logits[token_id]),
        score=float(scores[token_id]),
        scaled=float(scaled[token_id]),
        power=float(powers[token_id]),
        total=float(powers.sum()),
        share=float(shares[token_id]),
        kept=float(shares[shaped > 0].sum()),
        n_kept=int(np.count_nonzero(shaped)),
        probability=float(shaped[token_id]),
    )
