"""Everything there is to say about one token of a text, in a few lines for a tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.trace import TokenInfo

BASE = "in base 16"  # how bytes are written
LISTED = 24  # bytes that are written out


def describe(tokens: Sequence[TokenInfo], at: int) -> str:
    """Label, number, bytes and place of a token.

    Args:
        tokens: All of the text, older ones included.
        at: Which one.
    """
    token = tokens[at]
    n_bytes = len(token.raw)
    listed = token.raw[:LISTED].hex(" ").upper() + (" ..." if n_bytes > LISTED else "")
    lines = (
        token.label,
        _part(tokens, at),
        f"Number {token.id} in the vocabulary",
        f"{n_bytes} {'byte' if n_bytes == 1 else 'bytes'} ({BASE}): {listed}",
        f"Characters {token.start + 1} to {token.end} of your text",
    )
    return "\n".join(line for line in lines if line)


def _part(tokens: Sequence[TokenInfo], at: int) -> str:
    """Which bytes of which character, if the token is only a part of one."""
    token = tokens[at]
    place = (token.start, token.end)
    first = last = at
    while first > 0 and (tokens[first - 1].start, tokens[first - 1].end) == place:
        first -= 1
    while last + 1 < len(tokens) and (tokens[last + 1].start, tokens[last + 1].end) == place:
        last += 1
    raw = b"".join(each.raw for each in tokens[first : last + 1])
    whole = raw.decode(errors="replace")
    if first == last or len(whole) != 1 or whole == "\N{REPLACEMENT CHARACTER}":
        return ""
    before = sum(len(each.raw) for each in tokens[first:at])
    n_bytes = len(token.raw)
    which = f"Byte {before + 1}" if n_bytes == 1 else f"Bytes {before + 1} to {before + n_bytes}"
    kind = "the letter " if whole.isalpha() else ""
    return f"{which} of {len(raw)} of {kind}{whole}: too rare for a token of its own"
