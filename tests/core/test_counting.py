import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.counting import ORDERS, Behind, Source, against, behind, count, counted, source_of
from core.language_model import LanguageModel
from tests.gui.models import save_tiny

DOCUMENTS = ["They walked along the river to the bank.", "The cat climbed up the tree."] * 30


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def known(model):
    return count(model.tokenizer, DOCUMENTS, Source(0, is_own=False))


def tokens(model):
    ids = []
    for document in DOCUMENTS:
        ids += [*model.tokenizer.ids(document), model.tokenizer.end_of_text]
    return ids


def test_it_counts_the_documents_with_their_ends(model, known):
    assert known.n_characters == sum(map(len, DOCUMENTS))
    assert known.n_tokens == len(tokens(model))
    unigram = known.models[0]
    for token, n in Counter(tokens(model)).items():
        (step,) = unigram.steps([], token)
        assert (step.count, step.total) == (n, known.n_tokens)


def test_what_follows_is_what_a_dictionary_has_seen_to_follow(model, known):
    """The orders of what was seen; that the numbers are Kneser-Ney's is the ngrams' own test."""
    found = against(model.trace("They walked along the river to the"), known, 8)
    ids = tokens(model)
    for order in ORDERS[1:]:
        before = tuple(model.tokenizer.ids("They walked along the river to the")[1 - order :])
        seen = Counter(
            ids[at + order - 1]
            for at in range(len(ids) - order + 1)
            if tuple(ids[at : at + order - 1]) == before
        )
        top = seen.most_common(1)[0]
        assert found.ids[order - 1, 0] in {token for token, n in seen.items() if n == top[1]}
        assert {int(i) for i in found.ids[order - 1, : len(seen)]} == set(seen)


def test_everything_is_the_predictors_own(model, known):
    text = "The cat walked to the tree and the"
    trace = model.trace(text)
    found = against(trace, known, 5)
    ids = trace.ids.tolist()
    for row, counter in enumerate(known.models):
        likely = counter.probabilities(ids)
        np.testing.assert_array_equal(found.probabilities[row], likely[found.ids[row]])
        assert found.probabilities[row, 0] == likely.max()
        expected = [-math.log2(counter.probabilities(ids[:t])[ids[t]]) for t in range(1, len(ids))]
        np.testing.assert_allclose(found.bits[row], expected, atol=1e-10)
    logits = trace.logits.astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.probabilities[3], np.sort(shares[-1])[::-1][:5], atol=1e-6)
    expected = [-math.log2(shares[t - 1, ids[t]]) for t in range(1, len(ids))]
    np.testing.assert_allclose(found.bits[3], expected, atol=1e-4)
    np.testing.assert_allclose(found.means, found.bits.mean(axis=1))
    np.testing.assert_allclose(found.others, 1 - found.probabilities.sum(axis=1), atol=1e-12)
    assert found.context == tuple(ids[-2:])
    everything = tokens(model)
    pairs = Counter(pairwise(everything[:-1]))
    times = len(everything), everything[:-1].count(ids[-1]), pairs[ids[-2], ids[-1]]
    assert found.times == times


def test_contexts_that_were_never_seen_are_told(model, known):
    trace = model.trace("The cat walked along the tree")
    found = against(trace, known, 3)
    ids, text = trace.ids.tolist(), tokens(model)
    pairs, singles = set(pairwise(text[:-1])), set(text[:-1])
    for t in range(1, len(ids)):
        back = 0
        if ids[t - 1] in singles:
            back = 2 if t > 1 and (ids[t - 2], ids[t - 1]) in pairs else 1
        assert found.reaches[t - 1] == back
    assert 1 in found.reaches[1:]
    assert 2 in found.reaches


def test_a_single_token_and_a_text_longer_than_the_context(model, known):
    one = against(model.trace("T"), known, 4)
    assert one.bits.shape == (4, 0)
    assert np.isnan(one.means).all()
    assert one.times[2] is None
    text = "The cat climbed up the tree. " * 20
    trace = model.trace(text)
    assert trace.before
    found = against(trace, known, 4)
    assert found.bits.shape == (4, len(trace.ids) - 1)
    everything = model.tokenizer.ids(text)
    whole = known.models[2].surprises(everything) / math.log(2)
    np.testing.assert_allclose(found.bits[2], whole[-len(trace.ids) + 1 :])


def test_more_text_changes_the_counts(model):
    few = counted([1, 2, 3, 1, 2, 4], 300, Source(0, is_own=True), 9)
    assert (few.n_tokens, few.n_characters) == (6, 9)
    assert few.models[2].steps([1, 2], 3)[-1].count == 1


def test_whose_text_is_known_and_whose_is_not():
    own = {"text": {"name": "small-world"}, "settings": {"seed": 7}}
    assert source_of(own) == (7, True)
    for training in (None, {}, {"text": {"name": "book.txt"}, "settings": {"seed": 7}}):
        assert source_of(training) == (0, False)


def with_bits(known, model, bits):
    return replace(against(model.trace("a b"), known, 3), bits=np.array(bits, dtype=float))


def test_what_sets_the_transformer_back_is_as_little_as_explains_it(model, known):
    unigram = [9, 9, 9, 9, 9]
    found = with_bits(known, model, [unigram, [4, 4, 4, 4, 4], [5, 5, 5, 5, 5], [1, 20, 1, 9, 1]])
    why = behind(found)
    assert why == Behind(counter=1, tokens=(1,), rest=(4.0, 3.0))  # 12 of 16 without the dearest
    found = with_bits(known, model, [unigram, [4, 4, 4, 4, 4], [5] * 5, [3, 20, 3, 9, 3]])
    assert behind(found) == Behind(1, (1, 3), (4.0, 3.0))
    found = with_bits(known, model, [unigram, [4] * 5, [5] * 5, [5] * 5])
    assert behind(found) == Behind(1, (0, 1, 2, 3, 4), None)


@pytest.mark.parametrize("own", [[1, 4], [4, 4]])
def test_ahead_or_level_it_is_not_set_back(model, known, own):
    assert behind(with_bits(known, model, [[9, 9], [4, 4], [5, 5], own])) is None


def test_of_a_single_token_there_is_nothing_to_say(model, known):
    assert behind(with_bits(known, model, np.zeros((4, 0)))) is None
