"""Every tab as a picture: both themes, two sizes, with a prompt and without."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QSize, QTimer

from gui.main_window import TABS, MainWindow
from gui.settings import FIRST_PROMPT, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from gui.failures import Failure

SIZES = (QSize(1280, 800), QSize(1024, 680))
THEMES = ("light", "dark")
DEADLINE_MS = 60_000  # for the model to be loaded, or to look at a prompt
_POLL_MS = 10


class NotTakenError(Exception):
    """Why there are no pictures, in a sentence."""


def take(app: QApplication, folder: Path, model: Path | None, prompt: str | None) -> int:
    """Paint every tab into PNG files named tab-theme-size-prompt.png.

    Args:
        app: The application.
        folder: Made if missing.
        model: Model folder; None for the bundled one.
        prompt: Text of the pictures with a prompt; None for the usual example.

    Returns:
        The exit code: 0, or 2 after a line on stderr.
    """
    window = MainWindow(Settings(theme="light", reduce_motion=True, prompt=""))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        window.show()
        for path in _take_all(app, window, model, prompt or FIRST_PROMPT):
            if not window.grab().save(str(folder / path)):
                raise NotTakenError(f"{folder / path} cannot be written: choose another folder.")
    except OSError as error:
        return _refuse(f"{folder} cannot be written ({error.strerror}): choose another folder.")
    except NotTakenError as error:
        return _refuse(str(error))
    finally:
        window.close()
        window.deleteLater()
    return 0


def _take_all(
    app: QApplication, window: MainWindow, model: Path | None, prompt: str
) -> Iterator[str]:
    """Bring the window into every state and yield the name of its picture."""
    session = window.session
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    window.open_first_model(model)
    for text, (theme, size) in itertools.product((prompt, ""), itertools.product(THEMES, SIZES)):
        session.set_prompt(text)
        window.appearance.choose(theme)
        window.resize(size)
        for tab in TABS:
            window.show_tab(tab.name)
            _wait(lambda: bool(failures) or not session.is_busy())
            if failures:
                raise NotTakenError(f"{failures[0].sentence} {failures[0].details}".strip())
            app.processEvents()
            shape = f"{size.width()}x{size.height()}"
            yield f"{tab.name}-{theme}-{shape}-{'example' if text else 'empty'}.png"


def _wait(is_ready: Callable[[], bool]) -> None:
    """Let the window live until something is true."""
    loop, deadline = QEventLoop(), QDeadlineTimer(DEADLINE_MS)
    poll = QTimer(loop)
    poll.timeout.connect(lambda: loop.quit() if is_ready() or deadline.hasExpired() else None)
    poll.start(_POLL_MS)
    loop.exec()
    poll.stop()
    if not is_ready():
        raise NotTakenError("The model did not answer in time.")


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return 2
