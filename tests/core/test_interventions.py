"""Changes to a pass, against the torch model with the same done to its tensors by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.config import ModelConfig
from core.errors import UserError
from core.gpt import GPT
from core.inference import Weights, head, read_all
from core.interventions import (
    Interventions,
    Look,
    Off,
    Patch,
    means,
    n_alike,
    pinned,
    place_of,
    why_not,
)
from core.trace import TokenInfo
from core.tracing import Tracer
from tests.core.conftest import redraw

L, H, D, T, V = 3, 5, 7, 9, 50
CONFIG = ModelConfig(L, H, H * D, 40, V, d_mlp=23)
TOKEN = TokenInfo(0, "", "", 0, 0, b"")


@pytest.fixture(scope="module")
def gpt():
    return redraw(GPT(CONFIG)).double()


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(0).integers(V, size=T).tolist()


def vector(n, seed=0):
    return tuple(np.random.default_rng(seed).normal(size=n).tolist())


def off(layer, name, at=(), value=0.0):
    """What `recorder` does for a part of the torch model that is switched off."""

    def change(tensor):
        tensor[at or ...] = torch.as_tensor(value, dtype=tensor.dtype)

    return layer, name, change


def looked(layer, head_, row, weights):
    def change(tensor):
        looks = tensor[head_, row, : row + 1]
        looks.copy_(torch.tensor(weights(looks)))

    return layer, "pattern", change


def shared_out(columns, given):
    def weights(row):
        row = row.numpy().copy()
        rest = np.delete(np.arange(len(row)), columns)
        row[rest] *= (1 - sum(given)) / row[rest].sum()
        row[columns] = given
        return row

    return weights


CASES = {
    "head": ([Off(1, "head", 3)], [off(1, "z", (3,))]),
    "attention": ([Off(0, "attention")], [off(0, "attn_out")]),
    "mlp": ([Off(2, "mlp")], [off(2, "mlp_out")]),
    "look": (
        [Look(1, 2, 5, 3, 0.6, 0, 0), Look(1, 2, 5, 0, 0.25, 0, 0)],
        [looked(1, 2, 5, shared_out([3, 0], [0.6, 0.25]))],
    ),
    "patched head": ([Patch(0, "head", 4, 6, vector(D))], [off(0, "z", (4, 6), vector(D))]),
    "patched mlp": ([Patch(1, "mlp", 0, 2, vector(35))], [off(1, "mlp_out", (2,), vector(35))]),
    "patched attention": (
        [Patch(2, "attention", 0, 8, vector(35))],
        [off(2, "attn_out", (8,), vector(35))],
    ),
    "patched layer": (
        [Patch(0, "layer", 0, 1, vector(35))],
        [off(1, "resid_pre", (1,), vector(35))],
    ),
    "patched last layer": (
        [Patch(2, "layer", 0, 1, vector(35))],
        [off(2, "resid_post", (1,), vector(35))],
    ),
    "two": ([Off(0, "head", 0), Off(1, "mlp")], [off(0, "z", (0,)), off(1, "mlp_out")]),
}


@pytest.mark.parametrize("name", CASES)
def test_every_change_is_what_it_says(gpt, ids, name):
    changes, by_hand = CASES[name]
    theirs, ours = {}, {}

    def record(layer, what, value):
        value = value.clone()
        for at, part, change in by_hand:
            if (at, part) == (layer, what):
                change(value)
        theirs[layer, what] = value.numpy()
        return value

    with torch.no_grad():
        logits = gpt(torch.tensor(ids)[None], recorder=record)[0].numpy()
        untouched = gpt(torch.tensor(ids)[None])[0].numpy()
    weights = Weights.of(gpt)
    interventions = Interventions(changes, None, L)

    def see(layer, what, value):
        interventions.see(layer, what, value)
        ours[layer, what] = value.copy()

    actual = head(weights, read_all(weights, ids, see))
    np.testing.assert_allclose(actual, logits, rtol=0, atol=1e-11)
    assert np.abs(actual - untouched).max() > 1e-3
    for key, value in ours.items():
        np.testing.assert_allclose(value, theirs[key], rtol=0, atol=1e-11, err_msg=str(key))


def test_the_mean_is_that_over_all_tokens_of_all_texts(gpt, ids):
    weights = Weights.of(gpt)
    average = means(weights, [ids, ids[:4]])
    seen = {name: [] for name in average._fields}

    def see(layer, name, value):
        if layer == 1 and name in seen:
            seen[name].append(value.copy())

    for text in (ids, ids[:4]):
        read_all(weights, text, see)
    for name, values in seen.items():
        expected = np.concatenate(values, axis=-2).mean(axis=-2)
        np.testing.assert_allclose(getattr(average, name)[1], expected, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "name", "at"),
    [
        (Off(1, "head", 3, "mean"), "z", (1, 3)),
        (Off(1, "attention", 0, "mean"), "attn_out", (1,)),
        (Off(1, "mlp", 0, "mean"), "mlp_out", (1,)),
    ],
)
def test_a_part_can_give_its_mean_instead(gpt, ids, change, name, at):
    weights = Weights.of(gpt)
    average = means(weights, [ids])
    seen = {}
    interventions = Interventions([change], average, L)

    def see(layer, what, value):
        interventions.see(layer, what, value)
        seen[layer, what] = value.copy()

    read_all(weights, ids, see)
    given = seen[1, name][3] if name == "z" else seen[1, name]
    np.testing.assert_array_equal(given, np.broadcast_to(getattr(average, name)[at], given.shape))


def random_changes(rng, n_tokens):
    made = []
    for _ in range(rng.integers(3)):
        layer, which, at = (int(rng.integers(n)) for n in (L, H, n_tokens))
        column = int(rng.integers(at + 1))
        made.append(
            [
                Off(layer, "head", which, "mean"),
                Off(layer, "mlp"),
                Look(layer, which, at, column, float(rng.random()), 0, 0),
                Patch(layer, "layer", 0, at, vector(35, at)),
            ][rng.integers(4)]
        )
    return tuple(made)


def test_what_is_re_used_after_edits_and_changes_equals_a_trace_from_nothing(gpt):
    """Random edits, changes come and go; every trace equals that of a tracer that knows nothing."""
    weights = Weights.of(redraw(GPT(CONFIG)))
    average = means(weights, [[1, 2, 3, 4]])
    rng = np.random.default_rng(1)
    tracer, kept = Tracer(weights), []
    tracer.average = average
    ids = rng.integers(V, size=6).tolist()
    changes, n_re_used = (), 0
    for _ in range(300):
        at = int(rng.integers(len(ids)))
        edit = rng.integers(4)
        if edit == 0 and len(ids) < CONFIG.context:
            ids = [*ids, int(rng.integers(V))]
        elif edit == 1 and len(ids) > 2:
            ids = [*ids[:at], *ids[at + 1 :]]
        elif edit == 2:
            ids = [*ids[:at], int(rng.integers(V)), *ids[at + 1 :]]
        else:
            changes = random_changes(rng, len(ids))
        changes = tuple(
            each
            for each in changes
            if not isinstance(each, Look | Patch)
            or getattr(each, "row", getattr(each, "position", 0)) < len(ids)
        )
        tokens = (TOKEN,) * len(ids)
        trace = tracer.trace(ids, "", tokens, (), changes=changes)
        fresh = Tracer(weights)
        fresh.average = average
        expected = fresh.trace(ids, "", tokens, (), changes=changes)
        for name, array in expected.arrays().items():
            np.testing.assert_allclose(trace.arrays()[name], array, atol=2e-5, err_msg=name)
        n_re_used += bool(changes) and np.shares_memory(trace.q, kept[-1].q) if kept else 0
        kept = [*kept, trace][-2:]
    assert n_re_used > 20


@pytest.mark.parametrize(
    ("row", "pins", "expected"),
    [
        ([0.5, 0.3, 0.2], {0: 0.0}, [0, 0.6, 0.4]),
        ([0.5, 0.3, 0.2], {1: 0.3}, [0.5, 0.3, 0.2]),
        ([0.5, 0.3, 0.2], {1: 1.0}, [0, 1, 0]),
        ([0.5, 0.3, 0.2], {0: 0.8, 1: 0.8}, [0.5, 0.5, 0]),
        ([0.5, 0.5, 0.0], {0: 0.25, 1: 0.25}, [0.5, 0.5, 0]),  # nothing to grow from
        ([1.0], {0: 0.4}, [1.0]),
    ],
)
def test_a_row_keeps_adding_up_to_1(row, pins, expected):
    np.testing.assert_allclose(pinned(np.array(row), pins), expected, atol=1e-15)


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan, math.inf])
def test_a_weight_is_a_share(weight):
    with pytest.raises(UserError, match="from 0 to 1"):
        Look(0, 0, 1, 0, weight, 0, 0)
    with pytest.raises(UserError, match="from 0 to 1"):
        pinned(np.array([0.5, 0.5]), {0: weight})


def test_a_token_must_look_somewhere():
    with pytest.raises(UserError, match="must look somewhere"):
        pinned(np.array([0.5, 0.5]), {0: 0.0, 1: 0.0})


IDS = [3, 1, 4]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Off(2, "head", 4), ""),
        (Off(3, "mlp"), "no layer 4"),
        (Off(0, "head", 5), "no head 6"),
        (Off(0, "mlp", 5), ""),
        (Look(0, 0, 2, 1, 0.5, 4, 1), ""),
        (Look(0, 0, 1, 2, 0.5, 1, 4), "look ahead"),
        (Look(0, 0, 3, 1, 0.5, 4, 1), "is gone"),
        (Look(0, 0, 2, 1, 0.5, 4, 7), "Another token"),
        (Look(0, 0, 2, -1, 0.5, 4, 4), "look ahead"),
        (Patch(0, "head", 0, 2, vector(7)), ""),
        (Patch(0, "head", 0, 2, vector(8)), "8 numbers long, and 7"),
        (Patch(0, "layer", 9, 2, vector(35)), ""),
        (Patch(0, "mlp", 0, 3, vector(35)), "no token"),
        (Patch(0, "mlp", 0, -1, vector(35)), "no token"),
        (Patch(0, "mlp", 0, 0, (math.nan,) * 35), "not numbers"),
        (Patch(0, "mlp", 0, 2, vector(35), 4), ""),
        (Patch(0, "mlp", 0, 2, vector(35), 5), "Another token"),
    ],
)
def test_a_change_knows_whether_it_makes_sense(change, why):
    said = why_not(change, CONFIG, IDS)
    assert why in said if why else said == ""


LOOK, PATCH = Look(0, 0, 5, 3, 0.5, 0, 0), Patch(0, "mlp", 0, 7, (0.0,))
OFF = Off(1, "mlp")


@pytest.mark.parametrize(
    ("some", "others", "n"),
    [
        ((), (), 9),
        ((OFF,), (OFF,), 9),
        ((OFF,), (), 0),
        ((OFF,), (Off(1, "mlp", 0, "mean"),), 0),
        ((LOOK,), (), 5),
        ((LOOK,), (Look(0, 0, 5, 3, 0.6, 0, 0),), 5),
        ((OFF, LOOK), (LOOK, OFF), 5),  # in another order they may do something else
        ((PATCH, LOOK), (LOOK,), 7),
        ((PATCH, LOOK), (LOOK, PATCH), 7),
        ((LOOK,), (LOOK, Look(0, 0, 11, 3, 0.5, 0, 0)), 9),
    ],
)
def test_changes_leave_the_tokens_before_them_alone(some, others, n):
    assert n_alike(some, others, 9) == n_alike(others, some, 9) == n


def test_a_place_is_where_one_change_takes_anothers():
    different = [
        *(Off(1, "mlp"), Off(1, "attention"), Off(1, "head", 0), Off(1, "head", 1), Off(0, "mlp")),
        *(LOOK, Look(0, 0, 5, 2, 0.5, 0, 0), Look(0, 0, 6, 3, 0.5, 0, 0)),
        *(PATCH, Patch(0, "mlp", 0, 6, (0.0,)), Patch(0, "layer", 0, 7, (0.0,))),
        *(Patch(0, "head", 0, 7, (0.0,)), Patch(0, "head", 1, 7, (0.0,))),
    ]
    assert len({place_of(each) for each in different}) == len(different)
    assert place_of(Off(1, "mlp", 3, "mean")) == place_of(OFF)
    assert place_of(Look(0, 0, 5, 3, 0.9, 4, 4)) == place_of(LOOK)
    assert place_of(Patch(0, "mlp", 2, 7, (1.0,), 3)) == place_of(PATCH)
