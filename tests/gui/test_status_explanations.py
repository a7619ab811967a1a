"""The numbers in the window's foot: what they are made of, and the Python that finds them again."""

from __future__ import annotations

import pytest
import safetensors.numpy
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMainWindow

from core.generation import n_in_sight
from core.geometry import plane
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from gui import status_explanations
from gui.answers import Spent, Times
from gui.session import Session
from gui.status_explanations import answer_questions
from gui.widgets.status_line import StatusLine
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    made = save_tiny(tmp_path_factory.mktemp("models") / "tiny", 3, 5, 35, context=7)
    return LanguageModel.load(made)


def values(explanation):
    return {name: number(value) for name, value in explanation.operands if value[0].isdigit()}


@pytest.mark.parametrize("which", ["tiny", "bundled"])
def test_the_parameters_add_up_to_the_numbers_in_the_file(model, which):
    folder = SMALL_WORLD_MODEL
    if which == "bundled":
        model = LanguageModel.load(folder)
    else:
        folder = model.info.folder
    arrays = safetensors.numpy.load_file(f"{folder}/model.safetensors")
    total = sum(array.size for array in arrays.values())
    made = status_explanations.parameters(model)
    said = values(made)
    assert number(made.result) == total == model.info.n_parameters
    parts = [said[name] for name in said if name.split(",")[0] in PARTS]
    assert len(parts) == 4
    assert sum(parts) == total
    per_layer = sum(said[name] for name in said if name.split(",")[0] in OF_LAYER)
    assert per_layer * said["L, layers"] == said["all layers, L·(these three)"]
    sizes = {
        prefix: sum(array.size for name, array in arrays.items() if prefix in name)
        for prefix in (".h.0.attn", ".h.0.mlp", ".h.0.ln_")
    }
    assert list(sizes.values()) == [said[n] for n in said if n.split(",")[0] in OF_LAYER]
    assert printed(made.python) == str(total)


PARTS = ("table of tokens", "table of places", "all layers", "last norm")
OF_LAYER = ("attention", "neurons", "norms")


@pytest.mark.parametrize("text", ["", "The", "They walked along the river to the bank"])
def test_tokens_in_use_and_out_of_reach(model, text):
    trace = model.trace(text)
    made = status_explanations.tokens(model, trace)
    said = values(made)
    n_all = len(model.tokenizer.ids(text))
    assert said["tokens of the text"] == n_all
    n_seen = n_in_sight(n_all, 7)
    assert number(made.result) == n_seen
    assert said["older ones that it does not see"] == n_all - n_seen
    assert printed(made.python) == str(n_seen)


def test_the_time_is_the_sum_of_its_parts(model):
    spent = Spent.between(10.0, Times(10.001, 10.0055, 10.006), 10.0072)
    assert spent.total == pytest.approx(7.2)
    made = status_explanations.time_of_answer(model, model.trace("The cat"), spent)
    assert list(values(made).values()) == pytest.approx([1.0, 4.5, 0.5, 1.2])
    assert number(made.result) == 7.2
    assert float(printed(made.python)) > 0
    nothing = status_explanations.time_of_answer(model, None, spent)
    assert float(printed(nothing.python)) >= 0


@pytest.fixture
def window(qtbot, model):
    made, session = QMainWindow(), Session()
    line = StatusLine(made)
    made.setStatusBar(line)
    qtbot.addWidget(made)
    made.resize(900, 100)
    answer_questions(line, session)
    session.answered.connect(line.set_answer)
    line.set_model("tiny, 50 k parameters")
    made.show()
    made.session, made.line = session, line
    yield made
    session.shutdown()


def press(qtbot, window, name):
    label = window.line.findChild(QLabel, name)
    at = QPoint(5, label.height() // 2)
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton, pos=at)


def said(window):
    card = shown(window)
    text = card.findChild(QLabel, "explanationTitle").text()
    card.close()
    return text


def test_a_click_on_each_number_explains_it(qtbot, window, model):
    press(qtbot, window, "statusModel")  # without a model nothing happens
    session = window.session
    session._on_loaded((model, plane(model.token_embeddings(), model.labels())))
    session.set_prompt("They walked")
    qtbot.waitUntil(lambda: session.trace is not None)
    window.line.set_tokens(4, 7)
    for name, title in (
        ("statusModel", "Parameters of tiny: the numbers that it learnt"),
        ("statusTokens", "Tokens that the model looks at"),
        ("statusAnswer", "Time from the change of the text until its answer was here"),
    ):
        press(qtbot, window, name)
        assert said(window) == title
    label = window.line.findChild(QLabel, "statusAnswer")
    assert session.spent is not None
    assert number(label.text()) == pytest.approx(session.spent.total, abs=0.51)


def test_the_keyboard_reaches_and_asks(qtbot, window, model):
    session = window.session
    session._on_loaded((model, plane(model.token_embeddings(), model.labels())))
    label = window.line.findChild(QLabel, "statusModel")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    label.clearFocus()
    label.setFocus(Qt.FocusReason.TabFocusReason)
    ringed = label.grab().toImage()
    label.clearFocus()
    assert label.grab().toImage() != ringed
    label.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Return, "?"):
        qtbot.keyClick(label, key)
        assert said(window).startswith("Parameters")
    qtbot.waitUntil(lambda: not session.is_busy())


def test_only_the_text_can_be_clicked(qtbot, window):
    asked = []
    window.line.fact_asked.connect(lambda fact, at: asked.append((fact, at)))
    label = window.line.findChild(QLabel, "statusModel")
    beyond = QPoint(label.fontMetrics().horizontalAdvance(label.text()) + 9, 5)
    assert label.width() > beyond.x()
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton, pos=beyond)
    qtbot.mouseMove(label, beyond)
    assert label.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert asked == []
    qtbot.mouseMove(label, QPoint(3, 5))
    assert label.cursor().shape() == Qt.CursorShape.PointingHandCursor
    press(qtbot, window, "statusModel")
    assert [fact for fact, _ in asked] == ["model"]
    empty = window.line.findChild(QLabel, "statusTokens")
    qtbot.keyClick(empty, Qt.Key.Key_Return)
    assert len(asked) == 1
