from __future__ import annotations

import pytest

from gui.autocomplete.chat import ASSISTANT, USER, answered, asked, turns


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("", []),
        ("no roles", [""]),
        ("User: Hi", [USER]),
        ("User: Hi\nAssistant: Hello!\nUser:", [USER, ASSISTANT, USER]),
        ("Once.\nUser: Hi\nAssistant:", ["", USER, ASSISTANT]),
        ("A User: is no role in the midst of a line", [""]),
        ("\nAssistant: 🦊\n\n", ["", ASSISTANT]),
    ],
)
def test_a_transcript_is_the_text_and_nothing_else(text, roles):
    found = turns(text)
    assert [turn.role for turn in found] == roles
    assert "".join(turn.role + turn.words for turn in found) == text
    assert all(text[turn.start :].startswith(turn.role + turn.words) for turn in found)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", "Hi", "User: Hi\nAssistant:"),
        ("Once. \n", " Hi  there ", "Once.\nUser: Hi there\nAssistant:"),
        ("User: a\nAssistant: b", "c", "User: a\nAssistant: b\nUser: c\nAssistant:"),
        ("", "one\nAssistant: two", "User: one Assistant: two\nAssistant:"),
    ],
)
def test_what_is_said_is_wrapped_up_in_one_turn(text, line, expected):
    assert asked(text, line) == expected
    assert len(turns(asked(text, line))) == len(turns(text.rstrip())) + 2


def test_what_the_model_writes_for_the_user_is_cut_off_and_no_more():
    text = "User: a\nAssistant:"
    assert answered(text + " b\nUser: c", len(text)) == text + " b"
    assert answered(text + " b", len(text)) == text + " b"
    assert answered("x\nUser: a\nAssistant:", 19) == "x\nUser: a\nAssistant:"
