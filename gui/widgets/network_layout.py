"""Where the neurons and lines of a drawn net lie, and what is under the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF

from gui import theme
from gui.widgets.pixel_painting import N_PIXELS, SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = NDArray[np.float64]

REACH_PX = 5.0  # how near to a line the mouse must be
THUMB_PX = (15, 27)  # smallest and largest picture beside an output
BESIDE_PX = 7, 5  # before it and behind it
NAME_PX, NAME_SHARE = 14, 0.16  # room for a name: at least this, at most this share of the figure
LARGEST_RADIUS, LARGEST_CELL = 28.0, 72.0


@dataclass(frozen=True)
class Neuron:
    """A neuron: layer 0 is the picture, the last one the answer."""

    layer: int
    index: int


@dataclass(frozen=True)
class Edge:
    """The line from a neuron of the layer before to one of this layer."""

    layer: int
    source: int
    target: int


@dataclass(frozen=True, eq=False)
class Layout:
    """The geometry of a net in a rectangle.

    Attributes:
        centres: One (n, 2) array a layer.
        starts: Where the lines leave each neuron, likewise.
        lines: One list a layer but the first: lines to it, source by source.
        cell: Side of an input's square.
        radius: Of every other neuron.
    """

    centres: tuple[Points, ...]
    starts: tuple[Points, ...]
    lines: tuple[list[QLineF], ...]
    cell: float
    radius: float

    def box(self, neuron: Neuron) -> QRectF:
        """The square around a neuron."""
        x, y = self.centres[neuron.layer][neuron.index]
        half = self.cell / 2 if neuron.layer == 0 else self.radius
        return QRectF(x - half, y - half, 2 * half, 2 * half)

    def line(self, edge: Edge) -> QLineF:
        """How it is drawn."""
        n = len(self.centres[edge.layer])
        return self.lines[edge.layer - 1][edge.source * n + edge.target]

    def edges_of(self, neuron: Neuron) -> list[Edge]:
        """What leads to a neuron; for a pixel, to which nothing leads, what leaves it."""
        layer, index = neuron.layer, neuron.index
        if layer == 0:
            return [Edge(1, index, target) for target in range(len(self.centres[1]))]
        return [Edge(layer, source, index) for source in range(len(self.centres[layer - 1]))]

    def part_at(self, at: QPointF) -> Neuron | Edge | None:
        """The neuron or, failing that, the nearest line under a point."""
        point = np.array([at.x(), at.y()])
        for layer, centres in enumerate(self.centres):
            reach = self.cell / 2 if layer == 0 else self.radius + 2
            distances = np.abs(centres - point).max(axis=1)  # (n,)
            if distances.min() <= reach:
                return Neuron(layer, int(distances.argmin()))
        return self._edge_at(point)

    def _edge_at(self, point: Points) -> Edge | None:
        best, found = REACH_PX, None
        for layer in range(1, len(self.centres)):
            start = self.starts[layer - 1][:, None]  # (n_before, 1, 2)
            way = self.centres[layer] - start  # (n_before, n, 2)
            along = ((point - start) * way).sum(axis=-1) / (way**2).sum(axis=-1)  # (n_before, n)
            away = point - start - np.clip(along, 0, 1)[..., None] * way  # (n_before, n, 2)
            distances = np.hypot(away[..., 0], away[..., 1])  # (n_before, n)
            if distances.min() < best:
                best = float(distances.min())
                source, target = divmod(int(distances.argmin()), distances.shape[1])
                found = Edge(layer, source, target)
        return found

    def neighbour(self, here: Neuron, across: int, along: int) -> Neuron:
        """Where an arrow key leads: along the layer, or to the nearest neuron of the next one."""
        layer = min(max(here.layer + across, 0), len(self.centres) - 1)
        if layer != here.layer:
            height = self.centres[here.layer][here.index][1]
            return Neuron(layer, int(np.abs(self.centres[layer][:, 1] - height).argmin()))
        return Neuron(layer, min(max(here.index + along, 0), len(self.centres[layer]) - 1))


def thumb_px(radius: float) -> int:
    """The side of the picture beside an output of this size."""
    return min(max(round(1.6 * radius), THUMB_PX[0]), THUMB_PX[1])


def lay_out(sizes: Sequence[int], rect: QRectF, name_px: float = 0.0) -> Layout:
    """Place a net whose first layer is the picture.

    Args:
        sizes: Neurons in each layer.
        rect: The room, without captions.
        name_px: The width of the outputs' longest name, in device-independent pixels.
    """
    n_layers, most = len(sizes) - 1, max(sizes[1:])
    pitch = rect.height() / most
    radius = min(max(0.36 * pitch, 4.0), LARGEST_RADIUS)
    cell = min(max(min(rect.height() / 6, rect.width() / 12), 10.0), LARGEST_CELL)
    middle = rect.center().y()
    picture = _sheared_picture(rect.left() + 2, middle, cell)
    name_px = min(max(name_px, theme.px(NAME_PX)), max(NAME_SHARE * rect.width(), NAME_PX))
    right = rect.right() - name_px - thumb_px(radius) - sum(BESIDE_PX) - radius
    left = picture[:, 0].max()
    columns = left + (right - left) * (np.arange(n_layers) + 1) / n_layers
    centres = [picture]
    for x, n in zip(columns, sizes[1:], strict=True):
        spread = min(rect.height() / n, 2.5 * pitch)
        ys = middle + (np.arange(n) - (n - 1) / 2) * spread
        centres.append(np.stack([np.full(n, x), ys], axis=1))
    starts = [picture + np.array([cell / 2, 0]), *centres[1:]]  # pixels: at their right edge
    lines = [
        [QLineF(*start, *end) for start in before.tolist() for end in here.tolist()]
        for before, here in zip(starts, centres[1:], strict=False)
    ]
    return Layout(tuple(centres), tuple(starts), tuple(lines), cell, radius)


def _sheared_picture(left: float, middle: float, cell: float) -> Points:
    """(9, 2) the inputs as the picture they are, but no two at one height.

    In an upright picture the lines of the left column would run behind the other two.
    """
    row, column = np.divmod(np.arange(N_PIXELS), SIDE)
    x = left + cell * (0.5 + 1.2 * column)
    y = middle + (row * SIDE + column - (N_PIXELS - 1) / 2) * 0.54 * cell
    return np.stack([x, y], axis=1)
