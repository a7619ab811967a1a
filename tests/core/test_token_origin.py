from __future__ import annotations

import json

import pytest
import tokenizers

from core.token_origin import origin
from core.tokenizer import Tokenizer

TEXT = "They walked along the river to the bank. The cat climbed up the tree. " * 20


@pytest.fixture(scope="module")
def ours():
    return Tokenizer.train([TEXT], 300)


@pytest.fixture(scope="module")
def like_gpt2(tmp_path_factory):
    """Its mark of the end has the last number, and one token is made by no merge."""
    spec = json.loads(Tokenizer.train([TEXT], 300).to_json())
    vocab = spec["model"]["vocab"]
    del vocab["<|endoftext|>"]
    names = [*sorted(vocab, key=vocab.get), "zzz", "<|endoftext|>"]
    spec["model"]["vocab"] = {name: number for number, name in enumerate(names)}
    spec["added_tokens"][0]["id"] = len(names) - 1
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    path.write_text(json.dumps(spec))
    tokenizers.Tokenizer.from_file(str(path))
    return Tokenizer.load(path)


@pytest.mark.parametrize("which", ["ours", "like_gpt2"])
def test_what_stands_before_a_token_adds_up_to_its_number(which, request):
    tokenizer = request.getfixturevalue(which)
    spec = json.loads(tokenizer.to_json())["model"]
    merged = {
        (merge if isinstance(merge, str) else " ".join(merge)).replace(" ", ""): rank
        for rank, merge in enumerate(spec["merges"])
    }
    names = sorted(spec["vocab"], key=spec["vocab"].get)
    for token_id, name in enumerate(names):
        found = origin(tokenizer, token_id)
        counts = found.n_special, found.n_bytes, found.n_merges, found.n_others
        assert sum(counts) == token_id
        assert found.n_merges == sum(before in merged for before in names[:token_id])
        assert found.is_special == (name == "<|endoftext|>")
        assert found.rank == merged.get(name)
        if found.pair is not None:
            assert b"".join(found.pair) == tokenizer.raw(token_id)
            assert tokenizer.rank_of(*found.pair) == found.rank


def test_kinds_of_tokens(ours, like_gpt2):
    end = origin(ours, ours.end_of_text)
    assert (end.is_special, end.rank, end.pair) == (True, None, None)
    [of_byte] = ours.ids("#")
    assert origin(ours, of_byte).rank is None
    last = origin(like_gpt2, like_gpt2.vocab_size - 1)
    assert (last.is_special, last.n_bytes, last.n_others) == (True, 256, 1)
