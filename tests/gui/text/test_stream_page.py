"""The stream page: lengths by hand in float64."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton

from core.inference import Weights
from core.interventions import Off
from core.language_model import LanguageModel
from gui.export import csv_of, picture_of
from gui.text.stream_page import BROKEN, StreamPage
from gui.widgets.stream_lengths import Part
from gui.widgets.stream_picture import HINT
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture
def page(qtbot, session):
    made = StreamPage(session)
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


def use(session, model, text="They walked to the bank", changes=()):
    session._language_model, session.model = model, model.info
    session.trace = model.trace(text, changes=changes)
    session.model_changed.emit(model.info)
    session.trace_changed.emit(session.trace)


def length(vector):
    return np.sqrt((vector.astype(np.float64) ** 2).sum(axis=-1))


def test_without_a_prompt_it_says_what_to_do(page, session, model):
    use(session, model, text="")
    assert page.picture.lengths is None
    assert page.picture.accessibleDescription() == HINT


def test_lengths_are_those_of_the_selected_token_else_of_the_last(page, session, model, qtbot):
    use(session, model)
    trace = session.trace
    last = len(trace.tokens) - 1
    for at in (last, last - 1):
        made = page.picture.lengths
        assert made.label == trace.tokens[at].label
        stream = np.concatenate([trace.resid_pre[:1], trace.resid_post])
        np.testing.assert_allclose(made.stream, length(stream[:, at]), rtol=1e-6)
        np.testing.assert_allclose(made.attention, length(trace.attn_out[:, at]), rtol=1e-6)
        np.testing.assert_allclose(made.feed_forward, length(trace.mlp_out[:, at]), rtol=1e-6)
        assert made.token == pytest.approx(length(trace.token_embed[at]))
        assert made.place == pytest.approx(length(trace.pos_embed[at]))
        back = page.findChild(QToolButton, "streamTokenBefore")
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.selection.token == last - 2


@pytest.mark.parametrize("changes", [(), (Off(0, "attention"), Off(1, "head", 1))])
def test_every_number_is_explained(page, session, model, changes):
    use(session, model, changes=changes)
    for part in page.picture.spots():
        page.picture.number_asked.emit(part, QPoint(5, 5))
        card = shown(page.window())
        value = pytest.approx(page.picture.lengths.of(part), rel=1e-5)
        assert number(card.findChild(QLabel, "explanationResult").text()) == value
        assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
        card.close()
    assert (page.picture.lengths.of(Part("attention", 0)) == 0) == bool(changes)


def test_another_model_and_a_broken_one(page, session, model, tmp_path):
    use(session, model)
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    use(session, other, text="T")
    assert len(page.picture.lengths.attention) == 1
    arrays = dict(model.weights.arrays())
    arrays["h.1.mlp.c_proj.bias"] = np.full_like(arrays["h.1.mlp.c_proj.bias"], np.nan)
    use(session, LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken"))
    assert page.picture.lengths is None
    assert page.picture.accessibleDescription() == BROKEN


def test_it_is_a_picture_and_a_table_of_all_tokens(page, session, model):
    use(session, model)
    figure = page._figure()
    assert not picture_of(figure.widget).isNull()
    lines = [line.split(",") for line in csv_of(figure.table()).decode().splitlines()]
    assert len(lines) == 1 + 3 * len(session.trace.tokens)
    assert lines[1][4:] == ["", ""]
    assert float(lines[3][3]) == pytest.approx(length(session.trace.resid_post[1, 0]))
    assert float(lines[3][4]) == pytest.approx(length(session.trace.attn_out[1, 0]))
    assert float(lines[3][5]) == pytest.approx(length(session.trace.mlp_out[1, 0]))
