"""Every key that does something: those of commands from the commands themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

UNDO, REDO = ("Ctrl+Z",), ("Ctrl+Shift+Z", "Ctrl+Y")
NATIVE = QKeySequence.SequenceFormat.NativeText


class Keys(NamedTuple):
    """What a key does.

    Attributes:
        keys: As they are called here.
        does: In a few words.
    """

    keys: str
    does: str


# Keys inside a figure are no commands: they mean something only while it has the focus.
IN_FIGURES: dict[str, tuple[Keys, ...]] = {
    "In every figure": (
        Keys("Tab, Shift+Tab", "Go to the next one, and back"),
        Keys("Arrow keys, Home, End", "Walk over what it shows"),
        Keys("Enter or Space", "Choose"),
        Keys("?", "How is this number computed?"),
        Keys("Esc", "Let go"),
        Keys("Menu key", "Copy or save it"),
    ),
    "Picture": (
        Keys("Arrow keys", "Go from pixel to pixel"),
        Keys("Space", "Paint or erase"),
        Keys("+ and \N{MINUS SIGN}", "Lighter and darker"),
    ),
    "The net": (
        Keys("Enter on a circle", "Go to the lines that lead to it"),
        Keys("Shift+Up, Shift+Down", "Change the weight or bias"),
        Keys("A digit or \N{MINUS SIGN}", "Type it"),
        Keys("Backspace", "Take the change back"),
    ),
    "Back-propagation": (
        Keys("Left, Right", "One step back or on"),
        Keys("Up, Down", "From circle to circle; with Shift from line to line"),
    ),
    "Merges": (
        Keys("Left, Right", "One merge back or on"),
        Keys("Space", "Play or pause"),
    ),
    "Vocabulary": (
        Keys("Down", "From the search into the table"),
        Keys("Enter", "Append the token to the prompt"),
    ),
    "Embeddings": (
        Keys("+ and \N{MINUS SIGN}", "Zoom"),
        Keys("Arrow keys", "Move the view"),
        Keys("0", "Fit"),
    ),
    "Analogies": (
        Keys("Left, Right", "From word to word on the plane"),
        Keys("Enter", "Carry the arrow to the word"),
    ),
    "Sentences": (
        Keys("Alt+Up, Alt+Down", "Move the sentence"),
        Keys("Ctrl+Shift+K", "Remove the sentence"),
    ),
    "Layers": (
        Keys("Enter on a guess", "Follow it through the layers"),
        Keys("Right, Left on a part", "Show its own parts, and hide them"),
        Keys("Enter on an example", "Put it into the prompt"),
    ),
    "Text in Autocomplete": (
        Keys("Tab", "Take the word in grey; without one leave the text"),
        Keys("Ctrl+Enter", "Generate"),
        Keys("Esc", "Stop writing, leave a token, refuse the word in grey"),
        Keys("Alt+Down", "What else could stand at the cursor?"),
        Keys("Shift+Tab", "Refuse the word in grey, then leave the text"),
    ),
}


def of_commands(window: QWidget) -> tuple[Keys, ...]:
    """Those of all commands of a window, in the order of its menus, then of its pages."""
    found = {}
    actions = window.findChildren(QAction)
    for action in sorted(actions, key=lambda action: not isinstance(action.parent(), QMenu)):
        if action.shortcuts() and action.text():
            keys = ", ".join(key.toString(NATIVE) for key in action.shortcuts())
            found[keys] = Keys(keys, name_of(action))
    return tuple(found.values())


def name_of(action: QAction) -> str:
    """What a command is called, without the marks of its menu."""
    return action.text().replace("&", "").rstrip("…")


def all_keys(window: QWidget) -> dict[str, tuple[Keys, ...]]:
    """All keys, by where they mean something."""
    return {"Everywhere": of_commands(window), **IN_FIGURES}
