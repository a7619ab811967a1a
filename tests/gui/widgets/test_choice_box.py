"""A list that drops down: what is chosen stands in it whole, and it takes the theme's colours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QComboBox

from gui import theme
from gui.widgets.choice_box import ARROW_PX, SIDE_PX, ChoiceBox


@pytest.fixture
def box(qtbot):
    box = ChoiceBox("box", "What to choose")
    qtbot.addWidget(box)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.addItems(["Rank", "after layer 6, the last"])
    box.show()
    return box


@pytest.mark.parametrize("size", theme.TEXT_SIZES)
@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
def test_the_longest_choice_is_whole(box, qapp, look, size):
    theme.apply(qapp, look, size)
    box.resize(box.sizeHint())
    room = box.width() - ARROW_PX - SIDE_PX - 1
    assert QFontMetrics(box.font()).horizontalAdvance(box.itemText(1)) <= room


def test_it_has_the_colours_of_a_button_and_the_accent_where_the_keyboard_is(box, qapp, qtbot):
    theme.apply(qapp, theme.DARK)
    box.resize(160, 26)
    box.clearFocus()
    picture = box.grab().toImage()
    assert picture.pixelColor(4, 13) == QColor(theme.DARK.raised)
    assert picture.pixelColor(80, 0) != QColor(theme.DARK.accent)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(box.hasFocus)
    assert box.grab().toImage().pixelColor(80, 0) == QColor(theme.DARK.accent)


def test_arrows_choose_and_a_click_opens_the_list(box, qtbot):
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "after layer 6, the last"
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.view().isVisible)
    box.hidePopup()


def test_each_list_of_the_window_is_such_a_one(request):
    """None is left in the style's own greys."""
    sources = (request.config.rootpath / "gui").rglob("*.py")
    left = [path.name for path in sources if "= QComboBox()" in path.read_text("utf-8")]
    assert not left
