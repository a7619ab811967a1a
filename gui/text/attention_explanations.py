"""How the numbers of the attention page came about, beyond a head's own weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.attention_views import lengths, mean_over_heads, rollout
from core.heads import KINDS, sums
from core.inference import norm
from gui.explanation import Explanation, exactly, script, vector
from gui.text.explanations import attention, read_again
from gui.widgets.softmax_shares import DOTS, POWERS, SCORES, SHARES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.steps import AttentionRow
    from core.trace import Trace

    Place = tuple[int, int]  # layer and head

VIEWS = "from core.attention_views import {}"


def carried(model: LanguageModel, trace: Trace, place: Place, row: int, column: int) -> Explanation:
    """How long what a token gets from another through a head is."""
    layer, head = place
    looking, there = trace.tokens[row].label, trace.tokens[column].label
    weight = float(trace.pattern[layer, head, row, column])
    length = float(lengths(trace, model.weights, layer, head)[column])
    code = f"carried_by(trace, model.weights, {layer}, {head})[{row}, {column}]"
    return Explanation(
        f"Layer {layer + 1}, head {head + 1}: what {looking} gets from {there}",
        "carried = weight · length of (v · W_O)\nKobayashi et al. 2020, equation 2",
        (
            (f"weight: {looking} looks at {there}", exactly(weight)),
            (f"v, what {there} has to give", vector(trace.v[layer, head, column])),
            ("length of v · W_O, in the units of the vectors", exactly(length)),
        ),
        exactly(weight * length),
        script(
            model.info.folder,
            [*read_again(model, trace), f"print({code})"],
            [VIEWS.format("carried_by")],
        ),
    )


def averaged(model: LanguageModel, trace: Trace, layer: int, row: int, column: int) -> Explanation:
    """How much a token looks at another on average over the heads of a layer."""
    looking, there = trace.tokens[row].label, trace.tokens[column].label
    weights = trace.pattern[layer, :, row, column]
    mean = float(mean_over_heads(trace.pattern[layer : layer + 1])[0, row, column])
    code = f"mean_over_heads(trace.pattern)[{layer}, {row}, {column}]"
    return Explanation(
        f"Layer {layer + 1}, all heads: {looking} looks at {there}",
        "mean = sum of the heads' weights / number of heads",
        (
            ("weights of the heads", _all_of(weights)),
            ("their sum", exactly(float(weights.sum(dtype=np.float64)))),
            ("number of heads", str(len(weights))),
        ),
        exactly(mean),
        script(
            model.info.folder,
            [*read_again(model, trace), f"print({code})"],
            [VIEWS.format("mean_over_heads")],
        ),
    )


def rolled(model: LanguageModel, trace: Trace, layer: int, row: int, column: int) -> Explanation:
    """How much of a token has reached a place by a layer, if attention alone moved it."""
    looking, there = trace.tokens[row].label, trace.tokens[column].label
    steps = rollout(trace.pattern[: layer + 1])  # (layer + 1, T, T)
    code = f"rollout(trace.pattern)[{layer}, {row}, {column}]"
    mean = mean_over_heads(trace.pattern[layer : layer + 1])[0, row].astype(np.float64)
    mixed = (mean + (np.arange(len(mean)) == row)) / 2  # (T,)
    before = steps[layer - 1] if layer else np.eye(len(mean))
    terms = mixed * before[:, column]
    return Explanation(
        f"By layer {layer + 1}, how much of {looking} is {there}",
        "rollout = sum over tokens of (A of this layer · rollout of the layer before)\n"
        "A = (mean of the heads + what stays) / 2; Abnar and Zuidema 2020, section 3",
        (
            (f"A, row of {looking}", vector(mixed)),
            (f"rollout before, column of {there}", vector(before[:, column])),
            ("their products", vector(terms)),
        ),
        exactly(float(steps[layer, row, column])),
        script(
            model.info.folder,
            [*read_again(model, trace), f"print({code})"],
            [VIEWS.format("rollout")],
        ),
    )


def entry(
    model: LanguageModel, trace: Trace, place: Place, cell: tuple[int, int], part: int, number: int
) -> Explanation:
    """A number of a query, of a key, or of their product.

    Args:
        model: The model.
        trace: The pass.
        place: Layer and head.
        cell: Position of the token that looks, and of that at which it looks.
        part: 0 for q, 1 for k, 2 for the product.
        number: Which one of the head's width.
    """
    layer, head = place
    q, k = (
        float(array[layer, head, at, number])
        for array, at in zip((trace.q, trace.k), cell, strict=True)
    )
    if part == 2:
        row, column = cell
        lines = [
            *read_again(model, trace),
            f"q, k = trace.q[{layer}, {head}, {row}], trace.k[{layer}, {head}, {column}]",
            f"print(float(q[{number}]) * float(k[{number}]))",
        ]
        return Explanation(
            f"Number {number + 1} of q times number {number + 1} of k",
            "product = q · k, number by number",
            (
                (f"q of {trace.tokens[row].label}", exactly(q)),
                (f"k of {trace.tokens[column].label}", exactly(k)),
            ),
            exactly(q * k),
            script(model.info.folder, lines),
        )
    name, at, value = (("q", cell[0], q), ("k", cell[1], k))[part]
    return _projected(model, trace, place, name, at, number, value)


def _projected(
    model: LanguageModel,
    trace: Trace,
    place: Place,
    name: str,
    at: int,
    number: int,
    value: float,
) -> Explanation:
    """A number of a query or of a key: the token's vector, brought to one size, times a column."""
    layer, head = place
    config, block = model.config, model.weights.blocks[layer]
    column = head * config.d_head + number + (config.d_model if name == "k" else 0)
    entering = norm(trace.resid_pre[layer, at : at + 1], block.ln_1, config.epsilon)[0]  # (C,)
    weight, bias = block.c_attn
    role = {"q": "looks for", "k": "offers"}[name]
    lines = [*read_again(model, trace), f"print(trace.{name}[{layer}, {head}, {at}, {number}])"]
    return Explanation(
        f"Number {number + 1} of {name}, what {trace.tokens[at].label} {role}",
        f"{name} = x · w + b\nx: the token's vector as it enters the layer, after the layer's norm",
        (
            ("x", vector(entering)),
            (f"w, column {column + 1} of the learned matrix", vector(weight[:, column])),
            ("x · w", exactly(float(entering.astype(np.float64) @ weight[:, column]))),
            ("b, learned too", exactly(float(bias[column]))),
        ),
        exactly(value),
        script(model.info.folder, lines),
    )


def step(
    model: LanguageModel, trace: Trace, place: Place, steps: AttentionRow, cell: Place, which: int
) -> Explanation:
    """A number of a row that is taken apart.

    Args:
        model: The model.
        trace: The pass.
        place: Layer and head.
        steps: The row.
        cell: Position of the token that looks, and of that at which it looks.
        which: Of the columns of `gui.widgets.softmax_rows`.
    """
    row, column = cell
    layer, head = place
    looking, there = trace.tokens[row].label, trace.tokens[column].label
    at = f"{layer}, {head}, {row}"
    lines = [
        *read_again(model, trace),
        "from core.steps import attention_row",
        f"steps = attention_row(trace, {at})",
    ]
    root = f"√{len(steps.q)} = {exactly(steps.root)}"
    dot, masked = float(steps.dots[column]), column > row
    if which == DOTS:
        name, formula, result = "q · k", "sum of the products, number by number", dot
        operands = [
            (f"q of {looking}", vector(steps.q)),
            (f"k of {there}", vector(steps.k[column])),
        ]
        operands.append(("products", vector(steps.products[column])))
        lines.append(f"print(steps.dots[{column}])")
    elif which == SCORES:
        name, result = "score", float(steps.masked[column])
        formula = "score = q · k / √D"
        operands = [("q · k", exactly(dot)), ("√D, of the head's width", root)]
        if masked:
            formula += "\nthe mask: minus infinity for what comes later"
            operands.append(("score without the mask", exactly(float(steps.scores[column]))))
        lines.append(f"print(steps.masked[{column}])")
    elif which == POWERS:
        name, formula, result = (
            "e^score",
            "e to the power of the score",
            float(steps.powers[column]),
        )
        operands = [("score", exactly(float(steps.masked[column])))]
        lines.append(f"print(steps.powers[{column}])")
    elif which == SHARES:
        name, formula = "share", "share = e^score / sum of e^score over the row"
        result = float(steps.weights[column])
        operands = [
            ("e^score", exactly(float(steps.powers[column]))),
            ("their sum", exactly(steps.total)),
        ]
        lines.append(f"print(steps.weights[{column}])")
    else:  # what the row is since it was changed
        return attention(model, trace, layer, head, row, column)
    title = f"Layer {layer + 1}, head {head + 1}: {name} of {looking} with {there}"
    return Explanation(
        title, formula, tuple(operands), exactly(result), script(model.info.folder, lines)
    )


def score(
    model: LanguageModel,
    trace: Trace,
    place: Place,
    kind: str,
    usual: Mapping[str, NDArray[np.float64]] | None,
) -> Explanation:
    """How much a head looks at a kind of place, on average.

    Args:
        model: The model.
        trace: The text at hand.
        place: Layer and head.
        kind: One of `core.heads.KINDS`.
        usual: Scores on the standard set, if those are asked for.
    """
    layer, head = place
    title = f"Layer {layer + 1}, head {head + 1}: looks {KINDS[kind]}"
    formula = "score = sum of the weights there / number of tokens that have such a place"
    if usual is not None:
        lines = ["scores = standard_scores(model)", f"print(scores[{kind!r}][{layer}, {head}])"]
        what = "random tokens, read twice" if kind == "induction" else "held-out text, 60 documents"
        return Explanation(
            f"{title}, on the standard set",
            formula,
            (("measured on", what),),
            exactly(float(usual[kind][layer, head])),
            script(model.info.folder, lines, ["from core.head_scores import standard_scores"]),
        )
    total, n_rows = sums(trace.pattern[layer, head], trace.ids)[kind]
    code = f"scores(trace.pattern, trace.ids)[{kind!r}][{layer}, {head}]"
    operands = (("sum of the weights", exactly(float(total))), ("number of tokens", str(n_rows)))
    return Explanation(
        f"{title}, on this text",
        formula,
        operands,
        exactly(float(total) / n_rows) if n_rows else "there is no such place",
        script(
            model.info.folder,
            [*read_again(model, trace), f"print({code})"],
            ["from core.heads import scores"],
        ),
    )


def _all_of(values: NDArray[np.float32], most: int = 12) -> str:
    numbers = " ".join(f"{value:.3f}" for value in values[:most].tolist())
    return numbers if len(values) <= most else f"{numbers} … ({len(values)})"
