"""How the weights move: Muon for the matrices of the blocks, AdamW for everything else.

Muon (Jordan et al. 2024) makes the mean of the latest gradients of a matrix orthogonal, so that a
step changes what the matrix does in all directions alike, not in the few that the gradients
favour. Its steps are scaled to the size of AdamW's (Liu et al. 2025), so that one learning rate
serves both. Embeddings and positions, of which a batch touches a few rows, and biases and norms,
which are no matrices, are left to AdamW (Loshchilov & Hutter 2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from core.config import TrainConfig
    from core.gpt import GPT

MOMENTUM = 0.95  # of Muon's mean


class Optimizer:
    """Moves every weight of a model by one of the two.

    Args:
        gpt: The model.
        config: The recipe. Matrices decay, but neither biases nor norms, which have no direction.

    Attributes:
        muon: Moves the matrices of the blocks.
        adamw: Moves the rest.
    """

    def __init__(self, gpt: GPT, config: TrainConfig) -> None:
        inner = [weight for weight in gpt.h.parameters() if weight.dim() == 2]
        vectors = [weight for weight in gpt.parameters() if weight.dim() < 2]
        self._inner = {id(weight) for weight in inner}
        self.muon = torch.optim.Muon(
            inner,
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            momentum=MOMENTUM,
            adjust_lr_fn="match_rms_adamw",
        )
        self.adamw = torch.optim.AdamW(
            [
                {"params": [gpt.wte.weight], "weight_decay": config.embedding_decay},
                {"params": [gpt.wpe.weight], "weight_decay": config.weight_decay},
                {"params": vectors, "weight_decay": 0.0},
            ],
            lr=config.learning_rate,
            betas=(config.beta1, config.beta2),
        )

    def forget_gradients(self) -> None:
        """Make room for those of the next batch."""
        for each in (self.muon, self.adamw):
            each.zero_grad(set_to_none=True)

    def step(self, rate: float) -> None:
        """Move every weight by its gradient.

        Args:
            rate: The step size of both.
        """
        for each in (self.muon, self.adamw):
            for group in each.param_groups:
                group["lr"] = rate
            each.step()  # type: ignore[no-untyped-call]

    def means(self, weight: Tensor) -> dict[str, Tensor]:
        """The running means of a weight by name, each of its shape; none before the first step."""
        state = self._of(weight).state.get(weight, {})
        return {name: state[name] for name in self.names(weight) if name in state}

    def names(self, weight: Tensor) -> tuple[str, ...]:
        """What the means of a weight are called."""
        return ("momentum_buffer",) if self._of(weight) is self.muon else ("exp_avg", "exp_avg_sq")

    def restore(self, weight: Tensor, means: Mapping[str, Tensor], step: int) -> None:
        """Put back what `means` gave after so many steps."""
        count = {} if self._of(weight) is self.muon else {"step": torch.tensor(float(step))}
        self._of(weight).state[weight] = {**count, **means}

    def _of(self, weight: Tensor) -> torch.optim.Optimizer:
        """Which of the two moves a weight."""
        return self.muon if id(weight) in self._inner else self.adamw
