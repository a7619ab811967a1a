"""Switching parts off, the effect, the list: real models, real clicks, numbers made elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton

from core.interventions import Look, Off, Patch
from core.language_model import LanguageModel
from core.standard_text import DOCUMENTS
from gui.export import csv_of, picture_of
from gui.session import Session
from gui.text.change_page import NO_MODEL, STANDARD, ChangePage
from gui.text.changes_view import ChangesPopover, altered, open_changes
from gui.text.effect import EMPTY, ShiftCard
from gui.widgets.changes_list import ChangeRow, ChangesList
from gui.widgets.parts_grid import MEAN, ON, ZERO
from gui.widgets.pixel_painting import MINUS
from tests.gui.explained import number, printed, shown
from tests.gui.models import held_back, save_tiny, shorten_standard_text

TEXT = "They walked along the river to the bank"


@pytest.fixture(autouse=True)
def _short_standard_text(monkeypatch):
    shorten_standard_text(monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("change") / "tiny", n_layers=3, n_heads=4)


@pytest.fixture
def empty_session(qapp):
    made = Session()
    yield made
    made.shutdown()


@pytest.fixture
def session(qtbot, empty_session, folder):
    empty_session.set_prompt(TEXT)
    empty_session.open_model(folder)
    qtbot.waitUntil(lambda: empty_session.trace is not None, timeout=20_000)
    return empty_session


@pytest.fixture
def page(qtbot, session):
    made = ChangePage(session)
    qtbot.addWidget(made)
    made.resize(900, 620)
    with qtbot.waitExposed(made):
        made.show()
    idle(qtbot, session)
    return made


def idle(qtbot, session):
    qtbot.waitUntil(
        lambda: (
            not session.is_busy()
            and not session.studies.is_busy()
            and session.what_if.measuring is None
            and not session._is_behind
        ),
        timeout=20_000,
    )


def click(qtbot, grid, layer, column):
    at = grid.cell_rect(layer, column).center().toPoint()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)


def probabilities(trace):
    powers = np.exp(trace.logits[-1].astype(np.float64))
    return powers / powers.sum()


def shown_percent(text):
    return 0.0 if text.startswith("<") else float(text.strip("%>").replace(MINUS, "-"))


# --- the grid


def test_without_a_model_it_says_what_to_do(qtbot, empty_session):
    page = ChangePage(empty_session)
    qtbot.addWidget(page)
    page.show()
    assert page.grid._hint == NO_MODEL
    assert page.effect.view.figure._hint == EMPTY
    click_at = QPoint(60, 60)
    qtbot.mouseClick(page.grid, Qt.MouseButton.LeftButton, pos=click_at)
    assert empty_session.changes == ()


@pytest.mark.parametrize(
    ("column", "off"),
    [(2, Off(1, "head", 2)), (4, Off(1, "attention")), (5, Off(1, "mlp"))],
)
def test_a_click_switches_a_part_off_and_on_again(qtbot, session, page, folder, column, off):
    click(qtbot, page.grid, 1, column)
    idle(qtbot, session)
    assert session.changes == (off,)
    assert page.grid._states[1, column] == ZERO
    assert (page.grid._states != ON).sum() == 1
    expected = LanguageModel.load(folder).trace(TEXT, changes=[off])
    np.testing.assert_allclose(session.trace.logits, expected.logits, atol=2e-6)
    click(qtbot, page.grid, 1, column)
    idle(qtbot, session)
    assert session.changes == ()
    assert (page.grid._states == ON).all()


def test_the_keyboard_does_the_same(qtbot, session, page):
    page.grid.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(page.grid, key)
    assert session.changes == (Off(1, "head", 1),)
    assert "Layer 2, head 2: off, gives 0" in page.grid.accessibleDescription()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(page.grid, key)
    assert session.changes == (Off(1, "head", 1), Off(2, "mlp"))
    qtbot.keyClick(page.grid, Qt.Key.Key_Space)
    assert session.changes == (Off(1, "head", 1),)
    idle(qtbot, session)


def test_what_parts_give_is_one_choice_for_all_that_are_off(qtbot, session, page, folder):
    click(qtbot, page.grid, 0, 1)
    look = session.look
    look(2, 1, 3, 1, 0.9)
    idle(qtbot, session)
    page.insteads.choose(1)
    assert (
        "60 documents"
        in page.insteads.findChildren(type(page.insteads._group.button(1)))[1].toolTip()
    )
    kept = session.changes[1]
    assert session.changes == (Off(0, "head", 1, "mean"), kept)
    idle(qtbot, session)
    assert page.grid._states[0, 1] == MEAN
    assert "its average over the standard text" in page._tip(0, 1)
    expected = LanguageModel.load(folder).trace(TEXT, changes=session.changes)
    np.testing.assert_allclose(session.trace.logits, expected.logits, atol=2e-6)
    click(qtbot, page.grid, 1, 5)
    assert session.changes[-1] == Off(1, "mlp", 0, "mean")
    session.what_if.undo()
    session.what_if.undo()
    assert session.changes == (Off(0, "head", 1), kept)
    assert page.instead == "zero"  # the choice follows what is in force
    idle(qtbot, session)


def test_the_standard_text_is_what_it_is_said_to_be():
    assert f"{DOCUMENTS} documents" in STANDARD


def test_while_the_average_is_measured_it_says_so(qtbot, session, page, monkeypatch):
    gate = held_back(monkeypatch)
    page.insteads.choose(1)
    captions = []
    session.measuring_changed.connect(lambda _: captions.append(page._card._caption.text()))
    click(qtbot, page.grid, 0, 0)
    assert "Measuring" in captions[0]
    assert "0%" in captions[0]
    row = page.changes.list._rows[0]
    assert "measured" in row._why.text()
    gate.set()
    idle(qtbot, session)
    assert "Measuring" not in page._card._caption.text()
    assert not row._why.isVisible()


def test_colours_are_what_moves_without_a_part(qtbot, session, page, folder):
    session.add_change(Off(2, "head", 0))
    idle(qtbot, session)
    alone = LanguageModel.load(folder)
    usual = probabilities(session.trace)
    found = page.grid._effects
    assert found.shape == (3, 6)
    for layer, column, off in ((0, 3, Off(0, "head", 3)), (1, 4, Off(1, "attention"))):
        without = probabilities(alone.trace(TEXT, changes=[Off(2, "head", 0), off]))
        assert found[layer, column] == pytest.approx(np.abs(without - usual).sum() / 2, abs=2e-6)
    assert "would move" in page._tip(0, 3)
    for column, does in ((3, "looks back"), (4, "All heads"), (5, "call it MLP")):
        assert does in page._tip(0, column)
    page.grid.number_asked.emit(0, 3, QPoint(3, 3))
    card = shown(page)
    value = pytest.approx(found[0, 3], rel=1e-3)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    rows = csv_of(page._table()).decode().splitlines()
    assert len(rows) == 1 + 18
    assert rows[13].startswith("3,head 1,gives 0,")
    assert not picture_of(page.grid).isNull()


# --- before and after


def test_before_and_after_are_the_two_passes_and_add_up_as_they_are_printed(
    qtbot, session, page, folder
):
    click(qtbot, page.grid, 0, 5)
    idle(qtbot, session)
    alone = LanguageModel.load(folder)
    before = probabilities(alone.trace(TEXT))
    after = probabilities(alone.trace(TEXT, changes=[Off(0, "mlp")]))
    lines = page.effect.view.figure.lines
    assert len(lines) == 9
    ids = [row.id for row in page.effect.view.shifts.rows]
    expected = sorted(range(len(after)), key=lambda one: -max(before[one], after[one]))[:8]
    assert set(ids) == set(expected)
    for line, token_id in zip(lines, ids, strict=False):
        assert line.exact == pytest.approx((before[token_id], after[token_id]), abs=1e-6)
    total = np.zeros(2)
    for line in lines:
        old, new, change = (shown_percent(text) for text in line.percents)
        assert change == pytest.approx(new - old, abs=0.0051)
        assert abs(old - 100 * line.exact[0]) < 0.0101
        assert abs(new - 100 * line.exact[1]) < 0.0101
        total += line.shown
    assert total.tolist() == [10_000, 10_000]


def test_without_changes_nothing_differs(page):
    assert {line.percents[2] for line in page.effect.view.figure.lines} == {"0.00"}


@pytest.mark.parametrize("row", [0, 5, 8])
def test_every_difference_is_explained(qtbot, session, page, row):
    session.add_change(Off(0, "mlp", 0, "mean"))
    trace = session.trace
    ids = [int(trace.ids[at]) for at in (3, 1)]
    session.add_change(Look(1, 2, 3, 1, 0.9, *ids))
    session.add_change(Patch(1, "head", 3, 2, (0.1, 0.2, 0.3, 0.4), None, 'He said "no"'))
    idle(qtbot, session)
    page.effect.view.figure.number_asked.emit(row, QPoint(3, 3))
    card = shown(page)
    before, after = page.effect.view.figure.lines[row].exact
    value = pytest.approx(after - before, rel=1e-3, abs=1e-8)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value


def test_the_two_texts_are_compared_without_changes_in_the_second(qtbot, session, folder):
    card = ShiftCard(session, "twoTexts", "texts")
    qtbot.addWidget(card)
    card.show()
    assert "second sentence" in card.view.figure._hint
    session.set_second_prompt("The cat climbed")
    session.add_change(Off(0, "mlp"))
    idle(qtbot, session)
    alone = LanguageModel.load(folder)
    first = probabilities(alone.trace(TEXT, changes=[Off(0, "mlp")]))
    second = probabilities(alone.trace("The cat climbed"))
    row = card.view.shifts.rows[0]
    assert card.view.figure.lines[0].exact == pytest.approx(
        (first[row.id], second[row.id]), abs=1e-6
    )
    card.view.figure.number_asked.emit(0, QPoint(3, 3))
    value = pytest.approx(second[row.id] - first[row.id], rel=1e-3)
    python = shown(card).findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == value
    header, *rows = csv_of(card.view.saved().table()).decode().splitlines()
    assert header == "id,token,first,second,change"
    assert len(rows) == 9


def test_broken_scores_are_said(qtbot, session, page, monkeypatch):
    def broken(*_):
        from core.errors import UserError

        raise UserError("Not numbers.")

    monkeypatch.setattr(session.language_model, "shifts", broken)
    session.add_change(Off(0, "mlp"))
    idle(qtbot, session)
    assert "not finite" in page.effect.view.figure._hint


# --- the list


def test_the_list_says_each_change_and_takes_it_back(qtbot, session, page):
    off = Off(1, "head", 2)
    session.add_change(off)
    session.look(0, 1, 4, 2, 0.25)
    idle(qtbot, session)
    rows = page.changes.list._rows
    label = session.language_model.tokenizer.label
    words = [label(int(session.trace.ids[at])).lstrip("␣") for at in (4, 2)]
    assert [row._text._words for row in rows] == [
        "Layer 2, head 3: off (gives 0)",
        f"Layer 1, head 2: “{words[0]}” looks 0.25 at “{words[1]}”",
    ]
    session.set_prompt("They")
    idle(qtbot, session)
    assert [row._why.text() for row in rows] == ["", "The token that looks is gone."]
    kept = rows[0]
    qtbot.mouseClick(page.findChild(QToolButton, "changesListRemove1"), Qt.MouseButton.LeftButton)
    assert [type(each) for each in session.changes] == [Look]
    assert page.changes.list._rows == [kept]
    page.changes.list._undo.click()
    assert len(session.changes) == 2
    page.changes.list._clear.click()
    assert session.changes == ()
    assert page.changes.list._empty.isVisible()
    assert not page.changes.list._clear.isEnabled()
    idle(qtbot, session)


def test_a_weight_that_cannot_be_as_wished_says_what_it_is(qtbot, session, page):
    session.look(0, 1, 4, 2, 0.8)
    session.look(0, 1, 4, 1, 0.8)
    idle(qtbot, session)
    assert session.trace.pattern[0, 1, 4, [1, 2]] == pytest.approx([0.5, 0.5], abs=1e-6)
    (row,) = page.changes.list._rows
    places = [session.trace.tokens[at].label.lstrip("␣") for at in (2, 1)]
    said = ", ".join(f"0.50 at “{each}”" for each in places)
    assert row._why.text() == f"It comes to {said}: all weights of a row add up to 1."
    session.look(0, 1, 4, 1, 0.2)
    idle(qtbot, session)
    assert row._why.text() == ""


def test_rows_stay_while_only_their_numbers_change(qtbot, session, page):
    session.look(0, 1, 4, 2, 0.25)
    row = page.changes.list._rows[0]
    for weight in (0.3, 0.4):
        session.look(0, 1, 4, 2, weight)
    assert page.changes.list._rows == [row]
    assert "0.40" in row._text._words
    idle(qtbot, session)


def test_the_keyboard_stays_in_the_list_as_lines_go(qtbot, session, page):
    for head in range(3):
        session.add_change(Off(0, "head", head))
    last = page.findChild(QToolButton, "changesListRemove3")
    page.activateWindow()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(last, Qt.Key.Key_Space)
    assert page.findChild(QToolButton, "changesListRemove2").hasFocus()
    assert len(session.changes) == 2
    idle(qtbot, session)


def test_altered_in_words(qtbot, session):
    assert altered(session) == ""
    session.add_change(Off(1, "head", 2))
    idle(qtbot, session)
    assert altered(session) == "Altered: 1 change"
    session.look(0, 1, 4, 2, 0.25)
    idle(qtbot, session)
    assert altered(session) == "Altered: 2 changes"
    session.set_prompt("They")
    idle(qtbot, session)
    assert altered(session) == "Altered: 2 changes, 1 acts here"
    session.what_if.remove(Off(1, "head", 2))
    idle(qtbot, session)
    assert altered(session) == "Altered: 1 change, not acting here"


def test_the_list_opens_beside_a_button_and_there_is_one(qtbot, session, page):
    session.add_change(Off(1, "head", 2))
    idle(qtbot, session)
    button = page.changes.list._clear
    open_changes(session, button)
    popover = page.findChild(ChangesPopover)
    assert popover.isVisible()
    lines = popover.findChild(ChangesList)
    assert popover.focusWidget() is lines._rows[0].remove
    assert popover.effect.view.figure.lines == page.effect.view.figure.lines
    popover.effect.view.figure.number_asked.emit(0, QPoint(3, 3))
    shown(popover).close()
    qtbot.mouseClick(lines._rows[0].remove, Qt.MouseButton.LeftButton)
    assert session.changes == ()
    idle(qtbot, session)
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    open_changes(session, button)
    assert page.findChildren(ChangesPopover) == [popover]
    popover.close()


def test_another_model_brings_other_parts(qtbot, session, page, tmp_path):
    session.add_change(Off(2, "mlp"))
    idle(qtbot, session)
    save_tiny(tmp_path / "small", n_layers=1, n_heads=1)
    with qtbot.waitSignal(session.model_changed, timeout=20_000):
        session.open_model(tmp_path / "small")
    idle(qtbot, session)
    assert page.grid._states.shape == (1, 3)
    assert (page.grid._states == ON).all()
    assert page.grid._effects.shape == (1, 3)


def test_the_list_shows_whole_rows_and_has_its_buttons_beside_them(page, session, qtbot):
    for layer in range(3):
        for head in range(4):
            session.add_change(Off(layer, "head", head))
    idle(qtbot, session)
    changes = page.changes.list
    rows = [row for row in changes._rows if row.isVisible()]
    assert len(rows) == 12
    seen = changes._area.viewport().height()
    bottoms = [row.geometry().bottom() + 1 for row in rows]
    qtbot.waitUntil(lambda: changes._area.viewport().height() in bottoms)
    assert changes._area.viewport().height() <= seen
    assert changes._area.viewport().height() == max(b for b in bottoms if b <= changes.height())
    undo = changes._undo.geometry()
    assert undo.left() >= changes._area.geometry().right()


def test_a_narrow_list_has_its_buttons_below_the_rows(qtbot):
    changes = ChangesList()
    qtbot.addWidget(changes)
    changes.set_data([ChangeRow(f"Head {number} is off", "") for number in range(1, 5)])
    changes.resize(300, 160)
    changes.show()
    qtbot.waitUntil(lambda: changes._undo.geometry().top() >= changes._area.geometry().bottom())
