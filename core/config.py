"""Frozen, validated settings: the shape of a model and how its next token is drawn."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass, replace

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
        if self.d_mlp == 0 and isinstance(self.d_model, int):
            object.__setattr__(self, "d_mlp", 4 * self.d_model)
        for name, most in _MOST.items():
            size = getattr(self, name)
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= most:
                raise UserError(
                    f"{name} must be a whole number from 1 to {most:,}, not {reprlib.repr(size)}."
                )
        if self.d_model % self.n_heads:
            raise UserError(
                f"{self.n_heads} heads cannot share a width of {self.d_model} evenly: "
                "d_model must be a multiple of n_heads."
            )
        if not (isinstance(self.epsilon, float) and 0 < self.epsilon < 1):
            raise UserError(f"epsilon must be between 0 and 1, not {reprlib.repr(self.epsilon)}.")

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
    """How the next token is drawn from the logits.

    In this order, which is that of `transformers`: the repetition penalty, the temperature, top-k,
    top-p, min-p.

    Attributes:
        temperature: Divides the logits; below 1 sharper, above 1 flatter, 0 takes the likeliest.
        top_k: Keep only this many likeliest tokens; 0 keeps all.
        top_p: Keep the fewest likeliest tokens whose probabilities reach this sum; 1 keeps all.
        min_p: Keep only tokens at least this many times as likely as the likeliest; 0 keeps all.
        repetition_penalty: Divides the positive scores of tokens that the text holds, and
            multiplies their negative ones; 1 changes nothing, below 1 the text likes to repeat.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0

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
        if not (math.isfinite(self.min_p) and 0 <= self.min_p <= 1):
            raise UserError(f"min-p must be from 0 to 1, not {self.min_p}.")
        penalty = self.repetition_penalty
        if not (math.isfinite(penalty) and 0.01 <= penalty <= 100):
            raise UserError(f"the repetition penalty must be from 0.01 to 100, not {penalty}.")


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides what a training run learns; with the text, its whole recipe.

    Attributes:
        model: Sizes of the transformer; `vocab_size` is what the tokenizer is asked for, a short
            text may give fewer.
        steps: Updates of the weights.
        batch_size: Windows of `model.context` tokens in one update, B.
        learning_rate: Peak of the step size, after the warm-up.
        final_rate: Share of the peak that the cosine ends at.
        warmup_steps: Updates over which the rate rises in a straight line.
        weight_decay: Pull of matrices towards zero; biases and norms feel none.
        embedding_decay: That of the tokens' vectors: the larger, the better analogies come out and
            the worse the loss, see `core.training`.
        beta1: Memory of AdamW's running mean of gradients.
        beta2: Memory of its running mean of squared gradients.
        clip_norm: Longest gradient, as a Euclidean norm; a longer one is shortened to it.
        eval_every: Updates between two measurements on the held-out text.
        eval_windows: Windows of held-out text that are measured, always the same ones.
        text_characters: Most training text that is prepared.
        seed: Of the text, the first weights and the order of the windows.
        precision: "fp32", or "bf16" for matrix products in bfloat16 (weights stay float32).
    """

    model: ModelConfig
    steps: int
    batch_size: int
    learning_rate: float
    final_rate: float = 0.02
    warmup_steps: int = 100
    weight_decay: float = 0.1
    embedding_decay: float = 0.4
    beta1: float = 0.9
    beta2: float = 0.995
    clip_norm: float = 1.0
    eval_every: int = 100
    eval_windows: int = 64
    text_characters: int = 4_000_000
    seed: int = 0
    precision: str = "fp32"

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            UserError: A value is outside its range.
        """
        for name in ("steps", "batch_size", "eval_every", "eval_windows", "text_characters"):
            if getattr(self, name) < 1:
                raise UserError(f"{name} must be 1 or more, not {getattr(self, name)}.")
        for name in ("seed", "warmup_steps", "weight_decay", "embedding_decay"):
            if not 0 <= getattr(self, name) < 2**63:
                raise UserError(f"{name} must be 0 or more, not {getattr(self, name)}.")
        for name in ("learning_rate", "clip_norm"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise UserError(f"{name} must be more than 0, not {getattr(self, name)}.")
        for name in ("final_rate", "beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise UserError(f"{name} must be 0 or more and below 1, not {getattr(self, name)}.")
        if self.precision not in ("fp32", "bf16"):
            raise UserError(f'precision must be "fp32" or "bf16", not "{self.precision}".')

    @property
    def tokens_per_step(self) -> int:
        """Tokens whose successor is learnt in one update."""
        return self.batch_size * self.model.context


def shortened(config: TrainConfig, steps: int) -> TrainConfig:
    """The same recipe over another number of steps: the schedule shrinks or grows with it."""
    return replace(
        config,
        steps=steps,
        warmup_steps=min(config.warmup_steps, steps // 10),
        eval_every=max(1, steps * config.eval_every // config.steps),
    )


# By time on two CPU cores with bfloat16: about a minute, ten minutes, and about an hour (the
# bundled model: 53 minutes). The first two make a thousand tokens an update: from the same 600,000
# tokens at width 128, batches of 512, 1024 and 2048 tokens learnt to 2.5, 2.5 and 2.9 nats; smaller
# ones cost speed.
PRESETS = {
    "tiny": TrainConfig(
        ModelConfig(n_layers=3, n_heads=4, d_model=96, context=128, vocab_size=1024),
        steps=1500,
        batch_size=8,
        learning_rate=5e-3,
        eval_every=50,
        eval_windows=64,
        text_characters=6_000_000,
    ),
    "small": TrainConfig(
        ModelConfig(n_layers=4, n_heads=4, d_model=128, context=128, vocab_size=2048),
        steps=8500,
        batch_size=8,
        learning_rate=4e-3,
        eval_every=250,
        eval_windows=128,
        text_characters=20_000_000,
    ),
    "base": TrainConfig(
        ModelConfig(n_layers=6, n_heads=6, d_model=192, context=256, vocab_size=5120),
        steps=9000,
        batch_size=16,
        learning_rate=4e-3,
        beta2=0.99,
        warmup_steps=200,
        eval_every=250,
        eval_windows=128,
        text_characters=144_000_000,
    ),
}
