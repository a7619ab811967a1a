import numpy as np
import pytest

from core import surprise
from core.errors import UserError
from core.surprise import surprises
from core.tracing import Cancelled


def by_hand(logits, ids):
    """One token at a time, in float64."""
    found = []
    for t in range(1, len(ids)):
        weights = np.exp(logits[t - 1].astype(np.float64))
        found.append(-np.log2(weights[ids[t]] / weights.sum()))
    return found


@pytest.fixture
def text():
    rng = np.random.default_rng(0)
    return rng.normal(0, 3, (11, 7)).astype(np.float32), rng.integers(0, 7, 11)


def test_they_are_the_softmaxes_logarithms(text):
    np.testing.assert_allclose(surprises(*text), by_hand(*text), atol=1e-5)


def test_few_rows_at_a_time_and_a_later_start_change_nothing(text, monkeypatch):
    whole = surprises(*text)
    monkeypatch.setattr(surprise, "_AT_ONCE", 15)
    np.testing.assert_allclose(surprises(*text), whole, atol=1e-12)
    np.testing.assert_allclose(surprises(*text, first=4), whole[3:], atol=1e-12)


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_foretells_the_first_token(text, n):
    logits, ids = text
    assert surprises(logits[:n], ids[:n]).shape == (0,)


def test_certainty_is_no_surprise_and_never_less():
    logits = np.array([[200.0, 0.0], [0.0, 0.0]], np.float32)
    assert surprises(logits, np.array([0, 0])).tolist() == [0.0]
    assert surprises(logits, np.array([0, 1]))[0] == pytest.approx(200 / np.log(2))


def test_what_is_no_number_is_refused_and_who_does_not_wait_is_heard(text):
    logits, ids = text
    with pytest.raises(UserError, match="not numbers"):
        surprises(np.full_like(logits, np.nan), ids)
    with pytest.raises(Cancelled):
        surprises(logits, ids, cancelled=lambda: True)
