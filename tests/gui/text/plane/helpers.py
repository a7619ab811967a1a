"""What the tests of the map of tokens do alike."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.gui.explained import shown


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


def card_of(page):
    card = shown(page.window())
    said = card.findChild(QLabel, "explanationResult").text()
    python = card._python
    card.close()
    return said, python
