"""Attention summed up, against sums by hand and the torch model's own tensors."""

import itertools

import numpy as np
import pytest
import torch

from core.attention_views import carried_by, mean_over_heads, rollout
from core.inference import Weights
from core.interventions import Look
from tests.core.gpts import SHAPES, model_of, some_ids
from tests.core.traces import exact_trace
from tests.gui.traces import random_trace


def test_the_mean_over_heads_is_one_cell_at_a_time():
    pattern = random_trace(5, 2, 3).pattern
    made = mean_over_heads(pattern)
    for layer, row, column in np.ndindex(2, 5, 5):
        cells = [float(pattern[layer, head, row, column]) for head in range(3)]
        assert made[layer, row, column] == pytest.approx(sum(cells) / 3, rel=1e-6)


def test_the_rollout_is_the_sum_over_all_ways_through_the_layers():
    """A token goes from place to place; at each layer it stays by a half or is looked at."""
    n_tokens, n_layers = 4, 3
    pattern = random_trace(n_tokens, n_layers, 2).pattern.astype(np.float64)
    made = rollout(pattern)
    np.testing.assert_allclose(made.sum(axis=-1), 1, atol=1e-6)
    for row, column in np.ndindex(n_tokens, n_tokens):
        total = 0.0
        for ways in itertools.product(range(n_tokens), repeat=n_layers - 1):
            at, share = (row, *ways, column), 1.0
            for layer, (here, there) in zip(
                range(n_layers)[::-1], itertools.pairwise(at), strict=True
            ):
                share *= (pattern[layer, :, here, there].sum() / 2 + (here == there)) / 2
            total += share
        assert made[-1, row, column] == pytest.approx(total, abs=1e-12)


def test_one_layer_and_one_token():
    np.testing.assert_array_equal(rollout(np.ones((1, 1, 1, 1))), [[[1]]])


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_carried_is_what_each_value_adds_to_the_stream(shape):
    """Torch mixes and joins one token's value of one head at a time."""
    gpt = model_of(shape)
    ids = some_ids(gpt.config, n_batch=1)
    weights = Weights.of(gpt)
    trace = exact_trace(weights, ids[0].tolist())
    seen = {}

    def record(layer, name, value):
        seen[name, layer] = value.detach()
        return value

    gpt(ids, recorder=record)
    n_tokens, d_head = ids.shape[1], gpt.config.d_head
    for layer in range(gpt.config.n_layers):
        n_heads = gpt.config.n_heads
        made = np.stack([carried_by(trace, weights, layer, head) for head in range(n_heads)])
        out = gpt.h[layer].attn["c_proj"].weight.detach()
        assert made.shape == (n_heads, n_tokens, n_tokens)
        for head, row in np.ndindex(*made.shape[:2]):
            parts = torch.zeros(n_tokens, gpt.config.d_model, dtype=torch.float64)
            mixed = seen["pattern", layer][head, row, :, None] * seen["v", layer][head]
            parts[:, head * d_head : (head + 1) * d_head] = mixed  # (T, D)
            expected = (parts @ out).norm(dim=1).numpy()
            np.testing.assert_allclose(made[head, row], expected, atol=1e-12)


def test_attention_that_was_moved_carries_from_its_new_place():
    gpt = model_of(SHAPES[2])
    weights = Weights.of(gpt)
    ids = some_ids(gpt.config, n_batch=1)[0].tolist()
    moved = exact_trace(weights, ids, [Look(1, 2, 5, 3, 1.0, 0, 0)])
    made = carried_by(moved, weights, 1, 2)[5]
    assert made[3] > 0
    np.testing.assert_array_equal(np.delete(made, 3), 0)
