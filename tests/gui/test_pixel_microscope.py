"""The back-propagation microscope: its numbers, its steps, guessing, applying, nudging."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton

from core import pixelnet
from core.backprop import STEPS, Place, slow_motion
from core.pixelnet import SYMBOLS
from gui.pixel_microscope import Microscope
from gui.pixel_session import PixelSession
from gui.widgets.microscope_scene import Scene, short, spell
from gui.widgets.motion_diagram import MotionDiagram
from gui.widgets.network_layout import Edge, Neuron

LEFT = Qt.MouseButton.LeftButton
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def scope(qtbot):
    pixels = PixelSession(np.random.default_rng(0))
    pixels.get_ready()
    scope = Microscope(pixels, np.random.default_rng(0), pixels)
    pixels.picture_changed.connect(scope.refresh)
    pixels.net_changed.connect(scope.refresh)
    scope.pixels = pixels
    qtbot.addWidget(scope.page)
    scope.page.resize(460, 560)
    with qtbot.waitExposed(scope.page):
        scope.page.show()
    scope.refresh()
    yield scope
    pixels.pause()


def press(scope, qtbot, name, times=1):
    for _ in range(times):
        qtbot.mouseClick(scope.page.findChild(QPushButton, name), LEFT)


def go_to(scope, qtbot, kind, layer):
    press(scope, qtbot, "microscopeBack", len(STEPS))
    press(scope, qtbot, "microscopeNext", STEPS.index((kind, layer)))


def numbers(line: str) -> list[float]:
    return [
        float(word)
        for word in line.replace(MINUS, "-").replace("→", " ").split()[-7:]
        if word.lstrip("-").replace(".", "").isdigit() and "." in word
    ]


def test_buttons_walk_to_the_end_and_back(scope, qtbot):
    page = scope.page
    titles = [page.text().splitlines()[0]]
    for _ in STEPS[1:]:
        press(scope, qtbot, "microscopeNext")
        titles.append(page.text().splitlines()[0])
    assert len(set(titles)) == len(STEPS)
    assert titles[-1].startswith("12/12  Weights move by up to ")
    assert not page.findChild(QPushButton, "microscopeNext").isEnabled()
    press(scope, qtbot, "microscopeBack", 99)
    assert page.text().splitlines()[0] == titles[0] == "1/12  The picture is nine numbers"


def test_the_keyboard_walks_steps_neurons_and_lines(scope, qtbot):
    diagram = scope.page.findChild(MotionDiagram)
    diagram.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(6):
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
    assert scope.page.text().startswith("7/12  Blame for the lines into the answers")
    assert isinstance(scope.scene().focus, Edge)
    qtbot.keyClick(diagram, Qt.Key.Key_Down)
    assert scope.scene().focus == Neuron(3, 3)
    qtbot.keyClick(diagram, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert scope.scene().focus == Edge(3, 0, 3)
    qtbot.keyClick(diagram, Qt.Key.Key_Left)
    assert scope.page.text().startswith("6/12")


def test_the_error_table_is_answer_minus_target(scope, qtbot):
    go_to(scope, qtbot, "error", 3)
    rows = scope.scene().table[1:5]
    answers = scope.pixels.passed.probabilities[0]
    for k, row in enumerate(rows):
        error = answers[k] - (k == 2)
        assert spell(float(answers[k])) in row
        assert spell(float(error)) in row
        assert spell(float(error**2)) in row
    assert spell(float(((answers - np.eye(4)[2]) ** 2).sum())) in scope.page.text()


@pytest.mark.parametrize("layer", [3, 2, 1])
def test_a_gradient_is_delta_times_value_on_every_line(scope, qtbot, layer):
    scope.choose_answer(0)  # not what it is: numbers that can be seen
    go_to(scope, qtbot, "gradient", layer)
    target = scope.scene().focus.target
    motion = slow_motion(scope.pixels.net, scope.pixels.picture, 0, "squared", 3.0)
    rows = scope.scene().table[1:]
    assert len(rows) == motion.net.sizes[layer - 1] + 1
    for source, row in enumerate(rows[:-1]):
        gradient = motion.gradient(Place(layer, source, target))
        assert spell(gradient) in row
        assert spell(float(motion.delta(layer)[target])) in row
        assert spell(float(motion.passed.activations[layer - 1][0, source])) in row


def test_a_sum_ends_in_what_the_neuron_passes_on(scope, qtbot):
    go_to(scope, qtbot, "forward", 2)
    scope.look_at(Neuron(2, 5))
    rows = scope.scene().table
    products = [numbers(row)[-1] for row in rows[1:10]]
    part = pixelnet.incoming(scope.pixels.net, scope.pixels.passed, 2, 5)
    assert products == pytest.approx(part.products, abs=0.005)
    assert rows[-1].endswith(f"tanh → {spell(part.activation)}")


def test_numbers_appear_only_once_they_are_known(scope, qtbot):
    known = []
    for _ in STEPS:
        scene = scope.scene()
        known.append((scene.n_known, sum(scene.has_deltas)))
        press(scope, qtbot, "microscopeNext")
    assert known[:6] == [(1, 0), (2, 0), (3, 0), (4, 0), (4, 0), (4, 1)]
    assert known[-1] == (4, 3)


def test_apply_is_one_update_and_undo_takes_it_back(scope, qtbot):
    before = scope.pixels.net
    scope.choose_answer(1)
    go_to(scope, qtbot, "update", 0)
    expected = slow_motion(before, scope.pixels.picture, 1, "squared", 3.0)
    press(scope, qtbot, "microscopeApply")
    for ours, theirs in zip(scope.pixels.net.weights, expected.after.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert spell(expected.loss_after) in scope.page.text()
    press(scope, qtbot, "microscopeUndo")
    for ours, theirs in zip(scope.pixels.net.weights, before.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not scope.page.findChild(QPushButton, "microscopeUndo").isEnabled()


def test_undo_is_offered_for_its_own_update_only(scope, qtbot):
    scope.pixels.drawing.invert()
    assert not scope.page.findChild(QPushButton, "microscopeUndo").isEnabled()


def test_a_nudge_is_measured_beside_its_promise(scope, qtbot):
    scope.choose_answer(0)
    go_to(scope, qtbot, "gradient", 3)
    edge = scope.scene().focus
    press(scope, qtbot, "microscopeNudge")
    motion = slow_motion(scope.pixels.net, scope.pixels.picture, 0, "squared", 3.0)
    promised = motion.gradient(Place(3, edge.source, edge.target)) * 0.01
    assert spell(abs(promised)) in scope.page.text()
    assert "Measured: " in scope.page.text()


def test_signs_are_guessed_revealed_and_counted(scope, qtbot):
    scope.choose_answer(0)
    press(scope, qtbot, "microscopeGuess")
    for n in range(1, 6):
        scene = scope.scene()
        assert "does the weight go up or down?" in scene.question
        assert not any(np.any(part) for part in scene.lines)  # no colour gives it away
        edge, motion = scene.focus, scope.motion
        goes_up = motion.gradient(Place(edge.layer, edge.source, edge.target)) < 0
        press(scope, qtbot, "guessUp" if goes_up else "guessDown")
        assert scope.scene().score == f"{n} of {n} right"
        assert scope.page.text().count("Right: it goes") == 1
        press(scope, qtbot, "guessNext")
    edge = scope.scene().focus
    goes_up = scope.motion.gradient(Place(edge.layer, edge.source, edge.target)) < 0
    press(scope, qtbot, "guessDown" if goes_up else "guessUp")
    assert scope.scene().score == "5 of 6 right"
    press(scope, qtbot, "guessStop")
    assert scope.scene().question == ""


def test_a_question_about_what_is_gone_is_over(scope, qtbot):
    scope.choose_answer(0)
    press(scope, qtbot, "microscopeGuess")
    scope._place = scope._asked = Place(3, 0, 3)
    scope._is_answered = True
    scope.look_at(Edge(3, 0, 0))
    scope.pixels.set_symbols(SYMBOLS[:2])
    scope.refresh()
    assert scope.scene().question == ""


def test_another_picture_and_another_wish_make_another_lesson(scope, qtbot):
    combo = scope.page.findChild(QComboBox, "microscopeAnswer")
    assert combo.currentText() == "Wanted: a plus"
    combo.activated.emit(3)
    assert scope.motion.target.tolist() == [0, 0, 0, 1]
    scope.pixels.load(0)
    assert combo.currentText() == "Wanted: an x"
    assert scope.motion.passed.activations[0][0].tolist() == SYMBOLS[0].picture.tolist()


def test_a_click_on_a_neuron_shows_its_numbers(scope, qtbot):
    go_to(scope, qtbot, "delta", 2)
    diagram = scope.page.findChild(MotionDiagram)
    at = diagram._layout.box(Neuron(2, 7)).center().toPoint()
    qtbot.mouseClick(diagram, LEFT, pos=at)
    assert scope.scene().focus == Neuron(2, 7)
    assert scope.scene().table[0] == "hidden 2 no. 8:"
    delta = float(scope.motion.delta(2)[7])
    assert spell(delta) in scope.scene().table[-1]


def test_it_survives_any_size_in_between(scope, qtbot):
    for size in ((0, 0), (1, 1), (300, 2000), (3000, 10)):
        scope.page.findChild(MotionDiagram).resize(*size)
        scope.page.findChild(MotionDiagram).grab()


def test_shapes_that_do_not_fit_are_refused(scope):
    scene = scope.scene()
    with pytest.raises(ValueError, match="do not fit"):
        Scene(**{**scene.__dict__, "names": ("x",)})


@pytest.mark.parametrize(
    ("value", "long", "brief"),
    [
        (0.0, "0", "≈0"),
        (0.98, "0.980", ".98"),
        (-0.0123, f"{MINUS}0.0123", f"{MINUS}.012"),
        (-2.5, f"{MINUS}2.50", f"{MINUS}2.50"),
        (4e-6, "0.000004", "≈0"),
        (-1e-9, "0.000000", "≈0"),
    ],
)
def test_numbers_have_as_many_decimals_as_they_need(value, long, brief):
    assert (spell(value), short(value)) == (long, brief)


def test_a_low_table_is_scrolled_to_the_line_in_focus(scope, qtbot):
    table = scope.page.findChild(QPlainTextEdit, "microscopeNumbers")
    go_to(scope, qtbot, "gradient", 2)
    table.setMaximumHeight(60)
    scope.look_at(Edge(2, 8, 0))
    row = table.cursorRect()
    assert table.textCursor().block().text().startswith("▸ hidden 1 no. 9")
    assert table.viewport().rect().intersects(row)


def test_even_a_small_step_can_be_seen_in_the_table(scope, qtbot):
    go_to(scope, qtbot, "update", 0)
    for row in scope.scene().table[1:]:
        before, gradient, after = numbers(row)[-3:]
        assert before != after
        assert after == pytest.approx(before - 3 * gradient, abs=4e-6)


@pytest.mark.parametrize(
    ("optimiser", "more"), [("momentum", "without momentum"), ("adam", "not Adam")]
)
def test_the_update_is_plain_and_says_so_where_training_is_not(scope, optimiser, more):
    scope.go(len(STEPS))
    assert scope.scene().sentence.startswith("New weight = weight")
    assert f"kept from {MINUS}1.00 to 1.00" in scope.scene().sentence
    scope.pixels.edit_option("optimiser", optimiser)
    assert scope.scene().sentence.startswith(f"Plain gradient descent, {more}: new weight")


def test_how_far_the_weights_move_is_said_as_it_is(scope, qtbot):
    """With the usual learning rate, from an untrained net, that is not a little."""
    scope.pixels.reset()
    for _ in range(5):
        scope.pixels.one_step()
    go_to(scope, qtbot, "update", 0)
    moves = [
        np.abs(after - before).max()
        for before, after in zip(scope.motion.net.weights, scope.motion.after.weights, strict=True)
    ]
    assert max(moves) > 0.1
    title = scope.page.text().splitlines()[0]
    assert title == f"12/12  Weights move by up to {spell(float(max(moves)))}"
    assert "little" not in scope.page.text()
