"""Changes to a pass in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.interventions import Look, Off

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.interventions import Change, Patch

SPACE = "␣"
GIVES = {"zero": "off (gives 0)", "mean": "gives its average"}
PARTS = {"attention": "attention", "mlp": "feed-forward"}


def in_words(change: Change, label: Callable[[int], str]) -> str:
    """A change in a few words, such as 'Layer 3, head 2: off (gives 0)'.

    Args:
        change: What is changed.
        label: What a token is called, by its id.
    """
    where = f"Layer {change.layer + 1}"
    if isinstance(change, Look):
        row, column = (_said(label(each)) for each in (change.row_id, change.column_id))
        return f"{where}, head {change.head + 1}: {row} looks {change.weight:.2f} at {column}"
    if change.part != "layer":
        part = f"head {change.head + 1}" if change.part == "head" else PARTS[change.part]
        where = f"{where}, {part}"
    if isinstance(change, Off):
        return f"{where}: {GIVES[change.instead]}"
    return f"{where}: {_at(change, label)} as in {_said(change.source) or 'another text'}"


def in_brief(change: Change, label: Callable[[int], str]) -> str:
    """The same within a sentence, such as 'head 3.2 off'."""
    head, layer = f"head {change.layer + 1}.{change.head + 1}", f"layer {change.layer + 1}"
    if isinstance(change, Look):
        row, column = (_said(label(each)) for each in (change.row_id, change.column_id))
        return f"{row} looks {change.weight:.2f} at {column} in {head}"
    where = {"head": head, "layer": layer}.get(change.part, "")
    where = where or f"{PARTS[change.part]} of {layer}"
    if isinstance(change, Off):
        return f"{where} off" if change.instead == "zero" else f"{where} at its average"
    return f"{where} patched at {_at(change, label)}"


def step_in_words(
    before: tuple[Change, ...], after: tuple[Change, ...], label: Callable[[int], str]
) -> str:
    """What a step did, such as 'head 3.2 off', or '2 changes, removed'."""
    made = [each for each in after if each not in before]
    gone = [each for each in before if each not in after]
    several = made or gone
    said = in_brief(several[0], label) if len(several) == 1 else f"{len(several)} changes"
    return said if made else f"{said}, removed"


def _at(change: Patch, label: Callable[[int], str]) -> str:
    if change.token_id is None:
        return f"token {change.position + 1}"
    return _said(label(change.token_id))


def _said(label: str) -> str:
    """A token's label, or a text, in quotes; the space before a word is left out."""
    return f"“{label.lstrip(SPACE) or label}”" if label else ""
