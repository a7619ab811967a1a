"""A part of a feed-forward net as plain values, and its arithmetic in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gui.widgets.painting import checked
from gui.widgets.pixel_painting import MINUS, number

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

TIMES = "\N{MULTIPLICATION SIGN}"
TIE = "\u00a0"  # a space at which a line does not break


class Spot(NamedTuple):
    """Something that can be pointed at.

    Attributes:
        kind: "input", "rest", "bias", "hidden" or "output".
        at: Which of those that are drawn.
    """

    kind: str
    at: int = 0


@dataclass(frozen=True, eq=False)
class NetScene:
    """A part of a net at one token.

    Attributes:
        layer: Whose net it is.
        sizes: Inputs, hidden neurons and outputs of the whole net.
        inputs: Which of the inputs are drawn, K of them.
        values: (K,) theirs.
        hidden: Which of the hidden neurons are drawn, N of them.
        chosen: Which of these is looked at.
        activations: (N,) theirs, after GELU.
        weights_in: (K, N) from each input to each neuron.
        rest: What all other inputs together send the chosen one.
        bias: Its own.
        total: What it all adds up to, before GELU.
        outputs: Which of the outputs are drawn, O of them.
        weights_out: (N, O) from each neuron to each output.
        whole: (O,) what the whole net gives there.
    """

    layer: int
    sizes: tuple[int, int, int]
    inputs: tuple[int, ...]
    values: NDArray[Any]
    hidden: tuple[int, ...]
    chosen: int
    activations: NDArray[Any]
    weights_in: NDArray[Any]
    rest: float
    bias: float
    total: float
    outputs: tuple[int, ...]
    weights_out: NDArray[Any]
    whole: NDArray[Any]

    def check(self) -> None:
        """See that it fits together.

        Raises:
            ValueError: It does not, or has a number that is not finite.
        """
        n_in, n_hidden, n_out = len(self.inputs), len(self.hidden), len(self.outputs)
        if not min(n_in, n_hidden, n_out) or not 0 <= self.chosen < n_hidden:
            raise ValueError("there is no net: use clear()")
        checked(self.values, "values", n_in)
        checked(self.activations, "activations", n_hidden)
        checked(self.weights_in, "weights_in", n_in, n_hidden)
        checked(self.weights_out, "weights_out", n_hidden, n_out)
        checked(self.whole, "whole", n_out)
        if not all(map(math.isfinite, (self.rest, self.bias, self.total))):
            raise ValueError("rest, bias or total is not finite")

    @cached_property
    def products(self) -> NDArray[Any]:
        """(K,) weight times input, of the chosen neuron."""
        return np.asarray(self.values * self.weights_in[:, self.chosen])

    @cached_property
    def adds(self) -> NDArray[Any]:
        """(O,) what the chosen neuron adds to each output."""
        return np.asarray(self.activations[self.chosen] * self.weights_out[self.chosen])

    @cached_property
    def largest(self) -> dict[str, float]:
        """By kind of spot, the largest size that a number of its column has."""
        of_inputs = float(np.abs(self.values).max()) or 1.0
        return {
            "hidden": float(np.abs(self.activations).max()) or 1.0,
            "output": float(np.abs(self.adds).max()) or 1.0,
            **dict.fromkeys(("input", "rest", "bias"), of_inputs),
        }

    @property
    def n_rest(self) -> int:
        """How many inputs are not drawn."""
        return self.sizes[0] - len(self.inputs)

    def sum_in_words(self) -> str:
        """The arithmetic of the chosen neuron, two decimals each; lines break between terms."""
        terms = [
            f"{two(weight)} {TIMES} {two(value)}"
            for weight, value in zip(self.weights_in[:, self.chosen], self.values, strict=True)
        ]
        if self.n_rest:
            terms.append(f"{two(self.rest)} ({self.n_rest:,} more)")
        terms.append(f"{two(self.bias)} (bias)")
        squashed = two(float(self.activations[self.chosen]))
        tied = [f"{term} +".replace(" ", TIE) for term in terms[:-1]]
        tied += [terms[-1].replace(" ", TIE), f"= {two(self.total)}", f"→ squashed → {squashed}"]
        return " ".join((*tied[:-2], *(part.replace(" ", TIE) for part in tied[-2:])))

    def spots(self) -> list[Spot]:
        """All that can be pointed at, from left to right."""
        found = [Spot("input", n) for n in range(len(self.inputs))]
        found += [Spot("rest")] if self.n_rest else []
        found.append(Spot("bias"))
        found += [Spot("hidden", n) for n in range(len(self.hidden))]
        return [*found, *(Spot("output", n) for n in range(len(self.outputs)))]

    def value(self, spot: Spot) -> float:
        """The number that stands in a spot."""
        numbers = {"input": self.values, "hidden": self.activations, "output": self.adds}
        if spot.kind in numbers:
            return float(numbers[spot.kind][spot.at])
        return self.rest if spot.kind == "rest" else self.bias

    def said(self, spot: Spot) -> str:
        """All there is to say about a spot."""
        at = spot.at
        if spot.kind == "input":
            weight, value = float(self.weights_in[at, self.chosen]), float(self.values[at])
            words = (
                f"Input {self.inputs[at] + 1:,} is {value:.4f}\n"
                f"Weight to this neuron: {weight:.4f}\nProduct: {weight * value:.4f}"
            )
        elif spot.kind == "rest":
            words = f"The {self.n_rest:,} other inputs send {self.rest:.4f}"
        elif spot.kind == "bias":
            words = f"Its own bias: {self.bias:.4f}"
        elif spot.kind == "hidden":
            words = f"Neuron {self.hidden[at] + 1:,} is at {float(self.activations[at]):.4f}\n"
            own = f"Sum: {self.total:.4f}, then squashed (GELU)"
            words += own if at == self.chosen else "Click to choose it."
        else:
            words = (
                f"Output {self.outputs[at] + 1:,}: this neuron adds {float(self.adds[at]):.4f}\n"
                f"The whole net gives {float(self.whole[at]):.4f}"
            )
        return words.replace("-", MINUS)


def two(value: float) -> str:
    """Two decimals and a real minus."""
    return number(float(value), fixed=True)
