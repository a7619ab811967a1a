"""The lens page: its guesses are those of the model, stopped at each layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core.inference import Weights
from core.interventions import Off
from core.language_model import LanguageModel
from gui.export import csv_of, picture_of
from gui.figures import FigureButton
from gui.text import lens_study
from gui.text.comparing import ONE
from gui.text.lens_page import LensPage
from gui.text.lens_view import BROKEN, WORKING
from gui.text.lens_words import ITSELF, NOT_ITSELF
from gui.widgets.layer_lens import HINT
from gui.widgets.lens_scene import UNKNOWN
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny
from tests.gui.text.reading import TEXT, compare, use


@pytest.fixture
def page(qtbot, session):
    made = LensPage(session)
    qtbot.addWidget(made)
    made.resize(900, 460)
    made.show()
    return made


def by_hand(model, trace):
    """(L + 1, T, V) probabilities, in float64, from the stream and the saved weights alone."""
    arrays = {name: array.astype(np.float64) for name, array in model.weights.arrays().items()}
    streams = [trace.resid_pre[0], *trace.resid_post]
    probabilities = []
    for x in (stream.astype(np.float64) for stream in streams):
        normed = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(
            x.var(axis=1, keepdims=True) + model.config.epsilon
        )
        normed = normed * arrays["ln_f.weight"] + arrays["ln_f.bias"]
        powers = np.exp(normed @ arrays["wte.weight"].T)
        probabilities.append(powers / powers.sum(axis=1, keepdims=True))
    return np.stack(probabilities)


def test_without_a_prompt_it_says_what_to_do(page, session, model, qtbot):
    assert page.lens.scene is None
    use(qtbot, session, model, text="")
    assert page.lens.scene is None
    assert page.lens.accessibleDescription() == HINT


def test_every_guess_is_that_of_the_model_stopped_there(page, session, model, qtbot):
    use(qtbot, session, model)
    expected = by_hand(model, session.trace)
    scene = page.lens.scene
    np.testing.assert_array_equal(scene.ids, expected.argmax(axis=2))
    np.testing.assert_allclose(scene.probabilities, expected.max(axis=2), rtol=1e-4)
    assert len({tuple(row) for row in scene.ids}) == 4  # each depth guesses otherwise
    np.testing.assert_array_equal(scene.answers, session.trace.logits.argmax(axis=1))


def test_the_track_is_of_the_final_answer_at_the_token_in_focus(page, session, model, qtbot):
    use(qtbot, session, model)
    expected = by_hand(model, session.trace)
    for select, at in ((lambda: None, -1), (lambda: session.select_token(2), 2)):
        select()
        track = page.lens.track
        answer = int(session.trace.logits[at].argmax())
        assert track.label == model.tokenizer.label(answer)
        own = expected[:, at, answer]
        np.testing.assert_allclose(track.probabilities, own, rtol=1e-4)
        ranks = 1 + (expected[:, at] > own[:, None]).sum(axis=1)
        np.testing.assert_array_equal(track.ranks, ranks)
        assert ranks[-1] == 1
    session.hover_token(0)
    assert page.lens.track.position == 0


def test_a_clicked_guess_is_followed_until_the_answer_is_wanted_again(page, session, model, qtbot):
    use(qtbot, session, model)
    expected = by_hand(model, session.trace)
    guess = int(page.lens.scene.ids[1, 3])
    assert guess != page.lens.scene.answers[3]
    page.lens.cell_clicked.emit(1, 3)
    qtbot.waitUntil(lambda: not session.studies.is_busy())
    assert session.selection.token == 3
    assert page.lens.track.label == model.tokenizer.label(guess)
    np.testing.assert_allclose(page.lens.track.probabilities, expected[:, 3, guess], rtol=1e-4)
    assert page.lens.track.ranks[1] == 1
    page._back.click()
    assert page._back.isHidden()
    assert page.lens.track.ranks[-1] == 1
    page.lens.cell_clicked.emit(3, 3)  # the answer itself
    assert session.selection.token == 3
    assert page._back.isHidden()


@pytest.mark.parametrize("cell", [(0, 0), (1, 4), (3, 2)])
def test_every_number_is_explained(page, session, model, qtbot, cell):
    use(qtbot, session, model)
    expected = by_hand(model, session.trace)
    page.lens.number_asked.emit(cell, QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(expected[cell].max()), rel=1e-4)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_places_and_probabilities_of_the_track_are_explained(page, session, model, qtbot):
    use(qtbot, session, model)
    for depth in range(4):
        for asked, values in (
            (page.lens.rank_asked, page.lens.track.ranks),
            (page.lens.share_asked, page.lens.track.probabilities),
        ):
            asked.emit(depth, QPoint(5, 5))
            card = shown(page.window())
            value = pytest.approx(float(values[depth]), rel=1e-4)
            assert number(card.findChild(QLabel, "explanationResult").text()) == value
            assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
            card.close()


def test_the_tooltip_has_the_five_likeliest(page, session, model, qtbot):
    use(qtbot, session, model)
    expected = by_hand(model, session.trace)[2, 4]
    lines = page.lens.scene.tip(2, 4).split("\n")
    for place, token in enumerate(np.argsort(-expected)[:5], start=1):
        said = lines[place]
        assert said.startswith(f"{place}. {model.tokenizer.label(int(token))} ")
        assert number(said.split("  ")[1]) == pytest.approx(expected[token], abs=6e-4)


def test_before_the_first_layer_it_is_said_whether_a_token_names_itself(
    page, session, model, qtbot
):
    use(qtbot, session, model)
    said = {}
    for column, token in enumerate(session.trace.tokens):
        best = int(by_hand(model, session.trace)[0, column].argmax())
        said[column] = page.lens.scene.tip(0, column).endswith(ITSELF)
        assert said[column] == (best == token.id)
        assert page.lens.scene.tip(0, column).endswith(NOT_ITSELF) != said[column]
        assert "No layer" not in page.lens.scene.tip(1, column)
    assert any(said.values())


def test_what_is_typed_on_is_all_that_is_computed_anew(page, session, model, qtbot, monkeypatch):
    use(qtbot, session, model)
    looked, real = [], lens_study.lens

    def watched(trace, weights, positions, *args, **kwargs):
        looked.extend(positions)
        return real(trace, weights, positions, *args, **kwargs)

    monkeypatch.setattr(lens_study, "lens", watched)
    use(qtbot, session, model, text=f"{TEXT}.")
    n_tokens = len(session.trace.tokens)
    assert looked == [n_tokens - 1]
    np.testing.assert_array_equal(page.lens.scene.ids, by_hand(model, session.trace).argmax(axis=2))


def test_a_long_text_is_filled_in_slice_by_slice_the_focus_first(
    page, session, model, qtbot, monkeypatch
):
    monkeypatch.setattr(lens_study, "SLICE_S", 0.0)
    monkeypatch.setattr(lens_study, "AT_ONCE", 2)
    known = []
    set_data = page.lens.set_data

    def watched(scene):
        known.append(np.flatnonzero(scene.ids[0] != UNKNOWN).tolist())
        set_data(scene)

    monkeypatch.setattr(page.lens, "set_data", watched)
    use(qtbot, session, model)
    last = len(session.trace.tokens) - 1
    assert last in known[0]
    assert len(known[0]) == 2
    assert known[-1] == list(range(last + 1))


def test_changes_are_marked_where_the_guess_is_another(page, session, model, qtbot):
    use(qtbot, session, model, changes=[Off(1, "mlp")])
    own, plain = (by_hand(model, trace) for trace in (session.trace, session.plain))
    scene = page.lens.scene
    expected = own.argmax(axis=2) != plain.argmax(axis=2)
    assert expected[2:].any()
    assert not expected[:2].any()
    np.testing.assert_array_equal(scene.others, expected)
    cell = tuple(np.argwhere(expected)[0].tolist())
    before = model.tokenizer.label(int(plain[cell].argmax()))
    assert scene.tip(*cell).endswith(f"Without your changes: {before}")
    use(qtbot, session, model)
    assert not page.lens.scene.others.any()


def test_changes_that_are_gone_before_they_are_compared_leave_no_mark(page, session, model, qtbot):
    use(qtbot, session, model)
    session.trace = model.trace(TEXT, changes=[Off(1, "mlp")])
    session.plain = model.trace(TEXT)
    session.trace_changed.emit(session.trace)
    session.trace, session.plain = session.plain, None
    session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: not session.studies.is_busy())
    np.testing.assert_array_equal(page.lens.scene.ids, by_hand(model, session.trace).argmax(axis=2))
    assert not page.lens.scene.others.any()


def test_a_swap_and_another_text_at_once_keep_nothing_of_the_old_model(
    page, session, model, qtbot, tmp_path
):
    use(qtbot, session, model)
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    session._language_model, session.model = other, other.info
    for text in (TEXT, f"{TEXT}.", TEXT):
        session.trace = other.trace(text)
        session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: not session.studies.is_busy())
    np.testing.assert_array_equal(page.lens.scene.ids, by_hand(other, session.trace).argmax(axis=2))


def test_a_guess_is_followed_through_its_own_model_while_another_comes(
    page, session, model, qtbot, tmp_path
):
    """The selection is told of before the trace is."""
    use(qtbot, session, model)
    page.lens.cell_clicked.emit(1, 3)
    folder = save_tiny(tmp_path / "other", n_layers=1, n_heads=1, d_model=8, seed=4)
    session.set_prompt(TEXT)
    session.open_model(folder)
    qtbot.waitUntil(lambda: session.model is not model.info and not session.is_busy())
    qtbot.waitUntil(lambda: not session.studies.is_busy())
    assert page.lens.scene.ids.shape[0] == 2
    assert page.lens.track.ranks[-1] == 1


def test_a_text_that_comes_back_at_once_is_shown(page, session, model, qtbot):
    use(qtbot, session, model)
    first, second = session.trace, model.trace("The cat climbed up the tree")
    for session.trace in (second, first):
        session.trace_changed.emit(session.trace)
    qtbot.waitUntil(lambda: not session.studies.is_busy())
    assert len(page.lens.scene.tokens) == len(first.tokens)
    np.testing.assert_array_equal(page.lens.scene.ids, by_hand(model, first).argmax(axis=2))


def test_a_swapped_model_is_looked_at_anew(page, session, model, qtbot, tmp_path):
    use(qtbot, session, model)
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, n_heads=1, seed=4))
    use(qtbot, session, other)
    assert page.lens.scene.ids.shape[0] == 2
    np.testing.assert_array_equal(page.lens.scene.ids, by_hand(other, session.trace).argmax(axis=2))


@pytest.mark.parametrize("text", ["T", "They walked " * 30, "🦛 שלום"])
def test_one_token_and_a_full_context(page, session, model, qtbot, text):
    use(qtbot, session, model, text=text)
    assert page.lens.scene.ids.shape == (4, len(session.trace.tokens))
    assert not page.grab().isNull()


def test_broken_weights_are_said_not_shown(page, session, model, qtbot):
    arrays = dict(model.weights.arrays())
    arrays["h.1.mlp.c_proj.bias"] = np.full_like(arrays["h.1.mlp.c_proj.bias"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    use(qtbot, session, broken)
    assert page.lens.scene is None
    assert page.lens.accessibleDescription() == BROKEN
    use(qtbot, session, model, text="")
    assert page.lens.accessibleDescription() == HINT
    use(qtbot, session, model)
    assert page.lens.scene is not None


def test_it_is_a_picture_and_a_table(page, session, model, qtbot):
    use(qtbot, session, model)
    figure = page._figure()
    assert not picture_of(figure.widget).isNull()
    lines = csv_of(figure.table()).decode().splitlines()
    assert len(lines) == 1 + 4 * len(session.trace.tokens) * 5
    expected = by_hand(model, session.trace)
    row = lines[1].split(",")
    assert int(row[4]) == expected[0, 0].argmax()
    assert float(row[6]) == pytest.approx(expected[0, 0].max(), rel=1e-4)


def test_non_finite_models_are_not_reported_twice(page, session, model, qtbot):
    """The window says it already; the page stays quiet but for its hint."""
    arrays = dict(model.weights.arrays())
    arrays["wte.weight"] = np.full_like(arrays["wte.weight"], np.inf)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    session.model = replace(broken.info, non_finite=True)
    use(qtbot, session, broken)
    assert page.lens.accessibleDescription() == BROKEN


def test_a_second_text_is_looked_at_below(page, session, model, qtbot):
    page.resize(900, 700)
    use(qtbot, session, model)
    assert not page.second.isVisible()
    session.set_second_prompt("The cat climbed up the tree. The cat")
    qtbot.waitUntil(lambda: page.second.scene is not None and not session.studies.is_busy())
    assert page.second.isVisible()
    assert page.second.objectName() == "layerLensSecond"
    expected = by_hand(model, session.second)
    np.testing.assert_array_equal(page.second.scene.ids, expected.argmax(axis=2))
    last = len(session.second.tokens) - 1
    assert page.second.track.position == last
    session.select_token(1)
    assert page.lens.track.position == page.second.track.position == 1
    page.second.token_hovered.emit(last)  # a position that the first text may not have
    assert page.second.track.position == last
    assert page.lens.track.position == 1
    page.second.token_hovered.emit(None)
    assert page.second.track.position == 1
    page.second.number_asked.emit((2, 3), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(expected[2, 3].max()), rel=1e-4)
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()
    session.set_second_prompt("")
    assert not page.second.isVisible()


def test_while_it_is_worked_out_nobody_is_told_to_type(page, session, model, qtbot):
    session._language_model, session.model = model, model.info
    session.trace = model.trace("The cat")
    session.trace_changed.emit(session.trace)
    assert (page.lens.scene, page.lens._hint) == (None, WORKING)
    qtbot.waitUntil(lambda: page.lens.scene is not None)


def test_a_second_text_that_comes_later_is_looked_at_where_the_first_one_is(
    page, session, model, qtbot
):
    use(qtbot, session, model, text="The cat walked along")
    session.select_token(1)
    session.set_second_prompt("They saw the dog and the cat walked")
    qtbot.waitUntil(lambda: page.second.scene is not None and not session.studies.is_busy())
    labels = [token.label for token in session.second.tokens]
    assert page.second.track.position == labels.index(session.trace.tokens[1].label)


def test_numbers_of_a_changed_pass_are_explained_with_the_change(page, session, model, qtbot):
    use(qtbot, session, model, changes=[Off(0, "attention"), Off(2, "head", 1)])
    expected = by_hand(model, session.trace)
    page.lens.number_asked.emit((2, 5), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(expected[2, 5].max()), rel=1e-4)
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_where_both_do_not_fit_they_are_shown_in_turn_with_all_depths(page, session, model, qtbot):
    page.resize(900, 330)
    use(qtbot, session, model)
    compare(qtbot, session)
    assert [page.lens.isVisible(), page.second.isVisible()] == [True, False]
    assert page.lens.places.content[1] <= page.lens.places.view.height() + 1
    assert page._figure().widget is page.lens
    button = page.findChild(QPushButton, "shownLens2")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [page.lens.isVisible(), page.second.isVisible()] == [False, True]
    assert page._figure().name == "lens of the second prompt"
    page.resize(900, 700)
    assert [page.lens.isVisible(), page.second.isVisible()] == [True, True]
    table = csv_of(page._figure().table()).decode().splitlines()
    n_rows = 4 * 5 * (len(session.trace.tokens) + len(session.second.tokens))
    assert len(table) == 1 + n_rows
    assert table[0].startswith("text,depth,")
    page.set_compared(ONE)
    assert not page.second.isVisible()
    assert len(page.findChildren(FigureButton)) == 1
