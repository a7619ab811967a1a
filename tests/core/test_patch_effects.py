"""How far each part takes a word, against whole passes with the same patch."""

import numpy as np
import pytest

from core.journey import patch, path
from core.language_model import LanguageModel
from core.patch_effects import patch_effects, places


@pytest.fixture(scope="module")
def model(tiny_folder):
    return LanguageModel.load(tiny_folder)


@pytest.mark.parametrize("at", [(3, 2), (1, 3), (0, 0)])
def test_each_effect_is_the_share_of_the_way(model, at):
    first, second = model.trace("The cat saw the dog"), model.trace("the river bank")
    at = min(at[0], len(first.ids) - 1), min(at[1], len(second.ids) - 1)
    found = patch_effects(model.weights, first, second, *at)
    assert found.shape == (3, 8)
    start, goal = path(first, at[0])[-1], path(second, at[1])[-1]
    for layer, column, part, head in places(3, 5):
        change = patch(second, layer, part, head, at[1], at[0])
        end = path(model.trace("The cat saw the dog", changes=[change]), at[0])[-1]
        expected = (end - start) @ (goal - start) / np.square(goal - start).sum()
        assert found[layer, column] == pytest.approx(expected, abs=1e-5), (layer, part, head)
    assert found[2, 7] == pytest.approx(1, abs=1e-6)
    assert np.abs(found).min() > 0


def test_a_word_that_is_there_already_has_no_way_to_go(model):
    trace = model.trace("the river bank")
    assert not patch_effects(model.weights, trace, trace, 1, 1).any()


def test_places_are_all_parts_and_the_work_can_be_ended(model):
    assert {(layer, column) for layer, column, _, _ in places(2, 3)} == {
        (layer, column) for layer in range(2) for column in range(6)
    }
    trace = model.trace("the river bank")
    seen = []

    def step(so_far):
        seen.append(int(np.isfinite(so_far).sum()))
        if len(seen) == 3:
            raise StopIteration

    with pytest.raises(StopIteration):
        patch_effects(model.weights, trace, trace, 1, 1, step)
    assert seen == [1, 2, 3]
