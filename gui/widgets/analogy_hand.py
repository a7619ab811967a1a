"""The arrow of an analogy in the hand: where its tail is, and the word that it has come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF


@dataclass
class Hand:
    """Holds the arrow from when it is taken until it is let go.

    Attributes:
        grip: From the arrow's tail to the point that was taken.
        tail: Where the tail is.
        caught: Which of the words the tail has come to, if any.
        answer: The first answer there, in words, once it is known.
    """

    grip: QPointF
    tail: QPointF
    caught: int | None
    answer: str = ""

    def carry(self, point: QPointF, caught: int | None, at: QPointF | None) -> bool:
        """Carry the arrow on.

        Args:
            point: Where the hand is.
            caught: Which of the words is near enough for the tail to jump to it.
            at: Where that word is.

        Returns:
            Whether the tail has come to another word, or left one.
        """
        self.tail = point - self.grip if at is None else at
        is_other, self.caught = caught != self.caught, caught
        return is_other
