from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gui.widgets.dots import draw_dots

BACK, FRONT = QColor("#ffffff"), QColor("#000000")


def drawn(at, size=(30, 20), radius=1.5):
    return draw_dots(np.array(at, dtype=np.float32).reshape(-1, 2), size, radius, BACK, FRONT)


def test_a_dot_is_where_it_was_put():
    image = drawn([(12, 7)])
    dark = {
        (x, y) for x in range(30) for y in range(20) if image.pixelColor(x, y).lightness() < 200
    }
    assert (12, 7) in dark
    assert all(abs(x - 12) <= 2 and abs(y - 7) <= 2 for x, y in dark)


def test_a_crowd_is_darker_than_one():
    one, crowd = drawn([(5, 5)]), drawn([(5, 5)] * 9)
    assert crowd.pixelColor(5, 5).lightness() < one.pixelColor(5, 5).lightness()


@pytest.mark.parametrize("at", [[], [(-1, -1)], [(29, 19)], [(1e9, 5)], [(-1e9, -1e9)]])
def test_dots_outside_and_at_the_edge_are_survived(at):
    image = drawn(at)
    assert (image.width(), image.height()) == (30, 20)


def test_a_dot_just_outside_shows_its_rim_only():
    image = drawn([(-1, 10)])
    assert image.pixelColor(0, 10).lightness() < 255
    assert image.pixelColor(29, 9) == BACK


def test_dots_with_a_colour_of_their_own_lie_above_the_others():
    inks = np.array([0, 0xFF3366CC, 0], dtype=np.uint32)
    at = np.array([(5, 5), (5, 5), (20, 10)], dtype=np.float32)
    image = draw_dots(at, (30, 20), 1.5, BACK, FRONT, inks)
    assert image.pixelColor(5, 5) == QColor("#3366cc")
    plain = draw_dots(at, (30, 20), 1.5, BACK, FRONT)
    assert image.pixelColor(20, 10) == plain.pixelColor(20, 10)
    assert image.pixelColor(6, 6) != QColor("#3366cc")  # the rim is soft


def test_many_dots_with_colours_are_all_drawn():
    at = np.random.default_rng(0).random((30_000, 2)).astype(np.float32) * (300, 200)
    image = draw_dots(at, (300, 200), 1.5, BACK, FRONT, np.full(30_000, 0xFF3366CC, np.uint32))
    shown = image.pixelColor(*np.rint(at[7]).astype(int).clip(max=(299, 199)).tolist())
    assert shown == QColor("#3366cc")
