import copy
import math

import pytest
import torch

from core.config import ModelConfig
from core.errors import UserError
from core.gpt import GPT, attention, causal_mask, gelu
from core.inference import parameter_shapes
from tests.core.gpts import SHAPES, model_of, reference_of, some_ids


@pytest.mark.parametrize("shape", SHAPES)
def test_equals_transformers(shape):
    gpt = model_of(shape)
    reference = reference_of(gpt)
    ids = some_ids(gpt.config)
    torch.testing.assert_close(gpt(ids), reference(ids).logits, rtol=0, atol=1e-10)
    assert gpt.n_parameters == reference.num_parameters()


def test_gradients_equal_transformers():
    gpt = model_of(SHAPES[2])
    reference = reference_of(gpt)
    ids = some_ids(gpt.config)
    for logits in (gpt(ids), reference(ids).logits):
        torch.nn.functional.cross_entropy(
            logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten()
        ).backward()
    theirs = dict(reference.transformer.named_parameters())
    for name, weight in gpt.named_parameters():
        torch.testing.assert_close(weight.grad, theirs[name].grad, rtol=0, atol=1e-10)


def test_activations_equal_transformers():
    gpt = model_of(SHAPES[2])
    seen = {}

    def record(layer, name, value):
        seen[layer, name] = value
        return value

    ids = some_ids(gpt.config, n_batch=1)
    with torch.no_grad():
        gpt(ids, recorder=record)
        theirs = reference_of(gpt)(ids, output_attentions=True, output_hidden_states=True)
    for layer in range(gpt.config.n_layers):
        pattern, stream = theirs.attentions[layer], theirs.hidden_states[layer]
        torch.testing.assert_close(seen[layer, "pattern"], pattern[0], rtol=0, atol=1e-10)
        torch.testing.assert_close(seen[layer, "resid_pre"], stream[0], rtol=0, atol=1e-10)


def test_no_token_sees_what_follows():
    gpt = model_of(SHAPES[1])
    ids = some_ids(gpt.config)
    with torch.no_grad():
        before = gpt(ids)
        for position in range(ids.shape[1]):
            changed = ids.clone()
            changed[:, position] = (changed[:, position] + 1) % gpt.config.vocab_size
            after = gpt(changed)
            assert torch.equal(after[:, :position], before[:, :position])
            assert not torch.isclose(after[:, position:], before[:, position:]).all(dim=-1).any()


def test_texts_of_a_batch_do_not_see_each_other():
    gpt = model_of(SHAPES[1])
    ids = some_ids(gpt.config)
    with torch.no_grad():
        alone = torch.cat([gpt(row[None]) for row in ids])
        torch.testing.assert_close(gpt(ids), alone, rtol=0, atol=1e-12)


def test_attention_by_hand():
    # Two tokens of width 4, so that scores are halved; the second looks back with score ln 3.
    q = torch.tensor([[[9.0, 9, 9, 9], [2 * math.log(3), 0, 0, 0]]])
    k = torch.tensor([[[1.0, 0, 0, 0], [0, 5, 5, 5]]])
    v = torch.tensor([[[4.0, 0, 1, 2], [0, 8, 1, -2]]])
    z, pattern = attention(q, k, v, causal_mask(2, q))
    torch.testing.assert_close(pattern, torch.tensor([[[1, 0], [0.75, 0.25]]]))
    torch.testing.assert_close(z, torch.tensor([[[4.0, 0, 1, 2], [3, 2, 1, 1]]]))


def test_in_bfloat16_the_quick_gelu_is_within_a_rounding_of_gpt2s():
    x = torch.linspace(-6, 6, 10_001).bfloat16()
    right = torch.nn.functional.gelu(x.double(), approximate="tanh")
    rounding = right.abs() / 2**8  # half a unit in the last place, at most
    assert ((gelu(x).double() - right).abs() <= rounding + 5e-4).all()
    assert torch.equal(gelu(x.double()), right)


def test_a_recorder_can_change_what_it_sees():
    gpt = model_of(SHAPES[2])
    ids = some_ids(gpt.config)

    def switch_off(layer, name, value):
        return torch.zeros_like(value) if name in ("attn_out", "mlp_out") else value

    with torch.no_grad():
        logits = gpt(ids, recorder=switch_off)
        x = gpt.wte.weight[ids] + gpt.wpe.weight
        x = (x - x.mean(-1, True)) / (x.var(-1, correction=0, keepdim=True) + 0.03).sqrt()
        x = gpt.head(x * gpt.ln_f.weight + gpt.ln_f.bias)
        torch.testing.assert_close(logits, x, rtol=0, atol=1e-12)


def test_more_tokens_than_the_context_are_refused():
    gpt = model_of(SHAPES[1])
    with pytest.raises(ValueError, match="12 tokens in a context of 11"):
        gpt(torch.zeros(1, 12, dtype=torch.long))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_weights_have_the_names_and_shapes_that_are_expected_of_a_file(shape):
    gpt = model_of(shape)
    shapes = {name: tuple(weight.shape) for name, weight in gpt.named_parameters()}
    assert shapes == parameter_shapes(gpt.config)


def test_heads_that_do_not_divide_are_refused_with_a_sentence():
    with pytest.raises(UserError, match="5 heads cannot share a width of 36 evenly"):
        ModelConfig(3, 5, 36, 11, 13)


def test_first_weights_follow_the_seed_and_the_width():
    gpts = [GPT(ModelConfig(8, 4, 64, 32, 100)) for _ in range(3)]
    for gpt, seed in zip(gpts, (3, 3, 4), strict=True):
        gpt.init_weights(torch.Generator().manual_seed(seed))
    first, same, other = (gpt.state_dict() for gpt in gpts)
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["wte.weight"], other["wte.weight"])
    assert first["h.3.attn.c_attn.weight"].std() == pytest.approx(1 / 128**0.5, rel=0.05)
    assert first["h.3.mlp.c_proj.weight"].std() == pytest.approx(1 / 128**0.5 / 4, rel=0.05)
    assert (first["h.3.ln_1.weight"] == 1).all()
    assert (first["ln_f.weight"] == 1).all()
    assert (first["h.3.mlp.c_fc.bias"] == 0).all()


def test_copies_and_conversions_compute_with_their_own_weights():
    gpt = model_of(SHAPES[1])
    ids = some_ids(gpt.config)
    with torch.no_grad():
        logits = gpt(ids)
        copied = copy.deepcopy(gpt).float()
        torch.testing.assert_close(copied(ids), logits.float())
        gpt.load_state_dict({name: weight * 0 for name, weight in gpt.state_dict().items()})
        assert (gpt(ids) == 0).all()
        torch.testing.assert_close(copied(ids), logits.float())
