"""What figures show, in numbers: one table each, for CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import pixelnet
from gui.export import Table
from gui.widgets.pixel_painting import N_PIXELS, SIDE
from gui.widgets.prediction_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.backprop import SlowMotion
    from core.pixelnet import Array, Forward, PixelNet, Symbol
    from core.trace import EmbeddingPlane, Prediction, TokenInfo, Trace
    from gui.export import Value
    from gui.pixel_history import History
    from gui.widgets.picture_map_page import MapAnswers

_ATTENTION = (
    *("layer", "head", "position", "token"),
    *("looks at position", "token there", "weight"),
)

# --- nine pixels; all counts begin at one, as on the screen


def picture_table(picture: Array) -> Table:
    """A picture, (9,): -1 is black, 1 is white."""
    cells = (divmod(cell, SIDE) for cell in range(N_PIXELS))
    rows = [
        (row + 1, column + 1, float(value))
        for (row, column), value in zip(cells, picture, strict=True)
    ]
    return Table(("row", "column", "value"), rows)


def net_table(net: PixelNet, passed: Forward) -> Table:
    """Every weight with what it carries, every neuron with its bias, sum and value."""
    header = ("part", "layer", "neuron", "from", "weight", "input", "product")
    return Table((*header, "bias", "sum", "squash", "value"), list(_net_rows(net, passed)))


def _net_rows(net: PixelNet, passed: Forward) -> Iterator[Sequence[Value]]:
    for cell, value in enumerate(passed.activations[0][0].tolist()):
        yield ("pixel", 0, cell + 1, *[""] * 7, value)
    for layer, size in enumerate(net.sizes[1:], start=1):
        for neuron in range(size):
            part = pixelnet.incoming(net, passed, layer, neuron)
            terms = zip(part.weights, part.inputs, part.products, strict=True)
            for source, term in enumerate(terms):
                numbers = [float(number) for number in term]
                yield ("edge", layer, neuron + 1, source + 1, *numbers, "", "", "", "")
            found = part.bias, part.total, part.squash, part.activation
            yield ("neuron", layer, neuron + 1, *[""] * 4, *found)


def answer_table(symbols: Sequence[Symbol], probabilities: Array) -> Table:
    """How probable each symbol is; (K,)."""
    names = (symbol.name for symbol in symbols)
    return Table(("symbol", "probability"), list(zip(names, probabilities.tolist(), strict=True)))


def map_table(pictures: Array, answers: MapAnswers) -> Table:
    """Every black and white picture, (512, 9), and how probable the net finds each symbol."""
    header = [f"pixel {cell + 1}" for cell in range(N_PIXELS)]
    rows = [
        (place + 1, *picture, *shares)
        for place, (picture, shares) in enumerate(
            zip(pictures.tolist(), answers.probabilities.tolist(), strict=True)
        )
    ]
    return Table(("place", *header, *answers.names), rows)


def curves_table(history: History) -> Table:
    """How the loss fell and the share of right pictures rose."""
    return Table(("step", "loss", "share right"), history.points)


def motion_table(motion: SlowMotion) -> Table:
    """Every gradient of one step of learning, and the number before and after it."""
    header = ("part", "layer", "neuron", "from", "delta", "before", "gradient", "after")
    return Table(header, list(_motion_rows(motion)))


def _motion_rows(motion: SlowMotion) -> Iterator[Sequence[Value]]:
    for layer, size in enumerate(motion.net.sizes[1:], start=1):
        for neuron in range(size):
            delta = float(motion.delta(layer)[neuron])
            nets = motion.net, motion.gradients, motion.after
            weights = (each.weights[layer - 1][:, neuron].tolist() for each in nets)
            for source, numbers in enumerate(zip(*weights, strict=True)):
                yield ("weight", layer, neuron + 1, source + 1, delta, *numbers)
            biases = (float(each.biases[layer - 1][neuron]) for each in nets)
            yield ("bias", layer, neuron + 1, "", delta, *biases)


# --- text


def tokens_table(tokens: Sequence[TokenInfo]) -> Table:
    """The pieces of a text."""
    rows = [(place + 1, token.id, token.label) for place, token in enumerate(tokens)]
    return Table(("position", "id", "token"), rows)


def plane_table(plane: EmbeddingPlane | None) -> Table:
    """Every token the model knows, and where its dot lies."""
    header = ("id", "token", "x", "y")
    if plane is None:
        return Table(header, [])
    points = zip(plane.labels, plane.points.tolist(), strict=True)
    return Table(header, [(number, label, *point) for number, (label, point) in enumerate(points)])


def order_table(trace: Trace | None) -> Table:
    """Token, position and their sum, number by number."""
    header = ("position", "token", "dimension", "embedding", "position's", "sum")
    if trace is None:
        return Table(header, [])
    parts = trace.token_embed.tolist(), trace.pos_embed.tolist(), trace.resid_pre[0].tolist()
    rows = [
        (place + 1, token.label, dimension + 1, *numbers)
        for place, (token, *lines) in enumerate(zip(trace.tokens, *parts, strict=True))
        for dimension, numbers in enumerate(zip(*lines, strict=True))
    ]
    return Table(header, rows)


def heads_table(trace: Trace | None) -> Table:
    """Who looks at whom in every head: nobody looks ahead, so that half is left out."""
    if trace is None:
        return Table(_ATTENTION, [])
    n_layers, n_heads = trace.pattern.shape[:2]
    heads = ((layer, head) for layer in range(n_layers) for head in range(n_heads))
    rows = (row for layer, head in heads for row in _attention_rows(trace, layer, head))
    return Table(_ATTENTION, rows)


def head_table(trace: Trace | None, layer: int, head: int) -> Table:
    """Who looks at whom in one head."""
    return Table(_ATTENTION, [] if trace is None else _attention_rows(trace, layer, head))


def head_tables(traces: tuple[Trace | None, Trace | None], layer: int, head: int) -> Table:
    """The same in two texts."""
    rows = (
        (text, *row)
        for text, trace in enumerate(traces, start=1)
        if trace is not None
        for row in _attention_rows(trace, layer, head)
    )
    return Table(("text", *_ATTENTION), rows)


def _attention_rows(trace: Trace, layer: int, head: int) -> Iterator[Sequence[Value]]:
    labels = [token.label for token in trace.tokens]
    for row, weights in enumerate(trace.pattern[layer, head].tolist()):
        for column, weight in enumerate(weights[: row + 1]):
            there = column + 1, labels[column], weight
            yield (layer + 1, head + 1, row + 1, labels[row], *there)


def prediction_table(prediction: Prediction | None) -> Table:
    """The likeliest next tokens, and all the others together."""
    header = ("rank", "id", "token", "probability", "before shaping")
    if prediction is None:
        return Table(header, [])
    rows = [
        (rank + 1, row.token if row.token is not None else "", row.label, row.probability, row.raw)
        for rank, row in enumerate(rows_of(prediction))
    ]
    return Table(header, rows)


def origin_table(trace: Trace | None, prediction: Prediction | None) -> Table:
    """What led to a prediction: the last token's neurons, then scores and probabilities."""
    header = ("part", "layer", "number", "token", "value", "probability")
    if trace is None or prediction is None:
        return Table(header, [])
    neurons = [
        ("neuron", layer + 1, number + 1, "", value, "")
        for layer, values in enumerate(trace.mlp_post[:, -1].tolist())
        for number, value in enumerate(values)
    ]
    scores = [("score", "", one.id, one.label, one.logit, one.raw) for one in prediction.candidates]
    return Table(header, [*neurons, *scores])
