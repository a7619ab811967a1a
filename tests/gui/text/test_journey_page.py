"""The journey page: its paths, curves and predictions are the model's, and patches act on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from core.clues import looked_at
from core.corpus import some
from core.inference import Weights
from core.interventions import Off, Patch
from core.journey import path
from core.language_model import LanguageModel
from core.patch_effects import patch_effects
from gui import theme
from gui.export import csv_of, picture_of
from gui.full_size import set_full
from gui.text import journey_words
from gui.text.held_out import HELD_OUT
from gui.text.journey_clues import NOT_INSIDE, NOWHERE
from gui.text.journey_page import JourneyPage
from gui.text.journey_patches import JourneyPatches
from gui.text.journey_sentences import SECOND_HINT
from gui.text.journey_words import SENSES
from gui.widgets.boxes import scrolling
from gui.widgets.depth_curves import Place
from gui.widgets.patch_grid import HINT as NO_PARTS
from gui.widgets.patch_grid import PartPlace
from gui.widgets.prediction_columns import Column
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

WORDS = ("to", "the")  # so small a vocabulary has few words, and fewer in so few documents
FIRST, SECOND = "They climbed along the river to the bank", "They climbed up the tree to the bank"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def texts():
    return some(0, "held-out", 30)


@pytest.fixture(autouse=True)
def few_texts(monkeypatch, texts):
    """Other texts are made once for all tests, which takes seconds."""
    monkeypatch.setattr("core.corpus.documents", lambda *_: iter(texts))
    monkeypatch.setattr("core.corpus.some", lambda *_: texts)
    monkeypatch.setattr(HELD_OUT, "begin", lambda _n: None)
    monkeypatch.setattr(HELD_OUT, "first", lambda *_: texts)


@pytest.fixture
def page(qtbot, session):
    qtbot.addWidget(made := JourneyPage(session))
    made.resize(1000, 900)
    made.show()
    return made


def settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy())


def use(qtbot, session, model, first=FIRST, second=SECOND):
    session.set_second_prompt(second)
    session.set_prompt(first)
    if session.language_model is not model:
        session._on_loaded((model, None))
    settle(qtbot, session)


def patched(page, qtbot, session, place):
    grid = page.patches.grid
    columns = range(grid._n_heads + 3)
    cell = next((place.layer, n) for n in columns if grid.place_of((place.layer, n)) == place)
    at = grid.cell_rect(cell).center().toPoint()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, session)


def normed(x, weights, name):
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + 1e-5)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def forward(model, ids, given=None):
    """Every block's output (L, T, C), what each part gave, and the logits, by hand in float64.

    Args:
        model: Whose weights.
        ids: T tokens.
        given: {(layer, part, head): (position, numbers)} outputs to put in place.
    """
    given = given or {}
    weights = {name: array.astype(np.float64) for name, array in model.weights.arrays().items()}
    config, n_tokens, parts, posts = model.config, len(ids), {}, []

    def put(layer, part, head, value):
        if (layer, part, head) in given:
            position, numbers = given[layer, part, head]
            value = value.copy()
            value[position] = numbers
        parts[layer, part, head] = value
        return value

    x = weights["wte.weight"][ids] + weights["wpe.weight"][:n_tokens]
    for layer in range(config.n_layers):
        block = f"h.{layer}."
        own = {name[len(block) :]: each for name, each in weights.items() if name.startswith(block)}
        qkv = normed(x, own, "ln_1") @ own["attn.c_attn.weight"] + own["attn.c_attn.bias"]
        heads = []
        for head in range(config.n_heads):
            at = slice(head * config.d_head, (head + 1) * config.d_head)
            q, k, v = (each[:, at] for each in np.split(qkv, 3, axis=1))
            scores = q @ k.T / np.sqrt(config.d_head)
            scores[~np.tri(n_tokens, dtype=bool)] = -np.inf
            pattern = np.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(put(layer, "head", head, pattern / pattern.sum(1, keepdims=True) @ v))
        out = np.concatenate(heads, axis=1) @ own["attn.c_proj.weight"] + own["attn.c_proj.bias"]
        x = x + put(layer, "attention", 0, out)
        u = normed(x, own, "ln_2") @ own["mlp.c_fc.weight"] + own["mlp.c_fc.bias"]
        gelu = 0.5 * u * (1 + np.tanh(np.sqrt(2 / np.pi) * (u + 0.044715 * u**3)))
        x = x + put(layer, "mlp", 0, gelu @ own["mlp.c_proj.weight"] + own["mlp.c_proj.bias"])
        x = put(layer, "layer", 0, x)
        posts.append(x)
    return np.array(posts), parts, normed(x, weights, "ln_f") @ weights["wte.weight"].T


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


# --- what is shown


def test_it_says_what_to_do_without_a_model_without_text_and_without_a_second_sentence(
    page, session, model, qtbot
):
    assert page.plane._hint == journey_words.NO_MODEL
    use(qtbot, session, model, "", "")
    assert page.plane._hint == journey_words.EMPTY
    use(qtbot, session, model, FIRST, "")
    assert page._above._caption.text() == journey_words.NO_SECOND
    assert page.patches.grid._hint == NO_PARTS
    assert page.sentences.second._hint == SECOND_HINT
    assert len(page.plane._ways) == 1 + len(page.clues.vectors())
    assert not page.grab().isNull()


def test_both_paths_start_at_one_dot_and_part(page, session, model, qtbot):
    use(qtbot, session, model)
    ids = [model.tokenizer.ids(text) for text in (FIRST, SECOND)]
    ends = [len(each) - 1 for each in ids]
    assert page._journey.at == tuple(ends)
    for kind, each, end in zip(("first", "second"), ids, ends, strict=True):
        posts, _, _ = forward(model, each)
        expected = np.stack([model.weights.wte[each[end]], *posts[:, end]])
        np.testing.assert_allclose(page._journey.paths[kind], expected, atol=1e-4)
    one, two = (page.plane._ways[page._ways.index(kind)].points for kind in ("first", "second"))
    np.testing.assert_array_equal(one[0], two[0])
    assert (np.abs(one - two).max(axis=1)[1:] > 1e-6).all()
    plane = page._journey.parting
    np.testing.assert_allclose(one, (page._journey.paths["first"] - plane.centre) @ plane.axes.T)
    page.planes.choose(1)
    again = page.plane._ways[page._ways.index("first")].points
    np.testing.assert_allclose(again, page._journey.whole.place(page._journey.paths["first"]))
    assert f"{sum(page._journey.whole.shares):.0%}" in page.plane._notes[0]


def test_the_curves_are_cosines_by_hand(page, session, model, qtbot):
    use(qtbot, session, model)
    page.clues.set_words(WORDS)
    settle(qtbot, session)
    found = page.clues._found
    panels = page.clues.curves._panels
    assert [panel.title for panel in panels] == ["towards to", "towards the"]
    for n, clue in enumerate(found.clues):
        for curve in panels[n].curves:
            for depth, value in enumerate(curve.values):
                a = page._journey.paths[curve.kind][depth] - found.centre[depth]
                b = clue.vectors[depth] - found.centre[depth]
                assert value == pytest.approx(a @ b / np.sqrt((a @ a) * (b @ b)), abs=1e-9)
    page.clues.switch.choose(1)
    (there,) = np.flatnonzero(session.trace.ids == found.clues[0].token)
    inside = path(session.trace, int(there))
    first = next(c for c in page.clues.curves._panels[0].curves if c.kind == "first")
    a, b = page._journey.paths["first"][1] - found.centre[1], inside[1] - found.centre[1]
    assert first.values[1] == pytest.approx(a @ b / np.sqrt((a @ a) * (b @ b)), abs=1e-9)


def test_hovering_a_layer_stresses_it_in_the_other_figure(page, session, model, qtbot):
    use(qtbot, session, model)
    page.clues.set_words(WORDS)
    settle(qtbot, session)
    curves = page.clues.curves

    def is_read():
        """As the page may still be laid out, wherever the point is by now."""
        qtbot.mouseMove(curves, QPoint(1, 1))
        qtbot.mouseMove(curves, curves.point_of(Place(0, 0, 1)).toPoint())
        return curves._place is not None

    qtbot.waitUntil(is_read)
    assert curves._place.depth == 1
    assert page.plane._depth == 1
    page.plane.hover_at(QPointF(*page.plane._at[2].tolist()))
    assert curves._depth == 2


# --- patches


@pytest.mark.parametrize(
    "place",
    [
        PartPlace(0, "head", 1),
        PartPlace(1, "attention", 0),
        PartPlace(0, "mlp", 0),
        PartPlace(0, "layer", 0),
        PartPlace(1, "layer", 0),
    ],
)
def test_a_click_patches_and_path_and_prediction_follow(page, session, model, qtbot, place):
    use(qtbot, session, model)
    page.right.choose(1)
    patched(page, qtbot, session, place)
    (change,) = session.changes
    assert isinstance(change, Patch)
    assert change.source == SECOND
    one, two = (model.tokenizer.ids(text) for text in (FIRST, SECOND))
    _, parts, second_logits = forward(model, two)
    given = {tuple(place): (len(one) - 1, parts[tuple(place)][-1])}
    posts, _, logits = forward(model, one, given)
    way = page._journey.paths["changed"]
    np.testing.assert_allclose(way[1:], posts[:, -1], atol=1e-4)
    by_kind = {column.kind: column for column in page.patches.predictions._columns}
    ids = list(page._journey.ids)
    assert by_kind["changed"].probabilities == pytest.approx(softmax(logits[-1])[ids], abs=1e-5)
    assert by_kind["second"].probabilities == pytest.approx(
        softmax(second_logits[-1])[ids], abs=1e-5
    )
    _, _, plain = forward(model, one)
    assert by_kind["first"].probabilities == pytest.approx(softmax(plain[-1])[ids], abs=1e-5)
    assert page._ways.count("changed") == 1
    assert journey_words.part_name(*place) in page.patches._said.text()
    patched(page, qtbot, session, place)
    assert session.changes == ()
    assert "changed" not in page._ways


def test_several_patches_are_listed_and_taken_back_at_once(page, session, model, qtbot):
    use(qtbot, session, model)
    patched(page, qtbot, session, PartPlace(0, "mlp", 0))
    patched(page, qtbot, session, PartPlace(1, "head", 0))
    off = Off(0, "head", 0)
    session.add_change(off)
    settle(qtbot, session)
    assert len(session.changes) == 3
    assert page.patches._said.text() == (
        "Carried over: layer 1 feed-forward, layer 2 head 1. 1 more change acts elsewhere."
    )
    assert {PartPlace(0, "mlp", 0), PartPlace(1, "head", 0)} == page.patches.grid._on
    qtbot.mouseClick(page.patches._back, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert session.changes == (off,)
    assert not page.patches._back.isVisible()


def test_a_patch_follows_the_second_sentence(page, session, model, qtbot):
    use(qtbot, session, model)
    place = PartPlace(0, "attention", 0)
    off = Off(0, "head", 1)
    session.add_change(off)
    patched(page, qtbot, session, place)
    (_, before) = session.changes
    session.set_second_prompt("They climbed to the bank")
    settle(qtbot, session)
    (kept, change) = session.changes
    assert kept == off
    assert change.source == "They climbed to the bank"
    second = model.trace("They climbed to the bank")
    assert change.value != before.value
    np.testing.assert_allclose(change.value, second.attn_out[0, -1], atol=1e-6)
    assert "take it back" in page.patches._about(place)
    session.what_if.undo()  # the patch is one step, whatever was typed meanwhile
    assert session.changes == (off,)


def test_a_patch_that_cannot_follow_the_second_sentence_stays_what_it_was(
    page, session, model, qtbot
):
    use(qtbot, session, model)
    at = page._journey.at[0]
    nowhere = Patch(9, "layer", 0, at, (0.5,) * model.config.d_model)
    session.add_change(nowhere)
    page.patches.set_journey(page._journey)  # as the second sentence does, when it is read first
    settle(qtbot, session)
    assert session.changes == (nowhere,)


# --- which word


def test_a_click_on_a_token_follows_it_in_both(page, session, model, qtbot):
    use(qtbot, session, model)
    strip = page.sentences.first
    chip = next(c for c in strip._chips() if c.label == "␣climbed")
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=chip.rect.center().toPoint())
    assert session.selection.token == chip.position
    assert page._journey.at == (chip.position, chip.position)
    assert page.sentences.second._selected == chip.position
    second = page.sentences.second
    tree = next(c for c in second._chips() if "tree" in c.label)
    at = QPoint(int(tree.rect.center().x()), int(tree.rect.center().y()))
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton, pos=at)
    assert page._journey.at == (chip.position, tree.position)
    assert "different tokens" in page._above._caption.text()


def test_sentences_of_different_length_are_told_apart_by_their_places_too(
    page, session, model, qtbot
):
    use(qtbot, session, model, FIRST, "up the tree to the bank")
    a, b = page._journey.at
    assert a != b
    assert f"place {a + 1} and at place {b + 1}" in page._above._caption.text()
    np.testing.assert_array_equal(page._journey.paths["first"][0], page._journey.paths["second"][0])
    patched(page, qtbot, session, PartPlace(1, "layer", 0))
    assert session.changes[0].position == a
    np.testing.assert_allclose(
        session.trace.resid_post[1, a], session.second.resid_post[1, b], atol=1e-6
    )


@pytest.mark.parametrize("pair", [("a", "b"), ("?", "They walked"), (FIRST, FIRST), ("a", "")])
def test_any_two_pair_have_a_journey(page, session, model, qtbot, pair):
    use(qtbot, session, model, *pair)
    assert page._journey is not None
    for place in (PartPlace(0, "mlp", 0), PartPlace(1, "head", 1)):
        if pair[1]:
            patched(page, qtbot, session, place)
    assert not page.grab().isNull()


def test_the_other_of_a_lent_pair_is_there_again_when_one_comes_back(page, session, model, qtbot):
    use(qtbot, session, model, SENSES[0].first, "")
    qtbot.mouseClick(page.sentences.swap, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    page.hide()
    assert session.second_text == ""
    page.show()
    settle(qtbot, session)
    assert (session.prompt, session.second_text) == (SENSES[0].second, SENSES[0].first)


def test_no_sentence_stands_beside_itself(page, session, model, qtbot):
    use(qtbot, session, model, SENSES[0].first, "")
    session.set_prompt(SENSES[0].second)
    settle(qtbot, session)
    assert session.second_text == SENSES[0].first


def test_a_change_that_does_not_act_is_not_said_to_act_elsewhere(page, session, model, qtbot):
    use(qtbot, session, model)
    patched(page, qtbot, session, PartPlace(0, "head", 0))
    session.set_prompt("They")
    settle(qtbot, session)
    assert session.change_states()[0][1]
    page.patches.show_changes()
    assert "elsewhere" not in page.patches._said.text()


def test_a_lent_sentence_goes_with_the_prompt_that_it_was_for(page, session, model, qtbot):
    use(qtbot, session, model, SENSES[0].first, "")
    assert session.second_text == SENSES[0].second
    use(qtbot, session, model, "They sat", "")
    assert (session.second_text, session.second) == ("", None)
    use(qtbot, session, model, SENSES[1].first, "")
    assert session.second_text == SENSES[1].second
    use(qtbot, session, model, SENSES[0].first, "")
    assert session.second_text == SENSES[0].second


def test_a_full_context_is_followed_to_its_end(page, session, model, qtbot):
    use(qtbot, session, model, "They walked to the bank. " * 20, "to the bank" + " a" * 40)
    assert session.trace.before
    patched(page, qtbot, session, PartPlace(0, "attention", 0))
    assert "changed" in page._ways


# --- the menu, the fields


def test_a_known_first_sentence_lends_its_second_while_one_is_here(page, session, model, qtbot):
    use(qtbot, session, model, SENSES[0].first, "")
    assert session.second_prompt == ""
    assert session.second_text == session.second.text == SENSES[0].second
    assert page.sentences.second._tokens == session.second.tokens
    qtbot.mouseClick(page.sentences.swap, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert (session.prompt, session.second_text) == (SENSES[0].second, SENSES[0].first)
    assert session.second_prompt == ""
    page.hide()
    assert session.second is None
    assert session.second_text == ""
    session.set_prompt(SENSES[0].first)
    settle(qtbot, session)
    assert session.second is None
    page.show()
    settle(qtbot, session)
    assert session.second.text == SENSES[0].second
    session.set_second_prompt(SECOND)  # the user's own goes before, and stays
    settle(qtbot, session)
    assert session.second.text == SECOND
    page.hide()
    assert session.second.text == SECOND


def test_a_double_meaning_fills_both_sentences_and_the_clues(page, session, model, qtbot):
    use(qtbot, session, model)
    session.select_token(2)
    sense = SENSES[3]
    page.sentences.menu.chosen.emit(sense.name)
    settle(qtbot, session)
    assert (session.prompt, session.second_prompt) == (sense.first, sense.second)
    assert tuple(field.text() for field in page.clues.fields) == sense.clues
    assert session.selection.token is None
    names = [each.name for each in SENSES]
    assert len(set(names)) == len(names)


def test_the_two_change_places(page, session, model, qtbot):
    use(qtbot, session, model)
    qtbot.mouseClick(page.sentences.swap, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert (session.prompt, session.second_prompt) == (SECOND, FIRST)
    session.set_second_prompt("")
    settle(qtbot, session)
    assert not page.sentences.swap.isEnabled()


def test_the_clues_are_of_the_word_that_is_followed_until_the_user_chooses(
    page, session, model, qtbot
):
    def words():
        return [field.text() for field in page.clues.fields if field.text()]

    use(qtbot, session, model)
    assert words() == ["river", "money"]
    assert journey_words.FOUND not in page.clues._caption.text()
    use(qtbot, session, model, "the river the bank the tree and the cat to", "")
    found = looked_at(session.trace, len(session.trace.tokens) - 1)
    assert 1 <= len(found) <= 2
    assert words() == found
    assert journey_words.FOUND in page.clues._caption.text()
    session.select_token(2)  # another word looks elsewhere
    settle(qtbot, session)
    assert words() == looked_at(session.trace, 2)
    session.select_token(None)
    field = page.clues.fields[0]
    field.clear()
    qtbot.keyClicks(field, "the")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert journey_words.FOUND not in page.clues._caption.text()
    chosen = words()
    use(qtbot, session, model, "the cat the river to", "")
    assert words() == chosen
    page.sentences.menu.chosen.emit(SENSES[2].name)
    settle(qtbot, session)
    assert words() == list(SENSES[2].clues)


def test_an_unknown_clue_is_said_and_known_words_are_offered(
    page, session, model, texts, qtbot, monkeypatch
):
    dry = [text for text in texts if "river" not in text]
    monkeypatch.setattr(HELD_OUT, "first", lambda *_: dry)
    use(qtbot, session, model)
    page.clues.set_words(WORDS)
    field = page.clues.fields[0]
    field.clear()
    qtbot.keyClicks(field, "rivver")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert "“rivver” is not one token" in page.clues.advice.remark.text()
    offers = [button for button in page.clues.advice.offers if button.isVisible()]
    river = next(button for button in offers if button.text() == "river")
    qtbot.mouseClick(river, Qt.MouseButton.LeftButton)
    settle(qtbot, session)
    assert not page.clues.advice.isVisible()
    assert page.clues._panels[0].missing.startswith(NOWHERE.split(" {")[0])
    page.clues.switch.choose(1)
    assert page.clues.curves._panels[0].title == "towards river"
    page.clues.fields[1].set_word("cat")
    page.clues._ask()
    settle(qtbot, session)
    assert page.clues._panels[1].missing == NOT_INSIDE


# --- numbers


def test_every_number_of_the_curves_and_of_the_plane_is_explained(page, session, model, qtbot):
    use(qtbot, session, model)
    page.clues.set_words(WORDS)
    patched(page, qtbot, session, PartPlace(0, "attention", 0))
    panels = page.clues.curves._panels
    for view in (0, 1):
        page.clues.switch.choose(view)
        panels = page.clues.curves._panels
        curve = next(n for n, one in enumerate(panels[0].curves) if one.kind == "changed")
        page.clues.curves.number_asked.emit(Place(0, curve, 2), QPoint(5, 5))
        assert_explained(page, float(panels[0].curves[curve].values[2]))
        for way in (page._ways.index("changed"), 0):
            page.plane.number_asked.emit((way, 1), QPoint(5, 5))
            across, up = page.plane._ways[way].points[1]
            assert_explained(page, (across, up))


def assert_explained(page, values):
    card = shown(page.window())
    python = card.findChild(QPlainTextEdit).toPlainText()
    said = [float(each) for each in printed(python).split()]
    assert said == pytest.approx(np.atleast_1d(values).tolist(), rel=1e-4, abs=1e-5)
    result = card.findChild(QLabel, "explanationResult").text()
    assert number(result) == pytest.approx(said[0], rel=1e-4, abs=1e-5)
    card.close()


@pytest.mark.parametrize("kind", ["first", "second", "changed"])
def test_every_probability_is_explained(page, session, model, qtbot, kind):
    use(qtbot, session, model)
    patched(page, qtbot, session, PartPlace(1, "head", 0))
    session.add_change(Off(0, "mlp"))
    settle(qtbot, session)
    columns = page.patches.predictions._columns
    place = next(n for n, column in enumerate(columns) if column.kind == kind)
    page.patches.predictions.number_asked.emit((2, place), QPoint(5, 5))
    assert_explained(page, float(columns[place].probabilities[2]))


def test_its_figures_are_pictures_and_tables(page, session, model, qtbot):
    use(qtbot, session, model)
    page.clues.set_words(WORDS)
    settle(qtbot, session)
    patched(page, qtbot, session, PartPlace(1, "head", 0))
    for figure, n_rows, n_columns in (
        (page._figure(), 5 * 3, 5),
        (page.clues._figure(), 2 * 3 * 3, 4),
        (page.patches._figure(), 7, 5),
    ):
        lines = csv_of(figure.table()).decode().splitlines()
        assert len(lines) == 1 + n_rows
        assert len(lines[1].split(",")) >= n_columns
        assert not picture_of(figure.widget).isNull()


# --- other models


@pytest.mark.parametrize("shape", [(1, 1, 8), (12, 12, 24)])
def test_models_of_any_shape_have_their_parts(page, session, qtbot, tmp_path, shape):
    n_layers, n_heads, d_model = shape
    folder = save_tiny(tmp_path / "shape", n_layers=n_layers, n_heads=n_heads, d_model=d_model)
    use(qtbot, session, LanguageModel.load(folder))
    grid = page.patches.grid
    assert (grid._n_layers, grid._n_heads) == (n_layers, n_heads)
    patched(page, qtbot, session, PartPlace(n_layers - 1, "head", n_heads - 1))
    assert session.changes[0].layer == n_layers - 1
    assert not page.grab().isNull()


def test_another_model_in_the_middle_of_a_study(page, session, model, qtbot, tmp_path):
    use(qtbot, session, model)
    page.clues.set_words(WORDS)  # asked for, not yet answered
    other = LanguageModel.load(save_tiny(tmp_path / "other", d_model=24, seed=4))
    use(qtbot, session, other)
    assert page._journey.paths["first"].shape == (3, 24)
    assert page.clues._knowledge.model is other
    assert page.clues.curves._panels[0].curves


def test_broken_weights_are_said_not_shown(page, session, model, qtbot, failures):
    arrays = dict(model.weights.arrays())
    arrays["wpe.weight"] = np.full_like(arrays["wpe.weight"], np.nan)
    broken = LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken")
    session._language_model, session.model = broken, replace(model.info, non_finite=True)
    session.trace = broken.trace(FIRST)
    session.trace_changed.emit(session.trace)
    assert page.plane._hint == journey_words.BROKEN
    assert page.patches.grid._n_layers == 0


def test_each_part_says_how_far_it_takes_the_word(page, session, model, qtbot):
    use(qtbot, session, model)
    grid = page.patches.grid
    found = grid._effects
    one, two = (model.tokenizer.ids(text) for text in (FIRST, SECOND))
    plain, _, _ = forward(model, one)
    posts, parts, _ = forward(model, two)
    start, goal = plain[-1, -1], posts[-1, -1]
    for place in (PartPlace(0, "head", 1), PartPlace(1, "mlp", 0), PartPlace(1, "layer", 0)):
        given = {tuple(place): (len(one) - 1, parts[tuple(place)][-1])}
        end = forward(model, one, given)[0][-1, -1]
        share = (end - start) @ (goal - start) / np.square(goal - start).sum()
        assert found[place.layer, grid.column_of(place)] == pytest.approx(share, abs=1e-4)
        assert journey_words.way_share(share) in page.patches._about(place)
        grid.number_asked.emit(place, QPoint(5, 5))
        assert_explained(page, share)
    patched(page, qtbot, session, PartPlace(1, "mlp", 0))
    assert grid._effects is found  # by itself: what is carried over already does not count
    session.set_second_prompt(FIRST)
    settle(qtbot, session)
    assert not grid._effects.any()


def test_effects_are_those_of_the_model_that_was_opened_meanwhile(
    page, session, model, qtbot, tmp_path
):
    use(qtbot, session, model)
    page.hide()
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=3, n_heads=4, seed=1))
    session._on_loaded((other, None))
    settle(qtbot, session)
    page.show()
    settle(qtbot, session)
    found = page.patches.grid._effects
    texts = [other.trace(text) for text in (FIRST, SECOND)]
    at = [len(text.ids) - 1 for text in texts]
    np.testing.assert_array_equal(found, patch_effects(other.weights, *texts, *at))
    assert found.shape == (3, 4 + 3)


def test_effects_are_worked_out_when_the_parts_are_seen(page, session, model, qtbot):
    page.resize(700, 500)
    use(qtbot, session, model)
    assert page.patches.grid._effects is None
    page.right.choose(1)
    settle(qtbot, session)
    assert page.patches.grid._effects is not None


def test_a_card_that_filled_the_page_gives_the_room_back_in_another_size(session, model, qtbot):
    page = JourneyPage(session)
    qtbot.addWidget(window := scrolling(page))
    window.resize(1000, 900)
    window.show()
    use(qtbot, session, model)
    assert page.clues.isVisible()
    assert page.patches.isVisible()
    set_full(page.card, True)
    window.resize(800, 520)
    assert not page.clues.isVisible()
    set_full(page.card, False)
    qtbot.waitUntil(lambda: page.right.isVisible() and page.clues.isVisible())
    assert not page.patches.isVisible()


def test_beside_each_other_cells_can_be_hit_and_numbers_are_whole(session, model, qtbot):
    qtbot.addWidget(card := JourneyPatches(session))
    card.resize(476, 355)  # as in the window's first size, with the story beside it
    card.show()
    use(qtbot, session, model)
    kinds = dict.fromkeys(("first", "second", "changed"), np.full(7, 0.5))
    card.grid.set_data(6, 6, [], str, np.zeros((6, 9)))
    card.predictions.set_data(["because"] * 7, [Column(*one) for one in kinds.items()], str)
    card.resize(477, 355)
    qtbot.waitUntil(lambda: card.grid.cell_rect((0, 0)).width() >= 10)
    number = QFontMetricsF(theme.mono()).horizontalAdvance("<0.01%")
    for place in range(3):
        left, right = card.predictions._x(place)
        assert right - left >= number
