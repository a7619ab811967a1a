"""Documents of the Small World, made in a process of its own.

In this one the window would stand still for tenths of seconds: the world is compiled into hundreds
of thousands of objects, and Python looks for garbage among them again and again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from weakref import finalize

from core.paths import ASSETS


class TextProcess:
    """Makes the first documents of a stream, as `core.corpus.some` does; begins at once.

    Args:
        seed: Of the stream.
        split: "train" or "held-out".
        n: How many documents.
    """

    def __init__(self, seed: int, split: str, n: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.training_texts", str(seed), split, str(n)],
            cwd=ASSETS.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        finalize(self, _end, self._process)

    def made(self, wait_s: float) -> list[str] | None:
        """The documents; none if they cannot be made, None if they take longer than that."""
        try:
            said = self._process.communicate(timeout=wait_s)[0]
        except subprocess.TimeoutExpired:
            return None
        return list(json.loads(said)) if self._process.returncode == 0 else []

    def end(self) -> None:
        """Nobody waits any more; another thread may be asking for what is made just now."""
        self._process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    """When nobody knows of it any more."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
