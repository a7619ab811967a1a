"""The positions page: what it shows is the model's, and its Python gives the very numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton

from core.inference import Weights
from core.language_model import LanguageModel
from gui.export import csv_of, picture_of
from gui.text.positions_page import BROKEN, NO_MODEL, PositionsPage
from gui.widgets.sum_strips import HINT
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture
def page(qtbot, session):
    made = PositionsPage(session)
    qtbot.addWidget(made)
    made.resize(700, 460)
    made.show()
    return made


def use(qtbot, session, model, text="They walked to the bank"):
    session._language_model, session.model = model, model.info
    session.trace = model.trace(text)
    session.model_changed.emit(model.info)
    session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: not session.studies.is_busy())


def test_without_a_model_it_says_so(page):
    assert page.pictures["learned"]._hint == NO_MODEL
    assert page.strips._hint == HINT
    assert not page.grab().isNull()


def test_learned_and_formula_are_of_one_size_and_point_at_one_place(page, session, model, qtbot):
    use(qtbot, session, model)
    learned, formula = page.pictures.values()
    np.testing.assert_array_equal(learned._values, model.weights.wpe)
    assert formula._values.shape == learned._values.shape
    assert page._about["learned"].text() == "32 places, 16 numbers each"
    qtbot.mouseMove(learned, learned._spot((7, 3)).center().toPoint())
    assert formula._cell == (7, 3)
    session.select_token(2)
    assert learned._marked == formula._marked == 2


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize("side", ["learned", "formula"])
@pytest.mark.parametrize("cell", [(0, 0), (9, 4), (3, 15)])
def test_every_number_is_explained(page, session, model, qtbot, view, side, cell):
    use(qtbot, session, model)
    page.switch.choose(view)
    picture = page.pictures[side]
    picture.number_asked.emit(cell, QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(picture._values[cell]), rel=1e-4, abs=1e-6)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_the_sum_is_of_the_selected_token_else_of_the_last(page, session, model, qtbot):
    use(qtbot, session, model)
    trace = session.trace
    last = len(trace.tokens) - 1
    np.testing.assert_array_equal(page.strips._values[2], trace.resid_pre[0, last])
    back, on = (page.findChild(QToolButton, f"token{each}Button") for each in ("Before", "After"))
    assert not on.isEnabled()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.selection.token == last - 1
    np.testing.assert_array_equal(page.strips._values[0], trace.token_embed[last - 1])
    page.strips.number_asked.emit((2, 4), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(trace.resid_pre[0, last - 1, 4]), rel=1e-5)
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()
    session.select_token(0)
    assert not back.isEnabled()


def test_an_empty_prompt_leaves_the_pictures(page, session, model, qtbot):
    use(qtbot, session, model, text="")
    assert page.pictures["formula"]._values is not None
    assert page.strips._values is None
    assert not any(button.isEnabled() for button in page._steps)


def test_another_model_is_studied_anew(page, session, model, qtbot, tmp_path):
    use(qtbot, session, model)
    other = LanguageModel.load(save_tiny(tmp_path / "other", d_model=24, context=16, seed=4))
    use(qtbot, session, other)
    assert page.pictures["learned"]._values.shape == (16, 24)


def test_broken_weights_are_said_not_shown(page, session, model, qtbot):
    arrays = dict(model.weights.arrays())
    arrays["wpe.weight"] = np.full_like(arrays["wpe.weight"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    session._language_model = broken
    session.model = replace(model.info, non_finite=True)
    session.model_changed.emit(session.model)
    qtbot.waitUntil(lambda: page.pictures["learned"]._hint == BROKEN)
    assert page.pictures["learned"]._values is None


def test_its_figures_are_pictures_and_tables(page, session, model, qtbot):
    use(qtbot, session, model)
    for view, columns in ((0, 16), (1, 32)):
        page.switch.choose(view)
        figure = page._figure()
        lines = csv_of(figure.table()).decode().splitlines()
        assert len(lines) == 1 + 2 * 32
        assert len(lines[1].split(",")) == 2 + columns
        assert not picture_of(figure.widget).isNull()
    lines = csv_of(page._sum_figure().table()).decode().splitlines()
    first, second, total = map(float, lines[4].split(",")[1:])
    assert first + second == pytest.approx(total, abs=1e-6)
