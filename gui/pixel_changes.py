"""What can be undone in the Pixels tab, stroke by stroke: another picture, another net."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from core.pixel_training import TrainStep
    from core.pixelnet import Array, PixelNet
    from gui.pixel_drawing import Drawing
    from gui.pixel_session import PixelSession

PICTURE, NET = 1, 2  # only changes of one kind become one
MOST_UNDO = 500


class Strokes:
    """The stack for Undo, and which changes are one step on it.

    Args:
        parent: The stack's.

    Attributes:
        stack: Of everything that can be undone.
        number: Of the stroke that is being made; its changes of one kind become one.
    """

    def __init__(self, parent: QObject) -> None:
        self.stack = QUndoStack(parent)
        self.stack.setUndoLimit(MOST_UNDO)
        self.number = 0

    def end(self) -> None:
        """What is changed from now on can be undone by itself."""
        self.number += 1


class PictureChange(QUndoCommand):
    """From one picture to another; the changes of one stroke become one."""

    def __init__(self, drawing: Drawing, after: Array, text: str, strokes: Strokes) -> None:
        super().__init__(text)
        self._drawing, self._strokes, self._stroke = drawing, strokes, strokes.number
        self._before, self._after = drawing.picture, after

    def redo(self) -> None:
        """Show the later picture."""
        self._drawing.put_back(self._after)

    def undo(self) -> None:
        """Show the earlier one; what is painted from now on is another stroke."""
        self._strokes.end()
        self._drawing.put_back(self._before)

    def id(self) -> int:
        """Which commands it may be merged with."""
        return PICTURE

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Become one with the next change of the same stroke."""
        if not isinstance(other, PictureChange) or other._stroke != self._stroke:
            return False
        self._after = other._after
        self.setObsolete(bool(np.array_equal(self._before, self._after)))
        return True


class NetChange(QUndoCommand):
    """From one net to another; the changes of one stroke become one.

    Training moves on by itself from the later net. So what Redo returns to is where the net was
    when it was undone.
    """

    def __init__(
        self, session: PixelSession, before: TrainStep, text: str, strokes: Strokes
    ) -> None:
        super().__init__(text)
        self._session, self._strokes, self._stroke = session, strokes, strokes.number
        self._before, self._after = before, session.learnt
        self._is_done = True  # when pushed, the net has changed already

    def redo(self) -> None:
        """Use the later net."""
        if not self._is_done:
            self._is_done = True
            self._session.put_back(self._after)

    def undo(self) -> None:
        """Use the earlier one."""
        self._is_done = False
        self._after = self._session.learnt
        self._strokes.end()
        self._session.put_back(self._before)

    def id(self) -> int:
        """Which commands it may be merged with."""
        return NET

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Become one with the next change of the same stroke."""
        if not isinstance(other, NetChange) or other._stroke != self._stroke:
            return False
        self._after = other._after
        self.setObsolete(same_numbers(self._before.net, self._after.net))
        return True


def same_numbers(one: PixelNet, other: PixelNet) -> bool:
    """Whether two nets have the same weights and biases."""
    pairs = zip((*one.weights, *one.biases), (*other.weights, *other.biases), strict=True)
    return all(np.array_equal(mine, its) for mine, its in pairs)
