"""The words of a vocabulary that are one token each: found as one types, known or nearly so.

Notation: V vocabulary, N words.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from core.sampling import best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPACE_MARK = "␣"  # as in labels; who types it means a space
LONGEST = 16  # characters that are compared of words that may be meant
_LAST = "\U0010ffff"  # comes after every other character


class Words:
    """Every word that is one token; of "dog" and " dog" the one with the space, if there are both.

    Args:
        raw: The bytes of all V tokens, in the order of their ids.

    Attributes:
        is_whole: (V,) which tokens are words with a space in front, as within a sentence.
    """

    def __init__(self, raw: Sequence[bytes]) -> None:
        self.is_whole = np.zeros(len(raw), dtype=bool)
        self._ids: dict[str, int] = {}
        self._texts: list[str] = []  # of every token, without space
        self._spellings: dict[str, list[int]] = {}
        for token_id, text in enumerate(map(_text, raw)):
            word = text.strip()
            self._texts.append(word)
            self._spellings.setdefault(word.casefold(), []).append(token_id)
            has_space = text == f" {word}"
            if not _is_word(word) or not (has_space or text == word):
                continue
            self.is_whole[token_id] = has_space
            if has_space or word not in self._ids:
                self._ids[word] = token_id
        # Whole words first, then by id: what a tokenizer learnt first is met most often.
        by_worth = sorted(self._ids.items(), key=lambda item: (not self.is_whole[item[1]], item[1]))
        ranked = sorted((word.casefold(), rank, word) for rank, (word, _) in enumerate(by_worth))
        self._keys = [key for key, _, _ in ranked]  # sorted, so that a beginning is a stretch
        self._words = [word for _, _, word in ranked]
        self._ranks = np.array([rank for _, rank, _ in ranked], dtype=np.float64)  # (N,)
        self._lengths = np.array(list(map(len, self._keys)), dtype=np.int64)  # (N,)
        wide = np.array(self._keys or [""], dtype=f"<U{LONGEST}")
        self._letters = wide.view(np.uint32).reshape(-1, LONGEST)[: len(self._keys)]

    def word(self, token_id: int) -> str:
        """A token as one would type it."""
        return self._texts[token_id]

    def find(self, typed: str) -> int | None:
        """The token of a typed word, with small letters and capitals as typed if there is one."""
        word = _typed(typed)
        if word in self._ids:
            return self._ids[word]
        same = self._stretch(word.casefold(), word.casefold())
        return self._ids[self._words[same[0]]] if len(same) else None

    def complete(self, typed: str, n: int) -> list[int]:
        """Words that begin as typed, best first: in the same letters, whole, then frequent ones.

        Args:
            typed: The beginning of a word; nothing begins with nothing.
            n: How many, at most.
        """
        beginning = _typed(typed)
        key = beginning.casefold()
        if not key:
            return []
        start = bisect_left(self._keys, key)
        stretch = np.arange(start, bisect_left(self._keys, key + _LAST, start))
        exact = self._stretch(key, beginning)
        worthy = stretch[best(-self._ranks[stretch], 4 * n)].tolist()
        order = list(dict.fromkeys([*exact, *worthy]))
        order.sort(key=lambda at: not self._words[at].startswith(beginning))
        return [self._ids[self._words[at]] for at in order[:n]]

    def alike(self, typed: str, n: int) -> list[int]:
        """The words that are spelled most nearly as typed; of equals those that begin alike.

        Args:
            typed: A word, known or not.
            n: How many, at most.
        """
        key = _typed(typed).casefold()
        if not key or not self._keys:
            return []
        distances = edit_distances(key, self._letters, self._lengths)  # (N,)
        begins_otherwise = self._letters[:, 0] != ord(key[0])
        order = distances + 0.5 * begins_otherwise + 0.4 * self._ranks / len(self._ranks)
        return [self._ids[self._words[at]] for at in best(-order, n)]

    def spellings(self, token_id: int) -> list[int]:
        """All tokens that are the same word, with or without a space, in small letters or not."""
        return list(self._spellings[self._texts[token_id].casefold()])

    def _stretch(self, key: str, first: str) -> list[int]:
        """Places of the words of one key, one that is written so before the others."""
        start = bisect_left(self._keys, key)
        stop = start
        while stop < len(self._keys) and self._keys[stop] == key:
            stop += 1
        return sorted(range(start, stop), key=lambda at: self._words[at] != first)


def edit_distances(
    word: str, letters: NDArray[np.uint32], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Letters that must be changed, added or left out to make each of many words of one word.

    Source: Levenshtein 1966, by the table of Wagner and Fischer 1974, for all words at once.

    Args:
        word: The one word.
        letters: (N, M) code points of the others; 0 behind a word's end.
        lengths: (N,) of the others; of longer words than M only the length of the rest counts.

    Returns:
        (N,).
    """
    n_words, most = letters.shape
    row = np.repeat(np.arange(most + 1, dtype=np.int64)[:, None], n_words, axis=1)  # (M + 1, N)
    for n_read, letter in enumerate(word[:most], start=1):
        before, row = row, np.empty_like(row)
        row[0] = n_read
        for at in range(most):
            changed = before[at] + (letters[:, at] != ord(letter))
            row[at + 1] = np.minimum(np.minimum(before[at + 1], row[at]) + 1, changed)
    inside = np.minimum(lengths, most)
    rest = (lengths - inside) - max(len(word) - most, 0)
    return np.asarray(row[inside, np.arange(n_words)] + np.abs(rest))


def _typed(text: str) -> str:
    """What is meant by what stands in a field."""
    return text.replace(SPACE_MARK, " ").strip()


def _text(raw: bytes) -> str:
    """A token's text; "" for a part of a character."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


def _is_word(text: str) -> bool:
    """Whether a text is a word or a number, or a piece of one."""
    return bool(text) and text[0].isalnum() and text[-1].isalnum() and not _has_space(text)


def _has_space(text: str) -> bool:
    return any(character.isspace() for character in text)
