"""Paths, planes and likenesses against transformers and plain sums; patches against the trace."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.errors import UserError
from core.inference import Weights
from core.interventions import Patch, why_not
from core.journey import (
    common_plane,
    likeness,
    parting_kept,
    parting_plane,
    patch,
    path,
    pinned,
    usual,
    word_at,
)
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from core.tracing import Cancelled
from tests.core.gpts import SHAPES, model_of, reference_of, some_ids
from tests.core.traces import exact_trace

RIVER = "They walked along the river to the bank."
MONEY = "The banker walked to the bank with the money."


def states_of(gpt, ids):
    """(D, T, C) by `transformers`, the embeddings without positions and before the last norm."""
    reference = reference_of(gpt)
    last = []
    reference.transformer.ln_f.register_forward_pre_hook(lambda _, args: last.append(args[0]))
    with torch.no_grad():
        states = reference(ids, output_hidden_states=True).hidden_states
        embedded = reference.transformer.wte(ids)
    return torch.stack([embedded, *states[1:-1], last[0]])[:, 0].numpy()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_path_is_the_hidden_states_of_transformers(shape):
    gpt = model_of(shape)
    ids = some_ids(gpt.config, n_batch=1)
    trace = exact_trace(Weights.of(gpt), ids[0].tolist())
    expected = states_of(gpt, ids)
    for position in range(ids.shape[1]):
        np.testing.assert_allclose(path(trace, position), expected[:, position], atol=1e-11)


def test_one_word_starts_at_one_point_in_all_texts(tiny_model):
    first, second = tiny_model.trace("the bank"), tiny_model.trace("he saw the bank")
    at = pinned(first, second, "bank")
    assert at[0] != at[1]
    paths = [path(trace, position) for trace, position in zip((first, second), at, strict=True)]
    np.testing.assert_array_equal(paths[0][0], paths[1][0])
    assert np.abs(paths[0][-1] - paths[1][-1]).max() > 1e-3


def test_a_plane_keeps_most_of_the_differences():
    """Against the eigenvectors of the covariance matrix."""
    rng = np.random.default_rng(0)
    paths = [rng.normal(size=(4, 9)) * np.arange(1, 10) for _ in range(5)]
    anchors = rng.normal(size=(3, 9))
    made = common_plane([*paths, anchors])
    stacked = np.concatenate([*paths, anchors])
    covariance = np.cov(stacked.T, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(made.shares, values[::-1][:2] / values.sum(), atol=1e-12)
    for axis, expected in zip(made.axes, vectors.T[::-1], strict=False):
        assert abs(axis @ expected) == pytest.approx(1, abs=1e-12)
        assert axis[np.abs(axis).argmax()] > 0
    points = made.place(paths[2])
    centred = paths[2] - stacked.mean(axis=0)
    np.testing.assert_allclose(points, centred @ made.axes.T, atol=1e-12)
    np.testing.assert_allclose(made.place(stacked.mean(axis=0)), 0, atol=1e-12)
    assert made.place(np.array(paths)).shape == (5, 4, 2)


def test_a_plane_of_one_point_or_of_a_line_has_no_directions_that_do_not_exist():
    same = common_plane([np.ones((3, 5))])
    assert not same.axes.any()
    assert same.shares == (0, 0)
    line = common_plane([np.arange(3.0)[:, None] * np.ones(4)])
    assert line.shares == pytest.approx((1, 0))
    with pytest.raises(UserError, match="not finite"):
        common_plane([np.array([[1.0, np.nan]])])


def test_the_parting_plane_holds_most_of_what_parts_two_paths():
    """Up: against the eigenvectors of the differences; across: of what is left of the way."""
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 6, 11)) + 20 * np.linspace(0, 1, 6)[:, None]
    made = parting_plane(first, second)
    across, up = made.axes
    np.testing.assert_allclose(made.axes @ made.axes.T, np.eye(2), atol=1e-12)
    apart = first - second
    values, vectors = np.linalg.eigh(apart.T @ apart)
    assert abs(up @ vectors[:, -1]) == pytest.approx(1, abs=1e-12)
    middle = (first + second) / 2
    left = (middle - middle.mean(axis=0)) @ (np.eye(11) - np.outer(up, up))
    assert abs(across @ np.linalg.eigh(left.T @ left)[1][:, -1]) == pytest.approx(1, abs=1e-12)
    a, b = made.place(first), made.place(second)
    assert a[-1, 1] > b[-1, 1]
    assert a[-1, 0] + b[-1, 0] > 0
    every = np.concatenate([first, second])
    every -= every.mean(axis=0)
    shares = np.square(every @ made.axes.T).sum(axis=0) / np.square(every).sum()
    np.testing.assert_allclose(made.shares, shares, atol=1e-12)
    kept = np.square(apart @ made.axes.T).sum() / np.square(apart).sum()
    assert parting_kept(made, first, second) == pytest.approx(kept, abs=1e-12)
    assert kept > values[-1] / values.sum() - 1e-12
    assert kept > parting_kept(common_plane([first, second]), first, second)


def test_paths_that_do_not_part_lie_on_the_plane_of_their_way():
    way = np.random.default_rng(2).normal(size=(5, 7))
    same = parting_plane(way, way.copy())
    np.testing.assert_array_equal(same.axes, common_plane([way, way]).axes)
    assert parting_kept(same, way, way) == 1
    single = parting_plane(way[:1], way[:1] + 1)
    assert np.isfinite(single.axes).all()
    assert single.place(way[:1])[0, 1] == pytest.approx(np.sqrt(7) / 2)
    with pytest.raises(UserError, match="not finite"):
        parting_plane(way, way * np.nan)


def test_likeness_is_a_cosine_after_the_centre_is_taken_away():
    rng = np.random.default_rng(0)
    own, clue, centre = rng.normal(size=(3, 4, 7))
    made = likeness(own, clue, centre)
    for depth in range(4):
        a, b = (torch.tensor(each[depth] - centre[depth]) for each in (own, clue))
        expected = torch.nn.functional.cosine_similarity(a, b, dim=0)
        assert made[depth] == pytest.approx(float(expected), abs=1e-12)
    fixed = likeness(own, clue[2], None)
    np.testing.assert_allclose(fixed[2], likeness(own, clue, None)[2], atol=1e-12)
    assert likeness(own, own, centre) == pytest.approx(1)
    nowhere = likeness(own, centre, centre)
    assert np.isnan(nowhere).all()


def test_averages_are_over_all_tokens_of_all_texts():
    gpt = model_of(SHAPES[2])
    texts = [[3, 1, 4, 1, 5], [9, 2, 6], [1]]
    made = usual(Weights.of(gpt), texts, [1, 6, 7])
    states = [states_of(gpt, torch.tensor([ids])) for ids in texts]
    everything = np.concatenate(states, axis=1)  # (D, 9, C)
    np.testing.assert_allclose(made.centre, everything.mean(axis=1), atol=1e-11)
    ids = np.concatenate(texts)
    assert made.clues.keys() == {1, 6}
    for token, vectors in made.clues.items():
        expected = everything[:, ids == token].mean(axis=1)
        np.testing.assert_allclose(vectors, expected, atol=1e-11)
    with pytest.raises(Cancelled):
        usual(Weights.of(gpt), texts, [1], cancelled=lambda: True)


@pytest.fixture(scope="module")
def model():
    return LanguageModel.load(SMALL_WORLD_MODEL)


@pytest.mark.parametrize(
    ("texts", "word", "expected"),
    [
        ((RIVER, MONEY), "", ("bank", "bank")),
        ((MONEY, RIVER), "", ("bank", "bank")),
        ((RIVER, "Money is kept in a bank"), "bank", ("bank", "bank")),
        (("A bank. The bank", "It is my BANK"), "", ("bank", "BANK")),
        (("The bank is a bank", "The bank was a bank."), "Bank", ("bank", "bank")),
        ((RIVER, MONEY), "dog", None),
        (("A cat", "One dog"), "", None),
        (("?!", "..."), "", None),
        (("It isn't a bird's nest", "Bird's"), "", ("bird's", "Bird's")),
    ],
)
def test_the_word_that_two_texts_share_is_found(model, texts, word, expected):
    traces = [model.trace(text) for text in texts]
    at = pinned(*traces, word)
    if expected is None:
        assert at is None
        return
    for trace, position, said in zip(traces, at, expected, strict=True):
        assert trace.text[: trace.tokens[position].end].endswith(said)
        after = trace.text[trace.tokens[position].end :]
        assert not (after + " ")[0].isalnum()
        assert said.lower() not in after.lower()


def test_a_token_knows_its_word(model):
    trace = model.trace("It isn't Bird's, zyxwv!")
    words = [word_at(trace, position) for position in range(len(trace.tokens))]
    assert words[0] == "it"
    assert "isn't" in words
    assert "bird's" in words
    assert words.count("zyxwv") > 1
    assert words[-1] == ""


def test_a_word_beyond_the_context_is_not_found(tiny_model):
    long = tiny_model.trace("bank " + "the dog saw " * 20)
    assert long.before
    short = tiny_model.trace("bank")
    assert pinned(long, short) is None
    assert pinned(tiny_model.trace("zebra bank"), short) is not None
    tokens = tiny_model.tokenizer.encode("bank dog")
    cut = SimpleNamespace(text="bank dog", tokens=[each for each in tokens if each.end > 4])
    assert cut.tokens[0].start == len("bank")  # the word ends where the context begins
    assert pinned(cut, short) is None
    inside = SimpleNamespace(text="bank dog", tokens=[SimpleNamespace(start=2, end=4), *cut.tokens])
    assert pinned(inside, short) is None  # its beginning was never read


@pytest.mark.parametrize(
    ("part", "array"),
    [("head", "z"), ("attention", "attn_out"), ("mlp", "mlp_out"), ("layer", "resid_post")],
)
def test_a_patch_gives_what_the_other_text_had(tiny_model, part, array):
    first, second = tiny_model.trace("the river bank"), tiny_model.trace("he saw the bank")
    a, b = pinned(first, second, "bank")
    change = patch(first, 1, part, 3, a, b)
    assert why_not(change, tiny_model.config, second.ids.tolist()) == ""
    changed = tiny_model.trace("he saw the bank", changes=[change])
    given, got = (getattr(trace, array)[1] for trace in (first, changed))
    given, got = (each[3] if part == "head" else each for each in (given, got))
    np.testing.assert_array_equal(got[b], given[a])
    assert np.abs(path(changed, b)[-1] - path(second, b)[-1]).max() > 1e-4
    assert np.abs(changed.logits[b] - second.logits[b]).max() > 1e-4


def test_every_layer_patched_at_the_word_makes_its_path_the_other_ones(tiny_model):
    first, second = tiny_model.trace("the river bank"), tiny_model.trace("he saw the bank")
    a, b = pinned(first, second, "bank")
    changes = [patch(first, layer, "layer", 0, a, b) for layer in range(3)]
    changed = tiny_model.trace("he saw the bank", changes=changes)
    np.testing.assert_array_equal(path(changed, b), path(first, a))
    np.testing.assert_allclose(changed.logits[b], first.logits[a], atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((3, "mlp", 0, 0, 0), "no such part"),
        ((-1, "mlp", 0, 0, 0), "no such part"),
        ((0, "head", 5, 0, 0), "no such part"),
        ((0, "mlp", 5, 2, 0), "no token"),
        ((0, "mlp", 5, -1, 0), "no token"),
        ((0, "mlp", 5, 0, -1), "no token"),
    ],
)
def test_a_patch_from_nowhere_is_refused(tiny_model, arguments, why):
    trace = tiny_model.trace("a b")
    assert len(trace.ids) == 2
    with pytest.raises(UserError, match=why):
        patch(trace, *arguments)


def test_a_patch_of_what_is_no_number_is_refused():
    weights = Weights.of(model_of(SHAPES[1]))
    arrays = {name: array.copy() for name, array in weights.arrays().items()}
    arrays["h.0.mlp.c_proj.bias"][0] = np.inf
    broken = exact_trace(Weights(weights.config, arrays), [1, 2])
    assert isinstance(patch(broken, 0, "attention", 0, 1, 0), Patch)
    with pytest.raises(UserError, match="not made of numbers"):
        patch(broken, 0, "mlp", 0, 1, 0)
