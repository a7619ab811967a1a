from __future__ import annotations

import json
import threading
import time
from threading import Event

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel

from core.geometry import plane
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from core.token_counts import tokens_of
from core.word_classes import NAMES, NONE
from gui import theme
from gui.export import csv_of
from gui.session import Session
from gui.text import map_colours, map_spreading, token_focus, token_panel
from gui.text.map_colours import CLASS, COUNT, LIKENESS, NOTHING, RANK
from gui.text.map_study import MISSING
from gui.text.map_tools import COMPONENTS, NEIGHBOURS, OWN
from gui.text.plane_page import PlanePage
from gui.widgets.neighbour_list import NUMBER_PX, three
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny


@pytest.fixture(scope="module")
def model():
    return LanguageModel.load(SMALL_WORLD_MODEL)


@pytest.fixture(scope="module")
def components(model):
    return plane(model.token_embeddings(), model.labels())


@pytest.fixture(scope="module")
def stored():
    """Embeddings from the file, (V, C) float64, and ids by token."""
    table = safetensors.numpy.load_file(SMALL_WORLD_MODEL / "model.safetensors")
    ids = json.loads((SMALL_WORLD_MODEL / "tokenizer.json").read_text())["model"]["vocab"]
    return table["transformer.wte.weight"].astype(np.float64), ids


@pytest.fixture(autouse=True)
def counts(monkeypatch, model):
    """Nobody waits for the training text."""
    made = np.arange(model.info.vocab_size)[::-1].copy()
    monkeypatch.setattr(map_colours, "counts_of", lambda info, _cancelled: made)
    return made


@pytest.fixture
def session(qapp):
    qapp.setProperty("reduceMotion", True)
    made = Session()
    yield made
    made.shutdown()


@pytest.fixture
def page(session, qtbot, model, components):
    made = PlanePage(session)
    qtbot.addWidget(made)
    made.resize(960, 575)
    made.show()
    open_model(session, model, components)
    settle(qtbot, made)
    return made


def open_model(session, model, components):
    session._language_model, session.model, session.plane = model, model.info, components
    session.model_changed.emit(model.info)
    session.plane_changed.emit(components)


def settle(qtbot, page):
    session = page._session
    lanes = session.studies, session.counting
    qtbot.waitUntil(lambda: not any(lane.is_busy() for lane in lanes), timeout=20_000)


def write(session, model, text):
    session.trace = model.trace(text)
    session.trace_changed.emit(session.trace)


def of(model, text):
    (token_id,) = model.tokenizer.ids(text)
    return token_id


def look_for(page, qtbot, text):
    page.tools.finder.setFocus()
    page.tools.finder.clear()
    qtbot.keyClicks(page.tools.finder, text)
    qtbot.keyClick(page.tools.finder, Qt.Key.Key_Return)


def axes(page, qtbot, *words):
    page.tools.set_words(words)
    page.tools.axes_wanted.emit()
    settle(qtbot, page)


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


def test_what_a_token_was_learnt_from_is_looked_up_once_while_dots_move(
    page, qtbot, model, monkeypatch, counts
):
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: np.arange(9))
    asked = []
    monkeypatch.setattr(token_focus.map_reasons, "reasons", lambda *_: asked.append(1))
    page.look_for("queen")
    for _ in range(5):
        page._focus.refresh()
    settle(qtbot, page)
    assert len(asked) == 1


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


# --- t-SNE


def test_dots_move_while_it_is_computed_and_the_result_is_kept(page, qtbot, monkeypatch, model):
    from core import tsne

    monkeypatch.setattr(tsne, "EARLY", 12)
    monkeypatch.setattr(tsne, "LATER", 12)
    monkeypatch.setattr(tsne, "MOST", 400)
    page.tools.switch.choose(NEIGHBOURS)
    assert page.tools.stop.text() == "Cancel"
    places = []
    page._spreading.stepped.connect(lambda: places.append(page.plane.shown.plane.points.copy()))
    settle(qtbot, page)
    assert page.tools.stop.text() == "Again"
    assert not page.tools.bar.isVisible()
    assert len(places[-1]) == 400
    expected = list(tsne.tsne(model.weights.wte[:400]))[-1].points
    np.testing.assert_array_equal(places[-1], expected)
    assert "first 400 of 5,120" in page.plane._shares
    page.tools.switch.choose(COMPONENTS)
    assert len(page.plane.shown.plane.points) == 5120
    page.tools.switch.choose(NEIGHBOURS)
    assert not page._spreading.is_running()
    np.testing.assert_array_equal(page.plane.shown.plane.points, expected)
    page.go_to(5000)
    assert "not on this map" in page.tools.said
    assert page.plane._kept is None


def test_it_is_cancelled_in_the_midst_of_a_slice_and_begins_anew(page, qtbot, monkeypatch):
    monkeypatch.setattr(map_spreading, "SLICE_S", 60.0)  # without end, unless it stops by itself
    page.tools.switch.choose(NEIGHBOURS)
    at = page.tools.stop.rect().center()
    asked = page._spreading._stopped
    qtbot.waitUntil(lambda: page._session.studies.is_busy("map t-SNE"))
    before = time.monotonic()
    qtbot.mouseClick(page.tools.stop, Qt.MouseButton.LeftButton, pos=at)
    page._session.studies.submit("after", lambda _job: None, lambda _none: None, pytest.fail)
    settle(qtbot, page)
    assert time.monotonic() - before < 5  # of the slice's 60: a busy machine
    assert not page._spreading.is_running()
    assert page.tools.stop.text() == "Start"
    monkeypatch.setattr(map_spreading, "SLICE_S", 0.08)
    qtbot.mouseClick(page.tools.stop, Qt.MouseButton.LeftButton, pos=at)
    assert page._spreading._stopped is not asked
    qtbot.waitUntil(lambda: page._spreading.last is not None)
    assert page._spreading.last.done < 0.06
    assert page.tools.stop.text() == "Cancel"
    page._spreading.cancel()


def test_what_is_cancelled_and_begun_again_at_once_comes_to_the_same_end(
    page, qtbot, monkeypatch, model
):
    from core import tsne

    monkeypatch.setattr(tsne, "EARLY", 6)
    monkeypatch.setattr(tsne, "LATER", 6)
    monkeypatch.setattr(tsne, "MOST", 300)
    page.tools.switch.choose(NEIGHBOURS)
    for _ in range(5):
        page.tools.stop.click()
        page.tools.stop.click()
    page.tools.switch.choose(COMPONENTS)
    page.tools.switch.choose(NEIGHBOURS)
    settle(qtbot, page)
    expected = list(tsne.tsne(model.weights.wte[:300]))[-1].points
    np.testing.assert_array_equal(page.plane.shown.plane.points, expected)
    assert page.tools.stop.text() == "Again"


def test_distances_on_the_map_are_never_0_while_the_dots_are_still_close(page, qtbot):
    page.pick(700)
    page.tools.switch.choose(NEIGHBOURS)
    qtbot.waitUntil(lambda: page._spreading.last is not None)
    rows = page.panel.list.rows
    assert all(0 < row.on_map < 0.001 for row in rows)
    shown = [three(row.on_map) for row in rows]
    assert all(float(text.replace("\u2212", "-")) > 0 for text in shown)
    room = theme.px(NUMBER_PX) - 2
    assert all(QFontMetricsF(theme.mono()).horizontalAdvance(text) <= room for text in shown)
    page._spreading.cancel()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0.000"), (0.0632, "0.063"), (0.001, "0.001"), (0.000123, "0.00012")),
        *((-0.00042, "\u22120.00042"), (0.0000017, "1.7e\u22126"), (2e-15, "2.0e\u221215")),
        *((1.5, "1.50"), (12.34, "12.3"), (1204.2, "1,204")),
    ],
)
def test_small_numbers_keep_digits_that_count(value, text):
    assert three(value) == text


def test_it_says_what_the_numbers_of_both_columns_mean(page, qtbot):
    said = page.findChild(QLabel, "tokenScale")
    assert said.text() == token_panel.SCALES[0]
    page.panel.switch.choose(1)
    assert said.text() == token_panel.SCALES[1]
    assert "used in like sentences" in page._card._caption.text()
    assert "used in like sentences" in page.panel._caption.text()
    unseen = int(page._colours.counts.argmin())
    assert page._colours.counts[unseen] == 0
    page.go_to(unseen)
    assert page.panel._caption.text() == token_panel.UNSEEN
    page.go_to(300)
    assert page.panel._caption.text() == token_panel.CAPTION


def test_others_have_their_turn_while_it_runs(page, qtbot):
    page.tools.switch.choose(NEIGHBOURS)
    qtbot.waitUntil(lambda: page._spreading.last is not None)
    with qtbot.waitCallback(timeout=2000) as called:
        page._session.studies.submit("other", lambda _job: 7, called, pytest.fail)
    assert called.args == [7]
    assert page._spreading.is_running()
    page._spreading.cancel()


def test_another_model_cancels_it_even_while_the_page_is_hidden(page, session, qtbot, tmp_path):
    page.tools.switch.choose(NEIGHBOURS)
    qtbot.waitUntil(lambda: page._spreading.last is not None)
    page.hide()
    other = LanguageModel.load(save_tiny(tmp_path / "tiny"))
    open_model(session, other, plane(other.token_embeddings(), other.labels()))
    assert not page._spreading.is_running()
    page.show()
    settle(qtbot, page)
    assert page.tools.switch.index == COMPONENTS
    assert len(page.plane.shown.plane.labels) == other.info.vocab_size
    page.tools.switch.choose(NEIGHBOURS)
    settle(qtbot, page)
    assert page._spreading.last.done == 1


# --- numbers


@pytest.mark.parametrize(("row", "column", "measure"), [(0, 0, 0), (4, 0, 1), (9, 1, 0)])
def test_a_number_of_the_list_is_explained_and_its_python_prints_it(
    page, qtbot, row, column, measure
):
    page.look_for("queen")
    page.panel.switch.choose(measure)
    one = page.panel.list.rows[row]
    at = page.panel.list._cell(row, column).center().toPoint()
    qtbot.mouseClick(page.panel.list, Qt.MouseButton.LeftButton, pos=at)
    card = shown(page)
    result = card.findChild(QLabel, "explanationResult").text()
    expected = one.on_map if column else one.near
    assert float(printed(card._python)) == pytest.approx(expected, rel=1e-5)
    assert number(result) == pytest.approx(expected, rel=1e-4)
    card.close()


def test_distances_between_own_axes_and_entries_of_the_vector_are_explained_too(page, qtbot):
    page.look_for("queen")
    page.tools.switch.choose(OWN)
    axes(page, qtbot, "small", "big", "", "")
    page.panel.list.setFocus()
    page._focus._on_near_asked((2, 1), QPoint(5, 5))
    card = shown(page)
    assert float(printed(card._python)) == pytest.approx(page.panel.list.rows[2].on_map, rel=1e-4)
    card.close()
    strip = page.panel.strip
    cell = strip._cell(37).center().toPoint()
    qtbot.mouseMove(strip, cell)
    assert strip.said().startswith("Number 38 of 192")
    assert number(strip.said().split(": ")[1]) == pytest.approx(strip.values[37], abs=0.005)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=cell)
    card = shown(page)
    assert float(printed(card._python)) == pytest.approx(float(strip.values[37]), rel=1e-5)
    card.close()


def card_of(page):
    card = shown(page.window())
    said = card.findChild(QLabel, "explanationResult").text()
    python = card._python
    card.close()
    return said, python


def test_what_is_said_of_the_token_is_explained_too(page, qtbot, model, counts):
    page.go_to(700)
    settle(qtbot, page)
    panel = page.panel
    assert panel.number.text() == "number 700"
    assert panel.times.text() == f"seen {counts[700]:,} times"
    qtbot.mouseClick(panel.number, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    said, python = card_of(page)
    assert said == printed(python) == "700"
    qtbot.mouseClick(panel.times, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    said, _ = card_of(page)
    assert number(said) == counts[700]
    panel.set_about(5, "", 1)
    assert panel.times.text() == "seen once"
    assert not panel._kind.isVisible()
    panel.set_about(5, "animal", None)
    assert not panel.times.isVisible()
    assert panel._kind.isVisible()


YOUNG = (
    "A young dog is called a puppy. A young cat is called a kitten. The puppy ran. The kitten ran. "
)


@pytest.fixture
def read(monkeypatch, model):
    """The training text is a few sentences."""
    tokenizer = model.tokenizer
    ids = np.array([*tokenizer.ids(YOUNG * 3), tokenizer.end_of_text], dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda info: ids if info is model.info else None)
    return ids


def test_why_two_tokens_are_near_is_told_from_the_text_itself(read, page, qtbot, session, model):
    puppy, kitten = (model.tokenizer.ids(f" {word}")[0] for word in ("puppy", "kitten"))
    page.go_to(puppy)
    settle(qtbot, page)
    caption = page.panel._caption.text()
    assert "it stands in the gap of “is called a ___” (3 times; the other 3 times)" in caption
    row = next(at for at, one in enumerate(page.panel.list.rows) if one.id == kitten)
    assert (
        "gap of “is called a ___” (3 times; the other 3 times)" in page.panel.list.rows[row].exact
    )
    at = page.panel.list._cell(row, 0).center().toPoint()
    qtbot.mouseClick(page.panel.list, Qt.MouseButton.LeftButton, pos=at)
    card = shown(page.window())
    names = [label.text() for label in card.findChildren(QLabel, "explanationName")]
    assert "learnt from: both stand" in names
    card.close()
    foal = model.tokenizer.ids(" foal")[0]
    assert "Both" not in next(one.exact for one in page.panel.list.rows if one.id == foal)


def test_of_several_neighbours_the_one_that_was_typed_is_compared(
    monkeypatch, page, qtbot, session, model
):
    young = "It is called a puppy. It is called a calf. It is called a foal. " * 2
    ids = np.array(model.tokenizer.ids(young), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    puppy = model.tokenizer.ids(" puppy")[0]
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣calf it stands in the gap of" in page.panel._caption.text()
    page.go_to(300)
    session.trace = model.trace("The foal and the puppy")
    session.trace_changed.emit(session.trace)
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣foal it stands in the gap of" in page.panel._caption.text()


def test_of_several_neighbours_the_one_that_was_looked_at_before_is_compared(
    monkeypatch, page, qtbot, model
):
    young = "It is called a puppy. It is called a calf. It is called a foal. " * 2
    ids = np.array(model.tokenizer.ids(young), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    puppy, foal = (model.tokenizer.ids(f" {word}")[0] for word in ("puppy", "foal"))
    page.go_to(foal)
    settle(qtbot, page)
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣foal it stands in the gap of" in page.panel._caption.text()


def test_why_they_are_near_is_said_in_a_small_window_too_and_the_rows_can_be_read(
    read, page, qtbot, model
):
    page.resize(704, 456)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    settle(qtbot, page)
    assert page.panel._caption.isVisible()
    assert not page.panel._scale.isVisible()
    rows = page.panel.list
    assert rows._row_rect(0).height() >= theme.px(theme.SMALL)


def test_of_several_neighbours_the_one_is_told_of_whose_sentences_are_most_alike(
    monkeypatch, page, qtbot, model
):
    text = "The puppy ran. The calf slept. It is called a puppy, and it is called a foal here. " * 2
    ids = np.array(model.tokenizer.ids(text), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    settle(qtbot, page)
    labels = [row.label for row in page.panel.list.rows]
    assert labels.index("␣calf") < labels.index("␣foal")
    assert (
        "Like ␣foal it stands in the gap of “is called a ___” (2 times; the other 2 times)"
        in page.panel._caption.text()
    )


COMPANY = "The clerk at the bank counted the money. " * 9 + "The river ran along its bank. " * 9


def test_what_stands_near_a_token_is_told_and_explained(monkeypatch, page, qtbot, model):
    """Both senses of one word are seen in it; the words are those of a plain count."""
    far = "The man ate the bread and the cheese at the table of the house by its door. " * 150
    texts = [far, COMPANY, far]
    ids = tokens_of(model.tokenizer, texts, sum(map(len, texts)))
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    monkeypatch.setattr("core.corpus.documents", lambda _seed, _part: texts)
    page.go_to(model.tokenizer.ids(" bank")[0])
    settle(qtbot, page)
    panel = page.panel
    told = panel.company.text()
    assert told.startswith("Near it in the training text: ")
    words = told.split(": ")[1].rstrip(".").split(", ")
    assert {"river", "money"} <= set(words)
    assert not {"the", "at"} & set(words)
    qtbot.mouseClick(panel.company, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    card = shown(page.window())
    said, python = card.findChild(QLabel, "explanationResult").text(), card._python
    assert said.endswith(f"times as often for ␣{words[0]}")
    assert number(said) == pytest.approx(float(printed(python)), rel=1e-4)
    card.close()
    page.go_to(300)
    assert not panel.company.isVisible()


def test_what_is_compared_for_another_token_is_not_shown(read, page, qtbot, session, model):
    gate = Event()
    session.studies.submit("gate", lambda _job: gate.wait(10), lambda _done: None, pytest.fail)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    page.go_to(model.tokenizer.ids(" bank")[0])
    gate.set()
    settle(qtbot, page)
    assert "kitten" not in page.panel._caption.text()


def test_how_much_the_map_shows_is_explained(page, qtbot, model, session):
    session.trace = model.trace("The dog")
    session.trace_changed.emit(session.trace)
    below = QPoint(60, page.plane.height() - 8)
    qtbot.mouseClick(page.plane, Qt.MouseButton.LeftButton, pos=below)
    said, python = card_of(page)
    assert f"{float(printed(python)):.3%}" == said
    assert float(printed(python)) == pytest.approx(sum(session.plane.explained), rel=1e-5)
    page.tools.switch.choose(OWN)
    axes(page, qtbot, "small", "big", "boy", "girl")
    qtbot.keyClick(page.plane, "?")
    said, python = card_of(page)
    shares = [float(each) for each in printed(python).split()]
    assert said == " and ".join(f"{each:.3%}" for each in shares)
    vectors = model.weights.wte.astype(np.float64)
    first, second = (model.tokenizer.ids(f" {word}")[0] for word in ("small", "big"))
    way = vectors[second] - vectors[first]
    along = vectors @ (way / np.linalg.norm(way))
    assert shares[0] == pytest.approx(along.var() / vectors.var(axis=0).sum(), rel=1e-4)


def test_what_the_figures_show_is_in_their_tables(page, qtbot, model):
    page.look_for("queen")
    figure = page._map_figure()
    lines = csv_of(figure.table()).decode().splitlines()
    assert lines[0] == "id,token,x,y,class"
    assert len(lines) == 1 + model.info.vocab_size
    dog = of(model, " dog")
    assert lines[1 + dog].startswith(f"{dog},␣dog,")
    assert lines[1 + dog].endswith(",animal")
    lines = csv_of(page._near_figure().table()).decode().splitlines()
    assert sum(line.startswith("neighbour,") for line in lines) == 10
    assert sum(line.startswith("vector,") for line in lines) == 192


def test_classes_cover_what_they_should(page, model):
    kinds = page._colours.kinds
    assert NAMES[kinds[of(model, " dog")]] == "animal"
    assert kinds[of(model, " the")] == NONE


def test_a_large_vocabulary_is_searched_in_the_background(page, qtbot, monkeypatch, session):
    from gui.text import plane_page, token_focus

    monkeypatch.setattr(plane_page, "AT_ONCE", 0)
    monkeypatch.setattr(token_focus, "AT_ONCE", 0)
    session.plane_changed.emit(session.plane)
    assert page._known is None
    settle(qtbot, page)
    page.look_for("queen")
    assert session.studies.is_busy("map neighbours")
    settle(qtbot, page)
    assert page.panel.list.rows
