"""What the parts of a drawn net are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.widgets.network_layout import Edge, Neuron
from gui.widgets.pixel_painting import place

if TYPE_CHECKING:
    from collections.abc import Sequence


def name_of(part: Neuron | Edge, names: Sequence[str], last: int) -> str:
    """A neuron or a line in words.

    Args:
        part: Of the net.
        names: Of the outputs.
        last: The output layer's number.
    """
    if isinstance(part, Edge):
        source = name_of(Neuron(part.layer - 1, part.source), names, last)
        target = name_of(Neuron(part.layer, part.target), names, last)
        return f"From {_lowered(source)} to {_lowered(target)}"
    if part.layer == 0:
        return f"Pixel in {_lowered(place(part.index))}"
    if part.layer == last:
        return f"Answer {names[part.index]}"
    return f"Neuron {part.index + 1} of hidden layer {part.layer}"


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
