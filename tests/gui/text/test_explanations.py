"""Every number that the pages explain: its Python, run by itself, gives what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel

from core.config import SamplingConfig
from core.interventions import Look, Off, Patch
from core.language_model import LanguageModel
from gui.explanation import script
from gui.session import Session
from gui.text import explanations
from gui.text.explanations import read_again
from gui.text.overview import Overview
from gui.widgets.prediction_rows import rows_of
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

TEXT = "They walked along 'the' river\nto the bank 🦊"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def trace(model):
    return model.trace(TEXT)


def agrees(explanation, value):
    """Shown, and printed by the Python, is the very number."""
    assert number(explanation.result) == pytest.approx(float(value), rel=1e-5, abs=1e-9)
    assert float(printed(explanation.python)) == pytest.approx(float(value), rel=1e-5, abs=1e-9)


def operand(explanation, name):
    return number(dict(explanation.operands)[name].split("= ")[-1])


@pytest.mark.parametrize("cell", [(0, 0), (5, 2), (9, 9), (2, 7)])
def test_attention(model, trace, cell):
    made = explanations.attention(model, trace, 1, 0, *cell)
    agrees(made, trace.pattern[1, 0][cell])
    if cell[1] <= cell[0]:
        score = operand(made, "q · k") / operand(made, "√D")
        assert score == pytest.approx(operand(made, "score"), rel=1e-4)
        share = operand(made, "e^score") / operand(made, f"sum of {cell[0] + 1} such")
        assert share == pytest.approx(trace.pattern[1, 0][cell], rel=1e-4)


def test_a_text_longer_than_the_context_is_explained_as_it_was_read(model):
    trace = model.trace(TEXT * 5)
    assert trace.before
    agrees(explanations.attention(model, trace, 0, 1, 30, 4), trace.pattern[0, 1, 30, 4])


def test_a_written_text_is_explained_as_it_was_drawn(model):
    *_, trace = model.write("They", SamplingConfig(), 3, 20)
    assert model.tokenizer.ids(trace.text) != trace.ids.tolist()
    agrees(explanations.attention(model, trace, 0, 1, 15, 4), trace.pattern[0, 1, 15, 4])


CHANGES = [
    Off(0, "head", 1),
    Off(1, "mlp", instead="mean"),
    Look(1, 0, 5, 2, 0.75, 0, 0),
    Patch(0, "mlp", 0, 3, (0.25,) * 16),
]


@pytest.mark.parametrize("is_written", [False, True])
def test_what_was_changed_is_part_of_the_python(model, trace, is_written):
    ids = trace.ids.tolist()
    if is_written:
        *_, trace = model.write("They", SamplingConfig(), 3, 9)
        ids = trace.ids.tolist()
        assert model.tokenizer.ids(trace.text) != ids
    changes = [
        replace(each, row_id=ids[5], column_id=ids[2]) if isinstance(each, Look) else each
        for each in CHANGES
    ]
    altered = model.trace_ids(ids, changes)
    altered = replace(altered, text=trace.text, tokens=trace.tokens)
    assert len(altered.changes) == 4
    python = script(model.info.folder, [*read_again(model, altered), "print(trace.logits[-1, 7])"])
    value = float(altered.logits[-1, 7])
    assert float(printed(python)) == pytest.approx(value, rel=1e-5)
    assert value != pytest.approx(float(trace.logits[-1, 7]), rel=1e-3)
    assert python.index("from core.interventions import Look, Off, Patch") < python.index("folder")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_the_sum_of_token_and_position(model, trace, part):
    whole = (trace.token_embed, trace.pos_embed, trace.resid_pre[0])[part]
    made = explanations.addition(model, trace, part, 3, 11)
    agrees(made, whole[3, 11])
    if part == 2:
        assert sum(number(value) for _, value in made.operands) == pytest.approx(
            float(whole[3, 11]), rel=1e-4
        )


@pytest.mark.parametrize(
    "sampling",
    [
        SamplingConfig(),
        SamplingConfig(0.7, 0, 1),
        SamplingConfig(1.3, 5, 0.9),
        SamplingConfig(0, 0, 1),
    ],
)
def test_probabilities(model, trace, sampling):
    prediction = model.predict(trace, sampling)
    rows = rows_of(prediction)
    for row in (0, 3, 12, len(rows) - 1):
        made = explanations.probability(model, trace, prediction, sampling, row)
        agrees(made, rows[row].probability)
    first = explanations.probability(model, trace, prediction, sampling, 0)
    assert operand(first, "score (logit)") == pytest.approx(prediction.candidates[0].logit, 1e-5)
    assert ("temperature" in dict(first.operands)) == (sampling.temperature not in (0, 1))


def test_the_overview_explains_the_cell_that_was_asked_for(qtbot, model, trace):
    session = Session()
    tab = Overview(session)
    qtbot.addWidget(tab)
    tab.show()
    tab.map.number_asked.emit((0, 0), QPoint(0, 0))  # without a model nothing happens
    session._language_model, session.model, session.trace = model, model.info, trace
    session.trace_changed.emit(trace)
    session.select_head(1, 1)
    tab.map.number_asked.emit((4, 1), QPoint(9, 9))
    card = shown(tab.window())
    result = card.findChild(QLabel, "explanationResult").text()
    assert number(result) == pytest.approx(float(trace.pattern[1, 1, 4, 1]), rel=1e-5)
    tab.show_view("order")
    tab.order.number_asked.emit((2, 4, 1), QPoint(9, 9))
    result = shown(tab.window()).findChild(QLabel, "explanationResult").text()
    assert number(result) == pytest.approx(float(trace.resid_pre[0, 4, 1]), rel=1e-5)
    shown(tab.window()).close()
    session.shutdown()
