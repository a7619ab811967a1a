"""Drawing on nine pixels with real clicks, drags, notches and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.pixel_painting import number

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Key = Qt.Key


class Sheet:
    """Owns the picture behind a grid, as the session does, and counts the strokes."""

    def __init__(self, grid: PixelGrid) -> None:
        self.grid, self.pixels, self.strokes = grid, np.ones(9), 0
        grid.painted.connect(self.paint)
        grid.stroke_ended.connect(self.end)

    def paint(self, cell, value):
        self.pixels = self.pixels.copy()
        self.pixels[cell] = value
        self.grid.set_data(self.pixels)

    def end(self):
        self.strokes += 1

    def load(self, pixels):
        self.pixels = np.array(pixels, dtype=float)
        self.grid.set_data(self.pixels)

    def black(self):
        return np.flatnonzero(self.pixels == -1).tolist()


@pytest.fixture
def sheet(qtbot):
    grid = PixelGrid()
    qtbot.addWidget(grid)
    grid.resize(260, 240)
    with qtbot.waitExposed(grid):
        grid.show()
    return Sheet(grid)


def spot(sheet, cell) -> QPoint:
    """The middle of a pixel, found from outside: the grid is square and centred."""
    side = min(sheet.grid.width(), sheet.grid.height()) - 12
    row, column = divmod(cell, 3)
    left, top = (sheet.grid.width() - side) / 2, (sheet.grid.height() - side) / 2
    return QPoint(int(left + (column + 0.5) * side / 3), int(top + (row + 0.5) * side / 3))


def turn(sheet, cell, notches):
    at = QPointF(spot(sheet, cell))
    event = QWheelEvent(
        at,
        sheet.grid.mapToGlobal(at),
        QPoint(),
        QPoint(0, int(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(sheet.grid, event)


def test_a_click_draws_black_and_another_erases(sheet, qtbot):
    for cell in (0, 4, 8):
        qtbot.mouseClick(sheet.grid, LEFT, pos=spot(sheet, cell))
    assert sheet.black() == [0, 4, 8]
    qtbot.mouseClick(sheet.grid, LEFT, pos=spot(sheet, 4))
    assert sheet.black() == [0, 8]
    assert sheet.strokes == 4


def test_a_drag_draws_a_line_through_what_a_quick_hand_crosses(sheet, qtbot):
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 3))
    qtbot.mouseMove(sheet.grid, spot(sheet, 5))
    assert sheet.black() == [3, 4, 5]
    assert sheet.strokes == 0
    qtbot.mouseRelease(sheet.grid, LEFT, pos=spot(sheet, 5))
    assert sheet.strokes == 1


def test_a_drag_that_begins_on_black_goes_on_drawing_black(sheet, qtbot):
    qtbot.mouseClick(sheet.grid, LEFT, pos=spot(sheet, 0))
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 0))
    qtbot.mouseMove(sheet.grid, spot(sheet, 1))
    qtbot.mouseMove(sheet.grid, spot(sheet, 0))
    qtbot.mouseRelease(sheet.grid, LEFT, pos=spot(sheet, 0))
    assert sheet.black() == [0, 1]


def test_the_right_button_draws_white(sheet, qtbot):
    sheet.load(-np.ones(9))
    qtbot.mousePress(sheet.grid, RIGHT, pos=spot(sheet, 0))
    qtbot.mouseMove(sheet.grid, spot(sheet, 6))
    qtbot.mouseRelease(sheet.grid, RIGHT, pos=spot(sheet, 6))
    assert sheet.black() == [1, 2, 4, 5, 7, 8]
    qtbot.mouseClick(sheet.grid, RIGHT, pos=spot(sheet, 0))
    assert sheet.black() == [1, 2, 4, 5, 7, 8]


def test_leaving_and_coming_back_does_no_harm(sheet, qtbot):
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 2))
    qtbot.mouseMove(sheet.grid, QPoint(900, -300))
    qtbot.mouseMove(sheet.grid, spot(sheet, 8))
    qtbot.mouseRelease(sheet.grid, LEFT, pos=QPoint(-50, 900))
    assert 8 in sheet.black()
    assert sheet.strokes == 1


def test_a_click_beside_the_picture_is_none(sheet, qtbot):
    qtbot.mouseClick(sheet.grid, LEFT, pos=QPoint(2, 2))
    assert (sheet.black(), sheet.strokes) == ([], 0)


def test_a_second_button_does_not_disturb_a_stroke(sheet, qtbot):
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 0))
    qtbot.mousePress(sheet.grid, RIGHT, pos=spot(sheet, 0))
    assert sheet.black() == [0]
    qtbot.mouseRelease(sheet.grid, RIGHT, pos=spot(sheet, 0))
    qtbot.mouseRelease(sheet.grid, LEFT, pos=spot(sheet, 0))
    assert sheet.black() == [0]
    assert sheet.strokes == 1


def test_the_wheel_makes_greys_and_all_its_notches_are_one_stroke(sheet, qtbot):
    for _ in range(3):
        turn(sheet, 4, -1)
    turn(sheet, 4, -0.5)  # half a notch of a fine wheel waits for the other half
    assert sheet.pixels[4] == pytest.approx(0.7)
    turn(sheet, 4, -0.5)
    assert sheet.pixels[4] == pytest.approx(0.6)
    assert sheet.strokes == 0
    qtbot.mouseMove(sheet.grid, spot(sheet, 4))
    qtbot.mouseMove(sheet.grid, spot(sheet, 5))
    assert sheet.strokes == 1
    turn(sheet, 5, -500)
    assert sheet.pixels[5] == -1


def test_keys_walk_draw_and_shade(sheet, qtbot):
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Left, Key.Key_Space):  # from the middle; stops
        qtbot.keyClick(sheet.grid, key)
    assert sheet.black() == [0]
    qtbot.keyClick(sheet.grid, Key.Key_Space)
    assert sheet.black() == []
    qtbot.keyClick(sheet.grid, Key.Key_Down)
    for _ in range(2):
        qtbot.keyClick(sheet.grid, Key.Key_Minus)
    qtbot.keyClick(sheet.grid, Key.Key_Plus)
    assert sheet.pixels[3] == pytest.approx(0.9)
    qtbot.keyClick(sheet.grid, Key.Key_Return)
    assert sheet.black() == [3]
    assert sheet.strokes == 6


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
def test_black_is_black_and_white_is_white_in_both_looks(sheet, look, qapp):
    theme.apply(qapp, look)
    sheet.load([-1, 1, 0, *[1] * 6])
    shot = sheet.grid.grab().toImage()
    seen = [shot.pixelColor(spot(sheet, cell) - QPoint(15, 15)).red() for cell in range(3)]
    assert seen == [0, 255, 128]


def test_the_keyboards_place_is_marked_only_while_it_is_there(sheet, qtbot):
    accent = QColor(theme.active().accent)

    def marked():
        shot = sheet.grid.grab().toImage()
        return any(shot.pixelColor(x, 120) == accent for x in range(shot.width()))

    sheet.grid.clearFocus()
    assert not marked()
    sheet.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(sheet.grid.hasFocus)
    assert marked()


def test_another_ink_is_drawn_with_and_a_click_on_it_erases(sheet, qtbot):
    sheet.grid.set_ink(0.3)
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 0))
    qtbot.mouseMove(sheet.grid, spot(sheet, 2))
    qtbot.mouseRelease(sheet.grid, LEFT, pos=spot(sheet, 2))
    assert sheet.pixels[:3].tolist() == [0.3] * 3
    qtbot.mouseClick(sheet.grid, LEFT, pos=spot(sheet, 1))
    assert sheet.pixels[:3].tolist() == [0.3, 1.0, 0.3]
    qtbot.keyClick(sheet.grid, Key.Key_Space)  # the keyboard went along
    assert sheet.pixels[1] == 0.3
    qtbot.keyClick(sheet.grid, Key.Key_Space)
    assert sheet.pixels[1] == 1


def test_white_ink_erases_whatever_the_left_button_crosses(sheet, qtbot):
    sheet.load(-np.ones(9))
    sheet.grid.set_ink(1.0)
    qtbot.mousePress(sheet.grid, LEFT, pos=spot(sheet, 3))
    qtbot.mouseMove(sheet.grid, spot(sheet, 5))
    qtbot.mouseRelease(sheet.grid, LEFT, pos=spot(sheet, 5))
    assert sheet.black() == [0, 1, 2, 6, 7, 8]


def test_every_pixel_is_spoken_with_name_and_value(sheet):
    sheet.load([-1, 0.25, *[1] * 7])
    spoken = QAccessible.queryAccessibleInterface(sheet.grid)
    assert spoken.childCount() == 9
    cells = [spoken.child(index) for index in range(9)]
    name, value = QAccessible.Text.Name, QAccessible.Text.Value
    assert [cell.text(name) for cell in cells[::4]] == [
        "Row 1, column 1",
        "Row 2, column 2",
        "Row 3, column 3",
    ]
    assert [cell.text(value) for cell in cells[:3]] == [
        "black, \N{MINUS SIGN}1",
        "grey 0.25",
        "white, 1",
    ]
    assert [cell.valueInterface().currentValue() for cell in cells[:3]] == [-1, 0.25, 1]
    assert "Row 2, column 2: white" in sheet.grid.accessibleDescription()


def test_a_screen_reader_can_set_a_pixel(sheet):
    cell = QAccessible.queryAccessibleInterface(sheet.grid).child(4)
    cell.valueInterface().setCurrentValue(-1.0)
    assert sheet.black() == [4]
    assert sheet.strokes == 1


@pytest.mark.parametrize(
    "pixels",
    [np.ones(8), np.ones((3, 3)), np.full(9, np.nan), np.full(9, 1.5), np.array(["a"] * 9)],
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(sheet, pixels):
    sheet.load([-1] * 9)
    with pytest.raises(ValueError, match="picture"):
        sheet.grid.set_data(pixels)
    assert "white" not in sheet.grid.accessibleDescription()


@pytest.mark.parametrize(
    ("value", "short", "fixed"),
    [
        (1, "1", "1.00"),
        (-1.0, "\N{MINUS SIGN}1", "\N{MINUS SIGN}1.00"),
        (0.304, "0.3", "0.30"),
        (-0.001, "0", "0.00"),
        (0.0, "0", "0.00"),
        (10.0, "10", "10.00"),
    ],
)
def test_numbers_are_short_signed_and_never_minus_zero(value, short, fixed):
    assert number(value) == short
    assert number(value, fixed=True) == fixed
