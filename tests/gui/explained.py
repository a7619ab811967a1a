"""Runs the Python of an explanation as a reader would, and finds what is shown."""

from __future__ import annotations

import ast
import contextlib
import io

from gui.widgets.explanation_popover import ExplanationPopover
from gui.widgets.pixel_painting import MINUS

ALLOWED = {"core", "numpy", "pathlib", "math", "time"}


def printed(python: str) -> str:
    """What the lines print; they may import `core` and numpy and nothing else of ours."""
    for node in ast.walk(ast.parse(python)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names} <= ALLOWED
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(python, "<explanation>", "exec"), {})
    return out.getvalue().strip()


def number(text: str) -> float:
    """A shown number, whatever stands behind it: 12.3%, a real minus."""
    text = text.split()[0].replace(MINUS, "-").replace(",", "")
    return float(text.rstrip("%")) / (100 if text.endswith("%") else 1)


def shown(window) -> ExplanationPopover:
    """The one card that is open."""
    (card,) = (each for each in window.findChildren(ExplanationPopover) if each.isVisible())
    return card
