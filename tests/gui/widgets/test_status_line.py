"""The status line: five facts, in words that do not change the window's size."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QLabel, QToolTip

from gui import theme
from gui.widgets.asked_label import ASK
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.model_button import ModelButton
from gui.widgets.status_line import StatusLine, short_count


@pytest.fixture
def line(qtbot):
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    return line


def text(line, name):
    return line.findChild(QLabel, name).text()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0, 0), ""),
        ((0, 256), "0 of 256 tokens"),
        ((7, 256), "7 of 256 tokens"),
        ((1024, 1024, 3210), "1,024 of 1,024 tokens, 3,210 unseen"),
    ],
)
def test_tokens(line, numbers, said):
    line.set_tokens(*numbers)
    assert text(line, "statusTokens") == said


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(None, ""), (0.04, "0.0 ms"), (3.14159, "3.1 ms"), (42.4, "42 ms"), (12_345.0, "12,345 ms")],
)
def test_the_last_answer(line, milliseconds, said):
    line.set_answer(milliseconds)
    assert text(line, "statusAnswer") == said


def test_what_it_means_that_the_context_is_full_is_told(line):
    tokens = line.findChild(QLabel, "statusTokens")
    line.set_tokens(256, 256, 140)
    assert "the first 140 are no longer seen" in tokens.toolTip()
    line.set_tokens(8, 256)
    assert "no longer" not in tokens.toolTip()
    assert ASK in tokens.toolTip()


def test_a_long_name_does_not_widen_the_window(line):
    before = line.minimumSizeHint().width()
    line.set_model("A model with a very long name " * 20)
    assert line.minimumSizeHint().width() == before
    assert line.findChild(QLabel, "statusModel").toolTip().count("A model") == 20


def test_that_the_model_is_altered_moves_nothing_else(qtbot, line):
    line.resize(1000, line.height())
    line.set_tokens(7, 256)
    tokens = line.findChild(QLabel, "statusTokens")
    assert not line.altered.isVisible()
    before = tokens.geometry()
    line.set_altered("Altered: 2 changes")
    assert line.altered.isVisible()
    assert line.altered.accessibleName() == "Altered: 2 changes"
    assert tokens.geometry() == before
    with qtbot.waitSignal(line.altered_clicked):
        qtbot.mouseClick(line.altered, Qt.MouseButton.LeftButton)
    line.set_altered("")
    assert not line.altered.isVisible()


def fill(line):
    line.set_model("Small World, 3.7 M parameters")
    line.set_tokens(256, 256, 128)
    line.set_answer(1234.0)
    line.set_training("training the nine-pixel net")
    line.set_altered("Altered: 2 changes, none acts here")


@pytest.mark.parametrize(("width", "cut"), [(1900, 0), (1280, 0), (900, 1), (800, 2), (700, 3)])
def test_where_room_lacks_the_model_and_that_it_is_altered_stay_whole(qapp, line, width, cut):
    fill(line)
    line.resize(width, line.height())
    qapp.processEvents()
    model = line.findChild(ElidedLabel, "statusModel")
    assert not model.is_cut
    assert line.altered.width() >= line.altered.sizeHint().width()
    others = [
        line.findChild(ElidedLabel, name)
        for name in ("statusTokens", "statusAnswer", "statusTraining")
    ]
    assert [other.is_cut for other in others] == [False] * (3 - cut) + [True] * cut
    parts = sorted((model, line.altered, *others), key=lambda part: part.x())
    for left, right in pairwise(parts):
        assert left.geometry().right() < right.x() or not right.width()
    assert parts[-1].geometry().right() <= line.width()


def test_what_is_cut_ends_with_an_ellipsis_and_is_whole_in_the_tooltip(qapp, line):
    fill(line)
    line.resize(700, line.height())
    qapp.processEvents()
    training = line.findChild(ElidedLabel, "statusTraining")
    assert training.is_cut
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), training.mapToGlobal(QPoint(1, 1)))
    qapp.sendEvent(training, event)
    assert "training the nine-pixel net" in QToolTip.text()
    QToolTip.hideText()
    pictures = []
    shortened = elided(training)
    assert shortened.endswith("…")
    for text in (training.text(), shortened):
        training.setText(text)
        training.repaint()
        pictures.append(training.grab().toImage())
    assert pictures[0] == pictures[1]


def elided(label):
    mode = Qt.TextElideMode.ElideRight
    return label.fontMetrics().elidedText(label.text(), mode, label.contentsRect().width())


def test_larger_text_is_not_cut_while_there_is_room(qapp, line):
    fill(line)
    line.resize(1500, line.height())
    theme.apply(qapp, theme.LIGHT, 150)
    qapp.processEvents()
    labels = line.findChildren(ElidedLabel)
    assert not [label.text() for label in labels if label.is_cut]
    assert all(label.height() >= label.sizeHint().height() for label in labels)


# --- the model button


@pytest.fixture
def button(qtbot):
    button = ModelButton()
    qtbot.addWidget(button)
    return button


def test_it_says_which_model_is_in_use_and_what_is_wrong_with_it(button):
    assert button.text() == "Model: none ▾"
    button.set_model("Tom & Co", "")
    assert button.text() == "Model: Tom && Co ▾"
    assert button.accessibleName() == "Model: Tom & Co"
    button.set_model("broken", "contains non-finite values")
    assert "contains non-finite values" in button.text()


def test_a_long_name_is_shortened_and_whole_in_the_tooltip(button):
    name = "an extraordinarily long model name that goes on"
    button.set_model(name, "")
    assert "…" in button.text()
    assert name in button.toolTip()


def test_every_entry_of_its_menu_is_told(qtbot, button):
    button.set_recent(["/models/a & b", "/models/c"])
    actions = [action for action in button.menu().actions() if not action.isSeparator()]
    with qtbot.waitSignal(button.bundled_chosen):
        actions[0].trigger()
    with qtbot.waitSignal(button.folder_wanted):
        actions[1].trigger()
    with qtbot.waitSignal(button.recent_chosen) as chosen:
        actions[2].trigger()
    assert chosen.args == ["/models/a & b"]
    assert [action.text() for action in actions[2:]] == ["a && b", "c"]
    button.set_recent([])
    assert len([each for each in button.menu().actions() if not each.isSeparator()]) == 2


def test_a_click_opens_its_menu_and_waits_for_nothing(qtbot, button):
    button.show()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.menu().isVisible()
    qtbot.keyClick(button.menu(), Qt.Key.Key_Escape)
    assert not button.menu().isVisible()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.menu().isVisible()
    button.menu().close()


@pytest.mark.parametrize(
    ("n", "text"),
    [(12, "12"), (57_000, "57 k"), (3_149_000, "3.1 M"), (124_439_808, "124 M"), (7e9, "7.0 G")],
)
def test_large_numbers_are_short(n, text):
    assert short_count(int(n)) == text
