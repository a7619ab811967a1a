"""A map that is worked with: a click pins, a drag moves weight, and the keyboard does both."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.attention_picture import Scale
from gui.widgets.head_map import HeadMap
from gui.widgets.pixel_painting import MINUS
from tests.gui.traces import random_trace

LEFT = Qt.MouseButton.LeftButton


def fill(widget, n_tokens=9):
    trace = random_trace(n_tokens)
    widget.set_data(trace.pattern[1, 2], [token.label for token in trace.tokens])
    return trace.pattern[1, 2]


@pytest.fixture
def big(qtbot):
    made = HeadMap("map", "A map")
    qtbot.addWidget(made)
    made.resize(460, 440)
    fill(made)
    made.set_movable(True)
    made.show()
    return made


def cell(widget, row, column) -> QPoint:
    return widget._spot(row, column, column + 1).center().toPoint()


def told(signal) -> list:
    seen: list = []
    signal.connect(lambda *args: seen.append(args[0] if len(args) == 1 else args))
    return seen


def drag(widget, row, start, end, *, release=True):
    places = [cell(widget, row, start), cell(widget, row, end)]
    QTest.mousePress(widget, LEFT, pos=places[0])
    for at in (places[0] + QPoint(2, 0), places[1]):
        move = QTest.mouseMove
        move(widget, at)
        _move_with_button(widget, at)
    if release:
        QTest.mouseRelease(widget, LEFT, pos=places[1])


def _move_with_button(widget, at):
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def test_a_click_pins_and_the_crosshair_stays_until_the_next_click_on_it(big, qtbot):
    pinned = told(big.cell_pinned)
    qtbot.mouseClick(big, LEFT, pos=cell(big, 6, 2))
    qtbot.mouseMove(big, cell(big, 3, 1))
    QApplication.sendEvent(big, QEvent(QEvent.Type.Leave))
    assert big.pinned == (big._row, big._column) == (6, 2)
    assert big._readout[0].endswith("␣the looks at ␣along")
    qtbot.mouseClick(big, LEFT, pos=cell(big, 3, 1))
    assert big.pinned == (3, 1)
    qtbot.mouseClick(big, LEFT, pos=cell(big, 3, 1))
    assert big.pinned is None
    assert pinned == [(6, 2), (3, 1), None]


def test_escape_lets_go_and_only_then_of_the_selection(big, qtbot):
    clicked = told(big.token_clicked)
    big.set_selection(4, None)
    qtbot.mouseClick(big, LEFT, pos=cell(big, 6, 2))
    qtbot.keyClick(big, Qt.Key.Key_Escape)
    assert big.pinned is None
    assert clicked == []
    qtbot.keyClick(big, Qt.Key.Key_Escape)
    assert clicked == [None]


def test_while_pinned_other_numbers_are_told_to_a_resting_mouse(big, qtbot):
    pattern = fill(big)
    qtbot.mouseClick(big, LEFT, pos=cell(big, 6, 2))
    at = cell(big, 8, 3)
    QApplication.sendEvent(big, QHelpEvent(QEvent.Type.ToolTip, at, big.mapToGlobal(at)))
    assert f"{pattern[8, 3]:.3f}" in QToolTip.text()
    QToolTip.hideText()


def test_the_keyboard_pins_and_walks_with_the_pin(big, qtbot):
    pinned = told(big.cell_pinned)
    big.setFocus()
    qtbot.keyClick(big, Qt.Key.Key_Return)  # there is no crosshair yet
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(big, key)
    assert pinned == [(8, 0), (8, 1), (7, 1)]
    big.clearFocus()
    assert big.pinned == (7, 1)


def test_leaving_a_pinned_cell_stresses_its_token_nowhere_else(big, qtbot):
    hovered = told(big.token_hovered)
    qtbot.mouseMove(big, cell(big, 6, 2))
    qtbot.mouseClick(big, LEFT, pos=cell(big, 6, 2))
    QApplication.sendEvent(big, QEvent(QEvent.Type.Leave))
    assert hovered[-1] is None
    assert big.pinned == (6, 2)


def test_a_shorter_text_lets_go_of_a_cell_that_is_no_more(big):
    big.pin((8, 3))
    fill(big, 9)
    assert big.pinned == (8, 3)
    fill(big, 4)
    assert big.pinned is None
    QTest.mouseMove(big, cell(big, 2, 1))
    assert (big._row, big._column) == (2, 1)  # the mouse is followed again
    big.pin((2, 9))
    assert big.pinned is None
    big.clear()
    big.pin((0, 0))
    assert big.pinned is None


def test_dragging_along_a_row_moves_weight_and_pins_nothing(big):
    moved, pinned = told(big.weight_moved), told(big.cell_pinned)
    drag(big, 7, 1, 5, release=False)
    assert big._moving == (7, 1, 5)
    assert "to ␣to" in big._readout[0]
    QTest.mouseRelease(big, LEFT, pos=cell(big, 7, 5))
    assert moved == [(7, 1, 5)]
    assert pinned == []
    drag(big, 7, 1, 1)
    assert moved == [(7, 1, 5)]


def test_nothing_is_moved_ahead_or_from_where_nobody_looks(big):
    moved = told(big.weight_moved)
    drag(big, 3, 1, 6, release=False)
    assert "comes later" in big._readout[0]
    QTest.mouseRelease(big, LEFT, pos=cell(big, 3, 6))
    drag(big, 3, 6, 1)
    big.set_movable(False)
    drag(big, 7, 1, 5)
    assert moved == []


def test_escape_and_a_lost_focus_end_a_drag(big, qtbot):
    moved = told(big.weight_moved)
    drag(big, 7, 1, 5, release=False)
    qtbot.keyClick(big, Qt.Key.Key_Escape)
    QTest.mouseRelease(big, LEFT, pos=cell(big, 7, 5))
    drag(big, 7, 1, 5, release=False)
    big.clear()
    QTest.mouseRelease(big, LEFT, pos=QPoint(100, 100))
    assert moved == []


def test_shift_and_arrows_drag_by_keyboard(big, qtbot):
    moved = told(big.weight_moved)
    big.setFocus()
    big.pin((7, 2))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(big, Qt.Key.Key_Right, shift)
    qtbot.keyClick(big, Qt.Key.Key_Right, shift)
    assert big._moving == (7, 2, 4)
    qtbot.keyClick(big, Qt.Key.Key_Return)
    assert moved == [(7, 2, 4)]
    qtbot.keyClick(big, Qt.Key.Key_Left, shift)
    qtbot.keyClick(big, Qt.Key.Key_Escape)
    assert moved == [(7, 2, 4)]
    assert big.pinned == (7, 2)


@pytest.mark.parametrize("n_tokens", [9, 120])
def test_a_changed_cell_is_marked(big, n_tokens):
    fill(big, n_tokens)
    before = big.grab().toImage()
    big.set_changed({(5, 2)})
    after = big.grab().toImage()
    accent = theme.active().accent
    spot = big._spot(5, 2, 3)
    at = QPointF(spot.right() - 3, spot.top() + 2)
    if n_tokens > 100:
        at = QPointF(big._map.right() + 8, spot.center().y())
    assert after.pixelColor(at.toPoint()).name() == accent
    assert before.pixelColor(at.toPoint()).name() != accent
    fill(big, 3)
    big.grab()  # the row is gone


def test_other_numbers_have_their_own_scale_and_words(big):
    lengths = np.tril(np.full((4, 4), 3.0, dtype=np.float32))
    lengths[2, 1] = 12.0
    scale = Scale(12.0, "long", does="{row} gets from {column}", most="{row} gets most from")
    big.set_data(lengths, list("abcd"), scale)
    assert big._said_of(2, 1) == "12.00   c gets from b"
    assert big._said_of_row(2) == ("c gets most from", "b 12.0", "a 3.0", "c 3.0")
    image = big.grab().toImage()
    spot = big._spot(2, 1, 2)
    corner = image.pixelColor(int(spot.x() + 3), int(spot.y() + 3))
    assert corner == theme.active().probability_color(1.0)


def test_differences_have_two_colours(big):
    values = np.array([[0.0, 0], [-0.4, 0.4]], dtype=np.float32)
    big.set_data(values, ["a", "b"], Scale(0.4, is_signed=True, most=""))
    image = big.grab().toImage()
    for column, value in ((0, -0.4), (1, 0.4)):
        spot = big._spot(1, column, column + 1)
        corner = image.pixelColor(int(spot.x() + 3), int(spot.y() + 3))
        assert corner == theme.active().signed_color(value, 0.4)
    assert big._said_of(1, 0).startswith(f"{MINUS}0.400")
    wide = np.zeros((300, 300), dtype=np.float32)
    wide[250, 3] = -0.4  # one cell among many that share a pixel is still seen
    big.set_data(wide, ["a"] * 300, Scale(0.4, is_signed=True, most=""))
    at = big._spot(250, 3, 4).center().toPoint()
    near = {big.grab().toImage().pixelColor(at.x() + dx, at.y()).name() for dx in (-1, 0, 1)}
    assert theme.active().signed_color(-0.4, 0.4).name() in near


def test_the_arrow_of_a_drag_leaves_the_numbers_alone(big):
    fill(big, 5)
    before = big.grab().toImage()
    big._move_to(4, 3, 1)
    after = big.grab().toImage()
    assert after != before
    for column in (2, 3):  # those it passes and begins at; the cell at its end is framed
        spot = big._spot(4, column, column + 1)
        height = QFontMetricsF(theme.mono(11)).capHeight()
        number = QRectF(spot.x() + 4, spot.center().y() - height / 2, spot.width() - 8, height)
        area = number.toAlignedRect()
        assert after.copy(area) == before.copy(area)


def test_the_legend_says_what_a_folded_corner_means(big):
    fill(big, 5)
    before = big.grab().toImage()
    legend = big.rect().adjusted(0, round(big._map.bottom()) + theme.px(22), 0, 0)
    big.set_changed({(5, 2)})  # of a longer text: no cell is marked, the legend is
    after = big.grab().toImage()
    assert after.copy(legend) != before.copy(legend)
