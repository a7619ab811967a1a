"""Words that wrap: their page is laid out anew when they need it, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gui.widgets.sentence import Sentence

LONG = "so many words that they take more than one line of a page that is 200 pixels wide"


class Counter(QObject):
    """How often something is laid out."""

    def __init__(self, watched):
        super().__init__(watched)
        self.n = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched, event):
        self.n += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def page(qtbot):
    page = QWidget()
    page.words, page.below = Sentence("one line"), QWidget()
    column = QVBoxLayout(page)
    column.addWidget(page.words)
    column.addWidget(page.below, 1)
    page.resize(200, 300)
    qtbot.addWidget(page)
    page.show()
    QApplication.processEvents()
    page.counter = Counter(page)
    return page


def test_words_of_the_same_height_move_nothing(page):
    before = page.grab().toImage()
    page.words.setText("another line")
    QApplication.processEvents()
    assert page.counter.n == 0
    assert page.words.isVisible()
    assert page.grab().toImage() != before


def test_words_of_another_height_are_given_it_and_give_it_back(page):
    top = page.below.y()
    page.words.setText(LONG)
    QApplication.processEvents()
    assert page.words.height() == page.words.heightForWidth(page.words.width())
    assert page.below.y() > top
    page.words.setText("one line")
    QApplication.processEvents()
    assert page.below.y() == top


def test_words_said_while_hidden_are_given_their_height_when_seen(page):
    page.words.hide()
    page.words.setText(LONG)
    assert page.words.isHidden()
    page.words.show()
    QApplication.processEvents()
    assert page.words.height() == page.words.heightForWidth(page.words.width()) > 20


def test_they_fit_another_width_after_words_that_moved_nothing(page):
    page.words.setText("as high in so wide a page")
    QApplication.processEvents()
    page.resize(110, 300)
    QApplication.processEvents()
    assert page.words.height() == page.words.heightForWidth(page.words.width()) > 20


def test_words_of_one_height_here_are_given_another_one_elsewhere(qtbot):
    """Layouts around layouts remember what the words before took at a width."""
    words, inner, outer = Sentence(LONG), QWidget(), QWidget()
    for page, parts in ((inner, (words,)), (outer, (inner, QWidget()))):
        column = QVBoxLayout(page)
        for part in parts:
            column.addWidget(part, int(part is parts[-1] and page is outer))
    qtbot.addWidget(outer)
    outer.show()

    def show_at(width):
        outer.resize(width, 400)
        for _ in range(3):
            QApplication.processEvents()

    wide = words.fontMetrics().horizontalAdvance(LONG) + 60  # one line of it
    show_at(wide)
    show_at(180)
    n_lines, longest = words.heightForWidth(words.width()), LONG
    for n in range(len(LONG), 2 * len(LONG)):  # the longest of as many lines there
        words.setText(f"{LONG} {LONG}"[:n])
        if words.heightForWidth(words.width()) > n_lines:
            break
        longest = words.text()
    words.setText(LONG)
    show_at(wide)
    show_at(180)
    words.setText(longest)
    show_at(wide)
    assert words.height() >= words.heightForWidth(words.width())
