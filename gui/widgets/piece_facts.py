"""Everything there is to say about a piece of a text, in a few lines for a tooltip."""

from __future__ import annotations

import unicodedata

from gui.widgets.text_grid import label_of
from gui.widgets.token_facts import BASE

LISTED = 24  # bytes that are written out
_CONTROLS = {"\n": "line end", "\r": "carriage return", "\t": "tab", "\0": "null"}


def describe_piece(raw: bytes, kind: str = "") -> str:
    """Label, kind and bytes of a piece; of a character its name.

    Args:
        raw: Its bytes.
        kind: "word", "token" or "character"; "" if that goes without saying.
    """
    listed = raw[:LISTED].hex(" ").upper() + (" …" if len(raw) > LISTED else "")
    what = character_name(raw.decode()) if kind == "character" else kind and f"One {kind}"
    size = f"{len(raw)} {'byte' if len(raw) == 1 else 'bytes'} ({BASE}): {listed}"
    return "\n".join(line for line in (label_of(raw), what, size) if line)


def character_name(character: str) -> str:
    """What Unicode calls a character, in small letters, and its number.

    Examples: "latin small letter e with acute, U+00E9", "zero width joiner, U+200D".
    """
    unnamed = _CONTROLS.get(character, "no name of its own")
    name = unicodedata.name(character, unnamed).lower()
    return f"{name}, U+{ord(character):04X}"
