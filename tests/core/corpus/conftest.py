"""Documents that the tests read, dealt out once."""

import pytest

from core.corpus import load_grammar, some
from core.corpus.grammar import Grammar


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return load_grammar()


@pytest.fixture(scope="session")
def train_documents() -> list[str]:
    return some(7, "train", 10_000)


@pytest.fixture(scope="session")
def held_out_documents() -> list[str]:
    return some(8, "held-out", 500)
