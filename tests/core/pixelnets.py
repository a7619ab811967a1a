"""Nine-pixel nets: one in which no transposition can hide, it in torch, and trained ones."""

from functools import cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from core.pixel_options import Options
from core.pixel_training import SEED, STEPS, TrainStep, advance, start
from core.pixelnet import SYMBOLS, Array, PixelNet

_SIZES = (9, 7, 5, 3)
_RNG = np.random.default_rng(7)

# All sizes different, weights and biases large.
ODD = PixelNet(
    tuple(_RNG.uniform(-1, 1, join) for join in pairwise(_SIZES)),
    tuple(_RNG.uniform(-1, 1, size) for size in _SIZES[1:]),
)
PICTURES = np.random.default_rng(8).uniform(-1, 1, (11, 9))


def as_torch(
    net: PixelNet, pictures: Array
) -> tuple[list[Tensor], list[Tensor], list[Tensor], Tensor]:
    """Weights and biases that want gradients, sums, probabilities."""
    weights = [torch.tensor(weight, requires_grad=True) for weight in net.weights]
    biases = [torch.tensor(bias, requires_grad=True) for bias in net.biases]
    passed, sums = torch.tensor(pictures), []
    squashes = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "softmax": _softmax}
    for weight, bias, squash in zip(
        weights, biases, (squashes[name] for name in net.squashes), strict=True
    ):
        sums.append(passed @ weight + bias)
        sums[-1].retain_grad()
        passed = squash(sums[-1])
    return weights, biases, sums, passed


def _softmax(sums: Tensor) -> Tensor:
    return torch.softmax(sums, dim=1)


def torch_losses(outputs, loss, sums, probabilities, targets):
    """(N,) as torch's own functions have them."""
    if loss == "squared":
        return ((probabilities - targets) ** 2).sum(dim=1)
    if outputs == "softmax":
        return -(targets * torch.log_softmax(sums, dim=1)).sum(dim=1)
    each = torch.nn.functional.binary_cross_entropy_with_logits(sums, targets, reduction="none")
    return each.sum(dim=1)


@cache
def trained(seed: int = SEED) -> TrainStep:
    """Where the story's training ends."""
    return advance(start(Options(seed=seed), SYMBOLS), STEPS)
