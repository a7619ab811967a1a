from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.embedding_plane import UNTYPED, EmbeddingPlaneView
from gui.widgets.plane_view import PlaneView
from tests.gui.traces import WORDS, random_plane, tokens_of

TOKENS = tokens_of(WORDS)


@pytest.fixture
def view(qtbot, qapp):
    qapp.setProperty("reduceMotion", True)
    made = EmbeddingPlaneView()
    qtbot.addWidget(made)
    made.resize(400, 360)
    made.set_data(random_plane())
    made.set_tokens(TOKENS)
    made.show()
    return made


def dot(view, token_id) -> QPoint:
    return view._dot(token_id).toPoint()


def alone(view, position) -> int:
    """Zoom until no other dot of the prompt is near this token's; its id."""
    token_id = TOKENS[position].id
    view._look(replace(view._everything(), centre=tuple(view._plane.points[token_id].tolist())))
    view.zoom_by(100)
    return token_id


def wheel(view, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def in_sight(view) -> list[bool]:
    return [view._area.contains(QPointF(*at)) for at in view._at.tolist()]


def test_nearly_everything_is_in_sight_at_first_and_up_is_up(view):
    assert sum(in_sight(view)) >= 0.96 * len(view._at)
    highest = view._plane.points[:, 1].argmax()
    assert view._at[:, 1].argmin() == highest


def with_outliers():
    """Three words a hundred times as far away as all others."""
    plane = random_plane()
    points = plane.points.copy()
    points[:3] = ((90, 0), (0, -70), (-90, 60))
    return replace(plane, points=points)


def test_words_far_away_do_not_squeeze_the_others(view):
    view.set_tokens(())
    view.set_data(with_outliers())
    assert sum(in_sight(view)) >= 0.96 * len(view._at)
    rest = view._at[3:]
    assert np.ptp(rest[:, 0]) > 0.8 * view._area.width()
    view.zoom_by(1 / 400)
    assert view._view.zoom < 1  # they can be gone to


def test_the_prompts_own_words_are_in_sight_however_far_away(view):
    view.set_data(with_outliers())
    far = replace(TOKENS[0], id=1)
    view.set_tokens((*TOKENS, far))
    assert view._area.contains(view._dot(1))
    view.set_tokens(TOKENS)  # it is gone again, and the others have its room
    assert not view._area.contains(view._dot(1))


def test_what_is_seen_and_named_depends_on_the_prompt_alone(view):
    view.set_data(with_outliers())
    seen = [(view._at.copy(), view._names, view._words)]
    view.set_tokens((*TOKENS, replace(TOKENS[0], id=1)))
    assert view._names != seen[0][1]
    view.set_tokens(TOKENS)
    seen.append((view._at.copy(), view._names, view._words))
    assert np.allclose(seen[0][0], seen[1][0], atol=1e-3)
    assert [name.label for name in seen[0][1]] == [name.label for name in seen[1][1]]
    assert [name.label for name in seen[0][2]] == [name.label for name in seen[1][2]]


def test_words_a_little_apart_are_in_sight_from_the_start(view):
    """As in Small World: then nothing moves, whatever is typed."""
    plane = random_plane()
    points = np.random.default_rng(0).uniform(-1, 1, plane.points.shape).astype(np.float32)
    points[1] = (1.3, 1.3)
    view.set_tokens(())
    view.set_data(replace(plane, points=points))
    assert view._area.contains(view._dot(1))
    before = view._at.copy()
    view.set_tokens((*TOKENS, replace(TOKENS[0], id=1)))
    assert np.array_equal(view._at, before)


def test_a_view_that_the_user_chose_stays_while_typing(view):
    view.set_data(with_outliers())
    view.zoom_by(3)
    before = view._at.copy()
    view.set_tokens((*TOKENS, replace(TOKENS[0], id=1)))
    assert np.array_equal(view._at, before)


def test_fitting_other_bounds_sets_out_from_what_is_in_sight(view, qapp):
    view.set_data(with_outliers())
    view.zoom_by(3)
    view.set_tokens((*TOKENS, replace(TOKENS[0], id=1)))
    before = view._at.copy()
    view._set_bounds(view._wanted_bounds())
    view.refresh()
    assert np.allclose(view._at, before, atol=0.5)


def test_distances_are_the_same_in_both_directions(view):
    steps = np.diff(view._at, axis=0) / np.diff(view._plane.points, axis=0)
    assert np.abs(steps) == pytest.approx(view._scale, rel=1e-2)


def test_hovering_a_dot_of_the_prompt_says_its_position(view, qtbot):
    token_id = alone(view, 4)
    with qtbot.waitSignal(view.token_hovered) as said:
        qtbot.mouseMove(view, dot(view, token_id))
    assert said.args == [4]
    with qtbot.waitSignal(view.token_hovered) as said:
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert said.args == [None]


def test_clicking_a_repeated_token_says_the_place_that_was_selected_or_the_first(view, qtbot):
    token_id = alone(view, 3)  # "the", which is also token 6
    at = dot(view, token_id)
    with qtbot.waitSignal(view.token_clicked) as said:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [3]
    view.set_selection(6, None)
    with qtbot.waitSignal(view.token_clicked) as said:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == [6]


def test_a_quiet_dot_is_named_but_is_nobodys_token(view, qtbot):
    view.set_tokens(())
    at = dot(view, 17)
    with qtbot.assertNotEmitted(view.token_hovered):
        qtbot.mouseMove(view, at)
    nearest = view._pointed
    assert nearest is not None
    distances = np.hypot(*(view._at - (at.x(), at.y())).T)
    assert nearest == distances.argmin()
    with qtbot.assertNotEmitted(view.token_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_the_wheel_zooms_around_the_mouse(view):
    at = dot(view, 42)
    before = view._dot(42)
    wheel(view, at, 3)
    assert view._view.zoom == pytest.approx(1.25**3)
    after = view._dot(42)
    assert after.x() == pytest.approx(before.x(), abs=1.5)
    assert after.y() == pytest.approx(before.y(), abs=1.5)
    wheel(view, at, -3)
    assert view._view.zoom == pytest.approx(1.0)


def test_zoom_stays_within_reason(view):
    wheel(view, QPoint(100, 100), 500)
    assert view._view.zoom == 400
    wheel(view, QPoint(100, 100), -500)
    assert view._view.zoom == 0.5
    assert not view.grab().isNull()


def test_dragging_moves_the_plane_and_is_no_click(view, qtbot):
    token_id = alone(view, 4)
    start, clicked = dot(view, token_id), []
    view.token_clicked.connect(clicked.append)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(30, 10))
    qtbot.mouseMove(view, start + QPoint(60, 25))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 25))
    moved = dot(view, token_id) - start
    assert (moved - QPoint(60, 25)).manhattanLength() <= 2
    assert clicked == []


def test_fit_and_double_click_and_zero_bring_everything_back(view, qtbot):
    everything = view._view
    view.zoom_by(20)
    view.fit()
    assert view._view == everything
    for back in (
        lambda: qtbot.keyClick(view, Qt.Key.Key_0),
        lambda: qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(6, 6)),
    ):
        view._look(view._view.moved(100, 0))
        back()
        assert view._view == everything


def test_keys_zoom_and_pan(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view._view.zoom == pytest.approx(1.5)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view._view.zoom == pytest.approx(1.0)
    x, y = view._view.centre
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view._view.centre[0] > x
    assert view._view.centre[1] > y


def test_escape_lets_go(view, qtbot):
    view.set_selection(4, None)
    with qtbot.waitSignal(view.token_clicked) as said:
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert said.args == [None]


def test_gliding_ends_where_it_was_sent(view, qtbot, qapp):
    qapp.setProperty("reduceMotion", False)
    view.zoom_by(2)
    view.zoom_by(2)  # before the first has ended
    qtbot.waitUntil(lambda: view._view == view._to)
    assert view._view.zoom == pytest.approx(4)


@pytest.mark.parametrize("zoom", [1, 3, 20])
def test_names_never_overlap_and_more_of_the_crowd_is_named_nearer(view, zoom):
    few = len(view._words)
    view.zoom_by(zoom)
    places = [name.place for name in (*view._names, *view._words)]
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[i + 1 :])
    assert all(view._area.contains(place) for place in places)
    if zoom == 3:
        assert len(view._words) > few


def test_names_without_room_are_counted(view):
    crowd = replace(random_plane(), points=_frozen(random_plane().points * (1, 1e-4)))
    view.set_data(crowd)
    view.resize(160, 160)
    n_ids = len({token.id for token in TOKENS})
    n_hidden = n_ids - len(view._names)
    assert n_hidden > 0
    assert view._counts[0] == f"{n_hidden} names do not fit: zoom in"
    at = QPoint(20, view.height() - 10)
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert f"Your {len(TOKENS)} tokens have {n_ids} dots here" in QToolTip.text()
    assert f"For {n_hidden} of the names there is no room" in QToolTip.text()
    QToolTip.hideText()


def test_prompt_tokens_out_of_sight_are_counted_and_pointed_at(view):
    view._look(view._view.moved(1000, 0))
    view.set_selection(4, None)
    view.clearFocus()
    assert view._counts == (f"{len({token.id for token in TOKENS})} out of sight",)
    image, accent = view.grab().toImage(), theme.active().accent
    left = [image.pixelColor(x, y).name() for x in range(20) for y in range(image.height())]
    assert accent in left


def test_the_stressed_token_wears_the_accent(view):
    token_id = alone(view, 7)
    view.clearFocus()
    at, accent = dot(view, token_id), theme.active().accent
    assert view.grab().toImage().pixelColor(at).name() != accent
    view.set_selection(7, None)
    assert view.grab().toImage().pixelColor(at).name() == accent


def test_the_shares_of_variance_are_told(view):
    view.set_tokens(TOKENS[:1])
    assert view._notes[0].endswith("19.0% of the differences.")
    at = QPoint(20, view.height() - 10)
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert "12.0% of the differences lie across, 7.0% up." in QToolTip.text()
    assert "principal component analysis" in QToolTip.text()
    QToolTip.hideText()


def said_below(view) -> str:
    """What the lines below the dots say, all of it in their room."""
    metrics = QFontMetricsF(theme.font(theme.SMALL))
    lines = view.said_below()
    for room, flags, text in (line for line in lines if line[2]):
        box = metrics.boundingRect(room, flags, text)
        assert room.adjusted(-1, -1, 1, 1).contains(box)
        assert QRectF(view.rect()).contains(room)
    return " ".join(text for _, _, text in lines)


@pytest.mark.parametrize("width", [160, 231, 400, 700])
def test_what_to_do_with_an_empty_prompt_is_never_cut(view, width):
    view.set_tokens(())
    view.resize(width, 300)
    said = said_below(view)
    assert UNTYPED[0] in said
    assert "…" not in said


@pytest.mark.parametrize("width", [160, 231, 400, 700])
def test_that_the_map_is_a_shadow_is_said_in_every_width(view, width):
    view.set_tokens(TOKENS[:1])
    view.resize(width, 300)
    said = said_below(view)
    assert "19.0%" in said
    assert "…" not in said


def test_names_lie_where_they_hide_few_dots(view):
    """A dense band right of the dots: names go to their left."""
    rng = np.random.default_rng(0)
    points = np.concatenate(
        [
            np.column_stack([np.zeros(8), np.linspace(-1, 1, 8)]),
            rng.uniform((0.02, -1.1), (0.6, 1.1), size=(3000, 2)),
            np.array([[-1.0, -1.1], [1.0, 1.1]]),
        ]
    ).astype(np.float32)
    labels = tuple(f"␣word{n}" for n in range(8)) + (".",) * 3002
    view.set_tokens(())
    view.set_data(replace(random_plane(), points=points, labels=labels))
    left = [name for name in view._words if name.place.center().x() < name.dot.x()]
    assert len(left) == len(view._words) >= 5


def test_names_are_spread_over_the_figure(view):
    """The worthiest words all lie in one corner: others have names too."""
    rng = np.random.default_rng(0)
    corner = rng.uniform((-1, -1), (-0.8, -0.8), size=(60, 2))
    points = np.concatenate([corner, rng.uniform(-1, 1, size=(60, 2))]).astype(np.float32)
    labels = tuple(f"␣word{n:03}" for n in range(120))
    view.set_tokens(())
    view.set_data(replace(random_plane(), points=points, labels=labels))
    assert any(name.id < 60 for name in view._words)
    assert sum(name.id >= 60 for name in view._words) >= 6


def test_the_dot_under_the_mouse_is_meant_though_one_of_the_prompt_is_near(view, qtbot):
    points = random_plane().points.copy()
    points[[20, TOKENS[4].id]] = ((0.0, 0.0), (0.001, 0.0))
    view.set_data(replace(random_plane(), points=points))
    view._look(PlaneView((0.0, 0.0), 1.0))
    view._look(PlaneView((0.0, 0.0), 6 / (0.001 * view._scale)))  # 6 pixels apart
    there, mine = view._at[[20, TOKENS[4].id]].tolist()
    assert view._nearest(QPointF(*there)) == 20
    assert view._nearest(QPointF(*mine)) == TOKENS[4].id
    between = QPointF((there[0] + mine[0]) / 2, there[1])
    assert view._nearest(between) == TOKENS[4].id  # it is drawn above, and larger


def test_a_clicked_quiet_dot_keeps_its_name_until_clicked_again_or_escape(view, qtbot):
    view.set_tokens(())
    view._look(replace(view._everything(), centre=tuple(view._plane.points[399].tolist())))
    view.zoom_by(100)
    inner = view._area.adjusted(10, 10, -10, -10).toRect()  # without the focus ring
    before = view.grab(inner).toImage()
    for let_go in (
        lambda: qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=dot(view, 399)),
        lambda: qtbot.keyClick(view, Qt.Key.Key_Escape),
    ):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=dot(view, 399))
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        assert view.grab(inner).toImage() != before
        let_go()
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        assert view.grab(inner).toImage() == before


def test_tokens_of_another_vocabulary_are_survived(view, qtbot):
    view.set_tokens([replace(TOKENS[0], id=10_000)])
    view.set_selection(0, None)
    qtbot.mouseMove(view, dot(view, 5))
    view.grab()


@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_vocabularies_have_a_place(view, n):
    plane = random_plane()
    view.set_data(replace(plane, points=_frozen(plane.points[:n] * 0), labels=plane.labels[:n]))
    assert not view.grab().isNull()


def test_gpt_2s_vocabulary_is_shown(view):
    view.set_data(random_plane(50_257))
    view.set_tokens(TOKENS)
    assert len(view._names) == len({token.id for token in TOKENS})


@pytest.mark.parametrize(
    "points",
    [np.zeros((400, 3)), np.zeros((399, 2)), np.zeros(400), np.full((400, 2), np.nan)],
)
def test_what_is_no_plane_is_refused(view, points):
    with pytest.raises(ValueError, match="points"):
        view.set_data(replace(random_plane(), points=points))


def test_an_empty_plane_ignores_mouse_and_keys(view, qtbot):
    view.clear()
    wheel(view, QPoint(50, 50), 1)
    qtbot.mouseMove(view, QPoint(50, 50))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_0, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert not view.grab().isNull()


def _frozen(points):
    points = np.asarray(points, dtype=np.float32)
    points.setflags(write=False)
    return points


def test_pieces_of_words_are_named_only_from_near_or_when_pointed_at(view, qtbot):
    plane = random_plane()
    labels = tuple("ing" if i % 2 else f"␣word{i}" for i in range(len(plane.labels)))
    view.set_tokens(())
    view.set_data(replace(plane, labels=labels))
    assert view._words
    assert {name.id % 2 for name in view._words} == {0}
    view.hover_at(view._dot(17))
    assert view._pointed is not None
    view.zoom_by(8)
    assert {name.id % 2 for name in view._words} == {0, 1}


def test_names_go_to_the_words_that_are_said_to_be_worth_most(view):
    view.set_tokens(())
    worth = [i for i in range(399, 0, -1) if i % 3]
    view.set_data(random_plane(), worth)
    assert {name.id % 3 for name in view._words} <= {1, 2}
    first = [name.id for name in view._words]
    assert first == sorted(first, reverse=True)
