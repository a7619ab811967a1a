"""The net of the Pixels tab changed by hand, one number at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core import pixel_edits, pixel_training
from gui.pixel_changes import same_numbers

if TYPE_CHECKING:
    from core.pixel_training import TrainStep
    from core.pixelnet import PixelNet
    from gui.pixel_session import PixelSession


class NetByHand:
    """Changes weights and biases, and knows what they were before; training has then ended.

    Until the stroke ends, all changes are one step for Undo. Everywhere, a layer is the one where
    the edge ends: 1 or 2 for the hidden layers, 3 for the answer.

    Args:
        session: Owns the net.
    """

    def __init__(self, session: PixelSession) -> None:
        self._session = session
        # What was changed, and where training stood before: as long as Undo knows of it.
        self._edited: WeakKeyDictionary[TrainStep, TrainStep] = WeakKeyDictionary()

    def set_weight(self, layer: int, source: int, target: int, value: float) -> None:
        """Change one weight, kept within the limit.

        Args:
            layer: Where the edge ends.
            source: Neuron of the layer before.
            target: Neuron of this layer.
            value: A number; NaN is refused with a ValueError.
        """
        net, kept = self._session.net, self._kept(value)
        self._edit(pixel_edits.with_weight(net, layer, source, target, kept), "a weight")

    def set_bias(self, layer: int, neuron: int, value: float) -> None:
        """Change one bias; as `set_weight`."""
        kept = self._kept(value)
        self._edit(pixel_edits.with_bias(self._session.net, layer, neuron, kept), "a bias")

    def reset_weight(self, layer: int, source: int, target: int) -> None:
        """Give a weight back what it was before all changes by hand."""
        self.set_weight(
            layer, source, target, float(self.untouched.weights[layer - 1][source, target])
        )

    def reset_bias(self, layer: int, neuron: int) -> None:
        """Give a bias back what it was before all changes by hand."""
        self.set_bias(layer, neuron, float(self.untouched.biases[layer - 1][neuron]))

    def change_net(self, net: PixelNet, what: str) -> None:
        """Use a net of the same shape with other numbers: one step for Undo."""
        self._session.end_stroke()
        self._edit(net, what)
        self._session.end_stroke()

    @property
    def untouched(self) -> PixelNet:
        """The net before all changes by hand; the net itself if there are none."""
        return self._start().net

    def _start(self) -> TrainStep:
        learnt = self._session.learnt
        return self._edited.get(learnt, learnt)

    def _kept(self, value: float) -> float:
        limit = self._session.net.limit
        return min(max(value, -limit), limit)

    def _edit(self, net: PixelNet, what: str) -> None:
        before = self._session.learnt
        if not same_numbers(net, before.net):
            after, start = pixel_training.judged(before, net), self._start()
            if same_numbers(net, start.net):  # all is taken back
                after = replace(after, is_edited=start.is_edited)
            self._edited[after] = start
            self._session.put_back(after, self._session.history.reaching(after))
            self._session.remember(before, f"changing {what}")
