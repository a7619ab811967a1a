"""Shares of logits: they add up, and each is what the part is worth by torch's autograd."""

import numpy as np
import pytest
import torch

from core.attribution import ROUNDING, apart, attribution, by_heads, neuron_shares, norms
from core.gpt import GPT
from core.inference import Weights
from core.interventions import Look, Off, Patch, means
from core.trace import TokenInfo
from core.tracing import Tracer
from tests.core.conftest import redraw
from tests.core.gpts import SHAPES, config_of, traced
from tests.core.traces import exact_trace

SHAPE = SHAPES[2]  # 3 layers, 5 heads of width 7
PARTS = ("heads", "attention_biases", "mlps", "mlp_biases", "changes")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shares_add_up_to_the_difference(shape):
    _, ids, weights, trace = traced(shape)
    rng = np.random.default_rng(0)
    for position in range(len(ids)):
        a, b = rng.integers(shape[4], size=2).tolist()
        made = attribution(trace, weights, position, a, b)
        assert made.logits == tuple(trace.logits[position, [a, b]].tolist())
        assert made.total == pytest.approx(made.logits[0] - made.logits[1], abs=1e-10)
        np.testing.assert_allclose(made.changes, 0, atol=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_they_add_up_in_float32_too(seed):
    rng = np.random.default_rng(seed)
    shape = [int(rng.integers(*bounds)) for bounds in ((1, 7), (1, 6), (1, 17), (2, 40), (3, 99))]
    config = config_of(*shape, d_mlp=int(rng.integers(1, 99)))
    weights = Weights.of(redraw(GPT(config), seed))
    ids = rng.integers(config.vocab_size, size=config.context).tolist()
    trace = exact_trace(weights, ids)
    assert trace.logits.dtype == np.float32
    position, a, b = (int(rng.integers(n)) for n in (len(ids), shape[4], shape[4]))
    made = attribution(trace, weights, position, a, b)
    assert made.total == pytest.approx(made.logits[0] - made.logits[1], abs=1e-5)
    np.testing.assert_allclose(made.changes, 0, atol=1e-5)


def test_each_share_is_the_part_times_the_gradient_of_the_difference():
    """Autograd through the last norm with its mean and variance held fast, in torch."""
    gpt, ids, weights, trace = traced(SHAPE)
    at, a, b = 6, 3, 11
    parts = {}

    def record(layer, name, value):
        parts[name, layer] = value.detach()
        return value

    gpt(torch.tensor([ids]), recorder=record)
    stream = parts["resid_post", 2][at]
    variance = stream.var(correction=0) + gpt.config.epsilon

    def worth(part):
        leaf = torch.zeros(35, dtype=torch.float64, requires_grad=True)
        x = stream + leaf
        normed = (x - x.mean()) / variance.sqrt() * gpt.ln_f.weight + gpt.ln_f.bias
        logits = gpt.head(normed)
        (gradient,) = torch.autograd.grad(logits[a] - logits[b], leaf)
        return float(part.detach() @ gradient)

    made = attribution(trace, weights, at, a, b)
    assert made.token == pytest.approx(worth(parts["token_embed", 0][at]), abs=1e-12)
    assert made.place == pytest.approx(worth(parts["pos_embed", 0][at]), abs=1e-12)
    for layer, block in enumerate(gpt.h):
        out = block.attn["c_proj"]
        for head in range(5):
            z = torch.zeros(5, 7, dtype=torch.float64)
            z[head] = parts["z", layer][head, at]
            part = z.flatten() @ out.weight
            assert made.heads[layer, head] == pytest.approx(worth(part), abs=1e-12)
        assert made.attention_biases[layer] == pytest.approx(worth(out.bias), abs=1e-12)
        own = parts["attn_out", layer][at]
        assert made.attentions[layer] == pytest.approx(worth(own), abs=1e-12)
        own = parts["mlp_out", layer][at]
        assert made.feed_forwards[layer] == pytest.approx(worth(own), abs=1e-12)
        bias = block.mlp["c_proj"].bias
        assert made.mlp_biases[layer] == pytest.approx(worth(bias), abs=1e-12)
        neurons = neuron_shares(trace, weights, layer, at, a, b)
        assert neurons.sum() == pytest.approx(made.mlps[layer], abs=1e-12)
        one = parts["mlp_post", layer][at, 17] * block.mlp["c_proj"].weight[17]
        assert neurons[17] == pytest.approx(worth(one), abs=1e-12)
    only_bias = gpt.head(gpt.ln_f.bias).detach()
    assert made.norm_bias == pytest.approx(float((only_bias[a] - only_bias[b]).detach()), abs=1e-12)


VECTOR = tuple(np.random.default_rng(5).normal(size=35).tolist())
CHANGES = {
    "head": Off(1, "head", 2),
    "attention": Off(1, "attention"),
    "mean attention": Off(1, "attention", 0, "mean"),
    "mlp": Off(2, "mlp"),
    "mean mlp": Off(0, "mlp", 0, "mean"),
    "look": Look(2, 4, 6, 1, 0.9, 0, 0),
    "patched layer": Patch(0, "layer", 0, 6, VECTOR),
    "patched last layer": Patch(2, "layer", 0, 6, VECTOR),
    "patched mlp": Patch(1, "mlp", 0, 6, VECTOR),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_puts_into_the_stream_is_counted_by_itself(name):
    _, ids, weights, _ = traced(SHAPE)
    change = CHANGES[name]
    trace = exact_trace(weights, ids, [change], means(weights, [ids]))
    made = attribution(trace, weights, 6, 3, 11)
    assert made.total == pytest.approx(made.logits[0] - made.logits[1], abs=1e-10)
    layer = change.layer
    puts = isinstance(change, Patch) or getattr(change, "instead", "") == "mean"
    assert (np.abs(made.changes) > 1e-3).tolist() == [puts and n == layer for n in range(3)]
    if name == "head":
        assert made.heads[1, 2] == 0
        assert np.count_nonzero(made.heads) == 14
    if "attention" in name:
        assert made.attentions[1] == 0
    if "mlp" in name:
        assert made.feed_forwards[layer] == 0


def test_heads_add_up_to_what_attention_adds():
    _, ids, weights, trace = traced(SHAPE)
    for layer, block in enumerate(weights.blocks):
        for position in range(len(ids)):
            added = by_heads(trace, weights, layer, position).sum(axis=0) + block.attn_c_proj[1]
            np.testing.assert_allclose(added, trace.attn_out[layer, position], atol=1e-12)


def test_norms_are_square_roots_of_sums_of_squares(tiny_model):
    trace = tiny_model.trace("They walked along")
    made = norms(trace)
    for own, vectors in (
        (made.token, trace.token_embed),
        (made.place, trace.pos_embed),
        (made.stream[0], trace.resid_pre[0]),
        (made.stream[1:], trace.resid_post),
        (made.attention, trace.attn_out),
        (made.feed_forward, trace.mlp_out),
    ):
        expected = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=-1))
        np.testing.assert_allclose(own, expected, rtol=1e-12)


def test_how_far_two_streams_are_apart(tiny_model):
    first, second = tiny_model.trace("They walked along"), tiny_model.trace("The old cat walked")
    at, other = 2, len(second.tokens) - 1
    made = apart(first, second, at, other)
    for own, (ours, theirs) in (
        (made.token, (first.token_embed, second.token_embed)),
        (made.place, (first.pos_embed, second.pos_embed)),
        (made.stream[:1], (first.resid_pre[:1], second.resid_pre[:1])),
        (made.stream[1:], (first.resid_post, second.resid_post)),
        (made.attention, (first.attn_out, second.attn_out)),
        (made.feed_forward, (first.mlp_out, second.mlp_out)),
    ):
        gap = theirs[..., other, :].astype(np.float64) - ours[..., at, :]
        expected = np.sqrt((gap**2).sum(axis=-1))
        np.testing.assert_allclose(own[..., 0], expected, rtol=1e-12)
    same = apart(first, tiny_model.trace("They walked home"), 0, 0)
    assert same.stream.max() < 1e-5  # nothing before it differs


def test_a_models_own_traces_are_not_taken_for_changed(tiny_model):
    """The limit is far above what float32 does where much cancels out."""
    rng = np.random.default_rng(0)
    tracer = Tracer(tiny_model.weights)
    ids = rng.integers(tiny_model.config.vocab_size, size=11).tolist()
    trace = tracer.trace(ids, "", (TokenInfo(0, "", "", 0, 0, b""),) * len(ids))
    made = attribution(trace, tiny_model.weights, 10, 1, 2)
    assert made.heads.all()
    assert made.mlps.all()
    assert np.abs(made.changes).max() < ROUNDING


def test_a_broken_model_has_shares_that_are_no_numbers():
    _, ids, weights, _ = traced(SHAPES[1])
    arrays = {name: array.copy() for name, array in weights.arrays().items()}
    arrays["h.0.attn.c_proj.weight"][2, 1] = np.inf
    broken = Weights(weights.config, arrays)
    made = attribution(exact_trace(broken, ids), broken, 3, 1, 2)
    assert np.isnan(made.total)
