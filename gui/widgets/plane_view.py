"""Which part of a plane is in sight: zooming and panning as plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Point = tuple[float, float]
OUTSIDE, MANY = 0.01, 100  # this share at each end may be out of sight at first, of so many dots
NOT_MUCH = 1.5  # so many times as wide and as high: then everything is in sight
LEAST_ZOOM, MOST_ZOOM = 0.5, 400.0


@dataclass(frozen=True)
class PlaneView:
    """What is in sight, in the plane's own units.

    Attributes:
        centre: The point in the middle.
        zoom: How much larger than with everything in sight.
    """

    centre: Point
    zoom: float = 1.0

    def moved(self, across: float, up: float) -> PlaneView:
        """Look further to the right and up."""
        return PlaneView((self.centre[0] + across, self.centre[1] + up), self.zoom)

    def zoomed(self, factor: float, around: Point | None = None) -> PlaneView:
        """Come nearer; a point of the plane (the middle, if none is named) stays in its place."""
        zoom = min(max(self.zoom * factor, LEAST_ZOOM), MOST_ZOOM)
        fixed = self.centre if around is None else around
        return PlaneView(_between(fixed, self.centre, self.zoom / zoom), zoom)

    def towards(self, other: PlaneView, share: float) -> PlaneView:
        """A share of the way to another view; zooming feels even when it multiplies."""
        zoom = self.zoom * (other.zoom / self.zoom) ** share
        return PlaneView(_between(self.centre, other.centre, share), zoom)


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def core_of(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """The corners between which nearly all points lie; all, if they are few or not far off.

    Args:
        points: (V, 2).

    Returns:
        (2, 2) lowest and highest corner.
    """
    exact: NDArray[np.float64] = points.astype(np.float64)
    every = np.stack([exact.min(axis=0), exact.max(axis=0)])
    if len(points) < MANY:
        return every
    core = np.quantile(exact, (OUTSIDE, 1 - OUTSIDE), axis=0)
    is_near = bool((np.ptp(every, axis=0) <= NOT_MUCH * np.ptp(core, axis=0)).all())
    return every if is_near else core
