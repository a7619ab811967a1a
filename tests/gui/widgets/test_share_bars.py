"""Bars that add up: where each begins and ends, what a click does, the total always in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.widgets.share_bars import HINT, ShareBars
from gui.widgets.share_rows import ShareRow, signed, starts

ROWS = (
    ShareRow("a", "first", 1.5, exact="First\n+1.5"),
    ShareRow("b", "second", -2.0, is_open=True),
    ShareRow("b1", "one", -2.5, level=1),
    ShareRow("b2", "two", 0.5, level=1),
    ShareRow("c", "third", 0.25, is_open=False),
    ShareRow("sum", "all together", -0.25, is_total=True),
)
SIDES = ("speaks for fish", "speaks for water")


@pytest.fixture
def bars(qtbot):
    made = ShareBars()
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    return made


def test_without_rows_it_says_what_to_do(bars):
    assert bars.accessibleDescription() == HINT
    bars.set_data(ROWS, SIDES)
    bars.clear("Nothing.")
    assert bars.accessibleDescription() == "Nothing."
    assert bars.rows == ()


def test_a_running_sum_goes_on_where_it_was(bars):
    assert starts(ROWS) == [0.0, 1.5, 1.5, -1.0, -0.5, 0.0]
    bars.set_data(ROWS, SIDES, running=True)
    first, second, one, two, third, total = (bars.bar(row) for row in range(6))
    assert first.left() == pytest.approx(bars._x(0))
    assert second.right() == pytest.approx(first.right())
    assert one.right() == pytest.approx(second.right())
    assert two.left() == pytest.approx(one.left())
    assert two.right() == pytest.approx(second.left())  # the parts end where the whole does
    assert third.left() == pytest.approx(second.left())
    assert third.right() == pytest.approx(total.left())  # and the parts where the sum is
    assert total.right() == pytest.approx(bars._x(0))


def test_bars_are_as_long_as_their_shares_on_both_sides_of_zero(bars):
    bars.set_data(ROWS, SIDES)
    zero = bars._x(0)
    for row, one in enumerate(ROWS):
        bar = bars.bar(row)
        assert (bar.right() if one.value < 0 else bar.left()) == pytest.approx(zero)
        assert bar.width() / bars.bar(0).width() == pytest.approx(abs(one.value) / 1.5)
    left, right = bars._field()
    assert zero == pytest.approx((left + right) / 2)


def test_a_click_on_a_number_asks_and_one_on_a_row_opens_or_chooses(bars, qtbot):
    bars.set_data(ROWS, SIDES)
    with qtbot.waitSignal(bars.number_asked) as said:
        at = bars._number_rect(2).center().toPoint()
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
    assert said.args[0] == "b1"
    for row, wanted in ((1, False), (4, True)):
        with qtbot.waitSignal(bars.opening_wanted) as said:
            at = QPoint(40, round(bars._rect(row).center().y()))
            qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
        assert said.args == [ROWS[row].part, wanted]
    with qtbot.waitSignal(bars.row_chosen) as said:
        at = QPoint(40, round(bars._rect(0).center().y()))
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == ["a"]


def test_the_keyboard_walks_opens_closes_chooses_and_asks(bars, qtbot):
    bars.set_data(ROWS, SIDES)
    bars.setFocus()
    keys = Qt.Key
    qtbot.keyClick(bars, keys.Key_Down)
    assert bars.accessibleDescription() == "second: \N{MINUS SIGN}2.000"
    with qtbot.waitSignal(bars.opening_wanted) as said:
        qtbot.keyClick(bars, keys.Key_Left)
    assert said.args == ["b", False]
    with qtbot.assertNotEmitted(bars.opening_wanted):
        qtbot.keyClick(bars, keys.Key_Right)
    qtbot.keyClick(bars, keys.Key_End)
    with qtbot.waitSignal(bars.number_asked) as said:
        qtbot.keyClick(bars, keys.Key_Question)
    assert said.args[0] == "sum"
    qtbot.keyClick(bars, keys.Key_Home)
    with qtbot.waitSignal(bars.row_chosen) as said:
        qtbot.keyClick(bars, keys.Key_Return)
    assert said.args == ["a"]


def test_the_total_stays_in_sight_where_not_all_rows_fit(bars, qtbot):
    many = [ShareRow(n, f"row {n}", 0.1) for n in range(60)]
    bars.set_data([*many, ROWS[-1]], SIDES)
    assert bars._bar.isVisible()
    for wanted in (0, bars._bar.maximum()):
        bars._bar.setValue(wanted)
        total = bars._rect(60)
        assert total.bottom() == pytest.approx(bars.height())
        assert bars.row_at(QPointF(50, total.center().y())) == 60
        assert bars.row_at(QPointF(50, total.y() - 3)) != 60
    assert bars.row_at(QPointF(50, bars._rect(59).center().y())) == 59
    bars.setFocus()
    bars._bar.setValue(0)
    qtbot.keyClick(bars, Qt.Key.Key_End)
    qtbot.keyClick(bars, Qt.Key.Key_Up)
    assert bars._rect(59).bottom() <= bars._rect(60).top() + 0.01


def test_no_number_has_no_bar_and_says_so(bars):
    broken = [ShareRow("a", "first", float("nan")), ShareRow("b", "second", float("inf"))]
    for running in (False, True):
        bars.set_data(broken, SIDES, running=running)
        assert bars.bar(0).width() == bars.bar(1).width() == 0
        assert not bars.grab().isNull()
    assert signed(float("nan")) == "no number"


def test_the_cursor_stays_on_its_part(bars, qtbot):
    bars.set_data(ROWS, SIDES)
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_End)
    qtbot.keyClick(bars, Qt.Key.Key_Up)
    bars.set_data((ROWS[0], ROWS[4], ROWS[5]), SIDES)
    assert bars.accessibleDescription() == "third: +0.250"


def test_parts_without_a_whole_are_refused(bars):
    for rows in ((), ROWS[2:]):
        with pytest.raises(ValueError, match="nothing to add up"):
            bars.set_data(rows, SIDES)


def test_signs_and_zero():
    assert [signed(v) for v in (0.0, -0.0001, 0.0005, -1.25)] == [
        "0.000",
        "0.000",
        "+0.001",
        "\N{MINUS SIGN}1.250",
    ]
