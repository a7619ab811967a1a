"""Bytes and characters for the eye: nothing in a token's label is invisible."""

import re
import unicodedata
from functools import lru_cache

# Few fonts have Unicode's pictures of the other controls.
_PICTURES = {" ": "␣", "\n": "⏎", "\t": "⇥"}
# Letters, marks and symbols that draw nothing: a joining mark, Hangul fillers, Khmer vowels, the
# empty Braille cell, and variation selectors ("paint the character before me as an emoji").
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BLANK |= {chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))}
_BLANK |= {chr(code) for code in range(0xE0100, 0xE01F0)}
_LEFT = "\u200e"  # draws nothing: here one reads from left to right


@lru_cache(maxsize=1 << 16)  # every token of GPT-2, at every key that is pressed
def visible(raw: bytes) -> str:
    """Bytes for the eye: spaces, line ends, controls and what draws nothing are made visible.

    Examples: " cat" is "␣cat", a line end "⏎", a right-to-left override "⟨U+202E⟩", two bytes of
    a four-byte character "⟨F0 9F⟩", a lone combining accent sits on a dotted circle.
    """
    text = raw.decode("utf-8", "surrogateescape")  # a stray byte 0xNN becomes U+DCNN
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    label = re.sub("[\udc80-\udcff]+|.", _visible_part, text, flags=re.DOTALL)
    return "◌" + label if unicodedata.category(label[:1] or " ").startswith("M") else label


def _visible_part(found: re.Match[str]) -> str:
    """A run of stray bytes, or one character."""
    part = found[0]
    if "\udc80" <= part[0] <= "\udcff":
        return f"⟨{' '.join(f'{ord(byte) - 0xDC00:02X}' for byte in part)}⟩"
    if part in _PICTURES:
        return _PICTURES[part]
    unseen = unicodedata.category(part)[0] in "CZ" or part in _BLANK
    return f"⟨U+{ord(part):04X}⟩" if unseen else part


def is_cut(raw: bytes) -> bool:
    """Whether a token holds bytes that are no whole character, as of an emoji in several tokens."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return True
    return False


def in_line(label: str) -> str:
    """A label for a line of text: what stands behind it stays behind it.

    A number, or another label, would else change sides with one that is read from right to left.
    """
    is_turned = any(unicodedata.bidirectional(each) in ("R", "AL") for each in label)
    return f"{label}{_LEFT}" if is_turned else label
