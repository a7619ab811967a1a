"""Curves by depth as plain values, and where their points lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gui.widgets.pair_hues import Kind

TITLE_PX, AXIS_PX, LEFT_PX, GAP, EDGE = 22, 18, 46, 20, 4
REACH_PX = 14.0  # the mouse finds a point this far away
STEPS = (0.05, 0.1, 0.25, 0.5)  # between two lines of the scale
MOST_LINES = 6


@dataclass(frozen=True, eq=False)
class Curve:
    """A number at every depth.

    Attributes:
        kind: Which text it is of.
        values: (D,) from -1 to 1; NaN where there is none.
    """

    kind: Kind
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Panel:
    """One thing that is measured.

    Attributes:
        title: Above it.
        curves: In the same order in every panel; those drawn last lie above.
        missing: Why it has no curves, in a few words.
        about: More about it, beside the title where there is room.
    """

    title: str
    curves: tuple[Curve, ...]
    missing: str = ""
    about: str = ""


class Place(NamedTuple):
    """A point of a curve."""

    panel: int
    curve: int
    depth: int


class Scale(NamedTuple):
    """Of all panels: its ends, and the step between two lines."""

    low: float
    high: float
    step: float


def scale_of(panels: Sequence[Panel]) -> Scale:
    """A scale that holds all curves and 0, in round steps.

    Raises:
        ValueError: No panels, curves of different lengths, or numbers outside -1 to 1.
    """
    values = [curve.values for panel in panels for curve in panel.curves]
    if not panels or any(one.shape != values[0].shape or one.ndim != 1 for one in values):
        raise ValueError("no panels, or curves of different lengths")
    known = np.concatenate(values) if values else np.zeros(0)
    known = known[~np.isnan(known)]
    if (np.abs(known) > 1 + 1e-6).any():
        raise ValueError("a likeness is from -1 to 1")
    low, high = min(float(known.min(initial=0.0)), 0.0), float(known.max(initial=0.1))
    fits = (step for step in STEPS if (high - low) / step <= MOST_LINES)
    step = next(fits, STEPS[-1])
    low = math.floor(low / step + 1e-9) * step
    return Scale(low, max(math.ceil(high / step - 1e-9) * step, low + step), step)


@dataclass(frozen=True, eq=False)
class DepthPlaces:
    """Places in device-independent pixels.

    Attributes:
        panels: Side by side.
        scale: Of all.
        width: Of the figure.
        height: Likewise.
    """

    panels: tuple[Panel, ...]
    scale: Scale
    width: int
    height: int

    @property
    def n_depths(self) -> int:
        """How many numbers a curve has."""
        return next((len(c.values) for panel in self.panels for c in panel.curves), 0)

    def has(self, place: Place) -> bool:
        """Whether there is such a point."""
        in_panel = place.panel < len(self.panels)
        in_curve = in_panel and place.curve < len(self.panels[place.panel].curves)
        return in_curve and place.depth < self.n_depths

    def room(self, panel: int) -> QRectF:
        """Where the curves of a panel lie; all have one height."""
        n_panels = len(self.panels)
        width = (self.width - 2 * EDGE - (n_panels - 1) * GAP) / n_panels
        left = EDGE + panel * (width + GAP) + theme.px(LEFT_PX)
        top = EDGE + theme.px(TITLE_PX)
        height = self.height - top - theme.px(AXIS_PX) - EDGE
        return QRectF(left, top, max(width - theme.px(LEFT_PX) - 6, 1.0), max(height, 1.0))

    def x(self, room: QRectF, depth: int) -> float:
        """Of a depth in the room of a panel."""
        return room.x() + room.width() * depth / max(self.n_depths - 1, 1)

    def y(self, room: QRectF, value: float) -> float:
        """Of a number there."""
        low, high, _ = self.scale
        return room.bottom() - room.height() * (value - low) / (high - low)

    def point_of(self, place: Place) -> QPointF | None:
        """Where a point lies; None if there is no number."""
        value = float(self.panels[place.panel].curves[place.curve].values[place.depth])
        if math.isnan(value):
            return None
        room = self.room(place.panel)
        return QPointF(self.x(room, place.depth), self.y(room, value))

    def nearest(self, at: QPointF) -> Place | None:
        """The nearest point within reach."""
        best, found = REACH_PX, None
        for panel, one in enumerate(self.panels):
            for curve in range(len(one.curves)):
                for depth in range(self.n_depths):
                    place = Place(panel, curve, depth)
                    point = self.point_of(place)
                    if point is not None:
                        off = point - at
                        distance = math.hypot(off.x(), off.y())
                        if distance < best:
                            best, found = distance, place
        return found

    def depth_at(self, at: QPointF) -> int | None:
        """The depth of a place of a panel."""
        for panel in range(len(self.panels)):
            room = self.room(panel)
            if room.adjusted(-8, -8, 8, theme.px(AXIS_PX)).contains(at) and self.n_depths:
                share = (at.x() - room.x()) / room.width()
                depth = round(share * (self.n_depths - 1))
                return min(max(depth, 0), self.n_depths - 1)
        return None
