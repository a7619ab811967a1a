"""The line of all tokens: what can be told apart, and that nothing of it is lost."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.dice import line
from gui.widgets.dice_scene import DiceScene, Segment, closer, segments


def scene_of(probabilities):
    return DiceScene(line(np.asarray(probabilities, dtype=float)), str)


def test_by_hand():
    scene = scene_of([0.4, 0.01, 0.02, 0.0, 0.3, 0.03, 0.24])
    found = segments(scene, 0.0, 1.0, 0.1)
    assert [(one.token, one.n) for one in found] == [(0, 1), (None, 2), (4, 1), (5, 1), (6, 1)]
    np.testing.assert_allclose([one.end for one in found], [0.4, 0.43, 0.73, 0.76, 1])


@pytest.mark.parametrize("least", [0.0, 0.001, 0.05, 0.5, 2.0])
@pytest.mark.parametrize("part", [(0.0, 1.0), (0.2, 0.7), (0.5, 0.5004)])
def test_the_parts_are_the_whole_without_a_gap_and_every_token_is_in_one(least, part):
    rng = np.random.default_rng(3)
    probabilities = rng.random(300) ** 9
    probabilities[rng.random(300) < 0.4] = 0
    scene = scene_of(probabilities / probabilities.sum())
    found = segments(scene, *part, least)
    assert (found[0].start, found[-1].end) == pytest.approx(part)
    for one, after in itertools.pairwise(found):
        assert one.end == after.start
        assert one.token is not None or after.token is not None  # neighbours are merged
    starts = np.concatenate([[0], scene.ends[:-1]])
    n_there = ((scene.ends > starts) & (scene.ends > part[0]) & (starts < part[1])).sum()
    assert sum(one.n for one in found) == n_there
    for one in found:
        if one.token is not None and one.n == 1 and part == (0.0, 1.0):
            assert (one.start, one.end) == pytest.approx(scene.stretch(one.token))


def test_what_was_hit_is_seen_from_closer_by_however_small_it_is():
    probabilities = np.full(5000, 1e-6)
    probabilities[[0, 4999]] = (1 - 4998e-6) / 2
    scene = scene_of(probabilities)
    for token in (1, 2500, 4998):
        start, end = closer(scene, token)
        shown = segments(scene, start, end, 0.05 * (end - start))
        assert token in [one.token for one in shown]
        assert end - start == pytest.approx(3e-6, rel=1e-3)
        left, right = scene.stretch(token)
        assert start <= left < right <= end
    assert closer(scene, 0) == (0, 1)


def test_one_token_has_all():
    assert segments(scene_of([0, 1, 0]), 0, 1, 0.1) == (Segment(0.0, 1.0, 1, 1),)
