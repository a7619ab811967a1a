"""The question of an analogy: three fields, the answer beside them, and advice below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.word_field import WordField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLACES = ("The first word, a", "The second word, b: a is to b", "The third word, c: as c is to")
BETWEEN = ("is to", "as", "is to")
OFFERED = 5  # known words in place of an unknown one, at most
TYPING_MS = 200  # without a key before the question is put


class AnalogyQuestion(QWidget):
    """A is to b as c is to what?

    Signals:
        asked: the question is to be answered: a word was chosen, or nothing typed for a moment.

    Attributes:
        fields: Of a, b and c.
    """

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = 0  # of the field that the offered words are for
        self.fields = [
            WordField(f"analogyWord{'ABC'[place]}", purpose) for place, purpose in enumerate(PLACES)
        ]
        self._answer = _label("analogyAnswer", "The first answer")
        self._remark = _label("analogyRemark", "What is the matter with the question")
        self.offers = [_offer(f"analogyOffer{n + 1}") for n in range(OFFERED)]
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._question())
        column.addWidget(self._advice())
        self._connect()

    def _question(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for field, words in zip(self.fields, BETWEEN, strict=True):
            theme.set_px(field, minimumWidth=80, maximumWidth=200)
            row.addWidget(field, 1)
            row.addWidget(QLabel(words))
        theme.set_px(self._answer, minimumWidth=90)
        theme.set_font(self._answer, theme.HEADING, bold=True)
        row.addWidget(self._answer, 1)
        return row

    def _advice(self) -> QWidget:
        """What is the matter, and words that would do."""
        self._advice_row = QWidget()
        row = QHBoxLayout(self._advice_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        self._remark.setWordWrap(True)
        row.addWidget(self._remark, 1)
        for button in self.offers:
            row.addWidget(button)
        self._advice_row.hide()
        return self._advice_row

    def _connect(self) -> None:
        for field in self.fields:
            field.typed.connect(lambda _text: self._typing.start())
            field.settled.connect(self._ask)
            field.editingFinished.connect(self._catch_up)
        for button in self.offers:
            button.clicked.connect(self._on_offer)
        self._typing.timeout.connect(self._ask)

    def _ask(self) -> None:
        self._typing.stop()
        self.asked.emit()

    def _catch_up(self) -> None:
        if self.is_typing():
            self._ask()

    def _on_offer(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.fields[self._place].set_word(button.text())
            self.fields[self._place].setFocus()
            self._ask()

    # --- what is asked

    def is_typing(self) -> bool:
        """Whether something was typed just now that is not yet asked."""
        return self._typing.isActive()

    @property
    def words(self) -> tuple[str, str, str]:
        """a, b and c as typed."""
        a, b, c = (field.text().strip() for field in self.fields)
        return a, b, c

    def set_words(self, words: Sequence[str]) -> None:
        """Show words that were chosen elsewhere; nothing is asked."""
        self._typing.stop()
        for field, word in zip(self.fields, words, strict=False):
            field.set_word(word)

    def set_completion(self, complete: Callable[[str, int], Sequence[str]]) -> None:
        """Tell which words begin as typed."""
        for field in self.fields:
            field.set_completion(complete)

    # --- what is said

    def show_answer(self, word: str) -> None:
        """Show the first answer, or ? where there is none."""
        self._answer.setText(word)

    def advise(self, sentence: str, offered: Sequence[str] = (), place: int = 0) -> None:
        """Say what is the matter with a word, and offer others.

        Args:
            sentence: One sentence; "" if all is well.
            offered: Words that would do.
            place: Which of the fields they are for.
        """
        self._place = place
        self._remark.setText(sentence)
        for n, button in enumerate(self.offers):
            button.setVisible(n < len(offered))
            button.setText(offered[n] if n < len(offered) else "")
            button.setAccessibleName(f"Take {button.text()} instead")
        self._advice_row.setVisible(bool(sentence))


def _label(name: str, purpose: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleName(purpose)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _offer(name: str) -> QPushButton:
    button = QPushButton()
    button.setObjectName(name)
    button.setAccessibleName("Take this word instead")
    button.setToolTip("Take this word instead")
    button.hide()
    return button
