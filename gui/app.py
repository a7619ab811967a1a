"""The program: from the command line to a window that can be seen, and only then to the model.

Nothing of Qt is imported at the top: what is missing for it is said in a sentence, not by Qt's
abort. Torch, which only learns, is never imported here.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gui import display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow

USAGE = 2  # exit code for what the user can mend
TAB_NAMES = ("pixels", "text", "autocomplete")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: The command line with the program's name; None for the process's own.

    Returns:
        The exit code: 0, or 2 if something is missing or mistyped.
    """
    argv = list(sys.argv if argv is None else argv)
    options, unknown = _parse(argv)
    if unknown:
        return _refuse(f"unknown argument {unknown[0]!r}; --help lists them.")
    if options.screenshots is not None:
        _paint_out_of_sight()
    problem = display.problem()
    if problem is not None:
        return _refuse(problem)
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return _refuse(display.missing_library(error))
    if options.screenshots is not None:
        return _take_screenshots(argv, options)
    app, window = create_app(argv)
    from gui.interrupts import close_on_interrupt

    close_on_interrupt(window)
    return app.exec()


def create_app(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Make the application and show its window; the model is opened once that is painted.

    Args:
        argv: The command line, with or without the program's name; what it does not know is Qt's.
    """
    options, for_qt = _parse(argv)
    app = _application(for_qt)
    from gui import faults, settings
    from gui.autosave import Autosave
    from gui.main_window import MainWindow

    stop_logging = faults.log_to(settings.state_folder())
    file = settings.SettingsFile(settings.config_folder() / "settings.json")
    window = MainWindow(file.load())
    net = faults.Net(window)
    net.caught.connect(window.session.report_error)
    Autosave(window, file)
    window.closed.connect(net.remove)
    window.closed.connect(stop_logging)
    if options.tab is not None:
        window.show_tab(options.tab)
    if options.prompt is not None:
        window.session.set_prompt(options.prompt)
    window.painted.connect(lambda: window.open_first_model(options.model))
    window.focus_prompt()
    window.show()
    return app, window


def _application(for_qt: list[str]) -> QApplication:
    from PySide6.QtWidgets import QApplication

    from gui.overrides import guard

    guard()
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["glassbox", *for_qt])
    app.setApplicationName("glassbox")
    app.setApplicationDisplayName("Glassbox")
    app.setDesktopFileName("glassbox")
    return app


def _take_screenshots(argv: list[str], options: argparse.Namespace) -> int:
    app = _application([])
    from gui.screenshots import take

    return take(app, options.screenshots, options.model, options.prompt)


def _paint_out_of_sight() -> None:
    """Pictures of the same size everywhere, with or without a display."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


# --- the command line


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One plain line instead of argparse's usage."""
        self.exit(_refuse(f"{message}; --help lists what can be given."))


def _parse(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options and what is none of them; the program's name may come first."""
    arguments = list(argv[1:] if argv and not argv[0].startswith("-") else argv)
    parser = _Parser(
        prog="glassbox", description="See how a language model works, from nine pixels on."
    )
    parser.add_argument("--model", type=Path, metavar="DIR", help="model folder to open")
    parser.add_argument("--tab", choices=TAB_NAMES, help="tab to open")
    parser.add_argument("--prompt", type=_whole, metavar="TEXT", help="text to begin with")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="paint every tab into DIR and leave"
    )
    return parser.parse_known_args(arguments)


def _whole(text: str) -> str:
    """An argument whose bytes were no text, with a mark for each of those."""
    return os.fsencode(text).decode("utf-8", "replace") if os.name == "posix" else text


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return USAGE
