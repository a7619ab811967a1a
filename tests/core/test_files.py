import errno
import json
import os
import subprocess
import sys
import time

import pytest

from core import files
from core.errors import UserError
from core.files import (
    is_plain_name,
    parse_json,
    read_limited,
    sweep,
    write_pieces,
    write_together,
    write_whole,
)

OLD = {"a": b"old a", "b": b"old b", "c": b"old c"}
NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}


class Killed(BaseException):
    """Stands for kill -9: nothing that follows is run."""


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def killed_at(monkeypatch, step):
    """Let the process die at its n-th touch of the disk."""
    n_done = 0

    def counted(function):
        def wrapper(*args, **kwargs):
            nonlocal n_done
            n_done += 1
            if n_done == step:
                raise Killed
            return function(*args, **kwargs)

        return wrapper

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    monkeypatch.setattr(files.Path, "unlink", counted(files.Path.unlink))


def test_a_file_and_its_folder_are_made(tmp_path):
    write_whole(tmp_path / "new" / "folder" / "file", b"content")
    assert content(tmp_path / "new" / "folder") == {"file": b"content"}


def test_several_files_are_replaced(tmp_path):
    write_together(tmp_path, OLD)
    write_together(tmp_path, NEW)
    assert content(tmp_path) == NEW


def test_what_is_the_same_is_left_alone(tmp_path):
    write_together(tmp_path, OLD)
    os.utime(tmp_path / "a", (1, 1))
    write_together(tmp_path, OLD | {"b": b"new b"})
    assert (tmp_path / "a").stat().st_mtime == 1
    assert content(tmp_path) == OLD | {"b": b"new b"}


@pytest.mark.parametrize("step", range(1, 12))
def test_killed_at_any_moment_leaves_all_old_or_all_new(tmp_path, monkeypatch, step):
    write_together(tmp_path, OLD)
    with monkeypatch.context() as patch:
        killed_at(patch, step)
        try:
            write_together(tmp_path, NEW)
            finished = True
        except Killed:
            finished = False
    monkeypatch.setattr(files, "_alive", lambda pid: False)
    sweep(tmp_path)
    after = content(tmp_path)
    assert after in (OLD, NEW)  # and no leftovers
    assert finished == (step > 9)
    assert (after == OLD) == (step < 6)  # four files and the journal to write, then it counts


def test_killed_while_it_saves_again_and_again(tmp_path):
    """The real thing: kill -9, a dozen times, at whatever it is doing."""
    program = (
        "import sys, pathlib; from core.files import write_together\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    data = b'%d ' % n * 100_000\n"
        "    write_together(pathlib.Path(sys.argv[1]), {'a': data, 'b': data})\n"
        "    print(n, flush=True)\n"
    )
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
        )
        process.stdout.readline()
        time.sleep(0.01)  # into the middle of some later save
        process.kill()
        process.communicate()
        sweep(tmp_path)
        after = content(tmp_path)
        assert set(after) == {"a", "b"}
        assert after["a"] == after["b"]
        assert after["a"] == (after["a"].split()[0] + b" ") * 100_000


def test_a_full_disk_leaves_the_old_files_and_no_others(tmp_path, monkeypatch):
    write_together(tmp_path, OLD)
    n_written = 0

    def full(_descriptor):
        nonlocal n_written
        n_written += 1
        if n_written == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"No space left on device.*unchanged"):
        write_together(tmp_path, NEW)
    assert content(tmp_path) == OLD


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="Cannot write to"):
        write_whole(tmp_path / "file" / "inside", b"")


def test_a_file_in_use_is_tried_again(tmp_path, monkeypatch):
    refusals = 3
    replace = os.replace

    def in_use(*args):
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise PermissionError(errno.EACCES, "in use")
        replace(*args)

    monkeypatch.setattr(os, "replace", in_use)
    monkeypatch.setattr(files, "PATIENCE_S", 2.0)
    write_whole(tmp_path / "a", b"new")
    assert content(tmp_path) == {"a": b"new"}


def test_a_file_in_use_for_good_is_said(tmp_path, monkeypatch):
    def in_use(*_args):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(os, "replace", in_use)
    monkeypatch.setattr(files, "PATIENCE_S", 0.1)
    with pytest.raises(UserError, match="in use"):
        write_whole(tmp_path / "a", b"new")
    assert content(tmp_path) == {}


def test_a_save_that_dies_while_another_sweeps_is_still_completed(tmp_path, monkeypatch):
    write_together(tmp_path, OLD)
    finish = files.finish_saves

    def finish_and_then_one_dies(folder):
        finish(folder)
        with monkeypatch.context() as patch:
            killed_at(patch, 6)  # its journal is there, its files are not in their places
            with pytest.raises(Killed):
                write_together(folder, NEW)
        monkeypatch.setattr(files, "_alive", lambda pid: False)

    with monkeypatch.context() as patch:
        patch.setattr(files, "finish_saves", finish_and_then_one_dies)
        patch.setattr(files, "sweep", lambda folder: None)  # that of the one who dies
        sweep(tmp_path)
    finish(tmp_path)
    assert {name: content(tmp_path)[name] for name in NEW} == NEW


def test_leftovers_of_the_living_are_not_touched(tmp_path):
    ours = tmp_path / f".model.{os.getpid()}-abcd{files.TEMPORARY}"
    theirs = tmp_path / f".model.{2**22 + 1}-abcd{files.TEMPORARY}"  # no such process
    foreign = tmp_path / ".model.tmp"
    for path in (ours, theirs, foreign):
        path.write_bytes(b"half")
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {ours, foreign}
    os.utime(ours, (1, 1))  # a process number that is in use again
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {foreign}


def test_a_journal_from_elsewhere_moves_nothing_out_of_or_into_the_folder(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / f"outside{files.TEMPORARY}").write_bytes(b"outside")
    (folder / "inside").write_bytes(b"inside")
    moves = {f"../outside{files.TEMPORARY}": "a", "inside": "b", f"x{files.TEMPORARY}": "../c"}
    (folder / f".x{files.JOURNAL}").write_text(json.dumps(moves))
    sweep(folder)
    assert content(folder) == {"inside": b"inside"}
    assert (tmp_path / f"outside{files.TEMPORARY}").exists()


@pytest.mark.parametrize("text", ["", "7", "[]", '["a"]', '{"a": 7}', "{", "\0"])
def test_a_damaged_journal_is_ignored(tmp_path, text):
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / f".x{files.JOURNAL}").write_text(text)
    sweep(tmp_path)
    assert content(tmp_path) == {"a": b"a"}


def test_a_journal_that_cannot_be_read_just_now_is_kept_until_it_can(tmp_path, monkeypatch):
    write_together(tmp_path, OLD)
    step = 7  # three files and the journal are written, the journal and one file are in place
    killed_at(monkeypatch, step)
    with pytest.raises(Killed):
        write_together(tmp_path, NEW)
    monkeypatch.undo()
    journals = set(tmp_path.glob(f".*{files.JOURNAL}"))
    assert journals
    opened = files.Path.open

    def refused(path, *args, **kwargs):
        if path in journals:
            raise PermissionError(errno.EACCES, "in use")
        return opened(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "open", refused)
        with pytest.raises(UserError, match="was interrupted and cannot be completed"):
            sweep(tmp_path)
    sweep(tmp_path)
    assert content(tmp_path) == NEW


def test_a_save_that_counts_but_meets_a_file_in_use_is_completed_later(tmp_path, monkeypatch):
    write_together(tmp_path, OLD)
    replace = os.replace

    def in_use(source, target):
        if target.name == "b":
            raise PermissionError(errno.EACCES, "in use")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", in_use)
        with pytest.raises(UserError, match="is saved, but a file in it is in use"):
            write_together(tmp_path, NEW)
    sweep(tmp_path)
    assert content(tmp_path) == NEW


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("model-00001-of-00002.safetensors", True),
        ("../x", False),
        ("..", False),
        (".", False),
        ("a/b", False),
        ("a\\b", False),
        ("C:x", False),
        ("/x", False),
        ("", False),
        ("x\0", False),
        (7, False),
    ],
)
def test_plain_names(name, plain):
    assert is_plain_name(name) == plain


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b"[" * 100_000, b"1" * 100_000]
)
def test_bad_json_is_a_sentence(data):
    with pytest.raises(UserError, match=r"^x is damaged"):
        parse_json(data, "x")


def test_a_place_that_cannot_be_looked_at_is_said(tmp_path):
    with pytest.raises(UserError, match=r"^Cannot read .*name too long"):
        read_limited(tmp_path / ("x" * 300) / "a", 4)


def test_reading_stops_at_the_limit(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_limited(tmp_path / "a", 5) == b"12345"
    with pytest.raises(UserError, match="larger than 4 bytes"):
        read_limited(tmp_path / "a", 4)
    with pytest.raises(UserError, match="missing"):
        read_limited(tmp_path / "b", 4)
    with pytest.raises(UserError, match="missing"):
        read_limited(tmp_path, 4)


def in_pieces(file):
    for letter in b"new a":
        file.write(bytes([letter]))


def test_a_file_is_written_piece_by_piece_and_replaced_as_a_whole(tmp_path):
    write_pieces(tmp_path / "folder" / "a", in_pieces)
    assert content(tmp_path / "folder") == {"a": b"new a"}
    (tmp_path / "a").write_bytes(b"old a, which is longer")
    write_pieces(tmp_path / "a", in_pieces)
    assert (tmp_path / "a").read_bytes() == b"new a"


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left"), MemoryError()])
def test_what_fails_between_two_pieces_leaves_the_old_file(tmp_path, problem):
    (tmp_path / "a").write_bytes(b"old a")

    def write(file):
        file.write(b"ne")
        raise problem

    is_disk = isinstance(problem, OSError)
    with pytest.raises(UserError if is_disk else MemoryError, match="space" if is_disk else None):
        write_pieces(tmp_path / "a", write)
    assert content(tmp_path) == {"a": b"old a"}


def test_a_file_written_in_pieces_is_whole_whenever_the_process_dies(tmp_path, monkeypatch):
    for step in range(1, 4):
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "a").write_bytes(b"old a")
        with monkeypatch.context() as patch:
            killed_at(patch, step)
            with pytest.raises(Killed):
                write_pieces(folder / "a", in_pieces)
        assert (folder / "a").read_bytes() == (b"old a" if step < 3 else b"new a")
