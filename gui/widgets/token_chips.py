"""Where the chips of a token strip lie: cut into lines as words are, equal in height."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.trace import TokenInfo

CHIP_HEIGHT, GAP, PADDING = 42, 6, 8
WIDEST = 200  # a longer token is shortened; its tooltip has all of it
EDGE = 3  # room for the outline and the focus ring
OLDER_SHOWN = 6  # chips of tokens out of reach that are still drawn; the rest are counted
NUMBER_FROM = 0.55  # of a chip's height
MOST_MEASURED = 20_000  # widths that are remembered


@dataclass(frozen=True)
class Chip:
    """One chip.

    Attributes:
        rect: Where it lies, before scrolling.
        label: What it says.
        below: What it says in small type.
        token: What it stands for; None if it counts older tokens.
        position: Among the tokens in reach; None for an older one.
        at: Among all tokens, older ones included; None if it counts some.
    """

    rect: QRectF
    label: str
    below: str
    token: TokenInfo | None
    position: int | None
    at: int | None

    @property
    def number_rect(self) -> QRectF:
        """The part in which the token's number stands."""
        return self.rect.adjusted(0, NUMBER_FROM * self.rect.height(), 0, 0)


def lay_out(
    tokens: Sequence[TokenInfo], older: Sequence[TokenInfo], width: float
) -> list[list[Chip]]:
    """Cut the chips into lines.

    Args:
        tokens: What the model looks at.
        older: What came before and no longer fits its context.
        width: Of a line, in device-independent pixels.
    """
    fonts = f"{theme.font().key()} {theme.mono().key()}"
    height, pitch, widest = theme.px(CHIP_HEIGHT), pitch_px(), theme.px(WIDEST)
    rows: list[list[Chip]] = []
    x = width + 1  # the first chip opens the first line
    next_older = max(len(older) - OLDER_SHOWN, 0)
    for label, below, token, position in _contents(tokens, older):
        wanted = _wanted_width(label, below, fonts)
        chip_width = max(min(wanted, widest, width), 2 * PADDING)
        if x + chip_width > width:
            rows.append([])
            x = 0.0
        rect = QRectF(EDGE + x, EDGE + (len(rows) - 1) * pitch, chip_width, height)
        at = None if position is None else len(older) + position
        if position is None and token is not None:
            at = next_older
            next_older += 1
        rows[-1].append(Chip(rect, label, below, token, position, at))
        x += chip_width + GAP
    return rows


def chip_at(rows: Sequence[Sequence[Chip]], point: QPointF) -> Chip | None:
    """The chip at a point, before scrolling."""
    row = int((point.y() - EDGE) // pitch_px())
    chips = rows[row] if 0 <= row < len(rows) else ()
    return next((chip for chip in chips if chip.rect.contains(point)), None)


def find(rows: Sequence[Sequence[Chip]], position: int) -> tuple[int, Chip]:
    """The line in which a token's chip lies, and the chip."""
    return next(
        (row, chip) for row, chips in enumerate(rows) for chip in chips if chip.position == position
    )


def above_or_below(rows: Sequence[Sequence[Chip]], position: int, step: int) -> int | None:
    """The token that lies nearest, so many lines below (or above) another one's."""
    row, chip = find(rows, position)
    row = min(max(row + step, 0), len(rows) - 1)
    near = [each for each in rows[row] if each.position is not None]
    x = chip.rect.center().x()
    return min(near, key=lambda each: abs(each.rect.center().x() - x)).position if near else None


def pitch_px() -> int:
    """From line to line, in device-independent pixels."""
    return theme.px(CHIP_HEIGHT) + GAP


def height_px(rows: int) -> int:
    """Of so many lines, in device-independent pixels."""
    return rows * pitch_px() - GAP + 2 * EDGE


def _contents(
    tokens: Sequence[TokenInfo], older: Sequence[TokenInfo]
) -> Iterator[tuple[str, str, TokenInfo | None, int | None]]:
    """What each chip says: label, line below, token, position."""
    n_hidden = len(older) - OLDER_SHOWN
    if n_hidden > 0:
        yield f"{n_hidden:,} more", "out of reach", None, None
    for token in older[-OLDER_SHOWN:]:
        yield token.label, str(token.id), token, None
    for position, token in enumerate(tokens):
        yield token.label, str(token.id), token, position


@lru_cache(MOST_MEASURED)
def _wanted_width(label: str, below: str, _fonts: str) -> float:
    """What both lines take; measuring takes longer than all the rest of a layout."""
    label_px = QFontMetricsF(theme.font()).horizontalAdvance(label)
    below_px = QFontMetricsF(theme.mono()).horizontalAdvance(below)
    return max(label_px, below_px) + 2 * PADDING
