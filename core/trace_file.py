"""A whole trace as one file that numpy alone can read: `numpy.load("trace.npz")`.

It holds every array of `core.trace.Trace` under its name, and besides

    text          what was typed, without any NUL at its end, which numpy drops
    text_utf8     the same whole, as bytes of UTF-8
    token_text    (T,) what each token stands for, in the same way
    token_start   (T,) its first character in the text
    token_end     (T,) one past its last
    before        (B,) ids of older tokens that no longer fitted the context
    changes       (N,) what was changed in the pass, in words; empty if nothing was
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from core.files import write_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.trace import Trace


def save(trace: Trace, path: Path, changes: Sequence[str] = ()) -> None:
    """Write a trace; afterwards the whole file is there, or what was there before.

    Args:
        trace: The pass.
        path: Where it goes, usually with the ending ".npz".
        changes: What was changed in the pass, a few words each.

    Raises:
        UserError: It cannot be written.
    """
    arrays: dict[str, Any] = content(trace, changes)

    def write(file: BinaryIO) -> None:
        np.savez(file, **arrays)

    write_pieces(path, write)


def content(trace: Trace, changes: Sequence[str] = ()) -> dict[str, NDArray[Any]]:
    """What the file holds, by name."""
    return {
        "text": np.array(trace.text),
        "text_utf8": np.frombuffer(trace.text.encode(errors="replace"), np.uint8),
        "token_text": np.array([token.text for token in trace.tokens]),
        "token_start": np.array([token.start for token in trace.tokens]),
        "token_end": np.array([token.end for token in trace.tokens]),
        "before": np.array([token.id for token in trace.before], np.int64),
        "changes": np.array(changes, np.str_),
        **trace.arrays(),
    }
