"""Documents that the tests read, dealt out once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.corpus import load_grammar, some
from core.corpus.grammar import Grammar

Compile = Callable[[str], Grammar]


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return load_grammar()


@pytest.fixture(scope="session")
def train_documents() -> list[str]:
    return some(7, "train", 10_000)


@pytest.fixture(scope="session")
def held_out_documents() -> list[str]:
    return some(8, "held-out", 500)


@pytest.fixture
def compiled(tmp_path: Path, request: pytest.FixtureRequest) -> Compile:
    """A grammar from the text of its rules, over the tables of the test's module."""

    def write(texts: str) -> Grammar:
        for folder, content in (("tables", request.module.TABLES), ("texts", texts)):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "file.txt").write_text(content, encoding="utf-8")
        return load_grammar(tmp_path)

    return write
