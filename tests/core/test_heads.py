from __future__ import annotations

import numpy as np
import pytest

from core.heads import habit

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


def test_nothing_repeated_is_no_copy():
    pattern = np.eye(4, k=-1, dtype=np.float32)
    pattern[0, 0] = 1
    assert habit(pattern, np.arange(4)) == "mostly looks one token back (1.00)"
