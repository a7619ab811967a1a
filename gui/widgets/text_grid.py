"""A text laid out byte by byte, so that however it is cut, every piece stays where it is.

Each character has its place, as wide as its label and as its bytes need; lines break between
words. Ways of cutting the text are then rows of boxes over the same places.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from core.labels import visible
from gui import theme
from gui.widgets.painting import draw_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from core.splits import Places, TextMerges

    Lengths = NDArray[np.float64]
else:
    Lengths = Any

PADDING = 6  # beside a label, both sides together
MOST_REMEMBERED = 20_000  # labels and their widths
MOST_LABELLED = 96  # bytes of a piece that are written out
# Words, tokens, characters; a byte has the grey of what means nothing yet.
HUES = {"words": "#2f66f7", "tokens": "#00b76f", "characters": "#d98716", "bytes": "#808a98"}


@dataclass(frozen=True, eq=False)
class TextGrid:
    """Places of N bytes on L lines.

    Attributes:
        edges: (N + 1,) left edge of each byte on one endless line, and the end.
        lines: (L + 1,) first byte of each line, and N.
    """

    edges: Lengths
    lines: Places

    @property
    def n_lines(self) -> int:
        """Number of lines, L."""
        return len(self.lines) - 1

    def line_of(self, byte: int) -> int:
        """Which line holds a byte."""
        return min(int(np.searchsorted(self.lines, byte, side="right")) - 1, self.n_lines - 1)

    def span(self, line: int, start: int, end: int) -> tuple[float, float]:
        """Left edge and width of the part of a stretch of bytes that is on a line."""
        first, last = self.lines[line], self.lines[line + 1]
        left, right = self.edges[max(start, first)], self.edges[min(end, last)]
        return float(left - self.edges[first]), float(max(right - left, 0.0))

    def pieces(self, line: int, cuts: Places) -> Iterator[tuple[int, int]]:
        """First byte and end of every piece that is on a line, wholly or in part."""
        first = int(np.searchsorted(cuts, self.lines[line], side="right")) - 1
        last = int(np.searchsorted(cuts, self.lines[line + 1], side="left"))
        yield from pairwise(cuts[first : last + 1].tolist())

    def byte_at(self, line: int, x: float) -> int | None:
        """The byte at a place of a line, if there is one."""
        first, last = self.lines[line], self.lines[line + 1]
        at = x + self.edges[first]
        if x < 0 or at >= self.edges[last]:
            return None
        return int(np.searchsorted(self.edges[first : last + 1], at, side="right")) - 1 + int(first)


def measured(merges: TextMerges, font: QFont, byte_px: float) -> Lengths:
    """The edges of a text's bytes.

    Args:
        merges: Tells its bytes and characters.
        font: Of the labels.
        byte_px: A byte takes so much at least.
    """
    points = np.frombuffer(merges.raw.decode().encode("utf-32-le"), np.uint32)
    kinds, which = np.unique(points, return_inverse=True)
    name = font.toString()
    labels = [_label_px(chr(point).encode(), name) + PADDING for point in kinds.tolist()]
    n_bytes = np.diff(merges.character_cuts)
    widths = np.maximum(np.array(labels, dtype=np.float64)[which] / n_bytes, byte_px)
    edges = np.zeros(len(merges.raw) + 1)
    np.cumsum(np.repeat(widths, n_bytes), out=edges[1:])
    return edges


def wrapped(edges: Lengths, merges: TextMerges, width: float) -> TextGrid:
    """Break an endless line between words, or within a word that is longer than a line."""
    words, characters = merges.word_cuts.tolist(), merges.character_cuts.tolist()
    ends, breaks = edges[words].tolist(), edges[characters].tolist()
    lines, n_bytes = [0], len(edges) - 1
    while lines[-1] < n_bytes:
        reach = float(edges[lines[-1]]) + max(width, 1.0) + 1e-6
        end = words[bisect_right(ends, reach) - 1]
        if end <= lines[-1]:
            end = characters[bisect_right(breaks, reach) - 1]
        if end <= lines[-1]:  # not even one character fits
            end = characters[bisect_right(characters, lines[-1])]
        lines.append(end)
    return TextGrid(edges, np.array(lines, dtype=np.int64))


def tinted(hue: str, strength: float) -> QColor:
    """A hue mixed into the ground of a card."""
    back, front = QColor(theme.active().surface), QColor(hue)
    pairs = (
        *((back.red(), front.red()), (back.green(), front.green())),
        (back.blue(), front.blue()),
    )
    return QColor(*(round(a + (b - a) * strength) for a, b in pairs))


def draw_piece(painter: QPainter, room: QRectF, raw: bytes, color: QColor) -> None:
    """Draw a piece's label in the painter's font; stray bytes as bare digits, muted.

    All single ones, so that those side by side look alike, and several where the box is narrow.
    """
    label = label_of(raw)
    font = painter.font()
    is_stray = label[0] == "⟨" and label[1:3] != "U+"
    if is_stray and (len(raw) == 1 or _label_px(raw, font.toString()) > room.width()):
        label, color = raw.hex().upper(), QColor(theme.active().muted)
        digits = theme.mono()
        digits.setPixelSize(font.pixelSize())
        if QFontMetricsF(digits).horizontalAdvance(label) > room.width():
            digits = theme.mono(theme.SMALL - 1)
        painter.setFont(digits)
    draw_token(painter, room, label, color, Qt.AlignmentFlag.AlignHCenter)
    painter.setFont(font)


@lru_cache(MOST_REMEMBERED)
def label_of(raw: bytes) -> str:
    """Bytes for the eye, the beginning of many; remembered, since they are painted again."""
    if len(raw) <= MOST_LABELLED:
        return visible(raw)
    return visible(raw[:MOST_LABELLED].decode(errors="ignore").encode()) + "…"


@lru_cache(MOST_REMEMBERED)
def _label_px(raw: bytes, font: str) -> float:
    return _metrics(font).horizontalAdvance(visible(raw))


@lru_cache(8)
def _metrics(font: str) -> QFontMetricsF:
    wanted = QFont()
    wanted.fromString(font)
    return QFontMetricsF(wanted)
