"""A neuron in its net: the numbers beside it are those of the lines, and they add up."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from gui import theme
from gui.widgets.neuron_net import TIE, TIMES, NetScene, Spot
from gui.widgets.neuron_picture import HINT, NeuronPicture
from gui.widgets.pixel_painting import MINUS


def scene(seed=0, **changes):
    rng = np.random.default_rng(seed)
    values, weights = rng.normal(size=6), rng.normal(size=(6, 5))
    rest, bias = 0.37, -0.21
    total = float(values @ weights[:, 2]) + rest + bias
    made = NetScene(
        layer=1,
        sizes=(192, 768, 192),
        inputs=(98, 18, 3, 120, 4, 10),
        values=values,
        hidden=(435, 670, 465, 88, 419),
        chosen=2,
        activations=np.array([5.0, 4.0, total, 3.0, 1.0]),
        weights_in=weights,
        rest=rest,
        bias=bias,
        total=total,
        outputs=(98, 102, 39, 88, 87, 106),
        weights_out=rng.normal(size=(5, 6)),
        whole=rng.normal(size=6),
    )
    return replace(made, **changes)


@pytest.fixture
def picture(qtbot):
    made = NeuronPicture()
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.show()
    return made


def test_without_a_net_it_says_what_to_do(picture):
    assert picture.accessibleDescription() == HINT
    picture.set_data(scene())
    assert "squashed" in picture.accessibleDescription()
    picture.clear("Nothing.")
    assert picture.accessibleDescription() == "Nothing."


@pytest.mark.parametrize("seed", range(5))
def test_the_sum_in_words_adds_up_as_it_is_written(seed):
    shown = scene(seed)
    said = shown.sum_in_words().replace(TIE, " ").replace(MINUS, "-")
    left, total, squashed = re.split(" = | → squashed → ", said)
    terms = re.sub(r" \([^)]*\)", "", left).split(" + ")
    assert len(terms) == 6 + 2
    written = sum(np.prod([float(n) for n in term.split(f" {TIMES} ")]) for term in terms)
    assert written == pytest.approx(float(total), abs=0.005 * (3 * 6 * 2 + 3))
    exact = shown.products.sum() + shown.rest + shown.bias
    assert exact == pytest.approx(shown.total, abs=1e-12)
    assert float(total) == pytest.approx(shown.total, abs=0.0051)
    assert float(squashed) == pytest.approx(shown.activations[2], abs=0.0051)


def test_every_part_can_be_pointed_at_chosen_and_asked_for(picture, qtbot):
    shown = scene()
    picture.set_data(shown)
    assert len(picture.spots()) == 6 + 2 + 5 + 6
    for spot in picture.spots():
        at = picture.centre(spot)
        assert picture.spot_at(at) == spot
        qtbot.mouseMove(picture, at.toPoint())
        assert picture.accessibleDescription() == shown.said(spot)
        other = spot.kind == "hidden" and spot.at != shown.chosen
        signal = picture.neuron_chosen if other else picture.number_asked
        with qtbot.waitSignal(signal) as said:
            qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert said.args[0] == (shown.hidden[spot.at] if other else spot)
    assert picture.spot_at(QPointF(picture.width() / 2, 4)) is None


def test_words_lie_beside_their_numbers_and_belong_to_them(picture):
    picture.set_data(scene())
    y = picture.centre(Spot("input", 1)).y()
    assert picture.spot_at(QPointF(20, y)) == Spot("input", 1)
    y = picture.centre(Spot("output", 5)).y()
    assert picture.spot_at(QPointF(picture.width() - 20, y)) == Spot("output", 5)


def test_what_it_says_is_what_it_shows():
    shown = scene()
    weight, value = shown.weights_in[1, 2], shown.values[1]
    said = shown.said(Spot("input", 1)).replace(MINUS, "-")
    assert said.startswith(f"Input 19 is {value:.4f}\nWeight to this neuron: {weight:.4f}\n")
    assert said.endswith(f"{weight * value:.4f}")
    added = shown.activations[2] * shown.weights_out[2, 3]
    said = shown.said(Spot("output", 3)).replace(MINUS, "-")
    assert (
        said == f"Output 89: this neuron adds {added:.4f}\nThe whole net gives {shown.whole[3]:.4f}"
    )
    assert shown.said(Spot("hidden", 0)).startswith("Neuron 436 is at 5.0000")


def test_the_keyboard_walks_chooses_asks_and_lets_go(picture, qtbot):
    picture.set_data(scene())
    picture.setFocus()
    keys = Qt.Key
    qtbot.keyClick(picture, keys.Key_Down)
    assert picture._spot == Spot("input", 0)
    qtbot.keyClick(picture, keys.Key_End)
    assert picture._spot == Spot("output", 5)
    with qtbot.waitSignal(picture.number_asked):
        qtbot.keyClick(picture, keys.Key_Question)
    for _ in range(6):
        qtbot.keyClick(picture, keys.Key_Up)
    assert picture._spot == Spot("hidden", 4)
    with qtbot.waitSignal(picture.neuron_chosen) as said:
        qtbot.keyClick(picture, keys.Key_Return)
    assert said.args == [419]
    qtbot.keyClick(picture, keys.Key_Escape)
    assert picture._spot is None


def test_a_net_as_small_as_it_gets(picture):
    small = scene(
        sizes=(1, 1, 1),
        inputs=(0,),
        values=np.ones(1),
        hidden=(0,),
        chosen=0,
        activations=np.ones(1),
        weights_in=np.ones((1, 1)),
        outputs=(0,),
        weights_out=np.ones((1, 1)),
        whole=np.ones(1),
    )
    picture.set_data(small)
    assert Spot("rest") not in picture.spots()
    assert not picture.grab().isNull()


@pytest.mark.parametrize(
    "changes",
    [
        {"values": np.ones(5)},
        {"weights_in": np.ones((5, 6))},
        {"weights_out": np.ones((5, 5))},
        {"chosen": 5},
        {"bias": float("nan")},
        {"activations": np.full(5, np.inf)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_does_not_fit_together_is_refused(picture, changes):
    with pytest.raises(ValueError, match=r"\w+"):
        picture.set_data(scene(**changes))


@pytest.mark.parametrize("size", [(700, 420), (700, 320), (300, 200)])
def test_numbers_stand_inside_all_spots_of_a_column_or_in_none(picture, size):
    """Where there is no room inside, a hidden neuron's value stands beside it."""
    picture.resize(*size)
    picture.set_data(scene(activations=np.array([5.0, 4.0, 123.456, 3.0, 1.0])))
    assert not picture._layout.fits["hidden"]
    assert (
        picture._layout.fits["input"]
        == picture._layout.fits["rest"]
        == picture._layout.fits["bias"]
    )
    with_numbers = picture.grab().toImage()
    picture._layout.fits["hidden"] = True
    assert picture.grab().toImage() != with_numbers


def test_names_stand_clear_of_the_outputs(picture):
    picture.resize(300, 260)
    picture.set_data(scene(outputs=(1, 2, 3, 4, 5, 6)))
    _, hidden, outputs = picture._layout.columns
    metrics = QFontMetricsF(theme.mono())
    free = outputs - hidden - 2 * picture._layout.half - 6
    assert metrics.horizontalAdvance("466: 12.24") > free > metrics.horizontalAdvance("12.24")
