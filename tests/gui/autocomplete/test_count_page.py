"""The page Count: what it shows is the counters' and the model's, and its Python gives it again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core import corpus
from core.counting import Source, behind, count
from core.errors import UserError
from core.inference import Weights
from core.language_model import LanguageModel
from core.tokenizer import Tokenizer
from gui.autocomplete import count_text, count_words
from gui.autocomplete.count_page import CountPage
from gui.autocomplete.count_text import Counting, Progress
from gui.export import csv_of, picture_of
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

AMOUNT = 20_000
TEXT = "The dog walked to the bank"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def known(model):
    """Counted here, in one go."""
    documents = corpus.text(0, "train", AMOUNT)
    return count(model.tokenizer, documents, Source(0, is_own=False))


@pytest.fixture
def page(qtbot, session):
    made = CountPage(session)
    qtbot.addWidget(made)
    made.study.set_amount(AMOUNT)
    made.resize(900, 640)
    made.show()
    return made


def use(qtbot, page, session, model, text=TEXT):
    session._language_model, session.model = model, model.info
    session.prompt, session.trace = text, model.trace(text)
    session.model_changed.emit(model.info)
    session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: not session.studies.is_busy(), timeout=60_000)


def test_without_a_model_or_a_text_it_says_what_to_do(page, session, model, qtbot):
    assert page.guesses._hint == count_words.NO_MODEL
    use(qtbot, page, session, model, text="")
    assert page.guesses._hint == count_words.EMPTY
    assert not page.grab().isNull()


def test_its_columns_are_the_counters_own(page, session, model, known, qtbot):
    use(qtbot, page, session, model)
    ids = session.trace.ids.tolist()
    columns = page.guesses.columns
    assert [column.title for column in columns] == [
        "Unigram",
        "Bigram",
        "Trigram",
        "Transformer",
    ]
    for column, counter in zip(columns, known.models, strict=False):
        likely = counter.probabilities(ids)
        assert [g.probability for g in column.guesses[:8]] == sorted(likely, reverse=True)[:8]
        assert all(g.probability == likely[g.id] for g in column.guesses[:8])
        assert sum(g.probability for g in column.guesses) == pytest.approx(1)
    logits = session.trace.logits[-1].astype(np.float64)
    likely = np.exp(logits) / np.exp(logits).sum()
    for guess in columns[3].guesses[:8]:
        assert guess.probability == pytest.approx(likely[guess.id], rel=1e-6)


def test_seen_and_never_seen_are_what_a_dictionary_says(page, session, model, qtbot):
    ids = []
    for document in corpus.text(0, "train", AMOUNT):
        ids += [*model.tokenizer.ids(document), model.tokenizer.end_of_text]
    pairs = Counter(pairwise(ids[:-1]))
    use(qtbot, page, session, model, text="The dog walked to the zzz")
    text = session.trace.ids.tolist()
    for t, reach in enumerate(page.curves._reaches, start=1):
        one = text[t - 1] in ids[:-1]
        both = t > 1 and (text[t - 2], text[t - 1]) in pairs
        assert reach == (2 if both else 1 if one else 0)
    assert page.curves._possible.tolist() == [1] + [2] * (len(text) - 2)
    trigram = page.guesses.columns[2]
    assert (text[-2], text[-1]) not in pairs
    assert trigram.is_warning
    assert "never seen:" in trigram.note
    use(qtbot, page, session, model)
    text = session.trace.ids.tolist()
    n = pairs[text[-2], text[-1]]
    assert n > 1
    assert page.guesses.columns[2].note == f"seen {n:,} times"


def test_every_key_is_followed_and_a_click_appends(page, session, model, qtbot, monkeypatch):
    use(qtbot, page, session, model)
    before = page.curves._labels
    session.prompt, session.trace = f"{TEXT} and", model.trace(f"{TEXT} and")
    session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: page.study.trace is session.trace)
    assert page.curves._labels[: len(before)] == before
    assert len(page.curves._labels) == len(session.trace.ids) - 1
    asked = []
    monkeypatch.setattr(session, "add_tokens", lambda *what: asked.append(what))
    rect = page.guesses._row_rect(2, 1)
    qtbot.mouseClick(
        page.guesses, Qt.MouseButton.LeftButton, pos=(rect.topLeft().toPoint() + QPoint(9, 6))
    )
    assert asked == [(f"{TEXT} and", (page.guesses.columns[2].guesses[1].id,))]


@pytest.mark.parametrize("text", [f"{TEXT} and", TEXT[:9], "The dog climbed to the bank", "A dog"])
def test_what_was_known_of_the_text_before_is_right_of_the_next(page, session, model, qtbot, text):
    use(qtbot, page, session, model)
    session.prompt, session.trace = text, model.trace(text)
    session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: page.study.trace is session.trace)
    logits = session.trace.logits.astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = [-np.log2(shares[t - 1, i]) for t, i in enumerate(session.trace.ids) if t]
    np.testing.assert_allclose(page.study.against.bits[3], expected, atol=1e-4)


@pytest.mark.parametrize("cell", [(0, 0), (1, 3), (2, 0), (2, 8), (3, 1), (3, 8)])
def test_every_guess_is_explained(page, session, model, qtbot, cell):
    use(qtbot, page, session, model)
    rect = page.guesses._number_rect(*cell)
    qtbot.mouseClick(page.guesses, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    card = shown(page.window())
    value = page.guesses.columns[cell[0]].guesses[cell[1]].probability
    value = pytest.approx(value, rel=1e-4, abs=1e-7)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


@pytest.mark.parametrize("point", [(0, 0), (1, 2), (2, 4), (3, 3)])
@pytest.mark.parametrize("text", [TEXT, "The dog walked to the bank. " * 5])
def test_every_surprise_is_explained(page, session, model, qtbot, point, text):
    use(qtbot, page, session, model, text)
    page.curves.number_asked.emit(point, QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(page.curves._bits[point]), rel=1e-3, abs=1e-5)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_what_was_counted_is_said(page, session, model, known, qtbot):
    use(qtbot, page, session, model)
    said = page._about.text()
    assert f"{known.n_characters:,} characters, {known.n_tokens:,} tokens" in said
    assert "not known here" in said
    assert "Small World" in said
    own = {"text": {"name": "small-world"}, "settings": {"seed": 0}, "tokens_seen": 10**6}
    mine = replace(known, source=Source(0, is_own=True))
    said = count_words.about(replace(model.info, training=own), mine, None)
    assert "text that this model learned from" in said
    assert f"read {10**6 / known.n_tokens:,.0f} times as many" in said
    book = {"text": {"name": "book.txt"}, "settings": {"seed": 0}}
    assert "is not here" in count_words.about(replace(model.info, training=book), known, None)


def test_a_hidden_page_lets_go_of_a_model_that_is_closed(
    page, session, model, qtbot, tmp_path, failures
):
    use(qtbot, page, session, model)
    page.study.set_amount(10 * AMOUNT)
    assert page.study.progress is not None
    page.hide()
    small = Tokenizer.train(["The cat "] * 9, 260)
    arrays = model.weights.arrays() | {"wte.weight": model.weights.wte[: small.vocab_size].copy()}
    config = replace(model.config, vocab_size=small.vocab_size)
    other = LanguageModel(Weights(config, arrays), small, "small")
    session._language_model, session.model = other, other.info
    session.model_changed.emit(other.info)
    assert page.study.progress is None
    page.study.changed.emit()  # what was known is still the old model's, and named by it
    assert failures == []
    assert page.study.model is model


def test_counting_is_stopped_and_goes_on(page, session, model, qtbot, monkeypatch):
    monkeypatch.setattr(count_text, "_kept", [])
    page.study.set_amount(200_000)
    session._language_model, session.model = model, model.info
    session.prompt = TEXT
    session.model_changed.emit(model.info)
    assert [page.guesses._hint, page.curves._hint] == [count_words.WAIT, count_words.LATER]
    button = page.findChild(QPushButton, "stopCountingButton")
    assert button.text() == count_words.STOP
    assert page.study.progress is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.study.progress is None
    assert not session.studies.is_busy()
    assert button.text() == count_words.COUNT
    page.study.set_amount(AMOUNT)
    assert page.study.progress is not None
    qtbot.waitUntil(lambda: page.study.progress is None, timeout=60_000)
    assert page.study.counted.n_characters >= AMOUNT
    assert not button.isVisible()


def test_counts_grow_while_the_text_is_read(model, monkeypatch):
    monkeypatch.setattr(count_text, "_kept", [])
    monkeypatch.setattr(count_text, "FIRST", 30_000)
    counting = Counting(model, 130_000)
    steps: list[Progress] = []
    while not steps or not steps[-1].is_whole:
        steps.append(counting.step(seconds=0.01))
    amounts = [step.counted.n_characters for step in steps if step.counted is not None]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) > 2
    documents = corpus.text(0, "train", 130_000)
    whole = count(model.tokenizer, documents, Source(0, is_own=False))
    assert steps[-1].counted.n_characters == whole.n_characters
    for mine, theirs in zip(steps[-1].counted.models, whole.models, strict=True):
        np.testing.assert_array_equal(mine.probabilities([5, 9]), theirs.probabilities([5, 9]))
    again = Counting(model, 130_000).step()
    assert again.is_whole
    assert again.counted is steps[-1].counted  # once for a vocabulary and an amount


def test_a_text_that_cannot_be_made_is_said(page, session, model, qtbot, monkeypatch, failures):
    monkeypatch.setattr(count_text, "_kept", [])
    monkeypatch.setattr(count_text.sys, "executable", "/bin/false")
    use(qtbot, page, session, model)
    assert [each.sentence for each in failures] == [count_text.FAILED]
    assert page.study.progress is None
    with pytest.raises(UserError):
        Counting(model, AMOUNT).step(seconds=60)


def test_another_model_in_the_midst_is_counted_for_anew(page, session, model, qtbot, tmp_path):
    other = LanguageModel.load(save_tiny(tmp_path / "other", d_model=24, seed=4))
    session._language_model, session.model = model, model.info
    session.model_changed.emit(model.info)
    use(qtbot, page, session, other)
    assert page.study.trace is session.trace
    logits = session.trace.logits[-1].astype(np.float64)
    likely = np.exp(logits) / np.exp(logits).sum()
    assert page.guesses.columns[3].guesses[0].probability == pytest.approx(likely.max(), rel=1e-6)


def test_one_token_has_guesses_but_no_surprise(page, session, model, qtbot):
    use(qtbot, page, session, model, text="T")
    assert len(page.guesses.columns) == 4
    assert page.curves._hint == count_words.ONE


def test_a_text_longer_than_the_context(page, session, model, known, qtbot):
    text = "The dog walked to the bank. " * 9
    use(qtbot, page, session, model, text)
    assert session.trace.before
    n_seen = len(session.trace.tokens)
    assert len(page.curves._labels) == n_seen - 1
    everything = model.tokenizer.ids(text)
    expected = known.models[2].surprises(everything)[1 - n_seen :] / np.log(2)
    np.testing.assert_allclose(page.curves._bits[2], expected, rtol=1e-5)
    assert (page.curves._possible == 2).all()


def test_broken_weights_are_said_not_shown(page, session, model, qtbot, failures):
    arrays = dict(model.weights.arrays())
    arrays["wpe.weight"] = np.full_like(arrays["wpe.weight"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    use(qtbot, page, session, broken)
    assert page.guesses.columns == ()
    assert "not numbers" in failures[0].sentence


def test_tokens_are_one_selection_everywhere(page, session, model, qtbot):
    use(qtbot, page, session, model)
    session.select_token(2)
    assert page.curves._selected == 1
    page.curves.token_clicked.emit(3)
    assert session.selection.token == 4
    session.select_token(0)
    assert page.curves._selected is None


def test_its_figures_are_pictures_and_tables(page, session, model, qtbot):
    use(qtbot, page, session, model)
    figure = page._guesses_figure()
    lines = csv_of(figure.table()).decode().splitlines()
    assert len(lines) == 1 + 4 * 9
    total = sum(float(line.rsplit(",", 1)[1]) for line in lines[1:10])
    assert total == pytest.approx(1)
    figure = page._curves_figure()
    lines = csv_of(figure.table()).decode().splitlines()
    assert len(lines) == len(session.trace.ids)
    assert not picture_of(figure.widget).isNull()


def test_why_the_transformer_is_behind_is_said_with_its_numbers(page, session, model, qtbot):
    use(qtbot, page, session, model, text="The dog walked to the zzz")
    found, trace = page.study.against, session.trace
    label = page.findChild(QLabel, "countBehind")
    means = found.means
    assert means[3] > means[:3].min()  # an untrained model: else this tests nothing
    why = behind(found)
    name = ("unigram", "bigram", "trigram")[why.counter]
    said = label.text()
    assert label.isVisible()
    assert "behind here" in said
    column = why.tokens[0]
    mine, its = found.bits[3, column], found.bits[why.counter, column]
    token = trace.tokens[column + 1].label
    assert f"{token} cost it {mine:.1f} bits (the {name} {its:.1f})" in said
    logits = trace.logits[column].astype(float)
    assert f"{model.tokenizer.label(int(logits.argmax()))} had" in said
    session.set_prompt("")
    qtbot.waitUntil(lambda: not label.isVisible())


def test_where_it_is_ahead_nothing_is_explained(page, session, model, qtbot):
    use(qtbot, page, session, model)
    found = page.study.against
    ahead = found.bits.copy()
    ahead[3] = 0
    page.study.against = replace(found, bits=ahead)
    page.study.changed.emit()
    assert not page.findChild(QLabel, "countBehind").isVisible()
