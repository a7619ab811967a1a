from __future__ import annotations

import pytest

from gui.tabs.text import OF_EMBEDDINGS, TextTab
from gui.text.embeddings import FIGURES
from gui.text.overview import Overview
from gui.text.plane_page import PlanePage
from gui.text.positions_page import PositionsPage
from tests.gui.traces import random_plane, random_trace


@pytest.fixture
def tab(at_rest, session, qtbot):
    made = TextTab(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    return made


@pytest.mark.parametrize("name", TextTab.VIEWS)
def test_every_view_can_be_opened_by_its_name(tab, name):
    tab.show_view(name)
    assert tab.view == name
    assert tab.overview.isVisible() == (name in Overview.VIEWS)


def test_the_names_of_the_figures_are_known_before_these_are_made():
    assert tuple(FIGURES) == ("embeddings", *OF_EMBEDDINGS)


def test_only_the_page_that_is_shown_takes_what_is_new(tab, session):
    tab.show_view("embeddings")
    plane = tab.findChild(PlanePage).plane
    tab.show_view("map")
    session.plane = random_plane()
    session.plane_changed.emit(session.plane)
    session.trace = random_trace(11, 3, 4)
    session.trace_changed.emit(session.trace)
    assert plane._plane is None
    tab.show_view("embeddings")
    assert plane._plane is session.plane


def test_a_page_is_made_when_it_is_first_shown_and_catches_up(tab, session):
    assert tab.findChild(PlanePage) is None
    session.plane = random_plane()
    session.plane_changed.emit(session.plane)
    tab.show_view("embeddings")
    made = tab.findChild(PlanePage)
    assert made.plane._plane is session.plane
    assert tab.findChild(PositionsPage) is None
    tab.show_view("map")
    tab.show_view("embeddings")
    assert tab.findChildren(PlanePage) == [made]
