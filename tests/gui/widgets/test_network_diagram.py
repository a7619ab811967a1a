"""The drawn net: what is under the mouse, what stands out, and what is shown of the numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor

from gui import theme
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.network_layout import (
    BESIDE_PX,
    NAME_PX,
    NAME_SHARE,
    Edge,
    Neuron,
    lay_out,
    thumb_px,
)
from gui.widgets.network_painting import LEGEND_PX, WIDEST, roomiest
from gui.widgets.pixel_painting import SIDE, icon, number

SIZES = (9, 7, 5, 3)
NAMES = ("x", "o", "a long name that cannot fit")
Key = Qt.Key


def data(seed=0, sizes=SIZES, names=NAMES):
    rng = np.random.default_rng(seed)
    activations = [rng.uniform(-1, 1, n) for n in sizes]
    activations[-1] = rng.uniform(0, 1, sizes[-1])
    weights = [rng.uniform(-1, 1, join) for join in pairwise(sizes)]
    return activations, weights, names, np.ones((len(names), 9))


@pytest.fixture
def diagram(qtbot):
    widget = NetworkDiagram()
    qtbot.addWidget(widget)
    widget.resize(700, 460)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_data(*data())
    return widget


def middle(diagram, part: Neuron | Edge) -> QPoint:
    if isinstance(part, Edge):
        return diagram._layout.line(part).center().toPoint()
    return diagram._layout.box(part).center().toPoint()


def look(diagram, qtbot) -> list:
    seen = []
    diagram.looked_at.connect(seen.append)
    return seen


def test_the_mouse_finds_every_neuron(diagram, qtbot):
    seen = look(diagram, qtbot)
    every = [Neuron(layer, index) for layer, n in enumerate(SIZES) for index in range(n)]
    for neuron in every:
        qtbot.mouseMove(diagram, middle(diagram, neuron))
    assert [part for part in seen if isinstance(part, Neuron)] == every


def test_every_line_is_found_somewhere_along_it():
    layout = lay_out(SIZES, QRectF(0, 20, 700, 420))
    for layer, sides in enumerate(pairwise(SIZES), start=1):
        for source, target in np.ndindex(*sides):
            edge = Edge(layer, int(source), int(target))
            line = layout.line(edge)
            found = {layout.part_at(line.pointAt(share)) for share in np.linspace(0.05, 0.95, 40)}
            assert edge in found


def test_nothing_is_found_where_nothing_is():
    layout = lay_out(SIZES, QRectF(0, 20, 700, 420))
    assert layout.part_at(QPointF(690, 430)) is None
    assert layout.part_at(QPointF(-500, -500)) is None


@pytest.mark.parametrize("sizes", [SIZES, (9, 2, 12, 6), (9, 12, 2, 2)])
@pytest.mark.parametrize("room", [QRectF(0, 20, 436, 220), QRectF(0, 20, 1600, 900)])
def test_neurons_lie_inside_and_do_not_overlap(sizes, room):
    layout = lay_out(sizes, room)
    boxes = [
        layout.box(Neuron(layer, index)) for layer, n in enumerate(sizes) for index in range(n)
    ]
    assert all(room.adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    for i, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[:i])


def test_the_inputs_are_laid_out_as_the_picture_and_no_two_at_one_height():
    centres = lay_out(SIZES, QRectF(0, 20, 700, 420)).centres[0]
    x, y = centres[:, 0].reshape(3, 3), centres[:, 1].reshape(3, 3)
    assert np.ptp(x, axis=0) == pytest.approx(0)
    assert (np.diff(x, axis=1) > 0).all()
    assert (np.diff(y, axis=0) > 0).all()
    assert len(np.unique(y.round(3))) == 9


def colorful(shot, rect: QRectF) -> float:
    """How colourful a region is: the mean difference between its channels."""
    part = shot.copy(rect.toRect())
    colors = [part.pixelColor(x, y) for x in range(part.width()) for y in range(part.height())]
    return sum(max(c.getRgb()[:3]) - min(c.getRgb()[:3]) for c in colors) / len(colors)


def test_looking_at_a_neuron_fades_what_does_not_lead_to_it(diagram, qtbot):
    layout = diagram._layout
    between = QRectF(
        layout.centres[2][0, 0] + 25,
        60,
        layout.centres[3][0, 0] - layout.centres[2][0, 0] - 50,
        300,
    )
    before = colorful(diagram.grab().toImage(), between)
    qtbot.mouseMove(diagram, middle(diagram, Neuron(1, 3)))
    assert colorful(diagram.grab().toImage(), between) < before / 3
    qtbot.mouseMove(diagram, middle(diagram, Neuron(3, 1)))
    assert colorful(diagram.grab().toImage(), between) > before / 4


def test_a_line_has_its_weights_colour(diagram, qtbot):
    activations, weights, names, pictures = data()
    weights = [np.zeros_like(weight) for weight in weights]
    weights[2][1, 2], weights[2][3, 0] = 1.0, -1.0
    diagram.set_data(activations, weights, names, pictures)
    shot = diagram.grab().toImage()
    for edge, weight in ((Edge(3, 1, 2), 1.0), (Edge(3, 3, 0), -1.0)):
        seen = shot.pixelColor(middle(diagram, edge))
        wanted = theme.active().signed_color(weight)
        assert abs(seen.hue() - wanted.hue()) < 12
        assert seen.saturation() > 100


def test_neurons_are_filled_by_what_they_pass_on(diagram):
    activations, weights, names, pictures = data()
    activations[1][:], activations[3][:] = 0.5, 0.25
    diagram.set_data(activations, weights, names, pictures)
    shot = diagram.grab().toImage()
    radius = int(diagram._layout.radius)
    for neuron, wanted in (
        (Neuron(1, 0), theme.active().signed_color(0.5)),
        (Neuron(3, 0), theme.active().probability_color(0.25)),
    ):
        assert shot.pixelColor(middle(diagram, neuron) - QPoint(0, radius - 4)) == wanted


@pytest.mark.parametrize("size", [(700, 460), (436, 220), (560, 300), (560, 560), (1100, 900)])
@pytest.mark.parametrize("n", [2, 9, 12])
def test_no_number_leaves_its_circle(diagram, n, size):
    sizes = (9, n, n, 3)
    activations, weights, names, pictures = data(sizes=sizes)
    activations[1][:], activations[2][:] = -0.48, -0.38  # dark words on pale grounds
    still = [np.zeros_like(weight) for weight in weights]
    diagram.resize(*size)
    diagram.set_data(activations, still, names, pictures)
    shot = diagram.grab().toImage()
    ground = shot.pixelColor(0, 0)
    radius = diagram._layout.radius
    is_beside = roomiest(2 * radius, (WIDEST,), is_round=True) is None
    for layer in (1, 2):
        for index in range(n):
            at = diagram._layout.box(Neuron(layer, index)).center()
            for side in (-1,) if is_beside else (-1, 1):
                for away in range(3, 12):
                    x = round(at.x() + side * (radius + away))
                    for up in range(-5, 6):
                        assert shot.pixelColor(x, round(at.y()) + up) == ground


@pytest.mark.parametrize(("n", "size"), [(9, (436, 220)), (12, (700, 460)), (12, (436, 240))])
def test_a_number_without_room_in_its_circle_stands_beside_it(diagram, n, size):
    sizes = (9, n, n, 3)
    activations, weights, names, pictures = data(sizes=sizes)
    diagram.resize(*size)
    diagram.set_data(activations, [np.zeros_like(weight) for weight in weights], names, pictures)
    layout, shot = diagram._layout, diagram.grab().toImage()
    assert roomiest(2 * layout.radius, (WIDEST,), is_round=True) is None
    last, pitch = len(sizes) - 1, layout.centres[1][1][1] - layout.centres[1][0][1]
    hidden_and_answers = [Neuron(1, at) for at in range(n)] + [Neuron(3, at) for at in range(3)]
    for layer, index in ((neuron.layer, neuron.index) for neuron in hidden_and_answers):
        box = layout.box(Neuron(layer, index))
        start = box.right() + 4 if layer < last else box.left() - 24
        dark = {
            y
            for y in range(round(box.center().y() - pitch), round(box.center().y() + pitch) + 1)
            for x in range(round(start), round(start) + 20)
            if 0 <= y < size[1] and shot.pixelColor(x, y).lightnessF() < 0.35
        }
        own = {y for y in dark if abs(y - box.center().y()) <= pitch / 2}
        assert own, (layer, index)
        assert max(own) - min(own) < pitch - 2  # a gap to those above and below


@pytest.mark.parametrize(
    ("width", "size", "is_short"),
    [(26, None, None), (32, 11, True), (38, 11, False), (50, theme.BODY, False)],
)
def test_numbers_shrink_and_shorten_before_they_go(qapp, width, size, is_short):
    written = roomiest(width, (WIDEST,), is_round=True)
    assert (written is None) == (size is None)
    if written is not None:
        assert (written[0].pixelSize(), written[1]) == (size, is_short)


def test_free_weights_share_the_colours_up_to_the_largest(diagram):
    activations, weights, names, pictures = data()
    weights = [np.zeros_like(weight) for weight in weights]
    weights[2][1, 2], weights[2][3, 0] = 2.0, -8.0
    diagram.set_data(activations, weights, names, pictures)
    shot = diagram.grab().toImage()
    seen = [shot.pixelColor(middle(diagram, Edge(3, *ends))) for ends in ((1, 2), (3, 0))]
    assert seen[1].saturation() > 2 * seen[0].saturation()
    limited = [weight / 8 for weight in weights]
    before = legend_of(diagram)
    diagram.set_data(activations, limited, names, pictures)
    assert legend_of(diagram) != before  # its ends are other numbers


def legend_of(diagram):
    return diagram.grab(
        QRect(0, diagram.height() - LEGEND_PX, diagram.width(), LEGEND_PX)
    ).toImage()


def test_new_weights_are_drawn_and_a_new_picture_keeps_the_old_lines(diagram):
    activations, weights, names, pictures = data()
    first = diagram._lines.cacheKey()
    diagram.set_data([-values for values in activations], weights, names, pictures)
    assert diagram._lines.cacheKey() == first
    diagram.set_data(activations, [-weight for weight in weights], names, pictures)
    assert diagram._lines.cacheKey() != first


def test_a_click_keeps_looking_until_escape(diagram, qtbot):
    seen = look(diagram, qtbot)
    chosen = Neuron(2, 1)
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=middle(diagram, chosen))
    qtbot.mouseMove(diagram, middle(diagram, Neuron(1, 0)))
    qtbot.mouseMove(diagram, QPoint(695, 5))
    assert diagram.focus == chosen
    qtbot.keyClick(diagram, Key.Key_Escape)
    assert diagram.focus is None
    assert seen[-1] is None


def test_a_second_click_lets_go(diagram, qtbot):
    at = middle(diagram, Neuron(2, 1))
    qtbot.mouseMove(diagram, at)
    for _ in range(2):
        qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(diagram, QPoint(695, 5))
    assert diagram.focus is None


def test_arrows_walk_from_the_winner_over_all_layers(diagram, qtbot):
    winner = Neuron(3, int(data()[0][3].argmax()))
    qtbot.keyClick(diagram, Key.Key_Left)
    assert diagram.focus == winner
    for layer in (2, 1, 0, 0):
        qtbot.keyClick(diagram, Key.Key_Left)
        assert diagram.focus.layer == layer
    for _ in range(12):
        qtbot.keyClick(diagram, Key.Key_Down)
    assert diagram.focus == Neuron(0, 8)
    qtbot.keyClick(diagram, Key.Key_Right)
    qtbot.keyClick(diagram, Key.Key_Up)
    assert diagram.focus.layer == 1


def test_what_stands_out_is_spoken(diagram, qtbot):
    activations, weights, *_ = data()
    qtbot.mouseMove(diagram, middle(diagram, Neuron(1, 2)))
    assert diagram.accessibleDescription() == (
        f"Neuron 3 of hidden layer 1: {number(activations[1][2])}"
    )
    line = Edge(3, 2, 0)
    drawn = diagram._layout.line(line)
    alone = drawn.pointAt(1 - 1.5 * (diagram._layout.radius + 4) / drawn.length())
    assert diagram._layout.part_at(alone) in [Edge(3, source, 0) for source in range(5)]
    qtbot.mouseMove(diagram, middle(diagram, line))
    edge = diagram.focus
    weight = weights[edge.layer - 1][edge.source, edge.target]
    assert diagram.accessibleDescription().startswith("From neuron ")
    assert diagram.accessibleDescription().endswith(f": weight {number(weight)}")


def test_another_net_forgets_what_was_looked_at(diagram, qtbot):
    qtbot.keyClick(diagram, Key.Key_Left)
    diagram.set_data(*data(sizes=(9, 2, 2, 2), names=("a", "b")))
    assert diagram.focus is None
    diagram.grab()
    diagram.clear()
    assert diagram.accessibleDescription().startswith("The net appears")
    qtbot.mouseMove(diagram, QPoint(100, 100))
    qtbot.keyClick(diagram, Key.Key_Left)
    assert diagram.focus is None


def broken(change):
    activations, weights, names, pictures = data()
    return change(list(activations), list(weights), names, pictures)


@pytest.mark.parametrize(
    "change",
    [
        lambda a, w, n, p: (a[:-1], w, n, p),
        lambda a, w, n, p: (a, [w[0].T, *w[1:]], n, p),
        lambda a, w, n, p: (a, w, n[:-1], p),
        lambda a, w, n, p: (a, w, n, p[:, :8]),
        lambda a, w, n, p: ([a[0][:8], *a[1:]], w, n, p),
        lambda a, w, n, p: (a, [w[0] * np.nan, *w[1:]], n, p),
        lambda a, w, n, p: ([], [], n, p),
    ],
)
def test_what_does_not_fit_is_refused_and_the_old_net_stays(diagram, change):
    before = diagram.grab().toImage()
    with pytest.raises(ValueError, match=r"\w+"):
        diagram.set_data(*broken(change))
    assert diagram.grab().toImage() == before


def test_the_accent_marks_what_is_looked_at(diagram, qtbot):
    qtbot.mouseMove(diagram, middle(diagram, Neuron(2, 2)))
    shot = diagram.grab().toImage()
    edge = middle(diagram, Neuron(2, 2)) - QPoint(0, round(diagram._layout.radius) + 2)
    accent = QColor(theme.active().accent)
    near = [shot.pixelColor(edge + QPoint(0, dy)) for dy in (-1, 0, 1)]
    assert any(abs(color.hue() - accent.hue()) < 10 for color in near)


def test_the_lines_that_stand_out_lie_below_the_pixels(diagram, qtbot):
    def squares():
        shot = diagram.grab().toImage()
        boxes = [diagram._layout.box(Neuron(0, index)) for index in range(9)]
        return [shot.copy(box.adjusted(2, 2, -2, -2).toRect()) for box in boxes]

    before = squares()
    for target in range(SIZES[1]):
        qtbot.mouseMove(diagram, middle(diagram, Neuron(1, target)))
        assert diagram.focus == Neuron(1, target)
        assert squares() == before


def accented(diagram) -> QRectF:
    """Where the accent is seen."""
    shot, accent = diagram.grab().toImage(), QColor(theme.active().accent)
    found = [
        (x, y)
        for x in range(shot.width())
        for y in range(shot.height())
        if shot.pixelColor(x, y) == accent
    ]
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return QRectF(min(xs), min(ys), np.ptp(xs), np.ptp(ys)) if found else QRectF()


def test_the_keyboards_ring_is_round_one_neuron_and_never_there_for_the_mouse(diagram, qtbot):
    diagram.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(diagram.hasFocus)
    assert accented(diagram).isNull()
    diagram.clearFocus()
    diagram.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(diagram.hasFocus)
    winner = diagram._layout.box(Neuron(3, int(data()[0][3].argmax())))
    assert not accented(diagram).isNull()
    assert winner.adjusted(-5, -5, 5, 5).contains(accented(diagram))
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=QPoint(695, 5))
    assert accented(diagram).isNull()
    qtbot.keyClick(diagram, Key.Key_Escape)
    assert not accented(diagram).isNull()


@pytest.mark.parametrize("way", ["again", "beside", "escape"])
def test_letting_go_shows_at_once_though_the_mouse_has_not_moved_away(diagram, qtbot, way):
    at = middle(diagram, Neuron(2, 1))
    qtbot.mouseMove(diagram, at)
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at)
    assert diagram.is_kept
    if way == "escape":
        qtbot.keyClick(diagram, Key.Key_Escape)
    else:
        beside = QPoint(695, 5)
        spot = at if way == "again" else beside
        qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=spot)
    assert diagram.focus is None
    assert not diagram.is_kept
    if way != "beside":
        qtbot.mouseMove(diagram, at + QPoint(2, 1))  # a trembling hand
        assert diagram.focus is None
    qtbot.mouseMove(diagram, middle(diagram, Neuron(1, 1)))
    qtbot.mouseMove(diagram, at)
    assert diagram.focus == Neuron(2, 1)


@pytest.mark.parametrize("width", [240, 380, 700])
def test_names_beside_the_outputs_have_the_room_that_they_need(width):
    room = QRectF(0, 20, width, 420)
    short, long = (lay_out(SIZES, room, name_px) for name_px in (10, 500))
    for layout in (short, long):
        end = layout.box(Neuron(3, 0)).right() + sum(BESIDE_PX) + thumb_px(layout.radius)
        assert end + NAME_PX <= width + 1e-9
    end = short.box(Neuron(3, 0)).right() - long.box(Neuron(3, 0)).right()
    assert end <= NAME_SHARE * width  # a long name does not push the net away


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_an_icon_ends_in_a_frame_that_is_seen_on_a_button(qapp, look):
    theme.apply(qapp, look)
    shot = icon(np.full(9, -1.0), 23).pixmap(23, 23).toImage()
    frame, inside = shot.pixelColor(0, 11), shot.pixelColor(23 // SIDE // 2, 11)
    assert inside == QColor("black")
    for ground in (QColor(look.raised), inside):
        assert abs(frame.lightness() - ground.lightness()) > 60
