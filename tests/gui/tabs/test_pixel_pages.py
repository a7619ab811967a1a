"""The pages of the Pixels tab's middle card, as a user meets them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.picture_map import PICTURES, neighbours, place_of
from core.pixelnet import SYMBOLS
from gui.widgets.answer_counts import AnswerCounts
from gui.widgets.microscope import MicroscopePage
from gui.widgets.picture_closeup import PictureCloseup
from gui.widgets.picture_map import PictureMap
from tests.gui.tabs.pixels import shown_pixels_tab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tab(qtbot):
    with shown_pixels_tab(qtbot) as page:
        yield page


def open_page(tab, qtbot, number):
    qtbot.mouseClick(tab.findChild(QPushButton, f"netPages{number}"), LEFT)


def test_a_click_on_the_map_draws_and_undo_takes_it_back(tab, qtbot):
    open_page(tab, qtbot, 2)
    sheet = tab.findChild(PictureMap)
    qtbot.mouseClick(sheet, LEFT, pos=sheet.rect_of(333).center().toPoint())
    assert np.array_equal(tab.pixels.picture, PICTURES[333])
    assert (sheet._current, sheet._around) == (333, neighbours(333))
    tab.pixels.undo_stack.undo()
    assert np.array_equal(tab.pixels.picture, SYMBOLS[2].picture)
    assert sheet._current == place_of(SYMBOLS[2].picture)


def test_the_map_follows_every_step_of_training(tab, qtbot):
    open_page(tab, qtbot, 2)
    counts = tab.findChild(AnswerCounts)
    tab.pixels.reset()
    seen = {counts.accessibleDescription()}
    for _ in range(3):
        tab.pixels.one_step()
        seen.add(counts.accessibleDescription())
    assert len(seen) == 4


def test_a_map_that_was_hidden_has_caught_up_when_it_is_shown(tab, qtbot):
    open_page(tab, qtbot, 2)
    open_page(tab, qtbot, 1)
    tab.pixels.load(0)
    open_page(tab, qtbot, 2)
    assert tab.findChild(PictureMap)._current == place_of(SYMBOLS[0].picture)
    assert tab.findChild(PictureCloseup).text().startswith("It says: an x.")


def test_the_microscope_looks_at_what_is_drawn_and_its_update_is_the_nets(tab, qtbot):
    open_page(tab, qtbot, 4)
    page, before = tab.findChild(MicroscopePage), tab.pixels.net
    assert page.text().startswith("1/12  The picture is nine numbers")
    tab.pixels.load(3)
    assert "Suppose the right answer is a T" in page.text()
    for _ in range(11):
        qtbot.mouseClick(tab.findChild(QPushButton, "microscopeNext"), LEFT)
    qtbot.mouseClick(tab.findChild(QPushButton, "microscopeApply"), LEFT)
    assert not np.array_equal(tab.pixels.net.weights[2], before.weights[2])
    qtbot.keyClick(tab, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(tab.pixels.net.weights[2], before.weights[2])
