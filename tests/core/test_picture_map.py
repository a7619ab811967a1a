"""All 512 pictures: their order, and what a net says about each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.picture_map import (
    CORNERS,
    CROSS,
    N_COLUMNS,
    N_ROWS,
    NO_RULE,
    NOTHING,
    PICTURES,
    RIGHT,
    WRONG,
    look_at_all,
    neighbours,
    place_of,
)
from core.pixel_lesson import examples, fitting
from core.pixel_options import Options
from core.pixel_training import advance, judged, start
from core.pixelnet import OUTPUTS, SYMBOLS, PixelNet, Symbol, forward, picture
from tests.core.pixelnets import ODD, trained

FITS = fitting(examples(SYMBOLS))
SHEET = PICTURES.reshape(N_ROWS, N_COLUMNS, 9)


def test_every_picture_lies_there_once():
    assert PICTURES.shape == (512, 9)
    assert set(np.unique(PICTURES)) == {-1, 1}
    assert len(np.unique(PICTURES, axis=0)) == 512
    assert [place_of(pixels) for pixels in PICTURES] == list(range(512))


def test_side_by_side_one_pixel_differs_around_the_edges_too():
    for axis in (0, 1):
        n_different = (np.roll(SHEET, 1, axis=axis) != SHEET).sum(axis=2)
        assert (n_different == 1).all()


def test_rows_share_their_corners_and_columns_their_cross():
    assert sorted((*CORNERS, *CROSS)) == list(range(9))
    assert (SHEET[:, :, CORNERS] == SHEET[:, :1, CORNERS]).all()
    assert (SHEET[:, :, CROSS] == SHEET[:1, :, CROSS]).all()


@pytest.mark.parametrize("place", [0, 77, 300, 511])
def test_neighbours_are_one_pixel_away_in_the_same_row_or_column(place):
    found = neighbours(place)
    row, column = divmod(place, N_COLUMNS)
    for pixel, other in enumerate(found):
        assert np.flatnonzero(PICTURES[other] != PICTURES[place]).tolist() == [pixel]
        assert (other // N_COLUMNS == row) == (pixel in CROSS)
        assert (other % N_COLUMNS == column) == (pixel in CORNERS)


def test_a_grey_picture_has_no_place():
    grey = np.ones(9)
    grey[4] = 0.5
    assert place_of(grey) is None


def test_one_batch_says_what_each_picture_alone_would():
    net = trained().net
    whole = look_at_all(net, FITS)
    for place in range(0, 512, 17):
        alone = forward(net, PICTURES[[place]]).probabilities[0]
        np.testing.assert_allclose(whole.probabilities[place], alone, rtol=0, atol=1e-12)
        expected = int(alone.argmax()) if alone.max() > 0.5 else NOTHING
        assert whole.answers[place] == expected
        assert whole.confidences[place] == pytest.approx(alone.max())


def test_counts_add_up():
    whole = look_at_all(trained().net, FITS)
    assert whole.n_answers.sum() == whole.n_verdicts.sum() == 512
    for answer in range(4):
        assert whole.n_answers[answer] == (whole.answers == answer).sum()
    assert whole.n_answers[4] == (whole.answers == NOTHING).sum()
    # It learnt all 40 of its examples; about the other 472 training says nothing.
    assert whole.n_verdicts[[NO_RULE, RIGHT, WRONG]].tolist() == [472, 40, 0]


def test_a_net_that_knows_nothing_is_wrong_wherever_it_was_told():
    blank = PixelNet(
        tuple(np.zeros((n, m)) for n, m in ((9, 2), (2, 2), (2, 4))),
        tuple(np.zeros(n) for n in (2, 2, 4)),
    )
    whole = look_at_all(blank, FITS)  # every probability is one half: not above it
    assert (whole.answers == NOTHING).all()
    assert whole.n_answers.tolist() == [0, 0, 0, 0, 512]
    assert whole.n_verdicts[[RIGHT, WRONG]].tolist() == [0, 40]


def test_half_a_chance_is_no_answer_to_training_either():
    fresh = start(Options(nonsense=True), SYMBOLS)
    blank = replace(
        fresh.net,
        weights=tuple(map(np.zeros_like, fresh.net.weights)),
        biases=tuple(map(np.zeros_like, fresh.net.biases)),
    )
    n_nonsense = int((fresh.lesson.right < 0).sum())
    of_the_first = int((fresh.lesson.right == 0).sum())
    assert judged(fresh, blank).n_right == n_nonsense + of_the_first


def test_the_rule_is_what_the_examples_teach():
    lesson = examples(SYMBOLS)
    assert FITS.sum() == len(lesson.pictures)
    assert not FITS[:, -1].any()
    for pixels, target in zip(lesson.pictures, lesson.targets, strict=True):
        assert FITS[place_of(pixels), :-1].tolist() == target.astype(bool).tolist()


def test_where_training_says_nothing_there_is_no_right_answer():
    drawn = ("... ... ...", "##. ... ...")
    twins = tuple(Symbol(name, name, picture(rows)) for name, rows in zip("ab", drawn, strict=True))
    fits = fitting(examples(twins))
    assert fits[place_of(twins[0].picture)].tolist() == [True, False, False]
    assert not fits[place_of(picture("#.. ... ..."))].any()  # as near to the one as to the other


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_where_nonsense_is_taught_the_right_answer_to_it_is_nothing(outputs):
    lesson = examples(SYMBOLS, nonsense=True, outputs=outputs)
    fits = fitting(lesson)
    apart = np.stack([(each.picture != PICTURES).sum(axis=1) for each in SYMBOLS]).min(axis=0)
    assert (fits[:, -1] == (apart > 2)).all()
    assert (fits[:, :-1] == FITS[:, :-1]).all()
    learnt = advance(start(Options(nonsense=True, outputs=outputs), SYMBOLS), 400)
    whole = look_at_all(learnt.net, fits)
    says_nothing = whole.answers == NOTHING
    assert (whole.verdicts[apart > 2] == np.where(says_nothing[apart > 2], RIGHT, WRONG)).all()
    assert whole.n_verdicts[NO_RULE] == (apart == 2).sum()
    assert whole.n_verdicts[RIGHT] > 300  # of 380


def test_another_number_of_symbols_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        look_at_all(ODD, FITS)
