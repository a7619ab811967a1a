"""The grid of parts: every one can be found by mouse and keyboard, in models of any shape."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gui.widgets.parts_grid import MEAN, ON, ZERO, PartsGrid, name_of


@pytest.fixture
def grid(qtbot):
    made = PartsGrid()
    qtbot.addWidget(made)
    made.resize(460, 260)
    made.show()
    made.clicked = []
    made.part_clicked.connect(lambda layer, column: made.clicked.append((layer, column)))
    return made


@pytest.mark.parametrize(("n_layers", "n_heads"), [(1, 1), (3, 4), (12, 12), (48, 25)])
def test_every_part_lies_inside_and_is_where_it_says(qtbot, grid, n_layers, n_heads):
    grid.set_data(np.zeros((n_layers, n_heads + 2), np.uint8))
    grid.resize(grid.minimumSizeHint().expandedTo(grid.size()))
    seen = set()
    for layer in range(n_layers):
        for column in range(n_heads + 2):
            rect = grid.cell_rect(layer, column)
            assert grid.rect().contains(rect.toAlignedRect().adjusted(1, 1, -1, -1))
            assert rect.width() >= 8
            assert rect.height() >= 8
            assert grid.part_at(rect.center()) == (layer, column)
            seen.add((rect.x(), rect.y()))
    assert len(seen) == n_layers * (n_heads + 2)
    assert grid.part_at(QPointF(2, 2)) is None
    qtbot.mouseClick(
        grid, Qt.MouseButton.LeftButton, pos=grid.cell_rect(n_layers - 1, 0).center().toPoint()
    )
    assert grid.clicked == [(n_layers - 1, 0)]


def test_the_keyboard_stays_inside(qtbot, grid):
    grid.set_data(np.zeros((2, 5), np.uint8))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Enter)
    assert grid.clicked == [(1, 4)]
    grid.set_data(np.zeros((1, 3), np.uint8))  # a smaller model
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert grid.clicked[-1] == (0, 2)
    assert grid.accessibleDescription() == "Layer 1, feed-forward: on"


def test_a_question_is_about_the_part_under_the_mouse_or_the_keyboard(qtbot, grid):
    grid.set_data(np.zeros((2, 5), np.uint8))
    asked = []
    grid.number_asked.connect(lambda layer, column, _at: asked.append((layer, column)))
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClicks(grid, "?")
    qtbot.mouseMove(grid, grid.cell_rect(0, 3).center().toPoint())
    qtbot.keyClicks(grid, "?")
    assert asked == [(1, 0), (0, 3)]


def test_the_strongest_colour_stands_for_a_round_share(grid):
    states = np.zeros((2, 3), np.uint8)
    effects = np.array([[0.0, 0.03, 0.34], [np.nan, 0.1, 0.2]])
    grid.set_data(states, effects)
    assert grid._scale == 0.4
    grid.set_data(states, np.full((2, 3), np.nan))
    assert grid._scale == 0.05
    grid.set_data(states, np.full((2, 3), 0.9))
    assert grid._scale == 1.0


@pytest.mark.parametrize(
    ("states", "effects"),
    [
        (np.zeros(5), None),
        (np.zeros((0, 5)), None),
        (np.zeros((2, 2)), None),
        (np.full((2, 5), 7), None),
        (np.zeros((2, 5)), np.zeros((2, 4))),
        (np.zeros((2, 5)), np.full((2, 5), 1.1)),
        (np.zeros((2, 5)), np.full((2, 5), -0.1)),
    ],
)
def test_nonsense_is_refused(grid, states, effects):
    with pytest.raises(ValueError, match=r"\w+"):
        grid.set_data(states, effects)


def test_what_is_off_looks_otherwise(grid):
    pictures = []
    for state in (ON, ZERO, MEAN):
        grid.set_data(np.full((2, 5), state, np.uint8))
        pictures.append(grid.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]


def test_names():
    assert name_of(0, 1, 4) == "Layer 1, head 2"
    assert name_of(2, 4, 4) == "Layer 3, attention (all heads)"
    assert name_of(2, 5, 4) == "Layer 3, feed-forward"
