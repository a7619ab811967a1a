"""The whole pass over the prompt as one file that numpy reads: asked for in the File menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.change_words import in_words
from gui.file_dialog import ask_save
from gui.text.naming import naming

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gui.session import Session

NOTHING = "There are no numbers to save yet: type some text first."


def ask(window: QWidget, session: Session) -> None:
    """Let the user choose a file for the trace that is shown now."""
    if session.trace is None:
        session.noticed.emit(NOTHING)
        return
    ask_save(
        window,
        "saveTraceDialog",
        "Save all numbers of this text (its trace)",
        ("Arrays for numpy", "npz"),
        "trace.npz",
        lambda path: save(session, path),
    )


def save(session: Session, path: Path) -> None:
    """Write the trace that is shown now, in the background, and say so or say why not."""
    trace, model = session.trace, session.language_model
    if trace is None or model is None:
        session.noticed.emit(NOTHING)
        return
    changes = [in_words(each, naming(model)) for each in trace.changes]

    def work(_job: object) -> None:
        from core import trace_file

        trace_file.save(trace, path, changes)

    session.studies.submit(
        "trace file",
        work,
        lambda _none: session.noticed.emit(f"Saved {path.name} in {path.parent}."),
        session.report_error,
    )
