"""What the colours of a vocabulary's dots say: the class of a word, a share, or a likeness."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QColor

from gui import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = 255  # of a scale: shades from 0 to this
FAINTEST = 40  # of the scale of shares, whose beginning would not be seen on the ground
PLAIN_UP_TO = 0.25  # a likeness below this is more and more the grey of no colour
# As different as so many can be, in light and in dark, without the red of errors and the accent.
CLASS_HUES = (
    *("#d98716", "#8f591d", "#d0579e", "#2f66f7", "#b581c4", "#14a3a8"),
    *("#00b76f", "#5aa9e6", "#8a9a3b", "#c7ad00", "#e08a8a"),
)


@dataclass(frozen=True, eq=False)
class Colouring:
    """A colour for each dot, and what to say of it.

    Attributes:
        shades: (V,) int16 entries of the table of colours; below 0: no colour.
        is_signed: Whether the scale goes from less than nothing over nothing to more.
        names: Of the shades, where each is a class by itself.
        title: What the colours say, for the legend of a scale.
        ends: What its lowest and its highest colour mean.
    """

    shades: NDArray[np.int16]
    is_signed: bool = False
    names: tuple[str, ...] = ()
    title: str = ""
    ends: tuple[str, str] = ("", "")

    def table(self) -> NDArray[np.uint32]:
        """0xFFRRGGBB of every shade, in the look in use."""
        if self.names:
            hues = [QColor(hue).rgb() for hue in CLASS_HUES[: len(self.names)]]
            return np.array(hues, dtype=np.uint32)
        return _scale(theme.active(), self.is_signed)

    def inks(self, only: int | None = None) -> NDArray[np.uint32]:
        """(V,) the colour of each dot, 0 for none; of one shade `only`, if that is given."""
        colored = self.shades >= 0 if only is None else self.shades == only
        return np.where(colored, self.table()[self.shades], np.uint32(0))

    def order(self) -> NDArray[np.intp]:
        """(V,) dots in the order in which they are drawn: what stands out lies above."""
        strength = np.abs(self.shades - LEVELS // 2) if self.is_signed else self.shades
        return np.argsort(strength, kind="stable")


def shades_of(shares: NDArray[Any]) -> NDArray[np.int16]:
    """Shades of numbers from 0 to 1; NaN has none."""
    scaled = np.rint(np.clip(np.nan_to_num(shares, nan=0.0), 0, 1) * LEVELS)
    return np.where(np.isnan(shares), -1, scaled).astype(np.int16)


def signed_shades_of(values: NDArray[Any]) -> NDArray[np.int16]:
    """Shades of numbers from -1 to 1."""
    return shades_of((np.asarray(values) + 1) / 2)


@lru_cache(maxsize=4)
def _scale(look: theme.Theme, is_signed: bool) -> NDArray[np.uint32]:
    at = np.arange(LEVELS + 1)
    if not is_signed:
        table = look.probability_table[FAINTEST + at * (255 - FAINTEST) // LEVELS]
        return np.ascontiguousarray(table).view("<u4").ravel()
    values = at / LEVELS * 2 - 1
    quiet = QColor(look.border)
    grey = np.array([quiet.blue(), quiet.green(), quiet.red(), 255])
    plain = np.clip(1 - np.abs(values) / PLAIN_UP_TO, 0, 1)[:, None]
    mixed = look.signed_pixels(values, 1.0) * (1 - plain) + grey * plain
    return np.ascontiguousarray(mixed.round().astype(np.uint8)).view("<u4").ravel()
