"""Where probabilities come from: the numbers shown are those of the trace and of the prediction."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gui.widgets.origin_picture import OriginPicture, strongest
from gui.widgets.pixel_painting import MINUS
from tests.gui.traces import random_prediction


@pytest.fixture
def picture(qtbot):
    picture = OriginPicture()
    qtbot.addWidget(picture)
    picture.resize(500, 500)
    picture.show()
    return picture


def test_of_neurons_that_share_a_column_the_strongest_is_seen():
    neurons = np.array([[0, -3, 1, 2, 0.5, -0.1, 0]], dtype=np.float32)
    assert strongest(neurons, 3).tolist() == [[-3, 2, 0.5]]
    assert strongest(neurons, 7) is neurons


def test_the_neuron_under_the_mouse_is_named_with_its_number(picture):
    neurons = np.zeros((3, 4000), dtype=np.float32)
    neurons[1, 2000] = -1.25
    picture.set_data(neurons, random_prediction())
    strips = picture._strips
    column = 2000 * picture._image.width() // 4000
    x = strips.x() + (column + 0.5) / picture._image.width() * strips.width()
    said = picture.exact_at(QPointF(x, strips.center().y()))
    assert said == f"Layer 2, neuron 2001: {MINUS}1.25"


def test_the_row_under_the_mouse_says_score_and_probability(picture):
    prediction = random_prediction()
    picture.set_data(np.ones((2, 7), dtype=np.float32), prediction)
    said = picture.exact_at(QPointF(50, picture._table.y() + 30))
    second = prediction.candidates[1]
    assert said.startswith(second.label)
    assert f"{second.raw:.4%}" in said
    assert picture.exact_at(QPointF(2, 2)) == ""


@pytest.mark.parametrize("shape", [(1, 1), (48, 6400)])
def test_any_model_is_painted(picture, shape):
    picture.set_data(np.ones(shape, dtype=np.float32), random_prediction(3, 3))
    assert not picture.grab().isNull()
    picture.clear()
    assert picture.exact_at(QPointF(50, 50)) == ""
