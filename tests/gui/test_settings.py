"""Settings survive everything: bad fields one by one, foreign files, two windows."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, fields, replace

import pytest
from PySide6.QtCore import QRect

from gui import placement
from gui.settings import _CHECKS, Settings, SettingsFile, config_folder, with_recent

CHANGED = Settings(
    theme="dark",
    tab="text",
    prompt='Line one\nline "two" 🙂',
    story_open=False,
    story_step=7,
    reduce_motion=True,
    window=(-10, 20, 1000, 700),
    maximized=True,
    recent=("/models/a", "/models/b"),
    temperature=0.7,
    top_k=40,
    top_p=0.9,
    seed=123,
    text_size=150,
    head=(3, 5),
    solved=("unsure", "one-pixel"),
    model="/models/a",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "settings.json"


def written(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(data)
    return SettingsFile(path)


def test_every_field_is_checked():
    assert list(_CHECKS) == [field.name for field in fields(Settings)]


def test_what_is_saved_is_loaded(path):
    assert SettingsFile(path).load() == Settings()
    assert SettingsFile(path).save(CHANGED)
    assert SettingsFile(path).load() == CHANGED


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("theme", "purple"),
        ("theme", 3),
        ("theme", ["dark"]),
        ("tab", None),
        ("tab", "x" * 101),
        ("prompt", 5),
        ("prompt", "x" * 100_001),
        ("story_open", 1),
        ("story_step", -1),
        ("story_step", True),
        ("story_step", 1e9),
        ("reduce_motion", "yes"),
        ("window", [1, 2, 3]),
        ("window", [1, 2, "3", 4]),
        ("window", [0, 0, 0, 0]),
        ("window", [1e30, 0, 10, 10]),
        ("window", {}),
        ("maximized", None),
        ("recent", "/models/a"),
        ("recent", {"a": 1}),
        ("solved", "unsure"),
        ("solved", 3),
        ("temperature", -0.1),
        ("temperature", float("nan")),
        ("temperature", "hot"),
        ("top_k", 1.5),
        ("top_p", 1.01),
        ("top_p", True),
        ("seed", 2**31),
        ("text_size", "large"),
        ("head", [1]),
        ("head", [0, -1]),
        ("head", 7),
        ("model", 7),
        ("model", "x" * 5000),
    ],
)
def test_a_bad_field_gets_its_default_and_the_others_are_kept(path, name, bad, caplog):
    loaded = written(path, {**asdict(CHANGED), name: bad}).load()
    assert loaded == replace(CHANGED, **{name: getattr(Settings(), name)})
    assert name in caplog.text


def test_bad_entries_among_the_solved_are_left_out(path):
    many = ["unsure", 3, "", "x" * 101, "unsure", None, *map(str, range(200))]
    solved = written(path, {"solved": many}).load().solved
    assert solved[:3] == ("unsure", "0", "1")
    assert len(solved) == 100


def test_bad_entries_among_the_recent_are_left_out(path):
    many = ["/a", 5, "", None, *(f"/{i}" for i in range(20))]
    assert written(path, {"recent": many}).load().recent == ("/a", "/0", "/1", "/2", "/3", "/4")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'"text"',
        b"[" * 100_000,
        b'{"theme": "dark", "theme": "light"}',
        b"{}" + b" " * 1_100_000,
        b"\x00" * 64,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_foreign_or_corrupt_file_gives_defaults_and_is_replaced_on_saving(path, data):
    file = written(path, data)
    assert file.load() == Settings()
    assert file.save(CHANGED)
    assert SettingsFile(path).load() == CHANGED


def test_what_a_newer_version_wrote_is_kept(path):
    file = written(path, {"theme": "dark", "zoom": {"level": 3}, "version": 99})
    file.save(replace(file.load(), story_step=4))
    content = json.loads(path.read_text())
    assert content["zoom"] == {"level": 3}
    assert content["version"] == 99
    assert (content["theme"], content["story_step"]) == ("dark", 4)


def test_two_windows_do_not_undo_each_other(path):
    first, second = SettingsFile(path), SettingsFile(path)
    mine, theirs = first.load(), second.load()
    first.save(replace(mine, theme="dark"))
    second.save(replace(theirs, story_step=3))
    assert SettingsFile(path).load() == Settings(theme="dark", story_step=3)


def test_two_windows_add_to_one_list_and_take_away_their_own(path):
    SettingsFile(path).save(Settings(solved=("old",), recent=("/a", "/gone")))
    first, second = SettingsFile(path), SettingsFile(path)
    mine, theirs = first.load(), second.load()
    first.save(replace(mine, solved=("old", "mine"), recent=("/a",)))
    second.save(replace(theirs, solved=("old", "theirs"), recent=("/b", "/a", "/gone")))
    found = SettingsFile(path).load()
    assert set(found.solved) == {"old", "mine", "theirs"}
    assert found.recent == ("/b", "/a", "/gone")
    first.save(replace(mine, solved=("old", "mine"), recent=()))
    assert SettingsFile(path).load().recent == ("/b", "/gone")


def test_what_two_windows_add_to_full_lists_stays_before_what_was_there(path):
    full = tuple(f"/{n}" for n in range(6))
    SettingsFile(path).save(Settings(recent=full))
    first, second = SettingsFile(path), SettingsFile(path)
    mine, theirs = first.load(), second.load()
    first.save(replace(mine, recent=("/mine", *full[:5])))
    second.save(replace(theirs, recent=("/theirs", *full[:5])))
    assert set(SettingsFile(path).load().recent) == {"/theirs", "/mine", *full[:4]}


def test_many_windows_saving_at_once_leave_a_whole_file(path):
    written(path, asdict(CHANGED))

    def save(step):
        file = SettingsFile(path)
        for _ in range(20):
            file.save(replace(file.load(), story_step=step))

    savers = [threading.Thread(target=save, args=(step,)) for step in range(4)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    loaded = SettingsFile(path).load()
    assert replace(loaded, story_step=0) == replace(CHANGED, story_step=0)
    assert os.listdir(path.parent) == [path.name]  # nothing temporary is left


def test_a_folder_that_cannot_be_made_is_said_and_survived(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    file = SettingsFile(tmp_path / "file" / "settings.json")
    assert file.load() == Settings()
    assert not file.save(CHANGED)
    assert "settings not saved" in caplog.text


def test_a_directory_in_the_files_place_is_survived(path):
    path.mkdir(parents=True)
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert not file.save(CHANGED)


def test_tests_have_their_own_folder(own_settings):
    assert config_folder() == own_settings


def test_the_latest_folder_comes_first_once_and_not_too_many():
    assert with_recent(("/a", "/b"), "/b") == ("/b", "/a")
    assert with_recent(tuple("/abcdef"), "/new")[0] == "/new"
    assert len(with_recent(("/1", "/2", "/3", "/4", "/5", "/6"), "/new")) == 6


# --- where the window opens


def test_a_place_on_the_screen_is_taken_up_again(qapp):
    assert placement.placed((10, 20, 300, 200)) == QRect(10, 20, 300, 200)


@pytest.mark.parametrize(
    "off", [(-5000, 0, 800, 600), (90_000, 0, 800, 600), (0, -3000, 800, 600), (0, 5000, 10, 10)]
)
def test_a_place_off_all_screens_is_forgotten(qapp, off):
    assert placement.placed(off) is None


def test_a_window_larger_than_its_screen_is_made_to_fit(qapp):
    free = qapp.primaryScreen().availableGeometry()
    assert placement.placed((0, 0, 50_000, 50_000)).size() == free.size()
    assert placement.placed(None) is None
