"""The model's turn in a talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.autocomplete import chat

if TYPE_CHECKING:
    from gui.session import Session

MOST_TOKENS = 120


class Answering(QObject):
    """Writes an answer, and cuts off what the model begins to write for the user.

    Signals:
        cut: something was cut off.

    Args:
        session: Has the text, and writes.
        parent: Qt's.
    """

    cut = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = ""  # what the model goes on from, while it has its turn
        session.prompt_changed.connect(self._on_prompt)
        session.trace_changed.connect(self._go_on)
        session.generating_changed.connect(self._on_generating)

    def begin(self) -> None:
        """Answer the text as it is now, as soon as it has been read."""
        self._asked = self._session.prompt
        self._go_on()

    def _go_on(self) -> None:
        trace = self._session.trace
        if self._asked and trace is not None and trace.text == self._asked:
            self._session.generate(MOST_TOKENS, until=chat.NEXT_TURN)

    def _on_prompt(self, text: str) -> None:
        if not text.startswith(self._asked):
            self._asked = ""

    def _on_generating(self, is_on: bool) -> None:
        asked, session = self._asked, self._session
        if is_on or not asked:
            return
        self._asked = ""
        text = chat.answered(session.prompt, len(asked))
        if text != session.prompt:
            session.set_prompt(text)
            self.cut.emit()
