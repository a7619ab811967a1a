"""The strips below the tokens of an edited text: where they are, and what colour."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QTextCursor

from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.token_tints import FULL_BITS, TokenMark, tint

TEXT = "They saw the dog"
WORDS = (TokenMark(0, 4), TokenMark(4, 8, 0.0), TokenMark(8, 12, 20.0), TokenMark(12, 16, 5.0))


@pytest.fixture
def editor(qtbot):
    made = PromptEditor()
    qtbot.addWidget(made)
    made.resize(360, 120)
    made.show()
    qtbot.waitExposed(made)
    made.set_text(TEXT)
    made.set_marks(WORDS)
    return made


def rects(editor):
    return list(editor._tints._rects())


def test_each_strip_has_its_surprises_colour_right_below_its_token(editor):
    picture = editor.viewport().grab().toImage()
    for index, rect in rects(editor):
        bits = WORDS[index].bits
        x, y = int(rect.center().x()), int(rect.bottom()) - 1
        color = picture.pixelColor(x, y)
        expected = tint(0.0 if bits is None else bits)
        assert color == expected, index
    assert tint(20.0) == tint(FULL_BITS) != tint(5.0) != tint(0.0)


def test_tokens_stand_side_by_side_and_are_found_by_point_and_by_cursor(editor):
    found = rects(editor)
    assert [index for index, _ in found] == [0, 1, 2, 3]
    for (_, one), (_, other) in itertools.pairwise(found):
        assert one.right() == pytest.approx(other.left())
    for index, rect in found:
        assert editor._tints.at_point(rect.center()) == index
        assert editor._tints.at_position(WORDS[index].start) == index
    assert editor._tints.at_point(QPointF(350, 100)) is None
    assert editor._tints.at_position(len(TEXT)) is None


def test_a_token_that_breaks_has_a_part_on_each_line_and_what_is_out_of_sight_none(editor):
    text = "\n".join(["a" * 200] * 30)
    editor.set_text(text)
    marks = [TokenMark(201 * n, 201 * n + 200, 1.0) for n in range(30)]
    editor.set_marks(marks)
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    top = {index for index, _ in rects(editor)}
    assert len(rects(editor)) > len(top)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    bottom = {index for index, _ in rects(editor)}
    assert 29 in bottom
    assert 0 in top
    assert not top & bottom
    high = editor.viewport().height()
    assert all(-40 < rect.top() <= high for _, rect in rects(editor))


@pytest.mark.parametrize(
    "marks", [(TokenMark(4, 8), TokenMark(0, 4)), (TokenMark(4, 3),)], ids=["order", "length"]
)
def test_what_is_no_row_of_tokens_is_refused(editor, marks):
    with pytest.raises(ValueError, match="follow"):
        editor.set_marks(marks)


def test_after_a_change_only_the_tokens_before_it_keep_their_strips(editor):
    editor.set_text("They saw a dog")
    assert [mark.start for mark in editor._tints.marks] == [0, 4]
