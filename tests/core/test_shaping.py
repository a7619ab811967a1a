import math

import numpy as np
import pytest

from core.config import SamplingConfig
from core.sampling import penalise, shape, softmax, stages
from core.shaping import STEPS, shaping, standing

# ln of 8:4:2:1:1, ids in another order than likelihood.
LOGITS = np.log(np.array([1.0, 8.0, 2.0, 4.0, 1.0]))
SETTINGS = [
    SamplingConfig(*each)
    for each in [
        *[(1.0, 0, 1.0), (0.7, 40, 0.9), (2.0, 3, 0.5), (0.0, 0, 1.0), (0.0, 5, 0.3)],
        *[(100.0, 10**6, 0.999), (1.0, 0, 0.0), (1e-3, 7, 1.0), (1.0, 1, 1.0)],
        *[(0.8, 0, 1.0, 0.1, 1.3), (0.7, 40, 0.9, 0.02, 5.0), (0.0, 0, 1.0, 1.0, 0.5)],
    ]
]


def random_logits(n=997, seed=0):
    return np.random.default_rng(seed).normal(0, 4, n).astype(np.float32)


def test_the_steps_by_hand():
    made = stages(LOGITS, SamplingConfig(0.5, top_k=3, top_p=0.9))
    np.testing.assert_allclose(made.raw, np.array([1, 8, 2, 4, 1]) / 16)
    np.testing.assert_array_equal(made.penalised, made.raw)
    np.testing.assert_allclose(made.tempered, np.array([1, 64, 4, 16, 1]) / 86)
    np.testing.assert_allclose(made.top_k, np.array([0, 64, 4, 16, 0]) / 86)
    # Of what top-k left, 84, the two likeliest are 80 / 84 = 0.95.
    np.testing.assert_allclose(made.top_p, np.array([0, 64, 0, 16, 0]) / 86)
    np.testing.assert_array_equal(made.min_p, made.top_p)
    np.testing.assert_allclose(made.shaped, np.array([0, 0.8, 0, 0.2, 0]))


def test_the_extras_by_hand():
    # The text holds tokens 1 (twice) and 4: ln 8 / 1.5 = ln 4, and ln 1 = 0 stays 0.
    sampling = SamplingConfig(0.5, min_p=0.25, repetition_penalty=1.5)
    made = stages(LOGITS, sampling, [1, 4, 1])
    np.testing.assert_allclose(made.raw, np.array([1, 8, 2, 4, 1]) / 16)
    np.testing.assert_allclose(made.penalised, np.array([1, 4, 2, 4, 1]) / 12)
    np.testing.assert_allclose(made.tempered, np.array([1, 16, 4, 16, 1]) / 38)
    np.testing.assert_array_equal(made.top_p, made.tempered)
    np.testing.assert_allclose(made.min_p, np.array([0, 16, 4, 16, 0]) / 38)  # reached exactly
    np.testing.assert_allclose(made.shaped, np.array([0, 16, 4, 16, 0]) / 36)
    # A negative score is multiplied, so that it falls too.
    np.testing.assert_allclose(penalise(LOGITS - 1, 2, [0]), [-2, *(LOGITS[1:] - 1)])
    assert penalise(LOGITS, 1, [0]) is LOGITS
    assert penalise(LOGITS, 2, []) is LOGITS


@pytest.mark.parametrize("sampling", SETTINGS, ids=str)
@pytest.mark.parametrize("logits", [random_logits(), np.zeros(31), LOGITS], ids=len)
def test_the_last_step_is_what_is_drawn_from(logits, sampling):
    seen = [0, 3, 3, 1]
    made = stages(logits, sampling, seen)
    np.testing.assert_array_equal(made.shaped, shape(logits, sampling, seen))
    np.testing.assert_array_equal(made.raw, softmax(logits))
    assert made.min_p.sum() > 0
    np.testing.assert_allclose(made.min_p / made.min_p.sum(), made.shaped, rtol=1e-12)
    for step in (made.top_k, made.top_p, made.min_p):  # cut or as it was
        np.testing.assert_array_equal(step[step > 0], made.tempered[step > 0])
    assert not ((made.top_k == 0) & (made.top_p > 0)).any()
    assert not ((made.top_p == 0) & (made.min_p > 0)).any()


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7, 100.0])
@pytest.mark.parametrize("top_k", [0, 1, 40, 997, 10**6])
@pytest.mark.parametrize("top_p", [0.05, 0.5, 0.93, 1.0])
def test_every_step_is_that_of_transformers(temperature, top_k, top_p):
    torch = pytest.importorskip("torch")
    processors = pytest.importorskip("transformers.generation.logits_process")
    for seed in range(5):
        logits = random_logits(seed=seed)
        made = stages(logits, SamplingConfig(temperature, top_k, top_p))
        scores = torch.from_numpy(logits.astype(np.float64))[None]
        scores = processors.TemperatureLogitsWarper(temperature)(None, scores)
        np.testing.assert_allclose(made.tempered, scores.softmax(-1)[0], atol=1e-12)
        if top_k:
            scores = processors.TopKLogitsWarper(top_k)(None, scores)
        kept = scores.softmax(-1)[0].numpy()
        np.testing.assert_allclose(made.top_k / made.top_k.sum(), kept, atol=1e-12)
        if top_p < 1:
            scores = processors.TopPLogitsWarper(top_p)(None, scores)
        np.testing.assert_allclose(made.shaped, scores.softmax(-1)[0], atol=1e-12)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7])
@pytest.mark.parametrize("top_p", [0.5, 0.93, 1.0])
@pytest.mark.parametrize("min_p", [0.001, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("penalty", [0.5, 1.0, 1.2, 8.0])
def test_the_extras_are_those_of_transformers(temperature, top_p, min_p, penalty):
    torch = pytest.importorskip("torch")
    processors = pytest.importorskip("transformers.generation.logits_process")
    for seed in range(5):
        logits = random_logits(seed=seed)
        seen = np.random.default_rng(seed).integers(0, logits.size, 60)
        seen[:5] = np.argsort(-logits)[:5]  # some of the likeliest, and negative scores as well
        assert (logits[seen] < 0).any()
        made = stages(logits, SamplingConfig(temperature, 40, top_p, min_p, penalty), seen)
        scores = torch.from_numpy(logits.astype(np.float64))[None]
        ids = torch.from_numpy(seen)[None]
        scores = processors.RepetitionPenaltyLogitsProcessor(penalty)(ids, scores)
        np.testing.assert_allclose(made.penalised, scores.softmax(-1)[0], atol=1e-12)
        scores = processors.TemperatureLogitsWarper(temperature)(ids, scores)
        scores = processors.TopKLogitsWarper(40)(ids, scores)
        if top_p < 1:
            scores = processors.TopPLogitsWarper(top_p)(ids, scores)
        after_p = scores.softmax(-1)[0].numpy()
        np.testing.assert_allclose(made.top_p / made.top_p.sum(), after_p, atol=1e-12)
        scores = processors.MinPLogitsWarper(min_p)(ids, scores)
        np.testing.assert_allclose(made.shaped, scores.softmax(-1)[0], atol=1e-12)


@pytest.mark.parametrize("n_tokens", [1, 5, 12, 13, 60, 997, 5120])
@pytest.mark.parametrize("sampling", SETTINGS, ids=str)
def test_every_token_is_in_one_row_and_the_rows_sum_to_what_is_kept(n_tokens, sampling):
    logits = random_logits(n_tokens)
    made = shaping(logits, sampling, seen=[0, 0, n_tokens - 1])
    assert [row.first for row in made.rows] == [1] + [row.last + 1 for row in made.rows[:-1]]
    assert made.rows[-1].last == n_tokens
    for at, step in enumerate(STEPS):
        whole = getattr(made.stages, step)
        assert made.mass[at] == pytest.approx(whole.sum(), abs=1e-12)
        assert made.n_kept[at] == np.count_nonzero(whole)
        assert math.fsum(row.shares[at] for row in made.rows) == pytest.approx(made.mass[at])
        assert sum(row.n_kept[at] for row in made.rows) == made.n_kept[at]
    assert made.mass[:3] == pytest.approx((1, 1, 1))
    assert made.mass[-1] == pytest.approx(1)


def test_rows_are_in_the_order_of_what_the_model_says():
    made = shaping(LOGITS, SamplingConfig(1, top_k=2), n_rows=4)
    assert made.order.tolist() == [1, 3, 2, 0, 4]  # of equals the lowest id first
    assert [(row.first, row.last, row.token) for row in made.rows] == [
        *[(1, 1, 1), (2, 2, 3), (3, 3, 2)],
        (4, 5, None),
    ]
    assert made.rows[3].shares == pytest.approx((2 / 16, 2 / 16, 2 / 16, 0, 0, 0, 0))
    assert made.rows[3].n_kept == (2, 2, 2, 0, 0, 0, 0)
    assert made.rows[2].n_kept == (1, 1, 1, 0, 0, 0, 0)
    assert made.mass == pytest.approx((1, 1, 1, 12 / 16, 12 / 16, 12 / 16, 1))
    assert made.n_kept == (5, 5, 5, 2, 2, 2, 2)


def test_temperature_zero_leaves_one():
    made = shaping(random_logits(), SamplingConfig(0))
    assert made.n_kept == (997, 997, 1, 1, 1, 1, 1)
    assert made.rows[0].shares[2:] == (1, 1, 1, 1, 1)


def test_groups_end_at_round_ranks():
    made = shaping(random_logits(5120), SamplingConfig())
    groups = [(row.first, row.last) for row in made.rows if row.token is None]
    assert groups == [(13, 50), (51, 200), (201, 1000), (1001, 5000), (5001, 5120)]
    made = shaping(random_logits(5120), SamplingConfig(), n_rows=9)
    groups = [(row.first, row.last) for row in made.rows if row.token is None]
    assert groups == [(7, 50), (51, 1000), (1001, 5120)]


@pytest.mark.parametrize("n_rows", [1, 4, 9, 15, 17])
@pytest.mark.parametrize("n_tokens", [1, 9, 16, 30, 997, 5120, 50_257])
def test_there_are_never_more_rows_than_wanted(n_tokens, n_rows):
    made = shaping(random_logits(n_tokens), SamplingConfig(), n_rows)
    assert len(made.rows) <= max(n_rows, 4)  # one token, three groups
    assert sum(row.last - row.first + 1 for row in made.rows) == n_tokens


def test_why_a_token_is_kept_or_cut():
    made = shaping(LOGITS, SamplingConfig(0.5, top_k=3, top_p=0.9))
    places = [standing(made, token) for token in (1, 3, 2, 0)]
    assert [place.rank for place in places] == [1, 2, 3, 4]
    assert [place.before for place in places] == pytest.approx([0, 64 / 84, 80 / 84, 1])
    kept = [place.rank <= 3 and place.before < 0.9 for place in places]
    assert kept == (made.stages.shaped[[1, 3, 2, 0]] > 0).tolist()


def test_places_are_those_of_the_scores_at_any_temperature():
    for temperature in (0.0, 1e-3):
        made = shaping(LOGITS, SamplingConfig(temperature, top_k=3))
        assert [standing(made, token).rank for token in (1, 3, 2, 0, 4)] == [1, 2, 3, 4, 5]


def test_why_a_token_that_the_text_holds_is_cut():
    sampling = SamplingConfig(1, top_k=2, min_p=0.6, repetition_penalty=3)
    made = shaping(LOGITS, sampling, seen=[1])  # 8 becomes 2, of equals the lower id first
    assert made.order.tolist() == [1, 3, 2, 0, 4]
    places = [standing(made, token) for token in (3, 1, 2)]
    assert [place.rank for place in places] == [1, 2, 3]
    assert places[0].highest == pytest.approx(4 / 10)
    assert made.rows[0].shares == pytest.approx((8 / 16, *(2 / 10,) * 4, 0, 0))
    assert made.rows[1].shares[-1] == 1
