"""The neurons that fire at a token, and all about one of them, worked out in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.feed_forward import hidden, strongest
from core.neurons import most_active, most_active_of_two, vocabulary
from gui.widgets.neuron_net import NetScene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.attribution import Doubles
    from core.feed_forward import Hidden
    from core.language_model import LanguageModel
    from core.neurons import Neuron, Vocabulary
    from core.trace import Trace

    Place = tuple[int, int]  # layer and number of a neuron

ACTIVE = 12  # neurons of the list
BESIDE = 4  # neurons of the same net that are drawn beside the chosen one
JOINS = 6  # of the chosen one, inputs and outputs
WORDS = 10  # that it pushes up, and down


@dataclass(frozen=True, eq=False)
class NeuronStudy:
    """What the page shows of one text.

    Attributes:
        trace: The pass.
        position: Of the token.
        active: The neurons that are listed, in their order.
        chosen: Layer and number of the one that is looked at.
        hidden: What it gets, makes of it, and gives.
        net: It among its neighbours, to be drawn.
        words: What each listed neuron speaks for.
        second: The same neurons in the second text, if there is one.
    """

    trace: Trace
    position: int
    active: list[Neuron]
    chosen: Place
    hidden: Hidden
    net: NetScene
    words: dict[Place, Vocabulary]
    second: NeuronStudy | None = None


def study(
    model: LanguageModel,
    shown: Sequence[tuple[Trace, int]],
    layers: Sequence[int] | None,
    chosen: Place | None,
    known: Mapping[Place, Vocabulary],
    *,
    apart: bool = False,
) -> NeuronStudy:
    """On the lane.

    Args:
        model: The model.
        shown: A text or two, and the position of the token in each.
        layers: Whose neurons are listed; all, if none are given.
        chosen: The one to look at; the first of the list, if there is none.
        known: What some speak for.
        apart: List those that differ most between the two texts.
    """
    if len(shown) == 1:
        lists = [most_active(*shown[0], ACTIVE, layers)]
    else:
        (first, at), (second, other) = shown
        pairs = most_active_of_two(first, second, (at, other), ACTIVE, layers, apart=apart)
        lists = [[pair[n] for pair in pairs] for n in range(2)]
    if chosen is None:
        chosen = (lists[0][0].layer, lists[0][0].index) if lists[0] else (0, 0)
    places = [chosen, *((one.layer, one.index) for one in lists[0])]
    words = {
        place: known[place] if place in known else vocabulary(model.weights, *place, WORDS)
        for place in places
    }
    layer, index = chosen
    ones = [hidden(trace, model.weights, layer, at, index) for trace, at in shown]
    joins = (
        strongest(_largest([one.products for one in ones]), JOINS),
        strongest(_largest([one.adds for one in ones]), JOINS),
    )
    beside = [
        each.index for each in most_active(*shown[0], BESIDE + 1, [layer]) if each.index != index
    ][:BESIDE]
    made: NeuronStudy | None = None
    for (trace, at), active, one in reversed(list(zip(shown, lists, ones, strict=True))):
        net = _net(model, trace, at, one, joins, beside)
        made = NeuronStudy(trace, at, active, chosen, one, net, words, made)
    assert made is not None
    return made


def _largest(values: list[Doubles]) -> Doubles:
    """The largest sizes of each in any text."""
    return np.asarray(np.max(np.abs(values), axis=0))


def _net(
    model: LanguageModel,
    trace: Trace,
    position: int,
    one: Hidden,
    joins: tuple[list[int], list[int]],
    beside: list[int],
) -> NetScene:
    """Some joins of a neuron, and what joins the same to its highest neighbours.

    Args:
        model: The model.
        trace: The pass.
        position: Of the token.
        one: The neuron.
        joins: Numbers of the inputs and of the outputs that are drawn.
        beside: Numbers of its neighbours.
    """
    layer, block = one.layer, model.weights.blocks[one.layer]
    inputs, outputs = joins
    middle = len(beside) // 2
    shown = [*beside[:middle], one.index, *beside[middle:]]
    others = [c for c in range(len(one.products)) if c not in set(inputs)]
    return NetScene(
        layer=layer,
        sizes=(model.config.d_model, model.config.d_mlp, model.config.d_model),
        inputs=tuple(inputs),
        values=one.inputs[inputs],
        hidden=tuple(shown),
        chosen=middle,
        activations=trace.mlp_post[layer, position, shown].astype(float),
        weights_in=block.c_fc[0][inputs][:, shown].astype(float),
        rest=float(one.products[others].sum()),
        bias=one.bias,
        total=one.total,
        outputs=tuple(outputs),
        weights_out=block.mlp_c_proj[0][shown][:, outputs].astype(float),
        whole=one.outputs[outputs],
    )
