from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QTextCursor
from PySide6.QtWidgets import QLabel

from core.checkpoint import load_folder
from core.gpt import GPT
from core.language_model import LanguageModel
from gui import theme
from gui.text import sentence_study, sentences_page
from gui.text.sentence_words import ALONE, ALONE_REST, EXAMPLES, START, TWO_REST
from gui.text.sentences_page import BROKEN, NO_MODEL, SentencesPage
from gui.widgets import similarity_matrix
from gui.widgets.sentence_editor import MOST, MOST_CHARACTERS
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

THREE = ["The cat climbed up.", "They walked along.", "The bank."]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", n_layers=3, seed=4)


@pytest.fixture(scope="module")
def model(folder):
    return LanguageModel.load(folder)


@pytest.fixture
def page(at_rest, session, qtbot, model):
    made = SentencesPage(session)
    qtbot.addWidget(made)
    made.resize(704, 456)
    made.show()
    open_model(session, model)
    settle(qtbot, made)
    return made


def open_model(session, model):
    session._language_model, session.model = model, model.info
    session.model_changed.emit(model.info)


def settle(qtbot, page):
    studies = page._session.studies
    qtbot.waitUntil(lambda: not page._typing.isActive() and not studies.is_busy())


def put(qtbot, page, *sentences):
    page.editor.set_sentences(sentences)
    settle(qtbot, page)


def remark(page):
    label = page.findChild(QLabel, "sentencesRemark")
    return label.text() if label.isVisible() else ""


def states(folder, model, sentence):
    """The stream after each layer by the torch model, (L + 1, T, C) float64."""
    config, state, *_ = load_folder(folder)
    gpt = GPT(config).double()
    gpt.load_state_dict({name: torch.tensor(array).double() for name, array in state.items()})
    ids = torch.tensor([model.tokenizer.ids(sentence)])
    streams = {}

    def record(layer, name, value):
        streams[layer, name] = value.numpy().copy()
        return value

    with torch.no_grad():
        gpt(ids, recorder=record)
        last = streams[config.n_layers - 1, "resid_post"]
        normed = torch.nn.functional.layer_norm(
            torch.tensor(last), (config.d_model,), *(p.double() for p in gpt.ln_f.parameters())
        ).numpy()
    return [*(streams[layer, "resid_pre"] for layer in range(config.n_layers)), normed]


def expected(folder, model, sentences, layer, pooling, *, is_rest):
    pool = {"mean": lambda s: s.mean(axis=0), "last": lambda s: s[-1]}[pooling]
    vectors = np.array([pool(states(folder, model, one)[layer]) for one in sentences])
    if is_rest:
        vectors = vectors - vectors.mean(axis=0)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


def test_without_a_model_it_says_what_to_do(session, qtbot):
    page = SentencesPage(session)
    qtbot.addWidget(page)
    page.show()
    assert page.matrix.accessibleDescription() == NO_MODEL
    assert page.editor.sentences() == list(START)


@pytest.mark.parametrize("is_rest", [False, True])
@pytest.mark.parametrize(("pooling", "name"), [(0, "mean"), (1, "last")])
@pytest.mark.parametrize("layer", [0, 2, 3])
def test_the_matrix_is_that_of_the_torch_model(
    page, qtbot, folder, model, pooling, name, layer, is_rest
):
    put(qtbot, page, *THREE)
    page.choices.pooling.choose(pooling)
    page.choices.layer.setCurrentIndex(layer)
    page.choices.rest.setChecked(is_rest)
    reference = expected(folder, model, THREE, layer, name, is_rest=is_rest)
    np.testing.assert_allclose(page.matrix._values, reference, atol=1e-5)


def test_the_last_layer_is_chosen_at_first(page):
    assert page.choices.layer.currentText() == "after layer 3, the last"
    assert page.choices.layer.count() == 4


def test_typing_is_followed_when_the_hand_rests(page, qtbot):
    put(qtbot, page, *THREE)
    values = page.matrix._values
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page.editor, " A dog")
    assert page.matrix._values is values  # not while one types
    settle(qtbot, page)
    assert page.matrix._names[2] == "The bank. A dog"
    assert page.matrix._values is not values


def test_only_what_is_new_is_read(page, qtbot, monkeypatch):
    put(qtbot, page, *THREE)
    read = []
    real = sentence_study.read_sentence
    monkeypatch.setattr(
        sentence_study, "read_sentence", lambda *args: (read.append(args[1]), real(*args))[1]
    )
    put(qtbot, page, *THREE, "A tree.", "A tree.")
    assert len(read) == 1
    page.choices.pooling.choose(1)
    page.choices.rest.setChecked(True)
    settle(qtbot, page)
    assert len(read) == 1


def test_what_is_no_longer_wanted_stops(page, qtbot, session):
    page.editor.set_sentences(THREE)
    page._ask()
    assert session.studies.is_busy(sentences_page.KIND)
    qtbot.keyClicks(page.editor, "x")
    assert not session.studies.is_busy(sentences_page.KIND)
    settle(qtbot, page)
    assert page.matrix._names[0].startswith("x")


def test_empty_and_equal_lines(page, qtbot):
    put(qtbot, page, "", "The cat.", "   ", "The bank.", " The cat. ")
    assert page.matrix._names == ("The cat.", "The bank.", "The cat.")
    assert page.matrix._values[0, 2] == pytest.approx(1)
    assert remark(page) == "The same text: 1 and 3."
    put(qtbot, page, "", "  ")
    assert "Type a few sentences" in page.matrix.accessibleDescription()
    assert not remark(page)


def test_one_and_two_sentences(page, qtbot):
    put(qtbot, page, "The cat.")
    assert remark(page) == ALONE
    assert page.plane._points.tolist() == [[0, 0]]
    page.choices.rest.setChecked(True)
    assert remark(page) == ALONE_REST
    assert np.isnan(page.matrix._values).all()
    put(qtbot, page, "The cat.", "The bank.")
    assert remark(page) == TWO_REST
    np.testing.assert_allclose(page.matrix._values, [[1, -1], [-1, 1]])
    assert page.plane._points[:, 1] == pytest.approx([0, 0])


def test_a_long_sentence_and_too_many_are_said(page, qtbot, model):
    long = "The cat climbed up the tree. " * 20
    n_tokens = len(model.tokenizer.ids(long.strip()))
    put(qtbot, page, long, *(f"The cat {n}." for n in range(MOST + 1)))
    assert f"Only the first {MOST} are compared; 2 are left out." in remark(page)
    assert (
        f"Of the {n_tokens} tokens of 1 only the last {model.config.context} are read."
        in remark(page)
    )
    assert len(page.matrix._names) == MOST


def test_several_lines_are_pasted_and_a_flood_is_cut(page, qtbot):
    put(qtbot, page, "One.")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    data = QMimeData()
    data.setText("\r\nTwo.\nThree.")
    page.editor.insertFromMimeData(data)
    assert page.editor.sentences() == ["One.", "Two.", "Three."]
    data.setText("a" * (MOST_CHARACTERS + 999))
    page.editor.insertFromMimeData(data)
    settle(qtbot, page)
    assert len(page.editor.toPlainText()) == MOST_CHARACTERS
    assert f"Only {MOST_CHARACTERS:,} characters fit" in remark(page)
    page.editor.undo()
    assert page.editor.sentences() == ["One.", "Two.", "Three."]


def test_sentences_are_moved_added_and_removed(page, qtbot):
    put(qtbot, page, *THREE)
    editor = page.editor
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Up, ALT)
    assert editor.sentences() == [THREE[1], THREE[0], THREE[2]]
    qtbot.keyClick(editor, Qt.Key.Key_Up, ALT)  # at the top already
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Down, ALT)
    assert editor.sentences() == [THREE[0], THREE[2], THREE[1]]
    editor.undo()
    assert editor.sentences() == [THREE[0], THREE[1], THREE[2]]
    remove, add = (
        page.findChild(sentences_page.QWidget, name) for name in ("removeSentence", "addSentence")
    )
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert len(editor.sentences()) == 2
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(editor, "It was")
    assert editor.sentences()[-1] == "It was"
    for _ in range(4):
        editor.remove_sentence()
    assert editor.toPlainText() == ""
    editor.move_sentence(1)


def test_list_matrix_and_plane_share_one_selection(page, qtbot):
    put(qtbot, page, *THREE)
    qtbot.keyClick(page.editor, Qt.Key.Key_Down)
    assert page.matrix._selected == page.plane._selected == 1
    name = QPointF(page.matrix._names_x + 4, page.matrix._spot(2, 0).center().y()).toPoint()
    qtbot.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=name)
    assert page.editor.textCursor().blockNumber() == 2
    assert page.plane._selected == 2
    page.switch.choose(1)
    qtbot.mouseClick(
        page.plane, Qt.MouseButton.LeftButton, pos=QPointF(*page.plane._at[0]).toPoint()
    )
    assert page.editor.textCursor().blockNumber() == 0
    assert page.matrix._selected == 0
    page.plane.hover_at(QPointF(*page.plane._at[1]))
    assert page.matrix._hovered == page.editor._hovered == 1
    qtbot.keyClick(page.plane, Qt.Key.Key_Right)
    assert page.matrix._selected == 1


@pytest.mark.parametrize("is_rest", [False, True])
@pytest.mark.parametrize("pooling", [0, 1])
def test_a_cell_is_explained(page, qtbot, pooling, is_rest):
    put(qtbot, page, *THREE, "They said 'hello' \\ \"so\" 🦊.")
    page.choices.pooling.choose(pooling)
    page.choices.rest.setChecked(is_rest)
    page.choices.layer.setCurrentIndex(2)
    spot = page.matrix._spot(3, 1).center().toPoint()
    qtbot.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=spot)
    card = shown(page.window())
    value = page.matrix._values[3, 1]
    result = card.findChild(QLabel, "explanationResult").text()
    assert number(result) == pytest.approx(value, rel=1e-5)
    assert float(printed(card._python)) == pytest.approx(value, rel=1e-9)
    card.close()


def test_how_much_the_plane_shows_is_explained(page, qtbot):
    page.resize(1200, 560)
    put(qtbot, page, *THREE, "It rained all day.", "They ran.")
    page.choices.pooling.choose(1)
    page.choices.rest.setChecked(True)  # which changes nothing on the plane
    plane = page.plane
    qtbot.mouseClick(
        plane, Qt.MouseButton.LeftButton, pos=QPoint(plane.width() // 2, plane.height() - 8)
    )
    card = shown(page.window())
    said = number(card.findChild(QLabel, "explanationResult").text())
    readings = [page._read[one].reading for one in page.editor.sentences()]
    vectors = np.array([each.vector(*page.choices.place) for each in readings])
    spreads = np.linalg.eigvalsh(np.cov(vectors.T))[::-1]
    assert said == pytest.approx(spreads[:2].sum() / spreads.sum(), abs=5e-6)
    assert float(printed(card._python)) == pytest.approx(spreads[:2].sum() / spreads.sum())
    card.close()
    plane.setFocus()
    qtbot.keyClick(plane, "?")
    shown(page.window()).close()
    put(qtbot, page, "One.")
    qtbot.keyClick(plane, "?")
    assert not [
        each for each in page.window().findChildren(QLabel, "explanationResult") if each.isVisible()
    ]


def test_nothing_has_no_cosine_but_an_explanation(page, qtbot):
    put(qtbot, page, "The cat.")
    page.choices.rest.setChecked(True)
    page.matrix.number_asked.emit((0, 0), QPoint(5, 5))
    card = shown(page.window())
    assert "no direction" in card.findChild(QLabel, "explanationResult").text()
    card.close()


def test_an_example_takes_the_place_of_the_list_and_can_be_undone(page, qtbot):
    put(qtbot, page, *THREE)
    page.list.examples.chosen.emit(EXAMPLES[1].text)
    settle(qtbot, page)
    assert list(page.matrix._names) == EXAMPLES[1].text.split("\n")
    page.editor.undo()
    assert page.editor.sentences() == THREE


def test_another_model_reads_anew(page, qtbot, session, tmp_path):
    put(qtbot, page, *THREE)
    values = page.matrix._values
    open_model(session, LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, seed=9)))
    settle(qtbot, page)
    assert page.choices.layer.count() == 2
    assert page.matrix._names == tuple(THREE)
    assert not np.allclose(page.matrix._values, values)


def test_a_model_of_broken_numbers_is_said_to_be_so(page, qtbot, session, tmp_path):
    broken = LanguageModel.load(save_tiny(tmp_path / "broken"))
    broken.weights.wte.setflags(write=True)
    broken.weights.wte[:] = np.nan
    open_model(session, broken)
    settle(qtbot, page)
    assert page.matrix.accessibleDescription() == BROKEN


def test_a_wide_page_shows_both_figures(page):
    assert page.matrix.isVisible()
    assert not page.plane.isVisible()
    page.resize(1200, 700)
    assert page.matrix.isVisible()
    assert page.plane.isVisible()
    assert not page.switch.isVisible()


def test_tables_hold_what_is_shown(page, qtbot):
    put(qtbot, page, *THREE)
    rows = list(page._matrix_figure().table().rows)
    assert len(rows) == 9
    assert rows[5] == (2, 3, THREE[1], THREE[2], float(page.matrix._values[1, 2]))
    rows = list(page._plane_figure().table().rows)
    assert [row[1] for row in rows] == THREE
    assert [list(row[2:]) for row in rows] == page.plane._points.tolist()


@pytest.mark.parametrize("size", [(940, 560), (704, 456)])
def test_sentences_are_whole_on_the_plane_where_there_is_room(page, qtbot, size):
    page.resize(*size)
    page.switch.choose(1)
    put(qtbot, page, *START)
    plane = page.plane
    assert sorted(name.id for name in plane._names) == list(range(len(START)))
    labels = [name.label.replace("\n", " ") for name in sorted(plane._names, key=lambda n: n.id)]
    assert labels == [f"{n} {sentence}" for n, sentence in enumerate(START, 1)]
    places = [name.place for name in plane._names]
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[i + 1 :])
    metrics = QFontMetricsF(theme.font(theme.SMALL))
    for name in plane._names:
        lines = name.label.split("\n")
        assert all(metrics.horizontalAdvance(line) <= name.place.width() for line in lines)
        assert len(lines) * metrics.lineSpacing() <= name.place.height() + 1


@pytest.mark.parametrize("size", [(920, 560), (704, 456)])
def test_sentences_are_whole_in_the_matrix_where_their_rows_have_room(page, qtbot, size):
    page.resize(*size)
    put(qtbot, page, *START)
    matrix = page.matrix
    shown = []
    for at, name in enumerate(matrix._names):
        spot = matrix._spot(at, 0)
        left = matrix._names_x + matrix._number
        room = QRectF(left, spot.y(), matrix._map.x() - left - 8, matrix._side)
        lines = matrix._lines_of(name, room)
        assert len(lines) * QFontMetricsF(theme.font(theme.SMALL)).lineSpacing() <= room.height()
        shown.append(" ".join(lines) == name)
    assert all(shown)
    assert matrix._side >= theme.px(similarity_matrix.NUMBERED)


def test_where_sentences_cannot_be_whole_the_cells_stay_as_large_as_they_can(page, qtbot):
    page.resize(704, 500)
    put(qtbot, page, *START)
    side = page.matrix._side
    page.editor.set_sentences([*START[:7], "a long sentence " * 12])
    page.list.replaced.emit()
    settle(qtbot, page)
    assert page.matrix._side > side


def test_what_another_model_read_is_never_compared_with_what_this_one_reads(
    page, session, qtbot, tmp_path
):
    """Another one is opened while the page is hidden and a sentence waits to be read."""
    put(qtbot, page, *THREE)
    other = LanguageModel.load(save_tiny(tmp_path / "other", d_model=24))
    assert other.config.d_model != session.language_model.config.d_model
    page.editor.set_sentences([*THREE, "The dog."])
    page.hide()
    open_model(session, other)
    settle(qtbot, page)
    page.show()
    settle(qtbot, page)
    assert page._shown.vectors.shape == (4, other.config.d_model)
