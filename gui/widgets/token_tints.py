"""Under each token of a text that is edited: how surprising it was."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.painting import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QPaintEvent, QTextBlock, QTextLine
    from PySide6.QtWidgets import QPlainTextEdit

FULL_BITS, LIKELY = 10.0, 1_000  # and more: the darkest; one of a thousand
STRIP_PX = 4
GAP_PX = 1  # between the strips of two tokens
NAME = "Surprise"
MEANING = (
    "Below each token: how surprised the model was by it, in bits. 0 means that it was certain, "
    "1 that it was a coin's toss, 10 that it was one of a thousand.\n"
    "Point at a token for its rank and what was likelier; click it for all that could stand there."
)


@dataclass(frozen=True)
class TokenMark:
    """One token of the text.

    Attributes:
        start: Its first character, in Qt's units.
        end: One past its last.
        bits: Its surprise; None if nothing is known of it.
        tell: Makes up `tip`, which few tokens are ever asked for.
    """

    start: int
    end: int
    bits: float | None = None
    tell: Callable[[], str] = field(default=str, compare=False)

    @property
    def tip(self) -> str:
        """What a resting mouse is told."""
        return self.tell()


class TokenTints:
    """Where the tokens of an editor's text stand, and their colours.

    Args:
        editor: Its document is looked at anew each time: lines break as they like.
    """

    def __init__(self, editor: QPlainTextEdit) -> None:
        self._editor = editor
        self.marks: tuple[TokenMark, ...] = ()
        self._ends: list[int] = []
        self.hovered: int | None = None
        self.place: int | None = None

    def set_marks(self, marks: Sequence[TokenMark]) -> None:
        """Show these, in the order of the text.

        Raises:
            ValueError: One ends before it starts, or starts before the one in front of it.
        """
        starts = [mark.start for mark in marks]
        if starts != sorted(starts) or any(mark.end < mark.start for mark in marks):
            raise ValueError("tokens do not follow one another")
        self._have(tuple(marks))

    def cut(self, n_units: int) -> None:
        """What is behind so many of Qt's units has changed."""
        self._have(tuple(mark for mark in self.marks if mark.end <= n_units))

    def _have(self, marks: tuple[TokenMark, ...]) -> None:
        self.marks = marks
        self._ends = [mark.end for mark in marks]
        self.hovered = self.place = None

    def at_point(self, point: QPointF) -> int | None:
        """The token under a point of the viewport."""
        for index, rect in self._rects():
            if rect.contains(point):
                return index
        return None

    def at_position(self, position: int) -> int | None:
        """The token that holds the character behind the cursor."""
        index = bisect_right([mark.start for mark in self.marks], position) - 1
        if index < 0 or position >= self.marks[index].end:
            return None
        return index

    def paint(self, painter: QPainter) -> None:
        """Draw the strips, and rings around what is pointed at and what is looked at."""
        look = theme.active()
        rings = []
        for index, rect in self._rects():
            bits = self.marks[index].bits
            if bits is not None:
                high = theme.px(STRIP_PX)
                strip = QRectF(rect.x(), rect.bottom() - high, rect.width() - GAP_PX, high)
                painter.fillRect(strip, tint(bits))
            if index in (self.hovered, self.place):
                rings.append((index == self.place, rect))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for is_place, rect in rings:
            color = QColor(look.accent if is_place else look.muted)
            painter.setPen(QPen(color, 2 if is_place else 1))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _rects(self) -> Iterator[tuple[int, QRectF]]:
        """Every part of a token that is in sight: one that breaks over lines has several."""
        block, bottom = self._editor.firstVisibleBlock(), self._editor.viewport().height()
        while block.isValid():
            top = self._top_of(block)
            if top.y() > bottom:
                return
            yield from self._rects_in(block, top)
            block = block.next()

    def _top_of(self, block: QTextBlock) -> QPointF:
        offset = self._editor.contentOffset()
        return self._editor.blockBoundingGeometry(block).topLeft() + offset

    def _rects_in(self, block: QTextBlock, top: QPointF) -> Iterator[tuple[int, QRectF]]:
        layout, first = block.layout(), block.position()
        at, bottom = top + layout.position(), self._editor.viewport().height()
        last = first + block.length() - 1
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            y, high = at.y() + line.y(), line.height()
            if y > bottom:
                return
            if y + high < 0:
                continue
            start = first + line.textStart()
            end = min(start + line.textLength(), last)
            for index in range(bisect_right(self._ends, start), len(self.marks)):
                mark = self.marks[index]
                if mark.start >= end:
                    break
                span = max(mark.start, start) - first, min(mark.end, end) - first
                if span[1] > span[0]:
                    left, right = sorted((_x(line, span[0]), _x(line, span[1])))
                    yield index, QRectF(at.x() + left, y, right - left, high)


def _x(line: QTextLine, position: int) -> float:
    """Where a cursor would stand; Qt gives the position that it found with it."""
    x, _ = cast("tuple[float, int]", line.cursorToX(position))
    return x


def tint(bits: float) -> QColor:
    """The colour of a surprise."""
    return _tint(theme.active().name, round(255 * min(max(bits, 0.0) / FULL_BITS, 1.0)))


@lru_cache(maxsize=1024)
def _tint(_theme: str, step: int) -> QColor:
    """One of 256; each is worked out once in a theme."""
    return theme.active().probability_color(step / 255)


class SurpriseLegend(QWidget):
    """What the strips mean: the scale, drawn small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surpriseLegend")
        self.setAccessibleName(NAME)
        self.setAccessibleDescription(MEANING)
        self.setToolTip(MEANING)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _words(self) -> tuple[str, str]:
        return f"{NAME}: none", f"1 in {LIKELY:,}"

    def sizeHint(self) -> QSize:
        """Its words and the scale."""
        metrics = QFontMetricsF(theme.font(theme.SMALL))
        words = sum(metrics.horizontalAdvance(word) for word in self._words())
        return QSize(round(words) + theme.px(56) + 2 * theme.INSIDE, theme.px(18))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the scale between its ends."""
        painter = QPainter(self)
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        metrics = QFontMetricsF(painter.font())
        before, after = (metrics.horizontalAdvance(word) for word in self._words())
        baseline = (self.height() + metrics.capHeight()) / 2
        high = theme.px(10)
        ramp = QRectF(before + 5, (self.height() - high) / 2, 0, high)
        ramp.setRight(self.width() - after - 5)
        painter.setPen(QColor(look.muted))
        painter.drawText(QPointF(0, baseline), self._words()[0])
        painter.drawText(QPointF(ramp.right() + 5, baseline), self._words()[1])
        painter.drawImage(ramp, picture(look.probability_table[None]))
        painter.setPen(QPen(QColor(look.border), 1))
        painter.drawRect(ramp)
