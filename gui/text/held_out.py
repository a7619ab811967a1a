"""Documents of the Small World that no training holds, made in a process of its own.

In this one the window would stand still for tenths of seconds: the world is compiled into hundreds
of thousands of objects, and Python looks for garbage among them again and again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING
from weakref import finalize

from core.paths import ASSETS
from core.tracing import Cancelled

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
        self._process: subprocess.Popen[bytes] | None = None
        self._n_coming = 0

    def begin(self, n: int) -> None:
        """Have so many documents made, if they are not made or on their way."""
        if len(self._made) < n and (self._process is None or self._n_coming < n):
            self._start(n)

    def first(self, n: int, cancelled: Callable[[], bool]) -> list[str]:
        """So many documents; none if they cannot be made.

        Raises:
            Cancelled: Nobody waits any more.
        """
        while len(self._made) < n:
            self.begin(n)
            said = self._said(cancelled)
            if said is None:
                return []
            self._made = json.loads(said)
        return self._made[:n]

    def _start(self, n: int) -> None:
        if self._process is not None:
            _end(self._process)
        self._n_coming = n
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.training_texts", "0", "held-out", str(n)],
            cwd=ASSETS.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        finalize(self, _end, self._process)

    def _said(self, cancelled: Callable[[], bool]) -> bytes | None:
        """What the process prints until it ends; None if something went wrong."""
        process = self._process
        assert process is not None
        while True:
            try:
                said = process.communicate(timeout=_LOOK_S)[0]
            except subprocess.TimeoutExpired:
                if cancelled():
                    raise Cancelled from None
            else:
                self._process = None
                return said if process.returncode == 0 else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nobody knows of it any more."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


HELD_OUT = HeldOut()
