"""The neurons that fire at a token, and all about one of them, worked out in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.feed_forward import hidden, strongest
from core.neurons import most_active, vocabulary
from gui.widgets.neuron_net import NetScene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """What the page shows.

    Attributes:
        trace: The pass.
        position: Of the token.
        active: The highest neurons, highest first.
        chosen: Layer and number of the one that is looked at.
        hidden: What it gets, makes of it, and gives.
        net: It among its neighbours, to be drawn.
        words: What each listed neuron speaks for.
    """

    trace: Trace
    position: int
    active: list[Neuron]
    chosen: Place
    hidden: Hidden
    net: NetScene
    words: dict[Place, Vocabulary]


def study(
    model: LanguageModel,
    trace: Trace,
    position: int,
    layers: Sequence[int] | None,
    chosen: Place | None,
    known: Mapping[Place, Vocabulary],
) -> NeuronStudy:
    """On the lane.

    Args:
        model: The model.
        trace: The pass.
        position: Of the token.
        layers: Whose neurons are listed; all, if none are given.
        chosen: The one to look at; the highest, if there is none.
        known: What some speak for.
    """
    active = most_active(trace, position, ACTIVE, layers)
    if chosen is None:
        chosen = (active[0].layer, active[0].index) if active else (0, 0)
    places = [chosen, *((one.layer, one.index) for one in active)]
    words = {
        place: known[place] if place in known else vocabulary(model.weights, *place, WORDS)
        for place in places
    }
    layer, index = chosen
    one = hidden(trace, model.weights, layer, position, index)
    return NeuronStudy(
        trace, position, active, chosen, one, _net(model, trace, position, one), words
    )


def _net(model: LanguageModel, trace: Trace, position: int, one: Hidden) -> NetScene:
    """The strongest joins of a neuron, and what joins the same to its highest neighbours."""
    layer, block = one.layer, model.weights.blocks[one.layer]
    inputs, outputs = strongest(one.products, JOINS), strongest(one.adds, JOINS)
    beside = [
        each.index
        for each in most_active(trace, position, BESIDE + 1, [layer])
        if each.index != one.index
    ][:BESIDE]
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
