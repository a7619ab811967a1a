"""The text that the model goes on from: its likeliest next word in grey, tokens tinted below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from gui import theme
from gui.widgets.ghost import Ghost
from gui.widgets.painting import SPACE, to_utf16, tooltip
from gui.widgets.token_tints import TokenMark, TokenTints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QHelpEvent, QMouseEvent, QPaintEvent, QResizeEvent

# Qt lays out a line that cannot be broken in quadratic time: 1 MB of it takes minutes. A text
# longer than this is told before it is inserted, so that whoever listens can cut it first.
LONG = 5_000
PLACEHOLDER = "Type the start of a sentence here."
Key = Qt.Key


class PromptEditor(QPlainTextEdit):
    """A plain-text editor that follows a text kept elsewhere without disturbing who types in it.

    Signals:
        text_edited: (str) the user made this the text; answered by `set_text` if it is not kept so.
        ghost_accepted: Tab was pressed at a ghost.
        ghost_changed: another one may be seen, or none: it is another, or the cursor moved.
        generate_wanted: Ctrl+Enter.
        stop_wanted: Esc.
        place_wanted: (int | None) the token of the marks to look at: it was clicked, or the
            cursor is on it and Alt+Down was pressed; None behind the last one.
    """

    text_edited = Signal(str)
    ghost_accepted = Signal()
    ghost_changed = Signal()
    generate_wanted = Signal()
    stop_wanted = Signal()
    place_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("autocompleteEdit")
        self.setAccessibleName("Text to complete")
        self.setAccessibleDescription(
            "Tab takes the likeliest next word, Escape or Shift+Tab refuses it; without one Tab "
            "and Shift+Tab leave. Control+Enter generates, Escape stops, Alt+Down shows what else "
            "could stand at the cursor."
        )
        self.setPlaceholderText(PLACEHOLDER)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        theme.set_font(self, theme.HEADING)
        self._text = ""  # what was last told or heard
        self._ghost = Ghost(self)
        self._is_refused = False  # the ghost, until the text changes
        self._is_waiting = False
        self._tints = TokenTints(self)
        self._pressed: QPoint | None = None
        self.viewport().setMouseTracking(True)
        self._n_unseen = 0
        self._telling = False
        self._streamed = self._is_given = False  # what the last change was
        self.textChanged.connect(self._on_text_changed)
        self.cursorPositionChanged.connect(self._on_cursor_moved)

    # --- the text

    def text(self) -> str:
        """What is written here, one kind of line end between its lines."""
        return self.document().toRawText().replace("\u2029", "\n")

    def set_text(self, text: str, *, streamed: bool = False) -> None:
        """Make this the text, leaving the cursor and the undo history in peace.

        The first text is where undoing ends: there was nothing before it.

        Args:
            text: Only the part that differs is replaced.
            streamed: One of a series; the series is one step of undo.
        """
        new, old = _plain(text), self.text()
        if new == old:
            return
        is_first = not (
            old or self.document().isUndoAvailable() or self.document().isRedoAvailable()
        )
        n_before = _n_common(old, new)
        n_after = _n_common(old[n_before:][::-1], new[n_before:][::-1])
        follow = self.textCursor().atEnd()
        change = QTextCursor(self.document())
        change.setPosition(to_utf16(old, n_before))
        change.setPosition(to_utf16(old, len(old) - n_after), QTextCursor.MoveMode.KeepAnchor)
        with QSignalBlocker(self):
            if streamed and self._streamed:
                change.joinPreviousEditBlock()
            else:
                change.beginEditBlock()
            change.insertText(new[n_before : len(new) - n_after])
            change.endEditBlock()
        if is_first or self._telling:  # undoing a correction would only bring it about again
            self.document().clearUndoRedoStacks()
        self._text, self._streamed, self._is_given, self._is_refused = new, streamed, True, False
        self._tints.cut(to_utf16(new, n_before))
        self.set_ghost("")
        self._align()
        if follow:
            self.ensureCursorVisible()

    def end_stream(self) -> None:
        """What is streamed from now on is a step of undo by itself."""
        self._streamed = False

    def _align(self) -> None:
        """Write from right to left where the text does; Qt's plain editor would not."""
        side = Qt.AlignmentFlag.AlignRight if self._ghost.is_rtl() else Qt.AlignmentFlag.AlignLeft
        option = self.document().defaultTextOption()
        if option.alignment() != side:
            option.setAlignment(side)
            self.document().setDefaultTextOption(option)

    def _on_text_changed(self) -> None:
        text = self.text()
        if text == self._text:
            return
        self._tints.cut(to_utf16(text, _n_common(self._text, text)))
        self._text, self._streamed, self._is_given, self._telling = text, False, False, True
        self._is_refused = False
        self.set_ghost("")
        self._align()
        try:
            self.text_edited.emit(text)
        finally:
            self._telling = False

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop plain text; a long one is told first and inserted by the answer."""
        pasted = _plain(source.text())
        if len(pasted) <= LONG:
            self.textCursor().insertText(pasted)
            self.ensureCursorVisible()
            return
        units, cursor = self.text().encode("utf-16-le"), self.textCursor()
        before = units[: 2 * cursor.selectionStart()].decode("utf-16-le")
        after = units[2 * cursor.selectionEnd() :]
        self.text_edited.emit(before + pasted + after.decode("utf-16-le"))
        cursor.setPosition(max(self.document().characterCount() - 1 - len(after) // 2, 0))
        self.setTextCursor(cursor)

    # --- what is drawn over it

    def set_ghost(self, label: str) -> None:
        """Show what could come next behind the end of the text; nothing if it is empty.

        Args:
            label: As in `Candidate.label`; a space before a word is drawn as a space.
        """
        if self._is_refused:
            label = ""
        is_word = len(label) > 1 and label.startswith(SPACE)
        words = " " + label[1:] if is_word else label
        if words != self._ghost.words:
            self._ghost.words = words
            self._on_cursor_moved()

    def ghost(self) -> str:
        """What is shown behind the end of the text, while the cursor is there."""
        return self._ghost.words if self.is_at_end() else ""

    def refuse(self) -> bool:
        """Take the ghost away until the text changes; returns whether there was one in sight."""
        if not self.ghost():
            return False
        self._is_refused = True
        self.set_ghost("")
        return True

    def set_waiting(self, is_waiting: bool) -> None:
        """Whether a ghost is on its way: who presses Tab again and again does not leave by that."""
        self._is_waiting = is_waiting

    @property
    def is_refused(self) -> bool:
        """Whether the user wants no ghost until the text changes."""
        return self._is_refused

    def is_at_end(self) -> bool:
        """Whether the cursor is where the model goes on."""
        return self.textCursor().atEnd()

    # --- its tokens

    def set_marks(self, marks: Sequence[TokenMark]) -> None:
        """Tint these tokens of the text as it is now.

        Raises:
            ValueError: They do not follow one another.
        """
        place = self._tints.place
        self._tints.set_marks(marks)
        self._tints.place = place
        self.viewport().update()

    def set_place(self, index: int | None) -> None:
        """Ring the token that is looked at."""
        self._tints.place = index
        self.viewport().update()

    def token_at_cursor(self) -> int | None:
        """The token behind the cursor; None behind the last one."""
        return self._tints.at_position(self.textCursor().position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Ring the token under the mouse."""
        super().mouseMoveEvent(event)
        index = None if event.buttons() else self._tints.at_point(event.position())
        if index != self._tints.hovered:
            self._tints.hovered = index
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where: a click looks at a token, a drag selects."""
        super().mousePressEvent(event)
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if is_left else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks what else could stand there."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self.textCursor().hasSelection():
            self.place_wanted.emit(self._tints.at_point(QPointF(pressed)))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell a resting mouse about the token, and forget a mouse that is gone."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            index = self._tints.at_point(QPointF(help_event.pos()))
            tip = "" if index is None else tooltip(self._tints.marks[index].tip)
            QToolTip.showText(help_event.globalPos(), tip, self)
            return True
        if event.type() == QEvent.Type.Leave and self._tints.hovered is not None:
            self._tints.hovered = None
            self.viewport().update()
        return super().viewportEvent(event)

    def _on_cursor_moved(self) -> None:
        self.viewport().update()
        self.ghost_changed.emit()

    def set_unseen(self, n_characters: int) -> None:
        """Grey the start of the text, which the model no longer sees.

        Args:
            n_characters: In code points.
        """
        self._n_unseen = n_characters
        selections = []
        if n_characters:
            unseen = QTextEdit.ExtraSelection()
            unseen.cursor = QTextCursor(self.document())
            unseen.cursor.setPosition(
                to_utf16(self.text(), n_characters), QTextCursor.MoveMode.KeepAnchor
            )
            grey = QTextCharFormat()
            grey.setForeground(QColor(theme.active().muted))
            unseen.format = grey
            selections.append(unseen)
        self.setExtraSelections(selections)

    def changeEvent(self, event: QEvent) -> None:
        """Grey in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._n_unseen:
            self.set_unseen(self._n_unseen)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tints, the text on them, then the ghost behind its end."""
        painter = QPainter(self.viewport())
        self._tints.paint(painter)  # first, so that no letter is covered
        painter.end()
        super().paintEvent(event)
        if self.ghost():
            self._ghost.paint()

    def minimumSizeHint(self) -> QSize:
        """Two lines."""
        return QSize(160, 64)

    def sizeHint(self) -> QSize:
        """No more than that: in a card, whose caption wraps, a layout takes it for the least."""
        return QSize(360, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the end in sight for who writes there; a scroll bar that appears wraps it anew."""
        super().resizeEvent(event)
        if self.textCursor().atEnd():
            self.ensureCursorVisible()

    # --- keyboard

    def event(self, event: QEvent) -> bool:
        """Tab takes the ghost, Shift+Tab refuses it; without one Qt moves the focus with them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == Key.Key_Tab and plain:
                if self.ghost():
                    self.ghost_accepted.emit()
                elif not (self._is_waiting and self.is_at_end()):
                    self.focusNextPrevChild(True)
                return True
            if event.key() == Key.Key_Backtab and self.refuse():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter generates, Esc stops, Shift+Enter is Enter."""
        is_enter = event.key() in (Key.Key_Return, Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.generate_wanted.emit()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertText("\n")  # Qt's own would be U+2028
            self.ensureCursorVisible()
        elif event.key() == Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.place_wanted.emit(self.token_at_cursor())
        elif event.key() == Key.Key_Escape:
            self.stop_wanted.emit()
            event.ignore()  # there may be more to stop or close than this knows of
        elif self._is_given and event.text() and event.text().isprintable():
            step = QTextCursor(self.document())
            step.beginEditBlock()  # else one undo would take what was given with this key
            super().keyPressEvent(event)
            step.endEditBlock()
        else:
            super().keyPressEvent(event)


def _plain(text: str) -> str:
    """The same text as it comes back from Qt's documents.

    They know one kind of line end and no lone surrogates, and a byte order mark at the start of a
    string gets lost on the way between Python and Qt.
    """
    text = re.sub("\r\n|[\r\u2029\ufdd0\ufdd1]", "\n", text).replace("\ufeff", "")
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _n_common(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)
