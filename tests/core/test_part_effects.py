"""What each part does, against whole passes of a model that knows nothing of this."""

import numpy as np
import pytest

from core.interventions import Look, Off, Patch
from core.language_model import LanguageModel
from core.part_effects import effects, parts


@pytest.fixture(scope="module")
def model(tiny_folder):
    return LanguageModel.load(tiny_folder)


def probabilities(trace):
    powers = np.exp(trace.logits[-1].astype(np.float64))
    return powers / powers.sum()


@pytest.mark.parametrize("instead", ["zero", "mean"])
@pytest.mark.parametrize("text", ["The", "The cat saw the dog at the bank."])
@pytest.mark.parametrize("is_changed", [False, True])
def test_each_effect_is_the_share_that_moves(model, text, instead, is_changed):
    changes = ()
    if is_changed:
        last = model.trace(text).ids[-1]
        at = len(model.trace(text).ids) - 1
        changes = (
            Off(1, "head", 4),
            Look(0, 2, at, at, 0.7, int(last), int(last)),
            Patch(1, "layer", 0, 0, (0.3,) * 35),
        )
    trace = model.trace(text, changes=changes)
    found = effects(model.weights, trace, instead, model.average)
    assert found.shape == (3, 7)
    usual = probabilities(trace)
    for layer, column, off in parts(3, 5, instead):
        without = probabilities(model.trace(text, changes=(*changes, off)))
        expected = np.abs(without - usual).sum() / 2
        assert found[layer, column] == pytest.approx(expected, abs=2e-6), (layer, column)
    assert (found[2] > 1e-4).any()


def test_parts_are_all_there_is_to_switch_off():
    assert {(layer, column) for layer, column, _ in parts(2, 3)} == {
        (layer, column) for layer in range(2) for column in range(5)
    }
    assert [off for layer, column, off in parts(1, 1)] == [
        Off(0, "head", 0),
        Off(0, "attention"),
        Off(0, "mlp"),
    ]


def test_it_can_be_ended_and_tells_what_is_known_so_far(model):
    class Ended(Exception):
        pass

    seen = []

    def step(so_far):
        seen.append(np.isnan(so_far).sum())
        if len(seen) == 3:
            raise Ended

    with pytest.raises(Ended):
        effects(model.weights, model.trace("The cat"), step=step)
    assert seen == [20, 19, 18]
