"""From the model's scores to the next token: step by step, then the dice.

The order: repetition penalty, temperature, top-k, top-p, min-p.

Each stage takes a distribution over the whole vocabulary and gives one, in float64, so that every
stage can be drawn. Of tokens that are equally likely, the one with the lowest id always counts as
the likelier.

Notation: V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.trace import Candidate, Prediction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig

    Floats = NDArray[np.float64]

# A sum of V rounded probabilities may miss by this much what it is on paper.
_ROUNDING = 1e-12


def softmax(logits: NDArray[Any], temperature: float = 1.0) -> Floats:
    """Probabilities proportional to exp(logit / temperature).

    Args:
        logits: (V,) scores; infinite ones share all the probability, or get none.
        temperature: Below 1 sharper, above 1 flatter; 0 gives everything to the highest score.

    Returns:
        (V,) float64, at least 0, summing to 1.

    Raises:
        UserError: A score is not a number.
    """
    scores = np.asarray(logits, dtype=np.float64)  # (V,)
    if scores.ndim != 1 or scores.size == 0:
        raise ValueError(f"logits have shape {scores.shape}, expected (V,)")
    if np.isnan(scores).any():
        raise UserError("The model's scores are not numbers: its weights are broken, open another.")
    if temperature == 0:
        return _only(np.argmax(scores), scores.size)
    highest = scores.max()
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf; a tiny temperature
        below = np.where(scores == highest, 0.0, (scores - highest) / temperature)
    weights = np.exp(below)
    return weights / weights.sum()  # type: ignore[no-any-return]


def shape(
    logits: NDArray[Any], sampling: SamplingConfig, seen: Sequence[int] | NDArray[Any] = ()
) -> Floats:
    """The distribution that the next token is drawn from.

    Args:
        logits: (V,) scores.
        sampling: Each setting acts on what those before it in the order left.
        seen: Tokens of the text that the model sees, for the repetition penalty.

    Returns:
        (V,) float64 summing to 1; exactly 0 where cut.

    Raises:
        UserError: A score is not a number.
    """
    *_, shaped = _shaping(logits, sampling, seen)
    return shaped


@dataclass(frozen=True, eq=False)
class Stages:
    """The same, step by step. What is cut has 0 from there on; all are (V,) float64.

    Attributes:
        raw: What the model says: softmax of its scores.
        penalised: Softmax of the scores after the repetition penalty.
        tempered: Softmax of these divided by the temperature.
        top_k: `tempered` where top-k keeps it.
        top_p: `tempered` where top-p, which counts shares of what top-k left, keeps it too.
        min_p: `tempered` where min-p keeps it too.
        shaped: `min_p` over its sum: what the next token is drawn from, as from `shape`.
    """

    raw: Floats
    penalised: Floats
    tempered: Floats
    top_k: Floats
    top_p: Floats
    min_p: Floats
    shaped: Floats


def stages(
    logits: NDArray[Any], sampling: SamplingConfig, seen: Sequence[int] | NDArray[Any] = ()
) -> Stages:
    """Shape a distribution as `shape` does, and keep every step.

    Args:
        logits: (V,) scores.
        sampling: Each setting acts on what those before it in the order left.
        seen: Tokens of the text that the model sees, for the repetition penalty.

    Raises:
        UserError: A score is not a number.
    """
    tempered, after_k, after_p, shaped = _shaping(logits, sampling, seen)
    return Stages(
        raw=softmax(logits),
        penalised=softmax(penalise(logits, sampling.repetition_penalty, seen)),
        tempered=tempered,
        top_k=np.where(after_k > 0, tempered, 0.0),
        top_p=np.where(after_p > 0, tempered, 0.0),
        min_p=np.where(shaped > 0, tempered, 0.0),
        shaped=shaped,
    )


def _shaping(
    logits: NDArray[Any], sampling: SamplingConfig, seen: Sequence[int] | NDArray[Any]
) -> tuple[Floats, Floats, Floats, Floats]:
    """After each setting, a distribution again: what was cut is shared out at once."""
    scores = penalise(logits, sampling.repetition_penalty, seen)
    tempered = softmax(scores, sampling.temperature)
    after_k = keep_top_k(tempered, sampling.top_k)
    after_p = keep_top_p(after_k, sampling.top_p)
    return tempered, after_k, after_p, keep_min_p(after_p, sampling.min_p)


def penalise(
    logits: NDArray[Any], penalty: float, seen: Sequence[int] | NDArray[Any]
) -> NDArray[Any]:
    """Lower the scores of tokens that the text holds already, each once.

    Args:
        logits: (V,) scores; not written to.
        penalty: A positive score is divided by it, a negative one multiplied.
        seen: Ids, in any order and as often as they come.

    Returns:
        (V,) float64; `logits` themselves where nothing is to be done.

    Source: Keskar et al. 2019, "CTRL", section 4.1; for negative scores as in `transformers`.
    """
    if penalty == 1 or len(seen) == 0:
        return logits
    scores = np.array(logits, dtype=np.float64)
    ids = np.unique(np.asarray(seen, dtype=np.intp))
    own = scores[ids]
    with np.errstate(over="ignore"):
        scores[ids] = np.where(own < 0, own * penalty, own / penalty)
    return scores


def keep_top_k(probabilities: Floats, k: int) -> Floats:
    """Keep the k likeliest tokens; 0, or more than there are, keeps all."""
    return _keep_likeliest(probabilities, k) if k else probabilities


def keep_top_p(probabilities: Floats, p: float) -> Floats:
    """Keep the fewest likeliest tokens that together have probability p; at least one.

    Source: Holtzman et al. 2020, "The curious case of neural text degeneration", section 3.1.
    """
    if p >= 1:
        return probabilities
    possible = probabilities[probabilities > 0]
    reached = np.cumsum(np.sort(possible)[::-1]) >= p - _ROUNDING
    return _keep_likeliest(probabilities, int(np.argmax(reached)) + 1)


def keep_min_p(probabilities: Floats, p: float) -> Floats:
    """Keep tokens at least p times as likely as the likeliest.

    Source: Nguyen et al. 2024, "Turning up the heat: min-p sampling", section 3.
    """
    if p <= 0:
        return probabilities
    kept = probabilities >= (p - _ROUNDING) * probabilities.max()
    return np.where(kept, probabilities, 0.0) / probabilities[kept].sum()  # type: ignore[no-any-return]


def draw(probabilities: Floats, rng: np.random.Generator) -> int:
    """Draw a token.

    Args:
        probabilities: (V,) summing to 1.
        rng: The dice; one number of it is used.

    Returns:
        The id of a token with probability above 0.
    """
    return pick(probabilities, rng.random())


def pick(probabilities: Floats, u: float) -> int:
    """The token at place `u` when all probabilities are laid end to end, in the order of ids.

    Args:
        probabilities: (V,) summing to 1.
        u: From 0 up to, not including, 1.
    """
    return int(picks(probabilities, np.float64(u)))


def picks(probabilities: Floats, u: Floats | np.float64) -> NDArray[np.intp]:
    """What `pick` finds, for any number of places at once; of the shape of `u`."""
    ends = np.cumsum(probabilities)
    if not ends[-1] > 0:
        raise ValueError("the probabilities do not sum to 1")
    return np.searchsorted(ends, u * ends[-1], side="right")  # type: ignore[no-any-return]


def rank(logits: NDArray[Any], token_id: int) -> int:
    """A token's place among all by its score: 1 is the likeliest, of equals the lower id."""
    scores = np.asarray(logits)
    ahead = np.count_nonzero(scores > scores[token_id])
    return 1 + int(ahead + np.count_nonzero(scores[:token_id] == scores[token_id]))


def entropy_bits(probabilities: Floats) -> float:
    """How open the choice is: 0 if certain, log2(V) if all are equally likely."""
    possible = probabilities[probabilities > 0]
    return max(0.0, float(-(possible * np.log2(possible)).sum()))


def best(values: Floats, n: int) -> NDArray[np.intp]:
    """Ids of the n highest values, highest first, of equals the lowest id first.

    Args:
        values: (V,) without NaN.
        n: At most V.
    """
    values = np.asarray(values)
    n = min(n, values.size)
    if n <= 0:
        return np.zeros(0, dtype=np.intp)
    lowest = np.partition(values, -n)[-n]
    ids = np.flatnonzero(values >= lowest)  # a few more than n where values tie
    return ids[np.argsort(-values[ids], kind="stable")][:n]


def predict(
    logits: NDArray[Any],
    text: Callable[[int], str],
    label: Callable[[int], str],
    sampling: SamplingConfig,
    top: int = 20,
    end_of_text: int | None = None,
    seen: Sequence[int] | NDArray[Any] = (),
) -> Prediction:
    """The likeliest next tokens and what lies beyond them.

    Args:
        logits: (V,) scores.
        text: What the token with this id appends.
        label: The same for the eye.
        sampling: How the distribution is shaped.
        top: How many candidates, at most.
        end_of_text: Id of the mark that the text is over, if there is one.
        seen: As of `shape`.

    Returns:
        Candidates by raw probability, so that they stay in place as the shaping changes.

    Raises:
        UserError: A score is not a number.
    """
    raw, shaped = softmax(logits), shape(logits, sampling, seen)
    ids = best(np.asarray(logits, dtype=np.float64), top)
    candidates = tuple(
        Candidate(
            id=token_id,
            text=text(token_id),
            label=label(token_id),
            logit=float(logits[token_id]),
            raw=float(raw[token_id]),
            probability=float(shaped[token_id]),
            ends=token_id == end_of_text,
        )
        for token_id in ids.tolist()
    )
    return Prediction(
        candidates=candidates,
        n_others=raw.size - len(candidates),
        others=float(np.delete(shaped, ids).sum()),
        n_kept=int(np.count_nonzero(shaped)),
        entropy_bits=entropy_bits(raw),
        shaped_bits=entropy_bits(shaped),
    )


def _only(token_id: np.intp, n: int) -> Floats:
    """Certainty of one of n tokens."""
    certain = np.zeros(n)
    certain[token_id] = 1.0
    return certain


def _keep_likeliest(probabilities: Floats, n: int) -> Floats:
    """Cut all but n tokens, and share what was cut among them in proportion."""
    # Without what was cut before: numpy is slow to order thousands of zeros.
    ids = np.flatnonzero(probabilities > 0)
    if n >= ids.size:
        return probabilities
    possible = probabilities[ids]
    lowest = np.partition(possible, -n)[-n]
    kept = possible > lowest
    kept[np.flatnonzero(possible == lowest)[: n - np.count_nonzero(kept)]] = True
    left = np.zeros(probabilities.size)
    left[ids[kept]] = possible[kept] / possible[kept].sum()
    return left
