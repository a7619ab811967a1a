"""A second text below the prompt: it comes and goes, and is kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QToolButton

from gui.widgets.comparing_bar import ComparingBar
from gui.widgets.prompt_bar import MOST


@pytest.fixture
def bar(qtbot):
    bar = ComparingBar()
    bar.said, bar.seconds, bar.modes = [], [], []
    bar.edited.connect(bar.said.append)
    bar.second_edited.connect(bar.seconds.append)
    bar.comparing_changed.connect(bar.modes.append)
    qtbot.addWidget(bar)
    bar.resize(600, 50)
    bar.show()
    return bar


@pytest.fixture
def compare(bar):
    return bar.findChild(QPushButton, "compareButton")


def test_the_second_field_comes_with_a_click_and_keeps_its_text(qtbot, bar, compare):
    bar.set_second("She took her money to the bank")
    assert not bar.second.isVisible()
    low = bar.sizeHint().height()
    qtbot.mouseClick(compare, Qt.MouseButton.LeftButton)
    assert bar.second.isVisible()
    assert bar.is_comparing
    assert bar.sizeHint().height() > low + 20
    assert bar.second.selectedText() == bar.second_text()  # what is typed takes its place
    qtbot.keyClick(bar.second, Qt.Key.Key_End)
    qtbot.keyClicks(bar.second, "!")
    qtbot.mouseClick(compare, Qt.MouseButton.LeftButton)
    assert not bar.second.isVisible()
    assert bar.sizeHint().height() == low
    text = "She took her money to the bank"
    assert bar.seconds == [text, f"{text}!", ""]
    assert bar.modes == [True, False]
    assert bar.second_text() == f"{text}!"
    assert bar.said == []


def test_one_undo_takes_what_was_typed_and_leaves_the_text_that_was_there(qtbot, bar, compare):
    text = "She took her money to the bank"
    bar.set_second(text)
    qtbot.mouseClick(compare, Qt.MouseButton.LeftButton)
    qtbot.keyClick(bar.second, Qt.Key.Key_End)
    qtbot.keyClicks(bar.second, " again")
    for _ in range(2):
        qtbot.keyClick(bar.second, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert bar.second_text() == text
    bar.second.selectAll()
    qtbot.keyClicks(bar.second, "Mine")
    qtbot.keyClick(bar.second, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bar.second_text() == bar.seconds[-1] == text


def test_what_is_set_from_elsewhere_tells_nothing(bar, compare):
    bar.set_second("one\ntwo")
    bar.set_comparing(True)
    assert bar.second.text() == "one⏎two"
    assert bar.second_text() == "one\ntwo"
    assert bar.second.isVisible()
    bar.set_comparing(False)
    assert bar.seconds == bar.modes == []


def test_the_second_text_can_be_cleared(qtbot, bar, compare):
    bar.set_second("She")
    bar.set_comparing(True)
    qtbot.mouseClick(
        bar.findChild(QToolButton, "clearSecondPromptButton"), Qt.MouseButton.LeftButton
    )
    assert bar.seconds == [""]
    assert bar.is_comparing
    with qtbot.waitSignal(bar.too_long):
        QGuiApplication.clipboard().setText("x" * (MOST + 1))
        qtbot.keyClick(bar.second, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
