"""Neurons, against torch's own norm and head, and against a search that keeps everything."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core import neurons
from core.attribution import neuron_shares
from core.inference import Weights
from core.neurons import Examples, most_active, most_active_of_two, pushes, read_for, vocabulary
from core.tracing import Cancelled
from tests.core.gpts import SHAPES, traced
from tests.core.traces import exact_trace

SHAPE = SHAPES[3]  # 5 layers, 17 neurons, 13 positions, 3 tokens
WIDE = (3, 2, 5, 23, 40, 11)


@pytest.mark.parametrize("layers", [None, [2], [3, 1]])
def test_the_most_active_neurons_are_the_highest_of_all(layers):
    _, _, _, trace = traced(SHAPE)
    made = most_active(trace, 4, 6, layers)
    every = [
        (float(trace.mlp_post[layer, 4, index]), layer, index)
        for layer in (range(5) if layers is None else layers)
        for index in range(17)
    ]
    every.sort(reverse=True)
    assert [(one.activation, one.layer, one.index) for one in made] == every[:6]
    assert len(most_active(trace, 4, 1000, [2])) == 17


@pytest.mark.parametrize("layers", [None, [2], [3, 1]])
@pytest.mark.parametrize("is_apart", [False, True])
def test_of_two_texts_the_highest_in_either_or_the_most_different_come_first(layers, is_apart):
    _, _, _, first = traced(SHAPE)
    values = first.mlp_post[:, ::-1] ** 2
    values.flags.writeable = False
    second, at = replace(first, mlp_post=values), (4, 1)
    made = most_active_of_two(first, second, at, 6, layers, apart=is_apart)
    every = []
    for layer in range(5) if layers is None else layers:
        for index in range(17):
            one = float(first.mlp_post[layer, 4, index])
            other = float(second.mlp_post[layer, 1, index])
            every.append(
                (abs(other - one) if is_apart else max(one, other), layer, index, one, other)
            )
    every.sort(reverse=True)
    for (one, other), (_, *expected) in zip(made, every[:6], strict=True):
        assert (one.layer, one.index) == (other.layer, other.index)
        assert [one.layer, one.index, one.activation, other.activation] == expected


def test_pushes_are_logits_times_the_scale_less_their_mean():
    """Torch norms the neuron's row as if it were the stream, its scale is multiplied back."""
    gpt, _, weights, _ = traced(WIDE)
    for layer, block in enumerate(gpt.h):
        for index in range(11):
            row = block.mlp["c_proj"].weight[index].detach()
            scale = (row.var(correction=0) + gpt.config.epsilon).sqrt()
            normed = torch.layer_norm(row, row.shape, gpt.ln_f.weight, None, gpt.config.epsilon)
            logits = (gpt.head(normed) * scale).detach().numpy()
            np.testing.assert_allclose(
                pushes(weights, layer, index), logits - logits.mean(), atol=1e-12
            )


def test_a_push_times_the_activation_by_the_scale_is_the_share_in_the_logits():
    _, _, weights, trace = traced(WIDE)
    at, a, b = 7, 31, 12
    stream = trace.resid_post[-1, at]
    scale = np.sqrt(stream.var() + weights.config.epsilon)
    for layer in range(3):
        shares = neuron_shares(trace, weights, layer, at, a, b)
        for index in range(11):
            push = pushes(weights, layer, index)
            expected = trace.mlp_post[layer, at, index] * (push[a] - push[b]) / scale
            assert shares[index] == pytest.approx(expected, abs=1e-12)


def test_its_vocabulary_is_both_ends_of_what_it_pushes():
    _, _, weights, _ = traced(WIDE)
    push = pushes(weights, 1, 6)
    made = vocabulary(weights, 1, 6, n=4)
    order = np.argsort(push)
    assert [token for token, _ in made.bottom] == order[:4].tolist()
    assert [token for token, _ in made.top] == order[::-1][:4].tolist()
    for token, value in (*made.top, *made.bottom):
        assert value == push[token]


def strongest_examples(weights, texts, layers, n=8):
    found = Examples(layers, weights.config.d_mlp, n)
    for text in texts:
        read_for(found, weights, text)
    return found


def all_examples(gpt, texts, layer, index, n):
    """Where a neuron is strongest in each text, best first, by keeping everything."""
    found = []
    for number, ids in enumerate(texts):
        ids = ids[: gpt.config.context]
        seen = {}

        def record(at, name, value, seen=seen):
            seen[at, name] = value
            return value

        with torch.no_grad():
            gpt(torch.tensor([ids]), recorder=record)
        values = seen[layer, "mlp_post"][:, index].tolist()
        at = values.index(max(values))
        found.append((-values[at], number, at))
    return [
        (
            tuple(texts[number][: gpt.config.context][max(0, at - 16) : at + 5]),
            min(at, 16),
            -value,
            number,
            at,
        )
        for value, number, at in sorted(found)[:n]
    ]


def test_the_strongest_examples_are_those_of_a_search_that_keeps_everything():
    gpt, _, weights, _ = traced(WIDE)
    rng = np.random.default_rng(0)
    texts = [rng.integers(40, size=n).tolist() for n in rng.integers(1, 40, size=30)]
    for first, text in enumerate(texts):
        text[0] = first  # what stands alone at the beginning is the same in all texts
    texts[5] = texts[2]  # of equals, the first
    made = strongest_examples(weights, texts, [2, 0], n=4)
    assert made.n_texts == 30
    for layer in (0, 2):
        for index in range(11):
            examples = made.of(layer, index)
            expected = all_examples(gpt, texts, layer, index, 4)
            assert len(examples) == 4
            for own, (ids, at, activation, document, position) in zip(
                examples, expected, strict=True
            ):
                assert (own.ids, own.at) == (ids, at)
                assert own.activation == pytest.approx(activation, abs=1e-12)
                assert (own.document, own.position) == (document, position)
                assert own.ids[own.at] == texts[document][position]


def test_fewer_texts_than_places_give_fewer_examples():
    _, _, weights, _ = traced(WIDE)
    made = strongest_examples(weights, [[1, 2, 3], []], [1], n=5)
    assert made.n_texts == 2
    assert [len(made.of(1, index)) for index in range(11)] == [1] * 11
    assert strongest_examples(weights, [], [1]).of(1, 3) == []


def test_the_memory_does_not_grow_with_the_texts():
    _, _, weights, _ = traced(WIDE)
    rng = np.random.default_rng(0)
    sizes = [
        sum(array.nbytes for array in vars(made).values() if isinstance(array, np.ndarray))
        for made in (
            strongest_examples(weights, rng.integers(40, size=(n, 9)).tolist(), [0, 1], n=2)
            for n in (1, 50)
        )
    ]
    assert sizes[0] == sizes[1] == 2 * 11 * 2 * (8 + 16 + 4 * (neurons.BEFORE + 1 + neurons.AFTER))


def test_a_broken_neuron_has_no_examples_and_pushes_nothing():
    _, _, weights, _ = traced(WIDE)
    arrays = {name: array.copy() for name, array in weights.arrays().items()}
    arrays["h.1.mlp.c_fc.bias"][3] = np.nan
    arrays["h.1.mlp.c_proj.weight"][3, 0] = np.nan
    broken = Weights(weights.config, arrays)
    made = strongest_examples(broken, [[1, 2, 3]], [1])
    assert made.of(1, 3) == []
    assert len(made.of(1, 4)) == 1
    assert vocabulary(broken, 1, 3, 2).top == ((0, 0), (1, 0))
    found = most_active(exact_trace(broken, [1, 2]), 0, 11, [1])
    assert found[-1].index == 3


def test_a_text_that_is_broken_in_part_has_its_example_where_the_neuron_fires():
    values = np.array([[0.1], [0.9], [np.nan], [0.3]], np.float32)
    examples = Examples([0], 1, 1)
    examples.add(0, np.array([5, 6, 7, 8], np.int32), values)
    examples.n_texts = 1
    (one,) = examples.of(0, 0)
    assert (one.position, one.activation) == (1, pytest.approx(0.9))


def test_it_can_be_cancelled():
    _, _, weights, _ = traced(WIDE)
    with pytest.raises(Cancelled):
        read_for(Examples([0], 11, 1), weights, [1], cancelled=lambda: True)
