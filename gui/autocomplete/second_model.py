"""A second model, opened beside the one in use, to compare what they say of the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.failures import Failure, refused_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.session import Session

OPEN, READ = "second model", "second model reads"


class SecondModel(QObject):
    """Opened, asked and closed on the session's lane for studies, which alone has it.

    Signals:
        changed: another one is open, none is, or one is being opened.
        read: there is another pass, or none.
        failed: (Failure) a folder was refused.

    Args:
        session: Has the lane.
        parent: Qt's.

    Attributes:
        model: It; None if none is open.
        opening: Name of the folder that is being opened; "" if none is.
        trace: Its pass over the last text that was asked for.
        has_failed: Whether it could not read that text; the session was told why.
    """

    changed = Signal()
    read = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._lane, self._report = session.studies, session.report_error
        self.model: LanguageModel | None = None
        self.opening = ""
        self.trace: Trace | None = None
        self.has_failed = False
        self._text = ""

    def open(self, folder: Path) -> None:
        """Open a model folder; the one that is open stays until the new one is ready."""
        self.opening = folder.name or str(folder)
        self._lane.submit(
            OPEN,
            lambda job: load(folder, job.cancelled),
            self._on_opened,
            lambda error: self._on_refused(folder, error),
        )
        self.changed.emit()

    def close(self) -> None:
        """Let go of it; its memory is free then."""
        self._lane.cancel(OPEN, READ)
        self.model = self.trace = None
        self.opening = ""
        self.changed.emit()
        self.read.emit()

    def ask(self, text: str) -> None:
        """Have it read a text; the newest wins."""
        self._text, self.has_failed = text, False
        model = self.model
        if model is None or not text:
            self._lane.cancel(READ)
            self._on_read(None)
            return
        self._lane.submit(
            READ, lambda job: model.trace(text, job.cancelled), self._on_read, self._on_error
        )

    def _on_opened(self, model: LanguageModel) -> None:
        self.model, self.opening, self.trace = model, "", None
        self.changed.emit()
        self.ask(self._text)

    def _on_refused(self, folder: Path, error: BaseException) -> None:
        self.opening = ""
        self.changed.emit()
        failure = refused_folder(folder, error)  # its action would open the first model's dialog
        self.failed.emit(Failure(failure.sentence, failure.details))

    def _on_read(self, trace: Trace | None) -> None:
        if trace is not None or self.trace is not None:
            self.trace = trace
            self.read.emit()

    def _on_error(self, error: BaseException) -> None:
        self.trace, self.has_failed = None, True
        self.read.emit()
        self._report(error)


def load(folder: Path, cancelled: Callable[[], bool]) -> LanguageModel:
    """Open a model folder, on the lane."""
    from core.language_model import Cancelled, LanguageModel, prepare_thread

    prepare_thread()
    model = LanguageModel.load(folder)
    if cancelled():
        raise Cancelled
    return model
