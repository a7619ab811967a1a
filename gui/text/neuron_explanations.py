"""How the numbers of the page of the neurons came about, for `gui.explanation`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.neurons import pushes
from gui.explanation import Explanation, exactly, script, vector
from gui.text.explanations import NUMPY, read_again
from gui.text.naming import naming
from gui.text.neuron_words import name_of

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.neurons import Example
    from core.trace import Trace
    from gui.text.neuron_examples import Found
    from gui.text.neuron_study import NeuronStudy, Place
    from gui.widgets.neuron_net import Spot

GELU = "gelu(x) = x / 2 (1 + tanh(√(2 / π) (x + 0.044715 x³)))"


def activation(model: LanguageModel, trace: Trace, position: int, place: Place) -> Explanation:
    """How high a neuron is."""
    layer, index = place
    total = float(trace.mlp_pre[layer, position, index])
    value = float(trace.mlp_post[layer, position, index])
    u = math.sqrt(2 / math.pi) * (total + 0.044715 * total**3)
    lines = [
        *read_again(model, trace),
        f"x = float(trace.mlp_pre[{layer}, {position}, {index}])",
        "print(x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))",
    ]
    return Explanation(
        f"{name_of(place).capitalize()}, at {trace.tokens[position].label}",
        f"activation = gelu(x)\n{GELU}",
        (
            ("x, the sum of weight times input and the bias", exactly(total)),
            ("√(2 / π) (x + 0.044715 x³)", exactly(u)),
            ("tanh of that", exactly(math.tanh(u)) if math.isfinite(u) else exactly(u)),
        ),
        exactly(value),
        script(model.info.folder, lines, (NUMPY,)),
    )


def part_of_net(model: LanguageModel, made: NeuronStudy, spot: Spot) -> Explanation:
    """How a number of the drawn net came about."""
    if spot.kind == "hidden":
        return activation(model, made.trace, made.position, made.chosen)
    if spot.kind == "output":
        return _output(model, made, made.net.outputs[spot.at])
    layer, index = made.chosen
    name = name_of(made.chosen)
    inputs = _inputs(model, made)
    if spot.kind == "bias":
        code = f"print(model.weights.blocks[{layer}].c_fc[1][{index}])"
        return Explanation(
            f"Bias of {name}",
            "learnt: added whatever the text",
            (("row", str(index + 1)),),
            exactly(made.hidden.bias),
            script(model.info.folder, [code]),
        )
    if spot.kind == "rest":
        drawn = list(made.net.inputs)
        lines = [
            *inputs,
            f"products = inputs * block.c_fc[0][:, {index}]",
            f"print(np.delete(products, {drawn}).sum())",
        ]
        return Explanation(
            f"What the {made.net.n_rest:,} other inputs send {name}",
            "sum of weight times input, over all that are not drawn",
            (
                ("all inputs", exactly(float(made.hidden.products.sum()))),
                ("those that are drawn", exactly(float(made.net.products.sum()))),
            ),
            exactly(made.net.rest),
            script(model.info.folder, lines, (NUMPY,)),
        )
    return _input(model, made, made.net.inputs[spot.at], inputs)


def _inputs(model: LanguageModel, made: NeuronStudy) -> list[str]:
    """Python for what the net is given."""
    layer = made.chosen[0]
    return [
        *read_again(model, made.trace),
        f"block = model.weights.blocks[{layer}]",
        f"x = trace.resid_mid[{layer}, {made.position}].astype(float)",
        "normed = (x - x.mean()) / np.sqrt(x.var() + model.config.epsilon)",
        "inputs = normed * block.ln_2[0] + block.ln_2[1]",
    ]


def _input(model: LanguageModel, made: NeuronStudy, c: int, inputs: list[str]) -> Explanation:
    layer, index = made.chosen
    stream = made.trace.resid_mid[layer, made.position].astype(np.float64)
    norm = model.weights.blocks[layer].ln_2
    scale = math.sqrt(float(stream.var()) + model.config.epsilon)
    lines = [*inputs, f"print(inputs[{c}] * block.c_fc[0][{c}, {index}])"]
    return Explanation(
        f"What input {c + 1:,} sends {name_of(made.chosen)}",
        "product = weight · input\n"
        "input = (number \N{MINUS SIGN} mean) / scale · norm's weight + norm's bias",
        (
            (f"number {c + 1:,} of the stream after attention", exactly(stream[c])),
            ("mean of all its numbers", exactly(stream.mean())),
            ("scale, √(variance + epsilon)", exactly(scale)),
            ("norm's weight", exactly(norm[0][c])),
            ("norm's bias", exactly(norm[1][c])),
            ("input", exactly(made.hidden.inputs[c])),
            ("weight", exactly(made.hidden.weights_in[c])),
        ),
        exactly(made.hidden.products[c]),
        script(model.info.folder, lines, (NUMPY,)),
    )


def _output(model: LanguageModel, made: NeuronStudy, c: int) -> Explanation:
    layer, index = made.chosen
    lines = [
        *read_again(model, made.trace),
        f"value = float(trace.mlp_post[{layer}, {made.position}, {index}])",
        f"print(value * model.weights.blocks[{layer}].mlp_c_proj[0][{index}, {c}])",
    ]
    return Explanation(
        f"What {name_of(made.chosen)} adds to number {c + 1:,} of the stream",
        "added = activation · weight",
        (
            ("activation", exactly(made.hidden.activation)),
            ("weight", exactly(made.hidden.weights_out[c])),
            ("the whole net adds there", exactly(made.hidden.outputs[c])),
        ),
        exactly(made.hidden.adds[c]),
        script(model.info.folder, lines),
    )


def push(model: LanguageModel, place: Place, token: int) -> Explanation:
    """How much a neuron pushes a token."""
    layer, index = place
    weights, label = model.weights, naming(model)(token)
    row = weights.blocks[layer].mlp_c_proj[0][index].astype(np.float64)
    direction = (row - row.mean()) * weights.ln_f[0]
    lines = [
        "w = model.weights",
        f"row = w.blocks[{layer}].mlp_c_proj[0][{index}].astype(float)",
        "direction = (row - row.mean()) * w.ln_f[0]",
        "scores = w.wte @ direction",
        f"print(scores[{token}] - scores.mean())",
    ]
    own = float(weights.wte[token].astype(np.float64) @ direction)
    value = float(pushes(weights, layer, index)[token])
    return Explanation(
        f"How much {name_of(place)} pushes {label}",
        "push = embedding · direction, less the mean of that over all tokens\n"
        "direction = (what the neuron adds to the stream when it is at 1, less its mean), number "
        "by number times the last norm's weight",
        (
            ("what it adds when it is at 1", vector(row)),
            ("direction", vector(direction)),
            (f"embedding of {label} · direction", exactly(own)),
            ("mean over all tokens", exactly(own - value)),
        ),
        exactly(value),
        script(model.info.folder, lines),
    )


def example(model: LanguageModel, found: Found, place: Place, one: Example) -> Explanation:
    """How high a neuron is in a text that was searched."""
    layer, index = place
    lines = [
        f"text = some({found.seed}, {found.split!r}, {one.document + 1})[-1]",
        "trace = model.trace_ids(model.tokenizer.ids(text)[: model.config.context])",
        f"print(trace.mlp_post[{layer}, {one.position}, {index}])",
    ]
    return Explanation(
        f"{name_of(place).capitalize()} in text {one.document + 1:,}",
        "the text is made again from its seed, and read",
        (
            ("seed", str(found.seed)),
            ("text", f"{one.document + 1:,} of {len(found.texts):,}"),
            ("token", f"{one.position + 1:,}"),
        ),
        exactly(one.activation),
        script(model.info.folder, lines, ("from core.corpus import some",)),
    )
