"""How attention is drawn as lines between words: which lines, where, how thick and how dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.attention_picture import ATTENTION
from gui.widgets.legend import draw_legend
from gui.widgets.painting import (
    checked,
    draw_focus_ring,
    draw_hint,
    draw_token,
    elided,
)
from gui.widgets.scrolled import ScrolledCanvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from gui.widgets.attention_picture import Scale

EDGE, GAP = 4, 6
ROW_PX = (17, 34)  # height of a word's row, at least and at most
HEAD_PX, READOUT, LEGEND = 18, 20, 20  # heights of the lines above and below
WORD_PX = 110  # widest word
LINES_PX = 48  # where the lines still slope
MOST_LINES = 400  # more would be a grey cloud; of one word, all are drawn
FAINT = 0.005  # what rounds to 0.00 is no line
WIDEST = 7.0  # line, in device-independent pixels
LOOKS, SEEN = 0, 1  # the columns
TITLES = ("looks", "is looked at")
SHORT = ("looked at", "seen")  # where there is no room for the second one
HINT = "Type a sentence above: lines will show how much each word looks at those before it."
POINT = " Point at a word"  # how a sentence begins that is left out where there is no room
ALL = "All {} lines. Point at a word to see only its own."
ONLY = "One line: a single word can only look at itself."
SOME = "The {} strongest of {} lines, {} of all attention. Point at a word to see all of its own."
Key = Qt.Key
Spot = tuple[int, int]  # column, token


class ArcsPainting(ScrolledCanvas):
    """Words in two columns, lines between them; what one points at is told by `_at`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pattern: NDArray[np.float32] | None = None  # (T, T)
        self._labels: tuple[str, ...] = ()
        self._scale = ATTENTION
        self._hint = HINT
        self._at: Spot | None = None  # the word one points at
        self._selected: int | None = None
        self._hovered: int | None = None  # elsewhere
        self._lines: NDArray[np.intp] = np.zeros((0, 2), dtype=np.intp)  # strongest first
        self._n_all, self._share = 0, 1.0
        self._view = QRectF()
        self._row_px, self._word_px, self._number_px = 20.0, 60.0, 30.0

    def set_data(
        self, pattern: NDArray[np.float32], labels: Sequence[str], scale: Scale = ATTENTION
    ) -> None:
        """Show one head.

        Args:
            pattern: (T, T) from 0 to 1; row t says how much token t looks at each column.
            labels: T labels of the tokens.
            scale: What the numbers mean.

        Raises:
            ValueError: Another shape, nothing in it, or numbers that are not finite.
        """
        pattern = checked(pattern, "pattern", len(labels), len(labels))
        if pattern.size == 0:
            raise ValueError("pattern is empty: use clear()")
        self._pattern, self._labels, self._scale = pattern, tuple(labels), scale
        if self._at is not None and self._at[1] >= len(labels):
            self._at = None
        self._choose_lines(pattern)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._pattern, self._labels, self._hint, self._at = None, (), hint, None
        self._describe()
        self.refresh()

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Show only the lines of a token that looks: the one under the mouse, else the clicked."""
        if (token, hovered) == (self._selected, self._hovered):
            return
        is_other = token != self._selected
        self._selected, self._hovered = token, hovered
        if is_other and token is not None and self._at is None:
            around = 3 * self._row_px  # what it looks at is often near
            self.scroll_to(token * self._row_px - around, (token + 1) * self._row_px + around)
        self._describe()
        self.update()

    def _choose_lines(self, pattern: NDArray[np.float32]) -> None:
        """The strongest lines, and how much of all attention they are."""
        strengths = np.abs(pattern)
        rows, columns = np.nonzero(strengths >= FAINT * self._scale.top)
        weights = strengths[rows, columns]
        self._n_all = len(weights)
        if self._n_all > MOST_LINES:
            best = np.argpartition(-weights, MOST_LINES)[:MOST_LINES]
            rows, columns, weights = rows[best], columns[best], weights[best]
        order = np.argsort(-weights, kind="stable")
        self._lines = np.stack([rows, columns], axis=1)[order]
        self._share = float(weights.sum() / max(strengths.sum(), 1e-12))

    def sizeHint(self) -> QSize:
        """Room for twenty words."""
        return QSize(440, 420)

    def minimumSizeHint(self) -> QSize:
        """Small but with room for lines."""
        return QSize(theme.px(200, 0.5), theme.px(160, 0.5))

    # --- where things are

    def prepare(self) -> None:
        """Share the room: words at both sides, numbers beside them, lines between."""
        if self._pattern is None:
            self.set_content(0, QRect(), 1)
            return
        n = len(self._labels)
        metrics = QFontMetricsF(theme.font(theme.SMALL))
        widest = max(map(metrics.horizontalAdvance, set(self._labels))) + GAP
        titles = max(map(metrics.horizontalAdvance, TITLES))
        number = "-0.00" if self._scale.is_signed else "0.00"
        self._number_px = QFontMetricsF(theme.mono()).horizontalAdvance(number) + GAP
        room = self.width() - 2 * EDGE
        need = min(widest, theme.px(WORD_PX))
        with_ease = min(max(need, titles), room * 0.3 - self._number_px)
        most = (room - theme.px(LINES_PX, 0.5)) / 2 - self._number_px
        self._word_px = max(min(max(need, with_ease), most), 8.0)
        top = EDGE + theme.px(HEAD_PX)
        height = max(self.height() - top - theme.px(READOUT) - theme.px(LEGEND) - EDGE, 1)
        low, high = map(theme.px, ROW_PX)
        self._row_px = min(max(height / n, low), high)
        view = QRect(0, top, self.width(), int(height))
        self.set_content(self._row_px * n, view, int(self._row_px))
        right = self.bar_px() if self._row_px * n > height + 1 else 0
        self._view = QRectF(EDGE, top, max(room - right, 1.0), height)

    def _row_top(self, token: int) -> float:
        return self._view.y() + token * self._row_px - self.top

    def _word(self, column: int, token: int) -> QRectF:
        """Where a word stands."""
        left = self._view.x() if column == LOOKS else self._view.right() - self._word_px
        return QRectF(left, self._row_top(token), self._word_px, self._row_px)

    def _number(self, column: int, token: int) -> QRectF:
        """Where a weight stands, between a word and its lines."""
        left = self._view.x() + self._word_px
        if column == SEEN:
            left = self._view.right() - self._word_px - self._number_px
        return QRectF(left, self._row_top(token), self._number_px, self._row_px)

    def _end(self, column: int, token: int) -> QPointF:
        """Where the lines of a word end."""
        number = self._number(column, token)
        x = number.right() + 3 if column == LOOKS else number.left() - 3
        return QPointF(x, number.center().y())

    def _token_near(self, point: QPointF) -> int | None:
        if self._pattern is None or not self._view.contains(point):
            return None
        token = int((point.y() - self._view.y() + self.top) // self._row_px)
        return token if 0 <= token < len(self._labels) else None

    def spot_at(self, point: QPointF) -> Spot | None:
        """Column and token of the word or of the weight at a point."""
        token = self._token_near(point)
        for column in (LOOKS, SEEN) if token is not None else ():
            assert token is not None
            if self._word(column, token).united(self._number(column, token)).contains(point):
                return column, token
        return None

    # --- what is stressed

    @property
    def _focus(self) -> Spot | None:
        """The word whose lines alone are shown."""
        if self._at is not None:
            return self._at
        token = self._selected if self._hovered is None else self._hovered
        return (LOOKS, token) if token is not None and token < len(self._labels) else None

    def _own(self, focus: Spot) -> list[Spot]:
        """Row and column of every line of a word, strongest first."""
        assert self._pattern is not None
        column, token = focus
        weights = self._pattern[token] if column == LOOKS else self._pattern[:, token]
        n_tokens = len(weights)
        allowed = range(token + 1) if column == LOOKS else range(token, n_tokens)
        order = sorted(allowed, key=lambda other: -abs(float(weights[other])))
        return [(token, other) if column == LOOKS else (other, token) for other in order]

    def said(self) -> str:
        """What the lines are, in words."""
        if self._pattern is None:
            return self._hint
        if self._focus is None:
            if len(self._labels) == 1:
                return ONLY
            if self._n_all <= MOST_LINES:
                return ALL.format(f"{self._n_all:,}")
            share = f"{self._share:.0%}"
            return SOME.format(f"{len(self._lines):,}", f"{self._n_all:,}", share)
        row, column = self._own(self._focus)[0]
        label, weight = self._labels[self._focus[1]], self._scale.shown(self._weight(row, column))
        if self._scale.is_signed:
            other = self._labels[column if self._focus[0] == LOOKS else row]
            return f"{label} differs most with {other}, {weight}."
        if self._focus[0] == LOOKS:
            return f"{label} looks most at {self._labels[column]}, {weight}."
        return f"{label} is looked at most by {self._labels[row]}, {weight}."

    def _weight(self, row: int, column: int) -> float:
        assert self._pattern is not None
        return float(self._pattern[row, column])

    def _describe(self) -> None:
        self.setAccessibleDescription(self.said())

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines that can be seen, the words above them, and what there is to read."""
        painter = QPainter(self)
        if self._pattern is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(self._view)
            self._draw_lines(painter)
            self._draw_words(painter)
            painter.restore()
            self._draw_frame(painter)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_lines(self, painter: QPainter) -> None:
        """The weakest first, so that the strong ones lie above them."""
        focus = self._focus
        lines = self._lines.tolist() if focus is None else self._own(focus)
        top, bottom = self._view.top(), self._view.bottom()
        for row, column in reversed(lines):
            start, end = self._end(LOOKS, row), self._end(SEEN, column)
            if max(start.y(), end.y()) < top or min(start.y(), end.y()) > bottom:
                continue
            share = abs(self._weight(row, column)) / max(self._scale.top, 1e-12)
            if share < FAINT:
                continue
            width = max(WIDEST * share, 0.8)
            pen = QPen(self._scale.color(self._weight(row, column)), width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # a third of what round ends cost, measured
            painter.setPen(pen)
            painter.drawLine(start, end)

    def _draw_words(self, painter: QPainter) -> None:
        look, focus = theme.active(), self._focus
        weights: dict[int, float] = {}
        if focus is not None:
            other = SEEN if focus[0] == LOOKS else LOOKS
            weights = {line[other]: self._weight(*line) for line in self._own(focus)}
        first = max(int(self.top // self._row_px), 0)
        last = min(int((self.top + self._view.height()) // self._row_px) + 1, len(self._labels))
        for column in (LOOKS, SEEN):
            align = Qt.AlignmentFlag.AlignRight if column == LOOKS else Qt.AlignmentFlag.AlignLeft
            for token in range(first, last):
                is_focus = focus == (column, token)
                is_other = focus is not None and focus[0] != column
                faded = is_other and abs(weights.get(token, 0.0)) < FAINT * self._scale.top
                color = look.accent if is_focus else look.muted if faded else look.text
                painter.setFont(theme.font(theme.SMALL, bold=is_focus))
                word = self._word(column, token)
                draw_token(painter, word, self._labels[token], QColor(color), align)
                if is_other and token in weights:
                    self._draw_number(painter, column, token, weights[token])

    def _draw_number(self, painter: QPainter, column: int, token: int, weight: float) -> None:
        painter.setFont(theme.mono())
        painter.setPen(QColor(theme.active().muted))
        flags = Qt.AlignmentFlag.AlignCenter
        painter.drawText(self._number(column, token), flags, self._scale.shown(weight))

    def _draw_titles(self, painter: QPainter) -> None:
        """Above the words, and if need be above their numbers too; never cut."""
        advance, high = QFontMetricsF(painter.font()).horizontalAdvance, theme.px(HEAD_PX)
        wide, view = self._word_px + self._number_px, self._view
        seen = next((one for one in (TITLES[SEEN], *SHORT) if advance(one) <= wide), SHORT[-1])
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        fits = advance(TITLES[LOOKS]) <= self._word_px
        room = QRectF(view.x(), EDGE, self._word_px if fits else wide, high)
        painter.drawText(room, right if fits else left, TITLES[LOOKS])
        fits = advance(seen) <= self._word_px
        painter.drawText(
            QRectF(view.right() - wide, EDGE, wide, high).adjusted(fits * self._number_px, 0, 0, 0),
            left if fits else right,
            seen,
        )

    def _draw_frame(self, painter: QPainter) -> None:
        """Titles above; what the lines are and what their colours mean below."""
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        self._draw_titles(painter)
        below = QRectF(EDGE, self._view.bottom(), self.width() - 2 * EDGE, theme.px(READOUT))
        painter.setPen(QColor(look.text if self._focus is not None else look.muted))
        words, wide = self.said(), QFontMetricsF(painter.font()).horizontalAdvance
        if wide(words) > below.width():
            words = words.split(POINT)[0]
        words = elided(words, painter.font(), below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
        middle, top, scale = self.width() / 2, below.bottom() + 4, self._scale
        signed = scale.is_signed
        draw_legend(
            *(painter, middle, top, below.width(), scale.ends()), is_signed=signed, is_masked=False
        )
