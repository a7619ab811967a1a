"""The page Futures: its tree is that of the model, and it follows the text."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QSpinBox

from core.futures import Limits
from core.interventions import Off
from core.language_model import LanguageModel
from core.sampling import softmax
from gui.autocomplete import futures_page
from gui.autocomplete import futures_words as words
from gui.autocomplete.futures_page import FuturesPage
from gui.export import csv_of, picture_of, svg_of
from gui.widgets.futures_painting import number_px, short
from gui.widgets.prediction_rows import percent
from tests.gui.autocomplete.pages import TEXT, settled, use
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

SIZE = 90  # tokens of the tree


@pytest.fixture
def model(sure_model):
    return sure_model


@pytest.fixture
def page(qtbot, session):
    made = FuturesPage(session)
    made.findChild(QSpinBox, "futures_n_nodes").setValue(SIZE)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def spin(page, name) -> QSpinBox:
    return page.findChild(QSpinBox, f"futures_{name}")


def said(page):
    return page._searches.text()


def click_node(qtbot, page, place):
    page.tree.show_path(place)
    at = page.tree.chip_rect(place).topLeft() + QPointF(6, 6)
    qtbot.mouseClick(page.tree, Qt.MouseButton.LeftButton, pos=at.toPoint())


def test_every_number_is_that_of_reading_the_path_from_the_beginning(page, session, model, qtbot):
    use(qtbot, session, model)
    tree, scene = page.grown.tree, page.tree.scene
    assert tree.is_done
    assert len(scene.nodes) == SIZE
    ids = session.trace.ids.tolist()
    for place in range(0, len(scene.nodes), 7):
        tokens = [tree.nodes[each].token for each in tree.path(place)]
        logits = model.trace_ids([*ids, *tokens[:-1]]).logits
        shares = [softmax(logits[len(ids) - 1 + at])[token] for at, token in enumerate(tokens)]
        node = scene.nodes[place]
        assert node.probability == pytest.approx(shares[-1], rel=1e-4)
        assert node.path == pytest.approx(np.prod(shares), rel=1e-4)
        assert scene.way(place) == tree.path(place)
        assert node.ends == (tokens[-1] == model.tokenizer.end_of_text)


def test_every_path_has_a_row_and_the_likeliest_goes_on_in_that_of_its_parent(
    page, session, model, qtbot
):
    use(qtbot, session, model)
    scene, places = page.tree.scene, page.tree._places
    assert sorted(set(places.rows)) == list(range(len(places.leaves)))
    for place, node in enumerate(scene.nodes):
        siblings = scene.children[node.parent]
        if node.parent is not None and siblings[0] == place:
            assert places.rows[place] == places.rows[node.parent]
        after = [places.rows[each] for each in siblings]
        assert after == sorted(after)
        chip = page.tree.chip_rect(place)
        others = [page.tree.chip_rect(each) for each in range(place)]
        assert not any(chip.intersects(other) for other in others)


def test_a_click_lets_the_text_go_on_along_the_path(page, session, model, qtbot):
    use(qtbot, session, model)
    tree, end = page.grown.tree, model.tokenizer.end_of_text
    place = next(
        place
        for place, node in enumerate(tree.nodes)
        if node.depth == 3 and all(tree.nodes[each].token != end for each in tree.path(place))
    )
    tokens = [tree.nodes[each].token for each in tree.path(place)]
    click_node(qtbot, page, place)
    settled(qtbot, session)
    assert session.trace.ids.tolist() == [*model.tokenizer.ids(TEXT), *tokens]
    assert page.grown.trace is session.trace
    assert page.grown.tree is not tree


def test_by_keyboard(page, session, model, qtbot):
    use(qtbot, session, model)
    page.tree.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(page.tree, key)
    scene = page.tree.scene
    assert scene.nodes[page.tree.current].depth == 3
    assert page.tree.current in page.grown.tree.greedy
    qtbot.keyClick(page.tree, Qt.Key.Key_Left)
    assert scene.nodes[page.tree.current].depth == 2
    before = page.tree.current
    qtbot.keyClick(page.tree, Qt.Key.Key_Down)
    assert scene.nodes[page.tree.current].depth == 2
    assert page.tree._places.rows[page.tree.current] > page.tree._places.rows[before]
    assert page.tree.said(page.tree.current) in page.tree.accessibleDescription()
    qtbot.keyClick(page.tree, Qt.Key.Key_Escape)
    assert page.tree.current is None
    qtbot.keyClick(page.tree, Qt.Key.Key_Home)
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    assert session.prompt.startswith(TEXT)
    settled(qtbot, session)


def test_the_arithmetic_of_a_path_is_shown(page, session, model, qtbot):
    use(qtbot, session, model)
    tree = page.grown.tree
    place = next(place for place, node in enumerate(tree.nodes) if node.depth == 2)
    page.tree.show_path(place)
    first, second = (tree.nodes[each] for each in tree.path(place))
    text = page._path.text()
    for part in (first.probability, second.probability, second.path):
        assert percent(part) in text
    assert text.index(words.TIMES) < text.index("=")
    page.tree.hover_at(QPointF(1, 1))
    assert page._path.text() == words.POINT


def test_greedy_and_beam_search_are_marked_and_compared(page, session, model, qtbot):
    use(qtbot, session, model)
    tree, scene = page.grown.tree, page.tree.scene
    for place in range(len(scene.nodes)):
        marks = scene.marks(place)
        assert ("G" in marks) == (place in tree.greedy)
        assert ("B" in marks) == (place in tree.beams[0])
        if "b" in marks:
            assert any(place in beam for beam in tree.beams[1:])
    greedy, beam = (tree.nodes[way[-1]] for way in (tree.greedy, tree.beams[0]))
    if tree.greedy == tree.beams[0]:
        assert "same path" in said(page)
    else:
        assert f"{percent(beam.path)} against {percent(greedy.path)}" in said(page)
    qtbot.mouseClick(page.findChild(QPushButton, "seeBeamButton"), Qt.MouseButton.LeftButton)
    assert page.tree.current == tree.beams[0][-1]
    assert page.tree.node_at(page.tree.chip_rect(page.tree.current).center()) is not None
    qtbot.mouseClick(page.findChild(QPushButton, "seeGreedyButton"), Qt.MouseButton.LeftButton)
    assert page.tree.current == tree.greedy[-1]


def test_where_they_part_is_said_in_words(model):
    trace = model.trace(TEXT)
    label = model.tokenizer.label
    seen = set()
    for text in (TEXT, "The cat", "The", "river", "They", "bank the cat", "a", "tree. The"):
        *_, tree = model.futures(model.trace(text), Limits(4, 6, 60, 6))
        sentence = words.searches(tree, label)
        seen.add(sentence.split()[0])
        if tree.greedy != tree.beams[0]:
            at = int(sentence.split()[2]) - 1
            assert tree.greedy[:at] == tree.beams[0][:at]
            assert tree.greedy[at] != tree.beams[0][at]
            assert label(tree.nodes[tree.beams[0][at]].token) in sentence
    assert seen == {"At", "Greedy"}
    assert trace is not None


def test_how_far_to_look_is_chosen(page, session, model, qtbot):
    use(qtbot, session, model)
    spin(page, "depth").setValue(2)
    settled(qtbot, session)
    assert max(node.depth for node in page.tree.scene.nodes) == 2
    spin(page, "width").setValue(2)
    assert spin(page, "beam").value() == 2  # no more paths than branches
    settled(qtbot, session)
    assert max(map(len, page.tree.scene.children.values())) == 2
    spin(page, "beam").setValue(4)
    assert spin(page, "width").value() == 4
    spin(page, "n_nodes").setValue(10)
    settled(qtbot, session)
    assert page.grown.limits == Limits(2, 4, 10, 4)
    assert len(page.grown.tree.beams) == 4


def test_it_grows_and_can_be_stopped(page, session, model, qtbot, monkeypatch):
    gate, real = threading.Event(), model.futures
    sizes = []

    def slow(trace, limits, cancelled):
        for n, tree in enumerate(real(trace, limits, cancelled)):
            if n == 3:
                assert gate.wait(20)
            if cancelled():
                return
            yield tree

    monkeypatch.setattr(model, "futures", slow)
    page.tree.current_changed.connect(lambda _: None)
    session._language_model, session.model = model, model.info
    session.set_prompt(TEXT)
    session.model_changed.emit(model.info)
    qtbot.waitUntil(lambda: page.grown is not None)
    sizes.append(len(page.grown.tree.nodes))
    stop = page.findChild(QPushButton, "stopFuturesButton")
    assert stop.isEnabled()
    assert not page.grown.tree.is_done
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    gate.set()
    settled(qtbot, session)
    assert not stop.isEnabled()
    assert "Stopped" in page._facts.text()
    assert 0 < len(page.grown.tree.nodes) < SIZE


def test_what_comes_next_is_shown_before_anything_is_read(page, session, model, qtbot, monkeypatch):
    gate, real = threading.Event(), model.futures

    def slow(trace, limits, cancelled):
        for n, tree in enumerate(real(trace, limits, cancelled)):
            assert n == 0 or gate.wait(20)
            yield tree

    monkeypatch.setattr(model, "futures", slow)
    session._language_model, session.model = model, model.info
    session.set_prompt(TEXT)
    session.model_changed.emit(model.info)
    qtbot.waitUntil(lambda: page.grown is not None)
    assert page.grown.tree.n_read == 0
    assert page.shown is session.trace
    assert {node.depth for node in page.tree.scene.nodes} == {1}
    assert page.tree.scene.nodes[0].probability == pytest.approx(
        session.prediction.candidates[0].raw
    )
    gate.set()
    settled(qtbot, session)
    assert page.grown.tree.is_done


def test_how_it_grows_is_shown_once_a_frame(page, session, model, qtbot, monkeypatch):
    monkeypatch.setattr(futures_page, "FRAME_S", 1000)
    sizes, show = [], page.tree.set_data
    monkeypatch.setattr(
        page.tree,
        "set_data",
        lambda scene, **how: [sizes.append(len(scene.nodes)), show(scene, **how)],
    )
    use(qtbot, session, model)
    assert len(sizes) == 2
    assert sizes[0] < sizes[1] == SIZE


def test_another_model_in_the_midst_of_it(page, session, model, qtbot, monkeypatch, tmp_path):
    gate, real = threading.Event(), model.futures

    def slow(trace, limits, cancelled):
        for tree in real(trace, limits, cancelled):
            yield tree
            assert gate.wait(20)

    monkeypatch.setattr(model, "futures", slow)
    session._language_model, session.model = model, model.info
    session.set_prompt(TEXT)
    session.model_changed.emit(model.info)
    qtbot.waitUntil(lambda: session.studies.is_busy("futures"))
    other = LanguageModel.load(save_tiny(tmp_path / "other", n_layers=1, seed=3))
    session._on_loaded((other, None))
    assert page.grown is None  # nothing of the old one is left
    gate.set()
    settled(qtbot, session)
    assert page.grown.model is other
    assert page.grown.trace is session.trace


def test_a_full_context_says_what_it_forgets(page, session, model, qtbot):
    ids = model.tokenizer.ids("The cat climbed up the tree. " * 9)[: model.config.context]
    use(qtbot, session, model, text=model.tokenizer.decode(ids))
    assert len(session.trace.ids) == model.config.context
    assert page.grown.tree.n_forgotten == 4
    assert "the first 4 tokens of the text had to be forgotten" in page._facts.text()
    python, result = explained_path(page, qtbot, page.grown.tree.greedy[-1])
    assert float(printed(python)) == pytest.approx(number(result), rel=1e-4)


def test_further_than_the_model_can_see(page, session, qtbot, tmp_path):
    small = LanguageModel.load(save_tiny(tmp_path / "small", context=4))
    use(qtbot, session, small, text="a")
    assert page.tree.scene is None
    assert "looks at 4 tokens" in page.tree.accessibleDescription()
    spin(page, "depth").setValue(3)
    settled(qtbot, session)
    assert page.tree.scene is not None


def test_without_a_text_it_says_what_to_do(page, session, model, qtbot):
    assert page.tree.accessibleDescription() == words.NO_MODEL
    use(qtbot, session, model)
    session.set_prompt("")
    settled(qtbot, session)
    assert page.tree.scene is None
    assert page.tree.accessibleDescription() == words.EMPTY
    assert (said(page), page._facts.text()) == ("", "")
    assert not page.findChild(QPushButton, "seeBeamButton").isEnabled()


def test_scores_that_are_no_numbers_are_said(page, session, model, qtbot):
    use(qtbot, session, model)
    logits = np.full_like(session.trace.logits, np.nan)
    logits.setflags(write=False)
    session.trace = replace(session.trace, logits=logits)
    session.trace_changed.emit(session.trace)
    settled(qtbot, session)
    assert page.tree.accessibleDescription() == words.BROKEN


def test_while_the_model_writes_it_waits(page, session, model, qtbot):
    use(qtbot, session, model)
    session.generate(3)
    assert page.tree.accessibleDescription() == words.WRITING
    settled(qtbot, session)
    qtbot.waitUntil(lambda: page.grown is not None and page.grown.trace is session.trace)


# --- numbers and figures


def explained(page):
    card = shown(page.window())
    python = card.findChild(QPlainTextEdit, "explanationPython").toPlainText()
    result = card.findChild(QLabel, "explanationResult").text()
    card.close()
    return python, result


def explained_path(page, qtbot, place):
    page.tree.show_path(place)
    page.tree.setFocus()
    qtbot.keyClicks(page.tree, "?")
    return explained(page)


@pytest.mark.parametrize("changes", [(), (Off(0, "mlp"),)], ids=["plain", "changed"])
def test_numbers_are_explained_by_python_that_gives_the_same(page, session, model, qtbot, changes):
    session.what_if.replace(changes)
    use(qtbot, session, model)
    tree = page.grown.tree
    for place in (0, tree.greedy[1], tree.beams[0][-1]):
        python, result = explained_path(page, qtbot, place)
        assert number(result) == pytest.approx(tree.nodes[place].path, rel=1e-5)
        assert float(printed(python)) == pytest.approx(tree.nodes[place].path, rel=1e-4)
        chip = page.tree.chip_rect(place)
        at = QPoint(round(chip.right() - number_px() / 2), round(chip.center().y()))
        qtbot.mouseClick(page.tree, Qt.MouseButton.LeftButton, pos=at)
        python, result = explained(page)
        assert number(result) == pytest.approx(tree.nodes[place].probability, rel=1e-5)
        assert float(printed(python)) == pytest.approx(tree.nodes[place].probability, rel=1e-4)
    leaf = page.tree._places.leaves[0]
    page.tree.show_path(leaf)
    at = page.tree.path_rect(0).center().toPoint()
    qtbot.mouseClick(page.tree, Qt.MouseButton.LeftButton, pos=at)
    _, result = explained(page)
    assert number(result) == pytest.approx(tree.nodes[leaf].path, rel=1e-5)


def test_the_figure_as_files(page, session, model, qtbot):
    use(qtbot, session, model)
    figure = page._figure()
    rows = list(figure.table().rows)
    assert len(csv_of(page._figure().table()).decode().splitlines()) == 1 + len(rows)
    assert len(rows) == len(page.tree.scene.nodes)
    for row in rows:
        parent = rows[row[1] - 1][6] if row[1] != "" else 1.0
        assert row[6] == pytest.approx(parent * row[5])
    assert sum(row[7] for row in rows) == len(page.grown.tree.greedy)
    assert {row[0] for row in rows if row[8] == 1} == {at + 1 for at in page.grown.tree.beams[0]}
    assert not picture_of(figure.widget).isNull()
    assert b"<svg" in svg_of(figure)


def test_a_hidden_page_reads_nothing_until_it_is_shown(page, session, model, qtbot, monkeypatch):
    page.hide()
    asked = []
    real = futures_page._grow
    monkeypatch.setattr(futures_page, "_grow", lambda *a: (asked.append(1), real(*a))[1])
    use(qtbot, session, model)
    use(qtbot, session, model, text="The cat")
    assert not asked
    page.show()
    settled(qtbot, session)
    assert asked == [1]
    assert page.grown.trace is session.trace


def test_the_end_of_the_text_is_an_end(page, session, model, qtbot):
    logits_end = model.tokenizer.end_of_text
    use(qtbot, session, model)
    logits = session.trace.logits.copy()
    logits[-1, logits_end] = logits[-1].max() + 1
    logits.setflags(write=False)
    session.trace = replace(session.trace, logits=logits)
    session.trace_changed.emit(session.trace)
    settled(qtbot, session)
    scene = page.tree.scene
    assert scene.nodes[0].ends
    assert 0 not in scene.children
    tip = page.tree.tip_at(page.tree.chip_rect(0).center())
    assert "would be over" in tip
    with qtbot.waitSignal(session.text_ended):
        click_node(qtbot, page, 0)
    assert session.prompt == TEXT


@pytest.mark.parametrize(
    ("probability", "wide", "narrow"),
    [
        (1.0, "100%", "100%"),
        (0.9972, "99.7%", ">99%"),
        (0.5262, "52.6%", "53%"),
        (0.0051, "0.51%", "1%"),
        (1e-6, "<0.01%", "<1%"),
    ],
)
def test_a_narrow_column_keeps_the_room_for_the_name(probability, wide, narrow):
    assert short(probability) == wide
    assert short(probability, is_narrow=True) == narrow
