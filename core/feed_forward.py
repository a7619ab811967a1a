"""One neuron of a feed-forward net, as it would be written on paper: what comes in, what goes out.

The net behind attention is built like the nine-pixel net. Its inputs are the C numbers of a
token's stream, made comparable by a norm; each of the M hidden neurons adds up weight times input
and its bias,

    pre_m = sum_c weight[c, m] norm(x)_c + bias_m,

and squashes the sum, with GELU instead of tanh; each of the C outputs adds up weight times hidden
neuron and is added to the stream:

    out_c = sum_m weight[m, c] gelu(pre_m) + bias_c.

In float64 from the trace's float32. Notation as in `core.trace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.inference import norm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.inference import Weights
    from core.trace import Trace

    Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Hidden:
    """A hidden neuron at one position.

    Attributes:
        layer: Of its net.
        index: Its number there.
        position: Of the token.
        inputs: (C,) the stream after attention, normed.
        weights_in: (C,) its own.
        products: (C,) of both.
        bias: Its own.
        total: The products and the bias added up.
        activation: GELU of that, as the trace has it.
        weights_out: (C,) by which it speaks to the outputs.
        adds: (C,) activation times these: what it adds to the stream.
        outputs: (C,) of the whole net, all neurons and biases together.
    """

    layer: int
    index: int
    position: int
    inputs: Doubles
    weights_in: Doubles
    products: Doubles
    bias: float
    total: float
    activation: float
    weights_out: Doubles
    adds: Doubles
    outputs: Doubles


def hidden(trace: Trace, weights: Weights, layer: int, position: int, index: int) -> Hidden:
    """What a neuron gets, makes of it, and gives.

    Args:
        trace: The pass.
        weights: Of the model that made it.
        layer: Of the neuron's net.
        position: Of the token.
        index: The neuron.
    """
    block = weights.blocks[layer]
    with np.errstate(all="ignore"):  # a broken model's numbers are shown, not complained of
        inputs = net_inputs(trace, weights, layer, position)
        weights_in = block.c_fc[0][:, index].astype(np.float64)  # (C,)
        bias = float(block.c_fc[1][index])
        products = inputs * weights_in
        activation = float(trace.mlp_post[layer, position, index])
        weights_out = block.mlp_c_proj[0][index].astype(np.float64)  # (C,)
        return Hidden(
            layer=layer,
            index=index,
            position=position,
            inputs=inputs,
            weights_in=weights_in,
            products=products,
            bias=bias,
            total=float(products.sum() + bias),
            activation=activation,
            weights_out=weights_out,
            adds=activation * weights_out,
            outputs=trace.mlp_out[layer, position].astype(np.float64),
        )


def net_inputs(trace: Trace, weights: Weights, layer: int, position: int) -> Doubles:
    """(C,) what a layer's feed-forward net is given at a position: the normed stream."""
    stream = trace.resid_mid[layer, position].astype(np.float64)[None]  # (1, C)
    own = weights.blocks[layer].ln_2
    pair = own[0].astype(np.float64), own[1].astype(np.float64)
    return np.asarray(norm(stream, pair, weights.config.epsilon)[0])


def strongest(values: Doubles, n: int) -> list[int]:
    """The places of the n largest sizes, largest first; of equals the first; NaN comes last."""
    sizes = np.nan_to_num(np.abs(values), nan=-1.0)
    return [int(at) for at in np.argsort(-sizes, kind="stable")[:n]]
