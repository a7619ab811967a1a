"""Curves by depth: points where the numbers say, gaps, the reading and the walk."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gui.widgets.depth_curves import Curve, DepthCurves, Panel, Place

PANELS = (
    Panel("a", (Curve("first", np.array([0.1, 0.5, 0.9])), Curve("second", np.array([0, 0, 0.2])))),
    Panel("b", (Curve("first", np.array([-0.4, np.nan, 0.3])),)),
    Panel("c", (), "Nothing."),
)


@pytest.fixture
def curves(qtbot):
    made = DepthCurves()
    qtbot.addWidget(made)
    made.resize(600, 240)
    with qtbot.waitExposed(made):
        made.show()
    made.set_data(PANELS, lambda place: f"{place.panel}{place.curve}{place.depth}")
    return made


def test_all_panels_have_one_scale_that_holds_zero_and_all_numbers(curves):
    assert curves._scale.low <= -0.4
    assert curves._scale.high >= 0.9
    heights = {}
    for place in (Place(0, 0, 0), Place(0, 0, 2), Place(1, 0, 2)):
        heights[place] = curves.point_of(place).y()
    room = curves._places.room(0)
    per_unit = room.height() / (curves._scale.high - curves._scale.low)
    assert heights[Place(0, 0, 0)] - heights[Place(0, 0, 2)] == pytest.approx(0.8 * per_unit)
    assert heights[Place(1, 0, 2)] - heights[Place(0, 0, 2)] == pytest.approx(0.6 * per_unit)
    assert curves.point_of(Place(1, 0, 1)) is None
    assert curves.point_of(Place(0, 0, 0)).x() == pytest.approx(room.left())
    assert curves.point_of(Place(0, 0, 2)).x() == pytest.approx(room.right())


def test_the_mouse_reads_the_nearest_point_and_a_click_asks(curves, qtbot):
    asked, depths = [], []
    curves.number_asked.connect(lambda place, _at: asked.append(place))
    curves.depth_hovered.connect(depths.append)
    at = curves.point_of(Place(0, 0, 1)).toPoint()
    qtbot.mouseMove(curves, at)
    assert curves.accessibleDescription() == "001"
    qtbot.mouseClick(curves, Qt.MouseButton.LeftButton, pos=at)
    assert asked == [Place(0, 0, 1)]
    between = curves._places.room(1).center().toPoint()  # where a number is missing
    qtbot.mouseMove(curves, between)
    assert curves._place is None
    assert depths == [1]


def test_the_keyboard_walks_from_point_to_point(curves, qtbot):
    asked = []
    curves.number_asked.connect(lambda place, _at: asked.append(place))
    curves.setFocus()
    walk = {
        Qt.Key.Key_Right: Place(0, 0, 2),
        Qt.Key.Key_Left: Place(0, 0, 1),
        Qt.Key.Key_Down: Place(0, 1, 1),
        Qt.Key.Key_Home: Place(0, 1, 0),
        Qt.Key.Key_End: Place(0, 1, 2),
    }
    for key, place in walk.items():
        qtbot.keyClick(curves, key)
        assert curves._place == place
    qtbot.keyClick(curves, Qt.Key.Key_Down)
    assert curves._place == Place(1, 0, 2)
    qtbot.keyClick(curves, Qt.Key.Key_Down)
    assert curves._place == Place(0, 0, 2)
    qtbot.keyClick(curves, "?")
    assert asked == [Place(0, 0, 2)]
    qtbot.keyClick(curves, Qt.Key.Key_Escape)
    assert curves._place is None


def test_what_is_no_likeness_is_refused(curves):
    for values in (np.array([1.2]), np.array([[0.1]]), np.array([-1.1, 0.0])):
        with pytest.raises(ValueError, match=r"likeness|lengths"):
            curves.set_data([Panel("a", (Curve("first", values),))], str)
    with pytest.raises(ValueError, match="no panels"):
        curves.set_data([], str)
