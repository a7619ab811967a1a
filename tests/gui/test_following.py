"""Changes follow their tokens through edits: against whole texts whose tokens are all different."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from core.interventions import Look, Off, Patch
from gui.following import followed

CONTEXT = 12


def tokens_of(ids):
    return tuple(SimpleNamespace(id=each) for each in ids)


def trace_of(ids):
    """What `followed` asks of a trace."""
    n_before = max(len(ids) - CONTEXT, 0)
    window = ids[n_before:]
    return SimpleNamespace(
        before=tokens_of(ids[:n_before]),
        tokens=tokens_of(window),
        ids=SimpleNamespace(tolist=lambda: list(window)),
    )


def after(changes, old, new):
    return followed(tuple(changes), trace_of(old), tokens_of(new), max(len(new) - CONTEXT, 0))


def look(row, column, ids):
    return Look(1, 2, row, column, 0.5, ids[row], ids[column])


OLD = [10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("new", "place"),
    [
        (OLD, (3, 1)),
        ([*OLD, 15], (3, 1)),
        ([9, *OLD], (4, 2)),
        ([8, 9, *OLD, 15], (3, 1)),  # changed at both ends: nothing is as it was
        ([10, 11, 12, 9, 13, 14], (4, 1)),  # between the two
        ([10, 11, 13, 14], (2, 1)),
        ([10, 9, 12, 13, 14], (3, 1)),  # its column is another token
        ([10, 11, 12], (3, 1)),  # its row is gone
        ([], (3, 1)),
    ],
)
def test_a_look_is_where_its_tokens_are(new, place):
    (made,) = after([look(3, 1, OLD)], OLD, new)
    assert (made.row, made.column) == place
    assert (made.row_id, made.column_id, made.weight) == (13, 11, 0.5)


def test_what_did_not_fit_or_is_no_place_stays():
    stale = Look(0, 0, 3, 1, 0.5, 99, 11)
    gone = Look(0, 0, 9, 1, 0.5, 99, 11)
    off = Off(0, "mlp")
    changes = (stale, off, gone)
    assert after(changes, OLD, [9, *OLD]) is changes
    assert followed(changes, None, tokens_of(OLD), 0) is changes


def test_a_patch_follows_with_or_without_knowing_its_token():
    known = Patch(0, "mlp", 0, 2, (1.0,), 12)
    anything = Patch(1, "mlp", 0, 2, (1.0,))
    assert [each.position for each in after((known, anything), OLD, [9, *OLD])] == [3, 3]


def test_one_that_follows_takes_the_place_of_one_that_waits_there():
    waiting = Look(1, 2, 4, 2, 0.1, 77, 78)
    other = Off(0, "mlp")
    moved = after((waiting, other, look(3, 1, OLD)), OLD, [9, *OLD])
    assert moved == (other, Look(1, 2, 4, 2, 0.5, 13, 11))


def test_when_the_window_slides_the_tokens_are_followed():
    old = list(range(100, 112))  # a full context
    (made,) = after([look(5, 3, old)], old, [*old, 1, 2])
    assert (made.row, made.column) == (3, 1)
    (made,) = after([look(5, 1, old)], old, [*old, 1, 2])  # the column is out of reach
    assert (made.row, made.column) == (5, 1)


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_and_back_again(seed):
    dice = random.Random(seed)
    old = list(range(100, 100 + dice.randrange(3, 9)))
    row = dice.randrange(1, len(old))
    column = dice.randrange(row)
    at, end = sorted(dice.randrange(len(old) + 1) for _ in range(2))
    new = [*old[:at], *range(200, 200 + dice.randrange(4)), *old[end:]]
    made = after([look(row, column, old)], old, new)
    (change,) = made
    kept = [old[each] in new for each in (row, column)]
    if all(kept):
        assert new[change.row] == change.row_id == old[row]
        assert new[change.column] == change.column_id == old[column]
        assert after(made, new, old) == (look(row, column, old),)
    else:
        assert change == look(row, column, old)
