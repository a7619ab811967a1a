"""The page with the net: what one points at is written out below, and can be changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from gui import figure_tables
from gui.export import Figure
from gui.widgets.boxes import column
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.network_editing import NetworkEditor
from gui.widgets.network_layout import Edge, Neuron
from gui.widgets.neuron_sum import NeuronSum
from gui.widgets.pixel_painting import in_words

if TYPE_CHECKING:
    from gui.pixel_session import PixelSession

KEPT = " (kept; Esc lets go)"


class NetView(QObject):
    """Shows the net of a session and hands on what is changed in it.

    Args:
        pixels: The state of the tab.
        parent: Qt's.

    Attributes:
        diagram: The net itself.
        sum: The arithmetic of what the eye is on.
        page: Both, one below the other.
    """

    def __init__(self, pixels: PixelSession, parent: QObject) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self.diagram, self.sum = NetworkDiagram(), NeuronSum()
        self._editor = NetworkEditor(self.diagram)
        self.page = column(self.diagram, self.sum)
        by_hand, editor = pixels.by_hand, self._editor
        self.diagram.looked_at.connect(lambda _part: self._show_sum())
        editor.weight_wanted.connect(
            lambda edge, value: by_hand.set_weight(edge.layer, edge.source, edge.target, value)
        )
        editor.bias_wanted.connect(
            lambda neuron, value: by_hand.set_bias(neuron.layer, neuron.index, value)
        )
        editor.reset_wanted.connect(self._on_reset)
        editor.stroke_ended.connect(pixels.end_stroke)

    def show(self) -> None:
        """There is another net or another picture."""
        pixels, symbols = self._pixels, self._pixels.symbols
        self.diagram.set_data(
            [layer[0] for layer in pixels.passed.activations],
            pixels.net.weights,
            [symbol.name for symbol in symbols],
            np.stack([symbol.picture for symbol in symbols]),
            pixels.net.biases,
            pixels.carried(),
        )
        self._editor.set_limit(pixels.net.limit, pixels.kept_within())
        self._show_sum()

    def figure(self) -> Figure:
        """The net as a file with its numbers."""
        net, passed = self._pixels.net, self._pixels.passed
        return Figure("net", self.diagram, lambda: figure_tables.net_table(net, passed))

    def _on_reset(self, part: Neuron | Edge) -> None:
        """What was changed by hand is as it was learnt."""
        if isinstance(part, Edge):
            self._pixels.by_hand.reset_weight(part.layer, part.source, part.target)
        else:
            self._pixels.by_hand.reset_bias(part.layer, part.index)

    def _show_sum(self) -> None:
        """The arithmetic of what the eye is on; that of the answer while it is on nothing."""
        pixels, focus = self._pixels, self.diagram.focus or self.diagram.winner
        if focus is None:
            self.sum.clear()
            return
        name = self.diagram.name_of(focus) + (KEPT if self.diagram.is_kept else "")
        if isinstance(focus, Edge):
            part, i = pixels.incoming(focus.layer, focus.target), focus.source
            slope = None
            if pixels.is_training or pixels.is_paused:
                slope = pixels.slope(focus.layer, i, focus.target)
            self.sum.set_product(name, part.weights[i], part.inputs[i], part.products[i], slope)
        elif focus.layer == 0:
            value = float(pixels.picture[focus.index])
            self.sum.set_value(name, value, in_words(value))
        else:
            part = pixels.incoming(focus.layer, focus.index)
            self.sum.set_sum(
                name, part.weights, part.inputs, part.bias, part.total, part.squash, part.activation
            )
