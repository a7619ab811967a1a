"""Chat is autocomplete: a text with roles in it, which the model goes on with as with any other."""

from __future__ import annotations

import re
from dataclasses import dataclass

USER, ASSISTANT = "User:", "Assistant:"
NEXT_TURN = f"\n{USER}"  # where the model would begin to speak for the user
_ROLE = re.compile(rf"^(?:{USER}|{ASSISTANT})", re.MULTILINE)


@dataclass(frozen=True)
class Turn:
    """A piece of the text.

    Attributes:
        role: `USER`, `ASSISTANT`, or "" for what stands before the first of them.
        words: What follows the role, exactly.
        start: Its first character in the text, the role included.
    """

    role: str
    words: str
    start: int


def turns(text: str) -> list[Turn]:
    """A text as a transcript; joined, roles and words are the text again."""
    places = [(found.start(), found.group()) for found in _ROLE.finditer(text)]
    starts = [start for start, _ in places]
    first = starts[0] if starts else len(text)
    found = [Turn("", text[:first], 0)] if first else []
    ends = [*starts, len(text)][1:]
    for (start, role), end in zip(places, ends, strict=True):
        found.append(Turn(role, text[start + len(role) : end], start))
    return found


def asked(text: str, line: str) -> str:
    """The text with the user's line wrapped up behind it, ready for the model to go on.

    Args:
        text: So far.
        line: What the user says; line ends in it become spaces, so that no role is smuggled in.
    """
    before = text.rstrip()
    words = " ".join(line.split())
    return f"{before}\n{USER} {words}\n{ASSISTANT}" if before else f"{USER} {words}\n{ASSISTANT}"


def answered(text: str, n_before: int) -> str:
    """The text without the turn that the model began to write for the user.

    Args:
        text: As far as it was written.
        n_before: Characters of it that the model did not write.
    """
    end = text.find(NEXT_TURN, n_before)
    return text if end < 0 else text[:end]
