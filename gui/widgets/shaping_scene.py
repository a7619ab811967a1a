"""What the panels of the shaping show: rows of tokens, and what each step leaves of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gui import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP = theme.INSIDE
TITLE_PX, KEPT_PX, AXIS_PX = 17, 15, 17  # parts of the heads
LOWEST = 1e-6  # where the bars of the logarithmic scale begin
SCALES = (0.1, 0.2, 0.4, 0.6, 0.8)  # what the longest possible bar stands for; else 1


@dataclass(frozen=True)
class PanelRow:
    """One token, or a group of tokens.

    Attributes:
        label: For the eye.
        token: Its id; None for a group.
        n: How many tokens it is.
        shares: What it has after each step, from 0 to 1.
        n_kept: How many tokens of it have something, after each step.
    """

    label: str
    token: int | None
    n: int
    shares: tuple[float, ...]
    n_kept: tuple[int, ...]


@dataclass(frozen=True)
class PanelHead:
    """What stands above a panel.

    Attributes:
        title: What is done.
        short: The same where there is little room.
        kept: How many tokens are in the draw after it, and what they have together.
        kept_short: The same where there is little room.
        is_off: The step leaves everything as it is.
        is_cutting: It takes tokens out of the draw.
    """

    title: str
    short: str
    kept: str
    kept_short: str
    is_off: bool
    is_cutting: bool = False


@dataclass(frozen=True)
class ShapingScene:
    """All of it.

    Attributes:
        heads: One for each step.
        rows: The likeliest first; together they are the whole vocabulary.
    """

    heads: tuple[PanelHead, ...]
    rows: tuple[PanelRow, ...]

    def check(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: Numbers are missing, are no shares, or are too many together.
        """
        n = self.n_steps
        if any(len(row.shares) != n or len(row.n_kept) != n for row in self.rows):
            raise ValueError(f"a row has not {n} steps")
        shares = self.shares()
        if not ((shares >= 0) & (shares <= 1 + 1e-6)).all():
            raise ValueError("a share is not between 0 and 1")
        sums = shares.sum(axis=0)
        whole = [not head.is_cutting for head in self.heads]
        if (abs(sums[whole] - 1) > 1e-3).any() or (sums > 1 + 1e-3).any():
            raise ValueError(f"the steps sum to {sums}")

    def shares(self) -> NDArray[np.float64]:
        """(rows, steps) float64."""
        shares = np.array([row.shares for row in self.rows], dtype=np.float64)
        return shares.reshape(-1, self.n_steps)

    @property
    def n_steps(self) -> int:
        """How many panels."""
        return len(self.heads)

    def is_cut(self, row: int, step: int) -> bool:
        """Whether this very step takes all that a row had."""
        shares = self.rows[row].shares
        return self.heads[step].is_cutting and shares[step] == 0 and shares[step - 1] > 0

    def boundary(self, step: int) -> int | None:
        """The first row that loses all or some of its tokens in this step.

        None if none does, or if some below it are kept, as where the text's own words fell behind.
        """
        if step == 0:
            return None
        cut = [row.n_kept[step] < row.n_kept[step - 1] for row in self.rows]
        if True not in cut:
            return None
        first = cut.index(True)
        return None if any(row.n_kept[step] for row in self.rows[first + 1 :]) else first


def lengths(shares: NDArray[np.float64], scale: float, *, logarithmic: bool) -> NDArray[np.float64]:
    """How long bars are, as shares of the longest possible one.

    Args:
        shares: From 0 to 1, any shape.
        scale: What the longest possible bar stands for, where the scale is linear.
        logarithmic: Each power of ten has the same length, from `LOWEST` on.
    """
    if not logarithmic:
        return np.minimum(shares / scale, 1.0)
    decades = -math.log10(LOWEST)
    found: NDArray[np.float64] = 1 + np.log10(np.maximum(shares, LOWEST)) / decades
    return np.clip(found, 0.0, 1.0)


def scale_of(shares: NDArray[np.float64]) -> float:
    """The least round number that all shares are below."""
    highest = float(shares.max(initial=0.0))
    return next((scale for scale in SCALES if scale >= highest), 1.0)


def ticks(scale: float, *, logarithmic: bool) -> tuple[tuple[float, str], ...]:
    """Where hairlines stand, as shares of the longest bar, and what they say."""
    if logarithmic:
        return tuple(
            (float(lengths(np.array(value), 1.0, logarithmic=True)), text)
            for value, text in ((1e-6, ""), (1e-4, "0.01%"), (1e-2, ""), (1.0, "100%"))
        )
    return ((0.0, "0%"), (0.5, ""), (1.0, f"{100 * scale:g}%"))


# --- where things are


def label_px(width: float) -> float:
    """How wide the names at the left are."""
    return min(max(0.15 * width, theme.px(112)), theme.px(160))


def columns(width: float, n_steps: int) -> tuple[tuple[float, float], ...]:
    """Left edge and width of each panel, in a figure of this width."""
    left = label_px(width) + GAP
    each = max((width - left - GAP * (n_steps - 1)) / n_steps, 1.0)
    return tuple((left + step * (each + GAP), each) for step in range(n_steps))


def head_px(*, has_axis: bool) -> float:
    """How high the heads of the panels are."""
    return float(theme.px(TITLE_PX + KEPT_PX + (AXIS_PX if has_axis else 2)))


def row_px(n_rows: int, height: float, head: float) -> float:
    """How high a row is, below heads of some height."""
    room = (height - head) / max(n_rows, 1)
    return min(max(room, theme.px(14, 0.6)), theme.px(26))
