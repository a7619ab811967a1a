"""Documents from a process of their own: the very ones, made once, whoever stops waiting."""

import pytest

from core.clues import Clues
from core.corpus import some
from core.tracing import Cancelled, never
from gui.text import held_out, text_process
from gui.text.held_out import HeldOut


def test_they_are_those_that_are_made_here_and_made_once(monkeypatch):
    made = HeldOut()
    assert made.first(70, never) == some(0, "held-out", 70)
    monkeypatch.setattr(text_process.sys, "executable", "/no/such/program")
    assert made.first(5, never) == some(0, "held-out", 5)


def test_who_stops_waiting_does_not_stop_it(monkeypatch):
    made = HeldOut()
    monkeypatch.setattr(held_out, "_LOOK_S", 0.001)
    with pytest.raises(Cancelled):
        made.first(60, lambda: True)
    process = made._coming._process
    assert process.poll() is None
    assert made.first(60, never) == some(0, "held-out", 60)
    assert process.returncode == 0


def test_more_than_are_on_their_way_are_begun_anew():
    made = HeldOut()
    with pytest.raises(Cancelled):
        made.first(20, lambda: True)
    before = made._coming._process
    made.begin(10)
    assert made._coming._process is before
    made.begin(61)
    assert made.first(61, never) == some(0, "held-out", 61)
    assert before.returncode is not None


def test_where_they_cannot_be_made_there_clues_are_found_all_the_same(model, monkeypatch):
    made = HeldOut()
    monkeypatch.setattr(text_process.subprocess, "Popen", _Failing)
    assert made.first(60, never) == []
    there, here = Clues(model, made.first), Clues(model)
    assert (there.centre() == here.centre()).all()


def test_clues_are_the_same_wherever_the_documents_are_made(model, monkeypatch):
    monkeypatch.setattr("core.clues.DOCUMENTS", 80)
    there, here = Clues(model, HeldOut().first), Clues(model)
    assert (there.centre() == here.centre()).all()
    token = model.tokenizer.ids(" the")[0]
    found, n_texts = there.clue(token, 0)
    assert n_texts == here.clue(token, 0)[1] > 0
    assert (found == here.clue(token, 0)[0]).all()


class _Failing:
    """A process that ends at once, without a word."""

    returncode, stdout = 1, None

    def __init__(self, *_args, **_options):
        pass

    def communicate(self, timeout):
        return b"", None

    def poll(self):
        return 1
