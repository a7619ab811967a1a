"""Two prompts: both are read, shown in one place, and what comes next is compared."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from core.interventions import Off
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from gui.export import csv_of, picture_of
from gui.main_window import MainWindow
from gui.settings import FIRST_PROMPT, SECOND_PROMPT, Settings
from gui.tabs.text import TextTab
from gui.text import overview_figures
from gui.text.attention_page import AttentionPage
from gui.text.overview import Overview
from gui.text.second_views import Pair
from tests.gui.explained import printed, shown
from tests.gui.models import save_tiny

TEXT, OTHER = "They walked along the river to the bank", "The cat climbed up the tree"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("compare") / "tiny", n_layers=3, n_heads=4)


@pytest.fixture
def window(qtbot, folder):
    made = MainWindow(Settings(tab="text", reduce_motion=True, prompt=TEXT, second_prompt=OTHER))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.open_model(str(folder))
    qtbot.waitUntil(lambda: made.session.trace is not None, timeout=20_000)
    return made


@pytest.fixture
def session(window):
    return window.session


@pytest.fixture
def overview(window):
    return window.findChild(Overview)


def idle(qtbot, session):
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy(), timeout=20_000)


def compare(qtbot, window):
    qtbot.mouseClick(window.findChild(QPushButton, "compareButton"), Qt.MouseButton.LeftButton)
    idle(qtbot, window.session)


def test_a_click_compares_and_another_ends_it(qtbot, window, session, overview):
    assert session.second is None
    assert overview.second_strip.isHidden()
    height = window.prompt_bar.height()
    compare(qtbot, window)
    assert session.second.text == OTHER
    qtbot.waitUntil(lambda: window.prompt_bar.height() > height)  # the pages make room for it
    assert window.prompt_bar.second.geometry().bottom() < window.prompt_bar.height()
    assert overview.pos().y() >= 0
    assert overview.second_strip.isVisible()
    assert overview.view == "next"
    assert [token.id for token in overview.second_strip._tokens] == session.second.ids.tolist()
    opened = session.selection.layer, session.selection.head
    np.testing.assert_array_equal(overview.second_map._pattern, session.second.pattern[opened])
    np.testing.assert_array_equal(overview.map._pattern, session.trace.pattern[opened])
    compare(qtbot, window)
    assert session.second is None
    assert overview.second_strip.isHidden()
    assert overview.view == "map"
    qtbot.waitUntil(lambda: window.prompt_bar.height() == height)


def test_the_view_that_was_chosen_stays_through_other_sentences_and_models(
    qtbot, window, session, overview, folder
):
    compare(qtbot, window)
    assert overview.view == "next"
    session.set_second_prompt("")
    idle(qtbot, session)
    session.set_second_prompt(OTHER)
    idle(qtbot, session)
    assert overview.view == "next"
    overview.show_view("order")
    session.set_second_prompt("")
    idle(qtbot, session)
    assert overview.view == "order"
    session.set_second_prompt(OTHER)
    idle(qtbot, session)
    assert overview.view == "order"
    with qtbot.waitSignal(session.model_changed):
        window.open_model(str(folder))
    idle(qtbot, session)
    assert overview.view == "order"


def test_both_maps_open_the_same_head_and_explain_their_own_text(
    qtbot, window, session, overview, folder
):
    session.add_change(Off(0, "mlp"))
    compare(qtbot, window)
    session.select_head(2, 3)
    alone = LanguageModel.load(folder)
    second = alone.trace(OTHER)  # without the change
    np.testing.assert_allclose(overview.second_map._pattern, second.pattern[2, 3], atol=1e-6)
    overview.second_map.number_asked.emit((4, 2), QPoint(3, 3))
    python = shown(window).findChild(QPlainTextEdit).toPlainText()
    shown(window).close()
    assert float(printed(python)) == pytest.approx(float(second.pattern[2, 3, 4, 2]), rel=1e-4)
    rows = csv_of(overview._head_figure().table()).decode().splitlines()
    n, m = len(session.trace.ids), len(second.ids)
    pieces = overview_figures.tokens(session, overview._strips, overview.strip)
    assert len(csv_of(pieces.table()).decode().splitlines()) == 1 + n + m
    assert pieces.widget.isAncestorOf(overview.second_strip)
    assert len(rows) == 1 + n * (n + 1) // 2 + m * (m + 1) // 2
    assert rows[-1].startswith(f"2,3,4,{m},")
    assert not picture_of(overview._head_figure().widget).isNull()


def test_what_comes_next_is_compared(qtbot, window, session, overview, folder):
    compare(qtbot, window)
    alone = LanguageModel.load(folder)
    logits = [alone.trace(text).logits[-1].astype(np.float64) for text in (TEXT, OTHER)]
    first, second = (np.exp(each) / np.exp(each).sum() for each in logits)
    for row in overview.next.shifts.rows:
        assert (row.before, row.after) == pytest.approx((first[row.id], second[row.id]), rel=1e-4)
    figure = overview.next.figure
    has_bars = set()
    for size in ((1900, 900), (1024, 700)):
        window.resize(*size)
        caption = overview._plane_card._caption.text()
        assert ("pale after the first text, filled" in caption) == figure.has_bars
        has_bars.add(figure.has_bars)
    assert has_bars == {True, False}
    session.set_second_prompt("They")
    idle(qtbot, session)
    assert window.prompt_bar.second_text() == "They"
    third = np.exp(alone.trace("They").logits[-1].astype(np.float64))
    row = overview.next.shifts.rows[0]
    assert row.after == pytest.approx(third[row.id] / third.sum(), rel=1e-4)


@pytest.mark.parametrize("is_hidden", [False, True])
def test_beside_an_empty_prompt_the_second_shows_a_head_that_the_model_has(
    qtbot, window, session, overview, tmp_path, is_hidden
):
    compare(qtbot, window)
    session.select_head(2, 3)
    session.set_prompt("")
    idle(qtbot, session)
    window.show_tab("pixels" if is_hidden else "text")
    window.open_model(str(save_tiny(tmp_path / "small", n_layers=1)))
    qtbot.waitUntil(lambda: session.model.n_layers == 1, timeout=20_000)
    idle(qtbot, session)
    window.show_tab("text")
    for head in (1, 0):
        session.select_head(0, head)
        wanted = session.second.pattern[0, head]
        np.testing.assert_array_equal(overview.second_map._pattern, wanted)
    overview.second_map.number_asked.emit((4, 2), QPoint(3, 3))
    python = shown(window).findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(float(wanted[4, 2]), rel=1e-4)


def test_a_second_prompt_from_elsewhere_is_seen_and_can_be_taken_away(qtbot, window, session):
    session.set_second_prompt("They")
    idle(qtbot, session)
    assert window.prompt_bar.is_comparing
    assert window.prompt_bar.second_text() == "They"
    session.set_second_prompt("")
    assert not window.prompt_bar.is_comparing
    assert window.prompt_bar.second_text() == "They"
    idle(qtbot, session)


def test_an_emptied_field_stays_open(qtbot, window, session, overview):
    compare(qtbot, window)
    window.prompt_bar.second.selectAll()
    qtbot.keyClick(window.prompt_bar.second, Qt.Key.Key_Delete)
    idle(qtbot, session)
    assert window.prompt_bar.is_comparing
    assert session.second is None
    assert overview.second_strip.isHidden()


def test_the_first_two_sentences_can_be_subtracted_and_end_on_one_word():
    tokenizer = LanguageModel.load(SMALL_WORLD_MODEL).tokenizer
    first, second = (tokenizer.ids(text) for text in (FIRST_PROMPT, SECOND_PROMPT))
    assert len(first) == len(second)
    assert first[-1] == second[-1]
    assert first != second


def test_it_is_remembered(qtbot, window):
    assert window.settings().comparing is False
    assert Settings().second_prompt == SECOND_PROMPT
    compare(qtbot, window)
    qtbot.keyClick(window.prompt_bar.second, Qt.Key.Key_End)
    with qtbot.waitSignal(window.remembered_changed):
        qtbot.keyClicks(window.prompt_bar.second, "!")
    kept = window.settings()
    assert (kept.comparing, kept.second_prompt) == (True, OTHER + "!")
    again = MainWindow(kept)
    qtbot.addWidget(again)
    assert again.prompt_bar.is_comparing
    assert again.session.second_prompt == OTHER + "!"
    again.session.shutdown()
    idle(qtbot, window.session)


def test_another_model_reads_both(qtbot, window, session, tmp_path):
    compare(qtbot, window)
    save_tiny(tmp_path / "small", n_layers=1, n_heads=1)
    with qtbot.waitSignal(session.model_changed, timeout=20_000):
        window.open_model(str(tmp_path / "small"))
    idle(qtbot, session)
    assert session.second.pattern.shape[:2] == (1, 1)
    assert session.trace.pattern.shape[:2] == (1, 1)


def test_a_small_window_has_room_for_all(qtbot, window):
    window.resize(1024, 680)
    compare(qtbot, window)
    assert window.size().toTuple() == (1024, 680)
    assert window.minimumSizeHint().height() <= 680


@pytest.mark.parametrize(
    ("size", "seen", "is_across"),
    [
        ((400, 300), [True, True], True),
        ((300, 460), [True, True], False),
        ((220, 260), [True, False], None),
    ],
)
def test_a_pair_lies_as_there_is_room(qtbot, window, session, overview, size, seen, is_across):
    compare(qtbot, window)
    first, second = type(overview.map)(), type(overview.map)()
    pair = Pair(session, first, second, "pairSwitch")
    holder = QWidget()
    qtbot.addWidget(holder)
    pair.setParent(holder)
    pair.resize(*size)
    holder.resize(*size)
    holder.show()
    assert [first.isVisible(), second.isVisible()] == seen
    if is_across is None:
        qtbot.mouseClick(pair.findChild(QPushButton, "pairSwitch2"), Qt.MouseButton.LeftButton)
        assert [first.isVisible(), second.isVisible()] == [False, True]
    else:
        assert (pair._both.orientation() == Qt.Orientation.Horizontal) == is_across
        names = [name.text() for name in pair._names]
        assert names == [TEXT, OTHER]
    session.set_second_prompt("")
    assert [first.isVisible(), second.isVisible()] == [True, False]
    assert not pair._switch.isVisible()


def test_pages_that_show_one_text_say_so(qtbot, window, session):
    text, said = window.tabs.widget(1), window.findChild(QLabel, "firstTextAlone")
    for view in ("tokens", "change"):
        text.show_view(view)
        assert not said.isVisible()
    compare(qtbot, window)
    assert "second is read by the model as it is" in said.text()
    assert said.isVisible()
    text.show_view("tokens")
    assert "shows the first" in said.text()
    for view in ("map", "layers", "attention"):
        text.show_view(view)
        assert not said.isVisible()
    idle(qtbot, session)


def test_the_journey_gives_back_what_it_shows_by_itself(qtbot, window, session):
    text, button = window.tabs.widget(1), window.findChild(QPushButton, "compareButton")

    def is_lent():  # what else the page works out, texts that are read for clues, is not waited for
        return session.second is not None and not session.is_busy()

    text.show_view("journey")
    qtbot.waitUntil(is_lent, timeout=20_000)
    assert not button.isChecked()
    assert window.settings().second_prompt == OTHER
    assert not window.settings().comparing
    text.overview.show_view("order")
    text.show_view("layers")
    assert session.second is None
    text._switch.choose(0)
    assert text.view == "order"  # it never heard of a second text
    text.show_view("journey")
    qtbot.waitUntil(is_lent, timeout=20_000)
    window.show_tab("pixels")
    assert session.second is None


@pytest.mark.parametrize("mode", [0, 1, 3])
def test_in_a_small_window_no_panel_of_the_attention_needs_scrolling(qtbot, window, session, mode):
    compare(qtbot, window)
    window.resize(1024, 680)
    window.show_tab("text")
    window.findChild(TextTab).show_view("attention")
    page = window.findChild(AttentionPage)
    qtbot.waitUntil(page.isVisible)
    page.comparison.choose(mode)
    scroll = window.findChild(TextTab).pages.currentWidget()
    for panel in range(5):
        page.show_panel(panel)
        idle(qtbot, session)
        page.head.figures.pin(*page.comparison.sides[:1], (2, 1))
        page.show_panel(panel)
        qtbot.waitUntil(lambda: page.height() == scroll.viewport().height())
        assert not scroll.verticalScrollBar().isVisible()


def test_both_grids_of_the_overview_are_of_the_text_that_they_name(
    qtbot, window, session, overview
):
    compare(qtbot, window)
    np.testing.assert_array_equal(overview.grid._pattern, session.trace.pattern)
    np.testing.assert_array_equal(overview.second_grid._pattern, session.second.pattern)
    assert overview.grid.isVisible()
    assert not overview.second_grid.isVisible()  # no room for both
    second = window.findChild(QPushButton, "shownGrid2")
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert overview.second_grid.isVisible()
    assert not overview.grid.isVisible()
    if window.findChild(QPushButton, "shownMap2").isVisible():
        assert overview.second_map.isVisible()  # the map turns with the grid
    at = overview.second_grid._spot(2, 3).center().toPoint()
    qtbot.mouseClick(overview.second_grid, Qt.MouseButton.LeftButton, pos=at)
    assert (session.selection.layer, session.selection.head) == (2, 3)
    lines = csv_of(overview._heads_figure().table()).decode().splitlines()
    last = float(session.second.pattern[-1, -1, -1, -1])
    assert float(lines[-1].split(",")[-1]) == pytest.approx(last)
    compare(qtbot, window)
    assert overview.grid.isVisible()
    assert not overview.second_grid.isVisible()
