"""Tables and templates: what they make, and what is refused with which words."""

import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from core.corpus import documents, load_grammar
from core.corpus.chance import Chance
from core.errors import UserError

VERBS = "== verb\nname | past | done\neat | ate | eaten\nbark\n"
ANIMALS = """== animal
name | plural | sound:verb | food | tags
dog | | bark | bones | pet
owl | | eat mice; bark | mice |
mouse | mice | | cheese | pet
"""
PEOPLE = "== person\nname | gender\nAnna | f\nTom | m\n"

World = Callable[..., Path]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A folder with one file of tables and one of texts."""

    def write(texts: str, tables: str = VERBS + ANIMALS + PEOPLE) -> Path:
        for folder, content in (("tables", tables), ("texts", texts)):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / "file.txt").write_text(content, encoding="utf-8")
        return tmp_path

    return write


def _all(folder: Path, n: int = 200) -> set[str]:
    grammar = load_grammar(folder)
    chance = Chance(random.Random(0).random)
    return {grammar.render("document", chance) for _ in range(n)}


def test_forms_and_capitals(world: World) -> None:
    assert _all(world("== document\n{Animal:!pet.plural} are not {animal}.\n")) == {
        "Owls are not owl."
    }


def test_article_follows_the_word(world: World) -> None:
    made = _all(world("== document\nA {animal} and an (|old ){animal2:!pet}.\n"))
    assert "A dog and an owl." in made
    assert "A mouse and an old owl." in made
    assert not any("an dog" in text or "A owl" in text for text in made)


def test_word_stays_and_second_word_differs(world: World) -> None:
    for text in _all(world("== document\n{animal} {animal} {animal2}\n")):
        first, again, other = text.split()
        assert first == again != other


def test_links_and_phrases(world: World) -> None:
    made = _all(world("== document\n{animal:!pet.sound.past}, {animal.sound.s}\n"))
    assert made >= {"ate mice, eats mice", "barked, barks"}


def test_let_keeps_one_of_several_values(world: World) -> None:
    text = "== document\nlet animal = animal:!pet\nlet sound = animal.sound\n"
    made = _all(world(text + "{sound.s} and {sound.past}\n"))
    assert made == {"eats mice and ate mice", "barks and barked"}


def test_pronouns_and_agreement(world: World) -> None:
    made = _all(world("== document\n{Person} {eat~person}: {person.he}, {person.his}.\n"))
    assert made == {"Anna eats: she, her.", "Tom eats: he, his."}


def test_rules_share_words_or_have_their_own(world: World) -> None:
    folder = world(
        "== document\n{animal} {@same} {+other}\n== same\n{animal}\n== other\n{animal}\n"
    )
    for text in _all(folder):
        first, same, other = text.split()
        assert first == same != other


def test_words_still_differ_from_each_other_when_all_are_taken(world: World) -> None:
    rules = "== document\n{animal} {animal2} {animal3} {+other}\n== other\n{animal} {animal2}\n"
    for text in _all(world(rules)):
        *_, one, two = text.split()
        assert one != two


def test_pairs_answer_their_question(world: World) -> None:
    folder = world("== document\n{qa.1} {qa.2}\n== qa\none? >> two\nthree? >> four\n")
    assert _all(folder) == {"one? two", "three? four"}


def test_weights(world: World) -> None:
    grammar = load_grammar(world("== document\n*9 often\nseldom\n"))
    chance = Chance(random.Random(0).random)
    drawn = [grammar.render("document", chance) for _ in range(2_000)]
    assert 0.87 < drawn.count("often") / len(drawn) < 0.93


def test_short_and_repeating_documents_are_dropped(world: World) -> None:
    long = "This is a line that is long enough to be a document of its own."
    folder = world(f"== document\nShort.\n{long} {long}\n{long}\n{long[:-1]}, and more.\n")
    stream = documents(0, "train", load_grammar(folder))
    assert set(islice(stream, 50)) <= {long, f"{long[:-1]}, and more."}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("== document\n(one|two\n", "line 2: a '(' is not closed"),
        ("== document\none|two\n", "line 2: a ')' or '|' stands outside"),
        ("== document\none} two\n", "line 2: a '}' stands without"),
        ("== document\n{animal\n", "line 2: the slot '{animal' cannot be read"),
        ("== document\n{animl}\n", "no table and no 'let' for 'animl'"),
        ("== document\n{animal:wild}\n", "no row of 'animal' fits 'wild'"),
        ("== document\n{@other}\n", "there is no rule 'other'"),
        ("== document\n(a|the) {animal}\n", "'a' stands apart from its noun"),
        ("== document\n{run~person}\n", "there is no 'run' in the table 'verb'"),
        ("== document\n", "has no alternatives"),
        ("== document\none >> two\nthree\n", "some lines of this rule have '>>'"),
        ("== document\nx\n== document\ny\n", "'document' is already in use"),
        ("== animal\nx\n", "'animal' is already in use"),
        ("stray\n== document\nx\n", "line 1: this line stands before"),
        ("== document\n    indented\n", "continues nothing"),
        ("== document\nlet x = nothing\n{x}\n", "there is no table 'nothing'"),
        ("== document\n{other}\n== other\nx\n", "'other' is a rule"),
        ("== document\n{other.2}\n== other\nx\n", "'other' is a rule"),
        ("== document\n{@other}\n== other\nx >> y\n", "'other' holds pairs"),
        ("== document\none >> two >> three\n", "some lines of this rule"),
    ],
)
def test_wrong_texts_are_refused(world: World, texts: str, message: str) -> None:
    with pytest.raises(UserError, match=r"file\.txt") as caught:
        load_grammar(world(texts))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ("== animal\nname | plural\n", "at least one row"),
        ("== animal\nplural | name\ndogs | dog\n", "first column must be 'name'"),
        ("== animal\nname | x\ndog | a | b\n", "line 3: the row has 3 cells for 2 columns"),
        ("== animal\nname | x\ndog | a\ndog | b\n", "line 4: 'dog' already stands"),
        ("== animal\nname\ndog\n== animal\nname\ncat\n", "already a table 'animal'"),
        ("== animal\nname | young:young\ndog | puppy\n", "no 'puppy' in the table 'young'"),
        ("== animal\nname | sound:verb\ndog | jump high\n", "no 'jump' in the table 'verb'"),
        ("== person\nname | gender\nTom | x\n", "gender must be m, f, n or p"),
        ("== food\nname | count\ntea | x\n", "count must be c, m or p"),
    ],
)
def test_wrong_tables_are_refused(world: World, tables: str, message: str) -> None:
    with pytest.raises(UserError, match=r"file\.txt") as caught:
        load_grammar(world("== document\nx\n", tables))
    assert message in str(caught.value)


def test_missing_form_names_the_entry(world: World) -> None:
    grammar = load_grammar(world("== document\n{animal.sound}\n"))
    chance = Chance(random.Random(0).random)
    with pytest.raises(UserError, match=r"'mouse' \(file.txt, line 9\) has no 'sound'"):
        [grammar.render("document", chance) for _ in range(100)]


def test_rules_in_a_circle_are_refused(world: World) -> None:
    grammar = load_grammar(world("== document\n{@other}\n== other\n{@document}\n"))
    with pytest.raises(UserError, match="without end"):
        grammar.render("document", Chance(random.Random(0).random))


def test_missing_folder_and_bad_bytes(world: World, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no \.txt file"):
        load_grammar(tmp_path / "nowhere")
    folder = world("== document\nx\n")
    (folder / "texts" / "file.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="cannot be read"):
        load_grammar(folder)
