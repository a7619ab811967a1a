"""The state behind the Pixels tab: strokes and Undo, verdicts, training in view."""

from __future__ import annotations

import numpy as np
import pytest

from core import pixel_training, pixelnet
from core.pixel_options import Options
from core.pixelnet import SYMBOLS, Forward
from gui.pixel_session import FRAME_MS, PixelSession, percent

PLUS, TEE = SYMBOLS[2].picture, SYMBOLS[3].picture


@pytest.fixture
def pixels(qapp):
    session = PixelSession(np.random.default_rng(0))
    yield session
    session.deleteLater()


def test_it_begins_with_a_symbol_and_its_right_answer(pixels):
    assert (pixels.picture == PLUS).all()
    assert pixels.verdict() == "It is a plus: 98% sure."
    assert pixels.n_examples == 40


def test_the_first_net_is_trained_when_it_is_needed_or_asked_for(qtbot, pixels):
    assert not pixels.is_ready
    assert pixels.is_first_net
    pixels.load(0)
    pixels.undo_stack.undo()
    assert not pixels.is_ready
    with qtbot.waitSignal(pixels.net_changed):
        pixels.get_ready()
    assert pixels.is_ready
    assert pixels.learnt.step == pixel_training.STEPS
    pixels.net_changed.connect(lambda: pytest.fail("it was there already"))
    pixels.get_ready()


def test_a_stroke_is_one_step_for_undo(pixels):
    for cell in (0, 1, 2):
        pixels.paint(cell, -1)
    pixels.end_stroke()
    pixels.paint(8, -1)
    assert pixels.undo_stack.count() == 2
    pixels.undo_stack.undo()
    pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()
    pixels.undo_stack.redo()
    assert (pixels.picture[:3] == -1).all()
    assert pixels.picture[8] == 1


def test_a_stroke_that_changes_nothing_in_the_end_is_none(pixels):
    pixels.paint(0, -1)
    pixels.paint(0, 1)
    pixels.end_stroke()
    assert pixels.undo_stack.count() == 0
    pixels.paint(0, 1)
    assert pixels.undo_stack.count() == 0


def test_painting_after_undo_in_mid_stroke_is_a_new_step(pixels):
    pixels.paint(0, -1)
    pixels.undo_stack.undo()
    pixels.paint(2, -1)
    assert pixels.undo_stack.count() == 1
    pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()


def test_every_change_of_the_whole_picture_can_be_undone(pixels):
    pixels.load(3)
    assert (pixels.picture == TEE).all()
    pixels.invert()
    assert (pixels.picture == -TEE).all()
    pixels.flip_one()
    assert (pixels.picture != -TEE).sum() == 1
    pixels.clear()
    assert (pixels.picture == 1).all()
    pixels.clear()  # nothing to do, nothing to undo
    assert pixels.undo_stack.undoText() == "clearing"
    for _ in range(4):
        pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()
    assert not pixels.undo_stack.canUndo()


def test_flips_follow_the_generator(qapp):
    def flipped(seed):
        session = PixelSession(np.random.default_rng(seed))
        for _ in range(6):
            session.flip_one()
        return session.picture.tolist()

    assert flipped(1) == flipped(1)
    assert flipped(1) != flipped(2)


def test_facts_are_told_after_they_are_true(pixels, qtbot):
    with qtbot.waitSignal(pixels.picture_changed):
        pixels.load(0)
    assert (pixels.passed.activations[0][0] == pixels.picture).all()
    again = pixelnet.forward(pixels.net, pixels.picture[None])
    assert (again.probabilities == pixels.passed.probabilities).all()
    with pytest.raises(ValueError, match="read-only"):
        pixels.picture[0] = 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((0.02, 0.01, 0.971, 0.03), "It is a plus: 97% sure."),
        ((0.999, 0.01, 0.0, 0.0), "It is an x: over 99% sure."),
        ((0.1, 0.72, 0.2, 0.3), "It is probably an o: 72% sure."),
        ((0.1, 0.2, 0.3, 0.41), "It looks most like a T, but the net is not sure (41%)."),
        ((0.6, 0.1, 0.9, 0.2), "Two fit: + 90%, x 60%."),
        ((0.777, 0.0, 0.646, 0.673), "Three fit: x 78%, T 67%, + 65%."),
        ((0.9, 0.9, 0.999, 0.5), "All four fit: + over 99%, x 90%, o 90%, T 50%."),
        (
            (0.001, 0.002, 0.001, 0.0),
            "It looks most like an o, but the net is not sure (under 1%).",
        ),
    ],
)
def test_verdicts(pixels, answers, said):
    activations = (*pixels.passed.activations[:-1], np.array([answers]))
    pixels._passed = Forward(activations, pixels.passed.sums)
    assert pixels.verdict().replace("\u00a0", " ") == said


def test_training_is_seen_step_by_step_and_ends_with_a_net_that_knows(pixels, qtbot):
    losses = []
    pixels.net_changed.connect(lambda: losses.append(pixels.learnt.loss))
    pixels._clock.setInterval(0)  # as fast as it goes
    pixels.train_again()
    assert pixels.is_training
    assert (pixels.learnt.step, pixels.net_seed) == (0, pixel_training.SEED + 1)
    qtbot.waitUntil(lambda: not pixels.is_training, timeout=30_000)
    assert (pixels.learnt.step, pixels.learnt.n_right) == (pixel_training.STEPS, 40)
    assert len(losses) > 40
    assert losses[-1] < losses[0] / 50
    expected = pixel_training.trained(pixel_training.SEED + 1)
    assert (pixels.net.weights[1] == expected.net.weights[1]).all()
    assert not pixels.is_paused
    assert not pixels.is_first_net


def test_the_first_steps_are_slow_enough_for_the_eye(pixels):
    frames = {}
    pixels.train_again()
    for frame in range(3000):
        frames.setdefault(pixels.learnt.step, frame * FRAME_MS / 1000)
        if not pixels.is_training:
            break
        pixels._on_frame()
    assert [frames[step] for step in (1, 10, 20)] == pytest.approx([0.33, 3.3, 6.7], abs=0.1)
    assert 12 < frames[pixel_training.STEPS] < 18
    waits = np.diff([frames[step] for step in sorted(frames)])[20:]
    assert (np.diff(waits) <= FRAME_MS / 1000 + 1e-9).all()  # never slower again


def test_one_step_goes_on_or_starts_over_and_stays(pixels):
    pixels.one_step()  # from the net of the start
    assert (pixels.learnt.step, pixels.net_seed) == (1, pixel_training.SEED + 1)
    assert pixels.is_paused
    pixels.one_step()
    assert (pixels.learnt.step, pixels.net_seed) == (2, pixel_training.SEED + 1)
    expected = list(
        pixel_training.train(
            Options(seed=pixel_training.SEED + 1), pixel_training.examples(SYMBOLS), 2
        )
    )[-1]
    assert (pixels.net.weights[0] == expected.net.weights[0]).all()
    pixels.go_on()
    pixels.one_step()  # while it runs
    assert pixels.learnt.step == 3
    assert not pixels.is_training
    while pixels.learnt.step < pixel_training.STEPS:
        pixels.one_step()
    assert not pixels.is_paused
    pixels.one_step()
    assert (pixels.learnt.step, pixels.net_seed) == (1, pixel_training.SEED + 2)


def test_pause_holds_go_on_continues_restore_returns(pixels, qtbot):
    first = pixels.net
    pixels.train_again()
    qtbot.waitUntil(lambda: pixels.learnt.step >= 3, timeout=10_000)
    pixels.pause()
    step = pixels.learnt.step
    assert pixels.is_paused
    assert not pixels.is_training
    pixels.go_on()
    qtbot.waitUntil(lambda: pixels.learnt.step > step, timeout=10_000)
    pixels.restore()
    assert pixels.net is first
    assert pixels.is_first_net
    assert not pixels.is_paused
    assert pixels.net_seed == pixel_training.SEED
    pixels.go_on()  # nothing to continue
    assert not pixels.is_training
    pixels.train_again()
    assert pixels.net_seed == pixel_training.SEED + 2
    pixels.restore()


def test_the_picture_can_be_drawn_on_while_it_learns(pixels, qtbot):
    pixels.train_again()
    pixels.load(1)
    qtbot.waitUntil(lambda: pixels.learnt.step >= 2, timeout=10_000)
    assert (pixels.picture == SYMBOLS[1].picture).all()
    pixels.pause()


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.996, "over 99%"), (0.995, "over 99%"), (0.994, "99%"), (0.5, "50%"), (0.004, "under 1%")],
)
def test_percent_is_never_rounded_to_certainty(value, said):
    assert percent(value) == said
