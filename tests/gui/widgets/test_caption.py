"""A caption gives up lines, never what it says: all of it is one click or key away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.caption import Caption
from gui.widgets.caption_popover import CaptionPopover
from gui.widgets.card import LINES, Card

LONG = (
    "How likely each token is to come next, as the model says it: pale without your changes, "
    "filled with them. The change is in percentage points, and the list is sorted by the first."
)
SHORT = "Click one to open it."


@pytest.fixture
def card(qtbot):
    card = Card("Before and after", LONG, QLabel("a figure"))
    qtbot.addWidget(card)
    card.resize(300, 240)
    card.show()
    QApplication.processEvents()
    return card


def caption_of(card) -> Caption:
    return card.findChild(Caption)


def spacing(caption) -> int:
    return caption.fontMetrics().lineSpacing()


def cramp(card):
    card.set_cramped(True)
    QApplication.processEvents()
    return caption_of(card)


def test_in_a_small_window_two_lines_stay_and_say_that_there_are_more(card):
    assert not caption_of(card).is_cut
    assert caption_of(card).height() > LINES * spacing(caption_of(card))
    caption = cramp(card)
    assert caption.isVisible()
    assert caption.is_cut
    assert caption.height() == LINES * spacing(caption)
    assert caption.text() == LONG  # what a screen reader reads
    assert LONG.split(":")[0] in caption.toolTip()
    first, last = caption._lines
    assert LONG.startswith(first)
    assert last.endswith("…")
    room = caption.fontMetrics().horizontalAdvance(f"{last} more")
    assert room <= caption.width()


def test_what_fits_is_not_cut_and_is_no_button(card):
    card.set_caption(SHORT)
    caption = cramp(card)
    assert not caption.is_cut
    assert caption.height() < 2 * spacing(caption)
    assert caption.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert not caption.toolTip()


def test_a_wider_card_shows_all_of_it_again(card):
    caption = cramp(card)
    card.resize(1200, 240)
    QApplication.processEvents()
    assert not caption.is_cut
    card.resize(300, 240)
    QApplication.processEvents()
    assert caption.is_cut
    card.set_cramped(False)
    QApplication.processEvents()
    assert not caption.is_cut


def test_a_card_can_keep_one_line_or_all(card):
    caption = cramp(card)
    card.set_lines(1)
    QApplication.processEvents()
    assert caption.height() == spacing(caption)
    card.keep_caption(True)
    cramp(card)
    assert not caption.is_cut


def test_a_click_opens_all_of_it(qtbot, card):
    caption = cramp(card)
    qtbot.mouseClick(caption, Qt.MouseButton.LeftButton)
    [shown] = card.findChildren(CaptionPopover)
    assert shown.isVisible()
    assert shown.findChild(QLabel, "captionText").text() == LONG
    assert "Before and after" in shown.accessibleName()
    label = shown.findChild(QLabel, "captionText")
    assert label.height() >= label.heightForWidth(label.width())
    qtbot.mouseClick(shown.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert not shown.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Question])
def test_the_keyboard_reaches_it_and_opens_and_closes_all_of_it(qtbot, card, key):
    caption = cramp(card)
    assert caption.focusPolicy() == Qt.FocusPolicy.TabFocus
    caption.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(caption, key)
    [shown] = card.findChildren(CaptionPopover)
    assert shown.isVisible()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_there_is_one_such_card_in_a_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    captions = [Caption(LONG, title) for title in ("first", "second")]
    for caption in captions:
        caption.set_most_lines(1)
        column.addWidget(caption)
    window.resize(300, 100)
    window.show()
    QApplication.processEvents()
    for caption in captions:
        caption.open()
    [shown] = window.findChildren(CaptionPopover)
    assert shown.accessibleName().startswith("second")
    shown.close()


def test_larger_text_takes_higher_lines_and_is_cut_elsewhere(qapp, card):
    caption = cramp(card)
    before = caption.height(), caption._lines
    theme.apply(qapp, theme.LIGHT, 150)
    qapp.processEvents()
    assert caption.height() == LINES * spacing(caption) > before[0]
    assert caption._lines != before[1]


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_the_word_more_stands_out_from_the_grey(qapp, card, look):
    theme.apply(qapp, look)
    caption = cramp(card)
    picture = caption.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width() // 2, picture.width())
        for y in range(picture.height())
    }
    assert look.text in colours  # its line below
    assert picture.deviceIndependentSize().height() == caption.height()


def test_the_title_ends_with_an_ellipsis_where_it_has_no_room(card):
    card.set_title("A title that is far too long for a card that is as narrow as this one")
    card.resize(160, 200)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    title = card._title
    title.resize(100, title.height())
    assert title.is_cut
    cut = title.grab().toImage()
    title.setText(title.fontMetrics().elidedText(title.text(), Qt.TextElideMode.ElideRight, 100))
    title.resize(100, title.height())
    assert title.grab().toImage() == cut


def test_a_caption_beside_its_title_stands_on_its_line(qtbot):
    card = Card("Shaping", "One line.", QWidget(), flat=True)
    qtbot.addWidget(card)
    card.keep_room(("One line.",))
    tall = QWidget()
    tall.setFixedHeight(60)
    card.add_to_header(tall)
    card.resize(700, 300)
    card.show()
    ink = []
    for label in (card._title, card._caption):
        picture = label.grab().toImage()
        ground = picture.pixelColor(picture.width() - 1, 0)
        rows = [
            y
            for y in range(picture.height())
            if any(picture.pixelColor(x, y) != ground for x in range(picture.width()))
        ]
        ink.append(label.mapTo(card, QPoint(0, (rows[0] + rows[-1]) // 2)).y())
    assert abs(ink[0] - ink[1]) <= 3


def test_a_caption_that_says_nothing_is_not_cut_however_low_it_is(qtbot):
    caption = Caption("", "nothing")
    qtbot.addWidget(caption)
    caption.resize(442, 0)
    caption.show()
    font = caption.font()
    font.setPixelSize(font.pixelSize() + 4)
    caption.setFont(font)
    caption.setText(" ")
    caption.resize(0, 0)
    caption.setText("")
    caption.resize(442, 1)
    assert not caption.is_cut


def test_a_caption_that_was_hidden_as_its_letters_grew_is_cut_where_it_must_be(qtbot):
    caption = Caption("so many words that they fill two lines of this width", "words")
    qtbot.addWidget(caption)
    caption.resize(250, 34)
    caption.show()
    assert not caption.is_cut
    caption.hide()
    font = caption.font()
    font.setPixelSize(font.pixelSize() + 6)
    caption.setFont(font)
    caption.show()
    assert caption.is_cut


def test_a_card_without_a_caption_keeps_no_line_for_one(qtbot):
    bodies = [QWidget(), QWidget()]
    cards = [Card("A figure", "", body) for body in bodies]
    cards[1].set_caption("")
    for card in cards:
        qtbot.addWidget(card)
        card.resize(400, 300)
        card.show()
        assert not card._caption.isVisible()
    cards[0].set_caption("Something to say")
    assert cards[0]._caption.isVisible()
