"""The tree of futures for the eye: its nodes, and in which row and column each lies."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF

from gui import theme

LEAST_COLUMN, MOST_COLUMN = 104, 200  # device-independent pixels
ROW_PX, LINK_PX = 22, 18


@dataclass(frozen=True)
class FutureNode:
    """A token that may come, after those on the path to it.

    Attributes:
        label: For the eye.
        parent: Place of the one before it; None for what comes at once.
        depth: 1 for what comes at once.
        probability: After the path to it.
        path: Of the whole path with it.
        ends: It is the mark that the text is over.
    """

    label: str
    parent: int | None
    depth: int
    probability: float
    path: float
    ends: bool


@dataclass(frozen=True)
class FuturesScene:
    """All of it.

    Attributes:
        nodes: Each behind its parent, siblings by probability.
        greedy: Places of the nodes on the path that takes the likeliest each time.
        beams: Of those on each path that beam search keeps, the likeliest first.
        depth: How far it can grow.
        children: Places of what comes after each node; found by itself.
    """

    nodes: tuple[FutureNode, ...]
    greedy: frozenset[int]
    beams: tuple[frozenset[int], ...]
    depth: int
    children: dict[int | None, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, node in enumerate(self.nodes):
            self.children.setdefault(node.parent, []).append(place)

    def check(self) -> None:
        """Refuse what is no tree of probabilities.

        Raises:
            ValueError: A node stands before its parent, in a wrong depth, or is no probability.
        """
        for place, node in enumerate(self.nodes):
            before = None if node.parent is None else self.nodes[node.parent]
            is_behind = node.parent is None or 0 <= node.parent < place
            depth = 1 if before is None else before.depth + 1
            path = node.probability * (1.0 if before is None else before.path)
            if not is_behind or node.depth != depth or node.depth > self.depth:
                raise ValueError(f"node {place} is no child of {node.parent}")
            if not 0 <= node.probability <= 1 or not math.isclose(node.path, path, rel_tol=1e-6):
                raise ValueError(f"node {place} has probability {node.probability}, {node.path}")

    def way(self, place: int | None) -> tuple[int, ...]:
        """The places on the path to a node, itself the last."""
        found: list[int] = []
        while place is not None:
            found.append(place)
            place = self.nodes[place].parent
        return tuple(reversed(found))

    def marks(self, place: int) -> str:
        """Whose path a node is on: G for greedy, B for the best of beam search, b for others."""
        greedy = "G" if place in self.greedy else ""
        if self.beams and place in self.beams[0]:
            return greedy + "B"
        return greedy + ("b" if any(place in beam for beam in self.beams) else "")


@dataclass(frozen=True)
class FuturesLayout:
    """Where everything lies, before it is scrolled.

    Attributes:
        rows: Of each node.
        leaves: The node that each row ends in.
        column: How wide a depth is, with the link before it.
        row: How high a row is.
    """

    rows: tuple[int, ...]
    leaves: tuple[int, ...]
    column: float
    row: float

    def chip(self, node: FutureNode, row: int) -> QRectF:
        """The place of a node."""
        left = (node.depth - 1) * self.column + theme.px(LINK_PX)
        high = self.row - 4
        return QRectF(left, row * self.row + 2, self.column - theme.px(LINK_PX), high)


def lay_out(scene: FuturesScene, width: float) -> FuturesLayout:
    """A row for each path; the likeliest child goes on in the row of its parent.

    Args:
        scene: The tree.
        width: Of the room for all depths.
    """
    rows = [0] * len(scene.nodes)
    leaves: list[int] = []
    # A way through the tree without recursion: the last of a list is next.
    ahead = list(reversed(scene.children.get(None, [])))
    while ahead:
        place = ahead.pop()
        rows[place] = len(leaves)
        after = scene.children.get(place, [])
        ahead += reversed(after)
        if not after:
            leaves.append(place)
    column = float(
        np.clip(width / max(scene.depth, 1), theme.px(LEAST_COLUMN), theme.px(MOST_COLUMN))
    )
    return FuturesLayout(tuple(rows), tuple(leaves), column, float(theme.px(ROW_PX)))
