"""One neuron on paper, against torch's own norm and GELU and the reference's feed-forward net."""

import numpy as np
import pytest
import torch

from core.feed_forward import hidden, net_inputs, strongest
from core.interventions import Off, Patch
from tests.core.gpts import SHAPES, reference_of, traced
from tests.core.traces import exact_trace


@pytest.mark.parametrize("shape", SHAPES)
def test_every_neuron_is_that_of_transformers(shape):
    """What its net is given, and what each neuron makes of it, seen by hooks in its own pass."""
    gpt, ids, weights, trace = traced(shape)
    reference = reference_of(gpt)
    seen = {}

    def keep(name):
        def hook(_module, inputs, output):
            seen[name] = inputs[0][0].detach().numpy(), output[0].detach().numpy()

        return hook

    for layer, block in enumerate(reference.transformer.h):
        block.mlp.c_fc.register_forward_hook(keep(("sums", layer)))
        block.mlp.act.register_forward_hook(keep(("act", layer)))
        block.mlp.register_forward_hook(keep(("net", layer)))
    with torch.no_grad():
        reference(torch.tensor([ids]))
    at = len(ids) - 1
    for layer in range(len(weights.blocks)):
        inputs, sums = seen["sums", layer]
        np.testing.assert_allclose(net_inputs(trace, weights, layer, at), inputs[at], atol=1e-10)
        for index in range(weights.config.d_mlp):
            made = hidden(trace, weights, layer, at, index)
            np.testing.assert_allclose(made.inputs, inputs[at], atol=1e-10)
            assert made.total == pytest.approx(sums[at, index], abs=1e-10)
            assert made.total == pytest.approx(made.products.sum() + made.bias, abs=1e-12)
            assert made.activation == pytest.approx(seen["act", layer][1][at, index], abs=1e-10)
            np.testing.assert_allclose(made.outputs, seen["net", layer][1][at], atol=1e-10)


def test_what_all_neurons_add_is_the_net_without_its_bias():
    _, _, weights, trace = traced(SHAPES[2])
    for layer, block in enumerate(weights.blocks):
        every = [hidden(trace, weights, layer, 4, n) for n in range(weights.config.d_mlp)]
        added = np.sum([one.adds for one in every], axis=0) + block.mlp_c_proj[1]
        np.testing.assert_allclose(added, trace.mlp_out[layer, 4], atol=1e-12)
        np.testing.assert_allclose(added, every[0].outputs, atol=1e-12)


def test_a_neuron_is_itself_while_its_net_is_off():
    _, ids, weights, _ = traced(SHAPES[2])
    changes = [Off(1, "mlp"), Patch(0, "layer", 0, 4, tuple(np.arange(35.0)))]
    trace = exact_trace(weights, ids, changes)
    made = hidden(trace, weights, 1, 4, 6)
    assert made.total == pytest.approx(float(trace.mlp_pre[1, 4, 6]), abs=1e-12)
    assert made.activation != 0
    assert (made.outputs == 0).all()


def test_the_strongest_are_the_largest_sizes():
    assert strongest(np.array([1.0, -3.0, 2.0, 3.0]), 3) == [1, 3, 2]
    assert strongest(np.array([np.nan, 0.0, -1.0]), 9) == [2, 1, 0]
    assert strongest(np.zeros(0), 2) == []
