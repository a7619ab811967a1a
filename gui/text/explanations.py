"""How the numbers of the text pages came about, for `gui.explanation`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.interventions import Look
from core.steps import attention_row, attention_step, choice_step
from gui.explanation import Explanation, exactly, script, vector
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent, rows_of

if TYPE_CHECKING:
    from core.config import SamplingConfig
    from core.language_model import LanguageModel
    from core.trace import Prediction, Trace

SOFTMAX = "from core.sampling import softmax"
NUMPY = "import numpy as np"
PARTS = ("token", "position", "sum")


def attention(
    model: LanguageModel, trace: Trace, layer: int, head: int, row: int, column: int
) -> Explanation:
    """How much one token looks at another."""
    looking, there = trace.tokens[row].label, trace.tokens[column].label
    title = f"Layer {layer + 1}, head {head + 1}: {looking} looks at {there}"
    place = f"{layer}, {head}"
    opened = read_again(model, trace)
    if column > row:
        lines = [*opened, f"print(trace.pattern[{place}, {row}, {column}])"]
        formula = "weight = 0: no token may look at one that comes later"
        return Explanation(title, formula, (), "0", script(model.info.folder, lines))
    step = attention_step(trace, layer, head, row, column)
    pins = pins_of(trace, layer, head, row)
    if pins:
        lines = [*opened, f"print(trace.pattern[{place}, {row}, {column}])"]
        made = script(model.info.folder, lines)
        return _set_by_hand(trace, (layer, head), (row, column), pins, step.weight, title, made)
    lines = [
        *opened,
        f"q = trace.q[{place}, {row}]",
        f"k = trace.k[{place}, :{row + 1}]  # of {looking} and all before it",
        f"print(softmax(k @ q / np.sqrt(q.size))[{column}])",
    ]
    return Explanation(
        title,
        "weight = e^score / sum of e^score over the row\nscore = q · k / √D",
        (
            (f"q, what {looking} looks for", vector(trace.q[layer, head, row])),
            (f"k, what {there} offers", vector(trace.k[layer, head, column])),
            ("q · k", exactly(step.dot)),
            ("√D", f"√{trace.q.shape[-1]} = {exactly(step.root)}"),
            ("score", exactly(step.score)),
            ("e^score", exactly(step.power)),
            (f"sum of {row + 1} such", exactly(step.total)),
        ),
        exactly(trace.pattern[layer, head, row, column]),
        script(model.info.folder, lines, (NUMPY, SOFTMAX)),
    )


def pins_of(trace: Trace, layer: int, head: int, row: int) -> dict[int, float]:
    """Weights of a row that the user has set, by column."""
    return {
        each.column: each.weight
        for each in trace.changes
        if isinstance(each, Look) and (each.layer, each.head, each.row) == (layer, head, row)
    }


def _set_by_hand(
    trace: Trace,
    place: tuple[int, int],
    cell: tuple[int, int],
    pins: dict[int, float],
    own: float,
    title: str,
    python: str,
) -> Explanation:
    """A weight in a row of which some are set by hand.

    Args:
        trace: The altered pass.
        place: Layer and head.
        cell: Row and column.
        pins: Those that are set, by column.
        own: What the model itself gives here.
        title: Which number it is.
        python: That computes it.
    """
    (layer, head), (row, column) = place, cell
    given = math.fsum(pins.values())
    weights = attention_row(trace, layer, head, row).weights
    others = math.fsum(weights[at] for at in range(row + 1) if at not in pins)
    operands = [("the model's own weight", exactly(own)), ("set by hand, in all", exactly(given))]
    is_filled = given >= 1 or others == 0
    if column in pins:
        operands.append(("set here", exactly(pins[column])))
        formula = "weight = what is set"
        if is_filled:
            formula += " / all that is set, so that the row adds up to 1"
    elif is_filled:
        formula = "weight = 0: what is set takes all"
    else:
        operands.append(("left for the others", exactly(1 - given)))
        operands.append(("the others' own weights, in all", exactly(others)))
        formula = "weight = what is left · own weight / own weights of the others"
    value = float(trace.pattern[layer, head, row, column])
    return Explanation(title, formula, tuple(operands), exactly(value), python)


def addition(
    model: LanguageModel, trace: Trace, part: int, token: int, dimension: int
) -> Explanation:
    """A number of a token's vector, of its position's, or of their sum.

    Args:
        model: The model.
        trace: The pass.
        part: 0, 1 or 2: an index of `PARTS`.
        token: Position of the token.
        dimension: Which number.
    """
    one = trace.tokens[token]
    numbers = (arrays[token, dimension] for arrays in (trace.token_embed, trace.pos_embed))
    in_token, in_position = (exactly(number) for number in numbers)
    names = f"token vector of {one.label}", f"position vector of place {token + 1}"
    codes = (
        f"model.weights.wte[{one.id}, {dimension}]",
        f"model.weights.wpe[{token}, {dimension}]",
    )
    if part == PARTS.index("sum"):
        return Explanation(
            f"Number {dimension + 1} of what enters layer 1 for {one.label}",
            "sum = token + position",
            tuple(
                (f"number {dimension + 1} of the {name}", number)
                for name, number in zip(names, (in_token, in_position), strict=True)
            ),
            exactly(trace.resid_pre[0, token, dimension]),
            script(model.info.folder, [f"print({codes[0]} + {codes[1]})"]),
        )
    tables = (
        ("learnt: looked up in the table of tokens", ("row", f"{one.id}, the token's number")),
        ("learnt: looked up in the table of positions", ("row", f"{token + 1}, the place")),
    )
    formula, operand = tables[part]
    return Explanation(
        f"Number {dimension + 1} of the {names[part]}",
        formula,
        (operand, ("column", str(dimension + 1))),
        (in_token, in_position)[part],
        script(model.info.folder, [f"print({codes[part]})"]),
    )


def probability(
    model: LanguageModel, trace: Trace, prediction: Prediction, sampling: SamplingConfig, row: int
) -> Explanation:
    """How probable a candidate is, or all the others together.

    Args:
        model: The model.
        trace: The text.
        prediction: What comes after it.
        sampling: With which it was shaped.
        row: Of `rows_of(prediction)`.
    """
    shown = rows_of(prediction)[row]
    settings = f"{sampling.temperature}, {sampling.top_k}, {sampling.top_p}"
    lines = [
        *read_again(model, trace),
        "logits = trace.logits[-1]",
        f"probabilities = shape(logits, SamplingConfig({settings}))",
    ]
    imports = ["from core.config import SamplingConfig", "from core.sampling import shape"]
    if shown.token is None:
        n_shown = len(prediction.candidates)
        lines.append(f"print(np.delete(probabilities, best(logits, {n_shown})).sum())")
        imports = [NUMPY, imports[0], "from core.sampling import best, shape"]
        return Explanation(
            f"All the {shown.label} together",
            f"1 {MINUS} the sum of the {n_shown} above",
            (("sum of those above", exactly(1 - shown.probability)),),
            exactly(shown.probability),
            script(model.info.folder, lines, imports),
        )
    lines.append(f"print(probabilities[{shown.token}])")
    formula, operands = _choice(trace, sampling, shown.token)
    return Explanation(
        f"How probable {shown.label} is as the next token",
        formula,
        operands,
        f"{exactly(shown.probability)} = {percent(shown.probability)}",
        script(model.info.folder, lines, imports),
    )


def _choice(
    trace: Trace, sampling: SamplingConfig, token_id: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of a candidate's probability; only what the dice do is named."""
    step = choice_step(trace.logits[-1], sampling, token_id)
    n_vocabulary = trace.logits.shape[-1]
    if sampling.temperature == 0:
        formula = "probability = 1 for the highest score, 0 for all others"
        highest = float(np.max(trace.logits[-1]))
        operands = [("score (logit)", exactly(step.logit)), ("highest score", exactly(highest))]
        return f"{formula} (temperature 0)", tuple(operands)
    score = "score" if sampling.temperature == 1 else "(score / temperature)"
    formula = f"probability = e^{score} / sum of e^{score} over all tokens"
    operands = [("score (logit)", exactly(step.logit))]
    if sampling.temperature != 1:
        operands.append(("temperature", exactly(sampling.temperature)))
        operands.append(("score / temperature", exactly(step.scaled)))
    operands.append((f"e^{score}", exactly(step.power)))
    operands.append((f"sum over {n_vocabulary:,} tokens", exactly(step.total)))
    if step.n_kept < n_vocabulary:
        cut = "; this token was cut" if step.probability == 0 else ""
        formula = formula.replace("probability", "share", 1)
        formula += "\nprobability = share / sum of the shares that are left in the draw"
        operands.append(("share", exactly(step.share)))
        operands.append((f"sum of the {step.n_kept:,} left", exactly(step.kept) + cut))
    return formula, tuple(operands)


def read_again(model: LanguageModel, trace: Trace) -> list[str]:
    """Python that has the model read the text, with what is changed meanwhile.

    By its ids where typing it would give others.
    """
    ids = [token.id for token in (*trace.before, *trace.tokens)]
    is_typed = model.tokenizer.ids(trace.text) == ids
    lines = [] if is_typed else [f"ids = {ids}  # as they were drawn"]
    call = f"trace({trace.text!r}" if is_typed else "trace_ids(ids"
    if not trace.changes:
        return [*lines, f"trace = model.{call})"]
    kinds = ", ".join(sorted({type(each).__name__ for each in trace.changes}))
    listed = [f"    {each!r}," for each in trace.changes]
    return [
        f"from core.interventions import {kinds}",
        *lines,
        "changes = [",
        *listed,
        "]",
        f"trace = model.{call}, changes=changes)",
    ]
