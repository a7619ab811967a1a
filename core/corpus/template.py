"""The text of a template, taken apart: literals, choices and slots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.corpus.source import Line

_SLOT = re.compile(
    r"(?P<call>[@+]?)(?P<name>[A-Za-z][A-Za-z-]*\d*)"
    r"(?::(?P<filter>[a-z0-9+!-]+))?(?P<path>(?:\.[a-z0-9]+)*)$"
)
_AGREEMENT = re.compile(r"(?P<verb>[a-z]+)~(?P<name>[a-z]+\d*)$")
_LONE_ARTICLE = re.compile(r"(?:^|[^A-Za-z])[Aa]n?$")


@dataclass(frozen=True)
class Slot:
    """A place to be filled.

    Attributes:
        call: "@" for a rule with the same words, "+" for one with its own, "~" for a verb that
            agrees with `name`, "" for a word.
        name: The rule or variable, in lower case.
        filter: Tags or columns that the word must have, joined by "+"; the verb of a "~".
        path: Links to follow and the form to show, from left to right.
        capital: Whether the result begins with a capital.
    """

    call: str
    name: str
    filter: str
    path: tuple[str, ...]
    capital: bool


@dataclass(frozen=True)
class Choice:
    """Several sequences of which one is taken."""

    options: tuple[tuple[Node, ...], ...]


Node = str | Slot | Choice


def parse(line: Line, text: str) -> tuple[Node, ...]:
    r"""Parse a template; "\n" in it is a line break.

    Raises:
        UserError: A bracket is not closed, a slot cannot be read, or an article stands alone.
    """
    nodes, _ = _sequence(line, text.replace("\\n", "\n"), 0)
    return nodes


def _sequence(
    line: Line, text: str, start: int, in_choice: bool = False
) -> tuple[tuple[Node, ...], int]:
    """Nodes from `start` to the end, or of a choice to the next bar or bracket; where that is."""
    nodes: list[Node] = []
    node: Node
    at = start
    while at < len(text) and text[at] not in "|)":
        if text[at] == "(":
            node, at = _choice(line, text, at + 1)
        elif text[at] == "{":
            node, at = _slot(line, text, at)
        else:
            piece = re.compile(r"[^({|)}]+").match(text, at)
            if piece is None:
                raise line.wrong("a '}' stands without its '{'; mend the slot.")
            node, at = piece.group(), piece.end()
        nodes.append(node)
    if at < len(text) and not in_choice:
        raise line.wrong("a ')' or '|' stands outside a choice; remove it.")
    if nodes and isinstance(nodes[-1], str) and _LONE_ARTICLE.search(nodes[-1]):
        raise line.wrong("'a' stands apart from its noun; write '(a dog|the dog)', not '(a|the)'.")
    return tuple(nodes), at


def _choice(line: Line, text: str, start: int) -> tuple[Choice, int]:
    options: list[tuple[Node, ...]] = []
    at = start - 1
    while at == start - 1 or text[at] == "|":
        option, at = _sequence(line, text, at + 1, in_choice=True)
        options.append(option)
        if at == len(text):
            raise line.wrong("a '(' is not closed; add its ')'.")
    return Choice(tuple(options)), at + 1


def _slot(line: Line, text: str, start: int) -> tuple[Slot, int]:
    end = text.find("}", start)
    inside = text[start + 1 : end]
    agreement = _AGREEMENT.match(inside)
    if end > 0 and agreement:
        return Slot("~", agreement["name"], agreement["verb"], (), False), end + 1
    slot = _SLOT.match(inside)
    if end < 0 or not slot:
        raise line.wrong(f"the slot {text[start : start + 20]!r} cannot be read; mend it.")
    name = slot["name"]
    path = tuple(slot["path"].split(".")[1:])
    capital = name[0].isupper()
    return Slot(slot["call"], name.lower(), slot["filter"] or "", path, capital), end + 1
