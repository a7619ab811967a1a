"""Finds the token of a typed word, and what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.words import Words

if TYPE_CHECKING:
    from core.language_model import LanguageModel

OFFERED = 4  # known words in place of an unknown one


def words_of(model: LanguageModel) -> Words:
    """All words of a vocabulary; slow enough for another thread."""
    tokenizer = model.tokenizer
    return Words([tokenizer.raw(token_id) for token_id in range(tokenizer.vocab_size)])


def complete(words: Words, typed: str, n: int) -> list[str]:
    """Words that begin as typed."""
    return [words.word(token_id) for token_id in words.complete(typed, n)]


def find(model: LanguageModel, words: Words, typed: str) -> int | None:
    """The token of a typed word, or of any other text that is one token."""
    found = words.find(typed)
    if found is not None:
        return found
    ids = model.tokenizer.ids(typed)
    return ids[0] if len(ids) == 1 else None


def unknown(words: Words, typed: str) -> str:
    """What to say of a text that is no token, with tokens that are nearly so."""
    alike = words.alike(typed, 3 * OFFERED)
    alike.sort(key=lambda token_id: not words.is_whole[token_id])
    offered = [words.word(token_id) for token_id in alike[:OFFERED]]
    word = typed.strip()
    nearest = f"; nearest: {', '.join(offered)}." if offered else "."
    return f"“{word}” is no single token of this model{nearest}"
