"""Where the clicked token is after the text has changed, and when it is let go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui.selection import Selection, carried_over
from tests.gui.traces import random_trace, tokens_of


def trace(text, n_before=0):
    """One token a word, equal words with equal ids."""
    words = tuple(text.split())
    made = random_trace(len(words) - n_before, words=words)
    tokens = tokens_of(words)
    return replace(made, tokens=tokens[n_before:], before=tokens[:n_before])


def word_after(old, selected, new, n_before=0):
    before, after = trace(old), trace(new, n_before)
    position = old.split().index(selected)
    token = carried_over(Selection(token=position), before, after).token
    return None if token is None else after.tokens[token].text


@pytest.mark.parametrize(
    ("old", "selected", "new", "expected"),
    [
        ("a b c", "b", "a b c d e", "b"),  # typed on
        ("a b c", "c", "x a b c", "c"),  # typed in front
        ("a b c", "c", "a x y c", "c"),  # the middle replaced
        ("a b c", "a", "a x", "a"),
        ("a b c", "b", "a x c", "x"),  # it alone replaced
        ("a b c", "b", "a c", None),  # deleted
        ("a b c", "b", "x y z", None),  # another sentence of the same length
        ("a b c", "c", "x y", None),
        ("a b c", "b", "d a e b f", None),  # nothing before or after it stayed
        ("a", "a", "x", None),
    ],
)
def test_the_selected_token_is_the_same_one_or_none(old, selected, new, expected):
    assert word_after(old, selected, new) == expected


def test_a_token_that_the_model_no_longer_sees_is_let_go():
    assert word_after("a b c", "c", "a b c d", n_before=1) == "c"
    assert word_after("a b c", "a", "a b c d", n_before=1) is None


def test_the_mouse_stays_where_it_is_and_the_head_stays_open():
    selection = Selection(token=1, hovered=2, layer=3, head=4)
    after = carried_over(selection, trace("a b c"), trace("x y z"))
    assert after == Selection(token=None, hovered=2, layer=3, head=4)
    assert carried_over(selection, trace("a b c"), trace("x y")).hovered is None
    assert carried_over(selection, trace("a b c"), None) == Selection(layer=3, head=4)
    assert carried_over(selection, None, trace("a b c")).token is None
