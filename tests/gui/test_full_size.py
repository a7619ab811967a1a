from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from gui.figures import FigureButton
from gui.session import Session
from gui.tabs.text import TextTab
from gui.widgets.card import Card
from tests.gui.traces import random_plane, random_trace


@pytest.fixture
def tab(qapp, qtbot):
    qapp.setProperty("reduceMotion", True)
    session = Session()
    made = TextTab(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    session.plane = random_plane()
    session.plane_changed.emit(session.plane)
    session.trace = random_trace(11, 3, 4)
    session.trace_changed.emit(session.trace)
    yield made
    session.shutdown()


def full(tab, name):
    """The entry of a figure's menu, as it is when the menu is opened."""
    menu = tab.findChild(FigureButton, name).menu()
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if "Full" in action.text())


def shown(tab):
    return [card for card in tab.findChildren(Card) if card.isVisible()]


def test_a_card_fills_its_page_and_gives_the_room_back(tab, qtbot):
    before = shown(tab)
    assert len(before) == 4
    size = tab.overview.map.size()
    action = full(tab, "saveHeadButton")
    assert not action.isChecked()
    action.trigger()
    (card,) = shown(tab)
    assert card.isAncestorOf(tab.overview.map)
    qtbot.waitUntil(lambda: tab.overview.map.width() > 2 * size.width())
    assert tab.overview.map.height() > size.height()
    action = full(tab, "saveHeadButton")
    assert action.isChecked()
    action.trigger()
    assert shown(tab) == before


def test_a_card_alone_on_its_page_cannot_grow(tab):
    tab.show_view("embeddings")
    tab.findChild(QPushButton, "embeddingPages2").click()
    button = next(each for each in tab.findChildren(FigureButton) if each.isVisible())
    assert not full(tab, button.objectName()).isVisible()
