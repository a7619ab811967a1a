import subprocess
import sys

import numpy as np
import pytest

from core import corpus
from core.paths import ASSETS, SMALL_WORLD_MODEL
from core.small_world_ids import Block, blocks, packed, unpacked
from core.tokenizer import Tokenizer

PATH = SMALL_WORLD_MODEL / "tokenizer.json"


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.load(PATH)


def expected(tokenizer, documents):
    """Document by document."""
    ids = []
    for document in documents:
        ids += [*tokenizer.ids(document), tokenizer.end_of_text]
    return ids


def test_another_process_makes_the_same_tokens(tokenizer):
    n = 70_000
    command = [sys.executable, "-m", "core.small_world_ids", str(PATH), "5", str(n)]
    done = subprocess.run(command, cwd=ASSETS.parent, capture_output=True, check=True)
    found, used = unpacked(done.stdout)
    assert used == len(done.stdout)
    documents = corpus.text(5, "train", n)
    assert sum(block.n_characters for block in found) == sum(map(len, documents))
    assert len(found) > 1
    ids = np.concatenate([block.ids for block in found]).tolist()
    assert ids == expected(tokenizer, documents)


@pytest.mark.parametrize("n", [1, 10, 11, 20, 99])
def test_as_many_documents_as_reach_the_number(tokenizer, n):
    documents = ["0123456789", "0123456789", "0123456789"]
    found = list(blocks(tokenizer, documents, n))
    wanted = documents[: -(-n // 10)]
    assert sum(block.n_characters for block in found) == sum(map(len, wanted))
    ids = [number for block in found for number in block.ids.tolist()]
    assert ids == expected(tokenizer, wanted)


def test_half_a_block_waits_for_its_rest():
    one, two = Block(9, np.array([5, 70_000, 2])), Block(4, np.array([1]))
    data = packed(one) + packed(two)
    for end in range(len(data) + 1):
        found, used = unpacked(data[:end])
        assert used == (0 if end < 20 else 20 if end < len(data) else len(data))
        assert [block.n_characters for block in found] == [9, 4][: len(found)]
    assert unpacked(data)[0][0].ids.tolist() == [5, 70_000, 2]
    assert unpacked(b"") == ([], 0)
