"""The choices for the nine-pixel net, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import UserError
from core.pixel_options import Options
from core.pixelnet import FREE, LIMIT


@pytest.mark.parametrize(
    "bad",
    [
        {"rate": 0},
        {"rate": 1e9},
        {"rate": -1.0},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"rate": "fast"},
        {"rate": True},
        {"rate": 10**400},
        {"hidden": (1, 9)},
        {"hidden": (9, 13)},
        {"hidden": (9, 9.0)},
        {"hidden": (9,)},
        {"hidden": [9, 9]},
        {"batch": -1},
        {"batch": 10**9},
        {"batch": 2.5},
        {"noise": -0.1},
        {"noise": 0.51},
        {"noise": float("nan")},
        {"optimiser": "magic"},
        {"optimiser": ["plain"]},
        {"loss": ""},
        {"outputs": "tanh"},
        {"limited": 1},
        {"nonsense": None},
        {"seed": -1},
        {"seed": 2**31},
    ],
    ids=str,
)
def test_a_bad_choice_is_refused_in_one_sentence(bad):
    with pytest.raises(UserError) as refused:
        Options(**bad)
    said = str(refused.value)
    assert said[0].isupper() or said[0] == "“"
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 140


@pytest.mark.parametrize(
    "good",
    [{"rate": 1e-4}, {"rate": 100}, {"hidden": (2, 12)}, {"batch": 1}, {"noise": 0.5}, {"seed": 0}],
    ids=str,
)
def test_the_ends_of_every_range_are_allowed(good):
    Options(**good)


def test_only_what_shapes_the_net_needs_a_fresh_one():
    usual = Options()
    for change in ({"hidden": (9, 8)}, {"outputs": "softmax"}, {"limited": False}, {"seed": 2}):
        assert replace(usual, **change).needs_fresh_net(usual)
    for change in ({"rate": 0.1}, {"batch": 5}, {"optimiser": "adam"}, {"loss": "cross-entropy"}):
        assert not replace(usual, **change).needs_fresh_net(usual)


def test_weights_are_kept_within_1_or_are_free():
    assert (Options().limit, Options(limited=False).limit) == (LIMIT, FREE)
