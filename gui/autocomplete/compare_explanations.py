"""How the numbers of the page Compare came about, and the same as tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.compare import MISSING
from gui.explanation import Explanation, exactly, script
from gui.export import Table
from gui.text.explanations import read_again
from gui.text.shift_explanations import POINTS
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from core.compare import Difference
    from core.language_model import LanguageModel
    from core.swaps import Replacement, Swap
    from core.trace import Trace
    from gui.autocomplete.pair import Pair

COMPARE = "from core.compare import Matching, Side, difference"
NUMPY = "import numpy as np"
NOT_THERE = "0: no such token in its vocabulary"
LISTED = 4  # parts of a sum that are written out


def change(pair: Pair, found: Difference, row: int) -> Explanation:
    """How one row's difference is computed.

    Args:
        pair: What is compared.
        found: How it differs.
        row: Of `found.shifts.rows`; the one after the last stands for all others.
    """
    shifts, (first, second, name) = found.shifts, pair.names
    if row < len(shifts.rows):
        one = shifts.rows[row]
        a, b = found.pairs[row]
        label, shares = one.label, (one.before, one.after)
        said = [
            NOT_THERE if is_absent else exactly(share)
            for share, is_absent in zip(shares, one.absent, strict=True)
        ]
        terms = [
            "0.0" if is_absent else f"{variable}[{token_id}]"
            for variable, token_id, is_absent in (
                ("second", b, one.absent[1]),
                ("first", a, one.absent[0]),
            )
        ]
        lines, imports = [f"print({terms[0]} - {terms[1]})"], []
    else:
        label, shares = f"all the {shifts.n_others:,} others together", shifts.others
        said = [f"{exactly(share)}: 1 {MINUS} the sum of those above" for share in shares]
        known = [[ids[side] for ids in found.pairs if ids[side] != MISSING] for side in (0, 1)]
        lines = [f"print(np.delete(second, {known[1]}).sum() - np.delete(first, {known[0]}).sum())"]
        imports = [NUMPY]
    more = shares[1] - shares[0]
    points = f"{100 * more:+.4f} {POINTS}".replace("-", MINUS)
    return Explanation(
        f"How much more or less probable {label} is as the next token",
        f"{name.lower()} = {second} {MINUS} {first}",
        ((first, said[0]), (second, said[1])),
        f"{exactly(more)} = {points}",
        _python(pair, lines, imports),
    )


def moved(pair: Pair, found: Difference) -> Explanation:
    """The total variation distance."""
    first, second, _ = pair.names
    parts = [abs(row.after - row.before) for row in found.shifts.rows]
    labels = [row.label for row in found.shifts.rows]
    total = 2 * found.total_variation
    return Explanation(
        "How much of the probability lies on other tokens",
        f"moved = half the sum of |{second} {MINUS} {first}| over all tokens\n"
        "the total variation distance: 0% alike, 100% nothing in common",
        _listed(labels, parts, total),
        f"{exactly(found.total_variation)} = {percent(found.total_variation)}",
        _python(pair, [*_differs(pair), "print(found.total_variation)"], [COMPARE]),
    )


def surprise(pair: Pair, found: Difference) -> Explanation:
    """The Kullback-Leibler divergence of the first from the second."""
    first, second, _ = pair.names
    parts = [_part(row.after, row.before) for row in found.shifts.rows]
    labels = [row.label for row in found.shifts.rows]
    is_infinite = math.isinf(found.kl_back_bits)
    operands = (
        ((f"tokens that {first} holds for impossible and {second} does not", "there are some"),)
        if is_infinite
        else _listed(labels, parts, found.kl_back_bits)
    )
    return Explanation(
        f"How much more surprised one is who expects {first} where {second} is true",
        f"bits = sum of {second} \N{MULTIPLICATION SIGN} log2({second} / {first}) over all tokens\n"
        "the Kullback-Leibler divergence; 0 if both are alike",
        operands,
        "infinite" if is_infinite else f"{exactly(found.kl_back_bits)} bits",
        _python(pair, [*_differs(pair), "print(found.kl_back_bits)"], [COMPARE]),
    )


def _part(after: float, before: float) -> float:
    if after == 0:
        return 0.0
    return math.inf if before == 0 else after * math.log2(after / before)


def _listed(labels: list[str], parts: list[float], total: float) -> tuple[tuple[str, str], ...]:
    """The largest parts of a sum, and the rest of it."""
    order = sorted(range(len(parts)), key=lambda at: -abs(parts[at]))[:LISTED]
    listed = [(f"part of {labels[at]}", exactly(parts[at])) for at in order]
    rest = total - math.fsum(parts[at] for at in order)
    return (*listed, ("parts of all others", exactly(rest)), ("sum", exactly(total)))


def offered(model: LanguageModel, trace: Trace, position: int, one: Replacement) -> Explanation:
    """Why a word is offered in the place of another."""
    old = int(trace.ids[position])
    label = model.tokenizer.label(old)
    if one.origin == "model":
        lines = [
            *read_again(model, trace),
            f"print(softmax(trace.logits[{position - 1}])[{one.id}])",
        ]
        return Explanation(
            f"How likely the model held {one.label} for at that place",
            "probability = e^score / sum of e^score over all tokens",
            (("score (logit)", exactly(trace.logits[position - 1, one.id])),),
            f"{exactly(one.probability)} = {percent(one.probability)}",
            script(model.info.folder, lines, ["from core.sampling import softmax"]),
        )
    lines = [
        f"a, b = model.weights.wte[{old}], model.weights.wte[{one.id}]",
        "a, b = a.astype(np.float64), b.astype(np.float64)",
        "print(a @ b / np.linalg.norm(a) / np.linalg.norm(b))",
    ]
    return Explanation(
        f"How near {one.label} is to {label}",
        "cosine = a · b / (length of a · length of b)",
        (("a", f"embedding of {label}"), ("b", f"embedding of {one.label}")),
        exactly(one.cosine),
        script(model.info.folder, lines, [NUMPY]),
    )


def _differs(pair: Pair) -> list[str]:
    a, b = pair.first.tokenizer_python, pair.second.tokenizer_python
    return [
        f"matching = Matching.of({a}, {b})",
        f"found = difference(Side(first, {a}), Side(second, {b}), matching, 'first', 8)",
    ]


def _python(pair: Pair, lines: list[str], imports: list[str]) -> str:
    before = [*pair.first.python, *pair.second.python]
    needed = {*pair.first.imports, *pair.second.imports, *imports}
    return script(pair.folder, [*before, *lines], sorted(needed))


# --- tables


def difference_table(found: Difference | None, names: tuple[str, str, str]) -> Table:
    """The rows, and all others together."""
    header = ("id", "token", *(name.lower() for name in names))
    if found is None:
        return Table(header, [])
    shifts = found.shifts
    rows: list[tuple[str | int | float, ...]] = [
        (one.id, one.label, one.before, one.after, one.after - one.before) for one in shifts.rows
    ]
    if shifts.n_others:
        before, after = shifts.others
        rows.append(("", f"{shifts.n_others} others", before, after, after - before))
    return Table(header, rows)


def swaps_table(replacements: tuple[Replacement, ...], swaps: tuple[Swap, ...]) -> Table:
    """What could stand there, and what it does as far as that is known."""
    header = (
        *("id", "token", "offered by", "probability there", "cosine"),
        *("total variation", "KL, bits", "then likeliest: id", "its probability"),
    )
    rows: list[tuple[str | int | float, ...]] = []
    for at, one in enumerate(replacements):
        probability = "" if math.isnan(one.probability) else one.probability
        row: tuple[str | int | float, ...] = (
            *(one.id, one.label, one.origin, probability, one.cosine),
        )
        if at < len(swaps):
            likely = swaps[at].probabilities
            best = int(likely.argmax())
            row = (*row, swaps[at].total_variation, swaps[at].kl_bits, best, float(likely[best]))
        rows.append(row + ("",) * (len(header) - len(row)))
    return Table(header, rows)
