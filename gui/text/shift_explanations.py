"""How a shift of the next token's probabilities came about, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import SamplingConfig
from core.steps import choice_step
from gui.explanation import Explanation, exactly, script
from gui.export import Table
from gui.text.explanations import SOFTMAX, read_again
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.trace import Shifts, Trace

POINTS = "percentage points"


def shift(
    model: LanguageModel,
    passes: tuple[Trace, Trace],
    shifts: Shifts,
    row: int,
    names: tuple[str, str, str],
) -> Explanation:
    """How one row's difference is computed.

    Args:
        model: The model.
        passes: What is compared.
        shifts: What is shown of it.
        row: Which row; the one after the last token stands for all others.
        names: Of the columns.
    """
    first, second, difference = (name.lower() for name in names)
    lines = [
        *read_again(model, passes[0]),
        "before = softmax(trace.logits[-1])",
        *read_again(model, passes[1]),
        "after = softmax(trace.logits[-1])",
    ]
    operands: list[tuple[str, str]] = []
    imports = [SOFTMAX]
    if row < len(shifts.rows):
        one = shifts.rows[row]
        before, after, label = one.before, one.after, one.label
        for name, trace, share in zip(names, passes, (before, after), strict=False):
            step = choice_step(trace.logits[-1], SamplingConfig(), one.id)
            operands.append((f"{name}: score (logit)", exactly(step.logit)))
            operands.append((f"{name}: e^score", exactly(step.power)))
            n_vocabulary = trace.logits.shape[-1]
            operands.append((f"{name}: sum over {n_vocabulary:,} tokens", exactly(step.total)))
            operands.append((f"{name}: probability", exactly(share)))
        formula = "probability = e^score / sum of e^score over all tokens"
        lines.append(f"print(after[{one.id}] - before[{one.id}])")
    else:
        before, after = shifts.others
        label = f"all the {shifts.n_others:,} others together"
        for name, share in zip(names, (before, after), strict=False):
            operands.append((f"{name}: 1 {MINUS} the sum of those above", exactly(share)))
        formula = f"probability = 1 {MINUS} the sum of the {len(shifts.rows)} above"
        ids = [each.id for each in shifts.rows]
        imports.append("import numpy as np")
        lines.append(f"shown = {ids}")
        lines.append("print(np.delete(after, shown).sum() - np.delete(before, shown).sum())")
    change = 100 * (after - before)
    return Explanation(
        f"How much more or less probable {label} is as the next token",
        f"{formula}\n{difference} = {second} {MINUS} {first}",
        tuple(operands),
        f"{exactly(after - before)} = {change:+.4f} {POINTS}".replace("-", MINUS),
        script(model.info.folder, lines, imports),
    )


def table(shifts: Shifts | None, names: tuple[str, str]) -> Table:
    """The rows, and all others together."""
    header = ("id", "token", *names, "change")
    if shifts is None:
        return Table(header, [])
    rows: list[tuple[str | int | float, ...]] = [
        (one.id, one.label, one.before, one.after, one.after - one.before) for one in shifts.rows
    ]
    if shifts.n_others:
        before, after = shifts.others
        rows.append(("", f"{shifts.n_others} others", before, after, after - before))
    return Table(header, rows)
