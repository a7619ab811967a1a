"""What the page Choose says: heads of the panels, and how its numbers came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import SamplingConfig
from core.dice import spread
from core.shaping import STEPS, standing
from core.steps import choice_step
from gui.explanation import Explanation, exactly, script
from gui.text.explanations import read_again
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent
from gui.widgets.shaping_scene import PanelHead

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.shaping import Shaping, ShapingRow
    from core.trace import Trace

TITLE = "Shaping"
CAPTION = (
    "Step by step, from left to right. Top-p counts shares of what top-k left. Hatched: cut. "
    "Upright mark: before the step."
)
DICE_TITLE = "The dice"
DICE = (
    "Each token as long as it is probable, in the order of their numbers. Generate throws the same "
    "dice."
)
NO_DICE = "At temperature 0 the likeliest token takes the whole line: no dice are needed."
COUNTS_TITLE = "Counted"
COUNTS = "Marks: what to expect."
NO_MODEL = "Open a model to see how it chooses."
EMPTY = "Type the start of a sentence above to see how the model chooses what comes next."
BROKEN = "This model's scores are not numbers: there is nothing to choose from."
ENDS = "The text is over: nothing is appended."
TIMES, DIVIDED = "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"
NUMPY = "import numpy as np"
CONFIG = "from core.config import SamplingConfig"
STAGES = "from core.sampling import stages"


def heads(made: Shaping, sampling: SamplingConfig) -> tuple[PanelHead, ...]:
    """What stands above each panel."""
    raw, tempered, top_k, top_p, shaped = made.n_kept
    temperature, p = sampling.temperature, sampling.top_p
    warmth = "0: the best" if temperature == 0 else f"{temperature:g}"
    k = f"{sampling.top_k:,}" if sampling.top_k else "off"
    share = "off" if p == 1 else f"{p:.0%}"
    return (
        PanelHead("1 The model says", "1 The model", f"100%: {raw:,}", is_off=False),
        PanelHead(
            f"2 Temperature {warmth}",
            "2 Temperature",
            f"100%: {tempered:,}",
            is_off=temperature == 1,
        ),
        PanelHead(
            f"3 Top-k {k}",
            "3 Top-k",
            f"{whole(made.mass[2])}: {top_k:,}",
            is_off=top_k == tempered,
        ),
        PanelHead(
            f"4 Top-p {share}",
            "4 Top-p",
            f"{whole(made.mass[3])}: {top_p:,}",
            is_off=top_p == top_k,
        ),
        PanelHead(
            "5 Made 100% again",
            "5 To 100%",
            f"{DIVIDED} {whole(made.mass[3])}: {shaped:,}",
            is_off=top_p == tempered,
        ),
    )


def whole(mass: float) -> str:
    """A sum of shares; all of them are all but for rounding."""
    return "100%" if mass > 1 - 1e-9 else percent(mass)


def group(row: ShapingRow) -> str:
    """What a group of tokens is called."""
    return f"{ordinal(row.first)} to {ordinal(row.last)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 1,021st."""
    tens, ones = divmod(number % 100, 10)
    ending = "th" if tens == 1 else {1: "st", 2: "nd", 3: "rd"}.get(ones, "th")
    return f"{number:,}{ending}"


# --- how numbers came about


def settings(sampling: SamplingConfig) -> str:
    """The settings as Python."""
    return f"SamplingConfig({sampling.temperature}, {sampling.top_k}, {sampling.top_p})"


def again(model: LanguageModel, trace: Trace) -> list[str]:
    """Python up to the scores of what comes next."""
    return [*read_again(model, trace), "logits = trace.logits[-1]"]


def share(
    model: LanguageModel,
    trace: Trace,
    sampling: SamplingConfig,
    made: Shaping,
    row: ShapingRow,
    step: int,
    label: str,
) -> Explanation:
    """What a token, or a group of them, has after a step."""
    name = STEPS[step]
    lines = [*again(model, trace), f"steps = stages(logits, {settings(sampling)})"]
    title = f"{label} after step {step + 1}"
    result = f"{exactly(row.shares[step])} = {percent(row.shares[step])}"
    if row.token is None:
        lines += [
            'order = np.argsort(-logits, kind="stable")  # the likeliest first',
            f"print(steps.{name}[order[{row.first - 1}:{row.last}]].sum())",
        ]
        python = script(model.info.folder, lines, (NUMPY, CONFIG, STAGES))
        formula = "sum of what each token of the group has"
        n, n_left = row.last - row.first + 1, row.n_kept[step]
        of_group = (("tokens in the group", f"{n:,}"), ("with something left", f"{n_left:,}"))
        return Explanation(title, formula, of_group, result, python)
    lines.append(f"print(steps.{name}[{row.token}])")
    formula, operands = _step(trace, sampling, made, row, step)
    python = script(model.info.folder, lines, (CONFIG, STAGES))
    return Explanation(title, formula, operands, result, python)


def _step(
    trace: Trace, sampling: SamplingConfig, made: Shaping, row: ShapingRow, step: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Formula and operands of one token's step."""
    assert row.token is not None
    if step < 2:
        return _softmax(trace, SamplingConfig(sampling.temperature if step else 1.0), row.token)
    before = exactly(row.shares[step - 1])
    place = standing(made, row.token)
    if step == 2:
        if sampling.top_k == 0:
            return "top-k is off: as after step 2", (("after step 2", before),)
        formula = "kept as it is if its place is no later than top-k, else 0"
        return formula, (
            ("its place", ordinal(place.rank)),
            ("top-k", f"{sampling.top_k:,}"),
            ("after step 2", before),
        )
    if step == 3:
        if sampling.top_p == 1:
            return "top-p is off: as after step 3", (("after step 3", before),)
        formula = "kept as it is if the likelier ones do not reach top-p without it, else 0"
        return formula, (
            ("the likelier ones", f"{exactly(place.before)} of what top-k left"),
            ("top-p", exactly(sampling.top_p)),
            ("after step 3", before),
        )
    kept = ("sum of all that is left", exactly(made.mass[3]))
    return "probability = share / sum of all that is left", (("share", before), kept)


def _softmax(
    trace: Trace, sampling: SamplingConfig, token: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    logits = trace.logits[-1]
    if sampling.temperature == 0:
        formula = "temperature 0: 1 for the highest score, 0 for all others"
        own, highest = exactly(logits[token]), exactly(logits.max())
        return formula, (("score (logit)", own), ("highest score", highest))
    found = choice_step(logits, sampling, token)
    is_plain = sampling.temperature == 1
    score = "score" if is_plain else "(score / temperature)"
    operands = [("score (logit)", exactly(found.logit))]
    if not is_plain:
        operands.append(("temperature", exactly(sampling.temperature)))
        operands.append(("score / temperature", exactly(found.scaled)))
    operands.append((f"e^{score}", exactly(found.power)))
    operands.append((f"sum over {logits.size:,} tokens", exactly(found.total)))
    return f"share = e^{score} / sum of e^{score} over all tokens", tuple(operands)


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
        f"ends = line(shape(logits, {settings(sampling)}))",
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
        f"probabilities = shape(logits, {settings(sampling)})",
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
