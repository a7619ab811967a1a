import json
from itertools import pairwise

import numpy as np
import pytest
import tokenizers

from core.splits import merges_of
from core.tokenizer import END_OF_TEXT, Tokenizer, sanitize
from tests.core.test_tokenizer import ALL, TEXTS, load


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(TEXTS, vocab_size=370)


@pytest.fixture(scope="module")
def spec(tokenizer):
    return json.loads(tokenizer.to_json())


def pieces(merges, cuts):
    return [merges.raw[a:b] for a, b in pairwise(cuts)]


def test_all_merges_lead_from_bytes_to_the_tokens(tokenizer):
    for text in ALL:
        merges = merges_of(tokenizer.explain(text))
        assert merges.raw == sanitize(text).encode()
        tokens = [token.raw for token in tokenizer.encode(text)]
        assert pieces(merges, merges.cuts(merges.n_steps)) == tokens
        if END_OF_TEXT not in text and text:
            assert (merges.cuts(0) == merges.byte_cuts).all()


def stopped_after(spec, n_merges):
    """The library's own BPE of the first merges only, its ids as they were."""
    first = {**spec, "model": {**spec["model"], "merges": spec["model"]["merges"][:n_merges]}}
    return tokenizers.Tokenizer.from_str(json.dumps(first))


def test_fewer_merges_are_a_library_tokenizer_of_the_first_ones(tokenizer, spec):
    for n_learnt in (0, 1, 5, 40, 90, tokenizer.n_merges):
        library = stopped_after(spec, n_learnt)
        for text in ALL:
            merges = merges_of(tokenizer.explain(text))
            ours = pieces(merges, merges.cuts(merges.n_taken(n_learnt)))
            theirs = library.encode(sanitize(text), add_special_tokens=False).ids
            assert ours == [tokenizer.raw(token_id) for token_id in theirs], ascii(text)


def test_merges_learnt_in_an_odd_order_stop_where_the_librarys_do(spec):
    rng = np.random.default_rng(3)
    shuffled = json.loads(json.dumps(spec))
    rng.shuffle(shuffled["model"]["merges"])
    ours = load(shuffled)
    for n_learnt in (3, 30, 80):
        library = stopped_after(shuffled, n_learnt)
        for text in ALL:
            merges = merges_of(ours.explain(text))
            cut = pieces(merges, merges.cuts(merges.n_taken(n_learnt)))
            theirs = library.encode(sanitize(text), add_special_tokens=False).ids
            assert cut == [ours.raw(token_id) for token_id in theirs], ascii(text)


def test_every_step_joins_two_neighbours_by_the_rule_of_its_rank(tokenizer, spec):
    rules = [tuple(rule) for rule in spec["model"]["merges"]]
    for text in (*TEXTS, "e\u0301 🇩🇪 שלום", "aab" * 40):
        merges = merges_of(tokenizer.explain(text))
        assert (np.diff(merges.limits) >= 0).all()
        for step in range(1, merges.n_steps + 1):
            merge = merges.merge(step)
            before, after = set(merges.cuts(step - 1)), set(merges.cuts(step))
            assert before - after == {merge.middle}
            assert {merge.start, merge.end} <= after
            assert not [cut for cut in after if merge.start < cut < merge.end]
            left, right = (tokenizer._ids[part] for part in rules[merge.rank])
            assert tokenizer.raw(left) == merges.raw[merge.start : merge.middle]
            assert tokenizer.raw(right) == merges.raw[merge.middle : merge.end]


def test_words_characters_and_bytes(tokenizer):
    merges = merges_of(tokenizer.explain("a 🇩🇪é"))
    characters = [part.encode() for part in ("a", " ", "🇩", "🇪", "é")]
    assert pieces(merges, merges.character_cuts) == characters
    assert len(merges.byte_cuts) - 1 == 1 + 1 + 8 + 2
    assert [merges.word_at(byte) for byte in (0, 1, 2, 9)] == [0, 1, 1, 1]


def test_no_text_has_no_pieces_and_an_added_token_is_never_cut(tokenizer):
    nothing = merges_of([])
    assert (nothing.raw, nothing.n_steps) == (b"", 0)
    assert pieces(nothing, nothing.cuts(0)) == pieces(nothing, nothing.character_cuts) == []
    marked = merges_of(tokenizer.explain(f"a{END_OF_TEXT}b"))
    assert pieces(marked, marked.cuts(0)) == [b"a", END_OF_TEXT.encode(), b"b"]
