"""Your symbols: drawn, named, refused, warned about, learnt, taken back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from core.pixelnet import SYMBOLS
from gui.symbols_dialog import FINE, SymbolsDialog
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.symbol_bars import SymbolBars
from tests.gui.tabs.pixels import shown_pixels_tab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot):
    shown = SymbolsDialog(SYMBOLS)
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown):
        shown.show()
    return shown


def click(qtbot, parent, name):
    button = parent.findChild(QPushButton, name)
    assert button.isEnabled(), name
    qtbot.mouseClick(button, LEFT)


def paint(qtbot, dialog, number, *cells):
    grid = dialog.findChild(PixelGrid, f"symbolGrid{number}")
    qtbot.waitUntil(lambda: grid._rects[0].width() > 30)
    for cell in cells:
        qtbot.mouseClick(grid, LEFT, pos=grid._rects[cell].center().toPoint())


def said(dialog) -> str:
    return dialog.findChild(QLabel, "symbolsSaid").text()


def usable(dialog) -> bool:
    return dialog.findChild(QPushButton, "symbolsUse").isEnabled()


def test_it_begins_with_what_the_net_knows(dialog):
    assert [name for name, _ in dialog._drafts()] == ["x", "o", "+", "T"]
    assert said(dialog) == FINE
    assert usable(dialog)


def test_a_drawn_and_named_symbol_is_handed_over(dialog, qtbot):
    click(qtbot, dialog, "symbolAdd")
    assert said(dialog) == "“A” is empty: draw at least one black pixel."
    assert not usable(dialog)
    paint(qtbot, dialog, 5, 2, 4, 6)
    name = dialog.findChild(QLineEdit, "symbolName5")
    name.selectAll()
    qtbot.keyClicks(name, "slash")
    with qtbot.waitSignal(dialog.wanted) as told:
        click(qtbot, dialog, "symbolsUse")
    *first, slash = told.args[0]
    assert [symbol.name for symbol in first] == ["x", "o", "+", "T"]
    assert slash.name == "slash"
    assert np.flatnonzero(slash.picture == -1).tolist() == [2, 4, 6]


def test_two_that_differ_in_one_pixel_are_warned_about_and_equal_ones_refused(dialog, qtbot):
    click(qtbot, dialog, "symbolAdd")
    paint(qtbot, dialog, 5, 1, 3, 4, 5)
    assert "“+” and “A” differ in one pixel only" in said(dialog)
    assert usable(dialog)
    paint(qtbot, dialog, 5, 7)
    assert said(dialog) == "“+” and “A” are the same: change one of them."
    assert not usable(dialog)
    assert dialog.findChild(QPushButton, "symbolsUse").accessibleDescription() == said(dialog)


def test_names_are_needed_and_differ(dialog, qtbot):
    name = dialog.findChild(QLineEdit, "symbolName1")
    name.clear()
    assert "name has 1 to 12 characters" in said(dialog)
    qtbot.keyClicks(name, "T")
    assert said(dialog) == "Two symbols are called “T”: rename one of them."
    name.clear()
    qtbot.keyClicks(name, "a very long name")
    assert len(name.text()) == 12


def test_there_are_two_to_six_and_the_four_come_back(dialog, qtbot):
    click(qtbot, dialog, "symbolAdd")
    click(qtbot, dialog, "symbolAdd")
    assert not dialog.findChild(QPushButton, "symbolAdd").isEnabled()
    for _ in range(4):
        click(qtbot, dialog, "symbolRemove1")
    assert [name for name, _ in dialog._drafts()] == ["A", "B"]
    assert not dialog.findChild(QPushButton, "symbolRemove1").isEnabled()
    click(qtbot, dialog, "symbolsReset")
    assert usable(dialog)
    assert [name for name, _ in dialog._drafts()] == ["x", "o", "+", "T"]


def test_the_keyboard_draws_and_one_step_towards_grey_is_the_other_colour(dialog, qtbot):
    grid = dialog.findChild(PixelGrid, "symbolGrid1")
    editor = dialog._editors[0]
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert editor.picture[4] == 1
    qtbot.keyClick(grid, Qt.Key.Key_Minus)
    assert editor.picture[4] == -1
    qtbot.keyClick(grid, Qt.Key.Key_Plus)
    assert editor.picture[4] == 1
    assert set(editor.picture.tolist()) == {-1.0, 1.0}


def test_the_net_learns_them_in_view_and_one_undo_leads_back(qtbot):
    with shown_pixels_tab(qtbot) as page:
        _learn_other_symbols(page, qtbot)


def _learn_other_symbols(page, qtbot):
    first = page.pixels.learnt
    click(qtbot, page, "symbolsButton")
    dialog = page.findChild(SymbolsDialog)
    click(qtbot, dialog, "symbolRemove1")
    click(qtbot, dialog, "symbolsUse")
    assert page.pixels.is_training
    qtbot.waitUntil(lambda: page.pixels.learnt.step > 0)
    page.pixels.pause()
    assert page.pixels.net.sizes == (9, 9, 9, 3)
    assert "x " not in page.findChild(SymbolBars).accessibleDescription()
    page.pixels.undo_stack.undo()
    assert page.pixels.learnt is first
    assert not page.pixels.undo_stack.canUndo()
    click(qtbot, page, "symbolsButton")  # the same ones again: there is nothing to learn
    click(qtbot, page.findChildren(SymbolsDialog)[-1], "symbolsUse")
    assert page.pixels.learnt is first
