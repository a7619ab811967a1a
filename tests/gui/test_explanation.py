"""The card beside a number: what it says, where it goes, how it is left."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from core.paths import ASSETS, SMALL_WORLD_MODEL
from gui.explanation import Explanation, exactly, explain, script, vector
from gui.widgets.explanation_popover import ExplanationPopover, placed
from tests.gui.explained import printed, shown
from tests.gui.models import save_tiny

ONE = Explanation("A sum", "sum = a + b", (("a", "1"), ("b", "2")), "3", "print(1 + 2)")
OTHER = Explanation("<b>Another</b>", "x = x", (), "4", "print(4)")


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def figure(window):
    made = QWidget(window)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def texts(card, name):
    return [label.text() for label in card.findChildren(QLabel, name)]


def test_it_says_everything_and_to_a_screen_reader_too(figure):
    explain(figure, ONE, QPoint(5, 5))
    card = shown(figure.window())
    assert texts(card, "explanationTitle") == ["A sum"]
    assert texts(card, "explanationFormula") == ["sum = a + b"]
    assert texts(card, "explanationName") == ["a", "b", "result"]
    assert texts(card, "explanationValue") == ["1", "2"]
    assert texts(card, "explanationResult") == ["3"]
    assert card.findChild(QPlainTextEdit).toPlainText() == "print(1 + 2)"
    assert "A sum" in card.accessibleName()
    assert "a: 1; b: 2. 3" in card.accessibleDescription()
    for button in card.findChildren(QPushButton):
        assert button.accessibleName()
    for label in card.findChildren(QLabel)[:-1]:
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_the_keyboard_goes_in_copies_and_leaves(figure, qtbot):
    figure.setFocus()
    explain(figure, ONE, QPoint(5, 5))
    card = shown(figure.window())
    copy = card.findChild(QPushButton, "explanationCopy")
    assert card.focusWidget() is copy
    qtbot.keyClick(copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "print(1 + 2)"
    assert copy.text() == "Copied"
    qtbot.keyClick(copy, Qt.Key.Key_Escape)
    assert not card.isVisible()


LONG = Explanation("Long", "y = y", (("y", "1"),), "1", f"print(1)  # {'x' * 300}\nprint(2)")


def test_long_lines_are_scrolled_below_the_python_not_over_it(figure, qapp):
    explain(figure, LONG, QPoint(5, 5))
    code = shown(figure.window()).findChild(QPlainTextEdit)
    qapp.processEvents()
    bar = code.horizontalScrollBar()
    assert bar.isVisible()
    assert bar.height() <= bar.sizeHint().height() + 2
    line = code.fontMetrics().lineSpacing()
    assert code.viewport().height() >= 2 * line
    assert bar.mapTo(code, QPoint(0, 0)).y() >= code.viewport().geometry().bottom()


def test_a_card_is_as_high_as_what_it_says_whatever_it_said_before(figure, qapp):
    heights = []
    for one in (ONE, LONG, ONE, OTHER, ONE):
        explain(figure, one, QPoint(5, 5))
        card = shown(figure.window())
        qapp.processEvents()
        assert card.height() == card.layout().totalHeightForWidth(card.width())
        heights.append(card.height())
    assert heights[0] == heights[2] == heights[4]


def test_only_one_is_open_and_its_words_are_taken_as_they_are(figure):
    explain(figure, ONE, QPoint(5, 5))
    explain(figure, OTHER, QPoint(50, 5))
    card = shown(figure.window())
    assert len(figure.window().findChildren(ExplanationPopover)) == 1
    (title,) = card.findChildren(QLabel, "explanationTitle")
    assert title.text() == "<b>Another</b>"
    assert title.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    ("at", "where"),
    [
        (QPoint(100, 100), QPoint(110, 110)),
        (QPoint(790, 100), QPoint(480, 110)),
        (QPoint(100, 590), QPoint(110, 380)),
        (QPoint(150, 300), QPoint(160, 310)),
        (QPoint(-40, 900), QPoint(0, 400)),
    ],
)
def test_it_is_never_over_the_edge_of_the_screen(at, where):
    room, card = QRect(0, 0, 800, 600), QRect(0, 0, 300, 200)
    assert placed(card, at, room) == where
    assert room.contains(card.translated(placed(card, at, room)))


def test_a_card_larger_than_the_screen_begins_at_its_corner():
    assert placed(QRect(0, 0, 900, 700), QPoint(5, 5), QRect(0, 0, 800, 600)) == QPoint(0, 0)


def test_a_script_opens_the_model_whatever_its_folder_is_called(tmp_path):
    folder = save_tiny(tmp_path / 'it\'s a "model" ü')
    lines = ["print(model.info.d_model, np.pi)"]
    assert printed(script(str(folder), lines, ["import numpy as np"])) == f"16 {np.pi}"


def test_numbers_are_short_and_honest():
    assert exactly(-0.1) == "\N{MINUS SIGN}0.1"
    assert exactly(1234567.0) == "1.23457e+06"
    assert vector(np.array([0.5, -1.0])) == "0.500, \N{MINUS SIGN}1.000"
    assert vector(np.arange(16.0)).endswith("2.000, … (16 numbers)")


def test_a_model_of_the_project_is_named_from_there_and_another_one_in_full(tmp_path, monkeypatch):
    bundled = script(str(SMALL_WORLD_MODEL), ["print(model.info.n_layers)"])
    assert "Path('assets/models/small-world')" in bundled
    assert str(ASSETS.parent) not in bundled
    monkeypatch.chdir(ASSETS.parent)
    assert printed(bundled) == "6"
    folder = save_tiny(tmp_path / "mine")
    foreign = script(str(folder), ["print(model.info.n_layers)"])
    assert f"Path({str(folder)!r})" in foreign
    assert printed(foreign) == "2"


def test_no_folder_is_no_folder():
    assert "Path('')" in script("", ["print(1)"])
