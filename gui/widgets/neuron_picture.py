"""A part of a feed-forward net: one neuron's strongest joins, among its neighbours."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui import theme
from gui.widgets.network_painting import LEVELS, line_pen
from gui.widgets.neuron_layout import CAPTION_PX, EDGE, GAP, WIDE, lay_out
from gui.widgets.neuron_net import TIMES, NetScene, Spot, two
from gui.widgets.painting import draw_focus_ring, draw_hint, elided
from gui.widgets.spot_canvas import SpotCanvas

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

PURPOSE = "A neuron, what comes in and what goes out"
HINT = "Type a sentence above to see which neurons fire."
PALEST = 0.4  # of the neighbours' lines, for the strongest of the chosen one's
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


class NeuronPicture(SpotCanvas[Spot]):
    """Inputs at the left, hidden neurons in the middle, outputs at the right.

    Signals:
        neuron_chosen: (int) number of another hidden neuron of this net.
        number_asked: (Spot, QPoint) what was clicked, or on which ? was pressed, and where.

    Args:
        name: Its `objectName`.
        purpose: Its `accessibleName`.
        parent: Qt's.
    """

    neuron_chosen = Signal(int)
    number_asked = Signal(object, QPoint)
    paints_ground = True

    def __init__(
        self, name: str = "neuronPicture", purpose: str = PURPOSE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._scene: NetScene | None = None
        self._hint = HINT
        self._layout = lay_out(None, 1, 1)
        self._drawn = QPixmap()  # the lines: most of the work, the same while the mouse moves
        self.describe()

    @property
    def scene(self) -> NetScene | None:
        """What is shown."""
        return self._scene

    def set_data(self, scene: NetScene) -> None:
        """Show a part of a net.

        Raises:
            ValueError: It does not fit together, or has a number that is not finite.
        """
        scene.check()
        self._scene = scene
        self.keep_spot()
        self.describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._scene, self._spot, self._hint = None, None, hint
        self.describe()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Room for six joins on each side."""
        return QSize(theme.px(640), theme.px(260))

    def minimumSizeHint(self) -> QSize:
        """Small, but still a net."""
        return QSize(theme.px(280, 0.5), theme.px(150, 0.5))

    def spots(self) -> list[Spot]:
        """All that can be pointed at, from left to right."""
        return [] if self._scene is None else self._scene.spots()

    def describe(self) -> None:
        """Say the sum, or what is pointed at."""
        said = self._hint if self._scene is None else self._scene.sum_in_words()
        if self._scene is not None and self._spot is not None:
            said = self._scene.said(self._spot)
        self.setAccessibleDescription(said)

    # --- where things are

    def prepare(self) -> None:
        """Measure words, and draw all lines once."""
        self._layout = lay_out(self._scene, self.width(), self.height())
        self._drawn = QPixmap()
        if self._scene is None:
            return
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        if drawn.isNull():
            return
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_lines(painter, self._scene)
        painter.end()
        self._drawn = drawn

    def centre(self, spot: Spot) -> QPointF:
        """Where a neuron or an input is."""
        return self._layout.centres[spot]

    def spot_at(self, point: QPointF) -> Spot | None:
        """What is at a point."""
        return next(
            (spot for spot in self.spots() if self._layout.area(spot).contains(point)), None
        )

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw lines, neurons, and numbers."""
        painter = self.painter(event)
        scene = self._scene
        if scene is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_captions(painter, scene)
            if self.is_exported:
                self._draw_lines(painter, scene)
            else:
                painter.drawPixmap(0, 0, self._drawn)
            for spot in self.spots():
                self._draw_spot(painter, scene, spot)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_captions(self, painter: QPainter, scene: NetScene) -> None:
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().muted))
        half, high = self._layout.half, theme.px(CAPTION_PX) - 2
        inputs, hidden, outputs = self._layout.columns
        wide = max(hidden - inputs, 1.0)
        for room, align, words in (
            (QRectF(0, 0, inputs + half, high), RIGHT, f"{scene.sizes[0]:,} inputs"),
            (QRectF(hidden - wide / 2, 0, wide, high), MIDDLE, f"{scene.sizes[1]:,} hidden"),
            (QRectF(outputs - half, 0, self.width(), high), LEFT, f"{scene.sizes[2]:,} outputs"),
        ):
            over = room.x() + painter.fontMetrics().horizontalAdvance(words) - self.width()
            if align == LEFT and over > 0:
                room.translate(-over, 0)
            painter.drawText(room, align, words)

    def _draw_lines(self, painter: QPainter, scene: NetScene) -> None:
        """What flows along each join: the neighbours' pale, the chosen neuron's on top."""
        products = scene.values[:, None] * scene.weights_in  # (K, N)
        adds = scene.activations[:, None] * scene.weights_out  # (N, O)
        parts = (
            ("input", products.T, float(np.abs(scene.products).max())),
            ("output", adds, float(np.abs(scene.adds).max())),
        )
        of_others: dict[int, list[QLineF]] = defaultdict(list)
        own: list[tuple[float, QLineF]] = []
        for kind, flows, most in parts:
            starts = [self.centre(Spot(kind, at)) for at in range(flows.shape[1])]
            strengths = np.clip(flows / max(most, 1e-12), -1, 1)
            levels = np.rint(strengths * LEVELS).astype(int).tolist()
            for n in range(len(scene.hidden)):
                end = self.centre(Spot("hidden", n))
                lines = [QLineF(start, end) for start in starts]
                if n == scene.chosen:
                    own += zip(strengths[n].tolist(), lines, strict=True)
                    continue
                for level, line in zip(levels[n], lines, strict=True):
                    of_others[level].append(line)
        own += self._other_inputs(scene, parts[0][2])
        look = theme.active()
        for level in sorted(of_others, key=abs):
            # Pale and thin, without transparency: that takes ten times as long.
            painter.setPen(QPen(look.signed_color(PALEST * level / LEVELS), 1))
            painter.drawLines(of_others[level])
        for strength, line in own:
            painter.setPen(line_pen(strength, palest=0.35))
            painter.drawLine(line)

    def _other_inputs(self, scene: NetScene, most: float) -> list[tuple[float, QLineF]]:
        """What flows into the chosen neuron besides: from all the others, and its bias."""
        end = self.centre(Spot("hidden", scene.chosen))
        flows = [(Spot("rest"), scene.rest)] if scene.n_rest else []
        flows.append((Spot("bias"), scene.bias))
        return [
            (min(max(flow / max(most, 1e-12), -1.0), 1.0), QLineF(self.centre(spot), end))
            for spot, flow in flows
        ]

    def _draw_spot(self, painter: QPainter, scene: NetScene, spot: Spot) -> None:
        look, at, half = theme.active(), self.centre(spot), self._layout.half
        box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        is_chosen = spot.kind == "hidden" and spot.at == scene.chosen
        stressed = is_chosen or spot == self._spot
        painter.setPen(QPen(QColor(look.accent if stressed else look.muted), 2 if stressed else 1))
        value = scene.value(spot)
        fill = look.signed_color(value, scene.largest[spot.kind])
        painter.setBrush(fill)
        if spot.kind in ("input", "rest", "bias"):
            painter.drawRect(box.adjusted(2, 2, -2, -2))
        else:
            painter.drawEllipse(box)
        painter.setFont(theme.font(11, bold=is_chosen))
        if self._layout.fits[spot.kind]:
            painter.setPen(look.readable_on(fill))
            painter.drawText(box, MIDDLE, two(value))
        self._draw_words(painter, scene, spot, box)

    def _draw_words(self, painter: QPainter, scene: NetScene, spot: Spot, box: QRectF) -> None:
        look, is_wide = theme.active(), self.width() >= theme.px(WIDE, 0.7)
        painter.setFont(theme.mono())
        painter.setPen(QColor(look.accent if spot == self._spot else look.text))
        if spot.kind == "hidden":
            if spot.at != scene.chosen:
                painter.setPen(QColor(look.muted))
            self._draw_name(painter, scene, spot, box)
            return
        if spot.kind == "output":
            words = two(float(scene.adds[spot.at]))
            if is_wide:
                weight = two(float(scene.weights_out[scene.chosen, spot.at]))
                words = f"{TIMES} {weight} = {words} → {scene.outputs[spot.at] + 1}"
            left = box.right() + GAP
            room = QRectF(left, box.y(), self.width() - EDGE - left, box.height())
            painter.drawText(room, LEFT, elided(words, painter.font(), room.width()))
            return
        words = self._left_words(scene, spot, is_wide)
        room = QRectF(EDGE, box.y(), box.x() - GAP - EDGE, box.height())
        painter.drawText(room, RIGHT, elided(words, painter.font(), room.width()))

    def _draw_name(self, painter: QPainter, scene: NetScene, spot: Spot, box: QRectF) -> None:
        """Beside a hidden neuron, before the outputs: its number, and its value if need be."""
        name, value = f"{scene.hidden[spot.at] + 1:,}", two(scene.value(spot))
        _, hidden, outputs = self._layout.columns
        free = outputs - hidden - 2 * self._layout.half - 6
        lines = name
        if not self._layout.fits["hidden"]:
            lines = f"{name}: {value}"
            if painter.fontMetrics().horizontalAdvance(lines) > free:
                lines = f"{name}\n{value}"
        tall = max(box.height(), 2.0 * painter.fontMetrics().height())
        room = QRectF(box.right() + 3, box.center().y() - tall / 2, max(free, 1.0), tall)
        # The lines that leave from here do not go through the words.
        painter.fillRect(painter.boundingRect(room, LEFT, lines), QColor(theme.active().surface))
        painter.drawText(room, LEFT, lines)

    def _left_words(self, scene: NetScene, spot: Spot, is_wide: bool) -> str:
        if spot.kind == "rest":
            return f"{scene.n_rest:,} more" if is_wide else f"+ {scene.n_rest:,}"
        if spot.kind == "bias":
            return "bias"
        product = two(float(scene.products[spot.at]))
        if not is_wide:
            return product
        weight, value = scene.weights_in[spot.at, scene.chosen], scene.values[spot.at]
        return f"{scene.inputs[spot.at] + 1}: {two(weight)} {TIMES} {two(value)} = {product}"

    # --- what is asked

    def choose(self, spot: Spot, at: QPoint) -> None:
        """Another neuron is looked at; of all else the number is asked for."""
        scene = self._scene
        if scene is not None and spot.kind == "hidden" and spot.at != scene.chosen:
            self.neuron_chosen.emit(scene.hidden[spot.at])
        else:
            self.ask(spot, at)

    def ask(self, spot: Spot, at: QPoint) -> None:
        """Tell which number is asked for."""
        self.number_asked.emit(spot, at)

    def exact(self, spot: Spot) -> str:
        """All that there is to say about a spot."""
        return "" if self._scene is None else self._scene.said(spot)
