"""The steps of the story and the examples, as written in assets/story/story.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from core.paths import ASSETS
from gui.widgets.examples_button import Example

if TYPE_CHECKING:
    from collections.abc import Mapping

STORY_FILE = ASSETS / "story" / "story.toml"


@dataclass(frozen=True)
class Step:
    """One step: what it says, and what its button does.

    Attributes:
        title: A few words.
        text: Paragraphs of plain text.
        tab: Name of the tab that its button opens; "" leaves the one that is open.
        button: What its button says that it will do; "" if it has none: there is nothing to do.
        view: Which of the tab's views it opens; "" for the usual one.
        shows: What it chooses on the switches of that view: a switch's name -> one of its names.
        prompt: What it puts into the prompt bar; "" leaves what is there.
        select: Word of the prompt whose token it selects, the last one if it occurs twice.
        looks_at: Earlier word; the head in which `select` looks at it most is opened.
        pixels: Symbol that it draws on the nine pixels, or "flip" for one of them, or "train" for
            a new net; "" leaves them.
        temperature: What it sets the temperature to; None leaves it.
        generate: Whether it lets the model write; of a talk, the turn that was begun.
        ends: Whether it is the end: its button closes the story.
    """

    title: str
    text: str
    tab: str = ""
    button: str = ""
    view: str = ""
    shows: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    select: str = ""
    looks_at: str = ""
    pixels: str = ""
    temperature: float | None = None
    generate: bool = False
    ends: bool = False


def steps() -> tuple[Step, ...]:
    """All steps, in the order of the explanation; behind them the end."""
    return tuple(Step(**entry) for entry in _story()["step"])


def examples() -> tuple[Example, ...]:
    """Prompts worth trying."""
    return tuple(Example(**entry) for entry in _story()["example"])


@cache
def _story() -> dict[str, Any]:
    with STORY_FILE.open("rb") as file:
        return tomllib.load(file)
