"""What the window remembers: plain JSON in the platform's config folder.

Every field is checked by itself: a bad one gets its default, the others are kept. Fields that a
newer version wrote are kept too. The file is written whole or not at all, and only the fields
that this window changed are changed, lists by what it added or took away, so that two windows do
not undo each other.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths

from core.errors import UserError
from core.files import parse_json, read_limited, write_whole
from gui.prompt_history import LONGEST, MOST

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

FIRST_PROMPT = "They walked along the river to the bank"
SECOND_PROMPT = "They walked with the money to the bank"  # as many tokens: maps can be subtracted
THEMES = ("system", "light", "dark")
_MOST_BYTES = 1_000_000
_MOST_RECENT = 6
_MOST_SOLVED = 100
_GROWING = ("prompts", "recent", "solved")  # lists that every window adds to


@dataclass(frozen=True)
class Settings:
    """One window's state between two starts.

    Attributes:
        theme: "system", "light" or "dark".
        tab: Name of the open tab.
        prompt: The text in the prompt bar.
        prompts: What stood there before, the latest first.
        second_prompt: The text to compare with.
        comparing: Whether it is shown and read.
        story_open: Whether the story panel is shown.
        story_step: Which of its steps, from 0.
        reduce_motion: Whether things jump to their new value instead of gliding.
        window: Left, top, width and height in pixels, or None if never moved.
        maximized: Whether the window fills its screen.
        recent: Model folders that were opened, the latest first.
        temperature: How the next token is drawn, as in `SamplingConfig`.
        top_k: Likewise.
        top_p: Likewise.
        min_p: Likewise.
        repetition_penalty: Likewise.
        seed: Where the dice start.
        text_size: In percent.
        head: Layer and number of the opened attention head, each from 0; None if none was yet.
        solved: Names of the challenges that were solved.
        model: Folder of the model that is open; "" for the one that comes with the program.
    """

    theme: str = "system"
    tab: str = "pixels"
    prompt: str = FIRST_PROMPT
    prompts: tuple[str, ...] = ()
    second_prompt: str = SECOND_PROMPT
    comparing: bool = False
    story_open: bool = True
    story_step: int = 0
    reduce_motion: bool = False
    window: tuple[int, int, int, int] | None = None
    maximized: bool = False
    recent: tuple[str, ...] = ()
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int = 1
    text_size: int = 100
    head: tuple[int, int] | None = None
    solved: tuple[str, ...] = ()
    model: str = ""


def config_folder() -> Path:
    """Where the settings lie; GLASSBOX_CONFIG_DIR overrules the platform's own place."""
    chosen = os.environ.get("GLASSBOX_CONFIG_DIR")
    location = QStandardPaths.StandardLocation.AppConfigLocation
    return Path(chosen or QStandardPaths.writableLocation(location))


def state_folder() -> Path:
    """Where the log lies; GLASSBOX_CONFIG_DIR overrules the platform's own place."""
    chosen = os.environ.get("GLASSBOX_CONFIG_DIR")
    location = QStandardPaths.StandardLocation.StateLocation
    return Path(chosen or QStandardPaths.writableLocation(location))


class SettingsFile:
    """The file behind a `Settings`.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = Settings()

    def load(self) -> Settings:
        """Read what can be read; defaults for the rest."""
        self._known = _checked(self._read())
        return self._known

    def save(self, settings: Settings) -> bool:
        """Write what changed since the last load or save.

        Returns:
            Whether it was written; if not, the old file is as it was, and the log says why.
        """
        content = self._read()
        for name, value in asdict(settings).items():
            if value != getattr(self._known, name) or name not in content:
                content[name] = self._joined(name, value, content.get(name))
        try:
            write_whole(self._path, json.dumps(content, indent=2).encode())
        except UserError as error:
            log.warning("settings not saved: %s", error)
            return False
        self._known = settings
        return True

    def _joined(self, name: str, value: Any, there: Any) -> Any:
        """A list of this window with what another one has added to it meanwhile."""
        if name not in _GROWING or not isinstance(there, list):
            return value
        known = set(getattr(self._known, name))
        own = [each for each in value if each not in known]
        added = [each for each in _CHECKS[name](there) if each not in known]
        return _CHECKS[name](list(dict.fromkeys((*own, *added, *value))))

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        try:
            content = parse_json(read_limited(self._path, _MOST_BYTES), str(self._path))
        except UserError as error:
            log.warning("settings ignored: %s", error)
            return {}
        return content if isinstance(content, dict) else {}


def with_recent(recent: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """The recent folders after another one was opened."""
    return (folder, *(other for other in recent if other != folder))[:_MOST_RECENT]


def _checked(content: dict[str, Any]) -> Settings:
    good: dict[str, Any] = {}
    for name in (field.name for field in fields(Settings)):
        if name not in content:
            continue
        try:
            good[name] = _CHECKS[name](content[name])
        except (ValueError, TypeError) as error:
            log.warning("setting %s ignored: %s", name, error)
    return Settings(**good)


def _theme(value: Any) -> str:
    if value not in THEMES:
        raise ValueError(f"no such theme: {value!r:.40}")
    return str(value)


def _text(most: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > most:
            raise ValueError(f"not a text of at most {most} characters")
        return value

    return check


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _whole(most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(f"not a whole number from 0 to {most:,}")
        return value

    return check


def _number(most: float, least: float = 0) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and least <= value <= most):
            raise ValueError(f"not a number from {least} to {most}")
        return float(value)

    return check


def _pair(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("not two numbers")
    first, second = map(_whole(10_000), value)
    return first, second


def _rectangle(value: Any) -> tuple[int, int, int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("not four numbers")
    for part in value:
        if not isinstance(part, int) or isinstance(part, bool) or abs(part) > 100_000:
            raise ValueError("not a place on any screen")
    left, top, width, height = value
    if width < 1 or height < 1:
        raise ValueError("not a size")
    return left, top, width, height


def _folders(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(part for part in value if isinstance(part, str) and part)[:_MOST_RECENT]


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(part for part in value if isinstance(part, str) and len(part) <= LONGEST)[:MOST]


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    good = (part for part in value if isinstance(part, str) and 0 < len(part) <= 100)
    return tuple(dict.fromkeys(good))[:_MOST_SOLVED]


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "theme": _theme,
    "tab": _text(100),
    "prompt": _text(100_000),
    "prompts": _texts,
    "second_prompt": _text(100_000),
    "comparing": _flag,
    "story_open": _flag,
    "story_step": _whole(10_000),
    "reduce_motion": _flag,
    "window": _rectangle,
    "maximized": _flag,
    "recent": _folders,
    "temperature": _number(100),
    "top_k": _whole(1_000_000),
    "top_p": _number(1),
    "min_p": _number(1),
    "repetition_penalty": _number(100, 0.01),
    "seed": _whole(2**31 - 1),
    "text_size": _whole(1000),
    "head": _pair,
    "solved": _names,
    "model": _text(4096),
}
