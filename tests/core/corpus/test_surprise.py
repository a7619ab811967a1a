"""Surprise against the truth: every text that a small grammar can say, with its probability."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import islice
from math import exp, log, prod

import pytest

from core.corpus import documents_with_surprise, nats_per_token, some
from core.corpus.chance import Chance
from core.corpus.grammar import Grammar
from core.tokenizer import Tokenizer
from tests.core.corpus.conftest import Compile

TABLES = """== animal
name | food
dog | bones; bones; meat
cat | milk
owl | mice; moths

== noun
name | count
hat | c
egg | c
"""


class _Open(float):
    """A random number that is not settled before it is multiplied: then it takes every turn."""

    turns: list[int]
    sizes: list[int]

    def __new__(cls, turns: list[int], sizes: list[int]) -> "_Open":
        self = super().__new__(cls, "nan")
        self.turns, self.sizes = turns, sizes
        return self

    def __mul__(self, n: float) -> float:
        self.sizes.append(int(n))
        if len(self.sizes) > len(self.turns):
            self.turns.append(0)
        return self.turns[len(self.sizes) - 1]


def _every(grammar: Grammar) -> Iterator[tuple[str, float, float]]:
    """Each way to say something: its text, measured nats, and probability.

    The choices are counted up like the wheels of an odometer, each with as many numbers as there
    are options.
    """
    turns: list[int] = []
    while True:
        sizes: list[int] = []
        chance = Chance(partial(_Open, turns, sizes), measured=True)
        yield grammar.render("document", chance), chance.nats, 1 / prod(sizes)
        while turns and turns[-1] == sizes[len(turns) - 1] - 1:
            turns.pop()
        if not turns:
            return
        turns[-1] += 1


def _probabilities(ways: list[tuple[str, float, float]]) -> dict[str, float]:
    """How likely each text is, all ways together."""
    likely: dict[str, float] = defaultdict(float)
    for text, _, probability in ways:
        likely[text] += probability
    assert sum(likely.values()) == pytest.approx(1, abs=1e-12)
    return likely


def _entropy(likely: dict[str, float]) -> float:
    return -sum(p * log(p) for p in likely.values())


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param("one\ntwo\nthree\n", id="alternatives"),
        pytest.param("*2 often\nseldom (here|there|nowhere)\n", id="weights and choices"),
        pytest.param("{animal} {animal2} {animal3}\n", id="words that differ"),
        pytest.param("{animal} eats {animal.food}\n", id="cells that hold several"),
        pytest.param("let food = animal.food\n{animal}: {food}\n", id="values that are kept"),
        pytest.param("a {noun} or an {noun2}\n", id="articles"),
        pytest.param("{qa.1} {qa.2}\n== qa\n*2 one? >> (two|three)\nfour? >> five\n", id="pairs"),
        pytest.param("{+line} {+line}\n== line\n*2 often\nseldom\n", id="unused alternatives"),
        pytest.param("{+line} {+line} {+line}\n== line\none\ntwo\n", id="alternatives run out"),
        pytest.param(
            "{noun} {+other} {noun2}\n== other\n{noun} {noun2}\n", id="words of its own run out"
        ),
        pytest.param("{animal} {animal2} {+other}\n== other\n{animal} {animal2}\n", id="few left"),
        pytest.param("{noun} {noun2} {noun3}\n", id="more variables than words"),
    ],
)
def test_surprise_is_the_entropy_where_every_text_has_one_way(
    compiled: Compile, texts: str
) -> None:
    ways = list(_every(compiled("== document\n" + texts)))
    likely = _probabilities(ways)
    assert len(likely) > 1
    for text, nats, _ in ways:
        assert exp(-nats) == pytest.approx(likely[text], rel=1e-9), text
    expected = sum(p * nats for _, nats, p in ways)
    assert expected == pytest.approx(_entropy(likely), rel=1e-9)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param("(this|this|that) dog\n", id="the same twice"),
        pytest.param("let animal = animal\n{noun}\n", id="a word that is not said"),
        pytest.param(
            "{@one}\n{@two}\n== one\nhere\nthere\n== two\nhere\nnowhere\n", id="two roads"
        ),
    ],
)
def test_surprise_is_more_where_a_text_has_several_ways(compiled: Compile, texts: str) -> None:
    ways = list(_every(compiled("== document\n" + texts)))
    likely = _probabilities(ways)
    assert all(exp(-nats) <= likely[text] * (1 + 1e-9) for text, nats, _ in ways)
    assert sum(p * nats for _, nats, p in ways) > _entropy(likely) + 0.1


def test_dropped_drafts_leave_no_surprise_behind(compiled: Compile) -> None:
    """Nor do they or the split change a document's own: it stays that of the grammar alone."""
    day = "(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
    line = f"On {day} the {{animal}} and the {{animal2}} (met|ate|slept) for a long time."
    grammar = compiled(f"== document\nShort.\n*2 {line} (Then they ran.|Really. Really.)\n")
    likely = _probabilities(list(_every(grammar)))
    for split in ("train", "held-out"):
        dealt = list(islice(documents_with_surprise(0, split, grammar), 50))
        assert all(nats == pytest.approx(-log(likely[text])) for text, nats in dealt)


def test_documents_are_the_same_whether_measured_or_not() -> None:
    assert [text for text, _ in islice(documents_with_surprise(3, "train"), 200)] == some(
        3, "train", 200
    )


def test_bundled_documents_come_at_least_as_often_as_their_surprise_says(
    train_documents: list[str],
) -> None:
    """What a stream held comes again in another with the sum of the probabilities, or more."""
    held = dict(islice(documents_with_surprise(9, "train"), 5_000))
    claimed = sum(exp(-nats) for nats in held.values())
    again = sum(document in held for document in train_documents) / len(train_documents)
    assert 0.002 < claimed < again


def test_nats_per_token_counts_the_end_of_each_document() -> None:
    texts = ["A dog sleeps.", "An owl eats a mouse."]
    tokenizer = Tokenizer.train(texts, 300)
    n_tokens = sum(len(tokenizer.ids(text)) + 1 for text in texts)
    assert nats_per_token(zip(texts, (3.0, 4.0), strict=True), tokenizer) == 7 / n_tokens
