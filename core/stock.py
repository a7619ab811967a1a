"""The peer that training is raced against: nanoGPT's way of doing it, re-implemented plainly.

PyTorch's own modules, fused attention and optimiser, float32 as on any processor, and the recipe
of its small model (learning rate 1e-3 down to a tenth, betas 0.9 and 0.99, weights drawn with
standard deviation 0.02, a warm-up of 100 steps), without dropout. Where 1000 steps do not fit, the
warm-up is a tenth of them, as ours is. Facts about nanoGPT: A. Karpathy 2022.

Notation: B windows, T tokens, C model width, V vocabulary.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from core.config import ModelConfig

RATE, LOWEST_RATE, WARMUP = 1e-3, 1e-4, 100


class StockGPT(nn.Module):
    """A GPT-2 of PyTorch's modules."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.d_model)
        self.wpe = nn.Embedding(config.context, config.d_model)
        self.blocks = nn.ModuleList(StockBlock(config) for _ in range(config.n_layers))
        self.ln_f = nn.LayerNorm(config.d_model)
        for name, weight in self.named_parameters():
            if weight.dim() >= 2:
                writes = name.endswith(("proj.weight", "down.weight"))
                std = 0.02 / math.sqrt(2 * config.n_layers) if writes else 0.02
                nn.init.normal_(weight, std=std)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, windows: Tensor) -> Tensor:
        """Mean surprise at the next token: (B, T + 1) int64 ids -> a scalar, nats a token."""
        ids, targets = windows[:, :-1], windows[:, 1:]
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))  # (B, T, C)
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.ln_f(x), self.wte.weight)  # (B, T, V)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


class StockBlock(nn.Module):
    """Attention and a feed-forward net."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.n_heads = config.n_heads
        self.ln_1, self.ln_2 = nn.LayerNorm(config.d_model), nn.LayerNorm(config.d_model)
        self.qkv = nn.Linear(config.d_model, 3 * config.d_model)
        self.proj = nn.Linear(config.d_model, config.d_model)
        self.up = nn.Linear(config.d_model, config.d_mlp)
        self.down = nn.Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)."""
        parts = self.qkv(self.ln_1(x)).unflatten(-1, (3, self.n_heads, -1))  # (B, T, 3, H, D)
        q, k, v = parts.permute(2, 0, 3, 1, 4)  # (B, H, T, D) each
        z = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2)
        x = x + self.proj(z.flatten(2))
        return x + self.down(F.gelu(self.up(self.ln_2(x))))  # type: ignore[no-any-return]


class StockRun:
    """Its training, update by update."""

    def __init__(self, config: ModelConfig, steps: int, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.model = StockGPT(config)
        weights = list(self.model.parameters())
        groups = [
            {"params": [w for w in weights if w.dim() >= 2], "weight_decay": 0.1},
            {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.99), fused=True)
        self.steps = steps
        self.warmup = min(WARMUP, steps // 10)
        self.step = 0

    def update(self, windows: Tensor) -> float:
        """Forward, backward, one step downhill: (B, T + 1) int64 ids -> the loss before."""
        self.optimizer.zero_grad(set_to_none=True)
        loss: Tensor = self.model(windows)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        done = min(1.0, max(0.0, (self.step - self.warmup) / max(1, self.steps - self.warmup)))
        rate = LOWEST_RATE + (RATE - LOWEST_RATE) * (0.5 + 0.5 * math.cos(math.pi * done))
        for group in self.optimizer.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / max(1, self.warmup))
        self.optimizer.step()
        self.step += 1
        return loss.item()
