"""Steps from token to token: the buttons stay under the mouse, whatever the token is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from gui import theme
from gui.widgets.token_stepper import TokenStepper

LABELS = ("␣a", "␣considerably", "␣b")


@pytest.fixture
def stepper(qtbot):
    page = QWidget()
    row = QHBoxLayout(page)
    row.addStretch(1)
    row.addWidget(made := TokenStepper("test", "after"))
    page.resize(500, 60)
    qtbot.addWidget(page)
    page.show()
    made.token_wanted.connect(lambda at: made.set_data(LABELS, at))
    made.set_data(LABELS, 0)
    QApplication.processEvents()
    made.page = page
    return made


def places(stepper):
    for _ in range(3):  # one round for each layout around another
        QApplication.processEvents()
    return [
        button.mapTo(stepper.page, button.rect().topLeft())
        for button in stepper.findChildren(QToolButton)
    ]


def test_the_buttons_stay_once_the_widest_was_seen(stepper, qtbot):
    back, on = stepper.findChildren(QToolButton)
    qtbot.mouseClick(on, Qt.MouseButton.LeftButton)
    widest = places(stepper)
    qtbot.mouseClick(on, Qt.MouseButton.LeftButton)
    assert places(stepper) == widest
    assert not on.isEnabled()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert places(stepper) == widest
    assert "␣considerably" in stepper._label.text()


def test_the_name_has_room_in_larger_letters_too(stepper, qapp):
    theme.apply(qapp, theme.LIGHT, 150)
    try:
        QApplication.processEvents()
        assert stepper._label.width() >= stepper._label.sizeHint().width()
        assert stepper._label.height() >= stepper._label.sizeHint().height()
    finally:
        theme.apply(qapp, theme.LIGHT, 100)
