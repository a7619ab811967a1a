import numpy as np
import pytest
import torch

from core.inference import Weights
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from core.sentences import (
    LAST,
    MEAN,
    RARITY,
    mean_of,
    rarity,
    read_sentence,
    sentence_plane,
    similarities,
    without_common,
)
from core.tracing import Cancelled
from tests.core.gpts import SHAPES, model_of, reference_of, some_ids

SENTENCES = ("The dog ran after the ball.", "It rained all day.", "Who is there?", "Cats sleep.")


@pytest.mark.parametrize("shape", SHAPES)
def test_vectors_are_the_hidden_states_of_transformers(shape):
    gpt = model_of(shape)
    ids = some_ids(gpt.config, n_batch=1)
    with torch.no_grad():
        states = reference_of(gpt)(ids, output_hidden_states=True).hidden_states
    made = read_sentence(Weights.of(gpt), ids[0].tolist())
    assert made.n_tokens == ids.shape[1]
    assert len(made.mean) == len(states) == gpt.config.n_layers + 1
    for layer, state in enumerate(states):
        stream = state[0].numpy()
        np.testing.assert_allclose(made.vector(MEAN, layer), stream.mean(axis=0), atol=1e-10)
        np.testing.assert_allclose(made.vector(LAST, layer), stream[-1], atol=1e-10)


def test_the_bundled_models_sentences_are_those_of_its_folder():
    transformers = pytest.importorskip("transformers")
    theirs = transformers.AutoModelForCausalLM.from_pretrained(SMALL_WORLD_MODEL).double().eval()
    split = transformers.AutoTokenizer.from_pretrained(SMALL_WORLD_MODEL)
    model = LanguageModel.load(SMALL_WORLD_MODEL)
    vectors = []
    for sentence in SENTENCES:
        with torch.no_grad():
            ids = split(sentence, return_tensors="pt").input_ids
            states = theirs(ids, output_hidden_states=True).hidden_states
        made = read_sentence(model.weights, model.tokenizer.ids(sentence))
        last = states[-1][0].numpy()
        np.testing.assert_allclose(made.vector(MEAN, -1), last.mean(axis=0), atol=1e-4)
        np.testing.assert_allclose(made.vector(LAST, -1), last[-1], atol=1e-4)
        vectors.append((made.vector(MEAN, -1), last.mean(axis=0)))
    ours, reference = np.array(vectors).transpose(1, 0, 2)
    unit = reference / np.linalg.norm(reference, axis=1, keepdims=True)
    np.testing.assert_allclose(similarities(ours), unit @ unit.T, atol=1e-5)


def test_one_that_is_cancelled_stops_at_the_next_block():
    gpt = model_of(SHAPES[2])
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) == 2

    with pytest.raises(Cancelled):
        read_sentence(Weights.of(gpt), [1, 2, 3], cancelled)
    assert len(asked) == 2


def test_no_tokens_are_refused():
    with pytest.raises(ValueError, match="without tokens"):
        read_sentence(Weights.of(model_of(SHAPES[2])), [])


def test_rare_tokens_count_more_in_a_mean_and_unknown_ones_fully():
    counts = np.array([9_000, 990, 10, 0])
    weights = rarity(counts)
    assert (np.diff(weights) > 0).all()
    assert weights[3] == 1
    assert weights[2] == RARITY / (RARITY + 10 / 10_000) == 0.5
    ids = [0, 2, 0, 3, 1]
    streams = np.random.default_rng(0).normal(size=(3, len(ids), 4)).astype(np.float32)
    shares = [1e-3 / (1e-3 + counts[token] / 10_000) for token in ids]
    for layer, found in enumerate(mean_of(streams, weights[ids])):
        total = sum(w * streams[layer, at].astype(float) for at, w in enumerate(shares))
        np.testing.assert_allclose(found, total / sum(shares), atol=1e-14)
    np.testing.assert_allclose(mean_of(streams, np.full(5, 0.3)), mean_of(streams), atol=1e-14)
    np.testing.assert_array_equal(mean_of(streams[1]), streams[1].mean(axis=0, dtype=np.float64))


def test_without_what_all_share_the_rest_adds_up_to_nothing():
    vectors = np.random.default_rng(0).normal(3, 1, (4, 6))
    np.testing.assert_allclose(without_common(vectors).sum(axis=0), 0, atol=1e-12)
    assert (without_common(np.tile(vectors[:1] / 3, (7, 1))) == 0).all()
    two = similarities(without_common(vectors[:2]))
    np.testing.assert_allclose(two, [[1, -1], [-1, 1]])


def test_what_points_nowhere_has_no_cosine():
    found = similarities(np.array([[3.0, 4.0], [0.0, 0.0], [-6.0, -8.0]]))
    np.testing.assert_allclose(found[np.ix_([0, 2], [0, 2])], [[1, -1], [-1, 1]])
    assert np.isnan(found[1]).all()
    assert np.isnan(found[:, 1]).all()


@pytest.mark.parametrize("n", [3, 5, 12])
def test_the_plane_is_that_of_the_covariance(n):
    vectors = np.random.default_rng(n).normal(size=(n, 7)) + 5
    points, shares = sentence_plane(vectors)
    centred = vectors - vectors.mean(axis=0)
    variances, ways = np.linalg.eigh(centred.T @ centred)
    expected = centred @ ways[:, ::-1][:, :2]
    expected *= np.sign((expected * points).sum(axis=0))
    np.testing.assert_allclose(points, expected, atol=1e-10)
    np.testing.assert_allclose(shares, variances[::-1][:2] / variances.sum(), atol=1e-12)
    if n == 3:  # a plane through three points loses nothing
        assert sum(shares) == pytest.approx(1)


def test_planes_of_few_sentences():
    one, shares = sentence_plane(np.ones((1, 5)))
    assert one.tolist() == [[0, 0]]
    assert shares == (0, 0)
    two, shares = sentence_plane(np.array([[0.0, 0.0, 0.0], [0.0, 3.0, 4.0]]))
    np.testing.assert_allclose(np.abs(two), [[2.5, 0], [2.5, 0]], atol=1e-12)
    assert shares == (pytest.approx(1), pytest.approx(0))
    same, shares = sentence_plane(np.full((3, 4), 0.1))
    assert (same == 0).all()
    assert shares == (0, 0)
