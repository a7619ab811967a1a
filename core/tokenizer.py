"""Text to tokens and back: byte-level byte-pair encoding, GPT-2's scheme, merge by merge.

A text is cut into words (the space in front belongs to the word), a word into its UTF-8 bytes,
and then the neighbouring pair that was learnt first is merged, again and again, until no learnt
pair is left. The `tokenizers` library learns the merges and cuts the words; the merging is done
here, so that `explain` shows the very steps that `encode` took.

Source: Sennrich et al. 2016 (byte-pair encoding), Radford et al. 2019 (on bytes).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

from core.errors import UserError
from core.files import write_whole
from core.labels import visible
from core.tokenizer_file import BYTE_OF, Vocabulary, bytes_of, read_vocabulary, vocabulary_of
from core.trace import TokenInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

END_OF_TEXT = "<|endoftext|>"
_CHARACTER_OF = {byte: character for character, byte in BYTE_OF.items()}  # in the file
_CACHED_BYTES = 64  # longer words are merged anew each time, so that the cache stays small


def sanitize(text: str) -> str:
    """Put U+FFFD for every lone surrogate, which has no bytes; the length stays the same."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@dataclass(frozen=True)
class WordMerges:
    """How one word became tokens; `core.splits` puts those of a text into one order.

    Attributes:
        raw: Its bytes.
        cuts: Where it is cut before the first merge, in bytes, both ends included.
        merges: (rank, cut that it removes) of every merge, in order; rank 0 was learnt first.
    """

    raw: bytes
    cuts: tuple[int, ...]
    merges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Merged:
    """A word's final tokens, their cuts in bytes (one more than tokens), and the way there."""

    ids: tuple[int, ...]
    cuts: tuple[int, ...]
    merges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Word:
    """A stretch of the text that is encoded by itself; `special` is the id of an added token."""

    mapped: str
    start: int
    end: int
    special: int | None


class Tokenizer:
    """A vocabulary and the merges that build it.

    Args:
        vocabulary: Checked parts of a tokenizer file.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        vocab, merges = vocabulary.ids, vocabulary.merges
        self._ids = vocab
        self._special = {content: vocab[content] for content in vocabulary.special}
        longest_first = sorted(self._special, key=len, reverse=True)
        self._special_pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._pairs = [(vocab[a], vocab[b]) for a, b in merges]
        self._ranks = {pair: rank for rank, pair in enumerate(self._pairs)}
        self._products = [vocab[a + b] for a, b in merges]
        self._raw = [b""] * len(vocab)
        for token, token_id in vocab.items():
            self._raw[token_id] = _token_bytes(token, token in self._special)
        self._library = _library_tokenizer(vocabulary)
        self._cached_merge = lru_cache(maxsize=65_536)(self._merge)

    @classmethod
    def train(cls, texts: Iterable[str], vocab_size: int) -> Tokenizer:
        """Learn a vocabulary from texts.

        Args:
            texts: What to learn from.
            vocab_size: Tokens to have at most: `<|endoftext|>`, the 256 bytes, and merges.

        Raises:
            UserError: The size leaves no room for the bytes.
        """
        if vocab_size < 257:
            raise UserError(f"A vocabulary needs at least 257 tokens, not {vocab_size}.")
        library = _library_tokenizer(Vocabulary({}, [], ()))
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size,
            min_frequency=2,
            special_tokens=[END_OF_TEXT],
            initial_alphabet=sorted(BYTE_OF),
            show_progress=False,
        )
        library.train_from_iterator(map(sanitize, texts), trainer)
        return cls(vocabulary_of(json.loads(library.to_str())))

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Open a `tokenizer.json`, ours or GPT-2's.

        Raises:
            UserError: It cannot be read, or is not plain byte-level byte-pair encoding.
        """
        vocabulary = read_vocabulary(path)
        try:
            return cls(vocabulary)
        except BaseException as error:  # a panic of the library is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise UserError(
                f"{path.name} cannot be used: the tokenizers library fails on it."
            ) from error

    def save(self, path: Path) -> None:
        """Write `tokenizer.json`, whole or not at all."""
        write_whole(path, self.to_json().encode("utf-8"))

    def to_json(self) -> str:
        """The file format of the `tokenizers` library, which Hugging Face's tools open too."""
        return self._library.to_str(pretty=True)

    @property
    def vocab_size(self) -> int:
        """Number of tokens, V."""
        return len(self._raw)

    @property
    def n_merges(self) -> int:
        """How many merges were learnt."""
        return len(self._products)

    @property
    def end_of_text(self) -> int | None:
        """Id of `<|endoftext|>`, which stands between documents; None if there is none."""
        return self._ids.get(END_OF_TEXT)

    @property
    def special_ids(self) -> frozenset[int]:
        """Ids of tokens that mark something and are never cut or joined."""
        return frozenset(self._special.values())

    @property
    def merge_products(self) -> dict[int, int]:
        """Which merge made a token, 0 learnt first, for every token that one made."""
        last_first = reversed(list(enumerate(self._products)))
        return {token_id: rank for rank, token_id in last_first}

    def merged_pair(self, rank: int) -> tuple[bytes, bytes]:
        """The bytes that a learnt merge joins."""
        left, right = self._pairs[rank]
        return self._raw[left], self._raw[right]

    def encode(self, text: str) -> list[TokenInfo]:
        """The tokens of a text, with their places in it."""
        text = sanitize(text)
        tokens = []
        for word in self._words(text):
            merged = self._merges_of(word)
            characters = _characters_of_bytes(text[word.start : word.end], word.start)
            for token_id, (a, b) in zip(merged.ids, pairwise(merged.cuts), strict=True):
                start, end = characters[a], characters[b - 1] + 1
                raw = self._raw[token_id]
                tokens.append(
                    TokenInfo(token_id, self.text(token_id), visible(raw), start, end, raw)
                )
        return tokens

    def explain(self, text: str) -> list[WordMerges]:
        """How each word of a text became tokens, merge by merge."""
        text = sanitize(text)
        words = []
        for word in self._words(text):
            merged = self._merges_of(word)
            raw = text[word.start : word.end].encode("utf-8")
            cuts = merged.cuts if word.special is not None else tuple(range(len(raw) + 1))
            words.append(WordMerges(raw, cuts, merged.merges))
        return words

    def ids(self, text: str) -> list[int]:
        """The ids of a text's tokens."""
        words = self._words(sanitize(text))
        return [token_id for word in words for token_id in self._merges_of(word).ids]

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts, by the library's own merging on all cores."""
        encodings = self._library.encode_batch_fast(
            [sanitize(text) for text in texts], add_special_tokens=False
        )
        return [encoding.ids for encoding in encodings]

    def rank_of(self, left: bytes, right: bytes) -> int | None:
        """Which learnt merge joins two pieces, 0 learnt first; None if none does."""
        names = ("".join(_CHARACTER_OF[byte] for byte in piece) for piece in (left, right))
        one, other = (self._ids.get(name, -1) for name in names)
        return self._ranks.get((one, other))

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens; bytes that are no whole character become U+FFFD."""
        return b"".join(self._raw[token_id] for token_id in ids).decode("utf-8", "replace")

    def text(self, token_id: int) -> str:
        r"""What a token stands for; bytes that are no whole character escaped as `\xf0`."""
        return self._raw[token_id].decode("utf-8", "backslashreplace")

    def label(self, token_id: int) -> str:
        """A token for the eye, with nothing invisible in it."""
        return visible(self._raw[token_id])

    def raw(self, token_id: int) -> bytes:
        """A token's bytes."""
        return self._raw[token_id]

    def _words(self, text: str) -> Iterator[_Word]:
        """Cut a text into special tokens and words."""
        done = 0
        for found in self._special_pattern.finditer(text):
            yield from self._plain_words(text, done, found.start())
            yield _Word(found[0], *found.span(), special=self._special[found[0]])
            done = found.end()
        yield from self._plain_words(text, done, len(text))

    def _plain_words(self, text: str, start: int, end: int) -> Iterator[_Word]:
        for mapped, span in self._library.pre_tokenizer.pre_tokenize_str(text[start:end]):
            yield _Word(mapped, start + span[0], start + span[1], special=None)

    def _merges_of(self, word: _Word) -> _Merged:
        if word.special is not None:
            return _Merged((word.special,), (0, len(self._raw[word.special])), ())
        merge = self._cached_merge if len(word.mapped) <= _CACHED_BYTES else self._merge
        return merge(word.mapped)

    def _merge(self, mapped: str) -> _Merged:
        """Merge a word's bytes, the pair learnt first always next, the leftmost of equals.

        The queue holds (rank, place) of every pair that was a neighbour at some time, so that n
        bytes take n log n; a pair that has changed since is recognised when it comes up.
        """
        n = len(mapped)
        ids = [*(self._ids[character] for character in mapped), -1]  # -1: no piece starts here
        before, after = list(range(-1, n)), list(range(1, n + 2))
        ranks = self._ranks
        queue = [(ranks[pair], at) for at, pair in enumerate(pairwise(ids)) if pair in ranks]
        heapify(queue)
        merges = []
        while queue:
            rank, left = heappop(queue)
            right = after[left]
            if right > n or ranks.get((ids[left], ids[right])) != rank:
                continue
            merges.append((rank, right))
            ids[left], ids[right] = self._products[rank], -1
            after[left] = after[right]
            before[after[left]] = left
            for at in (before[left], left):
                next_rank = ranks.get((ids[at], ids[after[at]])) if at >= 0 else None
                if next_rank is not None:
                    heappush(queue, (next_rank, at))
        cuts = tuple(at for at in range(n) if ids[at] >= 0)
        return _Merged(tuple(ids[at] for at in cuts), (*cuts, n), tuple(merges))


def _characters_of_bytes(word: str, start: int) -> Sequence[int]:
    """For every byte of a word, the place in the text of the character it belongs to."""
    if word.isascii():
        return range(start, start + len(word))
    return [
        start + n for n, character in enumerate(word) for _ in range(len(character.encode("utf-8")))
    ]


def _token_bytes(token: str, special: bool) -> bytes:
    """The bytes of a token of the vocabulary; one outside the alphabet stands for itself."""
    raw = None if special else bytes_of(token)
    return token.encode("utf-8") if raw is None else raw


def _library_tokenizer(vocabulary: Vocabulary) -> tokenizers.Tokenizer:
    """The same tokenizer in the library: it cuts words, encodes in bulk, writes the file.

    It is built from checked parts only: padding, truncation and whatever else a foreign file
    holds never reaches it.
    """
    library = tokenizers.Tokenizer(models.BPE(vocab=vocabulary.ids, merges=vocabulary.merges))
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    library.decoder = decoders.ByteLevel()
    library.add_special_tokens(
        [
            tokenizers.AddedToken(content, normalized=False, special=True)
            for content in vocabulary.special
        ]
    )
    return library
