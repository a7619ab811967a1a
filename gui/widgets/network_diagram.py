"""A small neural net drawn whole: every neuron with its value, every weight as a line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.network_layout import Edge, Layout, Neuron, lay_out
from gui.widgets.network_legend import draw_legend, lines_box, place_lines_box, scales
from gui.widgets.network_painting import (
    CAPTION_PX,
    LEGEND_PX,
    draw_lines,
    fills,
    line_pen,
    paint_captions,
    paint_lines,
    paint_neurons,
    paint_outputs,
    paint_pixels,
    widest,
)
from gui.widgets.network_words import name_of
from gui.widgets.painting import checked, draw_hint
from gui.widgets.pixel_painting import N_PIXELS, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "The net appears here as soon as there is one."
STRESSED_PX = 1.0  # how much thicker lines are that stand out
PALEST = 0.3  # and how pale, lest a small weight cannot be seen at all
FADED = 0.1  # what is left of the others meanwhile
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class NetworkDiagram(KeyboardCanvas):
    """Lines: colour is the weight's sign, width its size. Fill: what a neuron passes on.

    Where a weight is larger than 1, the largest one has the full colour, and the legend says so.

    Looking at a neuron (mouse, or arrow keys) makes what leads to it stand out, looking at a line
    that line alone. A click keeps looking when the mouse has gone; a second one, one on nothing,
    or Escape lets go.

    Signals:
        looked_at: (Neuron | Edge | None) what the eye is on; also when it is kept or let go.
    """

    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("networkDiagram")
        self.setAccessibleName("The network: neurons and weights")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._activations: list[NDArray[np.float32]] = []
        self._weights: list[NDArray[np.float32]] = []
        self._biases: list[NDArray[np.float32]] = []
        self._products: list[NDArray[np.float32]] = []
        self._exact: tuple[Sequence[NDArray[Any]], ...] = (), ()  # weights, biases, not as drawn
        self._strengths: list[NDArray[np.float32]] = []  # what the lines show, from -1 to 1
        self._scale = 1.0  # the weight that has the full colour
        self._names: tuple[str, ...] = ()
        self._pictures: NDArray[np.float32] = np.zeros((0, N_PIXELS), np.float32)
        self._layout: Layout | None = None
        self._fills: list[list[QColor]] = []  # of every layer's neurons
        self._lines = QPixmap()  # all of them; drawn once, shown often
        self._stressed: list[tuple[QPen, QLineF]] = []
        self._scales: tuple[QImage, QImage] = (QImage(), QImage())
        self._hovered: Neuron | Edge | None = None
        self._kept: Neuron | Edge | None = None
        self._let_go: Neuron | Edge | None = None  # not looked at until the mouse has left it
        self._carried = lines_box(self)
        self._carried.toggled.connect(self._on_lines)
        self.clear()

    # --- what is shown

    def set_data(
        self,
        activations: Sequence[NDArray[Any]],
        weights: Sequence[NDArray[Any]],
        names: Sequence[str],
        pictures: NDArray[Any],
        biases: Sequence[NDArray[Any]] | None = None,
        carried: Sequence[NDArray[Any]] | None = None,
    ) -> None:
        """Show a net and what one picture makes of it.

        Args:
            activations: One array a layer: (9,) pixels, (n,) from -1 to 1 for each hidden layer,
                (K,) probabilities.
            weights: One (n_before, n) array between each two layers.
            names: Of the K outputs.
            pictures: (K, 9) what each of them stands for.
            biases: One (n,) array a layer but the first; zeros if left out.
            carried: Weight times input, shaped as the weights; the weights if left out.

        Raises:
            ValueError: The shapes do not fit together or a number is not finite.
        """
        if not weights or len(activations) != len(weights) + 1:
            raise ValueError(f"{len(weights)} weights cannot join {len(activations)} layers")
        layers = [checked(values, "activations", None) for values in activations]
        sizes = [len(values) for values in layers]
        if sizes[0] != N_PIXELS or min(sizes) < 1 or sizes[-1] != len(names):
            raise ValueError(f"layers of {sizes} neurons do not fit {len(names)} names")
        joins = [
            checked(weight, "weights", *sides)
            for weight, sides in zip(weights, pairwise(sizes), strict=True)
        ]
        given = [np.zeros(n) for n in sizes[1:]] if biases is None else biases
        added = [checked(bias, "biases", n) for bias, n in zip(given, sizes[1:], strict=True)]
        products = [
            checked(product, "carried", *sides)
            for product, sides in zip(carried or joins, pairwise(sizes), strict=True)
        ]
        self._pictures = checked(pictures, "pictures", len(names), N_PIXELS)
        is_other_net = sizes != [len(values) for values in self._activations]
        self._activations, self._weights, self._biases = layers, joins, added
        self._exact = tuple(weights), tuple(given)
        self._products, self._names = products, tuple(names)
        self._scale = max(1.0, *(float(np.abs(weight).max()) for weight in joins))
        before, self._strengths = self._strengths, self._shown_strengths()
        if is_other_net:
            self._look(None, None)
            self.prepare()
        elif not all(map(np.array_equal, before, self._strengths)):
            self._draw_lines()
        self._fills = fills(layers)
        self._describe()
        self.update()

    def clear(self) -> None:
        """Show nothing but a hint."""
        self._activations, self._weights, self._biases, self._names = [], [], [], ()
        self._products, self._strengths = [], []
        self._look(None, None)
        self._describe()
        self.refresh()

    @property
    def focus(self) -> Neuron | Edge | None:
        """What stands out: what the mouse is on, else what was kept."""
        return self._kept if self._hovered is None else self._hovered

    @property
    def winner(self) -> Neuron | None:
        """The output with the highest probability."""
        return self._winner() if self._activations else None

    def _winner(self) -> Neuron:
        return Neuron(len(self._weights), int(self._activations[-1].argmax()))

    @property
    def is_kept(self) -> bool:
        """Whether what stands out goes on doing so without the mouse."""
        return self._kept is not None and self._kept == self.focus

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons in each layer."""
        return tuple(len(values) for values in self._activations)

    def name_of(self, part: Neuron | Edge) -> str:
        """A neuron or a line in words."""
        return name_of(part, self._names, len(self._weights))

    def number_of(self, part: Neuron | Edge) -> float:
        """What can be changed of it: a line's weight, a circle's bias."""
        weights, biases = self._exact
        if isinstance(part, Edge):
            return float(weights[part.layer - 1][part.source, part.target])
        return float(biases[part.layer - 1][part.index])

    def strongest_to(self, neuron: Neuron) -> Edge:
        """The thickest line that leads to a neuron."""
        strengths = self._strengths[neuron.layer - 1][:, neuron.index]  # (n_before,)
        return Edge(neuron.layer, int(np.abs(strengths).argmax()), neuron.index)

    # --- what the lines show

    @property
    def shows_contributions(self) -> bool:
        """Whether a line shows weight times input, and not its weight."""
        return self._carried.isChecked()

    def _on_lines(self) -> None:
        self._strengths = self._shown_strengths()
        self._draw_lines()
        self.update()

    def _shown_strengths(self) -> list[NDArray[np.float32]]:
        shown = self._products if self.shows_contributions else self._weights
        return shown if self._scale == 1 else [part / np.float32(self._scale) for part in shown]

    def _describe(self) -> None:
        """Say what stands out to a screen reader."""
        focus, said = self.focus, HINT
        if isinstance(focus, Neuron):
            value = self._activations[focus.layer][focus.index]
            said = f"{self.name_of(focus)}: {number(value)}"
        elif isinstance(focus, Edge):
            said = f"{self.name_of(focus)}: weight {number(self.number_of(focus))}"
        elif self._activations:
            sizes = ", ".join(str(len(values)) for values in self._activations)
            said = f"Layers of {sizes} neurons. Arrow keys walk over them."
        self.setAccessibleDescription(said)

    def _strength(self, edge: Edge) -> float:
        return float(self._strengths[edge.layer - 1][edge.source, edge.target])

    # --- preparing

    def sizeHint(self) -> QSize:
        """The largest figure of its tab."""
        return QSize(560, 440)

    def minimumSizeHint(self) -> QSize:
        """Neurons that can still be told apart."""
        return QSize(320, 240)

    def prepare(self) -> None:
        """Place the neurons, draw the lines, colour the legend."""
        self._layout = None
        self._scales = scales()
        place_lines_box(self._carried, self.rect(), bool(self._activations))
        self._fills = fills(self._activations)
        if self._activations:
            room = QRectF(
                0,
                theme.px(CAPTION_PX),
                self.width(),
                self.height() - theme.px(CAPTION_PX) - theme.px(LEGEND_PX),
            )
            sizes = [len(values) for values in self._activations]
            self._layout = lay_out(sizes, room, widest(self._names))
            self._draw_lines()

    def _draw_lines(self) -> None:
        if self._layout is not None:
            ratio = self.devicePixelRatioF()
            self._lines = draw_lines(self.size(), ratio, self._layout, self._strengths)
            self._stress()

    def _stress(self) -> None:
        """Find the lines that stand out, the strongest last."""
        focus, edges = self.focus, []
        if self._layout is not None and focus is not None:
            edges = [focus] if isinstance(focus, Edge) else self._layout.edges_of(focus)
            edges.sort(key=lambda edge: abs(self._strength(edge)))
        self._stressed = [
            (line_pen(self._strength(edge), STRESSED_PX, PALEST), self._layout.line(edge))
            for edge in edges
            if self._layout is not None
        ]

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Lines, neurons on top of them, words around."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._layout is None:
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        painter.setOpacity(FADED if self._stressed else 1.0)
        if self.is_exported:
            paint_lines(painter, self._layout, self._strengths)
        else:
            painter.drawPixmap(0, 0, self._lines)
        painter.setOpacity(1.0)
        for pen, line in self._stressed:
            painter.setPen(pen)
            painter.drawLine(line)
        paint_pixels(painter, self._layout, self._activations[0], self._fills[0])
        for layer in range(1, len(self._activations)):
            paint_neurons(
                painter, self._layout, layer, self._activations[layer], self._fills[layer]
            )
        self._paint_focus(painter, self._layout)
        names, room = list(zip(self._names, self._pictures, strict=True)), QRectF(self.rect())
        paint_outputs(painter, self._layout, names, self._winner(), room)
        titles = [f"{len(values)} hidden" for values in self._activations[1:-1]]
        paint_captions(painter, self._layout, ("9 pixels", *titles, "answer"))
        at = QPointF(2, self.height() - theme.px(LEGEND_PX) + 8)
        draw_legend(painter, at, self._scales, self._carried.x() - theme.INSIDE, self._scale)

    def _paint_focus(self, painter: QPainter, layout: Layout) -> None:
        """A ring around the neuron that stands out, or around both ends of a line.

        For the keyboard, when nothing does, around the one from which the arrow keys set out.
        """
        focus, ends = self.focus, []
        if focus is None and self.shows_focus:
            focus = self._winner()
        if isinstance(focus, Neuron):
            ends = [focus]
        elif isinstance(focus, Edge):
            ends = [Neuron(focus.layer - 1, focus.source), Neuron(focus.layer, focus.target)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.active().accent), 2.5))
        for end in ends:
            box = layout.box(end).adjusted(-2, -2, 2, 2)
            draw = painter.drawRect if end.layer == 0 else painter.drawEllipse
            draw(box)

    # --- mouse and keyboard

    def part_at(self, at: QPointF) -> Neuron | Edge | None:
        """What is under a point of the widget."""
        return None if self._layout is None else self._layout.part_at(at)

    def centre_of(self, part: Neuron | Edge) -> QPointF:
        """Its middle on the widget."""
        if self._layout is None:
            return QPointF()
        if isinstance(part, Edge):
            return self._layout.line(part).center()
        return self._layout.box(part).center()

    def keep(self, part: Neuron | Edge) -> None:
        """Look at something until told otherwise."""
        self._let_go = None
        self._look(None, part)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at what is under the mouse."""
        if self._layout is not None:
            part = self._layout.part_at(event.position())
            if part is None or part != self._let_go:
                self._let_go = None
                self._look(part, self._kept)

    def leaveEvent(self, event: QEvent) -> None:
        """Look at what was kept."""
        super().leaveEvent(event)
        self._let_go = None
        self._look(None, self._kept)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep looking at what was clicked; clicking it again, or nothing, lets go."""
        if event.button() == Qt.MouseButton.LeftButton and self._layout is not None:
            part = self._layout.part_at(event.position())
            if part is None or part == self._kept:
                self._release(part)
            else:
                self._look(part, part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the neurons; Escape lets go."""
        if event.key() in _ARROWS and self._layout is not None:
            across, along = _ARROWS[Qt.Key(event.key())]
            here = self._kept
            if isinstance(here, Edge):
                here = Neuron(here.layer, here.target)
            there = self._winner() if here is None else self._layout.neighbour(here, across, along)
            self._look(None, there)
        elif event.key() == Qt.Key.Key_Escape and self._kept is not None:
            self._release(self._hovered)
        else:
            super().keyPressEvent(event)

    def _release(self, under_mouse: Neuron | Edge | None) -> None:
        """Look at nothing, not even at what the mouse is still on."""
        self._let_go = under_mouse
        self._look(None, None)

    def _look(self, hovered: Neuron | Edge | None, kept: Neuron | Edge | None) -> None:
        before = self.focus, self.is_kept
        self._hovered, self._kept = hovered, kept
        if (self.focus, self.is_kept) != before:
            self._stress()
            self._describe()
            self.looked_at.emit(self.focus)
            self.update()
