"""Any token of the vocabulary: its place and its number, and how they come about."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPushButton,
)

from core.config import SamplingConfig
from core.interventions import Off
from gui.widgets.explanation_popover import ExplanationPopover
from gui.widgets.prediction_rows import percent
from tests.gui.autocomplete.pages import have, read

LEFT = Qt.MouseButton.LeftButton
TEXT = "They saw the dog"


@pytest.fixture
def page(write_page):
    return write_page


def test_any_token_is_found_with_its_rank_and_probability(page, session, qtbot):
    have(qtbot, session, TEXT)
    field = page.findChild(QLineEdit, "findToken")
    found = page.findChild(QPushButton, "foundToken")
    qtbot.keyClicks(field, "bank")
    token_id = session.language_model.tokenizer.ids(" bank")
    assert len(token_id) == 1
    logits = session.trace.logits[-1].astype(np.float64)
    share = np.exp(logits[token_id[0]]) / np.exp(logits).sum()
    rank = 1 + int((logits > logits[token_id[0]]).sum())
    assert found.accessibleDescription() == f"place {rank:,}, {percent(share)}"
    session.set_sampling(SamplingConfig(0))
    read(qtbot, session)
    assert found.accessibleDescription() == f"place {rank:,}, cut from the draw"
    session.set_sampling(SamplingConfig())
    have(qtbot, session, "The")
    logits = session.trace.logits[-1]
    rank = 1 + int((logits > logits[token_id[0]]).sum())
    assert f"place {rank:,}," in found.accessibleDescription()
    field.clear()
    qtbot.keyClicks(field, "xylo")
    assert "tokens, of which the first is" in found.toolTip()


def test_a_token_is_found_in_what_the_bars_show_of_a_beginning(page, session, qtbot):
    have(qtbot, session, "")
    plain = session.language_model.beginning()
    session.add_change(Off(0, "mlp"))
    read(qtbot, session)
    assert not np.allclose(session.language_model.beginning(session.changes), plain)
    best = session.prediction.candidates[0]
    page.findChild(QLineEdit, "findToken").setText(best.label)
    page.next._show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert found.accessibleDescription() == f"place 1, {percent(best.probability)}"


def test_what_was_found_uses_the_room_of_a_wider_window(page, session, qtbot):
    have(qtbot, session, TEXT)
    page.resize(560, 600)
    page.findChild(QLineEdit, "findToken").setText("xylophones")
    page.next._show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert found.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    page.resize(1600, 720)
    qtbot.waitUntil(lambda: found.text() == found.accessibleDescription())


def test_tokens_are_offered_as_one_types(page, session, qtbot):
    have(qtbot, session, TEXT)
    finder = page.next._finder
    assert "␣bank" in finder.complete("ba", 9)
    assert all(each.startswith("␣") for each in finder.complete(" ba", 9))
    assert finder.complete("", 9) == []
    assert len(finder.complete("a", 3)) == 3
    none = finder.find("", session.trace.logits[-1], SamplingConfig())
    assert none is None


def test_a_found_tokens_number_is_explained_with_what_adds_up(page, session, qtbot):
    have(qtbot, session, TEXT)
    last = int(np.argsort(session.trace.logits[-1])[0])
    label = session.language_model.tokenizer.label(last)
    page.findChild(QLineEdit, "findToken").setText(label)
    page.next._show_found()
    found = page.findChild(QPushButton, "foundToken")
    assert f"place {session.trace.logits.shape[1]:,}," in found.accessibleDescription()
    qtbot.mouseClick(found, LEFT)
    card = page.window().findChild(ExplanationPopover)
    (result,) = card.findChildren(QLabel, "explanationResult")
    logits = session.trace.logits[-1].astype(np.float64)
    share = np.exp(logits[last]) / np.exp(logits).sum()
    assert float(result.text().partition(" ")[0]) == pytest.approx(share, rel=1e-4)
    card.close()


def test_a_slow_model_is_seen_to_think(page, session, qtbot, monkeypatch):
    gate, model = threading.Event(), session.language_model
    trace = model.trace
    monkeypatch.setattr(model, "trace", lambda *args: (gate.wait(10), trace(*args))[1])
    mark = page.findChild(QLabel, "thinkingMark")
    session.set_prompt("The")
    assert not mark.isVisible()
    qtbot.waitUntil(mark.isVisible)
    session.set_prompt("The dog")  # the latest wins
    gate.set()
    read(qtbot, session)
    assert not mark.isVisible()
    assert session.trace.text == "The dog"
