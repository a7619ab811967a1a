"""Why one token rather than another: the shares of all parts, and the rows that show them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.attribution import ROUNDING, attribution, neuron_shares
from core.feed_forward import strongest
from core.sampling import best
from gui.widgets.share_rows import ShareRow

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

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
        singled: The neurons of a layer that are shown by themselves; else its strongest.
    """

    trace: Trace
    made: Attribution
    neurons: dict[int, Doubles]
    labels: tuple[str, str]
    singled: dict[int, list[int]] = field(default_factory=dict)

    def strongest(self, layer: int) -> list[int]:
        """The neurons of a layer that are shown by themselves."""
        return self.singled.get(layer) or strongest(self.neurons[layer], NEURONS)

    def others(self, layer: int) -> float:
        """What all other neurons of a layer add."""
        return float(self.made.mlps[layer] - self.neurons[layer][self.strongest(layer)].sum())


def top_two(trace: Trace, position: int) -> tuple[int, int]:
    """The likeliest token after a position and the one after it; any, where scores are broken."""
    found = [int(token) for token in best(trace.logits[position], 2)]
    found = found or [0, min(1, trace.logits.shape[-1] - 1)]
    return found[0], found[-1]


def words_in_question(shown: Sequence[tuple[Trace, int]]) -> tuple[int, int]:
    """Which two tokens to compare: the likeliest of each text, or the two likeliest of one.

    Args:
        shown: Every text, and the position after which is guessed.
    """
    two = top_two(*shown[0])
    other = two[0] if len(shown) == 1 else top_two(*shown[1])[0]
    return two if other == two[0] else (two[0], other)


def studies(
    model: LanguageModel,
    shown: Sequence[tuple[Trace, int]],
    tokens: tuple[int, int],
    labels: tuple[str, str],
    layers: Collection[int],
) -> tuple[Why, ...]:
    """On the lane: the answer of each text, one or two; see `study`."""
    found = tuple(study(model, *each, tokens, labels, layers) for each in shown)
    return found if len(found) < 2 else paired(*found)


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


def paired(first: Why, second: Why) -> tuple[Why, Why]:
    """Two answers to one question, with the same neurons shown: the strongest in either."""
    singled = {
        layer: strongest(np.maximum(abs(first.neurons[layer]), abs(second.neurons[layer])), NEURONS)
        for layer in first.neurons
        if layer in second.neurons
    }
    return replace(first, singled=singled), replace(second, singled=singled)


def rows_of(
    why: Why, opened: Collection[Part], *, by_size: bool = False, beside: Why | None = None
) -> list[ShareRow]:
    """What the bars show: all parts in the order in which the model works, then their sum.

    Args:
        why: The answer.
        opened: Those whose own parts are shown as well.
        by_size: The strongest first; of two answers, those that are strong in either.
        beside: The answer that is shown beside this one.
    """
    groups = list(groups_of(why, opened))
    if by_size:
        sizes = [_sizes(groups), *([] if beside is None else [_sizes(groups_of(beside, ()))])]
        groups.sort(key=lambda group: -max(size.get(group[0].part, 0.0) for size in sizes))
    a, b = why.labels
    exact = f"The score of {a} less that of {b}\n{why.made.total:.6f}"
    total = ShareRow(Part("total"), "all together", why.made.total, is_total=True, exact=exact)
    return [*(row for group in groups for row in group), total]


def _sizes(groups: Iterable[list[ShareRow]]) -> dict[Hashable, float]:
    """How large each part's share is; one that is no number comes last."""
    heads = (group[0] for group in groups)
    return {row.part: float(np.nan_to_num(abs(row.value), nan=-1.0)) for row in heads}


def differing(
    first: Why, second: Why, opened: Collection[Part], *, by_size: bool = False
) -> list[ShareRow]:
    """The shares of a second answer less those of a first: they add up like these.

    Args:
        first: An answer.
        second: One to the same question, after another text.
        opened: Those parts whose own parts are shown as well.
        by_size: The largest differences first.
    """
    changed = [
        layer
        for layer in range(len(first.made.changes))
        if any(abs(each.made.changes[layer]) > ROUNDING for each in (first, second))
    ]
    pairs = zip(*(groups_of(each, opened, changed) for each in (first, second)), strict=True)
    groups = []
    for pair in pairs:
        ours, theirs = ({row.part: row for row in group} for group in pair)
        groups.append([_gap(ours.get(part), theirs.get(part)) for part in {**ours, **theirs}])
    if by_size:
        groups.sort(key=lambda group: -float(np.nan_to_num(abs(group[0].value), nan=-1.0)))
    total = _gap(*(rows_of(each, ())[-1] for each in (first, second)))
    return [*(row for group in groups for row in group), total]


def _gap(ours: ShareRow | None, theirs: ShareRow | None) -> ShareRow:
    """The difference of a part that one of the two may lack, as it is off or not changed there."""
    known = ours or theirs
    assert known is not None
    one, other = (0.0 if row is None else row.value for row in (ours, theirs))
    named = {"token": "embedding of the token", "place": "position"}
    label = named.get(known.part[0], known.label) if isinstance(known.part, Part) else known.label
    exact = (
        f"{label[0].upper()}{label[1:]}\nIn the second text: {other:+.6f}\n"
        f"In the first text: {one:+.6f}\nDifference: {other - one:+.6f}"
    )
    if known.is_open is not None:
        exact += f"\n{known.exact.splitlines()[-1]}"
    return replace(known, label=label, value=other - one, exact=exact)


def groups_of(
    why: Why, opened: Collection[Part], changed: Collection[int] = ()
) -> Iterator[list[ShareRow]]:
    """Each part with its own parts below it; a change too where it counts, or has to be told."""
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
        if abs(change) > ROUNDING or layer in changed:
            yield [_row(why, Part("change", layer), f"layer {layer + 1}, your change", change)]
    yield [_row(why, Part("norm bias"), "added at the end, always", made.norm_bias)]


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
