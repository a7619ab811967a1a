"""Weights on disk: safetensors files, checked before they are believed.

Nothing here maps a file: one that shrinks while it is mapped ends the process.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, deserialize, safe_open

from core.errors import UserError
from core.files import is_plain_name, parse_json, read_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.trace import Array

# GPT-2 XL, the largest, has 580 tensors and a header of 60 KB.
MOST_HEADER_BYTES = 4_000_000
MOST_TENSORS = 5_000
_DTYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


class Stored(NamedTuple):
    """A tensor in a file: what it is, and a way to its numbers as float32."""

    dtype: str
    shape: tuple[int, ...]
    read: Callable[[], Array]


@contextmanager
def open_weights(folder: Path) -> Iterator[dict[str, Stored]]:
    """The tensors of a model folder, in one file or in several that an index names.

    The files stay open meanwhile, so a save that replaces them cannot mix old and new numbers.

    Raises:
        UserError: A file is missing, damaged, absurd, or outside the folder.
    """
    found: dict[str, Stored] = {}
    with ExitStack() as stack:
        for path in _files(folder):
            try:
                inside = _all_at_once(path) if "BF16" in _dtypes(path) else _one_by_one(path, stack)
            except (SafetensorError, OSError, MemoryError) as error:
                raise _damaged(path, error) from error
            twice = min(found.keys() & inside.keys(), default=None)
            if twice is not None:
                raise UserError(f"{twice} is in more than one file of {folder}.")
            found |= inside
        yield found


def _one_by_one(path: Path, stack: ExitStack) -> dict[str, Stored]:
    """The tensors of a file that stays open until the stack is left."""
    file = stack.enter_context(safe_open(path, framework="np", backend="pread"))
    views = ((name, file.get_slice(name)) for name in file.keys())  # noqa: SIM118  (no mapping)
    return {
        name: Stored(view.get_dtype(), tuple(view.get_shape()), partial(_read, path, file, name))
        for name, view in views
    }


def _read(path: Path, file: Any, name: str) -> Array:
    try:
        tensor: Array = file.get_tensor(name)
    except (SafetensorError, OSError, RuntimeError, TypeError, MemoryError) as error:
        raise _damaged(path, error) from error
    return tensor.astype(np.float32, copy=False)


def _all_at_once(path: Path) -> dict[str, Stored]:
    """The tensors of a file with some in bfloat16, which numpy does not know."""
    tensors = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    return {
        name: Stored(stored["dtype"], tuple(stored["shape"]), partial(_decode, stored))
        for name, stored in tensors
    }


def _decode(stored: dict[str, Any]) -> Array:
    """A tensor's bytes as float32; bfloat16 is the upper half of it."""
    numbers = np.frombuffer(stored["data"], _DTYPES[stored["dtype"]])
    if stored["dtype"] == "BF16":
        numbers = (numbers.astype("<u4") << 16).view("<f4")
    return numbers.reshape(stored["shape"]).astype(np.float32)


def _files(folder: Path) -> list[Path]:
    """The safetensors files of a folder."""
    single, index = folder / "model.safetensors", folder / "model.safetensors.index.json"
    if single.is_file() or not index.is_file():
        return [single]
    content = parse_json(read_limited(index, MOST_HEADER_BYTES), str(index))
    weight_map = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(weight_map, dict) or not all(map(is_plain_name, weight_map.values())):
        raise UserError(f"{index} does not name files of its own folder.")
    return [folder / name for name in sorted(set(weight_map.values()))]


def _dtypes(path: Path) -> set[str]:
    """The types of a file's tensors.

    Raises:
        UserError: It would cost the library much, or the library would accept it and should not.
    """
    if not path.is_file():
        raise UserError(f"{path.name} is missing in {path.parent}: not a complete model folder.")
    try:
        with path.open("rb") as file:
            n_bytes = int.from_bytes(file.read(8), "little")
            if n_bytes > MOST_HEADER_BYTES:
                raise UserError(f"{path} is not a model file: its header is absurdly large.")
            header = file.read(n_bytes)
    except OSError as error:
        raise _damaged(path, error) from error
    tensors = parse_json(header, f"The header of {path}")
    if not isinstance(tensors, dict):
        raise UserError(f"{path} is not a model file: its header is not a table.")
    if len(tensors) > MOST_TENSORS:
        raise UserError(f"{path} is not a GPT-2: it has more than {MOST_TENSORS:,} tensors.")
    return {str(entry.get("dtype")) for entry in tensors.values() if isinstance(entry, dict)}


def _damaged(path: Path, error: Exception) -> UserError:
    return UserError(f"{path} is damaged or cannot be read ({error}): copy it here again.")
