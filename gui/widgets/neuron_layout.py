"""Where the parts of a drawn feed-forward net lie, and which numbers have room in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from gui import theme
from gui.widgets.neuron_net import TIMES, Spot, two
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from gui.widgets.neuron_net import NetScene

CAPTION_PX, EDGE, GAP = 20, 4, 8
LARGEST = 21.0  # half the size of a neuron, in device-independent pixels
WIDE = 620  # from this width on, whole products are written out
FIRST = ("input", "rest", "bias")  # kinds of spots of the first column


@dataclass(frozen=True)
class NeuronLayout:
    """Places in device-independent pixels.

    Attributes:
        width: Of the figure.
        half: Half the size of a neuron or an input.
        columns: Middle of the inputs, of the hidden neurons, of the outputs.
        centres: Of every spot.
        fits: By kind of spot, whether the numbers of its column stand inside: all or none.
    """

    width: int
    half: float
    columns: tuple[float, float, float]
    centres: dict[Spot, QPointF]
    fits: dict[str, bool]

    def area(self, spot: Spot) -> QRectF:
        """Where a spot can be pointed at: itself, and the words beside it."""
        at, half = self.centres[spot], self.half
        box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        if spot.kind == "hidden":
            return box
        if spot.kind == "output":
            return box.adjusted(0, 0, self.width - EDGE - box.right(), 0)
        return box.adjusted(EDGE - box.left(), 0, 0, 0)


def lay_out(scene: NetScene | None, width: int, height: int) -> NeuronLayout:
    """Divide a figure.

    Args:
        scene: What is drawn, if anything.
        width: Of the figure.
        height: Likewise.
    """
    if scene is None:
        return NeuronLayout(width, 0.0, (0.0, 0.0, 0.0), {}, {})
    caption = theme.px(CAPTION_PX)
    n = max(len(scene.inputs) + 2, len(scene.hidden), len(scene.outputs))
    half = min(max((height - caption) / n * 0.36, 3.0), theme.px(LARGEST))
    left, right = _text_px(width)
    first = EDGE + left + GAP + half
    last = max(width - EDGE - right - GAP - half, first + 4 * half)
    columns = first, (first + last) / 2, last
    spots = scene.spots()
    counts = {kind: sum(spot.kind in FIRST for spot in spots) for kind in FIRST}
    counts |= {"hidden": len(scene.hidden), "output": len(scene.outputs)}
    rows = {"rest": len(scene.inputs), "bias": counts["bias"] - 1}

    def centre(spot: Spot) -> QPointF:
        row, count = rows.get(spot.kind, spot.at), counts[spot.kind]
        y = caption + (row + 0.5) * (height - caption - EDGE) / count
        return QPointF(columns[{"hidden": 1, "output": 2}.get(spot.kind, 0)], y)

    centres = {spot: centre(spot) for spot in spots}
    return NeuronLayout(width, half, columns, centres, _fitting(scene, 2 * half - 3))


def _text_px(width: int) -> tuple[float, float]:
    """Room for the words beside inputs and outputs."""
    digits = QFontMetricsF(theme.mono()).horizontalAdvance
    if width >= theme.px(WIDE, 0.7):
        product = f"{TIMES} {MINUS}0.00 = {MINUS}00.00"
        return digits(f"000: {MINUS}0.00 {product}"), digits(f"{product} → 000")
    return digits(f"{MINUS}00.00"), digits(f"{MINUS}00.00 ")


def _fitting(scene: NetScene, room: float) -> dict[str, bool]:
    """Whether the numbers of each column are narrower than this."""
    width = QFontMetricsF(theme.font(11, bold=True)).horizontalAdvance
    fits: dict[str, bool] = {}
    for spot in scene.spots():
        own = width(two(scene.value(spot))) < room
        column = FIRST if spot.kind in FIRST else (spot.kind,)
        fits.update({kind: fits.get(kind, True) and own for kind in column})
    return fits
