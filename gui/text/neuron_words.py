"""What the page of the neurons says, and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.labels import in_line
from core.token_counts import small_world_seed
from gui.export import Table
from gui.text.naming import naming
from gui.widgets.example_list import ExampleRow
from gui.widgets.neuron_net import TIMES, two
from gui.widgets.share_rows import unsigned
from gui.widgets.value_list import ValueRow

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.neurons import Example
    from gui.text.neuron_examples import Found
    from gui.text.neuron_study import NeuronStudy, Place


def name_of(place: Place) -> str:
    """What a neuron is called."""
    return f"layer {place[0] + 1}, neuron {place[1] + 1:,}"


def active_rows(model: LanguageModel, made: NeuronStudy, *, apart: bool) -> list[ValueRow]:
    """The neurons that are listed, each with the word that it pushes up most.

    Args:
        model: The model.
        made: Of one text or two.
        apart: Whether the number is the second text's less the first's.
    """
    name, rows = naming(model), []
    others = made.active if made.second is None else made.second.active
    for one, other in zip(made.active, others, strict=True):
        place = one.layer, one.index
        top = made.words[place].top
        pushed = name(top[0][0]) if top else ""
        values = f"{one.activation:.4f}"
        if made.second is not None:
            values += f" in the first text, {other.activation:.4f} in the second"
        exact = (
            f"{name_of(place).capitalize()}: {values}\n"
            f"Speaks most for {pushed}\nClick to look at it."
        )
        label = f"Layer {one.layer + 1}, no. {one.index + 1}"
        value = other.activation - one.activation if apart else one.activation
        beside = None if apart or made.second is None else other.activation
        said = f"says {pushed}"  # the caption tells what a word alone means
        rows.append(ValueRow(place, label, value, said, exact, beside, short=pushed))
    return rows


def push_rows(model: LanguageModel, made: NeuronStudy) -> tuple[list[ValueRow], list[ValueRow]]:
    """The words that the chosen neuron pushes up, and down."""
    name, words = naming(model), made.words[made.chosen]
    both = []
    for pairs in (words.top, words.bottom):
        rows = []
        for token, push in pairs:
            way = "up" if push > 0 else "down"
            exact = f"{name(token)}\nNumber {token} in the vocabulary\nPushed {way}: {push:+.4f}"
            rows.append(ValueRow(token, name(token), push, exact=exact))
        both.append(rows)
    return both[0], both[1]


def about_pushes(made: NeuronStudy) -> str:
    """What the numbers of the vocabulary mean, here."""
    value = made.hidden.activation
    how = "little" if abs(value) < 0.1 else "against these" if value < 0 else "for these"
    return (
        "What the neuron adds to a word's score when it is at 1, before the last norm divides by "
        f"its scale; less the mean over all words. Here it is at {two(value)}: it speaks {how}."
    )


def about_net(made: NeuronStudy) -> str:
    """The net, and the one of the first tab."""
    n_inputs, n_hidden, n_outputs = made.net.sizes
    return (
        f"The nine-pixel net's big sister: {n_inputs:,} numbers of the stream come in instead of 9 "
        f"pixels, {n_hidden:,} hidden neurons stand in one layer instead of a few in two, and "
        f"{n_outputs:,} numbers go out, to be added to the stream, instead of 4 answers. Each "
        f"neuron adds up weight {TIMES} input and its bias just the same, and squashes the "
        "sum, by a curve called GELU instead of tanh: large sums pass, negative ones end near 0."
    )


def example_rows(model: LanguageModel, found: Found, place: Place) -> list[ExampleRow]:
    """Where a neuron fires most."""
    rows = []
    for one in found.examples.of(*place):
        text = found.texts[one.document]
        tokens = model.tokenizer.encode(text)
        first = one.position - one.at
        last = min(first + len(one.ids), len(tokens)) - 1
        token = tokens[one.position]
        exact = (
            f"At {token.label}, token {one.position + 1:,} of text {one.document + 1:,}: "
            f"{one.activation:.4f}\nDouble click to put the text up to there into the prompt."
        )
        rows.append(
            ExampleRow(
                text[tokens[first].start : token.start],
                text[token.start : token.end],
                text[token.end : tokens[last].end],
                one.activation,
                exact,
            )
        )
    return rows


def prompt_of(model: LanguageModel, found: Found, one: Example) -> str:
    """The text up to the token at which the neuron fires: it is then the last one."""
    text = found.texts[one.document]
    return text[: model.tokenizer.encode(text)[one.position].end]


def about_examples(model: LanguageModel | None) -> str:
    """Which texts are searched."""
    if model is None or small_world_seed(model.info.training) is not None:
        return "Where it fires most in texts that the model learnt from, one of each text at most."
    return (
        "What this model learnt from is not known here: these are texts of the Small World, one "
        "example of each at most."
    )


# --- tables


def net_table(made: NeuronStudy | None) -> Table:
    """All inputs and outputs of the chosen neuron."""
    header = ("part", "number", "value", "weight", "product")
    if made is None:
        return Table(header, [])
    one = made.hidden
    inputs = zip(one.inputs.tolist(), one.weights_in.tolist(), one.products.tolist(), strict=True)
    rows: list[tuple[str | int | float, ...]] = [
        ("input", c + 1, *numbers) for c, numbers in enumerate(inputs)
    ]
    rows.append(("bias", "", one.bias, "", one.bias))
    rows.append(("sum", "", one.total, "", one.total))
    rows.append(("neuron", one.index + 1, one.activation, "", ""))
    outputs = zip(one.weights_out.tolist(), one.adds.tolist(), strict=True)
    rows += [
        ("output", c + 1, one.activation, weight, added)
        for c, (weight, added) in enumerate(outputs)
    ]
    return Table(header, rows)


def words_table(model: LanguageModel | None, made: NeuronStudy | None) -> Table:
    """What the chosen neuron speaks for."""
    header = ("id", "token", "push")
    if made is None or model is None:
        return Table(header, [])
    name, words = naming(model), made.words[made.chosen]
    return Table(header, [(i, name(i), value) for i, value in (*words.top, *words.bottom)])


def examples_table(rows: list[ExampleRow]) -> Table:
    """Where it fires most."""
    header = ("activation", "before", "token", "after")
    return Table(header, [(row.value, row.before, row.token, row.after) for row in rows])


def heading(made: NeuronStudy) -> str:
    """What is looked at, and how high it is."""
    values = [
        f"{in_line(each.trace.tokens[each.position].label)}: {unsigned(each.hidden.activation)}"
        for each in (made, made.second)
        if each is not None
    ]
    said = f"{name_of(made.chosen).capitalize()} at {values[0]}"
    return f"{said}; second text, {values[1]}" if made.second is not None else said


def sums(made: NeuronStudy) -> str:
    """How the neuron adds up, in each text."""
    if made.second is None:
        return made.net.sum_in_words()
    return f"First: {made.net.sum_in_words()}\nSecond: {made.second.net.sum_in_words()}"
