"""A second prompt, read beside the first to compare with it, always without changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.answers import Answer, answer

if TYPE_CHECKING:
    from core.config import SamplingConfig
    from core.language_model import LanguageModel
    from gui.jobs import Lane


class Second(QObject):
    """The text, and what the model made of it.

    Attributes:
        prompt: "" while nothing is compared.
        lent: What a page compares with by itself while it is open and there is no prompt here.
        found: The pass and what comes next; of the text before while the next is on its way.

    Signals:
        prompt_changed: (str)
        changed: (Trace | None) there is another pass, or another distribution after it.
        failed: (BaseException)

    Args:
        lane: Where it is read.
        parent: Qt's.
    """

    prompt_changed = Signal(str)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, lane: Lane, parent: QObject) -> None:
        super().__init__(parent)
        self.prompt = self.lent = ""
        self.found = Answer()
        self._lane = lane

    @property
    def text(self) -> str:
        """What is read."""
        return self.prompt or self.lent

    def set_prompt(self, text: str) -> bool:
        """Compare with this; returns whether it is another text."""
        is_other = text != self.prompt
        self.prompt = text
        if is_other:
            self.prompt_changed.emit(text)
        return is_other

    def ask(self, model: LanguageModel | None, sampling: SamplingConfig) -> None:
        """Have it read."""
        text = self.text
        if model is None or not text:
            self._lane.cancel("second")
            self.apply(Answer())
        else:
            self._lane.submit(
                "second",
                lambda job: answer(model, text, sampling, (), job.cancelled),
                self.apply,
                self._on_error,
            )

    def apply(self, found: Answer) -> None:
        """Tell what there is now, unless there was nothing and is nothing."""
        if found.trace is not None or self.found.trace is not None:
            self.found = found
            self.changed.emit(found.trace)

    def _on_error(self, error: BaseException) -> None:
        self.apply(Answer())
        self.failed.emit(error)
