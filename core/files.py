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
from operator import methodcaller
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any, BinaryIO

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEMPORARY = ".glassbox-tmp"
JOURNAL = ".glassbox-save"
# Windows refuses to replace a file that another program (a virus scanner, say) is reading.
PATIENCE_S = 2.0 if os.name == "nt" else 0.0
STALE_S = 3600.0
MOST_JOURNAL_BYTES = 100_000


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
    journal = folder / f".{token}{JOURNAL}"
    pending: dict[Path, Path] = {}  # what is written -> where it belongs
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        for name, data in files.items():
            if not _same(folder / name, data):
                temporary = folder / f".{name}.{token}{TEMPORARY}"
                pending[temporary] = folder / name
                _write_through(temporary, methodcaller("write", data))
        if len(pending) > 1:
            moves = {temporary.name: path.name for temporary, path in pending.items()}
            temporary = folder / f".{token}{TEMPORARY}"
            pending = {**pending, temporary: journal}
            _write_through(temporary, methodcaller("write", json.dumps(moves).encode()))
            _replace(temporary, journal)
            _finish(journal)
        else:
            for temporary, path in pending.items():
                _replace(temporary, path)
    except OSError as error:
        raise _not_written(folder, journal, pending, error) from error


def write_pieces(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write one file that is too large to be held in memory as a whole, as `write_whole` does.

    Args:
        path: Where it goes.
        write: Writes the content into an open file.

    Raises:
        UserError: It cannot be written; the old file is untouched.
    """
    token = f"{os.getpid()}-{secrets.token_hex(4)}"
    temporary = path.with_name(f".{path.name}.{token}{TEMPORARY}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        _write_through(temporary, write)
        _replace(temporary, path)
    except OSError as error:
        raise _unchanged(path.parent, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # it is there only if something went wrong


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
    """Complete interrupted saves, and remove temporary files of processes that are gone.

    Those are told first: who is gone by then leaves no journal afterwards that still needs one.
    """
    gone = [path for path in folder.glob(f".*{TEMPORARY}") if _is_left_over(path)]
    finish_saves(folder)
    for path in gone:
        with contextlib.suppress(OSError):
            path.unlink()


def _is_left_over(path: Path) -> bool:
    """Whether the process that wrote a temporary file is gone, or has forgotten it."""
    pid = path.name.removesuffix(TEMPORARY).rpartition(".")[2].partition("-")[0]
    try:
        return not _alive(pid) or time.time() - path.stat().st_mtime > STALE_S
    except OSError:
        return False


def read_limited(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most `most` bytes.

    Raises:
        UserError: It is missing, too large, or cannot be read.
    """
    try:
        if not path.is_file():
            raise UserError(f"{path.name} is missing in {path.parent}.")
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
    except json.JSONDecodeError as error:
        raise UserError(f"{source} is damaged or not JSON (line {error.lineno}).") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{source} is damaged or not JSON ({error}).") from error


def is_plain_name(name: object) -> bool:
    """Whether it names something directly in a folder: no way up, out, or to a drive."""
    if not isinstance(name, str) or name in ("", "..") or "\0" in name:
        return False
    return PureWindowsPath(name).name == name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key appears twice")
    return values


def _not_written(
    folder: Path, journal: Path, pending: Mapping[Path, Path], error: OSError
) -> UserError:
    """Tidy up after a save that failed and say what it means."""
    reason = error.strerror or str(error)
    if journal.exists():
        return UserError(
            f"{folder} is saved, but a file in it is in use ({reason}): close the program that "
            "uses it; the save is completed when the folder is next opened."
        )
    for temporary in pending:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return _unchanged(folder, error)


def _unchanged(folder: Path, error: OSError) -> UserError:
    return UserError(
        f"Cannot write to {folder} ({error.strerror or error}); what was there is unchanged: "
        "free some space or choose another folder."
    )


def _same(path: Path, data: bytes) -> bool:
    """Whether the file already has this content."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write_through(path: Path, write: Callable[[BinaryIO], object]) -> None:
    with path.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def _finish(journal: Path) -> None:
    """Move what the journal names into place; what is gone was moved by somebody else."""
    for temporary, name in _moves(journal).items():
        if is_plain_name(temporary) and is_plain_name(name) and temporary.endswith(TEMPORARY):
            with contextlib.suppress(FileNotFoundError):
                _replace(journal.with_name(temporary), journal.with_name(name))
    journal.unlink(missing_ok=True)


def _moves(journal: Path) -> dict[str, Any]:
    """What a journal says; nothing if it is not one of ours, or somebody else has finished it.

    Raises:
        OSError: It cannot be read just now, so nobody may take it for worthless.
    """
    try:
        with journal.open("rb") as file:
            data = file.read(MOST_JOURNAL_BYTES + 1)
    except FileNotFoundError:
        return {}
    try:
        moves = parse_json(data, str(journal))
    except UserError:
        return {}
    return moves if isinstance(moves, dict) else {}


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
