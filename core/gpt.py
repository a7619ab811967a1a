"""The transformer: GPT-2's architecture, exactly (Radford et al. 2019).

Parameters have the names and layouts of Hugging Face's GPT-2: weights pass either way untouched.

Notation: B batch, T new tokens, S tokens looked at (older ones and the new), N = B T rows,
C model width, H heads, D = C / H head width, M feed-forward width, V vocabulary, L layers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config import ModelConfig


class Recorder(Protocol):
    """Whoever wants to see the activations says where each is to be written."""

    def place(self, layer: int, name: str) -> Tensor | None:
        """The memory for an activation of the T new tokens, or None if it is not wanted.

        Args:
            layer: The block, from 0; L for what follows the blocks.
            name: As in `core.trace.Trace`.
        """


def nowhere(_name: str) -> None:
    """Where activations go that nobody wants to see."""


if TYPE_CHECKING:
    Place = Callable[[str], Tensor | None]


@dataclass
class KVCache:
    """Keys and values of the tokens already seen, so that they need not be computed again.

    Attributes:
        keys: (L, B, H, room, D).
        values: (L, B, H, room, D).
        length: How many tokens are in it.
    """

    keys: Tensor
    values: Tensor
    length: int = 0

    @classmethod
    def empty(cls, config: ModelConfig, batch: int = 1, like: Tensor | None = None) -> KVCache:
        """Room for a whole context; `like` gives the dtype (float32 without it)."""
        shape = (config.n_layers, batch, config.n_heads, config.context, config.d_head)
        dtype = torch.float32 if like is None else like.dtype
        return cls(torch.empty(shape, dtype=dtype), torch.empty(shape, dtype=dtype))

    def append(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Write T new keys and values behind the old ones; `length` moves on after all layers.

        Args:
            layer: The block they belong to.
            k: (B, H, T, D).
            v: (B, H, T, D).

        Returns:
            All S keys and values so far, (B, H, S, D) each, as views.
        """
        end = self.length + k.shape[2]
        self.keys[layer, :, :, self.length : end] = k
        self.values[layer, :, :, self.length : end] = v
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]


class GPT(nn.Module):
    """A decoder-only transformer; its weights are zero until they are drawn or loaded."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.wte = Embedding(config.vocab_size, config.d_model)
        self.wpe = Embedding(config.context, config.d_model)
        self.h = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.ln_f = nn.LayerNorm(config.d_model, eps=config.epsilon)

    def forward(
        self, ids: Tensor, cache: KVCache | None = None, recorder: Recorder | None = None
    ) -> Tensor:
        """Score every possible next token at every position.

        Args:
            ids: (B, T) int64, the tokens that follow those in the cache.
            cache: What was seen before; extended by T.
            recorder: Is shown every activation.

        Returns:
            (B, T, V) logits.

        Raises:
            ValueError: More tokens than the context holds.
        """
        x = self.hidden(ids, cache, recorder)  # (B, T, C)
        # The head is the embedding matrix again: a token scores by likeness to what is expected.
        out = recorder.place(self.config.n_layers, "logits") if recorder else None
        logits = torch.mm(x.flatten(0, 1), self.wte.weight.t(), out=out)  # (N, V)
        return logits.view(*ids.shape, -1)

    def hidden(
        self, ids: Tensor, cache: KVCache | None = None, recorder: Recorder | None = None
    ) -> Tensor:
        """All of `forward` but the head: the residual stream after the last norm, (B, T, C)."""
        n_batch, n_new = ids.shape
        n_past = cache.length if cache else 0
        if n_past + n_new > self.config.context:
            raise ValueError(f"{n_past + n_new} tokens in a context of {self.config.context}")
        place = partial(recorder.place, 0) if recorder else nowhere
        token = copied(self.wte(ids).flatten(0, 1), place("token_embed"))  # (N, C)
        position = copied(self.wpe.weight[n_past : n_past + n_new], place("pos_embed"))  # (T, C)
        x = (token.view(n_batch, n_new, -1) + position).flatten(0, 1)  # (N, C)
        mask = causal_mask(n_new, n_past, x.dtype)
        x = copied(x, place("resid_pre"))
        for layer, block in enumerate(self.h):
            if recorder:
                place = partial(recorder.place, layer)
            append = partial(cache.append, layer) if cache else None
            x = block(x, n_batch, mask, append, place)  # (N, C)
        if cache:
            cache.length += n_new
        normed: Tensor = self.ln_f(x)
        return normed.view(n_batch, n_new, -1)

    @torch.no_grad()
    def init_weights(self, generator: torch.Generator) -> None:
        """Draw starting weights as GPT-2 did.

        Normal with std 0.02, biases 0, and what writes to the residual stream smaller by
        sqrt(2 L), so that the stream's variance does not grow with depth.
        """
        for name, weight in self.named_parameters():
            if name.endswith("bias"):
                weight.zero_()
            elif ".ln_" in f".{name}":
                weight.fill_(1)
            else:
                adds = name.endswith("c_proj.weight")
                std = 0.02 / math.sqrt(2 * self.config.n_layers) if adds else 0.02
                weight.normal_(0, std, generator=generator)

    @property
    def n_parameters(self) -> int:
        """How many numbers it learns; the head is the embedding and counts once."""
        return sum(weight.numel() for weight in self.parameters())


class Block(nn.Module):
    """Attention and a feed-forward net, each reading the normed stream and adding to it."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.attn = Attention(config)
        self.ln_2 = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.mlp = MLP(config)

    def forward(
        self, x: Tensor, n_batch: int, mask: Tensor, append: Append | None, place: Place
    ) -> Tensor:
        """(N, C) -> (N, C)."""
        attn_out = self.attn(self.ln_1(x), n_batch, mask, append, place)  # (N, C)
        x = torch.add(x, attn_out, out=place("resid_mid"))
        mlp_out = self.mlp(self.ln_2(x), place)  # (N, C)
        return torch.add(x, mlp_out, out=place("resid_post"))


if TYPE_CHECKING:
    Append = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


class Attention(nn.Module):
    """The only place where a token sees others: H heads look back, each for its own reasons."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.n_heads = config.n_heads
        self.c_attn = Linear(config.d_model, 3 * config.d_model)
        self.c_proj = Linear(config.d_model, config.d_model)

    def forward(
        self, x: Tensor, n_batch: int, mask: Tensor, append: Append | None, place: Place
    ) -> Tensor:
        """(N, C) -> (N, C)."""
        n_rows, width = x.shape
        qkv = self.c_attn(x).view(n_batch, -1, 3, self.n_heads, width // self.n_heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, H, T, D) each
        if append:
            k, v = append(k, v)  # (B, H, S, D)
        # One batch of heads: they do not know of each other, nor do the texts of a batch.
        q, k, v = (heads.flatten(0, 1) for heads in (q, k, v))  # (B H, T or S, D)
        z, _ = attention(copied(q, place("q")), k, v, mask, place)
        z = z.view(n_batch, self.n_heads, -1, width // self.n_heads).transpose(1, 2)
        out: Tensor = self.c_proj(z.reshape(n_rows, width), place("attn_out"))
        return out


def attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor, place: Place = nowhere
) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention (Vaswani et al. 2017, equation 1).

    Each query scores every key, the softmax of the scores says how much to look at each, and the
    values are mixed in these shares.

    Args:
        q: (heads, T, D) queries.
        k: (heads, S, D) keys.
        v: (heads, S, D) values.
        mask: (T, S), 0 where looking is allowed and minus infinity where not.
        place: Where `scores`, `pattern` and `z` are written.

    Returns:
        The mixed values (heads, T, D), and the pattern (heads, T, S) whose rows sum to 1.
    """
    scale = 1 / math.sqrt(q.shape[-1])
    scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=scale, out=place("scores"))
    pattern = torch.softmax(scores, dim=-1, out=place("pattern"))  # (heads, T, S)
    return torch.bmm(pattern, v, out=place("z")), pattern


def causal_mask(n_new: int, n_past: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Forbid looking ahead: (T, S), 0 up to a token's own column and minus infinity after it."""
    mask = torch.full((n_new, n_past + n_new), -math.inf, dtype=dtype)
    return mask.triu_(n_past + 1)


class MLP(nn.Module):
    """The feed-forward net: every position by itself, through M neurons and back."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.c_fc = Linear(config.d_model, config.d_mlp)
        self.c_proj = Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor, place: Place) -> Tensor:
        """(N, C) -> (N, C)."""
        pre = self.c_fc(x, place("mlp_pre"))  # (N, M)
        post = copied(F.gelu(pre, approximate="tanh"), place("mlp_post"))
        out: Tensor = self.c_proj(post, place("mlp_out"))
        return out


class Linear(nn.Module):
    """x W + b with W kept as (in, out), as in GPT-2's own files."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_in, n_out))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x: Tensor, out: Tensor | None = None) -> Tensor:
        """(N, in) -> (N, out)."""
        return torch.addmm(self.bias, x, self.weight, out=out)


class Embedding(nn.Module):
    """A table with one row of weights for each id."""

    def __init__(self, n_rows: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_rows, width))

    def forward(self, ids: Tensor) -> Tensor:
        """(...) -> (..., width)."""
        return F.embedding(ids, self.weight)


def copied(value: Tensor, out: Tensor | None) -> Tensor:
    """The value, in `out` if there is one."""
    return value if out is None else out.copy_(value)
