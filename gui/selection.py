"""What the eye is on, and where that is after the text has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.trace import Trace


@dataclass(frozen=True)
class Selection:
    """What the eye is on: a token of the trace, and one attention head.

    Attributes:
        token: Position of the clicked token among `Trace.tokens`, or None.
        hovered: Position of the token under the mouse, or None.
        layer: Of the opened head.
        head: The opened head.
    """

    token: int | None = None
    hovered: int | None = None
    layer: int = 0
    head: int = 0

    @property
    def focus(self) -> int | None:
        """The token to stress now: the hovered one, else the clicked one."""
        return self.token if self.hovered is None else self.hovered


def carried_over(selection: Selection, old: Trace | None, new: Trace | None) -> Selection:
    """The selection after the text has changed: on the same token, if that is still there.

    A token stays selected if all before it or all after it is as it was, or if it alone was
    replaced by another; the mouse is where it was.
    """
    n_tokens = 0 if new is None else len(new.tokens)
    hovered = selection.hovered
    return replace(
        selection,
        token=_carried(selection.token, old, new),
        hovered=hovered if hovered is not None and hovered < n_tokens else None,
    )


def _carried(token: int | None, old: Trace | None, new: Trace | None) -> int | None:
    if token is None or old is None or new is None or token >= len(old.tokens):
        return None
    before, after = _texts(old), _texts(new)
    n_same_start = _n_equal(zip(before, after, strict=False))
    n_same_end = _n_equal(zip(reversed(before), reversed(after), strict=False))
    at = len(old.before) + token  # in the whole text
    is_alone = n_same_start == at and n_same_start + n_same_end + 1 == len(before) == len(after)
    if at < n_same_start or (is_alone and len(before) > 1):
        target = at
    elif at >= len(before) - n_same_end:
        target = at + len(after) - len(before)
    else:
        return None
    shown = target - len(new.before)
    return shown if shown >= 0 else None


def _texts(trace: Trace) -> list[str]:
    return [token.text for token in (*trace.before, *trace.tokens)]


def _n_equal(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
