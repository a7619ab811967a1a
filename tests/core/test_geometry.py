import numpy as np
import pytest

from core.errors import UserError
from core.geometry import plane


def cloud(n: int = 60, width: int = 7, seed: int = 0) -> np.ndarray:
    """Points spread 5, 3, then ever less along rotated axes, away from the origin."""
    rng = np.random.default_rng(seed)
    spreads = np.array([5, 3, 1, 0.5, 0.2, 0.1, 0.05])[:width]
    turn, _ = np.linalg.qr(rng.normal(size=(width, width)))
    return ((rng.normal(size=(n, width)) * spreads) @ turn + 10).astype(np.float32)


def labels_of(embeddings: np.ndarray) -> list[str]:
    return [f"t{n}" for n in range(len(embeddings))]


def test_the_plane_is_that_of_the_singular_value_decomposition():
    embeddings = cloud()
    shown = plane(embeddings, labels_of(embeddings))
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    reference = u[:, :2] * s[:2]
    signs = np.sign((reference * shown.points).sum(axis=0))
    np.testing.assert_allclose(shown.points, reference * signs, atol=1e-4)
    np.testing.assert_allclose(shown.explained, (s**2 / (s**2).sum())[:2], atol=1e-6)
    assert shown.explained[0] > shown.explained[1] > 0


def test_the_plane_is_read_only_float32_and_labelled():
    embeddings = cloud()
    shown = plane(embeddings, labels_of(embeddings))
    assert shown.points.shape == (60, 2)
    assert shown.points.dtype == np.float32
    assert not shown.points.flags.writeable
    assert shown.labels[:2] == ("t0", "t1")


def test_a_plane_by_hand():
    # All variance lies along (3, 4) / 5, whose larger component is positive.
    embeddings = np.array([[3, 4], [-3, -4], [0, 0]]) * np.float64(2)
    shown = plane(embeddings, "abc")
    np.testing.assert_allclose(shown.points, [[10, 0], [-10, 0], [0, 0]], atol=1e-6)
    np.testing.assert_allclose(shown.explained, (1, 0), atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_each_direction_has_its_largest_component_positive(seed):
    embeddings = cloud(seed=seed)
    shown = plane(embeddings, labels_of(embeddings)).points
    centred = embeddings - embeddings.mean(axis=0)
    for direction in (shown.T @ centred) / np.linalg.norm(shown, axis=0)[:, None]:
        assert direction[np.abs(direction).argmax()] > 0


def test_the_picture_does_not_depend_on_the_decomposition():
    embeddings = cloud()
    shown = plane(embeddings, labels_of(embeddings)).points
    # Mirrored embeddings have the same directions, so every point is mirrored.
    mirrored = plane(20 - embeddings, labels_of(embeddings)).points
    np.testing.assert_allclose(mirrored, -shown, atol=1e-4)
    np.testing.assert_array_equal(plane(embeddings, labels_of(embeddings)).points, shown)
    # More points in the same places change nothing but the rounding.
    doubled = plane(np.concatenate([embeddings, embeddings]), labels_of(embeddings) * 2).points
    np.testing.assert_allclose(doubled[:60], shown, atol=1e-3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2), (3, 11)])
def test_small_and_flat_clouds(shape):
    embeddings = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    shown = plane(embeddings, labels_of(embeddings))
    assert np.isfinite(shown.points).all()
    assert sum(shown.explained) <= 1 + 1e-9
    same = plane(np.ones(shape, np.float32), labels_of(embeddings))
    np.testing.assert_array_equal(same.points, np.zeros((shape[0], 2)))
    assert same.explained == (0, 0)


def test_a_heap_far_off_is_shown_but_does_not_choose_the_directions():
    embeddings = cloud(200)
    alone = plane(embeddings, labels_of(embeddings))
    heap = np.tile(embeddings.mean(axis=0) + 60, (30, 1)).astype(np.float32)
    together = np.concatenate([embeddings, heap])
    shown = plane(together, labels_of(together))
    np.testing.assert_allclose(shown.points[:200], alone.points, atol=1e-3)
    np.testing.assert_allclose(shown.explained, alone.explained, atol=1e-5)
    assert len(np.unique(shown.points[200:], axis=0)) == 1


def test_wrong_shapes_are_errors_of_the_program_and_broken_weights_a_sentence():
    for wrong in (np.zeros(3), np.zeros((2, 2, 2)), np.zeros((0, 4)), np.zeros((3, 3), int)):
        with pytest.raises(ValueError, match="embeddings are"):
            plane(wrong, ["a"] * len(wrong))
    with pytest.raises(ValueError, match="labels"):
        plane(np.ones((3, 2)), ["a"])
    for broken in (np.nan, np.inf):
        embeddings = np.ones((3, 2))
        embeddings[1, 1] = broken
        with pytest.raises(UserError, match="finite"):
            plane(embeddings, "abc")
    with pytest.raises(UserError, match="so large"):
        plane(np.float32([[3e38, 0], [-3e38, 0], [0, 1]]), "abc")
