"""The list of near tokens: every number and every row can be reached by the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.widgets.neighbour_list import NearRow, NeighbourList

Key = Qt.Key


@pytest.fixture
def figure(qtbot):
    made = NeighbourList()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    made.set_data(
        [NearRow(7, "cat", 0.9, 1.5, "exact"), NearRow(8, "dog", 0.8, None, "exact")], "likeness"
    )
    made.setFocus()
    return made


def test_keys_point_at_rows_and_ask_for_both_numbers(figure, qtbot):
    pointed, asked = [], []
    figure.row_pointed.connect(pointed.append)
    figure.number_asked.connect(lambda cell, _at: asked.append(cell))
    qtbot.keyClicks(figure, "?!")
    qtbot.keyClick(figure, Key.Key_Down)
    qtbot.keyClicks(figure, "?!")  # the second one is not on the map
    assert pointed == [8]
    assert asked == [(0, 0), (0, 1), (1, 0)]
    figure.clearFocus()
    assert pointed == [8, None]
