"""A word in grey behind the end of an editor's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextCursor

from gui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit


class Ghost:
    """Painted over the editor, and no part of its text.

    Args:
        editor: Whose text it follows.

    Attributes:
        words: What is shown; "" for nothing.
    """

    def __init__(self, editor: QPlainTextEdit) -> None:
        self.words = ""
        self._editor = editor

    def paint(self) -> None:
        """Draw it, unless an input method is composing a word there."""
        if self._editor.document().lastBlock().layout().preeditAreaText():
            return
        painter = QPainter(self._editor.viewport())
        painter.setFont(self._editor.font())
        painter.setPen(QColor(theme.active().muted))
        if self.is_rtl():
            painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(self.rect(), flags, self.words)

    def is_rtl(self) -> bool:
        """Whether the text before it runs from right to left."""
        direction = self._editor.document().lastBlock().textDirection()
        return direction == Qt.LayoutDirection.RightToLeft

    def rect(self) -> QRectF:
        """Behind the last character; at the start of the next line where it would not fit."""
        document = self._editor.document()
        end = QTextCursor(document)
        end.movePosition(QTextCursor.MoveOperation.End)
        rect = QRectF(self._editor.cursorRect(end))
        width = QFontMetricsF(self._editor.font()).horizontalAdvance(self.words)
        margin = document.documentMargin()
        first, last = margin, self._editor.viewport().width() - margin - width
        # Where both directions meet, the cursor stands within the line and not at its end.
        left, right = self._last_line()
        x = min(rect.x(), left) - width if self.is_rtl() else max(rect.x(), right) + 1
        if first <= x <= last:
            return QRectF(x, rect.y(), width, rect.height())
        return QRectF(last if self.is_rtl() else first, rect.bottom(), width, rect.height())

    def _last_line(self) -> tuple[float, float]:
        """Where the last line's text begins and ends, from left to right."""
        block = self._editor.document().lastBlock()
        layout = block.layout()
        line = layout.lineAt(layout.lineCount() - 1).naturalTextRect()
        x = self._editor.document().documentLayout().blockBoundingRect(block).x()
        x += layout.position().x() - self._editor.horizontalScrollBar().value()
        return x + line.left(), x + line.right()
