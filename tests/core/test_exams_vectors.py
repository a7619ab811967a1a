"""Exams on vectors: analogies, senses, the bank's walk, sentences; hand-made geometry and none."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from core.corpus.source import read_sections
from core.exams import analogies, contexts, paraphrases, senses
from core.exams.contexts import Context
from core.exams.material import Material
from core.exams.reader import Transformer
from core.exams.result import at_best_depth
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL, SMALL_WORLD_TEXT
from core.tokenizer import Tokenizer
from tests.core.exam_parts import row, score


def test_analogies_of_a_perfect_geometry_and_of_none():
    animals = ["dog puppy", "cat kitten", "cow calf", "hen chick", "fox cub", "owl owlet"]
    tokenizer = Tokenizer.train([f" {' '.join(animals)}"] * 50, 400)
    tokens = analogies.token_ids(tokenizer)
    rng = np.random.default_rng(0)
    embeddings = rng.normal(size=(tokenizer.vocab_size, 64))
    grown, young = rng.normal(size=(2, 64))
    table = []
    for pair in animals:
        a, b = pair.split()
        own = rng.normal(size=64)
        embeddings[tokens[f" {a}"]], embeddings[tokens[f" {b}"]] = own + grown, own + young
        table.append(row({"young": row(name=b)}, name=a))
    world = SimpleNamespace(tables={"animal": table}, rng=lambda name: np.random.default_rng(0))
    reader = SimpleNamespace(tokenizer=tokenizer, embeddings=lambda: embeddings)
    result = analogies.analogies(world, reader)
    assert result.kinds["young"] == (1, 30)  # boy and girl are no tokens here
    assert result.n == 30
    assert result.details["by the mean step"]["young"] == 1
    assert result.details["by the mean step"]["capital"] is None  # there are no pairs
    shuffled = SimpleNamespace(tokenizer=tokenizer, embeddings=lambda: rng.permutation(embeddings))
    of_none = analogies.analogies(world, shuffled)
    assert of_none.score < 0.2
    assert of_none.details["by the mean step"]["young"] < 0.5


def test_pairs_have_one_answer_and_quadruples_four_words():
    with_one = analogies._with_one_answer(
        [("old", "young"), ("old", "new"), ("hot", "cold"), ("deer", "deer"), ("hot", "cold")]
    )
    assert with_one == [("hot", "cold")]
    assert analogies.quadruples([("lion", "cub"), ("fox", "cub"), ("dog", "puppy")]) == [
        ("lion", "cub", "dog", "puppy"),
        ("fox", "cub", "dog", "puppy"),
        ("dog", "puppy", "lion", "cub"),
        ("dog", "puppy", "fox", "cub"),
    ]


def test_the_bundled_tokenizer_has_enough_analogies_of_whole_words(small_world):
    tokenizer = Tokenizer.load(SMALL_WORLD_MODEL / "tokenizer.json")
    embeddings = np.random.default_rng(0).normal(size=(tokenizer.vocab_size, 8))
    reader = SimpleNamespace(tokenizer=tokenizer, embeddings=lambda: embeddings)
    result = analogies.analogies(small_world, reader)
    assert result.n >= 200
    assert sum(n >= 20 for _, n in result.kinds.values()) >= 8
    tokens = analogies.token_ids(tokenizer)
    for pairs_of in analogies.families(small_world.tables).values():
        for pair in pairs_of:
            assert all(word.strip() == word for word in pair)
    for mistake in result.mistakes:
        asked = mistake.partition(" <- ")[0].replace(" = ", " : ").split(" : ")
        assert len(set(asked)) == 4
        assert all(f" {word}" in tokens for word in asked)


def test_held_out_documents_of_senses_are_held_out_and_speak_of_nearly_all(small_world):
    documents = small_world.held_out_of_senses
    assert len(documents) == 500
    assert not set(documents) & set(small_world.training)
    asked = contexts.found_contexts(small_world, documents, most=16)
    assert len(asked) > 300
    assert len({context.word for context in asked}) >= 24
    rules = {section.name: section for section in read_sections(SMALL_WORLD_TEXT / "texts")}
    kinds = {line.text.lstrip("*0123456789 ") for line in rules["document"].lines}
    assert "{@senses-page}" in kinds  # so that these are ordinary documents


def test_the_nearest_mean_tells_the_sense_and_equals_share():
    river, money = np.zeros((3, 4)), np.zeros((3, 4))
    river[1:], money[1:] = 1, -1  # at depth 0 all are equal
    means = {"bank-river": river, "bank-money": money}
    vectors = np.array([[0.0] * 4, [0.5] * 4, [-0.5] * 4])
    placed = senses.Placed(Context("bank", "bank-river", "at the bank", ""), vectors)
    answers = senses.nearest(placed, means)
    assert [answer.right for answer in answers] == [0.5, 1, 0]
    assert answers[2].said == "bank-money"
    best = at_best_depth([answers], aim=0.9)
    assert (best.score, best.details["best depth"], best.details["by depth"]) == (1, 1, [0.5, 1, 0])


class Walker:
    """A reader whose "bank" ends where the clue before it is, if it ends there at all."""

    def __init__(self, tokenizer, walks):
        self.tokenizer, self.model = tokenizer, SimpleNamespace(config=SimpleNamespace(context=99))
        self._walks = walks

    def vectors(self, ids):
        words = self.tokenizer.decode(ids)
        clue = {"river": [1.0, 0.0], "money": [0.0, 1.0]}
        plain = np.array([clue.get(self.tokenizer.text(token).strip(), [0, 0]) for token in ids])
        later = plain.copy()
        if self._walks and words.endswith("bank"):
            later[-1] = clue["river" if "river" in words or "water" in words else "money"]
        return np.stack([plain, later])


def test_bank_walks_to_its_clue_or_stays():
    tokenizer = Tokenizer.train(["the river and the money bank water"] * 50, 300)
    world = Material()
    sentences = ["the river bank", "the water bank", "the money bank"]
    files = {
        "bank-river": {"sentences": sentences[:2], "clue": "river"},
        "bank-money": {"sentences": sentences[2:], "clue": "money"},
    }
    fake = SimpleNamespace(
        questions=lambda name: files,
        held_out=["the river is", "the money is", "nothing of all that"],
        learnt_text="",
    )
    walked = senses.bank_walk(fake, Walker(tokenizer, walks=True))
    assert (walked.score, walked.n) == (1, 3)
    assert walked.details["nearer to the right clue, by depth"] == [0, 1]
    assert senses.bank_walk(fake, Walker(tokenizer, walks=False)).score == 0
    clues = {sense for sense, entry in world.questions("senses").items() if "clue" in entry}
    assert clues == {"bank-river", "bank-money"}


def test_contexts_are_found_and_end_with_their_word(small_world):
    document = "It was late. The old tree had thick brown bark. It was dry."
    (found,) = contexts.found_contexts(small_world, [document])
    assert (found.word, found.sense) == ("bark", "bark-tree")
    assert found.text == "It was late. The old tree had thick brown bark"
    again = "The ducks swam across the stream and slept on the bank. "
    found = contexts.found_contexts(small_world, [again + "One.", again + "Two.", document], most=2)
    assert [context.sense for context in found] == ["bank-river", "bark-tree"]
    many = contexts.found_contexts(small_world, small_world.training, most=2)
    assert max(Counter(context.sense for context in many).values()) == 2
    assert all(context.text.endswith(context.word) for context in many)
    assert {"bank-river", "bank-money"} <= {context.sense for context in many}


def test_written_sentences_end_with_their_word_and_are_new(small_world):
    written = contexts.written_contexts(small_world)
    assert len({context.word for context in written}) >= 20
    for context in written:
        assert context.text.endswith((context.word, f"{context.word}s")), context.text
        assert context.text not in small_world.training_text


def test_paraphrases_are_found_by_equal_vectors_and_not_by_random_ones(small_world):
    pairs_of = small_world.questions("paraphrases")["pairs"]
    texts = [text for pair in pairs_of for text in pair]
    assert (len(pairs_of), len(set(texts))) == (50, 100)
    vectors = np.random.default_rng(0).normal(size=(50, 16))
    assert score(paraphrases.retrieve(texts, vectors.repeat(2, axis=0))) == 1
    unrelated = paraphrases.retrieve(texts, np.random.default_rng(1).normal(size=(100, 16)))
    assert score(unrelated) < 0.1
    assert (len(unrelated), unrelated[0].chance) == (100, 1 / 50)
    bags, words = paraphrases.bags_of_words(["A b a", "b"])
    assert (bags.tolist(), words) == ([[2, 1], [0, 1]], ["a", "b"])


def test_rare_tokens_tell_which_sentence_says_the_same(small_world):
    """The bundled model's score is that of a computation written out by hand."""
    reader = Transformer(LanguageModel.load(SMALL_WORLD_MODEL))
    pairs_of = small_world.questions("paraphrases")["pairs"]
    texts = [text for pair in pairs_of for text in pair]
    counts = np.zeros(reader.tokenizer.vocab_size)
    for document in small_world.training:
        np.add.at(counts, [*reader.tokenizer.ids(document), reader.tokenizer.end_of_text], 1)
    vectors = []
    for one in texts:
        ids = reader.tokenizer.ids(one)
        shares = [0.001 / (0.001 + counts[i] / counts.sum()) for i in ids]
        embedded = reader.embeddings()[ids].astype(np.float64)
        vectors.append(np.average(embedded, axis=0, weights=shares))
    centred = np.array(vectors) - np.mean(vectors, axis=0)
    found = paraphrases.paraphrases(small_world, reader)
    by_hand = score(paraphrases.retrieve(texts, centred))
    assert found.details["by depth"][0] == pytest.approx(by_hand)
    assert by_hand > found.details["all tokens alike, by depth"][0]
    assert found.baseline > found.details["all words in common alike"]
