"""Failures in plain words, from real folders that real models cannot be opened from."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from core.errors import UserError
from core.paths import SMALL_WORLD_MODEL
from gui.failures import PARTS, UNEXPECTED, failure_of, refused_folder

CAUSE = UserError("header 17 is not JSON.")


@pytest.fixture
def folder(tmp_path):
    """A copy of a model's folder that a test may break."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for part in PARTS:
        (folder / part).write_bytes((SMALL_WORLD_MODEL / part).read_bytes()[:1000])
    return folder


def refusal(folder):
    failure = refused_folder(folder, CAUSE)
    assert failure.of_folder
    assert failure.details == str(CAUSE)  # for those who want to know
    return failure.sentence


def test_a_folder_that_is_gone(tmp_path):
    assert refusal(tmp_path / "gone") == "There is no folder “gone”: it was moved or deleted."


def test_a_file_is_no_folder(folder):
    file = folder / PARTS[0]
    assert refusal(file) == f"“{file.name}” is a file, not a model's folder."


def test_a_folder_with_other_things_in_it(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert refusal(tmp_path) == f"There is no model in the folder “{tmp_path.name}”."


def test_an_incomplete_folder(folder):
    (folder / PARTS[2]).unlink()
    assert refusal(folder) == "The model in “mine” is not complete: its tokenizer.json is missing."
    (folder / PARTS[1]).unlink()
    assert "model.safetensors and tokenizer.json are missing" in refusal(folder)
    (folder / "model.safetensors.index.json").write_text("{}")
    assert "its tokenizer.json is missing" in refusal(folder)


def test_a_complete_folder_that_is_damaged_or_of_another_kind(folder):
    (folder / PARTS[0]).write_text(json.dumps({"model_type": "llama"}))
    assert refusal(folder).startswith("The model in “mine” cannot be opened: it is damaged")


def test_a_root_has_a_name_too():
    assert "“/”" in refusal(Path("/"))


def test_what_was_not_foreseen_is_logged_with_its_traceback(caplog, folder):
    failure = failure_of(ZeroDivisionError("boom"))
    assert (failure.sentence, failure.details) == (UNEXPECTED, "ZeroDivisionError: boom")
    assert not failure.of_folder
    assert refused_folder(folder, ZeroDivisionError("boom")).sentence == UNEXPECTED
    assert all(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)
