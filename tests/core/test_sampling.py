import math

import numpy as np
import pytest

from core.config import SamplingConfig
from core.errors import UserError
from core.sampling import (
    best,
    draw,
    entropy_bits,
    keep_top_k,
    keep_top_p,
    pick,
    predict,
    shape,
    softmax,
)

# ln of 8:4:2:1:1, ids in another order than likelihood.
LOGITS = np.log(np.array([1.0, 8.0, 2.0, 4.0, 1.0]))
RAW = np.array([1, 8, 2, 4, 1]) / 16


def at(temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> np.ndarray:
    return shape(LOGITS, SamplingConfig(temperature, top_k, top_p))


def random_logits(n: int = 997, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 4, n).astype(np.float32)


def test_softmax_by_hand():
    np.testing.assert_allclose(softmax(LOGITS), RAW, atol=1e-15)
    np.testing.assert_allclose(softmax(LOGITS + 1e6), RAW, atol=1e-9)
    assert softmax(np.float32(LOGITS)).dtype == np.float64


def test_temperature_by_hand():
    squared = np.array([1, 64, 4, 16, 1]) / 86
    np.testing.assert_allclose(at(temperature=0.5), squared, atol=1e-15)
    roots = np.sqrt([1, 8, 2, 4, 1])
    np.testing.assert_allclose(at(temperature=2), roots / roots.sum(), atol=1e-15)


def test_temperature_zero_takes_the_first_of_the_highest():
    ties = np.array([1.0, 3.0, 3.0, 2.0])
    np.testing.assert_array_equal(shape(ties, SamplingConfig(temperature=0)), [0, 1, 0, 0])
    np.testing.assert_array_equal(shape(ties, SamplingConfig(0, top_k=3, top_p=0.5)), [0, 1, 0, 0])
    # As close to 0 as floats come, the two highest share.
    np.testing.assert_array_equal(softmax(ties, 5e-324), [0, 0.5, 0.5, 0])


def test_top_k_by_hand():
    np.testing.assert_allclose(at(top_k=2), np.array([0, 8, 0, 4, 0]) / 12, atol=1e-15)
    np.testing.assert_allclose(at(top_k=4), np.array([1, 8, 2, 4, 0]) / 15, atol=1e-15)  # tie: id 0
    for everything in (0, 5, 6, 10**9):
        np.testing.assert_allclose(at(top_k=everything), RAW, atol=1e-15)


def test_top_p_by_hand():
    np.testing.assert_array_equal(at(top_p=0), [0, 1, 0, 0, 0])
    np.testing.assert_array_equal(at(top_p=0.4), [0, 1, 0, 0, 0])
    np.testing.assert_array_equal(at(top_p=0.5), [0, 1, 0, 0, 0])  # reached exactly
    np.testing.assert_allclose(at(top_p=0.51), np.array([0, 8, 0, 4, 0]) / 12, atol=1e-15)
    np.testing.assert_allclose(at(top_p=0.75), np.array([0, 8, 0, 4, 0]) / 12, atol=1e-15)
    np.testing.assert_allclose(at(top_p=0.9), np.array([1, 8, 2, 4, 0]) / 15, atol=1e-15)
    np.testing.assert_allclose(at(top_p=0.99), RAW, atol=1e-15)
    np.testing.assert_array_equal(at(top_p=1), softmax(LOGITS))


def test_a_sum_that_is_reached_on_paper_is_reached():
    tenths = np.full(10, 0.1)  # in floats, eight of them sum to 0.7999999999999999
    assert np.count_nonzero(keep_top_p(tenths, 0.8)) == 8


def test_the_order_is_temperature_then_top_k_then_top_p():
    # 64:16:4:1:1 of 86; of the two likeliest 64/80 = 0.8, so top-p 0.8 leaves one of them,
    # while of all five it would leave two (64/86 = 0.744).
    np.testing.assert_array_equal(at(0.5, top_k=2, top_p=0.8), [0, 1, 0, 0, 0])
    assert np.count_nonzero(keep_top_p(at(0.5), 0.8)) == 2
    # At temperature 1 the two likeliest are 8:4, and one alone does not reach 0.8.
    assert np.count_nonzero(at(1, top_k=2, top_p=0.8)) == 2


@pytest.mark.parametrize("temperature", [0, 5e-324, 1e-3, 1, 100])
@pytest.mark.parametrize("top_k", [0, 1, 7, 10**6])
@pytest.mark.parametrize("top_p", [0, 0.3, 0.999999, 1])
def test_always_a_distribution(temperature, top_k, top_p):
    for logits in (
        random_logits(),
        np.zeros(31),
        np.array([5.0]),
        np.array([-np.inf, 0, np.inf, 2, np.inf]),
        np.full(7, -np.inf),
        np.array([1e308, -1e308, 0]),
        np.array([3e38, -3e38], dtype=np.float32),
    ):
        shaped = shape(logits, SamplingConfig(temperature, top_k, top_p))
        assert shaped.dtype == np.float64
        assert np.isfinite(shaped).all()
        assert shaped.min() >= 0
        assert shaped.sum() == pytest.approx(1, abs=1e-12)
        if top_k:
            assert np.count_nonzero(shaped) <= top_k


def test_infinite_scores_and_equal_scores():
    np.testing.assert_array_equal(softmax(np.array([0, np.inf, 5])), [0, 1, 0])
    np.testing.assert_array_equal(softmax(np.array([np.inf, 1, np.inf])), [0.5, 0, 0.5])
    np.testing.assert_array_equal(softmax(np.array([-np.inf, 1, 1])), [0, 0.5, 0.5])
    np.testing.assert_array_equal(softmax(np.full(4, -np.inf)), np.full(4, 0.25))
    np.testing.assert_array_equal(shape(np.ones(4), SamplingConfig(top_k=2)), [0.5, 0.5, 0, 0])
    assert np.count_nonzero(keep_top_p(np.full(4, 0.25), 0.5)) == 2


def test_what_is_not_a_number_is_said():
    for temperature in (0.0, 1.0):
        with pytest.raises(UserError, match="not numbers"):
            softmax(np.array([1.0, np.nan]), temperature)
    with pytest.raises(ValueError, match="shape"):
        softmax(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="shape"):
        softmax(np.zeros(0))


def test_shaping_does_not_write_into_what_it_is_given():
    logits = random_logits()
    logits.flags.writeable = False
    shape(logits, SamplingConfig(0.7, 40, 0.9))
    probabilities = softmax(logits)
    probabilities.flags.writeable = False
    keep_top_k(probabilities, 5)
    keep_top_p(probabilities, 0.5)


def test_best_by_sorting_everything():
    rng = np.random.default_rng(4)
    for n in (0, 1, 3, 50, 60, 100):
        values = rng.integers(0, 9, 60).astype(np.float64)
        expected = sorted(range(60), key=lambda i: (-values[i], i))[:n]
        assert best(values, n).tolist() == expected
    assert best(np.array([-np.inf, np.inf, 0.0]), 3).tolist() == [1, 2, 0]


def test_pick_lays_the_probabilities_end_to_end_in_the_order_of_ids():
    probabilities = np.array([0, 0.25, 0, 0.5, 0.25, 0])
    places = [0, 0.2499, 0.25, 0.7499, 0.75, np.nextafter(1, 0)]
    assert [pick(probabilities, u) for u in places] == [1, 1, 3, 3, 4, 4]
    with pytest.raises(ValueError, match="sum to 1"):
        pick(np.zeros(3), 0.5)
    with pytest.raises(ValueError, match="sum to 1"):
        pick(np.array([np.nan, 1]), 0.5)


def test_pick_stays_inside_for_any_rounding():
    rng = np.random.default_rng(5)
    for _ in range(2_000):
        probabilities = rng.random(rng.integers(1, 40)) ** 8
        probabilities[rng.random(probabilities.size) < 0.3] = 0
        if probabilities.any():
            for u in (0.0, rng.random(), np.nextafter(1, 0)):
                assert probabilities[pick(probabilities, u)] > 0


def test_draws_follow_the_distribution():
    shaped = shape(random_logits(50, seed=2) / 4, SamplingConfig(1.3, top_k=20, top_p=0.95))
    n, rng = 20_000, np.random.default_rng(7)
    counts = np.bincount([draw(shaped, rng) for _ in range(n)], minlength=50)
    kept = shaped > 0
    assert counts[~kept].sum() == 0
    chi_square = ((counts - n * shaped)[kept] ** 2 / (n * shaped[kept])).sum()
    freedom = kept.sum() - 1
    # Wilson and Hilferty: the 99.9 % point of chi-square for this freedom.
    limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * math.sqrt(2 / (9 * freedom))) ** 3
    assert 0 < chi_square < limit


def test_the_same_seed_draws_the_same():
    shaped = softmax(random_logits())
    first, again = (np.random.default_rng(3) for _ in range(2))
    assert [draw(shaped, first) for _ in range(50)] == [draw(shaped, again) for _ in range(50)]


def test_entropy_by_hand():
    assert entropy_bits(np.array([0.5, 0.25, 0.125, 0.125])) == 1.75
    assert entropy_bits(np.array([0, 1.0, 0])) == 0
    assert entropy_bits(np.full(8, 1 / 8)) == pytest.approx(3, abs=1e-15)


def test_the_mark_of_the_end_is_known_among_the_candidates():
    made = predict(np.arange(4.0), str, str, SamplingConfig(), end_of_text=2)
    assert [one.ends for one in made.candidates] == [False, True, False, False]
    assert not any(
        one.ends for one in predict(np.arange(4.0), str, str, SamplingConfig()).candidates
    )


def test_prediction_by_hand():
    prediction = predict(LOGITS, "t{}".format, "l{}".format, SamplingConfig(top_k=3), top=2)
    first, second = prediction.candidates
    assert (first.id, first.text, first.label) == (1, "t1", "l1")
    assert first.logit == pytest.approx(math.log(8))
    assert (first.raw, first.probability) == (pytest.approx(8 / 16), pytest.approx(8 / 14))
    assert (second.id, second.probability) == (3, pytest.approx(4 / 14))
    assert (prediction.n_others, prediction.others) == (3, pytest.approx(2 / 14))
    assert prediction.n_kept == 3
    assert prediction.entropy_bits == pytest.approx(1.875)  # of the raw distribution


@pytest.mark.parametrize("top", [1, 20, 996, 997, 5_000])
@pytest.mark.parametrize(
    "sampling", [SamplingConfig(), SamplingConfig(0.5, 40, 0.9), SamplingConfig(0)]
)
def test_candidates_and_others_are_everything(top, sampling):
    logits = random_logits()
    prediction = predict(logits, str, str, sampling, top)
    total = math.fsum(c.probability for c in prediction.candidates) + prediction.others
    assert total == pytest.approx(1, abs=1e-12)
    assert len(prediction.candidates) + prediction.n_others == 997
    ranking = [(-c.raw, c.id) for c in prediction.candidates]
    assert ranking == sorted(ranking)
    assert prediction.candidates[0].logit == logits.max()
