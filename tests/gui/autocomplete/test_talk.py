"""The text as a talk: the user says something, and the model has its turn."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
)

from gui.autocomplete import chat
from gui.autocomplete.text_card import CHATTING
from gui.autocomplete.text_card import TEXT as TEXT_VIEW
from gui.autocomplete.write_words import CUT, TURN_CUT, TURN_OVER
from gui.widgets.transcript import Transcript
from tests.gui.autocomplete.pages import have, read, said

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(write_page):
    return write_page


def test_the_same_text_is_a_talk_and_the_users_line_is_wrapped_up(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    talk = page.findChild(Transcript, "transcript")
    assert talk.words() == [("", "Once.")]
    send, states = page.findChild(QPushButton, "sendButton"), []
    session.generating_changed.connect(lambda is_on: states.append((is_on, send.text())))
    qtbot.keyClicks(page.findChild(QLineEdit, "sayEdit"), "the dog")
    qtbot.mouseClick(send, LEFT)
    asked = "Once.\nUser: the dog\nAssistant:"
    assert session.prompt == asked
    qtbot.waitUntil(lambda: states == [(True, "Stop"), (False, "Send")])
    read(qtbot, session)
    assert session.prompt.startswith(asked)
    assert len(session.prompt) > len(asked)
    assert talk.words()[1] == ("User:␣", "the dog ⏎")
    shown = chat.turns(session.prompt)
    assert [words.rstrip(" ⏎") for _, words in talk.words()] == [
        turn.words.strip() or "…" for turn in shown
    ]


def test_what_the_model_writes_for_the_user_is_cut_off_and_told(page, session, qtbot, monkeypatch):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    model = session.language_model

    def writer(text, sampling, *_args):
        made = SimpleNamespace(model=model, sampling=sampling, changes=(), text=text)
        mores = iter((" Yes.", "\nUser:"))

        def go_on(_cancelled):
            made.text += next(mores)
            return True

        made.go_on, made.trace = go_on, lambda _cancelled: model.trace(made.text)
        return made

    monkeypatch.setattr(model, "writer", writer)
    states = []
    session.generating_changed.connect(states.append)
    page.findChild(Transcript).said.emit("a\nAssistant: b")
    qtbot.waitUntil(lambda: states == [True, False])
    read(qtbot, session)
    assert session.prompt == "Once.\nUser: a Assistant: b\nAssistant: Yes."
    assert CUT in said(page)


def test_a_talk_has_the_room_of_the_dice_and_shows_its_end(page, session, qtbot):
    said_so_far = "\n".join(["Once.", *("User: the dog", "Assistant: the cat sat.") * 3])
    have(qtbot, session, said_so_far)
    dice = page.findChild(QSlider, "temperatureSlider")
    assert dice.isVisible()
    page.text._views.choose(CHATTING)
    assert not dice.isVisible()
    scroll = page.findChild(QScrollArea, "transcriptScroll")
    bubbles = page.findChild(Transcript)._bubbles
    qtbot.waitUntil(lambda: scroll.height() > 300)
    assert len(bubbles) == 7
    view = scroll.viewport().rect()
    places = [bubble.mapTo(scroll.viewport(), QPoint(0, 0)).y() for bubble in bubbles]
    assert all(view.top() <= y for y in places)  # all of them are seen
    have(qtbot, session, "\n".join([said_so_far] * 4))
    last = page.findChild(Transcript)._bubbles[-1]
    bottom = last.mapTo(scroll.viewport(), QPoint(0, last.height())).y()
    assert view.bottom() - 20 <= bottom <= view.bottom() + 1  # no blank below it
    page.text._views.choose(TEXT_VIEW)
    assert dice.isVisible()


def test_escape_stops_a_turn_and_what_is_said_next_goes_on_from_there(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.text._views.choose(CHATTING)
    session.set_pace(60_000)
    field = page.findChild(QLineEdit, "sayEdit")
    qtbot.keyClicks(field, "the dog")
    with qtbot.waitSignal(session.token_drawn):
        qtbot.keyClick(field, Key.Key_Return)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Escape)
    assert not session.is_generating()
    read(qtbot, session)
    stopped = session.prompt
    assert stopped == "Once.\nUser: the dog\nAssistant:"
    session.set_pace(0)
    qtbot.keyClicks(field, "the cat")
    qtbot.keyClick(field, Key.Key_Return)
    assert session.prompt == f"{stopped}\nUser: the cat\nAssistant:"
    qtbot.waitUntil(lambda: not session.is_generating() and not session.is_busy())
    read(qtbot, session)


def test_after_a_stop_by_the_button_one_types_on(page, session, qtbot):
    have(qtbot, session, "Once.")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.text._views.choose(CHATTING)
    session.set_pace(60_000)
    field, send = page.findChild(QLineEdit, "sayEdit"), page.findChild(QPushButton, "sendButton")
    qtbot.keyClicks(field, "the dog")
    with qtbot.waitSignal(session.token_drawn):
        qtbot.mouseClick(send, LEFT)
    send.setFocus()
    qtbot.mouseClick(send, LEFT)
    assert not session.is_generating()
    qtbot.waitUntil(field.hasFocus)
    read(qtbot, session)


def test_a_turn_that_is_over_is_said_to_be(page, session, qtbot):
    have(qtbot, session, "Once.")
    session.text_ended.emit(True)
    assert TURN_OVER not in said(page)
    page.text._views.choose(CHATTING)
    session.text_ended.emit(True)
    assert TURN_OVER in said(page)
    session.rested.emit(120)
    assert f"120 {TURN_CUT}" in said(page)
