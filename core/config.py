"""Frozen, validated settings: the shape of a model and how its next token is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.errors import UserError


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of a GPT-2-style transformer (Radford et al. 2019).

    Attributes:
        n_layers: Blocks, L.
        n_heads: Attention heads in a block, H; divides `d_model`.
        d_model: Width of the residual stream, C.
        context: Most tokens the model can look at, one learned position each.
        vocab_size: Tokens it knows, V.
        d_mlp: Width of the feed-forward net; 4 C in GPT-2.
        epsilon: Added to the variance in every layer norm.
    """

    n_layers: int
    n_heads: int
    d_model: int
    context: int
    vocab_size: int
    d_mlp: int = 0
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        """Check the sizes.

        Raises:
            UserError: A size is not a positive whole number, absurd, or does not divide.
        """
        if self.d_mlp == 0:
            object.__setattr__(self, "d_mlp", 4 * self.d_model)
        for name, most in _MOST.items():
            size = getattr(self, name)
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= most:
                raise UserError(f"{name} must be a whole number from 1 to {most:,}, not {size!r}.")
        if self.d_model % self.n_heads:
            raise UserError(
                f"{self.n_heads} heads cannot share a width of {self.d_model} evenly: "
                "d_model must be a multiple of n_heads."
            )
        if not (isinstance(self.epsilon, float) and 0 < self.epsilon < 1):
            raise UserError(f"epsilon must be between 0 and 1, not {self.epsilon!r}.")

    @property
    def d_head(self) -> int:
        """Width of one head, D = C / H."""
        return self.d_model // self.n_heads


_MOST = {
    "n_layers": 256,
    "n_heads": 256,
    "d_model": 65_536,
    "context": 1_048_576,
    "vocab_size": 4_194_304,
    "d_mlp": 262_144,
}


@dataclass(frozen=True)
class SamplingConfig:
    """How the next token is drawn from the logits: temperature, then top-k, then top-p.

    Attributes:
        temperature: Divides the logits; below 1 sharper, above 1 flatter, 0 takes the likeliest.
        top_k: Keep only this many likeliest tokens; 0 keeps all.
        top_p: Keep the fewest likeliest tokens whose probabilities reach this sum; 1 keeps all.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            UserError: A value is outside its range or not a number.
        """
        if not (math.isfinite(self.temperature) and 0 <= self.temperature <= 100):
            raise UserError(f"temperature must be from 0 to 100, not {self.temperature}.")
        if self.top_k < 0:
            raise UserError(f"top-k must be 0 (off) or more, not {self.top_k}.")
        if not (math.isfinite(self.top_p) and 0 <= self.top_p <= 1):
            raise UserError(f"top-p must be from 0 to 1, not {self.top_p}.")
