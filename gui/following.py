"""Where changes are after the text has changed: at the same tokens, if these are still there."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from core.interventions import Look, Off, Patch, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.interventions import Change
    from core.trace import TokenInfo, Trace

    Carry = Callable[[int], int | None]


def followed(
    changes: tuple[Change, ...], old: Trace | None, tokens: Sequence[TokenInfo], n_before: int
) -> tuple[Change, ...]:
    """The same changes, those at single tokens moved to where these tokens are now.

    A token is still there if all before it or all after it is as it was. What does not fit the
    old text, or has lost its token, stays where it is: it fits again when that text is back.

    Args:
        changes: As they were made on the old text.
        old: Its trace; None if there was none.
        tokens: All of the new text.
        n_before: How many of those are out of the model's reach.
    """
    if old is None or not tokens or all(isinstance(each, Off) for each in changes):
        return changes
    carry = _carrying(old, [token.id for token in tokens], n_before)
    ids = old.ids.tolist()
    new = [_moved(each, ids, carry) for each in changes]
    if new == list(changes):
        return changes
    taken = {place_of(now) for was, now in zip(changes, new, strict=True) if now is not was}
    return tuple(
        now
        for was, now in zip(changes, new, strict=True)
        if now is not was or place_of(now) not in taken
    )


def _moved(change: Change, ids: Sequence[int], carry: Carry) -> Change:
    """A change at its tokens' new places; itself if it has none, or they are where they were."""

    def target(at: int, token_id: int | None) -> int | None:
        """Where a token of the old text is now, if it stood there."""
        stood = 0 <= at < len(ids) and token_id in (None, ids[at])
        return carry(at) if stood else None

    if isinstance(change, Look):
        row = target(change.row, change.row_id)
        column = target(change.column, change.column_id)
        if row is None or column is None or (row, column) == (change.row, change.column):
            return change
        return replace(change, row=row, column=column)
    if isinstance(change, Patch):
        position = target(change.position, change.token_id)
        if position is None or position == change.position:
            return change
        return replace(change, position=position)
    return change


def _carrying(old: Trace, new: Sequence[int], n_before: int) -> Carry:
    """Tells where a token of the old window is in the new one; None if it is gone."""
    was = [token.id for token in (*old.before, *old.tokens)]
    n_start = _n_equal(zip(was, new, strict=False))
    n_end = _n_equal(zip(reversed(was), reversed(new), strict=False))

    def carry(position: int) -> int | None:
        at = len(old.before) + position
        if at >= n_start:
            if at < len(was) - n_end:
                return None
            at += len(new) - len(was)
        return at - n_before if at >= n_before else None

    return carry


def _n_equal(pairs: Iterable[tuple[int, int]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
