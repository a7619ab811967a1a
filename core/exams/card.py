"""Exam results for people: a table, and the model's card, written from what is known of it."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.checkpoint import CARD
from core.errors import UserError
from core.exams import weakest
from core.files import write_together
from core.paths import SMALL_WORLD_MODEL
from core.training_data import SMALL_WORLD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.exams import Result
    from core.trace import ModelInfo

_WEAKEST_KINDS = 3

_WHAT = """\
# {name}

A language model that guesses the next token of a text: GPT-2's architecture with {n_layers} layers
of {n_heads} heads, width {d_model}, a context of {context} tokens and a vocabulary of
{vocab_size:,} tokens: {n_parameters:,} parameters in all. It was trained from nothing by the `core`
of Glassbox, which shows how such a model works. The folder has the layout of a Hugging Face GPT-2,
so whatever opens one opens this.
"""

_SMALL_WORLD_DATA = """\
The text is generated: `core/corpus` makes it out of the words, facts and sentences in
`assets/small_world`, all written for this project. It speaks of animals and their young, families,
jobs, countries, food, the weather, days and months, small sums, opposites and colours; it tells
stories, asks and answers questions, and uses two dozen words with two meanings in both of them. One
document in twenty is never trained on, and no story that it tells is told in training with the same
plot and words; the losses below are measured on such documents. What was written by hand, one token
in twenty, is all trained on.
"""

_READING = """\
`python -m core exam{model}` asks all this again. "Guessing" is what chance gets, and "simpler"
what a simpler method gets on the same questions: where nothing else is named, a trigram, which
counts three tokens in a row over 4 million characters of the Small World's text. "Verbatim" is the
share of questions that stand in those characters word for word, with their answers. What is held
out, and what is not, stands in the docstring of every exam in `core/exams`; those whose names end
in `_anew` ask in words that the training text does not have. The loss aims at a tenth above the
bound: what a reader would need at most who knew the generator of the text by heart.
"""

_LIMITS = """\
- It knows what its text says, in the ways its text says it. Other words for the same thing often
  leave it without an answer; compare the rows with and without `_anew`.
- It has no idea of what is true: it says what is likely after what stands before. A wrong answer
  sounds like a right one.
- It looks back over {context} tokens at most and never forward.
- It is far too small for any use but to be looked at.
"""


def write(folder: Path, info: ModelInfo, results: Mapping[str, Result]) -> None:
    """Put exam results into a model's training.json and its card.

    Args:
        folder: The model's.
        info: Facts about the model.
        results: Of its exams.

    Raises:
        UserError: The model does not say how it was trained, or the folder cannot be written.
    """
    check(folder, info)
    training = {**(info.training or {}), "exams": as_json(results)}
    files = {
        "training.json": (
            json.dumps(training, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        ).encode(),
        CARD: card(folder, info, results).encode(),
    }
    write_together(folder, files)


def check(folder: Path, info: ModelInfo) -> None:
    """Whether a model can have a card.

    Raises:
        UserError: It does not say how it was trained.
    """
    if info.training is None:
        raise UserError(
            f"{folder} has no training.json, so its card cannot say how the model was trained: "
            "leave out --card, or choose a model that Glassbox trained."
        )


def as_json(results: Mapping[str, Result]) -> dict[str, Any]:
    """Results as values that JSON knows."""
    return {name: asdict(result) for name, result in results.items()}


def card(folder: Path, info: ModelInfo, results: Mapping[str, Result]) -> str:
    """A model's card, in Markdown: what it is, data, recipe, exams, limits, the way to repeat it.

    Args:
        folder: The model's, for the commands; the bundled model needs no name.
        info: Facts about the model, with what training.json says.
        results: Of its exams.
    """
    training = info.training or {}
    facts = asdict(info)
    model = "" if folder == SMALL_WORLD_MODEL else f" --model {shlex.quote(str(folder))}"
    asked = "".join(f"- {name}: {result.asks}\n" for name, result in results.items())
    parts = [
        _WHAT.format(**facts),
        "## Data\n\n" + _data(training),
        "## Recipe\n\n" + _recipe(training),
        f"## Exams\n\n{table(results)}\n{asked}\n{_READING.format(model=model)}",
        "## Where it is weakest\n\n" + weaknesses(results),
        "## Limits\n\n" + _LIMITS.format(**facts),
        f"## The same model again\n\n```\n{training.get('command', 'unknown')}\n"
        f"python -m core exam --card{model}\n```\n\nThe second line writes this page.\n",
    ]
    return "\n".join(parts)


def _data(training: Mapping[str, Any]) -> str:
    text = training.get("text", {})
    name = text.get("name", "unknown")
    about = _SMALL_WORLD_DATA if name == SMALL_WORLD else f"The text is {name}.\n"
    if "characters" not in text:
        return about
    return about + (
        f"\nTrained on {text['characters']:,} characters, {text.get('train_tokens', 0):,} tokens, "
        f"each seen {training.get('epochs', 1):g} times on average.\n"
    )


def _recipe(training: Mapping[str, Any]) -> str:
    settings = training.get("settings", {})
    sizes, minutes = settings.get("model", {}), training.get("seconds", 0) / 60
    decay = settings.get("weight_decay")
    rows = {
        "steps": f"{training.get('step', 0):,}",
        "batch": f"{settings.get('batch_size')} windows of {sizes.get('context')} tokens",
        "tokens seen": f"{training.get('tokens_seen', 0):,}",
        "optimiser": "Muon for the matrices of the blocks, AdamW for the rest, betas "
        f"{settings.get('beta1')} and {settings.get('beta2')}, weight decay "
        f"{decay}, of the tokens' vectors {settings.get('embedding_decay', decay)}, "
        f"gradients clipped at {settings.get('clip_norm')}",
        "learning rate": f"{settings.get('learning_rate')}, after {settings.get('warmup_steps')} "
        f"steps of warm-up, on a cosine to {settings.get('final_rate')} of it",
        "precision": str(training.get("precision")),
        "seed": str(training.get("seed")),
        "time": f"{minutes:.0f} minutes on {training.get('device')}, threads: "
        f"{training.get('threads')}, {training.get('tokens_per_second') or 0:,} tokens/s",
        "PyTorch": str(training.get("torch")),
    }
    losses = {"model": training.get("val_loss"), **training.get("baselines", {})}
    measured = ", ".join(f"{name} {loss:.3f}" for name, loss in losses.items() if loss)
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    after = f"\nHeld-out loss at its end, in nats a token: {measured}.\n" if measured else ""
    return "\n".join(["| | |", "|---|---|", *lines]) + "\n" + after


def table(results: Mapping[str, Result]) -> str:
    """All exams, in Markdown that reads well as it is."""
    head = ["exam", "score", "aim", "guessing", "simpler", "questions", "verbatim"]
    rows = [_row(name, result) for name, result in results.items()]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (head, rule, *rows)
    )
    return "".join(f"| {line} |\n" for line in lines)


def _row(name: str, result: Result) -> list[str]:
    def shown(value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:.3f} nats" if result.less_is_better else f"{value:.1%}"

    simpler = shown(result.baseline)
    if simpler and result.baseline_is != "trigram":
        simpler += f" ({result.baseline_is})"
    seen = "" if result.seen is None else f"{result.seen:.0%}"
    score = result.score if result.n else None  # nothing could be asked of such a vocabulary
    numbers = [shown(value) for value in (score, result.aim, result.chance)]
    return [name, *numbers, simpler, f"{result.n:,}", seen]


def weaknesses(results: Mapping[str, Result]) -> str:
    """The exams that stay behind their aim, the farthest first, and what they fail on most."""
    lines = []
    for name in weakest(results):
        result = results[name]
        kinds = sorted(result.kinds, key=lambda kind: result.kinds[kind][0])
        worst = [f"{kind} {result.kinds[kind][0]:.0%}" for kind in kinds[:_WEAKEST_KINDS]]
        if result.less_is_better:
            worst = [f"{kind} {value:.3f}" for kind, value in result.details.items()]
        several = f": {', '.join(worst)}" if len(worst) > 1 else ""
        examples = [mistake.replace("\n", "\\n") for mistake in result.mistakes[:1]]
        lines.append("; for example ".join([f"- {name}{several}", *map("`{}`".format, examples)]))
    return "".join(f"{line}\n" for line in lines) or "Every exam reaches its aim.\n"
