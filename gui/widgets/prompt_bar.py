"""The one line of text that every text tab shows: typed here, seen everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gui import theme
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.prompt_field import MOST, PromptField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.widgets.examples_button import Example

__all__ = ["MOST", "PromptBar"]


class PromptBar(QWidget):
    """An editor of one line, in which line ends are seen as a sign, and a menu of examples.

    The arrow up brings back what was written before, the arrow down what came after that.

    Attributes:
        editor: The field.
        grid: Its row, for more beside and below it.

    Signals:
        edited: (str) the user changed the text, by whatever means.
        too_long: more was typed or pasted than fits; what fits was kept.
    """

    edited = Signal(str)
    too_long = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = PromptField("promptEdit", "Prompt", "clearPromptButton")
        self.editor.setPlaceholderText("Type the beginning of a sentence, or choose an example")
        self.editor.too_long.connect(self.too_long)
        self.editor.edited.connect(self.edited)
        self._before: tuple[str, ...] = ()
        self._walk: list[str] = []  # while the arrows go through what was written, else empty
        self._at = 0
        self.editor.installEventFilter(self)
        self._examples = ExamplesButton()
        self._examples.chosen.connect(self.editor.use)
        label = QLabel("&Prompt")
        label.setBuddy(self.editor)
        self.grid = grid = QGridLayout(self)
        grid.setContentsMargins(theme.BETWEEN, theme.INSIDE, theme.BETWEEN, theme.INSIDE)
        grid.setSpacing(theme.INSIDE)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self._examples, 0, 2)
        grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The prompt, line ends as they are."""
        return self.editor.prompt()

    def set_text(self, text: str) -> None:
        """Show the prompt; the cursor stays where it is, and the user can undo the change."""
        self.editor.set_prompt(text)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Fill the menu."""
        self._examples.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before, the latest first."""
        self._before = tuple(texts)
        self._examples.set_before(self._before)

    # --- what was written before

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
            self.editor.use(self._walk[at])
