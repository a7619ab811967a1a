"""Choosing what to draw with: by slider, by swatch, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QSlider

from gui.widgets.ink_slider import InkSlider


@pytest.fixture
def inks(qtbot):
    widget = InkSlider()
    qtbot.addWidget(widget)
    widget.resize(30, 200)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def swatch(inks, name) -> QAbstractButton:
    return inks.findChild(QAbstractButton, name)


def test_a_swatch_chooses_its_ink_and_is_marked(inks, qtbot):
    seen = []
    inks.ink_changed.connect(seen.append)
    assert (inks.ink, swatch(inks, "penButton").isChecked()) == (-1.0, True)
    qtbot.mouseClick(swatch(inks, "eraserButton"), Qt.MouseButton.LeftButton)
    assert seen == [1.0]
    assert swatch(inks, "eraserButton").isChecked()
    assert not swatch(inks, "penButton").isChecked()
    qtbot.mouseClick(swatch(inks, "eraserButton"), Qt.MouseButton.LeftButton)
    assert swatch(inks, "eraserButton").isChecked()  # a second click is not "off"
    qtbot.keyClick(swatch(inks, "penButton"), Qt.Key.Key_Space)
    assert seen == [1.0, -1.0]


def test_keys_slide_over_the_greys(inks, qtbot):
    slider = inks.findChild(QSlider, "ink")
    seen = []
    inks.ink_changed.connect(seen.append)
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Up)
    assert seen == [-0.9, -0.8, -0.7]
    assert slider.accessibleName() == "Ink: grey \N{MINUS SIGN}0.7, \N{MINUS SIGN}0.7"
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert abs(inks.ink) == 1.0


def test_an_ink_set_from_outside_is_silent(inks, qtbot):
    with qtbot.assertNotEmitted(inks.ink_changed):
        inks.set_ink(0.4)
    assert inks.ink == 0.4
