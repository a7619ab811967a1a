from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.token_contexts import OFTEN, REACH, company, shared_frames

END, THE, A, DOG, CAT, RAN, SLEPT, IS, CALLED, PUPPY, KITTEN, YOUNG = range(12)


def text(*documents):
    return np.array([token for document in documents for token in (*document, END)], dtype=np.int64)


IDS = text(
    (A, DOG, IS, CALLED, A, PUPPY),
    (A, CAT, IS, CALLED, A, KITTEN),
    (A, DOG, IS, CALLED, A, PUPPY, RAN),
    (THE, PUPPY, SLEPT),
    (THE, KITTEN, RAN),
    (PUPPY, IS, A, YOUNG, DOG),
    (KITTEN, IS, A, YOUNG, CAT),
    (THE, DOG, RAN, THE, CAT, RAN, THE, DOG, SLEPT),
)


def frames(found):
    return [(one.before, one.after, one.n_first, one.n_second) for one in found]


def test_what_stands_around_both_is_found_before_and_after_them():
    found = shared_frames(IDS, PUPPY, KITTEN, most=2, end=END)
    assert set(frames(found)) == {((IS, CALLED, A), (), 2, 1), ((), (IS, A, YOUNG), 1, 1)}
    assert {one.before: one.n_all for one in found} == {(IS, CALLED, A): 3, (): 2}
    assert frames(shared_frames(IDS, PUPPY, KITTEN, most=1, end=END)) == frames(found)[:1]


def test_shorter_frames_come_where_there_are_not_enough_longer_ones_and_are_no_part_of_those():
    found = shared_frames(IDS, PUPPY, KITTEN, most=99, end=END)
    lengths = list(map(len, found))
    assert lengths == sorted(lengths, reverse=True)
    assert ((THE,), (), 1, 1) in frames(found)
    for at, one in enumerate(found):
        assert not any(one.lies_in(longer) for longer in found[:at])
    assert not any(before == (CALLED, A) and not after for before, after, *_ in frames(found))


def test_no_frame_goes_beyond_the_end_of_a_document():
    for end, expected in ((None, True), (END, False)):
        found = shared_frames(IDS, PUPPY, KITTEN, most=99, end=end)
        assert any(END in one.before + one.after for one in found) == expected


def test_tokens_that_share_nothing_or_are_not_there():
    assert shared_frames(IDS, SLEPT, CALLED, end=END) == []
    assert shared_frames(IDS, PUPPY, 99, end=END) == []
    assert shared_frames(np.zeros(0, dtype=np.int64), 1, 2) == []


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_weights_are_those_of_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 6, 400)
    first, second = 2, 5
    found = shared_frames(ids, first, second, most=1000, end=0)
    assert {(len(one.before), len(one.after)) for one in found} >= {(3, 0), (2, 1), (1, 2), (0, 3)}
    for one in found:
        n, m = len(one.before), len(one.after)
        assert 0 not in one.before + one.after
        around = Counter(
            int(ids[at])
            for at in range(n, len(ids) - m)
            if tuple(ids[at - n : at].tolist()) == one.before
            and tuple(ids[at + 1 : at + 1 + m].tolist()) == one.after
        )
        times = around[first], around[second]
        assert (one.n_first, one.n_second, one.n_all) == (*times, around.total())
        lifts = [
            n * len(ids) / ((ids == token).sum() * around.total())
            for n, token in zip(times, (first, second), strict=True)
        ]
        assert one.weight == pytest.approx(math.log(min(lifts)) * math.log(1 + min(times)))
        assert one.weight > 0
    for before, after in pairwise(found):
        assert (len(before), before.weight) >= (len(after), after.weight)


def test_large_vocabularies_fit():
    ids = np.array([50_000, 49_999, 50_256, 7, 50_000, 49_999, 50_256, 8], dtype=np.int64)
    assert frames(shared_frames(ids, 7, 8, most=1)) == [((50_000, 49_999, 50_256), (), 1, 1)]


# --- company


def test_what_stands_near_a_token_more_often_than_by_chance_is_its_company():
    far = tuple(np.random.default_rng(0).integers(20, 60, 4000).tolist())
    ids = text(far, *[(THE, DOG, IS, YOUNG), (THE, CAT, RAN)] * 20, far)
    found = company(ids, DOG, end=END)
    assert [one.id for one in found] == [IS, YOUNG, THE]
    assert company(ids, DOG, most=1, end=END) == found[:1]
    among = np.ones(60, dtype=np.bool_)
    among[IS] = False
    assert company(ids, DOG, end=END, among=among) == found[1:]
    assert CAT in [one.id for one in company(ids, DOG)]  # a document has no end then


@pytest.mark.parametrize("seed", range(3))
def test_companions_are_counted_as_by_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    ids = np.where(rng.random(30_000) < 0.003, 7, rng.integers(8, 400, 30_000))
    ids[np.flatnonzero(ids == 7)[:-1:2] + 3] = 5
    ids[rng.integers(0, len(ids), 200)] = 0
    near = set()
    for at in np.flatnonzero(ids == 7).tolist():
        for step in (-1, 1):
            there = at + step
            while 0 <= there < len(ids) and abs(there - at) <= REACH and ids[there] != 0:
                near.add(there)
                there += step
    near = {at for at in near if ids[at] != 7}
    near_ids = Counter(int(ids[at]) for at in near)
    found = company(ids, 7, most=1000, end=0)
    assert found[0].id == 5
    for one in found:
        assert one.n_near == near_ids[one.id]
        assert one.expected == pytest.approx((ids == one.id).sum() * len(near) / len(ids))
    told = {one.id for one in found}
    for token_id, n in near_ids.items():
        expected = (ids == token_id).sum() * len(near) / len(ids)
        assert (token_id in told) == (n >= max(OFTEN * expected, 2))
    worth = [one.n_near * math.log(one.n_near / one.expected) for one in found]
    assert worth == sorted(worth, reverse=True)


def test_what_stands_everywhere_or_nowhere_has_no_company():
    ids = np.random.default_rng(0).integers(0, 30, 5000)
    assert company(ids, 3) == []
    assert company(ids, 99) == []
    assert company(np.zeros(0, dtype=np.int64), 1) == []
    assert company(np.array([1, 2, 1, 2], dtype=np.int64), 9) == []
