"""A field of one line for a text of any number of lines: line ends are seen as a sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from gui import theme
from gui.widgets.painting import LINE_END, to_code_points, to_utf16

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent, QInputMethodEvent, QKeyEvent, QShowEvent

MOST = 20_000  # UTF-16 units; a line of a million of them takes seconds to lay out
LONGEST_STEP = 4_000  # UTF-16 units: what is shown instead of a longer text cannot be undone
ICON_PX = 16  # what a field gives to a button inside it
_TYPED_SIGN = LINE_END + "\ufe0e"  # the very sign, in the user's text


class PromptField(QLineEdit):
    """A text on one line, with a cross that clears it.

    Signals:
        edited: (str) the user changed the text, by whatever means.
        too_long: more was typed or pasted than fits; what fits was kept.

    Args:
        name: Its `objectName`.
        purpose: Its `accessibleName`.
        clear_name: `objectName` of the cross.
        parent: Qt's.
    """

    edited = Signal(str)
    too_long = Signal()

    def __init__(
        self, name: str, purpose: str, clear_name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_given = False  # the last change came from elsewhere
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setMaxLength(MOST)
        self.textChanged.connect(self._on_text_changed)
        self.inputRejected.connect(self.too_long)
        # Not Qt's own clear button: it follows a signal that `set_prompt` blocks.
        self._clear = self.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        clear = f"Clear the {purpose.lower()}"
        self._clear.setText(clear)
        self._clear.setToolTip(clear)
        self._clear.setVisible(False)
        self._clear.triggered.connect(self._on_clear)
        button = self.findChild(QToolButton)
        assert button is not None
        button.setObjectName(clear_name)
        button.setAccessibleName(clear)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the cross in the colours and the size of now."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._clear.setIcon(_cross(self.devicePixelRatioF()))

    def showEvent(self, event: QShowEvent) -> None:
        """Likewise."""
        super().showEvent(event)
        self._clear.setIcon(_cross(self.devicePixelRatioF()))

    def prompt(self) -> str:
        """The text, line ends as they are."""
        return _from_line(self.text())

    def set_prompt(self, text: str) -> None:
        """Show a text; the cursor stays where it is, and the user can undo the change.

        The first text that is shown is where undoing ends: there was nothing before it.
        """
        line, shown = _to_line(text), self.text()
        if line == shown:
            return
        cursor, at_end = self.cursorPosition(), self.cursorPosition() == _units(shown)
        with QSignalBlocker(self):
            most = max(MOST, _units(line))
            if most != self.maxLength():
                self.setMaxLength(most)  # forgets what could be undone
            is_first = not (shown or self.isUndoAvailable() or self.isRedoAvailable())
            if is_first or _units(shown) + _units(line) > LONGEST_STEP:
                self.setText(line)
            else:
                self._replace(shown, line)
            if not at_end:
                self.setCursorPosition(min(cursor, _units(line)))
        self._is_given = True
        self._clear.setVisible(bool(line))

    def _replace(self, shown: str, line: str) -> None:
        """One step that can be undone; what is only appended goes on with the step before."""
        if not self._is_given:
            self._end_step()
        if line.startswith(shown) and not self.hasSelectedText():
            self.end(False)
            self.insert(line[len(shown) :])
        else:
            self.selectAll()
            self.insert(line)

    def _end_step(self) -> None:
        """What is inserted next is undone by itself: Qt parts steps where the cursor is moved."""
        at = self.cursorPosition()
        self.setCursorPosition(0 if at else _units(self.text()))
        self.setCursorPosition(at)

    def _begin_typing(self) -> None:
        """What the user does next is undone without what came from elsewhere."""
        if self._is_given and not self.hasSelectedText():
            self._end_step()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key begins a step of its own behind a text that was given."""
        self._begin_typing()
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Likewise where letters are composed."""
        self._begin_typing()
        super().inputMethodEvent(event)

    def use(self, text: str) -> None:
        """Show a text that the user chose, and tell it."""
        self.set_prompt(text)
        self.end(False)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit(text)

    def _on_clear(self) -> None:
        """As if all of it was selected and deleted, so that it can be undone."""
        self.selectAll()
        self.del_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text_changed(self, typed: str) -> None:
        """Pasted line ends become visible signs, which count as the line ends that they show."""
        line = typed.replace("\n", LINE_END)
        self._is_given = False
        if line != typed:
            with QSignalBlocker(self):
                self._insert_again(typed)
            line = self.text()
        self._clear.setVisible(bool(line))
        self.edited.emit(_from_line(line))

    def _insert_again(self, typed: str) -> None:
        """Take back what was inserted with line ends, and insert it with their signs instead.

        Setting the text would be easier, but then nothing before it could be undone.
        """
        after = self.cursorPosition()
        self.undo()
        chosen = self.hasSelectedText()
        start = self.selectionStart() if chosen else self.cursorPosition()
        n_units = _units(typed) - _units(self.text()) + _units(self.selectedText())
        first, end = to_code_points(typed, start), to_code_points(typed, start + n_units)
        self.insert(typed[first:end].replace("\n", LINE_END))
        line = typed.replace("\n", LINE_END)
        if self.text() != line:  # it was not inserted in one piece
            self.setText(line)
        self.setCursorPosition(after)

    def dropEvent(self, event: QDropEvent) -> None:
        """What was typed before is undone by itself: Qt would take it for one with the drop."""
        if event.source() is not self:
            self._end_step()
        super().dropEvent(event)


def _cross(ratio: float) -> QIcon:
    """A small cross in the colour of what is read second."""
    side = ICON_PX * ratio
    drawn = QPixmap(round(side), round(side))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.active().muted), side / 10))
    near, far = side * 0.26, side * 0.74
    painter.drawLine(QPointF(near, near), QPointF(far, far))
    painter.drawLine(QPointF(near, far), QPointF(far, near))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return QIcon(drawn)


def _units(text: str) -> int:
    """Length as Qt counts."""
    return to_utf16(text, len(text))


def _to_line(text: str) -> str:
    return text.replace(LINE_END, _TYPED_SIGN).replace("\n", LINE_END)


def _from_line(line: str) -> str:
    parts = line.split(_TYPED_SIGN)
    return LINE_END.join(part.replace(LINE_END, "\n") for part in parts)
