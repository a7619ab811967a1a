import random

import numpy as np
import pytest

from core.words import LONGEST, Words, edit_distances

TOKENS = [
    "a",
    "dog",
    " do",
    " dog",
    " dogs",
    " Paris",
    " par",
    "ing",
    " café",
    " 12",
    "\n",
    " ",
    "",
]
TOKENS += ["<|endoftext|>", " two words", " DOG", "solo", " don't", ",", " dodo"]


@pytest.fixture(scope="module")
def words():
    return Words([*(token.encode() for token in TOKENS), b"\xf0\x9f", b" \xe4"])


def texts(ids):
    return [TOKENS[token_id] for token_id in ids]


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("dog", " dog"),
        (" dog ", " dog"),
        ("␣dog", " dog"),
        ("DOG", " DOG"),
        ("Dogs", " dogs"),
        ("paris", " Paris"),
        ("solo", "solo"),
        ("CAFÉ", " café"),
        ("12", " 12"),
    ],
)
def test_a_typed_word_is_found_with_its_space(words, typed, token):
    assert texts([words.find(typed)]) == [token]
    assert words.word(words.find(typed)) == token.strip()


@pytest.mark.parametrize("typed", ["", " ", ",", "two words", "<|endoftext|>", "cat", "␣", "🦊"])
def test_what_is_no_word_is_not_found(words, typed):
    assert words.find(typed) is None


def test_completion_prefers_whole_words_written_so(words):
    assert texts(words.complete("do", 9)) == [" do", " dog", " dogs", " don't", " dodo", " DOG"]
    assert texts(words.complete("DO", 2)) == [" DOG", " do"]
    assert texts(words.complete("Par", 9)) == [" Paris", " par"]
    assert texts(words.complete("par", 9)) == [" par", " Paris"]
    assert words.complete(" ", 9) == words.complete("zz", 9) == []


def test_whole_words_are_those_with_a_space_in_front(words):
    whole = [token for token, is_whole in zip(TOKENS, words.is_whole, strict=False) if is_whole]
    first = [" do", " dog", " dogs", " Paris", " par", " café", " 12", " DOG"]
    assert whole == [*first, " don't", " dodo"]


def test_all_spellings_of_a_word(words):
    assert sorted(texts(words.spellings(TOKENS.index(" dog")))) == [" DOG", " dog", "dog"]


def test_words_that_may_be_meant(words):
    assert texts(words.alike("dogz", 2)) == [" dog", " dogs"]
    assert texts(words.alike("cafe", 1)) == [" café"]
    assert words.alike("", 3) == []
    assert Words([]).alike("dog", 3) == Words([]).complete("dog", 3) == []


def test_edit_distances_are_those_of_the_definition():
    draw = random.Random(3)
    some = ["".join(draw.choices("abc", k=draw.randint(1, 12))) for _ in range(200)]
    wide = np.array(some, dtype=f"<U{LONGEST}").view(np.uint32).reshape(-1, LONGEST)
    lengths = np.array(list(map(len, some)))
    for word in ("a", "abcabc", "cccccccccccc"):
        expected = [distance(word, other) for other in some]
        assert edit_distances(word, wide, lengths).tolist() == expected


def distance(word: str, other: str) -> int:
    """By recursion on the definition."""
    memo: dict[tuple[int, int], int] = {}

    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        if (i, j) not in memo:
            changed = between(i - 1, j - 1) + (word[i - 1] != other[j - 1])
            memo[i, j] = min(changed, between(i - 1, j) + 1, between(i, j - 1) + 1)
        return memo[i, j]

    return between(len(word), len(other))


def test_a_long_word_is_compared_by_its_beginning():
    long = "x" * 40
    words = Words([f" {long}".encode(), b" xxx"])
    assert words.alike("xxxx", 1) == [1]
    assert words.find(long) == 0
    assert words.alike(long + "y", 1) == [0]
