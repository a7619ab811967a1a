"""How surprising a text is to several predictors, token by token, and where one backs off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.painting import checked, draw_hint, draw_token, elided
from gui.widgets.predictor_look import color_of, draw_curve, draw_mark, draw_sample, pen_of
from gui.widgets.row_canvas import RowCanvas, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

LEGEND_PX, LABELS_PX, CELL_PX = 20, 18, 9
CELLS_PX = 9  # between the curves and the cells
AXIS_PX = 34  # for the numbers of bits
ROOMY_PX = 9  # positions closer together than this have no marks of their own
HINT = "From the second token on, the surprise of each is drawn here."
SEEN = ("both before", "one before")  # rows of cells, from above
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class SurpriseCurves(RowCanvas):
    """One curve a predictor over the tokens, all in bits; below, which contexts were seen.

    A filled cell: the token before, or the two before together, were seen with something behind
    them. A hollow one: never, so the counter backs off to a shorter context.

    Signals:
        number_asked: ((int, int), QPoint) curve and token of a point, and where it is.
        token_clicked: (int) the token whose name was clicked.
        token_hovered: (int | None) the token under the mouse or the keyboard.
    """

    number_asked = Signal(object, QPoint)
    token_clicked = Signal(int)
    token_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surpriseCurves")
        self.setAccessibleName("Surprise of each predictor, token by token")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._names: tuple[str, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._bits = np.zeros((0, 0), np.float32)
        self._means = np.zeros(0)
        self._reaches = self._possible = np.zeros(0, np.int64)
        self._hint = HINT
        self._selected: int | None = None
        self._current = (0, 0)  # curve and token that the keyboard is on
        self.prepare()

    def set_data(
        self,
        names: Sequence[str],
        labels: Sequence[str],
        bits: NDArray[Any],
        reaches: NDArray[Any],
        possible: NDArray[Any],
    ) -> None:
        """Show curves.

        Args:
            names: Of the P predictors.
            labels: Of the N tokens.
            bits: (P, N) 0 or more.
            reaches: (N,) how many of the tokens before each the last counter has seen together.
            possible: (N,) how many there are for it to look at: 1 or 2.

        Raises:
            ValueError: An array of another shape, or with numbers that are not finite.
        """
        bits = checked(bits, "bits", len(names), len(labels))
        checked(reaches, "reaches", len(labels))
        checked(possible, "possible", len(labels))
        self._names, self._labels, self._bits = tuple(names), tuple(labels), bits
        self._means = bits.mean(axis=1, dtype=np.float64) if len(labels) else np.zeros(len(names))
        self._reaches, self._possible = np.asarray(reaches), np.asarray(possible)
        self._current = (
            min(self._current[0], max(len(names) - 1, 0)),
            min(self._current[1], max(len(labels) - 1, 0)),
        )
        if self._selected is not None and self._selected >= len(labels):
            self._selected = None
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._hint = hint
        none = np.zeros(0, np.int64)
        self.set_data((), (), np.zeros((0, 0)), none, none)
        self.hover(None)

    def set_selected(self, token: int | None) -> None:
        """Mark a token's place."""
        token = token if token is not None and 0 <= token < len(self._labels) else None
        if token != self._selected:
            self._selected = token
            self.update()

    def _describe(self) -> None:
        said = self._hint
        if self._labels:
            curve, token = self._current
            said = (
                f"{self._labels[token]}, {self._names[curve]}: {self._bits[curve, token]:.2f} bits"
            )
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """As little as will do; a card whose caption wraps takes this for the least height."""
        return QSize(theme.px(720), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Curves that can be told apart."""
        return QSize(theme.px(420, 0.2), theme.px(132))

    def prepare(self) -> None:
        """Lay out the axis, the points and the names that fit."""
        font = theme.font(theme.SMALL)
        side = max(
            theme.px(AXIS_PX), *(QFontMetricsF(font).horizontalAdvance(text) + 8 for text in SEEN)
        )
        below = theme.px(LABELS_PX) + 2 * (theme.px(CELL_PX) + 4) + CELLS_PX + 2
        self._plot = QRectF(
            side,
            theme.px(LEGEND_PX) + 4,
            max(self.width() - side - theme.px(14), 1),
            max(self.height() - theme.px(LEGEND_PX) - 4 - below, 1),
        )
        n = max(len(self._labels), 1)
        self._pitch = self._plot.width() / n
        highest = float(self._bits.max(initial=0.0))
        step = next((s for s in (1, 2, 5, 10, 20, 50) if highest / s <= 4), 100)
        self._step, self._top = step, step * max(math.ceil(highest / step), 1)
        self._shown = self._fitting_labels(font)

    def _fitting_labels(self, font: Any) -> list[tuple[int, QRectF]]:
        """Names from left to right, those left out that would touch the one before."""
        metrics = QFontMetricsF(font)
        found, free = [], 0.0
        y = self._plot.bottom() + CELLS_PX + 2 * (theme.px(CELL_PX) + 4)
        for token, label in enumerate(self._labels):
            wide = min(metrics.horizontalAdvance(label), max(self._pitch - 2, theme.px(60)))
            left = min(self._x(token) - wide / 2, self.width() - wide)
            if left >= free:
                found.append((token, QRectF(left, y, wide + 1, theme.px(LABELS_PX))))
                free = left + wide + 6
        return found

    def _x(self, token: Any) -> Any:
        """Of a token, or of each of several."""
        return self._plot.left() + (token + 0.5) * self._pitch

    def _y(self, bits: Any) -> Any:
        """Of a surprise, or of each of several."""
        return self._plot.bottom() - self._plot.height() * bits / self._top

    def point(self, curve: int, token: int) -> QPointF:
        """Where a point of a curve lies."""
        return QPointF(self._x(token), self._y(float(self._bits[curve, token])))

    def row_at(self, at: QPointF) -> int | None:
        """The token whose column a point is in."""
        token = int((at.x() - self._plot.left()) // self._pitch)
        inside = at.y() >= self._plot.top() and self._plot.left() <= at.x() <= self._plot.right()
        return token if inside and 0 <= token < len(self._labels) else None

    def hover(self, row: int | None) -> None:
        """Stress a token, here and elsewhere."""
        if row != self._hovered:
            super().hover(row)
            self.token_hovered.emit(row)

    def exact(self, row: int) -> str:
        """Every number at a token."""
        lines = [f"{self._labels[row]}, token {row + 2} of the text"]
        lines += [
            f"{name}: {bits:.2f} bits"
            for name, bits in zip(self._names, self._bits[:, row], strict=True)
        ]
        return "\n".join((*lines, backs_off(int(self._reaches[row]), int(self._possible[row]))))

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what `prepare` laid out."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._labels:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                ring_row(painter, QRectF(self.rect()))
            return
        self._paint_stress(painter)
        self._paint_axis(painter)
        self._paint_legend(painter)
        self._paint_curves(painter)
        self._paint_cells(painter)
        self._paint_labels(painter)
        if self.shows_focus:
            at = self.point(*self._current)
            ring_row(painter, QRectF(at.x() - 7, at.y() - 7, 14, 14))

    def _paint_stress(self, painter: QPainter) -> None:
        look = theme.active()
        for token, color in ((self._hovered, look.raised), (self._selected, look.accent)):
            if token is None:
                continue
            fill = QColor(color)
            if token == self._selected and color == look.accent:
                fill.setAlphaF(0.16)
            wide = max(self._pitch, 3)
            painter.fillRect(
                QRectF(
                    self._x(token) - wide / 2,
                    self._plot.top(),
                    wide,
                    self.height() - self._plot.top(),
                ),
                fill,
            )

    def _paint_axis(self, painter: QPainter) -> None:
        look = theme.active()
        painter.setFont(theme.mono())
        for tick in np.arange(0, self._top + self._step / 2, self._step):
            y = round(self._y(float(tick))) + 0.5
            painter.setPen(QPen(QColor(look.border), 1))
            painter.drawLine(QPointF(self._plot.left(), y), QPointF(self._plot.right(), y))
            painter.setPen(QColor(look.muted))
            place = QRectF(0, y - theme.px(8), self._plot.left() - 6, theme.px(16))
            painter.drawText(place, RIGHT, f"{tick:g}")

    def _paint_legend(self, painter: QPainter) -> None:
        """Name and mean of each curve, and the unit."""
        look, high = theme.active(), theme.px(LEGEND_PX)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        painter.drawText(QRectF(0, 0, self._plot.left() - 6, high), RIGHT, "bits")
        metrics = QFontMetricsF(painter.font())
        x, sample = self._plot.left(), theme.px(24)
        room = self._plot.width() / len(self._names) - sample - 8
        named = list(zip(self._names, self._means.tolist(), strict=True))
        texts = [f"{name}, on average {mean:.2f}" for name, mean in named]
        if max(map(metrics.horizontalAdvance, texts)) > room:
            texts = [f"{name} {mean:.2f}" for name, mean in named]
        for curve, text in enumerate(texts):
            draw_sample(painter, QRectF(x, 0, sample, high), curve, len(self._names))
            painter.setPen(QColor(look.text))
            place = QRectF(x + sample + 6, 0, max(room, 1), high)
            painter.drawText(place, LEFT, elided(text, painter.font(), place.width()))
            x += self._plot.width() / len(self._names)

    def _paint_curves(self, painter: QPainter) -> None:
        n, n_tokens = self._bits.shape
        x = self._x(np.arange(n_tokens)).tolist()
        for curve in range(n):
            y = self._y(self._bits[curve].astype(float)).tolist()
            points = [QPointF(*at) for at in zip(x, y, strict=True)]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            draw_curve(painter, points, pen_of(curve, n))
            if self._pitch >= ROOMY_PX:
                for at in points:
                    draw_mark(painter, at, curve, n)
            mean = self._y(float(self._means[curve]))
            right = self._plot.right()
            color = color_of(curve, n)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            tip = ((right + 1, mean), (right + 9, mean - 4), (right + 9, mean + 4))
            painter.drawPolygon(QPolygonF([QPointF(*at) for at in tip]))

    def _paint_cells(self, painter: QPainter) -> None:
        """Which contexts were seen."""
        look, size = theme.active(), theme.px(CELL_PX)
        wide = max(min(size, self._pitch - 1.5), 1.5)
        painter.setFont(theme.font(theme.SMALL))
        for line, needed in enumerate((2, 1)):
            y = self._plot.bottom() + CELLS_PX + line * (size + 4)
            painter.setPen(QColor(look.muted))
            place = QRectF(0, y - 4, self._plot.left() - 6, size + 8)
            painter.drawText(place, RIGHT, elided(SEEN[line], painter.font(), place.width()))
            painter.setPen(QPen(QColor(look.muted), 1))
            for fill, are in (
                (QColor(look.muted), self._reaches >= needed),
                (Qt.BrushStyle.NoBrush, self._reaches < needed),
            ):
                left = self._x(np.flatnonzero(are & (self._possible >= needed))) - wide / 2
                painter.setBrush(fill)
                painter.drawRects([QRectF(x, y, wide, size) for x in left.tolist()])

    def _paint_labels(self, painter: QPainter) -> None:
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        stressed = self._hovered if self._hovered is not None else self._selected
        for token, rect in self._shown:
            color = QColor(look.text if token == stressed else look.muted)
            draw_token(painter, rect, self._labels[token], color)

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the number of the nearest point, or choose a token by its name."""
        super().mousePressEvent(event)
        token = self.row_at(event.position())
        if token is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().y() > self._plot.bottom() + 2:
            self.token_clicked.emit(token)
            return
        away = [
            abs(self.point(curve, token).y() - event.position().y())
            for curve in range(len(self._names))
        ]
        self.number_asked.emit((int(np.argmin(away)), token), event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk along the text, Up and Down from curve to curve, ? asks."""
        key = Key(event.key())
        curve, token = self._current
        steps = {
            Key.Key_Left: (curve, token - 1),
            Key.Key_Right: (curve, token + 1),
            Key.Key_Up: (curve - 1, token),
            Key.Key_Down: (curve + 1, token),
            Key.Key_Home: (curve, 0),
            Key.Key_End: (curve, len(self._labels) - 1),
        }
        if self._labels and key in steps:
            curve = min(max(steps[key][0], 0), len(self._names) - 1)
            token = min(max(steps[key][1], 0), len(self._labels) - 1)
            self._current = (curve, token)
            self._describe()
            self.hover(token)
            self.update()
        elif self._labels and event.text() == "?":
            self.number_asked.emit(self._current, self.point(*self._current).toPoint())
        elif self._labels and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.token_clicked.emit(token)
        else:
            super().keyPressEvent(event)


def backs_off(reach: int, possible: int) -> str:
    """What the trigram could look at, in a sentence."""
    if reach >= 2:
        return "The trigram has seen the two tokens before together."
    if possible >= 2 and reach == 1:
        return "The trigram has never seen the two tokens before together: it looks at one alone."
    if reach == 1:
        return "The trigram has seen the one token before."
    return "The trigram has never seen the token before: it looks at none, and only counts."
