"""Where the words of an analogy lie on its figure, and where their names do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui import theme
from gui.widgets.label_room import LabelRoom, Name, name_dots
from gui.widgets.plane_painting import name_font

if TYPE_CHECKING:
    from numpy.typing import NDArray

A, B, C = range(3)
AIR = 44  # around the dots, for names
FEW = 18  # names of other words, at most
ON_ARROW = 33  # places along an arrow that names keep free


@dataclass(frozen=True, eq=False)
class Words:
    """What there is to show of a question.

    Attributes:
        ids: n tokens; the first three are a, b and c.
        labels: n names.
        points: (n, 2) where they lie, a at (0, 0).
        tip: (2,) where the arrow from c ends.
        answer: Which of the n is the first answer, if it is among them.
        notes: About the plane, in one line; the first that fits is shown.
    """

    ids: tuple[int, ...]
    labels: tuple[str, ...]
    points: NDArray[np.float64]
    tip: NDArray[np.float64]
    answer: int | None
    notes: tuple[str, ...]


def placed(words: Words, area: QRectF) -> NDArray[np.float64]:
    """Where everything is to lie: all in sight, up is up, one scale for both directions.

    Returns:
        (n + 1, 2) in the widget: the words, and last the arrow's tip.
    """
    points = np.concatenate([words.points, words.tip[None]])  # (n + 1, 2)
    low, high = points.min(axis=0), points.max(axis=0)
    air = 2 * theme.px(AIR)
    spread = np.maximum(high - low, 1e-9)
    room = np.maximum([area.width() - 1.4 * air, area.height() - air], 1.0)
    scale = float((room / spread).min())
    middle = np.array([area.center().x(), area.center().y()])
    return np.asarray((points - (low + high) / 2) * (scale, -scale) + middle)


def named(words: Words, at: NDArray[np.float64], area: QRectF) -> tuple[list[Name], list[Name]]:
    """The names of the corners, and those of other words where there is room.

    Args:
        words: The words.
        at: (n + 1, 2) where they and the tip lie now.
        area: Where names may lie.
    """
    room, dots = LabelRoom(area), [QPointF(*place) for place in at.tolist()]
    for dot in dots:
        if area.contains(dot):
            room.take(QRectF(dot.x() - 3, dot.y() - 3, 6, 6))
    for start, end in ((A, B), (C, -1)):
        for share in np.linspace(0.02, 0.98, ON_ARROW):
            x, y = at[start] + (at[end] - at[start]) * share
            room.take(QRectF(x - 2, y - 2, 4, 4))
    order = [A, B, C] if words.answer is None else [A, B, C, words.answer]
    order = list({words.ids[n]: n for n in reversed(order)}.values())  # equal words once
    seen = [(n, dots[n], words.labels[n]) for n in order]
    corners = name_dots(room, seen, name_font(), 4, gap=9, far=True)
    rest = ((n, dots[n], words.labels[n]) for n in range(3, len(words.ids)))
    others = (one for one in rest if one[0] != words.answer)
    return corners, name_dots(room, others, theme.font(theme.SMALL), FEW, gap=7)
