"""The text of the page Write in numbers, for CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table

if TYPE_CHECKING:
    from core.surprise import Surprise
    from gui.session import Session


def surprise_table(session: Session, found: Surprise | None) -> Table:
    """What each token was given before it came; the first was given nothing."""
    header = ("position", "id", "token", "probability", "rank", "surprise in bits")
    if found is None or session.trace is None or found.trace is not session.trace:
        return Table(header, [])
    rows = [
        (
            place + 1,
            token.id,
            token.label,
            float(found.probabilities[place]) if place else "",
            int(found.ranks[place]) if place else "",
            float(found.bits[place]) if place else "",
        )
        for place, token in enumerate(found.trace.tokens)
    ]
    return Table(header, rows)
