"""What is the matter with a clue word, and words that would do instead."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui import theme


class ClueAdvice(QWidget):
    """A sentence, and a button for each word; hidden while all is well.

    Signals:
        taken: (int, str) number of the field, and the word that is to stand in it.

    Args:
        most: Words that are offered at most.

    Attributes:
        remark: The sentence.
        offers: The buttons.
    """

    taken = Signal(int, str)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._place = 0  # of the field that the words are for
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        self.remark = QLabel()
        self.remark.setObjectName("clueRemark")
        self.remark.setAccessibleName("What is the matter with a clue word")
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setWordWrap(True)
        row.addWidget(self.remark, 1)
        self.offers = [QPushButton() for _ in range(most)]
        for n, button in enumerate(self.offers):
            button.setObjectName(f"clueOffer{n + 1}")
            button.setAccessibleName("Take this word instead")
            button.setToolTip("Take this word instead")
            button.clicked.connect(partial(self._on_clicked, n))
            row.addWidget(button)
        self.hide()

    def say(self, sentence: str, offered: tuple[str, ...] = (), place: int = 0) -> None:
        """Say this, or "" for nothing, and offer words for the field of this number."""
        self._place = place
        self.remark.setText(sentence)
        for n, button in enumerate(self.offers):
            button.setVisible(n < len(offered))
            button.setText(offered[n] if n < len(offered) else "")
            button.setAccessibleName(f"Take {button.text()} instead")
        self.setVisible(bool(sentence))

    def _on_clicked(self, n: int) -> None:
        self.taken.emit(self._place, self.offers[n].text())
