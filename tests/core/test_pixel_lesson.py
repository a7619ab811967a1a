"""What the nine-pixel net learns from."""

from __future__ import annotations

import numpy as np
import pytest

from core.pixel_lesson import examples
from core.pixelnet import OUTPUTS, SYMBOLS, Symbol, picture

LESSON = examples(SYMBOLS)


def symbol(name, rows):
    return Symbol(name, name, picture(rows))


def test_examples_are_the_symbols_and_all_that_is_one_pixel_away():
    assert LESSON.pictures.shape == (40, 9)
    assert len(np.unique(LESSON.pictures, axis=0)) == 40  # none has two right answers
    for k, each in enumerate(SYMBOLS):
        own = LESSON.pictures[LESSON.targets.argmax(axis=1) == k]
        assert own[0] == pytest.approx(each.picture)
        assert sorted((own != each.picture).sum(axis=1)) == [0] + [1] * 9
    assert set(np.unique(LESSON.pictures)) == {-1, 1}
    assert LESSON.right.tolist() == [k for k in range(4) for _ in range(10)]


@pytest.mark.parametrize(
    ("other", "n"), [("### ### ##.", 18), ("### ### #..", 16), ("### ##. #..", 20)]
)
def test_a_picture_with_two_answers_is_left_out(other, n):
    """One pixel apart, each is the other's variant; two apart, they share two variants."""
    lesson = examples((symbol("a", "### ### ###"), symbol("b", other)))
    assert len(lesson.pictures) == n
    assert len(np.unique(lesson.pictures, axis=0)) == n


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_nonsense_is_far_from_every_symbol_and_always_the_same(outputs):
    lesson = examples(SYMBOLS, nonsense=True, outputs=outputs)
    assert lesson.pictures.shape == (80, 9)
    assert (lesson.right[40:] == -1).all()
    for each in SYMBOLS:
        assert ((lesson.pictures[40:] != each.picture).sum(axis=1) > 2).all()
    assert len(np.unique(lesson.pictures, axis=0)) == 80
    assert lesson.targets[40:].sum(axis=1) == pytest.approx(1.0 if outputs == "softmax" else 0.0)
    again = examples(SYMBOLS, nonsense=True, outputs=outputs)
    assert (again.pictures == lesson.pictures).all()
