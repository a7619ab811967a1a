"""The picture of the order: real sums, one row a token, one selection with the other views."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.widgets.order_picture import ASK, OrderPicture
from gui.widgets.pixel_painting import MINUS

LABELS = ("The", "␣dog", "␣saw", "␣the", "␣dog")


@pytest.fixture
def numbers():
    rng = np.random.default_rng(0)
    tokens, places = rng.normal(size=(2, 5, 24)).astype(np.float32)
    tokens[4] = tokens[1]
    return tokens, places, tokens + places


@pytest.fixture
def picture(qtbot, numbers):
    picture = OrderPicture()
    qtbot.addWidget(picture)
    picture.resize(300, 300)
    picture.show()
    picture.set_data(*numbers, LABELS)
    picture.hovered, picture.clicked = [], []
    picture.token_hovered.connect(picture.hovered.append)
    picture.token_clicked.connect(picture.clicked.append)
    return picture


def middle(picture, block, token):
    rect = picture._rects[block]
    return QPoint(int(rect.x()) + 2, int(picture._row(token).center().y()))


def test_what_is_said_is_the_addition(picture, numbers):
    token, place, total = (part[1, 0] for part in numbers)
    said = picture._addition_at(QPointF(middle(picture, 2, 1)))
    expected = f"{token:.2f} + {place:.2f} = {total:.2f}".replace("-", MINUS)
    assert said == f"␣dog, number 1\n{expected}\n{ASK}"
    assert picture._addition_at(QPointF(2, 2)) == ""


def test_equal_tokens_look_alike_but_not_their_sums(picture):
    image = picture.grab().toImage()
    for block, are_alike in ((0, True), (1, False), (2, False)):
        first, second = (image.pixel(middle(picture, block, token)) for token in (1, 4))
        assert (first == second) == are_alike


def test_mouse_and_keyboard_stress_and_choose(qtbot, picture):
    qtbot.mouseMove(picture, middle(picture, 0, 2))
    at = QPoint(3, middle(picture, 0, 3).y())  # its label
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert 2 in picture.hovered
    assert picture.clicked == [3]
    picture.set_selection(3, 3)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        qtbot.keyClick(picture, key)
    assert picture.clicked == [3, 2, None]


def test_a_number_is_asked_for_by_mouse_and_keyboard(qtbot, picture):
    at = middle(picture, 2, 3)
    with qtbot.waitSignal(picture.number_asked) as said:
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [(2, 3, 0), at]
    assert picture.clicked == []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down):  # to the last one of the stretch before
        qtbot.keyClick(picture, key)
    assert picture.accessibleDescription().startswith("position: ␣dog")
    with qtbot.waitSignal(picture.number_asked) as said:
        qtbot.keyClicks(picture, "?")
    n_shown = picture._images[0].width()
    assert said.args[0] == (1, 4, n_shown - 1)
    assert picture._cell(4, 1, n_shown - 1).contains(QPointF(said.args[1]))
    for _ in range(4 * n_shown):
        qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert picture._cursor == (2, n_shown - 1)


def test_the_selected_row_is_outlined(picture):
    before = picture.grab().toImage()
    picture.set_selection(2, None)
    assert picture.grab().toImage() != before


def test_a_text_that_fills_the_context_is_painted(picture):
    many = np.ones((1024, 768), dtype=np.float32)
    picture.set_data(many, many, 2 * many, ["␣a"] * 1024)
    assert not picture.grab().isNull()
    assert picture._rects[2].bottom() <= picture.height()
