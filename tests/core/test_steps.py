"""Numbers taken apart: every part by hand in plain Python, and the whole as the trace has it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.config import SamplingConfig
from core.steps import attention_row, attention_step, choice_step
from tests.gui.traces import random_trace


@pytest.mark.parametrize(("row", "column"), [(0, 0), (4, 4), (10, 3)])
def test_an_attention_weight_by_hand(row, column):
    trace = random_trace(11, 2, 3, d_head=5)
    step = attention_step(trace, 1, 2, row, column)
    q, k = trace.q[1, 2, row].tolist(), trace.k[1, 2].tolist()
    scores = [sum(a * b for a, b in zip(q, k[j], strict=True)) / 5**0.5 for j in range(row + 1)]
    assert step.dot == pytest.approx(scores[column] * 5**0.5, abs=1e-10)
    assert step.root == 5**0.5
    assert step.score == pytest.approx(scores[column], abs=1e-10)
    assert step.power == pytest.approx(math.exp(scores[column]), rel=1e-10)
    assert step.total == pytest.approx(sum(map(math.exp, scores)), rel=1e-10)
    assert step.weight == pytest.approx(step.power / step.total, rel=1e-10)
    assert step.weight == pytest.approx(trace.pattern[1, 2, row, column], rel=1e-5)


@pytest.mark.parametrize("row", [0, 4, 10])
def test_a_row_of_attention_by_hand(row):
    trace = random_trace(11, 2, 3, d_head=5)
    made = attention_row(trace, 1, 2, row)
    q, keys = trace.q[1, 2, row].tolist(), trace.k[1, 2].tolist()
    products = [[a * b for a, b in zip(q, k, strict=True)] for k in keys]
    np.testing.assert_allclose(made.products, products, atol=1e-12)
    np.testing.assert_allclose(made.dots, [sum(each) for each in products], atol=1e-12)
    scores = [sum(each) / made.root for each in products]
    np.testing.assert_allclose(made.scores, scores, atol=1e-12)
    assert made.masked.tolist() == [*made.scores[: row + 1].tolist(), *[-math.inf] * (10 - row)]
    powers = [math.exp(score) for score in scores[: row + 1]] + [0.0] * (10 - row)
    np.testing.assert_allclose(made.powers, powers, rtol=1e-12)
    assert made.total == pytest.approx(sum(powers), rel=1e-12)
    np.testing.assert_allclose(made.weights, np.array(powers) / sum(powers), rtol=1e-12)
    np.testing.assert_allclose(made.weights, trace.pattern[1, 2, row], rtol=1e-5)
    for column in range(row + 1):
        step = attention_step(trace, 1, 2, row, column)
        assert (step.dot, step.weight) == (made.dots[column], made.weights[column])


def test_scores_beyond_all_bounds_still_have_shares():
    trace = random_trace(3, 1, 1, sharpness=1e4)
    step = attention_step(trace, 0, 0, 2, 1)
    assert 0 <= step.weight <= 1


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"), [(1, 0, 1), (0.7, 5, 1), (1.5, 0, 0.6), (0.5, 9, 0.9)]
)
def test_a_probability_by_hand(temperature, top_k, top_p):
    logits = np.random.default_rng(3).normal(size=37).astype(np.float32) * 3
    powers = [math.exp(score / temperature) for score in logits.tolist()]
    shares = [power / sum(powers) for power in powers]
    order = sorted(range(37), key=lambda i: -shares[i])
    kept = order[:top_k] if top_k else order
    left, reached = [], 0.0
    for token in kept:
        if reached < top_p - 1e-12:
            left.append(token)
            reached += shares[token] / sum(shares[i] for i in kept)
    for token in (order[0], order[3], order[-1]):
        step = choice_step(logits, SamplingConfig(temperature, top_k, top_p), token)
        assert step.power == pytest.approx(powers[token], rel=1e-10)
        assert step.total == pytest.approx(sum(powers), rel=1e-10)
        assert step.share == pytest.approx(shares[token], rel=1e-10)
        assert step.n_kept == len(left)
        assert step.kept == pytest.approx(sum(shares[i] for i in left), rel=1e-10)
        wanted = shares[token] / step.kept if token in left else 0.0
        assert step.probability == pytest.approx(wanted, rel=1e-10)


def test_temperature_zero_is_certainty():
    logits = np.array([1.0, 5.0, 2.0], dtype=np.float32)
    assert choice_step(logits, SamplingConfig(0, 0, 1), 1).probability == 1
    assert choice_step(logits, SamplingConfig(0, 0, 1), 0).probability == 0
