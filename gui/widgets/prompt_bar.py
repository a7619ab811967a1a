"""The one line of text that every text tab shows: typed here, seen everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from gui import theme
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.painting import LINE_END, to_utf16

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QShowEvent

    from gui.widgets.examples_button import Example

MOST = 20_000  # UTF-16 units; a line of a million of them takes seconds to lay out
ICON_PX = 16  # what a field gives to a button inside it
_TYPED_SIGN = LINE_END + "\ufe0e"  # the very sign, in the user's text


class PromptBar(QWidget):
    """An editor of one line, in which line ends are seen as a sign, and a menu of examples.

    The arrow up brings back what was written before, the arrow down what came after that.

    Signals:
        edited: (str) the user changed the text, by whatever means.
        too_long: more was typed or pasted than fits; what fits was kept.
    """

    edited = Signal(str)
    too_long = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = QLineEdit()
        self.editor.setObjectName("promptEdit")
        self.editor.setAccessibleName("Prompt")
        self.editor.setPlaceholderText("Type the beginning of a sentence, or choose an example")
        self.editor.setMaxLength(MOST)
        self.editor.textChanged.connect(self._on_text_changed)
        self.editor.inputRejected.connect(self.too_long)
        # Not Qt's own clear button: it follows a signal that `set_text` blocks.
        self._clear = self.editor.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText("Clear the prompt")
        self._clear.setToolTip("Clear the prompt")
        self._clear.setVisible(False)
        self._clear.triggered.connect(self._on_clear)
        self._before: tuple[str, ...] = ()
        self._walk: list[str] = []  # while the arrows go through what was written, else empty
        self._at = 0
        self.editor.installEventFilter(self)
        button = self.editor.findChild(QToolButton)
        assert button is not None
        button.setObjectName("clearPromptButton")
        button.setAccessibleName("Clear the prompt")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._examples = ExamplesButton()
        self._examples.chosen.connect(self._use)
        label = QLabel("&Prompt")
        label.setBuddy(self.editor)

        row = QHBoxLayout(self)
        row.setContentsMargins(theme.BETWEEN, theme.INSIDE, theme.BETWEEN, theme.INSIDE)
        row.setSpacing(theme.INSIDE)
        row.addWidget(label)
        row.addWidget(self.editor, 1)
        row.addWidget(self._examples)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the cross in the colours and the size of now."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._clear.setIcon(_cross(self.devicePixelRatioF()))

    def showEvent(self, event: QShowEvent) -> None:
        """Likewise."""
        super().showEvent(event)
        self._clear.setIcon(_cross(self.devicePixelRatioF()))

    def text(self) -> str:
        """The prompt, line ends as they are."""
        return _from_line(self.editor.text())

    def set_text(self, text: str) -> None:
        """Show the prompt; the cursor stays where it is, and the user can undo the change."""
        line, shown = _to_line(text), self.editor.text()
        if line == shown:
            return
        cursor, at_end = self.editor.cursorPosition(), self.editor.cursorPosition() == _units(shown)
        with QSignalBlocker(self.editor):
            self.editor.setMaxLength(max(MOST, _units(line)))
            if line.startswith(shown) and not self.editor.hasSelectedText():
                self.editor.end(False)
                self.editor.insert(line[len(shown) :])
            else:
                self.editor.selectAll()
                self.editor.insert(line)
            if not at_end:
                self.editor.setCursorPosition(min(cursor, _units(line)))
        self._clear.setVisible(bool(line))

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Fill the menu."""
        self._examples.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before, the latest first."""
        self._before = tuple(texts)
        self._examples.set_before(self._before)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows up and down go through what was written before."""
        if watched is self.editor and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
            if event.type() == QEvent.Type.KeyPress and steps:
                self._go_back(steps)
                return True
        return super().eventFilter(watched, event)

    def _go_back(self, steps: int) -> None:
        """Show what was written so much earlier, or later."""
        if self._walk[self._at :][:1] != [self.text()]:  # something else was written meanwhile
            now = self.text()
            self._walk, self._at = [now, *(text for text in self._before if text != now)], 0
        at = self._at + steps
        if 0 <= at < len(self._walk):
            self._at = at
            self._use(self._walk[at])

    def _use(self, text: str) -> None:
        self.set_text(text)
        self.editor.end(False)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit(text)

    def _on_clear(self) -> None:
        """As if all of it was selected and deleted, so that it can be undone."""
        self.editor.selectAll()
        self.editor.del_()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text_changed(self, typed: str) -> None:
        """Pasted line ends become visible signs, which count as the line ends that they show."""
        line = typed.replace("\n", LINE_END)
        if line != typed:
            cursor = self.editor.cursorPosition()
            with QSignalBlocker(self.editor):
                self.editor.setText(line)
                self.editor.setCursorPosition(cursor)
        self._clear.setVisible(bool(line))
        self.edited.emit(_from_line(line))


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
