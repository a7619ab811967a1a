"""The encodings of positions, against loops in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.positions import cosines, sinusoidal
from core.tracing import Cancelled


@pytest.mark.parametrize(("n_positions", "width"), [(1, 2), (50, 8), (17, 7), (1024, 6)])
def test_the_papers_formula_by_hand(n_positions, width):
    table = sinusoidal(n_positions, width)
    assert table.shape == (n_positions, width)
    assert table.dtype == np.float32
    for pos in {0, 1, n_positions // 2, n_positions - 1} & set(range(n_positions)):
        for number in range(width):
            angle = pos / 10_000 ** ((number - number % 2) / width)
            wanted = math.cos(angle) if number % 2 else math.sin(angle)
            assert table[pos, number] == pytest.approx(wanted, abs=1e-6)


def test_a_step_in_place_is_the_same_turn_wherever_it_is_made():
    """What the paper chose it for: PE(pos + k) is a fixed linear function of PE(pos)."""
    alike = cosines(sinusoidal(40, 16))
    for step in (1, 7):
        assert np.ptp(np.diagonal(alike, step)) < 1e-5


def test_cosines_by_hand():
    vectors = np.random.default_rng(2).normal(size=(300, 5)).astype(np.float32)
    vectors[7] = 0
    found = cosines(vectors)
    rows = vectors.tolist()
    for a, b in ((0, 0), (3, 250), (299, 131), (128, 127)):
        dot = math.fsum(x * y for x, y in zip(rows[a], rows[b], strict=True))
        wanted = dot / (math.hypot(*rows[a]) * math.hypot(*rows[b]))
        assert found[a, b] == pytest.approx(wanted, abs=1e-6)
    assert not found[7].any()
    assert np.abs(found).max() <= 1


def test_cosines_can_be_called_off():
    answers = iter((False, True))
    with pytest.raises(Cancelled):
        cosines(np.ones((300, 2)), lambda: next(answers))
