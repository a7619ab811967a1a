"""Three strips: the third is the sum of the others, number by number."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gui.widgets.pixel_painting import MINUS
from gui.widgets.sum_strips import SumStrips

NAMES = ("␣dog", "+ place 2", "= input")


@pytest.fixture
def strips(qtbot):
    made = SumStrips()
    qtbot.addWidget(made)
    made.resize(400, made.sizeHint().height())
    made.show()
    return made


def numbers(n):
    parts = np.random.default_rng(1).normal(size=(2, n)).astype(np.float32)
    return np.stack([*parts, parts.sum(axis=0)])


def test_pointing_says_the_addition_and_a_click_asks(strips, qtbot):
    values = numbers(24)
    strips.set_data(values, NAMES)
    at = strips._cell(2, 5).center().toPoint()
    qtbot.mouseMove(strips, at)
    first, second, total = (f"{part:.3f}".replace("-", MINUS) for part in values[:, 5])
    assert strips.said() == f"Number 6: {first} + {second} = {total}."
    assert strips.accessibleDescription() == strips.said()
    with qtbot.waitSignal(strips.number_asked) as said:
        qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [(2, 5), at]


def test_the_keyboard_reaches_numbers_that_do_not_fit(strips, qtbot):
    strips.set_data(numbers(768), NAMES)
    assert strips._n_shown < 768
    for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Down):
        qtbot.keyClick(strips, key)
    assert strips._at == (1, 767)
    assert strips._area.contains(strips._cell(1, 767).center())
    with qtbot.waitSignal(strips.number_asked) as said:
        qtbot.keyClicks(strips, "?")
    assert said.args[0] == (1, 767)
    strips.grab()
    strips.resize(900, strips.height())
    strips.set_data(numbers(24), NAMES)
    assert (strips._at, strips._first) == (None, 0)


def test_nothing_ignores_mouse_and_keys(strips, qtbot):
    strips.clear()
    with qtbot.assertNotEmitted(strips.number_asked):
        qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=QPoint(100, 10))
        qtbot.keyClicks(strips, "?")


@pytest.mark.parametrize("values", [np.ones((2, 4)), np.ones((3, 0)), np.full((3, 2), np.inf)])
def test_what_is_no_sum_is_refused(strips, values):
    with pytest.raises(ValueError, match="values"):
        strips.set_data(values.astype(np.float32), NAMES)
