"""Weights on disk: safetensors files, checked before they are believed.

Nothing here maps a file: one that shrinks while it is mapped ends the process.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, safe_open

from core.errors import UserError
from core.files import is_plain_name, parse_json, read_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.trace import Array

# GPT-2 XL, the largest, has 580 tensors and a header of 60 KB.
MOST_HEADER_BYTES = 4_000_000
MOST_TENSORS = 5_000


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
            # numpy has no bfloat16; importing torch takes a second, so only where there is some.
            framework = "pt" if "BF16" in _dtypes(path) else "np"
            try:
                file = stack.enter_context(safe_open(path, framework=framework, backend="pread"))
                for name in file.keys():  # noqa: SIM118  (it is no mapping)
                    if name in found:
                        raise UserError(f"{name} is in more than one file of {folder}.")
                    view = file.get_slice(name)
                    read = partial(_read, path, file, name)
                    found[name] = Stored(view.get_dtype(), tuple(view.get_shape()), read)
            except (SafetensorError, OSError) as error:
                raise _damaged(path, error) from error
        yield found


def _read(path: Path, file: Any, name: str) -> Array:
    try:
        tensor = file.get_tensor(name)
    except (SafetensorError, OSError, RuntimeError, TypeError, MemoryError) as error:
        raise _damaged(path, error) from error
    array: Array = tensor if isinstance(tensor, np.ndarray) else tensor.float().numpy()
    return array.astype(np.float32, copy=False)


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
