"""The nine-pixel net: its arithmetic against torch's."""

from __future__ import annotations

import numpy as np
import pytest

from core import pixelnet
from core.pixelnet import PixelNet, forward, incoming
from tests.core.pixelnets import ODD, PICTURES, as_torch


def test_forward_equals_torchs():
    _, _, sums, probabilities = as_torch(ODD, PICTURES)
    ours = forward(ODD, PICTURES)
    for our, their in zip(ours.sums, sums, strict=True):
        np.testing.assert_allclose(our, their.detach().numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.probabilities, probabilities.detach(), rtol=0, atol=1e-12)
    assert [part.shape for part in ours.activations] == [(11, 9), (11, 7), (11, 5), (11, 3)]


def test_a_neuron_taken_apart_adds_up():
    passed = forward(ODD, PICTURES)
    for layer, size in enumerate(ODD.sizes[1:], start=1):
        for neuron in range(size):
            part = incoming(ODD, passed, layer, neuron, example=4)
            assert part.products == pytest.approx(part.weights * part.inputs)
            assert part.products.sum() + part.bias == pytest.approx(part.total, abs=1e-12)
            squash = np.tanh if part.squash == "tanh" else pixelnet.sigmoid
            assert squash(np.float64(part.total)) == pytest.approx(part.activation, abs=1e-15)


def test_the_sigmoid_is_defined_far_out():
    far = np.array([-1e4, -700.0, 0.0, 700.0, 1e4])
    assert pixelnet.sigmoid(far) == pytest.approx([0, 0, 0.5, 1, 1])


def test_the_drawings_are_what_their_names_say():
    plus = pixelnet.SYMBOLS[2]
    assert plus.spoken == "a plus"
    assert plus.picture.reshape(3, 3).tolist() == [[1, -1, 1], [-1, -1, -1], [1, -1, 1]]


def test_nothing_can_be_written():
    passed = forward(ODD, PICTURES)
    for array in (*ODD.weights, *ODD.biases, *passed.sums, *passed.activations):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("pictures", [np.ones(9), np.ones((2, 8)), np.full((1, 9), 1.5)])
def test_wrong_pictures_are_refused(pictures):
    with pytest.raises(ValueError, match="pictures must be"):
        forward(ODD, pictures)


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="pictures must be"):
        forward(ODD, np.full((1, 9), np.nan))
    with pytest.raises(ValueError, match="must be from"):
        PixelNet(ODD.weights, (ODD.biases[0] * np.nan, *ODD.biases[1:]))


def test_weights_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not join"):
        PixelNet(tuple(weight.T for weight in ODD.weights), ODD.biases)
    with pytest.raises(ValueError, match="3 layers"):
        PixelNet(ODD.weights[:2], ODD.biases[:2])
    with pytest.raises(ValueError, match="must be from"):
        PixelNet(tuple(weight * 2 for weight in ODD.weights), ODD.biases)


def test_what_edges_carry_is_what_their_neurons_add_up():
    net = PixelNet.fresh(np.random.default_rng(3), (3, 5), 2)
    passed = pixelnet.forward(net, pixelnet.SYMBOLS[0].picture[None])
    carried = pixelnet.carried(net, passed)
    for layer, products in enumerate(carried, start=1):
        for neuron in range(products.shape[1]):
            expected = pixelnet.incoming(net, passed, layer, neuron).products
            assert (products[:, neuron] == expected).all()
