"""A line under a figure that says what is worth knowing now, and offers to do it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui import theme


class HintLine(QWidget):
    """A sentence with a small button; neither takes room while there is nothing to say.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hintLine")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._button = QPushButton()
        self._button.setObjectName("hintButton")
        self._button.clicked.connect(self.acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.say("")

    def say(self, words: str, action: str = "") -> None:
        """Show a sentence, and what its button is called if there is something to do."""
        self._words.setText(words)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setVisible(bool(words))

    def text(self) -> str:
        """What is said."""
        return self._words.text()
