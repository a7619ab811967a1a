"""Changing a drawn net with real drags, keys and typed numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel

from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.network_editing import KEY_STEP, PX_PER_UNIT, NetworkEditor
from gui.widgets.network_layout import Edge, Neuron
from tests.gui.widgets.test_network_diagram import NAMES, data, middle

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
WHY = "Weights are kept within a limit; this is a sentence that takes two lines or more."


class Owner:
    """Owns the net behind a diagram, as the session does, and counts the strokes."""

    def __init__(self, diagram: NetworkDiagram) -> None:
        self.diagram, self.editor = diagram, NetworkEditor(diagram)
        self.activations, self.weights, _, self.pictures = data()
        self.weights = [np.round(weight, 2) for weight in self.weights]
        self.biases = [np.full(weight.shape[1], 0.1) for weight in self.weights]
        self.strokes, self.resets = 0, []
        self.editor.weight_wanted.connect(self.set_weight)
        self.editor.bias_wanted.connect(self.set_bias)
        self.editor.reset_wanted.connect(self.resets.append)
        self.editor.stroke_ended.connect(self.end)
        self.show()

    def show(self):
        pairs = zip(self.weights, self.activations, strict=False)
        carried = [weight * received[:, None] for weight, received in pairs]
        self.diagram.set_data(
            self.activations, self.weights, NAMES, self.pictures, self.biases, carried
        )

    def set_weight(self, edge, value):
        self.weights = [weight.copy() for weight in self.weights]
        self.weights[edge.layer - 1][edge.source, edge.target] = value
        self.show()

    def set_bias(self, neuron, value):
        self.biases = [bias.copy() for bias in self.biases]
        self.biases[neuron.layer - 1][neuron.index] = value
        self.show()

    def end(self):
        self.strokes += 1

    def weight(self, edge):
        return self.weights[edge.layer - 1][edge.source, edge.target]


@pytest.fixture
def owner(qtbot):
    diagram = NetworkDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(700, 460)
    with qtbot.waitExposed(diagram):
        diagram.show()
    diagram.activateWindow()
    return Owner(diagram)


def free_point(diagram, edge) -> QPoint:
    """Somewhere on the line where nothing else is nearer."""
    line = diagram._layout.line(edge)
    points = (line.pointAt(share).toPoint() for share in np.linspace(0.1, 0.9, 60))
    return next(at for at in points if diagram.part_at(at.toPointF()) == edge)


def drag(owner, qtbot, start: QPoint, up: int):
    qtbot.mouseMove(owner.diagram, start)
    qtbot.mousePress(owner.diagram, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(owner.diagram, start - QPoint(0, round(up * share)))
    qtbot.mouseRelease(owner.diagram, LEFT, pos=start - QPoint(0, up))


def test_dragging_a_line_up_makes_its_weight_larger_in_one_stroke(owner, qtbot):
    edge = Edge(3, 2, 1)
    owner.set_weight(edge, -0.2)
    drag(owner, qtbot, free_point(owner.diagram, edge), 50)
    assert owner.weight(edge) == pytest.approx(-0.2 + 50 / PX_PER_UNIT)
    assert owner.strokes == 1
    assert owner.diagram.focus == edge  # it goes on standing out
    drag(owner, qtbot, free_point(owner.diagram, edge), -30)
    assert owner.weight(edge) == pytest.approx(0.0)


def test_a_weight_stops_at_the_limit(owner, qtbot):
    edge = Edge(2, 1, 1)
    drag(owner, qtbot, free_point(owner.diagram, edge), 1000)
    assert owner.weight(edge) == 1
    owner.editor.set_limit(5.0)
    drag(owner, qtbot, free_point(owner.diagram, edge), 300)
    assert owner.weight(edge) == 4


def test_dragging_a_circle_changes_its_bias_and_a_pixel_has_none(owner, qtbot):
    before = [weight.copy() for weight in owner.weights]
    drag(owner, qtbot, middle(owner.diagram, Neuron(1, 3)), 40)
    assert owner.biases[0][3] == pytest.approx(0.5)
    drag(owner, qtbot, middle(owner.diagram, Neuron(0, 3)), 40)
    assert all(map(np.array_equal, owner.weights, before))
    assert owner.strokes == 1


def test_a_click_changes_nothing_and_keeps_as_before(owner, qtbot):
    edge = Edge(3, 2, 1)
    at, before = free_point(owner.diagram, edge), owner.weight(edge)
    qtbot.mousePress(owner.diagram, LEFT, pos=at)
    qtbot.mouseMove(owner.diagram, at - QPoint(0, 2))  # a hand is never still
    qtbot.mouseRelease(owner.diagram, LEFT, pos=at - QPoint(0, 2))
    assert (owner.weight(edge), owner.strokes) == (before, 0)
    assert owner.diagram.focus == edge
    assert owner.diagram.is_kept


def test_another_button_does_not_disturb_a_drag(owner, qtbot):
    edge = Edge(3, 2, 1)
    owner.set_weight(edge, 0.0)
    at = free_point(owner.diagram, edge)
    qtbot.mousePress(owner.diagram, LEFT, pos=at)
    qtbot.mouseMove(owner.diagram, at - QPoint(0, 20))
    qtbot.mousePress(owner.diagram, RIGHT, pos=at - QPoint(0, 20))
    qtbot.mouseRelease(owner.diagram, RIGHT, pos=at - QPoint(0, 20))
    qtbot.mouseMove(owner.diagram, at - QPoint(0, 40))
    qtbot.mouseRelease(owner.diagram, LEFT, pos=at - QPoint(0, 40))
    assert owner.weight(edge) == pytest.approx(0.4)
    assert owner.strokes == 1


def test_a_double_click_asks_for_what_was_learnt(owner, qtbot):
    at = free_point(owner.diagram, Edge(3, 2, 1))
    qtbot.mouseClick(owner.diagram, LEFT, pos=at)
    qtbot.mouseDClick(owner.diagram, LEFT, pos=at)
    assert owner.resets == [Edge(3, 2, 1)]
    assert owner.diagram.is_kept


def keep(owner, qtbot, edge):
    owner.diagram.setFocus()
    qtbot.waitUntil(owner.diagram.hasFocus)
    owner.diagram.keep(edge)


def field(owner) -> QDoubleSpinBox:
    return owner.diagram.findChild(QDoubleSpinBox, "numberField")


def test_typing_a_number_changes_the_weight_with_every_key(owner, qtbot):
    edge = Edge(1, 4, 2)
    keep(owner, qtbot, edge)
    qtbot.keyClick(owner.diagram, "-")
    qtbot.waitUntil(field(owner).hasFocus)
    assert field(owner).accessibleName().startswith("Weight: From pixel in row 2, column 2")
    qtbot.keyClicks(field(owner), "0.3")
    assert owner.weight(edge) == pytest.approx(-0.3)
    qtbot.keyClicks(field(owner), "5")
    assert owner.weight(edge) == pytest.approx(-0.35)
    assert owner.strokes == 0
    qtbot.keyClick(field(owner), Key.Key_Return)
    assert not field(owner).isVisible()
    assert owner.strokes == 1
    assert owner.diagram.hasFocus()
    assert owner.diagram.focus == edge


def test_a_comma_is_a_point_and_nothing_beyond_the_limit_can_be_typed(owner, qtbot):
    edge = Edge(1, 4, 2)
    keep(owner, qtbot, edge)
    qtbot.keyClick(owner.diagram, "0")
    qtbot.waitUntil(field(owner).hasFocus)
    qtbot.keyClicks(field(owner), ",5")
    assert owner.weight(edge) == pytest.approx(0.5)
    field(owner).selectAll()
    qtbot.keyClicks(field(owner), "abc1e95")
    assert abs(owner.weight(edge)) <= 1
    qtbot.keyClick(field(owner), Key.Key_Return)


def test_what_goes_beyond_the_limit_is_refused_with_a_sentence_beside_it(owner, qtbot):
    note = owner.diagram.findChild(QLabel, "figureNote")
    owner.editor.set_limit(1.0, WHY)
    owner.diagram.keep(Edge(2, 1, 1))
    assert note.isHidden()
    qtbot.keyClick(owner.diagram, "5")
    field = owner.diagram.findChild(QDoubleSpinBox)
    assert note.isVisible()
    assert note.text() == WHY
    assert not note.geometry().intersects(field.geometry())
    assert owner.diagram.rect().contains(note.geometry())
    qtbot.keyClicks(field, "0.5")
    assert note.isHidden()
    qtbot.keyClick(field, Key.Key_Return)
    for _ in range(int(0.5 / KEY_STEP)):
        qtbot.keyClick(owner.diagram, Key.Key_Up, SHIFT)
    assert (owner.weight(Edge(2, 1, 1)), note.isHidden()) == (1, True)
    qtbot.keyClick(owner.diagram, Key.Key_Up, SHIFT)
    assert note.isVisible()
    qtbot.keyClick(owner.diagram, Key.Key_Escape)
    assert note.isHidden()
    owner.editor.set_limit(1000.0, WHY)
    owner.diagram.keep(Edge(2, 1, 1))
    qtbot.keyClicks(owner.diagram, "5")
    assert note.isHidden()
    qtbot.keyClicks(field, "000")
    assert note.isVisible()


def test_escape_takes_back_what_was_typed(owner, qtbot):
    edge = Edge(1, 4, 2)
    before = owner.weight(edge)
    keep(owner, qtbot, edge)
    qtbot.keyClick(owner.diagram, Key.Key_Return)
    qtbot.waitUntil(field(owner).hasFocus)
    assert field(owner).value() == pytest.approx(before)
    qtbot.keyClicks(field(owner), "0.9")
    assert owner.weight(edge) == pytest.approx(0.9)
    qtbot.keyClick(field(owner), Key.Key_Escape)
    assert owner.weight(edge) == pytest.approx(before, abs=1e-6)
    assert owner.strokes == 1


def test_who_types_nothing_changes_nothing(owner, qtbot):
    edge = Edge(1, 4, 2)
    owner.weights = [weight.astype(np.float64) for weight in owner.weights]
    owner.set_weight(edge, 0.1)  # no float32
    changed = owner.diagram.number_of(edge)
    assert changed == 0.1
    keep(owner, qtbot, edge)
    qtbot.keyClick(owner.diagram, Key.Key_Return)
    qtbot.waitUntil(field(owner).hasFocus)
    qtbot.keyClick(field(owner), Key.Key_Escape)
    assert owner.weight(edge) == 0.1


def test_a_bias_is_typed_too(owner, qtbot):
    keep(owner, qtbot, Neuron(2, 1))
    qtbot.keyClick(owner.diagram, "0")
    qtbot.waitUntil(field(owner).hasFocus)
    assert field(owner).accessibleName() == "Bias: Neuron 2 of hidden layer 2"
    qtbot.keyClicks(field(owner), ".75")
    qtbot.keyClick(field(owner), Key.Key_Return)
    assert owner.biases[1][1] == 0.75


def test_a_pixel_has_no_number_to_type(owner, qtbot):
    keep(owner, qtbot, Neuron(0, 4))
    qtbot.keyClick(owner.diagram, "5")
    assert not field(owner).isVisible()


def test_keys_reach_every_line_and_change_it(owner, qtbot):
    keep(owner, qtbot, Neuron(2, 1))
    strongest = int(np.abs(owner.weights[1][:, 1]).argmax())
    qtbot.keyClick(owner.diagram, Key.Key_Return)
    assert owner.diagram.focus == Edge(2, strongest, 1)
    for _ in range(8):
        qtbot.keyClick(owner.diagram, Key.Key_Up)
    assert owner.diagram.focus == Edge(2, 0, 1)
    qtbot.keyClick(owner.diagram, Key.Key_Down)
    edge = Edge(2, 1, 1)
    assert owner.diagram.focus == edge
    owner.set_weight(edge, 0.2)
    qtbot.keyClick(owner.diagram, Key.Key_Up, SHIFT)
    assert owner.weight(edge) == pytest.approx(0.2 + KEY_STEP)
    qtbot.keyClick(owner.diagram, Key.Key_Backspace)
    assert owner.resets == [edge]
    qtbot.keyClick(owner.diagram, Key.Key_Left)
    assert owner.diagram.focus == Neuron(1, 1)


def test_another_net_closes_the_field(owner, qtbot):
    keep(owner, qtbot, Edge(1, 4, 2))
    qtbot.keyClick(owner.diagram, Key.Key_Return)
    qtbot.waitUntil(field(owner).hasFocus)
    before = owner.strokes
    owner.diagram.set_data(*data(sizes=(9, 2, 2, 2), names=("a", "b")))
    assert not field(owner).isVisible()
    assert owner.strokes - before <= 1


def test_lines_can_show_what_they_carry(owner, qtbot):
    diagram, edge = owner.diagram, Edge(3, 1, 2)
    owner.weights = [np.zeros_like(weight) for weight in owner.weights]
    owner.weights[2][1, 2], owner.activations[2][1] = 1.0, -1.0
    owner.show()
    hue = diagram.grab().toImage().pixelColor(middle(diagram, edge)).hue()
    box = diagram.findChild(QCheckBox, "contributionBox")
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert diagram.shows_contributions
    carried = diagram.grab().toImage().pixelColor(middle(diagram, edge)).hue()
    assert abs(hue - carried) > 100  # orange became blue
    owner.activations[2] = np.zeros_like(owner.activations[2])
    owner.show()
    assert diagram.grab().toImage().pixelColor(middle(diagram, edge)).saturation() < 60
    assert QAccessible.queryAccessibleInterface(box).state().checked
