"""The controls say what each setting means now, and tell only what the user did."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QSpinBox

from gui.widgets.sampling_controls import SamplingControls


@pytest.fixture
def controls(qtbot):
    made = SamplingControls()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def told(controls):
    seen = []
    controls.sampling_edited.connect(lambda *values: seen.append(values))
    return seen


def words(controls) -> str:
    labels = controls.findChildren(QLabel)
    return " | ".join(label.text() for label in labels if label.isVisible())


def slider(controls, name) -> QSlider:
    return controls.findChild(QSlider, name)


def spin(controls, name) -> QSpinBox:
    return controls.findChild(QSpinBox, name)


def test_keys_move_the_temperature(controls, told, qtbot):
    qtbot.keyClick(slider(controls, "temperatureSlider"), Qt.Key.Key_Right)
    qtbot.keyClick(slider(controls, "temperatureSlider"), Qt.Key.Key_PageUp)
    assert told == [(1.01, 0, 1.0, 0.0, 1.0), (1.11, 0, 1.0, 0.0, 1.0)]
    assert "1.11" in words(controls)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_a_click_on_the_track_brings_the_handle(controls, told, qtbot, share):
    controls.resize(700, 300)
    track = slider(controls, "temperatureSlider")
    where = QPoint(round(share * track.width()), track.height() // 2)
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=where)
    assert controls.is_dragging()
    with qtbot.waitSignal(controls.drag_ended):
        qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=where)
    assert told[-1][0] == pytest.approx(2 * share, abs=0.1)
    assert not controls.is_dragging()


def test_top_k_is_typed_and_top_p_slid(controls, told, qtbot):
    box = spin(controls, "topKSpin")
    box.selectAll()
    qtbot.keyClicks(box, "40")
    qtbot.keyClick(slider(controls, "topPSlider"), Qt.Key.Key_Left)
    assert told[-1] == (1.0, 40, 0.99, 0.0, 1.0)
    assert "Only the 40 likeliest" in words(controls)
    assert "99% together" in words(controls)


def test_temperature_zero_and_what_is_off_are_said_in_words(controls):
    assert "Exactly as the model says" in words(controls)
    assert spin(controls, "topKSpin").text() == "off"
    assert words(controls).count("Off:") == 2
    controls.set_data(0.0, 40, 0.9)
    assert "Always the likeliest" in words(controls)
    assert words(controls).count("No effect") == 3


@pytest.mark.parametrize(
    ("temperature", "said"), [(0.5, "More careful"), (1.5, "More adventurous"), (100.0, "100.00")]
)
def test_each_temperature_has_its_words(controls, temperature, said):
    controls.set_data(temperature, 0, 1.0)
    assert said in words(controls)


def test_showing_settings_tells_nobody_and_keeps_what_the_slider_cannot_show(controls, told, qtbot):
    controls.set_data(3.456, 7, 0.505)
    assert told == []
    qtbot.keyClick(spin(controls, "topKSpin"), Qt.Key.Key_Up)
    assert told == [(3.456, 8, 0.505, 0.0, 1.0)]


def test_the_seed_goes_up_to_the_largest(controls, qtbot):
    box = spin(controls, "seedSpin")
    seeds = []
    controls.seed_edited.connect(seeds.append)
    box.selectAll()
    qtbot.keyClicks(box, str(2**31 - 1))
    assert seeds[-1] == 2**31 - 1
    controls.set_seed(5)
    assert box.value() == 5
    assert seeds[-1] == 2**31 - 1


def test_one_button_generates_and_stops(controls, qtbot):
    button = controls.findChild(QPushButton, "generateButton")
    assert not button.isEnabled()
    controls.set_ready(True)
    with qtbot.waitSignal(controls.generate_clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    controls.set_generating(True)
    assert button.text() == "Stop"
    with qtbot.waitSignal(controls.stop_clicked), qtbot.assertNotEmitted(controls.generate_clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_control_is_explained(controls):
    for name in ("temperatureSlider", "topPSlider"):
        assert slider(controls, name).toolTip()
    for name in ("topKSpin", "seedSpin"):
        assert spin(controls, name).toolTip()


def test_the_extras_take_the_place_of_the_usual_settings(controls, told, qtbot):
    button = controls.findChild(QPushButton, "extrasButton")
    assert not slider(controls, "minPSlider").isVisible()
    high = controls.sizeHint().height()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert controls.sizeHint().height() == high
    assert not slider(controls, "temperatureSlider").isVisible()
    assert words(controls).count("Off:") == 2
    qtbot.keyClick(slider(controls, "minPSlider"), Qt.Key.Key_PageUp)
    qtbot.keyClick(slider(controls, "penaltySlider"), Qt.Key.Key_PageUp)
    assert told[-1] == (1.0, 0, 1.0, 0.1, 1.1)
    assert "10% of the likeliest" in words(controls)
    assert "come again less easily" in words(controls)
    assert button.text() == "Extras: on"
    controls.set_data(0.0, 0, 1.0, 0.1, 0.9)
    assert "No effect" in words(controls)
    assert "come again more easily" in words(controls)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert slider(controls, "temperatureSlider").isVisible()
    assert button.text() == "Extras: on"
    controls.set_data(0.0, 0, 1.0)
    assert button.text() == "Extras"


BAD = [(-1, 0, 1), (float("nan"), 0, 1), (1, -1, 1), (1, 0, 1.1), (1, 0, 1, 2), (1, 0, 1, 0, 0)]


@pytest.mark.parametrize("values", BAD)
def test_what_are_no_settings_is_refused(controls, values):
    with pytest.raises(ValueError, match="settings"):
        controls.set_data(*values)
