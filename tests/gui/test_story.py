"""The story: complete, honest about what exists, and its buttons do what they say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from core.config import SamplingConfig
from core.pixelnet import SYMBOLS
from gui.main_window import TABS
from gui.pixel_session import PixelSession
from gui.session import Session
from gui.story.panel import AGAIN, NEXT, THE_END, WIDTH_PX, StoryPanel
from gui.story.player import Player, position_of
from gui.story.steps import Step, examples, steps
from gui.tabs.autocomplete import AutocompleteTab
from gui.tabs.text import TextTab
from tests.gui.models import FakeWriter
from tests.gui.traces import random_trace

NAMES = {tab.name for tab in TABS}
VIEWS = {"text": TextTab.VIEWS, "autocomplete": AutocompleteTab.VIEWS}


# --- what it says


def test_it_has_the_fifteen_steps_and_an_end():
    assert [step.ends for step in steps()] == [False] * 15 + [True]


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.title)
def test_a_step_is_short_and_can_be_done(step):
    assert 40 <= len(step.text.split()) <= 90
    assert len(step.title) <= 30
    assert step.text == step.text.strip()
    assert "  " not in step.text
    assert step.tab in NAMES | {""}
    assert step.tab or not (step.prompt or step.generate or step.temperature is not None)
    assert step.select in step.prompt
    assert not step.looks_at or step.looks_at in step.prompt.rpartition(step.select)[0]
    assert "button" not in step.text.lower() or step.tab
    assert bool(step.button) == bool(step.tab or step.ends)
    assert step.view == "" or step.view in VIEWS[step.tab]


def test_every_button_says_something_of_its_own_that_fits(panel):
    button = panel.findChild(QPushButton, "storyTry")
    texts = []
    for index, step in enumerate(steps()):
        panel.show_step(index)
        if step.button:
            texts.append(button.text())
            assert button.accessibleName() == step.button
            assert button.sizeHint().width() <= WIDTH_PX - 32
    assert len(set(texts)) == len(texts) == 14


def test_what_is_told_of_the_text_is_shown_on_its_own_page():
    views = {step.title: step.view for step in steps() if step.tab == "text"}
    assert views["Words become tokens"] == "tokens"
    assert views["Tokens become places"] == "embeddings"
    assert views["The order counts"] == "positions"
    assert all(views.values()), "a step that names no page leaves the one before it open"


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.title)
def test_a_step_promises_nothing_that_is_not_there(step):
    for later in ("Memory tab", "Training tab", "Translate", "Chat tab", "microscope", "512"):
        assert later not in step.text


def test_the_examples_say_what_to_look_at():
    assert len(examples()) >= 6
    for example in examples():
        assert example.text == example.text.strip()
        assert 0 < len(example.look_at) <= 50
        assert "\t" not in example.text + example.look_at


# --- the panel


@pytest.fixture
def panel(qtbot):
    panel = StoryPanel(steps())
    qtbot.addWidget(panel)
    panel.resize(WIDTH_PX, 600)
    panel.show()
    return panel


def press(qtbot, panel, name):
    qtbot.mouseClick(panel.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_next_and_back_walk_through_all_steps_and_from_the_end_one_starts_again(qtbot, panel):
    shown = []
    panel.step_changed.connect(shown.append)
    onward = panel.findChild(QPushButton, "storyNext")
    for _ in range(15):
        assert onward.text() == NEXT
        press(qtbot, panel, "storyNext")
    assert shown == list(range(1, 16))
    assert panel.step == steps()[15]
    assert THE_END in [label.text() for label in panel.findChildren(QLabel)]
    assert (onward.text(), onward.accessibleName()) == (AGAIN, "Start again")
    for _ in range(20):
        press(qtbot, panel, "storyBack")
    assert panel.index == 0
    panel.show_step(15)
    press(qtbot, panel, "storyNext")
    assert panel.index == 0
    assert onward.text() == NEXT


def test_only_the_button_at_the_end_closes_the_story(qtbot, panel):
    closed = []
    panel.over.connect(lambda: closed.append(panel.index))
    for index in range(16):
        panel.show_step(index)
        if panel.step.button:
            press(qtbot, panel, "storyTry")
    assert closed == [15]


def test_it_says_where_one_is(qtbot, panel):
    press(qtbot, panel, "storyNext")
    texts = [label.text() for label in panel.findChildren(QLabel)]
    assert "Step 2 of 15" in texts
    assert steps()[1].title in texts


def test_the_keyboard_reaches_everything(qtbot, panel):
    panel.show_step(3)
    panel.activateWindow()
    panel.findChild(QPushButton, "storyNext").setFocus()
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Space)
    assert panel.index == 4
    reached = set()
    for _ in range(8):
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        reached.add(panel.focusWidget().objectName())
    assert {"storyBack", "storyNext"} <= reached


def test_a_step_with_nothing_to_do_has_no_button(panel):
    button = panel.findChild(QPushButton, "storyTry")
    for index, step in enumerate(steps()):
        panel.show_step(index)
        assert button.isVisible() == bool(step.button)


@pytest.mark.parametrize("index", [-5, 99])
def test_a_step_outside_the_story_is_its_nearest_end(panel, index):
    panel.show_step(index)
    assert panel.index == (0 if index < 0 else 15)


@pytest.mark.parametrize("index", range(16))
def test_every_text_fits_the_panel_without_scrolling_in_a_small_window(panel, index):
    panel.resize(WIDTH_PX, 560)
    panel.show_step(index)
    panel.grab()
    assert panel.findChild(QObject, "storyScroll").verticalScrollBar().maximum() == 0


# --- what the buttons do


@pytest.fixture
def session(qtbot, folders):
    session = Session()
    with qtbot.waitSignal(session.model_changed):
        session.open_model(Path("first"))
    yield session
    session.shutdown()


@pytest.fixture
def player(session):
    pixels = PixelSession(np.random.default_rng(0), session)
    player = Player(session, pixels, session)
    player.pixels = pixels
    player.tabs = []
    player.tab_wanted.connect(player.tabs.append)
    yield player
    pixels.pause()


def idle(qtbot, session):
    qtbot.waitUntil(lambda: not session.is_busy())


@pytest.mark.parametrize("step", [step for step in steps() if step.tab], ids=lambda s: s.title)
def test_every_button_works(qtbot, session, player, step):
    player.play(step)
    idle(qtbot, session)
    assert player.tabs == [step.tab]
    assert session.prompt.startswith(step.prompt)
    assert (session.prompt == step.prompt) == (not step.generate)
    if step.select:
        token = session.trace.tokens[session.selection.token]
        assert token.text.strip() == step.select
    if step.temperature is not None:
        assert session.sampling.temperature == step.temperature


@pytest.mark.parametrize("step", [step for step in steps() if step.pixels], ids=lambda s: s.title)
def test_the_buttons_of_the_pixels_change_something(player, step):
    picture, net = player.pixels.picture, player.pixels.net
    player.play(step)
    is_same = player.pixels.net is net and (player.pixels.picture == picture).all()
    assert not is_same
    assert player.pixels.is_training == (step.pixels == "train")


def test_the_head_that_looks_most_at_the_clue_is_opened(qtbot, session, player):
    step = Step("", "", tab="text", prompt="by the river to the bank", select="bank")
    player.play(step)
    idle(qtbot, session)
    column = position_of(session.trace, "river")
    looks = session.trace.pattern[:, :, session.selection.token, column]
    player.play(replace(step, looks_at="river"))
    idle(qtbot, session)
    assert looks[session.selection.layer, session.selection.head] == looks.max()
    assert session.trace.tokens[session.selection.token].text == " bank"  # still, not let go


DICE = Step("", "", tab="autocomplete", temperature=0.0)
MINE = SamplingConfig(0.7, 40, 0.9)


def test_the_dice_are_the_users_again_when_the_step_is_left(session, player):
    session.set_sampling(MINE)
    player.play(DICE)
    assert session.sampling == SamplingConfig(0.0)
    assert player.users_sampling == MINE
    player.leave()
    assert session.sampling == MINE
    session.set_sampling(SamplingConfig(1.5))
    player.leave()  # another step, which set nothing
    assert session.sampling == SamplingConfig(1.5)


def test_one_step_after_the_other_gives_back_what_was_before_the_first(session, player):
    session.set_sampling(MINE)
    player.play(DICE)
    player.play(replace(DICE, temperature=0.8))
    player.play(replace(DICE, temperature=0.8))
    player.leave()
    assert session.sampling == MINE


def test_what_the_user_changed_in_a_step_stays_and_only_the_rest_is_given_back(session, player):
    session.set_sampling(MINE)
    player.play(DICE)
    session.set_sampling(SamplingConfig(2.0))  # as the step's text asks for
    for _ in range(2):
        assert player.users_sampling == SamplingConfig(2.0, 40, 0.9)
        player.leave()
        assert session.sampling == SamplingConfig(2.0, 40, 0.9)


def test_the_net_is_the_users_again_unless_the_user_trained_another(player):
    pixels, train = player.pixels, Step("", "", tab="pixels", pixels="train")
    mine = pixels.learnt
    player.play(train)
    pixels.learn_symbols(SYMBOLS[:3])
    player.leave()
    assert len(pixels.symbols) == 3  # the user's
    pixels.pause()
    pixels.put_back(mine)
    player.play(train)
    player.leave()
    assert pixels.learnt is mine
    assert not pixels.is_training
    pixels.undo_stack.undo()
    assert pixels.learnt is not mine
    pixels.undo_stack.redo()
    assert pixels.learnt is mine
    player.play(train)
    pixels.train_again()
    theirs = pixels.net_seed
    player.leave()
    assert pixels.net_seed == theirs
    assert pixels.is_training


def test_a_view_is_opened_and_closed_again(player):
    views = []
    player.view_wanted.connect(lambda *view: views.append(view))
    player.view_left.connect(lambda *view: views.append(("left", *view)))
    player.play(Step("", "", tab="text", view="order"))
    player.play(Step("", "", tab="text"))
    player.leave()
    assert views == [("text", "order"), ("left", "text", "order")]


def test_a_step_says_of_what_it_sets_that_it_is_given_back():
    told = [step for step in steps() if step.temperature is not None or step.pixels == "train"]
    assert len(told) == 3
    for step in told:
        assert "this step" in step.text


def test_a_step_is_left_for_another_one_and_with_the_panel(qtbot, panel):
    told = []
    panel.left.connect(lambda: told.append(panel.index))
    press(qtbot, panel, "storyNext")
    panel.hide()
    assert told == [1, 1]


TALK = "User: Hello\nAssistant:"
TURN = (" Good", " day.", "\n", "User:", " And")  # and so on


@pytest.fixture
def talking(folders, monkeypatch, session):
    """The model says this, whatever it is asked, and would go on for ever."""
    model = folders["first"]

    def writer(text, sampling, seed, n_thrown=0, changes=()):
        made, turn = FakeWriter(model, text, sampling, seed, changes), itertools.cycle(TURN)

        def go_on(_cancelled):
            made.text += next(turn)
            return True

        made.go_on = go_on
        return made

    monkeypatch.setattr(model, "writer", writer)


@pytest.mark.usefixtures("talking")
def test_of_a_talk_the_model_writes_its_own_turn_and_no_more(qtbot, session, player):
    player.play(Step("", "", tab="autocomplete", prompt=TALK, generate=True))
    qtbot.waitUntil(lambda: session.prompt != TALK and not session.is_generating())
    idle(qtbot, session)
    assert session.prompt == f"{TALK} Good day."
    with qtbot.waitSignal(session.generating_changed, check_params_cb=lambda on: not on):
        session.generate(most=5)  # by hand it goes on as ever
    idle(qtbot, session)
    assert session.prompt == f"{TALK} Good day." + "".join(TURN)


def test_what_is_typed_meanwhile_wins(qtbot, session, player):
    player.play(Step("", "", tab="text", prompt="to the bank", select="bank", generate=True))
    session.set_prompt("my own words")
    idle(qtbot, session)
    assert session.prompt == "my own words"
    assert session.selection.token is None


def test_a_word_is_found_by_the_end_of_its_last_occurrence():
    trace = random_trace(6, words=("They", " walk", "ed", " to", " the", " bank"))
    assert position_of(trace, "walked") == 2
    assert position_of(trace, "bank") == 5
    assert position_of(trace, "money") is None
    assert position_of(trace, "") is None
    seen = random_trace(3, n_before=3, words=("They", " walk", "ed", " to", " the", " bank"))
    assert position_of(seen, "bank") == 2
    assert position_of(seen, "They") is None
