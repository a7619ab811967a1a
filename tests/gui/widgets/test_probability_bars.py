"""The bars show the distribution that they are given, and give back the token that is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.trace import Candidate, Prediction
from gui import theme
from gui.widgets.prediction_rows import percent
from gui.widgets.probability_bars import ProbabilityBars
from tests.gui.traces import random_prediction


def prediction(*parts, n_others=0, others=0.0):
    """From (id, label, raw, shaped); the others' raw share is what is left."""
    candidates = tuple(
        Candidate(token, label, label, float(np.log(raw)), raw, shaped)
        for token, label, raw, shaped in parts
    )
    n_kept = sum(candidate.probability > 0 for candidate in candidates)
    return Prediction(candidates, n_others, others, n_kept, 1.0, 1.0)


CUT = prediction((7, "␣a", 0.5, 0.8), (8, "␣b", 0.3, 0.2), (9, "␣c", 0.1, 0.0), n_others=5)


@pytest.fixture
def bars(qtbot, qapp):
    qapp.setProperty("reduceMotion", True)
    made = ProbabilityBars()
    qtbot.addWidget(made)
    made.resize(500, 480)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(bars, row) -> QPoint:
    return bars._row_rect(row).center().toPoint()


def run_length(bars, row, color) -> int:
    """How many pixels of a colour lie in the middle of a row's bar column."""
    image = bars.grab().toImage()
    scale = image.devicePixelRatio()
    y = int(at(bars, row).y() * scale)
    columns = range(int(bars._bar_x * scale), int((bars._bar_x + bars._bar_width) * scale))
    return sum(image.pixelColor(x, y) == color for x in columns) / scale


def test_a_bar_is_as_long_as_its_probability(bars):
    bars.set_data(prediction((1, "x", 0.6, 0.6), (2, "y", 0.3, 0.3), n_others=3, others=0.1))
    fill = theme.active().probability_color(0.6)
    lengths = [run_length(bars, row, fill) for row in range(3)]
    expected = [share / 0.6 * bars._bar_width for share in (0.6, 0.3, 0.1)]
    assert lengths == pytest.approx(expected, abs=3)


def test_others_are_one_row_that_cannot_be_chosen(bars, qtbot):
    bars.set_data(random_prediction())
    assert bars._rows[-1].label == "380 others"
    assert bars._rows[-1].probability == pytest.approx(
        1 - sum(row.probability for row in bars._rows[:-1])
    )
    with qtbot.assertNotEmitted(bars.candidate_chosen):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at(bars, 20))


def test_a_click_chooses_the_token_under_it(bars, qtbot):
    bars.set_data(random_prediction())
    wanted = random_prediction().candidates[4].id
    with qtbot.waitSignal(bars.candidate_chosen, check_params_cb=lambda token: token == wanted):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at(bars, 4))


def test_a_click_on_a_percentage_asks_and_chooses_nothing(bars, qtbot):
    bars.set_data(random_prediction())
    for row in (0, 20):  # the last one is of all others
        where = bars._number_rect(row).center().toPoint()
        chosen = qtbot.assertNotEmitted(bars.candidate_chosen)
        with chosen, qtbot.waitSignal(bars.number_asked) as said:
            qtbot.mouseMove(bars, where)
            qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=where)
        assert said.args == [row, where]
        assert bars.cursor().shape() == Qt.CursorShape.PointingHandCursor
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    with qtbot.waitSignal(bars.number_asked) as said:
        qtbot.keyClicks(bars, "?")
    assert said.args[0] == 1


def test_a_click_that_began_on_another_token_chooses_nothing(bars, qtbot):
    bars.set_data(random_prediction(seed=1))
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=at(bars, 2))
    bars.set_data(random_prediction(seed=2))
    with qtbot.assertNotEmitted(bars.candidate_chosen):
        qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=at(bars, 2))


def test_the_keyboard_walks_and_chooses(bars, qtbot):
    bars.set_data(random_prediction())
    candidates = random_prediction().candidates
    chosen = []
    bars.candidate_chosen.connect(chosen.append)
    bars.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(bars, key)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Enter, Qt.Key.Key_Home):
        qtbot.keyClick(bars, key)
    qtbot.keyClick(bars, Qt.Key.Key_Up)
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert chosen == [candidates[row].id for row in (0, 2, 19, 0)]
    assert candidates[0].label in bars.accessibleDescription()


def test_another_text_starts_at_the_first_row_again(bars, qtbot):
    bars.set_data(random_prediction())
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    bars.set_data(random_prediction(seed=3))
    first = random_prediction(seed=3).candidates[0].id
    with qtbot.waitSignal(bars.candidate_chosen, check_params_cb=lambda token: token == first):
        qtbot.keyClick(bars, Qt.Key.Key_Return)


def test_a_mouse_does_not_take_the_focus_from_the_editor(bars):
    assert not bars.focusPolicy() & Qt.FocusPolicy.ClickFocus
    assert bars.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_cut_candidate_is_hollow_with_its_raw_length(bars):
    bars.set_data(CUT)
    look = theme.active()
    assert run_length(bars, 2, look.probability_color(0.6)) == 0
    top = bars._row_rect(2).center().y() - bars._row_height * 0.44 / 2
    image = bars.grab().toImage()
    raw_end = round(bars._bar_x + 0.1 / bars._scale * bars._bar_width)
    outline = image.pixelColor(raw_end - 4, round(top))
    inside = image.pixelColor(raw_end - 4, at(bars, 2).y())
    assert outline != inside
    assert percent(bars._rows[2].probability) == "0%"


def test_the_raw_share_is_marked_where_shaping_moved_it(bars):
    bars.set_data(CUT)
    image = bars.grab().toImage()
    x = round(bars._bar_x + 0.5 / bars._scale * bars._bar_width)
    above = int(bars._row_rect(0).center().y() - bars._row_height * 0.34)
    neighbours = {image.pixelColor(x + step, above).name() for step in (-1, 0, 1)}
    assert theme.active().muted in neighbours
    same = prediction((7, "␣a", 0.8, 0.8), (8, "␣b", 0.2, 0.2))
    bars.set_data(same)
    x = round(bars._bar_x + 0.8 / bars._scale * bars._bar_width)
    image = bars.grab().toImage()
    assert theme.active().muted not in {image.pixelColor(x + s, above).name() for s in (-1, 0, 1)}


def test_the_ghost_is_the_key_press_before_whatever_the_sliders_do(bars):
    first, second = random_prediction(seed=1), random_prediction(seed=2)
    bars.set_data(first)
    bars.set_data(second)
    before = {candidate.id: candidate.probability for candidate in first.candidates}
    bars.set_data(replace(second, n_kept=3), same_text=True)
    assert bars._ghosts == before | {None: first.others}


def test_bars_glide_from_where_they_are_and_can_be_overtaken(bars, qtbot, qapp):
    one = prediction((1, "x", 0.9, 0.9), (2, "y", 0.1, 0.1))
    two = prediction((2, "y", 0.9, 0.9), (1, "x", 0.1, 0.1))
    bars.set_data(one)
    qapp.setProperty("reduceMotion", False)
    bars.set_data(two)
    assert bars._shown[:, 0] == pytest.approx([0.1, 0.9])  # each token where it was
    qtbot.waitUntil(lambda: bars._shown[0, 0] > 0.2)
    there = bars._shown.copy()
    bars.set_data(one)
    assert bars._shown == pytest.approx(there[::-1])
    qtbot.waitUntil(lambda: bars._shown[:, 0] == pytest.approx([0.9, 0.1]))


def test_nothing_moves_when_motion_is_not_wanted(bars):
    bars.set_data(random_prediction(seed=1))
    bars.set_data(random_prediction(seed=2))
    assert np.array_equal(bars._shown, bars._goal)


def test_labels_that_shorten_to_the_same_get_their_ids(bars):
    labels = ["␣" * 60, "␣" * 61, "␣word"]
    bars.set_data(prediction(*((i, label, 1 / 3, 1 / 3) for i, label in enumerate(labels))))
    assert len(set(bars._labels)) == 3
    assert bars._labels[0].endswith("#0")
    assert bars._labels[2] == "␣word"


def test_the_tooltip_has_every_number_and_no_markup(bars):
    marked = prediction((5, "<b>x</b>", 0.25, 0.75), (6, "y", 0.75, 0.25))
    bars.set_data(marked)
    event = QHelpEvent(QEvent.Type.ToolTip, at(bars, 0), bars.mapToGlobal(at(bars, 0)))
    QApplication.sendEvent(bars, event)
    text = QToolTip.text()
    QToolTip.hideText()
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    for number in ("Number 5", "-1.386", "25.0000%", "75.0000%"):
        assert number in text


def test_what_is_no_distribution_is_refused(bars):
    good = prediction((1, "x", 0.5, 0.5), (2, "y", 0.5, 0.5))
    for change in ({"probability": float("nan")}, {"raw": 1.5}, {"probability": 0.1}):
        bad = (replace(good.candidates[0], **change), good.candidates[1])
        with pytest.raises(ValueError, match="distribution"):
            bars.set_data(replace(good, candidates=bad))


def test_fewer_tokens_than_rows_and_then_none(bars, qtbot):
    bars.set_data(prediction((1, "x", 1.0, 1.0)))
    bars.grab()
    bars.clear()
    bars.grab()
    with qtbot.assertNotEmitted(bars.candidate_chosen):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at(bars, 0))
        qtbot.keyClick(bars, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0.0, "0%"),
        (1e-9, "<0.01%"),
        (0.0004, "0.04%"),
        (0.00996, "1.00%"),
        (0.123, "12.3%"),
        (0.9994, "99.9%"),
        (0.9996, ">99.9%"),
        (1.0, "100%"),
    ],
)
def test_percentages_have_sensible_digits(probability, shown):
    assert percent(probability) == shown


def test_the_axis_is_held_while_more_follows_as_long_as_the_bars_fit(bars):
    narrow = prediction(*((i, f"t{i}", 0.1, 0.1) for i in range(10)))
    wide = prediction((1, "x", 0.5, 0.5), (2, "y", 0.5, 0.5))
    bars.set_data(wide)
    assert bars._scale == 0.6
    bars.set_data(narrow, same_text=True, same_scale=True)
    assert bars._scale == 0.6
    bars.set_data(prediction((1, "x", 1.0, 1.0)), same_text=True, same_scale=True)
    assert bars._scale == 1.0
    bars.set_data(narrow, same_text=True)
    assert bars._scale == 0.1


def test_while_the_model_writes_the_bars_are_where_the_numbers_are(bars, qapp):
    qapp.setProperty("reduceMotion", False)
    bars.set_data(CUT, at_once=True)
    assert np.array_equal(bars._shown, bars._goal)


@pytest.mark.parametrize("percent", theme.TEXT_SIZES)
def test_rows_that_touch_are_not_written_over_each_other(qapp, bars, percent):
    theme.apply(qapp, theme.LIGHT, percent)
    bars.resize(414, 400)
    bars.set_data(random_prediction(vocab_size=5120))
    assert bars._row_height < theme.px(21)
    for font in (bars._font, bars._number_font):
        assert font.pixelSize() <= 0.9 * bars._row_height
    assert bars._labels[-1] == bars._rows[-1].label  # how many others there are
    assert "others" in bars._labels[-1]
