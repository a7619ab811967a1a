"""The streams: the same for the same seed, never mixed, varied, and fast enough."""

import re
import time
from itertools import chain, islice

import pytest

from core.corpus import documents, sentences, some, split_of, text
from core.corpus.source import read_sections
from core.paths import SMALL_WORLD_TEXT


def test_same_seed_same_documents() -> None:
    assert some(3, "train", 200) == some(3, "train", 200)
    assert some(3, "train", 50) != some(4, "train", 50)


def test_no_document_is_in_both_splits(
    train_documents: list[str], held_out_documents: list[str]
) -> None:
    assert not set(train_documents) & set(held_out_documents)


def test_held_out_share_is_a_twentieth() -> None:
    held_out = [n for n in range(10_000) if split_of(f"Document {n}.") == "held-out"]
    assert 430 < len(held_out) < 570  # three standard deviations


def test_lengths(train_documents: list[str]) -> None:
    assert all(50 <= len(document) <= 1500 for document in train_documents)


def test_most_documents_are_distinct(train_documents: list[str]) -> None:
    assert len(set(train_documents)) > 0.8 * len(train_documents)


def test_no_sentence_dominates(train_documents: list[str]) -> None:
    first = [sentences(document)[0] for document in train_documents]
    commonest = max(set(first), key=first.count)
    assert first.count(commonest) < 0.01 * len(first), commonest


def test_text_reaches_its_length() -> None:
    chosen = text(1, "train", 5_000)
    assert 5_000 <= sum(map(len, chosen)) < 5_000 + 1_500


def test_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="split"):
        next(documents(0, "test"))  # type: ignore[arg-type]


def test_faster_than_training_reads() -> None:
    """Half a megabyte a second here, on a machine that may be busy; MB/s are in the bench."""
    started = time.perf_counter()
    length = sum(map(len, islice(documents(5, "train"), 3_000)))
    assert length / (time.perf_counter() - started) > 3e5


@pytest.mark.parametrize(
    "beginning",
    [
        "Once upon a time there was a",
        "The sun rises in the",
        "I would like a cup of",
        "My favourite colour is",
        "The opposite of hot is",
        "Paris is the capital of",
        "The dog",
        "She opened the",
        "They walked along the river to the bank",
        "He put his money in the bank",
        "A baby dog is called a",
        "User: What is a token?\nAssistant:",
    ],
)
def test_common_beginnings_occur(train_documents: list[str], beginning: str) -> None:
    more = islice(documents(70, "train"), 60_000)  # a rare one may not be in the first ten thousand
    assert any(beginning in document for document in chain(train_documents, more))


def test_every_rule_is_reached_from_the_root() -> None:
    sections = {
        section.name: "\n".join(line.text for line in section.lines)
        for section in read_sections(SMALL_WORLD_TEXT / "texts")
    }
    reached: set[str] = set()
    waiting = ["document"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            called = re.findall(r"\{[@+]?([A-Za-z-]+\d*)(?:\.[12])?\}", sections[name])
            waiting.extend({call.lower() for call in called} & set(sections))
    assert set(sections) - reached == set()


def test_every_table_is_used() -> None:
    tables = read_sections(SMALL_WORLD_TEXT / "tables")
    texts = "\n".join(
        line.text
        for section in (*tables, *read_sections(SMALL_WORLD_TEXT / "texts"))
        for line in section.lines
    )
    unused = [
        table.name for table in tables if not re.search(rf"(?i)[{{~:=] ?{table.name}\b", texts)
    ]
    assert unused == []
