"""`--screenshots DIR`: every tab, both themes, two sizes, with a prompt and without."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QImage

from core.errors import UserError
from gui import app, screenshots, theme
from gui.main_window import TABS


def run(folder, *more):
    return app.main(["glassbox", "--screenshots", str(folder), *more])


def test_every_picture_is_there_in_its_size_and_none_is_like_another(
    qapp, folders, tmp_path, own_settings
):
    folder = tmp_path / "deep" / "pictures"
    assert run(folder) == 0
    shapes = itertools.product(
        [tab.name for tab in TABS],
        ("light", "dark"),
        ("1280x800", "1024x680"),
        ("example", "empty"),
    )
    assert {path.name for path in folder.iterdir()} == {f"{'-'.join(s)}.png" for s in shapes}
    for path in folder.iterdir():
        image = QImage(str(path))
        assert f"{image.width()}x{image.height()}" in path.name
        look = theme.DARK if "dark" in path.name else theme.LIGHT
        assert image.pixelColor(2, image.height() - 2).name() == look.window
    for path in folder.glob("*-example.png"):
        empty = path.with_name(path.name.replace("example", "empty"))
        is_of_text = not path.name.startswith("pixels")
        assert (QImage(str(path)) != QImage(str(empty))) or not is_of_text
    assert not own_settings.exists()  # taking pictures remembers nothing


def test_they_show_the_prompt_that_was_given(qapp, folders, tmp_path, monkeypatch):
    monkeypatch.setattr(screenshots, "THEMES", ("light",))
    monkeypatch.setattr(screenshots, "SIZES", screenshots.SIZES[:1])
    assert run(tmp_path, "--prompt", "My own words") == 0
    assert ("trace", "My own words") in folders["small-world"].calls


@pytest.mark.parametrize("kind", ["file", "inside a file"])
def test_a_folder_that_cannot_be_written_is_one_line_and_exit_2(
    qapp, folders, tmp_path, capsys, kind
):
    (tmp_path / "file").write_text("in the way")
    assert run(tmp_path / "file" / ("deep" if kind == "inside a file" else "")) == 2
    assert_one_line(capsys.readouterr().err)


def test_a_picture_that_cannot_be_saved_is_one_line_and_exit_2(qapp, folders, tmp_path, capsys):
    (tmp_path / "pixels-light-1280x800-example.png").mkdir()
    assert run(tmp_path) == 2
    assert_one_line(capsys.readouterr().err)


def test_a_model_that_is_refused_is_one_line_and_exit_2(qapp, folders, tmp_path, capsys, failures):
    folders["bad"] = UserError("It has no config.json.")
    assert run(tmp_path, "--model", "bad") == 2
    said = capsys.readouterr().err
    assert_one_line(said)
    assert said.endswith("deleted. It has no config.json.\n")


def test_a_model_that_never_answers_ends_at_the_deadline(
    qapp, folders, tmp_path, capsys, monkeypatch
):
    import threading

    monkeypatch.setattr(screenshots, "DEADLINE_MS", 50)
    folders["small-world"].gate = gate = threading.Event()
    close = screenshots.MainWindow.close
    monkeypatch.setattr(screenshots.MainWindow, "close", lambda self: (gate.set(), close(self)))
    assert run(tmp_path) == 2
    assert_one_line(capsys.readouterr().err)


def assert_one_line(said):
    assert said.startswith("error: ")
    assert said.count("\n") == 1
