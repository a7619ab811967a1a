"""What a text's tokens were given, against float64 by hand and Hugging Face's own GPT-2."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from core.errors import UserError
from core.interventions import Off
from core.surprise import surprise
from core.tracing import Cancelled

TEXT = "They saw the dog"


def by_hand(trace):
    """(T,) bits, probabilities and ranks, the plain way."""
    bits, shares, ranks = [], [], []
    for t in range(1, len(trace.ids)):
        logits, own = trace.logits[t - 1].astype(np.float64), int(trace.ids[t])
        share = np.exp(logits) / np.exp(logits).sum()
        shares.append(share[own])
        bits.append(-np.log2(share[own]))
        order = sorted(range(len(share)), key=lambda token: (-logits[token], token))
        ranks.append(order.index(own) + 1)
    return bits, shares, ranks


def test_surprise_is_what_it_says(tiny_model):
    trace = tiny_model.trace(TEXT)
    found = surprise(trace, top=4)
    bits, shares, ranks = by_hand(trace)
    np.testing.assert_allclose(found.bits[1:], bits, rtol=1e-5)
    np.testing.assert_allclose(found.probabilities[1:], shares, rtol=1e-5)
    assert found.ranks[1:].tolist() == ranks
    assert np.isnan(found.bits[0])
    assert found.ranks[0] == 0
    for t in range(1, len(trace.ids)):
        logits = trace.logits[t - 1]
        assert found.likeliest[t].tolist() == np.argsort(-logits, kind="stable")[:4].tolist()
        share = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        np.testing.assert_allclose(
            found.likeliest_probabilities[t], share[found.likeliest[t]], rtol=1e-4
        )


def test_its_mean_is_the_loss_that_transformers_has(tiny_folder, tiny_model):
    trace = tiny_model.trace(TEXT)
    reference = AutoModelForCausalLM.from_pretrained(tiny_folder)
    ids = torch.tensor([trace.ids.tolist()])
    with torch.no_grad():
        nats = float(reference(ids, labels=ids).loss)
    assert surprise(trace).bits[1:].mean() * np.log(2) == pytest.approx(nats, rel=1e-4)


@pytest.mark.parametrize("after", ["They saw the cat", "They saw", "It saw the dog", "The"])
def test_what_is_known_is_kept_and_the_rest_is_right(tiny_model, after):
    known = surprise(tiny_model.trace(TEXT))
    trace = tiny_model.trace(after)
    found, anew = surprise(trace, known), surprise(trace)
    for name in ("bits", "probabilities", "ranks", "likeliest", "likeliest_probabilities"):
        np.testing.assert_array_equal(getattr(found, name), getattr(anew, name))


def test_rows_that_are_the_same_are_not_looked_at_again(tiny_model):
    known = surprise(tiny_model.trace(TEXT))
    known.bits[1] = 77.0
    assert surprise(tiny_model.trace(TEXT + "s"), known).bits[1] == 77.0


def test_a_changed_pass_is_another_surprise(tiny_model):
    known = surprise(tiny_model.trace(TEXT))
    trace = tiny_model.trace(TEXT, changes=(Off(0, "head", 1),))
    found = surprise(trace, known)
    np.testing.assert_allclose(found.bits[1:], by_hand(trace)[0], rtol=1e-5)
    assert not np.allclose(found.bits[1:], known.bits[1:])


def with_logits(trace, logits):
    logits.setflags(write=False)
    return replace(trace, logits=logits)


def test_of_equal_tokens_the_lower_id_is_ahead(tiny_model):
    trace = tiny_model.trace(TEXT)
    logits = np.zeros_like(trace.logits)
    trace = with_logits(trace, logits)
    assert surprise(trace).ranks[1:].tolist() == (trace.ids[1:] + 1).tolist()
    n = logits.shape[1]
    np.testing.assert_allclose(surprise(trace).bits[1:], np.log2(n))


def test_a_certain_token_takes_no_bits_and_a_coins_toss_takes_one(tiny_model):
    trace = tiny_model.trace(TEXT)
    logits = np.zeros_like(trace.logits)
    certain, tossed = trace.ids[1:3]
    logits[0, certain] = 200
    logits[1, [tossed, (tossed + 1) % logits.shape[1]]] = 200
    found = surprise(with_logits(trace, logits))
    assert found.bits[1:3].tolist() == pytest.approx([0, 1])
    assert found.bits[1] == 0
    assert found.probabilities[1:3].tolist() == pytest.approx([1, 0.5])


def test_the_first_token_has_no_surprise(tiny_model):
    found = surprise(tiny_model.trace("T"), top=2)
    assert found.ranks.tolist() == [0]
    assert found.likeliest.tolist() == [[-1, -1]]
    assert np.isnan(found.bits).all()
    assert np.isnan(found.likeliest_probabilities).all()


def test_it_can_be_cancelled_and_refuses_what_is_no_number(tiny_model):
    trace = tiny_model.trace(TEXT)
    with pytest.raises(Cancelled):
        surprise(trace, cancelled=lambda: True)
    broken = trace.logits.copy()
    broken[1] = np.nan
    with pytest.raises(UserError, match="not numbers"):
        surprise(with_logits(trace, broken))
