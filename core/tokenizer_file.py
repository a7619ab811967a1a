"""Reading `tokenizer.json`: only byte-level byte-pair encoding, every part of it checked.

The file may come from anywhere. What the tokenizer needs is taken out of it, checked, and
nothing else is passed on.
"""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.files import parse_json, read_limited

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 16 * 2**20  # GPT-2's own file has 3.5 MB at most; parsed JSON takes many times more

# Every byte has a printable character in the file: itself where it prints, else the next unused
# one from U+0100 on ("Ġ" is the space).
_PRINTING = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
_OTHERS = tuple(byte for byte in range(256) if byte not in _PRINTING)
BYTE_OF = {chr(byte): byte for byte in _PRINTING}
BYTE_OF |= {chr(0x100 + n): byte for n, byte in enumerate(_OTHERS)}


@dataclass(frozen=True)
class Vocabulary:
    """The parts of a tokenizer file that matter.

    Attributes:
        ids: Number of every token, 0..V-1; tokens are written with a character for each byte.
        merges: Pairs of tokens in the order in which they were learnt.
        special: Tokens that are looked for in a text before it is cut into words.
    """

    ids: dict[str, int]
    merges: list[tuple[str, str]]
    special: tuple[str, ...]


def read_vocabulary(path: Path) -> Vocabulary:
    """Read and check a `tokenizer.json`.

    Raises:
        UserError: It cannot be read, or is not plain byte-level byte-pair encoding.
    """
    spec = parse_json(read_limited(path, MOST_BYTES), path.name)
    try:
        return vocabulary_of(spec)
    except UserError as error:
        raise UserError(f"{path.name} cannot be used: {error}") from error


def vocabulary_of(spec: Any) -> Vocabulary:
    """Check the contents of a tokenizer file.

    Args:
        spec: The parsed JSON.

    Raises:
        UserError: It is not plain byte-level byte-pair encoding, or does not fit together.
    """
    model = spec.get("model") if isinstance(spec, dict) else None
    if not isinstance(model, dict):
        raise UserError("it does not describe a tokenizer.")
    _check_scheme(spec, model)
    special = _special_tokens(spec.get("added_tokens") or [])
    ids = _merge_ids(model.get("vocab"), special)
    missing = [byte for character, byte in BYTE_OF.items() if character not in ids]
    if missing:
        raise UserError(f"its vocabulary has no token for the byte {missing[0]:02X}.")
    merges = _merges(model.get("merges"), ids)
    _check_bytes(special, {*model["vocab"], *(left + right for left, right in merges)})
    return Vocabulary(ids, merges, tuple(special))


def _check_scheme(spec: dict[str, Any], model: dict[str, Any]) -> None:
    """Refuse every other scheme than GPT-2's."""
    if model.get("type", "BPE") != "BPE":
        raise UserError(f"only byte-level BPE is understood, not {reprlib.repr(model['type'])}.")
    if spec.get("normalizer") is not None:
        raise UserError("it changes the text before encoding (a normalizer); GPT-2's does not.")
    cutting = spec.get("pre_tokenizer")
    if not isinstance(cutting, dict) or cutting.get("type") != "ByteLevel":
        raise UserError("only byte-level BPE is understood, and its text is cut in another way.")
    if cutting.get("add_prefix_space", True) or not cutting.get("use_regex", True):
        raise UserError(
            "it puts a space in front of the text, or does not cut words as GPT-2 does."
        )
    odd = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
    for name in (*odd, "ignore_merges"):
        if model.get(name):
            raise UserError(f"its model sets {name}, which GPT-2's does not.")


def _special_tokens(added: Any) -> dict[str, Any]:
    """Contents and ids of the added tokens."""
    if not isinstance(added, list) or not all(isinstance(token, dict) for token in added):
        raise UserError("its added tokens are not a list.")
    special = {}
    for token in added:
        content = token.get("content")
        if not isinstance(content, str) or not content or content in special:
            raise UserError("an added token is empty, not text, or there twice.")
        if any(token.get(flag) for flag in ("lstrip", "rstrip", "single_word")):
            raise UserError(
                f"its added token {reprlib.repr(content)} swallows the space around it."
            )
        special[content] = token.get("id")
    return special


def _merge_ids(vocab: Any, special: dict[str, Any]) -> dict[str, int]:
    """One vocabulary of both kinds of tokens, numbered 0..V-1."""
    if not isinstance(vocab, dict):
        raise UserError("it has no vocabulary.")
    ids = {**vocab, **special}
    if any(vocab.get(content, number) != number for content, number in special.items()):
        raise UserError("an added token has another id in the vocabulary.")
    if not all(type(number) is int for number in ids.values()) or (
        sorted(ids.values()) != list(range(len(ids)))
    ):
        raise UserError(
            f"the ids of its {len(ids):,} tokens are not 0 to {len(ids) - 1:,}, once each."
        )
    try:
        "".join(ids).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError("a token of its vocabulary is not valid text.") from error
    return ids


def bytes_of(token: str) -> bytes | None:
    """The bytes that a token of the vocabulary is written for; None if it is not written so."""
    if not all(character in BYTE_OF for character in token):
        return None
    return bytes(BYTE_OF[character] for character in token)


def _check_bytes(special: dict[str, Any], plain: set[str]) -> None:
    """Refuse an added token, which stands for itself, that is also a token for other bytes."""
    for content in special:
        if content in plain and bytes_of(content) not in (None, content.encode("utf-8")):
            raise UserError(
                f"its added token {reprlib.repr(content)} is also a token for other text; "
                "leave it out of the added tokens."
            )


def _merges(merges: Any, ids: dict[str, int]) -> list[tuple[str, str]]:
    """The merges as pairs; they are written `"a b"` in older files, `["a", "b"]` in newer."""
    if not isinstance(merges, list):
        raise UserError("it has no merges.")
    pairs: list[tuple[str, str]] = []
    for merge in merges:
        parts = merge.split(" ") if isinstance(merge, str) else merge
        if not (isinstance(parts, list) and len(parts) == 2):
            raise UserError(f"its merge {len(pairs):,} is not a pair of tokens.")
        left, right = parts
        if not (isinstance(left, str) and isinstance(right, str)):
            raise UserError(f"its merge {len(pairs):,} is not a pair of tokens.")
        if not {left, right, left + right} <= ids.keys():
            raise UserError(
                f"its merge {len(pairs):,} joins or makes a token that it does not have."
            )
        pairs.append((left, right))
    return pairs
