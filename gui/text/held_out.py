"""Documents of the Small World that no training holds: made once, for whoever reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.tracing import Cancelled
from gui.text.text_process import TextProcess

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_S = 0.1  # how often it is asked whether somebody still waits


class HeldOut:
    """The first documents; made once, as they are the same for all models.

    What was begun goes on though who asked for it waits no more: the next one has it sooner. Only
    one thread at a time may ask.
    """

    def __init__(self) -> None:
        self._made: list[str] = []
        self._coming: TextProcess | None = None
        self._n_coming = 0

    def begin(self, n: int) -> None:
        """Have so many documents made, if they are not made or on their way."""
        if len(self._made) < n and (self._coming is None or self._n_coming < n):
            self._coming, self._n_coming = TextProcess(0, "held-out", n), n

    def first(self, n: int, cancelled: Callable[[], bool]) -> list[str]:
        """So many documents; none if they cannot be made.

        Raises:
            Cancelled: Nobody waits any more.
        """
        while len(self._made) < n:
            self.begin(n)
            assert self._coming is not None
            made = self._coming.made(_LOOK_S)
            if made is None:
                if cancelled():
                    raise Cancelled
                continue
            self._coming = None
            if not made:
                return []
            self._made = made
        return self._made[:n]


HELD_OUT = HeldOut()
