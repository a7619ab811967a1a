"""The list of sentences with what can be done to it, and remarks on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.sentence_editor import MOST_CHARACTERS, SentenceEditor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.widgets.examples_button import Example

BUTTONS = (
    ("Add", "addSentence", "Add a sentence"),
    ("Remove", "removeSentence", "Remove the sentence with the cursor (Ctrl+Shift+K)"),
    ("↑", "raiseSentence", "Move the sentence up (Alt+Up)"),
    ("↓", "lowerSentence", "Move the sentence down (Alt+Down)"),
)
CUT = f"Only {MOST_CHARACTERS:,} characters fit: the rest was not pasted."


class SentenceList(QWidget):
    """An editor, a line of buttons, and a sentence or two about what is in it.

    Signals:
        edited: the sentences were changed by hand.
        replaced: an example took their place.

    Attributes:
        editor: The sentences.
        examples: Sentences worth comparing, for whoever has room for it.
    """

    edited = Signal()
    replaced = Signal()

    def __init__(self, sentences: Sequence[str], examples: Iterable[Example]) -> None:
        super().__init__()
        self.editor = SentenceEditor()
        self.editor.set_sentences(sentences)
        self._is_cut = False  # what was pasted
        self._remark = QLabel()
        self._remark.setObjectName("sentencesRemark")
        self._remark.setAccessibleName("Remarks on the sentences")
        self._remark.setProperty("role", "caption")
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setWordWrap(True)
        self._remark.hide()
        self.examples = ExamplesButton()
        self.examples.setObjectName("sentenceExamples")
        self.examples.setAccessibleName("Examples of sentences to compare")
        self.examples.set_examples(examples)
        self.examples.setStyleSheet("padding: 0 8px;")  # no taller than the title beside it
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.editor, 1)
        column.addWidget(self._remark)
        column.addLayout(self._buttons())
        self.editor.edited.connect(self._on_edited)
        self.editor.too_long.connect(self._on_too_long)
        self.examples.chosen.connect(self._on_example)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        does = (
            self.editor.add_sentence,
            self.editor.remove_sentence,
            lambda: self.editor.move_sentence(-1),
            lambda: self.editor.move_sentence(1),
        )
        for (text, name, purpose), action in zip(BUTTONS, does, strict=True):
            row.addWidget(push_button(text, name, purpose, action))
        row.addStretch(1)
        return row

    def _on_edited(self) -> None:
        self._is_cut = False
        self.edited.emit()

    def _on_too_long(self) -> None:
        self._is_cut = True

    def _on_example(self, text: str) -> None:
        self.editor.set_sentences(text.split("\n"))
        self.replaced.emit()

    def remark(self, said: str) -> None:
        """Say something about the sentences; "" for nothing.

        That something pasted was cut is said besides.
        """
        said = f"{CUT} {said}".strip() if self._is_cut else said
        self._remark.setText(said)
        self._remark.setVisible(bool(said))
