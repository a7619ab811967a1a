from collections import Counter

import pytest

from core.token_counts import count_tokens, small_world_seed, tokens_of
from core.tokenizer import Tokenizer

TEXTS = ["The cat sat.", "The dog sat on the cat.", "A bird sang."] * 4


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(TEXTS, 290)


def test_counts_what_a_plain_loop_counts(tokenizer):
    counts = count_tokens(tokenizer, TEXTS, 10**9)
    plain = Counter(token_id for text in TEXTS for token_id in tokenizer.ids(text))
    plain[tokenizer.end_of_text] = len(TEXTS)
    assert counts.tolist() == [plain[token_id] for token_id in range(tokenizer.vocab_size)]


def test_cuts_as_a_plain_loop_does(tokenizer):
    ids = tokens_of(tokenizer, iter(TEXTS * 3), 10**9)
    plain = [each for text in TEXTS * 3 for each in (*tokenizer.ids(text), tokenizer.end_of_text)]
    assert ids.tolist() == plain
    assert tokens_of(tokenizer, iter(()), 10).tolist() == []


def test_stops_at_the_wanted_length(tokenizer):
    counts = count_tokens(tokenizer, iter(TEXTS * 100_000), 250_000)
    n_characters = sum(counts[i] * len(tokenizer.text(i)) for i in range(len(counts)))
    n_characters -= counts[tokenizer.end_of_text] * len("<|endoftext|>")
    assert 250_000 <= n_characters < 250_000 + 24


def test_only_the_small_worlds_own_training_is_known():
    known = {"text": {"name": "small-world"}, "settings": {"seed": 7}}
    assert small_world_seed(known) == 7
    for other in (
        None,
        {},
        {"text": "small-world", "settings": {"seed": 7}},
        {"text": {"name": "shakespeare.txt"}, "settings": {"seed": 7}},
        {"text": {"name": "small-world"}, "settings": {"seed": "7"}},
        {"text": {"name": "small-world"}},
    ):
        assert small_world_seed(other) is None
