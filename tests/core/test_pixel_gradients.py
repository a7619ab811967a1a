"""The nine-pixel net's gradients and deltas, against torch's own."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from core.pixel_gradients import backward
from core.pixel_options import LOSSES
from core.pixelnet import FREE, OUTPUTS, forward
from tests.core.pixelnets import ODD, PICTURES, as_torch, torch_losses

TARGETS = np.random.default_rng(9).uniform(0, 1, (11, 3))


@pytest.mark.parametrize(("outputs", "loss"), list(product(OUTPUTS, LOSSES)))
@pytest.mark.parametrize("size", [1.0, 5.0])  # kept within the limit, and free
def test_gradients_and_deltas_equal_autograds(outputs, loss, size):
    net = replace(
        ODD, weights=tuple(size * part for part in ODD.weights), outputs=outputs, limit=FREE
    )
    weights, biases, sums, probabilities = as_torch(net, PICTURES)
    losses = torch_losses(outputs, loss, sums[-1], probabilities, torch.tensor(TARGETS))
    losses.mean().backward()
    ours = backward(net, forward(net, PICTURES), TARGETS, loss)
    np.testing.assert_allclose(ours.losses, losses.detach(), rtol=0, atol=1e-12)
    for our, their in (
        *zip(ours.weights, weights, strict=True),
        *zip(ours.biases, biases, strict=True),
        *zip(ours.deltas, sums, strict=True),
    ):
        np.testing.assert_allclose(our, their.grad, rtol=0, atol=1e-12)
