"""A text that grows, against the whole of its bytes decoded anew at every token."""

import random

import pytest

from core.growing_text import GrowingText


@pytest.mark.parametrize("seed", range(5))
def test_every_token_has_its_place_in_the_text_as_it_is_by_then(tiny_tokenizer, seed):
    """Single bytes among whole words: characters are begun, cut short and completed."""
    rng = random.Random(seed)
    fox = tiny_tokenizer.ids("🦊é")
    text, raw, before = GrowingText(tiny_tokenizer, "an é"), "an é".encode(), 4
    for _ in range(200):
        some = rng.choice([fox, fox[:-1], [rng.randrange(tiny_tokenizer.vocab_size)]])
        for token_id in some:
            text.append(token_id)
            raw += tiny_tokenizer.raw(token_id)
            token = text.tokens[-1]
            assert text.text == raw.decode(errors="replace")
            assert (token.id, token.raw) == (token_id, tiny_tokenizer.raw(token_id))
            assert token.end == len(text.text)
            assert token.start == min(before, token.end - 1)
            before = token.end


def test_it_begins_with_what_was_typed_or_with_its_tokens(tiny_tokenizer):
    typed = "the \ud800 cat"
    one = GrowingText(tiny_tokenizer, typed)
    other = GrowingText(tiny_tokenizer, tiny_tokenizer.ids(typed))
    assert one.text == other.text == "the \ufffd cat"
    assert one.tokens == other.tokens == tiny_tokenizer.encode(typed)
