"""Tokens are found, picked, coloured, and laid along axes of one's own."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core.geometry import plane
from core.language_model import LanguageModel
from core.word_classes import NAMES, NONE
from gui.text import map_colours, token_focus
from gui.text.map_colours import CLASS, COUNT, LIKENESS, NOTHING, RANK
from gui.text.map_study import MISSING
from gui.text.map_tools import COMPONENTS, OWN
from gui.text.plane_page import PlanePage
from tests.gui.models import save_tiny
from tests.gui.text.plane.helpers import axes, look_for, of, open_model, settle, write

# --- finding, picking, neighbours


def test_a_token_that_is_searched_is_picked_centred_and_its_neighbours_are_the_true_ones(
    page, qtbot, model, stored
):
    look_for(page, qtbot, "puppy")
    token_id = stored[1]["Ġpuppy"]
    assert page.plane._kept == token_id
    assert page.plane._area.center().toPoint() == page.plane._dot(token_id).toPoint()
    table = stored[0]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = unit @ unit[token_id]
    cosines[token_id] = -2
    rows = page.panel.list.rows
    assert [row.id for row in rows] == np.argsort(-cosines)[:10].tolist()
    points = page.plane.shown.plane.points.astype(np.float64)
    for row in rows:
        assert row.near == pytest.approx(cosines[row.id], abs=1e-5)
        way = np.linalg.norm(points[row.id] - points[token_id])
        assert row.on_map == pytest.approx(way, rel=1e-5)
    page.panel.switch.choose(1)
    apart = np.linalg.norm(table - table[token_id], axis=1)
    apart[token_id] = np.inf
    rows = page.panel.list.rows
    assert [row.id for row in rows] == np.argsort(apart)[:10].tolist()
    assert [row.near for row in rows] == pytest.approx(np.sort(apart)[:10], rel=1e-5)
    assert page.plane._marked == tuple(row.id for row in rows)


def test_completion_and_a_word_that_is_unknown(page, qtbot):
    page.tools.finder.setFocus()
    qtbot.keyClicks(page.tools.finder, "pup")
    assert "puppy" in page.tools.finder.offered()
    page.tools.finder.completer().popup().hide()
    look_for(page, qtbot, "pupy")
    page.tools.finder.completer().popup().hide()
    assert "“pupy” is no single token" in page.tools.said
    assert "puppy" in page.tools.said
    assert page._picked is None
    look_for(page, qtbot, "puppy")
    assert page.tools.said == ""


def test_a_click_on_a_neighbour_picks_it_and_a_hover_names_it(page, qtbot, model):
    page.look_for("dog")
    rows = page.panel.list.rows
    listed = page.panel.list
    at = listed._row_rect(2).topLeft().toPoint() + QPoint(20, 8)
    qtbot.mouseMove(listed, at)
    assert page.plane._pointed == rows[2].id
    qtbot.mouseClick(listed, Qt.MouseButton.LeftButton, pos=at)
    assert page._picked == rows[2].id == page.plane._kept
    assert page.panel.list.rows != rows


def test_a_click_on_a_dot_picks_any_token_and_escape_lets_go(page, qtbot, model):
    token_id = of(model, " kitten")
    page.plane.centre_on(token_id)
    page.plane.zoom_by(80)
    qtbot.mouseClick(page.plane, Qt.MouseButton.LeftButton, pos=page.plane._dot(token_id).toPoint())
    assert page._picked is not None
    assert page._picked == page.plane._kept
    assert page._session.selection.token is None
    qtbot.keyClick(page.plane, Qt.Key.Key_Escape)
    assert page._picked is None
    assert page.plane._kept is None
    assert page.plane._marked == ()


def test_a_token_of_the_prompt_is_selected_everywhere_and_the_other_way_round(page, session, model):
    write(session, model, "The dog saw a cat")
    page.look_for("dog")
    assert session.selection.token == 1
    session.select_token(4)
    assert page._picked == of(model, " cat")
    page.look_for("puppy")
    assert session.selection.token is None
    session.select_token(1)
    session.select_token(1)
    assert page._picked is None


def test_without_a_picked_token_the_panel_speaks_of_the_last_of_the_prompt_or_the_pointed(
    page, session, model
):
    write(session, model, "The dog saw a cat")
    assert page.panel.list.rows
    assert page._focus.token == of(model, " cat")
    page.plane.token_pointed.emit(of(model, " king"))
    assert page._focus.token == of(model, " king")
    page.look_for("queen")
    page.plane.token_pointed.emit(of(model, " king"))
    assert page._focus.token == of(model, " queen")


def test_a_large_vocabulary_is_searched_in_the_background(page, qtbot, monkeypatch, session):
    from gui.text import plane_page

    monkeypatch.setattr(plane_page, "AT_ONCE", 0)
    monkeypatch.setattr(token_focus, "AT_ONCE", 0)
    session.plane_changed.emit(session.plane)
    assert page._known is None
    settle(qtbot, page)
    page.look_for("queen")
    assert session.studies.is_busy("map neighbours")
    settle(qtbot, page)
    assert page.panel.list.rows


# --- colours


def test_classes_are_offered_for_the_small_world_only(page, session, qtbot, tmp_path):
    keys = [page.tools.colours.itemData(i) for i in range(page.tools.colours.count())]
    assert keys == [NOTHING, CLASS, COUNT, RANK, LIKENESS]
    assert page._colours.chosen == CLASS
    assert page.legend._colouring.names == NAMES
    other = LanguageModel.load(save_tiny(tmp_path / "tiny"))
    open_model(session, other, plane(other.token_embeddings(), other.labels()))
    settle(qtbot, page)
    keys = [page.tools.colours.itemData(i) for i in range(page.tools.colours.count())]
    assert keys == [NOTHING, RANK, LIKENESS]
    assert page.plane._colouring is None
    assert not page.legend.isVisible()


def test_a_class_can_be_shown_alone(page, qtbot, model):
    animal = NAMES.index("animal")
    at = page.legend._places[animal].center().toPoint()
    qtbot.mouseClick(page.legend, Qt.MouseButton.LeftButton, pos=at)
    inks = page.plane._colouring.inks(page.plane._only)
    assert inks[of(model, " dog")] != 0
    assert inks[of(model, " bread")] == 0
    qtbot.mouseClick(page.legend, Qt.MouseButton.LeftButton, pos=at)
    assert page.plane._colouring.inks(page.plane._only)[of(model, " bread")] != 0


def test_while_tokens_are_counted_other_studies_go_on(session, qtbot, model, monkeypatch, page):
    known, gate = page._colours._known, threading.Event()
    monkeypatch.setattr(map_colours, "counts_of", lambda _info, _cancelled: gate.wait(10) and None)
    page._colours._counts.clear()
    page._colours.set_known(known)
    qtbot.waitUntil(lambda: session.counting.is_busy("map counts"))
    done = []
    session.studies.submit("other", lambda _job: 7, done.append, pytest.fail)
    qtbot.waitUntil(lambda: done == [7])
    assert session.counting.is_busy("map counts")
    gate.set()
    settle(qtbot, page)


@pytest.mark.parametrize("key", [NOTHING, CLASS, COUNT, RANK, LIKENESS])
def test_every_colouring_says_what_it_means(page, qtbot, key, counts):
    page.look_for("queen")
    page.tools.colours.setCurrentIndex(page.tools.colours.findData(key))
    page.tools.colours.activated.emit(page.tools.colours.currentIndex())
    settle(qtbot, page)
    colouring = page.plane._colouring
    if key == NOTHING:
        assert colouring is None
        assert not page.legend.isVisible()
        return
    assert len(colouring.shades) == len(counts)
    assert page.legend.isVisible()
    assert page.legend._colouring is colouring
    if key == COUNT:
        assert colouring.ends == ("0", f"{counts.max():,}")
        assert (np.diff(colouring.shades.astype(int)) <= 0).all()
    if key == LIKENESS:
        assert colouring.title == "how like ␣queen"
        page.look_for("dog")
        assert page.plane._colouring.title == "how like ␣dog"


def test_frequent_whole_words_are_named_first_and_unused_pieces_not_at_all(
    page, qtbot, model, counts
):
    worth = page._colours.worth(page._known)
    assert [counts[i] for i in worth] == sorted((counts[i] for i in worth), reverse=True)
    assert all(model.tokenizer.text(i).startswith(" ") for i in worth)
    assert {name.id for name in page.plane._words} <= set(worth)


def test_a_count_that_fails_is_told_and_said(
    session, qtbot, model, components, monkeypatch, failures
):
    def fail(*_):
        raise OSError("boom")

    monkeypatch.setattr(map_colours, "counts_of", fail)
    made = PlanePage(session)
    qtbot.addWidget(made)
    made.show()
    open_model(session, model, components)
    settle(qtbot, made)
    assert ["boom" in failure.details for failure in failures] == [True]
    assert made._colours._counts[model] is None


def test_classes_cover_what_they_should(page, model):
    kinds = page._colours.kinds
    assert NAMES[kinds[of(model, " dog")]] == "animal"
    assert kinds[of(model, " the")] == NONE


# --- axes of one's own


def test_tokens_lie_where_the_difference_of_two_words_puts_them(page, qtbot, stored):
    page.tools.switch.choose(OWN)
    axes(page, qtbot, "small", "big", "boy", "girl")
    table, ids = stored
    layout = page.plane.shown
    for column, (start, end) in enumerate((("small", "big"), ("boy", "girl"))):
        a, b = table[ids[f"Ġ{start}"]], table[ids[f"Ġ{end}"]]
        along = (table - (a + b) / 2) @ (b - a) / np.linalg.norm(b - a)
        np.testing.assert_allclose(layout.plane.points[:, column], along, atol=1e-5)
    assert (layout.across, layout.up) == (
        (ids["Ġsmall"], ids["Ġbig"]),
        (ids["Ġboy"], ids["Ġgirl"]),
    )
    for token_id in (*layout.across, *layout.up):
        assert page.plane._area.contains(page.plane._dot(token_id))
        assert token_id in {name.id for name in page.plane._names}


def test_what_is_wrong_with_the_words_is_one_sentence_and_the_map_stays(page, qtbot):
    page.tools.switch.choose(OWN)
    axes(page, qtbot, "small", "big", "", "")
    before = page.plane.shown
    assert before.up is None
    for words, said in (
        (("smal", "big", "", ""), "“smal” is no single token"),
        (("small", "", "", ""), MISSING),
        (("small", "big", "boy", ""), MISSING),
        (("small", "small", "", ""), "two different"),
    ):
        axes(page, qtbot, *words)
        assert said in page.tools.said
        assert page.plane.shown is before
    axes(page, qtbot, "big", "small", "", "")
    assert page.tools.said == ""
    page.tools.switch.choose(COMPONENTS)
    assert page.plane.shown.across is None
