"""How the numbers of the text pages came about, for `gui.explanation`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from core.generation import n_in_sight
from core.interventions import Look
from core.sampling import penalise
from core.steps import attention_row, attention_step, choice_step
from core.trace import Trace
from gui.explanation import Explanation, exactly, script, vector
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent, rows_of
from gui.widgets.sum_strips import TIMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.config import SamplingConfig
    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Array, Prediction

    Ids = Sequence[int] | NDArray[Any]

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
    model: LanguageModel,
    after: Trace | Sequence[Change],
    prediction: Prediction,
    sampling: SamplingConfig,
    row: int,
) -> Explanation:
    """How probable a candidate is, or all the others together.

    Args:
        model: The model.
        after: The text; where there is none, the changes with which one would begin.
        prediction: What comes after it.
        sampling: With which it was shaped.
        row: Of `rows_of(prediction)`.
    """
    shown, ids = rows_of(prediction)[row], np.zeros(0, np.int64)
    if isinstance(after, Trace):
        logits, ids, seen = after.logits[-1], after.ids, "trace.ids"
        lines = [*read_again(model, after), "logits = trace.logits[-1]"]
    else:
        logits, seen = model.beginning(after), "()"
        if logits is None:
            raise ValueError("this model never begins a text")
        changes, given = _changed(after)
        lines = [*changes, f"logits = model.beginning({given})"]
    lines.append(f"probabilities = {shaped('shape', 'logits', sampling, seen)}")
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
    formula, operands = _choice(logits, ids, sampling, shown.token)
    return Explanation(
        f"How probable {shown.label} is as the next token",
        formula,
        operands,
        f"{exactly(shown.probability)} = {percent(shown.probability)}",
        script(model.info.folder, lines, imports),
    )


def _choice(
    logits: Array, seen: Ids, sampling: SamplingConfig, token_id: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of a candidate's probability; only what the dice do is named."""
    step = choice_step(logits, sampling, token_id, seen)
    is_cut = step.n_kept < len(logits) and sampling.temperature > 0
    name = "share" if is_cut else "probability"
    formula, operands = share_of(logits, seen, sampling, token_id, name)
    if is_cut:
        cut = "; this token was cut" if step.probability == 0 else ""
        formula += "\nprobability = share / sum of the shares that are left in the draw"
        kept = (f"sum of the {step.n_kept:,} left", exactly(step.kept) + cut)
        operands = (*operands, ("share", exactly(step.share)), kept)
    return formula, operands


def share_of(
    logits: Array, seen: Ids, sampling: SamplingConfig, token_id: int, name: str = "share"
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of what a token has after penalty and temperature.

    Args:
        logits: (V,) the scores after a text.
        seen: Its tokens.
        sampling: Of which the repetition penalty and the temperature count.
        token_id: Which token.
        name: What the result is called.
    """
    penalty = sampling.repetition_penalty
    step = choice_step(logits, sampling, token_id, seen)
    operands, lines, score = [("score (logit)", exactly(step.logit))], [], "score"
    if penalty != 1:
        score = "penalised score"
        lines += [
            "penalised score = score / penalty if your text holds the token",
            f"(score {TIMES} penalty where the score is below 0)",
        ]
        held = "yes" if token_id in seen else "no: the score stays"
        operands += [("repetition penalty", exactly(penalty)), ("your text holds it", held)]
        operands.append((score, exactly(step.score)))
    if sampling.temperature == 0:
        highest = penalise(logits, penalty, seen).max()
        lines.append(f"{name} = 1 for the highest score, 0 for all others (temperature 0)")
        operands.append(("highest score", exactly(float(highest))))
        return "\n".join(lines), tuple(operands)
    if sampling.temperature != 1:
        operands.append(("temperature", exactly(sampling.temperature)))
        operands.append((f"{score} / temperature", exactly(step.scaled)))
        score = f"({score} / temperature)"
    elif penalty != 1:
        score = f"({score})"
    lines.append(f"{name} = e^{score} / sum of e^{score} over all tokens")
    operands.append((f"e^{score}", exactly(step.power)))
    operands.append((f"sum over {logits.size:,} tokens", exactly(step.total)))
    return "\n".join(lines), tuple(operands)


def shaped(function: str, logits: str, sampling: SamplingConfig, seen: str = "trace.ids") -> str:
    """Python that calls a function of `core.sampling` with these settings."""
    values = [f"{sampling.temperature}, {sampling.top_k}, {sampling.top_p}"]
    if sampling.min_p:
        values.append(f"min_p={sampling.min_p}")
    if sampling.repetition_penalty == 1:
        return f"{function}({logits}, SamplingConfig({', '.join(values)}))"
    values.append(f"repetition_penalty={sampling.repetition_penalty}")
    return f"{function}({logits}, SamplingConfig({', '.join(values)}), {seen})"


def read_again(model: LanguageModel, trace: Trace) -> list[str]:
    """Python that has the model read the text, with what is changed meanwhile.

    By its ids where typing it would give others, or the model had only a part of it in sight.
    """
    ids = [token.id for token in (*trace.before, *trace.tokens)]
    is_typed, why = model.tokenizer.ids(trace.text) == ids, "as they were drawn"
    if n_in_sight(len(ids), model.config.context) != len(trace.tokens):
        ids, is_typed, why = ids[len(trace.before) :], False, "that the model had in sight"
    lines = [] if is_typed else [f"ids = {ids}  # {why}"]
    changes, given = _changed(trace.changes)
    text = repr(trace.text) if is_typed else "ids"
    call = "trace" if is_typed else "trace_ids"
    return [*changes, *lines, f"trace = model.{call}({text}{given and f', {given}'})"]


def _changed(changes: Sequence[Change]) -> tuple[list[str], str]:
    """Python that makes changes to the pass, and how they are passed on."""
    if not changes:
        return [], ""
    kinds = ", ".join(sorted({type(each).__name__ for each in changes}))
    listed = [f"    {each!r}," for each in changes]
    lines = [f"from core.interventions import {kinds}", "changes = [", *listed, "]"]
    return lines, "changes=changes"


def difference(first: Explanation, second: Explanation) -> Explanation:
    """The number of a second text minus the same one of the first."""
    operands = (("second text", second.result), ("first text", first.result))
    before, after = (float(each.result.replace(MINUS, "-")) for each in (first, second))
    lines = [
        "# the first text",
        _kept(first.python, "first"),
        "",
        "# the second text",
        _kept(second.python, "second"),
        "print(second - first)",
    ]
    return Explanation(
        f"{second.title}: second text minus first",
        "difference = second text \N{MINUS SIGN} first text",
        operands,
        exactly(after - before),
        "\n".join(lines),
    )


def _kept(python: str, name: str) -> str:
    """Lines that keep a number under a name instead of printing it."""
    *lines, last = python.split("\n")
    return "\n".join([*lines, f"{name} = {last.removeprefix('print(').removesuffix(')')}"])
