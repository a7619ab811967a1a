"""Lets the user choose a file or a folder; the window goes on meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    Then = Callable[[Path], None]


def documents() -> str:
    """The folder of the user's own files."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def ask_folder(parent: QWidget, name: str, title: str, then: Then) -> None:
    """Ask for a folder.

    Args:
        parent: The window, or a part of it.
        name: The dialog's `objectName`.
        title: For people.
        then: Is told what was chosen, if anything was.
    """
    dialog = _dialog(parent, name, title, then)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()


def ask_open(
    parent: QWidget, name: str, title: str, kind: tuple[str, str], then: Then, folder: str = ""
) -> None:
    """Ask for a file that is there.

    Args:
        parent: See `ask_folder`, as for the others.
        name: See there.
        title: See there.
        kind: What such files are, and how their names end, without the dot.
        then: See there.
        folder: Where to look first; among the user's own files by default.
    """
    dialog = _dialog(parent, name, title, then, kind, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def ask_save(
    parent: QWidget,
    name: str,
    title: str,
    kind: tuple[str, str],
    suggested: str,
    then: Then,
    folder: str = "",
) -> None:
    """Ask where a file is to go.

    Args:
        parent: See `ask_open`, as for the others.
        name: See there.
        title: See there.
        kind: See there.
        suggested: A name for the file.
        then: See there.
        folder: See there.
    """
    dialog = _dialog(parent, name, title, then, kind, folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind[1])
    dialog.selectFile(suggested)
    dialog.open()


def _dialog(
    parent: QWidget,
    name: str,
    title: str,
    then: Then,
    kind: tuple[str, str] | None = None,
    folder: str = "",
) -> QFileDialog:
    dialog = QFileDialog(parent, title, folder or documents())
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if kind is not None:
        dialog.setNameFilter(f"{kind[0]} (*.{kind[1]})")
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    return dialog
