"""Why one token rather than another: the shares of all parts, and the rows that show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.attribution import ROUNDING, attribution, neuron_shares
from core.feed_forward import strongest
from core.sampling import best
from gui.widgets.share_rows import ShareRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from core.attribution import Attribution, Doubles
    from core.language_model import LanguageModel
    from core.trace import Trace

NEURONS = 5  # of a feed-forward net are shown by themselves


class Part(NamedTuple):
    """Of the model.

    Attributes:
        kind: "token", "place", "attention", "head", "attention bias", "mlp", "neuron",
            "other neurons", "mlp bias", "change", "norm bias" or "total".
        layer: Where it is in one.
        which: The head or neuron.
    """

    kind: str
    layer: int = -1
    which: int = -1


@dataclass(frozen=True, eq=False)
class Why:
    """The answer to one question.

    Attributes:
        trace: The pass.
        made: The shares.
        neurons: (M,) of every layer that was asked for: what each neuron adds.
        labels: Of the two tokens.
    """

    trace: Trace
    made: Attribution
    neurons: dict[int, Doubles]
    labels: tuple[str, str]

    def strongest(self, layer: int) -> list[int]:
        """The neurons of a layer that are shown by themselves."""
        return strongest(self.neurons[layer], NEURONS)

    def others(self, layer: int) -> float:
        """What all other neurons of a layer add."""
        return float(self.made.mlps[layer] - self.neurons[layer][self.strongest(layer)].sum())


def top_two(trace: Trace, position: int) -> tuple[int, int]:
    """The likeliest token after a position and the one after it; any, where scores are broken."""
    found = [int(token) for token in best(trace.logits[position], 2)]
    found = found or [0, min(1, trace.logits.shape[-1] - 1)]
    return found[0], found[-1]


def study(
    model: LanguageModel,
    trace: Trace,
    position: int,
    tokens: tuple[int, int],
    labels: tuple[str, str],
    layers: Collection[int],
) -> Why:
    """On the lane: the shares, and those of the neurons of some layers."""
    made = attribution(trace, model.weights, position, *tokens)
    neurons = {
        layer: neuron_shares(trace, model.weights, layer, position, *tokens)
        for layer in layers
        if layer < len(made.mlps) and made.mlps[layer] != 0  # while it is off nothing is added
    }
    return Why(trace, made, neurons, labels)


def rows_of(why: Why, opened: Collection[Part], *, by_size: bool = False) -> list[ShareRow]:
    """What the bars show: all parts in the order in which the model works, then their sum.

    Args:
        why: The answer.
        opened: Those whose own parts are shown as well.
        by_size: The strongest first.
    """
    groups = list(_groups(why, opened))
    if by_size:
        groups.sort(key=lambda group: -np.nan_to_num(abs(group[0].value), nan=-1.0))
    a, b = why.labels
    exact = f"The score of {a} less that of {b}\n{why.made.total:.6f}"
    total = ShareRow(Part("total"), "all together", why.made.total, is_total=True, exact=exact)
    return [*(row for group in groups for row in group), total]


def _groups(why: Why, opened: Collection[Part]) -> Iterator[list[ShareRow]]:
    made = why.made
    token = why.trace.tokens[made.position].label
    yield [_row(why, Part("token"), f"embedding of {token}", made.token)]
    yield [_row(why, Part("place"), f"position {made.position + 1:,}", made.place)]
    for layer in range(len(made.mlps)):
        part = Part("attention", layer)
        label, value = f"layer {layer + 1}, attention", float(made.attentions[layer])
        heads = list(_heads(why, layer)) if part in opened else []
        yield [_group(why, part, label, value, opened, "heads"), *heads]
        part = Part("mlp", layer)
        label, value = f"layer {layer + 1}, feed-forward", float(made.feed_forwards[layer])
        neurons = list(_neurons(why, layer)) if part in opened else []
        yield [_group(why, part, label, value, opened, "strongest neurons"), *neurons]
        change = float(made.changes[layer])
        if abs(change) > ROUNDING:
            yield [_row(why, Part("change", layer), f"layer {layer + 1}, your change", change)]
    yield [_row(why, Part("norm bias"), "bias of the last norm", made.norm_bias)]


def _heads(why: Why, layer: int) -> Iterator[ShareRow]:
    for head, share in enumerate(why.made.heads[layer].tolist()):
        more = "Click to open this head on the other pages."
        yield _row(why, Part("head", layer, head), f"head {head + 1}", share, 1, more)
    bias = float(why.made.attention_biases[layer])
    yield _row(why, Part("attention bias", layer), "bias", bias, 1)


def _neurons(why: Why, layer: int) -> Iterator[ShareRow]:
    """The strongest ones, all others in one, and the bias."""
    if layer in why.neurons:
        shares, chosen = why.neurons[layer], why.strongest(layer)
        for index in chosen:
            label = f"neuron {index + 1:,}"
            more = "Click to look at this neuron."
            yield _row(why, Part("neuron", layer, index), label, float(shares[index]), 1, more)
        if len(shares) > len(chosen):
            label = f"{len(shares) - len(chosen):,} other neurons"
            yield _row(why, Part("other neurons", layer), label, why.others(layer), 1)
    yield _row(why, Part("mlp bias", layer), "bias", float(why.made.mlp_biases[layer]), 1)


def _group(
    why: Why, part: Part, label: str, value: float, opened: Collection[Part], inside: str
) -> ShareRow:
    exact = f"{_exact(why, label, value)}\nClick to see its {inside}."
    return ShareRow(part, label, value, 0, part in opened, exact=exact)


def _row(
    why: Why, part: Part, label: str, value: float, level: int = 0, more: str = ""
) -> ShareRow:
    exact = _exact(why, label, value) + (f"\n{more}" if more else "")
    return ShareRow(part, label, value, level, exact=exact)


def _exact(why: Why, label: str, value: float) -> str:
    side = why.labels[0] if value > 0 else why.labels[1]
    speaks = f"\nIt speaks for {side}." if value else ""
    return f"{label[0].upper()}{label[1:]}\n{value:+.6f}{speaks}"
