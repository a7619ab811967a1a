from __future__ import annotations

import time
from itertools import islice

import numpy as np
import pytest
import torch

from core import tsne as module
from core.errors import UserError
from core.tracing import Cancelled
from core.tsne import Affinities, conditional, gradient, symmetric, tsne


def groups(n=30, seed=0):
    """Three groups that point in different directions, mixed in one list; their numbers."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(3, 11)) * 4
    number = rng.permutation(np.repeat(np.arange(3), n))
    return (middles[number] + rng.normal(size=(3 * n, 11)) * 0.5).astype(np.float32), number


def random_affinities(n_points=70, n_nearest=7, seed=1) -> Affinities:
    rng = np.random.default_rng(seed)
    others = [rng.choice(np.delete(np.arange(n_points), i), n_nearest, False) for i in range(70)]
    shares = rng.random((n_points, n_nearest))
    return symmetric(np.array(others), shares / shares.sum(axis=1, keepdims=True))


def dense(affinities: Affinities) -> np.ndarray:
    n_points = len(affinities.counts)
    table = np.zeros((n_points, n_points))
    table[np.repeat(np.arange(n_points), affinities.counts), affinities.others] = affinities.shares
    return table


def reference_divergence(shares, placed):
    """Equation 2 of the paper, all pairs at once, by torch in float64."""
    apart = (placed[:, None] - placed[None]).square().sum(-1)
    weights = (1 / (1 + apart)).fill_diagonal_(0)
    is_pair = shares > 0
    return (shares[is_pair] * (shares[is_pair] / (weights / weights.sum())[is_pair]).log()).sum()


@pytest.mark.parametrize("spread", [1e-3, 1.0, 20.0])
def test_the_gradient_is_that_of_the_divergence(spread):
    affinities = random_affinities()
    placed = np.random.default_rng(2).normal(size=(70, 2)) * spread
    points = torch.tensor(placed, requires_grad=True)
    expected = reference_divergence(torch.tensor(dense(affinities)), points)
    expected.backward()
    slope = gradient(affinities, placed)
    np.testing.assert_allclose(slope, points.grad.numpy(), rtol=1e-6, atol=1e-9 * spread)
    single = gradient(affinities, placed.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, slope, atol=2e-4 * np.abs(slope).max())


def test_exaggeration_counts_only_for_what_attracts():
    affinities, placed = random_affinities(), np.random.default_rng(2).normal(size=(70, 2))
    one, two, three = (gradient(affinities, placed, times) for times in (1.0, 2.0, 3.0))
    np.testing.assert_allclose(three - two, two - one, atol=1e-12)
    assert not np.allclose(two, 2 * one)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e6])
def test_every_row_has_the_perplexity_that_was_asked_for(scale):
    squared = np.random.default_rng(3).random((40, 90)) * scale + scale
    shares = conditional(squared, 30.0)
    entropy = -(shares * np.log(shares)).sum(axis=1)
    np.testing.assert_allclose(np.exp(entropy), 30.0, rtol=1e-9)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    width = np.log(shares[:, :1] / shares) / (squared - squared[:, :1] + 1e-300)
    np.testing.assert_allclose(width[:, 1:], width[:, 1:2].repeat(89, 1), rtol=1e-6)


def test_equal_distances_make_equal_shares():
    np.testing.assert_allclose(conditional(np.full((2, 8), 3.0), 4.0), 1 / 8)
    np.testing.assert_allclose(conditional(np.zeros((2, 8)), 4.0), 1 / 8)


@pytest.mark.parametrize("n_points", [2, 63, 64, 130])
def test_affinities_are_the_mean_of_both_choices_over_the_number_of_points(n_points):
    rng = np.random.default_rng(n_points)
    n_nearest = min(9, n_points - 1)
    others = np.array(
        [rng.choice(np.delete(np.arange(n_points), i), n_nearest, False) for i in range(n_points)]
    )
    shares = rng.random((n_points, n_nearest))
    chosen = np.zeros((n_points, n_points))
    np.put_along_axis(chosen, others, shares, axis=1)
    made = symmetric(others, shares)
    np.testing.assert_allclose(dense(made), (chosen + chosen.T) / (2 * n_points), rtol=1e-6)
    assert (made.counts == ((chosen + chosen.T) > 0).sum(axis=1)).all()


@pytest.mark.parametrize("n_asked", [1, 3, 4, 5, 8])
def test_it_ends_in_the_midst_of_a_step_when_nobody_wants_it(n_asked):
    """Two blocks of neighbours, two of pairs, and then two in each iteration."""
    asked = []

    def cancelled():
        asked.append(len(asked))
        return len(asked) == n_asked

    steps = tsne(groups(40)[0], cancelled=cancelled)
    with pytest.raises(Cancelled):
        list(steps)
    assert len(asked) == n_asked


def test_affinities_are_symmetric_and_sum_to_one():
    table = dense(random_affinities())
    np.testing.assert_allclose(table, table.T)
    assert table.sum() == pytest.approx(1, rel=1e-6)
    assert (table.diagonal() == 0).all()


def test_the_nearest_are_found_across_blocks():
    points = np.random.default_rng(4).normal(size=(150, 5)).astype(np.float32)
    ids = np.concatenate([ids for ids, _ in module._neighbours(points, 4.0)])
    apart = np.linalg.norm(points[:, None] - points, axis=-1) + np.diag([np.inf] * 150)
    expected = np.argsort(apart, axis=1)[:, :12]
    np.testing.assert_array_equal(np.sort(ids, axis=1), np.sort(expected, axis=1))


def test_groups_come_apart_and_nobody_stands_with_another_group():
    vectors, number = groups()
    steps = list(tsne(vectors))
    placed = steps[-1].points
    apart = np.linalg.norm(placed[:, None] - placed, axis=-1) + np.diag([np.inf] * len(placed))
    assert (number[apart.argmin(axis=1)] == number).all()
    middles = np.stack([placed[number == group].mean(axis=0) for group in range(3)])
    within = max(np.ptp(placed[number == group], axis=0).max() for group in range(3))
    assert min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2))) > (
        within
    )
    shares = [step.done for step in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_the_same_seed_gives_the_same_picture_and_lengths_do_not_count():
    vectors, _ = groups(12)
    once, again = (list(tsne(vectors, seed=5))[-1].points for _ in range(2))
    np.testing.assert_array_equal(once, again)
    longer = next(tsne(vectors * np.float32(4.0), seed=5)).points
    np.testing.assert_allclose(longer, next(tsne(vectors, seed=5)).points, atol=1e-9)


def test_a_step_that_was_shown_does_not_change_afterwards():
    steps = tsne(groups(20)[0])
    shown = [step.points for step in islice(steps, 40)]
    before = [points.copy() for points in shown]
    list(islice(steps, 10))
    for points, copy in zip(shown, before, strict=True):
        np.testing.assert_array_equal(points, copy)


@pytest.mark.parametrize("n_points", [1, 2, 3, 5])
@pytest.mark.parametrize("equal", [True, False])
def test_few_or_equal_points(n_points, equal):
    vectors = np.random.default_rng(0).normal(size=(n_points, 3)).astype(np.float32)
    placed = list(tsne(np.ones_like(vectors) if equal else vectors))[-1].points
    assert placed.shape == (n_points, 2)
    assert np.isfinite(placed).all()


def test_vectors_of_zeros_point_nowhere_and_do_no_harm():
    vectors, _ = groups(10)
    vectors[:2] = 0
    assert np.isfinite(list(tsne(vectors))[-1].points).all()


def test_broken_numbers_are_a_sentence():
    vectors, _ = groups(5)
    vectors[1, 1] = np.nan
    with pytest.raises(UserError, match="finite"):
        next(tsne(vectors))


def test_one_step_at_the_largest_size_is_soon_over():
    """Who cancels stops asking: it then takes no longer than one step; processor time."""
    rng = np.random.default_rng(0)
    steps = tsne(rng.normal(size=(5120, 48)).astype(np.float32))
    times = []
    for _ in range(90):
        start = time.thread_time()
        next(steps)
        times.append(time.thread_time() - start)
    assert sorted(times)[-2] < 0.1  # the pairs are made symmetric once
