"""What an exam finds out: every answer, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_MISTAKES = 10


@dataclass(frozen=True)
class Answer:
    """One question of an exam, answered.

    Attributes:
        kind: What sort of question it was.
        right: 1 or 0; between them where several answers were level.
        chance: What guessing gets on average.
        text: What was read, with the right answer.
        said: What was said instead, for people.
    """

    kind: str
    right: float
    chance: float
    text: str
    said: str = ""


@dataclass(frozen=True)
class Result:
    """How an exam went.

    Attributes:
        score: Share of right answers; for the loss, nats a token.
        n: How many questions there were.
        chance: What guessing would get.
        baseline: What something simpler gets on the same questions.
        baseline_is: That something.
        aim: What was hoped for.
        seen: Share of the questions that stand in the training text word for word, with their
            answer; of the part of that text that the n-grams have read.
        kinds: Share of right answers and number of questions, by kind.
        details: What else was measured.
        mistakes: Some wrong answers.
        less_is_better: The score is a loss.
        asks: What was asked, in a sentence.
    """

    score: float
    n: int
    chance: float
    baseline: float | None = None
    baseline_is: str = "trigram"
    aim: float | None = None
    seen: float | None = None
    kinds: dict[str, tuple[float, int]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()
    less_is_better: bool = False
    asks: str = ""

    @property
    def missing(self) -> float:
        """How far it stays behind its aim, as a share of the aim; 0 if it is reached."""
        if self.aim is None or self.n == 0:
            return 0.0
        behind = self.score - self.aim if self.less_is_better else self.aim - self.score
        return max(0.0, behind / self.aim)


def result_of(
    answers: Sequence[Answer],
    aim: float | None,
    baseline: Sequence[Answer] | None = None,
    seen_in: str | None = None,
    **others: Any,
) -> Result:
    """Add up the answers to an exam.

    Args:
        answers: At least one.
        aim: What was hoped for.
        baseline: Somebody else's answers to the same questions.
        seen_in: Text that the model has learnt from.
        others: More attributes of the result.
    """
    by_kind: dict[str, list[float]] = {}
    for answer in answers:
        by_kind.setdefault(answer.kind, []).append(answer.right)
    seen = None if seen_in is None else _mean([answer.text in seen_in for answer in answers])
    return Result(
        score=_mean([answer.right for answer in answers]),
        n=len(answers),
        chance=_mean([answer.chance for answer in answers]),
        baseline=_mean([answer.right for answer in baseline]) if baseline else None,
        aim=aim,
        seen=seen,
        kinds={kind: (_mean(rights), len(rights)) for kind, rights in by_kind.items()},
        mistakes=_spread(answers),
        **others,
    )


def at_best_depth(
    by_depth: Sequence[Sequence[Answer]],
    aim: float | None = None,
    details: Mapping[str, Any] | None = None,
    **others: Any,
) -> Result:
    """Add up answers that were given at every depth of a model, by the best depth.

    Args:
        by_depth: For each question, its answer at each depth.
        aim: What was hoped for.
        details: What else was measured; the shares at every depth join it.
        others: As for `result_of`.
    """
    depths = list(zip(*by_depth, strict=True))
    shares = [_mean([answer.right for answer in answers]) for answers in depths]
    best = shares.index(max(shares)) if shares else 0
    all_details = {"best depth": best, "by depth": shares, **(details or {})}
    return result_of(depths[best] if depths else (), aim, details=all_details, **others)


def _spread(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Wrong answers from all over the exam, not only from its beginning."""
    wrong = [
        f"{answer.text} <- {answer.said}"
        for answer in answers
        if answer.right < 0.5 and answer.text
    ]
    step = max(1, len(wrong) // _MOST_MISTAKES)
    return tuple(wrong[::step][:_MOST_MISTAKES])


def _mean(values: Sequence[float]) -> float:
    return round(float(sum(values)) / len(values), 4) if values else 0.0
