"""What the page Choose says: heads of the panels, and how its numbers came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import SamplingConfig
from core.dice import spread
from core.shaping import STEPS, standing
from gui.explanation import Explanation, exactly, script
from gui.text.explanations import read_again, shaped, share_of
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent
from gui.widgets.shaping_scene import PanelHead

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.shaping import Shaping, ShapingRow
    from core.trace import Trace

TITLE = "Shaping"
CAPTION = (
    "Each step works on what the one before left. Hatched: cut. Upright mark: before the step."
)
SCALES = {
    "Linear": "Twice as long is twice as likely",
    "Logarithmic": "A step to the left is ten times less likely: shows the unlikely",
}
DICE_TITLE = "The dice"
DICE = "Each token is as long as it is probable. Generate throws the same dice."
LONG_ROLL = "Number 1,000 of seed 1,000, 0.123456, fell on understanding (12.3%)."
NO_DICE = "At temperature 0 the likeliest token takes the whole line: no dice are needed."
COUNTS_TITLE = "Counted"
COUNTS = (
    "Upright mark: how often it should come up. Thin line across it: two times in three, chance "
    "stays within it."
)
NO_MODEL = "Open a model to see how it chooses."
EMPTY = "Type the start of a sentence above to see how the model chooses what comes next."
BROKEN = "This model's scores are not numbers: there is nothing to choose from."
ENDS = "The text is over: nothing is appended."
TIMES, DIVIDED = "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"
NUMPY = "import numpy as np"
CONFIG = "from core.config import SamplingConfig"
STAGES = "from core.sampling import stages"


def heads(made: Shaping, sampling: SamplingConfig, steps: tuple[str, ...]) -> tuple[PanelHead, ...]:
    """What stands above each panel.

    Args:
        made: The shaping.
        sampling: With what it was done.
        steps: Those of `STEPS` that are shown.
    """
    return tuple(_head(made, sampling, name, steps.index(name) + 1) for name in steps)


def _head(made: Shaping, sampling: SamplingConfig, name: str, number: int) -> PanelHead:
    at = STEPS.index(name)
    n_kept, n_before, n_all = made.n_kept[at], made.n_kept[at - 1], made.n_kept[0]
    title, short, is_off = _title(made, sampling, name)
    is_cutting = name in ("top_k", "top_p", "min_p")
    mass = whole(made.mass[at])
    if n_kept == n_all:
        kept = short_kept = f"all {n_all:,}"
    else:
        kept, short_kept = f"{n_kept:,}, together {mass}", f"{n_kept:,}: {mass}"
    return PanelHead(
        f"{number} {title}",
        f"{number} {short}",
        kept,
        short_kept,
        is_off=n_kept == n_before if is_cutting else is_off,
        is_cutting=is_cutting,
    )


def _title(made: Shaping, sampling: SamplingConfig, name: str) -> tuple[str, str, bool]:
    """What a step does, the same short, and whether it is switched off."""
    temperature, p, penalty = sampling.temperature, sampling.top_p, sampling.repetition_penalty
    if name == "raw":
        return "The model says", "Model", False
    if name == "penalised":
        how = "off" if penalty == 1 else f"{penalty:g}"
        return f"Repetition {how}", f"Repeat {how}", penalty == 1
    if name == "tempered":
        warmth = "0: the best" if temperature == 0 else f"{temperature:g}"
        return f"Temperature {warmth}", f"Temp. {temperature:g}", temperature == 1
    if name == "shaped":
        mass = made.mass[-2]
        if mass > 1 - 1e-9:
            return "Nothing was cut", "Nothing cut", True
        return f"Divided by {whole(mass)}", f"{DIVIDED} {whole(mass)}", False
    how = {
        "top_k": f"{sampling.top_k:,}" if sampling.top_k else "off",
        "top_p": "off" if p == 1 else f"{p:.0%}",
        "min_p": f"{sampling.min_p:.0%}" if sampling.min_p else "off",
    }[name]
    title = name.capitalize().replace("_", "-")
    return f"{title} {how}", f"{title} {how}", False


def whole(mass: float) -> str:
    """A sum of shares; all of them are all but for rounding."""
    return "100%" if mass > 1 - 1e-9 else percent(mass)


def group(row: ShapingRow, n_tokens: int) -> str:
    """What a group of tokens is called; `n_tokens` is how many there are in all."""
    return f"{ordinal(row.first)} to {'last' if row.last == n_tokens else ordinal(row.last)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 1,021st."""
    tens, ones = divmod(number % 100, 10)
    ending = "th" if tens == 1 else {1: "st", 2: "nd", 3: "rd"}.get(ones, "th")
    return f"{number:,}{ending}"


# --- how numbers came about


def again(model: LanguageModel, trace: Trace) -> list[str]:
    """Python up to the scores of what comes next."""
    return [*read_again(model, trace), "logits = trace.logits[-1]"]


def share(
    model: LanguageModel,
    trace: Trace,
    sampling: SamplingConfig,
    made: Shaping,
    row: ShapingRow,
    step: tuple[str, tuple[str, ...]],
    label: str,
) -> Explanation:
    """What a token, or a group of them, has after a step.

    Args:
        model: The model.
        trace: The text.
        sampling: Shapes the distribution.
        made: The shaping.
        row: Of which the number is.
        step: Its name, and all that are shown.
        label: What the row is called.
    """
    name, shown = step
    at = STEPS.index(name)
    lines = [*again(model, trace), f"steps = {shaped('stages', 'logits', sampling)}"]
    title = f"{label} after step {shown.index(name) + 1}"
    result = f"{exactly(row.shares[at])} = {percent(row.shares[at])}"
    if row.token is None:
        lines += [
            'order = np.argsort(-logits, kind="stable")  # the likeliest first',
            f"print(steps.{name}[order[{row.first - 1}:{row.last}]].sum())",
        ]
        python = script(model.info.folder, lines, (NUMPY, CONFIG, STAGES))
        formula = "sum of what each token of the group has"
        n, n_left = row.last - row.first + 1, row.n_kept[at]
        of_group = (("tokens in the group", f"{n:,}"), ("with something left", f"{n_left:,}"))
        return Explanation(title, formula, of_group, result, python)
    lines.append(f"print(steps.{name}[{row.token}])")
    formula, operands = _step(trace, sampling, made, row, step)
    python = script(model.info.folder, lines, (CONFIG, STAGES))
    return Explanation(title, formula, operands, result, python)


def _step(
    trace: Trace,
    sampling: SamplingConfig,
    made: Shaping,
    row: ShapingRow,
    step: tuple[str, tuple[str, ...]],
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of one token's step."""
    assert row.token is not None
    name, shown = step
    penalty = sampling.repetition_penalty
    acting = {
        "raw": SamplingConfig(),
        "penalised": SamplingConfig(repetition_penalty=penalty),
        "tempered": SamplingConfig(sampling.temperature, repetition_penalty=penalty),
    }
    if name in acting:
        return share_of(trace.logits[-1], trace.ids, acting[name], row.token)
    n = shown.index(name)  # of the step before, as they are numbered
    before = f"after step {n}", exactly(row.shares[STEPS.index(shown[n - 1])])
    place = standing(made, row.token)
    if name == "top_k":
        if sampling.top_k == 0:
            return f"top-k is off: as after step {n}", (before,)
        formula = "kept as it is if its place is no later than top-k, else 0"
        places = ("its place", ordinal(place.rank)), ("top-k", f"{sampling.top_k:,}")
        return formula, (*places, before)
    if name == "top_p":
        if sampling.top_p == 1:
            return f"top-p is off: as after step {n}", (before,)
        formula = "kept as it is if the likelier ones do not reach top-p without it, else 0"
        likelier = ("the likelier ones", f"{exactly(place.before)} of what top-k left")
        return formula, (likelier, ("top-p", exactly(sampling.top_p)), before)
    if name == "min_p":
        if sampling.min_p == 0:
            return f"min-p is off: as after step {n}", (before,)
        formula = f"kept as it is if it is at least min-p {TIMES} the likeliest, else 0"
        least = sampling.min_p * place.highest
        return formula, (
            ("the likeliest", exactly(place.highest)),
            ("min-p", exactly(sampling.min_p)),
            (f"min-p {TIMES} the likeliest", exactly(least)),
            before,
        )
    kept = ("sum of all that is left", exactly(made.mass[-2]))
    return "probability = share / sum of all that is left", (("share", before[1]), kept)


def stretch(
    model: LanguageModel,
    trace: Trace,
    sampling: SamplingConfig,
    token: int,
    ends: tuple[float, float],
    needle: float | None,
    label: str,
) -> Explanation:
    """Where a token lies on the line."""
    start, end = ends
    lines = [
        *again(model, trace),
        f"ends = line({shaped('shape', 'logits', sampling)})",
        f"print({f'ends[{token - 1}]' if token else '0.0'}, ends[{token}])",
    ]
    imports = (CONFIG, "from core.dice import line", "from core.sampling import shape")
    operands = [
        ("its number", f"{token:,}"),
        ("sum of all before it", exactly(start)),
        ("its own probability", exactly(end - start)),
    ]
    if needle is not None:
        hit = "inside" if start <= needle < end else "outside"
        operands.append(("the random number", f"{needle:.6f}, {hit}"))
    return Explanation(
        f"Where {label} lies on the line",
        "it begins at the sum of the probabilities of all tokens with a lower number\n"
        "it ends there plus its own probability",
        tuple(operands),
        f"{start:.6f} to {end:.6f}",
        script(model.info.folder, lines, imports),
    )


def throw(seed: int, n_thrown: int, number: float) -> Explanation:
    """Where a random number comes from; `n_thrown` were thrown before it."""
    return Explanation(
        f"Random number {n_thrown + 1:,} of seed {seed:,}",
        "a generator that starts from the seed gives the same numbers every time,\n"
        "evenly spread from 0 to 1",
        (("seed", f"{seed}"), ("numbers before it", f"{n_thrown:,}")),
        f"{number:.6f}",
        f"{NUMPY}\n\nrng = np.random.default_rng({seed})\n"
        f"print(rng.random({n_thrown + 1})[{n_thrown}])",
    )


def counted(
    model: LanguageModel,
    trace: Trace,
    sampling: SamplingConfig,
    rolls: tuple[int, int, int],
    row: tuple[str, int | None, tuple[int, ...]],
    probability: float,
    count: int,
) -> Explanation:
    """How often a token was rolled, and how often it should be.

    Args:
        model: The model.
        trace: The text.
        sampling: Shapes the distribution.
        rolls: Seed, numbers thrown before, and how many were rolled.
        row: What it is called, its id, and the ids of all other rows if it is the others'.
        probability: Of it in one roll.
        count: How often it was rolled.
    """
    seed, n_thrown, n = rolls
    label, token, alone = row
    expected, deviation = spread(probability, n)
    own = f"rolled.ids == {token}" if token is not None else f"~np.isin(rolled.ids, {list(alone)})"
    lines = [
        *again(model, trace),
        f"probabilities = {shaped('shape', 'logits', sampling)}",
        f"rolled = roll(probabilities, {seed}, {n}, {n_thrown})",
        f"print(({own}).sum())",
    ]
    imports = [CONFIG, "from core.dice import roll", "from core.sampling import shape"]
    if token is None:
        imports.append(NUMPY)
    return Explanation(
        f"{label}: rolled {count:,} times of {n:,}",
        f"expected = rolls {TIMES} probability\n"
        f"give or take √(expected {TIMES} (1 {MINUS} probability)): closer in two of three cases",
        (
            ("rolls", f"{n:,}"),
            ("probability", exactly(probability)),
            ("expected", exactly(expected)),
            ("give or take", exactly(deviation)),
        ),
        f"{count} rolled",
        script(model.info.folder, lines, imports),
    )
