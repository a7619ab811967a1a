"""The head and its loss in one step of autograd, a block of rows at a time.

The logits of a batch are the largest thing in training: computed whole and kept for the backward
pass they are 84 MB in the base preset, which travel through memory six times. Here a block of them
is made, turned into its loss and at once into its gradients, and forgotten.

Notation: N rows, C model width, V vocabulary.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 512  # in a block: the logits of 5,000 tokens are 10 MB


def head_loss(x: Tensor, table: Tensor, targets: Tensor, precision: str) -> Tensor:
    """Mean surprise at the target tokens, -log softmax(x table^T).

    The logits are always float32: the 8 bits of bfloat16 are few for a log-probability. Their
    factors and gradients are not: rounding each of many numbers that are added up, or small
    differences, does no harm.

    Args:
        x: (N, C) float32, the normed stream.
        table: (V, C) float32 embeddings.
        targets: (N,) int64 ids.
        precision: "bf16" multiplies in bfloat16.

    Returns:
        A float32 scalar, nats a token.
    """
    wanted = torch.is_grad_enabled() and (x.requires_grad or table.requires_grad)
    dtype = torch.bfloat16 if precision == "bf16" else x.dtype
    loss: Tensor = _HeadLoss.apply(x, table, targets, dtype, wanted)  # type: ignore[no-untyped-call]
    return loss


class _HeadLoss(torch.autograd.Function):
    """The gradients are those of the loss itself, and wait until it is known what they are for."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, table: Tensor, targets: Tensor, dtype: torch.dtype, wanted: bool
    ) -> Tensor:
        """Loss, and its gradients if they are wanted."""
        low_table = table.to(dtype)
        grad_x = torch.empty_like(x) if wanted else None
        grad_table = torch.zeros_like(table) if wanted else None
        total = torch.zeros((), dtype=torch.float64, device=x.device)
        for at in range(0, len(x), ROWS):
            rows, right = x[at : at + ROWS], targets[at : at + ROWS]
            with factors_in(dtype):
                logits = rows @ table.t()  # (rows, V)
            logits -= logits.amax(dim=1, keepdim=True)
            score = logits.gather(1, right[:, None])  # (rows, 1)
            weights = logits.exp_()
            weight_sum = weights.sum(dim=1, keepdim=True)  # (rows, 1)
            total += (weight_sum.log() - score).sum()
            if grad_x is None or grad_table is None:
                continue
            weights *= 1 / (len(x) * weight_sum)  # the softmax, in shares of the mean
            weights.scatter_add_(1, right[:, None], torch.full_like(score, -1 / len(x)))
            share = weights.to(dtype)  # gradient of the logits
            grad_x[at : at + len(rows)] = share @ low_table
            grad_table += share.t() @ rows.to(dtype)
        ctx.gradients = grad_x, grad_table
        return (total / len(x)).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *above: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        """Scale what was kept."""
        grad_x, grad_table = ctx.gradients
        return grad_x * above[0], grad_table * above[0], None, None, None


@contextmanager
def factors_in(dtype: torch.dtype) -> Iterator[None]:
    """Let a CPU round the factors of float32 products to this type, and nothing else of them."""
    matmul: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = matmul.fp32_precision
    if dtype == torch.bfloat16:
        matmul.fp32_precision = "bf16"
    try:
        yield
    finally:
        matmul.fp32_precision = before
