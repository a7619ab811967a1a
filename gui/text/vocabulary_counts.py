"""How often each token is in the text that a model learnt from, where that text is known."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.paths import ASSETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.trace import ModelInfo
    from gui.widgets.vocabulary_model import Rows

CHARACTERS = 2_000_000
COUNTING = "Counting how often each is in the training text…"
ABOUT = (
    "How often the token is in the first 2 million characters of the text that the model learnt "
    "from, made anew from the same seed and counted just now"
)
_LOOK_S = 0.1  # how often it is asked whether somebody still waits


@dataclass(frozen=True, eq=False)
class _Read:
    """The beginning of a model's training text: its tokens (N,), and how often each is in it."""

    model: ModelInfo
    ids: Rows
    counts: Rows


_latest: list[_Read] = []  # as several pages ask for the same


def text_ids(model: ModelInfo) -> Rows | None:
    """(N,) the tokens that were counted, if they were."""
    return _latest[0].ids if _latest and _latest[0].model is model else None


def counts_of(model: ModelInfo, cancelled: Callable[[], bool]) -> Rows | None:
    """Make the first part of a model's training text again, and count. For a worker thread.

    A process of its own does it: in this one the window would stand still for tenths of seconds.

    Args:
        model: Its folder has the tokenizer, and its training says what it learnt from.
        cancelled: Asked all the time.

    Returns:
        (V,) counts; None if its text is not known, cannot be made, or it was cancelled.
    """
    from core.small_world_ids import unpacked
    from core.token_counts import small_world_seed

    seed = small_world_seed(model.training)
    if seed is None:
        return None
    if _latest and _latest[0].model is model and not cancelled():
        return _latest[0].counts
    tokenizer = str(Path(model.folder).resolve() / "tokenizer.json")
    command = [sys.executable, "-m", "core.small_world_ids", tokenizer, str(seed), str(CHARACTERS)]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(
        command,
        cwd=ASSETS.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=hidden,
    ) as process:
        said = _answer(process, cancelled)
    if process.returncode or said is None:
        return None
    ids: Rows = np.concatenate([np.zeros(0, np.int64), *(each.ids for each in unpacked(said)[0])])
    if not 0 <= ids.min(initial=0) <= ids.max(initial=0) < model.vocab_size:
        return None
    counts = np.bincount(ids, minlength=model.vocab_size)
    for array in (ids, counts):
        array.flags.writeable = False
    _latest[:] = [_Read(model, ids, counts)]
    return counts


def _answer(process: subprocess.Popen[bytes], cancelled: Callable[[], bool]) -> bytes | None:
    """What a process prints until it ends; None if nobody waits any more, and it is ended."""
    while True:
        try:
            return process.communicate(timeout=_LOOK_S)[0]
        except subprocess.TimeoutExpired:
            if cancelled():
                process.kill()
                return None
