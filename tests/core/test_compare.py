import math

import numpy as np
import pytest

from core.compare import MISSING, Matching, Side, difference, kl_bits, total_variation
from core.tokenizer import Tokenizer


def two(n=9, seed=0):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(n, 0.4)), rng.dirichlet(np.full(n, 0.4))


def test_the_distances_are_the_textbooks():
    p, q = two()
    expected = sum(a * math.log2(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True))
    assert kl_bits(p, q) == pytest.approx(expected, abs=1e-12)
    moved = sum(max(a - b, 0) for a, b in zip(p.tolist(), q.tolist(), strict=True))
    assert total_variation(p, q) == pytest.approx(moved, abs=1e-12)
    assert kl_bits(p, q) != pytest.approx(kl_bits(q, p), abs=1e-3)
    assert total_variation(p, q) == total_variation(q, p)


def test_alike_and_nothing_in_common():
    p = np.array([0.5, 0.5, 0, 0])
    assert (kl_bits(p, p), total_variation(p, p)) == (0, 0)
    assert (kl_bits(p, p[::-1]), total_variation(p, p[::-1])) == (math.inf, 1)
    half = np.array([0.25, 0.25, 0.25, 0.25])
    assert kl_bits(p, half) == pytest.approx(1)
    assert kl_bits(half, p) == math.inf


class Named:
    """A vocabulary of which only the names are asked for."""

    end_of_text = 0

    def label(self, token_id):
        return f"w{token_id}"


def compared(p, q, order, n):
    tokenizer = Named()
    return difference(Side(p, tokenizer), Side(q, tokenizer), Matching.same(len(p)), order, n)


@pytest.mark.parametrize("order", ["first", "second", "change"])
def test_rows_are_the_largest_and_the_rest_adds_up(order):
    p, q = two()
    found = compared(p, q, order, 4)
    rows = found.shifts.rows
    worth = {"first": p, "second": q, "change": np.abs(p - q)}[order]
    expected = np.argsort(-worth)[:4].tolist()
    assert [row.id for row in rows] == expected
    assert found.pairs == tuple((i, i) for i in expected)
    for row in rows:
        assert (row.before, row.after) == (p[row.id], q[row.id])
        assert (row.label, row.ends, row.absent) == (f"w{row.id}", row.id == 0, (False, False))
        for shown, exact in zip(row.shown, (row.before, row.after), strict=True):
            assert abs(shown - 10_000 * exact) < 1
    assert found.shifts.n_others == 5
    for side, others in enumerate(found.shifts.others):
        name = ("before", "after")[side]
        assert others + sum(getattr(row, name) for row in rows) == pytest.approx(1)
        total = found.shifts.others_shown[side] + sum(row.shown[side] for row in rows)
        assert total == 10_000
    assert found.total_variation == total_variation(p, q)
    assert found.kl_bits == kl_bits(p, q)
    assert found.kl_back_bits == kl_bits(q, p)


def test_more_rows_than_tokens():
    found = compared(*two(3), "first", 10).shifts
    assert (len(found.rows), found.n_others, found.others) == (3, 0, (0, 0))
    assert found.others_shown == (0, 0)


@pytest.fixture(scope="module")
def vocabularies():
    one = Tokenizer.train(["the river bank the river bank the bank"] * 9, 270)
    other = Tokenizer.train(["money money in the bank money"] * 9, 268)
    return one, other


def test_other_vocabularies_are_matched_by_their_bytes(vocabularies):
    one, other = vocabularies
    matching = Matching.of(one, other)
    pairs = list(zip(matching.first_ids.tolist(), matching.second_ids.tolist(), strict=True))
    assert sorted(a for a, _ in pairs if a != MISSING) == list(range(one.vocab_size))
    assert sorted(b for _, b in pairs if b != MISSING) == list(range(other.vocab_size))
    assert (one.end_of_text, other.end_of_text) in pairs
    for a, b in pairs:
        if MISSING not in (a, b):
            assert one.raw(a) == other.raw(b)
    spelt = {one.raw(i) for i in range(one.vocab_size)}
    only = {other.raw(b) for a, b in pairs if a == MISSING}
    assert only == {other.raw(i) for i in range(other.vocab_size)} - spelt
    assert only
    assert matching.n_shared == len(pairs) - pairs.count(MISSING) - sum(
        MISSING in pair for pair in pairs
    )


def test_a_token_that_only_one_knows_has_no_probability_with_the_other(vocabularies):
    one, other = vocabularies
    p = np.full(one.vocab_size, 1 / one.vocab_size)
    q = np.zeros(other.vocab_size)
    known = {one.raw(i) for i in range(one.vocab_size)}
    own = next(i for i in range(other.vocab_size) if other.raw(i) not in known)
    q[own] = 1
    found = difference(Side(p, one), Side(q, other), Matching.of(one, other), "second", 2)
    row = found.shifts.rows[0]
    assert found.pairs[0] == (MISSING, own)
    assert (row.id, row.label, row.absent) == (own, other.label(own), (True, False))
    assert (row.before, row.after) == (0, 1)
    assert found.total_variation == pytest.approx(1)
    assert (found.kl_bits, found.kl_back_bits) == (math.inf, math.inf)
    found = difference(Side(q, other), Side(p, one), Matching.of(other, one), "first", 2)
    assert found.pairs[0] == (own, MISSING)
    assert found.shifts.rows[0].absent == (False, True)


def test_a_vocabulary_with_itself(vocabularies):
    one, _ = vocabularies
    matching = Matching.of(one, one)
    assert (matching.first_ids == matching.second_ids).all()
    assert len(matching.first_ids) == one.vocab_size == matching.n_shared
