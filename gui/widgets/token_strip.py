"""The prompt as the model reads it: one chip a token, its number in the vocabulary below it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QWidget

from gui.widgets.chip_painting import Stress, draw_chips
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import draw_focus_ring, draw_hint, tooltip
from gui.widgets.token_chips import (
    EDGE,
    GAP,
    Chip,
    above_or_below,
    chip_at,
    find,
    height_px,
    lay_out,
    pitch_px,
)
from gui.widgets.token_facts import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )

    from core.trace import TokenInfo

LINES = 2  # in sight
FORGOTTEN = "The model no longer sees it."
ASK = "Click the number to see how it comes about."
HINT = "Type a sentence above to see how it is cut into tokens."
Key = Qt.Key
_CURSORS = (Qt.CursorShape.ArrowCursor, Qt.CursorShape.PointingHandCursor)  # over a number


class TokenStrip(KeyboardCanvas):
    """Chips of equal height on as many lines as needed, scrolled from the third on.

    Signals:
        token_hovered: (int | None) the token under the mouse or the keyboard's cursor.
        token_clicked: (int | None) the token that was clicked; None lets go (Escape).
        number_asked: (int, QPoint) which of all tokens, older ones included, has the number that
            was clicked, or on which ? was pressed, and where it is.
    """

    token_hovered = Signal(object)
    token_clicked = Signal(object)
    number_asked = Signal(object, QPoint)
    paints_ground = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenStrip")
        self.setAccessibleName("Tokens of the prompt")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tokens: tuple[TokenInfo, ...] = ()
        self._older: tuple[TokenInfo, ...] = ()
        self._hint = HINT
        self._selected: int | None = None
        self._hovered: int | None = None
        self._cursor = 0
        self._rows: list[list[Chip]] = []
        self._asking: Chip | None = None  # whose number is under the mouse
        self._n_lines = LINES
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()

    def set_data(self, tokens: Sequence[TokenInfo], older: Sequence[TokenInfo] = ()) -> None:
        """Show these tokens; with none, the hint.

        Args:
            tokens: What the model looks at.
            older: What came before and no longer fits its context.
        """
        before, was_empty = self._chips(), not self._tokens
        self._tokens, self._older = tuple(tokens), tuple(older)
        self.setAccessibleDescription(f"{len(self._tokens)} tokens")
        self._cursor = min(self._cursor, max(len(self._tokens) - 1, 0))
        self.prepare()
        self._bar.setValue(self._bar.maximum())  # where one types
        if was_empty or not self._tokens:
            self.update()
        else:
            self._repaint_changed(before, self._chips())
        self.look_again()

    def _chips(self) -> list[Chip]:
        return [chip for row in self._rows for chip in row]

    def _repaint_changed(self, before: list[Chip], after: list[Chip]) -> None:
        """Only the chips that came, went or say something else: as one types, the last ones."""
        for old, new in zip_longest(before, after):
            if old != new:
                for chip in (old, new):
                    if chip is not None:
                        self._repaint_chip(chip)

    def _repaint_chip(self, chip: Chip) -> None:
        area = chip.rect.adjusted(-3, -3, 3, 3).translated(0, -self._bar.value())
        self.update(area.toAlignedRect())

    def set_lines(self, n_lines: int) -> None:
        """Be as high as so many lines; more of them scroll."""
        if n_lines != self._n_lines:
            self._n_lines = n_lines
            self.updateGeometry()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._hint = hint
        self.set_data(())

    def set_selection(self, token: int | None, hovered: int | None) -> None:
        """Outline the clicked token and the one under the mouse, wherever that is."""
        if (token, hovered) == (self._selected, self._hovered):
            return
        if token is not None and token != self._selected and token < len(self._tokens):
            self._cursor = token
            self._scroll_to(token)
        changed = {self._selected, self._hovered, token, hovered}
        self._selected, self._hovered = token, hovered
        self._repaint(changed)

    def _repaint(self, positions: set[int | None]) -> None:
        """Only the chips that look different now."""
        for chip in self._chips():
            if chip.position is not None and chip.position in positions:
                self._repaint_chip(chip)

    # --- size

    def sizeHint(self) -> QSize:
        """Always as many lines, so that nothing below moves as one types."""
        return QSize(480, height_px(self._n_lines))

    def minimumSizeHint(self) -> QSize:
        """Room for a chip or two."""
        return QSize(120, height_px(1))

    # --- preparing

    def prepare(self) -> None:
        """Cut the chips into lines; make room for the scroll bar only if it is needed."""
        bar_width = self._bar.sizeHint().width()
        overflow = 0
        needed = not self._bar.isHidden()  # as it most often was right the last time
        for with_bar in (needed, not needed):
            room = self.width() - 2 * EDGE - with_bar * (bar_width + GAP)
            self._rows = lay_out(self._tokens, self._older, room)
            overflow = height_px(len(self._rows)) - self.height()
            if with_bar == (overflow > 0):
                break
        self._bar.setGeometry(self.width() - bar_width, 0, bar_width, self.height())
        self._bar.setRange(0, max(overflow, 0))
        self._bar.setSingleStep(pitch_px())
        self._bar.setPageStep(self.height())
        self._bar.setVisible(overflow > 0)

    def _tip(self, chip: Chip) -> str:
        n_older, reach = len(self._older), len(self._tokens)
        if chip.token is None:
            return (
                f"{n_older:,} older tokens do not fit: this model looks at {reach} tokens at "
                "most, and no longer sees what came before them."
            )
        if chip.position is not None:
            facts = describe(self._older + self._tokens, n_older + chip.position)
            return f"{facts}\nToken {chip.position + 1} of {reach}\n{ASK}"
        return f"{describe((chip.token,), 0)}\n{FORGOTTEN}\n{ASK}"

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines in sight."""
        painter = self.painter(event)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._tokens:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            top = self._bar.value()
            painter.translate(0, -top)
            first, last = top // pitch_px(), (top + self.height()) // pitch_px()
            touched = QRectF(event.rect()).translated(0, top)
            chips = [
                chip
                for row in self._rows[first : last + 1]
                for chip in row
                if chip.rect.adjusted(-2, -2, 2, 2).intersects(touched)
            ]
            draw_chips(painter, chips, Stress(self._selected, self._hovered, self._asking))
            if self.shows_focus:
                draw_focus_ring(painter, self._find(self._cursor)[1].rect.adjusted(-3, -3, 3, 3))
            painter.translate(0, top)
        if self.shows_focus and not self._tokens:
            draw_focus_ring(painter, QRectF(self.rect()))

    # --- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stress the token under the mouse."""
        self.hover_at(event.position())

    def hover_at(self, point: QPointF) -> None:
        """Stress the token at a point, if there is one, and its number under the mouse."""
        self._hover(self._position_at(point))
        chip = self._number_at(point)
        if chip != self._asking:
            changed, self._asking = (self._asking, chip), chip
            self.setCursor(_CURSORS[chip is not None])
            for each in changed:
                if each is not None:
                    self._repaint_chip(each)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(None)
        if self._asking is not None:
            self._repaint_chip(self._asking)
            self._asking = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the token under the mouse, or ask about the number there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        position, number = self._position_at(event.position()), self._number_at(event.position())
        if position is not None:
            self._repaint({self._cursor, position})
            self._cursor = position
        if number is not None:
            self.number_asked.emit(number.at, event.position().toPoint())
        elif position is not None:
            self.token_clicked.emit(position)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, if there is anything to scroll."""
        if self._bar.isHidden():
            event.ignore()
        else:
            self._bar.event(event)

    def event(self, event: QEvent) -> bool:
        """Say everything about the token under the mouse, as plain text."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            chip = self._chip_at(QPointF(help_event.pos()))
            if chip is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(help_event.globalPos(), tooltip(self._tip(chip)), self)
            return True
        return super().event(event)

    def _chip_at(self, point: QPointF) -> Chip | None:
        return chip_at(self._rows, QPointF(point.x(), point.y() + self._bar.value()))

    def _number_at(self, point: QPointF) -> Chip | None:
        """The chip whose number is at a point."""
        chip = self._chip_at(point)
        inside = QPointF(point.x(), point.y() + self._bar.value())
        is_there = chip is not None and chip.at is not None and chip.number_rect.contains(inside)
        return chip if is_there else None

    def _position_at(self, point: QPointF) -> int | None:
        chip = self._chip_at(point)
        return None if chip is None else chip.position

    def _hover(self, position: int | None) -> None:
        if position != self._hovered:
            self._repaint({position, self._hovered})
            self._hovered = position
            self.token_hovered.emit(position)

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move, Enter selects, ? asks about the number, Escape lets go."""
        key = event.key()
        if key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self._tokens:
            self.token_clicked.emit(self._cursor)
        elif event.text() == "?" and self._tokens:
            _, chip = self._find(self._cursor)
            at = chip.number_rect.center() - QPointF(0, self._bar.value())
            self.number_asked.emit(chip.at, at.toPoint())
        elif key == Key.Key_Escape and self._selected is not None:
            self.token_clicked.emit(None)
        elif (target := self._target(key)) is not None:
            self._repaint({self._cursor, target})
            self._cursor = target
            self._scroll_to(target)
            self.setAccessibleDescription(self._tokens[target].label)
            self._hover(target)
        else:
            super().keyPressEvent(event)

    def _target(self, key: int) -> int | None:
        """Where a key takes the cursor."""
        last = len(self._tokens) - 1
        if last < 0:
            return None
        if key in (Key.Key_Left, Key.Key_Right):
            step = 1 if key == Key.Key_Right else -1
            at_rest = self._hovered is None  # the first press shows where the cursor is
            return min(max(self._cursor + (0 if at_rest else step), 0), last)
        if key in (Key.Key_Up, Key.Key_Down):
            return above_or_below(self._rows, self._cursor, 1 if key == Key.Key_Down else -1)
        return {Key.Key_Home: 0, Key.Key_End: last}.get(Key(key))

    def _find(self, position: int) -> tuple[int, Chip]:
        return find(self._rows, position)

    def _scroll_to(self, position: int) -> None:
        if position < len(self._tokens):
            row, _ = self._find(position)
            most, least = row * pitch_px(), height_px(row + 1) - self.height()
            self._bar.setValue(min(max(self._bar.value(), least), most))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's cursor goes with the focus."""
        super().focusOutEvent(event)
        self._hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the end in sight, where one types."""
        super().resizeEvent(event)
        self._bar.setValue(self._bar.maximum())
