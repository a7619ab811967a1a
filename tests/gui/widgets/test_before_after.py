"""Before and after: what is printed adds up, and every row can be asked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF

from core.shifts import shifts
from core.trace import Shift, Shifts
from gui import theme
from gui.widgets.before_after import HINT, BeforeAfter
from gui.widgets.pixel_painting import MINUS
from gui.widgets.shift_lines import percent, signed


@pytest.fixture
def view(qtbot):
    made = BeforeAfter()
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show()
    made.asked = []
    made.number_asked.connect(lambda row, _at: made.asked.append(row))
    return made


@pytest.fixture
def filled(view):
    rng = np.random.default_rng(3)
    view.set_data(shifts(*rng.normal(0, 3, (2, 50)), "␣w{}".format, end_of_text=4))
    return view


@pytest.mark.parametrize(
    ("hundredths", "exact", "said"),
    [
        (1234, 0.12341, "12.34%"),
        (0, 0.0, "0.00%"),
        (0, 0.00002, "<0.01%"),
        (10_000, 1.0, "100.00%"),
        (10_000, 0.99999, ">99.99%"),
        (5, 0.0005, "0.05%"),
    ],
)
def test_percentages(hundredths, exact, said):
    assert percent(hundredths, exact) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0.00"), (272, "+2.72"), (-5, f"{MINUS}0.05")])
def test_differences_have_a_sign(n, said):
    assert signed(n) == said


def test_without_anything_to_compare_it_says_what_to_do(view):
    assert view.accessibleDescription() == HINT
    view.clear("Type.")
    assert view.accessibleDescription() == "Type."
    assert view.lines == []


def test_a_click_on_a_row_asks_for_it(qtbot, filled):
    for row in (0, 5, 8):
        at = filled._row_rect(row).center().toPoint()
        qtbot.mouseClick(filled, Qt.MouseButton.LeftButton, pos=at)
    assert filled.asked == [0, 5, 8]
    below = filled._row_rect(8).bottom() + 5
    assert filled.row_at(QPointF(50, below)) is None


def test_the_keyboard_walks_and_asks(qtbot, filled):
    filled.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(filled, key)
    qtbot.keyClick(filled, Qt.Key.Key_End)
    qtbot.keyClicks(filled, "?")
    assert filled.asked == [2, 8]
    assert "42 others: Before " in filled.accessibleDescription()


def test_the_exact_numbers_are_in_the_tooltip(filled):
    line = filled.lines[1]
    said = filled.exact(1)
    assert line.label in said
    assert f"Before: {line.exact[0]:.6%}" in said
    assert f"After: {line.exact[1]:.6%}" in said
    assert "percentage points" in said


def test_fewer_tokens_than_rows(qtbot, view):
    view.set_data(shifts(np.array([1.0, 2.0]), np.array([2.0, 1.0]), str))
    assert [line.label for line in view.lines] == ["0", "1"]
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.set_data(shifts(np.array([1.0]), np.array([2.0]), str))
    assert view.lines[0].percents == ("100.00%", "100.00%", "0.00")
    assert "0: Before 100.00%" in view.accessibleDescription()


@pytest.mark.parametrize(
    "broken",
    [
        Shifts((Shift(1, "a", 0.5, 1.0, (5000, 10_000)),), 0, (0.0, 0.0), (0, 0)),
        Shifts((Shift(1, "a", 1.0, 1.0, (10_000, 9999)),), 0, (0.0, 0.0), (0, 0)),
        Shifts((Shift(1, "a", float("nan"), 1.0, (10_000, 10_000)),), 0, (0.0, 0.0), (0, 0)),
    ],
)
def test_columns_that_do_not_add_up_are_refused(filled, broken):
    before = filled.lines
    with pytest.raises(ValueError, match="add up"):
        filled.set_data(broken)
    assert filled.lines == before


def test_a_narrow_table_keeps_its_words_whole(view):
    """What says no more goes first: percent signs, arrows, air between the columns."""
    numbers = np.random.default_rng(2).normal(0, 3, (2, 500))
    view.set_data(shifts(*numbers, "␣because{}".format))
    filled = view
    filled.resize(filled.minimumSizeHint().expandedTo(QSize(300, 240)))
    words = QFontMetricsF(theme.font(theme.BODY)).horizontalAdvance
    longest = max(words(line.label) for line in filled.lines)
    assert filled._is_tight
    assert filled._label_width >= longest
    lefts = [column.left() for column in filled._columns]
    rights = [column.right() for column in filled._columns]
    assert filled._label_width + 8 <= lefts[0]
    assert all(end < start for end, start in zip(rights, lefts[1:], strict=False))
    filled.resize(500, 240)
    assert not filled._is_tight
    assert filled._label_width >= longest
    assert not filled.grab().isNull()
