import math

import numpy as np
import pytest

from core.config import SamplingConfig
from core.dice import line, roll, spread
from core.sampling import draw, pick, picks, shape


def shaped(n=60, seed=2, sampling=None):
    logits = np.random.default_rng(seed).normal(0, 2, n).astype(np.float32)
    return shape(logits, sampling or SamplingConfig(1.2, top_k=30, top_p=0.95))


def test_the_rolls_are_those_of_the_dice_that_write():
    probabilities = shaped()
    rng = np.random.default_rng(7)
    expected = [draw(probabilities, rng) for _ in range(40)]
    assert roll(probabilities, 7, 40).ids.tolist() == expected
    again = [*roll(probabilities, 7, 15).ids, *roll(probabilities, 7, 25, n_thrown=15).ids]
    assert again == expected


def test_the_first_rolls_are_what_the_model_writes(tiny_model):
    """Roll, append, roll on: the same seed gives the same text as `generate`."""
    sampling, text = SamplingConfig(1.3, top_k=50, top_p=0.9), "They walked"
    written = list(tiny_model.generate(text, sampling, seed=5, n_tokens=6))
    ids = tiny_model.tokenizer.ids(text)
    for n_thrown, token in enumerate(written):
        logits = tiny_model.trace_ids(ids).logits[-1]
        rolled = roll(shape(logits, sampling), 5, 1, n_thrown)
        assert rolled.ids.tolist() == [token]
        ids.append(token)


def test_a_roll_lies_on_its_token_s_stretch_of_the_line():
    probabilities = shaped()
    ends = line(probabilities)
    assert ends[-1] == 1
    rolled = roll(probabilities, 3, 500)
    for number, token in zip(rolled.numbers, rolled.ids, strict=True):
        assert (ends[token - 1] if token else 0) <= number < ends[token]
        assert pick(probabilities, number) == token
    np.testing.assert_array_equal(picks(probabilities, rolled.numbers), rolled.ids)


def test_ten_thousand_rolls_follow_the_bars():
    """Pearson's chi-square, over tokens that are expected at least five times, and all others."""
    probabilities, n = shaped(400, seed=9), 10_000
    counts = roll(probabilities, 1, n).counts(400)
    assert counts.sum() == n
    assert counts[probabilities == 0].sum() == 0
    alone = n * probabilities >= 5
    expected = np.append(n * probabilities[alone], n * probabilities[~alone].sum())
    seen = np.append(counts[alone], counts[~alone].sum())
    seen, expected = seen[expected > 0], expected[expected > 0]
    chi_square, freedom = ((seen - expected) ** 2 / expected).sum(), len(seen) - 1
    # Wilson and Hilferty: the 99.9 % and 0.1 % points of chi-square for this freedom.
    low, high = (
        freedom * (1 - 2 / (9 * freedom) + z * math.sqrt(2 / (9 * freedom))) ** 3
        for z in (-3.09, 3.09)
    )
    assert freedom > 10
    assert low < chi_square < high


@pytest.mark.parametrize("sampling", [SamplingConfig(0), SamplingConfig(1, top_p=0)])
def test_without_a_choice_every_roll_is_the_likeliest(sampling):
    probabilities = shaped(sampling=sampling)
    assert set(roll(probabilities, 1, 100).ids) == {int(np.argmax(probabilities))}


def test_the_usual_distance_from_what_is_expected():
    assert spread(0.25, 100) == (25, math.sqrt(18.75))
    assert spread(0, 100) == (0, 0)
    assert spread(1, 100) == (100, 0)
    # Seen: of many hundreds of rolls, two thirds are within one such distance.
    probabilities = np.array([0.7, 0.3])
    counts = np.array([roll(probabilities, seed, 100).counts(2)[1] for seed in range(600)])
    mean, deviation = spread(0.3, 100)
    assert counts.mean() == pytest.approx(mean, abs=0.8)
    assert counts.std() == pytest.approx(deviation, rel=0.1)
