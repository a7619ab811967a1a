"""The page Compare: what it shows is the model's, and its Python gives the very numbers."""

from __future__ import annotations

import gc
import math
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from core.analogies import Directions
from core.compare import MISSING
from core.config import SamplingConfig
from core.inference import Weights
from core.language_model import LanguageModel
from core.sampling import shape
from core.swaps import most_telling
from core.tokenizer import Tokenizer
from gui.autocomplete import compare_modes, compare_page
from gui.autocomplete.compare_page import ComparePage
from gui.export import csv_of, picture_of
from gui.selection import Selection
from gui.widgets.swap_list import BITS, MOVED, ORIGIN
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

TEXT = "They walked along the river to the bank"
OTHER = "The cat climbed up the tree"
SWAP, TEXTS, MODELS, SETTINGS = range(4)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny", seed=3))


@pytest.fixture(scope="module")
def other(tmp_path_factory, model):
    """A model with a vocabulary of its own, in a folder."""
    folder = tmp_path_factory.mktemp("models") / "other"
    tokenizer = Tokenizer.train(["The bank of the river had money for the walk. " * 20], 290)
    arrays = dict(model.weights.arrays())
    table = np.random.default_rng(1).normal(0, 0.5, (tokenizer.vocab_size, model.config.d_model))
    arrays["wte.weight"] = table.astype(np.float32)
    config = replace(model.config, vocab_size=tokenizer.vocab_size)
    LanguageModel(Weights(config, arrays), tokenizer, "other").save(folder)
    return folder


@pytest.fixture
def page(qtbot, session):
    made = ComparePage(session)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    return made


def settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.studies.is_busy() and not session.is_busy(), timeout=60_000)


def use(qtbot, session, model, text=TEXT, **passes):
    session._language_model, session.model = model, model.info
    session.prompt, session.trace = text, model.trace(text)
    session.model_changed.emit(model.info)
    session.prompt_changed.emit(text)
    session.trace_changed.emit(session.trace)
    settle(qtbot, session)


def likely(model, text):
    """Softmax by hand, from a fresh reading."""
    fresh = LanguageModel(model.weights, model.tokenizer, "fresh")
    weights = np.exp(fresh.trace(text).logits[-1].astype(np.float64))
    return weights / weights.sum()


def check_rows(page, p, q):
    """Every row is of both, and the distances are those of the textbook."""
    found = page._found
    for row, (a, b) in zip(found.shifts.rows, found.pairs, strict=True):
        assert row.before == pytest.approx(0 if a == MISSING else p[a], abs=1e-6)
        assert row.after == pytest.approx(0 if b == MISSING else q[b], abs=1e-6)
    if len(p) == len(q):
        moved = np.abs(p - q).sum() / 2
        assert found.total_variation == pytest.approx(moved, abs=1e-6)
        bits = sum(y * math.log2(y / x) for x, y in zip(p, q, strict=True) if y > 0)
        assert found.kl_back_bits == pytest.approx(bits, abs=1e-5)
        assert page.bits.text() == f"Surprise: {found.kl_back_bits:.2f} bits"


def explained(page, qtbot, ask):
    """What the card says that opens, and what its Python prints."""
    ask()
    card = shown(page.window())
    said = card.findChild(QLabel, "explanationResult").text()
    found = printed(card.findChild(QPlainTextEdit).toPlainText())
    card.close()
    return said, float(found)


def test_without_a_model_or_a_text_it_says_what_to_do(page, session, model, qtbot):
    for mode in range(4):
        page.switch.choose(mode)
        assert page.figure.lines == []
        assert page.figure._hint
        assert not page._numbers.isVisible()
    use(qtbot, session, model, text="")
    assert page.figure._hint == compare_modes.EMPTY
    assert not page.grab().isNull()


def test_two_texts(page, session, model, qtbot):
    use(qtbot, session, model)
    page.switch.choose(TEXTS)
    assert page.figure._hint == compare_modes.NO_SECOND
    qtbot.keyClicks(page.texts.editor, OTHER)
    assert session.second_prompt == OTHER
    settle(qtbot, session)
    check_rows(page, likely(model, TEXT), likely(model, OTHER))
    page.texts.editor.clear()
    assert session.second_prompt == ""
    settle(qtbot, session)
    assert page.figure.lines == []
    qtbot.mouseClick(page.findChild(QPushButton, "copyPromptButton"), Qt.MouseButton.LeftButton)
    assert page.texts.editor.prompt() == TEXT
    settle(qtbot, session)
    assert page._found.total_variation == 0
    assert "0%" in page._words.text()


@pytest.mark.parametrize("order", ["First", "Second", "Change"])
def test_rows_are_sorted_by_either_or_by_what_changes(page, session, model, qtbot, order):
    use(qtbot, session, model)
    session.set_second_prompt(OTHER)
    page.switch.choose(TEXTS)
    page.order.choose(["First", "Second", "Change"].index(order))
    settle(qtbot, session)
    p, q = likely(model, TEXT), likely(model, OTHER)
    worth = {"First": p, "Second": q, "Change": np.abs(p - q)}[order]
    assert [row.id for row in page._found.shifts.rows] == np.argsort(-worth)[:8].tolist()


def test_two_settings(page, session, model, qtbot):
    use(qtbot, session, model)
    page.switch.choose(SETTINGS)
    page.settings._temperature.setValue(0.5)
    page.settings._top_k.setValue(40)
    settle(qtbot, session)
    p = likely(model, TEXT)
    q = np.where(p >= np.sort(p)[-40], p, 0) ** 2
    check_rows(page, p, q / q.sum())
    session.set_sampling(SamplingConfig(0.7, 0, 1, 0.05, 1.4))
    settle(qtbot, session)
    mode = page.findChild(QWidget, "compareSettings")
    assert "min-p 5%, repetition penalty 1.4" in mode._first.text()
    mode.findChild(QDoubleSpinBox, "secondMinPSpin").setValue(10)
    mode.findChild(QDoubleSpinBox, "secondPenaltySpin").setValue(2)
    assert mode.second == replace(mode.second, min_p=0.1, repetition_penalty=2)
    settle(qtbot, session)
    logits, ids = session.trace.logits[-1], session.trace.ids
    for half, sampling in zip(
        (mode.pair().first, mode.pair().second), (session.sampling, mode.second), strict=True
    ):
        np.testing.assert_array_equal(half.probabilities(), shape(logits, sampling, ids))
    mode.findChild(QDoubleSpinBox, "secondMinPSpin").setValue(0)
    mode.findChild(QDoubleSpinBox, "secondPenaltySpin").setValue(1)
    session.set_sampling(SamplingConfig(0, 0, 1))
    settle(qtbot, session)
    assert "temperature 0" in page.settings._first.text()
    assert math.isinf(page._found.kl_back_bits)
    assert "without bound" in page.bits.text()
    page.moved.click()
    shown(page.window()).close()


def open_second(page, qtbot, session, folder):
    page.models.second.open(folder)
    settle(qtbot, session)


def test_two_models_match_their_tokens_by_what_they_stand_for(page, session, model, other, qtbot):
    use(qtbot, session, model)
    page.switch.choose(MODELS)
    assert page.figure._hint == compare_modes.NO_MODEL
    open_second(page, qtbot, session, other)
    second = page.models.second.model
    assert second.config.vocab_size != model.config.vocab_size
    page.order.choose(1)
    settle(qtbot, session)
    p, q = likely(model, TEXT), likely(second, TEXT)
    check_rows(page, p, q)
    assert [b for _, b in page._found.pairs] == np.argsort(-q)[:8].tolist()
    known = {model.tokenizer.raw(i): i for i in range(model.config.vocab_size)}
    for a, b in page._found.pairs:
        if b != second.tokenizer.end_of_text:
            assert a == known.get(second.tokenizer.raw(b), MISSING)
    by_text = {raw: p[i] for raw, i in known.items()}
    moved = 0.0
    for b in range(second.config.vocab_size):
        moved += abs(q[b] - by_text.pop(second.tokenizer.raw(b), 0.0))
    moved = (moved + sum(by_text.values())) / 2
    assert page._found.total_variation == pytest.approx(moved, abs=1e-6)
    dashes = [line for line in page.figure.lines if True in line.absent]
    for line in dashes:
        assert "\N{EN DASH}" in line.percents
    said, found = explained(page, qtbot, page._explain_moved)
    assert number(said) == pytest.approx(found, rel=1e-4)


def test_a_second_model_follows_the_text_and_is_let_go(page, session, model, other, qtbot):
    use(qtbot, session, model)
    page.switch.choose(MODELS)
    open_second(page, qtbot, session, other)
    gone = weakref.ref(page.models.second.model)
    use(qtbot, session, model, text=OTHER)
    assert page.models.second.trace.text == OTHER
    check_rows(page, likely(model, OTHER), likely(page.models.second.model, OTHER))
    page.models._close.trigger()
    assert page.models.button.text().startswith("Second model: none")
    assert page.models.button.toolTip() == ""
    assert page.figure._hint == compare_modes.NO_MODEL
    page.switch.choose(SETTINGS)
    settle(qtbot, session)
    gc.collect()
    assert gone() is None


def test_a_second_model_that_cannot_read_says_so(
    page, session, model, other, qtbot, monkeypatch, failures
):
    use(qtbot, session, model)
    page.switch.choose(MODELS)
    open_second(page, qtbot, session, other)
    with monkeypatch.context() as patch:
        patch.setattr(LanguageModel, "trace", lambda *_: 1 / 0)
        page.models.second.ask(OTHER)
        settle(qtbot, session)
    assert len(failures) == 1
    assert page.models.hint() == compare_modes.UNREAD
    page.models.second.ask(TEXT)
    settle(qtbot, session)
    assert page.models.second.trace.text == TEXT


def test_a_second_model_that_is_none_is_refused(page, session, model, qtbot, tmp_path, failures):
    use(qtbot, session, model)
    page.switch.choose(MODELS)
    (tmp_path / "empty").mkdir()
    qtbot.mouseClick(page.models.button, Qt.MouseButton.LeftButton)
    page.models.button.menu().close()
    page.models.ask()
    dialog = page.findChild(QFileDialog, "secondModelDialog")
    dialog.fileSelected.emit(str(tmp_path / "empty"))
    dialog.close()
    settle(qtbot, session)
    assert [each.sentence for each in failures] == ["There is no model in the folder “empty”."]
    assert not failures[0].of_folder
    assert page.models.second.model is None
    assert page.models.second.opening == ""


def test_a_word_is_swapped_by_double_click_and_a_click_adopts(page, session, model, qtbot):
    use(qtbot, session, model)
    asked = []
    session.set_prompt = asked.append
    labels = [token.label for token in session.trace.tokens]
    at = labels.index("␣river")
    chip = page.swap.strip._find(at)[1].rect.center().toPoint()
    qtbot.mouseDClick(page.swap.strip, Qt.MouseButton.LeftButton, pos=chip)
    settle(qtbot, session)
    assert page.swap.study.position == at
    assert page.swaps_card._title.text() == "Instead of ␣river"
    rows = page.swaps.rows
    assert len(rows) == len(page.swap.study.offered) > 3
    usual = likely(model, TEXT)
    for row, swap in zip(rows, page.swap.study.swaps, strict=True):
        after = likely(model, swap.replacement.text)
        assert row.moved == pytest.approx(np.abs(after - usual).sum() / 2, abs=1e-6)
        assert row.bits == pytest.approx((after * np.log2(after / usual)).sum(), abs=1e-5)
        assert row.next_label == model.tokenizer.label(int(after.argmax()))
    third = page.swaps._row_rect(2).topLeft().toPoint() + QPoint(12, 6)
    qtbot.mouseMove(page.swaps, third)
    settle(qtbot, session)
    assert page.swap.shown == 2
    check_rows(page, usual, likely(model, page.swap.study.offered[2].text))
    qtbot.mouseClick(page.swaps, Qt.MouseButton.LeftButton, pos=third)
    assert asked == [page.swap.study.offered[2].text]


def test_a_word_is_swapped_with_the_keyboard_and_for_one_of_the_users(page, session, model, qtbot):
    use(qtbot, session, model)
    asked = []
    session.set_prompt = asked.append
    qtbot.keyClick(page.swap.strip, Qt.Key.Key_Home)
    qtbot.keyClick(page.swap.strip, Qt.Key.Key_Right)
    qtbot.keyClick(page.swap.strip, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert page.swap.study.position == 1
    labels = [token.label for token in session.trace.tokens]
    page.swap.choose(labels.index("␣river"))
    qtbot.keyClicks(page.swap.own, "tree")
    settle(qtbot, session)
    first = page.swaps.rows[0]
    assert (first.label, first.origin) == ("␣tree", "yours")
    page.swaps.setFocus()
    qtbot.keyClick(page.swaps, Qt.Key.Key_End)
    settle(qtbot, session)
    assert page.swap.shown == len(page.swaps.rows) - 1
    qtbot.keyClick(page.swaps, Qt.Key.Key_Home)
    qtbot.keyClick(page.swaps, Qt.Key.Key_Return)
    assert asked == ["They walked along the tree to the bank"]


@pytest.mark.parametrize("mode", [SWAP, TEXTS, MODELS, SETTINGS])
def test_every_number_is_explained(page, session, model, other, qtbot, mode):
    use(qtbot, session, model)
    session.set_second_prompt(OTHER)
    page.switch.choose(mode)
    if mode == MODELS:
        open_second(page, qtbot, session, other)
    settle(qtbot, session)
    rows = page._found.shifts.rows
    others = page._found.shifts.others
    changes = [*(row.after - row.before for row in rows), others[1] - others[0]]
    for row in (0, 3, len(rows)):
        said, found = explained(
            page, qtbot, lambda row=row: page.figure.number_asked.emit(row, QPoint(5, 5))
        )
        assert number(said) == pytest.approx(changes[row], rel=1e-4, abs=1e-7)
        assert found == pytest.approx(changes[row], rel=1e-4, abs=1e-6)
    said, found = explained(page, qtbot, page.moved.click)
    assert number(said) == pytest.approx(page._found.total_variation, rel=1e-4)
    assert found == pytest.approx(page._found.total_variation, rel=1e-4)
    if not math.isinf(page._found.kl_back_bits):
        said, found = explained(page, qtbot, page.bits.click)
        assert number(said) == pytest.approx(page._found.kl_back_bits, rel=1e-4)
        assert found == pytest.approx(page._found.kl_back_bits, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("column", [ORIGIN, MOVED, BITS])
def test_every_number_of_a_swap_is_explained(page, session, model, qtbot, column):
    use(qtbot, session, model)
    offered, swaps = page.swap.study.offered, page.swap.study.swaps
    for row in (0, len(offered) - 1):
        one = offered[row]
        wanted = {
            ORIGIN: one.probability if one.origin == "model" else one.cosine,
            MOVED: swaps[row].total_variation,
            BITS: swaps[row].kl_bits,
        }[column]
        cell = page.swaps._cell(row, column).center().toPoint()
        said, found = explained(
            page,
            qtbot,
            lambda at=cell: qtbot.mouseClick(page.swaps, Qt.MouseButton.LeftButton, pos=at),
        )
        assert number(said) == pytest.approx(wanted, rel=1e-4, abs=1e-6)
        assert found == pytest.approx(wanted, rel=1e-3, abs=1e-6)


def test_one_token_an_overlong_text_and_part_of_a_character(page, session, model, qtbot):
    use(qtbot, session, model, text="T")
    assert all(row.origin.startswith("near") for row in page.swaps.rows)
    use(qtbot, session, model, text="The cat climbed up the tree. " * 9)
    assert session.trace.before
    assert page.swaps.rows
    use(qtbot, session, model, text="A \N{BEAR FACE} sat")
    parts = [at for at, token in enumerate(session.trace.tokens) if not token.raw.isascii()]
    page.swap.choose(parts[1])
    assert "part of a character" in page.swaps._hint
    use(qtbot, session, model, text="A \N{BEAR FACE} sat!")
    assert page.swaps.rows  # as the text changes, a token that can be swapped is found


def test_another_model_in_the_midst_ends_the_study(page, session, model, qtbot, tmp_path):
    other = LanguageModel.load(save_tiny(tmp_path / "other", d_model=24, seed=4))
    session._language_model, session.model = model, model.info
    session.prompt, session.trace = TEXT, model.trace(TEXT)
    session.trace_changed.emit(session.trace)
    session._language_model, session.trace = other, None
    session.model_changed.emit(other.info)
    session.trace_changed.emit(None)
    settle(qtbot, session)
    assert page.swap.study.trace is None
    assert page.swaps.rows == ()
    use(qtbot, session, other)
    assert page.swap.study.model is other
    check_rows(page, likely(other, TEXT), likely(other, page.swap.study.offered[0].text))


def test_broken_weights_are_said_not_shown(page, session, model, qtbot, failures):
    arrays = dict(model.weights.arrays())
    arrays["wpe.weight"] = np.full_like(arrays["wpe.weight"], np.nan)
    use(qtbot, session, LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken"))
    page.switch.choose(SETTINGS)
    settle(qtbot, session)
    assert page.figure._hint == compare_page.BROKEN
    assert all("not numbers" in each.sentence for each in failures)
    assert failures


def test_its_figures_are_pictures_and_tables(page, session, model, qtbot):
    use(qtbot, session, model)
    figure = page._figure()
    lines = csv_of(figure.table()).decode().splitlines()
    assert len(lines) == 1 + 8 + 1
    total = sum(float(line.split(",")[-3]) for line in lines[1:])
    assert total == pytest.approx(1)
    figure = page._swaps_figure()
    lines = csv_of(figure.table()).decode().splitlines()
    assert len(lines) == 1 + len(page.swap.study.offered)
    assert not picture_of(figure.widget).isNull()


def test_the_most_telling_word_is_proposed_until_the_user_chooses(page, session, model, qtbot):
    def most(text):
        return most_telling(model, model.trace(text), Directions.of(model.weights.wte))

    mode = page.swap
    use(qtbot, session, model, TEXT)
    assert mode._position == mode.study.position == most(TEXT)
    assert len(mode.rows()) > 0
    before = mode._position
    use(qtbot, session, model, f"{TEXT} and")
    assert mode._position == before  # it stands where it stood
    use(qtbot, session, model, OTHER)
    assert mode._position == most(OTHER)
    mode.choose(2)
    settle(qtbot, session)
    use(qtbot, session, model, TEXT)
    assert mode._position == 2  # the user's own stays


def test_the_token_that_is_selected_elsewhere_comes_first(page, session, model, qtbot):
    session.selection = Selection(token=3)
    use(qtbot, session, model, TEXT)
    assert page.swap._position == 3


def test_where_no_word_tells_anything_the_last_token_is_proposed(page, session, model, qtbot):
    use(qtbot, session, model, "They walked")
    assert page.swap._position == len(session.trace.tokens) - 1


def test_in_a_low_window_every_row_of_the_difference_is_whole(page, session, model, qtbot):
    page.resize(700, 480)
    use(qtbot, session, model, TEXT)
    qtbot.waitUntil(lambda: page.swap.strip.height() < 60)
    figure = page.figure
    assert figure.height() >= figure.minimumSizeHint().height()
