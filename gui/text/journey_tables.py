"""The journey page in numbers, for CSV files; layers count as on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export import Table
from gui.text.journey_explanations import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.journey import Doubles
    from gui.text.journey_study import Journey
    from gui.widgets.depth_curves import Panel


def paths_table(
    journey: Journey | None, clues: Mapping[str, Doubles], *, is_parting: bool
) -> Table:
    """Where every dot lies."""
    header = ("path", "token", "layer", "across", "up")
    if journey is None:
        return Table(header, [])
    plane = journey.parting if is_parting else journey.whole
    rows = [
        (NAMES[kind], journey.traces[kind].tokens[journey.position(kind)].label, depth, *point)
        for kind, way in journey.paths.items()
        for depth, point in enumerate(plane.place(way).tolist())
    ]
    rows += [
        ("clue", word, depth, *point)
        for word, way in clues.items()
        for depth, point in enumerate(plane.place(way).tolist())
    ]
    return Table(header, rows)


def curves_table(panels: Sequence[Panel]) -> Table:
    """Every point of every curve."""
    rows = [
        (panel.title, NAMES[curve.kind], depth, value)
        for panel in panels
        for curve in panel.curves
        for depth, value in enumerate(curve.values.tolist())
    ]
    return Table(("clue", "sentence", "layer", "cosine"), rows)


def predictions_table(journey: Journey | None, label: Callable[[int], str]) -> Table:
    """What comes next after each text."""
    kinds = () if journey is None else tuple(journey.probabilities)
    header = ("id", "token", *(NAMES[kind] for kind in kinds))
    if journey is None:
        return Table(header, [])
    numbers = zip(*(journey.probabilities[kind].tolist() for kind in kinds), strict=True)
    rows = [(token, label(token), *each) for token, each in zip(journey.ids, numbers, strict=True)]
    return Table(header, rows)
