"""Plot and filling: noted as the docstring says, and never on both sides."""

import os
import random
import subprocess
import sys
from collections.abc import Collection, Sequence
from itertools import islice
from typing import TypeVar

from core.corpus import documents, documents_with_surprise, split_of
from core.corpus.chance import Chance
from core.corpus.grammar import Grammar
from core.corpus.source import read_sections
from core.corpus.stories import story_rules
from core.paths import SMALL_WORLD_TEXT
from tests.core.corpus.conftest import Compile

TABLES = """== hero
name | gender
Anna | f
Tom | m

== thing
name
ball
kite

== weather
name
sunny
windy
"""
T = TypeVar("T")


def _told(grammar: Grammar, n: int = 300) -> dict[str, list[str]]:
    """The stories noted for each text of the rule `document`."""
    told: dict[str, list[str]] = {}
    for seed in range(n):
        chance = Chance(random.Random(seed).random)
        text = grammar.render("document", chance)
        assert told.setdefault(text, chance.stories) == chance.stories
    return told


def test_two_wordings_of_a_story_are_one_story(compiled: Compile) -> None:
    rules = """== document
{@story}
== story
{@lost}
== lost
let child = hero
let thing = thing
On a {weather} day {child} (lost|had lost) the {thing}.
{Child} looked for the {thing}. {@search}
== search
{Child.he} looked (here|there).
It was {weather}.
"""
    told = _told(compiled(rules))
    assert {story for stories in told.values() for story in stories} == {
        f"lost|{child}|{thing}" for child in ("Anna", "Tom") for thing in ("ball", "kite")
    }
    assert told["On a sunny day Anna lost the kite."] == ["lost|Anna|kite"]
    assert told["Anna looked for the kite. It was windy."] == ["lost|Anna|kite"]


def test_rules_that_hand_over_settle_words_for_the_story(compiled: Compile) -> None:
    rules = """== document
{@story}
== story
{@of-two}
== of-two
let child = hero
{@of-one}
== of-one
On a {weather} day {hero} met {child}.
"""
    assert set(map(tuple, _told(compiled(rules)).values())) == {("of-one|Anna",), ("of-one|Tom",)}


def test_words_that_are_not_said_do_not_count(compiled: Compile) -> None:
    rules = "== document\n{@story}\n== story\nlet child = hero\nlet thing = thing\n{Child} ran.\n"
    told = _told(compiled(rules))
    assert told == {"Anna ran.": ["story|Anna"], "Tom ran.": ["story|Tom"]}


def test_without_let_all_words_count_and_without_words_the_line(compiled: Compile) -> None:
    told = _told(compiled("== document\n{@story}\n== story\nThe {thing}.\n*2 The (end|close).\n"))
    assert told["The kite."] == ["story|kite"]
    assert told["The end."] == told["The close."] == ["story|*2 The (end|close)."]


def test_a_story_is_the_same_wherever_it_is_told(compiled: Compile) -> None:
    rules = """== document
{@story}
It is {weather}, said {hero}. {+story} Thank you!
== story
{+run}
== run
let child = hero
{Child} ran.
The {thing} flew.
"""
    told = _told(compiled(rules))
    assert told["It is windy, said Tom. Anna ran. Thank you!"] == told["Anna ran."]
    assert told["It is windy, said Tom. The kite flew. Thank you!"] == told["The kite flew."]


def test_words_said_before_the_story_do_not_count(compiled: Compile) -> None:
    told = _told(compiled("== document\n{Hero} began. {@story}\n== story\nThe {thing} flew.\n"))
    assert told["Tom began. The ball flew."] == ["story|ball"]


def test_only_stories_are_noted(compiled: Compile) -> None:
    assert set(map(tuple, _told(compiled("== document\nThe {thing}.\n")).values())) == {()}


def test_side_is_that_of_the_stories_and_nobodys_if_they_differ() -> None:
    side = {split_of("", [f"plot|{n}"]): f"plot|{n}" for n in range(200)}
    held_out, train = side["held-out"], side["train"]
    assert {split_of(f"{n}", [held_out]) for n in range(50)} == {"held-out"}
    assert split_of("", [train, train]) == "train"
    assert split_of("", [train, held_out]) is None


def test_what_was_written_by_hand_is_only_trained_on(compiled: Compile) -> None:
    rules = "== document\n{@prose}\n{@prosaic}\n== prose\n{@prose-page}\n== prose-page\n"
    rules += "".join(f"Piece {n}.\n" for n in range(200))
    rules += "== prosaic\n" + "".join(f"Made {n}.\n" for n in range(200))
    told = _told(compiled(rules))
    sides = {text: split_of(text, stories) for text, stories in told.items()}
    assert {sides[text] for text in sides if text.startswith("Piece")} == {"train"}
    assert {sides[text] for text in sides if text.startswith("Made")} == {"train", "held-out"}


class _Noting(Chance):
    """Notes by itself, and more strictly, each line chosen and each row settled."""

    def __init__(self, seed: int) -> None:
        super().__init__(random.Random(seed).random)
        self.lines: set[int] = set()
        self.rows: set[int] = set()

    def one_of(self, options: Sequence[T]) -> T:
        option = super().one_of(options)
        if isinstance(option, tuple):
            self.lines.add(id(option))
        return option

    def one_free(self, options: Sequence[T], taken: set[int], here: Collection[T]) -> T:
        row = super().one_free(options, taken, here)
        self.rows.add(id(row))
        return row


def test_no_held_out_story_shares_plot_and_filling_with_training(grammar: Grammar) -> None:
    chance = _Noting(21)
    made: dict[str, set[object]] = {"train": set(), "held-out": set()}
    noted: dict[str, set[str]] = {"train": set(), "held-out": set()}
    texts: dict[str, set[str]] = {"train": set(), "held-out": set()}
    repeats = 0
    for _ in range(70_000):
        chance.lines, chance.rows, chance.stories = set(), set(), []
        text = grammar.render("story", chance)
        assert len(chance.stories) == 1
        side = split_of(text, chance.stories)
        assert side is not None
        way = (frozenset(chance.lines), frozenset(chance.rows))
        repeats += way in made[side]
        made[side].add(way)
        noted[side].update(chance.stories)
        texts[side].add(text)
    assert len(texts["held-out"]) > 2_000
    assert len(texts["train"]) > 30_000
    assert repeats > 5_000  # so it would show
    for sides in (made, noted, texts):
        assert not sides["held-out"] & sides["train"]


def test_streams_deal_by_story(grammar: Grammar) -> None:
    for split in ("train", "held-out"):
        chance = Chance(random.Random(5).random)
        expected: list[str] = []
        while len(expected) < 200:
            chance.stories = []
            text = grammar.render("document", chance)
            if split_of(text, chance.stories) == split:
                expected.append(text)
        dealt = list(islice(documents(5, split), 100))
        drafts = iter(expected)
        assert all(text in drafts for text in dealt)  # in order, with some thrown away
        assert dealt == [text for text, _ in islice(documents_with_surprise(5, split), 100)]


def test_about_a_twentieth_of_the_stories_is_held_out(grammar: Grammar) -> None:
    chance = Chance(random.Random(2).random)
    sides = []
    for _ in range(20_000):
        chance.stories = []
        sides.append(split_of(grammar.render("story", chance), chance.stories))
    assert 0.03 < sides.count("held-out") / len(sides) < 0.07


def test_sides_do_not_hang_on_the_process() -> None:
    """Python hashes text differently in each process, unless it is told not to."""
    program = "from core.corpus import some; print(some(1, 'held-out', 200))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_every_story_of_the_bundled_text_is_known_as_one() -> None:
    """Whoever writes a story rule calls it `...-story` or hooks it in below one."""
    sections = read_sections(SMALL_WORLD_TEXT / "texts")
    parts = {"tale-start", "tale-end"}
    named = {
        section.name
        for section in sections
        if section.name.startswith(("story", "tale")) and section.name not in parts
    }
    assert len(named) > 30
    assert named <= set(story_rules(sections))
    assert "chat-story" not in story_rules(sections)
