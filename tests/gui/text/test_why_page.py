"""Why this word: shares by hand in float64, adding up as shown, each explained by its Python."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core.inference import Weights
from core.interventions import Off, Patch
from core.language_model import LanguageModel
from core.tokenizer import Tokenizer
from gui.export import csv_of, picture_of
from gui.text.why_page import WhyPage
from gui.text.why_study import Part
from gui.widgets.share_bars import HINT
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny
from tests.gui.text.reading import rest, use

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def page(qtbot, session):
    made = WhyPage(session)
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show()
    return made


def open_all(page, session, qtbot, n_layers=3):
    for kind in ("attention", "mlp"):
        for layer in range(n_layers):
            page.bars.opening_wanted.emit(Part(kind, layer), True)
            rest(qtbot, session)


def by_hand(model, trace, at, a, b):
    """Every part's share in float64, from the saved weights and the trace alone."""
    w = {name: array.astype(np.float64) for name, array in model.weights.arrays().items()}
    stream = trace.resid_post[-1, at].astype(np.float64)
    scale = math.sqrt(stream.var() + model.config.epsilon)
    direction = w["ln_f.weight"] * (w["wte.weight"][a] - w["wte.weight"][b])

    def share(part):
        return float((part - part.mean()) @ direction / scale)

    width = model.config.d_head
    shares = {
        Part("token"): share(w["wte.weight"][trace.ids[at]]),
        Part("place"): share(w["wpe.weight"][at]),
        Part("norm bias"): float((w["wte.weight"][a] - w["wte.weight"][b]) @ w["ln_f.bias"]),
    }
    for layer in range(model.config.n_layers):
        out, bias = w[f"h.{layer}.attn.c_proj.weight"], w[f"h.{layer}.attn.c_proj.bias"]
        for head in range(model.config.n_heads):
            z = trace.z[layer, head, at].astype(np.float64)
            own = z @ out[head * width : (head + 1) * width]
            shares[Part("head", layer, head)] = share(own)
        shares[Part("attention bias", layer)] = share(bias)
        out, bias = w[f"h.{layer}.mlp.c_proj.weight"], w[f"h.{layer}.mlp.c_proj.bias"]
        for index in range(model.config.d_mlp):
            own = float(trace.mlp_post[layer, at, index]) * out[index]
            shares[Part("neuron", layer, index)] = share(own)
        shares[Part("mlp bias", layer)] = share(bias)
    return shares


def test_without_a_prompt_it_says_what_to_do(page, session, model, qtbot):
    assert page.bars.accessibleDescription() == HINT
    use(qtbot, session, model, text="")
    assert page.bars.rows == ()
    assert [field.text() for field in page.fields] == ["", ""]


def test_the_two_likeliest_after_the_last_token_are_compared_first(page, session, model, qtbot):
    use(qtbot, session, model)
    a, b = np.argsort(-session.trace.logits[-1], kind="stable")[:2].tolist()
    label = model.tokenizer.label
    assert [field.text() for field in page.fields] == [label(a), label(b)]
    assert page._whys[0].made.position == len(session.trace.tokens) - 1
    session.select_token(2)
    rest(qtbot, session)
    a, b = np.argsort(-session.trace.logits[2], kind="stable")[:2].tolist()
    assert [field.text() for field in page.fields] == [label(a), label(b)]
    assert page._whys[0].made.tokens == (a, b)


@pytest.mark.parametrize("by_size", [False, True])
def test_every_share_is_right_and_all_add_up_to_the_scores_as_shown(
    page, session, model, qtbot, by_size
):
    use(qtbot, session, model)
    page.switch.choose(int(by_size))
    open_all(page, session, qtbot)
    at = page._whys[0].made.position
    expected = by_hand(model, session.trace, at, *page._whys[0].made.tokens)
    rows = {row.part: row for row in page.bars.rows}
    for part, row in rows.items():
        if part in expected:
            assert row.value == pytest.approx(expected[part], abs=1e-6)
    for layer in range(3):
        own = [v for p, v in expected.items() if p.layer == layer and p.kind.startswith("neuron")]
        listed = [p.which for p in rows if p.kind == "neuron" and p.layer == layer]
        assert listed == np.argsort(-np.abs(own), kind="stable")[:5].tolist()
    # Of each whole its parts, and of all the scores, by what is written on the screen.
    for layer, kind in ((n, kind) for n in range(3) for kind in ("attention", "mlp")):
        parts = [
            row.value
            for part, row in rows.items()
            if part.layer == layer
            and row.level
            and ("head" in part.kind or "attention" in part.kind) is (kind == "attention")
        ]
        assert rows[Part(kind, layer)].value == pytest.approx(sum(parts), abs=1e-9)
    logits = session.trace.logits[at, list(page._whys[0].made.tokens)].astype(np.float64)
    total = sum(row.value for row in rows.values() if not row.level and not row.is_total)
    assert total == pytest.approx(logits[0] - logits[1], abs=1e-5)
    assert page.bars.rows[-1].value == pytest.approx(total, abs=1e-6)  # but for float32
    said = page._said.text()
    for value in (logits[0], logits[1], logits[0] - logits[1]):
        assert f"{value:.3f}".replace("-", MINUS) in said
    if by_size:
        sizes = [abs(row.value) for row in page.bars.rows if not row.level][:-1]
        assert sizes == sorted(sizes, reverse=True)


def test_every_number_is_explained(page, session, model, qtbot):
    use(qtbot, session, model)
    open_all(page, session, qtbot)
    kinds = set()
    for row in page.bars.rows:
        if row.part.kind in kinds:
            continue
        kinds.add(row.part.kind)
        page.bars.number_asked.emit(row.part, QPoint(5, 5))
        card = shown(page.window())
        value = pytest.approx(row.value, rel=1e-4, abs=2e-5)
        assert number(card.findChild(QLabel, "explanationResult").text()) == value
        assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
        card.close()
    assert len(kinds) == 11


CHANGES = [
    Off(0, "mlp"),
    Off(1, "attention", instead="mean"),
    Patch(2, "mlp", 0, 7, tuple(map(float, range(16)))),
]


def test_a_change_has_its_own_row_and_all_still_adds_up(page, session, model, qtbot):
    use(qtbot, session, model)
    last = len(session.trace.tokens) - 1
    use(qtbot, session, model, changes=[*CHANGES[:2], replace(CHANGES[2], position=last)])
    open_all(page, session, qtbot)
    rows = {row.part: row for row in page.bars.rows}
    assert {Part("change", 1), Part("change", 2)} <= rows.keys()
    assert Part("change", 0) not in rows
    assert rows[Part("mlp", 0)].value == rows[Part("mlp", 2)].value == 0
    assert not [part for part in rows if part.kind == "neuron" and part.layer != 1]
    at, tokens = page._whys[0].made.position, list(page._whys[0].made.tokens)
    own, plain = (
        float(trace.logits[at, tokens[0]]) - float(trace.logits[at, tokens[1]])
        for trace in (session.trace, session.plain)
    )
    total = sum(row.value for row in rows.values() if not row.level and not row.is_total)
    assert total == pytest.approx(own, abs=1e-5)
    assert page._said.text().endswith(f"it would be {plain:.3f}.".replace("-", MINUS))
    for part in (Part("change", 1), Part("mlp", 0), Part("attention", 2), Part("total")):
        page.bars.number_asked.emit(part, QPoint(5, 5))
        card = shown(page.window())
        value = pytest.approx(rows[part].value, rel=1e-3, abs=2e-5)
        assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
        card.close()


def test_words_are_typed_completed_swapped_and_given_back(page, session, model, qtbot):
    use(qtbot, session, model)
    label = model.tokenizer.label
    before = page._whys[0].made.tokens
    field = page.fields[0]
    field.clear()
    qtbot.keyClicks(field, "riv")
    assert "river" in field.offered()
    field.setText("river")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, session)
    (river,) = model.tokenizer.ids(" river")
    assert page._whys[0].made.tokens == (river, before[1])
    assert field.text() == label(river)
    page.findChild(QPushButton, "whySwapButton").click()
    rest(qtbot, session)
    assert page._whys[0].made.tokens == (before[1], river)
    assert [each.text() for each in page.fields] == [label(before[1]), label(river)]
    session.select_token(1)  # what was chosen by hand stays
    rest(qtbot, session)
    assert page._whys[0].made.tokens == (before[1], river)
    assert page._whys[0].made.position == 1
    page.findChild(QPushButton, "whyTopButton").click()
    rest(qtbot, session)
    assert page._whys[0].made.tokens == tuple(np.argsort(-session.trace.logits[1])[:2].tolist())


@pytest.mark.parametrize(("typed", "said"), [("xqzt", "no single token"), ("  ", "Type a word")])
def test_a_word_that_is_none_gets_a_sentence_and_nothing_is_lost(
    page, session, model, qtbot, typed, said
):
    use(qtbot, session, model)
    before = page._whys
    page.fields[1].setText(typed)
    qtbot.keyClick(page.fields[1], Qt.Key.Key_Return)
    assert said in page._said.text()
    assert page._whys is before
    assert page.bars.rows


def test_a_word_against_itself_is_nothing(page, session, model, qtbot):
    use(qtbot, session, model)
    page.fields[1].setText(page.fields[0].text())
    page._chosen = (page._tokens[0],) * 2
    page._ask()
    rest(qtbot, session)
    assert "same token" in page._said.text()
    assert not any(row.value for row in page.bars.rows)


def test_a_click_on_a_head_opens_it(page, session, model, qtbot):
    use(qtbot, session, model)
    page.bars.row_chosen.emit(Part("head", 2, 1))
    assert (session.selection.layer, session.selection.head) == (2, 1)
    page.bars.row_chosen.emit(Part("token"))


def test_another_model_is_asked_anew(page, session, model, qtbot, tmp_path):
    use(qtbot, session, model)
    open_all(page, session, qtbot)
    page._chosen = (300, 301)
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    use(qtbot, session, other, text="T")
    assert len(page.bars.rows) == 6
    assert page._chosen is None
    made = page._whys[0].made
    expected = by_hand(other, session.trace, 0, *made.tokens)
    assert page.bars.rows[0].value == pytest.approx(expected[Part("token")], abs=1e-6)


def test_a_smaller_model_that_was_opened_elsewhere_is_not_asked_about_the_old_ones_words(
    page, session, model, qtbot, tmp_path
):
    use(qtbot, session, model)
    page._chosen = (len(model.weights.wte) - 1, 0)
    page.hide()
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    small = Tokenizer.train(["The cat "] * 9, 260)
    wte = other.weights.arrays() | {"wte.weight": other.weights.wte[: small.vocab_size].copy()}
    config = replace(other.config, vocab_size=small.vocab_size)
    other = LanguageModel(Weights(config, wte), small, "small")
    session._language_model, session.model, session.trace = other, other.info, None
    session.trace_changed.emit(None)
    session.model_changed.emit(other.info)
    session.trace = other.trace("The cat")
    session.trace_changed.emit(session.trace)
    page.show()
    rest(qtbot, session)
    assert page._chosen is None
    assert len(page.bars.rows) == 6


def test_a_broken_model_has_shares_that_are_no_numbers(page, session, model, qtbot):
    arrays = dict(model.weights.arrays())
    arrays["h.1.mlp.c_proj.bias"] = np.full_like(arrays["h.1.mlp.c_proj.bias"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    use(qtbot, session, broken)
    assert "no numbers" in page._said.text()
    assert all(math.isnan(row.value) for row in page.bars.rows if row.part.kind == "token")
    assert not page.grab().isNull()
    use(qtbot, session, model)
    assert page.bars.rows[-1].value == pytest.approx(page._whys[0].made.total)


def test_it_is_a_picture_and_a_table(page, session, model, qtbot):
    use(qtbot, session, model)
    figure = page._figure()
    assert not picture_of(figure.widget).isNull()
    lines = csv_of(figure.table()).decode().splitlines()
    rows = [line.split(",") for line in lines[1:]]
    whole = ("token", "place", "attention", "mlp", "norm bias")
    total = sum(float(row[3]) for row in rows if row[0] in whole)
    assert total == pytest.approx(float(rows[-1][3]), abs=1e-6)
    assert rows[-1][0] == "total"
    assert len([row for row in rows if row[0] == "head"]) == 3 * 2
