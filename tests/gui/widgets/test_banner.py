"""The banner: one sentence, counted when it comes again, details on demand, dismissed by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from gui.widgets.banner import NOTICE_MS, Banner


@pytest.fixture
def banner(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    return banner


def part(banner, name, kind=QLabel):
    return banner.findChild(kind, name)


def test_it_is_hidden_until_there_is_something_to_say(banner):
    assert banner.isHidden()
    banner.say("Look.")
    assert banner.isVisible()
    assert banner.sentence == "Look."


def test_details_are_shown_on_demand_only(qtbot, banner):
    banner.say("It broke.", details="ValueError: 3", error=True)
    assert part(banner, "bannerDetails").isHidden()
    qtbot.mouseClick(part(banner, "bannerMore", QPushButton), Qt.MouseButton.LeftButton)
    assert part(banner, "bannerDetails").isVisible()
    banner.say("Something else.")
    assert part(banner, "bannerDetails").isHidden()
    assert part(banner, "bannerMore", QPushButton).isHidden()


def test_the_same_sentence_is_counted_and_what_was_opened_stays_open(qtbot, banner):
    banner.say("It broke.", details="ValueError: 3")
    part(banner, "bannerMore", QPushButton).setChecked(True)
    for _ in range(1233):
        banner.say("It broke.", details="ValueError: 3")
    assert part(banner, "bannerTimes").text() == "1,234 times"
    assert part(banner, "bannerDetails").isVisible()
    banner.say("Something else.")
    assert part(banner, "bannerTimes").isHidden()


def test_after_it_was_dismissed_counting_begins_anew(qtbot, banner):
    banner.say("It broke.")
    banner.say("It broke.")
    qtbot.mouseClick(part(banner, "bannerClose", QToolButton), Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    banner.say("It broke.")
    assert banner.isVisible()
    assert part(banner, "bannerTimes").isHidden()


def test_escape_dismisses_it(qtbot, banner):
    banner.say("Look.")
    qtbot.keyClick(part(banner, "bannerClose", QToolButton), Qt.Key.Key_Escape)
    assert banner.isHidden()


def test_an_action_is_offered_if_there_is_one(qtbot, banner):
    banner.say("No model.", action="Open a folder")
    button = part(banner, "bannerAction", QPushButton)
    assert button.accessibleName() == button.text() == "Open a folder"
    with qtbot.waitSignal(banner.acted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    banner.say("Look.")
    assert button.isHidden()


def test_a_notice_goes_by_itself_and_an_error_stays(qtbot, banner):
    assert banner._end.interval() == NOTICE_MS
    banner._end.setInterval(50)
    banner.say("It is saved.")
    qtbot.waitUntil(banner.isHidden)
    banner.say("It is saved.")
    banner.say("It broke.", error=True)
    qtbot.wait(150)
    assert banner.isVisible()


def test_markup_in_a_sentence_is_shown_as_it_is(banner):
    banner.say("There is no folder <b>x</b>.", details="<img src=x>")
    for name in ("bannerSentence", "bannerDetails"):
        assert part(banner, name).textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("width", [1, 300, 5000])
def test_a_long_sentence_is_painted_in_any_width(banner, width):
    banner.say("A sentence that goes on and on. " * 20, details="x" * 5000, error=True)
    banner.resize(width, 40)
    assert not banner.grab().isNull()
