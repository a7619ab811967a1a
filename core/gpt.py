"""The transformer: GPT-2's architecture, exactly (Radford et al. 2019).

Parameters have the names and layouts of Hugging Face's GPT-2: weights pass either way untouched.

This is the model that learns. Reading one text, as the window does, is `core.inference`.

Notation: B batch, T tokens, N = B T rows, C model width, H heads, D = C / H head width,
M feed-forward width, V vocabulary, L layers.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.inference import BlockWeights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from core.config import ModelConfig

    # Is shown every activation with its block (0 for what is in none) and its name in
    # `core.trace.Trace`; the pass goes on with what it returns.
    Recorder = Callable[[int, str, Tensor], Tensor]
    See = Callable[[str, Tensor], Tensor]  # the same within one block
    Pair = tuple[Tensor, Tensor]  # a weight and its bias


class GPT(nn.Module):
    """A decoder-only transformer; its weights are zero until they are drawn or loaded.

    The modules only keep the weights under their names; the computation is functions.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.wte = Table(config.vocab_size, config.d_model)
        self.wpe = Table(config.context, config.d_model)
        blocks = [Block(config) for _ in range(config.n_layers)]
        self.h = nn.ModuleList(blocks)
        self.ln_f = Affine(config.d_model)
        self.blocks = [block.weights for block in blocks]

    def forward(self, ids: Tensor, recorder: Recorder | None = None) -> Tensor:
        """Score every possible next token at every position.

        Args:
            ids: (B, T) int64.
            recorder: Is shown every activation.

        Returns:
            (B, T, V) logits.

        Raises:
            ValueError: More tokens than the context holds.
        """
        logits = self.head(self.hidden(ids, recorder).flatten(0, 1))  # (N, V)
        if recorder:
            logits = recorder(0, "logits", logits)
        return logits.view(*ids.shape, -1)

    def head(self, x: Tensor) -> Tensor:
        """Logits (..., V) of the normed stream (..., C).

        The head is the embedding matrix again: a token scores by its likeness to the stream.
        """
        return x @ self.wte.weight.t()

    def hidden(self, ids: Tensor, recorder: Recorder | None = None) -> Tensor:
        """All of `forward` but the head: the residual stream after the last norm, (B, T, C)."""
        n_batch, n_tokens = ids.shape
        if n_tokens > self.config.context:
            raise ValueError(f"{n_tokens} tokens in a context of {self.config.context}")
        see = partial(recorder, 0) if recorder else unseen
        token = see("token_embed", F.embedding(ids, self.wte.weight).flatten(0, 1))  # (N, C)
        position = see("pos_embed", self.wpe.weight[:n_tokens])  # (T, C)
        x = (token.view(n_batch, n_tokens, -1) + position).flatten(0, 1)  # (N, C)
        mask = causal_mask(n_tokens, x)
        shared = Shared(n_batch, self.config.n_heads, self.config.epsilon, mask)
        for layer, weights in enumerate(self.blocks):
            see = partial(recorder, layer) if recorder else unseen
            x = block(x, weights, shared, see)  # (N, C)
        x = see("resid_post", x)  # of the last block; each other's is the next one's resid_pre
        x = norm(x, self.ln_f.pair(), self.config.epsilon)
        return x.view(n_batch, n_tokens, -1)

    @torch.no_grad()
    def init_weights(self, generator: torch.Generator) -> None:
        """Draw starting weights as GPT-2 did, but wider the narrower the model.

        Normal, biases 0, and what writes to the residual stream smaller by sqrt(2 L), so that the
        stream's variance does not grow with depth. GPT-2's std of 0.02 is for its width of 768;
        at width 128 the same 600 steps end at 2.55 nats with 0.06 and at 3.10 with 0.02.
        """
        wide = 1 / math.sqrt(2 * self.config.d_model)
        for name, weight in self.named_parameters():
            if name.endswith("bias"):
                weight.zero_()
            elif ".ln_" in f".{name}":
                weight.fill_(1)
            else:
                adds = name.endswith("c_proj.weight")
                std = wide / math.sqrt(2 * self.config.n_layers) if adds else wide
                weight.normal_(0, std, generator=generator)

    @classmethod
    def of(cls, config: ModelConfig, arrays: Mapping[str, NDArray[Any]]) -> GPT:
        """With these weights, under Hugging Face's names."""
        gpt = cls(config)
        gpt.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        return gpt

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The weights under Hugging Face's names; on the CPU these are views."""
        return {name: weight.detach().cpu().numpy() for name, weight in self.named_parameters()}

    @property
    def n_parameters(self) -> int:
        """How many numbers it learns; the head is the embedding and counts once."""
        return sum(weight.numel() for weight in self.parameters())


class Shared(NamedTuple):
    """What the blocks of one pass share."""

    n_batch: int
    n_heads: int
    epsilon: float
    mask: Tensor  # (T, T), 0 where a token may look and minus infinity where not


def unseen(_name: str, value: Tensor) -> Tensor:
    """Show an activation to nobody."""
    return value


def block(x: Tensor, weights: BlockWeights[Pair], shared: Shared, see: See) -> Tensor:
    """Attention and a feed-forward net, each reading the normed stream and adding to it.

    Args:
        x: (N, C) the residual stream.
        weights: The block's own.
        shared: What all blocks share.
        see: Is shown every activation with its name.

    Returns:
        (N, C) the stream that the next block reads.
    """
    x = see("resid_pre", x)
    q, k, v = split_heads(affine(norm(x, weights.ln_1, shared.epsilon), weights.c_attn), shared)
    q, k, v = see("q", q), see("k", k), see("v", v)  # (B H, T, D)
    z, _ = attention(q, k, v, shared.mask, see)  # (B H, T, D)
    x = see("resid_mid", x + see("attn_out", affine(join_heads(z, shared), weights.attn_c_proj)))
    pre = see("mlp_pre", affine(norm(x, weights.ln_2, shared.epsilon), weights.c_fc))  # (N, M)
    post = see("mlp_post", gelu(pre))  # (N, M)
    return x + see("mlp_out", affine(post, weights.mlp_c_proj))  # (N, C)


def attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor, see: See = unseen
) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention (Vaswani et al. 2017, equation 1).

    Each query scores every key, the softmax of the scores says how much to look at each, and the
    values are mixed in these shares.

    Args:
        q: (heads, T, D) queries.
        k: (heads, T, D) keys.
        v: (heads, T, D) values.
        mask: (T, T), 0 where looking is allowed and minus infinity where not.
        see: Is shown `scores`, `pattern` and `z`.

    Returns:
        The mixed values (heads, T, D), and the pattern (heads, T, T) whose rows sum to 1.
    """
    scale = 1 / math.sqrt(q.shape[-1])
    scores = see("scores", torch.baddbmm(mask, q, k.transpose(1, 2), alpha=scale))
    pattern = see("pattern", torch.softmax(scores, dim=-1))  # (heads, T, T)
    return see("z", torch.bmm(pattern, v)), pattern


def gelu(x: Tensor) -> Tensor:
    """The Gaussian error linear unit, as GPT-2 has it: with tanh.

    In bfloat16 it is the one with the error function, which is three times as fast and never off by
    more than 0.0005, where a bfloat16 near 1 is rounded by 0.004.
    """
    return F.gelu(x, approximate="none" if x.dtype == torch.bfloat16 else "tanh")


def causal_mask(n_tokens: int, like: Tensor) -> Tensor:
    """Forbid looking ahead: (T, T), 0 up to a token's own column and minus infinity after it."""
    return like.new_full((n_tokens, n_tokens), -math.inf).triu_(1)


def split_heads(qkv: Tensor, shared: Shared) -> tuple[Tensor, ...]:
    """Cut (N, 3 C) into queries, keys and values of every head: (B H, T, D) each."""
    d_head = qkv.shape[1] // (3 * shared.n_heads)
    parts = qkv.view(shared.n_batch, -1, 3, shared.n_heads, d_head)  # (B, T, 3, H, D)
    return parts.permute(2, 0, 3, 1, 4).flatten(1, 2).unbind(0)


def join_heads(z: Tensor, shared: Shared) -> Tensor:
    """Put the heads of a token side by side again: (B H, T, D) -> (N, C)."""
    parts = z.view(shared.n_batch, shared.n_heads, -1, z.shape[2]).transpose(1, 2)  # (B, T, H, D)
    return parts.reshape(-1, shared.n_heads * z.shape[2])


def affine(x: Tensor, weights: Pair) -> Tensor:
    """Multiply and add, x W + b, with W kept as (in, out): (N, in) -> (N, out)."""
    weight, bias = weights
    return torch.addmm(bias, x, weight)


def norm(x: Tensor, weights: Pair, epsilon: float) -> Tensor:
    """Layer norm: each row to mean 0 and variance 1, then scaled and shifted."""
    weight, bias = weights
    return torch.layer_norm(x, weight.shape, weight, bias, epsilon)


class Block(nn.Module):
    """A block's weights, under Hugging Face's names and at hand."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.d_model
        c_attn, attn_c_proj = Affine(width, 3 * width), Affine(width, width)
        c_fc, mlp_c_proj = Affine(width, config.d_mlp), Affine(config.d_mlp, width)
        self.ln_1 = Affine(width)
        self.attn = nn.ModuleDict({"c_attn": c_attn, "c_proj": attn_c_proj})
        self.ln_2 = Affine(width)
        self.mlp = nn.ModuleDict({"c_fc": c_fc, "c_proj": mlp_c_proj})
        parts = (self.ln_1, c_attn, attn_c_proj, self.ln_2, c_fc, mlp_c_proj)
        self.weights = BlockWeights(*(part.pair() for part in parts))


class Affine(nn.Module):
    """Weights that multiply, and a bias that is added."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))
        self.bias = nn.Parameter(torch.zeros(shape[-1]))

    def pair(self) -> Pair:
        """Both."""
        return self.weight, self.bias


class Table(nn.Module):
    """One row of weights for each id."""

    def __init__(self, n_rows: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_rows, width))
