"""The pages of the Pixels tab's middle card, as a user meets them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QScrollArea, QSlider, QWidget

from core.picture_map import PICTURES, neighbours, place_of
from core.pixelnet import SYMBOLS
from gui.full_size import set_full
from gui.pixel_trainer import USUAL_SPEED
from gui.tabs.pixels import NARROW, NOT_YET
from gui.widgets.answer_counts import AnswerCounts
from gui.widgets.microscope import MicroscopePage
from gui.widgets.motion_diagram import MotionDiagram
from gui.widgets.picture_closeup import PictureCloseup
from gui.widgets.picture_map import PictureMap
from gui.widgets.symbol_bars import SymbolBars
from gui.widgets.training_options import WHAT
from gui.widgets.training_panel import TrainingPanel
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


@pytest.mark.parametrize("size", [(720, 588), (976, 708)])  # of the tab in a window of 1024, 1280
def test_the_steps_show_their_net_and_all_their_numbers(tab, qtbot, size):
    tab.resize(*size)
    open_page(tab, qtbot, 4)
    numbers, diagram = tab.findChild(QPlainTextEdit), tab.findChild(MotionDiagram)
    # The cards share the room out anew once the event loop has seen to it.
    qtbot.waitUntil(lambda: diagram.height() >= 140)
    for _ in range(11):
        assert numbers.verticalScrollBar().maximum() == 0
        assert numbers.horizontalScrollBar().maximum() == 0
        heights = numbers.height(), diagram.height()
        qtbot.mouseClick(tab.findChild(QPushButton, "microscopeNext"), LEFT)
        tab.grab()
        assert (numbers.height(), diagram.height()) == heights  # nothing jumps


def test_the_answer_is_shown_only_once_the_steps_have_come_to_it(tab, qtbot):
    bars, verdict = tab.findChild(SymbolBars), tab.findChild(QLabel, "verdict")
    whole = (bars.accessibleDescription(), verdict.text())
    assert "%" in whole[0]
    open_page(tab, qtbot, 4)
    for _ in range(3):  # the picture, and two hidden layers
        assert bars.accessibleDescription() == "x ?. All: x ?, o ?, + ?, T ?."
        assert verdict.text() == NOT_YET
        qtbot.mouseClick(tab.findChild(QPushButton, "microscopeNext"), LEFT)
    assert (bars.accessibleDescription(), verdict.text()) == whole
    qtbot.mouseClick(tab.findChild(QPushButton, "microscopeBack"), LEFT)
    tab.pixels.load(2)
    assert verdict.text() == NOT_YET
    open_page(tab, qtbot, 1)
    assert verdict.text() == tab.pixels.verdict()


def test_a_narrow_window_gives_each_page_its_room_and_play_wherever_it_is_needed(tab, qtbot):
    tab.resize(720, 588)
    play = tab.findChild(QPushButton, "playButton")
    for page, shown in ((1, True), (2, True), (3, True), (4, False), (5, True)):
        open_page(tab, qtbot, page)
        qtbot.waitUntil(lambda shown=shown: play.isVisible() == shown)
    tab.resize(976, 708)
    open_page(tab, qtbot, 4)
    qtbot.waitUntil(play.isVisible)


@pytest.mark.parametrize("size", [(720, 588), (976, 708)])
def test_all_options_can_be_seen_and_are_explained_where_they_stand(tab, qtbot, size):
    qtbot.mouseMove(tab, QPoint(1, 1))  # an earlier test may have left it where an option comes
    tab.resize(*size)
    open_page(tab, qtbot, 3)
    scroll, told = tab.findChild(QScrollArea, "optionsScroll"), tab.findChild(QLabel, "optionsHelp")
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    assert told.text().startswith("What is this?")
    words = {
        "rateOption": ["how far each step moves the weights"],
        "optimiserOption": ["momentum: steps pick up speed", "adam: every weight gets a pace"],
        "lossOption": ["cross-entropy: how much the right answer surprises"],
        "batchOption": ["when all have been seen, an epoch is over"],
        "hidden1Option": ["squashes the sum: it presses it"],
        "outputsOption": ["softmax: as shares of one whole"],
    }
    for name, said in words.items():
        option = tab.findChild(QWidget, name)
        option.setFocus(Qt.FocusReason.TabFocusReason)
        assert told.text() != WHAT
        assert told.heightForWidth(told.width()) <= told.height()
        for each in said:
            assert each in option.toolTip().lower()
            assert each in option.accessibleDescription().lower()
    tab.findChild(QWidget, "optimiserOption").setFocus()
    tab.pixels.edit_option("optimiser", "adam")
    assert told.text().startswith("Downhill by: ")
    assert "Adam: every weight gets a pace of its own" in told.text()
    assert "Momentum" not in told.text()
    loss = tab.findChild(QWidget, "lossOption")

    def is_told_at_the_mouse():
        qtbot.mouseMove(loss)  # again, where its first layout has moved it meanwhile
        return told.text().startswith("Loss: ")

    qtbot.waitUntil(is_told_at_the_mouse)


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


def test_step_loss_and_speed_stay_in_view_on_the_page_of_training(tab, qtbot):
    """Beside the curves, where the panel has no room; and back in the panel everywhere else."""
    play, speed = tab.findChild(QPushButton, "playButton"), tab.findChild(QSlider, "speedSlider")
    panel, told = tab.findChild(TrainingPanel), tab.findChild(QLabel, "curveReading")
    tab.pixels.reset()
    for size, page in (
        *(((720, 588), 3), ((720, 588), 1), ((976, 708), 3), ((720, 588), 3), ((720, 588), 4)),
        *(((720, 588), 3), ((976, 708), 3), ((976, 708), 1)),
    ):
        tab.resize(*size)
        open_page(tab, qtbot, page)
        is_narrow = size[0] < NARROW
        qtbot.waitUntil(lambda shown=page != 4 or not is_narrow: speed.isVisible() == shown)
        assert panel.isAncestorOf(speed) == (not is_narrow or page != 3)
        if is_narrow and page == 3:
            tab.pixels.one_step()
            learnt = tab.pixels.learnt
            assert told.text().startswith(f"Step {learnt.step}: loss {learnt.loss:.4f}, ")
            tab.grab()
            assert play.visibleRegion().boundingRect() == play.rect()
            assert speed.visibleRegion().boundingRect() == speed.rect()
            room = QFontMetrics(told.font()).horizontalAdvance(told.text())
            assert told.width() >= room
    speed.setFocus()
    qtbot.keyClick(speed, Qt.Key.Key_Right)
    assert tab.pixels.trainer.speed == USUAL_SPEED + 1
    start = tab.findChild(QWidget, "startOverButton")
    assert start.isVisible()
    assert panel.isAncestorOf(start)


def test_a_card_that_fills_the_page_keeps_it_as_training_ends_and_pages_change(tab, qtbot):
    set_full(tab._net_card, True)
    tab._pages.switch.choose(1)
    tab.pixels.play()
    qtbot.waitUntil(lambda: tab.pixels.is_training)
    tab.pixels.pause()
    qtbot.waitUntil(lambda: not tab.pixels.is_training)
    assert not tab._training_card.isVisible()
    set_full(tab._net_card, False)
    assert tab._training_card.isVisible()
