import json

import numpy as np
import pytest
import safetensors.numpy

from core.analogies import Directions, near, parallelogram, solve, target
from core.errors import UserError
from core.exams.analogies import _answer, token_ids
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from core.words import Words


@pytest.fixture(scope="module")
def model():
    return LanguageModel.load(SMALL_WORLD_MODEL)


@pytest.fixture(scope="module")
def words(model):
    tokenizer = model.tokenizer
    return Words([tokenizer.raw(at) for at in range(tokenizer.vocab_size)])


@pytest.fixture(scope="module")
def directions(model):
    return Directions.of(model.weights.wte)


@pytest.fixture(scope="module")
def stored():
    """(V, C) straight from the file, each brought to length 1, and every token's id."""
    tensors = safetensors.numpy.load_file(SMALL_WORLD_MODEL / "model.safetensors")
    table = tensors["transformer.wte.weight"].astype(np.float64)
    ids = json.loads((SMALL_WORLD_MODEL / "tokenizer.json").read_text())["model"]["vocab"]
    return table / np.linalg.norm(table, axis=1, keepdims=True), ids


FOURS = [
    ("dog", "puppy", "cat"),
    ("France", "Paris", "Italy"),
    ("big", "small", "hot"),
    ("one", "two", "two"),
]


@pytest.mark.parametrize("four", FOURS, ids=" ".join)
def test_answers_are_those_of_the_stored_embeddings(directions, words, stored, four):
    unit, ids = stored
    a, b, c = (unit[ids[f"Ġ{word}"]] for word in four)
    cosines = unit @ (b - a + c) / np.linalg.norm(b - a + c)
    expected = np.argsort(-cosines, kind="stable")
    three = tuple(words.find(word) for word in four)
    own = [at for token in three for at in words.spellings(token)]
    found = solve(directions, three, own, 10)
    assert [at for at, _ in found.answers] == expected[:10].tolist()
    assert [at for at, _ in found.others] == [at for at in expected if at not in own][:10]
    for at, cosine in (*found.answers, *found.others):
        assert cosine == pytest.approx(cosines[at], abs=1e-12)


@pytest.mark.parametrize("four", FOURS[:3], ids=" ".join)
def test_the_first_answer_is_the_exams(directions, words, model, stored, four):
    said = _answer(stored[0], token_ids(model.tokenizer), "any", (*four, "?"), (-1, 1, 1)).said
    three = tuple(words.find(word) for word in four)
    own = [at for token in three for at in words.spellings(token)]
    first = solve(directions, three, own, 1).others[0][0]
    assert model.tokenizer.text(first).strip() == said


def test_the_plane_holds_the_parallelogram(directions, words, stored):
    unit, ids = stored
    three = tuple(words.find(word) for word in ("dog", "puppy", "cat"))
    others = near(directions, three, words.is_whole, 5)
    made = parallelogram(directions, three, others)
    a, b, c = (unit[ids[f"Ġ{word}"]] for word in ("dog", "puppy", "cat"))
    assert made.ids.tolist() == [*three, *others]
    across = (b - a) / np.linalg.norm(b - a)
    up = (c - a) - ((c - a) @ across) * across
    up /= np.linalg.norm(up)
    ways = unit[made.ids] - a
    expected = np.stack([ways @ across, ways @ up], axis=1)
    np.testing.assert_allclose(made.points, expected, atol=1e-12)
    np.testing.assert_allclose(made.tip, made.points[1] + made.points[2] - made.points[0])
    length = np.linalg.norm((b - a + c) - a)
    assert np.linalg.norm(made.tip) == pytest.approx(length)  # nothing of it is lost
    np.testing.assert_allclose(
        made.kept[1:], np.square(expected).sum(axis=1)[1:] / np.square(ways).sum(axis=1)[1:]
    )
    assert made.kept[0] == 1


@pytest.mark.parametrize("three", [(3, 3, 4), (3, 4, 3), (3, 4, 4), (3, 3, 3)])
def test_equal_words_still_have_a_plane(three):
    directions = Directions.of(np.random.default_rng(0).normal(size=(9, 5)))
    made = parallelogram(directions, three, [5, 6])
    assert np.isfinite(made.points).all()
    assert (made.kept[:3] == 1).all()
    distances = np.linalg.norm(directions.unit(three) - directions.unit(three)[0], axis=1)
    np.testing.assert_allclose(np.linalg.norm(made.points[:3], axis=1), distances, atol=1e-12)


def test_near_words_are_near_and_shown(directions, words):
    three = tuple(words.find(word) for word in ("dog", "puppy", "cat"))
    found = near(directions, three, words.is_whole, 4)
    assert len(set(found)) == len(found) <= 16
    assert words.is_whole[found].all()
    assert not set(found) & set(three)
    cosines = directions.cosines(target(directions, three)[None])[:, 0]
    assert cosines[found[0]] > np.quantile(cosines, 0.999)


def test_what_points_nowhere_is_like_nothing():
    table = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    table[2] = 0
    directions = Directions.of(table)
    assert (directions.cosines(np.eye(4)[:2])[2] == 0).all()
    found = solve(directions, (2, 0, 2), {2, 0}, 9)  # 0 - 0 + b
    assert dict(found.answers)[0] == pytest.approx(1)
    cosines = dict(solve(directions, (0, 0, 2), {0, 2}, 9).answers)  # the sum is nothing
    assert set(cosines.values()) == {0.0}


def test_broken_numbers_are_refused():
    table = np.ones((3, 2), dtype=np.float32)
    table[1, 1] = np.nan
    with pytest.raises(UserError, match="not finite"):
        Directions.of(table)
