from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from gui.text.analogy_page import AGAIN, EMPTY, NO_MODEL, SAME, AnalogyPage
from gui.text.analogy_study import put_examples
from gui.text.analogy_words import EXAMPLES
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny


@pytest.fixture(scope="module")
def model():
    return LanguageModel.load(SMALL_WORLD_MODEL)


@pytest.fixture(scope="module")
def stored():
    """Embeddings of length 1 from the file, (V, C), and ids by token."""
    table = safetensors.numpy.load_file(SMALL_WORLD_MODEL / "model.safetensors")
    table = table["transformer.wte.weight"].astype(np.float64)
    ids = json.loads((SMALL_WORLD_MODEL / "tokenizer.json").read_text())["model"]["vocab"]
    return table / np.linalg.norm(table, axis=1, keepdims=True), ids


@pytest.fixture
def page(at_rest, session, qtbot, model):
    made = AnalogyPage(session)
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
    qtbot.waitUntil(lambda: not page.question.is_typing() and not studies.is_busy())


def put(qtbot, page, *words):
    page.ask(words)
    settle(qtbot, page)


def cosines(stored, a, b, c):
    unit, ids = stored
    goal = unit[ids[f"Ġ{b}"]] - unit[ids[f"Ġ{a}"]] + unit[ids[f"Ġ{c}"]]
    return unit @ goal / np.linalg.norm(goal)


def remark(page):
    return page.findChild(QLabel, "analogyRemark")


def offers(page):
    return [button for button in page.question.offers if button.isVisible()]


def test_before_a_model_is_open_it_says_what_to_do(session, qtbot):
    page = AnalogyPage(session)
    qtbot.addWidget(page)
    page.show()
    assert page.plane.accessibleDescription() == NO_MODEL


def test_it_begins_with_an_example_whose_numbers_are_the_files(page, stored):
    assert tuple(field.text() for field in page.question.fields) == EXAMPLES[0][:3]
    expected = cosines(stored, *EXAMPLES[0][:3])
    own = {
        stored[1][word] for word in ("Ġdog", "Ġpuppy", "Ġcat", "dog", "cat") if word in stored[1]
    }
    order = [at for at in np.argsort(-expected) if at not in own][:10]
    assert [row.id for row in page.answers._rows] == order
    for row in page.answers._rows:
        assert row.cosine == pytest.approx(expected[row.id], abs=1e-9)
        assert not row.is_own


def test_the_switch_brings_the_questions_own_words_back(page, stored, qtbot):
    qtbot.mouseClick(
        page.unlike, Qt.MouseButton.LeftButton, pos=QPoint(6, page.unlike.height() // 2)
    )
    assert [row.id for row in page.answers._rows] == np.argsort(-cosines(stored, *EXAMPLES[0][:3]))[
        :10
    ].tolist()
    assert any(row.is_own for row in page.answers._rows)


def test_a_typed_word_is_completed_and_asked_for(page, qtbot):
    field = page.question.fields[2]
    field.clear()
    qtbot.keyClicks(field, "kin")
    assert "king" in field.offered()
    assert field.offered()[0].startswith("kin")
    qtbot.keyClicks(field, "g")
    settle(qtbot, page)
    assert page._study.labels[2] == "␣king"
    field.completer().popup().hide()


def test_a_word_of_the_list_is_taken_with_enter(page, qtbot):
    field = page.question.fields[2]
    field.clear()
    qtbot.keyClicks(field, "qu")
    popup = field.completer().popup()
    assert popup.isVisible()
    word = field.offered()[1]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(popup, key)
    assert field.text() == word
    settle(qtbot, page)
    assert page._study.labels[2].strip("␣") == word


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_word_of_several_tokens_is_explained_and_others_offered(page, qtbot, model, place):
    words = ["dog", "puppy", "cat"]
    words[place] = "kittenish"
    n_tokens = len(model.tokenizer.ids(" kittenish"))
    put(qtbot, page, *words)
    assert f"“kittenish” is {n_tokens} tokens here" in remark(page).text()
    assert "kitten" in [button.text() for button in offers(page)]
    (button,) = (button for button in offers(page) if button.text() == "kitten")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.question.fields[place].text() == "kitten"
    assert not remark(page).isVisible()
    assert page._study.labels[place] == "␣kitten"


@pytest.mark.parametrize("word", ["🦊", "<b>x</b>", "two words", "Ω" * 300])
def test_nonsense_gets_a_sentence_and_loses_nothing(page, qtbot, word):
    put(qtbot, page, "dog", "puppy", word)
    assert remark(page).isVisible()
    assert remark(page).textFormat() == Qt.TextFormat.PlainText
    assert page.question.fields[0].text() == "dog"
    assert not page.answers._rows


def test_an_empty_field_and_equal_words_get_a_hint(page, qtbot):
    put(qtbot, page, "dog", "", "cat")
    assert page.plane.accessibleDescription() == EMPTY
    put(qtbot, page, "dog", "dog", "cat")
    assert remark(page).text() == SAME
    assert page.answers._rows
    put(qtbot, page, "dog", "puppy", "dog")
    assert remark(page).text() == AGAIN
    put(qtbot, page, "one", "two", "two")
    assert not remark(page).isVisible()


def lonely(plane):
    """The word on the plane that stands farthest from every other one."""
    dots = [plane._dot(at) for at in range(len(plane._words.labels))]
    gaps = [min((dot - other).manhattanLength() for other in dots if other != dot) for dot in dots]
    return max(range(4, len(dots)), key=gaps.__getitem__)


def carry(page, at, *, drop):
    """Carry the arrow to one of the words on the plane, the mouse holding it beside its tail."""
    plane, hand = page.plane, QPointF(25, 0)
    kinds = QEvent.Type
    steps = [(kinds.MouseButtonPress, plane._dot(2) + hand)]
    steps += [(kinds.MouseMove, plane._dot(at) + hand + QPointF(4, 3))]
    steps += [(kinds.MouseButtonRelease, plane._dot(at) + hand)] * drop
    left = Qt.MouseButton.LeftButton
    for kind, point in steps:
        there = QPointF(plane.mapToGlobal(point))
        event = QMouseEvent(kind, point, there, left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(plane, event)


def test_the_arrow_carried_to_a_word_asks_for_it_while_it_moves(page, qtbot, stored):
    at = lonely(page.plane)
    label, points = page.plane._words.labels[at], page.plane._words.points.copy()
    carry(page, at, drop=False)
    assert page.plane.is_carried()
    settle(qtbot, page)
    assert page.question.fields[2].text() == label.strip("␣")
    expected = cosines(stored, "dog", "puppy", label.strip("␣"))
    assert page.answers._rows[0].cosine == pytest.approx(
        expected[page.answers._rows[0].id], abs=1e-9
    )
    np.testing.assert_array_equal(page.plane._words.points, points)  # nothing jumps under the hand
    carry(page, at, drop=True)
    settle(qtbot, page)
    assert not page.plane.is_carried()
    assert page.plane._words.labels[2] == label


def test_the_arrow_is_taken_to_a_word_by_keyboard(page, qtbot):
    for _ in range(3):
        qtbot.keyClick(page.plane, Qt.Key.Key_Right)  # c, and two further
    label = page.plane._words.labels[4]
    assert page.plane.accessibleDescription().startswith(label)
    qtbot.keyClick(page.plane, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.plane._words.labels[2] == label


def test_examples_stand_by_what_the_model_answers_now(page, qtbot, stored, model):
    page.switch.choose(1)
    settle(qtbot, page)
    rows = page.examples._rows
    assert rows
    for row in rows:
        a, b, c, d = row.words
        best = np.argsort(-cosines(stored, a, b, c))
        texts = (model.tokenizer.text(int(at)).strip() for at in best)
        own = {a.casefold(), b.casefold(), c.casefold()}
        said = next(text for text in texts if text.casefold() not in own)
        assert row.said == said
        assert row.is_right == (said.casefold() == d.casefold())
    right = [row.is_right for row in rows]
    assert right == sorted(right, reverse=True)
    qtbot.keyClick(page.examples, Qt.Key.Key_End)
    qtbot.keyClick(page.examples, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert tuple(field.text() for field in page.question.fields) == rows[-1].words[:3]


def test_examples_of_unknown_words_are_left_out(page):
    vocabulary = page._vocabulary
    strange = [("dog", "puppy", "cat", "qwertyuiop"), ("qwertyuiop", "a", "b", "c")]
    assert put_examples(vocabulary, lambda: False, strange) == []
    assert put_examples(vocabulary, lambda: True) == []


def test_every_cosine_is_explained(page, qtbot, stored):
    row = page.answers._rows[3]
    page.answers.number_asked.emit(3, QPoint(5, 5))
    card = shown(page.window())
    result = card.findChild(QLabel, "explanationResult").text()
    expected = cosines(stored, "dog", "puppy", "cat")[row.id]
    assert number(result) == pytest.approx(expected, rel=1e-5)
    assert float(printed(card._python)) == pytest.approx(expected, rel=1e-9)
    card.close()
    page.answers.setFocus()
    qtbot.keyClick(page.answers, "?")
    shown(page.window()).close()
    page.plane.number_asked.emit(page.plane._words.ids[5], QPoint(5, 5))
    card = shown(page.window())
    expected = cosines(stored, "dog", "puppy", "cat")[page.plane._words.ids[5]]
    assert float(printed(card._python)) == pytest.approx(expected, rel=1e-9)
    card.close()


def test_how_much_of_the_way_to_other_words_is_seen_is_explained(page, qtbot, stored):
    plane = page.plane
    below = QPoint(plane.width() // 2, plane.height() - 8)
    qtbot.mouseClick(plane, Qt.MouseButton.LeftButton, pos=below)
    card = shown(page.window())
    unit, _ = stored
    ids = list(plane._words.ids)
    ways = unit[ids] - unit[ids[0]]
    basis, _ = np.linalg.qr(ways[1:3].T)
    kept = np.square(ways[3:] @ basis).sum(axis=1) / np.square(ways[3:]).sum(axis=1)
    least, most = map(float, printed(card._python).split())
    assert (least, most) == pytest.approx((kept.min(), kept.max()))
    said = card.findChild(QLabel, "explanationResult").text()
    assert said == f"{kept.min():.3%} to {kept.max():.3%}"
    card.close()
    plane.setFocus()
    qtbot.keyClick(plane, "?")
    shown(page.window()).close()


def test_a_stressed_answer_is_stressed_on_the_plane(page):
    page.answers.hover_at(QPointF(20, page.answers._row_height * 1.5))
    assert page.plane._stressed == page.answers._rows[1].id
    page.answers.hover_at(QPointF(-5, -5))
    assert page.plane._stressed is None


def test_another_model_answers_with_its_own_words(page, qtbot, session, tmp_path):
    other = LanguageModel.load(save_tiny(tmp_path / "tiny"))
    open_model(session, other)
    settle(qtbot, page)
    assert page.question.fields[0].text() == "dog"  # what was typed stays
    assert remark(page).isVisible()
    put(qtbot, page, "the", "river", "to")
    assert page._study.made is not None
    assert len(page.answers._rows) == 10


def test_a_model_of_broken_numbers_is_said_to_be_so(page, qtbot, session, tmp_path):
    broken = LanguageModel.load(save_tiny(tmp_path / "tiny"))
    broken.weights.wte.setflags(write=True)
    broken.weights.wte[5] = np.nan
    open_model(session, broken)
    settle(qtbot, page)
    assert "not finite" in page.plane.accessibleDescription()


def test_tables_hold_what_is_shown(page, qtbot):
    table = page._figure().table()
    rows = list(table.rows)
    assert [row[0] for row in rows[:3]] == ["a", "b", "c"]
    assert rows[-1][0] == "tip"
    assert all(len(row) == len(table.header) for row in rows)
    answers = page._side.figure().table()
    assert [row[3] for row in answers.rows] == [row.cosine for row in page.answers._rows]
    page.switch.choose(1)
    settle(qtbot, page)
    assert len(list(page._figure().table().rows)) == len(page.examples._rows)
    assert page.findChild(QToolButton, "saveAnalogyButton")
