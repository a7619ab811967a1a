"""Counting a text in the background, as much of it as is wanted, the first counts soon."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.counting import Counted, Source, counted, source_of
from core.errors import UserError
from core.paths import ASSETS
from core.small_world_ids import Block, unpacked
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.tokenizer import Tokenizer

    Ids = NDArray[np.int64]

AMOUNTS = (250_000, 1_000_000, 4_000_000)  # characters to choose from
USUAL = 1  # of these
FIRST = 62_500  # characters after which there are counts already; then after twice as many, ...
MOST_KEPT = 4
FAILED = "The text could not be counted: the program that makes it ended too early."
SLICE_S = 0.02  # of work, after which other work of the lane has its turn
_LOOK_S = 0.01  # how often it is looked for more
_Key = tuple[bytes, Source, int]
_kept: list[tuple[_Key, Counted]] = []  # the latest is the last


class Progress(NamedTuple):
    """How far it is.

    Attributes:
        n_characters: That were read.
        n_wanted: Of so many.
        counted: What is known so far; of the first part long before the whole is read.
    """

    n_characters: int
    n_wanted: int
    counted: Counted | None

    @property
    def is_whole(self) -> bool:
        """Whether all is counted."""
        return self.n_characters >= self.n_wanted


class Counting:
    """Counts the text that a model learnt from, or what stands in for it, a little at a time.

    A process of its own makes the text: in this one the window would stand still meanwhile. It
    writes to a file, which can be read without waiting on every system, and is ended with this
    object at the latest.

    Args:
        model: Its tokenizer cuts the text.
        n_characters: How much to count.
    """

    def __init__(self, model: LanguageModel, n_characters: int) -> None:
        self._tokenizer, self._n_wanted = model.tokenizer, n_characters
        self._source = source_of(model.info.training)
        self._key: _Key | None = None
        self._maker: _Maker | None = None
        self._parts: list[Ids] = []
        self._goal = min(FIRST, n_characters)
        self._now = Progress(0, n_characters, None)

    def step(self, cancelled: Callable[[], bool] = never, seconds: float = SLICE_S) -> Progress:
        """Go on for a moment; for a worker thread, one at a time.

        Args:
            cancelled: Asked before every block.
            seconds: How long, about.

        Raises:
            Cancelled: It said yes.
            UserError: The text could not be made.
        """
        if self._key is None:
            code = hashlib.sha256(self._tokenizer.to_json().encode()).digest()
            self._key = code, self._source, self._n_wanted
        known = next((found for key, found in _kept if key == self._key), None)
        if known is not None:
            return Progress(self._n_wanted, self._n_wanted, known)
        if self._maker is None:
            self._maker = _Maker(self._tokenizer, self._source.seed, self._n_wanted)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._now.is_whole:
            self._take(self._maker.blocks(), cancelled)
        if self._now.is_whole and self._now.counted is not None:
            self.close()
            _kept[:] = [*_kept[1 - MOST_KEPT :], (self._key, self._now.counted)]
        return self._now

    def _take(self, blocks: Iterable[Block], cancelled: Callable[[], bool]) -> None:
        for block in blocks:
            if cancelled():
                raise Cancelled
            self._parts.append(block.ids)
            done, found = self._now.n_characters + block.n_characters, self._now.counted
            if done >= self._goal:
                self._goal = min(2 * self._goal, self._n_wanted)
                ids = np.concatenate(self._parts)
                found = counted(ids, self._tokenizer.vocab_size, self._source, done)
            self._now = Progress(done, self._n_wanted, found)

    def close(self) -> None:
        """Make no more text."""
        if self._maker is not None:
            self._maker.close()


class _Maker:
    """The blocks of a Small World as another process makes them."""

    def __init__(self, tokenizer: Tokenizer, seed: int, n_characters: int) -> None:
        folder = tempfile.TemporaryDirectory(prefix="glassbox-", ignore_cleanup_errors=True)
        vocabulary, path = Path(folder.name, "tokenizer.json"), Path(folder.name, "tokens")
        tokenizer.save(vocabulary)
        command = [sys.executable, "-m", "core.small_world_ids"]
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        with path.open("wb") as out:
            self._process = subprocess.Popen(
                [*command, str(vocabulary), str(seed), str(n_characters)],
                cwd=ASSETS.parent,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                creationflags=hidden,
            )
        self._written = path.open("rb")
        self._waiting = b""
        self.close = weakref.finalize(self, _end, self._process, self._written, folder)

    def blocks(self) -> list[Block]:
        """What was made since, after a wait if that is nothing.

        Raises:
            UserError: The process has ended, and there is no more.
        """
        has_ended = self._process.poll() is not None  # asked first: its last words are read below
        more = self._written.read()
        found, used = unpacked(self._waiting + more)
        self._waiting = (self._waiting + more)[used:]
        if not found and has_ended and not more:
            raise UserError(FAILED)
        if not found:
            time.sleep(_LOOK_S)
        return found


def _end(
    process: subprocess.Popen[bytes], written: BinaryIO, folder: tempfile.TemporaryDirectory[str]
) -> None:
    process.kill()
    process.wait()
    written.close()
    folder.cleanup()
