"""Lists of things with numbers, and of texts around a token."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF

from gui import theme
from gui.widgets.example_list import HINT, ExampleList, ExampleRow
from gui.widgets.value_list import ValueList, ValueRow

ROWS = [
    ValueRow("a", "one", 1.5, exact="One"),
    ValueRow("b", "two", -0.5, "note", exact="Two"),
    ValueRow("c", "three", float("nan")),
]
EXAMPLES = [
    ExampleRow("They walked to the ", "bank", " and sat", 9.5, "All of it"),
    ExampleRow("", "x\n", "", 1.25),
    ExampleRow("word " * 40, " long" * 30, " more" * 40, 0.5),
]


@pytest.fixture
def values(qtbot):
    made = ValueList("someList", "Some", 5, "Nothing yet.")
    qtbot.addWidget(made)
    made.resize(300, 120)
    made.show()
    return made


@pytest.fixture
def examples(qtbot):
    made = ExampleList()
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    return made


def test_values_are_read_chosen_and_asked_for(values, qtbot):
    assert values.accessibleDescription() == "Nothing yet."
    values.set_data(ROWS, "b")
    assert values.accessibleDescription() == "one: +1.500"
    y = round(values._rect(1).center().y())
    with qtbot.waitSignal(values.row_chosen) as said:
        qtbot.mouseClick(values, Qt.MouseButton.LeftButton, pos=QPoint(20, y))
    assert said.args == ["b"]
    with qtbot.waitSignal(values.number_asked) as said:
        at = values._number_rect(0).center().toPoint()
        qtbot.mouseClick(values, Qt.MouseButton.LeftButton, pos=at)
    assert said.args[0] == "a"
    values.setFocus()
    qtbot.keyClick(values, Qt.Key.Key_Down)
    assert values.accessibleDescription() == "two note: \N{MINUS SIGN}0.500"
    with qtbot.waitSignal(values.row_chosen):
        qtbot.keyClick(values, Qt.Key.Key_Return)
    with qtbot.waitSignal(values.number_asked):
        qtbot.keyClick(values, Qt.Key.Key_Question)
    assert values.exact(1) == "Two"
    with pytest.raises(ValueError, match="nothing to list"):
        values.set_data([])
    values.clear("Gone.")
    assert values.accessibleDescription() == "Gone."


def test_a_list_of_fewer_rows_keeps_its_place(values, qtbot):
    values.set_data(ROWS)
    values.setFocus()
    qtbot.keyClick(values, Qt.Key.Key_End)
    values.set_data(ROWS[:1])
    assert values.accessibleDescription() == "one: +1.500"


def test_examples_are_read_taken_and_asked_for(examples, qtbot):
    assert examples.accessibleDescription() == HINT
    examples.set_data(EXAMPLES)
    assert examples.accessibleDescription() == "They walked to the [bank] and sat: 9.500"
    with qtbot.waitSignal(examples.number_asked) as said:
        at = examples._number_rect(1).center().toPoint()
        qtbot.mouseClick(examples, Qt.MouseButton.LeftButton, pos=at)
    assert said.args[0] == 1
    at = QPoint(40, round(examples._rect(2).center().y()))
    with qtbot.assertNotEmitted(examples.example_chosen):
        qtbot.mouseClick(examples, Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(examples.example_chosen) as said:
        qtbot.mouseDClick(examples, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [2]
    examples.setFocus()
    qtbot.keyClick(examples, Qt.Key.Key_Home)
    with qtbot.waitSignal(examples.example_chosen) as said:
        qtbot.keyClick(examples, Qt.Key.Key_Return)
    assert said.args == [0]
    with qtbot.waitSignal(examples.number_asked):
        qtbot.keyClick(examples, Qt.Key.Key_Question)
    assert examples.exact(0) == "All of it"
    with pytest.raises(ValueError, match="no number"):
        examples.set_data([ExampleRow("", "", "", float("nan"))])


def test_no_more_than_eight_examples_are_shown(examples):
    examples.set_data(EXAMPLES[:1] * 20)
    assert len(examples.rows) == 8
    examples.set_data([])
    assert examples.rows == ()


def test_where_notes_have_no_room_all_of_them_are_short(values):
    words = "river", "because", "bank"
    rows = [
        ValueRow(word, "Layer 6, no. 1", 1.5, f"says {word}", other=2.5, short=word)
        for word in words
    ]
    values.resize(300, 120)
    values.set_data(rows)
    values.grab()
    assert [values.note(row) for row in values.rows] == list(words)
    assert QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance("because") < values._note_px
    values.resize(600, 120)
    values.grab()
    assert [values.note(row) for row in values.rows] == [f"says {word}" for word in words]


def test_names_come_before_the_bars_of_two_numbers(values):
    values.resize(214, 120)
    values.set_data([ValueRow("a", "Layer 6, no. 1", 1.5, other=2.5)])
    values.grab()
    name = QFontMetricsF(theme.font(bold=True)).horizontalAdvance("Layer 6, no. 1")
    assert values._label_px >= name
