from __future__ import annotations

import numpy as np
import pytest

from core.heads import KINDS, habit, most_telling, places, scores

IDS = np.array([5, 8, 5, 7, 8, 5])


def looking(target) -> np.ndarray:
    """Rows that put 0.7 where `target` says and the rest on what else they may see, evenly."""
    n = len(IDS)
    pattern = np.tri(n)
    pattern[0] = 0
    pattern[0, 0] = 1
    for row in range(1, n):
        pattern[row, : row + 1] = 0.3 / row
        pattern[row, target(row)] = 0.7
    return pattern.astype(np.float32)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (lambda row: row - 1, "mostly looks one token back (0.70)"),
        (lambda row: row, "mostly looks at the token itself (0.70)"),
        (lambda row: 0, "mostly looks at the first token (0.70)"),
    ],
)
def test_a_habit_is_named_with_its_mean_weight(target, words):
    assert habit(looking(target), IDS) == words


def test_looking_at_any_earlier_copy_counts_only_where_there_is_one():
    pattern = np.zeros((6, 6), dtype=np.float32)
    pattern[:, 0] = 1
    pattern[4], pattern[5] = (0, 0.9, 0, 0.1, 0, 0), (0.3, 0, 0.4, 0.3, 0, 0)
    pattern[2] = (0.8, 0.1, 0.1, 0, 0, 0)
    pattern[1], pattern[3] = (0, 1, 0, 0, 0, 0), (0, 0, 0, 1, 0, 0)
    assert habit(pattern, IDS) == "mostly looks at earlier copies of the same token (0.80)"


def test_a_head_that_looks_everywhere_or_at_nearly_nothing_has_no_habit():
    even = np.tri(6) / np.arange(1, 7)[:, None]
    assert habit(even.astype(np.float32), IDS) == ""
    assert habit(np.ones((1, 1), dtype=np.float32), IDS[:1]) == ""
    assert habit(np.array([[1, 0], [1, 0]], dtype=np.float32), IDS[:2]) == ""


def test_what_is_seen_at_a_single_token_or_at_few_of_many_is_no_habit():
    ids = np.array([5, 8, 6, 7, 9, 4, 8])  # only the last token has an earlier copy
    pattern = np.tri(7) / np.arange(1, 8)[:, None]
    pattern[6] = np.eye(7)[2]
    assert scores(pattern, ids)["induction"] == 1
    assert habit(pattern.astype(np.float32), ids) == ""
    many = np.arange(40)
    many[10], many[20], many[30] = 0, 1, 2
    pattern = np.tri(40) / np.arange(1, 41)[:, None]
    for row, column in ((10, 0), (20, 1), (30, 2)):
        pattern[row] = np.eye(40)[column]
    assert scores(pattern, many)["copies"] == 1
    assert habit(pattern.astype(np.float32), many) == ""


def test_nothing_repeated_is_no_copy():
    pattern = np.eye(4, k=-1, dtype=np.float32)
    pattern[0, 0] = 1
    assert habit(pattern, np.arange(4)) == "mostly looks one token back (1.00)"


def rows_by_hand(pattern, ids):
    """The docstring's formulas in plain Python: the weight of each row that has such a place."""
    n = len(ids)
    cells = {
        "self": [[(t, t)] for t in range(1, n)],
        "previous": [[(t, t - 1)] for t in range(2, n)],
        "first": [[(t, 0)] for t in range(2, n)],
        "local": [[(t, s) for s in range(max(1, t - 3), t)] for t in range(2, n)],
        "copies": [[(t, s) for s in range(t) if ids[s] == ids[t]] for t in range(n)],
        "induction": [[(t, s) for s in range(1, t) if ids[s - 1] == ids[t]] for t in range(n)],
    }
    return {
        kind: [sum(float(pattern[cell]) for cell in row) for row in rows if row]
        for kind, rows in cells.items()
    }


@pytest.mark.parametrize("seed", range(8))
def test_scores_of_all_heads_at_once_are_the_formulas(seed):
    rng = np.random.default_rng(seed)
    n, n_kinds = [int(rng.integers(1, high)) for high in (15, 9)]
    ids = rng.integers(n_kinds, size=n)
    patterns = np.tril(rng.random((2, 3, n, n))).astype(np.float32)
    made = scores(patterns, ids)
    assert made.keys() == KINDS.keys()
    for layer in range(2):
        for head in range(3):
            for kind, rows in rows_by_hand(patterns[layer, head], ids).items():
                own = made[kind][layer, head]
                assert own == pytest.approx(sum(rows) / len(rows)) if rows else np.isnan(own)


def test_induction_looks_at_what_followed_an_earlier_copy():
    ids = np.array([4, 9, 6, 4, 9, 6])
    pattern = np.zeros((6, 6), dtype=np.float32)
    pattern[[0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 2, 3]] = 1
    assert scores(pattern, ids)["induction"] == 1
    assert (
        habit(pattern, ids)
        == "mostly looks at what followed earlier copies of the same token (1.00)"
    )


def test_a_doubled_token_is_not_its_own_follower():
    assert not places([7, 7])["induction"].any()
    assert np.argwhere(places([7, 7, 7])["induction"]).tolist() == [[2, 1]]


def test_nearby_is_named_where_nothing_more_exact_is_true():
    n = 12
    pattern = np.zeros((n, n), dtype=np.float32)
    for row in range(n):
        for column in (row - 1, row - 2, row - 3):
            pattern[row, max(column, 0)] += 1 / 3
    said = habit(pattern, np.arange(n))
    assert said.startswith("often looks at the last three tokens (0.9")
    assert said.endswith(" of its attention on average)")
    # One token that looks far back, more than any looks at a near one, makes it no "mostly".
    pattern[-1] = 0
    pattern[-1, 4] = 1
    assert pattern[-1, 4] == pattern[2:, 1:].max()
    mean = scores(pattern, np.arange(n))["local"]
    words = f"often looks at the last three tokens ({mean:.2f} of its attention on average)"
    assert habit(pattern, np.arange(n)) == words
    # The same weights on fewer tokens, evenly on all that can be seen: nothing to be named.
    assert habit((np.tri(5) / np.arange(1, 6)[:, None]).astype(np.float32), np.arange(5)) == ""


@pytest.mark.parametrize(("n_tokens", "is_said"), [(5, False), (7, False), (8, True), (12, True)])
def test_nearby_is_no_habit_in_a_text_that_is_hardly_longer(n_tokens, is_said):
    pattern = np.zeros((n_tokens, n_tokens), dtype=np.float32)
    for row in range(n_tokens):
        for column in (row - 1, row - 2, row - 3):
            pattern[row, max(column, 0)] += 1 / 3
    assert scores(pattern, np.arange(n_tokens))["local"] > 0.6
    said = habit(pattern, np.arange(n_tokens))
    assert ("last three tokens" in said) == is_said


def test_the_most_telling_head_is_that_in_which_the_last_token_looks_far_back_most():
    patterns = np.zeros((2, 3, 7, 7))
    patterns[..., 0] = 1.0  # all look at the first token, which says nothing
    patterns[0, 0, -1] = [0.1, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0]  # at a neighbour: little
    patterns[0, 1, -1] = [0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8]  # at itself: nothing either
    patterns[0, 2, 4] = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]  # not the last token
    patterns[1, 1, -1] = [0.4, 0.0, 0.0, 0.6, 0.0, 0.0, 0.0]
    patterns[1, 2, -1] = [0.1, 0.3, 0.3, 0.3, 0.0, 0.0, 0.0]
    assert most_telling(patterns) == (1, 1)


def test_in_a_short_text_the_neighbours_are_all_that_there_is():
    patterns = np.zeros((1, 2, 4, 4))
    patterns[0, 0, -1] = [0.7, 0.1, 0.2, 0.0]
    patterns[0, 1, -1] = [0.5, 0.0, 0.4, 0.1]
    assert most_telling(patterns) == (0, 1)
