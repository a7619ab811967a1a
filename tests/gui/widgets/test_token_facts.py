from __future__ import annotations

from core.trace import TokenInfo
from gui.widgets.token_facts import describe
from tests.gui.traces import tokens_of


def pieces(character: str, *lengths: int, start: int = 2) -> tuple[TokenInfo, ...]:
    """A character cut into tokens of so many bytes."""
    raw, tokens = character.encode(), []
    for length in lengths:
        part, raw = raw[:length], raw[length:]
        tokens.append(TokenInfo(part[0], "", part.hex(), start, start + 1, part))
    return tuple(tokens)


def test_a_part_of_a_character_says_which_part_of_which():
    tokens = (*tokens_of(("He",)), *pieces("é", 1, 1), *pieces("😀", 1, 2, 1, start=3))
    said = [describe(tokens, at) for at in range(len(tokens))]
    assert "too rare" not in said[0]
    assert "Byte 2 of 2 of the letter é: too rare for a token of its own" in said[2]
    assert "Byte 1 of 4 of 😀:" in said[3]
    assert "Bytes 2 to 3 of 4 of 😀:" in said[4]
    assert "Byte 4 of 4 of 😀:" in said[5]


def test_whole_characters_and_parts_without_their_others_claim_nothing():
    assert "too rare" not in describe(tokens_of(("é",)), 0)
    assert "too rare" not in describe(pieces("😀", 1, 3)[1:], 0)
