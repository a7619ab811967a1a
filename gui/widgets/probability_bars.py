"""The next token's distribution as bars: the likeliest in order, all the rest as one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.painting import Glide, draw_hint, draw_token
from gui.widgets.prediction_rows import Row, exact, percent, rows_of, starts
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from core.trace import Prediction

ROWS = 21  # 20 candidates and the others: room is kept for them, so that no row changes its place
ROW_PX = (15, 36)  # lowest and highest row
AXIS_PX = 22
GAP = theme.INSIDE
SCALES = (0.1, 0.2, 0.4, 0.6, 0.8)  # what the longest possible bar stands for; else 1
HINT = "The likeliest next tokens appear here as soon as there is a text to go on from."
CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class ProbabilityBars(RowCanvas):
    """One row a candidate: rank, token, bar, percentage; click or Enter chooses it.

    A click on the percentage, or the key ?, asks how it is computed instead.

    The filled bar is the probability after shaping, the pale one behind it what it was before the
    text last changed, the thin upright mark the raw softmax where that differs. What was cut from
    the draw stays as a hollow bar of its raw length.

    Signals:
        candidate_chosen: (int) the id of the token that was chosen.
        number_asked: (int, QPoint) the row whose percentage was asked for, and where it is; the
            one after the last candidate stands for all others.
    """

    candidate_chosen = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilityBars")
        self.setAccessibleName("Probabilities of the next token")
        # Not by click: who clicks a word wants to go on typing where they were.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._prediction: Prediction | None = None
        self._hint = HINT
        self._rows: list[Row] = []
        self._ghosts: dict[int | None, float] = {}  # probabilities before the text last changed
        # (rows, 2), shaped and raw: lengths on their way, as shares of the longest possible bar.
        self._start = self._shown = self._goal = np.zeros((0, 2))
        self._scale = 1.0
        self._glide = Glide(self._on_glide, self)
        self._current = 0
        self._drawn: int | None = None  # the row that the dice chose
        self._pressed: int | None = None
        self._asked: int | None = None  # the row whose percentage is under the mouse
        self.prepare()

    # --- what is shown

    def set_data(
        self,
        prediction: Prediction | None,
        *,
        same_text: bool = False,
        same_scale: bool = False,
        at_once: bool = False,
    ) -> None:
        """Show a distribution, gliding from the one before.

        Args:
            prediction: What to show; None shows the hint.
            same_text: Only the shaping changed, so what was before the last change of the text
                stays what it was.
            same_scale: More will follow at once: the axis changes only if a bar would not fit.
            at_once: More will follow at once: do not glide.

        Raises:
            ValueError: A number is no probability, or they do not add up to one.
        """
        rows = [] if prediction is None else rows_of(prediction)
        if not same_text:
            self._ghosts = {row.token: row.probability for row in self._rows}
            self._current = 0
        self._start = starts(rows, self._rows, self._shown)
        values = np.array([(row.probability, row.raw) for row in rows]).reshape(-1, 2)
        highest = values.max(initial=0.0)
        scale = next((scale for scale in SCALES if scale >= highest), 1.0)
        self._scale = max(scale, self._scale) if same_scale else scale
        self._goal = values / self._scale
        self._prediction, self._rows, self._drawn = prediction, rows, None
        if self._hovered is not None:
            QToolTip.hideText()  # it spoke of the token that was here
            self.hover(self._hovered if self._hovered < self._n_candidates() else None)
        self._describe()
        self.prepare()
        self._set_out(at_once=at_once or not self.isVisible())

    def mark(self, token: int) -> None:
        """Ring the row that the dice chose, until the next distribution is shown."""
        rows = [row.token for row in self._rows]
        self._drawn = rows.index(token) if token in rows else len(rows) - 1  # "others"
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._hint = hint
        self.set_data(None)

    def _set_out(self, *, at_once: bool) -> None:
        self._glide.stop()
        self._on_glide(1.0 if at_once else 0.0)
        if not at_once:
            self._glide.start()

    def _on_glide(self, done: float) -> None:
        self._shown = (1 - done) * self._start + done * self._goal
        self.update()

    def _describe(self) -> None:
        """Say the current row to a screen reader."""
        said = self._hint
        if self._rows:
            row = self._rows[self._current]
            said = f"{self._current + 1}: {row.label}, {percent(row.probability)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """Rows that breathe."""
        return QSize(460, theme.px(AXIS_PX) + ROWS * theme.px(23))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        return QSize(theme.px(260), theme.px(AXIS_PX) + ROWS * theme.px(ROW_PX[0], 0.2))

    def prepare(self) -> None:
        """Divide the room into columns and shorten the labels to theirs.

        The columns depend on the room alone: bars whose foot moves with each word cannot be read.
        """
        self._row_height = float(
            np.clip(
                (self.height() - theme.px(AXIS_PX)) / ROWS,
                theme.px(ROW_PX[0], 0.2),
                theme.px(ROW_PX[1]),
            )
        )
        size_px = theme.BODY if self._row_height >= theme.px(17) else theme.SMALL
        self._font = theme.row_font(self._row_height, size_px)
        self._number_font = theme.row_font(self._row_height, theme.SMALL, is_mono=True)
        digits = QFontMetricsF(theme.mono()).horizontalAdvance
        self._label_x = 2 * GAP + digits("20")
        self._label_width = float(np.clip(0.26 * self.width(), theme.px(72), theme.px(190)))
        self._label_width = max(self._label_width, self._others_px())
        self._bar_x = self._label_x + self._label_width + GAP
        self._number_x = self.width() - digits(">99.9%") - 1.5 * GAP
        self._bar_width = max(self._number_x - self._bar_x - 0.5 * GAP, 1.0)
        self._labels = self._fitted_labels()

    def _others_px(self) -> float:
        """Room for "5,100 others", as that cannot be guessed once it is shortened."""
        others = [row.label for row in self._rows if row.token is None]
        return max(map(QFontMetricsF(self._font).horizontalAdvance, others), default=0.0) + 1

    def _fitted_labels(self) -> list[str]:
        """Labels shortened to their column; those that then look alike end in their id."""
        metrics = QFontMetricsF(self._font)

        def fitted(label: str, tail: str = "") -> str:
            room = self._label_width - metrics.horizontalAdvance(tail)
            return metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, room) + tail

        short = [fitted(row.label) for row in self._rows]
        return [
            fitted(row.label, f" #{row.token}") if short.count(label) > 1 else label
            for row, label in zip(self._rows, short, strict=True)
        ]

    def _row_rect(self, row: int) -> QRectF:
        return QRectF(0, theme.px(AXIS_PX) + row * self._row_height, self.width(), self._row_height)

    def row_at(self, at: QPointF) -> int | None:
        """The candidate under a point of the widget."""
        row = math.floor((at.y() - theme.px(AXIS_PX)) / self._row_height)
        return row if QRectF(self.rect()).contains(at) and 0 <= row < self._n_candidates() else None

    def _number_at(self, at: QPointF) -> int | None:
        """The row whose percentage is under a point, that of the others too."""
        row = math.floor((at.y() - theme.px(AXIS_PX)) / self._row_height)
        inside = self._number_x <= at.x() < self.width() and 0 <= row < len(self._rows)
        return row if inside else None

    def _number_rect(self, row: int) -> QRectF:
        rect = self._row_rect(row)
        return QRectF(self._number_x, rect.y(), self.width() - self._number_x, rect.height())

    def hover_at(self, point: QPointF) -> None:
        """Stress the row at a point, and its percentage if that is under it."""
        super().hover_at(point)
        self._ask_at(self._number_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self._ask_at(None)

    def _ask_at(self, row: int | None) -> None:
        if row != self._asked:
            self._asked = row
            if row is not None:
                self.setCursor(Qt.CursorShape.PointingHandCursor)
            elif self._hovered is None:
                self.setCursor(Qt.CursorShape.ArrowCursor)
            self.update()

    def _token_at(self, at: QPointF) -> int | None:
        row = self.row_at(at)
        return None if row is None else self._rows[row].token

    def _n_candidates(self) -> int:
        return 0 if self._prediction is None else len(self._prediction.candidates)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows as they stand at this moment of the glide."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        self._paint_stress(painter)
        self._paint_axis(painter)
        self._paint_bars(painter)
        self._paint_numbers(painter)
        self._paint_labels(painter)

    def _paint_stress(self, painter: QPainter) -> None:
        """The row under the mouse, and the one that Enter would choose."""
        if self._hovered is not None:
            fill_row(painter, self._row_rect(self._hovered))
        if self._drawn is not None:
            fill_row(painter, self._row_rect(self._drawn))
            ring_row(painter, self._row_rect(self._drawn), 2)
        if self.hasFocus():
            ring_row(painter, self._row_rect(self._current))

    def _paint_axis(self, painter: QPainter) -> None:
        """Three hairlines that say what a bar's length stands for."""
        look = theme.active()
        bottom = self._row_rect(len(self._rows) - 1).bottom()
        painter.setFont(theme.mono())
        for share in (0.0, 0.5, 1.0):
            x = round(self._bar_x + share * self._bar_width) + 0.5
            painter.setPen(QPen(QColor(look.border), 1))
            painter.drawLine(QPointF(x, theme.px(AXIS_PX) - 4), QPointF(x, bottom))
            painter.setPen(QColor(look.muted))
            text = f"{100 * share * self._scale:g}%"
            painter.drawText(
                QRectF(x - theme.px(40), 0, theme.px(80), theme.px(AXIS_PX) - 4), CENTRE, text
            )

    def _paint_bars(self, painter: QPainter) -> None:
        """The ghost, the bar on it, and what the model said before shaping."""
        fill = theme.active().probability_color(0.6)
        pale = QColor(fill)
        pale.setAlphaF(0.25)
        outline, mark = QPen(QColor(theme.active().muted), 1), QPen(QColor(theme.active().muted), 2)
        tall, slim = self._row_height * 0.76, self._row_height * 0.44
        lengths = (self._shown * self._bar_width).tolist()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, (row, (shaped, raw)) in enumerate(zip(self._rows, lengths, strict=True)):
            ghost = min(self._ghosts.get(row.token, 0.0) / self._scale, 1.0) * self._bar_width
            middle = self._row_rect(index).center().y()
            painter.fillRect(QRectF(self._bar_x, middle - tall / 2, ghost, tall), pale)
            bar = QRectF(self._bar_x, middle - slim / 2, shaped, slim)
            painter.fillRect(bar, fill)
            if row.probability == 0:
                painter.setPen(outline)
                bar.setWidth(raw)
                painter.drawRect(bar)
            elif abs(raw - shaped) > 1:
                painter.setPen(mark)
                x = self._bar_x + raw
                painter.drawLine(QPointF(x, middle - tall / 2), QPointF(x, middle + tall / 2))

    def _paint_numbers(self, painter: QPainter) -> None:
        """Ranks and percentages."""
        text, muted = QColor(theme.active().text), QColor(theme.active().muted)
        plain, underlined = self._number_font, QFont(self._number_font)
        underlined.setUnderline(True)
        for index, row in enumerate(self._rows):
            rect = self._row_rect(index)
            painter.setFont(underlined if index == self._asked else plain)
            painter.setPen(text if row.probability > 0 else muted)
            painter.drawText(rect.adjusted(0, 0, -GAP, 0), RIGHT, percent(row.probability))
            if row.token is not None:
                painter.setFont(plain)
                painter.setPen(muted)
                rank = QRectF(0, rect.y(), self._label_x - GAP, rect.height())
                painter.drawText(rank, RIGHT, str(index + 1))

    def _paint_labels(self, painter: QPainter) -> None:
        """The tokens."""
        text, muted = QColor(theme.active().text), QColor(theme.active().muted)
        painter.setFont(self._font)
        for index, (row, label) in enumerate(zip(self._rows, self._labels, strict=True)):
            y = self._row_rect(index).y()
            rect = QRectF(self._label_x, y, self._label_width, self._row_height)
            is_word = row.token is not None and row.probability > 0 and not row.ends
            draw_token(painter, rect, label, text if is_word else muted)

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the token: another one may have taken its row by the time of the release.

        A percentage is asked for at once.
        """
        is_left = event.button() == Qt.MouseButton.LeftButton
        asked = self._number_at(event.position()) if is_left else None
        if asked is not None:
            self.number_asked.emit(asked, event.position().toPoint())
        self._pressed = self._token_at(event.position()) if is_left and asked is None else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the token on which the click began and ended."""
        token, pressed = self._token_at(event.position()), self._pressed
        self._pressed = None
        if token is not None and token == pressed:
            self.candidate_chosen.emit(token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End walk over the candidates; Enter or Space chooses, ? asks."""
        last = self._n_candidates() - 1
        steps = {
            Key.Key_Up: self._current - 1,
            Key.Key_Down: self._current + 1,
            Key.Key_Home: 0,
            Key.Key_End: last,
        }
        if last >= 0 and event.key() in steps:
            self._current = min(max(steps[Key(event.key())], 0), last)
            self._describe()
            self.update()
        elif last >= 0 and event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.candidate_chosen.emit(self._rows[self._current].token)
        elif last >= 0 and event.text() == "?":
            where = self._number_rect(self._current).center().toPoint()
            self.number_asked.emit(self._current, where)
        else:
            super().keyPressEvent(event)

    def exact(self, row: int) -> str:
        """Every number of a candidate."""
        assert self._prediction is not None
        candidate = self._prediction.candidates[row]
        return exact(candidate, self._ghosts.get(candidate.id))
