"""Before and after, against softmax by hand; and columns that add up as they are printed."""

import numpy as np
import pytest

from core.errors import UserError
from core.shifts import WHOLE, shifts


def by_hand(logits):
    powers = np.exp(logits.astype(np.float64) - logits.max())
    return powers / powers.sum()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n_vocabulary", [3, 8, 9, 400])
def test_rows_are_the_likeliest_of_either_and_columns_add_up(seed, n_vocabulary):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 4, (2, n_vocabulary)).astype(np.float32)
    before, after = map(by_hand, logits)
    found = shifts(*logits, str)
    expected = sorted(range(n_vocabulary), key=lambda one: -max(before[one], after[one]))[:8]
    assert sorted(row.id for row in found.rows) == sorted(expected)
    assert [row.after for row in found.rows] == sorted(row.after for row in found.rows)[::-1]
    for row in found.rows:
        np.testing.assert_allclose((row.before, row.after), (before[row.id], after[row.id]))
        assert row.label == str(row.id)
    ids = [row.id for row in found.rows]
    assert found.n_others == n_vocabulary - len(ids)
    rest = [np.delete(one, ids).sum() for one in (before, after)]
    np.testing.assert_allclose(found.others, rest, atol=1e-12)
    for side, exact in enumerate((before, after)):
        shown = [row.shown[side] for row in found.rows]
        assert sum(shown) + found.others_shown[side] == WHOLE == 10_000
        assert np.abs(np.array(shown) - 10_000 * exact[ids]).max() < 1
        assert found.others_shown[side] >= 0
        assert abs(found.others_shown[side] - 10_000 * rest[side]) < 1


def test_the_same_scores_shift_nothing():
    logits = np.array([3.0, 1.0, 2.0], np.float32)
    found = shifts(logits, logits, str)
    assert [row.id for row in found.rows] == [0, 2, 1]
    assert all(row.shown[0] == row.shown[1] for row in found.rows)
    assert found.n_others == 0
    assert found.others == (0.0, 0.0)


def test_the_end_of_the_text_is_marked_and_broken_scores_are_said():
    found = shifts(np.zeros(3), np.array([0.0, 0.0, 1.0]), str, end_of_text=2)
    assert [row.ends for row in found.rows] == [True, False, False]
    with pytest.raises(UserError, match="not numbers"):
        shifts(np.zeros(3), np.array([0.0, np.nan, 1.0]), str)
