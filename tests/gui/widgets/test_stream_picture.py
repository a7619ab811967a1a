"""The river: all widths on one scale, every part can be pointed at and asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gui.widgets.stream_lengths import Part, StreamLengths
from gui.widgets.stream_picture import ABOUT, HINT, StreamPicture


def lengths(n_layers=3, label="␣bank"):
    rng = np.random.default_rng(n_layers)
    return StreamLengths(
        label,
        1.5,
        0.8,
        np.linspace(2, 90, n_layers + 1),
        rng.uniform(1, 20, n_layers),
        rng.uniform(1, 30, n_layers),
    )


@pytest.fixture
def picture(qtbot):
    made = StreamPicture()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def test_without_data_it_says_what_to_do(picture):
    assert picture.accessibleDescription() == HINT
    picture.set_data(lengths())
    assert picture.accessibleDescription() == ABOUT
    picture.clear("Nothing.")
    assert picture.accessibleDescription() == "Nothing."


@pytest.mark.parametrize("n_layers", [1, 3, 12])
def test_all_widths_are_lengths_on_one_scale(picture, n_layers):
    shown = lengths(n_layers)
    picture.set_data(shown)
    scale = picture._scale()
    for part in picture.spots():
        if part.kind != "stream" and shown.of(part) * scale > 1.5:
            assert picture.arrow(part).width() == pytest.approx(shown.of(part) * scale)
    assert shown.stream.max() * scale <= 0.34 * picture.height() + 1
    widest = max(shown.attention.max(), shown.feed_forward.max())
    assert widest * scale <= 0.42 * picture._step + 1e-6


def test_every_part_can_be_pointed_at_and_asked_for(picture, qtbot):
    shown = lengths()
    picture.set_data(shown)
    assert len(picture.spots()) == 3 + 3 * 3
    for part in picture.spots():
        at = picture.room_of(part).center()
        assert picture.spot_at(at) == part
        qtbot.mouseMove(picture, at.toPoint())
        assert picture.accessibleDescription() == shown.said(part)
        with qtbot.waitSignal(picture.number_asked) as said:
            qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert said.args[0] == part
    assert picture.spot_at(QPointF(2, picture.height() - 2)) is None
    assert shown.said(Part("stream", 0)) == "What enters layer 1 for ␣bank: 2.00 long"
    assert shown.said(Part("stream", 3)) == "The stream after layer 3: 90.0 long"


def test_the_keyboard_walks_asks_and_lets_go(picture, qtbot):
    picture.set_data(lengths(12))
    picture.setFocus()
    keys = Qt.Key
    qtbot.keyClick(picture, keys.Key_Right)
    assert picture._spot == Part("token")
    qtbot.keyClick(picture, keys.Key_End)
    assert picture._spot == Part("stream", 12)
    assert picture.room_of(Part("stream", 12)).left() < picture.width()
    qtbot.keyClick(picture, keys.Key_Left)
    assert picture._spot == Part("feed_forward", 11)
    with qtbot.waitSignal(picture.number_asked) as said:
        qtbot.keyClick(picture, keys.Key_Question)
    assert said.args[0] == Part("feed_forward", 11)
    qtbot.keyClick(picture, keys.Key_Home)
    assert picture.left == 0
    qtbot.keyClick(picture, keys.Key_Escape)
    assert picture._spot is None
    assert picture.accessibleDescription() == ABOUT


def test_what_is_gone_is_not_pointed_at(picture, qtbot):
    picture.set_data(lengths(3))
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_End)
    picture.set_data(lengths(1))
    assert picture._spot is None


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": np.ones(3)},
        {"attention": np.ones((3, 1))},
        {"feed_forward": np.array([1, 2, np.nan])},
        {"token": float("inf")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_does_not_fit_together_is_refused(picture, changes):
    with pytest.raises(ValueError, match=r"\w+"):
        picture.set_data(replace(lengths(), **changes))


def test_a_stream_of_nothing_is_survived(picture):
    picture.set_data(StreamLengths("", 0.0, 0.0, np.zeros(2), np.zeros(1), np.zeros(1)))
    assert not picture.grab().isNull()
