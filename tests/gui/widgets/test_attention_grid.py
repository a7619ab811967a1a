from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.painting import shrunk
from tests.gui.traces import random_trace


@pytest.fixture
def grid(qtbot):
    made = AttentionGrid()
    qtbot.addWidget(made)
    made.resize(320, 300)
    made.set_data(random_trace(5, 3, 4).pattern)
    made.show()
    return made


def middle_of(grid, layer, head) -> QPoint:
    return grid._spot(layer, head).center().toPoint()


def test_every_map_has_the_colours_of_its_pattern(grid):
    pattern = random_trace(5, 3, 4).pattern
    image = grid.grab().toImage()
    for layer, head, row, column in ((0, 0, 2, 1), (2, 3, 4, 4), (1, 2, 3, 0), (1, 2, 0, 3)):
        spot = grid._spot(layer, head)
        x = spot.x() + (column + 0.5) * spot.width() / 5
        y = spot.y() + (row + 0.5) * spot.height() / 5
        wanted = theme.active().probability_color(float(pattern[layer, head, row, column]))
        assert image.pixelColor(int(x), int(y)) == wanted


def test_clicking_opens_a_head(grid, qtbot):
    with qtbot.waitSignal(grid.head_opened) as said:
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=middle_of(grid, 2, 1))
    assert said.args == [2, 1]


def test_arrows_open_the_neighbour_and_stop_at_the_edge(grid, qtbot):
    opened = []
    grid.head_opened.connect(lambda *which: opened.append(which))
    for key in (
        Qt.Key.Key_Up,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_End,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
    ):
        qtbot.keyClick(grid, key)
    assert opened == [(0, 1), (1, 1), (1, 3), (1, 0)]


def test_the_opened_head_is_outlined_in_the_accent(grid):
    grid.set_opened(1, 2)
    grid.clearFocus()
    image, accent = grid.grab().toImage(), theme.active().accent
    spot = grid._spot(1, 2)
    assert image.pixelColor(int(spot.center().x()), int(spot.top() - 2)).name() == accent
    spot = grid._spot(0, 1)
    assert image.pixelColor(int(spot.center().x()), int(spot.top() - 2)).name() != accent


def test_shrinking_keeps_the_largest_value_of_each_block():
    rng = np.random.default_rng(0)
    maps = rng.random((2, 3, 11, 11)).astype(np.float32)
    small = shrunk(maps, 4)
    assert small.shape == (2, 3, 4, 4)  # blocks of 3, the last of 2
    for row in range(4):
        for column in range(4):
            block = maps[:, :, row * 3 : row * 3 + 3, column * 3 : column * 3 + 3]
            assert (small[:, :, row, column] == block.max(axis=(2, 3))).all()
    assert shrunk(maps, 11) is maps


def test_a_thin_line_of_256_tokens_stays_visible(grid):
    pattern = np.zeros((3, 4, 256, 256), dtype=np.float32)
    pattern[:, :, :, 100] = 1.0
    grid.set_data(pattern)
    spot, image = grid._spot(1, 1), grid.grab().toImage()
    strong = theme.active().probability_color(1.0)
    y = int(spot.center().y())
    assert any(image.pixelColor(x, y) == strong for x in range(int(spot.left()), int(spot.right())))


@pytest.mark.parametrize("shape", [(1, 1), (1, 12), (12, 1), (12, 12), (48, 25)])
def test_models_of_any_shape_fit_the_room(grid, shape):
    grid.set_data(random_trace(3, *shape).pattern)
    last = grid._spot(shape[0] - 1, shape[1] - 1)
    assert last.right() <= grid.width()
    assert last.bottom() <= grid.height()
    assert not grid.grab().isNull()


@pytest.mark.parametrize(
    "pattern",
    [
        np.zeros((2, 3, 5), dtype=np.float32),
        np.zeros((2, 3, 5, 4), dtype=np.float32),
        np.zeros((2, 0, 5, 5), dtype=np.float32),
        np.full((1, 1, 2, 2), np.nan, dtype=np.float32),
    ],
)
def test_what_is_no_pattern_is_refused_and_the_old_one_stays(grid, pattern):
    before = grid.grab().toImage()
    with pytest.raises(ValueError, match="pattern"):
        grid.set_data(pattern)
    assert grid.grab().toImage() == before


def test_heads_are_named_from_one(grid):
    at = middle_of(grid, 1, 2)
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, at, grid.mapToGlobal(at)))
    assert QToolTip.text() == "Layer 2, head 3"
    QToolTip.hideText()


def test_the_row_of_the_stressed_token_is_ticked_in_every_map(grid):
    grid.clearFocus()
    grid.set_selection(None, 3)
    image, accent = grid.grab().toImage(), theme.active().accent
    for layer in range(3):
        spot = grid._spot(layer, 2)
        y = int(spot.y() + 3.5 * spot.height() / 5)
        assert image.pixelColor(int(spot.x() - 2), y).name() == accent
    grid.set_selection(99, None)
    grid.grab()


def test_an_empty_grid_ignores_mouse_and_keys(grid, qtbot):
    at = middle_of(grid, 0, 0)
    grid.clear()
    with qtbot.assertNotEmitted(grid.head_opened):
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)
        qtbot.keyClick(grid, Qt.Key.Key_Right)


def test_the_ring_is_round_the_opened_head_and_only_for_the_keyboard(grid, qtbot):
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=middle_of(grid, 0, 0))
    grid.set_opened(1, 2)
    clicked = grid.grab().toImage()
    qtbot.keyClick(grid, Qt.Key.Key_F5)
    ringed = grid.grab().toImage()
    spot = grid._spot(1, 2).adjusted(-8, -8, 8, 8)
    changed = [
        (x, y)
        for x in range(ringed.width())
        for y in range(ringed.height())
        if ringed.pixel(x, y) != clicked.pixel(x, y)
    ]
    assert changed
    assert all(spot.contains(x, y) for x, y in changed)
