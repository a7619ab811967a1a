from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.widgets.guess_columns import Column, Guess, GuessColumns

Key = Qt.Key


def column(title, *shares, ids=None):
    ids = ids or range(5, 5 + len(shares))
    guesses = [Guess(i, f"␣w{i}", share) for i, share in zip(ids, shares, strict=True)]
    guesses.append(Guess(None, "90 others", 1 - sum(shares)))
    return Column(title, "after ␣the", "seen twice", "All of it.", tuple(guesses))


@pytest.fixture
def figure(qtbot):
    made = GuessColumns()
    qtbot.addWidget(made)
    made.resize(640, 260)
    made.show()
    made.set_data([column("Bigram", 0.5, 0.25), column("Transformer", 0.125, ids=[6])])
    return made


def test_a_word_is_chosen_and_a_percentage_asked_for(figure, qtbot):
    chosen, asked = [], []
    figure.candidate_chosen.connect(chosen.append)
    figure.number_asked.connect(lambda cell, _at: asked.append(cell))
    for at, row in ((0, 1), (1, 0)):
        rect = figure._row_rect(at, row)
        left = Qt.MouseButton.LeftButton
        qtbot.mouseClick(figure, left, pos=rect.topLeft().toPoint() + QPoint(6, 5))
        qtbot.mouseClick(figure, left, pos=figure._number_rect(at, row).center().toPoint())
    assert chosen == [6, 6]
    assert asked == [(0, 1), (1, 0)]
    others = figure._row_rect(0, 2).topLeft().toPoint() + QPoint(6, 5)
    qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=others)
    assert chosen == [6, 6]


def test_the_keyboard_goes_everywhere(figure, qtbot):
    chosen, asked = [], []
    figure.candidate_chosen.connect(chosen.append)
    figure.number_asked.connect(lambda cell, _at: asked.append(cell))
    figure.setFocus()
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Right, Key.Key_Return, Key.Key_Left):
        qtbot.keyClick(figure, key)
    qtbot.keyClicks(figure, "?")
    assert chosen == [6, 6]
    assert asked == [(0, 0)]
    assert figure.accessibleDescription() == "Bigram, 1: ␣w5, 50.0%"


def test_bars_are_on_one_scale_that_fits_the_largest_single_token(figure):
    assert figure._scale == 0.6
    figure.set_data([column("Bigram", 0.05, 0.04), column("Transformer", 0.01)])
    assert figure._scale == 0.1


def test_a_token_tells_its_surprise(figure):
    row = figure.row_at(QPointF(figure._row_rect(0, 1).center()))
    assert "a surprise of 2.00 bits" in figure.exact(row)
    assert figure.row_at(QPointF(figure._row_rect(0, 2).center())) is None


def test_what_is_no_distribution_is_refused(figure):
    wrong = Column("Bigram", "", "", "", (Guess(1, "a", 0.7), Guess(2, "b", 0.7)))
    with pytest.raises(ValueError, match="no distribution"):
        figure.set_data([wrong])
