"""The attention page: what it shows is the model's, and its Python gives the very numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSlider

from core.attention_views import carried_by, mean_over_heads, rollout
from core.heads import KINDS, scores
from core.inference import Weights
from core.language_model import LanguageModel
from gui.export import csv_of, picture_of
from gui.text import attention_mask, attention_words
from gui.text.attention_compared import BOTH, DIFFERENCE
from gui.text.attention_head import BROKEN
from gui.text.attention_page import CHANGE, HABITS, HEADS, MASK, WHY
from gui.text.attention_why import HINT as WHY_HINT
from gui.text.attention_words import ARCS, CARRIES, MAP, MEAN, ROLLOUT
from gui.widgets import attention_map
from gui.widgets.pixel_painting import MINUS
from gui.widgets.softmax_shares import DOTS, POWERS, SCORES, SHARES
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_sure, save_tiny
from tests.gui.text.attention import TEXT, click_cell, settle, shown_page, use

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def model(measured_soon):
    return measured_soon


@pytest.fixture
def page(qtbot, session):
    return shown_page(qtbot, session)


def test_without_a_text_every_panel_says_what_to_do(page, session, model, qtbot):
    assert page.head.map._hint == attention_map.HINT
    for panel in (HEADS, HABITS, WHY, MASK):
        page.show_panel(panel)
        assert not page.grab().isNull()
    use(qtbot, session, model, text="")
    assert page.findChild(QLabel, "whyHint").text() == WHY_HINT
    assert page.findChild(QLabel, "maskSaid").text() == attention_mask.NOTHING


def test_the_grid_opens_a_head_which_is_shown_large(page, session, model, qtbot):
    use(qtbot, session, model)
    np.testing.assert_array_equal(page.heads.grid._pattern, session.trace.pattern)
    qtbot.mouseClick(page.heads.grid, LEFT, pos=page.heads.grid._spot(2, 1).center().toPoint())
    assert (session.selection.layer, session.selection.head) == (2, 1)
    np.testing.assert_array_equal(page.head.map._pattern, session.trace.pattern[2, 1])
    assert page.head._title.text() == "Layer 3, head 2"


def test_a_head_that_shows_far_more_is_a_click_away_and_opened_by_nothing_else(
    page, session, qtbot, tmp_path
):
    model = LanguageModel.load(save_sure(tmp_path, seed=3, n_layers=3))  # its heads are sharp
    use(qtbot, session, model)
    looks = session.trace.pattern[:, :, -1, 1:-1].max(axis=-1)
    best = np.unravel_index(int(looks.argmax()), looks.shape)
    least = np.unravel_index(int(looks.argmin()), looks.shape)
    assert looks[best] > 0.3
    assert looks[least] < looks[best] / 2
    session.select_head(*map(int, least))
    button = page.findChild(QPushButton, "tellingHeadButton")
    assert button.isVisible()
    column = 1 + int(session.trace.pattern[best][-1, 1:-1].argmax())
    assert session.trace.tokens[column].label in button.text()
    assert f"{best[0] + 1}.{best[1] + 1}" in button.text()
    session.set_prompt(f"{TEXT} the")
    settle(qtbot, session)
    assert (session.selection.layer, session.selection.head) == least
    session.set_prompt(TEXT)
    settle(qtbot, session)
    qtbot.mouseClick(button, LEFT)
    assert (session.selection.layer, session.selection.head) == best
    assert not button.isVisible()
    session.set_prompt("the")
    settle(qtbot, session)
    session.select_head(*map(int, least))
    assert not button.isVisible()


def test_each_view_shows_what_its_name_says(page, session, model, qtbot):
    use(qtbot, session, model)
    session.select_head(2, 1)
    trace = session.trace
    wanted = {
        MAP: trace.pattern[2, 1],
        CARRIES: carried_by(trace, model.weights, 2, 1),
        MEAN: mean_over_heads(trace.pattern)[2],
        ROLLOUT: rollout(trace.pattern)[2],
    }
    for view, values in wanted.items():
        page.head.switch.choose(view)
        settle(qtbot, session)
        np.testing.assert_allclose(page.head.map._pattern, values, rtol=1e-6)
    assert page.head._title.text() == "Layers 1 to 3"
    page.head.switch.choose(CARRIES)
    scale = page.head.map._scale
    assert scale.top == pytest.approx(wanted[CARRIES].max())
    assert scale.unit
    page.head.switch.choose(ARCS)
    np.testing.assert_array_equal(page.head.figures.arcs._pattern, trace.pattern[2, 1])
    assert page.head.figures.seen() is page.head.figures.arcs


def test_the_rollout_follows_text_and_layer(page, session, model, qtbot):
    use(qtbot, session, model)
    page.head.switch.choose(ROLLOUT)
    settle(qtbot, session)
    session.select_head(1, 0)
    session.set_prompt("The cat climbed up")
    settle(qtbot, session)
    wanted = rollout(session.trace.pattern)[1]
    np.testing.assert_allclose(page.head.map._pattern, wanted, rtol=1e-6)


def test_the_rollout_follows_a_change_to_the_pass_over_the_same_text(page, session, model, qtbot):
    use(qtbot, session, model)
    page.head.switch.choose(ROLLOUT)
    settle(qtbot, session)
    for act in (lambda: session.look(0, 0, 3, 1, 1.0), session.what_if.undo):
        page.hide()  # it catches up when it is shown
        act()
        settle(qtbot, session)
        page.show()
        settle(qtbot, session)
        wanted = rollout(session.trace.pattern)[session.selection.layer]
        np.testing.assert_allclose(page.head.map._pattern, wanted, rtol=1e-6)
    assert not session.changes


@pytest.mark.parametrize("view", [MAP, ARCS, CARRIES, MEAN, ROLLOUT])
@pytest.mark.parametrize("cell", [(0, 0), (6, 2), (5, 5), (2, 6)])
def test_every_number_of_every_view_is_explained(page, session, model, qtbot, view, cell):
    use(qtbot, session, model)
    session.select_head(2, 1)
    page.head.switch.choose(view)
    settle(qtbot, session)
    figure = page.head.figures.seen()
    figure.number_asked.emit(cell, QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(figure._pattern[cell]), rel=1e-4, abs=1e-6)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


# --- why this cell


def test_a_click_pins_a_cell_and_takes_its_row_apart(page, session, model, qtbot):
    use(qtbot, session, model)
    session.select_head(1, 1)
    click_cell(qtbot, page, 6, 2)
    assert page.switch.index == WHY
    trace, why = session.trace, page.why
    # By hand, in float64, from q and k alone.
    q, k = trace.q[1, 1, 6].astype(np.float64), trace.k[1, 1].astype(np.float64)
    products = [float(a) * float(b) for a, b in zip(q, k[2], strict=True)]
    np.testing.assert_allclose(why.strips._values, [q, k[2], products], rtol=1e-6)
    data = why.rows._data
    dots = [sum(float(a) * float(b) for a, b in zip(q, key, strict=True)) for key in k]
    scores_by_hand = [dot / len(q) ** 0.5 for dot in dots[:7]]
    powers = [np.e**score for score in scores_by_hand]
    np.testing.assert_allclose(data.dots, dots, rtol=1e-9)
    np.testing.assert_allclose(data.scores[:7], scores_by_hand, rtol=1e-9)
    assert np.isneginf(data.scores[7:]).all()
    np.testing.assert_allclose(data.powers[:7], powers, rtol=1e-9)
    assert data.total == pytest.approx(sum(powers))
    shares = [power / sum(powers) for power in powers]
    np.testing.assert_allclose(data.shares[:7], shares, rtol=1e-9)
    np.testing.assert_allclose(shares, trace.pattern[1, 1, 6, :7], atol=1e-6)
    assert not data.shares[7:].any()


def test_the_numbers_add_up_as_they_are_written(page, session, model, qtbot):
    use(qtbot, session, model)
    click_cell(qtbot, page, 7, 3)
    data = page.why.rows._data

    def written(column):
        numbers = data.numbers[column][: data.row + 1]
        return [number(data.written(column, float(each))) for each in numbers]

    width = len(session.trace.q[0, 0, 0])
    for dot, score in zip(written(DOTS), written(SCORES), strict=True):
        assert dot / width**0.5 == pytest.approx(score, abs=1e-3)
    scale = 10.0**data.power
    for score, power in zip(written(SCORES), written(POWERS), strict=True):
        assert np.exp(score) / scale == pytest.approx(power, rel=1e-3)
    total = number(data.written(POWERS, data.total))
    assert sum(written(POWERS)) == pytest.approx(total, abs=5 * 10.0**-data.decimals)
    for power, share in zip(written(POWERS), written(SHARES), strict=True):
        assert power / total == pytest.approx(share, abs=2e-4)
    assert sum(written(SHARES)) == pytest.approx(1, abs=5e-4)
    said = page.findChild(QLabel, "whySum").text()
    assert f"add up to {data.written(DOTS, data.dots[3])}." in said
    assert f"score {data.written(SCORES, data.scores[3])}." in said


def test_a_masked_cell_is_explained_by_the_mask(page, session, model, qtbot):
    use(qtbot, session, model)
    click_cell(qtbot, page, 2, 6)
    assert "nobody may look ahead" in page.findChild(QLabel, "whyMask").text()
    assert page.why.rows._data.shares[6] == 0


@pytest.mark.parametrize("which", [(0, 5), (1, 0), (2, 7)])
def test_numbers_of_q_and_k_and_their_product_are_explained(page, session, model, qtbot, which):
    use(qtbot, session, model)
    click_cell(qtbot, page, 6, 2)
    page.why.strips.number_asked.emit(which, QPoint(3, 3))
    card = shown(page.window())
    value = pytest.approx(float(page.why.strips._values[which]), rel=1e-4, abs=1e-6)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    if which[0] < 2:
        values = [number(each.text()) for each in card.findChildren(QLabel, "explanationValue")[2:]]
        assert sum(values) == pytest.approx(float(page.why.strips._values[which]), abs=1e-4)
    card.close()


@pytest.mark.parametrize("which", [DOTS, SCORES, POWERS, SHARES])
@pytest.mark.parametrize("token", [2, 7])
def test_every_step_of_the_softmax_is_explained(page, session, model, qtbot, which, token):
    use(qtbot, session, model)
    click_cell(qtbot, page, 6, 2)
    page.why.rows.number_asked.emit((token, which), QPoint(3, 3))
    card = shown(page.window())
    value = float(page.why.rows._data.numbers[which][token])
    told = card.findChild(QLabel, "explanationResult").text()
    python = float(printed(card.findChild(QPlainTextEdit).toPlainText()))
    if np.isinf(value):
        assert told == f"{MINUS}inf"
        assert python == value
    else:
        assert number(told) == pytest.approx(value, rel=1e-4, abs=1e-6)
        assert python == pytest.approx(value, rel=1e-4, abs=1e-6)
    card.close()


def test_the_pin_follows_the_opened_head_and_stays_while_its_tokens_do(page, session, model, qtbot):
    use(qtbot, session, model)
    click_cell(qtbot, page, 6, 2)
    before = page.why.rows._data.dots
    session.select_head(2, 0)
    assert page.head.map.pinned == (6, 2)
    assert not np.allclose(page.why.rows._data.dots, before)
    session.set_prompt(f"{TEXT} and on")
    settle(qtbot, session)
    assert page.head.map.pinned == (6, 2)
    session.set_prompt("The cat climbed up the tree and on and on")
    settle(qtbot, session)
    assert page.head.map.pinned is None
    assert page.findChild(QLabel, "whyHint").isVisible()


def test_a_token_of_the_row_can_be_looked_into(page, session, model, qtbot):
    use(qtbot, session, model)
    click_cell(qtbot, page, 6, 2)
    page.why.rows.token_chosen.emit(4)
    assert page.head.map.pinned == (6, 4)
    assert page.why.rows._data.column == 4


# --- what heads do


def test_the_table_has_the_scores_of_this_text_and_of_the_standard_set(page, session, model, qtbot):
    page.show_panel(HABITS)
    use(qtbot, session, model)
    settle(qtbot, session)
    usual = page.habits.study.usual(model)
    here = scores(session.trace.pattern, session.trace.ids)
    heads = page.habits.table.heads
    for row in range(heads.rowCount()):
        which = heads.head_at(row)
        for kind, name in enumerate(KINDS):
            found = [heads.number(row, 1 + 2 * kind), heads.number(row, 2 + 2 * kind)]
            wanted = [here[name][which], usual[name][which]]
            np.testing.assert_allclose(found, wanted)
    verdict = page.findChild(QLabel, "headVerdict").text()
    assert verdict == attention_words.specialists(usual)
    assert not page.findChild(QPushButton, "headMeasureButton").isVisible()


def test_the_standard_set_is_measured_once_a_model(page, session, model, qtbot, monkeypatch):
    page.show_panel(HABITS)
    use(qtbot, session, model)
    measured = []
    monkeypatch.setattr(page.habits.study, "_go_on", lambda: measured.append(1))
    session.set_prompt("The cat")
    settle(qtbot, session)
    page.show_panel(HEADS)
    page.show_panel(HABITS)
    assert measured == []


def test_what_heads_do_is_told_of_the_model_that_was_opened_meanwhile(
    page, session, model, tmp_path, qtbot
):
    page.show_panel(HABITS)
    use(qtbot, session, model)
    session.select_head(2, 1)
    page.hide()
    session._on_loaded((LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1)), None))
    settle(qtbot, session)
    page.show()
    settle(qtbot, session)
    assert page.habits.table.heads.head_at(1) == (0, 1)
    assert page.habits.table.heads.rowCount() == 2
    assert page.findChild(QLabel, "headWords").text().startswith("1.2")
    assert session.habit(2, 1) == ""


def test_measuring_can_be_stopped_and_begun_again(page, session, tmp_path, qtbot):
    other = LanguageModel.load(save_tiny(tmp_path / "other", seed=5))
    session._language_model, session.model = other, other.info
    page.show_panel(HABITS)
    session.set_prompt(TEXT)
    qtbot.waitUntil(lambda: page.habits.study.share is not None)
    button = page.findChild(QPushButton, "headMeasureButton")
    qtbot.mouseClick(button, LEFT)
    settle(qtbot, session)
    assert page.habits.study.usual(other) is None
    assert button.text() == "Measure"
    session.set_prompt(f"{TEXT} and")  # it does not begin by itself
    settle(qtbot, session)
    assert page.habits.study.usual(other) is None
    qtbot.mouseClick(button, LEFT)
    settle(qtbot, session)
    assert page.habits.study.usual(other) is not None


@pytest.mark.parametrize(
    ("kind", "is_usual"),
    [*((kind, False) for kind in KINDS), ("first", True), ("induction", True)],
)
def test_every_score_is_explained(page, session, model, qtbot, kind, is_usual):
    page.show_panel(HABITS)
    use(qtbot, session, model)
    settle(qtbot, session)
    heads = page.habits.table.heads
    index = heads.index(4, 1 + 2 * list(KINDS).index(kind) + is_usual)
    page.habits.table.score_asked.emit(index, QPoint(3, 3))
    card = shown(page.window())
    value = pytest.approx(heads.number(4, index.column()), rel=1e-4)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_specialists_are_named_and_missing_ones_too():
    usual = {kind: np.full((2, 2), 0.05) for kind in KINDS}
    usual["previous"][1, 0] = 0.83
    said = attention_words.specialists(usual)
    assert "sharp heads for “previous” (0.83 in 2.1)." in said
    assert "none for “itself” (0.05 in 1.1)" in said
    assert "not learned to go on" in said
    usual["induction"][0, 1] = 0.7
    assert "not learned to go on" not in attention_words.specialists(usual)
    missing = {kind: np.full((1, 1), np.nan) for kind in KINDS}
    assert attention_words.specialists(missing) == ""


# --- the mask


def test_a_clue_before_the_word_counts_though_another_comes_after_it(model):
    text = "They walked by the river to the bank of the river"
    trace = model.trace(text)
    word, clue = attention_mask.pair_of(trace)
    assert clue < word
    assert trace.tokens[clue].start < text.index("bank")
    before = model.trace("They walked to the bank of the river")
    word, clue = attention_mask.pair_of(before)
    assert clue > word
    assert attention_mask.pair_of(model.trace("They walked to the bank")) is None


def test_the_two_sentences_show_what_the_mask_does(page, session, model, qtbot):
    use(qtbot, session, model, text="The cat")
    page.show_panel(MASK)
    said = page.findChild(QLabel, "maskSaid")
    qtbot.mouseClick(page.findChild(QPushButton, "maskAfterButton"), LEFT)
    settle(qtbot, session)
    assert session.prompt == attention_mask.AFTER
    row, column = page.head.map.pinned
    assert session.trace.tokens[row].text.endswith("bank")
    assert column > row
    assert not session.trace.pattern[:, :, row, column].any()
    assert "in all 6 heads it looks at river with exactly 0" in said.text()
    qtbot.mouseClick(page.findChild(QPushButton, "maskBeforeButton"), LEFT)
    settle(qtbot, session)
    row, column = page.head.map.pinned
    assert column < row
    looks = session.trace.pattern[:, :, row, column]
    assert looks[session.selection.layer, session.selection.head] == looks.max()
    assert f"{looks.max():.2f}" in said.text()
    assert session.selection.token == row
    assert page.switch.index == MASK
    named = session.selection.layer, session.selection.head
    other = ((named[0] + 1) % session.model.n_layers, named[1])
    opener = page.findChild(QPushButton, "maskHead1")
    assert not opener.isVisible()  # it is open
    session.select_head(*other)
    page.pin.put(0, None)
    assert opener.text() == f"Show head {named[0] + 1}.{named[1] + 1} at that square"
    qtbot.mouseClick(opener, LEFT)
    assert (session.selection.layer, session.selection.head) == named
    assert page.head.map.pinned == (row, column)
    assert not opener.isVisible()
    session.set_prompt("The dog")
    settle(qtbot, session)
    assert said.text() == attention_mask.NOTHING
    assert not opener.isVisible()


# --- odd models and texts


@pytest.mark.parametrize(("n_layers", "n_heads"), [(1, 1), (1, 4), (12, 12)])
def test_any_number_of_layers_and_heads(page, session, tmp_path, qtbot, n_layers, n_heads):
    folder = save_tiny(tmp_path / "odd", n_layers=n_layers, n_heads=n_heads, d_model=2 * n_heads)
    use(qtbot, session, LanguageModel.load(folder))
    session.select_head(n_layers - 1, n_heads - 1)
    assert page.heads.grid._exists(n_layers - 1, n_heads - 1)
    for view in range(5):
        page.head.switch.choose(view)
        settle(qtbot, session)
        assert page.head._shown
        assert not page.grab().isNull()


@pytest.mark.parametrize("text", ["They", "🦊 שלום <b>", TEXT * 9])
def test_odd_texts(page, session, model, qtbot, text):
    use(qtbot, session, model, text=text)
    last = len(session.trace.tokens) - 1
    for view in range(5):
        page.head.switch.choose(view)
        settle(qtbot, session)
        for panel in (HEADS, HABITS, WHY, MASK):
            page.show_panel(panel)
            assert not page.grab().isNull()
    page.head.switch.choose(MAP)
    page.head.map.pin((last, 0))
    page.show_panel(WHY)
    assert page.why.rows._data.row == last


def test_broken_weights_are_said_not_shown(page, session, model, qtbot):
    arrays = {name: np.array(array) for name, array in model.weights.arrays().items()}
    arrays["h.0.attn.c_attn.weight"][:] = np.nan
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    session._language_model = broken
    session.model = replace(model.info, non_finite=True)
    session.trace = broken.trace(TEXT)
    session.trace_changed.emit(session.trace)
    assert page.heads.grid._hint == BROKEN
    for view in range(5):
        page.head.switch.choose(view)
        settle(qtbot, session)
        assert page.head.figures.seen()._hint == BROKEN
    page.show_panel(WHY)
    page.show_panel(HABITS)
    settle(qtbot, session)


# --- a second text


def compare(qtbot, session, text):
    session.set_second_prompt(text)
    qtbot.waitUntil(lambda: session.second is not None and not session.is_busy())


def test_a_second_text_stands_beside_the_first_in_one_scale(page, session, model, qtbot):
    use(qtbot, session, model)
    assert not page.comparison.isVisible()
    session.select_head(2, 0)
    compare(qtbot, session, "The cat climbed up the tree")
    assert page.comparison.isVisible()
    page.comparison.choose(BOTH)
    figures = page.head.figures
    np.testing.assert_array_equal(figures.second_map._pattern, session.second.pattern[2, 0])
    assert figures.second_map.isVisible()
    page.head.switch.choose(CARRIES)
    assert figures.map._scale == figures.second_map._scale
    page.head.switch.choose(ARCS)
    np.testing.assert_array_equal(figures.second_arcs._pattern, session.second.pattern[2, 0])
    page.head.switch.choose(ROLLOUT)
    settle(qtbot, session)
    wanted = rollout(session.second.pattern)[2]
    np.testing.assert_allclose(figures.second_map._pattern, wanted, rtol=1e-6)
    figures.second_map.number_asked.emit((3, 1), QPoint(5, 5))
    card = shown(page.window())
    python = float(printed(card.findChild(QPlainTextEdit).toPlainText()))
    assert python == pytest.approx(wanted[3, 1], rel=1e-5)
    card.close()
    session.set_second_prompt("")
    settle(qtbot, session)
    assert not figures.second_map.isVisible()
    assert not page.comparison.isVisible()


@pytest.mark.parametrize("view", [MAP, ARCS, CARRIES, MEAN, ROLLOUT])
def test_equally_long_texts_are_subtracted(page, session, model, qtbot, view):
    use(qtbot, session, model, text="They walked along the river")
    compare(qtbot, session, "They walked along the tree")
    n_first, n_second = len(session.trace.tokens), len(session.second.tokens)
    if n_first != n_second:  # the tokenizer of the tests knows few words
        session.set_prompt("the river the")
        compare(qtbot, session, "river the the")
        settle(qtbot, session)
    page.comparison.choose(DIFFERENCE)
    page.head.switch.choose(view)
    settle(qtbot, session)
    figure = page.head.figures.seen()
    first, second = (
        {
            MAP: trace.pattern[0, 0],
            ARCS: trace.pattern[0, 0],
            CARRIES: carried_by(trace, model.weights, 0, 0),
            MEAN: mean_over_heads(trace.pattern)[0],
            ROLLOUT: rollout(trace.pattern)[0],
        }[view]
        for trace in (session.trace, session.second)
    )
    np.testing.assert_allclose(figure._pattern, second - first, atol=1e-6)
    assert figure._scale.is_signed
    figure.number_asked.emit((2, 1), QPoint(5, 5))
    card = shown(page.window())
    value = pytest.approx(float(second[2, 1] - first[2, 1]), abs=2e-6)
    assert number(card.findChild(QLabel, "explanationResult").text()) == value
    assert float(printed(card.findChild(QPlainTextEdit).toPlainText())) == value
    card.close()


def test_texts_of_other_lengths_are_not_subtracted_and_it_is_said(page, session, model, qtbot):
    use(qtbot, session, model)
    compare(qtbot, session, "The cat")
    page.comparison.choose(DIFFERENCE)
    assert page.comparison.index == BOTH
    assert page.head.figures.second_map.isVisible()
    np.testing.assert_array_equal(page.head.map._pattern, session.trace.pattern[0, 0])


# --- files


def test_its_figures_are_pictures_and_tables(page, session, model, qtbot):
    page.show_panel(HABITS)
    use(qtbot, session, model)
    session.select_head(1, 0)
    for view in range(5):
        page.head.switch.choose(view)
        settle(qtbot, session)
        figure = page.head._figure()
        lines = csv_of(figure.table()).decode().splitlines()
        n = len(session.trace.tokens)
        assert len(lines) == 1 + n * (n + 1) // 2
        last = float(lines[-1].split(",")[-1])
        assert last == pytest.approx(float(page.head._shown[0].values[-1, -1]), rel=1e-6)
        assert not picture_of(figure.widget).isNull()
    lines = csv_of(page.habits._figure().table()).decode().splitlines()
    assert len(lines) == 1 + 6
    page.head.switch.choose(MAP)
    click_cell(qtbot, page, 3, 1)
    lines = csv_of(page.why._figure().table()).decode().splitlines()
    assert len(lines) == 1 + 8 + len(session.trace.tokens)
    assert not picture_of(page.why._figure().widget).isNull()
    lines = csv_of(page.heads._figure().table()).decode().splitlines()
    assert len(lines) > 1


def test_an_emptied_prompt_leaves_nothing_behind_on_change(page, session, model, qtbot):
    use(qtbot, session, model)
    page.show_panel(CHANGE)
    click_cell(qtbot, page, 6, 2)
    slider, field = page.change.findChild(QSlider), page.change.findChild(QLineEdit)
    assert slider.value() > 0
    assert field.text()
    session.set_prompt("")
    settle(qtbot, session)
    assert "Type a sentence above" in page.change.findChild(QLabel, "changeCell").text()
    assert (slider.value(), field.text()) == (0, "")
    assert not slider.isEnabled()
    assert page.effect.view.figure.lines == []


def test_comparing_shows_both_at_once(page, session, model, qtbot):
    use(qtbot, session, model)
    session.set_second_prompt("The cat climbed up the tree")
    settle(qtbot, session)
    assert page.head.figures.second_map.isVisible()
