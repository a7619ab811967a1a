"""A net in a file, and symbols of one's own: what comes back, and what is refused."""

from __future__ import annotations

import errno
import json
from itertools import combinations

import numpy as np
import pytest

from core import files, pixel_file, pixel_symbols
from core.errors import UserError
from core.pixel_options import Options
from core.pixel_training import advance, start
from core.pixelnet import SYMBOLS, picture

DOTS = tuple(
    pixel_symbols.symbol(name, picture(rows))
    for name, rows in (("dot", "... .#. ..."), ("bar|", ".#. .#. .#."), ("Ä", "### ... ###"))
)


@pytest.fixture
def saved(tmp_path):
    options = Options(hidden=(4, 3), outputs="softmax", limited=False, rate=0.3, seed=5)
    at = advance(start(options, DOTS), 7)
    path = tmp_path / "net.json"
    pixel_file.save(at, path)
    return at, path


def test_what_is_saved_comes_back_to_the_last_digit(saved):
    at, path = saved
    again = pixel_file.load(path)
    for ours, theirs in zip(
        again.net.weights + again.net.biases, at.net.weights + at.net.biases, strict=True
    ):
        assert (ours == theirs).all()
    assert (again.step, again.options, again.loss) == (7, at.options, at.loss)
    assert [each.name for each in again.lesson.symbols] == ["dot", "bar|", "Ä"]
    ours, theirs = advance(again, 5), advance(at, 5)
    assert (ours.net.weights[0] == theirs.net.weights[0]).all()


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "you may not write in the folder"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EIO, "Input/output error"), "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_plain_sentence(saved, monkeypatch, why, said):
    at, path = saved

    def refuse(*_args):
        raise why

    before = path.read_bytes()
    monkeypatch.setattr(files, "_write_through", refuse)
    with pytest.raises(UserError) as caught:
        pixel_file.save(advance(at, 1), path)
    assert str(caught.value).startswith("net.json was not saved: ")
    assert said in str(caught.value)
    assert str(path.parent.parent) not in str(caught.value)
    assert path.read_bytes() == before


def test_a_name_that_a_folder_has_or_that_is_none_is_refused(saved, tmp_path):
    at, path = saved
    (tmp_path / "taken.json").mkdir()
    for bad, said in (
        (tmp_path / "taken.json", "a folder has that name"),
        (path / "a.json", "is no"),
    ):
        with pytest.raises(UserError, match=said):
            pixel_file.save(at, bad)


def _set(*keys_and_value):
    *keys, last, value = keys_and_value

    def change(content):
        for key in keys:
            content = content[key]
        content[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("kind", "poem"), "not a file of a nine-pixel net"),
        (_set("version", 2), "another version"),
        (_set("colour", 1), "not known: 'colour'"),
        (lambda content: content.pop("step"), "lacks “step”"),
        (_set("step", -1), "no number of steps"),
        (_set("step", True), "no number of steps"),
        (_set("weights", 0, 0, 0, float("nan")), "“weights” of layer 1 in net.json has a number"),
        (_set("weights", 2, 1, 1, 1e300), "“weights” of layer 3 in net.json has a number"),
        (_set("weights", 2, 1, 1, 10**400), "“weights” of layer 3"),
        (_set("biases", 1, 0, "x"), "“biases” of layer 2 in net.json must have 3 numbers"),
        (_set("biases", 1, []), "must have 3 numbers"),
        (_set("weights", 0, 0, []), "must have 9 x 4 numbers"),
        (_set("weights", []), "must have 3 layers"),
        (_set("weights", None), "must have 3 layers"),
        (_set("options", "hidden", [4, 30]), "hidden layer has 2 to 12"),
        (_set("options", "hidden", [5, 3]), "must have 9 x 5 numbers"),
        (_set("options", "rate", float("nan")), "learning rate"),
        (_set("options", "speed", 1), "not known: 'speed'"),
        (_set("options", []), "options in net.json are damaged"),
        (_set("symbols", []), "2 to 6 symbols, not 0"),
        (_set("symbols", "dot"), "are no list"),
        (_set("symbols", 0, "dot"), "has no name"),
        (_set("symbols", 0, "pixels", [1] * 9), "“dot” is empty"),
        (_set("symbols", 0, "pixels", [0.5] * 9), "must have 9 pixels"),
        (_set("symbols", 0, "pixels", [1] * 8), "must have 9 pixels"),
        (_set("symbols", 0, "name", "Ä"), "Two symbols are called “Ä”"),
        (_set("symbols", 0, "name", "a\nb"), "cannot be seen"),
        (_set("symbols", 0, "name", "x" * 13), "1 to 12 characters"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_with_a_sentence(saved, change, said):
    _, path = saved
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        pixel_file.load(path)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 160


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"1" * 300_000, b"[" * 100_000])
def test_damaged_files_are_refused(tmp_path, data):
    path = tmp_path / "net.json"
    path.write_bytes(data)
    with pytest.raises(UserError):
        pixel_file.load(path)


def test_a_file_that_is_missing_or_cannot_be_written(saved, tmp_path):
    at, path = saved
    with pytest.raises(UserError, match="missing"):
        pixel_file.load(tmp_path / "other.json")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="“file” is no folder"):
        pixel_file.save(at, tmp_path / "file" / "net.json")
    assert pixel_file.load(path).step == 7


# --- symbols


def test_the_storys_symbols_are_all_right():
    pixel_symbols.check(SYMBOLS)
    assert pixel_symbols.warnings(SYMBOLS) == ()


def test_two_that_differ_in_one_pixel_are_warned_about():
    close = (*DOTS[:1], pixel_symbols.symbol("L", picture("... .#. .#.")))
    pixel_symbols.check(close)
    [said] = pixel_symbols.warnings(close)
    assert said.startswith("“dot” and “L” differ in one pixel only: ")


def test_equal_and_too_many_symbols_are_refused():
    same = (DOTS[0], pixel_symbols.symbol("point", DOTS[0].picture))
    with pytest.raises(UserError, match="“dot” and “point” are the same"):
        pixel_symbols.check(same)
    seven = [
        pixel_symbols.symbol(f"s{i}{j}", np.where(np.isin(range(9), (i, j)), -1, 1))
        for i, j in list(combinations(range(9), 2))[:7]
    ]
    with pytest.raises(UserError, match="2 to 6 symbols, not 7"):
        pixel_symbols.check(seven)
    pixel_symbols.check(seven[:6])


def test_a_known_name_is_spoken_as_before():
    assert pixel_symbols.symbol("x", SYMBOLS[0].picture).spoken == "an x"
    assert pixel_symbols.symbol("star", SYMBOLS[0].picture).spoken == "“star”"
