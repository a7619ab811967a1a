"""How the model knows the order: a token's numbers, plus those of its position, are the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import checked, draw_hint, draw_token, picture, tooltip
from gui.widgets.pixel_painting import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

HINT = "Type a sentence to see how each word's place is added to it."
TITLES = (("token", "+ position", "= sum"), ("tok.", "+ pos.", "= sum"), ("tok.", "+", "="))
PARTS = ("token", "position", "sum")
ASK = "Click it to see how it is computed."
NUMBER_PX = 5  # width of one number; more of them are shown where there is more room
LABEL_PX, GAP, HEAD_PX, FOOT_PX = 64, 8, 20, 20
TALLEST_ROW, SMALLEST_LABEL = 24, 12  # a row's height; labels need so much of it
FULL = 0.98  # this share of the numbers is within the colours' range
Key = Qt.Key


class OrderPicture(KeyboardCanvas):
    """One row a token: three stretches of numbers, of which the third is the sum of the others.

    Signals:
        token_hovered: (int | None) the token under the mouse or the keyboard's cursor.
        token_clicked: (int | None) the token whose label was clicked; None lets go (Escape).
        number_asked: ((int, int, int), QPoint) stretch, token and number that was clicked, or on
            which the key ? was pressed, and where it is.
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderPicture")
        self.setAccessibleName("Token, position and their sum, in numbers")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._labels: tuple[str, ...] = ()
        self._values: NDArray[np.float32] | None = None  # (3, T, C)
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._images: list[QImage] = []
        self._rects: list[QRectF] = []
        self._row_px = 1.0
        self._foot, self._titles = "", TITLES[0]
        self._cursor = 0, 0  # stretch and number that the keyboard is on

    def set_data(
        self,
        tokens: NDArray[np.float32],
        positions: NDArray[np.float32],
        sums: NDArray[np.float32],
        labels: Sequence[str],
    ) -> None:
        """Show the numbers of a text.

        Args:
            tokens: (T, C) the embedding of each token.
            positions: (T, C) that of each position.
            sums: (T, C) what the first layer gets.
            labels: T token labels.

        Raises:
            ValueError: Of other shapes, or not finite.
        """
        parts = [
            checked(part, name, len(labels), tokens.shape[-1])
            for part, name in ((tokens, "tokens"), (positions, "positions"), (sums, "sums"))
        ]
        self._values, self._labels = np.stack(parts), tuple(labels)
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._values, self._labels, self._hint = None, (), hint
        self.refresh()

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Outline the clicked token's row and that of the one under the mouse."""
        if (token, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = token, hovered
            self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for a few numbers of each."""
        return QSize(theme.px(120), theme.px(100))

    # --- preparing

    def prepare(self) -> None:
        """Colour as many numbers as there is room for."""
        self._images = []
        if self._values is None or not self._labels:
            return
        n_tokens, width = self._values.shape[1:]
        metrics = QFontMetricsF(theme.font(theme.SMALL))
        widest = max(map(metrics.horizontalAdvance, self._labels))
        left = min(widest + 1, theme.px(LABEL_PX)) + GAP
        room = (self.width() - left - 2 * GAP) / 3
        n_shown = min(max(int(room / NUMBER_PX), 1), width)
        high = self.height() - theme.px(HEAD_PX) - theme.px(FOOT_PX)
        self._row_px = max(min(high / n_tokens, theme.px(TALLEST_ROW)), 0.1)
        size = max(room, 1.0), self._row_px * n_tokens
        top = theme.px(HEAD_PX)
        self._rects = [QRectF(left + i * (room + GAP), top, *size) for i in range(3)]
        shown = self._values[..., :n_shown]
        limit = float(np.quantile(np.abs(shown), FULL))
        look = theme.active()
        self._images = [picture(look.signed_pixels(part, limit)) for part in shown]
        part, place = self._cursor
        self._cursor = part, min(place, n_shown - 1)
        fitting = (each for each in TITLES if metrics.horizontalAdvance(each[1]) <= room)
        self._titles = next(fitting, TITLES[-1])
        self._foot = f"the first {n_shown} of {width:,} numbers" if n_shown < width else ""

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was prepared, and the outlines."""
        painter = QPainter(self)
        if not self._images:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        look = theme.active()
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(look.muted))
        center = Qt.AlignmentFlag.AlignCenter
        for image, rect, title in zip(self._images, self._rects, self._titles, strict=True):
            painter.drawImage(rect, image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(look.border))
            painter.drawRect(rect)
            painter.setPen(QColor(look.muted))
            head = QRectF(rect.x(), 0, rect.width(), theme.px(HEAD_PX))
            painter.drawText(head.adjusted(-GAP, 0, GAP, 0), center, title)
        foot = QRectF(0, self._rects[0].bottom(), self.width(), theme.px(FOOT_PX))
        painter.drawText(
            foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._foot
        )
        self._draw_labels(painter)
        for token in {self._selected, self._hovered} - {None}:
            self._outline(painter, token)
        if self.shows_focus and self._hovered is not None and self._hovered < len(self._labels):
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.drawRect(self._cell(self._hovered, *self._cursor).adjusted(-1, 0, 1, 0))

    def _draw_labels(self, painter: QPainter) -> None:
        step = max(-(-theme.px(SMALLEST_LABEL) // self._row_px), 1)
        color = QColor(theme.active().text)
        for token in range(0, len(self._labels), int(step)):
            middle = self._row(token).center().y()
            height = theme.px(TALLEST_ROW)
            room = QRectF(0, middle - height / 2, self._rects[0].x() - GAP, height)
            draw_token(painter, room, self._labels[token], color, Qt.AlignmentFlag.AlignRight)

    def _row(self, token: int) -> QRectF:
        y = self._rects[0].y() + token * self._row_px
        return QRectF(
            self._rects[0].x(), y, self._rects[2].right() - self._rects[0].x(), self._row_px
        )

    def _outline(self, painter: QPainter, token: int | None) -> None:
        if token is not None and token < len(self._labels):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.active().accent), 1.5))
            painter.drawRect(self._row(token).adjusted(-2, 0, 2, 0))

    # --- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stress the token under the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the token at a point, if there is one."""
        self._hover(self._token_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the number under the mouse; beside them select the token."""
        token, number = self._token_at(event.position()), self._number_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or token is None:
            return
        if number is None:
            self.token_clicked.emit(token)
        else:
            self._cursor = number
            self._hover(token)
            self.number_asked.emit((number[0], token, number[1]), event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over tokens and numbers; Enter selects, ? asks, Escape lets go."""
        last, key = len(self._labels) - 1, event.key()
        at = self._hovered
        if last >= 0 and key in (Key.Key_Up, Key.Key_Down):
            step = 1 if key == Key.Key_Down else -1
            self._hover(0 if at is None else min(max(at + step, 0), last))
        elif last >= 0 and key in (Key.Key_Left, Key.Key_Right):
            self._walk(1 if key == Key.Key_Right else -1)
        elif event.text() == "?" and at is not None and at <= last:
            (part, place), where = self._cursor, self._cell(at, *self._cursor).center()
            self.number_asked.emit((part, at, place), where.toPoint())
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and at is not None:
            self.token_clicked.emit(at)
        elif key == Key.Key_Escape and self._selected is not None:
            self.token_clicked.emit(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with the addition under it."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self._addition_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def _addition_at(self, point: QPointF) -> str:
        token, at = self._token_at(point), self._number_at(point)
        return "" if token is None or at is None else f"{self._addition(token, at[1])}\n{ASK}"

    def _addition(self, token: int, place: int) -> str:
        assert self._values is not None
        first, second, total = (
            number(part, fixed=True) for part in self._values[:, token, place].tolist()
        )
        return f"{self._labels[token]}, number {place + 1}\n{first} + {second} = {total}"

    def _number_at(self, point: QPointF) -> tuple[int, int] | None:
        """Which stretch a point is in, and on which of its numbers."""
        for part, (image, rect) in enumerate(zip(self._images, self._rects, strict=False)):
            if rect.contains(point):
                place = int((point.x() - rect.x()) / rect.width() * image.width())
                return part, min(place, image.width() - 1)
        return None

    def _cell(self, token: int, part: int, place: int) -> QRectF:
        """Where a number is."""
        rect, n_shown = self._rects[part], self._images[part].width()
        wide = rect.width() / n_shown
        y = rect.y() + token * self._row_px
        return QRectF(rect.x() + place * wide, y, wide, self._row_px)

    def _walk(self, step: int) -> None:
        """Go to the next number, over the ends of the stretches too."""
        n_shown = self._images[0].width()
        at = self._cursor[0] * n_shown + self._cursor[1] + step
        part, place = divmod(min(max(at, 0), 3 * n_shown - 1), n_shown)
        self._cursor = part, place
        if self._hovered is None:
            self._hover(0)
        self._say()
        self.update()

    def _say(self) -> None:
        """Tell a screen reader where the keyboard is."""
        at = self._hovered
        known = at is not None and self._images and at < len(self._labels)
        self.setAccessibleDescription(
            f"{PARTS[self._cursor[0]]}: {self._addition(at, self._cursor[1])}"
            if known and at is not None
            else ""
        )

    def _token_at(self, point: QPointF) -> int | None:
        if not self._images:
            return None
        token = int((point.y() - self._rects[0].y()) // self._row_px)
        return token if 0 <= token < len(self._labels) else None

    def _hover(self, token: int | None) -> None:
        if token != self._hovered:
            self._hovered = token
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if token is None else shape.PointingHandCursor)
            self._say()
            self.update()
            self.token_hovered.emit(token)
