"""Regular forms of words."""

import pytest

from core.corpus import inflection


@pytest.mark.parametrize(
    ("following", "article"),
    [
        ("apple", "an"),
        ("dog", "a"),
        ("hour", "an"),
        ("honest man", "an"),
        ("house", "a"),
        ("university", "a"),
        ("uniform", "a"),
        ("unicorn", "a"),
        ("useful tool", "a"),
        ("umbrella", "an"),
        ("uncle", "an"),
        ("unusual day", "an"),
        ("European city", "a"),
        ("one-eyed cat", "a"),
        ("onion", "an"),
        ("Indian town", "an"),
        ("eagle", "an"),
        ("old owl", "an"),
        ("yellow kite", "a"),
    ],
)
def test_article(following: str, article: str) -> None:
    assert inflection.article(following) == article


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("dog", "dogs"), ("fox", "foxes"), ("city", "cities"), ("day", "days"), ("peach", "peaches")],
)
def test_plural(noun: str, plural: str) -> None:
    assert inflection.plural(noun) == plural


@pytest.mark.parametrize(
    ("verb", "s", "ing", "past"),
    [
        ("walk", "walks", "walking", "walked"),
        ("bake", "bakes", "baking", "baked"),
        ("stop", "stops", "stopping", "stopped"),
        ("carry", "carries", "carrying", "carried"),
        ("play", "plays", "playing", "played"),
        ("wash", "washes", "washing", "washed"),
        ("moo", "moos", "mooing", "mooed"),
        ("open", "opens", "opening", "opened"),
        ("fix", "fixes", "fixing", "fixed"),
        ("row", "rows", "rowing", "rowed"),
        ("lie", "lies", "lying", "lied"),
        ("cook", "cooks", "cooking", "cooked"),
        ("yawn", "yawns", "yawning", "yawned"),
    ],
)
def test_regular_verbs(verb: str, s: str, ing: str, past: str) -> None:
    assert inflection.third_person(verb) == s
    assert inflection.gerund(verb) == ing
    assert inflection.past(verb) == past


@pytest.mark.parametrize(
    ("adjective", "er", "est"),
    [
        ("tall", "taller", "tallest"),
        ("big", "bigger", "biggest"),
        ("happy", "happier", "happiest"),
        ("large", "larger", "largest"),
        ("more difficult", "more difficult", "most difficult"),
        ("slow", "slower", "slowest"),
    ],
)
def test_comparison(adjective: str, er: str, est: str) -> None:
    assert inflection.comparative(adjective) == er
    assert inflection.superlative(er) == est


def test_agreement() -> None:
    forms = {person: inflection.agreeing("be", "", person) for person in inflection.PERSONS}
    assert forms == {"1s": "am", "2": "are", "3s": "is", "3p": "are"}
    assert inflection.agreeing("was", "", "3p") == "were"
    assert inflection.agreeing("go", "goes", "3s") == "goes"
    assert inflection.agreeing("go", "goes", "1s") == "go"
