"""A large table as a picture: every number can be reached, read and asked for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets.number_matrix import ABOUT, NumberMatrix
from gui.widgets.number_shades import shades, ticks


def say(row, column, value):
    return f"{row} {column} {value:.2f}"


def fill(matrix, values, **options):
    values = np.asarray(values, dtype=np.float32)
    matrix.set_data(values, shades(values, 1.0), 1.0, ("place", "number"), say, **options)
    return values


@pytest.fixture
def matrix(qtbot):
    made = NumberMatrix("numbers", "Some numbers")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_zero_is_the_background_and_the_limits_are_the_full_colours(matrix):
    fill(matrix, [[-1, 0, 1], [-5, 0, 5]])
    image = matrix.grab().toImage()
    for column, value in enumerate((-1, 0, 1)):
        for row in (0, 1):
            at = matrix._spot((row, column)).center().toPoint()
            assert image.pixelColor(at) == theme.active().signed_color(value)


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
def test_another_theme_recolours_the_same_numbers(matrix, look):
    fill(matrix, [[1.0, 0.0]])
    theme.apply(QApplication.instance(), look)
    image = matrix.grab().toImage()
    at = matrix._spot((0, 0)).center().toPoint()
    assert image.pixelColor(at) == look.signed_color(1)


def test_pointing_reads_and_a_click_asks(matrix, qtbot):
    values = fill(matrix, np.linspace(-1, 1, 30).reshape(5, 6))
    at = matrix._spot((3, 4)).center().toPoint()
    with qtbot.waitSignal(matrix.cell_hovered) as said:
        qtbot.mouseMove(matrix, at)
    assert said.args == [(3, 4)]
    assert matrix.accessibleDescription() == f"3 4 {values[3, 4]:.2f}"
    with qtbot.waitSignal(matrix.number_asked) as said:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [(3, 4), at]
    assert matrix.cell_at(QPointF(1, 1)) is None


def test_every_number_of_a_table_with_more_than_the_screen_has_pixels(matrix, qtbot):
    fill(matrix, np.random.default_rng(0).normal(size=(1024, 768)))
    area = matrix._area
    assert matrix.cell_at(area.topLeft()) == (0, 0)
    assert matrix.cell_at(area.bottomRight() - QPointF(0.01, 0.01)) == (1023, 767)
    assert matrix.rect().contains(area.toRect())
    qtbot.keyClick(matrix, Qt.Key.Key_Down)  # the first press shows where it is
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_PageDown):
        qtbot.keyClick(matrix, key)
    assert matrix._cell == (103, 766)
    with qtbot.waitSignal(matrix.number_asked) as said:
        qtbot.keyClicks(matrix, "?")
    assert said.args[0] == (103, 766)
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix._cell is None


def test_square_cells_stay_square(matrix):
    fill(matrix, np.eye(20), square=True)
    spot = matrix._spot((0, 0))
    assert spot.width() == pytest.approx(spot.height(), rel=0.02)


def test_a_smaller_table_moves_the_crosshair_off_it(matrix):
    fill(matrix, np.ones((9, 9)))
    matrix.set_cell((8, 8))
    fill(matrix, np.ones((2, 2)))
    assert matrix._cell is None
    matrix.set_cell((5, 5))
    assert matrix._cell is None
    matrix.set_marked(7)
    matrix.grab()


def test_nothing_ignores_mouse_and_keys(matrix, qtbot):
    matrix.clear("Nothing yet.")
    with qtbot.assertNotEmitted(matrix.number_asked):
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        qtbot.keyClicks(matrix, "?")
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert matrix.accessibleDescription() == "Nothing yet."
    assert ABOUT[0] not in matrix.accessibleDescription()


@pytest.mark.parametrize("values", [np.zeros((0, 3)), np.full((2, 2), np.nan), np.zeros(4)])
def test_what_is_no_table_is_refused(matrix, values):
    colours = np.zeros((len(values), 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="values"):
        matrix.set_data(values.astype(np.float32), colours, 1.0, ("a", "b"), say)


@pytest.mark.parametrize(
    ("n", "most", "wanted"),
    [
        (5, 10, [0, 1, 2, 3, 4]),
        (256, 6, [0, 49, 99, 149, 199, 249]),
        (1024, 5, [0, 499, 999]),
        (1, 3, [0]),
    ],
)
def test_ticks_are_round_numbers(n, most, wanted):
    assert [tick for tick in ticks(n, most) if tick < n] == wanted
