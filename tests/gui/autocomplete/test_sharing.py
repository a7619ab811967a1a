"""What is shared brings the same words back, here and elsewhere."""

from __future__ import annotations

import csv
import json

import pytest
from PySide6.QtGui import QGuiApplication

from core.config import SamplingConfig
from core.interventions import Off
from gui.autocomplete.share_button import (
    ALTERED,
    OTHER_MODEL,
    RESTORED,
    WITHOUT_CHANGES,
    ShareButton,
)
from gui.figures import FigureButton
from tests.gui.autocomplete.pages import bits_by_hand, have, read

TEXT = "They saw the dog"


@pytest.fixture
def page(write_page):
    return write_page


def test_one_line_brings_all_back(page, session, qtbot):
    share = page.findChild(ShareButton, "shareButton")
    have(qtbot, session, TEXT)
    session.set_sampling(SamplingConfig(0.7, 12, 0.9))
    session.set_seed(9)
    share.copy()
    line = QGuiApplication.clipboard().text()
    assert "\n" not in line
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    written = session.prompt
    session.set_sampling(SamplingConfig())
    session.set_seed(1)
    have(qtbot, session, "Once")
    told = []
    session.noticed.connect(told.append)
    share.paste()
    read(qtbot, session)
    assert (session.prompt, session.sampling, session.seed) == (
        TEXT,
        SamplingConfig(0.7, 12, 0.9),
        9,
    )
    assert told == [RESTORED]
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert session.prompt == written
    share.copy()  # what was written goes on elsewhere as it does here
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    further = session.prompt
    session._writing.forget()
    have(qtbot, session, "Once")
    share.paste()
    read(qtbot, session)
    assert session.prompt == written
    session.generate(6)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)
    assert session.prompt == further
    other = json.loads(line) | {"fingerprint": "0", "model": "Other"}
    QGuiApplication.clipboard().setText(json.dumps(other))
    share.paste()
    assert told[-1] == OTHER_MODEL.format("Other")
    read(qtbot, session)
    QGuiApplication.clipboard().clear()


def written(qtbot, session, n):
    session.generate(n)
    qtbot.waitUntil(lambda: not session.is_generating())
    read(qtbot, session)


def whole_ids(session):
    return [token.id for token in (*session.trace.before, *session.trace.tokens)]


def a_seed_of_other_tokens(model, n):
    """What the dice write with it is not cut so when it is read again."""
    start = model.tokenizer.ids(TEXT)
    for seed in range(200):
        ids = [*start, *model.generate(TEXT, SamplingConfig(), seed, n)]
        text = model.trace_ids(ids).text
        if len(ids) == len(start) + n and model.tokenizer.ids(text) != ids:
            return seed, ids
    return pytest.fail("no such seed")


def test_drawn_tokens_stay_what_they_are_and_are_shared(page, session, qtbot):
    model = session.language_model
    seed, ids = a_seed_of_other_tokens(model, 6)
    session.set_seed(seed)
    have(qtbot, session, TEXT)
    written(qtbot, session, 6)
    assert whole_ids(session) == ids
    text, likely = session.prompt, session.prediction
    share = page.findChild(ShareButton, "shareButton")
    share.copy()
    session.add_change(Off(0, "head", 1))
    read(qtbot, session)
    assert whole_ids(session) == ids
    session.what_if.clear()
    read(qtbot, session)
    written(qtbot, session, 6)
    on = session.prompt
    have(qtbot, session, "Once")
    share.paste()
    read(qtbot, session)
    assert (session.prompt, whole_ids(session)) == (text, ids)
    assert session.prediction == likely
    written(qtbot, session, 6)
    assert session.prompt == on
    line = json.loads(QGuiApplication.clipboard().text())
    for bad in ([0], [10**9], [-1]):  # not of this text, or of no vocabulary
        QGuiApplication.clipboard().setText(json.dumps(line | {"tokens": bad}))
        share.paste()
        read(qtbot, session)
        assert session.prompt == text
        have(qtbot, session, "Once")
    QGuiApplication.clipboard().clear()


def test_going_on_in_a_text_beyond_the_context_is_as_if_one_had_not_stopped(page, session, qtbot):
    have(qtbot, session, "The dog saw the cat. " * 12)
    assert session.trace.before
    start = session.prompt
    written(qtbot, session, 30)
    whole = whole_ids(session)
    have(qtbot, session, start)
    for _ in range(12):
        session.draw_one()
        read(qtbot, session)
    there = session.prompt
    have(qtbot, session, start)
    have(qtbot, session, there)  # nothing is left of how it came about but the number of throws
    for _ in range(18):
        session.draw_one()
        read(qtbot, session)
    assert whole_ids(session) == whole


def test_that_the_model_was_altered_is_said(page, session, qtbot, tmp_path):
    share, told = page.findChild(ShareButton, "shareButton"), []
    session.noticed.connect(told.append)
    have(qtbot, session, TEXT)
    share.save(tmp_path / "plain.json")
    session.add_change(Off(0, "head", 1))
    read(qtbot, session)
    share.save(tmp_path / "altered.json")
    assert told == ["Saved as plain.json.", f"Saved as altered.json.{WITHOUT_CHANGES}"]
    assert "altered" in (tmp_path / "altered.json").read_text("utf-8")
    session.what_if.clear()
    for name, altered in (("plain", ""), ("altered", ALTERED.format("one change"))):
        share.open_file(tmp_path / f"{name}.json")
        assert told[-1] == RESTORED + altered
    read(qtbot, session)


def test_a_file_brings_all_back_and_a_bad_one_changes_nothing(
    page, session, qtbot, tmp_path, failures
):
    share = page.findChild(ShareButton, "shareButton")
    have(qtbot, session, TEXT)
    share.save(tmp_path / "state.json")
    share.save_text(tmp_path / "text.txt")
    assert (tmp_path / "text.txt").read_text("utf-8") == TEXT
    have(qtbot, session, "Once")
    share.open_file(tmp_path / "text.txt")
    share.open_file(tmp_path / "none.json")
    assert session.prompt == "Once"
    assert [failure.sentence.count(".") > 0 for failure in failures] == [True, True]
    share.open_file(tmp_path / "state.json")
    assert session.prompt == TEXT
    read(qtbot, session)


def test_the_surprises_are_saved_as_numbers(page, session, qtbot, tmp_path):
    have(qtbot, session, TEXT)
    save = page.findChild(FigureButton, "saveTextButton")
    for kind in ("png", "svg", "csv"):
        save.save(save._figure(), kind, tmp_path / f"text.{kind}")
        assert (tmp_path / f"text.{kind}").stat().st_size > 100
    rows = list(csv.DictReader((tmp_path / "text.csv").read_text("utf-8").splitlines()))
    assert [row["token"] for row in rows] == [one.label for one in session.trace.tokens]
    assert float(rows[2]["surprise in bits"]) == pytest.approx(
        bits_by_hand(session.trace, 2)[0], rel=1e-5
    )
