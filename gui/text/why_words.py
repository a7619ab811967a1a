"""What the page of the shares says, how its numbers came about, and its table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attribution import by_heads
from core.labels import in_line
from gui.explanation import Explanation, exactly, script, vector
from gui.export import Table
from gui.plain_numbers import times
from gui.text.explanations import NUMPY, difference, read_again
from gui.text.why_study import Part, groups_of, rows_of
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.text.why_study import Why

CORE = "from core.attribution import "
HEADER = ("part", "layer", "number", "share", "speaks for", "against", "position", "after")
SAME = "Both are the same token: there is nothing to tell apart."
MOST = 700.0  # a larger exponent has no power in float64
# Python for what a part adds to the stream, with its layer, index and the position.
PYTHON = {
    "token": "trace.token_embed[{2}]",
    "place": "trace.pos_embed[{2}]",
    "attention": "trace.attn_out[{0}, {2}]",
    "head": "by_heads(trace, w, {0}, {2})[{1}]",
    "attention bias": "w.blocks[{0}].attn_c_proj[1]",
    "mlp": "trace.mlp_out[{0}, {2}]",
    "neuron": "trace.mlp_post[{0}, {2}, {1}] * w.blocks[{0}].mlp_c_proj[0][{1}]",
    "mlp bias": "w.blocks[{0}].mlp_c_proj[1]",
}


def sentence(why: Why, plain: Trace | None) -> str:
    """The two scores, what their difference means, and what it was without changes."""
    made, (a, b) = why.made, (f"“{in_line(label)}”" for label in why.labels)
    if made.tokens[0] == made.tokens[1]:
        return SAME
    first, second = made.logits
    after, gap = f"“{in_line(why.trace.tokens[made.position].label)}”", abs(first - second)
    if not math.isfinite(gap):
        return f"After {after} the scores of {a} and {b} are no numbers: the model is broken."
    more, likelier, other = ("more", a, b) if first >= second else ("less", b, a)
    said = (
        f"After {after}, the score of {a} is {_three(first)} and that of {b} {_three(second)}: "
        f"{gap:.3f} {more}, so {likelier} is {_times(gap)} times as likely as {other}. "
        f"The parts below add up to {_three(made.total)}."
    )
    if plain is not None and made.position < len(plain.logits):
        row = plain.logits[made.position]
        usual = float(row[made.tokens[0]]) - float(row[made.tokens[1]])
        said += f" Without your changes it would be {_three(usual)}."
    return said


def sentence_of_both(first: Why, second: Why, *, apart: bool) -> str:
    """What the same question comes to after two texts.

    Args:
        first: The answer after the one.
        second: And after the other.
        apart: Whether the parts that are shown are the differences.
    """
    (a, b), (i, j) = (f"“{in_line(label)}”" for label in first.labels), first.made.tokens
    if i == j:
        return SAME
    said, totals = [], (first.made.total, second.made.total)
    if not all(map(math.isfinite, totals)):
        return f"The scores of {a} and {b} are no numbers: the model is broken."
    for why, which, total in zip((first, second), ("first", "second"), totals, strict=True):
        after = f"“{in_line(why.trace.tokens[why.made.position].label)}”"
        likelier = a if total >= 0 else b
        told = f"{_three(total)} in the {which} text, after {after}"
        said.append(f"{told} ({likelier} is {_times(abs(total))} times as likely)")
    end = (
        f"The parts below add up to the second less the first, {_three(totals[1] - totals[0])}."
        if apart
        else "The parts below add up to these."
    )
    return f"The score of {a} less that of {b} is {said[0]}, and {said[1]}. {end}"


def difference_explained(model: LanguageModel, first: Why, second: Why, part: Part) -> Explanation:
    """How the share of a part in a second text less that in the first came about."""
    if part.kind in ("neuron", "other neurons") and part.layer not in first.neurons:
        return explained(model, second, part)  # the net is off in the first text: it adds nothing
    return difference(*(explained(model, each, part) for each in (first, second)))


def explained(model: LanguageModel, why: Why, part: Part) -> Explanation:
    """How a share came about."""
    if part.kind == "total":
        return _total(model, why)
    opened = {Part(kind, part.layer) for kind in ("attention", "mlp")}
    groups = groups_of(why, opened, (part.layer,))
    row = next(row for group in groups for row in group if row.part == part)
    where = f", layer {part.layer + 1}" if row.level else ""
    a, b = why.labels
    title = f"{row.label[0].upper()}{row.label[1:]}{where}: share in {a} {MINUS} {b}"
    if part.kind == "norm bias":
        return _norm_bias(model, why, title)
    changed = any(change.layer == part.layer for change in why.trace.changes)
    if part.kind in PYTHON and not changed:
        return _along(model, why, part, title, row.value)
    return _counted(model, why, part, title, row.value)


def _along(model: LanguageModel, why: Why, part: Part, title: str, value: float) -> Explanation:
    """Of a part that is a vector in the stream."""
    made, (i, j), (a, b) = why.made, why.made.tokens, why.labels
    rows = model.weights.wte[[i, j]].astype(np.float64)
    direction = model.weights.ln_f[0] * (rows[0] - rows[1])
    code = PYTHON[part.kind].format(part.layer, part.which, made.position)
    lines = [
        *read_again(model, why.trace),
        "w = model.weights",
        f"stream = trace.resid_post[-1, {made.position}].astype(float)",
        "scale = np.sqrt(stream.var() + w.config.epsilon)",
        f"direction = w.ln_f[0] * (w.wte[{i}].astype(float) - w.wte[{j}])",
        "direction -= direction.mean()",
        f"part = {code}",
        "print(part @ direction / scale)",
    ]
    imports = [NUMPY, *([f"{CORE}by_heads"] if part.kind == "head" else [])]
    return Explanation(
        title,
        "share = part · direction / scale\n"
        "direction = weight of the last norm, number by number times the difference of the two "
        "embeddings, less its mean\n"
        "scale = √(variance of the whole stream + epsilon), held at what it is",
        (
            (f"embedding of {a} {MINUS} embedding of {b}", vector(rows[0] - rows[1])),
            ("part, what it adds to the stream", vector(_vector(model, why, part))),
            ("direction", vector(direction - direction.mean())),
            ("scale", exactly(made.scale)),
        ),
        exactly(value),
        script(model.info.folder, lines, imports),
    )


def _vector(model: LanguageModel, why: Why, part: Part) -> NDArray[Any]:
    """(C,) what a part adds to the stream."""
    trace, at, layer = why.trace, why.made.position, part.layer
    block = model.weights.blocks[max(layer, 0)]
    if part.kind == "head":
        return np.asarray(by_heads(trace, model.weights, layer, at)[part.which])
    if part.kind == "neuron":
        return np.asarray(trace.mlp_post[layer, at, part.which] * block.mlp_c_proj[0][part.which])
    vectors: dict[str, NDArray[Any]] = {
        "token": trace.token_embed[at],
        "place": trace.pos_embed[at],
        "attention": trace.attn_out[layer, at],
        "attention bias": block.attn_c_proj[1],
        "mlp": trace.mlp_out[layer, at],
        "mlp bias": block.mlp_c_proj[1],
    }
    return vectors[part.kind]


def _counted(model: LanguageModel, why: Why, part: Part, title: str, value: float) -> Explanation:
    """Of what is left when others are taken away, and of parts beside a change."""
    made, layer = why.made, part.layer
    question = f"{made.position}, {made.tokens[0]}, {made.tokens[1]}"
    lines = [
        *read_again(model, why.trace),
        f"made = attribution(trace, model.weights, {question})",
    ]
    names = ["attribution"]
    formula = "share = part · direction / scale, of what was made in this layer"
    code = {
        "attention": f"made.attentions[{layer}]",
        "head": f"made.heads[{layer}, {part.which}]",
        "attention bias": f"made.attention_biases[{layer}]",
        "mlp": f"made.feed_forwards[{layer}]",
        "mlp bias": f"made.mlp_biases[{layer}]",
        "change": f"made.changes[{layer}]",
    }.get(part.kind, "")
    if part.kind == "change":
        formula = "share of what a change put into the stream in this layer, or took from it"
    elif not code:
        names.append("neuron_shares")
        lines.append(f"shares = neuron_shares(trace, model.weights, {layer}, {question})")
        code = f"shares[{part.which}]"
        if part.kind == "other neurons":
            formula = "the share of the whole net, less its bias and the neurons above"
            code = f"made.mlps[{layer}] - shares[{why.strongest(layer)}].sum()"
    return Explanation(
        title,
        formula,
        (("scale of the last norm", exactly(made.scale)),),
        exactly(value),
        script(model.info.folder, [*lines, f"print({code})"], [CORE + ", ".join(names)]),
    )


def _norm_bias(model: LanguageModel, why: Why, title: str) -> Explanation:
    (i, j), (a, b) = why.made.tokens, why.labels
    lines = ["w = model.weights", f"print((w.wte[{i}].astype(float) - w.wte[{j}]) @ w.ln_f[1])"]
    rows = model.weights.wte[[i, j]].astype(np.float64)
    return Explanation(
        title,
        f"share = (embedding of {a} {MINUS} embedding of {b}) · bias\n"
        "It is added behind the last norm, whatever the text.",
        (
            (f"embedding of {a} {MINUS} embedding of {b}", vector(rows[0] - rows[1])),
            ("bias of the last norm", vector(model.weights.ln_f[1])),
        ),
        exactly(why.made.norm_bias),
        script(model.info.folder, lines),
    )


def _total(model: LanguageModel, why: Why) -> Explanation:
    made, (i, j), (a, b) = why.made, why.made.tokens, why.labels
    rows = [row for row in rows_of(why, ()) if not row.is_total]
    lines = [
        *read_again(model, why.trace),
        f"print(trace.logits[{made.position}, {i}] - trace.logits[{made.position}, {j}])",
    ]
    return Explanation(
        f"The score of {a} less that of {b}",
        "sum of all shares = score of the one \N{MINUS SIGN} score of the other",
        (
            *((row.label, exactly(row.value)) for row in rows),
            (f"score of {a}", exactly(made.logits[0])),
            (f"score of {b}", exactly(made.logits[1])),
        ),
        exactly(made.total),
        script(model.info.folder, lines),
    )


def table(why: Why) -> Table:
    """Every share, heads and biases by themselves."""
    opened = {Part("attention", layer) for layer in range(len(why.made.mlps))}
    opened |= {Part("mlp", layer) for layer in why.neurons}
    rows = []
    for row in rows_of(why, opened):
        part = row.part
        assert isinstance(part, Part)
        layer = part.layer + 1 if part.layer >= 0 else ""
        number = part.which + 1 if part.which >= 0 else ""
        after = why.made.position + 1, why.trace.tokens[why.made.position].label
        rows.append((part.kind, layer, number, row.value, *why.labels, *after))
    return Table(HEADER, rows)


def _three(value: float) -> str:
    return f"{value:.3f}".replace("-", MINUS)


def _times(gap: float) -> str:
    """How many times as likely the one is whose score is so much higher."""
    return times(math.exp(min(gap, MOST)))
