"""The steps of a softmax as they are written: they add up, and each can be asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui.widgets.pixel_painting import MINUS
from gui.widgets.softmax_rows import SoftmaxRows
from gui.widgets.softmax_shares import DOTS, NOW, POWERS, SCORES, SHARES, Shares


def some(n=6, row=4, column=1, scale=1.0, shift=0.0):
    rng = np.random.default_rng(3)
    dots = rng.normal(size=n) * 4 * scale + shift
    scores = np.where(np.arange(n) <= row, dots / 2, -np.inf)
    powers = np.exp(scores)
    labels = [f"␣w{i}" for i in range(n)]
    return Shares(
        labels, row, column, dots, scores, powers, float(powers.sum()), powers / powers.sum()
    )


@pytest.fixture
def rows(qtbot):
    made = SoftmaxRows()
    qtbot.addWidget(made)
    made.resize(380, 240)
    made.set_data(some())
    made.show()
    return made


def at(rows, token, column) -> QPoint:
    return rows._cell(token, column).center().toPoint()


@pytest.mark.parametrize("shift", [-60.0, -12.0, 0.0, 12.0, 60.0])
def test_the_powers_add_up_as_they_are_written_to_four_digits(shift):
    data = some(shift=shift)
    written = [float(data.written(POWERS, each)) for each in data.powers]
    half = 0.5 * 10.0**-data.decimals
    total = float(data.written(POWERS, data.total))
    assert sum(written) == pytest.approx(total, abs=(len(written) + 1) * half)
    assert total >= 1000 * 2 * half  # no fewer than four digits
    assert len(data.written(POWERS, data.total)) <= 8
    for power, share in zip(written, data.shares, strict=True):
        assert power / total == pytest.approx(share, abs=1e-3)
    if data.power:
        assert data.title(POWERS).startswith("e^score / 10")


def test_what_is_masked_is_minus_infinity_and_takes_no_share():
    data = some()
    assert data.written(SCORES, data.scores[5]) == f"{MINUS}∞"
    assert float(data.written(POWERS, data.powers[5])) == 0
    assert data.written(SHARES, data.shares[5]) == "0.0000"
    assert data.written(POWERS, np.inf) == "∞"
    assert replace(data, total=np.inf).decimals == 4


def test_a_click_on_a_number_asks_for_it_and_one_on_a_token_looks_there(rows, qtbot):
    with qtbot.waitSignal(rows.number_asked) as said:
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=at(rows, 3, SHARES))
    assert said.args == [(3, SHARES), at(rows, 3, SHARES)]
    label = QPoint(20, at(rows, 2, 0).y())
    with qtbot.waitSignal(rows.token_chosen) as said:
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=label)
    assert said.args == [2]


def test_the_keyboard_walks_over_the_numbers_and_asks(rows, qtbot):
    rows.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(rows, key)
    assert rows._at == (2, POWERS)
    assert "␣w2" in rows.accessibleDescription()
    with qtbot.waitSignal(rows.number_asked) as said:
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert said.args[0] == (2, POWERS)
    qtbot.keyClick(rows, Qt.Key.Key_Escape)
    assert rows._at is None
    assert rows.said().startswith("␣w1: q · k ")


def test_many_tokens_scroll_to_the_one_in_question(rows):
    rows.set_data(some(n=256, row=250, column=200))
    assert rows._view.contains(rows._cell(200, DOTS).center())
    top = rows.top
    rows.set_data(some(n=256, row=250, column=200, scale=0.5))
    assert rows.top == top  # the same cell of another head: it stays where it was scrolled to


def test_a_changed_row_has_one_more_column(rows):
    data = some()
    now = np.array([0.5, 0.5, 0, 0, 0, 0])
    rows.set_data(replace(data, now=now))
    assert len(rows._edges) == NOW + 1
    assert rows.spot_at(at(rows, 1, NOW)) == (1, NOW)
    assert "now 0.5000" in rows.said()
    rows.set_data(data)
    assert len(rows._edges) == NOW


def test_in_a_narrow_room_the_tokens_come_before_the_products(rows, qtbot):
    assert rows._columns == (DOTS, SCORES, POWERS, SHARES)
    rows.resize(250, 240)
    rows.grab()
    assert rows._columns == (SCORES, POWERS, SHARES)
    assert rows._label_px >= 40
    with qtbot.waitSignal(rows.number_asked) as said:
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=at(rows, 3, SCORES))
    assert said.args[0] == (3, SCORES)


def test_columns_say_what_they_are(rows):
    place = QPoint(at(rows, 0, SCORES).x(), 6)
    QApplication.sendEvent(rows, QHelpEvent(QEvent.Type.ToolTip, place, rows.mapToGlobal(place)))
    assert "root of the head" in QToolTip.text()
    QToolTip.hideText()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(some(), dots=np.zeros(5)),
        replace(some(), column=6),
        replace(some(), shares=np.full(6, np.nan)),
        replace(some(), now=np.zeros(2)),
    ],
)
def test_what_does_not_belong_together_is_refused(rows, wrong):
    with pytest.raises(ValueError, match=r"\w+"):
        rows.set_data(wrong)


def test_the_sums_stand_right_below_the_last_row(rows):
    rows.resize(380, 500)
    last = rows._row_rect(5)
    assert rows._view.bottom() == pytest.approx(last.bottom(), abs=1)
    rows.resize(380, 110)
    assert rows._view.bottom() < 110
