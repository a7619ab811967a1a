"""The transformer once more, in numpy: how a text is read once the model has learnt.

`core.gpt` learns: it has batches, gradients and other devices. Reading one text needs none of
these. Here every activation is computed in the very place where a trace keeps it, and a single
token costs little more than reading the weights: a third of what the same steps cost in torch.

Notation as in `core.gpt`, with one text: T new tokens, S tokens looked at (those read before and
the new), L layers, C model width, H heads, D head width, M feed-forward width, V vocabulary.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.config import ModelConfig

    Floats = NDArray[np.floating[Any]]
    Pair = tuple[Floats, Floats]  # a weight and its bias
    # Is shown every activation with its block (0 for what is in none) and its name in
    # `core.trace.Trace`; what it changes in place is what the pass goes on with.
    See = Callable[[int, str, Floats], None]


P = TypeVar("P")  # a weight and its bias, in whatever they are kept


class Parameters(Protocol):
    """A model as arrays."""

    config: ModelConfig

    def arrays(self) -> dict[str, Floats]:
        """Every weight under Hugging Face's name for it."""


class Weights:
    """A model's weights, at hand for reading.

    Attributes:
        config: Its sizes.
        wte: (V, C) token embeddings, which are the head too.
        wpe: (context, C) position embeddings.
        blocks: L blocks.
        ln_f: The last norm.
    """

    def __init__(self, config: ModelConfig, arrays: Mapping[str, Floats]) -> None:
        def pair(name: str) -> Pair:
            return arrays[f"{name}.weight"], arrays[f"{name}.bias"]

        self.config = config
        self._arrays = dict(arrays)
        self.wte, self.wpe = arrays["wte.weight"], arrays["wpe.weight"]
        self.blocks = tuple(
            BlockWeights(*(pair(f"h.{layer}.{name}") for name in PARTS))
            for layer in range(config.n_layers)
        )
        self.ln_f = pair("ln_f")

    @classmethod
    def of(cls, model: Parameters) -> Weights:
        """Those of another model, not copied."""
        return cls(model.config, model.arrays())

    def arrays(self) -> dict[str, Floats]:
        """See `Parameters`."""
        return self._arrays

    @property
    def n_parameters(self) -> int:
        """How many numbers it has learnt; the head is the embedding and counts once."""
        return sum(array.size for array in self._arrays.values())


class BlockWeights(NamedTuple, Generic[P]):
    """A block's weights, each with its bias: arrays here, tensors in `core.gpt`."""

    ln_1: P
    c_attn: P
    attn_c_proj: P
    ln_2: P
    c_fc: P
    mlp_c_proj: P


PARTS = ("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")


def parameter_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Every weight of a model with its shape; multiplying weights are kept as (in, out)."""
    width, wide = config.d_model, config.d_mlp
    part = {"ln_1": (width,), "ln_2": (width,), "attn.c_attn": (width, 3 * width)}
    part |= {"attn.c_proj": (width, width), "mlp.c_fc": (width, wide), "mlp.c_proj": (wide, width)}
    parts = {f"h.{n}.{name}": part[name] for n in range(config.n_layers) for name in PARTS}
    shapes: dict[str, tuple[int, ...]] = {
        "wte.weight": (config.vocab_size, width),
        "wpe.weight": (config.context, width),
    }
    for name, shape in (parts | {"ln_f": (width,)}).items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[-1:]}
    return shapes


class Activations(NamedTuple):
    """Where a block's activations go: those of T new tokens, and all keys and values."""

    resid_pre: Floats  # (T, C)
    q: Floats  # (H, T, D)
    k: Floats  # (H, T, D)
    v: Floats  # (H, T, D)
    keys: Floats  # (H, S, D), of which k is the end
    values: Floats  # (H, S, D), of which v is the end
    scores: Floats  # (H, T, S)
    pattern: Floats  # (H, T, S)
    z: Floats  # (H, T, D)
    attn_out: Floats  # (T, C)
    resid_mid: Floats  # (T, C)
    mlp_pre: Floats  # (T, M)
    mlp_post: Floats  # (T, M)
    mlp_out: Floats  # (T, C)
    resid_post: Floats  # (T, C), the next block's resid_pre


def unseen(_layer: int, _name: str, _value: Floats) -> None:
    """Show an activation to nobody."""


class Apart(NamedTuple):
    """Where tokens stand and what they see, if they do not simply stand behind each other.

    So tokens can be read together that go on from one text in different ways.
    """

    positions: NDArray[np.intp]  # (T,)
    mask: Floats  # (T, S) 0 where a token looks, minus infinity where it must not


def read(
    weights: Weights,
    ids: Sequence[int],
    embedded: tuple[Floats, Floats],
    blocks: Sequence[Activations],
    see: See = unseen,
    apart: Apart | None = None,
) -> Floats:
    """Read on: T tokens behind those whose keys and values are there already.

    Args:
        weights: Of the model.
        ids: The T tokens.
        embedded: Where `token_embed` and `pos_embed` go, (T, C) each.
        blocks: Where the activations of the L blocks go.
        see: Is shown every activation.
        apart: Where they stand and what they see; None if each follows the one before it.

    Returns:
        (T, C) the residual stream after the last norm, which `head` turns into logits.

    Raises:
        ValueError: More tokens than the context holds.
    """
    config = weights.config
    n_new, n_seen = blocks[0].scores.shape[1:]
    n_places = n_seen if apart is None else int(apart.positions.max()) + 1
    if n_places > config.context:
        raise ValueError(f"{n_places} tokens in a context of {config.context}")
    token, position = embedded
    token[...] = weights.wte[ids]
    see(0, "token_embed", token)
    places = slice(n_seen - n_new, n_seen) if apart is None else apart.positions
    position[...] = weights.wpe[places]
    see(0, "pos_embed", position)
    behind = causal_mask(n_new, n_seen, token.dtype) if apart is None and n_new > 1 else None
    mask = behind if apart is None else apart.mask
    with np.errstate(all="ignore"):  # a broken model's numbers are shown, not complained of
        np.add(token, position, out=blocks[0].resid_pre)
        stream = read_from(0, weights, blocks, mask, see)
        return norm(stream, weights.ln_f, config.epsilon)


def read_from(
    first: int, weights: Weights, blocks: Sequence[Activations], mask: Floats | None, see: See
) -> Floats:
    """Let the stream go through the blocks from one on.

    Args:
        first: That block; the stream is in its `resid_pre`.
        weights: Of the model.
        blocks: Where the activations of the L blocks go.
        mask: (T, S) 0 where a token looks, minus infinity where it must not; None if all look at
            all.
        see: Is shown every activation.

    Returns:
        (T, C) what leaves the last block.
    """
    epsilon, n_layers = weights.config.epsilon, weights.config.n_layers
    with np.errstate(all="ignore"):
        for layer in range(first, n_layers):
            attend(weights.blocks[layer], blocks[layer], mask, epsilon, layer, see)
            feed_forward(weights.blocks[layer], blocks[layer], epsilon, layer, see)
        see(n_layers - 1, "resid_post", blocks[-1].resid_post)
    return blocks[-1].resid_post


def read_all(weights: Weights, ids: Sequence[int], see: See = unseen) -> Floats:
    """Read a text from its beginning, keeping nothing: (T, C) as from `read`."""
    keys, values = cache(weights.config, len(ids), weights.wte.dtype)
    return read(weights, ids, *scratch(len(ids), keys, values, weights), see)


def cache(config: ModelConfig, room: int, dtype: np.dtype[Any]) -> tuple[Floats, Floats]:
    """Keys and values of so many tokens, not filled in: (L, H, room, D) each."""
    shape = (config.n_layers, config.n_heads, room, config.d_head)
    return np.empty(shape, dtype), np.empty(shape, dtype)


def scratch(
    n_new: int, keys: Floats, values: Floats, weights: Weights
) -> tuple[tuple[Floats, Floats], list[Activations]]:
    """Where to read T tokens if only keys and values are to stay: all else is shared by blocks.

    Args:
        n_new: T.
        keys: (L, H, S, D), of which the last T are to come.
        values: The same.
        weights: Of the model.

    Returns:
        `embedded` and `blocks` for `read`.
    """
    config, n_past = weights.config, keys.shape[2] - n_new

    def room(*shape: int) -> Floats:
        return np.empty(shape, keys.dtype)

    token, position, x, attn_out, resid_mid, mlp_out = room(6, n_new, config.d_model)
    q, z = room(2, config.n_heads, n_new, config.d_head)
    scores, pattern = room(2, config.n_heads, n_new, n_past + n_new)
    mlp_pre, mlp_post = room(2, n_new, config.d_mlp)
    blocks = [
        Activations(
            resid_pre=x,
            q=q,
            k=keys[layer, :, n_past:],
            v=values[layer, :, n_past:],
            keys=keys[layer],
            values=values[layer],
            scores=scores,
            pattern=pattern,
            z=z,
            attn_out=attn_out,
            resid_mid=resid_mid,
            mlp_pre=mlp_pre,
            mlp_post=mlp_post,
            mlp_out=mlp_out,
            resid_post=x,
        )
        for layer in range(config.n_layers)
    ]
    return (token, position), blocks


def head(weights: Weights, x: Floats, out: Floats | None = None) -> Floats:
    """Logits (..., V) of the normed stream (..., C): a token scores by its likeness to it."""
    with np.errstate(all="ignore"):
        logits: Floats = np.dot(x, weights.wte.T, out=out)
    return logits


def attend(
    own: BlockWeights[Pair],
    at: Activations,
    mask: Floats | None,
    epsilon: float,
    layer: int,
    see: See,
) -> None:
    """Mix into each token's stream what its heads look at."""
    see(layer, "resid_pre", at.resid_pre)
    n_heads, n_new, d_head = at.q.shape
    qkv = affine(norm(at.resid_pre, own.ln_1, epsilon), own.c_attn)  # (T, 3 C)
    parts = qkv.reshape(n_new, 3, n_heads, d_head).transpose(1, 2, 0, 3)  # (3, H, T, D)
    for name, room, part in zip("qkv", (at.q, at.k, at.v), parts, strict=True):
        room[...] = part
        see(layer, name, room)
    scaled = at.q * at.q.dtype.type(1 / math.sqrt(d_head))
    np.matmul(scaled, at.keys.transpose(0, 2, 1), out=at.scores)
    if mask is not None:
        np.add(at.scores, mask, out=at.scores)
    see(layer, "scores", at.scores)
    softmax(at.scores, out=at.pattern)
    see(layer, "pattern", at.pattern)
    np.matmul(at.pattern, at.values, out=at.z)
    see(layer, "z", at.z)
    joined = at.z.transpose(1, 0, 2).reshape(n_new, -1)  # (T, C)
    affine(joined, own.attn_c_proj, out=at.attn_out)
    see(layer, "attn_out", at.attn_out)
    np.add(at.resid_pre, at.attn_out, out=at.resid_mid)
    see(layer, "resid_mid", at.resid_mid)


def feed_forward(
    own: BlockWeights[Pair], at: Activations, epsilon: float, layer: int, see: See
) -> None:
    """Add to each token's stream what the feed-forward net makes of it."""
    affine(norm(at.resid_mid, own.ln_2, epsilon), own.c_fc, out=at.mlp_pre)
    see(layer, "mlp_pre", at.mlp_pre)
    gelu(at.mlp_pre, out=at.mlp_post)
    see(layer, "mlp_post", at.mlp_post)
    affine(at.mlp_post, own.mlp_c_proj, out=at.mlp_out)
    see(layer, "mlp_out", at.mlp_out)
    np.add(at.resid_mid, at.mlp_out, out=at.resid_post)


def affine(x: Floats, weights: Pair, out: Floats | None = None) -> Floats:
    """Multiply and add, x W + b: (T, in) -> (T, out)."""
    weight, bias = weights
    y: Floats = np.dot(x, weight, out=out)
    y += bias
    return y


def norm(x: Floats, weights: Pair, epsilon: float) -> Floats:
    """Layer norm: each row to mean 0 and variance 1, then scaled and shifted."""
    weight, bias = weights
    y: Floats = x - np.add.reduce(x, axis=1, keepdims=True) / x.shape[1]
    variance = np.vecdot(y, y)[:, None] / x.shape[1]  # (T, 1)
    y /= np.sqrt(variance + epsilon)
    y *= weight
    y += bias
    return y


def softmax(x: Floats, out: Floats) -> None:
    """Along the last axis: e^x in shares of their sum."""
    np.subtract(x, np.maximum.reduce(x, axis=-1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= np.add.reduce(out, axis=-1, keepdims=True)


def gelu(x: Floats, out: Floats) -> None:
    """GPT-2's GELU, x / 2 (1 + tanh u) = x / (1 + e^-2u), u = sqrt(2 / pi) (x + 0.044715 x^3)."""
    slope = -2 * math.sqrt(2 / math.pi)
    np.multiply(x, x, out=out)
    out *= 0.044715 * slope
    out += slope
    out *= x
    np.exp(out, out=out)
    out += 1
    np.divide(x, out, out=out)


def causal_mask(n_new: int, n_seen: int, dtype: np.dtype[Any]) -> Floats:
    """Forbid looking ahead: (T, S), 0 up to a token's own column and minus infinity after it."""
    return np.triu(np.full((n_new, n_seen), -np.inf, dtype), n_seen - n_new + 1)
