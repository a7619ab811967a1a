from types import SimpleNamespace

import numpy as np
import pytest

from core.analogies import Directions
from core.language_model import LanguageModel
from core.sampling import softmax
from core.swaps import most_telling, replacements, swaps, why_no_swap
from core.tracing import Cancelled
from tests.gui.models import save_tiny

TEXT = "They walked along the river to the bank"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny", seed=3))


@pytest.fixture(scope="module")
def directions(model):
    return Directions.of(model.weights.wte)


def place_of(trace, label):
    return [token.label for token in trace.tokens].index(label)


def test_the_models_guesses_are_its_best_at_that_place(model, directions):
    trace = model.trace(TEXT)
    at = place_of(trace, "␣river")
    offered = [one for one in replacements(model, trace, at, directions, 5) if one.origin != "near"]
    logits = trace.logits[at - 1].astype(np.float64)
    likely = np.exp(logits) / np.exp(logits).sum()
    for one in offered:
        assert one.probability == pytest.approx(likely[one.id], rel=1e-6)
        assert model.tokenizer.ids(one.text) == [
            *trace.ids[:at].tolist(),
            one.id,
            *trace.ids[at + 1 :].tolist(),
        ]
    chances = [one.probability for one in offered]
    assert chances == sorted(chances, reverse=True)
    ids = [one.id for one in offered]
    likelier = set(np.flatnonzero(likely > min(chances)).tolist()) - set(ids)
    for token_id in likelier - {model.tokenizer.end_of_text, int(trace.ids[at])}:
        word = model.tokenizer.raw(token_id)
        changed = TEXT.encode().replace(b" river", word).decode(errors="replace")
        wanted = [*trace.ids[:at].tolist(), token_id, *trace.ids[at + 1 :].tolist()]
        assert model.tokenizer.ids(changed) != wanted  # half a character, or joined with others


def test_neighbours_are_near_and_nobody_comes_twice(model, directions):
    trace = model.trace(TEXT)
    at = place_of(trace, "␣river")
    offered = replacements(model, trace, at, directions, 6)
    ids = [one.id for one in offered]
    assert len(set(ids)) == len(ids)
    assert int(trace.ids[at]) not in ids
    near = [one for one in offered if one.origin == "near"]
    assert near
    own = model.weights.wte[trace.ids[at]].astype(np.float64)
    for one in near:
        other = model.weights.wte[one.id].astype(np.float64)
        cosine = own @ other / np.linalg.norm(own) / np.linalg.norm(other)
        assert one.cosine == pytest.approx(cosine, abs=1e-6)


def test_the_users_word_comes_first_with_the_space_of_the_old_one(model, directions):
    trace = model.trace(TEXT)
    at = place_of(trace, "␣river")
    first = replacements(model, trace, at, directions, 3, own="tree")[0]
    assert (first.origin, first.label) == ("own", "␣tree")
    assert first.text == "They walked along the tree to the bank"
    others = replacements(model, trace, at, directions, 3, own="unheard of")
    assert all(one.origin != "own" for one in others)


def test_nothing_foretells_the_first_token(model, directions):
    trace = model.trace(TEXT)
    offered = replacements(model, trace, 0, directions, 4)
    assert {one.origin for one in offered} <= {"near"}
    assert all(np.isnan(one.probability) for one in offered)


@pytest.mark.parametrize("text", [TEXT, "The cat climbed up the tree. " * 9])
@pytest.mark.parametrize("back", [1, 2, 4])
def test_what_comes_next_is_what_a_new_reading_says(model, directions, text, back):
    trace = model.trace(text)
    at = len(trace.ids) - back
    offered = replacements(model, trace, at, directions, 4, own="cat")
    found = list(swaps(model, trace, at, offered))
    assert len(found) == len(offered) > 1
    usual = np.exp(trace.logits[-1].astype(np.float64))
    usual /= usual.sum()
    fresh = LanguageModel(model.weights, model.tokenizer, "the same, remembering nothing")
    for swap in found:
        again = fresh.trace(swap.replacement.text)
        assert swap.ids == tuple(again.ids.tolist())
        likely = np.exp(again.logits[-1].astype(np.float64))
        likely /= likely.sum()
        np.testing.assert_allclose(swap.probabilities, likely, atol=1e-6)
        assert swap.total_variation == pytest.approx(np.abs(likely - usual).sum() / 2, abs=1e-6)
        expected = (likely * np.log2(likely / usual)).sum()
        assert swap.kl_bits == pytest.approx(expected, abs=1e-5)


def test_the_trace_stays_as_it_was_and_who_does_not_wait_is_heard(model, directions):
    trace = model.trace(TEXT)
    before = trace.k.copy(), trace.logits.copy()
    offered = replacements(model, trace, 3, directions, 4)
    list(swaps(model, trace, 3, offered))
    np.testing.assert_array_equal(trace.k, before[0])
    np.testing.assert_array_equal(trace.logits, before[1])
    with pytest.raises(Cancelled):
        next(swaps(model, trace, 3, offered, lambda: True))
    with pytest.raises(Cancelled):
        replacements(model, trace, 3, directions, 4, cancelled=lambda: True)


def is_whole(token):
    try:
        return bool(token.raw.decode())
    except UnicodeDecodeError:
        return False


def test_a_part_of_a_character_cannot_be_swapped(model):
    trace = model.trace("A \N{BEAR FACE} sat")
    assert not all(map(is_whole, trace.tokens))
    for at, token in enumerate(trace.tokens):
        why = "" if is_whole(token) else "part of a character"
        assert why in why_no_swap(trace, at)
        assert bool(why) == bool(why_no_swap(trace, at))


def test_nor_a_part_whose_other_parts_no_longer_fit_the_context(model):
    tokens = model.tokenizer.encode("\N{BEAR FACE}")
    assert len(tokens) > 1
    cut = SimpleNamespace(before=tokens[:-1], tokens=tokens[-1:])
    assert "part of a character" in why_no_swap(cut, 0)


def test_the_most_telling_word_is_found_by_trying_each(model, directions):
    """By fresh readings: what moves, weighed by the surprise."""
    trace = model.trace("They walked along the river to the bank. The cat climbed up the tree.")
    words = {
        "␣walked",
        "␣along",
        "␣the",
        "␣river",
        "␣to",
        "␣bank",
        "␣The",
        "␣cat",
        "␣climbed",
        "␣up",
    }
    tells = {}
    for at, token in enumerate(trace.tokens[:-1]):
        if token.label not in words or trace.tokens[at + 1].text[0].isalpha():
            continue
        offered = replacements(model, trace, at, directions, 8)
        same = token.text.strip().lower()
        near = [
            one for one in offered if one.origin == "near" and one.label.strip("␣").lower() != same
        ]
        if near:
            p, q = softmax(trace.logits[-1]), softmax(model.trace(near[0].text).logits[-1])
            share = softmax(trace.logits[at - 1])[token.id]
            tells[at] = (1 - np.log2(share)) * abs(p - q).sum() / 2
    assert len(tells) > 3
    assert most_telling(model, trace, directions) == max(tells, key=tells.__getitem__)


@pytest.mark.parametrize("text", ["They", "They walked", "12 34!", "🦊 🦊 🦊"])
def test_where_no_word_can_be_swapped_none_is_telling(model, directions, text):
    assert most_telling(model, model.trace(text), directions) is None


def test_who_does_not_wait_for_the_most_telling_is_heard(model, directions):
    trace = model.trace("They walked along the river to the bank")
    with pytest.raises(Cancelled):
        most_telling(model, trace, directions, lambda: True)
