"""A field for one word, which is completed from a vocabulary as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

SHOWN = 8  # words in the list
LONGEST = 60  # letters of a word; longer ones are nobody's


class WordField(QLineEdit):
    """Completes while one types; Enter, or a click in the list, settles it.

    Signals:
        typed: (str) the user changed it, letter by letter.
        settled: a word of the list was chosen, or Enter pressed.

    Args:
        name: Its `objectName`.
        purpose: What the word is for, for a screen reader and the tooltip.
        parent: Qt's.
    """

    typed = Signal(str)
    settled = Signal()

    def __init__(self, name: str, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setToolTip(purpose)
        self.setMaxLength(LONGEST)
        self._complete: Callable[[str, int], Sequence[str]] = lambda _typed, _n: ()
        self._list = QStringListModel(self)
        completer = QCompleter(self._list, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(SHOWN)
        popup = completer.popup()
        assert popup is not None
        popup.setObjectName(f"{name}List")
        popup.setAccessibleName(f"Words for: {purpose}")
        self.setCompleter(completer)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self.settled)
        completer.activated.connect(self._on_activated)

    def set_completion(self, complete: Callable[[str, int], Sequence[str]]) -> None:
        """Tell which words begin as typed: gets the text and how many are wanted at most."""
        self._complete = complete
        self._list.setStringList([])

    def set_word(self, word: str) -> None:
        """Show a word that was chosen elsewhere; nothing is emitted."""
        if word != self.text():
            with QSignalBlocker(self):
                self.setText(word)
            self.setCursorPosition(0)

    def offered(self) -> list[str]:
        """The words in the list."""
        return self._list.stringList()

    def _on_activated(self, word: str) -> None:
        self.set_word(word)  # Qt's own slot comes later
        self.settled.emit()

    def _on_edited(self, text: str) -> None:
        self._list.setStringList(list(self._complete(text, SHOWN)))
        self.typed.emit(text)
