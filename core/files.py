"""Files that are written whole or not at all, alone or several together.

A file is written next to its place under another name, forced to the disk and then moved into
place, which the system does in one piece. Several files that belong together are first all written
like that; then a journal that names them appears, and from that moment the save counts: whoever
next opens the folder finishes the moves if the saver was killed. Before it, nothing has changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPORARY = ".glassbox-tmp"
JOURNAL = ".glassbox-save"
# Windows refuses to replace a file that another program (a virus scanner, say) is reading.
PATIENCE_S = 2.0 if os.name == "nt" else 0.0
STALE_S = 3600.0


def write_whole(path: Path, data: bytes) -> None:
    """Write one file: afterwards the old or the new content is there, never a part.

    Raises:
        UserError: It cannot be written; the old file is untouched.
    """
    write_together(path.parent, {path.name: data})


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files of one folder (made if missing): all new or all old, even if killed.

    Args:
        folder: Where they go.
        files: Content by file name; what is already there with the same content is left alone.

    Raises:
        UserError: They cannot be written; the old files are untouched.
    """
    token = f"{os.getpid()}-{secrets.token_hex(4)}"
    moves: dict[str, str] = {}  # temporary name -> final name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        for name, data in files.items():
            if not _same(folder / name, data):
                temporary = f".{name}.{token}{TEMPORARY}"
                moves[temporary] = name
                _write_through(folder / temporary, data)
        if len(moves) > 1:
            journal = folder / f".{token}{JOURNAL}"
            _write_through(folder / f".{token}{TEMPORARY}", json.dumps(moves).encode())
            os.replace(folder / f".{token}{TEMPORARY}", journal)
            _finish(journal)
        else:
            for temporary, name in moves.items():
                _replace(folder / temporary, folder / name)
    except OSError as error:
        if not (folder / f".{token}{JOURNAL}").exists():
            for leftover in (*moves, f".{token}{TEMPORARY}"):
                with contextlib.suppress(OSError):
                    (folder / leftover).unlink()
        reason = error.strerror or str(error)
        raise UserError(
            f"Cannot write to {folder} ({reason}); what was there is unchanged: "
            "free some space or choose another folder."
        ) from error


def finish_saves(folder: Path) -> None:
    """Complete saves whose process was killed while it moved files into place.

    Raises:
        UserError: There is such a save but the folder cannot be written.
    """
    try:
        for journal in folder.glob(f".*{JOURNAL}"):
            _finish(journal)
    except OSError as error:
        raise UserError(
            f"A save into {folder} was interrupted and cannot be completed "
            f"({error.strerror or error}): make the folder writable and try again."
        ) from error


def sweep(folder: Path) -> None:
    """Complete interrupted saves, then remove temporary files of processes that are gone."""
    finish_saves(folder)
    for path in folder.glob(f".*{TEMPORARY}"):
        with contextlib.suppress(OSError):
            pid = path.name.removesuffix(TEMPORARY).rpartition(".")[2].partition("-")[0]
            if not _alive(pid) or time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()


def read_limited(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most `most` bytes.

    Raises:
        UserError: It is missing, too large, or cannot be read.
    """
    if not path.is_file():
        raise UserError(f"{path.name} is missing in {path.parent}.")
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UserError(f"Cannot read {path} ({error.strerror or error}).") from error
    if len(data) > most:
        raise UserError(f"{path} is larger than {most:,} bytes: not the file that it should be.")
    return data


def parse_json(data: bytes, source: str) -> Any:
    """Parse JSON in which no key may appear twice.

    Raises:
        UserError: It is not valid.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{source} is damaged or not JSON ({error}).") from error


def is_plain_name(name: object) -> bool:
    """Whether it names something directly in a folder: no way up, out, or to a drive."""
    return isinstance(name, str) and PureWindowsPath(name).name == name and "\0" not in name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key appears twice")
    return values


def _same(path: Path, data: bytes) -> bool:
    """Whether the file already has this content."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _finish(journal: Path) -> None:
    """Move what the journal names into place; what is gone was moved by somebody else."""
    try:
        moves = parse_json(journal.read_bytes(), str(journal))
    except FileNotFoundError:
        return
    for temporary, name in moves.items():
        if is_plain_name(temporary) and is_plain_name(name) and temporary.endswith(TEMPORARY):
            with contextlib.suppress(FileNotFoundError):
                _replace(journal.with_name(temporary), journal.with_name(name))
    journal.unlink(missing_ok=True)


def _replace(source: Path, target: Path) -> None:
    """Move over the target in one piece, waiting a little where somebody has it open."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return os.replace(source, target)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)


def _alive(pid: str) -> bool:
    """Whether a process still runs; unknown counts as running."""
    if os.name == "nt" or not pid.isdigit():
        return True  # there, asking a process whether it lives would end it
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
