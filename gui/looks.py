"""The two looks: their colours, and the scales that turn numbers into colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Theme:
    """One look. Colours are `#rrggbb`; the scales are stops spread evenly over their range.

    Attributes:
        name: "light" or "dark".
        window: Behind everything.
        surface: Cards and fields; the neutral of both colour scales.
        raised: Chips, buttons and hovered rows.
        border: Hairlines.
        text: What is read.
        muted: What is read second.
        accent: Selected or focused, nothing else.
        on_accent: Text on the accent.
        error: Errors, nothing else.
        negative: Stops of the signed scale from zero to its lower limit.
        positive: Stops of the signed scale from zero to its upper limit.
        sequential: Stops of the scale of probabilities, from 0 to 1.
    """

    name: str
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    error: str
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    sequential: tuple[str, ...]

    @cached_property
    def signed_table(self) -> NDArray[np.uint8]:
        """(511, 4) BGRA, blue below zero, orange above; row 255 is exactly the neutral."""
        negative = _ramp(self.negative, 256)[::-1]
        return np.concatenate([negative[:-1], _ramp(self.positive, 256)])

    @cached_property
    def probability_table(self) -> NDArray[np.uint8]:
        """(256, 4) BGRA from 0 (the background) to 1."""
        return _ramp(self.sequential, 256)

    def signed_pixels(self, values: NDArray[Any], limit: float) -> NDArray[np.uint8]:
        """Colours of signed numbers.

        Args:
            values: Any shape, finite.
            limit: Size that gets the full colour; larger ones get it too.

        Returns:
            values.shape + (4,) BGRA, ready for `QImage.Format_RGB32`.
        """
        scaled = np.asarray(values, dtype=np.float32) * (255.0 / max(limit, 1e-12))
        index = np.clip(np.rint(scaled), -255, 255).astype(np.int16) + 255
        return np.asarray(self.signed_table[index])

    def probability_pixels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Colours of numbers from 0 to 1, as `signed_pixels`."""
        index = np.clip(np.asarray(values, dtype=np.float32) * 255.0, 0, 255).astype(np.uint8)
        return np.asarray(self.probability_table[index])

    @cached_property
    def _signed_colors(self) -> list[QColor]:
        return [_color(bgra) for bgra in self.signed_table]

    @cached_property
    def _probability_colors(self) -> list[QColor]:
        return [_color(bgra) for bgra in self.probability_table]

    def signed_color(self, value: float, limit: float = 1.0) -> QColor:
        """Colour of one signed number, as of `signed_pixels`: figures ask for hundreds of them."""
        scaled = min(max(value * (255.0 / max(limit, 1e-12)), -255.0), 255.0)
        return QColor(self._signed_colors[255 + (round(scaled) if scaled == scaled else 0)])

    def probability_color(self, value: float) -> QColor:
        """Colour of one number from 0 to 1, likewise."""
        scaled = min(max(value * 255.0, 0.0), 255.0)
        return QColor(self._probability_colors[int(scaled) if scaled == scaled else 0])

    def readable_on(self, fill: QColor) -> QColor:
        """Black or white, whichever is easier to read on a fill."""
        luminance = 0.299 * fill.redF() + 0.587 * fill.greenF() + 0.114 * fill.blueF()
        return QColor("#101418") if luminance > 0.55 else QColor("#ffffff")


LIGHT = Theme(
    name="light",
    window="#f5f6f8",
    surface="#ffffff",
    raised="#eef0f4",
    border="#d5d9e0",
    text="#1b2027",
    muted="#5b6572",
    accent="#7a3ff2",
    on_accent="#ffffff",
    error="#c0222b",
    negative=("#ffffff", "#c5dcf2", "#7fb2e0", "#3b82c4", "#1a5a9c"),
    positive=("#ffffff", "#fde0bf", "#f9b46b", "#e8832a", "#b85a0c"),
    sequential=("#ffffff", "#d3efd5", "#8fd6b5", "#47ad9f", "#2a7f8e", "#31568a", "#3a2a6b"),
)
DARK = Theme(
    name="dark",
    window="#14171c",
    surface="#1c2027",
    raised="#272d36",
    border="#39414d",
    text="#e8ebf0",
    muted="#9aa5b4",
    accent="#b393ff",
    on_accent="#17121f",
    error="#ff7b80",
    negative=("#1c2027", "#203c5a", "#2a639c", "#4a94d8", "#9cccf5"),
    positive=("#1c2027", "#52371d", "#9a5a1b", "#e28a35", "#ffcb91"),
    sequential=("#1c2027", "#33366a", "#31688e", "#21918c", "#44bf70", "#a8db34", "#fde725"),
)


def _ramp(stops: tuple[str, ...], n: int) -> NDArray[np.uint8]:
    """(n, 4) BGRA, the stops spread evenly and joined by straight lines."""
    bgr = np.array([[int(stop[i : i + 2], 16) for i in (5, 3, 1)] for stop in stops])
    at = np.linspace(0, len(stops) - 1, n)
    columns = [np.interp(at, np.arange(len(stops)), bgr[:, i]) for i in range(3)]
    return np.stack([*columns, np.full(n, 255.0)], axis=-1).round().astype(np.uint8)


def _color(bgra: NDArray[np.uint8]) -> QColor:
    blue, green, red, _ = (int(part) for part in bgra)
    return QColor(red, green, blue)
