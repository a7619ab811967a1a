"""Challenges as a user meets them: tried on the tab, noticed, said, remembered."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton

from core.picture_map import PICTURES
from core.pixel_challenges import challenges
from core.pixel_options import Options
from core.pixelnet import SYMBOLS, forward
from gui.main_window import MainWindow
from gui.pixel_challenges import SOLVED
from gui.settings import Settings
from gui.widgets.challenge_list import ChallengeList
from tests.gui.tabs.pixels import shown_pixels_tab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tab(qtbot):
    with shown_pixels_tab(qtbot) as page:
        yield page


def words(tab) -> str:
    page = tab.findChild(ChallengeList)
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def open_page(tab, qtbot):
    qtbot.mouseClick(tab.findChild(QPushButton, "netPages5"), LEFT)
    qtbot.waitUntil(lambda: "Break it" in words(tab))


def torn_picture(tab):
    answers = np.sort(forward(tab.pixels.net, PICTURES).probabilities, axis=1)
    return PICTURES[(answers[:, -1] - answers[:, -2] <= 0.05) & (answers[:, -2] >= 0.3)][0]


def test_the_page_says_how_things_stand_and_follows(tab, qtbot):
    open_page(tab, qtbot)
    assert "0 of 4 solved" in words(tab)
    assert "Now: For a plus it says + 98.4%" in words(tab)
    assert "40 of 40 are right" in words(tab)
    tab.pixels.load(3)
    assert "Now: It says T 9" in words(tab)
    tab.pixels.reset()
    assert "After 0 steps" in words(tab)


def test_a_hint_is_shown_on_demand_by_keyboard_too(tab, qtbot):
    open_page(tab, qtbot)
    hint = tab.findChild(QPushButton, "challengeHint3")
    assert "Hint: " not in words(tab)
    hint.setFocus()
    qtbot.keyClick(hint, Qt.Key.Key_Space)
    assert "Hint: Begin with one symbol" in words(tab)
    qtbot.keyClick(hint, Qt.Key.Key_Space)
    assert "Hint: " not in words(tab)


def test_drawing_solves_one_from_any_page_and_it_is_said_once(tab, qtbot):
    tab.pixels.drawing.draw(torn_picture(tab))
    assert tab.challenges.solved == ("unsure",)
    [said] = tab.said
    assert said.startswith("Solved: Neither this nor that. ")
    tab.pixels.drawing.clear()
    tab.pixels.drawing.draw(torn_picture(tab))
    assert len(tab.said) == 1
    open_page(tab, qtbot)
    assert "1 of 4 solved" in words(tab)
    assert "Solved. Between the pictures" in words(tab)


def test_training_solves_one(tab):
    tab.pixels.set_options(Options(hidden=(12, 12), seed=3))
    for _ in range(3):
        tab.pixels.one_step()
    assert tab.challenges.solved == ("few-steps",)


def test_a_hand_on_one_weight_solves_one_and_a_stroke_another(tab):
    tab.pixels.set_options(Options(limited=False))
    tab.pixels.one_epoch()
    while tab.pixels.learnt.step < 400:
        tab.pixels.one_step()
    tab.challenges.remember(())
    values = forward(tab.pixels.net, SYMBOLS[2].picture[None]).activations[2][0]
    source = int(np.abs(values).argmax())
    tab.pixels.by_hand.set_weight(3, source, 0, 20 * float(np.sign(values[source])))
    assert tab.challenges.solved == ("one-weight",)
    tab.pixels.restore()
    place = next(place for place in range(512) if breaks(tab, PICTURES[place]) is not None)
    tab.pixels.drawing.draw(PICTURES[place])
    cell = breaks(tab, PICTURES[place])
    tab.pixels.drawing.paint(cell, -PICTURES[place][cell])
    assert "one-pixel" in tab.challenges.solved


def breaks(tab, picture):
    """The pixel that makes a sure net say something else, or None."""
    around = picture * np.concatenate([np.ones((1, 9)), 1 - 2 * np.eye(9)])
    answers = forward(tab.pixels.net, around).probabilities
    if answers[0].max() < 0.9:
        return None
    others = (answers.argmax(axis=1) != answers[0].argmax()) & (answers.max(axis=1) >= 0.5)
    return int(np.flatnonzero(others)[0]) - 1 if others.any() else None


@pytest.mark.parametrize("size", [(1024, 680), (1280, 800)])
def test_what_is_said_of_a_solved_one_covers_no_button(qtbot, folders, size):
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.show_tab("pixels")
    for challenge in challenges():
        window.banner.dismiss()
        window.pixels_tab.challenges.told.emit(SOLVED.format(title=challenge.title))
        assert window.banner.isVisible()
        for button in window.findChildren(QAbstractButton):
            if button.isVisible() and not window.banner.isAncestorOf(button):
                place = QRect(button.mapTo(window, QPoint()), button.size())
                assert not place.intersects(window.banner.geometry()), button.objectName()
    window.close()


def test_what_is_solved_is_remembered(qtbot, folders):
    window = MainWindow(Settings(solved=("unsure", "of a newer version")))
    qtbot.addWidget(window)
    assert window.settings().solved == ("unsure", "of a newer version")
    challenges = window.pixels_tab.challenges
    with qtbot.waitSignals([window.remembered_changed, challenges.told]):
        window.pixels_tab.pixels.get_ready()
        window.pixels_tab.pixels.set_options(Options(hidden=(12, 12), seed=3))
        for _ in range(3):
            window.pixels_tab.pixels.one_step()
    assert window.settings().solved == ("unsure", "of a newer version", "few-steps")
    assert "As few steps as possible" in window.banner.sentence
    window.close()
