"""How the nine-pixel net is to be built and taught: frozen, validated choices."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass

from core.errors import UserError
from core.pixelnet import FREE, LIMIT, OUTPUTS

OPTIMISERS = ("plain", "momentum", "adam")
LOSSES = ("squared", "cross-entropy")
SMALLEST_LAYER, LARGEST_LAYER = 2, 12
LOWEST_RATE, HIGHEST_RATE = 1e-4, 100.0
MOST_BATCH = 1000
MOST_NOISE = 0.5  # where pictures say nothing any more
MOST_SEED = 2**31 - 1

# Measured with the usual layers, each kind of outputs, weights kept or free: every one of 12 seeds
# has all 40 pictures right after 400 steps, the least sure of them above 0.94.
_USUAL_RATES = {
    ("plain", "squared"): 3.0,
    ("plain", "cross-entropy"): 1.0,
    ("momentum", "squared"): 0.5,
    ("momentum", "cross-entropy"): 0.2,
    ("adam", "squared"): 0.03,
    ("adam", "cross-entropy"): 0.03,
}


@dataclass(frozen=True)
class Options:
    """The choices; without arguments, those of the story.

    Attributes:
        hidden: Neurons in the two hidden layers, 2 to 12 each.
        outputs: "sigmoid", a question for each symbol, or "softmax", shares of one whole.
        limited: Whether weights and biases are kept within [-1, 1].
        rate: How far a step goes along the gradient.
        batch: Pictures in a step; 0 for all of them.
        optimiser: "plain" gradient descent, "momentum" or "adam".
        loss: "squared" error, or "cross-entropy".
        noise: Probability with which each pixel of a training picture is flipped.
        nonsense: Whether it is also shown pictures that are no symbol at all.
        seed: Of the first weights, and of everything else that is left to chance.
    """

    hidden: tuple[int, int] = (9, 9)
    outputs: str = OUTPUTS[0]
    limited: bool = True
    rate: float = 3.0
    batch: int = 0
    optimiser: str = OPTIMISERS[0]
    loss: str = LOSSES[0]
    noise: float = 0.0
    nonsense: bool = False
    seed: int = 1

    def __post_init__(self) -> None:
        """Check everything.

        Raises:
            UserError: A choice is none of those that there are, or a number is out of range.
        """
        if not isinstance(self.hidden, tuple) or len(self.hidden) != 2:
            raise UserError("There must be two hidden layers.")
        for size in self.hidden:
            _whole(size, "A hidden layer", "neurons", SMALLEST_LAYER, LARGEST_LAYER)
        _one_of(self.outputs, "outputs", OUTPUTS)
        _one_of(self.optimiser, "optimiser", OPTIMISERS)
        _one_of(self.loss, "loss", LOSSES)
        _number(self.rate, "The learning rate", LOWEST_RATE, HIGHEST_RATE)
        _whole(self.batch, "A batch", "pictures, 0 for all of them", 0, MOST_BATCH)
        _number(self.noise, "The noise", 0.0, MOST_NOISE)
        _whole(self.seed, "The seed", "", 0, MOST_SEED)
        for flag, name in ((self.limited, "limited"), (self.nonsense, "nonsense")):
            if not isinstance(flag, bool):
                raise UserError(f"“{name}” must be true or false, not {reprlib.repr(flag)}.")

    @property
    def limit(self) -> float:
        """The largest weight."""
        return LIMIT if self.limited else FREE

    @property
    def usual_rate(self) -> float:
        """A learning rate that goes well with this optimiser and this loss."""
        return _USUAL_RATES[self.optimiser, self.loss]

    def needs_fresh_net(self, before: Options) -> bool:
        """Whether the net that learnt with other choices cannot go on with these."""
        return (self.hidden, self.outputs, self.limited, self.seed) != (
            before.hidden,
            before.outputs,
            before.limited,
            before.seed,
        )


def _whole(value: object, what: str, unit: str, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        verb = f"has {least:,} to {most:,} {unit}" if unit else f"is from {least:,} to {most:,}"
        raise UserError(f"{what} {verb}, not {reprlib.repr(value)}: choose a whole number.")


def _number(value: object, what: str, least: float, most: float) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not least <= value <= most or not math.isfinite(value):  # type: ignore[operator, arg-type]
        raise UserError(f"{what} must be from {least:g} to {most:g}, not {reprlib.repr(value)}.")


def _one_of(value: object, what: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        said = " or ".join(choices)
        raise UserError(f"The {what} must be {said}, not {reprlib.repr(value)}.")
