"""Is it English? What a program can check of thousands of documents."""

import re
from collections.abc import Iterator

import pytest

from core.corpus import sentences
from core.corpus.lexicon import Lexicon
from core.paths import SMALL_WORLD_TEXT

# By sound, not by the engine's own rule: every word that an article stands before is looked up.
AN_WITHOUT_VOWEL = {"hour", "honest", "X-ray"}
A_WITH_VOWEL = {"uniform", "university", "useful", "one", "unit"}
_PERSONS = Lexicon.load(SMALL_WORLD_TEXT / "tables").tables["person"]
MALE = {row.forms["name"][0] for row in _PERSONS if "m" in row.tags}
PEOPLE = {row.forms["name"][0] for row in _PERSONS}
MAY_DOUBLE = {"that", "had", "tick", "tap", "scratch"}


def _found(pattern: str, documents: list[str], flags: int = 0) -> list[str]:
    """Matches with a little of their surroundings, so that a failure can be read."""
    compiled = re.compile(pattern, flags)
    return [
        document[max(0, match.start() - 30) : match.end() + 30]
        for document in documents
        for match in compiled.finditer(document)
    ][:10]


@pytest.mark.parametrize(
    "pattern",
    [
        r"[{}|<>\[\]_*~@()]",
        r"  ",
        r" [.,!?;:]",
        r"[,;:][A-Za-z]",
        r"[.!?][A-Za-z]",
        r"\.\.|,,|,\.|\.,|!\.|\?\.|\?,|!,",
        r" \n|\n | $|^ |\n\n",
        r"[^\x20-\x7e\n]",
        r"\bi\b",
        r"\b(?:[Aa]|an) +(?:the|a|an|some|my|his|her)\b",
        r"\b(?<!to )(?:[Tt]hey|[Ww]e|[Yy]ou) (?:is|was|has|does|goes|lives|likes|wants)\b",
        r"\b(?<!did )(?<!does )(?<!is )(?:[Hh]e|[Ss]he|[Ii]t) (?:are|have|do|go|live|want|am)\b",
        r"\b(?:childs|mans|womans|mouses|gooses|sheeps|deers|wolfs|calfs|potatos|tomatos)\b",
        r"\b(?:goed|eated|runned|catched|buyed|teached|swimmed|writed|drawed|singed|drinked)\b",
        r"\b(?:color|favorite|gray|neighbor|center|traveled|practiced)\b",
        r"(?m)^(?:User|Assistant): *$",
    ],
)
def test_nothing_of_this_kind(train_documents: list[str], pattern: str) -> None:
    assert _found(pattern, train_documents) == []


def test_articles_fit_the_sound(train_documents: list[str]) -> None:
    for article, word in re.findall(r"\b([Aa]n?) ([A-Za-z][a-z-]*)", "\n".join(train_documents)):
        if (article, word) in (("A", "is"), ("A", "and")):  # the letter, not the article
            continue
        vowel = word[0].lower() in "aeiou" and word.lower() not in A_WITH_VOWEL
        assert (article.lower() == "an") == (vowel or word in AN_WITHOUT_VOWEL), (article, word)


def test_no_word_twice_in_a_row(train_documents: list[str]) -> None:
    for first, _ in re.findall(r"\b([A-Za-z]+) (\1)\b", "\n".join(train_documents)):
        assert first.lower() in MAY_DOUBLE, first


def test_sentences_begin_with_a_capital(train_documents: list[str]) -> None:
    at_start = r"""(?m)(?:^|[.?!] |[.?!] "|^")[a-z]"""
    after_speech = r"""[.]" [a-z]"""
    assert _found(at_start, train_documents) == []
    assert _found(after_speech, train_documents) == []


def test_documents_end_with_a_full_stop_or_a_name(train_documents: list[str]) -> None:
    for document in train_documents:
        is_letter = document.startswith("Dear ")
        assert is_letter or re.search(r"[.!?]\"?$", document), document
        for line in document.split("\n"):
            assert is_letter or re.search(r"[.!?]\"?$", line), document


def test_quotes_are_balanced(train_documents: list[str]) -> None:
    for document in train_documents:
        assert document.count('"') % 2 == 0, document
        for spoken in re.findall(r'"([^"]*)"', document):
            assert spoken == spoken.strip(), document
            assert spoken, document


def test_no_sentence_twice(train_documents: list[str]) -> None:
    for document in train_documents:
        said = sentences(document)
        assert len(said) == len(set(said)), document


def _lone_people(documents: list[str]) -> Iterator[tuple[str, str]]:
    """Lines that name one person only and no other being with a gender."""
    others = r"\b(?:Mr|Mrs|man|woman|boy|girl|mother|father|king|queen|teacher|owl|cat|dog|mouse"
    others += r"|sister|brother|aunt|uncle|grandmother|grandfather|friend|giant|postman|gardener"
    others += (
        r"|fisherman|waiter|farmer|pet|prince|princess|neighbour|wizard|snowman|thief|User"
        r"|bride|groom|woodcutter|lady|gentleman|hunter|actor|actress|waitress|witch)s?\b"
    )
    for line in "\n".join(documents).split("\n"):
        people = set(re.findall(r"\b[A-Z][a-z]+\b", line)) & PEOPLE
        if len(people) == 1 and not re.search(others, line) and "Once" not in line:
            yield people.pop(), line


def test_pronouns_fit_the_name(train_documents: list[str]) -> None:
    seen = 0
    for name, document in _lone_people(train_documents):
        wrong = r"\b(?:she|her|hers|herself)\b" if name in MALE else r"\b(?:he|his|him|himself)\b"
        seen += 1
        assert not re.search(wrong, document, re.IGNORECASE), document
    assert seen > 200
