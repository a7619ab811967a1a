"""The journey's plane: dots where the numbers say, glides, walks by keyboard, zoom that stays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gui.widgets.journey_plane import JourneyPlane, Way

FIRST = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 2.0]])
SECOND = FIRST * (1, -1)


@pytest.fixture
def plane(qtbot):
    made = JourneyPlane()
    qtbot.addWidget(made)
    made.resize(500, 400)
    with qtbot.waitExposed(made):
        made.show()
    fill(made)
    return made


def fill(plane, first=FIRST, *others):
    ways = [Way("two", "second", SECOND), Way("one", "first", first), *others]
    plane.set_data(ways, ("All.",), lambda way, depth: f"{way}:{depth}")


def test_all_dots_are_in_sight_on_one_scale_and_up_is_up(plane):
    at = plane._at.astype(np.float64)
    assert all(plane._area.contains(QPointF(*each)) for each in at.tolist())
    points = np.concatenate([SECOND, FIRST])
    steps, shown = points - points[0], at - at[0]
    scale = shown[2, 0] / steps[2, 0]
    np.testing.assert_allclose(shown, steps * (scale, -scale), atol=1e-3)


def test_a_path_that_was_there_glides_and_a_changed_one_sets_out_from_the_first(plane, qtbot, qapp):
    moved = FIRST + np.array([0.0, 1.0])
    seen = []
    plane._move._motion.valueChanged.connect(lambda _share: seen.append(plane._now.copy()))
    fill(plane, FIRST, Way("changed", "changed", moved))
    np.testing.assert_array_equal(plane._now[-3:], FIRST)
    qtbot.waitUntil(lambda: np.array_equal(plane._now[-3:], moved))
    assert len(seen) > 1
    qapp.setProperty("reduceMotion", True)
    fill(plane, FIRST, Way("changed", "changed", moved + 1))
    np.testing.assert_array_equal(plane._now[-3:], moved + 1)


def test_a_view_that_was_chosen_stays_as_paths_change(plane, qapp):
    qapp.setProperty("reduceMotion", True)
    plane.zoom_by(3)
    before = plane._at[0].copy()
    fill(plane, FIRST * 0.5, Way("changed", "changed", FIRST * 9))
    np.testing.assert_allclose(plane._at[0], before, atol=1e-3)
    plane.fit()
    far = plane._at[-1].tolist()
    fill(plane, FIRST * 0.5, Way("changed", "changed", FIRST * 9))
    np.testing.assert_allclose(plane._at[-1], far, atol=1e-3)


def test_the_keyboard_walks_over_the_dots_and_asks(plane, qtbot):
    depths, asked = [], []
    plane.depth_hovered.connect(depths.append)
    plane.number_asked.connect(lambda dot, _at: asked.append(dot))
    plane.setFocus()
    for _ in range(5):
        qtbot.keyClick(plane, Qt.Key.Key_PageDown)
    assert plane.accessibleDescription() == "1:1"
    qtbot.keyClick(plane, "?")
    qtbot.keyClick(plane, Qt.Key.Key_PageUp)
    qtbot.keyClick(plane, Qt.Key.Key_Escape)
    assert asked == [(1, 1)]
    assert depths == [0, 1, 2, 0, 1, 0, None]
    assert plane.accessibleDescription() == "All."


def test_a_click_on_a_dot_asks_and_its_number_stands_beside_it(plane, qtbot):
    asked = []
    plane.number_asked.connect(lambda dot, _at: asked.append(dot))
    at = QPointF(*plane._at[5].tolist()).toPoint()
    qtbot.mouseMove(plane, at)
    qtbot.mouseClick(plane, Qt.MouseButton.LeftButton, pos=at)
    assert asked == [(1, 2)]
    labels = [(name.id, name.label) for name in plane._numbers]
    assert (2, "2") in labels
    assert (5, "2") in labels
    assert (3, "0") not in labels  # it lies on the other's, which has its number


def test_no_number_lies_on_a_line(plane, qapp):
    qapp.setProperty("reduceMotion", True)
    for turn in np.linspace(0, np.pi, 9):
        step, bend = np.array([np.cos(turn), np.sin(turn)]), np.array([0.0, 0.6])
        first = np.array([0 * step, step, 2 * step + bend])
        plane.set_data([Way("one", "first", first)], ("All.",), lambda way, depth: f"{way}:{depth}")
        plane.fit()
        assert len(plane._numbers) == 3
        for start, end in pairwise(plane._dots_of(0)):
            along = [start + (end - start) * share for share in np.linspace(0, 1, 50).tolist()]
            for name in plane._numbers:
                assert not any(map(name.place.contains, along))


def test_wrong_paths_are_refused(plane):
    for ways in ([], [Way("a", "first", FIRST), Way("b", "second", FIRST[:2])]):
        with pytest.raises(ValueError, match=r"paths|shape"):
            plane.set_data(ways, (), "{}{}".format)
    with pytest.raises(ValueError, match="finite"):
        plane.set_data([Way("a", "first", FIRST * np.nan)], (), "{}{}".format)
