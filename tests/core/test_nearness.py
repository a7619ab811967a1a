from __future__ import annotations

import numpy as np
import pytest

from core.analogies import Directions
from core.nearness import vicinity


def cloud(n=60, width=7, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, width)) * rng.random((n, 1)) * 3).astype(np.float32)


@pytest.mark.parametrize("token_id", [0, 31, 59])
def test_both_lists_are_those_of_sorting_everything(token_id):
    embeddings = cloud()
    found = vicinity(Directions.of(embeddings), token_id, 10)
    vectors = embeddings.astype(np.float64)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit[token_id]
    order = [int(i) for i in np.argsort(-cosines, kind="stable") if i != token_id][:10]
    assert [one.id for one in found.by_cosine] == order
    assert [one.cosine for one in found.by_cosine] == pytest.approx(cosines[order], abs=1e-12)
    apart = np.linalg.norm(embeddings - embeddings[token_id], axis=1)
    apart[token_id] = np.inf
    assert [one.id for one in found.by_distance] == np.argsort(apart)[:10].tolist()
    for one in (*found.by_cosine, *found.by_distance):
        assert one.distance == pytest.approx(apart[one.id], rel=1e-6)
        assert found.cosines[one.id] == pytest.approx(one.cosine, abs=1e-6)


def test_a_vector_of_zeros_points_nowhere_but_lies_somewhere():
    embeddings = np.array([[0, 0], [3, 4], [1, 0], [0, 9]], dtype=np.float32)
    found = vicinity(Directions.of(embeddings), 2, 10)
    assert [one.id for one in found.by_cosine] == [1, 3]
    assert [one.id for one in found.by_distance] == [0, 1, 3]
    nowhere = vicinity(Directions.of(embeddings), 0, 10)
    assert nowhere.by_cosine == ()
    assert [(one.id, one.distance) for one in nowhere.by_distance] == [(2, 1), (1, 5), (3, 9)]


def test_of_equals_the_lowest_id_comes_first_and_all_are_at_no_distance():
    embeddings = np.tile(np.float32([0.1, 0.2, 0.3]), (5, 1))
    found = vicinity(Directions.of(embeddings), 2, 3)
    assert [one.id for one in found.by_cosine] == [0, 1, 3]
    assert [(one.id, one.distance) for one in found.by_distance] == [(0, 0), (1, 0), (3, 0)]


def test_huge_and_tiny_vectors_and_one_of_length_1_point_somewhere():
    embeddings = np.array([[1e30, 0], [1e-30, 1e-30], [0, 3e38], [0, 1]], dtype=np.float32)
    found = vicinity(Directions.of(embeddings), 0, 3)
    assert [one.id for one in found.by_cosine] == [1, 2, 3]
    assert [one.cosine for one in found.by_cosine] == pytest.approx([np.sqrt(0.5), 0, 0])


def test_one_token_alone_has_no_neighbours():
    found = vicinity(Directions.of(np.ones((1, 3), np.float32)), 0, 10)
    assert (found.by_cosine, found.by_distance) == ((), ())
