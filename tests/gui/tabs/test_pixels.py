"""The Pixels tab as a user meets it: draw, look, read, undo, train."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from core import pixel_symbols, pixelnet
from core.pixel_options import Options
from core.pixelnet import SYMBOLS
from gui import pixel_session, theme
from gui.pixel_trainer import SPEEDS, USUAL_SPEED
from gui.session import Session
from gui.tabs.pixels import NARROW, PixelsTab
from gui.widgets.caption import Caption
from gui.widgets.card import Card
from gui.widgets.learning_curves import LearningCurves
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.network_layout import Edge, Neuron
from gui.widgets.neuron_sum import NeuronSum
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.symbol_bars import SymbolBars
from tests.gui.tabs.pixels import shown_pixels_tab

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def tab(qtbot):
    with shown_pixels_tab(qtbot) as page:
        yield page


def part(tab, kind, name):
    found = tab.findChild(kind, name)
    assert found is not None, name
    return found


def click_pixel(tab, qtbot, cell):
    grid = part(tab, PixelGrid, "pixelGrid")
    qtbot.mouseClick(grid, LEFT, pos=grid._rects[cell].center().toPoint())


def verdict(tab) -> str:
    return part(tab, QLabel, "verdict").text().replace("\u00a0", " ")


def test_its_frame_is_painted_before_there_is_a_net(qtbot, monkeypatch):
    painted = []
    train = pixel_session.first_net
    monkeypatch.setattr(pixel_session, "first_net", lambda: painted.append(page.said) or train())
    session = Session()
    page = PixelsTab(session)
    page.said = "hidden"
    qtbot.addWidget(page)
    page.show()
    assert painted == []
    assert verdict(page) == ""  # no number that is not the net's
    page.said = "shown"
    qtbot.waitUntil(lambda: page.pixels.is_ready)
    assert set(painted) == {"shown"}
    assert verdict(page) == "It is a plus: 98% sure."
    session.shutdown()


def test_it_opens_with_an_answer(tab):
    assert verdict(tab) == "It is a plus: 98% sure."
    assert "+ 98.4%" in part(tab, SymbolBars, "symbolBars").accessibleDescription()


def test_a_stroke_reaches_the_net_the_bars_and_the_verdict(tab, qtbot):
    for index in (0, 2, 4, 6, 8):  # from an empty sheet, an x
        if index == 0:
            qtbot.mouseClick(part(tab, QPushButton, "clearButton"), LEFT)
        click_pixel(tab, qtbot, index)
    assert (tab.pixels.picture == SYMBOLS[0].picture).all()
    expected = pixelnet.forward(tab.pixels.net, SYMBOLS[0].picture[None]).probabilities[0, 0]
    bars = part(tab, SymbolBars, "symbolBars")
    assert f"x {expected:.1%}" in bars.accessibleDescription()
    assert verdict(tab) == f"It is an x: {expected:.0%} sure."


def test_ctrl_z_undoes_stroke_by_stroke_wherever_the_focus_is(tab, qtbot):
    click_pixel(tab, qtbot, 0)
    click_pixel(tab, qtbot, 2)
    diagram = part(tab, NetworkDiagram, "networkDiagram")
    diagram.setFocus()
    qtbot.waitUntil(diagram.hasFocus)
    qtbot.keyClick(diagram, Qt.Key.Key_Z, CTRL)
    assert tab.pixels.picture[2] == 1
    qtbot.mouseClick(part(tab, QToolButton, "undoButton"), LEFT)
    assert (tab.pixels.picture == SYMBOLS[2].picture).all()
    assert not part(tab, QToolButton, "undoButton").isEnabled()
    qtbot.keyClick(diagram, Qt.Key.Key_Z, CTRL | SHIFT)
    qtbot.keyClick(diagram, Qt.Key.Key_Y, CTRL)
    assert tab.pixels.picture[[0, 2]].tolist() == [-1, -1]


def test_presets_and_changes_of_the_whole_picture(tab, qtbot):
    for index, symbol in enumerate(SYMBOLS):
        qtbot.mouseClick(part(tab, QPushButton, f"symbolButton{index}"), LEFT)
        assert (tab.pixels.picture == symbol.picture).all()
        assert verdict(tab).startswith(f"It is {symbol.spoken}: ")
    qtbot.mouseClick(part(tab, QPushButton, "invertButton"), LEFT)
    assert (tab.pixels.picture == -SYMBOLS[3].picture).all()
    qtbot.mouseClick(part(tab, QPushButton, "noiseButton"), LEFT)
    assert (tab.pixels.picture != -SYMBOLS[3].picture).sum() == 1
    bars = part(tab, SymbolBars, "symbolBars")
    qtbot.mouseClick(bars, LEFT, pos=QPoint(bars.width() // 2, bars.height() // 8))
    assert (tab.pixels.picture == SYMBOLS[0].picture).all()


def test_hovering_a_neuron_writes_its_sum_in_real_numbers(tab, qtbot):
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    for layer, squash in ((1, "tanh"), (2, "tanh"), (3, "sigmoid")):
        at = diagram._layout.box(Neuron(layer, 2)).center().toPoint()
        qtbot.mouseMove(diagram, at)
        *terms, bias, total, activation = numbers_in(words.text())
        net, passed = tab.pixels.net, tab.pixels.passed
        assert terms[0::2] == pytest.approx(net.weights[layer - 1][:, 2], abs=0.005)
        assert terms[1::2] == pytest.approx(passed.activations[layer - 1][0], abs=0.005)
        assert bias == pytest.approx(net.biases[layer - 1][2], abs=0.005)
        assert total == pytest.approx(passed.sums[layer - 1][0, 2], abs=0.005)
        assert activation == pytest.approx(passed.activations[layer][0, 2], abs=0.005)
        assert squash in words.text()
        assert f"{squash} squashes: it presses any sum" in words.toolTip()


def numbers_in(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.\d\d", text.replace(MINUS, "-"))]


def test_the_sum_follows_the_picture_while_it_is_looked_at(tab, qtbot):
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    at = diagram._layout.box(Neuron(1, 0)).center().toPoint()
    qtbot.mouseClick(diagram, LEFT, pos=at)
    before = words.text()
    click_pixel(tab, qtbot, 0)
    assert words.text() != before
    assert numbers_in(words.text())[1] == -1


def test_looking_at_a_line_and_at_a_pixel(tab, qtbot):
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    edge = Edge(3, 4, 1)
    line = diagram._layout.line(edge)
    spots = (line.pointAt(share).toPoint() for share in np.linspace(0.2, 0.8, 60))
    edge_spots = [at for at in spots if diagram._layout.part_at(at) == edge]
    qtbot.mouseMove(diagram, edge_spots[0])
    weight, received, product = numbers_in(words.text())
    assert weight == pytest.approx(tab.pixels.net.weights[2][4, 1], abs=0.005)
    assert received == pytest.approx(tab.pixels.passed.activations[2][0, 4], abs=0.005)
    assert product == pytest.approx(weight * received, abs=0.02)
    qtbot.mouseMove(diagram, diagram._layout.box(Neuron(0, 1)).center().toPoint())
    assert words.text().startswith("Pixel in row 1, column 2 is black.")


def choose_start(tab, words):
    """What the menu behind Start offers."""
    menu = part(tab, QToolButton, "startOverButton").menu()
    [action] = [action for action in menu.actions() if action.text().startswith(words)]
    assert action.isEnabled()
    action.trigger()


def test_play_pause_new_start_and_back(tab, qtbot):
    run = part(tab, QPushButton, "playButton")
    choose_start(tab, "New start (seed 2)")
    assert any("Seed 2" in label.text() for label in tab.findChildren(QLabel))
    qtbot.mouseClick(run, LEFT)
    assert run.text() == "Pause"
    qtbot.waitUntil(lambda: tab.pixels.learnt.step >= 3, timeout=10_000)
    qtbot.mouseClick(run, LEFT)
    assert run.text() == "Play"
    step = tab.pixels.learnt.step
    shown = {label.text() for label in tab.findChildren(QLabel)}
    assert {str(step), f"{tab.pixels.learnt.loss:.4f}"} <= shown
    qtbot.mouseClick(run, LEFT)
    qtbot.waitUntil(lambda: tab.pixels.learnt.step > step, timeout=10_000)
    choose_start(tab, "Reset to the same start (seed 2)")
    assert tab.pixels.learnt.step == 0
    choose_start(tab, "The net of the beginning")
    assert run.text() == "Play"
    assert verdict(tab) == "It is a plus: 98% sure."
    assert any("Seed 1" in label.text() for label in tab.findChildren(QLabel))


def test_an_epoch_and_the_speed(tab, qtbot):
    tab.pixels.edit_option("batch", 10)
    tab.pixels.reset()
    qtbot.mouseClick(part(tab, QPushButton, "oneEpochButton"), LEFT)
    assert tab.pixels.learnt.step == 4
    slider = part(tab, QSlider, "speedSlider")
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert tab.pixels.trainer.speed == slider.value() == USUAL_SPEED + 1
    assert any(label.text() == "2\N{MULTIPLICATION SIGN}" for label in tab.findChildren(QLabel))


def test_options_change_the_net_and_what_is_refused_is_said(tab, qtbot):
    tab._pages.switch.choose(2)
    spin = part(tab, QSpinBox, "hidden1Option")
    spin.setValue(5)
    assert tab.pixels.net.sizes == (9, 5, 9, 4)
    rate = part(tab, QLineEdit, "rateOption")
    for typed in ("0", "1e9", "-1", "nan", "fast"):
        rate.selectAll()
        qtbot.keyClicks(rate, typed)
        qtbot.keyClick(rate, Qt.Key.Key_Return)
        said = part(tab, QLabel, "optionsProblem").text()
        assert said.startswith("The learning rate must be from 0.0001 to 100, not "), typed
        assert tab.pixels.options.rate == 3.0
        assert rate.text() == "3"
    rate.selectAll()
    qtbot.keyClicks(rate, "0.5")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    assert tab.pixels.options.rate == 0.5
    assert part(tab, QLabel, "optionsProblem").text() == ""
    tab.pixels.undo_stack.undo()
    assert rate.text() == "3"


def test_softmax_says_that_its_answers_are_shares(tab):
    tab.pixels.edit_option("outputs", "softmax")
    assert any("add up to 100%" in x.text() and "Shares" in x.text() for x in labels(tab))


def labels(tab):
    return tab.findChildren(QLabel)


def test_a_runaway_is_told_on_the_card_and_undone_with_its_button(tab, qtbot):
    tab.pixels.set_options(Options(limited=False, loss="cross-entropy", rate=100.0))
    fresh = tab.pixels.learnt
    run = part(tab, QPushButton, "playButton")
    tab.pixels.set_speed(6)
    qtbot.mouseClick(run, LEFT)
    qtbot.waitUntil(lambda: run.text() == "Undo", timeout=10_000)
    assert any("ran away at step" in label.text() for label in labels(tab))
    qtbot.mouseClick(run, LEFT)
    assert tab.pixels.learnt is fresh
    assert run.text() == "Play"


def test_a_kept_net_brings_its_symbols_to_everything_on_the_tab(tab, qtbot, tmp_path, failures):
    path = tmp_path / "net.json"
    own = (SYMBOLS[1], SYMBOLS[3], pixel_symbols.symbol("bar", -SYMBOLS[0].picture))
    told = []
    tab._teaching.told.connect(told.append)
    tab.pixels.set_symbols(own)
    tab._teaching.save(path)
    choose_start(tab, "The net of the beginning")
    tab._teaching.open(path)
    bars = part(tab, SymbolBars, "symbolBars")
    assert "bar " in bars.accessibleDescription()
    assert "x " not in bars.accessibleDescription()
    qtbot.mouseClick(part(tab, QPushButton, "symbolButton2"), LEFT)
    assert (tab.pixels.picture == own[2].picture).all()
    assert any(x.text().startswith(("Three separate", "Separate")) for x in labels(tab))
    tab._pages.switch.choose(1)  # the map follows too
    tab.grab()
    path.write_text("{}")
    tab._teaching.open(path)
    assert tab.pixels.symbols[2].name == "bar"
    assert [failure.sentence for failure in failures] == [
        "net.json is not a file of a nine-pixel net."
    ]
    assert told == ["Saved net.json.", "Opened net.json."]  # an older error goes with these


def test_a_file_is_offered_a_name_that_no_other_has(tab, qtbot, tmp_path):
    tab._teaching.save(tmp_path / "net.json")

    def offered():
        choose_start(tab, "Save this net")
        dialog = part(tab.window(), QFileDialog, "netFileDialog")
        assert Path(dialog.directory().path()) == tmp_path
        [path] = dialog.selectedFiles()
        return dialog, Path(path)

    dialog, path = offered()
    assert path == tmp_path / "my-net.json"
    dialog.accept()
    assert path.exists()
    qtbot.waitUntil(lambda: tab.findChild(QFileDialog) is None)
    dialog, path = offered()
    assert path.name == "my-net-2.json"
    dialog.reject()
    qtbot.waitUntil(lambda: tab.findChild(QFileDialog) is None)


def test_the_curves_follow_and_read_their_values(tab, qtbot):
    tab._pages.switch.choose(2)
    curves = part(tab, LearningCurves, "learningCurves")
    tab.pixels.reset()
    for _ in range(3):
        tab.pixels.one_step()
    learnt = tab.pixels.learnt
    reading = part(tab, QLabel, "curveReading")
    assert reading.text() == (f"Step 3: loss {learnt.loss:.4f}, {learnt.n_right / 40:.0%} right")
    curves.hover(0.2)
    first = tab.pixels.history.points[0]
    assert reading.text().startswith(f"Step 0: loss {first[1]:.4f}")


def test_an_opened_net_says_what_its_curve_lacks_and_trains_on(tab, qtbot, tmp_path):
    tab._pages.switch.choose(2)
    reading = part(tab, QLabel, "curveReading")
    assert "not kept" not in reading.text()
    tab._teaching.save(tmp_path / "net.json")
    tab._teaching.open(tmp_path / "net.json")
    assert reading.text().endswith("Steps before 400 were not kept.")
    assert any("Play goes on, Start begins anew" in label.text() for label in labels(tab))
    qtbot.mouseClick(part(tab, QPushButton, "oneStepButton"), LEFT)
    assert reading.text().startswith("Step 401: ")
    choose_start(tab, "Reset to the same start")
    assert reading.text().startswith("Step 0: ")
    assert "not kept" not in reading.text()
    choose_start(tab, "Learn again from there")
    qtbot.waitUntil(lambda: tab.pixels.learnt.step > 0)


def test_it_says_when_an_epoch_is_a_step(tab):
    button = part(tab, QPushButton, "oneEpochButton")
    assert "an epoch is one step" in button.toolTip()
    assert any("A step sees them all: it is an epoch." in label.text() for label in labels(tab))
    tab.pixels.edit_option("batch", 10)
    assert "one step" not in button.toolTip()
    assert any("A step sees 10, an epoch is 4 steps." in label.text() for label in labels(tab))
    tab.resize(720, 588)
    assert any("4 steps are an epoch." in label.text() for label in labels(tab))


def test_no_button_moves_when_training_begins(tab, qtbot):
    for width in (976, 720):
        tab.resize(width, 620)
        tab.pixels.restore()
        qtbot.waitUntil(lambda: tab._is_narrow == (tab.width() < NARROW))
        tab.grab()
        run = part(tab, QPushButton, "playButton")
        before = run.mapTo(tab, QPoint())
        tab.pixels.reset()
        tab.grab()
        assert run.mapTo(tab, QPoint()) == before


def test_one_step_at_a_time_shows_each(tab, qtbot):
    tab.pixels.reset()
    step = part(tab, QPushButton, "oneStepButton")
    for n in (1, 2):
        qtbot.mouseClick(step, LEFT)
        shown = {label.text() for label in tab.findChildren(QLabel)}
        learnt = tab.pixels.learnt
        assert {str(n), f"{learnt.loss:.4f}", f"{learnt.n_right} of 40"} <= shown
    assert part(tab, QPushButton, "playButton").text() == "Play"
    assert any("Seed 1" in label.text() for label in tab.findChildren(QLabel))


def test_an_empty_picture_fits_three_questions_and_the_answer_says_so(tab, qtbot):
    qtbot.mouseClick(part(tab, QPushButton, "clearButton"), LEFT)
    assert verdict(tab) == "Three fit: x 78%, T 67%, + 65%."
    assert any("need not add up to 100%" in label.text() for label in tab.findChildren(QLabel))


def test_it_says_how_to_draw_grey_and_how_to_let_go(tab, qtbot):
    captions = [label.text() for label in tab.findChildren(QLabel)]
    assert any("Click again to erase; slide for grey." in text for text in captions)
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    [net] = [text for text in captions if "a click keeps it" in text]
    assert net.count("Point at") == 1
    at = diagram._layout.box(Neuron(1, 6)).center().toPoint()
    qtbot.mouseMove(diagram, at)
    assert "kept" not in words.text()
    qtbot.mouseClick(diagram, LEFT, pos=at)
    assert words.text().startswith("Neuron 7 of hidden layer 1 (kept; Esc lets go) adds up")
    qtbot.keyClick(diagram, Qt.Key.Key_Escape)
    assert words.text().startswith("Answer + adds up")


def test_while_nothing_is_pointed_at_the_answers_own_sum_is_shown(tab, qtbot):
    words = part(tab, NeuronSum, "neuronSum")
    for symbol in range(len(SYMBOLS)):
        tab.pixels.load(symbol)
        answer = tab.pixels.incoming(3, symbol)
        assert words.text().startswith(f"Answer {SYMBOLS[symbol].name} adds up")
        assert words.text().endswith(f"{answer.activation:.2f}")


@pytest.mark.parametrize("width", [1008, 1264, 1584])
def test_the_bars_stand_level_with_the_outputs(tab, qtbot, width):
    tab.resize(width, 708)
    diagram = part(tab, NetworkDiagram, "networkDiagram")
    bars = part(tab, SymbolBars, "symbolBars")

    def apart(index):
        output = diagram._layout.box(Neuron(3, index)).center().toPoint()
        row = bars._row_rect(index).center().toPoint()
        return abs(diagram.mapTo(tab, output).y() - bars.mapTo(tab, row).y())

    # Captions wrap once the event loop has seen to the new width.
    qtbot.waitUntil(lambda: max(map(apart, range(len(SYMBOLS)))) <= 3)


def test_a_hidden_tab_is_given_nothing_until_it_is_shown(tab, qtbot):
    bars = part(tab, SymbolBars, "symbolBars")
    tab.hide()
    tab.pixels.load(1)
    assert "+ 98.4%" in bars.accessibleDescription()
    tab.show()
    assert "o 97.8%" in bars.accessibleDescription()


@pytest.mark.parametrize("size", [(1264, 708), (1008, 588), (976, 708), (720, 588), (860, 588)])
def test_nothing_overlaps_or_is_cut_off(tab, qtbot, size):
    tab.resize(*size)
    qtbot.waitUntil(lambda: tab._is_narrow == (size[0] < NARROW))
    tab.grab()
    room = tab.rect()
    cards = [child for child in tab.findChildren(QWidget) if child.property("role") == "card"]
    assert len(cards) == 4
    for card in cards:
        assert room.contains(card.geometry())
        assert not any(
            card.geometry().intersects(other.geometry()) for other in cards if other is not card
        )
    for child in tab.findChildren(QPushButton):
        assert child.width() >= child.minimumSizeHint().width() - 1, child.objectName()
        assert child.height() >= child.sizeHint().height() - 1, child.objectName()
    for label in (verdict_label(tab), *part(tab, NeuronSum, "neuronSum").findChildren(QLabel)):
        assert label.heightForWidth(label.width()) <= label.height() or not label.text()
    grid, diagram = part(tab, PixelGrid, "pixelGrid"), part(tab, NetworkDiagram, "networkDiagram")
    # Cards that gave up their caption leave their room once the event loop has seen to it.
    qtbot.waitUntil(lambda: min(grid.width(), grid.height()) >= 120)
    assert diagram.width() > max(grid.width(), part(tab, SymbolBars, "symbolBars").width())
    assert diagram.height() >= 220


def verdict_label(tab) -> QLabel:
    label = part(tab, QLabel, "verdict")
    label.setText("It looks most like a plus, but the net is not sure (under 1%).")
    return label


def test_going_narrow_and_back_keeps_everything(tab, qtbot):
    for width in (700, 1200, 700, 1200):
        tab.resize(width, 640)
        tab.grab()
    qtbot.waitUntil(part(tab, QPushButton, "playButton").isVisible)
    assert part(tab, SymbolBars, "symbolBars").height() > 200


def test_another_theme_and_back_leaves_every_label_its_type(tab, qapp):
    labels = tab.findChildren(QLabel)
    before = [label.font() for label in labels]
    assert part(tab, QLabel, "verdict").font().pixelSize() == theme.HEADING
    assert part(tab, QLabel, "verdict").font().bold()
    for look in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, look)
        for label, font in zip(labels, before, strict=True):
            said = (label.text(), label.property("role"))
            assert label.font().pixelSize() == font.pixelSize(), said
            assert label.font().weight() == font.weight(), said


def test_tab_walks_over_everything_that_can_be_used(tab, qtbot):
    grid = part(tab, PixelGrid, "pixelGrid")
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    seen = []
    for _ in range(30):
        widget = tab.focusWidget()
        if widget.objectName() in seen:
            break
        seen.append(widget.objectName())
        assert widget.accessibleName(), widget.objectName()
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert {"pixelGrid", "networkDiagram", "symbolBars", "clearButton", "playButton"} <= set(seen)
    order = [seen.index(name) for name in ("clearButton", "networkDiagram", "symbolBars")]
    assert order == sorted(order)


def test_the_slider_is_the_ink_of_the_next_stroke(tab, qtbot):
    slider = part(tab, QSlider, "ink")
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Up)
    click_pixel(tab, qtbot, 0)
    assert tab.pixels.picture[0] == -0.7
    qtbot.keyClick(tab, "z", CTRL)
    assert (tab.pixels.picture == SYMBOLS[2].picture).all()


def test_a_dragged_weight_moves_the_answer_and_ctrl_z_brings_it_back(tab, qtbot):
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    before = tab.pixels.net.weights[2].copy()
    edge = Edge(3, 4, 2)
    line = diagram._layout.line(edge)
    spots = (line.pointAt(share) for share in np.linspace(0.1, 0.9, 60))
    at = next(spot for spot in spots if diagram.part_at(spot) == edge).toPoint()
    qtbot.mousePress(diagram, LEFT, pos=at)
    for up in (-30, -60, -90):
        qtbot.mouseMove(diagram, at - QPoint(0, up))
        weight = tab.pixels.net.weights[2][4, 2]
        answer = pixelnet.forward(tab.pixels.net, tab.pixels.picture[None]).probabilities[0, 2]
        said = part(tab, SymbolBars, "symbolBars").accessibleDescription()
        assert f"+ {answer * 100:.1f}%" in said
        assert f"{weight:.2f}".replace("-", MINUS) in words.text()
    qtbot.mouseRelease(diagram, LEFT, pos=at - QPoint(0, -90))
    assert before[4, 2] - weight == pytest.approx(min(0.9, before[4, 2] + 1), abs=0.006)
    qtbot.keyClick(diagram, "z", CTRL)
    assert (tab.pixels.net.weights[2] == before).all()


def test_a_typed_weight_is_used_and_a_double_click_takes_it_back(tab, qtbot):
    diagram = part(tab, NetworkDiagram, "networkDiagram")
    learnt = float(tab.pixels.net.weights[1][0, 0])
    diagram.setFocus()
    qtbot.waitUntil(diagram.hasFocus)
    diagram.keep(Edge(2, 0, 0))
    qtbot.keyClick(diagram, "0")
    field = part(tab, QDoubleSpinBox, "numberField")
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, ".125")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert tab.pixels.net.weights[1][0, 0] == 0.125
    qtbot.keyClick(diagram, Qt.Key.Key_Backspace)
    assert tab.pixels.net.weights[1][0, 0] == learnt
    assert tab.pixels.undo_stack.count() == 2


def test_a_weight_that_is_too_large_is_refused_in_a_sentence(tab, qtbot):
    diagram = part(tab, NetworkDiagram, "networkDiagram")
    note = part(tab, QLabel, "figureNote")
    free = "to 1; to let them grow, choose Weights: free on the page Training."
    for limited, typed, said in ((True, "", free), (False, "000", "to 1,000 here.")):
        tab.pixels.set_options(Options(limited=limited))
        diagram.keep(Edge(2, 0, 0))
        qtbot.keyClick(diagram, "5")
        field = part(tab, QDoubleSpinBox, "numberField")
        qtbot.keyClicks(field, typed)
        assert note.isVisible()
        assert said in note.text()
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert note.isHidden()


def test_a_line_says_its_gradient_while_there_is_training(tab, qtbot):
    diagram, words = part(tab, NetworkDiagram, "networkDiagram"), part(tab, NeuronSum, "neuronSum")
    diagram.keep(Edge(2, 0, 0))
    assert "gradient" not in words.text()
    tab.pixels.reset()
    qtbot.mouseClick(part(tab, QPushButton, "oneStepButton"), LEFT)
    diagram.keep(Edge(2, 0, 0))
    slope = tab.pixels.slope(2, 0, 0)
    assert f"gradient {slope:.5f}".replace("-", MINUS) in words.text()


@pytest.mark.parametrize("size", [(976, 708), (720, 588)], ids=["wide", "narrow"])
def test_that_it_has_learnt_is_said_only_once_it_has(tab, qtbot, size):
    """And of a net that has not, in words that look like no others."""
    tab.resize(*size)
    card = tab.findChild(QPushButton, "playButton").parentWidget()
    while not isinstance(card, Card):
        card = card.parentWidget()

    def told():
        return card.findChild(Caption).text()

    assert " learnt" in told()
    tab.pixels.reset()
    assert re.match("(It is to|To) learn", told())
    tab.pixels.one_step()
    assert re.match("(It is to|To) learn", told())
    tab.pixels.play()
    assert re.match("(It is l|L)earning 40 pictures", told())
    tab.pixels.set_speed(len(SPEEDS) - 1)
    qtbot.waitUntil(lambda: not tab.pixels.is_training, timeout=20_000)
    assert " learnt" in told()
