"""The files of the Small World: sections of plain lines that a person can edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

SECTION = "== "
COMMENT = "#"
CONTINUED = "    "


@dataclass(frozen=True)
class Line:
    """One entry and where it stands, so that a mistake can be found again.

    Attributes:
        place: File name and line number, as in "animals.txt, line 12".
        text: The entry; indented lines that follow it are joined to it by a space.
    """

    place: str
    text: str

    def wrong(self, what: str) -> UserError:
        """The error for a mistake in this entry, naming its place."""
        return UserError(f"Small World text, {self.place}: {what}")


@dataclass(frozen=True)
class Section:
    """A named block of entries: one table, or one rule with its alternatives."""

    name: str
    head: Line
    lines: tuple[Line, ...]


def read_sections(folder: Path) -> list[Section]:
    """Read every `*.txt` file of a folder, in order of name.

    Args:
        folder: Where the files lie; UTF-8 text.

    Returns:
        The sections in reading order.

    Raises:
        UserError: The folder has no such files, one cannot be read, or a line stands outside
            every section.
    """
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise UserError(f"There is no Small World text in {folder}: no .txt file was found there.")
    sections: list[Section] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"The Small World file {path} cannot be read: {error}.") from error
        sections.extend(_sections_of(path.name, text))
    return sections


def _sections_of(file: str, text: str) -> list[Section]:
    """Split one file into sections; comments and blank lines are dropped."""
    found: list[tuple[Line, list[Line]]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = Line(f"{file}, line {number}", raw.strip())
        if not line.text or raw.startswith(COMMENT):
            continue
        if raw.startswith(SECTION):
            found.append((line, []))
        elif not found:
            raise line.wrong("this line stands before the first '== name' line; move it below one.")
        elif raw.startswith(CONTINUED):
            if not found[-1][1]:
                raise line.wrong("this indented line continues nothing; remove its indent.")
            last = found[-1][1][-1]
            found[-1][1][-1] = Line(last.place, f"{last.text} {line.text}")
        else:
            found[-1][1].append(line)
    return [Section(head.text[len(SECTION) :], head, tuple(lines)) for head, lines in found]
