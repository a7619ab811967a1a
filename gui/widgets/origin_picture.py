"""Where the probabilities come from: the last token's neurons, its scores, and softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.painting import Canvas, checked, draw_hint, draw_token, picture, tooltip
from gui.widgets.pixel_painting import number
from gui.widgets.prediction_rows import label_of, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QPaintEvent

    from core.trace import Candidate, Prediction

HINT = "Type a sentence to see where the probabilities come from."
NEURONS = "1  Feed-forward: the last token's {n:,} neurons"
SCORES = "2  Compared with all tokens: scores"
SOFTMAX = "3  Softmax"
FORMULA = "Softmax: e^score ÷ the sum of all {n:,}"
FULL = 0.995  # this share of the neurons is within the colours' range
LINE_PX, STRIP_PX, ROW_PX = 22, 18, 24
LEFT_PX, NUMBER_PX, GAP = 96, 64, 8
BAR = 0.5  # of a row's height
SHARE = 0.52  # of the width for the scores, the rest for the probabilities
NEURON_ROOM = 0.45  # of the height, at most
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OriginPicture(Canvas):
    """Three steps from top to bottom: neurons as stripes, scores as bars, probabilities as bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("originPicture")
        self.setAccessibleName("Where the probabilities come from")
        self.setMouseTracking(True)
        self._neurons: NDArray[np.float32] | None = None  # (L, M)
        self._prediction: Prediction | None = None
        self._image: QImage | None = None
        self._strips = self._table = QRectF()
        self._n_rows = 0

    def set_data(self, neurons: NDArray[np.float32], prediction: Prediction) -> None:
        """Show what led to a prediction.

        Args:
            neurons: (L, M) the feed-forward neurons of each layer at the last token.
            prediction: Of what comes after it.

        Raises:
            ValueError: Of another shape, or not finite.
        """
        self._neurons, self._prediction = checked(neurons, "neurons", None, None), prediction
        self.refresh()

    def clear(self) -> None:
        """Show what to do instead."""
        self._neurons = self._prediction = None
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """Room for the neurons and a few rows."""
        return QSize(theme.px(260), theme.px(200))

    # --- preparing

    def prepare(self) -> None:
        """Colour the neurons, as many side by side as there are pixels, and place the table."""
        if self._neurons is None or self._prediction is None or self.width() < 2:
            self._image = None
            return
        n_layers = len(self._neurons)
        line, left = theme.px(LINE_PX), theme.px(LEFT_PX) + GAP
        width = max(self.width() - left, 1)
        high = min(theme.px(STRIP_PX) * n_layers, NEURON_ROOM * self.height())
        self._strips = QRectF(left, line, width, max(high, 1))
        limit = float(np.quantile(np.abs(self._neurons), FULL))
        shown = strongest(self._neurons, int(width))
        self._image = picture(theme.active().signed_pixels(shown, limit))
        top = self._strips.bottom() + theme.BETWEEN + line
        self._table = QRectF(0, top, self.width(), max(self.height() - top - line, 0))
        n = len(self._prediction.candidates)
        self._n_rows = min(n, int(self._table.height() // theme.px(ROW_PX)))

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the three steps."""
        painter = QPainter(self)
        if self._image is None or self._prediction is None or self._neurons is None:
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        self._draw_neurons(painter, self._image, *self._neurons.shape)
        self._draw_table(painter, self._prediction)

    def _draw_neurons(self, painter: QPainter, image: QImage, n_layers: int, n: int) -> None:
        painter.drawImage(self._strips, image)
        self._say(painter, QRectF(0, 0, self.width(), self._strips.y()), NEURONS.format(n=n))
        high = self._strips.height() / n_layers
        painter.setPen(QColor(theme.active().surface))
        for layer in range(n_layers):
            y = self._strips.y() + layer * high
            if layer:
                painter.drawLine(QPointF(self._strips.x(), y), QPointF(self._strips.right(), y))
        step = max(-(-theme.px(theme.SMALL) // int(max(high, 1))), 1)
        for layer in range(0, n_layers, step):
            y = self._strips.y() + layer * high
            room = QRectF(0, y, self._strips.x() - GAP, high)
            self._say(painter, room, f"layer {layer + 1}", _RIGHT)

    def _draw_table(self, painter: QPainter, prediction: Prediction) -> None:
        look, rows = theme.active(), prediction.candidates[: self._n_rows]
        scores, shares = self._columns()
        head = theme.px(LINE_PX)
        self._say(painter, QRectF(0, self._table.y() - head, shares.x() - GAP, head), SCORES)
        self._say(
            painter, QRectF(shares.x(), self._table.y() - head, shares.width(), head), SOFTMAX
        )
        reach = max((abs(row.logit) for row in rows), default=1.0) or 1.0
        for index, row in enumerate(rows):
            y = self._table.y() + index * theme.px(ROW_PX)
            label = QRectF(0, y, scores.x() - GAP, theme.px(ROW_PX))
            painter.setFont(theme.font())
            draw_token(painter, label, label_of(row), QColor(look.text))
            color = look.signed_color(row.logit, reach)
            self._draw_bar(painter, scores, y, max(row.logit, 0) / reach, color)
            self._draw_bar(painter, shares, y, row.raw, look.probability_color(0.55))
            painter.setFont(theme.mono())
            painter.setPen(QColor(look.text))
            for room, said in ((scores, number(row.logit, fixed=True)), (shares, percent(row.raw))):
                painter.drawText(QRectF(room.x(), y, room.width(), theme.px(ROW_PX)), _RIGHT, said)
        n_all = len(prediction.candidates) + prediction.n_others
        foot = QRectF(0, self.height() - head, self.width(), head)
        self._say(painter, foot, FORMULA.format(n=n_all))

    def _draw_bar(
        self, painter: QPainter, room: QRectF, y: float, share: float, color: QColor
    ) -> None:
        high = theme.px(ROW_PX)
        most = max(room.width() - theme.px(NUMBER_PX), 0)
        painter.fillRect(
            QRectF(room.x(), y + high * (1 - BAR) / 2, most * share, high * BAR), color
        )

    def _columns(self) -> tuple[QRectF, QRectF]:
        """Where the scores and the probabilities stand."""
        left = theme.px(LEFT_PX) + GAP
        middle = left + (self.width() - left) * SHARE
        top, high = self._table.y(), self._table.height()
        return (
            QRectF(left, top, middle - left - GAP, high),
            QRectF(middle + GAP, top, self.width() - middle - GAP, high),
        )

    def _say(
        self,
        painter: QPainter,
        room: QRectF,
        words: str,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().muted))
        fitted = QFontMetricsF(painter.font()).elidedText(
            words, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, align, fitted)

    # --- the exact numbers

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with what is under it."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self.exact_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def exact_at(self, point: QPointF) -> str:
        """The numbers under a point, in words; "" if there are none."""
        if self._image is None or self._neurons is None or self._prediction is None:
            return ""
        if self._strips.contains(point):
            n_layers, n_neurons = self._neurons.shape
            across = (point.x() - self._strips.x()) / self._strips.width()
            layer = int((point.y() - self._strips.y()) / self._strips.height() * n_layers)
            first, past = _block(int(across * self._image.width()), n_neurons, self._image.width())
            neuron = first + int(np.abs(self._neurons[layer, first:past]).argmax())
            value = number(float(self._neurons[layer, neuron]), fixed=True)
            return f"Layer {layer + 1}, neuron {neuron + 1}: {value}"
        row = int((point.y() - self._table.y()) // theme.px(ROW_PX))
        if 0 <= row < self._n_rows:
            return _exact(self._prediction.candidates[row])
        return ""


def strongest(neurons: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """At most so many columns: of neighbours that share one, the value farthest from zero.

    Args:
        neurons: (L, M).
        most: Columns of the result, at least 1.

    Returns:
        (L, n) with n <= `most`.
    """
    n_neurons = neurons.shape[1]
    if n_neurons <= most:
        return neurons
    starts = np.arange(most) * n_neurons // most
    highest = np.maximum.reduceat(neurons, starts, axis=1)  # (L, most)
    lowest = np.minimum.reduceat(neurons, starts, axis=1)
    return np.where(highest >= -lowest, highest, lowest)


def _block(column: int, n_neurons: int, n_columns: int) -> tuple[int, int]:
    """The neurons that share a column, from and past."""
    return column * n_neurons // n_columns, (column + 1) * n_neurons // n_columns


def _exact(row: Candidate) -> str:
    return f"{label_of(row)}\nScore: {number(row.logit, fixed=True)}\nProbability: {row.raw:.4%}"
