"""t-SNE: the dots move, in turns with others, and can be cancelled."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from core.geometry import plane
from core.language_model import LanguageModel
from gui import theme
from gui.text import map_spreading
from gui.text.map_tools import COMPONENTS, NEIGHBOURS
from gui.widgets.neighbour_list import NUMBER_PX, three
from tests.gui.models import save_tiny
from tests.gui.text.plane.helpers import open_model, settle


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
