"""The lens, against torch's own norm, head and softmax, and the model's own prediction."""

import numpy as np
import pytest
import torch

from core.config import SamplingConfig
from core.errors import UserError
from core.inference import Weights
from core.interventions import Patch
from core.lens import guess, joined, lens, only, unchanged
from core.sampling import entropy_bits, softmax
from core.tracing import Cancelled
from tests.core.gpts import SHAPES, reference_of, traced
from tests.core.traces import exact_trace


def by_hand(gpt, ids):
    """(L + 1, T, V) probabilities by depth; `transformers` norms its last hidden state itself."""
    reference = reference_of(gpt)
    with torch.no_grad():
        out = reference(torch.tensor([ids]), output_hidden_states=True)
        early = [
            reference.lm_head(reference.transformer.ln_f(state)) for state in out.hidden_states[:-1]
        ]
        return torch.stack([*early, out.logits])[:, 0].softmax(dim=-1).numpy()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_guess_is_that_of_transformers(shape):
    gpt, ids, weights, trace = traced(shape)
    expected = by_hand(gpt, ids)
    n_vocabulary = gpt.config.vocab_size
    made = lens(trace, weights, top=n_vocabulary, targets=range(n_vocabulary))
    np.testing.assert_allclose(made.target_probabilities, expected, atol=1e-12)
    order = np.argsort(-expected, axis=-1, kind="stable")
    np.testing.assert_array_equal(made.ids, order)
    np.testing.assert_allclose(
        made.probabilities, np.take_along_axis(expected, order, axis=-1), atol=1e-12
    )
    ranks = np.argsort(order, axis=-1) + 1
    np.testing.assert_array_equal(made.target_ranks, ranks)
    bits = -(expected * np.log2(expected)).sum(axis=-1)
    np.testing.assert_allclose(made.entropy_bits, bits, atol=1e-12)


def test_the_last_guess_is_the_models_prediction(tiny_model):
    trace = tiny_model.trace("They walked along the river")
    made = lens(trace, tiny_model.weights, positions=[len(trace.ids) - 1], top=7)
    said = tiny_model.predict(trace, SamplingConfig(), top=7)
    assert made.ids[-1, 0].tolist() == [candidate.id for candidate in said.candidates]
    raw = [candidate.raw for candidate in said.candidates]
    np.testing.assert_allclose(made.probabilities[-1, 0], raw, rtol=1e-5)
    assert made.entropy_bits[-1, 0] == pytest.approx(said.entropy_bits, abs=1e-5)
    assert made.targets[0, 0] == said.candidates[0].id
    assert made.target_ranks[-1, 0, 0] == 1


def test_after_a_change_the_last_guess_is_still_the_prediction():
    _, ids, weights, _ = traced(SHAPES[2])
    change = Patch(2, "layer", 0, 3, tuple(np.arange(35.0)))
    trace = exact_trace(weights, ids, [change])
    made = lens(trace, weights, [3], top=1, targets=range(13))
    expected = softmax(trace.logits[3])
    np.testing.assert_allclose(made.target_probabilities[-1, 0], expected, atol=1e-12)


def test_some_positions_are_those_of_all(monkeypatch):
    """However few logits are looked at together."""
    _, _, weights, trace = traced(SHAPES[2])
    targets = np.arange(11 * 2).reshape(11, 2) % 13
    whole = lens(trace, weights, top=3, targets=targets)
    monkeypatch.setattr("core.logit_rows.AT_ONCE", 2 * 13)
    some = [4, 2, 10]
    part = lens(trace, weights, some, top=3, targets=targets[some])
    assert part.positions.tolist() == some
    for name in ("ids", "probabilities", "target_probabilities", "target_ranks", "entropy_bits"):
        np.testing.assert_allclose(
            getattr(part, name), getattr(whole, name)[:, some], atol=1e-12, err_msg=name
        )


def test_one_guess_alone_has_the_same_numbers():
    _, _, weights, trace = traced(SHAPES[1])
    made = lens(trace, weights, top=1, targets=range(7))
    for depth in range(3):
        shares = softmax(guess(trace, weights, depth, 4))
        np.testing.assert_allclose(made.target_probabilities[depth, 4], shares, atol=1e-12)
        assert made.entropy_bits[depth, 4] == pytest.approx(entropy_bits(shares), abs=1e-12)


def test_of_equally_likely_tokens_the_lowest_id_comes_first():
    gpt, ids, _, _ = traced(SHAPES[1])
    with torch.no_grad():
        gpt.wte.weight.zero_()
    weights = Weights.of(gpt)
    made = lens(exact_trace(weights, ids), weights, top=3, targets=[6, 0])
    assert (made.ids == [0, 1, 2]).all()
    assert (made.target_ranks == [7, 1]).all()
    np.testing.assert_allclose(made.entropy_bits, np.log2(7), atol=1e-12)


def test_a_broken_model_gets_a_sentence():
    _, ids, weights, _ = traced(SHAPES[1])
    arrays = {name: array.copy() for name, array in weights.arrays().items()}
    arrays["h.1.mlp.c_proj.bias"][2] = np.nan
    broken = Weights(weights.config, arrays)
    with pytest.raises(UserError, match="not numbers"):
        lens(exact_trace(broken, ids), broken)


def test_it_can_be_cancelled():
    _, _, weights, trace = traced(SHAPES[1])
    with pytest.raises(Cancelled):
        lens(trace, weights, cancelled=lambda: True)


def test_parts_are_joined_in_order_and_the_later_counts():
    _, _, weights, trace = traced(SHAPES[2])
    whole = lens(trace, weights, top=3)
    wrong = lens(trace, weights, [4], top=3, targets=[[(int(whole.targets[4, 0]) + 1) % 13]])
    parts = [wrong, lens(trace, weights, [7, 4, 0], top=3), lens(trace, weights, [], top=3)]
    made = joined([*parts, only(whole, np.isin(whole.positions, [1, 2]))])
    assert made.positions.tolist() == [0, 1, 2, 4, 7]
    wanted = only(whole, np.isin(whole.positions, made.positions))
    for name, value in vars(wanted).items():
        np.testing.assert_allclose(getattr(made, name), value, atol=1e-12)


def test_positions_before_a_change_are_unchanged():
    _, ids, weights, trace = traced(SHAPES[2])
    assert unchanged(trace, trace) == len(ids)
    other = exact_trace(weights, [*ids[:5], (ids[5] + 1) % 13, *ids[6:9]])
    assert unchanged(trace, other) == unchanged(other, trace) == 5
    patched = exact_trace(weights, ids, [Patch(2, "layer", 0, 3, tuple(np.arange(35.0)))])
    assert unchanged(trace, patched) == 3
    assert unchanged(trace, traced(SHAPES[1])[3]) == 0


def test_what_is_unchanged_has_the_same_guesses_as_a_text_grows(tiny_model):
    short, long = tiny_model.trace("They walked along"), tiny_model.trace("They walked along the")
    n = unchanged(short, long)
    assert n == len(short.ids)
    weights = tiny_model.weights
    kept, anew = lens(short, weights), only(lens(long, weights), np.arange(len(long.ids)) < n)
    np.testing.assert_array_equal(kept.ids, anew.ids)
    np.testing.assert_allclose(kept.probabilities, anew.probabilities, rtol=1e-5)
