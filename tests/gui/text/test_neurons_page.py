"""The neurons page: what fires, how one adds up, what it speaks for, and where it fires most."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core.corpus import some
from core.inference import Weights
from core.interventions import Off
from core.language_model import LanguageModel
from gui.export import csv_of, picture_of
from gui.text import neuron_examples
from gui.text.layers_page import LayersPage
from gui.text.neurons_page import BROKEN, EXAMPLES, HINT, NET, VOCABULARY, NeuronsPage
from gui.text.why_page import WhyPage
from gui.text.why_study import Part
from gui.widgets.neuron_net import Spot
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny
from tests.gui.text.reading import rest, use

TEXTS = (
    "The cat climbed up the tree.",
    "They walked along the river to the bank and sat there for a while, all of them.",
    "The tree. The cat.",
)


@pytest.fixture(autouse=True)
def texts(monkeypatch):
    """Made at once, not by a process of their own."""
    monkeypatch.setattr(neuron_examples._Search, "_made", lambda _self: TEXTS)


@pytest.fixture
def page(qtbot, session):
    made = NeuronsPage(session)
    qtbot.addWidget(made)
    made.resize(960, 620)
    made.show()
    return made


def gelu(x):
    return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def load(session, model, text="They"):
    """Another model, in the order in which a session tells of it."""
    session._language_model, session.model = model, model.info
    session.trace = None
    session.trace_changed.emit(None)
    session.model_changed.emit(model.info)
    session.trace = model.trace(text)
    session.trace_changed.emit(session.trace)


def test_a_model_that_was_opened_elsewhere_is_there_when_the_page_is_shown(
    page, session, model, qtbot, tmp_path
):
    use(qtbot, session, model)
    page.hide()
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    load(session, other)
    page.show()
    rest(qtbot, session)
    assert len(page.list.rows) == 12
    assert {row.key[0] for row in page.list.rows} == {0}
    assert page.picture.scene is not None


def test_a_search_ends_with_its_model_though_the_page_is_hidden(
    page, session, model, qtbot, tmp_path
):
    use(qtbot, session, model)
    page.examples.search.start(model)
    page.hide()
    load(session, LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4)))
    assert not page.examples.search.is_running(model)


def test_without_a_prompt_it_says_what_to_do(page, session, model, qtbot):
    use(qtbot, session, model, text="")
    assert page.list.accessibleDescription() == HINT
    assert page.picture.scene is None


def test_the_neurons_that_fire_most_are_listed_with_what_they_speak_for(
    page, session, model, qtbot
):
    use(qtbot, session, model)
    values = session.trace.mlp_post[:, -1]  # (3, M)
    order = np.argsort(-values.ravel(), kind="stable")[:12]
    assert [row.key for row in page.list.rows] == [divmod(int(n), values.shape[1]) for n in order]
    weights = {k: v.astype(np.float64) for k, v in model.weights.arrays().items()}
    for row in page.list.rows:
        layer, index = row.key
        assert row.value == values[layer, index]
        assert row.note == f"says {model.tokenizer.label(int(pushed(weights, *row.key).argmax()))}"
    page.layer.setCurrentIndex(2)
    rest(qtbot, session)
    assert {row.key[0] for row in page.list.rows} == {1}


def pushed(weights, layer, index):
    """(V,) by hand."""
    row = weights[f"h.{layer}.mlp.c_proj.weight"][index]
    scores = weights["wte.weight"] @ ((row - row.mean()) * weights["ln_f.weight"])
    return scores - scores.mean()


def test_one_neuron_adds_up_from_the_stream_to_what_it_adds(page, session, model, qtbot):
    use(qtbot, session, model)
    w = {k: v.astype(np.float64) for k, v in model.weights.arrays().items()}
    for place in [page.list.rows[0].key, (0, 5), (2, 11)]:
        page.choose(place)
        rest(qtbot, session)
        layer, index = place
        x = session.trace.resid_mid[layer, -1].astype(np.float64)
        x = (x - x.mean()) / math.sqrt(x.var() + model.config.epsilon)
        x = x * w[f"h.{layer}.ln_2.weight"] + w[f"h.{layer}.ln_2.bias"]
        products = x * w[f"h.{layer}.mlp.c_fc.weight"][:, index]
        bias = w[f"h.{layer}.mlp.c_fc.bias"][index]
        net = page.picture.scene
        order = np.argsort(-np.abs(products), kind="stable")
        assert list(net.inputs) == order[:6].tolist()
        np.testing.assert_allclose(net.products, products[order[:6]], atol=1e-5)
        assert net.rest == pytest.approx(products[order[6:]].sum(), abs=1e-5)
        assert net.total == pytest.approx(products.sum() + bias, abs=1e-5)
        value = gelu(products.sum() + bias)
        assert net.activations[net.chosen] == pytest.approx(value, abs=1e-5)
        adds = value * w[f"h.{layer}.mlp.c_proj.weight"][index]
        order = np.argsort(-np.abs(adds), kind="stable")[:6]
        assert list(net.outputs) == order.tolist()
        np.testing.assert_allclose(net.adds, adds[order], atol=1e-5)
        whole = session.trace.mlp_out[layer, -1, order]
        np.testing.assert_allclose(net.whole, whole, atol=1e-6)
        assert f"neuron {index + 1}" in page._heading.text()
    assert "big sister" in page._sister.text()


def test_its_words_are_both_ends_of_what_it_pushes(page, session, model, qtbot):
    use(qtbot, session, model)
    page.choose((1, 7))
    rest(qtbot, session)
    page.switch.choose(VOCABULARY)
    weights = {k: v.astype(np.float64) for k, v in model.weights.arrays().items()}
    expected = pushed(weights, 1, 7)
    order = np.argsort(expected)
    assert [row.key for row in page.down.rows] == order[:10].tolist()
    assert [row.key for row in page.up.rows] == order[::-1][:10].tolist()
    for row in (*page.up.rows, *page.down.rows):
        assert row.value == pytest.approx(expected[row.key], abs=1e-5)


def test_every_number_is_explained(page, session, model, qtbot):
    use(qtbot, session, model, changes=[Off(0, "attention")])
    page.choose((1, 7))
    rest(qtbot, session)
    assert page.up.rows == ()  # what is not seen is not worked out
    page.switch.choose(VOCABULARY)
    net = page.picture.scene
    asked = [
        (page.picture, Spot("input", 2), net.products[2]),
        (page.picture, Spot("rest"), net.rest),
        (page.picture, Spot("bias"), net.bias),
        (page.picture, Spot("hidden", net.chosen), net.activations[net.chosen]),
        (page.picture, Spot("output", 1), net.adds[1]),
        (page.list, page.list.rows[3].key, page.list.rows[3].value),
        (page.up, page.up.rows[0].key, page.up.rows[0].value),
        (page.down, page.down.rows[4].key, page.down.rows[4].value),
    ]
    for figure, what, value in asked:
        figure.number_asked.emit(what, QPoint(5, 5))
        card = shown(page.window())
        expected = pytest.approx(float(value), rel=1e-4, abs=1e-5)
        assert number(card.findChild(QLabel, "explanationResult").text()) == expected
        assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == expected
        card.close()


def test_another_neuron_is_chosen_from_the_list_and_from_the_net(page, session, model, qtbot):
    use(qtbot, session, model)
    third = page.list.rows[2].key
    page.list.row_chosen.emit(third)
    rest(qtbot, session)
    assert page._study.chosen == third
    net = page.picture.scene
    neighbour = next(n for n in net.hidden if n != third[1])
    page.picture.neuron_chosen.emit(neighbour)
    rest(qtbot, session)
    assert page._study.chosen == (third[0], neighbour)
    session.select_token(1)  # it is kept at another token
    rest(qtbot, session)
    assert page._study.chosen == (third[0], neighbour)
    assert page._study.position == 1


# --- examples


def found_by_hand(model, layer, index):
    """(activation, text, position) in each text, strongest first."""
    found = []
    for number_, text in enumerate(TEXTS):
        trace = model.trace_ids(model.tokenizer.ids(text)[: model.config.context])
        values = trace.mlp_post[layer, :, index]
        found.append((float(values.max()), number_, int(values.argmax())))
    return sorted(found, key=lambda one: (-one[0], one[1]))


def test_its_examples_are_where_it_fires_most(page, session, model, qtbot):
    use(qtbot, session, model)
    page.choose((1, 7))
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    expected = found_by_hand(model, 1, 7)
    assert len(page.examples.list.rows) == 3
    for row, (value, text, position) in zip(page.examples.list.rows, expected, strict=True):
        token = model.tokenizer.encode(TEXTS[text])[position]
        assert row.value == pytest.approx(value, abs=1e-5)
        assert row.token == TEXTS[text][token.start : token.end]
        assert TEXTS[text][: token.start].endswith(row.before)
        assert TEXTS[text][token.end :].startswith(row.after)
    assert page.examples._progress.isHidden()
    assert page.examples._go.isHidden()
    assert "not known" in page.examples._about.text()
    # Another neuron's are known already, and another visit searches nothing.
    page.choose((2, 0))
    rest(qtbot, session)
    assert page.examples.list.rows[0].value == pytest.approx(
        found_by_hand(model, 2, 0)[0][0], abs=1e-5
    )


def test_a_taken_example_is_the_prompt_up_to_where_it_fires(page, session, model, qtbot):
    use(qtbot, session, model)
    page.choose((1, 7))
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    row = page.examples.list.rows[0]
    session.select_token(1)
    page.examples.list.example_chosen.emit(0)
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy())
    assert session.prompt.endswith(row.before + row.token)
    assert page._study.chosen == (1, 7)
    assert page._study.hidden.activation == pytest.approx(row.value, abs=1e-4)


def test_a_search_shows_what_it_has_and_can_be_cancelled(page, session, model, qtbot, monkeypatch):
    monkeypatch.setattr(neuron_examples, "SLICE_S", 0.0)
    use(qtbot, session, model)
    seen = []
    page.examples.search.stepped.connect(
        lambda: seen.append((page.examples.search.found(model).done, len(page.examples.list.rows)))
    )
    page.examples.search.stepped.connect(
        lambda: page.examples._stop.click() if len(seen) == 2 else None
    )
    page.switch.choose(EXAMPLES)
    assert page.examples._progress.isVisible()
    assert page.examples._stop.isVisible()
    qtbot.waitUntil(lambda: len(seen) == 2 and not session.studies.is_busy())
    assert [round(done, 2) for done, _ in seen] == [0.33, 0.67]
    assert page.examples._go.isVisible()
    assert page.examples._progress.isHidden()
    assert len(page.examples.list.rows) == 2
    page.findChild(QPushButton, "exampleSearch").click()
    qtbot.waitUntil(lambda: page.examples.search.found(model).done == 1)
    rest(qtbot, session)
    assert len(page.examples.list.rows) == 3


def test_a_large_model_is_searched_only_when_asked(page, session, model, qtbot):
    large = LanguageModel(model.weights, model.tokenizer, "large", model.info.folder)
    large.info = replace(large.info, n_parameters=10**9)
    use(qtbot, session, large)
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    assert page.examples.search.found(large) is None
    assert page.examples._go.isVisible()
    page.examples._go.click()
    qtbot.waitUntil(lambda: len(page.examples.list.rows) == 3)
    rest(qtbot, session)


def test_a_model_swapped_in_mid_search_is_searched_anew(
    page, session, model, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(neuron_examples, "SLICE_S", 0.0)
    use(qtbot, session, model)
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    page.switch.choose(EXAMPLES)
    assert page.examples.search.is_running(model)
    use(qtbot, session, other)
    qtbot.waitUntil(lambda: page.examples.search.found(other) is not None)
    rest(qtbot, session)
    assert page.examples.search.found(other).done == 1
    found = page.examples.search.found(model)
    assert found is None or found.done < 1
    assert page._study.chosen[0] == 0
    assert page.layer.count() == 2


def test_an_example_is_explained_by_the_text_made_again(page, session, model, qtbot, monkeypatch):
    made = tuple(some(0, "held-out", 3))
    monkeypatch.setattr(neuron_examples._Search, "_made", lambda _self: made)
    use(qtbot, session, model)
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    page.examples.list.number_asked.emit(1, QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(page.examples.list.rows[1].value, rel=1e-4)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_texts_that_cannot_be_made_are_said(page, session, model, qtbot, monkeypatch, failures):
    def none(_self):
        raise neuron_examples.UserError(neuron_examples.NO_TEXTS)

    monkeypatch.setattr(neuron_examples._Search, "_made", none)
    use(qtbot, session, model)
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    assert [failure.sentence for failure in failures] == [neuron_examples.NO_TEXTS]
    assert page.examples._go.isVisible()


def test_the_real_texts_come_from_a_process_of_their_own(model, session, qtbot, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(neuron_examples, "TEXTS", 3)
    trained = {"text": {"name": "small-world"}, "settings": {"seed": 5}}
    own = LanguageModel(model.weights, model.tokenizer, "own", model.info.folder, trained)
    search = neuron_examples.NeuronExamples(session, session)
    search.start(own)
    qtbot.waitUntil(
        lambda: search.found(own) is not None and search.found(own).done == 1, timeout=60_000
    )
    assert search.found(own).texts == tuple(some(5, "train", 3))
    assert search.found(own).is_own
    search = neuron_examples.NeuronExamples(session, session)
    search.start(model)
    running = search._search
    qtbot.waitUntil(lambda: running._coming is not None)
    process = running._coming._process
    search.cancel()  # while the worker listens to the process, which ends
    qtbot.waitUntil(lambda: process.poll() is not None)
    rest(qtbot, session)
    assert search.found(model) is None


# --- bad input


def test_broken_weights_are_said_not_shown(page, session, model, qtbot):
    arrays = dict(model.weights.arrays())
    arrays["h.1.mlp.c_fc.bias"] = np.full_like(arrays["h.1.mlp.c_fc.bias"], np.nan)
    arrays["wte.weight"] = np.full_like(arrays["wte.weight"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    use(qtbot, session, broken)
    assert page.picture.accessibleDescription() == BROKEN
    page.switch.choose(EXAMPLES)
    rest(qtbot, session)
    use(qtbot, session, model)
    assert page.picture.scene is not None


@pytest.mark.parametrize("text", ["T", "They walked " * 30, "🦛 שלום"])
def test_one_token_and_a_full_context(page, session, model, qtbot, text):
    use(qtbot, session, model, text=text)
    assert len(page.list.rows) == 12
    for view in (NET, VOCABULARY, EXAMPLES):
        page.switch.choose(view)
        rest(qtbot, session)
        assert not page.grab().isNull()


def test_each_view_is_a_picture_and_a_table(page, session, model, qtbot):
    use(qtbot, session, model)
    for view, n_rows in ((NET, 16 + 3 + 16), (VOCABULARY, 20), (EXAMPLES, 3)):
        page.switch.choose(view)
        rest(qtbot, session)
        figure = page._figure()
        assert not picture_of(figure.widget).isNull()
        assert len(csv_of(figure.table()).decode().splitlines()) == 1 + n_rows


def test_a_neuron_of_the_shares_opens_here(session, model, qtbot):
    page = LayersPage(session)
    qtbot.addWidget(page)
    page.resize(960, 660)
    page.show()
    page.switch.choose(1)
    use(qtbot, session, model)
    page.findChild(WhyPage).bars.row_chosen.emit(Part("neuron", 2, 9))
    rest(qtbot, session)
    made = page.findChild(NeuronsPage)
    assert page.figures.currentWidget() is made
    assert made._study.chosen == (2, 9)
