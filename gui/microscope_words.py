"""What the microscope says: a sentence for each step of back-propagation, and tables of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.backprop import (
    Place,
    Step,
    answer_losses,
    delta_parts,
    gradient_parts,
)
from core.pixelnet import LIMIT, incoming
from gui.widgets.microscope import MARK
from gui.widgets.microscope_scene import spell
from gui.widgets.pixel_painting import MINUS, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.backprop import SlowMotion
    from core.pixelnet import Symbol

TIMES = "\N{MULTIPLICATION SIGN}"
WIDE = 10  # characters of a number in a table
LAST = 3
KNOWN = 0.02  # a loss below this one: the net has learnt the picture
PLAIN = {  # said where training goes downhill in another way
    "momentum": "Plain gradient descent, without momentum: new",
    "adam": "Plain gradient descent, not Adam: new",
}
SMALL = " It knows this one: for larger numbers, want another answer."


def said(
    step: Step, motion: SlowMotion, symbols: Sequence[Symbol], optimiser: str = "plain"
) -> tuple[str, str]:
    """A title, and a sentence for somebody who never saw a neuron.

    Args:
        step: Of the slow motion.
        motion: All its numbers.
        symbols: What the net tells apart.
        optimiser: With which the net is trained otherwise.
    """
    wished = symbols[int(motion.target.argmax())].spoken
    layer = step.layer
    if step.kind == "picture":
        return "The picture is nine numbers", (
            f"White is 1, black is \N{MINUS SIGN}1. Suppose the right answer is {wished}. "
            "Next shows what the net makes of it, and how it learns from its error."
        )
    if step.kind == "forward":
        return _forward(layer, motion)
    if step.kind == "error":
        return "How wrong is it?", (
            f"Error = answer minus what it should be: 1 for {wished}, 0 for the others. "
            f"All of it in one number is the loss: {spell(motion.loss_before)}."
        ) + (SMALL if motion.loss_before < KNOWN else "")
    if step.kind == "delta":
        return _delta(layer)
    if step.kind == "gradient":
        return f"Blame for the lines into {_named(layer)}", (
            f"Gradient = delta where the line ends {TIMES} value where it begins. "
            "Positive: a larger weight makes the loss larger. Negative: smaller."
        )
    new = PLAIN.get(optimiser, "New")
    limit = motion.net.limit
    kept = f", and kept from {spell(-limit)} to {spell(limit)}" if limit == LIMIT else ""
    before_and_after = zip(motion.net.weights, motion.after.weights, strict=True)
    furthest = max(float(np.abs(after - before).max()) for before, after in before_and_after)
    return f"Weights move by up to {spell(furthest)}", (
        f"{new} weight = weight \N{MINUS SIGN} {spell(motion.rate)} {TIMES} gradient: against the "
        f"blame{kept}. Then this picture's loss goes from {spell(motion.loss_before)} to "
        f"{spell(motion.loss_after)}. Apply does it."
    )


def _forward(layer: int, motion: SlowMotion) -> tuple[str, str]:
    if layer < LAST:
        return f"Forward, into {_named(layer)}", (
            f"Each circle takes what arrives, each number {TIMES} the weight of its line, adds it "
            f"up and squashes the sum to between \N{MINUS SIGN}1 and 1, by a curve called tanh."
        )
    if motion.net.outputs == "softmax":
        return "Forward, into the answers", (
            "The same sums again; softmax then makes them shares that add up to 1."
        )
    return "Forward, into the answers", (
        "The same sums again, squashed to between 0 and 1 by a curve called sigmoid: how sure the "
        "net is of each symbol."
    )


def _delta(layer: int) -> tuple[str, str]:
    if layer == LAST:
        return "Who is to blame? The answers first", (
            "Delta says how the loss changes if a circle's sum grows: positive, the sum was too "
            "high; negative, too low. The larger, the more it matters."
        )
    return f"Blame goes back to {_named(layer)}", (
        "Each circle collects the deltas that it led to, over the same lines backwards, and "
        "multiplies by how steep its squash is: where it is flat, nothing can change."
    )


def _named(layer: int) -> str:
    return "the answers" if layer == LAST else f"hidden layer {layer}"


# --- tables


def table(step: Step, motion: SlowMotion, place: Place, symbols: Sequence[Symbol]) -> list[str]:
    """The numbers of a step, for the neuron or line in focus."""
    layer, neuron = place.layer, place.target
    if step.kind == "picture":
        pixels = motion.passed.activations[0][0].tolist()
        return [f"{_name(0, i, symbols):15}{_n(p)}  {in_words(p)}" for i, p in enumerate(pixels)]
    if step.kind == "forward":
        return _sum_table(motion, layer, neuron, symbols)
    if step.kind == "error":
        return _error_table(motion, symbols)
    if step.kind == "delta":
        return _delta_table(motion, layer, neuron, symbols)
    return _gradient_table(motion, place, symbols, moves=step.kind == "update")


def _sum_table(motion: SlowMotion, layer: int, neuron: int, symbols: Sequence[Symbol]) -> list[str]:
    part = incoming(motion.net, motion.passed, layer, neuron)
    rows = [f"{_name(layer, neuron, symbols)} adds up weight {TIMES} input:"]
    terms = zip(part.weights.tolist(), part.inputs.tolist(), part.products.tolist(), strict=True)
    for source, (weight, received, product) in enumerate(terms):
        name = _name(layer - 1, source, symbols)
        rows.append(f"{name:15}{_n(weight)} {TIMES}{_n(received)} ={_n(product)}")
    rows.append(f"{'bias':15}{_n(part.bias)}")
    rows.append(f"{'sum':15}{_n(part.total)} → {part.squash} → {spell(part.activation)}")
    return rows


def _error_table(motion: SlowMotion, symbols: Sequence[Symbol]) -> list[str]:
    rows = [f"{'answer':15}{'says':>{WIDE}} {'should':>{WIDE}} {'error':>{WIDE}} {'loss':>{WIDE}}"]
    answers, errors = motion.passed.probabilities[0], motion.gradients.errors[0]
    columns = (answers, motion.target, errors, answer_losses(motion))
    for index, numbers in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        rows.append(f"{_name(LAST, index, symbols):15}" + " ".join(map(_n, numbers)))
    added = "errors squared and added up" if motion.loss == "squared" else "cross-entropy"
    return [*rows, f"loss = {spell(motion.loss_before)} ({added})"]


def _delta_table(
    motion: SlowMotion, layer: int, neuron: int, symbols: Sequence[Symbol]
) -> list[str]:
    parts = delta_parts(motion, layer, neuron)
    rows = [f"{_name(layer, neuron, symbols)}:"]
    terms = zip(
        parts.weights.tolist(), parts.arriving.tolist(), parts.products.tolist(), strict=True
    )
    for target, (weight, delta, product) in enumerate(terms):
        name = _name(layer + 1, target, symbols)
        rows.append(f"{name:15}{_n(weight)} {TIMES}{_n(delta)} ={_n(product)}")
    blame = "blame" if layer < LAST else "error"
    if layer == LAST and motion.loss == "squared":
        blame = f"2 {TIMES} error" if motion.net.outputs == "sigmoid" else "blame"
    rows.append(f"{blame:15}{_n(parts.blame)}")
    rows.append(f"{'slope':15}{_n(parts.slope)}")
    return [*rows, f"{'delta':15}{_n(parts.delta)} = {blame} {TIMES} slope"]


def _gradient_table(
    motion: SlowMotion, place: Place, symbols: Sequence[Symbol], *, moves: bool
) -> list[str]:
    layer, target = place.layer, place.target
    first, second = ("weight", "gradient") if moves else ("delta", "value")
    last = "new" if moves else "gradient"
    head = f"{first:>{WIDE}} {second:>{WIDE}} {last:>{WIDE}}"
    rows = [f"{'into ' + _name(layer, target, symbols):21}{head}"]
    for source in (*range(motion.net.sizes[layer - 1]), None):
        parts = gradient_parts(motion, Place(layer, source, target))
        name = "bias" if source is None else _name(layer - 1, source, symbols)
        mark = f"{MARK} " if source == place.source and source is not None else "  "
        numbers = (parts.delta, parts.activation, parts.gradient)
        if moves:
            numbers = (parts.before, parts.gradient, parts.after)
        write = _fine if moves else _n  # a step may be too small for three decimals
        rows.append(f"{mark + name:21}" + " ".join(map(write, numbers)))
    return rows


def riddle(motion: SlowMotion, place: Place, symbols: Sequence[Symbol]) -> list[str]:
    """What is given when the sign of a gradient is to be guessed."""
    parts = gradient_parts(motion, place)
    source = 0 if place.source is None else place.source
    return [
        f"from {_name(place.layer - 1, source, symbols)} "
        f"to {_name(place.layer, place.target, symbols)}",
        f"delta {TIMES} value = gradient",
        f"{spell(parts.delta)} {TIMES} {spell(parts.activation)} = ?",
        f"weight {MINUS} rate {TIMES} gradient = new weight",
    ]


def _n(value: float) -> str:
    return spell(value).rjust(WIDE)


def _fine(value: float) -> str:
    return f"{value:.6f}".replace("-", MINUS).rjust(WIDE)


def _name(layer: int, index: int, symbols: Sequence[Symbol]) -> str:
    """Of a neuron, short enough for a table."""
    if layer == 0:
        row, column = divmod(index, 3)
        return f"pixel {row + 1},{column + 1}"
    return (
        f"answer {symbols[index].name}"[:12] if layer == LAST else f"hidden {layer} no. {index + 1}"
    )
