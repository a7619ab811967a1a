"""Changing the nine-pixel net by hand, one number at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.pixelnet import Array, PixelNet


def with_weight(net: PixelNet, layer: int, source: int, target: int, value: float) -> PixelNet:
    """The net with another weight.

    Args:
        net: The net as it is; it stays so.
        layer: 1 or 2 for the hidden layers, 3 for the answer: where the edge ends.
        source: Neuron of the layer before.
        target: Neuron of this layer.
        value: The new weight.

    Raises:
        ValueError: The net allows no such weight, or it is no number.
        IndexError: There is no such edge.
    """
    changed = _with(net.weights, layer, (source, target), value)
    return replace(net, weights=changed)


def with_bias(net: PixelNet, layer: int, neuron: int, value: float) -> PixelNet:
    """The net with another bias; as `with_weight`."""
    return replace(net, biases=_with(net.biases, layer, (neuron,), value))


def _with(
    arrays: tuple[Array, ...], layer: int, at: tuple[int, ...], value: float
) -> tuple[Array, ...]:
    """The arrays with one number changed in the one that leads to a layer."""
    if not 1 <= layer <= len(arrays) or min(at) < 0:
        raise IndexError(f"no number at layer {layer}, {at}")
    changed: Array = np.array(arrays[layer - 1])
    changed[at] = value
    return (*arrays[: layer - 1], changed, *arrays[layer:])
