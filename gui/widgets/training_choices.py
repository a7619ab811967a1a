"""What can be chosen of a small net's building and teaching, each with what it means in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Choice:
    """One option.

    Attributes:
        title: Its name for people.
        tip: What it means, for somebody who never heard of it.
        values: What can be chosen, by what stands there; none for a number that is typed.
        meanings: What some of the values mean.
    """

    title: str
    tip: str
    values: Mapping[str, object] = field(default_factory=dict)
    meanings: Mapping[object, str] = field(default_factory=dict)

    def explained(self, value: object = None) -> str:
        """What it is, and what this value of it means; without a value, what each of them means."""
        if value in self.meanings:
            return f"{self.tip} {self.meanings[value]}"
        if value is not None:
            return self.tip
        return "\n".join((self.tip, *self.meanings.values()))


LEARNING: dict[str, Choice] = {
    "rate": Choice(
        "Learning rate",
        "How far each step moves the weights. Too small takes long; too large jumps past the goal.",
    ),
    "optimiser": Choice(
        "Downhill by",
        "Which way a step goes.",
        {"plain": "plain", "momentum": "momentum", "Adam": "adam"},
        {
            "plain": "Plain: every weight moves against its own part in the error.",
            "momentum": "Momentum: steps pick up speed, like a ball that rolls on.",
            "adam": "Adam: every weight gets a pace of its own, as in most large models.",
        },
    ),
    "loss": Choice(
        "Loss",
        "How wrong the answers are, in one number; training makes it small.",
        {"squared": "squared", "cross-entropy": "cross-entropy"},
        {
            "squared": "Squared: how far each answer is off, times itself.",
            "cross-entropy": "Cross-entropy: how much the right answer surprises the net.",
        },
    ),
    "batch": Choice(
        "Batch",
        "How many pictures a step looks at; when all have been seen, an epoch is over. "
        "Few: quick steps that stagger.",
        {"all": 0, "20": 20, "10": 10, "4": 4, "1": 1},
    ),
    "noise": Choice(
        "Noise",
        "How often a pixel of a training picture is flipped by chance, anew in each step.",
        {"none": 0.0, "2%": 0.02, "5%": 0.05, "10%": 0.1, "20%": 0.2},
    ),
}
_LAYER = (
    "Circles in the {nth} hidden layer, 2 to 12. Each adds up what arrives and squashes the sum: "
    f"it presses it to between {MINUS}1 and 1."
)
BUILDING: dict[str, Choice] = {
    "hidden1": Choice("Hidden layer 1", _LAYER.format(nth="first")),
    "hidden2": Choice("Hidden layer 2", _LAYER.format(nth="second")),
    "outputs": Choice(
        "Outputs",
        "How sums become percentages.",
        {"sigmoid": "sigmoid", "softmax": "softmax"},
        {
            "sigmoid": "Sigmoid: each by itself, a question for every symbol.",
            "softmax": "Softmax: as shares of one whole, which add up to 100%.",
        },
    ),
    "limited": Choice(
        "Weights",
        "How large a weight may be.",
        {f"{MINUS}1 to 1": True, "free": False},
        {
            True: f"{MINUS}1 to 1: many must work together, as in the story.",
            False: "Free: they may grow, and one can overrule the others.",
        },
    ),
    "seed": Choice(
        "Seed",
        "The number from which the first, random weights are drawn. The same seed, the same net.",
    ),
}
NONSENSE = Choice(
    "Also show it nonsense",
    "Pictures that are no symbol at all, so that it learns to say: none of them.",
)
