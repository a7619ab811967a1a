"""What the training text says of a token and of those near it."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from core.token_counts import tokens_of
from gui import theme
from gui.text import token_focus
from tests.gui.explained import number, printed, shown
from tests.gui.text.plane.helpers import settle


def test_what_a_token_was_learnt_from_is_looked_up_once_while_dots_move(
    page, qtbot, model, monkeypatch, counts
):
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: np.arange(9))
    asked = []
    monkeypatch.setattr(token_focus.map_reasons, "reasons", lambda *_: asked.append(1))
    page.look_for("queen")
    for _ in range(5):
        page._focus.refresh()
    settle(qtbot, page)
    assert len(asked) == 1


YOUNG = (
    "A young dog is called a puppy. A young cat is called a kitten. The puppy ran. The kitten ran. "
)


@pytest.fixture
def read(monkeypatch, model):
    """The training text is a few sentences."""
    tokenizer = model.tokenizer
    ids = np.array([*tokenizer.ids(YOUNG * 3), tokenizer.end_of_text], dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda info: ids if info is model.info else None)
    return ids


def test_why_two_tokens_are_near_is_told_from_the_text_itself(read, page, qtbot, session, model):
    puppy, kitten = (model.tokenizer.ids(f" {word}")[0] for word in ("puppy", "kitten"))
    page.go_to(puppy)
    settle(qtbot, page)
    caption = page.panel._caption.text()
    assert "it stands in the gap of “is called a ___” (3 times; the other 3 times)" in caption
    row = next(at for at, one in enumerate(page.panel.list.rows) if one.id == kitten)
    assert (
        "gap of “is called a ___” (3 times; the other 3 times)" in page.panel.list.rows[row].exact
    )
    at = page.panel.list._cell(row, 0).center().toPoint()
    qtbot.mouseClick(page.panel.list, Qt.MouseButton.LeftButton, pos=at)
    card = shown(page.window())
    names = [label.text() for label in card.findChildren(QLabel, "explanationName")]
    assert "learnt from: both stand" in names
    card.close()
    foal = model.tokenizer.ids(" foal")[0]
    assert "Both" not in next(one.exact for one in page.panel.list.rows if one.id == foal)


def test_of_several_neighbours_the_one_that_was_typed_is_compared(
    monkeypatch, page, qtbot, session, model
):
    young = "It is called a puppy. It is called a calf. It is called a foal. " * 2
    ids = np.array(model.tokenizer.ids(young), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    puppy = model.tokenizer.ids(" puppy")[0]
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣calf it stands in the gap of" in page.panel._caption.text()
    page.go_to(300)
    session.trace = model.trace("The foal and the puppy")
    session.trace_changed.emit(session.trace)
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣foal it stands in the gap of" in page.panel._caption.text()


def test_of_several_neighbours_the_one_that_was_looked_at_before_is_compared(
    monkeypatch, page, qtbot, model
):
    young = "It is called a puppy. It is called a calf. It is called a foal. " * 2
    ids = np.array(model.tokenizer.ids(young), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    puppy, foal = (model.tokenizer.ids(f" {word}")[0] for word in ("puppy", "foal"))
    page.go_to(foal)
    settle(qtbot, page)
    page.go_to(puppy)
    settle(qtbot, page)
    assert "Like ␣foal it stands in the gap of" in page.panel._caption.text()


def test_why_they_are_near_is_said_in_a_small_window_too_and_the_rows_can_be_read(
    read, page, qtbot, model
):
    page.resize(704, 456)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    settle(qtbot, page)
    assert page.panel._caption.isVisible()
    assert not page.panel._scale.isVisible()
    rows = page.panel.list
    assert rows._row_rect(0).height() >= theme.px(theme.SMALL)


def test_of_several_neighbours_the_one_is_told_of_whose_sentences_are_most_alike(
    monkeypatch, page, qtbot, model
):
    text = "The puppy ran. The calf slept. It is called a puppy, and it is called a foal here. " * 2
    ids = np.array(model.tokenizer.ids(text), dtype=np.int64)
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    settle(qtbot, page)
    labels = [row.label for row in page.panel.list.rows]
    assert labels.index("␣calf") < labels.index("␣foal")
    assert (
        "Like ␣foal it stands in the gap of “is called a ___” (2 times; the other 2 times)"
        in page.panel._caption.text()
    )


COMPANY = "The clerk at the bank counted the money. " * 9 + "The river ran along its bank. " * 9


def test_what_stands_near_a_token_is_told_and_explained(monkeypatch, page, qtbot, model):
    """Both senses of one word are seen in it; the words are those of a plain count."""
    far = "The man ate the bread and the cheese at the table of the house by its door. " * 150
    texts = [far, COMPANY, far]
    ids = tokens_of(model.tokenizer, texts, sum(map(len, texts)))
    monkeypatch.setattr(token_focus, "text_ids", lambda _info: ids)
    monkeypatch.setattr("core.corpus.documents", lambda _seed, _part: texts)
    page.go_to(model.tokenizer.ids(" bank")[0])
    settle(qtbot, page)
    panel = page.panel
    told = panel.company.text()
    assert told.startswith("Near it in the training text: ")
    words = told.split(": ")[1].rstrip(".").split(", ")
    assert {"river", "money"} <= set(words)
    assert not {"the", "at"} & set(words)
    qtbot.mouseClick(panel.company, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    card = shown(page.window())
    said, python = card.findChild(QLabel, "explanationResult").text(), card._python
    assert said.endswith(f"times as often for ␣{words[0]}")
    assert number(said) == pytest.approx(float(printed(python)), rel=1e-4)
    card.close()
    page.go_to(300)
    assert not panel.company.isVisible()


def test_what_is_compared_for_another_token_is_not_shown(read, page, qtbot, session, model):
    gate = Event()
    session.studies.submit("gate", lambda _job: gate.wait(10), lambda _done: None, pytest.fail)
    page.go_to(model.tokenizer.ids(" puppy")[0])
    page.go_to(model.tokenizer.ids(" bank")[0])
    gate.set()
    settle(qtbot, page)
    assert "kitten" not in page.panel._caption.text()
