"""An empty page: a sentence that says what to do, and beginnings to go on from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme

EXAMPLES = (
    "They walked along the river to the",
    "The opposite of hot is",
    "Once upon a time there was a",
)


class Welcome(QWidget):
    """What to do while there is nothing to predict from.

    Signals:
        example_chosen: (str) one of the examples was clicked.
    """

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QWidget()
        column = QVBoxLayout(self._buttons)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for number, text in enumerate(EXAMPLES, start=1):
            button = QPushButton(f"{text} …")
            button.setObjectName(f"exampleButton{number}")
            button.setAccessibleName(f"Example: {text}")
            button.clicked.connect(lambda _=False, text=text: self.example_chosen.emit(text))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        page = QVBoxLayout(self)
        page.setSpacing(theme.BETWEEN)
        page.addStretch(2)
        page.addWidget(self._words)
        page.addWidget(self._buttons)
        page.addStretch(3)

    def set_words(self, words: str, *, with_examples: bool) -> None:
        """Say what to do, and offer to do it."""
        self._words.setText(words)
        self._buttons.setVisible(with_examples)
