"""The net in slow motion: what is known lights up layer by layer, forward and then back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.microscope_scene import Scene, short
from gui.widgets.network_layout import Edge, Layout, Neuron, lay_out
from gui.widgets.network_painting import (
    CAPTION_PX,
    CENTRE,
    CLOSEST_PX,
    SMALLEST,
    line_pen,
    paint_beside,
    paint_lines,
    paint_outputs,
    room_in,
    widest,
)
from gui.widgets.painting import draw_hint
from gui.widgets.pixel_painting import grey, number

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "The steps appear here as soon as there is a net."
FAINT = 0.35
ARROW_PX = 7.0
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageDown: 1,
}


class MotionDiagram(KeyboardCanvas):
    """Draws a `Scene`: circles that are known are filled, lines that matter are coloured.

    Left and Right go from step to step; Up and Down walk over the neurons of the layer that the
    step is about, with Shift over the lines that lead to one. A click looks at what was clicked.

    Signals:
        looked_at: (Neuron | Edge) what the numbers are wanted of.
        step_wanted: (int) 1 for the next step, -1 for the one before.
    """

    looked_at = Signal(object)
    step_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("motionDiagram")
        self.setAccessibleName("The net in slow motion")
        self.setAccessibleDescription(HINT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scene: Scene | None = None
        self._layout: Layout | None = None
        self._lines = QPixmap()

    def set_data(self, scene: Scene) -> None:
        """Show a step."""
        self._scene = scene
        keys = "Left and Right change the step, Up and Down the neuron, with Shift the line."
        self.setAccessibleDescription(f"{scene.title}. {keys}")
        self.refresh()

    # --- where things are

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(456, 220)

    def minimumSizeHint(self) -> QSize:
        """Neurons that can still be told apart."""
        return QSize(240, 96)

    def prepare(self) -> None:
        """Place the neurons and draw the lines."""
        self._layout = None
        scene = self._scene
        if scene is None:
            return
        top = theme.px(CAPTION_PX)
        room = QRectF(0, top, self.width(), self.height() - top)
        self._layout = lay_out([len(values) for values in scene.layers], room, widest(scene.names))
        self._draw_lines(scene, self._layout)

    def _draw_lines(self, scene: Scene, layout: Layout) -> None:
        ratio = self.devicePixelRatioF()
        self._lines = QPixmap(self.size() * ratio)
        if self._lines.isNull():
            return
        self._lines.setDevicePixelRatio(ratio)
        self._lines.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = QPen(QColor(theme.active().border), 0.6)
        painter.setPen(quiet)
        for lines, strengths in zip(layout.lines, scene.lines, strict=True):
            if not np.any(strengths):
                painter.setOpacity(FAINT)
                painter.drawLines(lines)
        painter.setOpacity(1.0)
        paint_lines(painter, layout, [np.asarray(part, np.float32) for part in scene.lines])
        painter.end()

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Lines, what stands out of them, neurons, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene, layout = self._scene, self._layout
        if scene is None or layout is None:
            draw_hint(painter, QRectF(self.rect()), HINT)
            return
        stressed = self._stressed(scene, layout)
        painter.setOpacity(FAINT if stressed else 1.0)
        painter.drawPixmap(0, 0, self._lines)
        painter.setOpacity(1.0)
        for edge in stressed:
            self._paint_edge(painter, scene, layout, edge)
        for layer in range(len(scene.layers)):
            self._paint_layer(painter, scene, layout, layer)
        self._paint_focus(painter, scene, layout)
        named = list(zip(scene.names, scene.symbols, strict=True))
        winner = Neuron(len(scene.layers) - 1, scene.target)
        paint_outputs(painter, layout, named, winner, QRectF(self.rect()))
        self._paint_captions(painter, scene, layout)

    def _stressed(self, scene: Scene, layout: Layout) -> list[Edge]:
        """Lines that the table is about, if they matter at this step."""
        focus = scene.focus
        if isinstance(focus, Edge):
            return [focus]
        if focus is None or focus.layer == 0:
            return []
        if scene.is_backward and focus.layer < len(scene.layers) - 1:
            after = focus.layer + 1
            if np.any(scene.lines[focus.layer]):
                n = len(scene.layers[after])
                return [Edge(after, focus.index, target) for target in range(n)]
        return layout.edges_of(focus) if np.any(scene.lines[focus.layer - 1]) else []

    def _paint_edge(self, painter: QPainter, scene: Scene, layout: Layout, edge: Edge) -> None:
        strength = float(scene.lines[edge.layer - 1][edge.source, edge.target])
        line = layout.line(edge)
        pen = line_pen(strength, 1.0, 0.35)
        if not strength:  # it is to be guessed
            pen.setColor(QColor(theme.active().text))
        painter.setPen(pen)
        painter.drawLine(line)
        if scene.is_backward:
            self._paint_arrow(painter, QLineF(line.p2(), line.p1()))

    def _paint_arrow(self, painter: QPainter, way: QLineF) -> None:
        """A head in the middle of a line."""
        unit = way.unitVector()
        along = QPointF(unit.dx(), unit.dy()) * ARROW_PX
        across = QPointF(-along.y(), along.x()) * 0.45
        tip = way.pointAt(0.5) + along / 2
        painter.setBrush(painter.pen().color())
        painter.drawPolygon(QPolygonF([tip, tip - along + across, tip - along - across]))

    def _paint_layer(self, painter: QPainter, scene: Scene, layout: Layout, layer: int) -> None:
        look, values = theme.active(), np.asarray(scene.layers[layer], np.float64)
        is_known, is_answer = layer < scene.n_known, layer == len(scene.layers) - 1
        limit = float(np.abs(values).max()) if scene.has_deltas[layer] else 1.0
        painter.setFont(theme.font(SMALLEST))
        said = [number(value) if layer == 0 else short(value) for value in values.tolist()]
        wide = 2 * (layout.radius if layer else layout.cell / 2)
        room = room_in(wide, painter.font(), is_round=layer > 0)
        metrics = QFontMetricsF(painter.font())
        fits_inside = max(map(metrics.horizontalAdvance, said)) <= room  # all of them or none
        for index, value in enumerate(values.tolist()):
            box = layout.box(Neuron(layer, index))
            if not is_known:
                fill = QColor(look.surface)
            elif layer == 0:
                fill = grey(value)
            elif is_answer and not scene.has_deltas[layer]:
                fill = look.probability_color(value)
            else:
                fill = look.signed_color(value, max(limit, 1e-12))
            painter.setPen(QPen(QColor(look.muted), 1))
            painter.setBrush(fill)
            (painter.drawRect if layer == 0 else painter.drawEllipse)(box)
            if is_known:
                if fits_inside:
                    painter.setPen(look.readable_on(fill))
                    painter.drawText(box, CENTRE | Qt.TextFlag.TextDontClip, said[index])
                elif layer and box.height() >= theme.px(CLOSEST_PX):
                    paint_beside(painter, box, said[index], at_left=is_answer)

    def _paint_focus(self, painter: QPainter, scene: Scene, layout: Layout) -> None:
        focus = scene.focus
        ends = [focus] if isinstance(focus, Neuron) else []
        if isinstance(focus, Edge):
            ends = [Neuron(focus.layer - 1, focus.source), Neuron(focus.layer, focus.target)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.active().accent), 2.5))
        for end in ends:
            box = layout.box(end).adjusted(-2, -2, 2, 2)
            (painter.drawRect if end.layer == 0 else painter.drawEllipse)(box)
        if self.shows_focus and not ends:
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_captions(self, painter: QPainter, scene: Scene, layout: Layout) -> None:
        painter.setFont(theme.font(theme.SMALL))
        last, wide = len(scene.layers) - 1, theme.px(110)
        for layer, centres in enumerate(layout.centres):
            plain = "picture" if layer == 0 else "answer" if layer == last else f"hidden {layer}"
            said = f"{plain}: delta" if scene.has_deltas[layer] else plain
            painter.setPen(QColor(theme.active().muted))
            x = float(centres[:, 0].mean())
            own = QFontMetricsF(painter.font()).horizontalAdvance(said)
            x = min(max(x, own / 2), self.width() - own / 2)  # whole, even at the edge
            room = QRectF(x - wide / 2, 0, wide, theme.px(CAPTION_PX) - 4)
            painter.drawText(room, CENTRE | Qt.TextFlag.TextDontClip, said)

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at what was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._layout is not None:
            part = self._layout.part_at(event.position())
            if part is not None:
                self.looked_at.emit(part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right change the step; Up and Down what is looked at."""
        key = Qt.Key(event.key())
        if self._scene is not None and key in _STEPS:
            self.step_wanted.emit(_STEPS[key])
        elif self._scene is not None and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            on_lines = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._walk(self._scene, 1 if key == Qt.Key.Key_Down else -1, on_lines)
        else:
            super().keyPressEvent(event)

    def _walk(self, scene: Scene, step: int, on_lines: bool) -> None:
        focus = scene.focus or Neuron(len(scene.layers) - 1, scene.target)
        layer = focus.layer
        target = focus.target if isinstance(focus, Edge) else focus.index
        if on_lines and layer > 0:
            source = focus.source + step if isinstance(focus, Edge) else 0
            self.looked_at.emit(Edge(layer, source % len(scene.layers[layer - 1]), target))
        else:
            self.looked_at.emit(Neuron(layer, (target + step) % len(scene.layers[layer])))
