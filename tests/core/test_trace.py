"""A trace keeps its promises: shapes, nothing writable, and a beginning that is a pass itself."""

from dataclasses import replace

import numpy as np
import pytest

TEXT = "The dog saw the cat"


@pytest.fixture(scope="module")
def trace(tiny_model):
    made = tiny_model.trace(TEXT)
    assert len(made.tokens) > 3
    return made


def test_an_array_of_another_shape_is_refused(trace):
    for name, array in trace.arrays().items():
        if name in ("q", "mlp_pre", "resid_pre", "logits"):  # the others are measured by these
            wrong = array[:-1].copy() if name == "logits" else array[:, :-1].copy()
        else:
            wrong = array[..., None].copy()
        wrong.setflags(write=False)
        with pytest.raises(ValueError, match=r"has shape .*, expected"):
            replace(trace, **{name: wrong})


def test_nothing_can_be_written(trace):
    for name, array in trace.arrays().items():
        with pytest.raises(ValueError, match=f"{name} is writable"):
            replace(trace, **{name: array.copy()})
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_there_are_as_many_tokens_as_positions(trace):
    with pytest.raises(ValueError, match="tokens for"):
        replace(trace, tokens=trace.tokens[:-1])


def test_its_beginning_is_the_pass_over_the_first_tokens(trace, tiny_model):
    for n in range(1, len(trace.tokens) + 1):
        first = trace.first(n)
        alone = tiny_model.trace(first.text)
        assert first.tokens == alone.tokens
        for name, array in alone.arrays().items():
            np.testing.assert_allclose(first.arrays()[name], array, atol=1e-4, err_msg=name)
    for n in (0, len(trace.tokens) + 1):
        with pytest.raises(ValueError, match="no first"):
            trace.first(n)
