"""The answer as bars: lengths, numbers, the winner, and choosing a symbol."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from gui import theme
from gui.widgets.symbol_bars import SymbolBars

NAMES = ("x", "o", "+", "T")
PICTURES = np.where(np.eye(4, 9) > 0, -1.0, 1.0)
Key = Qt.Key


@pytest.fixture
def bars(qtbot, qapp):
    qapp.setProperty("reduceMotion", True)
    widget = SymbolBars()
    qtbot.addWidget(widget)
    widget.resize(240, 320)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_data(NAMES, PICTURES, np.array([0.1, 0.5, 0.9, 0.0]))
    return widget


def filled(bars, row) -> int:
    """How many pixels of a row have the bars' colour, at its fullest height."""
    shot = bars.grab().toImage()
    wanted = theme.active().probability_color(0.6)
    height = bars.height() // 4
    return max(
        sum(shot.pixelColor(x, y) == wanted for x in range(shot.width()))
        for y in range(row * height, (row + 1) * height)
    )


@pytest.mark.parametrize("size", [(240, 320), (180, 76)])
def test_lengths_are_the_probabilities(bars, size):
    bars.resize(*size)
    lengths = [filled(bars, row) for row in range(4)]
    assert lengths[3] == 0
    full = lengths[2] / 0.9
    assert full > size[0] / 4
    assert lengths == pytest.approx([0.1 * full, 0.5 * full, 0.9 * full, 0], abs=1.5)


def test_an_answer_that_is_not_known_yet_has_no_bars_and_no_numbers(bars):
    bars.set_data(NAMES, PICTURES, None)
    assert [filled(bars, row) for row in range(4)] == [0, 0, 0, 0]
    assert bars.accessibleDescription() == "x ?. All: x ?, o ?, + ?, T ?."
    assert bars.exact(1) == "o: no answer yet\nClick to draw it."
    bars.set_data(NAMES, PICTURES, np.array([0.1, 0.5, 0.9, 0.0]))
    assert filled(bars, 2) > 0


def test_bars_glide_and_numbers_do_not(bars, qtbot, qapp):
    qapp.setProperty("reduceMotion", False)
    bars.set_data(NAMES, PICTURES, np.array([0.9, 0.5, 0.1, 0.0]))
    assert "x 90.0%" in bars.accessibleDescription()
    assert filled(bars, 0) < filled(bars, 2)
    qtbot.waitUntil(lambda: filled(bars, 0) > 5 * filled(bars, 2))


def test_the_winner_is_bold(bars):
    def ink(row):
        shot = bars.grab().toImage()
        height = bars.height() // 4
        top = row * height
        colors = [
            shot.pixelColor(x, y)
            for x in range(bars.width() // 2, bars.width())
            for y in range(top, top + height // 2)
        ]
        return sum(color.lightness() < 100 for color in colors)

    bars.set_data(NAMES, PICTURES, np.array([0.3, 0.2, 0.2, 0.2]))
    thin = ink(1)
    bars.set_data(NAMES, PICTURES, np.array([0.3, 0.4, 0.2, 0.2]))
    assert ink(1) > 1.2 * thin


def test_a_click_or_enter_chooses(bars, qtbot):
    chosen = []
    bars.symbol_chosen.connect(chosen.append)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(120, 200))
    qtbot.keyClick(bars, Key.Key_Down)
    qtbot.keyClick(bars, Key.Key_Down)
    qtbot.keyClick(bars, Key.Key_Return)
    qtbot.keyClick(bars, Key.Key_Up)
    qtbot.keyClick(bars, Key.Key_Space)
    qtbot.mouseClick(bars, Qt.MouseButton.RightButton, pos=QPoint(120, 200))
    assert chosen == [2, 3, 2]


def test_the_row_under_the_keyboard_is_spoken_first(bars, qtbot):
    qtbot.keyClick(bars, Key.Key_Down)
    assert bars.accessibleDescription().startswith("o 50.0%. All: x 10.0%, o 50.0%")


def test_the_current_row_is_framed_while_it_has_the_focus(bars, qtbot):
    accent = QColor(theme.active().accent)

    def framed():
        shot = bars.grab().toImage()
        return any(shot.pixelColor(120, y) == accent for y in range(shot.height()))

    bars.clearFocus()
    assert not framed()
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(bars.hasFocus)
    assert framed()


@pytest.mark.parametrize(
    "wrong",
    [
        (NAMES, PICTURES[:3], np.zeros(4)),
        (NAMES, PICTURES, np.zeros(3)),
        (NAMES, PICTURES, np.array([0.1, 0.2, 0.3, 1.2])),
        (NAMES, PICTURES, np.array([0.1, 0.2, 0.3, -0.1])),
        (NAMES, PICTURES, np.array([0.1, 0.2, 0.3, np.nan])),
    ],
)
def test_what_is_no_answer_is_refused_and_the_old_one_stays(bars, wrong):
    before = bars.grab().toImage()
    with pytest.raises(ValueError, match=r"\w+"):
        bars.set_data(*wrong)
    assert bars.grab().toImage() == before


def test_without_an_answer_there_is_a_hint(bars, qtbot):
    bars.clear()
    assert "appears here" in bars.accessibleDescription()
    qtbot.keyClick(bars, Key.Key_Return)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(120, 200))


def test_a_certainty_that_is_none_is_not_rounded_to_one(bars):
    bars.set_data(("x", "o"), np.ones((2, 9)), np.array([0.99996, 0.00001]))
    assert "x >99.9%, o <0.01%" in bars.accessibleDescription()
