"""A sum in bars: what speaks for one of two, what for the other, and where that leads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.painting import draw_hint, draw_token, elided, tooltip
from gui.widgets.row_canvas import fill_row, ring_row
from gui.widgets.scrolled import ScrolledCanvas
from gui.widgets.share_rows import ShareRow, axis, signed, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROW, LEAST_ROW, HEAD = 24, 20, 20
INDENT, ARROW, GAP, EDGE = 16, 16, 8, 4
LABEL_SHARE = 0.36  # of the width, at most
LEAST_BARS = 110  # device-independent pixels, beside other bars
PURPOSE = "Which part of the model speaks for which word"
HINT = "Type a sentence above to ask why one word is likelier than another."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


class ShareBars(ScrolledCanvas):
    """Rows of label, bar and number; bars to the right speak for the first, to the left against.

    Signals:
        row_chosen: (Hashable) the part of a row that was clicked, or on which Enter was pressed.
        opening_wanted: (Hashable, bool) the part whose own parts are to be shown, or no longer.
        number_asked: (Hashable, QPoint) the part whose number was clicked, and where.

    Args:
        name: Its `objectName`.
        purpose: Its `accessibleName`.
        parent: Qt's.
    """

    row_chosen = Signal(object)
    opening_wanted = Signal(object, bool)
    number_asked = Signal(object, QPoint)

    def __init__(
        self, name: str = "shareBars", purpose: str = PURPOSE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rows: tuple[ShareRow, ...] = ()
        self._starts: list[float] = []
        self._sides = ("", "")
        self._hint, self._is_running = HINT, False
        self._at, self._hovered = 0, -1
        self._label_px = self._number_px = 1.0
        self._low, self._high = -1.0, 1.0  # ends of the axis
        self._describe()

    @property
    def rows(self) -> tuple[ShareRow, ...]:
        """What is shown."""
        return self._rows

    def set_data(
        self,
        rows: Sequence[ShareRow],
        sides: tuple[str, str],
        *,
        running: bool = False,
        beside: Sequence[ShareRow] = (),
    ) -> None:
        """Show a sum.

        Args:
            rows: Its parts in their order, and its total.
            sides: What bars to the left and to the right speak for.
            running: Let each bar begin where the one before it ended.
            beside: Rows of another figure that are to have the same scale.

        Raises:
            ValueError: There are no rows, or a part comes before what it is a part of.
        """
        if not rows or rows[0].level:
            raise ValueError("there is nothing to add up: use clear()")
        current = self._rows[self._at].part if self._rows else None
        self._rows, self._sides, self._is_running = tuple(rows), sides, running
        parts = [row.part for row in rows]
        self._at = parts.index(current) if current in parts else 0
        self._starts = starts(rows) if running else [0.0] * len(rows)
        self._low, self._high = axis((rows, beside), running=running)
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._rows, self._hint, self._at = (), hint, 0
        self._describe()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Room for a model of six layers."""
        return QSize(640, theme.px(HEAD) + 17 * theme.px(ROW))

    def room_for_all(self) -> QSize:
        """What shows every row with its whole name, and bars that can be compared."""
        wide = self._name_px() + self._number_px + theme.px(LEAST_BARS) + 2 * GAP
        high = theme.px(HEAD) + len(self._rows) * theme.px(LEAST_ROW)
        return QSize(round(wide), high).expandedTo(self.minimumSizeHint())

    def minimumSizeHint(self) -> QSize:
        """A few rows."""
        return QSize(theme.px(260, 0.5), theme.px(HEAD) + 5 * theme.px(LEAST_ROW))

    def _describe(self) -> None:
        said = self._hint
        if self._rows:
            row = self._rows[self._at]
            said = f"{row.label}: {signed(row.value)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def prepare(self) -> None:
        """Divide the room."""
        step = self._row_px()
        n_scrolled = len(self._rows) - self._has_total()
        room = self.height() - theme.px(HEAD) - (step if self._has_total() else 0)
        view = QRect(0, theme.px(HEAD), self.width(), max(round(room), 1))
        self.set_content(n_scrolled * step, view, theme.px(ROW))
        if not self._rows:
            return
        self._label_px = min(self._name_px(), self.width() * LABEL_SHARE)
        digits = QFontMetricsF(theme.mono(bold=True)).horizontalAdvance
        self._number_px = max(digits(signed(row.value)) for row in self._rows) + GAP

    def _name_px(self) -> float:
        """What the longest name takes, with what stands before it."""
        bold = QFontMetricsF(theme.font(bold=True)).horizontalAdvance
        names = (bold(row.label) + ARROW + row.level * INDENT for row in self._rows)
        return max(names, default=0.0) + GAP

    def _row_px(self) -> float:
        """Closer together where that makes all of them fit."""
        room = (self.height() - theme.px(HEAD)) / max(len(self._rows), 1)
        return min(max(room, theme.px(LEAST_ROW)), theme.px(ROW))

    def _has_total(self) -> bool:
        """Whether the last row is the sum, which stays in sight below all others."""
        return bool(self._rows) and self._rows[-1].is_total

    def _right(self) -> float:
        return self.width() - EDGE - (self.bar_px() if self._bar.isVisible() else 0)

    def _rect(self, row: int) -> QRectF:
        step = self._row_px()
        y = theme.px(HEAD) + row * step - self.top
        if row == len(self._rows) - 1 and self._has_total():
            y = min(theme.px(HEAD) + row * step, self.height() - step)
        return QRectF(0, y, self._right(), step)

    def _number_rect(self, row: int) -> QRectF:
        rect = self._rect(row)
        return QRectF(rect.right() - self._number_px, rect.y(), self._number_px, rect.height())

    def _field(self) -> tuple[float, float]:
        """Left and right end of the axis."""
        return self._label_px + GAP, max(self._right() - self._number_px - GAP, self._label_px + 20)

    def _x(self, value: float) -> float:
        left, right = self._field()
        return left + (value - self._low) / (self._high - self._low) * (right - left)

    def bar(self, row: int) -> QRectF:
        """Where a row's bar is; of no width if its value is no number."""
        rect, start, value = self._rect(row), self._starts[row], self._rows[row].value
        known = math.isfinite(start) and math.isfinite(value)
        a, b = (self._x(start), self._x(start + value)) if known else (self._x(0), self._x(0))
        thick = rect.height() * (0.56 if self._rows[row].level == 0 else 0.36)
        return QRectF(min(a, b), rect.center().y() - thick / 2, abs(a - b), thick)

    def row_at(self, at: QPointF) -> int | None:
        """The row at a point."""
        if at.y() < theme.px(HEAD) or not 0 <= at.x() <= self._right():
            return None
        last = len(self._rows) - 1
        if self._has_total() and at.y() >= self._rect(last).y():
            return last if self._rect(last).contains(at) else None
        row = math.floor((at.y() - theme.px(HEAD) + self.top) / self._row_px())
        return row if 0 <= row <= last else None

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows in sight, and above them which side is whose."""
        painter = QPainter(self)
        if not self._rows:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_sides(painter)
        last = len(self._rows) - 1
        end = self._rect(last).y() if self._has_total() else self.height()
        painter.setClipRect(QRectF(0, theme.px(HEAD), self.width(), end - theme.px(HEAD)))
        for row in range(last + 1 - self._has_total()):
            rect = self._rect(row)
            if rect.bottom() >= theme.px(HEAD) and rect.top() <= end:
                self._draw_row(painter, row, rect)
        painter.setClipping(False)
        if self._has_total():
            self._draw_row(painter, last, self._rect(last))
        zero, end = round(self._x(0)) + 0.5, min(self._rect(last).bottom(), self.height())
        painter.setPen(QPen(QColor(theme.active().muted), 1))
        painter.drawLine(QPointF(zero, theme.px(HEAD)), QPointF(zero, end))

    def _draw_sides(self, painter: QPainter) -> None:
        left, right = self._field()
        zero = min(max(self._x(0), left + 60), right - 60)
        painter.setFont(theme.font(theme.SMALL))
        for side, room, align in (
            (f"← {self._sides[0]}", QRectF(left, 0, zero - GAP - left, theme.px(HEAD)), RIGHT),
            (
                f"{self._sides[1]} →",
                QRectF(zero + GAP, 0, right - zero - GAP, theme.px(HEAD)),
                LEFT,
            ),
        ):
            painter.setPen(QColor(theme.active().muted))
            painter.drawText(room, align, elided(side, painter.font(), room.width()))

    def _draw_row(self, painter: QPainter, row: int, rect: QRectF) -> None:
        look, one = theme.active(), self._rows[row]
        if row == self._hovered:
            fill_row(painter, rect)
        if one.is_total:
            painter.setPen(QPen(QColor(look.border), 1))
            painter.drawLine(rect.topLeft(), rect.topRight())
        if one.is_open is not None:
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(QColor(look.muted))
            arrow = QRectF(EDGE, rect.y(), ARROW, rect.height())
            painter.drawText(arrow, LEFT, "▾" if one.is_open else "▸")
        left = EDGE + ARROW + one.level * INDENT
        room = QRectF(left, rect.y(), self._label_px - left, rect.height())
        painter.setFont(theme.font(theme.SMALL if one.level else theme.BODY, bold=one.is_total))
        draw_token(painter, room, one.label, QColor(look.muted if one.level else look.text))
        bar = self.bar(row)
        fill = look.signed_color(math.copysign(0.65 if one.level == 0 else 0.4, one.value))
        painter.fillRect(bar, fill)
        if self._is_running and not one.is_total:
            self._draw_step(painter, row, bar)
        painter.setFont(theme.mono(bold=one.is_total))
        painter.setPen(QColor(look.muted if one.level else look.text))
        painter.drawText(self._number_rect(row).adjusted(0, 0, -2, 0), RIGHT, signed(one.value))
        if self.shows_focus and row == self._at:
            ring_row(painter, rect)

    def _draw_step(self, painter: QPainter, row: int, bar: QRectF) -> None:
        """From the end of a bar down to the beginning of the next one of the same level."""
        one = self._rows[row]
        end = self._starts[row] + one.value
        following = next(
            (n for n in range(row + 1, len(self._rows)) if self._rows[n].level <= one.level), None
        )
        if following is None or not math.isfinite(end) or self._rows[following].level < one.level:
            return
        x = round(self._x(end)) + 0.5
        painter.setPen(QPen(QColor(theme.active().muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, self.bar(following).top()))

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stress the row under the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the row at a point, if there is one."""
        self._hover(self.row_at(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Stress nothing."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, row: int | None) -> None:
        now = -1 if row is None else row
        if now != self._hovered:
            self._hovered = now
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if row is None else shape.PointingHandCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a number, or open and close a row's parts."""
        row = self.row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._go_to(row)
        if self._number_rect(row).contains(event.position()):
            self.number_asked.emit(self._rows[row].part, event.position().toPoint())
        else:
            self._choose(row)

    def _choose(self, row: int) -> None:
        one = self._rows[row]
        if one.is_open is None:
            self.row_chosen.emit(one.part)
        else:
            self.opening_wanted.emit(one.part, not one.is_open)

    def event(self, event: QEvent) -> bool:
        """Answer a resting mouse with all there is to say."""
        if event.type() == event.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            row = self.row_at(QPointF(help_event.pos()))
            text = "" if row is None else tooltip(self._rows[row].exact)
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk, Right and Left open and close, Enter chooses, ? asks."""
        key, last = Key(event.key()), len(self._rows) - 1
        moves = {Key.Key_Up: self._at - 1, Key.Key_Down: self._at + 1}
        moves |= {Key.Key_Home: 0, Key.Key_End: last}
        if last < 0:
            super().keyPressEvent(event)
            return
        one = self._rows[self._at]
        if key in moves:
            self._go_to(min(max(moves[key], 0), last))
        elif key in (Key.Key_Right, Key.Key_Left) and one.is_open is (key == Key.Key_Left):
            self.opening_wanted.emit(one.part, key == Key.Key_Right)
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self._choose(self._at)
        elif event.text() == "?":
            self.number_asked.emit(one.part, self._number_rect(self._at).center().toPoint())
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        self._at = row
        if not self._rows[row].is_total:
            self.scroll_to(row * self._row_px(), (row + 1) * self._row_px())
        self._describe()
        self.update()
