"""Sentences, one a line, numbered: typed, pasted, moved and removed as lines of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QKeyCombination,
    QMimeData,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QTextBlock

MOST = 12  # sentences that are compared
MOST_CHARACTERS = 20_000  # in all; far more than twelve sentences
GUTTER_PX = 30
HINT = "One sentence a line"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
UP = QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up)
DOWN = QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down)
REMOVE = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_K
)
Move = QTextCursor.MoveOperation
Keep = QTextCursor.MoveMode.KeepAnchor


class SentenceEditor(QPlainTextEdit):
    """A line that is not empty is a sentence; the first ones are numbered, from 1.

    Signals:
        edited: the text is another.
        sentence_selected: (int | None) the sentence, from 0, that the text cursor has come to.
        too_long: more was pasted than fits; what fits was kept.
    """

    edited = Signal()
    sentence_selected = Signal(object)
    too_long = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sentenceEditor")
        self.setAccessibleName("Sentences to compare, one a line")
        self.setPlaceholderText(HINT)
        self.setTabChangesFocus(True)
        self._selected: int | None = None
        self._hovered: int | None = None
        self._gutter = _Gutter(self)
        self.blockCountChanged.connect(lambda _n: self._fit_gutter())
        self.updateRequest.connect(lambda _rect, _dy: self._gutter.update())
        self.textChanged.connect(self._on_text)
        self.cursorPositionChanged.connect(self._on_cursor)
        theme.sizes.changed.connect(self._fit_gutter)
        self._fit_gutter()

    # --- what it holds

    def sentences(self) -> list[str]:
        """The sentences that are compared, without space around them."""
        return [block.text().strip() for block in self._blocks()[:MOST]]

    def n_more(self) -> int:
        """How many more there are than are compared."""
        return max(len(self._blocks()) - MOST, 0)

    def set_sentences(self, sentences: Sequence[str]) -> None:
        """Put others in place of all; it can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText("\n".join(sentences))
        self.moveCursor(Move.Start)

    def select(self, sentence: int | None) -> None:
        """Put the text cursor into a sentence that was chosen elsewhere; nothing is emitted."""
        blocks = self._blocks()
        if sentence is not None and sentence < len(blocks) and sentence != self._sentence_here():
            with QSignalBlocker(self):
                cursor = QTextCursor(blocks[sentence])
                cursor.movePosition(Move.EndOfBlock)
                self.setTextCursor(cursor)
        self._selected = sentence
        self._mark()

    def hover(self, sentence: int | None) -> None:
        """Stress the number of a sentence that is stressed elsewhere."""
        if sentence != self._hovered:
            self._hovered = sentence
            self._gutter.update()

    def _blocks(self) -> list[QTextBlock]:
        """The lines that are not empty."""
        block, found = self.document().firstBlock(), []
        while block.isValid():
            if block.text().strip():
                found.append(block)
            block = block.next()
        return found

    def _sentence_here(self) -> int | None:
        """The sentence in which the text cursor is."""
        here = self.textCursor().blockNumber()
        numbers = [block.blockNumber() for block in self._blocks()[:MOST]]
        return numbers.index(here) if here in numbers else None

    # --- what can be done

    def add_sentence(self) -> None:
        """Begin a new one behind the last."""
        self.moveCursor(Move.End)
        if self.textCursor().block().text().strip():
            self.textCursor().insertBlock()
        self.setFocus()

    def remove_sentence(self) -> None:
        """Take the line away in which the text cursor is."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(Move.StartOfBlock)
        cursor.movePosition(Move.EndOfBlock, Keep)
        cursor.removeSelectedText()
        if cursor.block().next().isValid():
            cursor.deleteChar()
        else:
            cursor.deletePreviousChar()
            cursor.movePosition(Move.StartOfBlock)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def move_sentence(self, by: int) -> None:
        """Change places with the line above (-1) or below (1); the text cursor goes with it."""
        cursor = self.textCursor()
        here = cursor.block()
        there = here.previous() if by < 0 else here.next()
        if not there.isValid():
            return
        column = cursor.positionInBlock()
        texts = here.text(), there.text()
        cursor.beginEditBlock()
        for block, text in ((here, texts[1]), (there, texts[0])):
            cursor.setPosition(block.position())
            cursor.movePosition(Move.EndOfBlock, Keep)
            cursor.insertText(text)
        cursor.endEditBlock()
        cursor.setPosition(there.position() + column)
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves a sentence, Ctrl+Shift+K removes it."""
        # A Mac's arrow keys count as keys of its keypad.
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        keys = QKeyCombination(plain, Qt.Key(event.key()))
        if keys in (UP, DOWN):
            self.move_sentence(-1 if keys == UP else 1)
        elif keys == REMOVE:
            self.remove_sentence()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as many characters as there is room for."""
        room = MOST_CHARACTERS - self.document().characterCount() + 1
        room += len(self.textCursor().selectedText())
        text = source.text()
        if len(text) > room:
            kept = QMimeData()
            kept.setText(text[: max(room, 0)])
            super().insertFromMimeData(kept)
            self.too_long.emit()
        else:
            super().insertFromMimeData(source)

    # --- what it says

    def _on_text(self) -> None:
        self._gutter.update()
        self.edited.emit()
        self._on_cursor()

    def _on_cursor(self) -> None:
        before, self._selected = self._selected, self._sentence_here()
        self._mark()
        if self._selected != before:
            self.sentence_selected.emit(self._selected)

    def _mark(self) -> None:
        """Lay the raised colour behind the selected sentence."""
        marks = []
        blocks = self._blocks()
        if self._selected is not None and self._selected < len(blocks):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(blocks[self._selected])
            mark.format.setBackground(QColor(theme.active().raised))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks = [mark]
        self.setExtraSelections(marks)
        self._gutter.update()

    # --- the numbers

    def changeEvent(self, event: QEvent) -> None:
        """Take other colours and fonts."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers stand beside all of it."""
        super().resizeEvent(event)
        self._fit_gutter()

    def _fit_gutter(self) -> None:
        width = theme.px(GUTTER_PX)
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._gutter.setGeometry(inside.x(), inside.y(), width, inside.height())

    def paint_numbers(self, gutter: QWidget) -> None:
        """Paint the number of each sentence in sight beside its first line."""
        painter, look = QPainter(gutter), theme.active()
        metrics = QFontMetricsF(theme.mono())
        for n, block in enumerate(self._blocks()):
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.bottom() < 0 or place.top() > gutter.height():
                continue
            is_stressed = n < MOST and n in (self._selected, self._hovered)
            painter.setFont(theme.mono(bold=is_stressed))
            painter.setPen(QColor(look.accent if is_stressed else look.muted))
            line = block.layout().lineAt(0)
            room = QRectF(0, place.top(), gutter.width() - 6, line.height() or metrics.height())
            painter.drawText(room, RIGHT, str(n + 1) if n < MOST else "\N{EN DASH}")


class _Gutter(QWidget):
    """The strip at the left, painted by the editor."""

    def __init__(self, editor: SentenceEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(theme.px(GUTTER_PX), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._editor.paint_numbers(self)
