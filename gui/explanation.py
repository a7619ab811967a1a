"""Click any number: what it was computed from, and the Python that computes it again.

The same everywhere: a click on a number explains it, and so does the key ? where the keyboard's
cursor is; a click on a word selects the word. A figure says which number was asked for, the page
that feeds it knows the model and makes an `Explanation`, and `explain` shows it beside the click.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.paths import ASSETS
from gui.widgets.explanation_popover import Explanation, ExplanationPopover
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

__all__ = ["Explanation", "exactly", "explain", "script", "vector"]

LISTED = 3  # numbers of a vector that are written out


def explain(widget: QWidget, explanation: Explanation, at: QPoint) -> None:
    """Show an explanation beside a place; there is one card, so an older one goes.

    Args:
        widget: The figure that was asked.
        explanation: What to show.
        at: Where the number is, in the widget's own coordinates.
    """
    window = widget.window()
    card = window.findChild(ExplanationPopover) or ExplanationPopover(window)
    card.set_data(explanation)
    card.open_at(widget.mapToGlobal(at))


def script(folder: str, lines: Iterable[str], imports: Iterable[str] = ()) -> str:
    """Python that opens a model folder and goes on from there with `model`.

    It runs in the project's folder: a model that lies in there is named from there.

    Args:
        folder: `ModelInfo.folder`.
        lines: What to do with the model; the last one prints the number. Imports among them go
            to the top.
        imports: What those lines need besides `LanguageModel`.
    """
    lines = list(lines)
    own = [line for line in lines if line.startswith("from core")]
    lines = [line for line in lines if line not in own]
    always = "from core.language_model import LanguageModel"
    needed = sorted({always, *own, *imports}, key=_plain_first)
    return "\n".join(
        (
            "from pathlib import Path\n",
            *needed,
            f"\nfolder = Path({_from_project(folder)!r})",
            "model = LanguageModel.load(folder)",
            *lines,
        )
    )


def _from_project(folder: str) -> str:
    """A folder as seen from the project's; where it lies elsewhere, as it is."""
    project = ASSETS.parent
    try:
        return Path(folder).resolve().relative_to(project).as_posix() if folder else folder
    except (ValueError, OSError):
        return folder


def _plain_first(line: str) -> tuple[bool, str]:
    """`import numpy` stands before what is imported from our own modules."""
    return line.startswith("from core"), line


def exactly(value: float) -> str:
    """A number with as many digits as float32 has meaning for, and a real minus."""
    return f"{float(value):.6g}".replace("-", MINUS)


def vector(values: NDArray[Any]) -> str:
    """The first of many numbers, and how many there are."""
    numbers = ", ".join(f"{value:.3f}".replace("-", MINUS) for value in values[:LISTED].tolist())
    return numbers if len(values) <= LISTED else f"{numbers}, … ({len(values):,} numbers)"
