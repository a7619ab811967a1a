from __future__ import annotations

import numpy as np
import pytest

from core.axes import own_plane, project
from core.errors import UserError


def cloud(n=40, width=7, seed=0):
    return np.random.default_rng(seed).normal(size=(n, width))


def test_by_hand():
    embeddings = np.array([[0, 0, 0], [2, 0, 0], [5, 1, 0], [0, 4, 0], [1, 1, 9]], float)
    shown = own_plane(embeddings, (0, 1), (0, 3))
    np.testing.assert_allclose(shown.points, [[-1, -2], [1, -2], [4, -1], [-1, 2], [0, -1]])
    assert shown.cosine == 0
    total = embeddings.var(axis=0).sum()
    np.testing.assert_allclose(shown.shares, embeddings[:, :2].var(axis=0) / total)


def test_the_two_words_lie_as_far_apart_as_in_the_full_space_and_around_zero():
    embeddings = cloud()
    unit, along = project(embeddings, (3, 8))
    assert np.linalg.norm(unit) == pytest.approx(1)
    assert along[8] - along[3] == pytest.approx(np.linalg.norm(embeddings[8] - embeddings[3]))
    assert along[8] + along[3] == pytest.approx(0, abs=1e-12)


def test_two_axes_that_lean_towards_each_other_say_so():
    embeddings = cloud()
    first, second = embeddings[8] - embeddings[3], embeddings[5] - embeddings[2]
    expected = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    shown = own_plane(embeddings, (3, 8), (2, 5))
    assert shown.cosine == pytest.approx(expected)
    np.testing.assert_allclose(shown.points[:, 1], project(embeddings, (2, 5))[1], atol=1e-6)


def test_without_a_second_axis_the_widest_of_what_is_left_goes_up():
    embeddings = cloud(200)
    embeddings[:, 4] *= 9  # by far the widest
    embeddings[0], embeddings[1] = 0, np.eye(7)[2] * 3
    shown = own_plane(embeddings, (0, 1))
    assert shown.cosine == 0
    assert abs(np.corrcoef(shown.points[:, 1], embeddings[:, 4])[0, 1]) > 0.99
    assert abs(np.corrcoef(shown.points[:, 0], embeddings[:, 2])[0, 1]) > 0.99
    assert not shown.points.flags.writeable


def test_words_that_are_the_same_and_broken_numbers_are_a_sentence():
    embeddings = cloud()
    embeddings[5] = embeddings[2]
    for pair in ((2, 2), (2, 5)):
        with pytest.raises(UserError, match="two different"):
            own_plane(embeddings, pair)
    embeddings[5, 0] = np.inf
    with pytest.raises(UserError, match="finite"):
        own_plane(embeddings, (2, 5))
