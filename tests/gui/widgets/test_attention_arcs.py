"""Lines between words: each as thick and as dark as its weight, and none left out unsaid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets import arcs_painting
from gui.widgets.arcs_painting import LOOKS, MOST_LINES, SEEN
from gui.widgets.attention_arcs import AttentionArcs
from tests.gui.traces import random_trace


def fill(widget, n_tokens):
    trace = random_trace(n_tokens)
    widget.set_data(trace.pattern[1, 2], [token.label for token in trace.tokens])
    return trace.pattern[1, 2]


@pytest.fixture
def arcs(qtbot):
    made = AttentionArcs()
    qtbot.addWidget(made)
    made.resize(460, 440)
    fill(made, 9)
    made.show()
    return made


def word(arcs, column, token) -> QPoint:
    return arcs._word(column, token).center().toPoint()


def line_colours(arcs, row, column) -> set[str]:
    """Colours in the middle of a line."""
    middle = (arcs._end(LOOKS, row) + arcs._end(SEEN, column)) / 2
    image = arcs.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    x, y = round(middle.x()), round(middle.y())
    return {image.pixelColor(x, y + d).name() for d in range(-1, 2)}


def test_a_line_has_the_colour_and_the_thickness_of_its_weight(arcs):
    pattern = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 0.5, 0.5]], dtype=np.float32)
    arcs.set_data(pattern, list("abc"))
    for row, column in ((1, 0), (2, 2)):
        wanted = theme.active().probability_color(float(pattern[row, column])).name()
        assert wanted in line_colours(arcs, row, column)
    arcs.set_data(np.tril(np.full((3, 3), 1e-4, dtype=np.float32)), list("abc"))
    assert line_colours(arcs, 1, 0) == {theme.active().window}  # no line for what rounds to 0.00
    assert arcs.said().startswith("All 0 lines")


def test_a_word_that_is_pointed_at_shows_only_its_own_lines_and_their_numbers(arcs, qtbot):
    pattern = np.array([[1, 0, 0], [0.9, 0.1, 0], [0.2, 0.3, 0.5]], dtype=np.float32)
    arcs.set_data(pattern, list("abc"))
    with qtbot.waitSignal(arcs.token_hovered) as said:
        qtbot.mouseMove(arcs, word(arcs, LOOKS, 2))
    assert said.args == [2]
    assert arcs._own(arcs._focus) == [(2, 2), (2, 1), (2, 0)]
    assert arcs.said() == "c looks most at c, 0.50."
    assert theme.active().probability_color(1.0).name() not in line_colours(arcs, 0, 0)
    qtbot.mouseMove(arcs, word(arcs, SEEN, 0))
    assert arcs._own(arcs._focus) == [(0, 0), (1, 0), (2, 0)]
    assert arcs.said() == "a is looked at most by a, 1.00."
    assert arcs.accessibleDescription() == arcs.said()


def test_the_way_to_a_weight_does_not_let_go_and_a_click_there_asks_for_it(arcs, qtbot):
    qtbot.mouseMove(arcs, word(arcs, LOOKS, 6))
    qtbot.mouseMove(arcs, arcs._view.center().toPoint())
    at = arcs._number(SEEN, 2).center().toPoint()
    qtbot.mouseMove(arcs, at)
    assert arcs._focus == (LOOKS, 6)
    with qtbot.waitSignal(arcs.number_asked) as said:
        qtbot.mouseClick(arcs, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [(6, 2), at]
    qtbot.mouseMove(arcs, word(arcs, SEEN, 3))
    at = arcs._number(LOOKS, 7).center().toPoint()
    with qtbot.waitSignal(arcs.number_asked) as said:
        qtbot.mouseClick(arcs, Qt.MouseButton.LeftButton, pos=at)
    assert said.args[0] == (7, 3)


def test_a_click_on_a_word_selects_it_and_a_selected_word_shows_its_lines(arcs, qtbot):
    with qtbot.waitSignal(arcs.token_clicked) as said:
        qtbot.mouseClick(arcs, Qt.MouseButton.LeftButton, pos=word(arcs, SEEN, 4))
    assert said.args == [4]
    arcs.set_selection(5, None)
    assert arcs._focus == (LOOKS, 5)
    arcs.set_selection(5, 3)
    assert arcs._focus == (LOOKS, 3)
    arcs.set_selection(50, None)
    assert arcs._focus is None


def test_a_token_that_is_selected_elsewhere_comes_into_sight(arcs):
    fill(arcs, 256)
    arcs.set_selection(100, None)
    assert arcs._view.contains(arcs._word(LOOKS, 100).center())
    top = arcs.top
    arcs.set_selection(100, 3)  # a mouse elsewhere moves nothing
    assert arcs.top == top


def test_of_many_lines_the_strongest_are_drawn_and_it_is_said_how_many(arcs):
    pattern = fill(arcs, 256)
    shown = pattern >= 0.005
    assert len(arcs._lines) == MOST_LINES < shown.sum()
    weights = pattern[arcs._lines[:, 0], arcs._lines[:, 1]]
    assert weights.min() >= np.sort(pattern[shown])[-MOST_LINES]
    share = f"{weights.sum() / pattern.sum():.0%}"
    assert f"The {MOST_LINES:,} strongest of {shown.sum():,} lines, {share}" in arcs.said()
    arcs.set_selection(255, None)
    assert len(arcs._own(arcs._focus)) == 256  # of one word, all


def test_many_words_scroll_and_stay_legible(arcs, qtbot):
    fill(arcs, 256)
    assert arcs._row_px >= 17
    assert arcs._bar.isVisible()
    assert arcs.spot_at(word(arcs, LOOKS, 3)) == (LOOKS, 3)
    arcs.setFocus()
    qtbot.keyClick(arcs, Qt.Key.Key_Down)  # the first press shows where it is
    assert arcs._at == (LOOKS, 255)
    assert arcs._view.contains(arcs._word(LOOKS, 255).center())
    qtbot.keyClick(arcs, Qt.Key.Key_Home)
    assert arcs.top == 0


@pytest.mark.parametrize("n_tokens", [1, 2, 9, 256])
@pytest.mark.parametrize("size", [(460, 440), (160, 120), (900, 200)])
def test_words_and_numbers_never_overlap(arcs, n_tokens, size):
    fill(arcs, n_tokens)
    arcs.resize(*size)
    arcs.grab()
    places = [
        *(arcs._word(LOOKS, 0), arcs._number(LOOKS, 0)),
        *(arcs._number(SEEN, 0), arcs._word(SEEN, 0)),
    ]
    assert all(a.right() <= b.left() + 0.5 for a, b in pairwise(places))


def test_the_keyboard_walks_selects_asks_and_lets_go(arcs, qtbot):
    pattern = fill(arcs, 9)
    arcs.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(arcs, key)
    assert arcs._at == (SEEN, 6)
    with qtbot.waitSignal(arcs.number_asked) as said:
        qtbot.keyClicks(arcs, "?")
    row = int(pattern[:, 6].argmax())
    assert said.args[0] == (row, 6)
    with qtbot.waitSignal(arcs.token_clicked) as said:
        qtbot.keyClick(arcs, Qt.Key.Key_Return)
    assert said.args == [6]
    arcs.set_selection(6, None)
    with qtbot.waitSignal(arcs.token_clicked) as said:
        qtbot.keyClick(arcs, Qt.Key.Key_Escape)
    assert said.args == [None]


def test_a_word_is_told_in_full(arcs):
    arcs.set_data(np.ones((1, 1), dtype=np.float32), ["<i>" + "very" * 40])
    at = word(arcs, LOOKS, 0)
    QApplication.sendEvent(arcs, QHelpEvent(QEvent.Type.ToolTip, at, arcs.mapToGlobal(at)))
    assert "&lt;i&gt;" + "very" * 40 in QToolTip.text()
    QToolTip.hideText()


SENTENCE = "They", "␣walked", "␣along", "␣the", "␣river", "␣to", "␣the", "␣bank"


@pytest.mark.parametrize("percent", [100, 150])
def test_words_and_titles_get_the_room_that_there_is(arcs, qapp, monkeypatch, percent):
    written = []

    class Recorder(QPainter):
        def drawText(self, *given):
            if isinstance(given[0], QRectF):
                rect, text = given[0], given[2]
                written.append((text, rect, QFontMetricsF(self.font()).horizontalAdvance(text)))
            super().drawText(*given)

    monkeypatch.setattr(arcs_painting, "QPainter", Recorder)
    theme.apply(qapp, theme.LIGHT, percent)
    n = len(SENTENCE)
    pattern = np.tril(np.full((n, n), 0.1, dtype=np.float32))
    word = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
    for width in (244, 300, 460, 900):
        written.clear()
        arcs.resize(theme.px(width), 440)
        arcs.set_data(pattern, SENTENCE)
        arcs.grab()
        assert arcs._word_px >= max(map(word, SENTENCE)), width
        assert arcs._end(SEEN, 0).x() - arcs._end(LOOKS, 0).x() >= 40
        titles = [text for text, rect, _ in written if rect.y() < arcs._view.y()]
        assert titles == ["looks", "is looked at"]
        for text, rect, advance in written:
            assert rect.width() >= advance - 0.1, (width, text)
            assert not text.endswith("…")
    arcs.resize(arcs.minimumSizeHint())
    written.clear()
    arcs.grab()
    assert all(rect.width() >= advance - 0.1 for _, rect, advance in written)
