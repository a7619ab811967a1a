"""Every number of the map is explained, and in the tables."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from gui.export import csv_of
from gui.text import token_panel
from gui.text.map_tools import OWN
from gui.widgets.neighbour_list import three
from tests.gui.explained import number, printed, shown
from tests.gui.text.plane.helpers import axes, card_of, of, settle


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
