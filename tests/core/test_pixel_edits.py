"""One number of the nine-pixel net changed, all others left."""

from __future__ import annotations

import numpy as np
import pytest

from core.pixel_edits import with_bias, with_weight
from core.pixelnet import PixelNet


@pytest.fixture
def net():
    return PixelNet.fresh(np.random.default_rng(0), (3, 5), 2)


def test_one_weight_is_another_and_the_net_of_before_is_as_it_was(net):
    before = [weight.copy() for weight in net.weights]
    changed = with_weight(net, 2, 1, 4, -0.75)
    assert changed.weights[1][1, 4] == -0.75
    assert sum((a != b).sum() for a, b in zip(changed.weights, before, strict=True)) == 1
    assert all(map(np.array_equal, net.weights, before))
    assert all(map(np.array_equal, net.biases, changed.biases))


def test_one_bias_is_another(net):
    changed = with_bias(net, 3, 1, 0.5)
    assert changed.biases[2].tolist() == [0, 0.5]
    assert all(map(np.array_equal, net.weights, changed.weights))


@pytest.mark.parametrize("value", [1.5, float("nan"), float("-inf")])
def test_what_no_weight_can_be_is_refused(net, value):
    with pytest.raises(ValueError, match="weights and biases"):
        with_weight(net, 1, 0, 0, value)


@pytest.mark.parametrize("at", [(0, 0, 0), (4, 0, 0), (1, -1, 0), (1, 9, 0), (3, 0, 2)])
def test_there_is_no_such_edge(net, at):
    with pytest.raises(IndexError):
        with_weight(net, *at, 0.0)
