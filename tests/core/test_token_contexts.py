from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.token_contexts import Shared, shared_before

END, THE, A, DOG, CAT, RAN, SLEPT, IS, CALLED, PUPPY, KITTEN = range(11)


def text(*documents):
    return np.array([token for document in documents for token in (*document, END)], dtype=np.int64)


IDS = text(
    (A, DOG, IS, CALLED, A, PUPPY),
    (A, CAT, IS, CALLED, A, KITTEN),
    (A, DOG, IS, CALLED, A, PUPPY, RAN),
    (THE, PUPPY, SLEPT),
    (THE, KITTEN, RAN),
    (PUPPY,),
    (KITTEN,),
)


def test_the_longest_that_both_share_come_first():
    assert shared_before(IDS, PUPPY, KITTEN, end=END) == [
        Shared((IS, CALLED, A), 2, 1),
        Shared((THE,), 1, 1),
    ]
    assert shared_before(IDS, PUPPY, KITTEN, most=1, end=END) == [Shared((IS, CALLED, A), 2, 1)]


def test_no_context_goes_beyond_the_end_of_a_document():
    for end, expected in ((None, True), (END, False)):
        found = shared_before(IDS, PUPPY, KITTEN, most=99, end=end)
        assert any(END in one.before for one in found) == expected


def test_tokens_that_share_nothing_or_are_not_there():
    assert shared_before(IDS, RAN, IS, end=END) == []
    assert shared_before(IDS, PUPPY, 99, end=END) == []
    assert shared_before(np.zeros(0, dtype=np.int64), 1, 2) == []


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 6, 400)
    first, second = 2, 5
    found = shared_before(ids, first, second, most=1000, end=0)
    for one in found:
        n = len(one.before)
        assert 0 not in one.before
        windows = Counter(
            (tuple(ids[at - n : at].tolist()), int(ids[at])) for at in range(n, len(ids))
        )
        assert (one.n_first, one.n_second) == (
            windows[one.before, first],
            windows[one.before, second],
        )
    triples = {
        tuple(ids[at - 3 : at].tolist()): None for at in range(3, len(ids)) if ids[at] == first
    }
    both = {
        tuple(ids[at - 3 : at].tolist())
        for at in range(3, len(ids))
        if ids[at] == second and tuple(ids[at - 3 : at].tolist()) in triples
    }
    assert {one.before for one in found if len(one.before) == 3} == {b for b in both if 0 not in b}
    least = [min(one.n_first, one.n_second) for one in found if len(one.before) == 3]
    assert least == sorted(least, reverse=True)


def test_large_vocabularies_fit():
    ids = np.array([50_000, 49_999, 50_256, 7, 50_000, 49_999, 50_256, 8], dtype=np.int64)
    assert shared_before(ids, 7, 8) == [Shared((50_000, 49_999, 50_256), 1, 1)]
