"""Which attention head is open at the very first start: one that shows something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.heads import LEAST_TOKENS, most_telling

if TYPE_CHECKING:
    from core.trace import Trace
    from gui.session import Session


def open_telling_head(session: Session) -> None:
    """Open the head that shows most as soon as there is a text, unless one is opened before.

    The heads of the first layer, where one would begin, often look everywhere alike.
    """
    selection = session.selection
    untouched = selection.layer, selection.head

    def choose(trace: Trace | None) -> None:
        if (session.selection.layer, session.selection.head) != untouched:
            session.trace_changed.disconnect(choose)
        elif trace is not None and len(trace.tokens) >= LEAST_TOKENS:
            session.trace_changed.disconnect(choose)
            session.select_head(*most_telling(trace.pattern))

    session.trace_changed.connect(choose)
