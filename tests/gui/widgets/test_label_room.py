from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from gui import theme
from gui.widgets.label_room import CELL, NAME_HEIGHT, USUAL, LabelRoom, name_dots

AREA = QRectF(10, 20, 300, 200)


def test_names_never_overlap_and_never_leave_the_area():
    rng = np.random.default_rng(0)
    room, placed = LabelRoom(AREA), []
    for x, y in rng.uniform((0, 0), (320, 240), size=(300, 2)):
        place = room.place(QPointF(x, y), rng.uniform(10, 90), 15, 6, far=True)
        if place is not None:
            assert AREA.contains(place)
            assert not any(place.intersects(other) for other in placed)
            placed.append(place)
    assert len(placed) > 25


def test_a_name_goes_to_the_right_of_its_dot_if_it_can():
    place = LabelRoom(AREA).place(QPointF(100, 100), 50, 16, 6)
    assert (place.left(), place.center().y()) == (106, 100)


def test_near_the_right_edge_it_goes_to_the_left():
    place = LabelRoom(AREA).place(QPointF(300, 100), 50, 16, 6)
    assert place.right() == 294


def test_what_is_taken_stays_free_of_names():
    room = LabelRoom(AREA)
    wall = QRectF(106, 20, 100, 200)
    room.take(wall)
    assert not room.place(QPointF(100, 100), 50, 16, 6).intersects(wall)
    assert room.covers(QPointF(150, 100))
    assert not room.covers(QPointF(250, 100))


def test_a_name_hides_as_few_dots_as_it_can():
    right = np.float32([(x, 100) for x in range(110, 150)])
    place = LabelRoom(AREA, right).place(QPointF(100, 100), 50, 16, 6)
    assert place.right() == 94
    around = np.float32(
        [(x, y) for x in range(40, 160, 2) for y in range(70, 130, 2) if (x, y) != (100, 100)]
    )
    assert LabelRoom(AREA, around).place(QPointF(100, 100), 50, 16, 6, most_hidden=5) is None
    place = LabelRoom(AREA, around).place(QPointF(100, 100), 50, 16, 6, far=True)
    assert not any(place.contains(QPointF(*at)) for at in around.tolist())


def test_a_quick_look_finds_the_dots_with_room_beside_them():
    rng = np.random.default_rng(0)
    crowd = rng.uniform((20, 40), (160, 160), size=(4000, 2)).astype(np.float32)
    alone = np.float32([(250, 60), (250, 120), (200, 200)])
    every = np.concatenate([crowd[:50], alone])
    room = LabelRoom(AREA, np.concatenate([crowd, alone]))
    found = room.sparse(every, 5)
    assert found[-3:].all()
    inside = ((every > (70, 70)) & (every < (110, 130))).all(axis=1)
    assert inside.any()
    assert not found[inside].any()
    assert LabelRoom(AREA).sparse(every, 5).all()
    for dot, is_sparse in zip(every.tolist(), found, strict=True):
        place = room.place(QPointF(*dot), theme.px(USUAL), theme.px(NAME_HEIGHT), CELL)
        if not is_sparse and place is not None:
            assert sum(place.contains(QPointF(*each)) for each in crowd.tolist()) > 5


@pytest.mark.parametrize("bold", [False, True])
def test_names_are_as_wide_as_their_font_makes_them(qapp, bold):
    font = theme.font(theme.SMALL, bold=bold)
    [name] = name_dots(LabelRoom(AREA), [(7, QPointF(60, 100), "␣along")], font, 5, gap=4)
    assert name.place.width() == QFontMetricsF(font).horizontalAdvance("␣along") + 6


def test_where_many_find_no_room_the_rest_is_not_tried(qapp):
    tried = []

    def dots():
        for n in range(100):
            tried.append(n)
            yield n, QPointF(100, 100), "␣along"

    names = name_dots(LabelRoom(AREA), dots(), theme.font(theme.SMALL), 99, gap=4, patience=10)
    assert 1 <= len(names) <= 8
    assert len(tried) <= len(names) + 12


def test_dots_out_of_the_area_hide_nothing():
    rng = np.random.default_rng(0)
    far = np.concatenate([rng.uniform(400, 1e9, (50, 2)), rng.uniform(-1e9, -10, (50, 2))])
    place = LabelRoom(AREA, far.astype(np.float32)).place(QPointF(100, 100), 50, 16, 6)
    assert (place.left(), place.center().y()) == (106, 100)
    assert LabelRoom(QRectF(0, 0, 0, 0), far).place(QPointF(0, 0), 20, 16, 6) is None


def test_no_place_is_found_where_there_is_none():
    room = LabelRoom(AREA)
    room.take(QRectF(-1000, -1000, 3000, 3000))
    assert room.place(QPointF(100, 100), 20, 16, 6, far=True) is None
    assert LabelRoom(QRectF(0, 0, 0, 0)).place(QPointF(0, 0), 20, 16, 6) is None
    assert LabelRoom(AREA).place(QPointF(100, 100), 20, 500, 6) is None
