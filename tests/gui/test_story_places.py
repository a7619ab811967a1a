"""What a step of the story tells of is in view, wherever the user had left every page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from gui.main_window import TABS, MainWindow
from gui.settings import Settings
from gui.story.steps import steps
from gui.tabs.autocomplete import AutocompleteTab
from gui.tabs.text import TextTab
from gui.widgets.switch import Switch
from tests.gui.models import save_tiny

NET = ("networkDiagram", "pixelGrid")
BARS = ("probabilityBars", "autocompleteEdit")
DICE = ("generateButton", "undoTextButton", "temperatureSlider", "textViews")
HEADS = ("attentionPageGrid", "attentionPageMap")
SEEN = {  # what each step's text names
    "A fancy autocomplete": BARS,
    "Where the numbers come from": NET,
    "Nine pixels, four symbols": NET,
    "Weights, sums, squashing": NET,
    "Learning from mistakes": (*NET, "trainingPanel"),
    "Why language needs more": (),
    "Words become tokens": ("tokenStrip", "mergePlayer", "mergeScope1"),
    "Tokens become places": ("vocabularyMap", "neighbourList", "embeddingPages2", "mapLayouts1"),
    "The order counts": ("sumStrips", "tokenBeforeButton", "positionViews1"),
    "Attention: the two banks": (*HEADS, "headViews1", "textPages5"),
    "Many heads, many layers": (*HEADS, "headViews1"),
    "Back to probabilities": ("originPicture", "predictionViews2"),
    "Pick one, and again": (*BARS, *DICE),
    "Why the transformer won": (),
    "Encoder, decoder, chat": (*BARS, "textViews1", "textViews2"),
    "That is all of it": (),
}
CHOSEN = {"mergeScope1", "mapLayouts1", "positionViews1", "headViews1", "textViews1"}
PAGES = (
    *(("text", view) for view in TextTab.VIEWS),
    *(("autocomplete", view) for view in AutocompleteTab.VIEWS),
    ("pixels", ""),
)


@pytest.fixture
def window(qtbot, qapp, tmp_path):
    qapp.setProperty("reduceMotion", True)
    made = MainWindow(Settings(reduce_motion=True))
    qtbot.addWidget(made)
    made.show()
    made.session.open_model(save_tiny(tmp_path / "tiny", context=128))
    idle(qtbot, made)
    return made


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.session.is_busy())


def leave_elsewhere(window):
    """Every switch of every page at its last choice, and every tab on its last page."""
    names = [tab.name for tab in TABS]
    for tab, view in PAGES:
        window.show_tab(tab)
        if view:
            window._show_view(tab, view)
        page = window.tabs.widget(names.index(tab))
        for switch in page.findChildren(Switch):
            if switch.isVisible() and switch.objectName() not in ("textPages", "autocompletePages"):
                buttons = switch.findChildren(QPushButton)
                last = [button for button in buttons if button.isVisible() and button.isEnabled()]
                last[-1].click()


@pytest.mark.parametrize("second", ["", "She sat on the bank of the river"], ids=["one", "two"])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 680)], ids=str)
def test_each_step_brings_into_view_what_it_tells_of(qtbot, window, size, second):
    assert list(SEEN) == [step.title for step in steps()]
    window.resize(*size)
    window.session.set_second_prompt(second)
    idle(qtbot, window)
    for index, step in enumerate(steps()):
        leave_elsewhere(window)
        window.story.show_step(index)
        if step.ends:
            break
        if step.button:
            qtbot.mouseClick(window.findChild(QPushButton, "storyTry"), Qt.MouseButton.LeftButton)
        window.session.stop()
        idle(qtbot, window)
        for name in SEEN[step.title]:
            found = window.tabs.currentWidget().findChildren(QWidget, name)
            seen = [each for each in found if each.isVisible()]
            assert seen, (step.title, name)
            assert name not in CHOSEN or seen[0].isChecked(), (step.title, name)
        if second and "attentionPanels" in step.shows:
            comparison = window.findChild(Switch, "attentionComparison")
            assert comparison.sides == (0,)  # whose last row is told of
    window.pixels_tab.pixels.pause()
    window.close()


def test_each_choice_of_a_step_is_there_to_be_made(qtbot, window):
    for step in steps():
        window.story.show_step(steps().index(step))
        if step.button and not step.ends:
            qtbot.mouseClick(window.findChild(QPushButton, "storyTry"), Qt.MouseButton.LeftButton)
        for name, choice in step.shows.items():
            switch = window.tabs.currentWidget().findChild(Switch, name)
            assert choice in switch.names
    window.pixels_tab.pixels.pause()
    window.session.stop()
    idle(qtbot, window)
    window.close()


@pytest.mark.parametrize("title", ["A fancy autocomplete", "Back to probabilities"])
def test_a_token_that_was_looked_at_makes_room_for_the_next_one(qtbot, window, title):
    index = next(at for at, step in enumerate(steps()) if step.title == title)
    window.story.show_step(index)
    window.session.set_prompt(steps()[index].prompt)
    window.show_tab("autocomplete")
    idle(qtbot, window)
    write = window.autocomplete_tab.write
    write._look_at(1)
    assert write.next.place == 1
    qtbot.mouseClick(
        window.findChild(QPushButton, "storyTry"), Qt.MouseButton.LeftButton, pos=QPoint(5, 5)
    )
    idle(qtbot, window)
    assert write.next.place is None
    for name in SEEN[title]:
        assert window.findChild(QWidget, name).isVisible()
    window.close()


def test_the_story_opens_the_page_it_tells_of_and_that_stays_open(qtbot, window):
    text = window.tabs.widget(1)
    for title, view in (
        ("Words become tokens", "tokens"),
        ("Tokens become places", "embeddings"),
        ("The order counts", "positions"),
        ("Attention: the two banks", "attention"),
    ):
        index = next(at for at, step in enumerate(steps()) if step.title == title)
        window.story.show_step(index)
        window.show_tab("pixels")
        qtbot.mouseClick(window.findChild(QPushButton, "storyTry"), Qt.MouseButton.LeftButton)
        assert (window.tabs.currentWidget(), text.view) == (text, view)
        window.story.show_step(index + 1)
        assert text.view == view
    idle(qtbot, window)
    window.close()


@pytest.mark.parametrize("close", ["storyClose", "F1"])
def test_a_story_that_is_closed_gives_back_what_it_set_and_moves_nobody(qtbot, window, close):
    at = next(n for n, step in enumerate(steps()) if step.view == "origin")
    window.story.show_step(at)
    qtbot.mouseClick(window.findChild(QPushButton, "storyTry"), Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert window.settings().tab == "autocomplete"
    window._show_view("text", "tokens")
    window.show_tab("text")
    if close == "F1":
        qtbot.keyClick(window, Qt.Key.Key_F1)
    else:
        qtbot.mouseClick(window.findChild(QToolButton, close), Qt.MouseButton.LeftButton)
    assert not window.story.isVisible()
    assert (window.settings().tab, window.tabs.widget(1).view) == ("text", "tokens")
    assert window.tabs.widget(2).view == "bars"
    idle(qtbot, window)


def test_what_a_step_shows_in_a_page_is_the_users_again(window):
    text = window.tabs.widget(1)
    text.show_view("order")
    text.leave_view("map")  # another one than is shown
    assert text.view == "order"
    text.leave_view("order")
    assert text.view == "map"
    text.show_view("positions")
    text.leave_view("positions")
    assert text.view == "positions"
    window.close()
