from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import tokenizers
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.geometry import plane
from core.language_model import LanguageModel
from gui.session import Session
from gui.text import tokens_page, vocabulary_card, vocabulary_counts
from gui.text.tokens_page import TokensPage
from gui.text.vocabulary_counts import counts_of
from gui.widgets import merge_player
from gui.widgets.cut_rows import KINDS
from gui.widgets.piece_facts import character_name
from gui.widgets.vocabulary_model import COUNT, ID
from tests.gui.models import save_tiny

TEXT = "They walked to the bank"
STRANGE = "é 🇩🇪 a\u200bb שלום \u202ex"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def spec(model):
    return json.loads(model.tokenizer.to_json())


@pytest.fixture
def session(qapp, model):
    qapp.setProperty("reduceMotion", True)
    made = Session()
    made._on_loaded((model, plane(model.token_embeddings(), model.labels())))
    yield made
    made.shutdown()


@pytest.fixture
def page(session, qtbot):
    made = TokensPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    write(made, qtbot, TEXT)
    return made


def write(page, qtbot, text):
    page._session.set_prompt(text)
    qtbot.waitUntil(lambda: text_of(page) == text, timeout=10_000)


def text_of(page):
    return "" if page._reading is None else page._reading.trace.text


def library(spec, n_merges):
    """The library's tokenizer of the first merges only."""
    first = {**spec, "model": {**spec["model"], "merges": spec["model"]["merges"][:n_merges]}}
    return tokenizers.Tokenizer.from_str(json.dumps(first))


# --- the four cuts and the slider


def test_counts_are_those_of_the_library(page, spec, qtbot):
    for text in (TEXT, STRANGE, "a"):
        write(page, qtbot, text)
        whole = library(spec, None)
        words = whole.pre_tokenizer.pre_tokenize_str(text)
        n_tokens = len(whole.encode(text).ids)
        assert page.cuts.counts == (len(words), n_tokens, len(text), len(text.encode()))


def test_the_slider_cuts_as_a_tokenizer_that_stopped_there(page, spec):
    n_merges = len(spec["model"]["merges"])
    assert page.slider.learnt == n_merges
    for tick in range(0, page.slider._slider.maximum() + 1, 3):
        page.slider._slider.setValue(tick)
        n_learnt = page.slider.learnt
        assert page.cuts.counts[1] == len(library(spec, n_learnt).encode(TEXT).ids)
        said = page.slider._label.text()
        assert f"{page.cuts.counts[1]} token" in said
        assert n_learnt in (0, n_merges) or f"merge {n_learnt} of {n_merges}" in said
    page.slider._slider.setValue(0)
    assert page.cuts.counts[1] == len(TEXT)
    page.slider._all.click()
    assert page.cuts.counts[1] == len(page._session.trace.tokens)
    assert not page.slider._all.isEnabled()


def test_the_slider_goes_through_every_merge_of_a_small_vocabulary_and_over_a_large_one(page):
    page.slider.set_merges(30)
    assert page.slider._stops == list(range(31))
    page.slider.set_merges(50_000)
    stops = page.slider._stops
    assert (stops[0], stops[-1]) == (0, 50_000)
    assert stops[:10] == list(range(10))
    assert len(stops) <= 401


def test_a_click_on_any_piece_selects_its_token(page, session, qtbot):
    grid = page.cuts._grid
    for row in range(4):
        session._select(replace(session.selection, token=None))
        byte = TEXT.index("bank") + 1
        line = grid.line_of(byte)
        cuts = page.cuts._cuts[row]
        at = int(cuts.searchsorted(byte, side="right"))
        box = page.cuts._box(grid, line, row, int(cuts[at - 1]), int(cuts[at]))
        view = page.cuts._view()
        where = box.center().toPoint() + QPoint(0, view.y() - page.cuts.top)
        qtbot.mouseClick(page.cuts, Qt.MouseButton.LeftButton, pos=where)
        token = session.trace.tokens[session.selection.token]
        first = int(cuts[at - 1])
        assert token.start <= first < token.end


def test_the_boxes_of_every_row_lie_side_by_side_without_gaps_or_overlaps(page, qtbot):
    write(page, qtbot, STRANGE * 5 + "W" * 300)
    grid = page.cuts._grid
    for cuts in page.cuts._cuts:
        for line in range(grid.n_lines):
            right = 0.0
            for start, end in grid.pieces(line, cuts):
                left, width = grid.span(line, start, end)
                assert left == pytest.approx(right)
                assert width > 0
                right = left + width
            assert right <= page.cuts.width()


def test_that_leftward_letters_stand_in_reading_order_is_said_in_a_small_window_too(page, qtbot):
    caption = page._cuts_card._caption
    page.resize(704, 456)
    write(page, qtbot, "The dog")
    qtbot.waitUntil(lambda: caption.is_cut)
    write(page, qtbot, "שלום")
    assert caption.text() == tokens_page.LEFTWARD
    qtbot.waitUntil(lambda: not caption.is_cut)
    write(page, qtbot, "The dog")
    qtbot.waitUntil(lambda: caption.is_cut)


def test_nothing_in_a_tooltip_is_invisible(page, qtbot):
    write(page, qtbot, STRANGE)
    assert page._cuts_card._caption.text() == tokens_page.LEFTWARD
    merges = page._reading.merges
    spoken = [
        page.cuts.exact(2, int(start), int(end)) for start, end in pairwise(merges.character_cuts)
    ]
    assert spoken[0] == "é\nlatin small letter e with acute, U+00E9\n2 bytes (in base 16): C3 A9"
    assert (
        "regional indicator symbol letter d, U+1F1E9\n4 bytes (in base 16): F0 9F 87 A9"
        in spoken[2]
    )
    assert any(
        "zero width space, U+200B\n3 bytes (in base 16): E2 80 8B" in text for text in spoken
    )
    assert any(text.startswith("⟨U+202E⟩\nright-to-left override") for text in spoken)
    assert character_name("\n") == "line end, U+000A"
    assert character_name("\x07") == "no name of its own, U+0007"
    assert page.cuts.exact(3, 0, 1) == "Byte 1 of the text: C3, which is the number 195"


def test_keys_go_from_token_to_token_and_enter_selects(page, session, qtbot):
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(page.cuts, key)
    assert session.selection.token == 1
    assert page.cuts._selected is not None
    qtbot.keyClick(page.cuts, Qt.Key.Key_Escape)
    assert session.selection.token is None


# --- the merges


def test_the_last_words_merges_are_shown_and_said(page, model, spec, qtbot):
    player = page.player
    assert player._merges.raw == b" bank"
    assert player.step == player._merges.n_steps
    pieces = [player._merges.raw[a:b] for a, b in pairwise(player._merges.cuts(player.step))]
    assert pieces == [model.tokenizer.raw(i) for i in model.tokenizer.ids(" bank")]
    assert "No learnt pair is left" in player._sentence.text()
    player.go_to(1)
    merge = player._merges.merge(1)
    left, right = (part.replace("Ġ", "␣") for part in spec["model"]["merges"][merge.rank])
    n_merges = len(spec["model"]["merges"])
    said = f"Merge {merge.rank + 1} of {n_merges}: “{left}” + “{right}” = “{left}{right}”."
    assert player._sentence.text().startswith(said)
    assert player._place.text() == f"1 of {player._merges.n_steps}"


def test_a_selected_tokens_word_is_played_else_the_last_one(page, session):
    session.select_token(0)
    assert page.player._merges.raw == b"They"
    session.select_token(0)
    assert page.player._merges.raw == b" bank"
    page._merges_card.scope.choose(1)
    assert page.player._merges is page._reading.merges
    session.select_token(0)
    assert page.player._merges is page._reading.merges


def test_a_full_stop_does_not_take_the_place_of_the_word_before_it(page, session, qtbot):
    write(page, qtbot, TEXT + ".")
    assert page.player._merges.raw == b" bank"
    session.select_token(len(session.trace.tokens) - 1)
    assert page.player._merges.raw == b"."
    write(page, qtbot, "# . !")
    assert not page.player._merges.n_steps
    assert page.player._merges.raw == b" !" or page.player._merges.raw == b"!"


def test_hovering_changes_no_picture_of_merges(page, session, monkeypatch):
    monkeypatch.setattr(page.player, "set_data", lambda *_: pytest.fail("played anew"))
    session.hover_token(1)
    session.hover_token(None)


def test_keys_step_and_play(page, qtbot):
    player = page.player
    for key, step in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, player._merges.n_steps),
    ):
        qtbot.keyClick(player.picture, key)
        assert player.step == step == player._slider.value()
    qtbot.keyClick(player.picture, Qt.Key.Key_Space)
    assert player.is_playing
    assert player.step == 0
    qtbot.keyClick(player.picture, Qt.Key.Key_Space)
    assert not player.is_playing


def test_plays_to_the_end_and_rests(page, qtbot, monkeypatch):
    monkeypatch.setattr(merge_player, "SLOWEST_MS", 1)
    page.player._play.click()
    steps = [page.player.step]
    page.player._slider.valueChanged.connect(steps.append)
    qtbot.waitUntil(lambda: not page.player.is_playing)
    assert page.player.step == page.player._merges.n_steps
    assert page.player._play.text() == "Play"


def test_other_text_and_hiding_stop_the_play(page, qtbot):
    page.player._play.click()
    write(page, qtbot, TEXT + " of the river")
    assert not page.player.is_playing
    page.player._play.click()
    page.hide()
    assert not page.player.is_playing


def test_typing_in_another_word_leaves_the_player_where_it_is(page, session, qtbot):
    session.select_token(0)
    page.player.go_to(1)
    write(page, qtbot, TEXT + "s")
    assert page.player._merges.raw == b"They"
    assert page.player.step == 1


def test_a_merge_is_stressed_for_a_moment_unless_motion_is_reduced(page, qapp):
    page.player.go_to(0)
    page.player.go_to(1)
    assert page.player.picture._fresh == 1.0
    qapp.setProperty("reduceMotion", False)
    page.player.go_to(2)
    assert page.player.picture._fresh < 1.0


def test_a_word_is_a_row_a_step_and_what_is_too_wide_is_cut_into_lines(page, qtbot):
    assert page.player.picture._is_ladder
    assert page.player.picture._grid.n_lines == 1
    write(page, qtbot, "W" * 200)
    assert not page.player.picture._is_ladder
    assert page.player.picture._grid.n_lines > 1
    page.player.go_to(0)
    page.grab()


# --- the vocabulary


def test_search_finds_text_numbers_and_spaces(page, model, qtbot):
    table, rows = page.table, page.table.model
    assert rows.rowCount() == model.tokenizer.vocab_size
    qtbot.keyClicks(table.search, " the")
    the = model.tokenizer.ids(" the")[0]
    assert rows.token_at(0) == the
    labels = [rows.data(rows.index(row, 1)) for row in range(rows.rowCount())]
    assert all("␣the" in label.lower() for label in labels)
    table.search.setText("260")
    assert rows.token_at(0) == 260
    table.search.setText("⏎")
    assert b"\n" in [model.tokenizer.raw(rows.token_at(0))]


def test_what_is_no_token_is_said_and_spelt(page, model):
    page.table.search.setText("walkedriver")
    said = page.table._sentence.text()
    pieces = [model.tokenizer.label(i) for i in model.tokenizer.ids("walkedriver")]
    assert said.startswith("No token is called “walkedriver”.")
    assert f"with {len(pieces)}" in said
    page.table.search.clear()
    assert "Click one" in page.table._sentence.text()


def test_a_click_and_enter_append_the_token(page, session, model, qtbot):
    table = page.table
    the = model.tokenizer.ids(" the")[0]
    table.search.setText(" the")
    where = table.table.visualRect(table.model.index(0, 1)).center()
    qtbot.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert session.prompt == TEXT + " the"
    table.table.setCurrentIndex(table.model.index(0, 0))
    qtbot.keyClick(table.table, Qt.Key.Key_Return)
    assert session.prompt == TEXT + " the" * 2
    qtbot.keyClick(table.search, Qt.Key.Key_Return)
    assert session.prompt == TEXT + " the" * 3
    assert table.model.token_at(0) == the
    table.search.setText("no such token")
    qtbot.keyClick(table.search, Qt.Key.Key_Return)
    assert session.prompt == TEXT + " the" * 3


def test_keys_go_between_search_and_table(page, qtbot):
    table = page.table
    table.search.setFocus()
    qtbot.keyClick(table.search, Qt.Key.Key_Down)
    assert table.table.currentIndex().row() == 0
    table.search.setText("the")
    qtbot.keyClick(table.search, Qt.Key.Key_Escape)
    assert table.search.text() == ""


def test_counts_are_a_column_only_where_they_are_known(page, model):
    rows, header = page.table.model, page.table.table.horizontalHeader()
    assert rows.columnCount() == COUNT
    counts = model.token_embeddings()[:, 0].argsort()
    page.table.set_counts(counts, "where from")
    assert rows.columnCount() == COUNT + 1
    assert rows.data(rows.index(3, COUNT)) == f"{counts[3]:,}"
    header.setSortIndicator(COUNT, Qt.SortOrder.DescendingOrder)
    assert rows.token_at(0) == int(counts.argmax())
    assert rows.headerData(COUNT, Qt.Orientation.Horizontal) == "seen↓"
    page.table.set_counts(None)
    assert rows.columnCount() == COUNT
    assert [rows.token_at(row) for row in range(3)] == [0, 1, 2]


def test_every_column_sorts_both_ways(page):
    rows, header = page.table.model, page.table.table.horizontalHeader()
    for column in range(ID, COUNT):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            header.setSortIndicator(column, order)
            shown = [rows.values(row)[column] for row in range(rows.rowCount())]
            keys = [
                each.casefold().lstrip("␣") if isinstance(each, str) else each for each in shown
            ]
            assert keys == sorted(keys, reverse=order == Qt.SortOrder.DescendingOrder)


def test_a_selected_chip_is_marked_in_the_vocabulary(page, session):
    session.select_token(1)
    row = page.table.table.currentIndex().row()
    assert page.table.model.token_at(row) == session.trace.tokens[1].id


def test_nothing_is_counted_of_a_model_whose_text_is_not_known(page, model):
    assert counts_of(model.info, lambda: False) is None


@pytest.fixture
def of_the_small_world(model):
    return replace(model.info, training={"text": {"name": "small-world"}, "settings": {"seed": 3}})


def test_the_small_worlds_text_is_counted_in_a_process(of_the_small_world, monkeypatch):
    monkeypatch.setattr(vocabulary_counts, "CHARACTERS", 5_000)
    counts = counts_of(of_the_small_world, lambda: False)
    assert counts.shape == (of_the_small_world.vocab_size,)
    assert counts.sum() > 1_000
    monkeypatch.setattr(vocabulary_counts.subprocess, "Popen", pytest.fail)
    assert counts_of(of_the_small_world, lambda: False) is counts  # another page asks too
    ids = vocabulary_counts.text_ids(of_the_small_world)
    assert np.bincount(ids, minlength=len(counts)).tolist() == counts.tolist()
    assert vocabulary_counts.text_ids(replace(of_the_small_world)) is None


def test_counting_ends_when_nobody_waits(of_the_small_world):
    before = time.monotonic()
    assert counts_of(of_the_small_world, lambda: True) is None
    assert time.monotonic() - before < 5


def test_a_folder_that_is_gone_leaves_the_column_away(of_the_small_world):
    assert counts_of(replace(of_the_small_world, folder="/nowhere"), lambda: False) is None


def test_a_count_that_fails_is_told(
    page, session, of_the_small_world, monkeypatch, failures, qtbot
):
    def fail(*_):
        raise OSError("boom")

    monkeypatch.setattr(vocabulary_card, "counts_of", fail)
    session.model = of_the_small_world
    page._vocabulary_card._counts.clear()
    page._on_model()
    qtbot.waitUntil(lambda: bool(failures) and not session.counting.is_busy())
    assert ["boom" in failure.details for failure in failures] == [True]
    assert page._vocabulary_card._counts[page._tokenizer] is None


# --- the page


def test_no_text_leaves_hints(page, qtbot):
    write(page, qtbot, "")
    assert page.cuts._hint.startswith("Type a sentence")
    assert page.player.picture._hint.startswith("Type a sentence")
    assert not page.player._play.isEnabled()
    assert page.cuts._grid is None
    page.grab()


def test_no_model_leaves_the_page_whole(qtbot, qapp):
    session = Session()
    made = TokensPage(session)
    qtbot.addWidget(made)
    made.show()
    assert not made.grab().isNull()
    assert "appear when" in made.table._sentence.text()
    session.shutdown()


def test_a_single_byte_has_nothing_to_merge(page, qtbot):
    write(page, qtbot, "#")
    assert page.player._sentence.text().startswith("Nothing to merge")
    assert page.cuts.counts == (1, 1, 1, 1)
    page.player.play_or_pause()
    assert not page.player.is_playing


def test_a_long_text_is_merged_in_the_background(page, session, qtbot):
    text = (TEXT + ". ") * 800
    write(page, qtbot, text)
    assert page.cuts.counts[3] == len(text)
    assert len(page._reading.chips) - 1 == page.cuts.counts[1]
    session.select_token(len(session.trace.tokens) - 2)
    assert page.cuts._selected is not None
    assert page.cuts.top > 0
    assert "out of reach" in page._tokens_card._caption.text()
    page.grab()


def test_a_long_text_that_is_replaced_meanwhile_is_not_shown(page, qtbot):
    page._session.set_prompt((TEXT + ". ") * 800)
    write(page, qtbot, "a")
    qtbot.waitUntil(lambda: not page._session.studies.is_busy("merges"))
    assert page.cuts.counts[2] == 1


def test_text_that_the_model_wrote_in_other_pieces_says_so(page, session, model):
    tokens = []
    for character in "the":
        [token] = model.tokenizer.encode(character)
        at = len(tokens)
        tokens.append(replace(token, start=at, end=at + 1))
    n_typed = len(model.tokenizer.ids("the"))
    session.trace = replace(model.trace("#&#"), text="the", tokens=tuple(tokens))
    session.trace_changed.emit(session.trace)
    assert n_typed < 3
    assert page._tokens_card._caption.text() == tokens_page.WRITTEN.format(n_typed)
    session.select_token(1)
    assert page.cuts._selected == (1, 2)


def test_a_hidden_page_takes_nothing(page, session, qtbot, model):
    page.hide()
    session.set_prompt("a")
    qtbot.waitUntil(lambda: session.trace is not None and session.trace.text == "a")
    assert text_of(page) == TEXT
    page.show()
    assert text_of(page) == "a"


def test_narrow_windows_show_cuts_and_vocabulary_in_turn(page):
    def shown():
        return [card.isVisible() for card in page._cards]

    assert shown() == [True, True, True]
    assert not page._side.isVisible()
    page.resize(690, 500)
    assert shown() == [True, True, False]
    page._side.choose(1)
    assert shown() == [True, False, True]
    assert page.strip.height() < page.strip.sizeHint().height()
    page.resize(1200, 640)
    assert shown() == [True, True, True]


def test_every_figure_is_a_table(page, session, tmp_path):
    figures = (page._merges_card.figure(), page._cuts_figure(), page._vocabulary_card.figure())
    sizes = []
    for figure in figures:
        table = figure.table()
        rows = list(table.rows)
        assert all(len(row) == len(table.header) for row in rows)
        sizes.append(len(rows))
    merges = page.player._merges
    assert sizes == [merges.n_steps, sum(page.cuts.counts), page.table.model.rowCount()]


def test_another_model_brings_its_own_vocabulary(page, session, tmp_path, qtbot):
    other = LanguageModel.load(save_tiny(tmp_path / "other", context=8, seed=5))
    session._on_loaded((other, plane(other.token_embeddings(), other.labels())))
    qtbot.waitUntil(lambda: session.trace is not None and text_of(page) == TEXT)
    assert page._tokenizer is other.tokenizer
    assert page.cuts.counts[2] == len(TEXT)


def test_the_tip_of_the_picture_tells_a_pieces_bytes(page):
    picture = page.player.picture
    box = picture._box(picture._grid, 0, 0, 0, 1)
    assert picture._tip(box.center()) == "␣\n1 byte (in base 16): 20"
    assert not QToolTip.isVisible()


def test_what_a_token_and_a_byte_are_is_said_where_they_are_first_seen(page, qtbot):
    assert page._tokens_card._caption.text().startswith("A token is a word, part of a word")
    assert "numbers in which a computer stores text" in page._merges_card._caption.text()
    picture = page.player.picture
    assert "a number from 0 to 255" in picture._tip(QPointF(5, 5))
    page.player.go_to(0)
    assert "a number in which text is stored" in page.player._sentence.text()
    for number, kind in enumerate(KINDS):
        at = QPoint(round((number + 0.5) * page.cuts.width() / 4), 10)
        QApplication.sendEvent(page.cuts, QHelpEvent(QEvent.Type.ToolTip, at, at))
        assert QToolTip.text().count(f"A {kind[:-1]}: ") == 1
    QToolTip.hideText()
