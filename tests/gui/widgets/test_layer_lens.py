"""The lens figure: what it shows is where one points, and only what is in sight is painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets import lens_painting
from gui.widgets.layer_lens import HINT, LayerLens
from gui.widgets.lens_scene import UNKNOWN, LensScene, Track, depth_names, shortly


def scene(n_layers=3, n_positions=5, label=lambda token: f"␣w{token}", **changes):
    shape = n_layers + 1, n_positions
    ids = np.arange(np.prod(shape)).reshape(shape)
    made = LensScene(
        depths=depth_names(n_layers),
        tokens=tuple(f"␣t{n}" for n in range(n_positions)),
        ids=ids,
        probabilities=np.linspace(0, 1, ids.size).reshape(shape),
        label=label,
        answers=ids[-1],
        others=np.zeros(shape, bool),
        tip=lambda depth, position: f"tip {depth} {position}",
    )
    return replace(made, **changes)


def track(n_layers=3, position=2, ranks=(400, 20, 3, 1)):
    shares = np.linspace(0, 0.6, n_layers + 1)
    return Track(position, "␣answer", np.array(ranks), shares, 400)


@pytest.fixture
def figure(qtbot):
    made = LayerLens()
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    return made


def middle(figure, cell):
    """A point of a cell that is not on its percentage."""
    return lens_painting.word_room(figure._spot(cell)).center().toPoint()


@pytest.mark.parametrize("n_positions", [7, 8])
def test_all_that_has_room_is_in_sight_without_bars(figure, n_positions):
    figure.set_data(scene(6, n_positions))
    wanted = figure.room_for_all(2000)
    for more in range(40):
        figure.resize(wanted.width() + more, wanted.height() + more)
        assert not figure._across.isVisible()
        assert not figure._bar.isVisible()
        assert not figure.places.plot.isEmpty()


def test_it_has_its_fixed_name_and_says_what_to_do(figure):
    assert figure.objectName() == "layerLens"
    assert figure.accessibleDescription() == HINT
    figure.set_data(scene())
    figure.clear("Nothing.")
    assert figure.accessibleDescription() == "Nothing."
    assert figure.scene is None


def test_each_cell_is_shaded_by_its_probability(figure):
    shown = scene()
    figure.set_data(shown)
    image = figure.grab().toImage()
    for cell in np.ndindex(shown.ids.shape):
        at = figure._spot(cell).bottomRight().toPoint() - QPoint(4, 4)
        wanted = theme.active().probability_color(shown.probabilities[cell])
        assert image.pixelColor(at) == wanted


def test_what_is_not_known_yet_is_no_guess(figure):
    shown = scene()
    shown.ids[1, 2] = UNKNOWN
    figure.set_data(shown)
    assert shown.said(1, 2) == ""
    at = figure._spot((1, 2)).center().toPoint()
    assert figure.grab().toImage().pixelColor(at).name() == theme.active().raised


def test_pointing_says_the_guess_and_resting_says_all(figure, qtbot):
    figure.set_data(scene())
    with qtbot.waitSignal(figure.token_hovered) as said:
        qtbot.mouseMove(figure, middle(figure, (2, 3)))
    assert said.args == [3]
    assert figure.accessibleDescription() == "Layer 2, at ␣t3: ␣w13 68.4%"
    assert figure.tip_at(QPointF(middle(figure, (2, 3)))) == "tip 2 3"
    with qtbot.waitSignal(figure.token_hovered) as said:
        qtbot.mouseMove(figure, QPoint(2, 2))
    assert said.args == [None]


def test_a_click_follows_the_word_and_asks_for_the_number(figure, qtbot):
    figure.set_data(scene())
    with qtbot.waitSignal(figure.cell_clicked) as said:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=middle(figure, (1, 4)))
    assert said.args == [1, 4]
    number = lens_painting.number_room(figure._spot((1, 4))).center().toPoint()
    with qtbot.waitSignal(figure.number_asked) as said:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=number)
    assert said.args[0] == (1, 4)
    above = figure._spot((0, 1)).center().toPoint()
    above.setY(figure.places.view.y() - 8)
    with qtbot.waitSignal(figure.token_clicked) as said:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=above)
    assert said.args == [1]


@pytest.mark.parametrize(
    ("width", "height", "where"), [(900, 160, "beside"), (900, 300, "below"), (600, 160, "")]
)
def test_the_percentage_is_where_there_is_room_for_it(figure, width, height, where):
    figure.resize(width, height)
    figure.set_data(scene())
    cell = figure._spot((1, 1))
    word, number = lens_painting.word_room(cell), lens_painting.number_room(cell)
    assert not word.intersects(number)
    assert cell.contains(word)
    assert number.isEmpty() == (not where)
    assert (number.y() > word.y()) == (where == "below")


def test_the_track_asks_for_places_and_probabilities(figure, qtbot):
    figure.set_data(scene())
    figure.set_track(track())
    share = lens_painting.share_room(figure.places, 1, 0)
    with qtbot.waitSignal(figure.share_asked) as said:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=share.center().toPoint())
    assert said.args[0] == 1
    place = QPoint(round(share.x()) - 8, round(share.center().y()))
    with qtbot.waitSignal(figure.rank_asked) as said:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton, pos=place)
    assert said.args[0] == 1
    assert (
        figure.tip_at(QPointF(place)) == "Layer 1: ␣answer\nPlace 20 of 400\nProbability: 20.0000%"
    )


def test_the_curve_rises_to_the_right(figure):
    figure.resize(1200, 300)
    figure.set_data(scene())
    assert figure.places.plot.width() > 64
    without = figure.grab().toImage()
    figure.set_track(track())
    image = figure.grab().toImage()
    accent = theme.active().accent
    ends = []
    for depth in (0, 3):
        y = round(figure._spot((depth, 0)).center().y())
        xs = [
            x
            for x in range(round(figure.places.plot.x()), image.width())
            if image.pixelColor(x, y).name() == accent != without.pixelColor(x, y).name()
        ]
        ends.append(np.mean(xs))
    assert ends[0] < figure.places.plot.x() + 10
    assert ends[1] > figure.places.plot.right() - 10


def test_only_what_is_in_sight_is_painted(figure):
    asked = []
    shown = scene(n_positions=256, label=lambda token: asked.append(token) or "␣w")
    figure.set_data(shown)
    figure.grab()
    positions = figure.places.in_sight(figure.left, 0)[1]
    assert 3 < len(positions) < 12
    assert set(asked) == set(shown.ids[:, positions].ravel().tolist())


def test_one_types_at_the_end_and_a_selected_token_stays_in_sight(figure):
    figure.set_data(scene(n_positions=256))
    positions = figure.places.in_sight(figure.left, 0)[1]
    assert positions[-1] == 255
    figure.set_selection(100, None)
    assert 100 in figure.places.in_sight(figure.left, 0)[1][1:-1]
    figure.set_data(scene(n_positions=257))
    assert 100 in figure.places.in_sight(figure.left, 0)[1][1:-1]
    figure.resize(500, 300)
    figure.set_selection(3, None)
    assert 3 in figure.places.in_sight(figure.left, 0)[1]


def test_in_a_smaller_figure_the_same_token_is_in_sight(figure):
    figure.resize(1200, 300)
    figure.set_data(scene(n_positions=10))
    assert figure._across.isHidden()
    figure.resize(600, 300)
    assert figure._across.isVisible()
    assert figure.places.in_sight(figure.left, 0)[1][-1] == 9


def test_the_wheel_moves_across_where_all_depths_fit(figure):
    figure.set_data(scene(n_positions=256))
    before, at = figure.left, QPointF(300, 100)
    wheel = QWheelEvent(
        at,
        QPointF(figure.mapToGlobal(at)),
        QPoint(0, 15),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(figure, wheel)
    assert figure.left == before - round(figure.places.column)


def test_many_depths_scroll_down_and_keep_their_names(figure, qtbot):
    figure.set_data(scene(n_layers=48))
    assert figure._bar.isVisible()
    figure.setFocus()
    qtbot.keyClick(figure, Qt.Key.Key_Down)
    assert figure._cell == (48, 0)
    depths = figure.places.in_sight(figure.left, figure.top)[0]
    assert depths[-1] == 48
    assert not figure.places.view.intersects(figure._bar.geometry())
    assert figure.places.track.x() >= figure._bar.geometry().right()


def test_the_keyboard_walks_follows_asks_and_lets_go(figure, qtbot):
    figure.set_data(scene())
    figure.setFocus()
    keys = Qt.Key
    for key, cell in (
        (keys.Key_Right, (3, 0)),
        (keys.Key_Right, (3, 1)),
        (keys.Key_Up, (2, 1)),
        (keys.Key_End, (2, 4)),
        (keys.Key_Home, (2, 0)),
        (keys.Key_PageDown, (2, 4)),
        (keys.Key_Down, (3, 4)),
        (keys.Key_Down, (3, 4)),
    ):
        qtbot.keyClick(figure, key)
        assert figure._cell == cell
    with qtbot.waitSignal(figure.cell_clicked) as said:
        qtbot.keyClick(figure, keys.Key_Return)
    assert said.args == [3, 4]
    with qtbot.waitSignal(figure.number_asked) as said:
        qtbot.keyClick(figure, keys.Key_Question)
    assert said.args[0] == (3, 4)
    qtbot.keyClick(figure, keys.Key_Escape)
    assert figure._cell is None


def test_another_guess_than_without_changes_is_marked(figure):
    figure.set_data(scene())
    plain = figure.grab().toImage()
    others = np.zeros((4, 5), bool)
    others[2, 1] = True
    figure.set_data(scene(others=others))
    image = figure.grab().toImage()
    differing = {
        cell
        for cell in np.ndindex(4, 5)
        if image.copy(figure._spot(cell).toRect()) != plain.copy(figure._spot(cell).toRect())
    }
    assert differing == {(2, 1)}


@pytest.mark.parametrize(
    "changes",
    [
        {"ids": np.zeros((4, 4), np.int64)},
        {"tokens": ()},
        {"answers": np.zeros(4, np.int64)},
        {"others": np.zeros((5, 5), bool)},
        {"probabilities": np.full((4, 5), np.nan)},
        {"probabilities": np.full((4, 5), 1.5)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_does_not_fit_together_is_refused(figure, changes):
    with pytest.raises(ValueError, match=r"\w+"):
        figure.set_data(scene(**changes))


def test_percentages_in_little_room():
    assert [shortly(p) for p in (0, 0.001, 0.005, 0.494, 1)] == ["0%", "<1%", "0%", "49%", "100%"]
