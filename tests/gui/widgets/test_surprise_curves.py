from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.widgets.surprise_curves import SurpriseCurves, backs_off

Key = Qt.Key
NAMES = ("Trigram", "Transformer")
BITS = np.array([[8.0, 3.0, 5.0], [6.0, 1.0, 0.5]])


@pytest.fixture
def figure(qtbot):
    made = SurpriseCurves()
    qtbot.addWidget(made)
    made.resize(600, 240)
    made.show()
    made.set_data(NAMES, ("␣a", "␣b", "␣c"), BITS, np.array([1, 0, 2]), np.array([1, 2, 2]))
    return made


def test_points_lie_where_their_bits_are(figure):
    for curve in (0, 1):
        for token in range(3):
            at = figure.point(curve, token)
            share = (figure._plot.bottom() - at.y()) / figure._plot.height()
            assert share * figure._top == pytest.approx(BITS[curve, token])
            assert figure.row_at(QPointF(at)) == token
    assert figure._top >= BITS.max()
    np.testing.assert_allclose(figure._means, BITS.mean(axis=1))


def test_the_nearest_point_is_asked_for_and_a_name_is_clicked(figure, qtbot):
    asked, clicked = [], []
    figure.number_asked.connect(lambda point, _at: asked.append(point))
    figure.token_clicked.connect(clicked.append)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(figure, left, pos=figure.point(1, 2).toPoint() - QPoint(0, 2))
    qtbot.mouseClick(figure, left, pos=figure.point(0, 0).toPoint() + QPoint(0, 2))
    name = QPoint(round(figure._x(1)), figure.height() - 6)
    qtbot.mouseClick(figure, left, pos=name)
    assert asked == [(1, 2), (0, 0)]
    assert clicked == [1]


def test_the_keyboard_walks_over_tokens_and_curves(figure, qtbot):
    asked, hovered = [], []
    figure.number_asked.connect(lambda point, _at: asked.append(point))
    figure.token_hovered.connect(hovered.append)
    figure.setFocus()
    for key in (Key.Key_End, Key.Key_Down, Key.Key_Left):
        qtbot.keyClick(figure, key)
    qtbot.keyClicks(figure, "?")
    assert asked == [(1, 1)]
    assert hovered[-1] == 1
    assert figure.accessibleDescription() == "␣b, Transformer: 1.00 bits"


@pytest.mark.parametrize(
    ("reach", "possible", "said"),
    [
        (2, 2, "has seen the two tokens before together"),
        (1, 2, "looks at one alone"),
        (1, 1, "has seen the one token before"),
        (0, 2, "looks at none"),
        (0, 1, "looks at none"),
    ],
)
def test_it_says_how_far_the_trigram_looks_back(reach, possible, said):
    assert said in backs_off(reach, possible)


def test_names_never_overlap_and_a_long_text_fits(figure):
    n = 255
    labels = [f"␣word{at}" for at in range(n)]
    figure.set_data(NAMES, labels, np.ones((2, n)), np.ones(n), np.full(n, 2))
    rights = 0.0
    for _token, rect in figure._shown:
        assert rect.left() >= rights
        assert rect.right() <= figure.width() + 1
        rights = rect.right()
    assert 3 < len(figure._shown) < n
    assert not figure.grab().isNull()


def test_selecting_what_is_not_there_marks_nothing(figure):
    figure.set_selected(2)
    assert figure._selected == 2
    for nothing in (3, -1, None):
        figure.set_selected(nothing)
        assert figure._selected is None


def test_numbers_that_are_none_are_refused(figure):
    wrong = BITS.copy()
    wrong[0, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        figure.set_data(NAMES, ("a", "b", "c"), wrong, np.ones(3), np.ones(3))
