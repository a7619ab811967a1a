"""Changes to a pass in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.interventions import Look, Off

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.interventions import Change, Patch

SPACE = "␣"
GIVES = {"zero": "off (gives 0)", "mean": "gives its average"}
PARTS = {"attention": "attention", "mlp": "feed-forward"}


Group = tuple["Change", ...]  # a change, or several weights set in one row of a head


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Changes as one thinks of them: weights set in one row of a head are one.

    To drag a weight along a row takes it from one square and gives it to another, which are two
    changes of the pass and one of whoever drags.
    """
    groups: dict[object, list[Change]] = {}
    for number, each in enumerate(changes):
        row = (each.layer, each.head, each.row, each.row_id) if isinstance(each, Look) else number
        groups.setdefault(row, []).append(each)
    return [tuple(group) for group in groups.values()]


def counted(changes: Iterable[Change]) -> str:
    """How many there are, such as '1 change'."""
    n = len(grouped(changes))
    return f"{n} change{'' if n == 1 else 's'}"


def group_in_words(group: Group, label: Callable[[int], str]) -> str:
    """As `in_words`, the largest weight of a row first."""
    looks = _looks(group)
    if len(looks) < 2:
        return in_words(group[0], label)
    first = in_words(looks[0], label)
    return ", ".join([first, *(_looked(each, label) for each in looks[1:])])


def group_in_brief(group: Group, label: Callable[[int], str]) -> str:
    """As `in_brief`; of more than two weights of a row, only the largest are named."""
    looks = _looks(group)
    if len(looks) < 2:
        return in_brief(group[0], label)
    one, other = looks[:2]
    more = f" and {len(looks) - 2} more" if len(looks) > 2 else ""
    said = f"{_looked(one, label)}, {_looked(other, label)}{more}"
    return f"{quoted(label(one.row_id))} looks {said} in head {one.layer + 1}.{one.head + 1}"


def _looks(group: Group) -> list[Look]:
    looks = (each for each in group if isinstance(each, Look))
    return sorted(looks, key=lambda each: -each.weight)


def _looked(look: Look, label: Callable[[int], str]) -> str:
    return f"{look.weight:.2f} at {quoted(label(look.column_id))}"


def in_words(change: Change, label: Callable[[int], str]) -> str:
    """A change in a few words, such as 'Layer 3, head 2: off (gives 0)'.

    Args:
        change: What is changed.
        label: What a token is called, by its id.
    """
    where = f"Layer {change.layer + 1}"
    if isinstance(change, Look):
        row, column = (quoted(label(each)) for each in (change.row_id, change.column_id))
        return f"{where}, head {change.head + 1}: {row} looks {change.weight:.2f} at {column}"
    if change.part != "layer":
        part = f"head {change.head + 1}" if change.part == "head" else PARTS[change.part]
        where = f"{where}, {part}"
    if isinstance(change, Off):
        return f"{where}: {GIVES[change.instead]}"
    return f"{where}: {_at(change, label)} as in {quoted(change.source) or 'another text'}"


def in_brief(change: Change, label: Callable[[int], str]) -> str:
    """The same within a sentence, such as 'head 3.2 off'."""
    head, layer = f"head {change.layer + 1}.{change.head + 1}", f"layer {change.layer + 1}"
    if isinstance(change, Look):
        row, column = (quoted(label(each)) for each in (change.row_id, change.column_id))
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
    several = grouped(made or gone)
    said = group_in_brief(several[0], label) if len(several) == 1 else f"{len(several)} changes"
    return said if made else f"{said}, removed"


def _at(change: Patch, label: Callable[[int], str]) -> str:
    if change.token_id is None:
        return f"token {change.position + 1}"
    return quoted(label(change.token_id))


def quoted(label: str) -> str:
    """A token's label, or a text, in quotes; the space before a word is left out."""
    return f"“{label.lstrip(SPACE) or label}”" if label else ""
