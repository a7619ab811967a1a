from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QToolTip

from gui.answers import Answer
from gui.export import KINDS
from gui.figures import FigureButton
from gui.text import overview
from gui.text.overview import BROKEN, LOWEST, Overview
from gui.widgets import attention_grid, attention_map, embedding_plane, token_strip
from gui.widgets.prediction_rows import label_of, percent
from gui.widgets.token_chips import height_px
from gui.widgets.token_strip import LINES
from tests.gui.traces import random_plane, random_prediction, random_trace


@pytest.fixture
def tab(at_rest, session, qtbot):
    made = Overview(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    show(session, random_trace(11, 3, 4))
    return made


def show(session, trace):
    session.plane = random_plane()
    session.plane_changed.emit(session.plane)
    session.trace = trace
    session.trace_changed.emit(trace)


def chip(tab, position) -> QPoint:
    return tab.strip._find(position)[1].rect.center().toPoint()


def stressed(tab) -> set:
    """The token that each view stresses, by its position; the plane knows its id."""
    tokens = tab._session.trace.tokens
    of_plane = next(i for i, token in enumerate(tokens) if token.id == tab.plane._focus)
    strip = tab.strip._hovered if tab.strip._hovered is not None else tab.strip._selected
    return {of_plane, strip, tab.grid._token, tab.map._focus}


def test_every_view_shows_the_trace(tab):
    assert tab.map._pattern.shape == (11, 11)
    assert tab.grid._pattern.shape == (3, 4, 11, 11)
    assert [chip.label for row in tab.strip._rows for chip in row][7] == "␣bank"
    assert "␣bank" in [name.label for name in tab.plane._names]


def test_hovering_a_chip_stresses_the_token_everywhere(tab, qtbot):
    qtbot.mouseMove(tab.strip, chip(tab, 7))
    assert stressed(tab) == {7}


def test_clicking_a_chip_selects_everywhere_and_again_lets_go(tab, session, qtbot):
    qtbot.mouseClick(tab.strip, Qt.MouseButton.LeftButton, pos=chip(tab, 4))
    session.hover_token(None)
    assert stressed(tab) == {4}
    qtbot.mouseClick(tab.strip, Qt.MouseButton.LeftButton, pos=chip(tab, 4))
    session.hover_token(None)
    assert session.selection.focus is None
    assert tab.map._focus is None


def test_a_row_of_the_map_and_a_dot_of_the_plane_stress_everywhere(tab, qtbot):
    qtbot.mouseMove(tab.map, tab.map._spot(5, 2, 3).center().toPoint())
    assert stressed(tab) == {5}
    river = tab._session.trace.tokens[4].id
    centre = tuple(tab._session.plane.points[river].tolist())
    tab.plane._look(replace(tab.plane._view, centre=centre, zoom=100.0))
    qtbot.mouseMove(tab.plane, tab.plane._dot(river).toPoint())
    assert stressed(tab) == {4}


def test_opening_a_head_shows_it_large(tab, session, qtbot):
    at = tab.grid._spot(2, 3).center().toPoint()
    qtbot.mouseClick(tab.grid, Qt.MouseButton.LeftButton, pos=at)
    assert (session.selection.layer, session.selection.head) == (2, 3)
    assert tab._map_card._title.text() == "Layer 3, head 4"
    assert (tab.map._pattern == session.trace.pattern[2, 3]).all()


def test_a_head_chosen_elsewhere_is_opened_and_outlined(tab, session):
    session.select_head(1, 2)
    assert tab.grid._opened == (1, 2)
    assert (tab.map._pattern == session.trace.pattern[1, 2]).all()


def test_hovering_hands_out_no_data_anew(tab, session, monkeypatch):
    for widget in (tab.strip, tab.plane, tab.grid, tab.map):
        monkeypatch.setattr(widget, "prepare", lambda: pytest.fail("prepared anew"))
    session.hover_token(3)
    session.select_token(5)


def test_nothing_typed_leaves_hints_and_the_vocabulary(tab, session):
    session.trace = None
    session.trace_changed.emit(None)
    assert tab.strip._hint == token_strip.HINT
    assert tab.grid._hint == attention_grid.HINT
    assert tab.map._hint == attention_map.HINT
    assert tab.grid._pattern is None
    assert tab.map._pattern is None
    assert tab.plane._plane is not None
    assert tab.plane._names == []
    assert not tab.grab().isNull()


def test_no_model_leaves_hints(qtbot, session):
    made = Overview(session)
    qtbot.addWidget(made)
    made.show()
    assert made.plane._hint == embedding_plane.HINT
    assert not made.grab().isNull()


def test_a_hidden_tab_is_given_nothing_until_it_is_shown(tab, session):
    tab.hide()
    show(session, random_trace(4, 3, 4))
    assert tab.map._pattern.shape == (11, 11)
    tab.show()
    assert tab.map._pattern.shape == (4, 4)


def test_numbers_that_are_not_finite_are_said_not_shown(tab, session):
    trace = random_trace(4, 3, 4)
    broken = np.full_like(trace.pattern, np.nan)
    broken.setflags(write=False)
    show(session, replace(trace, pattern=broken))
    assert tab.grid._hint == BROKEN
    assert tab.map._hint == BROKEN
    plane = random_plane()
    session.plane = replace(plane, points=np.full_like(plane.points, np.inf))
    session.plane_changed.emit(session.plane)
    assert tab.plane._hint == BROKEN
    show(session, random_trace(5, 3, 4))
    assert tab.map._pattern.shape == (5, 5)


def test_older_tokens_are_told_of(tab, session):
    show(session, random_trace(20, 1, 1, n_before=3000))
    told = tab._tokens_card._caption.text()
    assert told == "The last 20 tokens; 3,000 older ones are out of reach."


def test_what_a_byte_is_is_said_where_there_is_one(tab, session):
    trace = random_trace(3, 1, 1)
    show(session, trace)
    assert tab._tokens_card._caption.text() == overview.TOKENS
    part = replace(trace.tokens[1], raw="🐈".encode()[:2], label="⟨F0 9F⟩")
    show(session, replace(trace, tokens=(trace.tokens[0], part, trace.tokens[2])))
    assert "⟨F0⟩ and the like are bytes" in tab._tokens_card._caption.text()


@pytest.mark.parametrize("size", [(1260, 660), (744, 540)])
@pytest.mark.parametrize("n_tokens", [1, 40, 256])
def test_it_fits_the_smallest_and_the_usual_window(tab, session, size, n_tokens):
    show(session, random_trace(n_tokens, 6, 6))
    tab.resize(*size)
    assert (tab.width(), tab.height()) == size, "something needs more room"
    for view in (tab.strip, tab.plane, tab.grid, tab.map):
        corner = view.mapTo(tab, QPoint(view.width(), view.height()))
        assert tab.rect().contains(corner)
    assert tab.map._map.width() > (100 if n_tokens > 1 else 50)


def test_zoom_buttons_zoom(tab, qtbot):
    for name, larger in (("zoomInButton", True), ("zoomOutButton", False)):
        before = tab.plane._view.zoom
        qtbot.mouseClick(tab.findChild(QToolButton, name), Qt.MouseButton.LeftButton)
        assert (tab.plane._view.zoom > before) is larger
    tab.plane.zoom_by(3)
    qtbot.mouseClick(tab.findChild(QToolButton, "fitButton"), Qt.MouseButton.LeftButton)
    assert tab.plane._view.zoom == 1.0


def test_tab_reaches_every_view_in_reading_order(tab, qtbot):
    tab.activateWindow()
    tab.strip.setFocus()
    order = []
    for _ in range(11):
        order.append(tab.focusWidget().objectName())
        qtbot.keyClick(tab.focusWidget(), Qt.Key.Key_Tab)
    buttons = ["zoomOutButton", "zoomInButton", "fitButton"]
    plane = ["embeddingPlane", "embeddingViews1", "savePlaneButton"]
    heads = ["saveHeadsButton", "attentionGrid", "saveHeadButton", "attentionMap"]
    assert order == ["tokenStrip", *buttons, *plane, *heads]


def test_the_order_is_shown_instead_of_the_map_and_keeps_up(tab, session):
    tab.show_view("order")
    assert tab.order.isVisible()
    assert not tab.plane.isVisible()
    show(session, random_trace(9, 3, 4))
    assert tab.order._labels == tuple(token.label for token in session.trace.tokens)
    expected = session.trace.token_embed + session.trace.pos_embed
    assert np.allclose(tab.order._values[2], expected, atol=1e-5)
    session.select_token(1)
    assert tab.order._selected == 1
    tab.show_view("map")
    assert tab.plane.isVisible()


@pytest.mark.parametrize("name", ["strip", "grid", "map"])
def test_a_tooltip_goes_with_the_text_it_was_about(tab, session, qtbot, name):
    view = getattr(tab, name)
    at = {
        "strip": lambda: chip(tab, 2),
        "grid": lambda: tab.grid._spot(1, 1).center().toPoint(),
        "map": lambda: QPoint(int(tab.map._map.x()) - 4, int(tab.map._map.y()) + 4),
    }[name]()
    qtbot.mouseMove(view, at)
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    assert QToolTip.text()
    show(session, random_trace(6, 3, 4, words=("new",)))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_a_resting_mouse_stresses_what_is_under_it_now(tab, session, qtbot):
    session.hover_token(None)
    at = chip(tab, 2)
    qtbot.mouseMove(tab.strip, at)
    assert session.selection.hovered == 2
    show(session, random_trace(3, 3, 4, words=("longer" * 2,)))
    assert session.selection.hovered == tab.strip._position_at(QPointF(at)) != 2
    show(session, random_trace(1, 3, 4, words=("a",)))
    assert session.selection.hovered is None
    assert tab.strip._hovered is None


def test_nothing_below_the_tokens_moves_as_one_types(tab, session):
    places = set()
    for n_tokens in (1, 12, 40, 200):
        show(session, random_trace(n_tokens, 2, 2))
        places.add(tab.map.mapTo(tab, QPoint(0, 0)).y())
    assert len(places) == 1


@pytest.mark.parametrize("size", [(1280, 640), (1600, 840)])
def test_the_heads_of_the_bundled_models_shape_fill_their_card(tab, session, qtbot, size):
    show(session, random_trace(17, 6, 6))
    tab.resize(*size)
    grid = tab.grid
    width, height = 6 * grid._pitch / grid.width(), 6 * grid._pitch / grid.height()
    assert max(width, height) > 0.85
    assert min(width, height) > 0.65


def test_beside_the_story_the_figures_stay_large_and_say_what_they_are(tab, session, qtbot):
    show(session, random_trace(17, 6, 6))
    tab.resize(704, 520)
    qtbot.waitUntil(lambda: tab.grid._side >= 24 and tab.map._map.width() >= 160)
    assert tab.strip.height() < height_px(LINES)
    for card in (tab._map_card, tab._grid_card):
        assert card._caption.isVisible()
        assert not card._caption.is_cut
    tab.resize(1008, 640)
    qtbot.waitUntil(lambda: tab.strip.height() == height_px(LINES))


def test_a_heads_tooltip_says_what_it_mostly_does_on_this_text(tab, session, qtbot):
    trace = random_trace(6, 3, 4)
    pattern = np.array(trace.pattern)
    pattern[1, 2] = np.eye(6, k=-1)
    pattern[1, 2, 0, 0] = 1
    pattern.setflags(write=False)
    show(session, replace(trace, pattern=pattern))
    at = tab.grid._spot(1, 2).center().toPoint()
    QApplication.sendEvent(tab.grid, QHelpEvent(QEvent.Type.ToolTip, at, QPoint(5, 5)))
    assert QToolTip.text() == "Layer 2, head 3: mostly looks one token back (1.00)"
    QToolTip.hideText()


def test_while_a_model_opens_it_says_so_and_asks_for_nothing(tab, session):
    session.trace = None
    session.prompt = "They walked"
    session.loading_changed.emit("second")
    assert {tab.strip._hint, tab.grid._hint, tab.map._hint} == {overview.OPENING}
    session.loading_changed.emit("")
    assert tab.strip._hint == token_strip.HINT


def test_every_figure_is_saved_as_it_is_seen(tab, session, tmp_path, monkeypatch):
    monkeypatch.setattr(FigureButton, "_folder", str(tmp_path))
    show(session, random_trace(5, 2, 3))
    for view in tab.VIEWS:
        tab.show_view(view)
        for button in tab.findChildren(FigureButton):
            figure = button._figure()
            for kind in KINDS:
                path = tmp_path / f"{view} {figure.name}.{kind}"
                button.save(figure, kind, path)
                assert path.stat().st_size > 50
    names = {path.name for path in tmp_path.iterdir()}
    assert {"map embeddings.csv", "order order.svg", "map tokens.png"} <= names
    assert "map attention layer 1 head 1.csv" in names


# --- what the model would say next


def guess(tab) -> str:
    return tab.findChild(QLabel, "overviewGuess").text()


def test_the_likeliest_next_tokens_are_said_as_the_model_says_them(tab, session):
    made = random_prediction(9, seed=3)
    session.prediction = made
    session.prediction_changed.emit(made)
    best = sorted(made.candidates, key=lambda one: -one.raw)[:5]
    said = guess(tab)
    assert said.startswith("What the model would say next:")
    places = [said.index(f"“{label_of(one)}” {percent(one.raw)}") for one in best]
    assert places == sorted(places)
    session.prediction = None
    session.prediction_changed.emit(None)
    assert not guess(tab)
    assert not tab.guess.more.isEnabled()


def test_all_guesses_are_a_click_away(tab, session, qtbot):
    session.prediction = random_prediction(9)
    session.prediction_changed.emit(session.prediction)
    with qtbot.waitSignal(tab.guess.more_wanted):
        qtbot.mouseClick(tab.guess.more, Qt.MouseButton.LeftButton)


def test_the_guess_makes_room_for_two_texts_and_in_a_low_window(tab, session):
    assert tab.guess.isVisible()
    two_lines = tab.strip.sizeHint().height()
    tab.resize(1000, 540)
    assert tab.guess.isVisible()
    assert tab.strip.sizeHint().height() < two_lines
    tab.setMinimumHeight(1)  # as in a window, which asks for less than a layout
    tab.resize(1000, LOWEST - 1)
    assert not tab.guess.isVisible()
    tab.resize(1000, 640)
    assert tab.guess.isVisible()
    assert tab.strip.sizeHint().height() == two_lines
    session._second.apply(Answer(random_trace(5, 3, 4)))
    assert not tab.guess.isVisible()
    session._second.apply(Answer())
    assert tab.guess.isVisible()
