"""Everywhere in the window it is said that the model is altered, until it is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from core.interventions import Look, Off
from gui.main_window import TABS, MainWindow
from gui.settings import Settings
from gui.text.changes_view import ChangesPopover
from tests.gui.models import save_tiny, shorten_standard_text

TEXT = "They walked along the river to the bank"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("altered") / "tiny", n_layers=3, n_heads=4)


@pytest.fixture
def window(qtbot, folder, monkeypatch):
    shorten_standard_text(monkeypatch)
    made = MainWindow(Settings(tab="text", reduce_motion=True, prompt=TEXT))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.open_model(str(folder))
    qtbot.waitUntil(lambda: made.session.trace is not None, timeout=20_000)
    return made


def idle(qtbot, window):
    session = window.session
    qtbot.waitUntil(
        lambda: not session.is_busy() and session.what_if.measuring is None, timeout=20_000
    )


def said(window):
    return window.status.altered.text() if window.status.altered.isVisible() else ""


def places(window):
    """Where things are that nothing is to move."""
    seen = (window.tabs, window.status, window.prompt_bar, window.tabs.currentWidget())
    return [(each.mapTo(window, QPoint()).toTuple(), each.size().toTuple()) for each in seen]


def test_the_status_bar_says_so_on_every_tab_and_nothing_moves(qtbot, window):
    assert said(window) == ""
    before = places(window)
    window.session.add_change(Off(1, "head", 2))
    idle(qtbot, window)
    assert said(window) == "Altered: 1 change"
    assert places(window) == before
    for tab in TABS:
        window.show_tab(tab.name)
        assert said(window) == "Altered: 1 change"
    window.session.what_if.clear()
    idle(qtbot, window)
    assert said(window) == ""


def test_it_says_how_many_act_as_the_text_changes(qtbot, window):
    session = window.session
    session.look(0, 1, 4, 2, 0.5)
    session.add_change(Off(0, "mlp", 0, "mean"))
    idle(qtbot, window)
    assert said(window) == "Altered: 2 changes"
    session.set_prompt("They")
    idle(qtbot, window)
    assert said(window) == "Altered: 2 changes, 1 acts here"
    session.what_if.remove(Off(0, "mlp"))
    idle(qtbot, window)
    assert said(window) == "Altered: 1 change, not acting here"


def test_a_click_on_it_lists_the_changes(qtbot, window):
    window.session.add_change(Off(1, "head", 2))
    window.show_tab("autocomplete")
    idle(qtbot, window)
    qtbot.mouseClick(window.status.altered, Qt.MouseButton.LeftButton)
    popover = window.findChild(ChangesPopover)
    assert popover.isVisible()
    assert [row._text._words for row in popover.view.list._rows] == [
        "Layer 2, head 3: off (gives 0)"
    ]
    room = window.screen().availableGeometry()
    assert room.contains(popover.geometry())
    popover.close()


def test_the_text_tab_counts_them_and_lists_them_too(qtbot, window):
    button = window.findChild(QPushButton, "changesButton")
    assert not button.isVisible()
    window.session.add_change(Off(1, "head", 2))
    assert button.isVisible()
    assert button.text() == "1 change"
    window.session.add_change(Off(1, "head", 1))
    assert button.text() == "2 changes"
    idle(qtbot, window)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    popover = window.findChild(ChangesPopover)
    popover.view.list._clear.click()
    assert not button.isVisible()
    popover.close()
    idle(qtbot, window)


def test_a_swapped_model_is_no_more_altered_than_it_can_be(qtbot, window, tmp_path):
    window.session.add_change(Off(2, "head", 3))
    idle(qtbot, window)
    save_tiny(tmp_path / "small", n_layers=1, n_heads=1)
    with qtbot.waitSignal(window.session.model_changed, timeout=20_000):
        window.open_model(str(tmp_path / "small"))
    idle(qtbot, window)
    assert said(window) == ""
    assert "removed" in window.banner.sentence


def test_a_refused_change_is_told_and_the_window_goes_on(qtbot, window, failures):
    window.session.look(0, 1, 0, 0, 0.0)  # the first token has nobody else to look at
    idle(qtbot, window)
    assert "must look somewhere" in window.banner.sentence
    assert said(window) == ""
    assert len(failures) == 1
    ids = window.session.trace.ids.tolist()
    window.session.add_change(Look(0, 1, 0, 0, 1.0, ids[0], ids[0]))
    idle(qtbot, window)
    assert said(window) == "Altered: 1 change"
