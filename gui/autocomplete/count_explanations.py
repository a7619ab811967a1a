"""How the numbers of the page Count came about, and the same as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import SamplingConfig
from core.steps import choice_step
from gui.explanation import Explanation, exactly, script
from gui.export import Table
from gui.text.explanations import SOFTMAX, read_again
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.counting import Against, Counted
    from core.language_model import LanguageModel
    from core.ngrams import Step
    from core.trace import Trace
    from gui.widgets.guess_columns import Column

NAMES = ("Unigram", "Bigram", "Trigram", "Transformer")
TRANSFORMER = len(NAMES) - 1
LENGTHS = {1: "single tokens", 2: "pairs", 3: "triples"}
FORMULA = (
    "probability = share + handed down \N{MULTIPLICATION SIGN} probability by shorter contexts\n"
    "share = (count less its discount) / count of all that follow the same context"
)
SOURCE = "modified Kneser-Ney, Chen & Goodman 1999"


def ids_of(trace: Trace) -> list[int]:
    """All tokens of a text, those that the transformer no longer sees too."""
    return [token.id for token in (*trace.before, *trace.tokens)]


def guess(
    model: LanguageModel,
    trace: Trace,
    known: Counted,
    found: Against,
    cell: tuple[int, int],
) -> Explanation:
    """How probable a predictor holds a next token for, or all others together.

    Args:
        model: The transformer.
        trace: Its pass.
        known: What was counted.
        found: What is shown.
        cell: Which predictor and which of its guesses; the one after the last is the others.
    """
    at, row = cell
    name, n_shown = NAMES[at].lower(), found.ids.shape[1]
    if row >= n_shown:
        shown = found.probabilities[at]
        return Explanation(
            f"All other tokens together, by the {name}",
            f"1 {MINUS} the sum of the {n_shown} above",
            (("sum of those above", exactly(shown.sum())),),
            f"{exactly(found.others[at])} = {percent(float(found.others[at]))}",
            _python(model, trace, known, at, f"print(1 - np.sort(likely)[-{n_shown}:].sum())"),
        )
    token_id = int(found.ids[at, row])
    label, likely = model.tokenizer.label(token_id), float(found.probabilities[at, row])
    formula, operands = _way(model, trace, known, at, token_id, len(ids_of(trace)))
    return Explanation(
        f"How probable the {name} holds {label} for as the next token",
        formula,
        operands,
        f"{exactly(likely)} = {percent(likely)}",
        _python(model, trace, known, at, f"print(likely[{token_id}])"),
    )


def surprise(
    model: LanguageModel,
    trace: Trace,
    known: Counted,
    found: Against,
    point: tuple[int, int],
) -> Explanation:
    """How surprised a predictor was by a token of the text.

    Args:
        model: The transformer.
        trace: Its pass.
        known: What was counted.
        found: What is shown.
        point: Which predictor, and which token; 0 is the second of those that were read.
    """
    at, token = point
    bits, place = float(found.bits[at, token]), token + 1
    one = trace.tokens[place]
    formula, operands = _way(model, trace, known, at, one.id, len(trace.before) + place, place)
    lines = [*read_again(model, trace)]
    if at == TRANSFORMER:
        lines.append(f"print(surprise(trace).bits[{place}])")
        python = script(model.info.folder, lines, ["from core.surprise import surprise"])
    else:
        line = f"print(known.models[{at}].surprises(ids)[{len(trace.before) + place}] / np.log(2))"
        python = _python(model, trace, known, at, line)
    return Explanation(
        f"How surprised the {NAMES[at].lower()} is by {one.label}, token {place + 1}",
        f"surprise = {MINUS}log2(probability), in bits\n{formula}",
        (*operands, ("probability", exactly(2.0**-bits))),
        f"{exactly(bits)} bits",
        python,
    )


def _way(
    model: LanguageModel,
    trace: Trace,
    known: Counted,
    at: int,
    token_id: int,
    place: int,
    row: int | None = None,
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of a probability.

    Args:
        model: The transformer.
        trace: Its pass.
        known: What was counted.
        at: Which predictor.
        token_id: Of which token.
        place: Where it would stand in the whole text.
        row: Where among the tokens that were read; None behind the last.
    """
    if at == TRANSFORMER:
        logits = trace.logits[-1 if row is None else row - 1]
        step = choice_step(logits, SamplingConfig(), token_id)
        return "probability = e^score / sum of e^score over all tokens", (
            ("score (logit)", exactly(step.logit)),
            ("e^score", exactly(step.power)),
            (f"sum over {logits.size:,} tokens", exactly(step.total)),
        )
    context = ids_of(trace)[:place]
    steps = known.models[at].steps(context, token_id)
    operands = [("1 / number of tokens", exactly(1 / known.models[at].vocab_size))]
    for one in steps:
        operands += _operands(model, context, one, is_longest=one.n == known.models[at].order)
    order = known.models[at].order
    if len(steps) < order and len(context) >= order - 1:
        labels = "".join(map(model.tokenizer.label, context[1 - order :]))
        operands.append((LENGTHS[order], f"{labels} was never seen: backs off"))
    return f"{FORMULA}\n{SOURCE}", tuple(operands)


def _operands(
    model: LanguageModel, context: Sequence[int], step: Step, *, is_longest: bool
) -> list[tuple[str, str]]:
    before = "".join(map(model.tokenizer.label, context[len(context) - step.n + 1 :]))
    after = f" after {before}" if before else ""
    counts = "times" if is_longest else "different tokens before it"
    name = LENGTHS[step.n]
    return [
        (f"{name}: seen{after}", f"{step.count:,} of {step.total:,} {counts}"),
        (f"{name}: share", exactly(step.share)),
        (f"{name}: handed down", exactly(step.handed_down)),
        (f"{name}: probability", exactly(step.probability)),
    ]


def _python(model: LanguageModel, trace: Trace, known: Counted, at: int, last: str) -> str:
    """Lines that end with `last`, which knows `likely`, or `known` and `ids`."""
    if at == TRANSFORMER:
        lines = [*read_again(model, trace), "likely = softmax(trace.logits[-1])", last]
        imports = [SOFTMAX, *(["import numpy as np"] if "np." in last else [])]
        return script(model.info.folder, lines, imports)
    seed, is_own = known.source
    lines = [
        f"documents = text({seed}, 'train', {known.n_characters})",
        f"known = count(model.tokenizer, documents, Source({seed}, is_own={is_own}))",
        f"ids = {ids_of(trace)}",
        *([f"likely = known.models[{at}].probabilities(ids)"] if "likely" in last else []),
        last,
    ]
    imports = ["from core.corpus import text", "from core.counting import Source, count"]
    imports += ["import numpy as np"] if "np." in last else []
    return script(model.info.folder, lines, imports)


# --- tables


def guesses_table(columns: Sequence[Column]) -> Table:
    """What each predictor holds for the next token."""
    header = ("predictor", "rank", "id", "token", "probability")
    rows: list[tuple[str | int | float, ...]] = []
    for column in columns:
        for rank, one in enumerate(column.guesses, start=1):
            is_other = one.id is None
            number = "" if one.id is None else one.id
            rows.append(
                (column.title, "" if is_other else rank, number, one.label, one.probability)
            )
    return Table(header, rows)


def surprise_table(trace: Trace | None, found: Against | None) -> Table:
    """How surprised each predictor is, token by token, in bits."""
    names = tuple(f"{name.lower()}, bits" for name in NAMES)
    header = ("position", "id", "token", *names, "tokens that the trigram looks back")
    if trace is None or found is None:
        return Table(header, [])
    rows = [
        (place + 2, one.id, one.label, *bits, reach)
        for place, (one, bits, reach) in enumerate(
            zip(trace.tokens[1:], found.bits.T.tolist(), found.reaches.tolist(), strict=True)
        )
    ]
    return Table(header, rows)
