"""Two texts on the attention page: every panel's numbers are those of the text it names."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core.heads import scores
from gui.export import csv_of, picture_of
from gui.text import attention_change, attention_words
from gui.text.attention_compared import BOTH, DIFFERENCE, FIRST, SECOND
from gui.text.attention_page import CHANGE, HABITS, HEADS, MASK, WHY, AttentionPage
from gui.text.attention_words import ARCS, MAP
from gui.widgets.softmax_shares import SHARES
from tests.gui.explained import number, printed, shown
from tests.gui.text.reading import compare, rest, use

LEFT = Qt.MouseButton.LeftButton
TEXT, OTHER = "the river the bank the river", "bank the river the bank"
HEAD = (1, 1)


@pytest.fixture(scope="module")
def model(measured_soon):
    return measured_soon


@pytest.fixture
def page(qtbot, session):
    made = AttentionPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 620)
    made.show()
    return made


@pytest.fixture
def texts(page, session, model, qtbot):
    """Of other lengths."""
    use(qtbot, session, model, TEXT)
    compare(qtbot, session, OTHER)
    session.select_head(*HEAD)
    assert len(session.trace.tokens) != len(session.second.tokens)
    return session.trace, session.second


@pytest.fixture
def equals(page, session, model, qtbot):
    """Of as many tokens."""
    use(qtbot, session, model, "the river the bank")
    compare(qtbot, session, "the bank the river")
    session.select_head(*HEAD)
    assert len(session.trace.tokens) == len(session.second.tokens)
    return session.trace, session.second


def click(qtbot, page, mode):
    button = page.findChild(QPushButton, f"attentionComparison{mode + 1}")
    qtbot.mouseClick(button, LEFT)
    assert page.comparison.mode == mode


def click_cell(qtbot, figure, row, column):
    qtbot.mouseClick(figure, LEFT, pos=figure._spot(row, column, column + 1).center().toPoint())


# --- the grids


def test_the_grid_is_of_the_text_that_it_names(page, texts, qtbot):
    first, second = texts
    heads = page.heads
    assert page.comparison.mode == BOTH
    assert heads.second.isVisible()
    np.testing.assert_array_equal(heads.grid._pattern, first.pattern)
    np.testing.assert_array_equal(heads.second._pattern, second.pattern)
    click(qtbot, page, SECOND)
    assert not heads.second.isVisible()
    np.testing.assert_array_equal(heads.grid._pattern, second.pattern)
    assert heads._title.text() == "Heads: second text"
    click(qtbot, page, FIRST)
    np.testing.assert_array_equal(heads.grid._pattern, first.pattern)
    assert heads._title.text() == "Heads: first text"
    lines = csv_of(heads._figure().table()).decode().splitlines()
    assert float(lines[-1].split(",")[-1]) == pytest.approx(first.pattern[-1, -1, -1, -1])


def test_a_square_of_the_second_grid_opens_its_head_in_both(page, texts, session, qtbot):
    at = page.heads.second._spot(2, 0).center().toPoint()
    qtbot.mouseClick(page.heads.second, LEFT, pos=at)
    assert (session.selection.layer, session.selection.head) == (2, 0)
    figures = page.head.figures
    np.testing.assert_array_equal(figures.second_map._pattern, texts[1].pattern[2, 0])
    np.testing.assert_array_equal(figures.map._pattern, texts[0].pattern[2, 0])
    lines = csv_of(page.heads._figure().table()).decode().splitlines()
    n, m = (len(text.tokens) for text in texts)
    assert len(lines) == 1 + 6 * (n * (n + 1) + m * (m + 1)) // 2
    assert not picture_of(page.heads._figure().widget).isNull()


def test_the_grids_difference_is_signed_and_named(page, equals, qtbot):
    first, second = equals
    click(qtbot, page, DIFFERENCE)
    wanted = second.pattern - first.pattern
    np.testing.assert_array_equal(page.heads.grid._pattern, wanted)
    assert page.heads.grid._scale.is_signed
    assert page.heads.grid._scale.top == pytest.approx(np.abs(wanted).max())
    assert page.heads._title.text() == "Heads: difference"
    assert f"{np.abs(wanted[2, 1]).max():.2f}" in page.heads.grid._habit(2, 1)
    lines = csv_of(page.heads._figure().table()).decode().splitlines()
    assert float(lines[-1].split(",")[-1]) == pytest.approx(wanted[-1, -1, -1, -1], abs=1e-7)


def test_a_grid_of_texts_of_other_lengths_is_not_subtracted(page, texts, qtbot):
    button = page.findChild(QPushButton, "attentionComparison4")
    assert not button.isEnabled()
    assert "different numbers of tokens" in button.toolTip()
    assert page.comparison.mode == BOTH
    np.testing.assert_array_equal(page.heads.second._pattern, texts[1].pattern)


def test_what_is_chosen_is_what_is_shown_while_a_difference_is_wanted(page, texts, session, qtbot):
    page.show_panel(HABITS)
    click(qtbot, page, DIFFERENCE)  # of what heads do, which is there for texts of any length
    assert page.head._caption.text() == attention_words.UNEQUAL
    page.show_panel(HEADS)
    assert page.comparison.mode == BOTH
    assert page.heads.second.isVisible()
    session.set_prompt("the river the bank")
    compare(qtbot, session, "the bank the river")
    assert page.comparison.mode == DIFFERENCE
    assert page.heads._title.text() == "Heads: difference"
    assert not page.heads.second.isVisible()


def test_maps_side_by_side_have_numbers_both_or_neither(page, model, session, qtbot):
    use(qtbot, session, model, "a bank")  # larger cells than those of the longer text
    compare(qtbot, session, TEXT)
    maps = page.head.figures.map, page.head.figures.second_map
    fits = [each._fits_numbers for each in maps]
    for _ in range(40):
        assert [each.has_numbers for each in maps] == [all(fits)] * 2
        page.resize(page.width() - 12, page.height())
        fits = [each._fits_numbers for each in maps]
        if fits == [True, False]:
            break
    assert fits == [True, False]
    without = maps[0].grab().toImage()
    maps[0].stand_beside(None)
    assert maps[0].grab().toImage() != without


# --- the opened head


def test_the_second_text_alone_is_shown_and_explained(page, texts, qtbot):
    click(qtbot, page, SECOND)
    figures = page.head.figures
    assert not figures.map.isVisible()
    assert figures.second_map.isVisible()
    np.testing.assert_array_equal(figures.second_map._pattern, texts[1].pattern[HEAD])
    assert page.head._title.text() == "Layer 2, head 2: second text"
    page.head.switch.choose(ARCS)
    np.testing.assert_array_equal(figures.second_arcs._pattern, texts[1].pattern[HEAD])
    figures.second_arcs.number_asked.emit((3, 1), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(texts[1].pattern[HEAD][3, 1]), rel=1e-5)
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()
    page.head.switch.choose(MAP)
    lines = csv_of(page.head._figure().table()).decode().splitlines()
    assert lines[-1].startswith(f"2,{len(texts[1].tokens)},")


def test_where_two_have_no_room_one_is_shown_until_there_is(page, texts, qtbot):
    both = page.findChild(QPushButton, "attentionComparison3")
    page.resize(690, 440)
    qtbot.waitUntil(both.isHidden)
    assert page.comparison.mode == FIRST
    assert page.head.figures.map.isVisible()
    assert not page.head.figures.second_map.isVisible()
    page.resize(1200, 620)
    qtbot.waitUntil(lambda: not both.isHidden())
    assert page.comparison.mode == BOTH
    page.resize(690, 440)
    click(qtbot, page, SECOND)
    page.resize(1200, 620)
    qtbot.waitUntil(lambda: not both.isHidden())
    assert page.comparison.mode == SECOND  # that was wished meanwhile
    assert page.head.figures.second_map.isVisible()


# --- what they do


def cells(page, column):
    heads = page.habits.table.heads
    return {heads.head_at(row): heads.number(row, column) for row in range(heads.rowCount())}


@pytest.mark.parametrize("mode", [FIRST, SECOND, BOTH, DIFFERENCE])
def test_the_table_scores_the_texts_that_it_names(page, texts, session, qtbot, mode):
    page.show_panel(HABITS)
    click(qtbot, page, mode)
    rest(qtbot, session)
    heads = page.habits.table.heads
    own = [scores(text.pattern, text.ids) for text in texts]
    usual = page.habits.study.usual(session.language_model)
    change = {kind: own[1][kind] - own[0][kind] for kind in own[0]}
    wanted = {
        FIRST: (("1st", own[0]), ("usual", usual)),
        SECOND: (("2nd", own[1]), ("usual", usual)),
        BOTH: (("1st", own[0]), ("2nd", own[1])),
        DIFFERENCE: (("diff", change), ("usual", usual)),
    }[mode]
    for column in range(1, heads.columnCount()):
        kind, which = heads.kind_of(column)
        name, values = wanted[which]
        assert heads.headerData(column, Qt.Orientation.Horizontal) == name
        for place, value in cells(page, column).items():
            np.testing.assert_allclose(value, values[kind.name][place], equal_nan=True)


def test_a_score_of_the_second_text_and_a_difference_are_explained(page, texts, session, qtbot):
    page.show_panel(HABITS)
    first, second = (float(scores(text.pattern, text.ids)["previous"][HEAD]) for text in texts)
    heads = page.habits.table.heads
    for mode, column, value in (
        (BOTH, 2, second),
        (BOTH, 1, first),
        (DIFFERENCE, 1, second - first),
    ):
        click(qtbot, page, mode)
        rest(qtbot, session)
        index = heads.index(heads.row_of(*HEAD), column)
        page.habits.table.score_asked.emit(index, QPoint(3, 3))
        card = shown(page.window())
        told = number(card.findChild(QLabel, "explanationResult").text().lstrip("= "))
        assert told == pytest.approx(value, rel=1e-4)
        python = card.findChild(QPlainTextEdit).toPlainText()
        assert float(printed(python)) == pytest.approx(value, rel=1e-4)
        card.close()
    said = heads.data(heads.index(heads.row_of(*HEAD), 1), Qt.ItemDataRole.ToolTipRole)
    assert "in the second text more than in the first" in said


def test_of_a_text_without_such_places_no_difference_is_explained(page, session, model, qtbot):
    use(qtbot, session, model, "the river bank")
    compare(qtbot, session, "bank the river the bank")
    page.show_panel(HABITS)
    click(qtbot, page, DIFFERENCE)
    rest(qtbot, session)
    heads = page.habits.table.heads
    columns = range(1, heads.columnCount())
    kinds = {heads.kind_of(at)[0].name: at for at in columns if heads.kind_of(at)[1] == 0}
    index = heads.index(heads.row_of(*HEAD), kinds["copies"])
    page.habits.table.score_asked.emit(index, QPoint(3, 3))
    card = shown(page.window())
    assert "there is no such place" in card.findChild(QLabel, "explanationResult").text()
    card.close()


# --- why this cell


def test_a_click_on_the_seconds_map_takes_its_cell_apart(page, texts, qtbot):
    figures = page.head.figures
    click_cell(qtbot, figures.second_map, 4, 2)
    assert page.switch.index == WHY
    assert page.why.texts.isVisible()
    assert page.why.texts.index == 1
    data = page.why.rows._data
    np.testing.assert_allclose(data.shares[:5], texts[1].pattern[HEAD][4, :5], atol=1e-6)
    page.why.rows.number_asked.emit((2, SHARES), QPoint(3, 3))
    card = shown(page.window())
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(texts[1].pattern[HEAD][4, 2], rel=1e-4)
    card.close()
    click_cell(qtbot, figures.map, 3, 1)
    assert figures.second_map.pinned is None
    assert page.why.texts.index == 0
    data = page.why.rows._data
    np.testing.assert_allclose(data.shares[:4], texts[0].pattern[HEAD][3, :4], atol=1e-6)


def test_the_other_texts_cell_of_the_same_words_is_a_click_away(page, texts, qtbot):
    first, second = texts
    figures = page.head.figures
    pieces = [token.text for token in first.tokens]
    cell = pieces.index(" river", 3), pieces.index(" the")
    click_cell(qtbot, figures.map, *cell)
    words = [pieces[at] for at in cell]
    qtbot.mouseClick(page.findChild(QPushButton, "whyTexts2"), LEFT)
    assert figures.map.pinned is None
    assert [second.tokens[at].text for at in figures.second_map.pinned] == words
    assert page.why.texts.isVisible()
    assert page.why.texts.index == 1
    click(qtbot, page, FIRST)  # the cell goes along to the text that is seen
    assert [first.tokens[at].text for at in figures.map.pinned] == words
    assert page.why.texts.index == 0
    qtbot.mouseClick(page.findChild(QPushButton, "whyTexts2"), LEFT)
    assert page.comparison.mode == SECOND
    assert [second.tokens[at].text for at in figures.second_map.pinned] == words
    assert page.why.texts.index == 1


def test_of_a_difference_either_number_is_taken_apart(page, equals, qtbot):
    page.show_panel(WHY)
    click(qtbot, page, DIFFERENCE)
    click_cell(qtbot, page.head.map, 3, 1)
    for side in (1, 0):
        qtbot.mouseClick(page.findChild(QPushButton, f"whyTexts{side + 1}"), LEFT)
        assert page.why.rows._data.shares[1] == pytest.approx(
            equals[side].pattern[HEAD][3, 1], rel=1e-5
        )
        assert page.head.map.pinned == (3, 1)


def test_a_pinned_cell_of_the_second_text_goes_when_that_is_changed(page, texts, session, qtbot):
    click_cell(qtbot, page.head.figures.second_map, 2, 1)
    compare(qtbot, session, f"{OTHER} the")
    assert page.head.figures.second_map.pinned == (2, 1)
    compare(qtbot, session, "river the bank the")
    assert page.head.figures.pinned is None


# --- change, and looking back


def test_what_is_changed_is_the_first_text_and_that_is_said(page, texts, session, qtbot):
    page.show_panel(CHANGE)
    click(qtbot, page, SECOND)
    about = page.change.findChild(QLabel, "changeCell")
    assert about.text() == attention_change.OF_SECOND
    click_cell(qtbot, page.head.figures.second_map, 2, 1)
    assert about.text() == attention_change.OF_SECOND
    assert not page.change._slider.isEnabled()
    assert not page.head.figures.second_map._can_move
    click(qtbot, page, BOTH)
    click_cell(qtbot, page.head.map, 2, 1)
    assert page.change._slider.isEnabled()
    weight = texts[0].pattern[HEAD][2, 1]
    assert f"{weight:.3f}" in about.text()


def test_looking_back_speaks_of_both_texts(page, session, model, qtbot):
    use(qtbot, session, model, "the river the bank")
    compare(qtbot, session, "the bank the river")
    page.show_panel(MASK)
    first, second = page.back.findChild(QLabel, "maskSaid").text().split("\n")
    assert first.startswith("First text: Here bank stands after river")
    assert second.startswith("Second text: Here bank stands before river")


def test_one_text_alone_needs_no_names(page, texts, session, qtbot):
    session.set_second_prompt("")
    rest(qtbot, session)
    assert page.comparison.isHidden()
    assert page.heads._title.text() == "Attention heads"
    assert page.head._title.text() == "Layer 2, head 2"
    page.show_panel(HEADS)
    assert not page.heads.second.isVisible()
    np.testing.assert_array_equal(page.heads.grid._pattern, texts[0].pattern)
