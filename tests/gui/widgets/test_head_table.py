"""All heads in a table: sorted by any score, opened by a click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gui import theme
from gui.widgets.head_model import NO_SCORE, Kind
from gui.widgets.head_table import HeadTable

KINDS = (
    Kind("previous", "one token back", "too short"),
    Kind("copies", "at copies", "nothing is repeated"),
)


def scores(seed=0, n_layers=2, n_heads=3):
    rng = np.random.default_rng(seed)
    return {kind.name: rng.random((n_layers, n_heads)) for kind in KINDS}


@pytest.fixture
def table(qtbot):
    made = HeadTable(KINDS)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def order(table):
    return [table.heads.head_at(row) for row in range(table.heads.rowCount())]


def click_header(qtbot, table, column):
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    at = QPoint(x, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_every_column_sorts_the_largest_first_then_the_smallest(table, qtbot):
    here, usual = scores(1), scores(2)
    table.set_scores(here, usual)
    assert order(table) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    columns = [here["previous"], usual["previous"], here["copies"], usual["copies"]]
    for column, values in enumerate(columns, start=1):
        click_header(qtbot, table, column)
        assert order(table) == sorted(order(table), key=lambda head: -values[head])
        click_header(qtbot, table, column)
        assert order(table) == sorted(order(table), key=lambda head: values[head])
    click_header(qtbot, table, 0)
    assert order(table)[0] == (0, 0)


def test_heads_without_a_number_come_last_and_say_why(table):
    here = scores(1)
    here["copies"] = np.full((2, 3), np.nan)
    here["copies"][1, 1] = 0.3
    table.set_scores(here, None)
    for falling in (True, False):
        table.sort_by(3, falling=falling)
        assert order(table)[0] == (1, 1)
    index = table.heads.index(3, 3)
    assert index.data() == NO_SCORE
    assert "nothing is repeated" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "not measured" in table.heads.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)


def test_a_number_is_shown_coloured_and_told_exactly(table):
    here = scores(1)
    here["previous"][0, 1] = 0.8349
    table.set_scores(here, scores(2), ({"previous": 1, "copies": 7}, {}))
    index = table.heads.index(1, 1)
    assert index.data() == ".83"
    fill = theme.active().probability_color(0.8349)
    assert index.data(Qt.ItemDataRole.BackgroundRole) == fill
    said = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Layer 1, head 2 looks one token back" in said
    assert "0.8349" in said
    assert "at the only token that has such a place" in said
    assert "on average of 7" in table.heads.index(1, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert table.heads.index(0, 0).data() == "1.1"


def test_a_click_or_enter_opens_a_head_and_the_opened_one_is_marked(table, qtbot):
    table.set_scores(scores(1), scores(2))
    table.sort_by(1, falling=True)
    which = table.heads.head_at(2)
    place = table.visualRect(table.heads.index(2, 3)).center()
    with qtbot.waitSignal(table.head_opened) as said:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tuple(said.args) == which
    table.set_opened(*table.heads.head_at(4))
    assert table.currentIndex().row() == 4
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Up)
    with qtbot.waitSignal(table.head_opened) as said:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert tuple(said.args) == table.heads.head_at(3)
    table.set_opened(7, 7)
    assert not table.selectionModel().hasSelection()


def test_a_question_mark_or_a_double_click_asks_for_a_number(table, qtbot):
    table.set_scores(scores(1), scores(2))
    index = table.heads.index(2, 3)
    table.setCurrentIndex(index)
    with qtbot.waitSignal(table.score_asked) as said:
        qtbot.keyClicks(table, "?")
    assert said.args[0] == index
    place = table.visualRect(index).center()
    with qtbot.waitSignal(table.score_asked):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    table.setCurrentIndex(table.heads.index(2, 0))
    with qtbot.assertNotEmitted(table.score_asked):
        qtbot.keyClicks(table, "?")
    qtbot.keyClicks(table, "s")
    assert table.heads.sorted_by == (0, True)


def test_one_number_of_each_kind_can_be_hidden(table):
    table.set_scores(scores(1), scores(2))
    table.show_columns(here=False, usual=True)
    assert [table.isColumnHidden(column) for column in range(5)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    table.grab()
    table.show_columns(here=True, usual=True)
    assert not any(table.isColumnHidden(column) for column in range(5))
    assert table.both_px() > 0


def test_new_numbers_keep_the_order_that_was_asked_for_and_other_models_start_anew(table):
    table.set_scores(scores(1), None)
    table.sort_by(1, falling=True)
    table.set_scores(scores(5), None)
    here = scores(5)["previous"]
    assert order(table) == sorted(order(table), key=lambda head: -here[head])
    table.set_scores(scores(1, 1, 1), None)
    assert order(table) == [(0, 0)]
    table.heads.clear()
    assert table.heads.rowCount() == 0


def test_scores_of_other_shapes_are_refused(table):
    with pytest.raises(ValueError, match="shapes"):
        table.set_scores(scores(1), scores(2, n_heads=2))
