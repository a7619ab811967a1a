"""What stood in the prompt before, so that one can go back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 20
LONGEST = 2_000  # characters; a longer text is a document, not a prompt to come back to
REST_MS = 2_000


class PromptHistory(QObject):
    """Remembers a text once it has stood for a moment, or when quite another takes its place.

    A text that only goes on, or is only cut, takes the place of what it was made from.

    Signals:
        changed: There is another text.

    Args:
        parent: Qt's.

    Attributes:
        texts: What was remembered, the latest first, each once.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.texts: tuple[str, ...] = ()
        self._text = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._remember)

    def restore(self, texts: Iterable[str], text: str = "") -> None:
        """Begin with these, and with a text that counts once another takes its place."""
        self.texts, self._text = tuple(dict.fromkeys(texts))[:MOST], text
        self.changed.emit()

    def note(self, text: str) -> None:
        """There is another text in the prompt."""
        if text == self._text:
            return
        if not _is_one_text(text, self._text):
            self._remember()
        self._text = text
        self._rest.start()

    def _remember(self) -> None:
        self._rest.stop()
        text = self._text
        if not text.strip() or len(text) > LONGEST or self.texts[:1] == (text,):
            return
        latest, *older = self.texts or ("",)
        if not (latest and _is_one_text(text, latest)):
            older = [latest, *older]
        self.texts = tuple(dict.fromkeys(each for each in (text, *older) if each))[:MOST]
        self.changed.emit()


def _is_one_text(one: str, other: str) -> bool:
    """Whether one is the other, typed on."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))
