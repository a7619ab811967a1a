from __future__ import annotations

import pytest

from gui.prompt_history import LONGEST, MOST, PromptHistory


@pytest.fixture
def history(qapp):
    made = PromptHistory()
    yield made
    made._rest.stop()


def test_typing_on_is_one_text(history):
    for text in ("a", "a c", "a cat", "a ca", "my dog"):
        history.note(text)
    assert history.texts == ("a ca",)


def test_a_text_that_is_replaced_is_remembered_at_once(history):
    for text in ("a cat", "a dog", "a cat", "a bird"):
        history.note(text)
    assert history.texts == ("a cat", "a dog")


def test_a_text_that_stands_is_remembered(qtbot, history):
    history._rest.setInterval(1)
    with qtbot.waitSignal(history.changed):
        history.note("a cat")
    assert history.texts == ("a cat",)


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST + 1)])
def test_what_nobody_comes_back_to_is_not(history, text):
    history.note(text)
    history.note("a cat")
    assert history.texts == ()


def test_only_so_many_are_kept_and_each_once(history):
    history.restore(["b", "a", "b"])
    assert history.texts == ("b", "a")
    for n in range(2 * MOST):
        history.note(f"{n} cats")
    assert len(history.texts) == MOST
    assert history.texts[0] == f"{2 * MOST - 2} cats"


def test_the_text_of_last_time_counts_once_another_takes_its_place(history):
    history.restore(["a cat"], "a dog")
    history.note("a dog")
    assert not history._rest.isActive()
    history.note("my bird")
    assert history.texts == ("a dog", "a cat")
