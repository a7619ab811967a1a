"""Which part of the model speaks for one token and against another: direct logit attribution.

And how much each part adds to the stream at all (`norms`).

The residual stream is a sum: token, position, and what every head, every feed-forward net and
their biases add. The last norm and the head turn it into logits by

    logit(t) = sum_c wte[t, c] ((x_c - mean(x)) / scale * weight_c + bias_c)

which is a sum over the parts of x once `scale`, the square root of the variance plus epsilon, is
held at what it is for the whole stream: taking the mean away and multiplying can be done to each
part by itself. So a part p has the share `p @ direction / scale` in logit(a) - logit(b), where
`direction` is weight * (wte[a] - wte[b]) less its mean. The last norm's bias has a share of its
own. The shares add up to the difference exactly, but they say nothing of how a part changes the
scale, nor of what later parts make of it: that is why they are called direct.

In float64 from the trace's float32. Notation as in `core.trace`.
Source: Elhage et al. 2021, "A mathematical framework for transformer circuits".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.inference import Weights
    from core.trace import Trace

    Doubles = NDArray[np.float64]

# Far above what rounding in float32 does to an output, far below any change worth making.
ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class Attribution:
    """Shares in the difference of two logits at one position.

    Attributes:
        position: Of the token after which is guessed.
        tokens: Ids of a and b.
        logits: Theirs, as the trace has them.
        scale: The last norm's.
        token: Share of the token's embedding.
        place: Of its position's.
        heads: (L, H) of every head, through its rows of the matrix that joins the heads.
        attention_biases: (L,) of the bias behind that matrix.
        mlps: (L,) of every feed-forward net, without its last bias.
        mlp_biases: (L,) of that.
        changes: (L,) of what a change of the pass put into the stream or took from it and is in
            none of the others, as where attention is off or a layer patched; else 0 but for
            rounding.
        norm_bias: Of the last norm's bias.
    """

    position: int
    tokens: tuple[int, int]
    logits: tuple[float, float]
    scale: float
    token: float
    place: float
    heads: Doubles
    attention_biases: Doubles
    mlps: Doubles
    mlp_biases: Doubles
    changes: Doubles
    norm_bias: float

    @property
    def attentions(self) -> Doubles:
        """(L,) of all heads of a layer with their bias."""
        return np.asarray(self.heads.sum(axis=1) + self.attention_biases)

    @property
    def feed_forwards(self) -> Doubles:
        """(L,) of the feed-forward nets with their biases."""
        return self.mlps + self.mlp_biases

    @property
    def total(self) -> float:
        """The sum of all shares: logit(a) - logit(b)."""
        layers: Doubles = self.attentions + self.feed_forwards + self.changes  # (L,)
        return float(self.token + self.place + layers.sum() + self.norm_bias)


def attribution(trace: Trace, weights: Weights, position: int, a: int, b: int) -> Attribution:
    """Why a rather than b?

    Args:
        trace: The pass.
        weights: Of the model that made it.
        position: Of the token after which is guessed.
        a: Id of the token that is spoken for.
        b: Id of the other.
    """
    with np.errstate(all="ignore"):  # a broken model's numbers are shown, not complained of
        return _attribution(trace, weights, position, a, b)


def _attribution(trace: Trace, weights: Weights, at: int, a: int, b: int) -> Attribution:
    scale, direction = _direction(trace, weights, at, a, b)
    along = direction / scale  # (C,)

    def share(values: NDArray[Any]) -> Doubles:
        """Shares (...) of vectors (..., C)."""
        return np.asarray(values.astype(np.float64) @ along)

    n_layers, n_heads = trace.z.shape[:2]
    heads, mlps, biases = np.zeros((n_layers, n_heads)), np.zeros(n_layers), np.zeros((2, n_layers))
    for layer, block in enumerate(weights.blocks):
        each, bias = by_heads(trace, weights, layer, at), block.attn_c_proj[1]
        if _are(trace.attn_out[layer, at], each.sum(axis=0) + bias, np.abs(each).sum(axis=0)):
            heads[layer], biases[0, layer] = share(each), share(bias)
        neurons, (out, bias) = trace.mlp_post[layer, at].astype(np.float64), block.mlp_c_proj
        net = neurons @ out  # (C,)
        if _are(trace.mlp_out[layer, at], net + bias, np.abs(neurons) @ np.abs(out)):
            mlps[layer], biases[1, layer] = share(net), share(bias)
    added = share(trace.resid_post[:, at]) - share(trace.resid_pre[:, at])  # (L,)
    rows = weights.wte[[a, b]].astype(np.float64)  # (2, C)
    return Attribution(
        position=at,
        tokens=(a, b),
        logits=(float(trace.logits[at, a]), float(trace.logits[at, b])),
        scale=scale,
        token=float(share(trace.token_embed[at])),
        place=float(share(trace.pos_embed[at])),
        heads=heads,
        attention_biases=biases[0],
        mlps=mlps,
        mlp_biases=biases[1],
        changes=added - heads.sum(axis=1) - mlps - biases.sum(axis=0),
        norm_bias=float((rows[0] - rows[1]) @ weights.ln_f[1].astype(np.float64)),
    )


def neuron_shares(
    trace: Trace, weights: Weights, layer: int, position: int, a: int, b: int
) -> Doubles:
    """(M,) what every neuron of a feed-forward net adds to logit(a) - logit(b).

    They add up to `Attribution.mlps` of that layer, unless a change has put something else in the
    place of its output. Arguments as of `attribution`.
    """
    scale, direction = _direction(trace, weights, position, a, b)
    pushes = weights.blocks[layer].mlp_c_proj[0].astype(np.float64) @ (direction / scale)  # (M,)
    return np.asarray(trace.mlp_post[layer, position] * pushes)


def by_heads(trace: Trace, weights: Weights, layer: int, position: int) -> Doubles:
    """(H, C) what every head adds to the stream, through its D rows of the output matrix."""
    z = trace.z[layer, :, position].astype(np.float64)  # (H, D)
    out = weights.blocks[layer].attn_c_proj[0].reshape(*z.shape, -1)  # (H, D, C)
    return np.asarray((z[:, None] @ out)[:, 0])


@dataclass(frozen=True, eq=False)
class Norms:
    """Lengths of what is in the residual stream, Euclidean.

    Attributes:
        token: (T,) of the token embeddings.
        place: (T,) of the position embeddings.
        stream: (L + 1, T) of the stream: before the first block, and after each.
        attention: (L, T) of what attention adds.
        feed_forward: (L, T) of what the feed-forward net adds.
    """

    token: Doubles
    place: Doubles
    stream: Doubles
    attention: Doubles
    feed_forward: Doubles


def norms(trace: Trace) -> Norms:
    """How long the stream is everywhere, and what is added to it."""
    return Norms(
        token=_lengths(trace.token_embed),
        place=_lengths(trace.pos_embed),
        stream=np.concatenate([_lengths(trace.resid_pre[:1]), _lengths(trace.resid_post)]),
        attention=_lengths(trace.attn_out),
        feed_forward=_lengths(trace.mlp_out),
    )


def apart(first: Trace, second: Trace, at: int, other: int) -> Norms:
    """How far the streams of two texts are from each other, and what is added to them.

    Args:
        first: A pass.
        second: Another one of the same model.
        at: Position of a token in the first.
        other: And in the second.

    Returns:
        The lengths of what the second has there less what the first has, of one token (T = 1).
    """

    def gap(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
        """(..., 1) how far vectors (..., T, C) are apart at the two positions."""
        difference = theirs[..., other, :].astype(np.float64) - ours[..., at, :]
        return _lengths(difference)[..., None]

    before = gap(first.resid_pre[:1], second.resid_pre[:1])
    return Norms(
        token=gap(first.token_embed, second.token_embed),
        place=gap(first.pos_embed, second.pos_embed),
        stream=np.concatenate([before, gap(first.resid_post, second.resid_post)]),
        attention=gap(first.attn_out, second.attn_out),
        feed_forward=gap(first.mlp_out, second.mlp_out),
    )


def _direction(
    trace: Trace, weights: Weights, position: int, a: int, b: int
) -> tuple[float, Doubles]:
    """The last norm's scale, and (C,) what a stream of scale 1 is multiplied by."""
    stream = trace.resid_post[-1, position].astype(np.float64)
    scale = float(np.sqrt(stream.var() + weights.config.epsilon))
    rows = weights.wte[[a, b]].astype(np.float64)  # (2, C)
    direction = weights.ln_f[0] * (rows[0] - rows[1])
    return scale, np.asarray(direction - direction.mean())


def _are(out: NDArray[Any], made: Doubles, sizes: Doubles) -> bool:
    """Whether a part's output is what it made, and nothing else was put in its place.

    Args:
        out: (C,) as the stream got it.
        made: (C,) computed again.
        sizes: (C,) the absolute values of all that was added up to make it.
    """
    off = np.abs(out - made)
    return not (off > ROUNDING * (sizes + np.abs(made)).max()).any()  # what is NaN stays its own


def _lengths(vectors: NDArray[Any]) -> Doubles:
    """(...) of vectors (..., C)."""
    return np.asarray(np.linalg.norm(vectors.astype(np.float64), axis=-1))
