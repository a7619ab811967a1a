"""The curves: their axes, and how they are read with mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.learning_curves import LOW_PX, PAGE, LearningCurves


@pytest.mark.parametrize("steps", [[400], [0, 1], [0, 1, 2], [0, 400], list(range(401))])
@pytest.mark.parametrize("width", [300, 700])
def test_the_axis_has_no_steps_between_two_steps(qtbot, steps, width):
    curves = LearningCurves()
    qtbot.addWidget(curves)
    curves.resize(width, 300)
    with qtbot.waitExposed(curves):
        curves.show()
    values = np.linspace(1, 0, len(steps))
    curves.set_data(np.array(steps), values, values, steps[-1], 1.0)
    curves.grab()
    axis = curves._figure._axes[2]
    low, high = axis.range
    assert low <= steps[0] <= steps[-1] <= high
    _, ticks = axis.tickValues(low, high, axis.width())[0]
    assert len(ticks) > 1
    assert all(float(tick).is_integer() for tick in ticks)


def test_the_keyboard_reads_the_curves_point_by_point(qtbot):
    room = QWidget()
    QLineEdit(room).setFocus()
    curves = LearningCurves(room)
    qtbot.addWidget(room)
    curves.resize(400, 300)
    with qtbot.waitExposed(room):
        room.show()
    values = np.linspace(1, 0, 51)
    curves.set_data(np.arange(51), values, 1 - values, 40, 1.0)
    told = curves.findChild(QLabel, "curveReading")
    before = curves.grab().toImage()
    curves.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(curves.hasFocus)
    assert told.text().startswith("Step 40: ")
    assert curves.grab().toImage() != before  # a ring says where the keyboard is
    step, key = 40, Qt.Key
    for pressed, wanted in (
        (key.Key_Left, 39),
        (key.Key_Left, 38),
        (key.Key_Right, 39),
        (key.Key_PageUp, 39 - PAGE),
        (key.Key_End, 50),
        (key.Key_Right, 50),
        (key.Key_Home, 0),
        (key.Key_Left, 0),
        (key.Key_PageDown, PAGE),
    ):
        qtbot.keyClick(curves, pressed)
        step = wanted
        assert told.text() == f"Step {step}: loss {1 - step / 50:.4f}, {step / 50:.0%} right"
        assert curves.accessibleDescription().startswith(told.text())
    curves.set_data(np.arange(61), np.ones(61), np.ones(61), 60, 1.0)  # while it trains
    assert told.text().startswith(f"Step {PAGE}: ")
    qtbot.keyClick(curves, key.Key_Escape)
    assert told.text().startswith("Step 60: ")
    qtbot.keyClick(curves, key.Key_Left)
    curves.clearFocus()
    assert told.text().startswith("Step 60: ")


def test_there_is_nothing_to_read_before_there_are_curves(qtbot):
    curves = LearningCurves()
    qtbot.addWidget(curves)
    curves.show()
    curves.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.findChild(QLabel, "curveReading").text() == curves.accessibleDescription()


def test_a_small_loss_is_written_as_it_is_at_any_size_and_in_any_look(qtbot, qapp):
    curves = LearningCurves()
    qtbot.addWidget(curves)
    curves.resize(400, 300)
    with qtbot.waitExposed(curves):
        curves.show()
    curves.set_data(np.arange(9), np.linspace(0.4, 0, 9), np.ones(9), 8, 0.3)
    for height in (300, 140, 300):
        curves.resize(400, height)
        theme.apply(qapp, theme.DARK)
        curves.grab()
        loss, _, bottom = curves._figure._axes
        assert [axis.autoSIPrefixScale for axis in curves._figure._axes] == [1, 1, 1]  # no 400 m
        assert loss.tickStrings([0.2, 0.4], 1.0, 0.2) == ["0.2", "0.4"]
        assert bottom.label.isVisible() == (height > LOW_PX)


@pytest.fixture
def pointed(qtbot):
    """Curves on a tab, below other things, of which the mouse reads a step that is not the last."""
    tabs, page, curves = QTabWidget(), QWidget(), LearningCurves()
    column = QVBoxLayout(page)
    column.addSpacing(60)
    column.addWidget(curves)
    tabs.addTab(page, "1")
    tabs.addTab(QWidget(), "2")
    qtbot.addWidget(tabs)
    tabs.resize(500, 400)
    with qtbot.waitExposed(tabs):
        tabs.show()
    tabs.curves, tabs.told = curves, curves.findChild(QLabel, "curveReading")
    show_steps(curves, 40)
    tabs.view = curves._figure.widget.viewport()
    point_at(qtbot, tabs, 0.5)
    assert not tabs.told.text().startswith("Step 40: ")
    assert rings(curves) == 2
    return tabs


def show_steps(curves, last):
    values = np.linspace(1, 0, last + 1)
    curves.set_data(np.arange(last + 1), values, 1 - values, last, 1.0)


def point_at(qtbot, tabs, share):
    """With real moves, one close to the other."""
    for across in (0, 1):
        at = QPoint(int(tabs.view.width() * share) + across, tabs.view.height() // 4)
        qtbot.mouseMove(tabs.view, at)


def rings(curves):
    return sum(len(ring.data) for ring in curves._figure._rings)


def is_where_one_is(tabs, step):
    return tabs.told.text().startswith(f"Step {step}: ") and rings(tabs.curves) == 0


def test_the_reading_goes_with_the_mouse(qtbot, pointed):
    qtbot.mouseMove(pointed, QPoint(250, 45))  # above the curves, in one go
    qtbot.waitUntil(lambda: is_where_one_is(pointed, 40), timeout=1000)


def test_the_reading_goes_when_the_mouse_stops_on_the_words_below(qtbot, pointed):
    """They are the curves' own, but no place of theirs."""
    qtbot.mouseMove(pointed.told, pointed.told.rect().center())
    qtbot.waitUntil(lambda: is_where_one_is(pointed, 40), timeout=1000)


def test_the_reading_goes_when_a_fast_mouse_stops_beside_the_axes(qtbot, pointed):
    point_at(qtbot, pointed, 0.6)
    qtbot.mouseMove(pointed.view, QPoint(2, 2))
    assert is_where_one_is(pointed, 40)


def test_the_reading_goes_while_it_trains(qtbot, pointed):
    show_steps(pointed.curves, 41)
    assert rings(pointed.curves) == 2
    qtbot.mouseMove(pointed, QPoint(250, 45))
    show_steps(pointed.curves, 42)
    qtbot.waitUntil(lambda: is_where_one_is(pointed, 42), timeout=1000)
    show_steps(pointed.curves, 43)
    assert is_where_one_is(pointed, 43)


def test_the_reading_goes_with_the_page(qtbot, pointed):
    pointed.setCurrentIndex(1)
    assert is_where_one_is(pointed, 40)
    pointed.setCurrentIndex(0)
    assert is_where_one_is(pointed, 40)
