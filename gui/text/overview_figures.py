"""The overview's figures for files: of the prompt, and while it compares, of the second one too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui import figure_tables
from gui.export import Figure
from gui.text.comparing import by_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.trace import Trace
    from gui.session import Session
    from gui.text.second_views import Pair


def tokens(session: Session, strips: QWidget, strip: QWidget) -> Figure:
    """The pieces of the prompt, or of both texts."""
    texts = [session.trace] if session.second is None else [session.trace, session.second]
    found = [text.tokens if text else () for text in texts]
    shown = strip if len(found) == 1 else strips
    return Figure(
        "tokens", shown, lambda: by_text([figure_tables.tokens_table(each) for each in found])
    )


def heads(session: Session, grids: Pair, grid: QWidget) -> Figure:
    """All heads."""
    texts: list[Trace | None] = [session.trace]
    if grids.is_comparing:
        texts.append(session.second)
    shown = grids if len(texts) > 1 else grid
    return Figure(
        "attention heads",
        shown,
        lambda: by_text([figure_tables.heads_table(text) for text in texts]),
    )


def head(session: Session, maps: Pair, one: QWidget, opened: tuple[int, int]) -> Figure:
    """The opened head."""
    trace, (layer, number) = session.trace, opened
    name = f"attention layer {layer + 1} head {number + 1}"
    if maps.is_comparing:
        traces = trace, session.second
        return Figure(name, maps, lambda: figure_tables.head_tables(traces, layer, number))
    return Figure(name, one, lambda: figure_tables.head_table(trace, layer, number))
