from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.attention_map import ASK, AttentionMap
from gui.widgets.map_places import FRAMED_CELL, LINE
from tests.gui.traces import random_trace


def fill(widget, n_tokens):
    trace = random_trace(n_tokens)
    widget.set_data(trace.pattern[1, 2], [token.label for token in trace.tokens])
    return trace.pattern[1, 2]


@pytest.fixture
def big(qtbot):
    made = AttentionMap()
    qtbot.addWidget(made)
    made.resize(460, 440)
    fill(made, 9)
    made.show()
    return made


def cell(widget, row, column) -> QPoint:
    return widget._spot(row, column, column + 1).center().toPoint()


def test_every_cell_has_the_colour_of_its_number(qtbot, big):
    pattern = fill(big, 9)
    image = big.grab().toImage()
    for row, column in ((0, 0), (5, 2), (8, 8), (7, 0)):
        spot = big._spot(row, column, column + 1)
        wanted = theme.active().probability_color(float(pattern[row, column]))
        assert image.pixelColor(int(spot.x() + 4), int(spot.y() + 4)) == wanted


@pytest.mark.parametrize("n_tokens", [1, 2, 9, 32, 100, 256])
@pytest.mark.parametrize("size", [(460, 440), (200, 260), (160, 180), (900, 300)])
def test_cells_are_square_and_inside_and_labels_never_overlap(big, n_tokens, size):
    fill(big, n_tokens)
    big.resize(*size)
    assert big._map.width() == pytest.approx(big._map.height())
    assert big.rect().contains(big._map.toAlignedRect())
    for stressed in (None, 0, n_tokens // 2, n_tokens - 1):
        plain, strong = big._places.shown(stressed)
        places = sorted([*plain, *strong])
        gaps = np.diff(places) * big._cell
        assert (gaps >= LINE).all()
        assert stressed is None or stressed in strong
        assert stressed is not None or n_tokens - 1 in plain  # where the text goes on
    assert not big.grab().isNull()


def test_pointing_at_a_cell_says_its_exact_number_and_stresses_its_row(big, qtbot):
    pattern = fill(big, 9)
    with qtbot.waitSignal(big.token_hovered) as said:
        qtbot.mouseMove(big, cell(big, 6, 2))
    assert said.args == [6]
    assert big._readout == (f"{pattern[6, 2]:.3f}   ␣the looks at ␣along", ASK)
    assert big.accessibleDescription() == "  ".join(big._readout)


def test_a_click_on_a_cell_asks_for_its_number_and_selects_nothing(big, qtbot):
    at = cell(big, 6, 2)
    with qtbot.assertNotEmitted(big.token_clicked), qtbot.waitSignal(big.number_asked) as said:
        qtbot.mouseClick(big, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [(6, 2), at]


def test_a_question_mark_asks_for_the_number_under_the_crosshair(big, qtbot):
    big.setFocus()
    with qtbot.assertNotEmitted(big.number_asked):
        qtbot.keyClicks(big, "?")  # there is none yet
    for _ in range(2):
        qtbot.keyClick(big, Qt.Key.Key_Right)
    with qtbot.waitSignal(big.number_asked) as said:
        qtbot.keyClicks(big, "?")
    assert said.args[0] == (8, 1)
    assert big._spot(8, 1, 2).contains(QPointF(said.args[1]))


def test_a_masked_cell_says_why_it_is_empty(big, qtbot):
    qtbot.mouseMove(big, cell(big, 2, 6))
    assert big._readout == ("␣along cannot look at ␣the: it comes later",)


def test_masked_cells_are_hatched_and_the_others_are_not(big):
    big.set_data(np.zeros((9, 9), dtype=np.float32), list("abcdefghi"))
    image = big.grab().toImage()

    def colours(row, column):
        spot = big._spot(row, column, column + 1).adjusted(3, 3, -3, -3).toRect()
        return {
            image.pixelColor(x, y).name()
            for x in range(spot.left(), spot.right())
            for y in range(spot.top(), spot.bottom())
        }

    assert theme.active().border in colours(1, 7)
    assert theme.active().border not in colours(7, 1)


def test_labels_beside_and_above_stress_their_token(big, qtbot):
    left, top = int(big._map.x()), int(big._map.y())
    at = cell(big, 4, 7)
    for point, token in ((QPoint(left - 10, at.y()), 4), (QPoint(at.x(), top - 8), 7)):
        with qtbot.waitSignal(big.token_hovered) as said:
            qtbot.mouseMove(big, point)
        assert said.args == [token]
        with qtbot.waitSignal(big.token_clicked) as said:
            qtbot.mouseClick(big, Qt.MouseButton.LeftButton, pos=point)
        assert said.args == [token]


def test_leaving_lets_go(big, qtbot):
    qtbot.mouseMove(big, cell(big, 6, 2))
    with qtbot.waitSignal(big.token_hovered) as said:
        QApplication.sendEvent(big, QEvent(QEvent.Type.Leave))
    assert said.args == [None]
    assert big._readout == ()


def test_the_stressed_token_says_where_it_looks_most(big):
    pattern = fill(big, 9)
    big.set_selection(7, None)
    best = int(pattern[7].argmax())
    assert big._readout[0] == "␣bank looks most at"
    assert big._readout[1].endswith(f" {pattern[7, best]:.2f}")
    assert len(big._readout) == 4
    big.set_selection(0, None)
    assert big._readout == ("They looks most at", "They 1.00")
    big.set_selection(50, None)
    assert big._readout == ()


def test_keys_move_the_crosshair_select_and_let_go(big, qtbot):
    hovered, clicked = [], []
    big.token_hovered.connect(hovered.append)
    big.token_clicked.connect(clicked.append)
    big.setFocus()
    qtbot.keyClick(big, Qt.Key.Key_Left)  # the first press shows where it is
    assert (big._row, big._column) == (8, 0)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(big, key)
    assert (big._row, big._column) == (7, 0)
    qtbot.keyClick(big, Qt.Key.Key_End)
    assert (big._row, big._column) == (7, 7)
    qtbot.keyClick(big, Qt.Key.Key_Return)
    big.set_selection(7, None)
    qtbot.keyClick(big, Qt.Key.Key_Escape)
    assert hovered == [8, 7]
    assert clicked == [7, None]
    big.clearFocus()
    assert (big._row, big._column) == (None, None)


def test_a_shorter_text_moves_the_crosshair_off_the_map(big, qtbot):
    qtbot.mouseMove(big, cell(big, 8, 8))
    fill(big, 3)
    assert (big._row, big._column) == (None, None)
    big.grab()


def test_labels_are_told_in_full(big):
    big.set_data(np.ones((1, 1), dtype=np.float32), ["<i>" + "very" * 40])
    at = QPoint(int(big._map.x()) - 10, int(big._map.center().y()))
    QApplication.sendEvent(big, QHelpEvent(QEvent.Type.ToolTip, at, big.mapToGlobal(at)))
    assert "&lt;i&gt;" + "very" * 40 in QToolTip.text()
    QToolTip.hideText()


@pytest.mark.parametrize(
    ("pattern", "labels"),
    [
        (np.zeros((2, 2, 2), dtype=np.float32), ["a", "b"]),
        (np.zeros((2, 3), dtype=np.float32), ["a", "b"]),
        (np.zeros((3, 3), dtype=np.float32), ["a", "b"]),
        (np.zeros((0, 0), dtype=np.float32), []),
        (np.full((1, 1), np.inf, dtype=np.float32), ["a"]),
    ],
)
def test_what_is_no_map_is_refused(big, pattern, labels):
    with pytest.raises(ValueError, match="pattern"):
        big.set_data(pattern, labels)


def test_an_empty_map_ignores_mouse_and_keys(big, qtbot):
    at = cell(big, 3, 3)
    big.clear()
    with qtbot.assertNotEmitted(big.token_clicked):
        qtbot.mouseMove(big, at)
        qtbot.mouseClick(big, Qt.MouseButton.LeftButton, pos=at)
        qtbot.keyClick(big, Qt.Key.Key_Right)
        qtbot.keyClick(big, Qt.Key.Key_Return)


def test_a_row_of_256_is_marked_at_its_ends_and_not_covered(big):
    fill(big, 256)
    assert big._cell < FRAMED_CELL
    before = big.grab().toImage()
    big.set_selection(200, None)
    after = big.grab().toImage()
    row = big._spot(200, 0, 201).toRect()
    inside = range(row.left() + 1, row.right())
    y = row.center().y()
    assert [after.pixel(x, y) for x in inside] == [before.pixel(x, y) for x in inside]
    accent = theme.active().accent
    assert after.pixelColor(row.left() - 4, y).name() == accent
    assert after.pixelColor(row.right() + 4, y).name() == accent
