"""A file of plain text from anywhere: which encoding it has, and its content piece by piece.

Whatever its size, about 4 MB of it are in memory at a time.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CHUNK = 1 << 20
# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_TEXT_CONTROLS = "\t\n\r\f\v\b\x1b"  # the last two colour the output of terminals
_MOST_CONTROLS = 0.01
# Where Latin letters are meant, four accents in a row are none; a row of one sign is a line.
_ROW = re.compile(r"([^\x00-\x7f])(?!\1)[^\x00-\x7f]{3,}")
_FEWEST_SHIFTED = 3


@dataclass(frozen=True)
class TextFile:
    """A text file whose encoding is known.

    Attributes:
        path: Where it is.
        encoding: Python's name of it.
        n_characters: Its length in code points.
    """

    path: Path
    encoding: str
    n_characters: int

    @classmethod
    def recognise(cls, path: Path) -> TextFile:
        """Read a file once through to find out how its text is encoded.

        UTF-8, UTF-16 and UTF-32 are told by their marks or their bytes; what is none of these and
        holds no control characters is Windows-1252, the superset of Latin-1, unless it looks like
        an encoding of other letters.

        Raises:
            UserError: It cannot be read, is empty, damaged, not text, or in an old encoding.
        """
        encoding = _guess(path, _head(path))
        n_characters = _length(path, encoding)
        if n_characters is None and encoding == "utf-8":
            _refuse_damaged(path)
            encoding = "cp1252"
            n_characters = _length(path, encoding)
        sample = next(_chunks(path, encoding, "replace"), "")
        controls = sum(c < " " and c not in _TEXT_CONTROLS for c in sample)
        if n_characters is None or controls > _MOST_CONTROLS * len(sample):
            raise UserError(
                f"{path} does not look like text: it fits none of UTF-8, UTF-16 and Latin-1. "
                "Save it as plain text in UTF-8."
            )
        if not sample.strip():
            raise UserError(f"{path} holds no text: choose a file with some text in it.")
        old = _old_encoding(sample, encoding)
        if old:
            raise UserError(f"{path} seems to be in {old}: save it as plain text in UTF-8.")
        return cls(path, encoding, n_characters)

    def chunks(self) -> Iterator[str]:
        r"""Its text in pieces of a million characters, every line ending in \n.

        Raises:
            UserError: It can no longer be read.
        """
        try:
            yield from _chunks(self.path, self.encoding)
        except UnicodeError as error:
            raise UserError(f"{self.path} was changed while it was read: start again.") from error


def blocks(chunks: Iterable[str], size: int) -> Iterator[str]:
    """Cut a text into blocks of `size` to twice `size` characters; joined they are the text.

    A cut falls between paragraphs if it can, else between lines, else before a space.
    """
    rest = ""
    for chunk in chunks:
        text, start = rest + chunk, 0
        while len(text) - start >= 2 * size:
            end = _cut(text, start + size, start + 2 * size)
            yield text[start:end]
            start = end
        rest = text[start:]
    if rest:
        yield rest


def _cut(text: str, first: int, last: int) -> int:
    """The best place to cut between two places of a text."""
    for boundary, kept in (("\n\n", 2), ("\n", 1), (" ", 0)):
        at = text.find(boundary, first, last)
        if at >= 0:
            return at + kept
    return first


def _head(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        UserError: There are none.
    """
    try:
        if path.is_dir():
            raise UserError(f"{path} is a folder: name one text file in it.")
        if not path.is_file():
            raise UserError(f"There is no file {path}: check its name.")
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise UserError(f"Cannot read {path} ({error.strerror or error}).") from error
    if not head:
        raise UserError(f"{path} is empty: choose a file with some text in it.")
    return head


def _guess(path: Path, head: bytes) -> str:
    """What a file's first bytes say about its encoding."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            if _length(path, encoding) is None:
                raise UserError(f"{path} begins as {encoding} but is damaged: get it again.")
            return encoding
    # European text in UTF-16 has a zero in every other byte, other text has none at all.
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 8 and min(even, odd) < max(even, odd) / 8:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8"


def _refuse_damaged(path: Path) -> None:
    """Tell UTF-8 with wrong bytes from another encoding: most of its accents still decode."""
    good = bad = 0
    for chunk in _chunks(path, "utf-8", "replace"):
        wrong = chunk.count("\ufffd")
        bad += wrong
        good += len(chunk) - wrong - len(chunk.encode("ascii", "ignore"))
    if good > bad:
        raise UserError(
            f"{path} is UTF-8 with {bad:,} damaged characters: get it again or save it anew."
        )


def _old_encoding(sample: str, encoding: str) -> str:
    """What else the beginning of a text was written in, if it only seems to be Latin letters."""
    if encoding == "cp1252":
        n_accents = len(sample) - len(sample.encode("ascii", "ignore"))
        n_in_rows = sum(len(row[0]) for row in _ROW.finditer(sample))
        return "an encoding of other letters, like KOI8 or GBK" if 2 * n_in_rows > n_accents else ""
    if not sample.isascii():
        return ""
    if "\x1b$" in sample:
        return "ISO-2022"
    try:  # a plus sign in any other text is an error here
        text = codecs.getincrementaldecoder("utf-7")().decode(sample.encode())
    except UnicodeError:
        return ""
    n_shifted = sum(not character.isascii() for character in text)
    return "UTF-7" if n_shifted >= _FEWEST_SHIFTED else ""


def _length(path: Path, encoding: str) -> int | None:
    """Characters in a file, or None if it does not have this encoding."""
    try:
        return sum(map(len, _chunks(path, encoding)))
    except UnicodeError:
        return None


def _chunks(path: Path, encoding: str, errors: str = "strict") -> Iterator[str]:
    try:
        with path.open(encoding=encoding, errors=errors) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise UserError(f"Cannot read {path} ({error.strerror or error}).") from error
