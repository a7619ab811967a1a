"""Writing at a pace: each decision is told, and what is seen belongs together."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSlider,
)

from core.config import SamplingConfig
from core.interventions import Off
from gui.autocomplete.write_words import SLID
from gui.widgets.explanation_popover import ExplanationPopover
from gui.widgets.prediction_rows import percent
from tests.gui.autocomplete.pages import CONTEXT, have, read, said
from tests.gui.explained import printed

LEFT = Qt.MouseButton.LeftButton
TEXT = "They saw the dog"


@pytest.fixture
def page(write_page):
    return write_page


def a_seed_of_whole_characters(model):
    """What the dice write with it is cut into the same tokens when it is read again."""
    start = model.tokenizer.ids(TEXT)
    for seed in range(200):
        ids = [*start, *model.generate(TEXT, SamplingConfig(), seed, 2)]
        if len(ids) == len(start) + 2 and model.tokenizer.ids(model.tokenizer.decode(ids)) == ids:
            return seed
    raise AssertionError("no such seed")


def test_a_decision_is_told_with_numbers_that_are_true(page, session, qtbot):
    have(qtbot, session, TEXT)
    page.findChild(QSlider, "paceSlider").setValue(0)
    told = page.findChild(QLabel, "decisionLabel")
    button = page.findChild(QPushButton, "generateButton")
    before = session.trace
    with qtbot.waitSignal(session.token_drawn) as drawn:
        qtbot.mouseClick(button, LEFT)
    token_id = drawn.args[0]
    label = session.language_model.tokenizer.label(token_id)
    shares = np.exp(before.logits[-1].astype(np.float64))
    shares /= shares.sum()
    u = np.random.default_rng(1).random()
    assert session.throw == u
    assert told.isVisible()
    assert f"All {shares.size:,} tokens are in the draw" in told.text()
    assert session.prompt == TEXT
    ends = np.cumsum(shares)
    page._telling._step()
    assert f"The dice show {u:.4f}" in told.text()
    start = ends[token_id - 1] if token_id else 0.0
    assert f"{label} lies from {start:.4f} to {ends[token_id]:.4f}" in told.text()
    assert start <= u < ends[token_id]
    page._telling._step()
    assert percent(shares[token_id]) in told.text()
    rows = page.next.bars._rows
    assert (rows[page.next.bars._drawn].token or token_id) == token_id
    qtbot.mouseClick(button, LEFT)  # Stop, in the midst of the token
    assert session.prompt == TEXT
    assert not told.isVisible()
    with qtbot.waitSignal(session.token_drawn):
        qtbot.mouseClick(button, LEFT)
    assert told.isVisible()
    page.findChild(QSlider, "paceSlider").setValue(1)  # no longer explained
    assert not told.isVisible()
    assert not page._telling._clock.isActive()
    session.stop()


def test_how_a_text_would_begin_is_explained_too(page, session, qtbot):
    have(qtbot, session, "")
    session.add_change(Off(0, "mlp"))
    read(qtbot, session)
    page.next._explain(1, QPoint(3, 3))
    card = page.window().findChild(ExplanationPopover)
    one = session.prediction.candidates[1]
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(one.probability, rel=1e-4)
    card.close()


def test_the_python_of_a_long_text_reads_what_the_model_had_in_sight(page, session, qtbot):
    have(qtbot, session, "The dog walked to the bank. " * 12)
    assert session.trace.before
    place = 9
    page._look_at(place)
    page.next._explain(0, QPoint(3, 3))
    card = page.window().findChild(ExplanationPopover)
    found = page.next._prediction.candidates[0]
    python = card.findChild(QPlainTextEdit).toPlainText()
    assert float(printed(python)) == pytest.approx(found.probability, rel=1e-4)
    card.close()
    read(qtbot, session)


def test_undo_takes_a_token_back_and_the_dice_throw_it_again(page, session, qtbot):
    have(qtbot, session, TEXT)
    session.set_seed(a_seed_of_whole_characters(session.language_model))
    one = page.findChild(QPushButton, "oneTokenButton")
    undo = page.findChild(QPushButton, "undoTextButton")
    texts = [session.prompt]
    for _ in range(2):
        qtbot.mouseClick(one, LEFT)
        read(qtbot, session)
        texts.append(session.prompt)
    qtbot.mouseClick(undo, LEFT)
    assert session.prompt == texts[1]
    read(qtbot, session)
    qtbot.mouseClick(one, LEFT)
    read(qtbot, session)
    assert session.prompt == texts[2]


def test_a_full_context_is_shown_to_forget_its_older_half(page, editor, session, qtbot):
    text = "The dog saw the cat. " * 8
    have(qtbot, session, text.rstrip())
    assert len(session.trace.tokens) == CONTEXT
    session.set_pace(60_000)
    session.generate(3)
    with qtbot.waitSignal(session.token_drawn):
        pass
    session.set_pace(1)
    with qtbot.waitSignal(session.trace_changed):
        pass
    assert len(session.trace.tokens) == CONTEXT // 2
    assert SLID in said(page)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert len(session.trace.tokens) == CONTEXT // 2 + 2
    (grey,) = editor.extraSelections()
    assert grey.cursor.selectedText() == session.prompt[: session.trace.tokens[0].start]
