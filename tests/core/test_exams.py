"""Each exam on tiny hand-made cases: who knows the answer gets 1, who guesses about chance."""

import re
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from core import exams
from core.corpus import text
from core.corpus.source import read_sections
from core.corpus.template import Choice, parse
from core.exams import facts, material, pairs, prediction
from core.exams.facts import Question
from core.exams.material import Material
from core.exams.pairs import Pair
from core.exams.reader import NGramReader, Transformer
from core.exams.result import Answer, Result, result_of
from core.ngrams import fit
from core.paths import SMALL_WORLD_TEXT
from core.tokenizer import Tokenizer
from tests.core.exam_parts import row, score

WORDS = [
    "Anna lost her key. She looked for it. Ben found it, and he gave it to Anna.",
    "Anna lost his key. He looked for it. Ben found it, and she gave it to him. Tom Lucy",
    "The dog is old. The dogs are old. Two plus two is four, not fourteen. Paris, France",
    "User: What is red?\nAssistant: Blood is red.\nUser: And cold?\nAssistant: It is the ice.",
]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(WORDS * 20, 400)


class Knower:
    """Is sure of what comes next in the texts that it knows, and of nothing else."""

    def __init__(self, tokenizer, texts):
        self.tokenizer = tokenizer
        self._known = [tokenizer.ids(text) for text in texts]

    def log_probs(self, ids, first):
        rows = np.full((len(ids) - first + 1, self.tokenizer.vocab_size), -20.0)
        for expected, at in zip(rows, range(first, len(ids) + 1), strict=True):
            for known in self._known:
                if known[:at] == list(ids[:at]) and len(known) > at:
                    expected[known[at]] = 0.0
        return rows

    def surprise(self, ids, first):
        rows = self.log_probs(ids[:-1], first)
        return -sum(row[token] for row, token in zip(rows, ids[first:], strict=True))

    def reply(self, ids, n_tokens):
        known = next((one for one in self._known if one[: len(ids)] == list(ids)), list(ids))
        return known[len(ids) : len(ids) + n_tokens]


class Guesser(Knower):
    """Knows nothing and guesses."""

    def __init__(self, tokenizer):
        super().__init__(tokenizer, [])
        self._rng = np.random.default_rng(0)

    def log_probs(self, ids, first):
        return self._rng.normal(size=(len(ids) - first + 1, self.tokenizer.vocab_size))


# Comparison


def test_who_knows_the_right_text_finds_it_and_who_guesses_finds_half(tokenizer):
    pair = Pair("is", "The dog is old.", "The dog are old.")
    assert pairs.compare(pair, Knower(tokenizer, [pair.right])).right == 1
    assert pairs.compare(pair, Knower(tokenizer, [pair.wrong])).right == 0
    guesser = Guesser(tokenizer)
    assert 0.4 < score([pairs.compare(pair, guesser) for _ in range(400)]) < 0.6


def test_a_pair_is_compared_to_its_end(tokenizer):
    pair = Pair("far", "The dog is old. Paris, France", "The dog is old. Paris, is")
    assert pairs.compare(pair, Knower(tokenizer, [pair.right])).right == 1
    longer = Pair("longer", "The dogs are old.", "The dogs are")
    assert pairs.compare(longer, Knower(tokenizer, [longer.wrong])).right == 0


def test_names_and_pronouns_of_a_story(tokenizer):
    story = WORDS[0]
    people = ["Anna", "Ben", "Tom", "Lucy", "Priya"]
    answers = list(pairs.read_story(story, people, Knower(tokenizer, [story])))
    asked = [(answer.kind, answer.text.rpartition(" ")[2]) for answer in answers]
    assert asked == [("pronoun", "her"), ("pronoun", "She"), ("pronoun", "he"), ("name", "Anna")]
    assert score(answers) == 1
    assert answers[-1].chance == 2 / 4  # two have been said; Priya is not one token
    other_pronouns = list(pairs.read_story(story, people, Guesser(tokenizer)))
    assert len(other_pronouns) == 4
    swapped = Knower(tokenizer, ["Anna lost his"])
    first = next(pairs.read_story(story, people, swapped))
    assert (first.right, first.said) == (0, " his")


def test_slots_are_filled_from_the_tables(small_world):
    words = pairs.drawn(small_world.tables, np.random.default_rng(0))
    assert len({words["one"], words["one2"], words["one3"], words["many"], words["many2"]}) == 5
    assert words["an_one"].split(maxsplit=1)[0] in ("a", "an")
    assert words["an_one"][:2] != words["a_wrong_one"][:2]


@pytest.mark.parametrize("file", ["agreement", "stories"])
def test_every_frame_makes_two_different_texts(small_world, file):
    words = pairs.drawn(small_world.tables, np.random.default_rng(0))
    for frames in small_world.questions(file)["kinds"].values():
        for frame in frames:
            right, wrong = pairs._sides(frame, words)
            assert right != wrong
            assert not set("[]{}|") & set(right + wrong)


# Knowledge


def test_a_fact_is_completed_by_the_whole_answer_and_no_longer_word(tokenizer):
    question = Question("sum", "Two plus two is", ("four", "4"), 0.1)
    assert facts.complete(question, Knower(tokenizer, ["Two plus two is four, not"])).right == 1
    longer = facts.complete(question, Knower(tokenizer, ["Two plus two is fourteen"]))
    assert longer.right == 0
    assert facts.complete(question, Knower(tokenizer, ["Two plus two is old"])).said == "old"
    assert facts.complete(question, Guesser(tokenizer)).right == 0


def test_a_reply_must_hold_an_answer_as_a_whole_word(tokenizer):
    asked = "User: What is red?\nAssistant:"
    question = Question("colour", "What is red?", ("the blood",), 0.1)
    assert facts.reply(question, Knower(tokenizer, [f"{asked} Blood is red."])).right == 1
    wrong = facts.reply(question, Knower(tokenizer, [f"{asked} It is bloody ice."]))
    assert (wrong.right, wrong.said) == (0, "It is bloody ice.")
    assert facts.reply(question, Guesser(tokenizer)).right == 0


def test_questions_are_asked_of_every_row_and_all_its_values():
    owl = row({"young": row(name="owlet")}, name="owl", food="mice; frogs", home="tree")
    bat = row({"young": row(name="pup")}, name="bat", food="flies")
    assert material.forms(owl, "young.name") == ("owlet",)
    assert material.filled("A {name} has a {young.name}", owl) == ["An owl has an owlet"]
    assert material.filled("{Name} eats {food}", owl) == ["Owl eats mice", "Owl eats frogs"]
    assert material.filled("A {home}", bat) == []
    entry = {"name": "food", "answer": "{home}", "also": ["{food}"]}
    asked = facts._of_kind(entry, "An animal has a {name}", [owl, bat])
    assert [one.text for one in asked] == ["An animal has an owl"]  # the bat has no home
    assert asked[0].answers == ("tree", "mice", "frogs")
    same = facts._of_kind({"name": "eats", "answer": "{name}"}, "Who is an animal?", [owl, bat])
    assert [one.answers for one in same] == [("owl", "bat")]


def test_a_question_of_two_kinds_is_asked_once_and_has_the_answers_of_both():
    table = [
        row({"other": row(name=other)}, name=name)
        for name, other in (("right", "wrong"), ("left", "right"), ("hot", "cold"))
    ]
    one_way = {"name": "one", "table": "opposite", "answer": "{other}", "taught": "Not {name}:"}
    back = {"name": "back", "table": "opposite", "answer": "{name}", "taught": "Not {other}:"}
    world = SimpleNamespace(
        tables={"opposite": table},
        questions=lambda name: {"facts": [one_way, back]},
        rng=lambda name: np.random.default_rng(0),
    )
    asked = {question.text: question for question in facts.questions(world, "taught")}
    assert len(facts.questions(world, "taught")) == len(asked) == 5
    assert asked["Not right:"].answers == ("wrong", "left")
    assert asked["Not right:"].chance == pytest.approx(2 / 3)
    assert asked["Not cold:"].answers == ("hot",)


@pytest.mark.parametrize("way", ["taught", "anew", "ask", "ask_anew"])
def test_every_kind_of_fact_has_questions(small_world, way):
    kinds = {entry["name"] for entry in small_world.questions("facts")["facts"] if way in entry}
    questions = facts.questions(small_world, way)
    assert {question.kind for question in questions} == kinds
    assert len({question.text for question in questions}) == len(questions)
    assert all(0 < question.chance <= 0.5 for question in questions)
    assert not any("{" in question.text + "".join(question.answers) for question in questions)


def all_ways(nodes):
    """What a template may say, with _ for each slot and without quotes."""
    parts = []
    for node in nodes:
        if isinstance(node, Choice):
            parts.append([way for option in node.options for way in all_ways(option)])
        else:
            parts.append([re.sub('"', "", node) if isinstance(node, str) else "_"])
    return {"".join(way).lower() for way in product(*parts)}


def words_of(text):
    return set(re.findall("[a-z]+", text.lower()))


def standing(wanted, sections):
    """Which of the sentences, with _ for each slot, a line of the texts can say."""
    lines = [line for section in sections for line in section.lines]
    lines = [line for line in lines if not line.text.startswith("let ")]
    found = set()
    for line in lines:
        here = {one for one in wanted if words_of(one) <= words_of(line.text)}
        if here:
            said = all_ways(parse(line, line.text.replace(" >> ", " ")))
            found |= {one for one in here for way in said if one in way}
    return found


def test_no_text_says_what_is_asked_in_words_of_its_own(small_world):
    entries = small_world.questions("facts")["facts"]
    frames = {
        way: {re.sub(r"\{.*?\}", "_", entry[way]).lower() for entry in entries if way in entry}
        for way in ("taught", "ask", "anew", "ask_anew")
    }
    sections = read_sections(SMALL_WORLD_TEXT / "texts")
    assert not standing(frames["anew"] | frames["ask_anew"], sections)
    taught = frames["taught"] | frames["ask"]
    assert len(standing(taught, sections)) > len(taught) / 2  # so it would have been found


# Prediction


def test_the_likeliest_tokens_are_continued_to_words(tokenizer):
    reader = Knower(tokenizer, ["Two plus two is fourteen.", "Two plus two is old"])
    words = prediction.top_words("Two plus two is", reader)
    assert set(words[:2]) == {"fourteen", "old"}
    assert len(words) == 5


def test_beginnings_are_right_when_an_accepted_word_is_among_five(tokenizer):
    file = {
        "words": {"old": "old older"},
        "beginnings": [
            {"text": "The dog is", "accept": "@old"},
            {"text": "Paris,", "accept": "france"},
        ],
    }
    asked = SimpleNamespace(questions=lambda name: file)
    knower = Knower(tokenizer, ["The dog is old.", "Paris, France"])
    assert [one.right for one in prediction.beginnings(asked, knower)] == [1, 1]
    assert [one.right for one in prediction.beginnings(asked, Knower(tokenizer, []))] == [0, 0]


def test_who_copies_knows_a_repetition_by_heart(tokenizer, small_world):
    class Copier(Guesser):
        def log_probs(self, ids, first):
            rows = super().log_probs(ids, first)
            for r, at in zip(rows, range(first, len(ids) + 1), strict=True):
                r[ids[at - prediction._REPEATED]] += 100
            return rows

    assert score(prediction.induction(small_world, Copier(tokenizer))) == 1
    guessed = prediction.induction(small_world, Guesser(tokenizer))
    assert score(guessed) < 0.02
    assert guessed[0].chance == 1 / tokenizer.vocab_size


def test_the_loss_of_a_guess_is_the_logarithm_of_the_vocabulary(tokenizer, small_world):
    class Even(Knower):
        def surprise(self, ids, first):
            return (len(ids) - first) * np.log(self.tokenizer.vocab_size)

    even = Even(tokenizer, [])
    result = prediction.loss(small_world, even, {"trigram": even})
    assert result.score == result.chance == result.baseline
    assert result.score == pytest.approx(np.log(tokenizer.vocab_size), abs=1e-4)
    assert result.aim == pytest.approx(1.1 * result.details["bound"], abs=1e-3)
    assert result.missing == pytest.approx(result.score / result.aim - 1)


# Readers


def test_a_transformer_scores_and_shows_what_its_trace_has(tiny_model):
    reader = Transformer(tiny_model)
    ids = tiny_model.tokenizer.ids("They walked to the bank")
    trace = tiny_model.trace("They walked to the bank")
    logits = trace.logits.astype(np.float64)
    expected = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(reader.log_probs(ids, 2), expected[1:], atol=1e-4)
    surprise = -sum(expected[at - 1, ids[at]] for at in range(2, len(ids)))
    assert reader.surprise(ids, 2) == pytest.approx(surprise, abs=1e-3)
    vectors = reader.vectors(ids)
    np.testing.assert_allclose(vectors[0], trace.token_embed, atol=1e-6)
    np.testing.assert_allclose(vectors[1:], trace.resid_post, atol=1e-4)


def test_a_text_longer_than_the_context_is_read_to_its_end(tiny_model):
    reader = Transformer(tiny_model)
    ids = tiny_model.tokenizer.ids(" ".join(["The dog saw the cat"] * 10))
    assert len(ids) > 2 * tiny_model.config.context
    rows = reader.log_probs(ids, 1)
    assert rows.shape == (len(ids), tiny_model.config.vocab_size)
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, atol=1e-4)
    assert len(reader.vectors(ids)[0]) == tiny_model.config.context


def test_a_counter_says_what_its_ngrams_say(tokenizer):
    ids = [token for words in WORDS for token in tokenizer.ids(words)]
    counter = NGramReader(fit(ids, tokenizer.vocab_size, 3), tokenizer)
    rows = counter.log_probs(ids[:9], 4)
    assert rows.shape == (6, tokenizer.vocab_size)
    assert -sum(rows[at - 4, ids[at]] for at in range(4, 9)) == pytest.approx(
        counter.surprise(ids[:9], 4)
    )
    asked = tokenizer.ids("User: What is red?\nAssistant: Blood")
    assert tokenizer.decode(counter.reply(asked, 20)) == " is red."  # and then the line ends


# Results


def test_answers_add_up_by_kind():
    answers = [
        Answer("a", 1, 0.5, "one"),
        Answer("a", 0, 0.5, "two", "zwei"),
        Answer("b", 1, 0.25, "three"),
    ]
    result = result_of(answers, 0.9, answers[:1], seen_in="one or two")
    assert (result.n, result.kinds) == (3, {"a": (0.5, 2), "b": (1, 1)})
    assert result.score == pytest.approx(2 / 3, abs=1e-4)
    assert (result.baseline, result.mistakes) == (1, ("two <- zwei",))
    assert result.seen == pytest.approx(2 / 3, abs=1e-4)
    assert result.missing == pytest.approx((0.9 - 2 / 3) / 0.9, abs=1e-3)


def test_the_weakest_stands_first_and_what_has_no_aim_nowhere():
    results = {
        "good": Result(0.99, 10, 0.5, aim=0.9),
        "bad": Result(0.3, 10, 0.5, aim=0.9),
        "worse": Result(3.0, 10, 5.0, aim=1.0, less_is_better=True),
        "told": Result(0.0, 10, 0.5),
    }
    assert exams.weakest(results) == ["worse", "bad"]


def test_material_is_the_same_for_the_same_seed(small_world):
    def drawn(world):
        return facts.questions(world, "taught"), world.rng("exam").integers(1000, size=5).tolist()

    assert drawn(Material()) == drawn(small_world) != drawn(Material(seed=1))
    assert small_world.training == text(0, "train", 300_000)
    assert not set(small_world.held_out) & set(small_world.training)


def test_a_hundred_beginnings(small_world):
    file = small_world.questions("beginnings")
    assert len({entry["text"] for entry in file["beginnings"]}) == 100
    assert all(prediction._accepted(one["accept"], file["words"]) for one in file["beginnings"])
