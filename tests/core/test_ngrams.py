import math
from collections import Counter

import numpy as np
import pytest

from core.errors import UserError
from core.ngrams import NGram, fit


def markov_text(n: int, vocab_size: int, seed: int = 0) -> np.ndarray:
    """Tokens whose distribution depends on the one before, most of it on two or three tokens."""
    rng = np.random.default_rng(seed)
    table = rng.dirichlet(np.full(vocab_size, 0.1), size=vocab_size).cumsum(axis=1)
    ids = np.zeros(n, dtype=np.int64)
    for t in range(1, n):
        ids[t] = min(np.searchsorted(table[ids[t - 1]], rng.random()), vocab_size - 1)
    return ids


def by_the_book(text: list[int], vocab_size: int, order: int):
    """Chen & Goodman's equations with dictionaries, one probability at a time."""
    counts = {order: Counter(tuple(text[i : i + order]) for i in range(len(text) - order + 1))}
    for n in range(order - 1, 0, -1):
        counts[n] = Counter(gram[1:] for gram in counts[n + 1])
    discounts = {}
    for n, counted in counts.items():
        times = Counter(counted.values())
        n1, n2, n3, n4 = (times[k] for k in (1, 2, 3, 4))
        assert min(n1, n2, n3) > 0, "the example is too short for the estimate"
        y = n1 / (n1 + 2 * n2)
        d = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
        assert min(d) > 0.1, "the example runs into the limit"
        discounts[n] = d

    def probability(token: int, context: tuple[int, ...]) -> float:
        n = len(context) + 1
        shorter = probability(token, context[1:]) if context else 1 / vocab_size
        seen = {gram[-1]: c for gram, c in counts[n].items() if gram[:-1] == context}
        if not seen:
            return shorter
        given = {w: discounts[n][min(c, 3) - 1] for w, c in seen.items()}
        total = sum(seen.values())
        share = (seen[token] - given[token]) / total if token in seen else 0
        return share + sum(given.values()) / total * shorter

    return probability


@pytest.mark.parametrize("order", [1, 2, 3])
def test_it_is_the_textbooks_kneser_ney(order):
    vocab_size = 29
    rng = np.random.default_rng(order)
    # Tokens of very different frequency, so that there are counts of 1, 2, 3 and 4 at all levels.
    text = rng.choice(
        vocab_size - 2, size=140, p=np.arange(1, 28)[::-1] ** 3 / (np.arange(1, 28) ** 3).sum()
    )
    model, book = fit(text, vocab_size, order), by_the_book(text.tolist(), vocab_size, order)
    contexts = [text[i : i + order - 1] for i in range(0, 40, 7)]
    contexts += [np.full(order - 1, 28), np.array([28, text[5]])[: order - 1]]
    for context in contexts:
        expected = [book(token, tuple(context.tolist())) for token in range(vocab_size)]
        np.testing.assert_allclose(model.probabilities(context), expected, atol=1e-12)


def test_unigrams_by_hand():
    # Counts 3, 2, 1 and 0. Nothing was seen four times: three counts are given up.
    text = [0, 0, 0, 1, 1, 2]
    y = 1 / (1 + 2)
    d1, d2 = 1 - 2 * y, 2 - 3 * y  # 1/3 and 1
    handed_down = (d1 + d2 + 3) / 6
    expected = [
        (3 - 3) / 6 + handed_down / 4,
        (2 - d2) / 6 + handed_down / 4,
        (1 - d1) / 6 + handed_down / 4,
        handed_down / 4,
    ]
    model = fit(text, vocab_size=4, order=1)
    np.testing.assert_allclose(model.probabilities([]), expected, atol=1e-15)
    assert model.loss([3]) == pytest.approx(-math.log(handed_down / 4))


def test_bigrams_by_hand():
    # a b a b a c: ab twice, ba twice, ac once. No pair was seen three times: half a count each.
    model = fit([0, 1, 0, 1, 0, 2], vocab_size=3, order=2)
    # Each of b, c, a has followed one kind of token: continuation counts 1, 1, 1, half handed down.
    np.testing.assert_allclose(model.probabilities([]), np.full(3, 1 / 3), atol=1e-15)
    # After a: b 2, c 1; half a count of both is 1 of 3 counts, spread evenly over the three.
    np.testing.assert_allclose(
        model.probabilities([0]), [1 / 9, 1.5 / 3 + 1 / 9, 0.5 / 3 + 1 / 9], atol=1e-15
    )
    np.testing.assert_array_equal(model.probabilities([2]), model.probabilities([]))
    np.testing.assert_array_equal(model.probabilities([1, 2, 0]), model.probabilities([0]))


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def model(request) -> NGram:
    return fit(markov_text(4_000, 23), vocab_size=31, order=request.param)


def contexts(seed: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 31, rng.integers(0, 6)) for _ in range(60)]


def test_probabilities_sum_to_one_and_nothing_is_impossible(model):
    for context in contexts():
        probabilities = model.probabilities(context)
        assert probabilities.shape == (31,)
        assert probabilities.dtype == np.float64
        assert probabilities.sum() == pytest.approx(1, abs=1e-12)
        assert probabilities.min() > 0


def test_surprises_and_loss_are_those_of_the_probabilities(model):
    rng = np.random.default_rng(2)
    text = np.concatenate([markov_text(150, 23, seed=0), rng.integers(0, 31, 50)])
    expected = [-math.log(model.probabilities(text[:t])[text[t]]) for t in range(len(text))]
    np.testing.assert_allclose(model.surprises(text), expected, atol=1e-12)
    assert model.loss(text) == pytest.approx(np.mean(expected), abs=1e-12)
    assert model.loss(text[:1]) == pytest.approx(expected[0])
    assert model.surprises([]).shape == (0,)


def test_looking_further_back_helps_where_it_can_and_hurts_little_where_not():
    text = markov_text(60_000, 40)
    train, held_out = text[:50_000], text[50_000:]
    one, two, three = (fit(train, 40, order).loss(held_out) for order in (1, 2, 3))
    # What one token before the next leaves open, estimated from the text itself.
    pairs = Counter(zip(text[:-1].tolist(), text[1:].tolist(), strict=True))
    firsts = Counter(text[:-1].tolist())
    floor = -sum(c * math.log(c / firsts[a]) for (a, _), c in pairs.items()) / (len(text) - 1)
    assert one > two + 0.5
    assert two == pytest.approx(floor, abs=0.05)
    assert two - 0.05 < three < two + 0.05


def test_a_text_in_a_circle_is_almost_no_surprise():
    text = np.tile(np.arange(50), 200)
    assert fit(text, 50, 3).loss(text) < 0.1
    assert fit(text, 50, 1).loss(text) == pytest.approx(math.log(50), abs=1e-3)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.int64])
def test_any_whole_numbers_will_do(dtype):
    text = markov_text(500, 23)
    reference = fit(text.tolist(), 4096, 3)
    assert fit(text.astype(dtype), 4096, 3).loss(text.astype(dtype)) == reference.loss(text)


def test_the_text_is_left_as_it_was():
    text = markov_text(500, 23)
    text.flags.writeable = False
    fit(text, 23, 3).loss(text)


def test_a_text_of_one_ngram():
    for order in (1, 2, 3):
        model = fit([5, 1, 5][:order], 7, order)
        assert model.probabilities([5, 1, 5][: order - 1]).sum() == pytest.approx(1)


def test_bad_input():
    with pytest.raises(UserError, match="at least 3 tokens, not 2"):
        fit([1, 2], 5, 3)
    for vocab_size, order in ((5, 0), (0, 1), (2**32, 2)):
        with pytest.raises(UserError, match="cannot be counted"):
            fit([1, 2, 3], vocab_size, order)
    for wrong in ([0, 5], [-1, 2], [0.5, 1.5], [[1, 2]]):
        with pytest.raises(ValueError, match="ids"):
            fit(wrong, 5, 1)
        with pytest.raises(ValueError, match="ids"):
            fit([1, 2, 3], 5, 1).probabilities(wrong)
    with pytest.raises(ValueError, match="no tokens"):
        fit([1, 2, 3], 5, 1).loss([])


def test_steps_are_the_counts_of_a_dictionary_and_add_up(model):
    text = markov_text(4_000, 23).tolist()
    grams = {model.order: Counter(zip(*(text[k:] for k in range(model.order)), strict=False))}
    for n in range(model.order - 1, 0, -1):
        grams[n] = Counter(gram[1:] for gram in grams[n + 1])
    for context in contexts():
        probabilities = model.probabilities(context)
        for token in (0, 7, 22, 30):
            steps = model.steps(context, token)
            assert [step.n for step in steps] == list(range(1, model.n_seen(context) + 2))
            shorter = 1 / 31
            for step in steps:
                before = tuple(context[len(context) - step.n + 1 :].tolist())
                follows = {gram: c for gram, c in grams[step.n].items() if gram[:-1] == before}
                assert step.count == follows.get((*before, token), 0)
                assert step.total == sum(follows.values())
                assert step.shorter == shorter
                shorter = step.share + step.handed_down * step.shorter
                assert step.probability == shorter
            assert shorter == pytest.approx(probabilities[token], abs=1e-15)


def test_it_looks_back_as_far_as_its_text_knows_the_context(model):
    text = markov_text(4_000, 23).tolist()
    known = {
        tuple(text[at : at + n])
        for n in range(model.order)
        for at in range(len(text) - n)  # something follows
    }

    def reach(before: list[int]) -> int:
        most = min(model.order - 1, len(before))
        return max(n for n in range(most + 1) if tuple(before[len(before) - n :]) in known)

    for ids in contexts():
        expected = [reach(ids[:t].tolist()) for t in range(len(ids))]
        assert model.reaches(ids).tolist() == expected
        assert model.n_seen(ids) == reach(ids.tolist())
        if len(ids) >= model.order - 1:
            last = tuple(ids[len(ids) - model.order + 1 :].tolist())
            starts = range(len(text) - model.order + 1)
            times = sum(tuple(text[at : at + model.order - 1]) == last for at in starts)
            assert model.times(ids) == times
    with pytest.raises(ValueError, match="looked at"):
        fit([1, 2, 3], 5, 3).times([1])
    assert model.reaches([]).tolist() == []
    assert model.n_seen([30]) == 0
