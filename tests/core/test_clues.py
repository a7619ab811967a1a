"""Clues: the very documents, read one by one by hand, and what is not to be found."""

from types import SimpleNamespace

import numpy as np
import pytest

from core import clues as clues_module
from core.clues import Clues, looked_at
from core.corpus import some
from core.journey import path
from core.tracing import Cancelled

N = 120


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(clues_module, "DOCUMENTS", N)
    monkeypatch.setattr(clues_module, "ENOUGH", 3)


def token_of(model, word):
    (token,) = model.tokenizer.ids(word)
    return token


def test_a_clue_is_its_mean_in_documents_without_the_word(tiny_model, few):
    model, documents = tiny_model, some(0, "held-out", N)
    token, beside = token_of(model, " the"), token_of(model, " w")
    found, n_texts = Clues(model).clue(token, beside)
    vectors = []
    n_read = 0
    for document in documents:
        ids = model.tokenizer.ids(document)[: model.config.context]
        if token in ids and beside not in ids and n_read < 3:
            n_read += 1
            trace = model.trace_ids(ids)
            vectors += [path(trace, at) for at, each in enumerate(ids) if each == token]
    assert n_texts == n_read == 3
    np.testing.assert_allclose(found, np.mean(vectors, axis=0), atol=1e-5)


def test_the_centre_is_the_mean_of_all_standard_tokens(tiny_model):
    model = tiny_model
    made = Clues(model).centre()
    traces = [model.trace_ids(ids) for ids in model.standard]
    vectors = [path(trace, at) for trace in traces for at in range(len(trace.ids))]
    np.testing.assert_allclose(made, np.mean(vectors, axis=0), atol=1e-5)


def test_a_word_of_no_text_has_no_vectors_and_work_can_be_stopped(tiny_model, few):
    model = tiny_model
    clues = Clues(model)
    assert clues.clue(model.tokenizer.end_of_text, 0) == (None, 0)
    for ask in (clues.centre, lambda stop: Clues(model).clue(1, 2, stop)):
        with pytest.raises(Cancelled):
            ask(lambda: True)
    assert clues.centre().shape == (model.config.n_layers + 1, model.config.d_model)


def test_words_of_the_text_that_are_looked_back_at_most_may_be_clues():
    pieces = ["The", " dog", " saw", " the", " Dog", "house", " cat", " by", " 42", " garden"]
    weights = [0.05, 0.2, 0.3, 0.9, 0.25, 0.8, 0.1, 0.7, 0.6, 0.5]
    pattern = np.zeros((2, 3, len(pieces), len(pieces)))
    pattern[:, :, -1] = weights
    pattern[0, 0, -1, 6] += 6 * 0.25  # on average a quarter more
    trace = SimpleNamespace(tokens=[SimpleNamespace(text=each) for each in pieces], pattern=pattern)
    # "the" and "by" say little, "house" is the end of a word, "Dog" is known, 42 no word.
    assert looked_at(trace, len(pieces) - 1, 4) == ["cat", "saw", "Dog"]
    assert looked_at(trace, len(pieces) - 1) == ["cat", "saw"]
    assert looked_at(trace, 0) == []
    pattern[:, :, 4, 1] = 1
    assert looked_at(trace, 4) == ["saw"]  # not the word itself, however it is written
