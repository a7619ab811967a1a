"""Predictions side by side: the difference, rows that fit, and which number is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gui import theme
from gui.widgets import prediction_columns
from gui.widgets.prediction_columns import FEWEST, Column, PredictionColumns

LABELS = [f"t{n}" for n in range(7)]
FIRST = Column("first", np.linspace(0.3, 0.0, 7))
CHANGED = Column("changed", np.linspace(0.1, 0.2, 7))


@pytest.fixture
def columns(qtbot):
    made = PredictionColumns()
    qtbot.addWidget(made)
    made.resize(300, 200)
    with qtbot.waitExposed(made):
        made.show()
    made.set_data(LABELS, [FIRST, Column("second", np.full(7, 0.1)), CHANGED], LABELS.__getitem__)
    return made


def test_the_difference_is_changed_minus_first(columns):
    np.testing.assert_allclose(columns._difference, CHANGED.probabilities - FIRST.probabilities)
    columns.set_data(LABELS, [FIRST], LABELS.__getitem__)
    assert columns._difference is None


def test_a_click_and_a_key_ask_for_a_number(columns, qtbot):
    asked = []
    columns.number_asked.connect(lambda cell, _at: asked.append(cell))
    left, right = columns._x(2)
    at = QPointF((left + right) / 2, columns._row_rect(3).center().y()).toPoint()
    qtbot.mouseClick(columns, Qt.MouseButton.LeftButton, pos=at)
    columns.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_End):
        qtbot.keyClick(columns, key)
    qtbot.keyClick(columns, "?")
    assert asked == [(3, 2), (2, 1), (6, 1)]
    assert columns.accessibleDescription() == "t6"
    label = QPointF(10, columns._row_rect(3).center().y()).toPoint()
    qtbot.mouseClick(columns, Qt.MouseButton.LeftButton, pos=label)
    assert len(asked) == 3


def test_a_low_figure_shows_whole_rows_only(columns, qtbot):
    columns.resize(300, columns.minimumSizeHint().height())
    assert columns._n_rows == FEWEST
    assert columns._row_rect(FEWEST - 1).bottom() <= columns.height() + 0.5
    columns.setFocus()
    qtbot.keyClick(columns, Qt.Key.Key_End)
    assert columns._current[0] == FEWEST - 1


@pytest.mark.parametrize("values", [[-0.1] * 7, [1.5] * 7, [np.nan] * 7, [0.1] * 6])
def test_what_is_no_probability_is_refused(columns, values):
    with pytest.raises(ValueError, match=r"probabilit"):
        columns.set_data(LABELS, [Column("first", np.array(values))], str)


@pytest.mark.parametrize("percent", [100, 150])
def test_no_number_is_ever_cut(columns, qapp, monkeypatch, percent):
    written = []

    class Recorder(QPainter):
        def drawText(self, *given):
            if isinstance(given[0], QRectF):  # the names are drawn at points
                rect, text = given[0], given[2]
                written.append((text, rect, self.fontMetrics().horizontalAdvance(text)))
            super().drawText(*given)

    monkeypatch.setattr(prediction_columns, "QPainter", Recorder)
    theme.apply(qapp, theme.LIGHT, percent)
    labels = ["because"] * 7
    kinds = [Column(kind, np.full(7, 0.00001)) for kind in ("first", "second", "changed")]
    seen = set()
    for width in range(200, 700, 4):
        written.clear()
        columns.resize(width, 200)
        columns.set_data(labels, kinds, labels.__getitem__)
        columns.grab()
        seen.add(tuple(text for text, *_ in written if text in ("1", "2", "now", "change")))
        for text, rect, advance in written:
            assert rect.width() >= advance, (width, text)
            assert rect.left() >= 0
            assert rect.right() <= width
        first = min(rect.left() for _, rect, _ in written)
        body = QFontMetricsF(theme.font())
        assert first - 6 >= body.horizontalAdvance("because"), width
    assert {("1", "2", "now"), ("1", "2", "now", "change")} <= seen


def test_keys_walk_over_the_numbers_that_are_shown(columns, qtbot):
    asked = []
    columns.number_asked.connect(lambda cell, _at: asked.append(cell))
    columns.resize(200, 200)
    columns.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(columns, key)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(columns, key)
    assert asked == [(0, 2), (0, 0)]  # the second text has no room


@pytest.mark.parametrize("width", [240, 300, 420, 900])
def test_no_bar_reaches_below_a_number(columns, width):
    columns.resize(width, 200)
    left, right = columns._x(0)
    number = QFontMetricsF(theme.mono()).horizontalAdvance("35.6%")
    assert left + columns._bar_px <= max(right - number, left)
    assert columns._bar_px > 0 or width <= 300
