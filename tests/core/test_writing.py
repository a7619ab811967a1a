"""A text that grows without traces is the one that grows with them."""

from __future__ import annotations

import numpy as np
import pytest

from core.config import SamplingConfig
from core.inference import read
from core.language_model import Cancelled

SAMPLING = SamplingConfig()
N = 40  # more than the context holds


def grown(writer, n):
    return [writer.go_on() for _ in range(n)] == [True] * n


def test_a_trace_in_between_changes_nothing(tiny_model):
    *_, each_time = tiny_model.write("the cat 🦊", SAMPLING, 5, N)
    writer = tiny_model.writer("the cat 🦊", SAMPLING, 5)
    n_tokens = (
        len(each_time.before) + len(each_time.tokens) - len(tiny_model.trace("the cat 🦊").ids)
    )
    assert grown(writer, n_tokens)
    at_the_end = writer.trace()
    assert at_the_end.before  # it has slid
    assert writer.text == at_the_end.text == each_time.text
    assert at_the_end.tokens == each_time.tokens
    np.testing.assert_allclose(at_the_end.logits, each_time.logits, atol=1e-5)


def test_every_token_is_read_once_however_often_it_is_looked_at(tiny_model, monkeypatch):
    tiny_model.trace("a")  # whatever was read before, this is kept
    n_read = []

    def counted(weights, ids, *args):
        n_read.append(len(ids))
        return read(weights, ids, *args)

    monkeypatch.setattr("core.tracing.read", counted)
    writer = tiny_model.writer("a", SAMPLING, 6)
    assert grown(writer, 3)
    writer.trace()
    writer.trace()
    assert grown(writer, 3)
    writer.trace()
    assert n_read == [1] * 6


def test_reading_another_text_meanwhile_does_not_disturb_it(tiny_model):
    alone = tiny_model.writer("the cat", SAMPLING, 5)
    assert grown(alone, 12)
    writer = tiny_model.writer("the cat", SAMPLING, 5)
    for _ in range(12):
        writer.go_on()
        held = tiny_model.trace(writer.text + "s and on")
        assert held is not None
    assert writer.text == alone.text


def test_one_that_was_cancelled_may_go_on(tiny_model):
    writer = tiny_model.writer("the cat 🦊 sat", SAMPLING, 5)
    assert grown(writer, 4)
    with pytest.raises(Cancelled):
        writer.go_on(lambda: True)
    assert grown(writer, 5)
    whole = tiny_model.writer("the cat 🦊 sat", SAMPLING, 5)
    assert grown(whole, 9)
    assert writer.text == whole.text
