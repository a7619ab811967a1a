"""The numbers under the chips and in the table of the vocabulary: asked, explained, recomputed."""

from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from core.geometry import plane
from core.language_model import LanguageModel
from gui.session import Session
from gui.text import vocabulary_explanations
from gui.text.overview import Overview
from gui.text.tokens_page import TokensPage
from gui.widgets.vocabulary_model import BYTES, CHARACTERS, COUNT, ID, TOKEN
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

TEXT = "They walked to the bank<|endoftext|> \N{FOX FACE}é\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", context=9)


@pytest.fixture(scope="module")
def model(folder):
    return LanguageModel.load(folder)


@pytest.fixture
def session(qapp, model):
    qapp.setProperty("reduceMotion", True)
    made = Session()
    made._on_loaded((model, plane(model.token_embeddings(), model.labels())))
    yield made
    made.shutdown()


def operands(explanation):
    return dict(explanation.operands)


def test_every_number_of_a_text_adds_up_and_its_python_prints_it(model, folder):
    trace = model.trace(TEXT)
    tokens = (*trace.before, *trace.tokens)
    vocab = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    table = safetensors.numpy.load_file(folder / "model.safetensors")["transformer.wte.weight"]
    assert trace.before
    for at, token in enumerate(tokens):
        made = vocabulary_explanations.number_in_text(model, trace, at)
        assert made.result == str(token.id)
        assert made.title == f"The number of {token.label}"
        said = operands(made)
        counts = [number(said[name]) for name in said if name.startswith(("tokens ", "single "))]
        assert sum(counts) == token.id
        row = next(value for name, value in said.items() if name.startswith("what it is for"))
        first = number(row.split(",")[0])
        assert first == pytest.approx(float(table[token.id, 0]), abs=6e-4)
        if at % 4 == 0:
            assert printed(made.python) == made.result
        assert token.id in vocab.values()


def test_pieces_that_nobody_would_type_are_found_by_their_bytes(model):
    trace = model.trace("the")
    drawn = model.trace_ids([200, *model.tokenizer.ids(" "), *model.tokenizer.ids("t")])
    assert model.tokenizer.ids(drawn.text) != drawn.ids.tolist()
    for one, at in ((trace, 0), (drawn, 2)):
        made = vocabulary_explanations.number_in_text(model, one, at)
        assert printed(made.python) == made.result == str(one.tokens[at].id)
    made = vocabulary_explanations.number(model, model.tokenizer.end_of_text)
    assert "marks something" in operands(made)["where it is from"]
    assert printed(made.python) == made.result


def test_sizes_and_counts(model, monkeypatch):
    from core import corpus

    raw = model.tokenizer.raw(200)
    for in_bytes, expected in ((True, len(raw)), (False, len(raw.decode(errors="replace")))):
        made = vocabulary_explanations.size(model, 200, in_bytes=in_bytes)
        assert printed(made.python) == made.result == str(expected)
    words = operands(vocabulary_explanations.size(model, 200, in_bytes=True))
    numbers = [int(each) for each in words["its bytes, as numbers"].split()]
    assert numbers == list(raw)
    assert [int(each, 16) for each in words["the same in base 16"].split()] == numbers
    texts = ["They walked along the river. " * 30] * 3
    monkeypatch.setattr(corpus, "documents", lambda _seed, _part: iter(texts))
    [the] = model.tokenizer.ids(" the")
    n = sum(model.tokenizer.ids(text).count(the) for text in texts)
    made = vocabulary_explanations.count(model, the, n)
    assert printed(made.python) == made.result == str(n)


# --- with the mouse and the keyboard


@pytest.fixture(params=[TokensPage, Overview])
def page(qtbot, session, request):
    made = request.param(session)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    made.strip.number_asked.emit(0, QPoint(0, 0))  # without a text nothing happens
    session.set_prompt("They walked to the bank")
    qtbot.waitUntil(lambda: bool(made.strip._tokens))
    return made


def said(page):
    card = shown(page.window())
    text = card.findChild(QLabel, "explanationResult").text()
    card.close()
    return text


def chip(page, position):
    return page.strip._find(position)[1]


def test_a_click_on_a_number_explains_it_and_selects_nothing(page, session, qtbot):
    for position in (0, 2):
        at = chip(page, position).number_rect.center().toPoint()
        qtbot.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=at)
        assert said(page) == str(session.trace.tokens[position].id)
    assert session.selection.token is None


def test_a_click_on_the_word_above_selects_it(page, session, qtbot):
    at = chip(page, 2).rect.center().toPoint() - QPoint(0, 10)
    qtbot.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=at)
    assert session.selection.token == 2


def test_the_keyboard_asks_where_its_cursor_is(page, session, qtbot):
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(page.strip, key)
    qtbot.keyClick(page.strip, "?")
    assert said(page) == str(session.trace.tokens[2].id)


def test_the_number_under_the_mouse_looks_like_one_that_can_be_clicked(page, qtbot):
    strip, number = page.strip, chip(page, 1).number_rect.center()
    qtbot.mouseMove(strip, QPoint(1, 1))
    qtbot.mouseMove(strip, number.toPoint())
    assert strip.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert strip._asking == chip(page, 1)
    asked = strip.grab(chip(page, 1).rect.toRect()).toImage()
    qtbot.mouseMove(strip, number.toPoint() - QPoint(0, 20))
    assert strip.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert strip.grab(chip(page, 1).rect.toRect()).toImage() != asked
    at = number.toPoint()
    QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert "Click the number" in QToolTip.text()
    QToolTip.hideText()
    qtbot.mouseMove(strip, at)
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert strip._asking is None


def test_older_tokens_have_numbers_too_but_what_counts_them_has_none(page, session, qtbot):
    session.set_prompt("They walked to the bank " * 6)
    qtbot.waitUntil(lambda: bool(page.strip._older))
    strip, trace = page.strip, session.trace
    strip._bar.setValue(0)
    more, first, *_ = strip._chips()
    assert (more.token, more.at) == (None, None)
    assert trace.before[first.at] is first.token
    assert chip(page, 0).at == len(trace.before)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=more.number_rect.center().toPoint())
    at = first.number_rect.center().toPoint()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)
    assert said(page) == str(first.token.id)


def test_numbers_of_the_table_are_explained_and_words_appended(page, session, model, qtbot):
    if isinstance(page, Overview):
        pytest.skip("it has no table")
    table = page.table
    table.set_counts(np.arange(model.info.vocab_size) * 3, "made up")
    model_of = table.model
    expected = {ID: 0, CHARACTERS: 0, BYTES: 0, COUNT: 0}
    row = 270
    token_id = model_of.token_at(row)
    table.table.scrollTo(model_of.index(row, 0))
    raw = model.tokenizer.raw(token_id)
    expected = {
        ID: token_id,
        CHARACTERS: len(raw.decode(errors="replace")),
        BYTES: len(raw),
        COUNT: 3 * token_id,
    }
    viewport = table.table.viewport()
    for column, value in expected.items():
        at = table.table.visualRect(model_of.index(row, column)).center()
        qtbot.mouseMove(viewport, at)
        assert viewport.cursor().shape() == Qt.CursorShape.PointingHandCursor
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
        assert said(page) == f"{value:,}" or said(page) == str(value)
    assert session.prompt == "They walked to the bank"
    table.table.setCurrentIndex(model_of.index(row, TOKEN))
    qtbot.keyClick(table.table, "?")
    assert said(page) == str(token_id)
    at = table.table.visualRect(model_of.index(row, TOKEN)).center()
    qtbot.mouseMove(viewport, at)
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert session.prompt == "They walked to the bank" + model.tokenizer.text(token_id)


def test_two_chips_of_one_token_are_asked_about_each_by_itself(page, session, qtbot):
    session.set_prompt("the the the")
    qtbot.waitUntil(lambda: len(page.strip._tokens) > 2)
    at = chip(page, 2).number_rect.center().toPoint()
    with qtbot.waitSignal(page.strip.number_asked) as asked:
        qtbot.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args[0] == 2
    assert page.strip._number_at(QPointF(-5, -5)) is None
