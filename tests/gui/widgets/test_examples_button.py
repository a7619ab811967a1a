"""The examples: chosen by mouse and by keyboard, shown as they are, told whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.widgets.examples_button import Example, ExamplesButton

EXAMPLES = (Example("one & two", "the ampersand"), Example("a\nb", "the line end"))


@pytest.fixture
def button(qtbot):
    button = ExamplesButton()
    button.told = []
    button.chosen.connect(button.told.append)
    button.set_examples(EXAMPLES)
    qtbot.addWidget(button)
    with qtbot.waitExposed(button):
        button.show()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    yield button
    button.menu().close()


def test_an_example_is_said_with_what_to_look_at(button):
    texts = [action.text() for action in button.menu().actions()]
    assert texts == ["one && two: the ampersand", "a⏎b: the line end"]


def test_a_click_chooses(qtbot, button):
    menu = button.menu()
    at = menu.actionGeometry(menu.actions()[1]).center()
    assert menu.isVisible()
    qtbot.mouseMove(menu, at)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=at)
    assert button.told == ["a\nb"]
    assert not menu.isVisible()


def test_the_keyboard_chooses_and_sees_where_it_is(qtbot, button):
    menu = button.menu()
    before = menu.grab().toImage()
    for _ in EXAMPLES:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    assert menu.grab().toImage() != before
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert button.told == ["a\nb"]


def test_the_list_can_be_another_one(button):
    button.menu().close()
    button.set_examples(EXAMPLES[:1])
    button.click()
    assert len(button.menu().actions()) == 1
    button.menu().actions()[0].trigger()
    assert button.told == ["one & two"]
