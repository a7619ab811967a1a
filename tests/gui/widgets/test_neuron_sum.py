"""The arithmetic in words and numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gui.widgets.neuron_sum import LINES, WIDE_PX, NeuronSum

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def shown(qtbot):
    widget = NeuronSum()
    qtbot.addWidget(widget)
    widget.resize(440, widget.height())
    widget.show()
    return widget


def numbers(text):
    return [float(found) for found in re.findall(r"-?\d+\.\d\d", text.replace(MINUS, "-"))]


def test_every_term_is_written_and_adds_up(shown):
    rng = np.random.default_rng(0)
    weights, inputs = rng.uniform(-1, 1, (2, 9))
    total = float(weights @ inputs + 0.12)
    shown.set_sum("Neuron 1", weights, inputs, 0.12, total, "tanh", float(np.tanh(total)))
    text = shown.text()
    *terms, bias, result, squashed = numbers(text)
    assert text.count(TIMES) == 10  # nine terms and the heading
    assert terms[0::2] == pytest.approx(weights, abs=0.005)
    assert terms[1::2] == pytest.approx(inputs, abs=0.005)
    assert bias == 0.12
    assert np.dot(terms[0::2], terms[1::2]) + bias == pytest.approx(result, abs=0.1)
    assert squashed == pytest.approx(np.tanh(total), abs=0.005)
    assert "rounded" in text
    assert text.index("tanh") > text.index("=")


def test_twelve_terms_fit_into_a_narrow_card(shown):
    shown.set_sum("Neuron 12", -np.ones(12), -np.ones(12), -1.0, -10.0, "sigmoid", 0.5)
    terms = shown._terms
    assert terms.heightForWidth(440) <= LINES * terms.fontMetrics().lineSpacing()
    assert shown.height() == shown.minimumHeight() == shown.maximumHeight()


def test_a_wide_card_writes_larger_and_nine_terms_fit(shown, qtbot):
    small = shown._terms.font().pixelSize(), shown._heading.font().pixelSize()
    shown.resize(WIDE_PX, 88)
    qtbot.waitUntil(lambda: shown._heading.font().pixelSize() > small[1])  # the hint
    shown.set_sum("Neuron 9", -np.ones(9), -np.ones(9), -1.0, -10.0, "sigmoid", 0.5)
    assert shown._terms.font().pixelSize() > small[0]
    heading, terms = (each.heightForWidth(WIDE_PX) for each in (shown._heading, shown._terms))
    assert heading + terms <= 88


def test_a_product_and_a_pixel(shown):
    shown.set_product("A line", -0.31, 1.0, -0.31)
    assert numbers(shown.text()) == [-0.31, 1.0, -0.31]
    shown.set_product("A line", -0.31, 1.0, -0.31, slope=-0.0123)
    assert f"gradient {MINUS}0.01230: training raises this weight" in shown.text()
    shown.set_value("Pixel in row 1, column 2", -1.0, "black")
    assert shown.text() == f"Pixel in row 1, column 2 is black.\ninput = {MINUS}1"


def test_it_says_what_to_do_when_nothing_is_looked_at(shown):
    shown.clear()
    assert shown.text().startswith("Point at a neuron")
    assert shown.accessibleDescription() == shown.text()


def test_as_many_inputs_as_weights(shown):
    with pytest.raises(ValueError, match="inputs"):
        shown.set_sum("Neuron", np.ones(3), np.ones(2), 0.0, 1.0, "tanh", 0.5)
