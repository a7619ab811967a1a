"""A switch between views: one is down, and only another one is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton

from gui import theme
from gui.widgets.switch import Switch


@pytest.fixture
def switch(qtbot):
    switch = Switch("views", {"Bars": "How likely", "Why?": "Where from"})
    qtbot.addWidget(switch)
    switch.show()
    switch.told = []
    switch.chosen.connect(switch.told.append)
    return switch


def test_a_click_chooses_and_a_second_one_changes_nothing(qtbot, switch):
    assert switch.index == 0
    for name, index in (("views2", 1), ("views2", 1), ("views1", 0)):
        qtbot.mouseClick(switch.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
        assert switch.index == index
    assert switch.told == [1, 0]


def test_a_view_that_makes_no_sense_now_is_not_offered(switch):
    first, second = (switch.findChild(QPushButton, f"views{n}") for n in (1, 2))
    switch.offer(1, False)
    assert not second.isVisible()
    assert first.property("end") == "left"
    switch.offer(1, True)
    switch.offer(0, False)
    assert second.property("end") == "left"
    switch.offer(0, True)
    assert [each.property("end") for each in (first, second)] == ["left", "right"]


def test_where_there_is_little_room_the_words_stay_whole(switch, qapp):
    for width in (switch.sizeHint().width(), switch.minimumSizeHint().width()):
        switch.setFixedWidth(width)
        qapp.processEvents()
        for button in switch.findChildren(QPushButton):
            bold = QFontMetrics(theme.font(bold=True))
            assert button.width() >= bold.horizontalAdvance(button.text()) + 4
    assert switch.minimumSizeHint().width() < switch.sizeHint().width()


@pytest.mark.parametrize("percent", [100, 150])
def test_an_elastic_one_shortens_its_names_and_tells_them_whole(qtbot, qapp, percent):
    theme.apply(qapp, theme.LIGHT, percent)
    names = {"Overview": "All of it", "Embeddings": "Vectors", "Bars": "How likely"}
    switch = Switch("pages", names, elastic=True)
    qtbot.addWidget(switch)
    switch.setFixedWidth(switch.sizeHint().width())
    switch.show()
    qapp.processEvents()
    buttons = switch.findChildren(QPushButton)
    assert [button.text() for button in buttons] == list(names)
    switch.setFixedWidth(switch.minimumSizeHint().width())
    qapp.processEvents()
    assert [button.text()[-1] == "…" for button in buttons] == [True, True, False]
    bold = QFontMetrics(theme.font(bold=True))
    for button in buttons:
        assert bold.horizontalAdvance(button.text()) <= button.width()
        assert len(button.text()) >= 4
    assert switch.names == list(names)
    assert "Embeddings" in buttons[1].toolTip()
    switch.setFixedWidth(switch.sizeHint().width())
    qapp.processEvents()
    assert [button.text() for button in buttons] == list(names)


def test_it_can_be_set_and_used_by_keyboard(qtbot, switch):
    switch.choose(1)
    button = switch.findChild(QPushButton, "views2")
    assert button.accessibleName() == "Where from"
    qtbot.keyClick(switch.findChild(QPushButton, "views1"), Qt.Key.Key_Space)
    assert switch.index == 0
    assert switch.told == [1, 0]


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_what_cannot_be_chosen_now_looks_so_and_says_why(qtbot, qapp, switch, look):
    theme.apply(qapp, look)
    button = switch.findChild(QPushButton, "views2")

    def strongest():
        """How far the strongest letter is from the ground."""
        picture = button.grab().toImage()
        inside = button.rect().adjusted(4, 4, -4, -4)
        ground = picture.pixelColor(inside.topLeft()).lightness()
        return max(
            abs(picture.pixelColor(x, y).lightness() - ground)
            for x in range(inside.left(), inside.right())
            for y in range(inside.top(), inside.bottom())
        )

    before = strongest()
    switch.allow(1, "Not today")
    assert strongest() < 0.7 * before
    assert "Not today" in button.toolTip()
    switch.allow(1)
    assert strongest() == before
    assert button.accessibleName() in button.toolTip()
