"""Every page in small windows and with large text: what is said stays, or is one click away."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QWidget,
)

from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets.caption import Caption
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.switch import Switch
from tests.gui.models import save_tiny

# Width, height, percent, whether the story is beside.
SIZES = [
    (1024, 680, 100, True),
    (1280, 800, 150, True),
    (1024, 680, 150, False),
    (1920, 1080, 100, True),
]
# Where each page is: its tab, and the switches that lead to it.
PIXELS = [("netPages", index) for index in range(5)]
TEXT = [
    ("textPages", 0),
    ("textPages", 1),
    ("textPages", 2, "embeddingPages", 0),
    ("textPages", 2, "embeddingPages", 1),
    ("textPages", 2, "embeddingPages", 2),
    ("textPages", 2, "embeddingPages", 3),
    ("textPages", 3, "attentionPanels", 0),
    ("textPages", 3, "attentionPanels", 1),
    ("textPages", 4),
    ("textPages", 5, "layerPages", 0),
    ("textPages", 5, "layerPages", 1),
    ("textPages", 5, "layerPages", 2),
    ("textPages", 5, "layerPages", 3),
    ("textPages", 6),
]
AUTOCOMPLETE = [
    ("autocompletePages", 0),
    ("autocompletePages", 1),
    ("autocompletePages", 2),
    ("autocompletePages", 3),
    ("autocompletePages", 4, "compareModes", 0),
    ("autocompletePages", 4, "compareModes", 1),
    ("autocompletePages", 4, "compareModes", 3),
]
PAGES = {"pixels": PIXELS, "text": TEXT, "autocomplete": AUTOCOMPLETE}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def opened(qtbot, qapp, folder):
    """A window of some size, with a model of which every page can be shown."""

    def make(width, height, percent, with_story, second=""):
        qapp.setProperty("reduceMotion", True)
        window = MainWindow(
            Settings(
                reduce_motion=True,
                prompt="The dog ran.",
                text_size=percent,
                story_open=with_story,
                second_prompt=second,
                comparing=bool(second),
            )
        )
        qtbot.addWidget(window)
        window.show()
        window.resize(width, height)
        window.session.open_model(folder)
        qtbot.waitUntil(lambda: window.session.trace is not None and not window.session.is_busy())
        return window

    return make


def settle(qtbot, window):
    """Wait for all that is computed, and until it is laid out."""
    session = window.session
    lanes = (session, session.studies, session.readings, session.counting)
    qtbot.waitUntil(lambda: not any(lane.is_busy() for lane in lanes))
    for _ in range(3):  # what wraps finds its height after its width
        QApplication.processEvents()


def pages(qtbot, window, tabs=tuple(PAGES)):
    """Open one after the other."""
    for name in tabs:
        window.show_tab(name)
        for place in PAGES[name]:
            for switch_name, index in zip(place[::2], place[1::2], strict=True):
                [switch] = [
                    each for each in window.findChildren(Switch, switch_name) if each.isVisible()
                ]
                switch.choose(index)
            settle(qtbot, window)
            yield f"{name} {place}"


def seen(window, kind):
    """Its parts of a kind, but for Qt's own."""
    return [each for each in window.findChildren(kind) if each.isVisible()]


def unexplained(window):
    """Cards that do not say what they show, nor have a question mark that does."""
    return [
        card.findChild(Caption).text()
        for card in seen(window, Card)
        if (caption := card.findChild(Caption)).text()
        and not caption.isVisible()
        and not any(mark.isVisible() for mark in card.findChildren(QToolButton, "captionButton"))
    ]


def cut(window):
    """Words that end without a sign that there are more."""
    found = []
    for label in seen(window, QLabel):
        if not label.text() or isinstance(label, Caption | ElidedLabel):
            continue  # these say so
        text, wide = label.text(), label.fontMetrics().horizontalAdvance
        if label.buddy() is not None:
            text = text.replace("&", "")
        if label.wordWrap():
            is_cut = label.heightForWidth(label.width()) > label.height() + 1
            is_cut |= max(map(wide, text.split())) > label.contentsRect().width() + 1
        else:
            is_cut = max(map(wide, text.split("\n"))) > label.contentsRect().width() + 1
        if is_cut:
            found.append(text)
    for button in seen(window, QPushButton) + seen(window, QToolButton):
        text = button.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        is_icon = not button.icon().isNull() or button.objectName().lower().startswith("clear")
        if not is_icon and button.fontMetrics().horizontalAdvance(text) > button.width():
            found.append(text)
    return found


def overlapping(window):
    """Neighbours in a layout that cover each other."""
    found = []
    for parent in seen(window, QWidget):
        if parent.layout() is None or isinstance(parent, QScrollArea):
            continue
        parts = _laid_out(parent.layout())
        for first, second in combinations(parts, 2):
            both = _covered(first) & _covered(second)
            if both.width() > 1 and both.height() > 1:
                found.append(f"{_name(first)} and {_name(second)} in {_name(parent)}")
    return found


def _covered(widget):
    """Its place; of words at the left no more than they take."""
    place = widget.geometry()
    if isinstance(widget, QLabel) and not widget.wordWrap():
        wide = widget.fontMetrics().horizontalAdvance(widget.text())
        if widget.alignment() & Qt.AlignmentFlag.AlignLeft:
            place.setWidth(min(place.width(), wide))
    return place


def _laid_out(layout):
    """The widgets in sight of a layout and of those inside it."""
    parts = []
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item.layout() is not None:
            parts += _laid_out(item.layout())
        elif item.widget() is not None and item.widget().isVisible():
            parts.append(item.widget())
    return parts


def _name(widget):
    return widget.objectName() or f"{type(widget).__name__} {getattr(widget, 'text', str)()}"


def lines_in_sight(caption):
    return caption.height() // caption.fontMetrics().lineSpacing()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_page_says_what_it_shows_and_no_word_is_cut_unsaid(qtbot, opened, size):
    window = opened(*size)
    assert (window.width(), window.height()) == size[:2]
    assert theme.text_size() == size[2]
    n_pages, faults = 0, []
    for page in pages(qtbot, window):
        n_pages += 1
        faults += [f"{page}: not said: {text}" for text in unexplained(window)]
        faults += [f"{page}: cut: {text}" for text in cut(window)]
        faults += [f"{page}: one on the other: {both}" for both in overlapping(window)]
        margins = {card.layout().contentsMargins().left() for card in seen(window, Card)}
        assert len(margins) <= 1, page
        for caption in seen(window, Caption):
            assert not caption.text() or lines_in_sight(caption) >= 1, page
    assert n_pages == len(PIXELS) + len(TEXT) + len(AUTOCOMPLETE)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "size", [(1024, 680, 100, True), (1280, 800, 150, True), (1024, 680, 150, False)], ids=str
)
def test_nothing_scrolls_sideways(qtbot, opened, size):
    window = opened(*size)
    for page in pages(qtbot, window):
        for area in seen(window, QScrollArea):
            assert area.horizontalScrollBar().maximum() == 0, page


def test_at_1024_by_680_nothing_but_lists_scrolls(qtbot, opened):
    window = opened(1024, 680, 100, True)
    for page in pages(qtbot, window):
        for area in seen(window, QScrollArea):
            is_list = bool(area.objectName())
            assert is_list or area.verticalScrollBar().maximum() == 0, page


@pytest.mark.parametrize("percent", theme.TEXT_SIZES)
def test_the_window_fits_a_small_screen_with_any_text(opened, percent):
    window = opened(1024, 680, percent, True)
    assert (window.width(), window.height()) == (1024, 680)


@pytest.mark.parametrize("size", [(1024, 680, 100, True), (1280, 800, 150, True)], ids=str)
def test_what_a_newcomer_needs_most_stays_in_sight(qtbot, opened, size):
    window = opened(*size)
    said = {}
    for page in pages(qtbot, window):
        shown = [caption for caption in seen(window, Caption) if lines_in_sight(caption) >= 1]
        said[page] = [caption.text() for caption in shown]
        if page.startswith("pixels"):
            titles = [card._title.text() for card in seen(window, Card)]
            assert "The net" in titles, page
        if page == f"pixels {PIXELS[0]}":
            assert [each for each in seen(window, QSlider) if each.objectName() == "speedSlider"]
    for page, words in (
        (f"autocomplete {AUTOCOMPLETE[0]}", "How likely each token is to come next"),
        (f"text {TEXT[-1]}", "Click a part"),
        (f"pixels {PIXELS[0]}", "Lines multiply; circles add up"),
    ):
        assert any(words in text for text in said[page]), (page, said[page])


def test_with_a_second_text_no_title_is_cut_unsaid(qtbot, opened):
    window = opened(1024, 680, 100, True, second="The cat slept in the box.")
    window.show_tab("text")
    qtbot.waitUntil(lambda: window.session.second is not None)
    settle(qtbot, window)
    assert not cut(window)
    assert not unexplained(window)


def test_the_whole_of_a_caption_is_read_in_place(qtbot, opened):
    window = opened(1280, 800, 150, True)
    window.show_tab("text")
    settle(qtbot, window)
    shortened = [caption for caption in seen(window, Caption) if caption.is_cut]
    assert shortened
    for caption in shortened:
        caption.open()
        [card] = window.findChildren(QWidget, "captionPopover")
        label = card.findChild(QLabel, "captionText")
        assert label.text() == caption.text()
        assert label.heightForWidth(label.width()) <= label.height()
        card.close()
