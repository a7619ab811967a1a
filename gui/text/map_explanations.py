"""How the numbers of the map came about, for `gui.explanation`; and the map as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gui.explanation import Explanation, exactly, script, vector
from gui.export import Table
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.language_model import LanguageModel
    from core.nearness import Neighbour
    from core.trace import EmbeddingPlane
    from gui.text.map_study import Known
    from gui.widgets.neighbour_list import NearRow
    from gui.widgets.vocabulary_map import Layout

NUMPY = "import numpy as np"


def cosine(known: Known, first: int, one: Neighbour, why: str = "") -> Explanation:
    """How nearly two tokens point the same way.

    Args:
        known: Of the model.
        first: A token.
        one: Its neighbour.
        why: Where both stand in the training text, as in "near ..."; "" if that is not known.
    """
    a, b = _vectors(known, first, one.id)
    names = known.labels[first], known.labels[one.id]
    return Explanation(
        f"Cosine of {names[0]} and {names[1]}",
        "cosine = a · b / (|a| · |b|)",
        (
            (f"a, {names[0]}", vector(a)),
            (f"b, {names[1]}", vector(b)),
            ("a · b", exactly(float(a @ b))),
            ("|a|", exactly(float(np.linalg.norm(a)))),
            ("|b|", exactly(float(np.linalg.norm(b)))),
            *_reasons(why),
        ),
        exactly(one.cosine),
        script(
            known.model.info.folder,
            [
                f"a, b = model.weights.wte[[{first}, {one.id}]].astype(float)",
                "print(a @ b / np.linalg.norm(a) / np.linalg.norm(b))",
            ],
            (NUMPY,),
        ),
    )


def distance(known: Known, first: int, one: Neighbour, why: str = "") -> Explanation:
    """How far apart two tokens lie in all directions; see `cosine`."""
    a, b = _vectors(known, first, one.id)
    names = known.labels[first], known.labels[one.id]
    return Explanation(
        f"Distance of {names[0]} and {names[1]}",
        f"distance = √ of the sum of all (a {MINUS} b)²",
        (
            (f"a, {names[0]}", vector(a)),
            (f"b, {names[1]}", vector(b)),
            (f"a {MINUS} b", vector(a - b)),
            (f"sum of {len(a):,} squares", exactly(float(np.square(a - b).sum()))),
            *_reasons(why),
        ),
        exactly(one.distance),
        script(
            known.model.info.folder,
            [
                f"a, b = model.weights.wte[[{first}, {one.id}]].astype(float)",
                "print(np.sqrt(np.square(a - b).sum()))",
            ],
            (NUMPY,),
        ),
    )


def _reasons(why: str) -> tuple[tuple[str, str], ...]:
    return (("learnt from: both stand", why),) if why else ()


def on_map(known: Known, layout: Layout, first: int, other: int) -> Explanation:
    """How far apart two dots lie on the map.

    Args:
        known: Of the model.
        layout: The map.
        first: A token.
        other: Another.
    """
    a, b = layout.plane.points[[first, other]].astype(np.float64)
    names = known.labels[first], known.labels[other]
    lines, imports = _python(layout)
    return Explanation(
        f"Distance of {names[0]} and {names[1]} on the map",
        f"distance = √((x₁ {MINUS} x₂)² + (y₁ {MINUS} y₂)²), in units of the map",
        (
            (f"x₁, y₁, {names[0]}", vector(a)),
            (f"x₂, y₂, {names[1]}", vector(b)),
            ("what the map leaves out", "all other directions: see the number beside"),
        ),
        exactly(float(np.linalg.norm(a - b))),
        script(
            known.model.info.folder,
            [*lines, f"print(np.linalg.norm(points[{first}] - points[{other}]))"],
            (NUMPY, imports),
        ),
    )


def shares(
    model: LanguageModel, plane: EmbeddingPlane, layout: Layout | None = None
) -> Explanation:
    """How much of the differences between tokens a plane shows.

    Args:
        model: The model.
        plane: The dots and the shares that lie across and up.
        layout: How they were laid out; None for the principal components.
    """
    across, up = plane.explained
    both = (("share that lies across", f"{across:.3%}"), ("share that lies up", f"{up:.3%}"))
    title = "How much of the differences between tokens is seen here"
    formula = (
        "share = spread along a direction / spread in all directions\n"
        "(spread: the mean square of how far the tokens lie from their middle)"
    )
    folder = model.info.folder
    if layout is not None and layout.across is not None:
        [made], needed = _python(layout)
        made = made.removesuffix(".points").replace("points =", "across, up =") + ".shares"
        own = (("directions", "your own two axes"), *both)
        python = script(folder, [made, "print(across, up)"], (needed,))
        return Explanation(title, formula, own, f"{across:.3%} and {up:.3%}", python)
    made = "across, up = plane(model.token_embeddings(), model.labels()).explained"
    python = script(folder, [made, "print(across + up)"], ("from core.geometry import plane",))
    operands = (
        ("directions", "the two in which the tokens differ most (PCA)"),
        ("tokens that count", "all but those that lie far off, which training hardly met"),
        *both,
        ("not seen here", f"{1 - across - up:.3%}"),
    )
    return Explanation(title, formula, operands, f"{across + up:.3%}", python)


def _python(layout: Layout) -> tuple[list[str], str]:
    """Lines that make the map's `points`, and what they need."""
    if layout.across is not None:
        words = str(layout.across) if layout.up is None else f"{layout.across}, {layout.up}"
        line = f"points = own_plane(model.weights.wte, {words}).points"
        return [line], "from core.axes import own_plane"
    if layout.is_spread:
        n = len(layout.plane.labels)
        lines = [
            "# takes as long as it took here",
            f"*_, last = tsne(model.weights.wte[:{n}])",
            "points = last.points",
        ]
        return lines, "from core.tsne import tsne"
    line = "points = plane(model.token_embeddings(), model.labels()).points"
    return [line], "from core.geometry import plane"


def entry(known: Known, token_id: int, place: int) -> Explanation:
    """One number of a token's vector."""
    value = known.model.weights.wte[token_id, place]
    return Explanation(
        f"Number {place + 1} of the vector of {known.labels[token_id]}",
        "learnt: looked up in the table of tokens",
        (("row", f"{token_id}, the token's number"), ("column", str(place + 1))),
        exactly(float(value)),
        script(known.model.info.folder, [f"print(model.weights.wte[{token_id}, {place}])"]),
    )


def _vectors(known: Known, first: int, other: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = known.model.weights.wte[[first, other]].astype(np.float64)
    return a, b


# --- tables


def map_table(layout: Layout | None, shown: Sequence[str] = ()) -> Table:
    """Every dot, and what its colour says where that is a class."""
    header = ("id", "token", "x", "y", *(("class",) if shown else ()))
    if layout is None:
        return Table(header, [])
    points = zip(layout.plane.labels, layout.plane.points.tolist(), strict=True)
    return Table(
        header,
        [
            (number, label, *point, *shown[number : number + 1])
            for number, (label, point) in enumerate(points)
        ],
    )


def near_table(
    found: Sequence[Neighbour], rows: Sequence[NearRow], values: Sequence[float]
) -> Table:
    """The neighbours, and below them the vector of the token itself."""
    header = ("part", "number", "token", "cosine", "distance", "on the map", "value")
    near = [
        *(
            ("neighbour", one.id, row.label, one.cosine, one.distance, row.on_map, "")
            for one, row in zip(found, rows, strict=True)
        )
    ]
    cleaned = [tuple("" if value is None else value for value in row) for row in near]
    vector_rows = [
        ("vector", place + 1, "", "", "", "", value) for place, value in enumerate(values)
    ]
    return Table(header, [*cleaned, *vector_rows])
