"""Numbers as one says them."""

from __future__ import annotations

import pytest

from gui.plain_numbers import times


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "1.0"),
        (1.78, "1.8"),
        (9.99, "10"),
        (22.8, "23"),
        (123, "120"),
        (999.6, "1.0 thousand"),
        (1500, "1.5 thousand"),
        (268_914_811, "270 million"),
        (9.96e8, "1.0 billion"),
        (3.2e12, "3.2 trillion"),
        (1e40, "more than a thousand trillion"),
    ],
)
def test_how_many_times(value, said):
    assert times(value) == said
