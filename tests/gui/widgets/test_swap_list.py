from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from gui.widgets.swap_list import BITS, MOVED, ORIGIN, SwapList, SwapRow

Key = Qt.Key


@pytest.fixture
def figure(qtbot):
    made = SwapList()
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    made.set_data(
        [
            SwapRow("␣money", "guess 12.0%", 0.4, 1.2, "␣where", "money\n40%"),
            SwapRow("␣lake", "near 0.51", 0.1, 0.1, ".", "lake\n10%", is_first=True),
            SwapRow("␣sea", "near 0.41", None, None, "", "sea"),
        ]
    )
    return made


def test_words_are_taken_and_numbers_asked_for(figure, qtbot):
    taken, asked = [], []
    figure.swap_chosen.connect(taken.append)
    figure.number_asked.connect(lambda cell, _at: asked.append(cell))
    left = Qt.MouseButton.LeftButton
    for row in range(3):
        qtbot.mouseClick(
            figure, left, pos=figure._row_rect(row).topLeft().toPoint() + QPoint(12, 5)
        )
        for column in (ORIGIN, MOVED, BITS):
            qtbot.mouseClick(figure, left, pos=figure._cell(row, column).center().toPoint())
    assert taken == [0, 1, 2]
    # What is not known yet cannot be asked for.
    known = [(row, column) for row in (0, 1) for column in (ORIGIN, MOVED, BITS)]
    assert asked == [*known, (2, ORIGIN)]


def test_the_keyboard_points_takes_and_asks(figure, qtbot):
    pointed, taken, asked = [], [], []
    figure.swap_pointed.connect(pointed.append)
    figure.swap_chosen.connect(taken.append)
    figure.number_asked.connect(lambda cell, _at: asked.append(cell))
    figure.setFocus()
    qtbot.keyClick(figure, Key.Key_Down)
    qtbot.keyClicks(figure, "?")
    qtbot.keyClick(figure, Key.Key_Return)
    assert (pointed, taken, asked) == ([1], [1], [(1, MOVED)])
    assert figure.accessibleDescription() == "lake; 10%"
    qtbot.keyClick(figure, Key.Key_End)
    qtbot.keyClicks(figure, "?")
    assert asked == [(1, MOVED)]


def test_in_a_narrow_place_the_word_keeps_its_room(figure):
    figure.resize(420, 300)
    assert figure._next.width() > 0
    figure.resize(300, 300)
    figure.prepare()
    assert figure._next.width() < 1
    assert figure._label.width() > 60


def test_more_than_all_cannot_move(figure):
    with pytest.raises(ValueError, match="cannot have moved"):
        figure.set_data([SwapRow("a", "yours", 1.2, 0.0, "", "a")])
