"""What one changes on the Attention page acts on the pass, and is taken back whole."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSlider

from gui.text.attention_page import CHANGE, WHY
from gui.text.changes_view import ChangesView, altered
from gui.widgets.softmax_shares import SHARES
from gui.widgets.switch import Switch
from tests.gui.explained import number, printed, shown
from tests.gui.text.attention import click_cell, settle, shown_page, use
from tests.gui.widgets.test_head_map import drag

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def model(measured_soon):
    return measured_soon


@pytest.fixture
def page(qtbot, session):
    return shown_page(qtbot, session)


def type_weight(qtbot, page, text):
    field = page.findChild(QLineEdit, "weightEdit")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return field


def changing(qtbot, page, session, model, cell=(6, 2), place=(1, 1)):
    use(qtbot, session, model)
    session.select_head(*place)
    page.show_panel(CHANGE)
    click_cell(qtbot, page, *cell)
    assert page.switch.index == CHANGE
    return session.trace.pattern[(*place, cell[0])].astype(np.float64)


def test_a_weight_is_typed_and_the_row_renormalises(page, session, model, qtbot):
    own = changing(qtbot, page, session, model)
    type_weight(qtbot, page, "0,5")
    settle(qtbot, session)
    row = session.trace.pattern[1, 1, 6]
    wanted = own * 0.5 / (1 - own[2])
    wanted[2] = 0.5
    np.testing.assert_allclose(row, wanted, atol=1e-6)
    np.testing.assert_array_equal(page.head.map._pattern[6], row)
    assert page.head.map._changed == {(6, 2)}
    said = page.findChild(QLabel, "changeCell").text()
    assert "with 0.500" in said
    assert f"unchanged it would be {own[2]:.3f}" in said
    assert not np.allclose(session.trace.logits[-1], session.plain.logits[-1])


def test_dragging_moves_all_weight_in_one_step(page, session, model, qtbot):
    own = changing(qtbot, page, session, model)
    drag(page.head.map, 6, 2, 4)
    settle(qtbot, session)
    wanted = own.copy()
    wanted[4] += wanted[2]
    wanted[2] = 0
    np.testing.assert_allclose(session.trace.pattern[1, 1, 6], wanted, atol=1e-6)
    assert page.head.map._changed == {(6, 2), (6, 4)}
    assert page.head.map.pinned == (6, 4)
    drag(page.head.map, 6, 4, 0)  # and on
    settle(qtbot, session)
    wanted[0] += wanted[4]
    wanted[4] = 0
    np.testing.assert_allclose(session.trace.pattern[1, 1, 6], wanted, atol=1e-6)
    session.what_if.undo()
    session.what_if.undo()
    settle(qtbot, session)
    np.testing.assert_allclose(session.trace.pattern[1, 1, 6], own, atol=1e-6)
    assert session.changes == ()


def test_a_drag_is_one_change_in_the_list_and_one_to_take_back(page, session, model, qtbot):
    changing(qtbot, page, session, model)
    qtbot.addWidget(view := ChangesView(session))
    view.show()
    drag(page.head.map, 6, 2, 4)
    settle(qtbot, session)
    assert len(session.changes) == 2  # one square loses what the other one gets
    assert altered(session) == "Altered: 1 change"
    (row,) = view.list._rows
    from_, to = (session.trace.tokens[at].label.lstrip("␣") for at in (2, 4))
    weight = session.trace.pattern[1, 1, 6, 4]
    assert row._text._words.endswith(f"{weight:.2f} at “{to}”, 0.00 at “{from_}”")
    qtbot.mouseClick(row.remove, LEFT)
    settle(qtbot, session)
    assert session.changes == ()
    assert altered(session) == ""
    session.what_if.undo()
    settle(qtbot, session)
    assert len(session.changes) == 2


def test_everything_can_be_dragged_onto_one_token(page, session, model, qtbot):
    changing(qtbot, page, session, model)
    for start in (0, 1, 2, 3, 5, 6):
        drag(page.head.map, 6, start, 4)
        settle(qtbot, session)
    n_tokens = len(session.trace.tokens)
    np.testing.assert_allclose(session.trace.pattern[1, 1, 6], np.eye(n_tokens)[4], atol=1e-6)


def test_the_row_can_be_given_back(page, session, model, qtbot):
    own = changing(qtbot, page, session, model)
    session.look(1, 1, 5, 0, 0.9)  # another row stays as it was set
    type_weight(qtbot, page, "1")
    settle(qtbot, session)
    qtbot.mouseClick(page.findChild(QPushButton, "giveRowBackButton"), LEFT)
    settle(qtbot, session)
    np.testing.assert_allclose(session.trace.pattern[1, 1, 6], own, atol=1e-6)
    assert [each.row for each in session.changes] == [5]
    assert not page.findChild(QPushButton, "giveRowBackButton").isEnabled()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("abc", "is no number"),
        ("", "is no number"),
        ("nan", "is no number"),
        ("-0.2", "is not from 0 to 1"),
        ("1.01", "is not from 0 to 1"),
        ("inf", "is not from 0 to 1"),
    ],
)
def test_what_is_no_weight_is_said_and_nothing_is_lost(page, session, model, qtbot, text, sentence):
    changing(qtbot, page, session, model)
    type_weight(qtbot, page, "0.3")
    settle(qtbot, session)
    before = session.changes
    field = page.findChild(QLineEdit, "weightEdit")
    field.clear()
    type_weight(qtbot, page, text)
    said = page.findChild(QLabel, "changeSaid")
    assert said.isVisible()
    assert sentence in said.text()
    assert session.changes == before
    assert field.text() == text  # to be corrected
    type_weight(qtbot, page, "0.4")
    settle(qtbot, session)
    assert not said.isVisible()
    assert session.trace.pattern[1, 1, 6, 2] == pytest.approx(0.4)


def test_a_row_of_zeros_is_refused_and_taken_back(page, session, model, qtbot, failures):
    changing(qtbot, page, session, model, cell=(0, 0))
    type_weight(qtbot, page, "0")
    settle(qtbot, session)
    assert "has to be more than 0" in failures[0].sentence
    assert session.changes == ()
    assert session.trace.pattern[1, 1, 0, 0] == 1


def test_a_masked_cell_cannot_be_set(page, session, model, qtbot):
    changing(qtbot, page, session, model, cell=(2, 6))
    assert not page.findChild(QLineEdit, "weightEdit").isEnabled()
    assert "comes after" in page.findChild(QLabel, "changeCell").text()


def test_a_slider_that_is_let_go_says_what_the_row_allows(page, session, model, qtbot):
    changing(qtbot, page, session, model, cell=(0, 0))
    slider = page.findChild(QSlider, "weightSlider")
    slider.setSliderDown(True)
    slider.setValue(300)
    settle(qtbot, session)
    assert slider.value() == 300
    slider.setSliderDown(False)
    assert slider.value() == 1000


def test_the_slider_sets_the_weight_as_one_drags(page, session, model, qtbot):
    changing(qtbot, page, session, model)
    slider = page.findChild(QSlider, "weightSlider")
    assert slider.value() == round(1000 * float(session.trace.pattern[1, 1, 6, 2]))
    for value in (400, 600, 800):
        slider.setValue(value)
    settle(qtbot, session)
    assert session.trace.pattern[1, 1, 6, 2] == pytest.approx(0.8)
    session.what_if.undo()
    assert session.changes == ()


@pytest.mark.parametrize(("index", "instead"), [(1, "zero"), (2, "mean")])
def test_the_opened_head_is_switched_off_and_on(page, session, model, qtbot, index, instead):
    changing(qtbot, page, session, model)
    switch = page.findChild(Switch, "headState")
    assert switch.index == 0
    switch.choose(index)
    qtbot.waitUntil(
        lambda: session.what_if.measuring is None and not session.is_busy(), timeout=20_000
    )
    z = session.trace.z[1, 1]
    wanted = np.zeros_like(z) if instead == "zero" else np.tile(model.average.z[1, 1], (len(z), 1))
    np.testing.assert_allclose(z, wanted, atol=1e-6)
    said = {"zero": "switched off", "mean": "gives its average"}[instead]
    assert page.head._title.text() == f"Layer 2, head 2, {said}"
    session.select_head(0, 0)
    assert switch.index == 0
    session.select_head(1, 1)
    assert switch.index == index
    switch.choose(0)
    settle(qtbot, session)
    assert session.changes == ()
    assert page.head._title.text() == "Layer 2, head 2"


@pytest.mark.parametrize(
    ("pins", "column"),
    [
        ({2: 0.5}, 2),
        ({2: 0.5}, 4),
        ({2: 0.9, 3: 0.9}, 3),
        ({2: 0.9, 3: 0.9}, 4),
        ({0: 0.2, 4: 0.3}, 1),
    ],
)
def test_a_changed_weight_is_explained_and_its_python_has_the_change(
    page, session, model, qtbot, pins, column
):
    changing(qtbot, page, session, model)
    for at, weight in pins.items():
        session.look(1, 1, 6, at, weight)
    settle(qtbot, session)
    page.head.map.number_asked.emit((6, column), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(session.trace.pattern[1, 1, 6, column]), rel=1e-4, abs=1e-6)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    formula = card.findChild(QLabel, "explanationFormula").text()
    operands = [number(each.text()) for each in card.findChildren(QLabel, "explanationValue")]
    if column not in pins and sum(pins.values()) < 1:
        own, _, left, others = operands
        assert own / others * left == value
    elif column in pins:
        total = max(sum(pins.values()), 1)
        assert operands[2] / total == value
        assert ("/ all that is set" in formula) == (sum(pins.values()) >= 1)
    card.close()


def test_the_why_panel_says_what_was_the_models_and_what_is_set(page, session, model, qtbot):
    own = changing(qtbot, page, session, model)
    type_weight(qtbot, page, "0.5")
    settle(qtbot, session)
    page.show_panel(WHY)
    data = page.why.rows._data
    np.testing.assert_allclose(data.shares, own, atol=1e-6)
    np.testing.assert_allclose(data.now, session.trace.pattern[1, 1, 6], atol=1e-6)
    page.why.rows.number_asked.emit((2, SHARES), QPoint(3, 3))
    card = shown(page.window())
    told = card.findChild(QLabel, "explanationResult").text()
    assert number(told) == pytest.approx(own[2], rel=1e-4)
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(own[2], rel=1e-4)
    card.close()
