"""The state behind the Pixels tab: strokes and Undo, verdicts, training in view."""

from __future__ import annotations

import time

import numpy as np
import pytest

from core import pixel_edits, pixel_symbols, pixel_training, pixelnet
from core.errors import UserError
from core.pixel_options import Options
from core.pixelnet import SYMBOLS, Forward, picture
from gui import pixel_trainer
from gui.pixel_session import PixelSession
from gui.pixel_trainer import FRAME_MS
from gui.pixel_verdict import percent
from tests.core.pixelnets import trained

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
        pixels.drawing.paint(cell, -1)
    pixels.end_stroke()
    pixels.drawing.paint(8, -1)
    assert pixels.undo_stack.count() == 2
    pixels.undo_stack.undo()
    pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()
    pixels.undo_stack.redo()
    assert (pixels.picture[:3] == -1).all()
    assert pixels.picture[8] == 1


def test_a_stroke_that_changes_nothing_in_the_end_is_none(pixels):
    pixels.drawing.paint(0, -1)
    pixels.drawing.paint(0, 1)
    pixels.end_stroke()
    assert pixels.undo_stack.count() == 0
    pixels.drawing.paint(0, 1)
    assert pixels.undo_stack.count() == 0


def test_painting_after_undo_in_mid_stroke_is_a_new_step(pixels):
    pixels.drawing.paint(0, -1)
    pixels.undo_stack.undo()
    pixels.drawing.paint(2, -1)
    assert pixels.undo_stack.count() == 1
    pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()


def test_every_change_of_the_whole_picture_can_be_undone(pixels):
    pixels.load(3)
    assert (pixels.picture == TEE).all()
    pixels.drawing.invert()
    assert (pixels.picture == -TEE).all()
    pixels.drawing.flip_one()
    assert (pixels.picture != -TEE).sum() == 1
    pixels.drawing.clear()
    assert (pixels.picture == 1).all()
    pixels.drawing.clear()  # nothing to do, nothing to undo
    assert pixels.undo_stack.undoText() == "clearing"
    for _ in range(4):
        pixels.undo_stack.undo()
    assert (pixels.picture == PLUS).all()
    assert not pixels.undo_stack.canUndo()


def test_flips_follow_the_generator(qapp):
    def flipped(seed):
        session = PixelSession(np.random.default_rng(seed))
        for _ in range(6):
            session.drawing.flip_one()
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
        ((0.9, 0.9, 0.999, 0.504), "All four fit: + over 99%, x 90%, o 90%, T 50%."),
        ((0.5, 0.5, 0.5, 0.5), "It looks most like an x, but the net is not sure (50%)."),
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
    pixels.trainer._clock.setInterval(0)  # as fast as it goes
    pixels.train_again()
    assert pixels.is_training
    assert (pixels.learnt.step, pixels.net_seed) == (0, pixel_training.SEED + 1)
    qtbot.waitUntil(lambda: not pixels.is_training, timeout=30_000)
    assert (pixels.learnt.step, pixels.learnt.n_right) == (pixel_training.STEPS, 40)
    assert len(losses) > 40
    assert losses[-1] < losses[0] / 50
    expected = trained(pixel_training.SEED + 1)
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
        pixels.trainer._on_frame()
    assert [frames[step] for step in (1, 10, 20)] == pytest.approx([0.33, 3.3, 6.7], abs=0.1)
    assert 12 < frames[pixel_training.STEPS] < 18
    waits = np.diff([frames[step] for step in sorted(frames)])[20:]
    assert (np.diff(waits) <= FRAME_MS / 1000 + 1e-9).all()  # never slower again


def test_one_step_goes_on_and_stays(pixels):
    pixels.reset()
    pixels.one_step()
    assert (pixels.learnt.step, pixels.net_seed) == (1, pixel_training.SEED)
    assert pixels.is_paused
    pixels.one_step()
    assert (pixels.learnt.step, pixels.net_seed) == (2, pixel_training.SEED)
    *_, expected = pixel_training.train(Options(), steps=2)
    assert (pixels.net.weights[0] == expected.net.weights[0]).all()
    pixels.play()
    pixels.one_step()  # while it runs
    assert pixels.learnt.step == 3
    assert not pixels.is_training


def test_a_net_that_has_finished_goes_on_from_where_it_stands(pixels, tmp_path):
    pixels.save(tmp_path / "net.json")
    pixels.open(tmp_path / "net.json")
    expected = pixel_training.advance(pixels.learnt)
    pixels.one_step()
    assert pixels.learnt.step == pixel_training.STEPS + 1
    assert (pixels.net.weights[0] == expected.net.weights[0]).all()
    pixels.one_epoch()
    assert pixels.learnt.step == pixel_training.STEPS + 2
    pixels.play()
    for _ in range(200):
        pixels.trainer._on_frame()
    assert pixels.is_training  # until the user has seen enough
    assert pixels.learnt.step > pixel_training.STEPS + 20
    pixels.pause()
    pixels.undo_stack.undo()
    assert pixels.learnt.step == pixel_training.STEPS + 2


def test_learning_again_begins_with_the_same_weights_in_view(pixels):
    pixels.learn_again()
    assert (pixels.learnt.step, pixels.net_seed) == (0, pixel_training.SEED)
    assert pixels.is_training
    pixels.undo_stack.undo()
    assert pixels.is_first_net


def test_an_epoch_shows_every_picture_once(pixels):
    pixels.reset()
    pixels.one_epoch()
    assert pixels.learnt.step == 1  # all of them are in every step
    pixels.edit_option("batch", 7)
    pixels.one_epoch()
    assert pixels.learnt.step == 1 + 6


def test_reset_leads_to_the_same_start_and_a_new_start_to_another(pixels):
    pixels.reset()
    first = pixels.net
    assert pixels.learnt.step == 0
    assert pixels.is_paused
    pixels.one_step()
    pixels.reset()
    assert all((a == b).all() for a, b in zip(pixels.net.weights, first.weights, strict=True))
    pixels.new_start()
    assert (pixels.learnt.step, pixels.net_seed) == (0, pixel_training.SEED + 1)
    assert (pixels.net.weights[0] != first.weights[0]).any()
    pixels.undo_stack.undo()
    assert pixels.net_seed == pixel_training.SEED


def test_pause_holds_play_continues_restore_returns(pixels, qtbot):
    first = pixels.net
    pixels.train_again()
    qtbot.waitUntil(lambda: pixels.learnt.step >= 3, timeout=10_000)
    pixels.pause()
    step = pixels.learnt.step
    assert pixels.is_paused
    assert not pixels.is_training
    pixels.play()
    qtbot.waitUntil(lambda: pixels.learnt.step > step, timeout=10_000)
    pixels.restore()
    assert pixels.net is first
    assert pixels.is_first_net
    assert not pixels.is_paused
    assert not pixels.is_training
    assert pixels.net_seed == pixel_training.SEED


@pytest.mark.parametrize("speed", range(len(pixel_trainer.SPEEDS)))
def test_a_frame_trains_for_a_few_milliseconds_whatever_the_speed(pixels, speed):
    pixels.edit_option("batch", 1)
    pixels.play()
    pixels.set_speed(speed)
    times = []
    for _ in range(100):
        begun = time.thread_time()
        pixels.trainer._on_frame()
        times.append((time.thread_time() - begun) * 1000)
    pixels.pause()
    assert np.median(times) < pixel_trainer.SLICE_MS + 2


def test_at_full_speed_hundreds_of_steps_fit_into_a_second(pixels):
    pixels.set_speed(len(pixel_trainer.SPEEDS) - 1)
    pixels.reset()
    pixels.play()
    n_frames = 0
    while pixels.is_training and n_frames < 60:
        pixels.trainer._on_frame()
        n_frames += 1
    assert not pixels.is_training
    assert pixels.learnt.step == pixel_training.STEPS


def test_every_step_is_on_the_curves_and_a_step_back_keeps_them(pixels):
    pixels.reset()
    for _ in range(5):
        pixels.one_step()
    losses = [pixels.learnt.loss]
    assert [point[0] for point in pixels.history.points] == [0, 1, 2, 3, 4, 5]
    pixels.undo_stack.undo()
    pixels.undo_stack.undo()
    assert pixels.learnt.step == 3
    assert pixels.history.points[-1][:2] == (5, losses[0])
    pixels.one_step()
    assert [point[0] for point in pixels.history.points] == [0, 1, 2, 3, 4]
    pixels.new_start()
    assert [point[0] for point in pixels.history.points] == [0]


def test_other_options_go_on_or_start_afresh(pixels):
    pixels.reset()
    pixels.one_step()
    net = pixels.net
    pixels.edit_option("rate", 0.5)
    assert pixels.net is net
    pixels.edit_option("optimiser", "adam")
    assert pixels.options.rate == pixels.options.usual_rate == 0.03
    assert pixels.net is net
    pixels.edit_option("hidden", (4, 3))
    assert (pixels.learnt.step, pixels.net.sizes) == (0, (9, 4, 3, 4))
    pixels.edit_option("outputs", "softmax")
    assert pixels.passed.probabilities.sum() == pytest.approx(1)
    for _ in range(4):
        pixels.undo_stack.undo()
    assert pixels.options == Options()
    assert pixels.net is net


@pytest.mark.parametrize("rate", [0, 1e9, -1, float("nan")])
def test_an_option_that_is_refused_changes_nothing(pixels, rate):
    before = pixels.learnt
    with pytest.raises(UserError, match="learning rate must be from"):
        pixels.edit_option("rate", rate)
    assert pixels.learnt is before
    assert pixels.undo_stack.count() == 0


def test_a_run_away_stops_says_why_and_can_be_undone(pixels):
    pixels.set_options(Options(limited=False, loss="cross-entropy", rate=100.0))
    fresh = pixels.learnt
    pixels.set_speed(len(pixel_trainer.SPEEDS) - 1)
    pixels.play()
    for _ in range(20):
        pixels.trainer._on_frame()
    assert not pixels.is_training
    assert "ran away" in pixels.runaway
    assert np.isfinite(pixels.learnt.loss)
    pixels.undo_run()
    assert pixels.learnt is fresh
    assert pixels.runaway == ""
    pixels.edit_option("rate", 1.0)
    pixels.play()
    for _ in range(20):
        pixels.trainer._on_frame()
    assert pixels.runaway == ""
    assert pixels.learnt.loss < fresh.loss
    pixels.pause()


@pytest.mark.parametrize("run", ["learn_again", "train_again"])
def test_every_run_that_ran_away_can_be_undone(pixels, run):
    pixels.set_options(Options(limited=False, loss="cross-entropy", rate=100.0))
    pixels.set_speed(len(pixel_trainer.SPEEDS) - 1)
    getattr(pixels, run)()
    fresh = pixels.learnt
    for _ in range(20):
        pixels.trainer._on_frame()
    assert "ran away" in pixels.runaway
    pixels.undo_run()
    assert pixels.learnt is fresh


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


# --- changing the net by hand


def test_a_changed_weight_changes_the_answer_and_undo_brings_back_the_very_net(pixels):
    first, asked = pixels.learnt, pixels.passed.probabilities.copy()
    pixels.by_hand.set_weight(3, 0, 2, 0.25)
    assert pixels.net.weights[2][0, 2] == 0.25
    assert pixels.passed.probabilities[0, 2] != asked[0, 2]
    passed = pixelnet.forward(pixels.net, PLUS[None])
    assert (pixels.passed.probabilities == passed.probabilities).all()
    assert not pixels.is_first_net
    assert pixels.learnt.loss != first.loss
    pixels.undo_stack.undo()
    assert pixels.learnt is first
    pixels.undo_stack.redo()
    assert pixels.net.weights[2][0, 2] == 0.25


def test_a_drag_of_a_weight_is_one_step_and_none_if_it_comes_back(pixels):
    before = float(pixels.net.biases[0][4])
    for value in (0.1, 0.2, 0.3):
        pixels.by_hand.set_bias(1, 4, value)
    pixels.end_stroke()
    pixels.by_hand.set_bias(1, 4, -0.5)
    assert pixels.undo_stack.count() == 2
    pixels.undo_stack.undo()
    assert pixels.net.biases[0][4] == 0.3
    pixels.undo_stack.undo()
    assert pixels.net.biases[0][4] == before
    pixels.by_hand.set_bias(1, 4, 0.9)
    pixels.by_hand.set_bias(1, 4, before)
    pixels.end_stroke()
    assert not pixels.undo_stack.canUndo()


def test_weights_are_kept_within_the_limit_and_nonsense_is_refused(pixels):
    pixels.by_hand.set_weight(1, 8, 8, 7.0)
    assert pixels.net.weights[0][8, 8] == 1
    with pytest.raises(ValueError, match="weights"):
        pixels.by_hand.set_weight(1, 8, 8, float("nan"))
    with pytest.raises(IndexError):
        pixels.by_hand.set_weight(4, 0, 0, 0.0)
    assert pixels.net.weights[0][8, 8] == 1


def test_pictures_and_nets_are_undone_in_the_order_in_which_they_were_changed(pixels):
    first = pixels.learnt
    pixels.load(3)
    pixels.by_hand.set_weight(1, 0, 0, 0.5)
    pixels.end_stroke()
    pixels.load(0)
    pixels.undo_stack.undo()
    assert (pixels.picture == TEE).all()
    pixels.undo_stack.undo()
    assert pixels.learnt is first
    assert (pixels.picture == TEE).all()


def test_training_by_hand_can_be_undone(pixels):
    first = pixels.learnt
    pixels.one_step()
    stepped = pixels.learnt
    pixels.one_step()
    pixels.undo_stack.undo()
    assert pixels.learnt is stepped
    pixels.restore()
    assert pixels.learnt is first
    pixels.undo_stack.undo()
    assert pixels.learnt is stepped
    pixels.undo_stack.undo()
    assert pixels.learnt is first


def test_redo_of_a_training_leads_to_where_it_stood_when_undone(qtbot, pixels):
    first = pixels.learnt
    pixels.train_again()
    qtbot.waitUntil(lambda: pixels.learnt.step > 0)
    pixels.pause()
    reached = pixels.learnt
    pixels.undo_stack.undo()
    assert pixels.learnt is first
    assert not pixels.is_training
    pixels.undo_stack.redo()
    assert pixels.learnt is reached


def test_the_gradient_of_a_weight_is_what_a_nudge_measures(pixels):
    pixels.reset()
    pixels.one_step()
    lesson, nudge = pixel_training.examples(SYMBOLS), 1e-6
    slope = pixels.slope(2, 3, 4)
    losses = []
    for sign in (1, -1):
        net = pixel_edits.with_weight(
            pixels.net, 2, 3, 4, float(pixels.net.weights[1][3, 4]) + sign * nudge
        )
        answers = pixelnet.forward(net, lesson.pictures).probabilities
        losses.append(((answers - lesson.targets) ** 2).sum(axis=1).mean())
    assert slope == pytest.approx((losses[0] - losses[1]) / (2 * nudge), rel=1e-4)


def test_a_reset_takes_back_what_was_changed_by_hand_and_not_what_was_learnt(pixels):
    learnt = float(pixels.net.weights[1][3, 4])
    for value in (0.5, -0.5):
        pixels.by_hand.set_weight(2, 3, 4, value)
        pixels.by_hand.set_bias(1, 0, value)
        pixels.end_stroke()
    pixels.undo_stack.undo()
    pixels.by_hand.reset_weight(2, 3, 4)
    assert pixels.net.weights[1][3, 4] == learnt
    assert pixels.net.biases[0][0] == 0.5
    pixels.one_step()
    moved = float(pixels.net.weights[1][3, 4])
    pixels.by_hand.set_weight(2, 3, 4, 0.0)
    pixels.by_hand.reset_weight(2, 3, 4)
    assert pixels.net.weights[1][3, 4] == moved


# --- symbols and files


def test_other_symbols_resize_the_net_and_undo_brings_back_the_old_ones(pixels):
    first = pixels.learnt
    two = (SYMBOLS[0], pixel_symbols.symbol("almost", picture("#.# .#. #..")))
    [warning] = pixels.set_symbols(two)
    assert "differ in one pixel only" in warning
    assert pixels.net.sizes == (9, 9, 9, 2)
    assert pixels.symbols == two
    assert "“almost”" in pixels.verdict() or "an x" in pixels.verdict()
    pixels.undo_stack.undo()
    assert pixels.learnt is first
    with pytest.raises(UserError, match="2 to 6 symbols"):
        pixels.set_symbols(two[:1])
    assert pixels.learnt is first


def test_a_net_is_kept_in_a_file_and_a_bad_file_changes_nothing(pixels, tmp_path):
    pixels.edit_option("hidden", (5, 4))
    pixels.one_step()
    kept = pixels.learnt
    pixels.save(tmp_path / "net.json")
    pixels.restore()
    pixels.open(tmp_path / "net.json")
    assert (pixels.learnt.step, pixels.options) == (kept.step, kept.options)
    assert (pixels.net.weights[0] == kept.net.weights[0]).all()
    (tmp_path / "bad.json").write_text("{}")
    before = pixels.learnt
    with pytest.raises(UserError, match="not a file of a nine-pixel net"):
        pixels.open(tmp_path / "bad.json")
    assert pixels.learnt is before


def test_the_curves_begin_with_what_the_first_training_went_through(pixels):
    pixels.get_ready()
    assert [point[0] for point in pixels.history.points] == list(range(401))
    told = [pixel_training.start(Options(), SYMBOLS), pixels.learnt]
    for at, point in zip(told, (pixels.history.points[0], pixels.history.points[-1]), strict=True):
        assert point == (at.step, at.loss, at.n_right / 40)
    pixels.new_start()
    assert len(pixels.history.points) == 1
    pixels.undo_stack.undo()
    assert len(pixels.history.points) == 401
    pixels.one_epoch()
    assert len(pixels.history.points) == 402
    pixels.restore()
    assert len(pixels.history.points) == 401


def test_a_reset_shows_only_its_beginning_and_undo_the_whole_curve(pixels):
    for _ in range(3):
        pixels.reset()
        assert [point[0] for point in pixels.history.points] == [0]
    pixels.one_step()
    pixels.one_step()
    pixels.reset()
    assert [point[0] for point in pixels.history.points] == [0]
    pixels.undo_stack.undo()
    assert [point[0] for point in pixels.history.points] == [0, 1, 2]


def test_an_opened_net_has_no_curve_of_another_training(pixels, tmp_path):
    pixels.get_ready()
    pixels.save(tmp_path / "net.json")
    pixels.one_step()
    pixels.open(tmp_path / "net.json")
    assert [point[0] for point in pixels.history.points] == [400]
    pixels.undo_stack.undo()
    assert len(pixels.history.points) == 402


def test_a_weight_changed_by_hand_moves_the_end_of_the_curve(pixels):
    pixels.get_ready()
    pixels.by_hand.set_weight(3, 0, 2, 0.25)
    assert pixels.history.points[-1][:2] == (400, pixels.learnt.loss)
    assert len(pixels.history.points) == 401
