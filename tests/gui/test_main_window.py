"""The window, with real events: one prompt everywhere, commands, banner, theme, size, the end."""

from __future__ import annotations

import gc
import json

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QToolButton,
)
from shiboken6 import Shiboken

from core.config import SamplingConfig
from gui import app as program
from gui import theme
from gui.main_window import MainWindow
from gui.session import MAX_PROMPT
from gui.settings import FIRST_PROMPT, Settings, SettingsFile
from gui.story.steps import steps
from gui.widgets.card import Card
from tests.gui.windows import child, idle, said

# --- the frame


def test_the_names_that_others_rely_on(window):
    assert child(window, "tabs", QTabWidget).count() == 3
    for name in ("promptEdit", "modelButton", "storyPanel", "statusBar", "examplesButton"):
        child(window, name)
    pages = [window.tabs.widget(index).objectName() for index in range(3)]
    assert pages == ["pixelsTab", "textTab", "autocompleteTab"]


def test_everything_interactive_has_a_name_and_says_what_it_is(window):
    kinds = (QPushButton, QToolButton, QLineEdit, QPlainTextEdit)
    ours = [
        each
        for kind in kinds
        for each in window.findChildren(kind)
        if not isinstance(
            each.parent(), QLineEdit | QTabBar | QAbstractSpinBox | QMenuBar
        )  # Qt's own parts
    ]
    assert not [each for each in ours if not each.objectName() or not each.accessibleName()]


def test_ctrl_and_a_number_goes_to_a_tab(qtbot, window):
    for number, index in ((Qt.Key.Key_3, 2), (Qt.Key.Key_1, 0), (Qt.Key.Key_2, 1)):
        qtbot.keyClick(window, number, Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.currentIndex() == index


def test_f1_shows_and_hides_the_story(qtbot, window):
    assert window.story.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert not window.story.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.story.isVisible()


def test_the_storys_cross_closes_it_and_says_how_it_comes_back(qtbot, window):
    cross = child(window, "storyClose", QToolButton)
    assert cross.accessibleName() == "Close the story"
    assert "F1" in cross.toolTip()
    assert cross.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(cross, Qt.Key.Key_Space)
    assert not window.story.isVisible()
    assert not window.settings().story_open
    assert "F1" in window.banner.sentence
    qtbot.keyClick(window, Qt.Key.Key_F1)  # one press: the command knows that it is closed
    assert window.story.isVisible()


def test_the_prompt_bar_is_above_the_text_tab_alone(qtbot, window):
    bar = window.prompt_bar
    shown = []
    for index in range(3):
        window.tabs.setCurrentIndex(index)
        shown.append(bar.isVisible())
    assert shown == [False, True, False]
    window.tabs.setCurrentIndex(1)
    page = window.tabs.currentWidget()
    bottom = bar.mapTo(window, QPoint(0, bar.height())).y()
    assert page.mapTo(window, QPoint(0, 0)).y() >= bottom
    theme.apply(QApplication.instance(), theme.DARK)  # a change of style takes no room from it
    QApplication.processEvents()
    assert page.mapTo(window, QPoint(0, 0)).y() >= bottom


def test_ctrl_l_goes_to_the_prompt_wherever_it_is_typed(qtbot, window):
    window.activateWindow()
    expected = {0: "promptEdit", 1: "promptEdit", 2: "autocompleteEdit"}
    for index, name in expected.items():
        window.tabs.setCurrentIndex(index)
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda name=name: window.focusWidget().objectName() == name)


def test_one_can_type_at_once(qtbot, folders):
    for tab, name in (("text", "promptEdit"), ("autocomplete", "autocompleteEdit")):
        _, window = program.create_app(["--tab", tab])
        qtbot.addWidget(window)
        assert window.focusWidget().objectName() == name
        window.close()


def test_tab_walks_through_the_whole_window_from_left_to_right(qtbot, window):
    window.show_tab("text")
    window.activateWindow()
    window.prompt_bar.editor.setFocus()
    walked = []
    for _ in range(40):
        walked.append(window.focusWidget().objectName())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget().objectName() == walked[0]:
            break
    in_order = ["promptEdit", "examplesButton", "tokenStrip", "storyTry"]
    assert [name for name in walked if name in in_order] == in_order
    assert {"modelButton", "storyNext"} <= set(walked)


def test_all_guesses_of_the_overview_are_shown_on_autocomplete(qtbot, window):
    window.show_tab("text")
    autocomplete = window.tabs.widget(2)
    autocomplete.show_view("origin")
    idle(qtbot, window)
    qtbot.mouseClick(child(window, "overviewGuessMore", QPushButton), Qt.MouseButton.LeftButton)
    assert window.tabs.currentWidget() is autocomplete
    assert autocomplete.view == autocomplete.VIEWS[0]


# --- one prompt everywhere


def test_typing_reaches_the_model_and_comes_back(qtbot, window, folders):
    window.show_tab("text")
    editor = child(window, "promptEdit", QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "The cat")
    idle(qtbot, window)
    assert window.session.trace.text == "The cat"
    assert said(window, "statusTokens") == "2 of 16 tokens"
    assert said(window, "statusAnswer").endswith(" ms")
    assert editor.cursorPosition() == len("The cat")


def test_typing_in_the_middle_leaves_the_cursor_there(qtbot, window):
    window.show_tab("text")
    editor = child(window, "promptEdit", QLineEdit)
    editor.setCursorPosition(5)
    qtbot.keyClicks(editor, "all ")
    idle(qtbot, window)
    assert window.session.prompt == "They all walked along the river to the bank"
    assert editor.cursorPosition() == 9


def test_both_editors_hold_the_same_prompt(qtbot, window):
    window.show_tab("text")
    line = child(window, "promptEdit", QLineEdit)
    line.setText("one")
    window.show_tab("autocomplete")
    big = child(window, "autocompleteEdit", QPlainTextEdit)
    assert big.toPlainText() == "one"
    big.moveCursor(big.textCursor().MoveOperation.End)
    qtbot.keyClicks(big, " two")
    qtbot.keyClick(big, Qt.Key.Key_Return)
    qtbot.keyClicks(big, "three")
    assert window.session.prompt == "one two\nthree"
    window.show_tab("text")
    assert line.text() == "one two⏎three"
    idle(qtbot, window)


def test_a_paste_of_a_megabyte_is_cut_and_said(qtbot, window):
    window.show_tab("text")
    editor = child(window, "promptEdit", QLineEdit)
    editor.selectAll()
    QGuiApplication.clipboard().setText("word " * 200_000)
    qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, window)
    assert 0 < len(window.session.prompt) <= MAX_PROMPT
    assert window.banner.isVisible()
    assert window.session.trace.before  # and what the model cannot see is said too
    assert "unseen" in said(window, "statusTokens")


def opened_menu(window, name):
    button = child(window, name, QToolButton)
    button.click()
    button.menu().close()
    return button.menu()


def test_an_example_replaces_the_prompt_and_can_be_undone(qtbot, window):
    window.show_tab("text")
    menu = opened_menu(window, "examplesButton")
    assert len(menu.actions()) >= 6
    menu.actions()[2].trigger()
    chosen = menu.actions()[2].text()
    assert chosen.startswith(f"{window.session.prompt}: ")
    editor = child(window, "promptEdit", QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.prompt == FIRST_PROMPT
    idle(qtbot, window)


def test_autocomplete_offers_the_same_examples_and_is_ready_to_type_on(qtbot, window):
    window.show_tab("autocomplete")
    menus = [opened_menu(window, name) for name in ("examplesButton", "autocompleteExamplesButton")]
    offered, same = ([action.text() for action in menu.actions()] for menu in menus)
    assert offered == same
    menus[1].actions()[3].trigger()
    idle(qtbot, window)
    assert offered[3].startswith(f"{window.session.prompt}: ")
    assert window.session.trace.text == window.session.prompt
    editor = child(window, "autocompleteEdit", QPlainTextEdit)
    before = editor.toPlainText()
    qtbot.keyClick(editor, Qt.Key.Key_X)
    assert editor.toPlainText() == f"{before}x"
    idle(qtbot, window)


def test_an_empty_prompt_is_an_empty_state(qtbot, window):
    window.show_tab("text")
    editor = child(window, "promptEdit", QLineEdit)
    editor.clear()
    idle(qtbot, window)
    assert window.session.trace is None
    assert said(window, "statusTokens") == "0 of 16 tokens"


# --- the size of the text


def test_the_keyboard_makes_text_larger_and_smaller_at_once(qtbot, window):
    control = Qt.KeyboardModifier.ControlModifier
    label = child(window, "storyText", QLabel)
    sizes = [label.fontInfo().pixelSize()]
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Plus, Qt.Key.Key_Plus):
        qtbot.keyClick(window, key, control)
        sizes.append(label.fontInfo().pixelSize())
    assert sizes == [13, 16, 20, 23, 23]
    assert window.settings().text_size == 175
    qtbot.keyClick(window, Qt.Key.Key_Minus, control)
    assert window.appearance.text_size == 150
    qtbot.keyClick(window, Qt.Key.Key_0, control)
    assert (label.fontInfo().pixelSize(), theme.text_size()) == (13, 100)


def test_the_menu_shows_the_text_size_that_is_used(window):
    menu = next(m for m in window.findChildren(QMenu) if m.title() == "Text si&ze")
    window.appearance.choose_text_size(125)
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["125%"]
    next(action for action in menu.actions() if action.text() == "150%").trigger()
    assert window.settings().text_size == 150
    window.appearance.choose("dark")  # another theme keeps the size
    assert theme.text_size() == 150


@pytest.mark.parametrize("size", [125, 150])
def test_large_text_fits_1280_by_800_with_the_story(opened, size):
    window = opened(Settings(text_size=size))
    assert theme.text_size() == size
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)
    for name in ("pixels", "text", "autocomplete"):
        window.show_tab(name)
        QApplication.processEvents()
        page = window.tabs.currentWidget()
        for label in page.findChildren(QLabel):
            if label.isVisible() and label.text() and not label.wordWrap():
                assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
        for button in page.findChildren(QPushButton):
            assert not button.isVisible() or button.width() >= button.minimumSizeHint().width()
        assert not [each for each in page.findChildren(Card) if overlaps(each)]


def overlaps(card):
    """Whether a card lies on another one."""
    others = card.parentWidget().findChildren(
        Card, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    return any(
        other is not card and other.isVisible() and other.geometry().intersects(card.geometry())
        for other in others
        if card.isVisible()
    )


# --- the story


def test_the_story_shows_its_subject_and_leaves_nothing_behind(qtbot, window, folders):
    origin = child(window, "originPicture")
    window.story.show_step(11)
    qtbot.mouseClick(child(window, "storyTry", QPushButton), Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert origin.isVisible()
    window.story.show_step(12)
    assert not origin.isVisible()
    assert child(window, "probabilityBars").isVisible()
    autocomplete = window.tabs.widget(2)
    autocomplete.show_view("origin")
    window.story.show_step(12)
    assert autocomplete.view == "origin"  # the user's own choice, not the step's
    window.session.set_sampling(SamplingConfig(1.2))
    qtbot.mouseClick(child(window, "storyTry", QPushButton), Qt.MouseButton.LeftButton)
    assert window.session.sampling == SamplingConfig(0.8)
    assert window.settings().temperature == 1.2  # what is remembered is the user's
    window.session.stop()
    window.story.show_step(0)
    assert window.session.sampling == SamplingConfig(1.2)
    idle(qtbot, window)


@pytest.mark.parametrize(
    ("tab", "editor"),
    [("pixels", None), ("text", "promptEdit"), ("autocomplete", "autocompleteEdit")],
)
def test_the_end_of_the_story_closes_it_where_one_is_and_f1_brings_it_back(
    qtbot, window, tab, editor
):
    window.activateWindow()
    window.show_tab(tab)
    shown = next(each for each in window.findChildren(QAction) if each.text() == "Show the &story")
    window.story.show_step(len(steps()) - 1)
    qtbot.mouseClick(child(window, "storyTry", QPushButton), Qt.MouseButton.LeftButton)
    assert not window.story.isVisible()
    assert not shown.isChecked()
    assert window.settings().tab == tab
    assert editor is None or window.focusWidget().objectName() == editor
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.story.isVisible()
    qtbot.mouseClick(child(window, "storyNext", QPushButton), Qt.MouseButton.LeftButton)
    assert window.story.index == 0


# --- what goes wrong


def test_a_failure_in_a_job_is_one_banner_with_details(qtbot, window, folders, failures):
    folders["small-world"].error = ZeroDivisionError("boom")
    window.session.set_prompt("break")
    idle(qtbot, window)
    assert window.banner.isVisible()
    details = child(window, "bannerDetails", QLabel)
    assert not details.isVisible()
    qtbot.mouseClick(child(window, "bannerMore", QPushButton), Qt.MouseButton.LeftButton)
    assert details.isVisible()
    assert "boom" in details.text()
    qtbot.mouseClick(child(window, "bannerClose", QToolButton), Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()


def test_the_program_catches_what_slots_let_fall(qtbot, folders, failures, own_settings):
    _, window = program.create_app([])
    qtbot.addWidget(window)
    with qtbot.captureExceptions() as told:
        window.closed.emit()  # takes the hook away, so that it can be put over this one
        from gui import faults

        net = faults.Net(window)
        net.caught.connect(window.session.report_error)
        window.tabs.currentChanged.connect(lambda _index: 1 / 0)
        for index in (1, 2, 0, 1):
            window.tabs.setCurrentIndex(index)
        net.remove()
    assert len(told) == 1
    assert window.banner.isVisible()
    assert "ZeroDivisionError" in failures[0].details


# --- appearance


def test_the_theme_is_chosen_and_remembered(qtbot, window):
    window.appearance.choose("dark")
    assert theme.active() is theme.DARK
    assert window.settings().theme == "dark"
    window.appearance.choose("light")
    assert theme.active() is theme.LIGHT


def test_a_new_window_takes_the_theme_from_the_settings(opened):
    opened(Settings(theme="dark"))
    assert theme.active() is theme.DARK


def test_reduced_motion_is_told_to_everyone(qapp, opened):
    window = opened(Settings(reduce_motion=True))
    assert qapp.property("reduceMotion")
    assert window.settings().reduce_motion


def test_dialogs_do_not_block_and_go_away(qtbot, window):
    titles = {"&Keyboard shortcuts", "&About Glassbox"}
    help_menu = window.menuBar().actions()[-1].menu()
    for action in help_menu.actions():
        assert action.text() in titles
        action.trigger()
        box = window.findChild(QDialog)
        assert box.isVisible()
        box.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert window.findChild(QDialog) is None


def test_no_two_commands_share_a_shortcut(window):
    keys = [
        action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
    ]
    used = [key for key in keys if key]
    assert len(used) == len(set(used))


# --- size and memory


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (20_000, 10), (10, 5_000), (1024, 680)])
@pytest.mark.parametrize("tab", range(3))
def test_any_size_is_survived(qtbot, window, size, tab):
    window.tabs.setCurrentIndex(tab)
    window.resize(*size)
    QApplication.processEvents()
    assert not window.grab().isNull()
    assert window.isVisible()


def test_the_window_fits_1024_by_680_with_the_story(window):
    hint = window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 680


def opened_head(window):
    return window.session.selection.layer, window.session.selection.head


def test_at_the_very_first_start_a_head_that_shows_something_is_open(opened, qtbot, folders):
    window = opened(Settings(prompt="one two"))
    assert opened_head(window) == (0, 0)  # too short a text to choose by
    window.session.set_prompt("one two three four five six")
    idle(qtbot, window)
    patterns = window.session.trace.pattern
    looks = [
        (max(patterns[layer, head, -1, 1:3]), -layer, -head)
        for layer, head in np.ndindex(patterns.shape[:2])
    ]
    _, layer, head = max(looks)
    assert opened_head(window) == (-layer, -head) != (0, 0)
    window.session.select_head(0, 0)
    window.session.set_prompt("five four three two one")
    idle(qtbot, window)
    assert opened_head(window) == (0, 0)  # it is chosen once


def test_a_head_that_was_open_before_is_open_again(opened):
    assert opened_head(opened(Settings(head=(0, 1)))) == (0, 1)


def test_a_head_opened_before_there_was_a_text_stays(opened, qtbot, folders):
    window = opened(Settings(prompt=""))
    window.session.select_head(1, 0)
    window.session.set_prompt("one two three four five")
    idle(qtbot, window)
    assert opened_head(window) == (1, 0)


def test_what_was_open_is_open_again(qtbot, qapp, folders, own_settings):
    _, first = program.create_app(["glassbox", "--prompt", "remember me"])
    qtbot.addWidget(first)
    qtbot.waitUntil(lambda: first.session.model is not None)
    first.show_tab("autocomplete")
    first.appearance.choose("dark")
    first.story.show_step(6)
    first.session.set_sampling(SamplingConfig(0.7, 40, 0.9))
    first.session.set_seed(123)
    first.session.select_head(1, 2)
    first.setGeometry(5, 6, 790, 700)
    qtbot.keyClick(first, Qt.Key.Key_F1)
    first.close()
    _, second = program.create_app([])
    qtbot.addWidget(second)
    assert second.tabs.currentIndex() == 2
    assert second.session.prompt == "remember me"
    assert second.story.index == 6
    assert not second.story.isVisible()
    assert theme.active() is theme.DARK
    assert second.geometry().topLeft() == QPoint(5, 6)
    qtbot.waitUntil(lambda: second.session.model is not None)
    assert second.session.sampling == SamplingConfig(0.7, 40, 0.9)
    assert child(second, "seedSpin", QSpinBox).value() == 123
    assert child(second, "temperatureSlider", QSlider).value() == 70
    assert (second.session.selection.layer, second.session.selection.head) == (1, 2)
    second.close()


def test_a_maximized_window_is_maximized_again_and_knows_its_other_size(opened):
    window = opened(Settings(maximized=True, window=(20, 30, 700, 690)), model=None)
    assert window.isMaximized()
    assert window.settings().maximized
    assert window.settings().window[:2] == (20, 30)


def test_a_window_that_fills_the_screen_knows_its_other_size(opened, qtbot):
    window = opened(Settings(window=(20, 30, 700, 690)), model=None)
    before = window.settings().window
    window.showFullScreen()
    qtbot.waitUntil(lambda: window.geometry() == window.screen().geometry())
    assert window.settings().window == before


def test_the_command_line_overrules_what_was_remembered(qtbot, folders, own_settings):
    SettingsFile(own_settings / "settings.json").save(Settings(tab="pixels", prompt="old"))
    _, window = program.create_app(["--tab", "text", "--prompt", "new"])
    qtbot.addWidget(window)
    assert window.tabs.currentIndex() == 1
    assert window.session.prompt == "new"


def test_corrupt_settings_open_an_ordinary_window(qtbot, folders, own_settings):
    own_settings.mkdir()
    (own_settings / "settings.json").write_bytes(b"\x00{")
    _, window = program.create_app([])
    qtbot.addWidget(window)
    assert window.session.prompt == FIRST_PROMPT
    window.close()
    assert json.loads((own_settings / "settings.json").read_text())["tab"] == "pixels"


def test_tests_and_offscreen_never_ask_the_model_before_it_is_painted(qtbot, folders):
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()
    with qtbot.assertNotEmitted(window.painted, wait=20):
        window.repaint()


# --- the end


def test_training_the_pixels_is_said_and_ends_with_the_window(qtbot, window):
    window.pixels_tab.pixels.train_again()
    assert said(window, "statusTraining") == "training the net"
    window.close()
    assert not window.pixels_tab.pixels.is_training


@pytest.mark.parametrize("work", ["load", "trace", "write", "nothing"])
def test_closing_in_mid_work_is_clean(qtbot, window, work):
    if work == "load":
        window.open_model("second")
    elif work == "trace":
        window.session.set_prompt("something else")
    elif work == "write":
        window.session.generate(1_000_000)
        qtbot.waitUntil(lambda: window.session.prompt.count("w1") > 2)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()
    window.close()  # again
    window.open_first_model(None)  # and what comes too late is ignored
    QApplication.processEvents()


@pytest.mark.parametrize(
    "n", [10, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_many_openings_and_closings_leave_nothing(qtbot, folders, n):
    def open_and_close():
        window = MainWindow(Settings())
        window.show()
        window.open_bundled_model()
        idle(qtbot, window)
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del window
        gc.collect()
        return len(QApplication.allWidgets()), len(Shiboken.getAllValidWrappers())

    for color in (theme.active().probability_color, theme.active().signed_color):
        color(0.0)  # the colours of all figures are made with the first one, whenever that is
    counts = [open_and_close() for _ in range(n)]
    assert counts[-1] == counts[2]
