"""How sure the net is of each symbol: one bar a symbol, the surest stressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import Glide, checked, draw_hint, elided
from gui.widgets.pixel_painting import N_PIXELS, draw_pixels
from gui.widgets.prediction_rows import percent
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "The answer appears here as soon as there is a net."
UNKNOWN = "?"  # instead of a percentage
ROW_PX = (18, 400)  # lowest and highest row
TALL_PX = 44  # from here on, the bar has a line of its own below the name
GAP = theme.INSIDE
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SymbolBars(RowCanvas):
    """One row a symbol: picture, name, bar, percentage. They need not add up to one.

    Signals:
        symbol_chosen: (int) the row that was clicked, or entered with the keyboard.
    """

    symbol_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("symbolBars")
        self.setAccessibleName("Probability of each symbol")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._names: tuple[str, ...] = ()
        self._pictures: NDArray[np.float32] = np.zeros((0, N_PIXELS), np.float32)
        self._probabilities = self._start = self._shown = np.zeros(0)
        self._glide = Glide(self._on_glide, self)
        self._current = 0
        self._is_known = True
        self.clear()

    # --- what is shown

    def set_data(
        self, names: Sequence[str], pictures: NDArray[Any], probabilities: NDArray[Any] | None
    ) -> None:
        """Show an answer, the bars gliding from the one before.

        Args:
            names: Of the K symbols.
            pictures: (K, 9) what they look like.
            probabilities: (K,) from 0 to 1, each for itself; None while there is no answer yet.

        Raises:
            ValueError: The shapes do not fit together, or a number is no probability.
        """
        n = len(names)
        self._pictures = checked(pictures, "pictures", n, N_PIXELS)
        self._is_known = probabilities is not None
        given = np.zeros(n) if probabilities is None else probabilities
        answer = checked(given, "probabilities", n).astype(np.float64)
        if n and (answer.min() < 0 or answer.max() > 1):
            raise ValueError("probabilities are not from 0 to 1")
        self._start = self._shown if len(self._shown) == n else np.zeros(n)
        if n != len(self._names):
            self.updateGeometry()
        self._names, self._probabilities = tuple(names), answer
        self._current = min(self._current, max(n - 1, 0))
        self._hovered = None if self._hovered is None or self._hovered >= n else self._hovered
        self._describe()
        self.prepare()
        self._glide.stop()
        self._on_glide(0.0 if self.isVisible() else 1.0)
        if self.isVisible():
            self._glide.start()

    def clear(self) -> None:
        """Show nothing but a hint."""
        self.set_data((), np.zeros((0, N_PIXELS)), np.zeros(0))

    def _on_glide(self, done: float) -> None:
        self._shown = self._start + (self._probabilities - self._start) * done
        self.update()

    def _describe(self) -> None:
        """Say the current row, then all of them, to a screen reader."""
        said = [f"{name} {self._number(row)}" for row, name in enumerate(self._names)]
        here = f"{said[self._current]}. All: {', '.join(said)}." if said else HINT
        self.setAccessibleDescription(here)

    def _number(self, row: int) -> str:
        return percent(float(self._probabilities[row])) if self._is_known else UNKNOWN

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows with room for the pictures."""
        return QSize(200, 4 * 64)

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(130), max(len(self._names), 4) * theme.px(ROW_PX[0]))

    def prepare(self) -> None:
        """Divide the height into rows, and a row into its columns."""
        rows = max(len(self._names), 1)
        self._row_px = float(np.clip(self.height() / rows, theme.px(ROW_PX[0]), ROW_PX[1]))
        self._top = max((self.height() - rows * self._row_px) / 2, 0.0)
        self._is_tall = self._row_px >= theme.px(TALL_PX)
        self._thumb_px = (
            min(max(self._row_px / 3, theme.px(42)), theme.px(64), self._row_px - 8)
            if self._is_tall
            else 14.0
        )
        self._text_x = GAP + self._thumb_px + GAP
        self._choose_fonts(theme.HEADING if self._is_tall else theme.SMALL)
        if self._is_tall and self._text_x + self._widest_name() > self._name_end():
            self._choose_fonts(theme.SMALL)

    def _choose_fonts(self, number_px: int) -> None:
        """Of the numbers, and of the names beside them."""
        self._number_font = theme.mono(number_px)
        self._number_width = QFontMetricsF(self._number_font).horizontalAdvance(">99.9%") + 2
        self._name_px = max(number_px, theme.BODY)

    def _widest_name(self) -> float:
        metrics = QFontMetricsF(theme.font(self._name_px, bold=True))
        return max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)

    def _name_end(self) -> float:
        """In a tall row, where the number begins."""
        return self.width() - GAP - self._number_width

    def _row_rect(self, row: int) -> QRectF:
        return QRectF(0, self._top + row * self._row_px, self.width(), self._row_px)

    def row_at(self, at: QPointF) -> int | None:
        """The symbol under a point of the widget."""
        rows = range(len(self._names))
        return next((row for row in rows if self._row_rect(row).contains(at)), None)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows as they stand at this moment of the glide."""
        painter = QPainter(self)
        if not self._names:
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        winner = int(self._probabilities.argmax()) if self._is_known else None
        for row in range(len(self._names)):
            self._paint_stress(painter, row)
            self._paint_row(painter, row, is_winner=row == winner)

    def _paint_stress(self, painter: QPainter, row: int) -> None:
        """The row under the mouse, and the one that Enter would choose."""
        rect = self._row_rect(row)
        if row == self._hovered:
            fill_row(painter, rect.adjusted(1, 1, -1, -1))
        if row == self._current and self.shows_focus:
            ring_row(painter, rect)

    def _paint_row(self, painter: QPainter, row: int, *, is_winner: bool) -> None:
        look, rect = theme.active(), self._row_rect(row)
        size = self._thumb_px
        thumb = QRectF(GAP, round(rect.center().y() - size / 2), size, size)
        draw_pixels(painter, thumb, self._pictures[row])
        right = rect.right() - GAP
        line = QRectF(self._text_x, rect.y(), right - self._text_x, rect.height())
        if self._is_tall:
            words = QRectF(line.x(), thumb.y() - theme.px(4), line.width(), theme.px(22))
            bar = QRectF(line.x(), thumb.bottom() - 14, line.width(), 14)
        else:
            words = line
            name_px = min(max(0.25 * line.width(), 20), 80)
            x = line.x() + name_px
            bar = QRectF(x, line.center().y() - 5, right - self._number_width - GAP - x, 10)
        self._paint_bar(painter, bar, float(self._shown[row]))
        painter.setPen(QColor(look.text if is_winner else look.muted))
        font = theme.font(self._name_px, bold=is_winner)
        painter.setFont(font)
        room = words.width() - self._number_width if self._is_tall else bar.x() - words.x()
        painter.drawText(words, LEFT, elided(self._names[row], font, room))
        self._number_font.setBold(is_winner)
        painter.setFont(self._number_font)
        painter.drawText(words, RIGHT, self._number(row))

    def _paint_bar(self, painter: QPainter, track: QRectF, share: float) -> None:
        """The bar in the track that it could fill."""
        look = theme.active()
        painter.fillRect(track, QColor(look.raised))
        filled = QRectF(track.x(), track.y(), track.width() * share, track.height())
        painter.fillRect(filled, look.probability_color(0.6))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the symbol under the mouse."""
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk over the rows; Enter or Space chooses."""
        key, last = event.key(), len(self._names) - 1
        if last >= 0 and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._current = min(max(self._current + step, 0), last)
            self._describe()
            self.update()
        elif last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        self._current = row
        self._describe()
        self.symbol_chosen.emit(row)

    def exact(self, row: int) -> str:
        """The number with all its digits."""
        value = f"{self._probabilities[row]:.6f}" if self._is_known else "no answer yet"
        return f"{self._names[row]}: {value}\nClick to draw it."
