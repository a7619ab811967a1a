"""The measuring of the window: it ends when the answer is on the screen, not before."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from core.checkpoint import save_folder
from core.config import ModelConfig
from core.gpt import GPT
from core.tokenizer import Tokenizer
from gui import bench, bench_typing, bench_watch
from gui.text.comparing import ComparingTab
from tests.core.conftest import SENTENCES, redraw


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    tokenizer = Tokenizer.train(SENTENCES, 300)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    gpt = redraw(GPT(ModelConfig(2, 3, 12, 64, tokenizer.vocab_size)))
    save_folder(folder, gpt, tokenizer, {"name": "Tiny"})
    return folder


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(bench_typing, "PRESSES", 3)
    monkeypatch.setattr(bench, "STROKES", 2)
    monkeypatch.setattr(bench_watch, "PAUSE_MS", 1)


def test_without_a_model_it_says_so(capsys):
    assert bench.main(["--model", "/nowhere"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(("tab", "field", "page"), bench_typing.PAGES)
def test_a_key_is_timed_until_its_answer_is_painted(folder, short, tab, field, page):
    with bench.opened(folder) as watch:
        session = watch.window.session
        times = bench_typing.key_times(watch, tab, field, 8, page)
        assert len(times) == 3
        assert min(min(each) for each in times) > 0
        assert session.prompt.endswith(bench_typing.TYPED[:3])
        assert session.trace.text == session.prompt
        text = watch.window.tabs.widget(1)
        if tab == "text":
            assert text.view == (page.split(" ")[0] or "map")
        for figure in text.findChildren(ComparingTab):
            if figure.isVisible():
                assert figure.shown is session.trace
        assert bench_typing.key_times(watch, tab, field, 62, page) == []


@pytest.mark.parametrize("page", ["netPages1", "netPages2"])
def test_a_stroke_is_timed(folder, short, page):
    with bench.opened(folder) as watch:
        assert len(bench.stroke_times(watch, page)) == 2
        sheet = watch.window.findChild(QWidget, "pictureMap")
        assert sheet.isVisible() == (page == "netPages2")


def test_writing_is_timed_beside_transformers(folder, short, monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(bench, "TEXTS", 2)
    monkeypatch.setattr(bench, "WRITTEN", 5)
    with bench.opened(folder) as watch:
        ours, theirs = bench.writing_rows(watch, folder)
        assert watch.window.session.prompt.startswith(bench.BEGUN)
    assert ours.n == theirs.n == 2
    assert min(ours.median_ms, theirs.median_ms, ours.cpu_ms, ours.ratio) > 0
    assert theirs.ratio is None


def test_a_row_sums_up():
    row = bench._row("x", [16.0] * 19 + [160.0])
    assert (row.median_ms, row.frames, row.n) == (16.0, 1.0, 20)
    assert row.p95_ms > 16


def test_training_is_timed_on_every_page_of_the_net(folder, short, monkeypatch):
    monkeypatch.setattr(bench, "TRAINING_S", 0.3)
    with bench.opened(folder) as watch:
        rest, *rows = bench.training_rows(watch)
    assert rest.steps_a_second is None
    assert len(rows) >= 3
    assert all(row.steps_a_second > 20 and row.n > 3 for row in rows)
